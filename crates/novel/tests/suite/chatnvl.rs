//! ChatNVL's way to a dataset, with its numbers.

use novel::dataset::chatnvl::{Chat, Settings, dialogues, generate};
use novel::dataset::{Options, Profile, Recipe, Sources, make};
use novel::dumps::{Group, Names, Order, order};
use serde_json::json;

use super::datasets::{json_of, talk};
use super::{fixture, read};

fn chat(speaker: &str, chs: &str) -> Chat {
    Chat { jpn: String::new(), chs: chs.to_owned(), speaker: speaker.to_owned() }
}

#[test]
fn dumps_become_dialogues_in_both_orders() {
    for (game, expected) in [("koikake", Order::NameAfter), ("sanoba", Order::NameBefore)] {
        let novel = read(&format!("chatnvl/{game}"));
        let dump = &novel.dumps[0];
        assert_eq!(order(&dump.groups, &dump.names), expected, "{game}");
        let dialogues = dialogues(&dump.groups, &dump.names, dump.order);
        assert_eq!(dialogues.len(), 1, "{game}");
        assert_eq!(dialogues[0].len(), 3, "{game}");
    }
    let novel = read("chatnvl/koikake");
    let dump = &novel.dumps[0];
    assert_eq!(
        dialogues(&dump.groups, &dump.names, dump.order)[0][0],
        Chat {
            jpn: "おはよう、星奏".into(), chs: "早上好，星奏".into(), speaker: "洸太郎".into()
        }
    );
    let names = Names::read("\u{feff}洸太郎 國見\n星奏 姫野\n");
    assert_eq!((names.number("洸太郎"), names.number("姫野")), (Some(0), Some(1)));
}

#[test]
fn four_lines_without_speech_end_a_dialogue_and_two_chats_make_none() {
    let mut rows = vec![("a", "1"), ("b", "2"), ("a", "3")];
    rows.extend([("", "…"); 3]);
    rows.extend([("b", "4")]);
    rows.extend([("", "…"); 4]);
    rows.extend([("a", "5"), ("b", "6")]);
    let dialogues = novel::dataset::chatnvl::dialogues_of_lines(&talk(&rows), None);
    assert_eq!(dialogues.iter().map(Vec::len).collect::<Vec<_>>(), [4], "the last two are too few");
}

/// Names and quotations count where the Chinese text has them, as ChatNVL looks for them; a name that completes nothing, and words
/// that nobody owns, are lines without speech.
#[test]
fn halves_that_find_no_other_half_are_no_speech() {
    let group = |(jpn, chs): (&str, &str)| Group { line: 1, jpn: jpn.into(), chs: chs.into() };
    let names = Names::read("宁宁\n柊史\n");
    let said = [("寧々", "宁宁"), ("「はい」", "「是的」")];
    let stray = |one: (&'static str, &'static str)| std::iter::repeat_n(one, 4);
    let rows = |one| {
        let talk = || said.iter().copied().cycle().take(6);
        talk().chain(stray(one)).chain(talk()).map(group).collect::<Vec<_>>()
    };
    let cut = |rows: &[Group], order| {
        dialogues(rows, &names, order).iter().map(Vec::len).collect::<Vec<_>>()
    };
    assert_eq!(cut(&rows(("「誰？」", "「谁？」")), Order::NameBefore), [3, 3]);
    assert_eq!(cut(&rows(("寧々", "宁宁")), Order::NameBefore), [6], "names wait");
    let mut behind = rows(("寧々", "宁宁"));
    behind.rotate_left(1);
    assert_eq!(cut(&behind, Order::NameAfter), [3, 3], "names behind a name");
}

#[test]
fn lines_that_say_little_are_dropped_and_marks_are_thinned() {
    let dialogue = vec![
        chat("a", "今天一起去图书馆"),
        chat("b", "短"),
        chat("b", "啊啊啊啊啊啊嗯嗯"),
        chat("b", "我想借那本小说……——真的"),
        chat("a", "那就走，图书馆很远"),
        chat("a", "别忘了带上借书证！"),
    ];
    let (all, personal) = generate(&[dialogue], &["a".to_owned()], &Settings::default());
    assert_eq!(all.len(), 2, "two offsets");
    assert_eq!(
        (all[0].prompt.as_str(), all[0].answer.as_str()),
        ("今天一起去图书馆", "我想借那本小说…真的")
    );
    assert_eq!(
        all[1].answer, "那就走，图书馆很远。别忘了带上借书证！",
        "one turn, joined by a full stop"
    );
    assert_eq!(personal.len(), 1, "only where the second speaker is the person");
    assert_eq!(personal[0].answer, all[1].answer);
}

