//! Readings of whole sentences, and of what a dictionary alone gets wrong.

use super::*;
use crate::resources::{Options, dictionary};

fn japanese() -> Japanese {
    Japanese::open(&dictionary(&Options::checkout().resources, "ja/ipadic.dic.zst")).unwrap()
}

#[test]
fn sentences_are_read_as_they_are_written_in_furigana() {
    let japanese = japanese();
    for (text, expected) in [
        ("今日は雨です", "きょうはあめです"),
        ("私は学生です。", "わたしはがくせいです。"),
        ("お元気ですか", "おげんきですか"),
        ("また明日会いましょう", "またあしたあいましょう"),
        ("東京へ行きます", "とうきょうへいきます"),
        ("彼女は歌が上手だ", "かのじょはうたがじょうずだ"),
        ("昨日の夜は眠れなかった", "きのうのよるはねむれなかった"),
        ("美味しいお茶を飲みたい", "おいしいおちゃをのみたい"),
        ("ありがとうございます", "ありがとうございます"),
        ("名前を教えてください", "なまえをおしえてください"),
        ("図書館で本を読む", "としょかんでほんをよむ"),
        ("友達と映画を見た", "ともだちとえいがをみた"),
        ("心配しないで", "しんぱいしないで"),
        ("桜の花が綺麗に咲いている", "さくらのはながきれいにさいている"),
        ("電車が遅れています", "でんしゃがおくれています"),
        ("一緒に帰ろう", "いっしょにかえろう"),
        ("君のことが大好きだよ", "きみのことがだいすきだよ"),
        ("もう一度言って", "もういちどいって"),
        ("3時に駅で", "さんじにえきで"),
        ("20歳の誕生日", "はたちのたんじょうび"),
        ("3.5キロ", "さんてんごきろ"),
    ] {
        assert_eq!(japanese.reading(text), expected, "{text}");
    }
}

#[test]
fn particles_and_long_vowels_are_said_as_they_sound() {
    let japanese = japanese();
    for (text, expected) in [
        ("今日は雨です", "キョーワ アメデス"),
        ("東京へ行きます", "トーキョーエ イキマス"),
        ("本を読む", "ホンヲ ヨム"),
    ] {
        assert_eq!(japanese.spoken(text), expected, "{text}");
    }
}

/// Accents of Tokyo as dictionaries of pronunciation have them; minimal pairs among them.
#[test]
fn the_pitch_falls_where_a_dictionary_of_accents_says() {
    let japanese = japanese();
    for (text, expected) in [
        ("雨が降る", "ア'メガ フ'ル"),
        ("飴が好きです", "アメガ スキ'デス"),
        ("橋の上", "ハシ'ノ ウエ"),
        ("今日はいい天気ですね。", "キョ'ーワ イ'イ テ'ンキデスネ。"),
        ("私は学校へ行きます", "ワタシワ ガッコーエ イキマ'ス"),
        ("食べました", "タベマ'シタ"),
        ("学生です", "ガクセーデ'ス"),
        ("ありがとうございます", "アリ'ガトーゴザイマス"),
        ("お元気ですか？", "オゲ'ンキデスカ？"),
        ("田中さんの日本語", "タナカサンノ ニホンゴ"),
    ] {
        assert_eq!(japanese.accented(text), expected, "{text}");
    }
    // Taking the marks out leaves the sounds that every other voice reads.
    for text in ["図書館で本を読む", "昨日の夜は眠れなかった", "ヴェルミナと蒼璃凪", "…"]
    {
        let bare = |text: String| text.replace([' ', '\''], "");
        assert_eq!(bare(japanese.accented(text)), bare(japanese.spoken(text)), "{text}");
    }
}

#[test]
fn an_unknown_word_is_read_character_by_character() {
    let japanese = japanese();
    let reading = japanese.reading("蒼璃凪");
    assert!(!reading.is_empty() && !reading.contains("蒼"), "{reading}");
    assert_eq!(japanese.reading("ヴェルミナ"), "ゔぇるみな");
    assert_eq!(japanese.reading(""), "");
}

#[test]
fn a_damaged_dictionary_is_an_ordinary_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ipadic.dic.zst");
    assert!(matches!(Japanese::open(&path), Err(TtsError::Missing { .. })));
    let whole =
        std::fs::read(dictionary(&Options::checkout().resources, "ja/ipadic.dic.zst")).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert!(matches!(Japanese::open(&path), Err(TtsError::Damaged { .. })));
    std::fs::write(&path, b"not a dictionary").unwrap();
    assert!(matches!(Japanese::open(&path), Err(TtsError::Damaged { .. })));
}
