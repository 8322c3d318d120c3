//! The stream of events by itself.

use crate::events::{Chunk, EventStream, complaint, shortened};

fn events(bytes: &[u8], size: usize) -> Vec<String> {
    let mut stream = EventStream::default();
    let mut all = Vec::new();
    let mut take = |data: &str| {
        all.push(data.to_owned());
        Ok(())
    };
    for piece in bytes.chunks(size) {
        stream.push(piece, &mut take).unwrap();
    }
    stream.finish(&mut take).unwrap();
    all
}

#[test]
fn lines_and_events_are_those_of_the_standard() {
    let stream =
        "data: one\r\n\r\n:comment\ndata:two\ndata: three\nretry: 5\n\n\n\ndata\n\ndata: 四";
    for size in [1, 2, 5, 100] {
        assert_eq!(events(stream.as_bytes(), size), ["one", "two\nthree", "四"], "{size}");
        // Carriage returns alone, and a byte order mark before all.
        let returned = "\u{feff}data: one\r\rdata: \u{feff}two\rdata: three\r\r";
        let wanted = ["one", "\u{feff}two\nthree"];
        assert_eq!(events(returned.as_bytes(), size), wanted, "{size}");
    }
}

#[test]
fn a_message_in_parts_is_its_texts() {
    // As Mistral's documentation has it for models that think.
    let text = r#"{"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"Good "},{"type":"text","text":"evening."},7]}}]}"#;
    let chunk = Chunk::read(text).unwrap();
    assert_eq!((chunk.text.as_str(), chunk.thought), ("Good evening.", true));
}

#[test]
fn any_bytes_are_survived() {
    const LETTERS: &[u8] = b"data:\r\n {}[]\"\xff\xe3choices,";
    let mut state = 7u32;
    for _ in 0..200 {
        let bytes: Vec<u8> = (0..97)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                LETTERS[(state >> 16) as usize % LETTERS.len()]
            })
            .collect();
        for data in events(&bytes, 3) {
            let _any = Chunk::read(&data);
        }
    }
}

#[test]
fn words_of_a_server_become_one_short_line() {
    assert_eq!(shortened(" a\n\n\tb\u{1b}[31m\u{0}c "), "a b[31mc");
    assert_eq!(shortened(&"長".repeat(400)).chars().count(), 301);
}

#[test]
fn reasons_are_found_where_servers_put_them() {
    let reason = |text: &str| complaint(&serde_json::from_str(text).unwrap());
    for (text, words) in [
        (r#"{"error":"a"}"#, "a"),
        (r#"{"error":{"message":"a","code":7}}"#, "a"),
        (r#"{"error":{"code":7}}"#, r#"{"code":7}"#),
        (r#"{"object":"error","message":"a"}"#, "a"),
        (r#"{"detail":"a"}"#, "a"),
        (
            r#"{"detail":[{"loc":["body","seed"],"msg":"not permitted"},{"loc":["body"]}]}"#,
            r#"["body","seed"]: not permitted"#,
        ),
    ] {
        assert_eq!(reason(text).as_deref(), Some(words), "{text}");
    }
    for none in ["{}", "[]", r#"{"error":null}"#, r#"{"detail":[]}"#, r#"{"message":7}"#] {
        assert_eq!(reason(none), None, "{none}");
    }
}
