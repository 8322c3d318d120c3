//! Pieces to passages of a length that a small model can read, along the structure of the document: a passage never holds two
//! headings, and where a piece is too long it is cut between sentences.
//!
//! Lengths are bytes of UTF-8. That is the measure which treats languages alike: a Han letter has three bytes and is about a token, an
//! English word has six and is about one and a half. [`MOST`] is 300 Han letters, which is what ChatPLUG's encoder was made for.

use crate::piece::{Piece, Place};

/// Longest passage, in bytes.
pub(crate) const MOST: usize = 900;
/// A passage of so many bytes takes no further piece that would not fit whole.
const ENOUGH: usize = 600;

/// A passage.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chunk {
    /// Where it begins.
    pub place: Place,
    /// The headings above it.
    pub heading: String,
    /// What it says.
    pub text: String,
}

/// Collects pieces into passages.
#[derive(Debug, Default)]
pub(crate) struct Chunker {
    open: Chunk,
}

impl Chunker {
    /// Takes a piece; gives the passages that are complete with it to `give`.
    pub(crate) fn push<E>(
        &mut self,
        piece: Piece,
        mut give: impl FnMut(Chunk) -> Result<(), E>,
    ) -> Result<(), E> {
        let text = tidy(&piece.text);
        if text.is_empty() {
            return Ok(());
        }
        let full = self.open.text.len() + 1 + text.len() > MOST || self.open.text.len() >= ENOUGH;
        if !self.open.text.is_empty() && (full || self.open.heading != piece.heading) {
            give(std::mem::take(&mut self.open))?;
        }
        if self.open.text.is_empty() {
            self.open = Chunk { place: piece.place, heading: piece.heading, text: String::new() };
        } else {
            self.open.text.push('\n');
        }
        let mut rest = text.as_str();
        while self.open.text.len() + rest.len() > MOST {
            let (head, tail) = rest.split_at(cut(rest, MOST));
            self.open.text.push_str(head.trim_end());
            let next =
                Chunk { text: String::new(), heading: self.open.heading.clone(), ..self.open };
            give(std::mem::replace(&mut self.open, next))?;
            rest = tail.trim_start();
        }
        self.open.text.push_str(rest);
        Ok(())
    }

    /// What is left at the end.
    pub(crate) fn finish(self) -> Option<Chunk> {
        (!self.open.text.is_empty()).then_some(self.open)
    }
}

/// The passages of some pieces.
pub fn chunks_of(pieces: impl IntoIterator<Item = Piece>) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut chunker = Chunker::default();
    for piece in pieces {
        let Ok(()) = chunker.push(piece, |chunk| {
            chunks.push(chunk);
            Ok::<_, std::convert::Infallible>(())
        });
    }
    chunks.extend(chunker.finish());
    chunks
}

/// Lines trimmed, control characters and what orders the direction of text gone: neither says anything, and both can hide something.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let mut any = false;
        let mut space = false;
        for c in line.chars() {
            if c.is_whitespace() {
                space = any;
            } else if !is_unseen(c) {
                if !any && !out.is_empty() {
                    out.push('\n');
                }
                if space {
                    out.push(' ');
                    space = false;
                }
                any = true;
                out.push(c);
            }
        }
    }
    out
}

fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{fffd}')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        // Tags: letters that no font shows and some models read.
        || ('\u{e0000}'..='\u{e007f}').contains(&c)
}

/// Where to cut a text that is longer than `most` bytes: behind the last sentence of its second half, else behind a word, else anywhere.
fn cut(text: &str, most: usize) -> usize {
    let head = words::beginning(text, most);
    let half = head.len() / 2;
    let mut sentence = None;
    let mut word = None;
    let mut letters = head.char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        let end = at + c.len_utf8();
        if end <= half {
            continue;
        }
        let spaced = letters.peek().is_none_or(|(_, next)| next.is_whitespace());
        match c {
            '。' | '！' | '？' | '…' | '\n' => sentence = Some(end),
            '.' | '!' | '?' if spaced => sentence = Some(end),
            '，' | '、' | '；' | '：' => word = Some(end),
            c if c.is_whitespace() => word = Some(end),
            _ => {}
        }
    }
    sentence.or(word).unwrap_or(head.len()).max(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn piece(heading: &str, text: &str) -> Piece {
        Piece { place: Place::Page(1), heading: heading.into(), text: text.into() }
    }

    #[test]
    fn short_pieces_under_one_heading_share_a_passage() {
        let chunks = chunks_of([piece("A", "One."), piece("A", "Two."), piece("B", "Three.")]);
        let texts: Vec<&str> = chunks.iter().map(|chunk| chunk.text.as_str()).collect();
        assert_eq!(texts, ["One.\nTwo.", "Three."]);
        assert_eq!(chunks[1].heading, "B");
    }

    #[test]
    fn a_long_piece_is_cut_between_sentences_in_any_language() {
        for sentence in ["The lighthouse stands on the northern cliff. ", "灯塔站在北边的悬崖上。"]
        {
            let chunks = chunks_of([piece("", &sentence.repeat(90))]);
            assert!(chunks.len() > 2);
            for chunk in &chunks {
                assert!(chunk.text.len() <= MOST);
                assert!(chunk.text.ends_with(['.', '。']), "{:?}", chunk.text);
            }
        }
    }

    #[test]
    fn what_is_not_seen_is_not_kept() {
        let chunks = chunks_of([piece("", "a\u{202e}b\u{e0041}c\u{200b}  d\u{0}")]);
        assert_eq!(chunks[0].text, "abc d");
    }

    proptest! {
        #[test]
        fn nothing_but_white_space_is_lost(texts in prop::collection::vec("[a-z。 .\\n雨]{0,400}", 0..12)) {
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let whole: String = texts.iter().map(|text| letters(text)).collect();
            let chunks = chunks_of(texts.iter().map(|text| piece("", text)));
            let kept: String = chunks.iter().map(|chunk| letters(&chunk.text)).collect();
            prop_assert_eq!(whole, kept);
            prop_assert!(chunks.iter().all(|chunk| chunk.text.len() <= MOST));
        }
    }
}
