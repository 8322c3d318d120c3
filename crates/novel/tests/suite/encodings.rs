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
fn japanese_in_seven_bits_is_read() {
    let bytes = b"\x1b$B!Z>/=w![!V$*$O$h$&!#$$$$E75$$M!W\x1b(B\n\
        \x1b$B!ZKM![!V$&$s!#!W\x1b(B\n\
        \x1b$B!Z>/=w![!V%M%3!W\x1b(B\n\
        ";
    let decoded = novel::decode(bytes);
    assert_eq!((decoded.encoding, decoded.damaged), ("ISO-2022-JP", false));
    assert_eq!(
        decoded.text,
        "【少女】「おはよう。いい天気ね」\n【僕】「うん。」\n【少女】「ネコ」\n"
    );
    // The colours of a terminal are no Japanese, and neither is a lone escape.
    for plain in ["\u{1b}[31mred\u{1b}[0m", "a\u{1b}", "cost: $B"] {
        assert_eq!(
            (novel::decode(plain.as_bytes()).encoding, &*novel::decode(plain.as_bytes()).text),
            ("UTF-8", plain)
        );
    }
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

/// A file that was cut together, or copied badly, has the odd byte that its encoding does not know: that costs its line, and neither the
/// others nor the names in them.
#[test]
fn a_few_wrong_bytes_do_not_make_another_encoding() {
    let lines =
        "【寧々】「おはよう、元気？」[p]\r\n【俺】「うん、まあね」[p]\r\n風が吹いた。[p]\r\n"
            .repeat(12);
    let chinese =
        "【小颖】「早上好，你怎么样？」[p]\n【顾然】「还行吧」[p]\n起风了。[p]\n".repeat(12);
    let french = "Zoé: Où étais-tu, mon cœur ?\nÉlise: À l'école, bien sûr, très tôt…\n".repeat(12);
    for (encoding, text, names) in [
        (encoding_rs::UTF_8, &lines, ["寧々", "俺"]),
        (encoding_rs::SHIFT_JIS, &lines, ["寧々", "俺"]),
        (encoding_rs::EUC_JP, &lines, ["寧々", "俺"]),
        (encoding_rs::UTF_8, &chinese, ["小颖", "顾然"]),
        (encoding_rs::GB18030, &chinese, ["小颖", "顾然"]),
        (encoding_rs::UTF_8, &french, ["Zoé", "Élise"]),
        (encoding_rs::WINDOWS_1252, &french, ["Zoé", "Élise"]),
    ] {
        let clean = encoding.encode(text).0.into_owned();
        for wrong in [&[][..], &[0xff], &[0xff, 0xff, 0xff]] {
            // In the places of line ends, far from each other.
            let mut bytes = clean.clone();
            for (at, byte) in wrong.iter().enumerate() {
                let from = (at + 1) * bytes.len() / 5;
                let end = from + bytes[from..].iter().position(|&byte| byte == b'\n').unwrap();
                bytes.insert(end - 3, *byte);
            }
            let decoded = novel::decode(&bytes);
            if wrong.is_empty() || encoding != encoding_rs::WINDOWS_1252 {
                assert_eq!(decoded.encoding, encoding.name(), "{names:?} {wrong:?}");
            }
            for name in names {
                assert!(decoded.text.matches(name).count() >= 11, "{name} in {decoded:?}");
            }
        }
    }
}
