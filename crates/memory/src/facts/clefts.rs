//! Sentences that turn a statement round to stress its end (pseudo-clefts and clefts): "what I love is falconry", "it's liquorice that I
//! can't stand", 我讨厌的是榴莲, 怖いのは百足です. Corrections are often told so.

use std::sync::LazyLock;

use domain::Lang;
use regex::Regex;

use super::Attribute;
use super::en::Found;
use super::rules::{Compiled, Rule, compiled};

macro_rules! loves {
    () => {
        r"i (?:really |truly |just |actually )*(?:love|like|enjoy|adore)(?: doing)?(?: most(?: of all)?)?"
    };
}

macro_rules! hates {
    () => {
        r"i (?:really |just |actually )*(?:hate|dislike|detest|loathe|can[’']t stand|cannot stand)(?: most(?: of all)?)?"
    };
}

macro_rules! fears {
    () => {
        r"(?:i (?:really )?fear|i(?:[’']m| am) (?:really |most )?(?:afraid|scared|terrified) of|(?:really )?scares me)(?: most)?"
    };
}

macro_rules! learns {
    () => {
        r"(?:i(?:[’']m| am) (?:learning|studying)|i (?:learn|study))(?: now)?"
    };
}

macro_rules! ends {
    () => {
        r"(?:です|だ|なんです|なんだ|なの)?(?:よ|ね|よね|けど)*$"
    };
}

const EN: &[Rule] = &[
    ("likes", concat!(r"\bwhat ", loves!(), r" (?:is|are) (.+)$"), false),
    ("likes", concat!(r"\bit[’']s (.+?) (?:that|which) ", loves!(), "$"), false),
    ("dislikes", concat!(r"\bwhat ", hates!(), r" (?:is|are) (.+)$"), false),
    ("dislikes", concat!(r"\bit[’']s (.+?) (?:that|which) ", hates!(), "$"), false),
    ("fears", concat!(r"\bwhat ", fears!(), r" (?:is|are) (.+)$"), false),
    ("fears", concat!(r"\bit[’']s (.+?) (?:that|which) ", fears!(), "$"), false),
    ("study", concat!(r"\bwhat ", learns!(), r" (?:is|are) (.+)$"), false),
    ("study", concat!(r"\bit[’']s (.+?) (?:that|which) ", learns!(), "$"), false),
];

const ZH: &[Rule] = &[
    (
        "likes",
        r"^(?:其实)?我(?:真正|一直|其实)*(?:最|更|特别)?(?:喜欢|爱)的(?:其实|就)?是(.+)$",
        false,
    ),
    (
        "dislikes",
        r"^(?:其实)?我(?:真正|一直|其实)*(?:最|更|特别)?(?:讨厌|受不了|不喜欢|反感)的(?:其实|就)?是(.+)$",
        false,
    ),
    (
        "fears",
        r"^(?:其实)?我(?:真正|一直|其实)*(?:最|更|特别)?(?:怕|害怕)的(?:其实|就)?是(.+)$",
        false,
    ),
    ("allergy", r"^(?:其实)?我过敏的(?:其实|就)?是(.+)$", false),
    ("health", r"^(?:其实)?我(?:被)?(?:诊断出|查出|得)(?:来)?的(?:其实|就)?是(.+)$", false),
    ("study", r"^(?:其实)?我(?:现在)?(?:在)?(?:学|读|学习)的(?:其实|就)?是(.+)$", false),
];

const JA: &[Rule] = &[
    (
        "likes",
        concat!(
            r"(?:^|[、は])(?:私が|僕が|俺が)?(?:一番|いちばん|本当に|本当は|大)?好きなのは([^、]+?)",
            ends!()
        ),
        false,
    ),
    (
        "dislikes",
        concat!(
            r"(?:^|[、は])(?:私が|僕が|俺が)?(?:一番|いちばん|本当に|本当は|大)?(?:嫌い|苦手)なのは([^、]+?)",
            ends!()
        ),
        false,
    ),
    (
        "fears",
        concat!(
            r"(?:^|[、は])(?:私が|僕が|俺が)?(?:一番|いちばん|本当に|本当は)?怖いのは([^、]+?)",
            ends!()
        ),
        false,
    ),
    (
        "study",
        concat!(
            r"(?:^|[、は])(?:私が|僕が|俺が)?(?:今)?(?:勉強して|習って|学んで)(?:い)?る(?:の|言語)は([^、]+?)",
            ends!()
        ),
        false,
    ),
    (
        "hobby",
        concat!(
            r"(?:^|[、は])(?:私が|僕が|俺が)?(?:今)?(?:弾いて|吹いて|集めて)(?:い)?る(?:の|楽器)は([^、]+?)",
            ends!()
        ),
        false,
    ),
    (
        "pets",
        concat!(r"(?:^|[、は])(?:私が|僕が|俺が|うちで)?飼って(?:い)?るのは([^、]+?)", ends!()),
        false,
    ),
];

