//! From replies to scores, by each set's own rule; and what can be counted of replies that nobody judged.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::dimensions::dimension;
use super::{Item, Rule, Set};
use crate::metrics::{bleu, distinct, is_repetition, rouge_l, says_little, tagged};
use crate::words::{contains, folded};

/// Longest reference of which it is asked whether the reply holds it, in characters; longer ones are compared by ROUGE-L.
const SHORT: usize = 16;

/// A reply to an item, as it is kept while a run goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The item.
    pub id: String,
    /// Its category.
    pub category: String,
    /// The reply.
    pub reply: String,
    /// Its score; `None` where the reply (or the judge) could not be read.
    pub score: Option<f64>,
    /// BLEU-4, where there is a reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bleu: Option<f64>,
    /// Marks of a judge by dimension, where it gives several; what it could not say is not there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub marks: BTreeMap<String, f64>,
    /// Who judged; empty where nobody did.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub judge: String,
    /// Who wrote it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub model: String,
}

/// Scores a reply by its item's rule: 0 to 1, for a scale the number itself. `None` where it says nothing that can be read. What
/// needs a judge is not scored here.
pub fn score(item: &Item, reply: &str) -> Answer {
    let text = tagged(reply).text;
    let (score, bleu) = match &item.rule {
        Rule::Letters(right) => (letters(&text, right), None),
        Rule::Keywords(all) => {
            let text = folded(&text);
            let held = all.iter().filter(|one| text.contains(folded(one).trim())).count();
            (Some(held as f64 / all.len().max(1) as f64), None)
        }
        Rule::Reference(all) => {
            let best = |of: fn(&str, &str) -> f64| {
                all.iter().map(|one| of(&text, one)).max_by(f64::total_cmp)
            };
            (best(rouge_l), best(bleu))
        }
        Rule::Scale { low, high, reverse } => {
            let number = first_number(&text).filter(|number| (*low..=*high).contains(number));
            (number.map(|n| f64::from(if *reverse { low + high - n } else { n })), None)
        }
        Rule::Judge | Rule::Marks { .. } => (None, None),
    };
    Answer {
        id: item.id.clone(),
        category: item.category.clone(),
        reply: reply.to_owned(),
        score,
        bleu,
        marks: BTreeMap::new(),
        judge: String::new(),
        model: String::new(),
    }
}

/// The reply as it is judged: without feelings, without the name before it, and for CharacterEval (as its own scripts do) its first line
/// alone.
pub(super) fn reply_to(set: Set, item: &Item, reply: &str) -> String {
    let text = tagged(reply).text;
    let text = text.trim();
    let first = match set {
        Set::CharacterEval => text.lines().next().unwrap_or_default().trim(),
        _ => text,
    };
    let bare = first.strip_prefix(item.name.as_str()).map(str::trim_start);
    let bare = bare.and_then(|rest| rest.strip_prefix(['：', ':'])).unwrap_or(first);
    bare.trim().to_owned()
}

/// Letters A to H that stand alone.
fn named_letters(text: &str) -> Vec<char> {
    let chars: Vec<char> = text.chars().collect();
    let apart = |at: Option<usize>| {
        at.and_then(|at| chars.get(at)).is_none_or(|c| !c.is_ascii_alphanumeric() && *c != '\'')
    };
    let mut out = Vec::new();
    for (at, &c) in chars.iter().enumerate() {
        let alone = apart(at.checked_sub(1)) && apart(Some(at + 1));
        // "A" before a word is an article, not a choice.
        let article = c == 'A'
            && chars.get(at + 1) == Some(&' ')
            && chars.get(at + 2).is_some_and(char::is_ascii_lowercase);
        if ('A'..='H').contains(&c) && alone && !article && !out.contains(&c) {
            out.push(c);
        }
    }
    out
}

fn letters(text: &str, right: &[char]) -> Option<f64> {
    let named = named_letters(text);
    let first = named.first()?;
    if let [one] = right {
        return Some(f64::from(u8::from(first == one)));
    }
    if named.iter().any(|letter| !right.contains(letter)) {
        return Some(0.0);
    }
    Some(named.len() as f64 / right.len().max(1) as f64)
}

