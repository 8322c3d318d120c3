//! From replies to scores, by each set's own rule.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Item, Rule};
use crate::metrics::{bleu, rouge_l, tagged};
use crate::words::folded;

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
        Rule::Judge => (None, None),
    };
    Answer {
        id: item.id.clone(),
        category: item.category.clone(),
        reply: reply.to_owned(),
        score,
        bleu,
    }
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

/// What a judge model is asked about a reply. It answers with three numbers.
pub fn judge_prompt(item: &Item, reply: &str) -> String {
    let asked = item.talk.last().map_or("", |(_, what)| what);
    format!(
        "You judge role-play. The character is {}:\n{}\n\nIt was told:\n{asked}\n\nIt replied:\n{}\n\nGive three whole numbers from 1 (poor) \
         to 5 (good), separated by spaces: how much it is in character, how entertaining it is, how fluent it is. Write the three numbers alone.",
        item.name,
        item.profile,
        tagged(reply).text
    )
}

/// The mean of a judge's three numbers, as 1 to 5; `None` where it wrote anything else.
pub fn judged(said: &str) -> Option<f64> {
    let said = folded(&tagged(said).text);
    let numbers: Vec<f64> = said
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok().filter(|n: &f64| (1.0..=5.0).contains(n)))
        .collect::<Option<_>>()?;
    match numbers[..] {
        [one, two, three] => Some((one + two + three) / 3.0),
        _ => None,
    }
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Scores {
    /// Mean of the means of the categories; 0 where nothing could be read.
    pub mean: f64,
    /// Mean and number of each category.
    pub categories: BTreeMap<String, (f64, usize)>,
    /// Mean BLEU-4, where there are references.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bleu: Option<f64>,
    /// Items that were answered.
    pub answered: usize,
    /// Answers that could not be read, or that the judge could not: counted as 0 for letters and references, left out of scales and
    /// judgements.
    pub unreadable: usize,
}

/// Means by category, then their mean. What could not be read is wrong where there is a right answer, and no answer where there is none.
pub fn summary(answers: &[Answer], wrong_if_unreadable: bool) -> Scores {
    let mut by_category: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let mut scores = Scores { answered: answers.len(), ..Scores::default() };
    for answer in answers {
        let read = answer.score.filter(|score| score.is_finite());
        if read.is_none() {
            scores.unreadable += 1;
        }
        let value = read.or(wrong_if_unreadable.then_some(0.0));
        by_category.entry(answer.category.clone()).or_default().extend(value);
    }
    for (category, values) in by_category {
        if !values.is_empty() {
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            scores.categories.insert(category, (mean, values.len()));
        }
    }
    let means: Vec<f64> = scores.categories.values().map(|(mean, _)| *mean).collect();
    if !means.is_empty() {
        scores.mean = means.iter().sum::<f64>() / means.len() as f64;
    }
    let bleus: Vec<f64> = answers.iter().filter_map(|answer| answer.bleu).collect();
    scores.bleu = (!bleus.is_empty()).then(|| bleus.iter().sum::<f64>() / bleus.len() as f64);
    scores
}
