//! Whether somebody says something of themselves and means it: what a statement that was read otherwise than by a rule is held against.
//! The guards are those of the rules: clauses, questions, what is acted, what is quoted, what would be; and, since nothing but a rule
//! knows what a "not" is about, nothing that is denied.

use std::sync::LazyLock;

use domain::Lang;
use regex::Regex;

use super::{Attribute, clauses, unreal};

/// Why something that stands in a message tells nothing of who says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotMeant {
    /// It asks.
    Asked,
    /// It would be, might be, is wished for, or is another's words.
    Unreal,
    /// It stands between asterisks or quotation marks.
    Acted,
    /// It is not so, or no longer.
    Denied,
}

/// A clause of a message, and why it tells nothing; `None` where it may.
struct Weighed {
    clause: String,
    without: Option<NotMeant>,
}

/// The clauses of a message, as [`super::read`] goes through them.
fn weighed(text: &str) -> Vec<Weighed> {
    let own = unreal::without_quotations(words::beginning(text, clauses::LONGEST));
    let mut all = Vec::new();
    for sentence in clauses::by_sentence(&own) {
        let mut conditional = false;
        for clause in sentence {
            let said = unreal::own_words(&clause.text).trim();
            let lang = Lang::guess(said, None);
            conditional |= unreal::is_conditional(said, lang);
            let without = if clause.is_question {
                Some(NotMeant::Asked)
            } else if conditional || unreal::is_unreal(said, lang) {
                Some(NotMeant::Unreal)
            } else {
                None
            };
            all.push(Weighed { clause: said.to_owned(), without });
        }
    }
    all
}

/// The clause of a message that says a value within a quotation of it, where it is meant. All of the quotation's clauses that hold the
/// value must be.
pub(crate) fn meant(
    text: &str,
    quote: &str,
    value: &str,
    attribute: &Attribute,
) -> Result<String, NotMeant> {
    let (quote, value) = (folded(quote), folded(value));
    let holding = |weighed: &Weighed| {
        let clause = folded(&weighed.clause);
        clause.contains(&value)
            && (are_one(&quote, &clause, &value)
                || pieces(&quote).any(|piece| piece.contains(&value) && clause.contains(piece)))
    };
    let found: Vec<Weighed> = weighed(text).into_iter().filter(holding).collect();
    if let Some(without) = found.iter().find_map(|one| one.without) {
        return Err(without);
    }
    let Some(one) = found.into_iter().next() else { return Err(NotMeant::Acted) };
    let denied = is_denied(piece_with(&one.clause, &value))
        && !["dislikes", "diet"].contains(&last(attribute));
    if denied { Err(NotMeant::Denied) } else { Ok(one.clause) }
}

/// Whether a quotation and a clause say a value in the same words, as far as the shorter of them goes on either side.
fn are_one(quote: &str, clause: &str, value: &str) -> bool {
    quote.match_indices(value).any(|(at, _)| {
        let (before, behind) = (&quote[..at], &quote[at + value.len()..]);
        clause.match_indices(value).any(|(at, _)| {
            let (left, right) = (&clause[..at], &clause[at + value.len()..]);
            (before.ends_with(left) || left.ends_with(before))
                && (behind.starts_with(right) || right.starts_with(behind))
        })
    })
}

/// The part of a clause that says a value (folded): in Chinese, where a clause is told in several, that between two commas.
pub(crate) fn piece_with<'c>(clause: &'c str, value: &str) -> &'c str {
    if Lang::guess(clause, None) != Lang::Zh {
        return clause;
    }
    clause.split(['，', ',']).find(|piece| folded(piece).contains(value)).unwrap_or(clause)
}

/// Of what it is, whoever it is about.
fn last(attribute: &Attribute) -> &str {
    attribute.0.rsplit(" / ").next().unwrap_or_default()
}

fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(['.', ',', '!', '?', ';', '。', '，', '、', '！', '？', '；', '…'])
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
}

/// A text as it is compared: without quotation marks, in small letters, with single spaces.
pub(crate) fn folded(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(|c| !matches!(c, '"' | '“' | '”' | '「' | '」' | '『' | '』' | '«' | '»'))
        .flat_map(char::to_lowercase)
        .map(|c| if matches!(c, '’' | '‘') { '\'' } else { c })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

static DENIES: LazyLock<[Vec<Regex>; 3]> = LazyLock::new(|| {
    let rules = |patterns: &[&str]| {
        patterns.iter().filter_map(|pattern| super::rules::one(pattern)).collect::<Vec<_>>()
    };
    [
        rules(&[
            r"(?i)\b(?:not|never|no longer|cannot|nobody|nothing|none|neither|nor|without|hardly|used to|formerly|any ?more)\b|n[’']t\b|\bno (?:\p{L}+)\b",
        ]),
        rules(&[r"[不没無无未非别]|以前|从前|原来|曾经|早就"]),
        rules(&[
            r"ない|なかった|ません|なく(?:て|な)|ずに|以前|昔は|もともと|元々|だった(?:けど|が)|でした(?:けど|が)",
        ]),
    ]
});

/// Words that hold a "not" and deny nothing.
const HARMLESS: [&str; 22] = [
    "not only",
    "no doubt",
    "no problem",
    "can't wait",
    "cannot wait",
    "can’t wait",
    "not far from",
    "不过",
    "不但",
    "不仅",
    "不错",
    "差不多",
    "不好意思",
    "对不起",
    "没错",
    "没问题",
    "没想到",
    "忍不住",
    "离不开",
    "特别",
    "別",
    "しかない",
];

/// Whether a clause denies something, or says what is over.
fn is_denied(clause: &str) -> bool {
    let mut plain = clause.to_lowercase();
    for harmless in HARMLESS {
        plain = plain.replace(harmless, " ");
    }
    let [en, zh, ja] = &*DENIES;
    let rules = match Lang::guess(clause, None) {
        Lang::En => en,
        Lang::Zh => zh,
        Lang::Ja => ja,
    };
    rules.iter().any(|rule| rule.is_match(&plain))
}

/// Whom a clause is about by its pronouns: oneself, somebody else alone, or nobody that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Person {
    /// I, my, 我, 私.
    First,
    /// You, he, 她, あなた, and no I.
    Other,
    /// No pronoun, as 東京に住んでいます.
    Unsaid,
}

