//! Datasets: conversations, duplicates, terms, and the files that trainers read.

use std::fs;
use std::path::Path;

use novel::dataset::{
    Format, Narration, Options, Profile, Recipe, Sources, TermAction, Terms, build, conversations,
    is_near, learn, make,
};
use novel::{Kind, Line, Source};
use serde_json::{Value, json};

use super::{fixture, read};

fn say(scene: &str, speaker: &str, text: &str) -> Line {
    Line {
        scene: scene.to_owned(),
        kind: if speaker.is_empty() { Kind::Narration } else { Kind::Say },
        speaker: Some(speaker.to_owned()).filter(|name| !name.is_empty()),
        text: text.to_owned(),
        plain: text.to_owned(),
        source: Source { file: "a".to_owned(), line: Some(1), offset: None },
        ..Line::default()
    }
}

pub(super) fn talk(rows: &[(&str, &str)]) -> Vec<Line> {
    rows.iter().map(|(speaker, text)| say("s", speaker, text)).collect()
}

fn turns(lines: &[Line], options: &Options) -> Vec<Vec<String>> {
    let all = conversations(lines, options);
    all.iter()
        .map(|one| {
            one.turns.iter().map(|turn| format!("{}: {}", turn.speaker, turn.text)).collect()
        })
        .collect()
}

fn everything() -> Options {
    Options { validation: 0.0, ..Options::default() }
}

pub(super) fn json_of(folder: &Path, file: &str) -> Value {
    serde_json::from_slice(&fs::read(folder.join(file)).unwrap()).unwrap()
}

// ---------------------------------------------------------------- conversations

#[test]
fn what_one_person_says_in_a_row_is_one_turn() {
    let lines = talk(&[
        ("A", "Hi."),
        ("A", "How are you?"),
        ("B", "元気です"),
        ("B", "あなたは？"),
        ("B", "ね"),
        ("A", "Fine."),
    ]);
    assert_eq!(
        turns(&lines, &everything()),
        [["A: Hi. How are you?", "B: 元気です。あなたは？ね", "A: Fine."]]
    );
}

#[test]
fn a_line_that_is_broken_for_the_games_window_is_one_text() {
    let lines = talk(&[
        ("A", "Can they\nknow each other?"),
        ("B", "人狼と狂人は、お互いに、\n誰が人狼なのか\n 知りません。"),
        ("", "A bell\n\nrings."),
        ("A", "Oh.\n\n"),
    ]);
    let expected = [
        "A: Can they know each other?",
        "B: 人狼と狂人は、お互いに、誰が人狼なのか知りません。",
        "A: Oh.",
    ];
    assert_eq!(turns(&lines, &everything()), [expected]);
    let told = Options { narration: Narration::Context, ..everything() };
    assert_eq!(conversations(&lines, &told)[0].turns[2].narration, "A bell rings.");
}

/// In most scripts from Japan quotation marks say that somebody speaks, as Ren'Py's plate does.
#[test]
fn quotation_marks_around_what_is_said_are_left_out_where_a_script_has_them_around_most_of_it() {
    let quoted = talk(&[
        ("志雄", "「我吃饱了」"),
        ("智纱", "「粗茶淡饭不成敬意」"),
        ("智纱", "「……」"),
        ("志雄", "『喂？』"),
        ("智纱", "「她说『是』了"),
        ("智纱", "呢」"),
        ("志雄", "「好」她想"),
    ]);
    assert_eq!(
        turns(&quoted, &everything()),
        [[
            "志雄: 我吃饱了",
            "智纱: 粗茶淡饭不成敬意。……",
            "志雄: 喂？",
            "智纱: 她说『是』了。呢",
            "志雄: 「好」她想",
        ]]
    );
    // Elsewhere they are somebody's own.
    let once = talk(&[("A", "What does it say?"), ("B", "\"Keep out.\""), ("A", "Oh.")]);
    assert_eq!(
        turns(&once, &everything()),
        [["A: What does it say?", "B: \"Keep out.\"", "A: Oh."]]
    );
}

