//! Names and terms of a novel's world: a list, and what the text gives away (words that are always capitalised, runs of katakana).

use std::collections::{HashMap, HashSet};

use super::address::{is_address, without_title};

/// Terms, longest first, each with a placeholder.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    list: Vec<(String, String)>,
    /// First characters, so that most places of a text are passed at once.
    first: HashSet<char>,
}

impl Terms {
    /// Numbers terms in the order in which they come; longer ones are matched first.
    pub fn new(terms: impl IntoIterator<Item = String>) -> Self {
        let mut seen = HashSet::new();
        let mut list: Vec<(String, String)> = terms
            .into_iter()
            .map(|term| term.trim().to_owned())
            .filter(|term| !term.is_empty() && seen.insert(term.clone()))
            .enumerate()
            .map(|(number, term)| (term, format!("<term_{}>", number + 1)))
            .collect();
        list.sort_by_key(|(term, _)| std::cmp::Reverse(term.len()));
        let first = list.iter().filter_map(|(term, _)| term.chars().next()).collect();
        Self { list, first }
    }

    /// Whether a text has one.
    pub fn any(&self, text: &str) -> bool {
        text.char_indices().any(|(at, c)| self.first.contains(&c) && self.at(text, at).is_some())
    }

    /// Puts placeholders in the place of terms.
    pub fn replace(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            if let Some((term, placeholder)) =
                self.first.contains(&c).then(|| self.at(text, at)).flatten()
            {
                out.push_str(placeholder);
                at += term.len();
            } else {
                out.push(c);
                at += c.len_utf8();
            }
        }
        out
    }

    /// Each placeholder with its term, in the order of the numbers.
    pub fn placeholders(&self) -> Vec<(String, String)> {
        let mut out: Vec<(String, String)> = self
            .list
            .iter()
            .map(|(term, placeholder)| (placeholder.clone(), term.clone()))
            .collect();
        out.sort_by_key(|(placeholder, _)| (placeholder.len(), placeholder.clone()));
        out
    }

    /// The term that begins at `at`. Words with spaces round them match as whole words.
    fn at(&self, text: &str, at: usize) -> Option<(&str, &str)> {
        let spaced = |c: char| c.is_alphanumeric() && !super::conversations::is_wide(c);
        self.list
            .iter()
            .find(|(term, _)| {
                let rest = &text[at..];
                let inside = |edge: Option<char>, other: Option<char>| {
                    edge.is_some_and(spaced) && other.is_some_and(spaced)
                };
                rest.starts_with(term.as_str())
                    && !inside(term.chars().next(), text[..at].chars().next_back())
                    && !inside(term.chars().next_back(), rest[term.len()..].chars().next())
            })
            .map(|(term, placeholder)| (term.as_str(), placeholder.as_str()))
    }
}

/// A cry (アアア, キャー): fewer than two different letters of full size.
fn is_cry(run: &str) -> bool {
    let full: HashSet<char> =
        run.chars().filter(|c| !"ァィゥェォッャュョヮーヵヶ".contains(*c)).collect();
    full.len() < 2
}

/// The term that a speaker's name is, if it is one: in scripts without capitals nothing else tells a name from a word. One letter alone
/// (俺, 我) is a word, and so is what people are addressed by (先生, 同学); a title behind a name is no part of it.
pub(super) fn told_by_speaking(name: &str) -> Option<&str> {
    let wide = |c: char| c.is_alphabetic() && super::conversations::is_wide(c);
    let name = without_title(name);
    (name.chars().count() > 1 && name.chars().all(wide) && !is_address(name)).then_some(name)
}

/// Finds terms that come at least `least` times: words capitalised in the middle of sentences and never written small, and runs of
/// three or more katakana; without those by which people are addressed. Most frequent first.
pub fn learn<'a>(texts: impl Iterator<Item = &'a str>, least: usize) -> Vec<String> {
    let mut capitalised: HashMap<String, usize> = HashMap::new();
    let mut small: HashSet<String> = HashSet::new();
    let mut katakana: HashMap<String, usize> = HashMap::new();
    for text in texts {
        let mut begins = true;
        for word in text.split_whitespace() {
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
            let bare = bare.strip_suffix("'s").or_else(|| bare.strip_suffix("’s")).unwrap_or(bare);
            let mut letters = bare.chars();
            match letters.next() {
                Some(first)
                    if first.is_uppercase()
                        && letters.clone().any(char::is_lowercase)
                        && !begins =>
                {
                    *capitalised.entry(bare.to_owned()).or_default() += 1;
                }
                Some(first) if first.is_lowercase() => {
                    small.insert(bare.to_lowercase());
                }
                _ => {}
            }
            begins = word.ends_with(|c: char| {
                matches!(c, '.' | '!' | '?' | '…' | ':' | '"' | '”' | ')' | '-' | '—')
            });
        }
        let is_katakana = |c: char| matches!(c, 'ァ'..='ヺ' | 'ー');
        let runs = text.split(|c: char| !is_katakana(c));
        for run in runs.filter(|run| run.chars().count() >= 3 && !is_cry(run)) {
            *katakana.entry(run.to_owned()).or_default() += 1;
        }
    }
    let names = capitalised.into_iter().filter(|(word, _)| !small.contains(&word.to_lowercase()));
    let mut out: Vec<(String, usize)> = names
        .chain(katakana)
        .filter(|(term, count)| *count >= least && !is_address(term))
        .collect();
    out.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    out.into_iter().map(|(term, _)| term).collect()
}
