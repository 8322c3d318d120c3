//! What a message tells about the one who said it: rules, so that even the smallest model has something to remember.
//!
//! A rule looks for sentences in which people state things of themselves ("my birthday is in May", 我妹妹叫小雨,
//! 東京に住んでいます) and never at questions. The floor under the rules is ChatPLUG's dynamic persona: every clause with an I that is
//! no question ([`persona_clauses`]).

mod attribute;
mod clauses;
mod clefts;
mod en;
mod en_life;
mod hollow;
mod ja;
mod ja_life;
mod meant;
mod passing;
mod rules;
mod unreal;
mod zh;
mod zh_life;

pub use attribute::{Attribute, same_attribute};
pub(crate) use attribute::{is_of_everybody, mentioned};
pub use clauses::{Clause, clauses};
pub(crate) use meant::{NotMeant, Person, folded, meant, person, piece_with};

use domain::Lang;
use serde::{Deserialize, Serialize};

/// Something that was said about oneself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Of what: `birthday`, `home`, `likes`, `sister`, 最喜欢的水果, …
    pub attribute: Attribute,
    /// The value, in the words of the person.
    pub value: String,
    /// It is so no longer, or never was ("I don't have a cat any more").
    pub negated: bool,
    /// The clause that says it.
    pub clause: String,
}

/// Longest value that is believed, in characters: what is longer is a story and no fact.
const LONGEST_VALUE: usize = 80;

/// What a message tells. `asked` is the attribute that was talked about just before (by either side): "No, it's in June" is about
/// that.
pub fn read(text: &str, asked: Option<&Attribute>) -> Vec<Statement> {
    let mut found: Vec<Statement> = Vec::new();
    let mut about = asked.cloned();
    let own = unreal::without_quotations(words::beginning(text, clauses::LONGEST));
    // What was said just before, where it may tell something together with what follows.
    let mut before: Option<String> = None;
    // What was known before the sentence that told something last.
    let mut until = 0;
    for sentence in clauses::by_sentence(&own) {
        let known = found.len();
        for clause in sentence {
            let earlier = before.take();
            if clause.is_question {
                continue;
            }
            let said = unreal::own_words(&clause.text).trim();
            let lang = Lang::guess(said, None);
            if unreal::is_conditional(said, lang) {
                // What follows from it is as unreal.
                break;
            }
            if hollow::takes_back(said) {
                found.truncate(until);
                break;
            }
            if earlier.as_deref().is_some_and(hollow::another_speaks) {
                break;
            }
            before = Some(said.to_owned());
            let diagnosed = passing::diagnosed(said, lang);
            let mut here = plainly(diagnosed.as_deref().unwrap_or(said), lang);
            if diagnosed.is_some() {
                here.retain(|(attribute, ..)| passing::is_of_health(attribute));
            } else if here.is_empty()
                && let Some(attribute) = about.as_ref().filter(|attribute| !attribute.is_many())
                && let Some(value) = correction(said, lang, found.is_empty())
                    .or_else(|| en::moved_on(said).filter(|_| attribute.0 == "work"))
            {
                here.push((attribute.clone(), value, false));
            }
            let together = earlier.and_then(|earlier| {
                let (one, words) = passing::across(&earlier, said)?;
                let is_new = !here.iter().any(|known| known.0 == one.0);
                (is_new && !unreal::is_unreal(&earlier, lang)).then_some((one, words))
            });
            // Most clauses say nothing, so that this is asked of few.
            if here.is_empty() && together.is_none()
                || diagnosed.is_none() && unreal::is_unreal(said, lang)
            {
                continue;
            }
            // "No, it's in June" puts right what was said first, not what was said by the way.
            about = here.first().map(|(attribute, ..)| attribute.clone()).or(about);
            let here = here.into_iter().map(|one| (one, clause.text.clone())).chain(together);
            for ((attribute, value, negated), clause) in here {
                // "Rex, not Max".
                let value = value.split(", not ").next().unwrap_or_default();
                let value = trimmed(value);
                if value.is_empty() || value.chars().count() > LONGEST_VALUE {
                    continue;
                }
                let statement = Statement { attribute, value, negated, clause };
                if !found.contains(&statement) {
                    found.push(statement);
                }
            }
        }
        if found.len() > known {
            until = known;
        }
    }
    found
}

/// What a clause says, outright or in passing.
fn plainly(clause: &str, lang: Lang) -> Vec<en::Found> {
    let mut found = match (clefts::read(clause, lang), lang) {
        (Some(found), _) => vec![found],
        (None, Lang::En) => en::read(clause),
        (None, Lang::Zh) => zh::read(clause),
        (None, Lang::Ja) => ja::read(clause),
    };
    for one in passing::read(clause, lang) {
        if !found.iter().any(|known| known.0 == one.0) {
            found.push(one);
        }
    }
    found
}

