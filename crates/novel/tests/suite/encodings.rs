//! Encodings and disguises of one and the same script.

use super::{briefs, read};

#[test]
fn every_encoding_gives_the_same_rows() {
    for (file, encoding) in [
        ("mode0.ks", "UTF-16LE, scrambled"),
        ("mode1.ks", "UTF-16LE, scrambled"),
        ("mode2.ks", "UTF-16LE, scrambled"),
        ("utf16.ks", "UTF-16LE"),
        ("utf16_bare.ks", "UTF-16LE"),
        ("sjis.ks", "Shift_JIS"),
        ("utf8_bom.ks", "UTF-8"),
    ] {
        let novel = read(&format!("kirikiri/{file}"));
        assert_eq!(
            briefs(&novel),
            ["少女: おはよう。\nいい天気ね。", "(彼女は笑った。)"],
            "{file}"
        );
        assert_eq!(novel.encodings.keys().collect::<Vec<_>>(), [encoding], "{file}");
    }
}

#[test]
fn lines_that_only_carriage_returns_end_are_lines() {
    assert_eq!(novel::decode(b"one\rtwo\r").text, "one\ntwo\n");
    assert_eq!(novel::decode(b"one\r\ntwo\r").text, "one\r\ntwo\r", "as it was");
    let script = "define e = Character(\"Eileen\")\rlabel start:\r    e \"Hello.\"\r    return\r";
    let novel = super::read_text("old.rpy", script);
    assert_eq!(briefs(&novel), ["Eileen: Hello."]);
}

#[test]
fn chinese_in_gbk_is_read() {
    let novel = read("kirikiri/gbk.ks");
    assert_eq!(briefs(&novel)[..2], ["小雪: 今天天气真好，我们去散步吧。", "小雪: 你怎么不说话？"]);
}

#[test]
fn bytes_of_no_encoding_are_read_with_their_damage_named() {
    let decoded = novel::decode(b"Mira: hello\xff\xff\xfe\x80 there\nJon: yes\n");
    assert!(decoded.text.contains("Mira: hello"), "{decoded:?}");
    assert_eq!(
        novel::decode(b""),
        novel::Decoded { text: String::new(), encoding: "UTF-8", damaged: false }
    );
    assert_eq!(novel::decode(b"\xff").text.chars().count(), 1);
}
