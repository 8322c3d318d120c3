//! What signs are called, sentence by sentence, and what holds for any text.

use domain::Lang::{self, En, Ja, Zh};
use proptest::prelude::*;

use super::normalise;

fn check(lang: Lang, table: &[(&str, &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .map(|(text, expected)| (text, expected, normalise(text, lang, false)))
        .filter(|(_, expected, got)| got != *expected)
        .map(|(text, expected, got)| format!("{text}\n  wanted {expected}\n  got    {got}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn english_signs_are_said_in_words() {
    check(
        En,
        &[
            ("I have 3 cats.", "I have three cats."),
            (
                "It is 1,234,567 miles",
                "It is one million two hundred and thirty-four thousand five hundred and sixty-seven miles",
            ),
            ("1005 of them", "one thousand and five of them"),
            ("Room 007", "Room zero zero seven"),
            ("Pi is 3.14", "Pi is three point one four"),
            ("about .5 or -7", "about zero point five or minus seven"),
            ("I was born in 1984.", "I was born in nineteen eighty-four."),
            ("since 2009, until 2026", "since two thousand and nine, until twenty twenty-six"),
            ("1500 yen in 1500", "one thousand five hundred yen in fifteen hundred"),
            ("the 1990s and the 80s", "the nineteen nineties and the eighties"),
            ("1939-1945", "nineteen thirty-nine to nineteen forty-five"),
            ("the 21st, 2nd and 112th", "the twenty-first, second and one hundred and twelfth"),
            ("on 2026-11-25", "on November twenty-fifth, twenty twenty-six"),
            ("on 25/11/2026", "on November twenty-fifth, twenty twenty-six"),
            ("on 11/25/2026", "on November twenty-fifth, twenty twenty-six"),
            ("Nov. 25, 2026", "November twenty-fifth, twenty twenty-six"),
            ("on 25 November", "on the twenty-fifth of November"),
            ("at 10:30 pm", "at ten thirty p m"),
            ("at 10:05, 3pm or 9 a.m. tomorrow", "at ten oh five, three p m or nine a m tomorrow"),
            ("At 7:00.", "At seven o'clock."),
            ("It costs $3.50.", "It costs three dollars and fifty cents."),
            ("$1, €2, £0.99, ¥500", "one dollar, two euros, ninety-nine pence, five hundred yen"),
            ("$3.2 million and $5bn", "three point two million dollars and five billion dollars"),
            ("5 USD or 3€", "five dollars or three euros"),
            ("5 km at 100 km/h", "five kilometres at one hundred kilometres an hour"),
            (
                "1 kg, 2.5kg, 20°C, 50%",
                "one kilogram, two point five kilograms, twenty degrees Celsius, fifty percent",
            ),
            ("-5°C today", "minus five degrees Celsius today"),
            ("30 m² big", "thirty square metres big"),
            ("3-5 km or 3–5 or 3~5", "three to five kilometres or three to five or three to five"),
            ("1/2, 3/4, 2/3, 1½ cups", "one half, three quarters, two thirds, one and a half cups"),
            ("24/7", "twenty-four seven"),
            ("since 9/11, until 12/25", "since nine eleven, until twelve twenty-five"),
            ("5/16, 57/365", "five sixteenths, fifty-seven over three hundred and sixty-five"),
            ("We won 3:1", "We won three to one"),
            ("1920x1080", "one thousand nine hundred and twenty by one thousand and eighty"),
            ("call 555-1234", "call five five five, one two three four"),
            ("version 1.2.3", "version one point two point three"),
            ("see https://www.example.com/a/b?c=d, ok", "see example dot com, ok"),
            ("write to me@example.org.", "write to me at example dot org."),
            ("2 + 3 = 5, 10-3=7", "two plus three equals five, ten minus three equals seven"),
            ("Tom & Ann", "Tom and Ann"),
            ("#1, No. 5", "number one, number five"),
            (
                "Dr. Wu met Mr. Lee, e.g. on St. James St.",
                "doctor Wu met mister Lee, for example on saint James street.",
            ),
            ("Cats, dogs, etc.", "Cats, dogs, et cetera."),
            ("Qwen3 has 0.6B", "Qwen three has zero point six B"),
            ("a B2B, 3D, mp3 thing", "a B two B, three D, mp three thing"),
            ("I'm 5 ft tall", "I'm five feet tall"),
            ("I laughed 2 ha ha", "I laughed two ha ha"),
            ("5ha of woods", "five hectares of woods"),
            ("Hon. I missed you.", "Hon. I missed you."),
            ("５００ items", "five hundred items"),
            ("No numbers here, dear.", "No numbers here, dear."),
        ],
    );
}

#[test]
fn chinese_signs_are_said_in_words() {
    check(
        Zh,
        &[
            ("我有3个苹果。", "我有三个苹果。"),
            ("2个人,第2个,2月2日", "两个人,第二个,二月二日"),
            ("2026年11月25日", "二零二六年十一月二十五日"),
            ("2026-11-25", "二零二六年十一月二十五日"),
            ("11/25", "十一月二十五日"),
            ("3/4", "四分之三"),
            ("10:30见,2:05也行", "十点三十分见,两点零五分也行"),
            ("下午 3:00", "下午 三点"),
            ("3.14", "三点一四"),
            ("50%", "百分之五十"),
            ("-5℃", "零下五摄氏度"),
            ("我跑了5km。", "我跑了五公里。"),
            ("体重60kg, 身高170cm", "体重六十公斤, 身高一百七十厘米"),
            ("¥3.50, $20, €5", "三点五元, 二十美元, 五欧元"),
            ("$3.2 million", "三百二十万美元"),
            ("3-5天，1~2个", "三到五天,一到两个"),
            ("打13812345678", "打幺三八幺二三四五六七八"),
            ("比分3:1", "比分三比一"),
            ("3+2=5", "三加二等于五"),
            ("iPhone 15很好", "iPhone 十五很好"),
            ("3万人", "三万人"),
            ("10000元", "一万元"),
        ],
    );
}

#[test]
fn japanese_signs_are_said_in_words() {
    check(
        Ja,
        &[
            ("3時に駅で", "さんじに駅で"),
            ("4月1日の7時30分", "しがつついたちのしちじさんじゅっぷん"),
            ("1日に3本", "いちにちにさんぼん"),
            ("2026/11/25", "にせんにじゅうろくねんじゅういちがつにじゅうごにち"),
            ("10:30", "じゅうじさんじゅっぷん"),
            ("20歳、1人、100円", "はたち、ひとり、ひゃくえん"),
            ("100回と300本", "ひゃっかいとさんびゃっぽん"),
            ("3分の1", "さんぶんのいち"),
            ("6か月で3階", "ろっかげつでさんがい"),
            ("3.5キロ", "さんてんごキロ"),
            ("50%オフ", "ごじゅっパーセントオフ"),
            ("-5℃", "マイナスごど"),
            ("5kmを走る", "ごキロメートルを走る"),
            ("$3.50、€10", "さんてんごドル、じゅうユーロ"),
            ("3〜5日、10時に3人", "さんからいつか、じゅうじにさんにん"),
            ("3万円", "さんまん円"),
            ("090-1234-5678", "ぜろきゅうぜろ、いちにさんよん、ごろくななはち"),
            ("2+3=5", "にたすさんイコールご"),
        ],
    );
}

#[test]
fn the_language_around_a_sign_says_how_it_is_called() {
    for (text, lang, expected) in [
        ("She said 我有3个 and 3 more", En, "She said 我有三个 and three more"),
        ("I have 3個 です", En, "I have さんこ です"),
        ("彼は I have 3 cats と言った", Ja, "彼は I have three cats と言った"),
        ("5 km", Zh, "五公里"),
        ("5 km", Ja, "ごキロメートル"),
        ("5 km", En, "five kilometres"),
    ] {
        assert_eq!(normalise(text, lang, false), expected, "{text}");
    }
}

/// Words that no table knows, and signs between them.
fn mixed() -> impl Strategy<Value = (Vec<String>, String)> {
    let word =
        prop_oneof!["[bcdfghjk][aeou][bdgk]{1,2}[aeou]zz", "[雨星花夢]{1,3}", "[あかさたな]{2,4}"];
    let sign = prop_oneof![
        "[0-9]{1,6}",
        "[-+$€¥#]?[0-9]{1,4}([.,:/-][0-9]{1,4}){0,3}(%|°C| ?km| ?kg|st|th| ?pm| million)?",
        "https://[a-z]{2,6}\\.[a-z]{2,3}/[a-z0-9]{0,5}",
        "[!?.,…、。~&=@<>*_()-]{1,3}",
    ];
    prop::collection::vec((word, sign), 1..8).prop_map(|pairs| {
        let text = pairs.iter().map(|(word, sign)| format!("{word} {sign} ")).collect();
        (pairs.into_iter().map(|(word, _)| word).collect(), text)
    })
}

fn lang() -> impl Strategy<Value = Lang> {
    prop_oneof![Just(En), Just(Zh), Just(Ja)]
}

proptest! {
    #[test]
    fn words_are_never_lost((words, text) in mixed(), lang in lang()) {
        let said = normalise(&text, lang, false);
        let mut rest = &said[..];
        for word in &words {
            let at = rest.find(word.as_str());
            prop_assert!(at.is_some(), "{word} of {text:?} is not in {said:?}");
            rest = &rest[at.unwrap() + word.len()..];
        }
        prop_assert!(!said.contains(|c: char| c.is_ascii_digit()), "{text:?} became {said:?}");
    }

    #[test]
    fn any_text_is_said_without_panic_and_within_bounds(text in "\\PC{0,200}", lang in lang()) {
        let said = normalise(&text, lang, false);
        // A sign of one character may have a long name; nothing grows beyond that.
        prop_assert!(said.chars().count() <= text.chars().count() * 60 + 60);
        for piece in super::super::pieces(&text, lang, false) {
            prop_assert!(!piece.text.is_empty());
        }
    }

    #[test]
    fn signs_in_any_order_are_said_without_panic(
        text in "[0-9$€%°CkmgKst:/.,~–x#@&=+ -]{0,60}", lang in lang()
    ) {
        let said = normalise(&text, lang, false);
        prop_assert!(!said.contains(|c: char| c.is_ascii_digit()), "{text:?} became {said:?}");
    }
}
