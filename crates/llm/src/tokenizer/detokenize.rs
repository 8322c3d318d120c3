//! Ids to text while they come: whole characters only.

use super::vocabulary::{Spelling, Vocabulary};

/// Collects the bytes of tokens and gives out every character as soon as it is complete.
pub(crate) struct Detokenizer<'a> {
    vocabulary: &'a Vocabulary,
    pending: Vec<u8>,
    trim: bool,
    /// Whether the last token ended in a Latin letter or digit.
    in_word: bool,
}

impl<'a> Detokenizer<'a> {
    pub(super) fn new(vocabulary: &'a Vocabulary, trim: bool) -> Self {
        Self { vocabulary, pending: Vec::new(), trim, in_word: false }
    }

    /// Takes the next token and appends what it completes. Bytes that can no longer become a character are replaced by
    /// U+FFFD; a character that is cut short at the very end never comes.
    pub(crate) fn push(&mut self, id: u32, out: &mut String) {
        let before = self.pending.len();
        self.vocabulary.bytes(id, &mut self.pending);
        if self.vocabulary.spelling() == Spelling::WordPiece {
            self.part_words(id, before);
        }
        if self.trim && !self.pending.is_empty() {
            self.trim = false;
            if self.pending[0] == b' ' {
                self.pending.remove(0);
            }
        }
        complete_characters(&mut self.pending, out);
    }
}

impl Detokenizer<'_> {
    /// Whether a character has begun that is not complete yet.
    pub(crate) fn is_within_character(&self) -> bool {
        !self.pending.is_empty()
    }

    /// WordPiece forgets spaces: Latin words get theirs back, Chinese has none.
    fn part_words(&mut self, id: u32, start: usize) {
        let written = &self.pending[start..];
        let (Some(first), Some(last)) = (written.first(), written.last()) else { return };
        let joined = self.vocabulary.piece(id).is_some_and(|piece| piece.starts_with("##"));
        let apart = self.in_word && first.is_ascii_alphanumeric() && !joined;
        self.in_word = last.is_ascii_alphanumeric();
        if apart {
            self.pending.insert(start, b' ');
        }
    }
}

/// Moves everything but the beginning of an unfinished character from `bytes` to `out`.
fn complete_characters(bytes: &mut Vec<u8>, out: &mut String) {
    let mut done = 0;
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        done += chunk.valid().len();
        let invalid = chunk.invalid();
        if invalid.is_empty() {
            continue;
        }
        let at_end = done + invalid.len() == bytes.len();
        if at_end && could_continue(invalid) {
            break;
        }
        out.push(char::REPLACEMENT_CHARACTER);
        done += invalid.len();
    }
    bytes.drain(..done);
}

/// Whether more bytes could make a character of these.
fn could_continue(bytes: &[u8]) -> bool {
    matches!(std::str::from_utf8(bytes), Err(e) if e.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(pieces: &[&[u8]]) -> (String, Vec<u8>) {
        let (mut pending, mut out) = (Vec::new(), String::new());
        for piece in pieces {
            pending.extend_from_slice(piece);
            complete_characters(&mut pending, &mut out);
            assert!(pending.len() < 4);
        }
        (out, pending)
    }

    #[test]
    fn any_split_gives_the_text() {
        let text = "aé日本👩‍👩‍👧!\n\u{FFFD}z";
        let bytes = text.as_bytes();
        for first in 0..=bytes.len() {
            for second in first..=bytes.len() {
                let (out, rest) =
                    stream(&[&bytes[..first], &bytes[first..second], &bytes[second..]]);
                assert_eq!((out.as_str(), rest.len()), (text, 0));
            }
        }
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(stream(&single).0, text);
    }

    #[test]
    fn broken_bytes_are_replaced_and_unfinished_ones_held() {
        assert_eq!(stream(&[b"a\xff", b"b"]).0, "a\u{FFFD}b");
        assert_eq!(stream(&[b"\xe6\x97", b"x"]).0, "\u{FFFD}x");
        assert_eq!(stream(&[b"ok\xe6\x97"]), ("ok".to_owned(), vec![0xe6, 0x97]));
    }
}