#[test]
fn scenes_branches_and_long_silences_end_conversations() {
    let mut lines = talk(&[
        ("A", "1"),
        ("B", "2"),
        ("", "x"),
        ("", "x"),
        ("", "x"),
        ("", "x"),
        ("A", "3"),
        ("B", "4"),
    ]);
    lines.push(say("t", "A", "5"));
    lines.push(say("t", "B", "6"));
    for (branch, speaker, text) in
        [("m.0", "A", "7"), ("m.0", "B", "8"), ("m.1", "A", "9"), ("m.1", "B", "10")]
    {
        lines.push(Line { branch: vec![branch.to_owned()], ..say("t", speaker, text) });
    }
    assert_eq!(
        turns(&lines, &everything()),
        [
            vec!["A: 1", "B: 2"],
            vec!["A: 3", "B: 4"],
            vec!["A: 5", "B: 6", "A: 7", "B: 8"],
            vec!["A: 9", "B: 10"]
        ]
    );
}

#[test]
fn aliases_are_one_person_and_a_hole_ends_the_talk() {
    let options = Options { aliases: vec![vec!["Ann".into(), "???".into()]], ..everything() };
    let mut lines = talk(&[("???", "Who is there?"), ("Bo", "Me."), ("Ann", "Come in.")]);
    assert_eq!(turns(&lines, &options), [["Ann: Who is there?", "Bo: Me.", "Ann: Come in."]]);
    lines[1].interpolated = true;
    assert!(turns(&lines, &options).is_empty(), "what answers a hole answers nothing");
    assert_eq!(turns(&lines, &Options { keep_interpolated: true, ..options })[0].len(), 3);
}

#[test]
fn the_target_answers_and_others_ask_with_their_names() {
    let lines = talk(&[
        ("C", "Alone."),
        ("A", "Tea?"),
        ("B", "Or milk?"),
        ("C", "Tea, please."),
        ("A", "Sure."),
        ("C", "Thanks."),
    ]);
    let options = Options { speaker: Some("C".into()), ..everything() };
    let set = build(&lines, Vec::new(), &options).unwrap();
    assert_eq!(set.train.len(), 1);
    let pairs: Vec<(&str, &str)> = set.train[0].pairs().collect();
    assert_eq!(pairs, [("A: Tea?\nB: Or milk?", "Tea, please."), ("Sure.", "Thanks.")]);
    assert_eq!(set.report.answers["C"], 2);
    let error = build(&lines, Vec::new(), &Options { speaker: Some("D".into()), ..everything() })
        .unwrap_err();
    assert!(error.to_string().contains("C (3)"), "{error}");
}

#[test]
fn narration_is_context_if_it_is_wanted() {
    let lines = talk(&[("", "Rain."), ("A", "Cold?"), ("", "He shivers."), ("B", "Yes.")]);
    let options =
        Options { narration: Narration::Context, speaker: Some("B".into()), ..everything() };
    let set = build(&lines, Vec::new(), &options).unwrap();
    assert_eq!(set.train[0].prompt, "(Rain.)\nCold?\n(He shivers.)");
    assert_eq!(
        build(&lines, Vec::new(), &Options { narration: Narration::Drop, ..options })
            .unwrap()
            .train[0]
            .prompt,
        "Cold?"
    );
}

#[test]
fn windows_hold_each_answer_once() {
    let mut rows = Vec::new();
    for at in 0..40 {
        rows.push(say("s", "A", &format!("Question number {at} about something else entirely")));
        rows.push(say("s", "B", &format!("Answer number {at}, different from all the others")));
    }
    let options = Options { speaker: Some("B".into()), window: 400, near: 1.0, ..everything() };
    let set = build(&rows, Vec::new(), &options).unwrap();
    let answers: Vec<String> = set
        .train
        .iter()
        .flat_map(|one| one.pairs().map(|(_, answer)| answer.to_owned()).collect::<Vec<_>>())
        .collect();
    assert_eq!(answers.len(), 40);
    assert!(set.train.len() > 5);
    for example in &set.train {
        let size: usize = example
            .pairs()
            .map(|(prompt, answer)| prompt.chars().count() + answer.chars().count())
            .sum();
        assert!(size <= 400, "{size}");
    }
}