#[test]
fn windows_move_by_two_groups_and_pairs_begin_at_both_offsets() {
    // Every turn has 130 characters: each is a group of its own; five groups.
    let long = |c: char| std::iter::repeat_n(c, 130).collect::<String>();
    let letters = ['甲', '乙', '丙', '丁', '戊'];
    let dialogue: Vec<Chat> = letters
        .iter()
        .enumerate()
        .map(|(at, &c)| chat(if at % 2 == 0 { "a" } else { "b" }, &long(c)))
        .collect();
    let (all, personal) = generate(&[dialogue], &["b".to_owned()], &Settings::default());
    let first = |text: &str| text.chars().next().unwrap();
    let rows: Vec<(char, char)> =
        all.iter().map(|row| (first(&row.prompt), first(&row.answer))).collect();
    // i = 0: 甲乙丙 → (甲乙), then (乙丙); i = 2: 丙丁戊 → (丙丁), (丁戊); i = 4: 戊 alone makes no pair.
    assert_eq!(rows, [('甲', '乙'), ('乙', '丙'), ('丙', '丁'), ('丁', '戊')]);
    assert!(all.iter().all(|row| row.history.is_empty()));
    let own: Vec<char> = personal.iter().map(|row| first(&row.answer)).collect();
    assert_eq!(own, ['乙', '丁']);
}

#[test]
fn short_turns_share_a_group_and_earlier_pairs_are_history() {
    let rows: Vec<Chat> =
        (0..6).map(|at| chat(["a", "b"][at % 2], &format!("第{at}句话有八个字吧"))).collect();
    let (all, personal) = generate(&[rows], &["b".to_owned()], &Settings::default());
    assert_eq!(all.iter().map(|row| row.history.len()).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(
        personal.iter().map(|row| row.history.len()).collect::<Vec<_>>(),
        [2],
        "the other offset has only answers of a"
    );
}

#[test]
fn chatnvl_writes_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let mut sources = Sources::default();
    sources.add(&fixture("chatnvl/sanoba")).unwrap();
    let recipe = Recipe {
        options: Options { speaker: Some("绫地".to_owned()), ..Options::default() },
        profile: Profile::ChatNvl,
        name: "sanoba".to_owned(),
        person_id: "nene".to_owned(),
        ..Recipe::default()
    };
    // Three short lines are fewer than its filter lets through: the reason is said.
    let error = make(&sources, &recipe, folder.path()).unwrap_err();
    assert!(error.to_string().contains("no dialogue"), "{error}");
    for dump in &mut sources.dumps {
        for group in &mut dump.groups {
            if group.chs.starts_with('「') {
                group.chs =
                    format!("「{}我们去学校的图书馆吧」", group.chs.trim_matches(['「', '」']));
            }
        }
    }
    let made = make(&sources, &recipe, folder.path()).unwrap();
    let files: Vec<&str> = made.files.iter().map(|file| file.file.as_str()).collect();
    assert_eq!(
        files,
        [
            "sanoba.chat.json",
            "sanoba.full.json",
            "sanoba.name.json",
            "generated/sanoba.all.json",
            "generated/sanoba.nene.json"
        ]
    );
    assert!(made.files.iter().all(|file| file.sha1.len() == 40));
    assert_eq!(
        json_of(folder.path(), "sanoba.name.json"),
        json!([["宁宁", 0], ["绫地", 0], ["柊史", 1]])
    );
    assert_eq!(json_of(folder.path(), "sanoba.chat.json")[0][1]["speaker"], "柊史");
    let full = json_of(folder.path(), "sanoba.full.json");
    assert_eq!(full.as_array().unwrap().len(), 4, "names are left out");
    assert_eq!(full[0], json!(["先輩、遅いですよ", "学长，太慢了我们去学校的图书馆吧"]));
    assert_eq!(json_of(folder.path(), "generated/sanoba.nene.json")[0]["input"], "");
    assert_eq!(
        json_of(folder.path(), "generated/sanoba.nene.json").as_array().unwrap().len(),
        1,
        "an alias is the person"
    );
}
