//! Files as other programs write them.

use super::*;

const TAVERN: &str = include_str!("samples/silly_tavern.jsonl");
const GROUP: &str = include_str!("samples/group.jsonl");
const RISU: &str = include_str!("samples/Koto_2026-01-17T083021281Z_chat.json");

#[track_caller]
fn chats(text: &str, file: &str) -> Vec<Talk> {
    read(text.as_bytes(), file).unwrap().expect("a chat")
}

fn lines(talk: &Talk) -> Vec<(&str, &str)> {
    let who = |by: &'_ By| match by {
        By::Person => "you".to_owned(),
        By::Narrator => "narrator".to_owned(),
        By::Character(name) => name.clone(),
    };
    let line = |said: &Said| (who(&said.by), said.texts[said.chosen].clone());
    talk.said.iter().map(line).map(|(who, text)| (&*who.leak(), &*text.leak())).collect()
}

#[test]
fn silly_tavern_comes_with_swipes_dates_names_and_its_note() {
    let talks = chats(TAVERN, "Rain.jsonl");
    let talk = &talks[0];
    assert_eq!(
        (talk.program, talk.character.as_str(), talk.user.as_str()),
        ("SillyTavern", "Koto", "Mei")
    );
    assert_eq!(talk.title, "Rain");
    assert_eq!(
        lines(talk),
        [
            ("Koto", "Hello, Mei. Koto is here."),
            ("you", "I live in Porto, Mei says."),
            // Edited after the swipe was made: what is shown counts.
            ("Koto", "Porto! I was there once."),
            ("narrator", "It begins to rain."),
            ("Koto", "Come under the roof."),
        ]
    );
    assert_eq!(talk.said[0].texts[1], "You are late, Mei.");
    assert_eq!(talk.said[2].texts, ["Where is that?", "Porto! I was there once."]);
    assert_eq!((talk.said[2].chosen, talk.swipes()), (1, 2));
    assert_eq!(talk.said[2].at, Some(1_709_402_820_000));
    assert_eq!(talk.said[3].at, Some(1_709_402_880_000));
    assert!(talk.said[0].at.is_some() && talk.said[1].at.is_some());
    assert_eq!(talk.said[4].at, None);
    assert_eq!(talk.note, Some(("[{{char}} is in a hurry today]".to_owned(), 4)));
    let told = talk.warnings.join("\n");
    for part in ["hidden from the model there: 1", "other program, left out: 1", "`Harbour`"] {
        assert!(told.contains(part), "{told}");
    }
}

#[test]
fn what_an_editor_of_windows_saved_is_the_same_chat() {
    let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let marked = format!("\u{feff}{TAVERN}");
    let plain = chats(TAVERN, "Rain.jsonl");
    for bytes in [little(&marked), big(&marked), marked.clone().into_bytes()] {
        assert_eq!(read(&bytes, "Rain.jsonl").unwrap().unwrap(), plain);
    }
    for bytes in
        [little("\u{feff}{\"type\": \"risuChat\""), big("\u{feff}{\"type\":\"risuAllChats\"")]
    {
        assert!(is_risu(&bytes));
    }
}

#[test]
fn a_group_keeps_who_spoke() {
    let talk = &chats(GROUP, "2025-8-14@19h52m08s.jsonl")[0];
    assert_eq!(talk.speakers(), ["Koto", "Haru", "Zorg"]);
    assert_eq!(lines(talk)[1], ("Haru", "Haru waves at Mei."));
    assert_eq!((talk.user.as_str(), talk.title.as_str()), ("Mei", ""));
    assert_eq!(talk.said[0].at, Some(1_755_201_128_837));
}

#[test]
fn risu_comes_with_its_lore_and_its_note() {
    let file = "Koto_2026-01-17T083021281Z_chat.json";
    let talk = &chats(RISU, file)[0];
    assert!(is_risu(RISU.as_bytes()) && !is_risu(TAVERN.as_bytes()));
    assert_eq!((talk.program, talk.character.as_str()), ("RisuAI", "Koto"));
    // Nobody says who the person is: that is filled in later.
    assert_eq!(lines(talk), [("you", "Hi, {{char}}."), ("Koto", "Hi, {{user}}.")]);
    assert_eq!(talk.said[1].texts.len(), 2);
    assert_eq!(talk.said[0].at, Some(1_768_638_621_000));
    assert_eq!(talk.note, Some(("Stay short.".to_owned(), 0)));
    let book = serde_json::to_vec(talk.book.as_ref().unwrap()).unwrap();
    assert_eq!(lore::read(&book).unwrap().0.entries.len(), 1);

    let all = format!(
        r#"{{"type":"risuAllChats","ver":2,"data":[{0},{0},{{"name":"x"}}]}}"#,
        r#"{"name":"Rain","message":[{"role":"user","data":"Hi"}]}"#
    );
    let talks = chats(&all, "Haru_2026-01-17T0Z_all_chats.json");
    assert_eq!(
        (talks.len(), talks[0].title.as_str(), talks[0].character.as_str()),
        (2, "Rain", "Haru")
    );
    let page = format!(
        "<html><div class=\"idat\">{}</div></html>",
        RISU.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
    );
    assert_eq!(chats(&page, file)[0].said, talk.said);
}

