//! `{{if condition}}…{{else}}…{{/if}}`: which macros of a text belong together. SillyTavern's, read in its `core-macros.js`.

use std::collections::BTreeMap;
use std::ops::Range;

use super::parse::{self, Call, Token};

/// The pieces of a text, and the conditions among them.
pub(super) struct Pieces<'a> {
    pub tokens: Vec<Token<'a>>,
    /// By the place of the token that opens each.
    blocks: BTreeMap<usize, Block<'a>>,
    /// `{{else}}` that stands in no block.
    pub otherwise: Option<usize>,
}

/// A condition with its branches, as places among the tokens.
#[derive(Debug, Clone)]
pub(super) struct Block<'a> {
    pub condition: &'a str,
    pub then: Range<usize>,
    /// Empty where there is no `{{else}}`.
    pub otherwise: Range<usize>,
    /// Behind `{{/if}}`.
    pub end: usize,
}

impl<'a> Pieces<'a> {
    /// In time linear in the length of the text, however conditions are nested or left open.
    pub(super) fn of(text: &'a str) -> Self {
        let tokens = parse::tokens(text);
        let (mut blocks, mut otherwise) = (BTreeMap::new(), None);
        // Where each begins, what it asks, and its `{{else}}`.
        let mut open: Vec<(usize, &'a str, Option<usize>)> = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            let Token::Call { body, .. } = *token else { continue };
            let word = body.trim();
            if word.eq_ignore_ascii_case("/if") {
                if let Some((start, condition, middle)) = open.pop() {
                    let block = Block {
                        condition,
                        then: start + 1..middle.unwrap_or(at),
                        otherwise: middle.map_or(at..at, |middle| middle + 1..at),
                        end: at + 1,
                    };
                    blocks.insert(start, block);
                }
            } else if word.eq_ignore_ascii_case("else") {
                let place = open.last_mut().map_or(&mut otherwise, |(_, _, middle)| middle);
                place.get_or_insert(at);
            } else if let Some((condition, None)) = asked(body) {
                open.push((at, condition, None));
            }
        }
        Self { tokens, blocks, otherwise }
    }

    /// The condition that a token opens.
    pub(super) fn block(&self, at: usize) -> Option<&Block<'a>> {
        self.blocks.get(&at)
    }
}

/// What `{{if …}}` asks, and what it gives where that stands in it as well (`{{if condition::text}}`); `None`: it is another macro.
pub(super) fn asked(body: &str) -> Option<(&str, Option<&str>)> {
    let call = Call::new(body);
    (call.name.eq_ignore_ascii_case("if") && !call.rest.is_empty()).then(|| call.first())
}

/// Whether a condition holds: nothing, `false`, `off` and `0` do not.
pub(super) fn holds(value: &str) -> bool {
    let value = value.trim();
    !value.is_empty() && !["false", "off", "0"].iter().any(|no| value.eq_ignore_ascii_case(no))
}

/// `.name` and `$name`, the short forms of `getvar::name` and `getglobalvar::name`, and what stands behind the name.
pub(super) fn variable(word: &str) -> Option<(&'static str, &str, &str)> {
    let space = match word.as_bytes().first()? {
        b'.' => "",
        b'$' => "global",
        _ => return None,
    };
    let rest = &word[1..];
    let inside = |c: char| c == '_' || c == '-' || c.is_ascii_alphanumeric();
    let end = rest.find(|c: char| !inside(c)).unwrap_or(rest.len());
    // `.x--` counts down; a name does not end with a hyphen.
    let name = rest[..end].trim_end_matches('-');
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
    begins.then(|| (space, name, rest[name.len()..].trim()))
}
