//! What may be wrong with a line of a dataset, found by looking at it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::workbook::Exchange;

/// Answers of more characters than this are looked at twice: they are seldom one thing that is said.
const LONG: usize = 600;
/// Letters that an answer should have.
const SHORT: usize = 3;
/// The same answer in as many places as this teaches a habit.
const OFTEN: usize = 3;
/// Longest command or variable that is found between brackets, with the closing one, in bytes: what is longer is prose.
const MAX_SIGN: usize = 80;

/// What may be wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remark {
    /// Hardly anything is said.
    Short,
    /// A speech.
    Long,
    /// Signs of the script are left in it: `{…}`, `[…]`, `<…>`, `\n`.
    Markup,
    /// The same answer stands in several places.
    Repeated,
    /// No script has what is said: a model made it up, and nobody has written it anew since.
    MadeUp,
}

/// What is to be said of a line; `often` has how many times each answer is left.
pub(super) fn remarks(line: &Exchange, often: &HashMap<String, usize>) -> Vec<Remark> {
    let answer = &line.answer;
    let letters = answer.chars().filter(|c| c.is_alphanumeric()).count();
    let checks = [
        (Remark::Short, letters < SHORT),
        (Remark::Long, answer.chars().count() > LONG),
        (Remark::Markup, has_markup(answer)),
        (Remark::Repeated, often.get(answer).is_some_and(|count| *count >= OFTEN)),
        (Remark::MadeUp, line.is_made_up()),
    ];
    checks.into_iter().filter(|(_, is)| *is).map(|(remark, _)| remark).collect()
}

/// A pair of brackets with something without spaces between them, as commands and variables have, or an escape.
pub(super) fn has_markup(text: &str) -> bool {
    let between = |open: char, close: u8| {
        text.match_indices(open).any(|(at, _)| {
            let rest = &text[at + open.len_utf8()..];
            // Nothing is sought beyond what would be accepted: a text of opening signs alone would take a look at all of it for each.
            let end = || rest.bytes().take(MAX_SIGN).position(|byte| byte == close);
            rest.starts_with(is_code)
                && end().is_some_and(|end| {
                    let inner = &rest[..end];
                    inner.contains(['=', '/', '_', '.']) || !inner.contains(char::is_whitespace)
                })
        })
    };
    between('{', b'}') || between('[', b']') || between('<', b'>') || text.contains("\\n")
}

fn is_code(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '#' | '@' | '$')
}