/// Whom a clause is about.
pub(crate) fn person(clause: &str) -> Person {
    let lower = clause.to_lowercase();
    let any = |words: &[&str]| {
        lower.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
    };
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let first = any(&["i", "my", "me", "mine", "we", "our", "us"])
        || has(&["我", "咱", "俺", "私", "僕", "わたし", "あたし", "ぼく", "うちの"]);
    let other =
        any(&["you", "your", "yours", "he", "his", "him", "she", "her", "hers", "they", "their"])
            || has(&[
                "你",
                "您",
                "他",
                "她",
                "它",
                "あなた",
                "君の",
                "君は",
                "彼",
                "さんは",
                "さんが",
                "くんは",
                "くんが",
                "ちゃんは",
                "ちゃんが",
            ]);
    if first {
        Person::First
    } else if other {
        Person::Other
    } else {
        Person::Unsaid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn weigh(text: &str, quote: &str, value: &str, attribute: &str) -> Result<String, NotMeant> {
        meant(text, quote, value, &Attribute(attribute.to_owned()))
    }

    #[test]
    fn what_is_said_of_oneself_is_meant() {
        for (text, quote, value, attribute) in [
            ("The bakery keeps me up all night.", "The bakery keeps me up", "bakery", "work"),
            ("Well… Leeds is home, I guess!", "Leeds is home", "leeds", "home"),
            ("I can't stand liver.", "I can't stand liver", "liver", "dislikes"),
            ("你好！我在泉州租了房子，离海不远。", "我在泉州租了房子", "泉州", "home"),
            ("我在码头当水手，还是不习惯。", "我在码头当水手", "水手", "work"),
            ("釧路のアパートから海が見える", "釧路のアパート", "釧路", "home"),
            ("My cat is \"Momo\".", "My cat is \"Momo\"", "Momo", "cat"),
        ] {
            assert!(weigh(text, quote, value, attribute).is_ok(), "{text}");
        }
    }

    #[test]
    fn questions_plays_quotations_dreams_and_denials_are_not() {
        use NotMeant::{Acted, Asked, Denied, Unreal};
        for (text, quote, value, attribute, why) in [
            ("Do I live in Leeds?", "I live in Leeds", "Leeds", "home", Asked),
            ("我住在泉州吗？", "我住在泉州", "泉州", "home", Asked),
            ("If I had a dog I'd call it Rex.", "I had a dog", "dog", "pets", Unreal),
            ("I wish I lived in Porto.", "I lived in Porto", "Porto", "home", Unreal),
            ("要是我住在巴黎就好了。", "我住在巴黎", "巴黎", "home", Unreal),
            ("パリに住めたらいいのに。", "パリに住めたら", "パリ", "home", Unreal),
            ("*strokes my cat Momo* Hello.", "my cat Momo", "Momo", "pets", Acted),
            ("Tom said \"I live in Boston\" again.", "I live in Boston", "Boston", "home", Acted),
            ("She told me: I'm a nurse.", "I'm a nurse", "nurse", "work", Acted),
            ("I don't live in Leeds.", "live in Leeds", "Leeds", "home", Denied),
            ("I used to work at the mill.", "work at the mill", "the mill", "work", Denied),
            ("我没有狗。", "我没有狗", "狗", "pets", Denied),
            ("我在码头上班，没有狗。", "没有狗", "狗", "pets", Denied),
            ("犬は飼っていません。", "犬は飼っていません", "犬", "pets", Denied),
        ] {
            assert_eq!(weigh(text, quote, value, attribute), Err(why), "{text}");
        }
    }

    #[test]
    fn a_quotation_over_several_clauses_is_weighed_by_the_one_with_the_value() {
        let text = "I live in Leeds. Do you like tea?";
        assert!(weigh(text, "live in Leeds. Do you like", "Leeds", "home").is_ok());
        assert_eq!(weigh(text, "Leeds. Do you like tea", "tea", "likes"), Err(NotMeant::Asked));
    }

    #[test]
    fn clauses_are_about_whom_their_pronouns_say() {
        assert_eq!(person("She lives in Porto"), Person::Other);
        assert_eq!(person("I showed her my flat"), Person::First);
        assert_eq!(person("東京に住んでいます"), Person::Unsaid);
        assert_eq!(person("你真好"), Person::Other);
    }
}
