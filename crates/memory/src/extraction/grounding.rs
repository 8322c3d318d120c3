//! A line of a model's reply held against the window that it was given: who said it, where, and whether it was meant.

use domain::Lang;
use serde::Serialize;

use super::proposal::Proposal;
use super::{By, Line, Names};
use crate::facts::{
    Attribute, NotMeant, Person, folded, is_of_everybody, meant, mentioned, person, piece_with,
    trimmed,
};

/// Why a line of a reply is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    /// It has another form than four columns.
    Malformed,
    /// Nobody said the words that it quotes.
    Unsaid,
    /// Somebody else said them.
    WrongSpeaker,
    /// Its value does not stand in the words that it quotes.
    ValueNotQuoted,
    /// What it is about is none of the names, nor a word of the message.
    Baseless,
    /// Its value cannot be what it is said to be: an age without a number, a pronoun, a sentence.
    Implausible,
    /// The words are about somebody else.
    AboutAnother,
    /// They ask.
    Asked,
    /// They say what would be, or are another's.
    Unreal,
    /// They are acted or quoted.
    Acted,
    /// They say that it is not so.
    Denied,
    /// Its value stands in something that is to be forgotten.
    Forgotten,
    /// The person has decided about it.
    Decided,
    /// The message, or its conversation, is gone by now.
    Gone,
    /// It would take the place of something that was said more plainly.
    Doubtful,
}

impl Refused {
    /// Whether the line was made up, and not only of no use.
    pub(super) fn is_invented(self) -> bool {
        matches!(
            self,
            Self::Malformed
                | Self::Unsaid
                | Self::WrongSpeaker
                | Self::ValueNotQuoted
                | Self::Baseless
        )
    }
}

/// A line that the window bears out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Grounded {
    /// Which line of the window says it.
    pub(super) line: usize,
    pub(super) attribute: Attribute,
    /// In the words of the message.
    pub(super) value: String,
    /// The clause that says it.
    pub(super) clause: String,
}

/// What the person and the character are called in the columns, in any of the languages.
const USER: [&str; 6] = ["user", "the user", "用户", "使用者", "ユーザー", "ユーザ"];
const CHARACTER: [&str; 5] = ["character", "the character", "角色", "キャラクター", "キャラ"];
/// Words that name nobody.
const NOBODY: [&str; 20] = [
    "i",
    "you",
    "he",
    "she",
    "it",
    "they",
    "we",
    "somebody",
    "someone",
    "unknown",
    "我",
    "你",
    "他",
    "她",
    "私",
    "僕",
    "俺",
    "あなた",
    "彼",
    "彼女",
];

/// Whom a line is about.
enum Subject {
    User,
    Character,
    Other(String),
}

fn subject(who: &str, names: &Names) -> Option<Subject> {
    let who = folded(who);
    let is = |name: &str| !name.is_empty() && folded(name) == who;
    if USER.contains(&who.as_str()) || is(&names.user) {
        Some(Subject::User)
    } else if CHARACTER.contains(&who.as_str()) || is(&names.character) {
        Some(Subject::Character)
    } else if NOBODY.contains(&who.as_str()) || !who.chars().any(char::is_alphabetic) {
        None
    } else {
        Some(Subject::Other(who))
    }
}