// ---------------------------------------------------------------- duplicates, leaks, terms

#[test]
fn nearly_the_same_is_found_in_any_script() {
    assert!(is_near(
        "I never said that I would go there with you.",
        "I NEVER said that — I would go there with you!",
        0.9
    ));
    assert!(!is_near(
        "I never said that I would go there.",
        "You always wanted to see the sea.",
        0.3
    ));
    assert!(is_near("昨日の夜は本当に寒かったですね", "昨日の夜は、本当に寒かったですね。", 0.9));
    assert!(is_near("", "…", 0.9));
}

#[test]
fn duplicates_go_and_held_back_scenes_share_nothing_with_training() {
    let mut lines = Vec::new();
    for scene in 0..60 {
        let name = format!("scene {scene}");
        lines.push(say(
            &name,
            "A",
            &format!("Scene {scene}: what do you see from the window of the {scene}th floor?"),
        ));
        let answer = if scene % 3 == 0 {
            "The harbour, and the ships that never leave it.".to_owned()
        } else {
            format!("I see {scene} lamps and somebody who counts them one by one.")
        };
        lines.push(say(&name, "B", &answer));
    }
    lines.push(say("scene 1", "A", "again"));
    let options = Options { validation: 0.3, test: 0.1, near: 0.9, ..Options::default() };
    let set = build(&lines, Vec::new(), &options).unwrap();
    assert!(!set.validation.is_empty() && !set.test.is_empty());
    assert!(set.report.leaks > 0, "{:?}", set.report);
    let held: Vec<&str> =
        set.validation.iter().chain(&set.test).map(|one| one.answer.as_str()).collect();
    assert!(held.iter().all(|answer| !set.train.iter().any(|one| is_near(
        &one.answer,
        answer,
        0.9
    ))));
    let again = build(&lines, Vec::new(), &options).unwrap();
    assert_eq!(set.train, again.train, "the same seed splits the same way");
    let twice = build(
        &[
            lines.clone(),
            lines
                .iter()
                .map(|line| Line { scene: format!("{} b", line.scene), ..line.clone() })
                .collect(),
        ]
        .concat(),
        Vec::new(),
        &everything(),
    )
    .unwrap();
    assert!(twice.report.duplicates >= 59, "{:?}", twice.report);
}

#[test]
fn names_that_speak_are_terms_where_letters_have_no_capitals() {
    let lines = talk(&[
        ("我", "我见过顾然和小颖吗？"),
        ("顾然", "小颖来了，Me 也在。"),
        ("Me", "小颖？"),
        ("小颖", "我是顾然的朋友。"),
    ]);
    let options = Options { terms: TermAction::Replace, learn_terms: true, ..everything() };
    let dataset = build(&lines, Vec::new(), &options).unwrap();
    let names: Vec<&str> = dataset.terms.iter().map(|(_, term)| term.as_str()).collect();
    assert_eq!(names, ["小颖", "顾然"]);
    let first = &dataset.train[0];
    assert_eq!(first.history[0].0, "我见过<term_2>和<term_1>吗？");
    assert_eq!(first.answer, "我是<term_2>的朋友。");
}

