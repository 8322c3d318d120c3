//! An examination: made-up conversations with what a model should find in them and what it should leave alone, before it is shown a
//! word that anybody said. A model that is too small for it finds little, or makes things up.
//!
//! `exam.tsv` has three conversations for each language. `U` and `C` are lines of the person and the character, `+` is a fact that is
//! there to be found, `?` one that may be found; the columns behind are who, of what (any of several), and what.

use std::collections::BTreeMap;

use domain::{Lang, MessageId};
use serde::Serialize;

use super::grounding::{Refused, judge};
use super::proposal;
use super::{By, Line, Names};
use crate::facts::folded;

const TABLE: &str = include_str!("exam.tsv");

/// A made-up conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// What is said, all of it new.
    pub lines: Vec<Line>,
    wanted: Vec<Wanted>,
}

/// A fact that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    /// Of the person or the character themselves, or of somebody whom the attribute names.
    by: By,
    attributes: Vec<String>,
    value: String,
    must: bool,
}

/// How a model did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Marks {
    /// Lines that it wrote.
    pub lines: u32,
    /// Of those what was not made up.
    pub grounded: u32,
    /// Facts to be found.
    pub wanted: u32,
    /// Of those what it found.
    pub found: u32,
    /// What would have been kept and should not.
    pub wrong: u32,
    /// What was dropped, and why.
    pub dropped: BTreeMap<Refused, u32>,
}

impl Marks {
    /// Whether it may read what people say: it finds half of what is there, at most every fourth line that would be kept is wrong, and
    /// at most every third is made up.
    pub fn passes(&self) -> bool {
        2 * self.found >= self.wanted.max(1)
            && 3 * self.wrong <= self.found
            && 3 * self.grounded >= 2 * self.lines
    }

    /// Adds those of another paper.
    pub fn add(&mut self, other: &Self) {
        self.lines += other.lines;
        self.grounded += other.grounded;
        self.wanted += other.wanted;
        self.found += other.found;
        self.wrong += other.wrong;
        for (why, count) in &other.dropped {
            *self.dropped.entry(*why).or_default() += count;
        }
    }
}

impl Paper {
    /// Marks a model's reply about the paper.
    pub fn mark(&self, reply: &str) -> Marks {
        let mut marks = Marks {
            wanted: self.wanted.iter().filter(|one| one.must).count() as u32,
            ..Marks::default()
        };
        let mut found = vec![false; self.wanted.len()];
        for line in proposal::lines(reply) {
            marks.lines += 1;
            match line.and_then(|line| judge(&line, &self.lines, &Names::default())) {
                Ok(one) => {
                    marks.grounded += 1;
                    let value = folded(&one.value);
                    let by = self.lines[one.line].by;
                    let fits = |wanted: &Wanted| {
                        let named = wanted.attributes.contains(&one.attribute.0);
                        let held = value.contains(&wanted.value) || wanted.value.contains(&value);
                        wanted.by == by && named && held
                    };
                    match self.wanted.iter().position(fits) {
                        Some(place) => found[place] = true,
                        None => marks.wrong += 1,
                    }
                }
                Err(why) => {
                    marks.grounded += u32::from(!why.is_invented());
                    *marks.dropped.entry(why).or_default() += 1;
                }
            }
        }
        let must = self.wanted.iter().zip(found).filter(|(wanted, found)| wanted.must && *found);
        marks.found = must.count() as u32;
        marks
    }
}

/// The papers of a language.
pub fn papers(lang: Lang) -> Vec<Paper> {
    let name = match lang {
        Lang::En => "en",
        Lang::Zh => "zh",
        Lang::Ja => "ja",
    };
    let (mut papers, mut here) = (Vec::new(), false);
    for line in TABLE.lines().filter(|line| !line.is_empty()) {
        if let Some(of) = line.strip_prefix("# ") {
            here = of == name;
            if here {
                papers.push(Paper { lines: Vec::new(), wanted: Vec::new() });
            }
            continue;
        }
        if let (true, Some(paper)) = (here, papers.last_mut()) {
            read(line, paper);
        }
    }
    papers
}

fn read(line: &str, paper: &mut Paper) {
    match line.split('\t').collect::<Vec<_>>()[..] {
        ["U" | "C", text] => {
            let by = if line.starts_with('U') { By::User } else { By::Character };
            let text = text.to_owned();
            paper.lines.push(Line { id: MessageId::NOT_LOGGED, by, text, new: true });
        }
        [must @ ("+" | "?"), who, what, value] => {
            let by = if who == "character" { By::Character } else { By::User };
            let of = if matches!(who, "user" | "character") {
                String::new()
            } else {
                format!("{who} / ")
            };
            paper.wanted.push(Wanted {
                by,
                attributes: what.split(',').map(|what| format!("{of}{what}")).collect(),
                value: folded(value),
                must: must == "+",
            });
        }
        _ => debug_assert!(false, "{line}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What somebody writes who sees everything.
    fn perfect(paper: &Paper) -> String {
        let mut reply = String::new();
        for wanted in &paper.wanted {
            let line = paper
                .lines
                .iter()
                .find(|line| line.by == wanted.by && folded(&line.text).contains(&wanted.value))
                .unwrap_or_else(|| panic!("nobody says {wanted:?}"));
            let attribute = &wanted.attributes[0];
            let (who, what) = attribute
                .rsplit_once(" / ")
                .unwrap_or((if wanted.by == By::User { "user" } else { "character" }, attribute));
            let sentence = line
                .text
                .split_inclusive(['.', '!', '?', '。', '！', '？'])
                .find(|sentence| folded(sentence).contains(&wanted.value))
                .unwrap();
            let line = [who, what, wanted.value.as_str(), sentence.trim()].join(" | ");
            reply.extend([line.as_str(), "\n"]);
        }
        reply
    }

    #[test]
    fn whoever_sees_everything_passes_with_all_of_it() {
        for lang in [Lang::En, Lang::Zh, Lang::Ja] {
            let papers = papers(lang);
            assert_eq!(papers.len(), 3);
            let mut marks = Marks::default();
            for paper in &papers {
                assert!(paper.wanted.iter().any(|wanted| wanted.must));
                let one = paper.mark(&perfect(paper));
                assert_eq!((one.found, one.wrong), (one.wanted, 0), "{:?} {:?}", paper.lines, one);
                marks.add(&one);
            }
            assert!(marks.passes(), "{marks:?}");
        }
    }

    #[test]
    fn whoever_is_silent_copies_or_invents_fails() {
        for lang in [Lang::En, Lang::Zh, Lang::Ja] {
            let mut silent = Marks::default();
            let mut copies = Marks::default();
            let mut invents = Marks::default();
            for paper in papers(lang) {
                silent.add(&paper.mark("-"));
                let copied: String = paper
                    .lines
                    .iter()
                    .map(|line| format!("user | likes | {0} | {0}\n", line.text))
                    .collect();
                copies.add(&paper.mark(&copied));
                invents.add(&paper.mark(&format!(
                    "{}user | pets | a dragon | I have a dragon\n",
                    perfect(&paper).lines().next().unwrap_or_default()
                )));
            }
            assert!(!silent.passes() && !copies.passes() && !invents.passes(), "{lang:?}");
        }
    }
}