/// Whether a line is borne out by the window, and by which of its new lines.
pub(super) fn judge(
    proposal: &Proposal,
    lines: &[Line],
    names: &Names,
) -> Result<Grounded, Refused> {
    let (quote, value) = (folded(&proposal.quote), folded(trimmed(&proposal.value).as_str()));
    let quote = quote.trim_matches(|c: char| c.is_ascii_punctuation() || "。，、！？…".contains(c));
    if value.is_empty() || quote.is_empty() {
        return Err(Refused::Malformed);
    }
    let subject = subject(&proposal.who, names).ok_or(Refused::Baseless)?;
    // What somebody else says of the person is no word of hers.
    let may_say = |by: By| match subject {
        Subject::User => by == By::User,
        Subject::Character => by == By::Character,
        Subject::Other(_) => by != By::Other,
    };
    let said: Vec<usize> = (0..lines.len())
        .rev()
        .filter(|at| lines[*at].new && folded(&lines[*at].text).contains(quote))
        .collect();
    let line = said.iter().copied().find(|at| may_say(lines[*at].by));
    let Some(line) = line else {
        return Err(if said.is_empty() { Refused::Unsaid } else { Refused::WrongSpeaker });
    };
    if !holds(quote, &value) {
        return Err(Refused::ValueNotQuoted);
    }
    let text = &lines[line].text;
    let about = attribute(&proposal.what, text).ok_or(Refused::Baseless)?;
    let attribute = match &subject {
        // Whoever is named must be named there.
        Subject::Other(who) if !holds(&folded(text), who) => return Err(Refused::Baseless),
        Subject::Other(who) => Attribute(format!("{who} / {}", about.0)),
        _ => about.clone(),
    };
    if !is_plausible(&about, &value) {
        return Err(Refused::Implausible);
    }
    let clause = meant(text, quote, &value, &attribute).map_err(|why| match why {
        NotMeant::Asked => Refused::Asked,
        NotMeant::Unreal => Refused::Unreal,
        NotMeant::Acted => Refused::Acted,
        NotMeant::Denied => Refused::Denied,
    })?;
    if !matches!(subject, Subject::Other(_)) && person(piece_with(&clause, &value)) == Person::Other
    {
        return Err(Refused::AboutAnother);
    }
    let value = as_written(&clause, &value);
    Ok(Grounded { line, attribute, value, clause })
}

/// Whether folded words stand in a folded text as words: "art" is not in "heart".
pub(super) fn holds(text: &str, words: &str) -> bool {
    let is_spaced = |c: char| c.is_ascii_alphanumeric();
    text.match_indices(words).any(|(at, found)| {
        let joins = |one: Option<char>, other: Option<char>| {
            one.is_some_and(is_spaced) && other.is_some_and(is_spaced)
        };
        let (before, behind) = (&text[..at], &text[at + found.len()..]);
        !joins(before.chars().next_back(), found.chars().next())
            && !joins(found.chars().next_back(), behind.chars().next())
    })
}

/// The attribute that a column names: one that everybody has, by any of its names, or a word of the message ("my boat").
fn attribute(what: &str, text: &str) -> Option<Attribute> {
    let named = Attribute::named(what);
    if is_of_everybody(&named) {
        return Some(named);
    }
    let what = folded(what);
    if what.split_whitespace().count() <= 2
        && let Some(known) = mentioned(&what)
    {
        return Some(known);
    }
    // "favourite tea" is told as "my favourite tea" or as "nothing beats tea".
    let bare = what.strip_prefix("favourite ").or_else(|| what.strip_prefix("favorite "));
    let stands = holds(&folded(text), bare.unwrap_or(&what));
    (stands && what.chars().any(char::is_alphabetic)).then_some(named)
}

/// Japanese words that only point.
const POINTS: [&str; 12] = [
    "これ",
    "それ",
    "あれ",
    "ここ",
    "そこ",
    "あそこ",
    "こと",
    "もの",
    "とき",
    "ところ",
    "みんな",
    "そう",
];
/// Most words of a value, where words are written apart.
const MOST_WORDS: usize = 9;

fn is_plausible(about: &Attribute, value: &str) -> bool {
    // Whatever is only pointed at is nothing to remember. Names may be in hiragana, as grammar is.
    let kana = Lang::guess(value, None) == Lang::Ja && value.chars().count() > 1;
    let named = !words::naming(value).is_empty() || value.chars().any(|c| c.is_ascii_digit());
    if POINTS.contains(&value) || !(named || kana) {
        return false;
    }
    let speaks = ["i ", "i'm ", "i've ", "我", "私は", "僕は", "俺は"];
    let is_sentence = speaks.iter().any(|start| value.starts_with(start));
    if value.split_whitespace().count() > MOST_WORDS
        || is_sentence
        || person(value) == Person::Other
    {
        return false;
    }
    let number = || {
        value.chars().any(char::is_numeric)
            || "一二三四五六七八九十百".chars().any(|digit| value.contains(digit))
            || Lang::guess(value, None) == Lang::En && value.split(['-', ' ']).any(is_number_word)
    };
    match about.0.as_str() {
        "age" => number(),
        "birthday" => number() || value.split_whitespace().any(is_time_of_year),
        "name" | "nickname" => value.split_whitespace().count() <= 4,
        _ => true,
    }
}

