//! A dataset on somebody's desk: every question with its answer as a line that can be changed or taken out, and put back; what a
//! person should know of the whole; and the files that training reads, written from what is left.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::remarks::{Remark, remarks};
use super::write::{write_examples, write_info, write_preferences};
use super::{Dataset, Example, Format, Preference, Reconstruction, Written};
use crate::error::Error;

/// Fewer answers than this teach words, and not a way of speaking.
const FEW: usize = 20;
/// Fewer than this want many epochs and are soon known by heart.
const SOME: usize = 200;
/// Longest text that is put into a line, in bytes.
const MAX_TEXT: usize = 64 << 10;

/// Where an example goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// To learn from.
    #[default]
    Train,
    /// To watch the loss on.
    Validation,
    /// To judge by at the end.
    Test,
}

/// A question and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Exchange {
    /// What is said.
    pub said: String,
    /// What is answered.
    pub answer: String,
    /// Taken out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub removed: bool,
    /// A model made up what is said.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub made_up: bool,
    /// What both were before they were changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<(String, String)>,
}

impl Exchange {
    /// What is said is still as a model made it up: what a person writes is theirs.
    pub fn is_made_up(&self) -> bool {
        self.made_up && self.before.as_ref().is_none_or(|(said, _)| *said == self.said)
    }
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Entry {
    /// Where it goes.
    #[serde(default)]
    pub split: Split,
    /// Instructions above it; may be empty.
    #[serde(default)]
    pub system: String,
    /// Scene that it comes from.
    #[serde(default)]
    pub scene: String,
    /// Questions and answers, in order.
    pub turns: Vec<Exchange>,
}

/// What should be known of the whole, by name, with a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "count")]
pub enum Warning {
    /// There is nothing left to learn.
    Nothing,
    /// Very few answers.
    VeryFew(usize),
    /// Few answers.
    Few(usize),
    /// Nothing is kept back, so nobody will see when it was enough.
    NotWatched,
    /// Answers with signs of the script in them.
    Markup(usize),
    /// Answers that stand in several places.
    Repeated(usize),
    /// Very long answers.
    Long(usize),
    /// More than one kind of script, and the smaller one's share in percent.
    Mixed(usize),
}

/// Figures of what is left.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Statistics {
    /// Conversations.
    pub conversations: usize,
    /// Answers to learn.
    pub answers: usize,
    /// Answers to watch.
    pub watched: usize,
    /// Lines that were taken out.
    pub removed: usize,
    /// Lines that were changed.
    pub changed: usize,
    /// Characters of all answers to learn.
    pub characters: usize,
    /// Characters of the answer in the middle.
    pub median: usize,
    /// Answers by length in characters: up to 20, 50, 100, 200, 400, and more.
    pub lengths: [usize; 6],
    /// Pairs of a better and a worse answer.
    pub preferences: usize,
}

/// One line, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineView<'a> {
    /// Which conversation.
    pub entry: usize,
    /// Which line of it.
    pub turn: usize,
    /// The line.
    pub exchange: &'a Exchange,
    /// Where it goes.
    pub split: Split,
    /// What may be wrong with it.
    pub remarks: Vec<Remark>,
}

/// Which lines are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Show {
    /// Those in which this text stands; all if empty.
    pub text: String,
    /// Only those with a remark.
    pub remarked: bool,
    /// Only those that were taken out or changed.
    pub touched: bool,
    /// Only those before which a model made something up.
    pub made_up: bool,
}

/// A dataset that can be edited.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Workbook {
    /// Version of the form that it is kept in.
    pub v: u32,
    /// Conversations.
    pub entries: Vec<Entry>,
    /// Pairs of answers, the better one first.
    #[serde(default)]
    pub preferences: Vec<Preference>,
    /// What a model made up for it, where it was asked to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconstruction: Option<Reconstruction>,
}

impl Workbook {
    /// Of a dataset that was built, and pairs that were found.
    pub fn new(dataset: Dataset, preferences: Vec<Preference>) -> Self {
        let of = |split: Split, examples: Vec<Example>| {
            examples.into_iter().map(move |example| Entry {
                split,
                system: example.system,
                scene: example.scene,
                turns: example
                    .history
                    .into_iter()
                    .map(|pair| (pair, false))
                    .chain(std::iter::once(((example.prompt, example.answer), example.made_up)))
                    .map(|((said, answer), made_up)| Exchange {
                        said,
                        answer,
                        made_up,
                        ..Exchange::default()
                    })
                    .collect(),
            })
        };
        let entries = of(Split::Train, dataset.train)
            .chain(of(Split::Validation, dataset.validation))
            .chain(of(Split::Test, dataset.test))
            .collect();
        Self { v: 1, entries, preferences, reconstruction: dataset.report.reconstruction }
    }

