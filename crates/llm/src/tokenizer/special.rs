//! Cutting special tokens out of a text before anything else looks at it.

use std::collections::{HashMap, HashSet};

use super::vocabulary::{Kind, Vocabulary};

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A special token.
    Special(u32),
    /// What stands between them; never empty.
    Text(&'a str),
}

/// The tokens that are found in a text as they are written.
pub(super) struct Specials {
    ids: HashMap<String, u32>,
    /// Their lengths by first byte, the longest first.
    lengths: HashMap<u8, Vec<usize>>,
    set: HashSet<u32>,
}

impl Specials {
    /// Control and user-defined tokens of a vocabulary (and the unknown token, which templates write, too).
    pub(super) fn new(vocabulary: &Vocabulary) -> Self {
        let mut ids = HashMap::new();
        for (id, piece) in vocabulary.pieces().iter().enumerate() {
            let special = matches!(
                vocabulary.kind(id as u32),
                Kind::Control | Kind::UserDefined | Kind::Unknown
            );
            if special && !piece.is_empty() {
                ids.entry(piece.clone()).or_insert(id as u32);
            }
        }
        Self::from_ids(ids)
    }

    fn from_ids(ids: HashMap<String, u32>) -> Self {
        let mut lengths: HashMap<u8, Vec<usize>> = HashMap::new();
        for piece in ids.keys() {
            lengths.entry(piece.as_bytes()[0]).or_default().push(piece.len());
        }
        for list in lengths.values_mut() {
            list.sort_unstable_by(|a, b| b.cmp(a));
            list.dedup();
        }
        Self { set: ids.values().copied().collect(), ids, lengths }
    }

    /// Whether a token is one of them.
    pub(super) fn contains(&self, id: u32) -> bool {
        self.set.contains(&id)
    }

    /// The id of one of them by its text.
    pub(super) fn id(&self, text: &str) -> Option<u32> {
        self.ids.get(text).copied()
    }

    /// Cuts a text; the longest special token at a place wins.
    pub(super) fn split<'a>(&self, text: &'a str) -> Vec<Piece<'a>> {
        let mut pieces = Vec::new();
        let (mut start, mut at) = (0, 0);
        while at < text.len() {
            match self.at(&text.as_bytes()[at..]) {
                Some((id, length)) => {
                    if start < at {
                        pieces.push(Piece::Text(&text[start..at]));
                    }
                    pieces.push(Piece::Special(id));
                    at += length;
                    start = at;
                }
                None => at += 1,
            }
        }
        if start < text.len() {
            pieces.push(Piece::Text(&text[start..]));
        }
        pieces
    }

    fn at(&self, rest: &[u8]) -> Option<(u32, usize)> {
        let lengths = self.lengths.get(rest.first()?)?;
        lengths.iter().find_map(|&length| {
            let candidate = std::str::from_utf8(rest.get(..length)?).ok()?;
            self.ids.get(candidate).map(|&id| (id, length))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn specials(list: &[&str]) -> Specials {
        Specials::from_ids(
            list.iter().enumerate().map(|(i, s)| ((*s).to_owned(), i as u32)).collect(),
        )
    }

    #[test]
    fn cuts_and_prefers_the_longest() {
        let s = specials(&["<a>", "<a><b>", "é!"]);
        assert_eq!(
            s.split("x<a>yé!<a><b>"),
            [
                Piece::Text("x"),
                Piece::Special(0),
                Piece::Text("y"),
                Piece::Special(2),
                Piece::Special(1)
            ]
        );
        assert_eq!(s.split("<a"), [Piece::Text("<a")]);
        assert_eq!(s.split("日本<a>"), [Piece::Text("日本"), Piece::Special(0)]);
        assert_eq!(s.split(""), []);
    }
}