#[test]
fn who_is_not_there_is_told_who_is_in_the_language_that_was_asked_for() {
    let mut lines = talk(&[("Ann", "Hello."), ("Bo", "Hi."), ("Ann", "Tea?")]);
    let translated = talk(&[("Ann", "Hallo."), ("Bo", "Tag."), ("Ann", "Tee?")]);
    lines.extend(translated.into_iter().map(|line| Line { lang: Some("de".into()), ..line }));
    let told = |speaker: &str, lang: Option<&str>| {
        let lang = lang.map(str::to_owned);
        let options = Options { speaker: Some(speaker.into()), lang, ..everything() };
        build(&lines, Vec::new(), &options).unwrap_err().to_string()
    };
    assert_eq!(told("Cy", None), "`Cy` answers nobody here; speakers are Ann (2), Bo (1)");
    assert_eq!(told("Cy", Some("de")), "`Cy` answers nobody here; speakers are Ann (2), Bo (1)");
    assert_eq!(told("Bo", Some("fr")), "there is no translation into `fr` here; there are de");
}

#[test]
fn words_of_address_are_no_terms() {
    let japanese = talk(&[
        ("先輩", "寧々、先生を見た？ 田中先生だよ。"),
        ("寧々", "先輩、センパイってば。お兄ちゃんと田中さんなら見ました。"),
        ("お兄ちゃん", "センパイ、センパイ。先輩はどこ？"),
        ("田中先生", "先生はここだ。寧々、お兄ちゃんを呼んで。"),
        ("男子生徒Ａ", "男子生徒Ａです、先生。"),
        ("寧々", "シルヴァン先輩も来ます。シルヴァン、シルヴァン！"),
    ]);
    let options = Options { terms: TermAction::Replace, learn_terms: true, ..everything() };
    let terms = |lines: &[Line]| {
        let dataset = build(lines, Vec::new(), &options).unwrap();
        let names: Vec<String> = dataset.terms.iter().map(|(_, term)| term.clone()).collect();
        (names, dataset.train)
    };
    let (names, train) = terms(&japanese);
    assert_eq!(names, ["シルヴァン", "寧々", "田中"]);
    let last = &train[0];
    assert_eq!(last.history[0].0, "<term_2>、先生を見た？ <term_3>先生だよ。");
    assert_eq!(last.history[0].1, "先輩、センパイってば。お兄ちゃんと<term_3>さんなら見ました。");
    let (names, train) = terms(&talk(&[
        ("老师", "顾然同学，班长呢？"),
        ("顾然同学", "老师，妈妈说学姐和小颖来了。"),
        ("学姐", "同学们好！小颖呢？"),
        ("小颖", "学姐，我在这里，顾然也在。"),
    ]));
    assert_eq!(names, ["小颖", "顾然"]);
    assert_eq!(train[0].history[0].0, "<term_2>同学，班长呢？");
    assert_eq!(train[0].history[0].1, "老师，妈妈说学姐和<term_1>来了。");
    let english = [
        "So, Professor, where is Mom?",
        "Is Mom with the Professor, Felix?",
        "No, Felix, Mom left. Felix!",
    ];
    let learnt = learn(english.into_iter().cycle().take(9), 3);
    assert_eq!(learnt, ["Felix"]);
    // Who names them as terms means them.
    let named = Options { term_list: vec!["先生".into()], learn_terms: false, ..options.clone() };
    let dataset = build(&japanese, Vec::new(), &named).unwrap();
    assert_eq!(dataset.terms, [("<term_1>".to_owned(), "先生".to_owned())]);
}

#[test]
fn terms_are_learnt_and_replaced() {
    let texts = [
        "We met Felix in Castle Varn.",
        "Then Felix left. Will Felix return?",
        "The Varn gate; Varn is old.",
        "Do you Will it?",
        "シルヴァンが来た",
        "ねえシルヴァン",
        "シルヴァン！",
        "アアアッ、アアア、アアア！",
    ];
    let learnt = learn(texts.into_iter(), 3);
    assert_eq!(
        learnt,
        ["Felix", "Varn", "シルヴァン"],
        "Will comes once, Castle and Then too seldom or first"
    );
    let terms = Terms::new(["Varn".to_owned(), "Castle Varn".to_owned(), "シルヴァン".to_owned()]);
    assert_eq!(
        terms.replace("Castle Varn, Varnish, Varn; シルヴァンさん"),
        "<term_2>, Varnish, <term_1>; <term_3>さん"
    );
    assert_eq!(terms.placeholders()[1], ("<term_2>".to_owned(), "Castle Varn".to_owned()));
    let lines = talk(&[("A", "Where is Varn?"), ("B", "Far.")]);
    let options =
        Options { term_list: vec!["Varn".into()], terms: TermAction::Replace, ..everything() };
    assert_eq!(build(&lines, Vec::new(), &options).unwrap().train[0].prompt, "Where is <term_1>?");
    assert!(build(&lines, Vec::new(), &Options { terms: TermAction::Drop, ..options }).is_err());
}