    /// Lines that are wanted, `count` of them from `from` on; and how many there are.
    pub fn lines(&self, show: &Show, from: usize, count: usize) -> (Vec<LineView<'_>>, usize) {
        let often = self.often();
        let needle = show.text.trim().to_lowercase();
        let mut all = 0;
        let mut page = Vec::new();
        for (entry, turn, exchange, split) in self.exchanges() {
            let found = needle.is_empty()
                || exchange.said.to_lowercase().contains(&needle)
                || exchange.answer.to_lowercase().contains(&needle);
            let touched = exchange.removed || exchange.before.is_some();
            let wanted = (touched || !show.touched) && (exchange.made_up || !show.made_up);
            if !found || !wanted {
                continue;
            }
            let remarks = remarks(exchange, &often);
            if show.remarked && (remarks.is_empty() || exchange.removed) {
                continue;
            }
            if (from..from.saturating_add(count)).contains(&all) {
                page.push(LineView { entry, turn, exchange, split, remarks });
            }
            all += 1;
        }
        (page, all)
    }

    /// Changes a line.
    ///
    /// # Errors
    /// Where there is no such line, the answer is empty, or a text is longer than 64 KiB.
    pub fn edit(
        &mut self,
        entry: usize,
        turn: usize,
        said: &str,
        answer: &str,
    ) -> Result<(), Error> {
        let (said, answer) = (said.trim(), answer.trim());
        if answer.is_empty() {
            return Err(Error::Line("an answer without words teaches nothing".to_owned()));
        }
        if said.len() > MAX_TEXT || answer.len() > MAX_TEXT {
            return Err(Error::Line("a line holds 64 KiB of text at most".to_owned()));
        }
        let line = self.line(entry, turn)?;
        let now = (line.said.clone(), line.answer.clone());
        (line.said, line.answer) = (said.to_owned(), answer.to_owned());
        let first = line.before.take().unwrap_or(now);
        line.before = (first != (line.said.clone(), line.answer.clone())).then_some(first);
        Ok(())
    }

    /// Takes a line out, or puts it back.
    ///
    /// # Errors
    /// Where there is no such line.
    pub fn remove(&mut self, entry: usize, turn: usize, removed: bool) -> Result<(), Error> {
        self.line(entry, turn)?.removed = removed;
        Ok(())
    }

    /// Takes every line out that has this remark; answers with how many.
    pub fn remove_remarked(&mut self, remark: Remark) -> usize {
        let often = self.often();
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut removed = 0;
        for exchange in self.entries.iter_mut().flat_map(|entry| &mut entry.turns) {
            if exchange.removed || !remarks(exchange, &often).contains(&remark) {
                continue;
            }
            // Of what is repeated one stays.
            let before = seen.entry(exchange.answer.clone()).or_default();
            *before += 1;
            if remark != Remark::Repeated || *before > 1 {
                exchange.removed = true;
                removed += 1;
            }
        }
        removed
    }

    /// Makes a line what it was at first.
    ///
    /// # Errors
    /// Where there is no such line.
    pub fn restore(&mut self, entry: usize, turn: usize) -> Result<(), Error> {
        let line = self.line(entry, turn)?;
        if let Some((said, answer)) = line.before.take() {
            (line.said, line.answer) = (said, answer);
        }
        line.removed = false;
        Ok(())
    }

    /// Figures.
    pub fn statistics(&self) -> Statistics {
        let mut of = Statistics { preferences: self.preferences.len(), ..Statistics::default() };
        let mut lengths = Vec::new();
        for entry in &self.entries {
            let left = entry.turns.iter().filter(|line| !line.removed).count();
            of.conversations += usize::from(left > 0);
            match entry.split {
                Split::Train => of.answers += left,
                Split::Validation => of.watched += left,
                Split::Test => {}
            }
        }
        for (_, _, line, split) in self.exchanges() {
            of.removed += usize::from(line.removed);
            of.changed += usize::from(line.before.is_some());
            if !line.removed && split == Split::Train {
                let length = line.answer.chars().count();
                of.characters += length;
                let bin = [20, 50, 100, 200, 400].iter().position(|most| length <= *most);
                of.lengths[bin.unwrap_or(5)] += 1;
                lengths.push(length);
            }
        }
        lengths.sort_unstable();
        of.median = lengths.get(lengths.len() / 2).copied().unwrap_or(0);
        of
    }