#[test]
fn further_programs_are_read() {
    let web = &chats(include_str!("samples/web_ui.json"), "x.json")[0];
    assert_eq!(lines(web), [("", "Yes?"), ("you", "Hi"), ("", "What is it?")]);
    assert_eq!(web.said[2].texts, ["What is it?", "Hm?"]);
    let kobold = &chats(include_str!("samples/kobold_lite.json"), "x.json")[0];
    assert_eq!(
        lines(kobold),
        [
            ("Koto", "Hello there."),
            ("you", "I am Mei."),
            ("Koto", "Nice to meet you."),
            ("you", "Same.")
        ]
    );
    assert_eq!(kobold.note.as_ref().unwrap().0, "[Note: It is late.]");
    let agnai = &chats(include_str!("samples/agnai.json"), "x.json")[0];
    assert_eq!(lines(agnai), [("Koto", "Hello."), ("you", "Hi."), ("Koto", "Tea?")]);
    assert_eq!((agnai.user.as_str(), agnai.title.as_str()), ("Mei", "Rain"));
    assert_eq!(agnai.said[2].texts, ["Tea?", "Coffee?"]);
    let talks = chats(include_str!("samples/character_ai.json"), "x.json");
    assert_eq!((talks.len(), talks[0].character.as_str()), (2, "Koto"));
    assert_eq!(talks[0].said[0].at, Some(1_675_245_600_000));
    let first = &chats(r#"["You: Hi.", "Koto: Yes?"]"#, "x.json")[0];
    assert_eq!(lines(first), [("you", "Hi."), ("Koto", "Yes?")]);
    for plain in [
        r#"[{"role":"user","content":"Hi."},{"role":"assistant","content":"Yes?"}]"#,
        "{\"role\":\"user\",\"content\":\"Hi.\"}\n{\"role\":\"assistant\",\"content\":\"Yes?\"}",
        r#"{"title":"x","messages":[{"role":"user","content":"Hi."},{"role":"assistant","content":"Yes?"}]}"#,
    ] {
        assert_eq!(lines(&chats(plain, "x.json")[0]), [("you", "Hi."), ("", "Yes?")], "{plain}");
    }
}

#[test]
fn what_is_no_chat_is_none_or_refused() {
    for nothing in
        ["", "{", "[]", "{}", "[1,2]", "null", "words", "{\"a\":1}\n{\"b\":2}", "<html></html>"]
    {
        assert_eq!(read(nothing.as_bytes(), "x.json").unwrap(), None, "{nothing}");
    }
    for examples in [
        "{\"instruction\":\"a\",\"output\":\"b\"}\n{\"instruction\":\"a\",\"output\":\"b\"}",
        "{\"prompt\":\"a\",\"chosen\":\"b\",\"rejected\":\"c\"}\n{\"prompt\":\"a\",\"chosen\":\"b\"}",
        "[{\"conversations\":[]},{\"conversations\":[]}]",
    ] {
        let problem = read(examples.as_bytes(), "x.jsonl").unwrap_err();
        assert!(problem.message.contains("examples to train with"), "{problem:?}");
    }
    let head = r#"{"user_name":"Mei","character_name":"Koto","chat_metadata":{}}"#;
    let empty = read(format!("{head}\n{{\"name\":\"Koto\",\"mes\":\"  \"}}").as_bytes(), "x.jsonl");
    assert!(empty.unwrap_err().message.contains("no message that can be read"));
}

#[test]
fn a_line_that_was_cut_off_costs_itself() {
    let cut = TAVERN.replacen("\"is_user\":true,\"is_system\":false", "\"is_us", 1);
    let talk = &chats(&cut, "Rain.jsonl")[0];
    assert_eq!(talk.said.len(), 4);
    assert!(talk.warnings.iter().any(|warning| warning.contains("damaged lines, left out: 1")));
}

#[test]
fn bounds_hold_whatever_a_file_says() {
    let swipes = vec!["\"s\""; 3_000].join(",");
    let long = "x".repeat(MAX_TEXT + 9);
    let text = format!(
        "{{\"chat_metadata\":{{}},\"user_name\":\"a\",\"character_name\":\"b\"}}\n{{\"name\":\"b\",\"is_user\":false,\"mes\":\"{long}\",\"swipes\":[{swipes}],\"swipe_id\":99999999999,\"send_date\":\"{long}\"}}"
    );
    let talk = &chats(&text, "x.jsonl")[0];
    assert_eq!(talk.said[0].texts[talk.said[0].chosen].len(), MAX_TEXT);
    assert!(talk.said[0].texts.len() <= MAX_SWIPES);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(read(deep.as_bytes(), "x.json").unwrap(), None);
    let many = vec!["{\"name\":\"a\",\"is_user\":true,\"mes\":\"x\"}"; MAX_MESSAGES + 1].join("\n");
    assert!(read(many.as_bytes(), "x.jsonl").unwrap_err().message.contains("200,000"));
    let one = r#"{"message":[{"role":"user","data":"Hi"}]}"#;
    let all = vec![one; MAX_TALKS + 2].join(",");
    let talks = chats(&format!(r#"{{"type":"risuAllChats","ver":2,"data":[{all}]}}"#), "x.json");
    let told = talks[0].warnings.join("\n");
    assert!(talks.len() == MAX_TALKS && told.contains("left out: 2"), "{told}");
}
