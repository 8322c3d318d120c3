//! `translate LANG strings:` — the translations of choices and captions, which no block of a line has.

use std::collections::{HashMap, HashSet};

use super::lexer::Lexer;
use super::lines::Logical;
use super::text;
use crate::found::Found;
use crate::line::{Choice, Kind, Line, Source};

/// Pairs of `old` and `new`, kept until every script is read: what they translate may stand in any of them.
#[derive(Debug, Default)]
pub(super) struct Strings {
    pairs: Vec<Pair>,
    /// Rows that are captions.
    captions: HashSet<usize>,
}

#[derive(Debug)]
struct Pair {
    lang: String,
    file: String,
    /// Line of `new`.
    number: u32,
    /// Before which row it was met.
    at: usize,
    old: String,
    new: String,
}

/// Rows with the text of an `old`.
#[derive(Default)]
struct Places {
    /// Choices and captions.
    offered: Vec<usize>,
    /// What is said or told.
    said: Vec<usize>,
}

/// Rows that a pair gives on average at most beyond its first: some texts are offered in many menus, and a script that repeats one in
/// every menu and every language would take memory in the square of its length.
const MORE_PLACES: usize = 3;

impl Strings {
    /// The row that comes next is a caption.
    pub(super) fn caption(&mut self, row: usize) {
        self.captions.insert(row);
    }

    /// Takes up the pairs of a block that stands before row `at`.
    pub(super) fn block(&mut self, lang: &str, file: &str, at: usize, lines: &[Logical<'_>]) {
        let mut old = None;
        for line in lines {
            let mut lexer = Lexer::new(&line.text);
            if lexer.keyword("old") {
                old = lexer.python_string();
            } else if lexer.keyword("new")
                && let (Some(old), Some(new)) = (old.take(), lexer.python_string())
                && !new.is_empty()
            {
                let (lang, file) = (lang.to_owned(), file.to_owned());
                self.pairs.push(Pair { lang, file, number: line.number, at, old, new });
            }
        }
    }

    /// Gives what was said, told or offered its translation, as rows that stand where the pairs do. Other pairs are words of the
    /// interface.
    pub(super) fn give(self, found: &mut Found) {
        let mut places: HashMap<&str, Places> =
            self.pairs.iter().map(|pair| (pair.old.as_str(), Places::default())).collect();
        let mut blocks: HashSet<&str> = HashSet::new();
        for (at, line) in found.lines.iter().enumerate() {
            if let Some(lang) = &line.lang {
                blocks.insert(lang);
            } else if let Some(places) = places.get_mut(line.text.as_str()) {
                let offered = line.kind == Kind::Choice || self.captions.contains(&at);
                if offered { &mut places.offered } else { &mut places.said }.push(at);
            }
        }
        let mut known = HashSet::new();
        let mut more = MORE_PLACES * self.pairs.len();
        let mut given: Vec<(usize, Line)> = Vec::new();
        for pair in &self.pairs {
            let Some(places) = places.get(pair.old.as_str()) else { continue };
            // Ren'Py refuses a second translation of one text.
            if !known.insert((pair.lang.as_str(), pair.old.as_str())) {
                continue;
            }
            // What is said has a block of its own where a language has blocks; without one, Ren'Py looks among the strings.
            let blocked = blocks.contains(pair.lang.as_str());
            let said = if blocked { &[] } else { places.said.as_slice() };
            for (n, row) in places.offered.iter().chain(said).enumerate() {
                if n > 0 {
                    if more == 0 {
                        break;
                    }
                    more -= 1;
                }
                given.push((pair.at, pair.row(&found.lines[*row])));
            }
        }
        if !given.is_empty() {
            merge(found, given);
        }
    }
}

impl Pair {
    /// The row that `original` is in this language.
    fn row(&self, original: &Line) -> Line {
        let (plain, interpolated) = text::plain(&self.new);
        let choice = original.choice.as_ref();
        Line {
            lang: Some(self.lang.clone()),
            text: self.new.clone(),
            plain,
            interpolated,
            source: Source {
                file: self.file.clone(),
                line: Some(self.number),
                ..Source::default()
            },
            choice: choice.map(|choice| Choice { line: None, ..choice.clone() }),
            voice: None,
            ..original.clone()
        }
    }
}

/// Puts rows before those that they are numbered by, in order.
fn merge(found: &mut Found, given: Vec<(usize, Line)>) {
    let before = found.lines.len();
    let at: Vec<usize> = given.iter().map(|(at, _)| *at).collect();
    for (_, line) in given {
        found.push(line);
    }
    let translated = found.lines.split_off(before);
    let mut translated = at.into_iter().zip(translated).peekable();
    let originals = std::mem::take(&mut found.lines);
    for (index, line) in originals.into_iter().enumerate() {
        while let Some((_, row)) = translated.next_if(|(at, _)| *at <= index) {
            found.lines.push(row);
        }
        found.lines.push(line);
    }
    found.lines.extend(translated.map(|(_, row)| row));
}