fn is_number_word(word: &str) -> bool {
    const WORDS: [&str; 21] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
        "hundred",
    ];
    WORDS.contains(&word) || word.ends_with("teen")
}

fn is_time_of_year(word: &str) -> bool {
    const TIMES: [&str; 17] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "spring",
        "summer",
        "autumn",
        "winter",
        "christmas",
    ];
    TIMES.contains(&word.trim_matches(|c: char| !c.is_alphabetic()))
}

/// A folded value as the clause writes it; folded where that cannot be told.
fn as_written(clause: &str, value: &str) -> String {
    // Only where the value may begin: a clause may be as long as a message.
    let begins = |c: char| value.starts_with(&folded(c.encode_utf8(&mut [0; 4])));
    let starts = clause.char_indices().filter(|(_, c)| begins(*c)).map(|(at, _)| at);
    for start in starts {
        let ends = clause[start..].char_indices().map(|(at, c)| start + at + c.len_utf8());
        for end in ends.skip_while(|end| end - start < value.len() / 2) {
            if end - start > 2 * value.len() + 8 {
                break;
            }
            if folded(&clause[start..end]) == value {
                return trimmed(&clause[start..end]);
            }
        }
    }
    value.to_owned()
}

#[cfg(test)]
mod tests {
    use domain::MessageId;

    use super::super::proposal;
    use super::*;

    fn lines() -> Vec<Line> {
        let said = [
            (By::User, "Mum says hi. I have a boat.", false),
            (By::User, "The bakery on Mill Lane keeps me up all night. Lena paints.", true),
            (By::Character, "I grew up by the sea. You live in Leeds, don't you?", true),
            (By::Other, "I am a clockmaker.", true),
            (By::User, "I hear she lives in Porto. I turned 31. I've a soft heart.", true),
        ];
        said.into_iter()
            .map(|(by, text, new)| Line {
                id: MessageId::NOT_LOGGED,
                by,
                text: text.to_owned(),
                new,
            })
            .collect()
    }

    #[track_caller]
    fn check(line: &str, expected: Result<(usize, &str, &str), Refused>) {
        let names = Names { user: "Tom".into(), character: "Koto".into() };
        let proposal = proposal::lines(line).remove(0).unwrap();
        let judged = judge(&proposal, &lines(), &names);
        let plain = judged.as_ref().map_err(|why| *why);
        assert_eq!(
            plain.map(|one| (one.line, one.attribute.0.as_str(), one.value.as_str())),
            expected,
            "{line}"
        );
    }

    #[test]
    fn what_the_window_bears_out_is_kept_in_its_own_words() {
        let quote = "the bakery on mill lane keeps me up";
        check(&format!("user | job | bakery | {quote}"), Ok((1, "work", "bakery")));
        check(&format!("Tom | work | the bakery | {quote}"), Ok((1, "work", "The bakery")));
        check("Lena | hobby | paints | Lena paints", Ok((1, "lena / hobby", "paints")));
        check(
            "character | origin | by the sea | I grew up by the sea",
            Ok((2, "origin", "by the sea")),
        );
        check("user | age | 31 | I turned 31.", Ok((4, "age", "31")));
    }

    #[test]
    fn what_it_does_not_is_dropped_and_told_why() {
        for (line, why) in [
            ("user | home | Leeds | I live in Leeds", Refused::Unsaid),
            ("user | home | Leeds | You live in Leeds", Refused::WrongSpeaker),
            ("character | work | clockmaker | I am a clockmaker", Refused::WrongSpeaker),
            ("user | pets | boat | I have a boat", Refused::Unsaid),
            ("user | work | mill | keeps me up all night", Refused::ValueNotQuoted),
            ("user | likes | art | I've a soft heart", Refused::ValueNotQuoted),
            ("user | castle | bakery | The bakery on Mill Lane", Refused::Baseless),
            ("Anna | hobby | paints | Lena paints", Refused::Baseless),
            ("she | home | Porto | she lives in Porto", Refused::Baseless),
            ("user | age | soft heart | I've a soft heart", Refused::Implausible),
            ("user | work | me | keeps me up all night", Refused::Implausible),
        ] {
            check(line, Err(why));
        }
    }
}
