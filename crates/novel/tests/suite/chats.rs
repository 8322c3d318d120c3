//! Chats as a source of datasets: who of a group answers whom, and what was swiped away.

use novel::chatlog::{Chat, parse};
use novel::dataset::{Narration, Options, Recipe, Sources, examples_of_chat, make, preferences};
use novel::{File, Folder, Novel};
use serde_json::{Value, json};

use super::datasets::json_of;

/// A chat of SillyTavern; names in capitals are the person's.
fn rows(messages: &[(&str, &str, &[&str])]) -> String {
    let header = json!({"user_name": "ME", "character_name": "Anna", "chat_metadata": {}});
    let messages = messages.iter().map(|(name, text, swipes)| {
        let is_user = !name.is_empty() && name.chars().all(char::is_uppercase);
        json!({"name": name, "is_user": is_user, "mes": text, "swipes": swipes})
    });
    let all: Vec<String> =
        std::iter::once(header).chain(messages).map(|row: Value| row.to_string()).collect();
    all.join("\n")
}

fn chat(messages: &[(&str, &str, &[&str])]) -> Chat {
    parse(&rows(messages)).unwrap().0
}

fn of(speaker: Option<&str>) -> Options {
    Options { speaker: speaker.map(str::to_owned), validation: 0.0, ..Options::default() }
}

/// Questions and answers of the only example.
fn pairs(chat: &Chat, options: &Options) -> Vec<(String, String)> {
    let found = examples_of_chat(chat, "chat", options);
    assert!(found.len() < 2, "{found:?}");
    let own = |(prompt, answer): (&str, &str)| (prompt.to_owned(), answer.to_owned());
    found.iter().flat_map(|example| example.pairs().map(own).collect::<Vec<_>>()).collect()
}

fn check(chat: &Chat, speaker: Option<&str>, expected: &[(&str, &str)]) {
    let found = pairs(chat, &of(speaker));
    let found: Vec<(&str, &str)> =
        found.iter().map(|(prompt, answer)| (prompt.as_str(), answer.as_str())).collect();
    assert_eq!(found, expected, "{speaker:?}");
}

const GROUP: &[(&str, &str, &[&str])] = &[
    ("ME", "Who wants tea today?", &[]),
    ("Anna", "I am Anna and I want tea.", &["I am Anna and I want tea.", "Anna, swiped."]),
    ("Bea", "I am Bea and I hate tea.", &["Bea, swiped.", "I am Bea and I hate tea."]),
    ("ME", "And coffee, then?", &[]),
    ("Bea", "Bea loves coffee.", &[]),
    ("Anna", "Anna likes it not.", &[]),
    ("Anna", "{{char}} likes milk.", &[]),
];

#[test]
fn everybody_in_a_group_answers_for_themselves() {
    let chat = chat(GROUP);
    check(
        &chat,
        Some("Anna"),
        &[
            ("Who wants tea today?", "I am Anna and I want tea."),
            (
                "Bea: I am Bea and I hate tea.\nME: And coffee, then?\nBea: Bea loves coffee.",
                "Anna likes it not.\nAnna likes milk.",
            ),
        ],
    );
    check(
        &chat,
        Some("Bea"),
        &[
            (
                "ME: Who wants tea today?\nAnna: I am Anna and I want tea.",
                "I am Bea and I hate tea.",
            ),
            ("And coffee, then?", "Bea loves coffee."),
        ],
    );
    check(
        &chat,
        None,
        &[
            ("Who wants tea today?", "I am Anna and I want tea."),
            ("Bea: I am Bea and I hate tea.\nME: And coffee, then?", "Bea loves coffee."),
        ],
    );
    check(&chat, Some("Cleo"), &[]);
}

#[test]
fn what_was_swiped_away_belongs_to_who_might_have_said_it() {
    let chat = chat(GROUP);
    let found = |speaker: Option<&str>| {
        let all = preferences(&chat, &of(speaker));
        all.into_iter().map(|one| (one.prompt, one.chosen, one.rejected)).collect::<Vec<_>>()
    };
    let own = |(prompt, chosen, rejected): (&str, &str, &str)| {
        (prompt.to_owned(), chosen.to_owned(), rejected.to_owned())
    };
    let anna = own(("Who wants tea today?", "I am Anna and I want tea.", "Anna, swiped."));
    let bea = own((
        "ME: Who wants tea today?\nAnna: I am Anna and I want tea.",
        "I am Bea and I hate tea.",
        "Bea, swiped.",
    ));
    assert_eq!([found(Some("Anna")), found(Some("Bea"))].concat(), [anna, bea]);
    assert_eq!(found(None), [found(Some("Anna")), found(Some("Bea"))].concat());
}