static RULES: LazyLock<[Compiled; 3]> =
    LazyLock::new(|| [compiled(EN, "(?i)"), compiled(ZH, ""), compiled(JA, "")]);

/// Words with which values begin that only point, or go on with a sentence of their own.
const POINTS: [&str; 18] = [
    "that", "how", "when", "what", "who", "if", "you", "your", "it", "its", "this", "these", "not",
    "them", "him", "her", "me", "where",
];
/// The same where no spaces are written.
const DENSE: [&str; 16] = [
    "你",
    "我",
    "他",
    "她",
    "它",
    "这",
    "那",
    "什么",
    "怎么",
    "不",
    "あなた",
    "君",
    "それ",
    "これ",
    "何",
    "誰",
];
/// Longest value, in characters, and words of one that are written apart.
const LONGEST: (usize, usize) = (40, 6);

fn says_something(value: &str) -> bool {
    let lower = value.to_lowercase();
    let first = lower.split_whitespace().next().unwrap_or_default();
    !POINTS.contains(&first)
        && !DENSE.iter().any(|start| lower.starts_with(start))
        && value.chars().count() <= LONGEST.0
        && value.split_whitespace().count() <= LONGEST.1
}

/// What a clause says that is turned round.
pub(super) fn read(clause: &str, lang: Lang) -> Option<Found> {
    let [en, zh, ja] = &*RULES;
    let found = |rules: &Compiled, piece: &str| {
        rules.iter().find_map(|(name, pattern, denied): &(&str, Regex, bool)| {
            let value = pattern.captures(piece)?.get(1)?.as_str().trim();
            says_something(value)
                .then(|| (Attribute((*name).to_owned()), value.to_owned(), *denied))
        })
    };
    match lang {
        Lang::En => found(en, clause),
        Lang::Zh => clause.split(['，', ',']).find_map(|piece| found(zh, piece.trim())),
        Lang::Ja => found(ja, clause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_turned_round_says_the_same() {
        for (clause, lang, attribute, value) in [
            ("What I really love is rowing at night", Lang::En, "likes", "rowing at night"),
            ("Actually it's loud chewing that I can't stand", Lang::En, "dislikes", "loud chewing"),
            ("what I'm afraid of is deep water", Lang::En, "fears", "deep water"),
            ("it’s Latin that I’m learning", Lang::En, "study", "Latin"),
            ("不对，我最讨厌的是香菜", Lang::Zh, "dislikes", "香菜"),
            ("我怕的其实是打雷", Lang::Zh, "fears", "打雷"),
            ("我在学的是法语", Lang::Zh, "study", "法语"),
            ("違う、一番好きなのは秋刀魚です", Lang::Ja, "likes", "秋刀魚"),
            ("私が怖いのは雷なんだ", Lang::Ja, "fears", "雷"),
            ("習っているのはフランス語だよ", Lang::Ja, "study", "フランス語"),
        ] {
            let found = read(clause, lang);
            let (found, said, _) = found.unwrap_or_else(|| panic!("{clause}"));
            assert_eq!((found.0.as_str(), said.as_str()), (attribute, value), "{clause}");
        }
    }

    #[test]
    fn what_only_points_says_nothing() {
        for (clause, lang) in [
            ("What I like is that you listen", Lang::En),
            ("what I love is you", Lang::En),
            ("it's you that I love", Lang::En),
            ("我喜欢的是你", Lang::Zh),
            ("好きなのは君だよ", Lang::Ja),
            ("What is love", Lang::En),
        ] {
            assert_eq!(read(clause, lang), None, "{clause}");
        }
    }
}