    /// What should be known before training.
    pub fn warnings(&self) -> Vec<Warning> {
        let of = self.statistics();
        let often = self.often();
        let mut warnings = Vec::new();
        match of.answers {
            0 => return vec![Warning::Nothing],
            few if few < FEW => warnings.push(Warning::VeryFew(few)),
            few if few < SOME => warnings.push(Warning::Few(few)),
            _ => {}
        }
        if of.watched == 0 {
            warnings.push(Warning::NotWatched);
        }
        let count = |remark: Remark| {
            let has = |line: &Exchange| !line.removed && remarks(line, &often).contains(&remark);
            self.exchanges().filter(|(_, _, line, _)| has(line)).count()
        };
        for (remark, warning) in [
            (Remark::Markup, Warning::Markup as fn(usize) -> Warning),
            (Remark::Repeated, Warning::Repeated),
            (Remark::Long, Warning::Long),
        ] {
            let found = count(remark);
            if found > 0 {
                warnings.push(warning(found));
            }
        }
        let (mut wide, mut narrow) = (0usize, 0usize);
        for c in self.left().flat_map(|line| line.answer.chars()).filter(|c| c.is_alphabetic()) {
            if super::conversations::is_wide(c) { wide += 1 } else { narrow += 1 }
        }
        let share = wide.min(narrow) * 100 / (wide + narrow).max(1);
        if share >= 10 {
            warnings.push(Warning::Mixed(share));
        }
        warnings
    }

    /// Some questions whose answers are watched or learnt: what a model in training is asked now and then.
    pub fn questions(&self, count: usize) -> Vec<String> {
        let of = |split: Split| {
            self.exchanges().filter(move |(_, turn, line, of)| {
                *of == split && *turn == 0 && !line.removed && line.said.chars().count() < 200
            })
        };
        let mut found: Vec<String> = Vec::new();
        for (_, _, line, _) in of(Split::Validation).chain(of(Split::Train)) {
            if found.len() == count {
                break;
            }
            if !line.said.is_empty() && !found.contains(&line.said) {
                found.push(line.said.clone());
            }
        }
        found
    }

    /// Writes what is left as files of a trainer, with their `dataset_info.json`.
    ///
    /// # Errors
    /// If nothing is left, or a file cannot be written.
    pub fn write(&self, folder: &Path, name: &str, format: Format) -> Result<Vec<Written>, Error> {
        let examples = |split: Split| -> Vec<Example> {
            self.entries.iter().filter(|entry| entry.split == split).filter_map(example).collect()
        };
        let parts = [
            ("train", examples(Split::Train)),
            ("validation", examples(Split::Validation)),
            ("test", examples(Split::Test)),
        ];
        if parts[0].1.is_empty() && self.preferences.is_empty() {
            return Err(Error::Empty("every answer was taken out".to_owned()));
        }
        let mut files = Vec::new();
        for (part, examples) in &parts {
            let file = format!("{name}_{part}.json");
            if examples.is_empty() {
                // What an earlier writing left must not be learnt.
                let _absent = std::fs::remove_file(folder.join(&file));
            } else {
                files.push(write_examples(folder, &file, examples, format)?);
            }
        }
        if !self.preferences.is_empty() {
            let file = format!("{name}_preference.json");
            files.push(write_preferences(folder, &file, &self.preferences, format)?);
        }
        files.push(write_info(folder, &files)?);
        Ok(files)
    }

    fn line(&mut self, entry: usize, turn: usize) -> Result<&mut Exchange, Error> {
        let found = self.entries.get_mut(entry).and_then(|entry| entry.turns.get_mut(turn));
        found.ok_or_else(|| Error::Line("there is no such line any more".to_owned()))
    }

    fn exchanges(&self) -> impl Iterator<Item = (usize, usize, &Exchange, Split)> {
        self.entries.iter().enumerate().flat_map(|(at, entry)| {
            let split = entry.split;
            entry.turns.iter().enumerate().map(move |(turn, line)| (at, turn, line, split))
        })
    }

    fn left(&self) -> impl Iterator<Item = &Exchange> {
        self.exchanges().map(|(_, _, line, _)| line).filter(|line| !line.removed)
    }

    /// How often each answer is left.
    fn often(&self) -> HashMap<String, usize> {
        let mut often = HashMap::new();
        for line in self.left() {
            *often.entry(line.answer.clone()).or_default() += 1;
        }
        often
    }
}

/// A conversation as training reads it, without what was taken out.
fn example(entry: &Entry) -> Option<Example> {
    let left = || entry.turns.iter().filter(|line| !line.removed);
    let mut history: Vec<(String, String)> =
        left().map(|line| (line.said.clone(), line.answer.clone())).collect();
    let (prompt, answer) = history.pop()?;
    Some(Example {
        system: entry.system.clone(),
        history,
        prompt,
        answer,
        scene: entry.scene.clone(),
        made_up: left().next_back().is_some_and(Exchange::is_made_up),
    })
}

#[cfg(test)]
#[path = "workbook_tests.rs"]
mod tests;