// ---------------------------------------------------------------- writers

fn sources() -> Sources {
    let mut sources = Sources {
        lines: talk(&[("Kim", "Hello?"), ("Sylvie", "Hello, Kim.")]),
        ..Sources::default()
    };
    sources.add(&fixture("chats/Sylvie.jsonl")).unwrap();
    let mut character = domain::Character { name: "Sylvie".into(), ..domain::Character::default() };
    character.attributes.interests = "{{char}} draws the sea.".into();
    sources.character = Some(character);
    sources.questions = Some("Who taught you?\nMy aunt.\n\nWhere?\nAt home.\nodd\n".into());
    sources
}

fn recipe(format: Format) -> Recipe {
    let options = Options {
        speaker: Some("Sylvie".into()),
        system: "Be Sylvie.".into(),
        validation: 0.0,
        ..Options::default()
    };
    Recipe { options, format, name: "s".into(), ..Recipe::default() }
}

#[test]
fn every_format_is_what_trainers_read() {
    for format in [Format::Alpaca, Format::ShareGpt, Format::OpenAi] {
        let folder = tempfile::tempdir().unwrap();
        let made = make(&sources(), &recipe(format), folder.path()).unwrap();
        assert_eq!(made.preferences, 2, "two answers were swiped away");
        // What is counted is all of it, wherever it comes from: two talks, and the answers of all four sources.
        assert_eq!((made.report.conversations, made.report.turns), (2, 2 + 4));
        assert_eq!(made.report.answers["Sylvie"], 2 + 2 + 2 + 1);
        let rows = json_of(folder.path(), "s_train.json");
        let rows = rows.as_array().unwrap();
        assert_eq!(rows.len(), made.train);
        assert_eq!(
            made.train,
            1 + 2 + 2 + 1,
            "a chat, two questions on the card, two of the text, one of the novel"
        );
        let info = json_of(folder.path(), "dataset_info.json");
        assert_eq!(info["s_train"]["file_name"], "s_train.json");
        assert_eq!(info["s_preference"]["ranking"], true);
        let better = &json_of(folder.path(), "s_preference.json")[0];
        let chat = rows.iter().find(|row| row.to_string().contains("The sea, mostly.")).unwrap();
        match format {
            Format::Alpaca => {
                assert_eq!(chat["history"], json!([["Do you paint?", "Every day."]]));
                assert_eq!(
                    (&chat["instruction"], &chat["output"], &chat["system"]),
                    (
                        &json!("What do you paint?"),
                        &json!("The sea, mostly."),
                        &json!("Be Sylvie.")
                    )
                );
                assert_eq!(
                    (&better["chosen"], &better["rejected"]),
                    (&json!("Every day."), &json!("No."))
                );
            }
            Format::ShareGpt => {
                let from: Vec<&Value> = chat["conversations"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|turn| &turn["from"])
                    .collect();
                assert_eq!(from, ["human", "gpt", "human", "gpt"]);
                assert_eq!(info["s_train"]["formatting"], "sharegpt");
                assert_eq!(better["chosen"], json!({ "from": "gpt", "value": "Every day." }));
            }
            Format::OpenAi => {
                assert_eq!(
                    chat["messages"][0],
                    json!({ "role": "system", "content": "Be Sylvie." })
                );
                assert_eq!(chat["messages"].as_array().unwrap().len(), 5);
                assert_eq!(info["s_train"]["tags"]["role_tag"], "role");
            }
        }
        assert!(rows.iter().any(|row| row.to_string().contains("Sylvie draws the sea.")));
    }
}