/// The attribute that a question or a remark is about ("when is your birthday?"), for [`read`]'s `asked`.
pub fn asked(text: &str) -> Option<Attribute> {
    read(text, None).pop().map(|statement| statement.attribute).or_else(|| {
        clauses(text).iter().rev().find_map(|clause| attribute::mentioned(&clause.text))
    })
}

/// How people say that something they had said was wrong.
const PUTS_RIGHT: [&str; 42] = [
    "actually",
    "i was wrong",
    "i got that wrong",
    "got it wrong",
    "had that wrong",
    "had it wrong",
    "mixed up",
    "mixed something up",
    "misremembered",
    "i meant",
    "correction",
    "not what i said",
    "said something else",
    "my mistake",
    "wrong date",
    "wrong name",
    "any more:",
    "anymore:",
    "turns out",
    "in fact",
    "其实",
    "说错",
    "记错",
    "弄错",
    "搞错",
    "讲错",
    "不对",
    "更正",
    "纠正",
    "才对",
    "実は",
    "間違え",
    "間違い",
    "違いました",
    "違って",
    "違った",
    "訂正",
    "本当は",
    "言い間違",
    "勘違い",
    "じゃなくて",
    "ではなくて",
];

/// Whether a message says that something said before was wrong: worth more than what it corrects.
pub fn puts_right(text: &str) -> bool {
    let lower = text.to_lowercase().replace('’', "'");
    PUTS_RIGHT.iter().any(|mark| lower.contains(mark))
}

/// Whether a message only asks: it tells nothing.
pub fn only_asks(text: &str) -> bool {
    let clauses = clauses(text);
    !clauses.is_empty() && clauses.iter().all(|clause| clause.is_question)
}

/// A clause that only gives a value: "no, it's in June", 不对，是六月, いや、六月です.
fn correction(clause: &str, lang: Lang, first: bool) -> Option<String> {
    let found = match lang {
        Lang::En => en::correction(clause),
        Lang::Zh => zh::correction(clause),
        Lang::Ja => ja::correction(clause),
    }?;
    // Within a message that has already told something, only a plain "no, …" is about it.
    (first || found.1).then_some(found.0)
}

/// Takes off what surrounds a value without being part of it.
pub(crate) fn trimmed(value: &str) -> String {
    let value = value.trim().trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '\''
                    | '“'
                    | '”'
                    | '「'
                    | '」'
                    | '『'
                    | '』'
                    | '*'
                    | '~'
                    | '～'
                    | '。'
                    | '.'
                    | ','
                    | '，'
                    | '、'
                    | '!'
                    | '！'
                    | ':'
                    | '：'
                    | '-'
            )
    });
    let lower = value.to_ascii_lowercase();
    let tails = [
        " by the way",
        " actually",
        " though",
        " too",
        " now",
        " these days",
        ", sadly",
        ", unfortunately",
        " unfortunately",
        " very much",
        " a lot",
        " at present",
        " as well",
        " of course",
        " you know",
        " i think",
        " haha",
        " lol",
        " nowadays",
        " at the moment",
        " anyway",
        " and",
        " but",
        " so",
        " please",
        " if you want",
        " right now",
        " instead",
        " last spring",
        " last summer",
        " last autumn",
        " last winter",
        " last year",
        " last month",
        " last week",
        " recently",
        " this year",
    ];
    for tail in tails {
        if lower.ends_with(tail) {
            return trimmed(&value[..value.len() - tail.len()]);
        }
    }
    value.to_owned()
}

/// ChatPLUG's dynamic persona (XDPX pipeline, step 10): the clauses of an utterance in which somebody speaks of themselves and
/// does not ask. English, Chinese and Japanese; the original knows 我 alone.
pub fn persona_clauses(text: &str) -> Vec<String> {
    clauses(text)
        .into_iter()
        .filter(|clause| {
            !clause.is_question && clause.text.chars().count() > 2 && is_about_oneself(&clause.text)
        })
        .map(|clause| clause.text)
        .collect()
}

/// Whether somebody speaks of themselves.
pub(crate) fn is_about_oneself(clause: &str) -> bool {
    if ["我", "私", "僕", "俺", "わたし", "ぼく", "あたし", "うちの"]
        .iter()
        .any(|word| clause.contains(word))
    {
        return true;
    }
    clause
        .to_ascii_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| matches!(word, "i" | "my" | "me" | "mine"))
}

#[cfg(test)]
mod tests;
