//! Finds the parts of a text that are shown but not said: `*she smiles*`, `(waves)` where a sentence could begin, code
//! blocks.
//!
//! A stage direction may be longer than a line, so the state at the end of one line is the state at the start of the
//! next. A line break closes a direction that the model forgot to close, otherwise a lost `*` would silence the rest.

use crate::chars::{is_closer, is_terminal, is_word};

/// Longest remark in parentheses that is taken for a stage direction, in characters.
const LONGEST_REMARK: usize = 200;

/// What a line begins within.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Aside {
    /// Ordinary text.
    #[default]
    None,
    /// A stage direction between asterisks.
    Star,
    /// A code block between triple backticks.
    Fence,
}

/// What was found in a text.
#[derive(Debug)]
pub(crate) struct Scan {
    /// For every character: shown but not said.
    pub(crate) silent: Vec<bool>,
    /// The state after the last character.
    pub(crate) end: Aside,
    /// A parenthesis was opened and not closed yet.
    pub(crate) open_parenthesis: bool,
}

/// Scans a text that begins within `start`; `next` is the character after it, where there is one already.
pub(crate) fn scan(text: &[char], start: Aside, next: Option<char>) -> Scan {
    let mut state = start;
    let mut silent = vec![false; text.len()];
    let mut open_parenthesis = false;
    let mut at = 0;
    while at < text.len() {
        let c = text[at];
        let run = |of: char| text[at..].iter().take_while(|&&c| c == of).count();
        let mut length = 1;
        let mut quiet = state != Aside::None;
        match (state, c) {
            (Aside::None, '`') if run('`') >= 3 => {
                (state, length, quiet) = (Aside::Fence, run('`'), true);
            }
            (Aside::Fence, '`') if run('`') >= 3 => (state, length) = (Aside::None, run('`')),
            (Aside::None, '*') => {
                length = run('*');
                let after = text.get(at + length).copied().or(next);
                if length == 1 && opens_direction(at.checked_sub(1).map(|i| text[i]), after) {
                    (state, quiet) = (Aside::Star, true);
                }
            }
            (Aside::Star, '*') => {
                length = run('*');
                if length != 2 {
                    state = Aside::None;
                }
            }
            (Aside::Star, '\n') => (state, quiet) = (Aside::None, false),
            (Aside::None, '(' | '（') if !is_emoticon(text, at) => match closing(text, at) {
                Some(end)
                    if begins_sentence(&text[..at], &silent) && !is_number(&text[at + 1..end]) =>
                {
                    (length, quiet) = (end + 1 - at, true);
                }
                None if !text[at..].contains(&'\n') && text.len() - at <= LONGEST_REMARK => {
                    open_parenthesis = true;
                }
                Some(_) | None => {}
            },
            _ => {}
        }
        silent[at..at + length].fill(quiet);
        at += length;
    }
    Scan { silent, end: state, open_parenthesis }
}

/// A single asterisk opens a direction where a word could begin: `2 * 3`, `* a list` and `footnote*` do not.
fn opens_direction(before: Option<char>, after: Option<char>) -> bool {
    after.is_some_and(|c| !c.is_whitespace()) && before.is_none_or(|c| !is_word(c))
}

/// Digits alone are no direction: `(555) 123-4567`, `(2) Then …`.
fn is_number(within: &[char]) -> bool {
    within.iter().any(char::is_ascii_digit)
        && within.iter().all(|c| c.is_ascii_digit() || " +-.,/".contains(*c))
}

/// `:(` and its like are faces.
fn is_emoticon(text: &[char], at: usize) -> bool {
    at > 0 && matches!(text[at - 1], ':' | ';' | '=' | '-' | '\'')
}

/// Where the parenthesis that opens at `at` closes.
fn closing(text: &[char], at: usize) -> Option<usize> {
    let mut depth = 0_u32;
    for (i, &c) in text.iter().enumerate().skip(at).take(LONGEST_REMARK) {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' if depth == 1 => return Some(i),
            ')' | '）' => depth -= 1,
            '\n' => return None,
            _ => {}
        }
    }
    None
}

/// True where nothing is being said: at the start, on a new row, or after the end of a sentence.
fn begins_sentence(before: &[char], silent: &[bool]) -> bool {
    if before.iter().rev().take_while(|c| c.is_whitespace()).any(|&c| c == '\n') {
        return true;
    }
    let last = before.iter().zip(silent).rev().find(|&(&c, &silent)| {
        !silent && !c.is_whitespace() && !is_closer(c) && !matches!(c, '*' | '_' | '~' | '～')
    });
    last.is_none_or(|(&c, _)| is_terminal(c))
}

#[cfg(test)]
mod tests {
    use super::{Aside, scan};

    /// The text without what is not said, and the state after it.
    fn said(text: &str, start: Aside) -> (String, Aside) {
        let chars: Vec<char> = text.chars().collect();
        let scan = scan(&chars, start, None);
        let said = chars.iter().zip(&scan.silent).filter(|(_, silent)| !**silent);
        (said.map(|(c, _)| c).collect(), scan.end)
    }

    #[test]
    fn directions_are_found() {
        for (text, expected) in [
            ("*smiles* Hello", " Hello"),
            ("Hi *waves her hand* there", "Hi  there"),
            ("2 * 3 = 6, **really**", "2 * 3 = 6, **really**"),
            ("(smiles) Hello (well, almost) there.", " Hello (well, almost) there."),
            ("（微笑）你好。（挥手）再见", "你好。再见"),
            ("(555) 123-4567 is mine. (0)20 too", "(555) 123-4567 is mine. (0)20 too"),
            ("(5 minutes later) Hello", " Hello"),
            ("I am sad :( but fine", "I am sad :( but fine"),
            ("Look:\n```rust\nfn main() {}\n```\nNice", "Look:\n\nNice"),
            ("*forgot to close\nHello", "\nHello"),
        ] {
            assert_eq!(said(text, Aside::None).0, expected, "{text:?}");
        }
    }

    #[test]
    fn a_direction_goes_on_in_the_next_line() {
        let (first, state) = said("*She walks over,", Aside::None);
        assert_eq!((first.as_str(), state), ("", Aside::Star));
        assert_eq!(said(" slowly.* Hello", state), (" Hello".into(), Aside::None));
    }
}
