//! What readers give: a piece of text, under which heading and at which place of the file it stands.

use serde::Serialize;

/// Where in a file something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(tag = "kind", content = "at", rename_all = "snake_case")]
pub enum Place {
    /// Nothing better than its heading is known.
    #[default]
    Whole,
    /// A page, from 1.
    Page(u32),
    /// A line, from 1.
    Line(u32),
    /// A row of a table, from 1, the row of names not counted.
    Row(u32),
    /// Milliseconds from the beginning.
    Time(u32),
    /// A chapter, from 1.
    Chapter(u32),
}

impl Place {
    /// As two numbers, for the index.
    pub(crate) fn numbers(self) -> (i64, i64) {
        match self {
            Self::Whole => (0, 0),
            Self::Page(at) => (1, at.into()),
            Self::Line(at) => (2, at.into()),
            Self::Row(at) => (3, at.into()),
            Self::Time(at) => (4, at.into()),
            Self::Chapter(at) => (5, at.into()),
        }
    }

    /// From the index.
    pub(crate) fn of_numbers(kind: i64, at: i64) -> Self {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        match kind {
            1 => Self::Page(at),
            2 => Self::Line(at),
            3 => Self::Row(at),
            4 => Self::Time(at),
            5 => Self::Chapter(at),
            _ => Self::Whole,
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Page(at) => write!(to, "p. {at}"),
            Self::Line(at) => write!(to, "line {at}"),
            Self::Row(at) => write!(to, "row {at}"),
            Self::Chapter(at) => write!(to, "ch. {at}"),
            Self::Time(ms) => {
                let seconds = ms / 1000;
                write!(to, "{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
            }
        }
    }
}

/// A paragraph, a row, a line of subtitles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Piece {
    /// Where it begins.
    pub place: Place,
    /// The headings above it, the outermost first, with ` › ` between them; may be empty.
    pub heading: String,
    /// What it says.
    pub text: String,
}

/// Headings that are open, by their level.
#[derive(Debug, Default)]
pub(crate) struct Headings(Vec<(u8, String)>);

/// Longest heading that is kept, in characters.
const LONGEST: usize = 120;

impl Headings {
    /// A heading begins: those of its level and below end.
    pub(crate) fn open(&mut self, level: u8, text: &str) {
        self.0.retain(|(other, _)| *other < level);
        let text: String = single_spaced(text).chars().take(LONGEST).collect();
        if !text.is_empty() {
            self.0.push((level, text));
        }
    }

    pub(crate) fn path(&self) -> String {
        self.0.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" › ")
    }
}

/// White space as single spaces.
pub(crate) fn single_spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}
