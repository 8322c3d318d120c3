//! Takes short bracket tags out of the stream: `[joy]`.
//!
//! A tag is `[`, 1 to 24 letters, `_` or `-`, and `]`. Known ones become feelings, unknown ones (`[nod]`) vanish: a model
//! that was tuned elsewhere must never have its stage machinery read aloud. Anything else in brackets (`[1]`,
//! `[the note]`) is text. Nothing is held back but a possible tag.

use domain::Emotion;

/// Longest name of a tag, in characters.
const LONGEST: usize = 24;

/// What comes out of the parser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A character of the text.
    Char(char),
    /// A tag; `None` where nobody knows it.
    Tag(Option<Emotion>),
}

/// Tells tags from text, character by character.
#[derive(Debug, Default)]
pub(crate) struct TagParser {
    /// Name of a possible tag; `None` outside.
    name: Option<String>,
    /// Its length in characters.
    length: usize,
}

impl TagParser {
    /// Takes one character; `out` gets what is certain.
    pub(crate) fn push(&mut self, c: char, out: &mut impl FnMut(Piece)) {
        match &mut self.name {
            None if c == '[' => self.open(),
            None => out(Piece::Char(c)),
            Some(name)
                if self.length < LONGEST && (c.is_alphabetic() || matches!(c, '_' | '-')) =>
            {
                name.push(c);
                self.length += 1;
            }
            Some(name) if c == ']' && self.length > 0 => {
                let emotion = Emotion::from_tag(name);
                self.name = None;
                out(Piece::Tag(emotion));
            }
            Some(_) => {
                self.finish(out);
                self.push(c, out);
            }
        }
    }

    /// The reply has ended: what was held back is text.
    pub(crate) fn finish(&mut self, out: &mut impl FnMut(Piece)) {
        if let Some(name) = self.name.take() {
            out(Piece::Char('['));
            name.chars().for_each(|c| out(Piece::Char(c)));
        }
    }

    fn open(&mut self) {
        self.name = Some(String::new());
        self.length = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::{Piece, TagParser};
    use domain::Emotion;

    /// The text, with `{joy}` for feelings and `{}` for unknown tags.
    fn parsed(text: &str) -> String {
        let mut parser = TagParser::default();
        let mut out = String::new();
        let mut take = |piece| match piece {
            Piece::Char(c) => out.push(c),
            Piece::Tag(emotion) => out.extend(["{", emotion.map_or("", Emotion::tag), "}"]),
        };
        text.chars().for_each(|c| parser.push(c, &mut take));
        parser.finish(&mut take);
        out
    }

    #[test]
    fn tags_are_told_from_bracketed_text() {
        for (text, expected) in [
            ("[joy] Hi", "{joy} Hi"),
            ("[Happy]Hi[nod]", "{joy}Hi{}"),
            ("[1] see [the note] and []", "[1] see [the note] and []"),
            ("[[sad]]", "[{sad}]"),
            ("【joy】", "【joy】"),
            ("[微笑]你好", "{}你好"),
            ("[abcdefghijklmnopqrstuvwx]", "{}"),
            ("[abcdefghijklmnopqrstuvwxy]", "[abcdefghijklmnopqrstuvwxy]"),
            ("open [joy", "open [joy"),
            ("a [joy[sad] b", "a [joy{sad} b"),
        ] {
            assert_eq!(parsed(text), expected, "{text:?}");
        }
    }
}
