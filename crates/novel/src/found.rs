//! What a reader collects on its way through the files.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::line::{Kind, Line, Source};

/// A file that was recognised but not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Which.
    pub file: String,
    /// What it is, and what to do.
    pub reason: String,
}

/// Statements that are kept apart by name; more than that are counted together.
const MAX_UNKNOWN_NAMES: usize = 2_000;

/// Rows, and what stood beside them.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) lines: Vec<Line>,
    pub(crate) unknown: BTreeMap<String, u64>,
    pub(crate) refused: Vec<Refusal>,
    next_index: HashMap<String, u32>,
}

impl Found {
    /// Counts a statement that the reader does not know.
    pub(crate) fn unknown(&mut self, statement: &str) {
        let name: String = statement.chars().take(40).collect();
        if let Some(count) = self.unknown.get_mut(&name) {
            *count += 1;
        } else if self.unknown.len() < MAX_UNKNOWN_NAMES {
            self.unknown.insert(name, 1);
        } else {
            *self.unknown.entry("(others)".to_owned()).or_default() += 1;
        }
    }

    pub(crate) fn refuse(&mut self, file: &str, reason: impl Into<String>) {
        self.refused.push(Refusal { file: file.to_owned(), reason: reason.into() });
    }

    /// Adds a row and numbers it within its scene (translations have a count of their own).
    pub(crate) fn push(&mut self, mut line: Line) {
        let key = match &line.lang {
            Some(lang) => format!("{lang}\0{}", line.scene),
            None => line.scene.clone(),
        };
        let next = self.next_index.entry(key).or_default();
        line.index = *next;
        *next += 1;
        self.lines.push(line);
    }
}

/// A row without an owner yet.
pub(crate) fn row(scene: &str, file: &str, line: u32, text: String, plain: String) -> Line {
    Line {
        scene: scene.to_owned(),
        text,
        plain,
        source: Source { file: file.to_owned(), line: Some(line), offset: None },
        ..Line::default()
    }
}

/// A row, spoken if there is a name that is not empty.
pub(crate) fn said(mut line: Line, speaker: Option<&str>) -> Line {
    if let Some(name) = speaker.map(str::trim).filter(|name| !name.is_empty()) {
        line.kind = Kind::Say;
        line.speaker = Some(name.to_owned());
    }
    line
}