#[test]
fn the_answers_of_a_group_are_counted_by_name() {
    let file = File { path: "group.jsonl".to_owned(), bytes: rows(GROUP).into_bytes() };
    let novel = Novel::read(Folder { files: vec![file], ..Folder::default() }, true);
    let sources = Sources { chats: novel.chats, ..Sources::default() };
    let made = |speaker: Option<&str>| {
        let folder = tempfile::tempdir().unwrap();
        let recipe = Recipe { options: of(speaker), name: "g".into(), ..Recipe::default() };
        let made = make(&sources, &recipe, folder.path()).unwrap();
        let answers: Vec<(String, usize)> = made.report.answers.into_iter().collect();
        (answers, json_of(folder.path(), "g_train.json")[0]["output"].clone())
    };
    assert_eq!(made(Some("Bea")), (vec![("Bea".to_owned(), 2)], json!("Bea loves coffee.")));
    assert_eq!(made(None).0, [("Anna".to_owned(), 1), ("Bea".to_owned(), 1)]);
}

#[test]
fn a_chat_with_one_character_is_as_it_was() {
    let single = chat(&[
        ("Anna Smith", "Hello!", &[]),
        ("ME", "Do you paint?", &[]),
        ("ME", "Well?", &[]),
        ("Anna Smith", "Every day.", &["No.", "Every day."]),
        ("Anna Smith", "And you?", &[]),
        ("ME", "Never.", &[]),
        ("Anna Smith", "A pity.", &["A pity.", "Oh."]),
        ("ME", "Bye.", &[]),
    ]);
    // What the header calls her counts, and what her messages do.
    for speaker in [None, Some("Anna"), Some("Anna Smith")] {
        check(
            &single,
            speaker,
            &[("Do you paint?\nWell?", "Every day.\nAnd you?"), ("Never.", "A pity.")],
        );
    }
    // Two names of one person are one person's.
    let aliases = vec![vec!["Anna".to_owned(), "Anna Smith".to_owned()]];
    let options = Options { aliases, ..of(Some("Anna")) };
    let found = preferences(&single, &options);
    assert_eq!(
        (found[0].prompt.as_str(), found[0].chosen.as_str(), found[0].rejected.as_str()),
        ("Never.", "A pity.", "Oh."),
        "an answer in two messages was chosen as a whole"
    );
    assert_eq!(found.len(), 1);
    let nameless = chat(&[("ME", "Tea?", &[]), ("", "Please.", &["Please.", "No."])]);
    check(&nameless, Some("Anna"), &[("Tea?", "Please.")]);
    assert_eq!(preferences(&nameless, &of(None)).len(), 1);
}

#[test]
fn what_the_narrator_of_a_chat_tells_is_no_answer() {
    let text = [
        r#"{"user_name":"unused","character_name":"unused"}"#,
        r#"{"name":"System","is_user":false,"is_system":false,"mes":"Night.","extra":{"type":"narrator"}}"#,
        r#"{"name":"Me","is_user":true,"mes":"Who is there?","extra":null}"#,
        r#"{"name":"System","is_user":false,"is_system":false,"mes":"A knock.","extra":{"type":"narrator"}}"#,
        r#"{"name":"Anna","is_user":false,"mes":"Me, {{user}}.","extra":{"api":"x"}}"#,
    ];
    let text = text.join("\n");
    let chat = parse(&text).unwrap().0;
    assert_eq!((chat.user.as_str(), chat.character.as_str()), ("Me", "Anna"));
    for speaker in [None, Some("Anna")] {
        check(&chat, speaker, &[("Who is there?", "Me, Me.")]);
    }
    let told = Options { narration: Narration::Context, ..of(Some("Anna")) };
    assert_eq!(pairs(&chat, &told)[0].0, "(Night.)\nWho is there?\n(A knock.)");
    let novel = super::read_text("chat.jsonl", &text);
    assert_eq!(
        super::briefs(&novel),
        ["(Night.)", "Me: Who is there?", "(A knock.)", "Anna: Me, Me."]
    );
}