fn first_number(text: &str) -> Option<i32> {
    let text = folded(text);
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let digits: String = text[start..].chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Scores {
    /// Mean of the means of the categories; 0 where nothing could be read or judged.
    pub mean: f64,
    /// Mean and number of each category, or of each dimension that a judge marked.
    pub categories: BTreeMap<String, (f64, usize)>,
    /// Mean BLEU-4, where there are references.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bleu: Option<f64>,
    /// Items that were answered.
    pub answered: usize,
    /// Answers that could not be read, or verdicts that were nonsense: counted as 0 for letters and references, left out of scales and
    /// judgements.
    pub unreadable: usize,
    /// How many marks of each dimension nobody gave, because there was no judge.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub not_judged: BTreeMap<String, usize>,
    /// What was counted by rule where a set has judges: mean and number of each figure.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub counted: BTreeMap<String, (f64, usize)>,
}

/// Means by category (or dimension), then their mean. What could not be read is wrong where there is a right answer, and no answer where
/// there is none. CharacterBench's marks are stretched to 5, as its authors do.
pub fn summary(set: Set, answers: &[(&Item, &Answer)]) -> Scores {
    let strict = matches!(set, Set::SocialBench | Set::RoleBench | Set::CoSer);
    let mut by_category: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut scores = Scores { answered: answers.len(), ..Scores::default() };
    for (item, answer) in answers {
        if let Rule::Marks { of, .. } = &item.rule {
            for name in of {
                match answer.marks.get(name).filter(|mark| mark.is_finite()) {
                    Some(mark) => {
                        let top = dimension(set, name).map_or(5, |known| known.top);
                        let stretched = match set {
                            Set::CharacterBench => mark * 5.0 / f64::from(top),
                            _ => *mark,
                        };
                        by_category.entry(name).or_default().push(stretched);
                    }
                    None if answer.judge.is_empty() => {
                        *scores.not_judged.entry(name.clone()).or_default() += 1;
                    }
                    None => scores.unreadable += 1,
                }
            }
            continue;
        }
        let read = answer.score.filter(|score| score.is_finite());
        if item.rule == Rule::Judge && answer.judge.is_empty() && read.is_none() {
            *scores
                .not_judged
                .entry("in character, entertaining, fluent".to_owned())
                .or_default() += 1;
            continue;
        }
        if read.is_none() {
            scores.unreadable += 1;
        }
        let value = read.or(strict.then_some(0.0));
        by_category.entry(&answer.category).or_default().extend(value);
    }
    for (category, values) in by_category {
        if let Some(mean) = mean(&values) {
            scores.categories.insert(category.to_owned(), (mean, values.len()));
        }
    }
    let means: Vec<f64> = scores.categories.values().map(|(mean, _)| *mean).collect();
    scores.mean = mean(&means).unwrap_or_default();
    let bleus: Vec<f64> = answers.iter().filter_map(|(_, answer)| answer.bleu).collect();
    scores.bleu = mean(&bleus);
    scores.counted = counted(set, answers);
    scores
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// What can be said without a judge of replies that are made for one.
fn counted(set: Set, answers: &[(&Item, &Answer)]) -> BTreeMap<String, (f64, usize)> {
    let mut values: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut put = |name, value| values.entry(name).or_default().push(value);
    let share = |yes: bool| f64::from(u8::from(yes));
    let mut said = Vec::new();
    for (item, answer) in answers {
        if !matches!(item.rule, Rule::Marks { .. } | Rule::Judge) {
            continue;
        }
        let reply = reply_to(set, item, &answer.reply);
        put("empty", share(reply.is_empty()));
        if reply.is_empty() {
            continue;
        }
        put("says_little", share(says_little(&reply)));
        let own: Vec<&str> = item
            .talk
            .iter()
            .filter(|(who, _)| *who == item.name)
            .map(|(_, what)| what.as_str())
            .collect();
        put("repeats_herself", share(is_repetition(&reply, &own)));
        if !item.lang.is_empty() {
            put("other_language", share(is_foreign(&reply, &item.lang)));
        }
        if let Rule::Marks { reference, .. } = &item.rule
            && !reference.trim().is_empty()
        {
            if reference.chars().count() <= SHORT {
                put("holds_reference", share(contains(&reply, reference)));
            } else {
                put("rouge_l", rouge_l(&reply, reference));
            }
        }
        said.push(reply);
    }
    let mut out: BTreeMap<String, (f64, usize)> = BTreeMap::new();
    for (name, values) in values {
        if let Some(mean) = mean(&values) {
            out.insert(name.to_owned(), (mean, values.len()));
        }
    }
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    if let Some(share) = distinct(&said, 2) {
        out.insert("distinct_2".to_owned(), (share, said.len()));
    }
    out
}

/// Whether a reply is in another language than the one that was spoken to it: by its script, so that only Chinese, Japanese and what is
/// written in Latin letters are told apart.
fn is_foreign(reply: &str, lang: &str) -> bool {
    let is_kana = |c: &char| matches!(c, '\u{3041}'..='\u{30ff}');
    let is_han = |c: &char| matches!(c, '\u{3400}'..='\u{9fff}');
    let letters = reply.chars().filter(|c| c.is_alphabetic()).count();
    let kana = reply.chars().filter(is_kana).count();
    let east = reply.chars().filter(is_han).count() + kana;
    match lang {
        _ if letters == 0 => false,
        "zh" => east * 2 < letters || kana * 4 > letters,
        "en" => east * 2 > letters,
        _ => false,
    }
}
