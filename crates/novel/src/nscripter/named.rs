//! Who speaks on a page: names in front of what is said, and where the saying ends.

use std::collections::{HashMap, HashSet};

use crate::names::may_speak;

/// Longest name in brackets, with a voice behind it, in bytes.
const LONGEST: usize = 256;
/// A name in brackets before bare words is one if it comes back.
const LEAST: u32 = 2;

/// Marks that what somebody says begins with.
const OPENING: [char; 5] = ['"', '“', '「', '『', '（'];

/// Names in [] that stand before bare words: `[Alice]Hi.`; a remark in brackets looks the same and does not come back.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: HashSet<String>,
    /// With `pretextgosub`, the engine itself takes what stands in [] at the beginning of a line for a tag.
    tags: bool,
}

impl Names {
    /// The names of a whole game.
    pub(super) fn collect<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut counts: HashMap<&str, u32> = HashMap::new();
        let mut tags = false;
        for line in lines {
            let line = line.trim_start_matches([' ', '\t', '\u{feff}', '`', '^', '>']);
            tags |= line.starts_with("pretextgosub");
            if let Some((name, _, after)) = in_square(line)
                && !after.starts_with(['\\', '@'])
                && may_speak(name)
            {
                *counts.entry(name).or_default() += 1;
            }
        }
        let back = counts.into_iter().filter(|(_, count)| *count >= LEAST);
        Self { known: back.map(|(name, _)| name.to_owned()).collect(), tags }
    }
}

/// A name that a text begins with.
pub(super) struct Named<'a> {
    pub(super) name: &'a str,
    /// How many bytes it takes.
    pub(super) length: usize,
    /// It stands by itself, and not before one quotation.
    pub(super) headed: bool,
}

/// 【name】, [name], or a short name directly before 「 or 『, if its quotation is the whole line.
pub(super) fn name<'a>(text: &'a str, whole: bool, names: &Names) -> Option<Named<'a>> {
    if let Some((name, length, after)) = in_square(text) {
        // A whole page in brackets is no name.
        let short = !name.is_empty() && name.chars().count() <= 24;
        let speaks = after.is_empty()
            || after.starts_with(OPENING)
            || !after.starts_with(['\\', '@'])
                && may_speak(name)
                && (names.tags || names.known.contains(name));
        return (short && speaks).then_some(Named { name, length, headed: true });
    }
    for (open, close) in [('【', '】'), ('［', '］')] {
        if let Some((name, length)) = inside(text, open, close) {
            if name.is_empty() || name.chars().count() > 24 {
                return None;
            }
            return Some(Named { name: name.trim(), length, headed: true });
        }
    }
    let (at, _) = text.char_indices().take(13).find(|(_, c)| matches!(c, '「' | '『'))?;
    let name = &text[..at];
    let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '・' | '？' | '＆' | 'ー'));
    let particle = name.ends_with(['は', 'が', 'を', 'に', 'で', 'と', 'の', 'も', 'へ']);
    let named = !name.is_empty() && plain && whole && !particle;
    named.then_some(Named { name, length: at, headed: false })
}

/// `[name/voice]`: the name, how many bytes the brackets take, and what follows without marks of narrow letters.
fn in_square(text: &str) -> Option<(&str, usize, &str)> {
    let (inside, length) = inside(text, '[', ']')?;
    let name = inside.split('/').next().unwrap_or(inside).trim();
    Some((name, length, text[length..].trim_start_matches([' ', '\t', '`', '^', '\r'])))
}

/// What stands in brackets at the beginning of a text, and how many bytes it takes with them.
fn inside(text: &str, open: char, close: char) -> Option<(&str, usize)> {
    let rest = text.strip_prefix(open)?;
    let at = rest.char_indices().take_while(|(at, _)| *at < LONGEST).find(|(_, c)| *c == close)?.0;
    Some((&rest[..at], open.len_utf8() + at + close.len_utf8()))
}

/// Whether what somebody says begins here.
pub(super) fn opens(text: &str) -> bool {
    text.starts_with(OPENING)
}

/// Where quotations of a line end: a name is followed by the whole line, `私は「はい」と言った` has none.
pub(super) struct Closing {
    ends: bool,
    last: Option<usize>,
}

impl Closing {
    pub(super) fn of(line: &str) -> Self {
        Self {
            ends: line.trim_end().trim_end_matches(['\\', '@', '/', '`']).ends_with(['」', '』']),
            last: line.rfind(['」', '』']),
        }
    }

    /// Whether a quotation in the `rest` of the line goes to its end, or further.
    pub(super) fn whole(&self, line: &str, rest: &str) -> bool {
        self.ends || self.last.is_none_or(|at| at < line.len() - rest.len())
    }
}

/// What is said so far on a page: whether it is a quotation, and goes on.
#[derive(Debug, Default)]
pub(super) struct Quotation {
    /// The mark it begins with, if it is one.
    mark: Option<char>,
    depth: u32,
    last: Option<char>,
}

impl Quotation {
    pub(super) fn push(&mut self, c: char) {
        if c.is_whitespace() {
            return;
        }
        if self.last.is_none() {
            self.mark = OPENING.contains(&c).then_some(c);
        }
        // Marks of the same kind count; one that looks alike at both ends opens and closes in turn.
        let (opening, closing): (&[char], &[char]) = match self.mark {
            Some('"') => (&[], &[]),
            Some('“') => (&['“'], &['”']),
            Some('（') => (&['（'], &['）']),
            _ => (&['「', '『'], &['」', '』']),
        };
        if opening.contains(&c) {
            self.depth += 1;
        } else if closing.contains(&c) {
            self.depth = self.depth.saturating_sub(1);
        } else if self.mark == Some('"') && c == '"' {
            self.depth ^= 1;
        }
        self.last = Some(c);
    }

    /// Something is shown.
    pub(super) fn began(&self) -> bool {
        self.last.is_some()
    }

    /// A quotation goes on.
    pub(super) fn is_open(&self) -> bool {
        self.depth > 0
    }

    /// All of it was one quotation, or several.
    pub(super) fn is_closed(&self) -> bool {
        let closing = matches!(self.last, Some('"' | '”' | '」' | '』' | '）'));
        self.mark.is_some() && self.depth == 0 && closing
    }
}
