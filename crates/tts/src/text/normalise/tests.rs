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
fn spans_numbers_to_call_and_roman_numerals_are_said_in_english() {
    check(
        En,
        &[
            ("open 9:00-17:00", "open nine o'clock to seventeen hundred hours"),
            ("9:30 – 11:15", "nine thirty to eleven fifteen"),
            ("9am-5pm, 3-5pm", "nine a m to five p m, three to five p m"),
            ("$5-10 or $5-$10", "five dollars to ten dollars or five dollars to ten dollars"),
            ("10%-20% off", "ten percent to twenty percent off"),
            ("$5 - I paid", "five dollars - I paid"),
            ("5€-10€", "five euros to ten euros"),
            ("€12,50-€15,50", "twelve euros and fifty cents to fifteen euros and fifty cents"),
            ("100, 200, 3000 people", "one hundred, two hundred, three thousand people"),
            (
                "+1 (555) 123-4567 or 555, 123-4567.",
                "plus one, five five five, one two three, four five six seven or five five five, one two three, four five six seven.",
            ),
            (
                "+44 20 7946 0958",
                "plus four four, two zero, seven nine four six, zero nine five eight",
            ),
            ("it is +5 today", "it is plus five today"),
            (
                "555.123.4567, C++",
                "five five five, one two three, four five six seven, C plus plus",
            ),
            ("120/80, 100/100", "one hundred and twenty over eighty, one hundred over one hundred"),
            ("World War II, Henry VIII.", "World War two, Henry the eighth."),
            ("World War II's end, Henry VIII's.", "World War two's end, Henry the eighth's."),
            ("III'd, MIX's, Plan X's", "III'd, MIX's, Plan X's"),
            ("$10 - $3 = $7", "ten dollars minus three dollars equals seven dollars"),
            ("€2 + €3", "two euros plus three euros"),
            (
                "10% - 5% = 5%, 10€-3€=7€",
                "ten percent minus five percent equals five percent, ten euros minus three euros equals seven euros",
            ),
            ("Chapter IV: Part I. Then I left", "Chapter four: Part one. Then I left"),
            ("an IV drip, type II, XV", "an I V drip, type two, fifteen"),
            ("I, Vitamin C, Plan X, MIX, CIVIC", "I, Vitamin C, Plan X, MIX, CIVIC"),
            ("Elizabeth I love you", "Elizabeth I love you"),
            ("Chapter Ⅳ, 1⁄3, 1⅖, № 5", "Chapter four, one third, one and two fifths, number five"),
            ("so\u{ad}ft and wi\u{200b}de\u{feff}", "soft and wide"),
        ],
    );
}

#[test]
fn short_numbers_foreign_grouping_and_names_with_numbers_are_said_as_they_are_meant() {
    check(
        En,
        &[
            (
                "1.5M views, 10k likes, 5-10k more",
                "one point five million views, ten thousand likes, five thousand to ten thousand more",
            ),
            ("a 4K screen, a 7B model", "a four K screen, a seven B model"),
            (
                "$5-10k or $500-$1k",
                "five thousand dollars to ten thousand dollars or five hundred dollars to one thousand dollars",
            ),
            ("wait 10s, 10s of them", "wait ten seconds, tens of them"),
            ("wait 30s; in her 20s", "wait thirty seconds; in her twenties"),
            (
                "€1.234,56 or 1.234.567,8 or €12,50",
                "one thousand two hundred and thirty-four euros and fifty-six cents or one million two hundred and thirty-four thousand five hundred and sixty-seven point eight or twelve euros and fifty cents",
            ),
            ("12,50 € or $3, 5", "twelve euros and fifty cents or three dollars, five"),
            (
                "11/25/26, 25/11/26 and 1/20/99",
                "November twenty-fifth, twenty twenty-six, November twenty-fifth, twenty twenty-six and January twentieth, nineteen ninety-nine",
            ),
            ("a 747-400", "a seven forty-seven four hundred"),
            ("a Boeing 737-800", "a Boeing seven thirty-seven eight hundred"),
            (
                "100-200 people, won 5-3, 2025-26",
                "one hundred to two hundred people, won five three, twenty twenty-five to twenty-six",
            ),
            ("C#, F# and C#m", "C sharp, F sharp and C sharp m"),
        ],
    );
    check(
        Zh,
        &[
            ("10k粉丝，1.5M", "一万粉丝，一百五十万"),
            ("波音747-400飞机，5-3", "波音七四七杠四零零飞机，五比三"),
            ("写信给me@a.example.org吧", "写信给 me at a dot example dot org 吧"),
            ("学C#语言，11/25/26", "学C sharp 语言，二零二六年十一月二十五日"),
            ("26/11/25", "二零二六年十一月二十五日"),
        ],
    );
    check(
        Ja,
        &[
            ("10k人", "いちまんにん"),
            ("747-400に", "ななよんななのよんひゃくに"),
            ("me@example.orgに", "me at example dot org に"),
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
            ("3-5天，1~2个", "三到五天，一到两个"),
            ("打13812345678", "打幺三八幺二三四五六七八"),
            ("比分3:1", "比分三比一"),
            ("3+2=5", "三加二等于五"),
            ("iPhone 15很好", "iPhone 十五很好"),
            ("3万人", "三万人"),
            ("10:30-11:00，8:00~17:00", "十点三十分到十一点，八点到十七点"),
            ("9点-17点，3天～5天", "九点到十七点，三天到五天"),
            ("10%-20%", "百分之十到百分之二十"),
            ("2公里，2元，2年级，2年", "两公里，两元，二年级，两年"),
            ("138 1234 5678", "幺三八，幺二三四，五六七八"),
            ("第Ⅳ章", "第四章"),
            ("约1/3，3/4，100%", "约三分之一，四分之三，百分之一百"),
            ("010-12345678，2026年05月08日", "零幺零，幺二三四五六七八，二零二六年五月八日"),
            ("-5~10℃，3点05分", "负五到十摄氏度，三点零五分"),
            ("①②", "一 二 "),
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
            ("9時〜17時", "くじからじゅうしちじ"),
            ("午前9時〜午後5時05分", "午前くじから午後ごじごふん"),
            ("-5〜10℃", "マイナスごからじゅうど"),
            ("3人-5人、0時", "さんにんからごにん、れいじ"),
            ("10:00〜12:00", "じゅうじからじゅうにじ"),
            ("03 1234 5678", "ぜろさん、いちにさんよん、ごろくななはち"),
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