#[test]
fn a_preference_of_openai_rows_has_openai_columns() {
    let folder = tempfile::tempdir().unwrap();
    make(&sources(), &recipe(Format::OpenAi), folder.path()).unwrap();
    let info = json_of(folder.path(), "dataset_info.json");
    let row = &json_of(folder.path(), "s_preference.json")[0];
    let column = |key: &str| info["s_preference"]["columns"][key].as_str().unwrap().to_owned();
    assert!(row[column("messages")].is_array() && row[column("chosen")].is_object(), "{row}");
}

#[test]
fn chitchat_ends_without_a_blank_line() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = Recipe { profile: Profile::Chitchat, ..recipe(Format::Alpaca) };
    make(&sources(), &recipe, folder.path()).unwrap();
    let text = fs::read_to_string(folder.path().join("train.txt")).unwrap();
    assert_eq!(
        text,
        "Hello?\nHello, Kim.\n\nHi, Kim!\nDo you paint?\nEvery day.\nWhat do you paint?\nThe sea, mostly."
    );
}

#[test]
fn rows_on_the_disk_come_back_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.jsonl");
    let lines = read("scn/new_v3.ks.scn").lines;
    novel::write_rows(&path, &lines).unwrap();
    assert!(novel::is_rows(&path));
    assert_eq!(novel::read_rows(&path).unwrap(), lines);
    // As an editor of Windows saves it.
    let text = std::fs::read_to_string(&path).unwrap().replace('\n', "\r\n");
    let marked = folder.path().join("marked.jsonl");
    std::fs::write(&marked, format!("\u{feff}{text}")).unwrap();
    assert!(novel::is_rows(&marked));
    assert_eq!(novel::read_rows(&marked).unwrap(), lines);
    // Nothing was found, in the wrong folder perhaps: what was there stays.
    novel::write_rows(&path, &[]).unwrap();
    novel::write_messages(&path, &[]).unwrap();
    assert_eq!(novel::read_rows(&path).unwrap(), lines);
    fs::write(&path, "{\"no\": 1}\n").unwrap();
    assert!(novel::read_rows(&path).unwrap_err().to_string().starts_with("line 1"));
    assert!(!novel::is_rows(&path));
}

#[test]
fn messages_come_back_through_their_own_reader() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("001.json");
    novel::write_messages(&path, &read("vntextpatch/001.json").lines).unwrap();
    let again = novel::Novel::read(novel::read_folder(&path).unwrap(), false);
    assert_eq!(super::briefs(&again)[2], "綾: せーの！");
    assert_eq!(json_of(folder.path(), "001.json")[1], json!({ "message": "彼女は笑った。" }));
}

#[test]
fn a_name_that_leads_out_of_the_folder_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("a/b");
    let sources = Sources {
        lines: talk(&[("A", "How are you today?"), ("B", "Quite well, thank you.")]),
        ..Sources::default()
    };
    for (name, person) in
        [("../../x", ""), ("novel", "../x"), ("/tmp/x", ""), ("C:x", ""), ("a\\b", "")]
    {
        let recipe = Recipe {
            options: everything(),
            name: name.to_owned(),
            person_id: person.to_owned(),
            ..Recipe::default()
        };
        let told = make(&sources, &recipe, &folder).unwrap_err().to_string();
        assert!(told.contains("no name for files"), "{name} {person}: {told}");
    }
    assert!(!home.path().join("x_train.json").exists());
    let recipe = Recipe { options: everything(), name: "novel".to_owned(), ..Recipe::default() };
    make(&sources, &recipe, &folder).unwrap();
}
