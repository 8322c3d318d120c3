//! Takes short bracket tags out of the stream: `[joy]`, `[scene: park]`.
//!
//! A tag is `[`, 1 to 24 letters, `_` or `-`, and `]`. Known ones become feelings, unknown ones (`[nod]`) vanish: a model
//! that was tuned elsewhere must never have its stage machinery read aloud. A direction has a known name, a colon and an
//! argument of one row. Anything else in brackets (`[1]`, `[the note]`, `[note: milk]`) is text. Nothing is held back but a
//! possible tag.

use domain::{Direction, Emotion, LONGEST_ARGUMENT, Show};

/// Longest name of a tag, in characters.
const LONGEST: usize = 24;

/// What comes out of the parser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A character of the text.
    Char(char),
    /// A tag; `None` where nobody knows it.
    Tag(Option<Show>),
}

/// Tells tags from text, character by character.
#[derive(Debug, Default)]
pub(crate) struct TagParser {
    open: Option<Open>,
}

/// A bracket that has opened and may become a tag.
#[derive(Debug, Default)]
struct Open {
    /// Everything since the bracket, for where it turns out to be text.
    held: String,
    /// Its length in characters.
    length: usize,
    /// The direction, once its name and the colon are there, and where in `held` its argument begins.
    direction: Option<(Direction, usize)>,
}

impl Open {
    /// Whether `c` can go on in it.
    fn takes(&self, c: char) -> bool {
        match self.direction {
            Some((_, from)) => {
                let argument = self.length - self.held[..from].chars().count();
                argument < LONGEST_ARGUMENT && !c.is_control() && c != '['
            }
            None => self.length < LONGEST && (c.is_alphabetic() || matches!(c, '_' | '-')),
        }
    }

    /// What it is, now that it has closed.
    fn tag(self) -> Option<Show> {
        let Some((direction, from)) = self.direction else {
            return Emotion::from_tag(&self.held).map(Show::Feeling);
        };
        let argument = self.held[from..].trim();
        (!argument.is_empty()).then(|| Show::Stage(direction, argument.to_owned()))
    }
}

impl TagParser {
    /// Takes one character; `out` gets what is certain.
    pub(crate) fn push(&mut self, c: char, out: &mut impl FnMut(Piece)) {
        let Some(open) = &mut self.open else {
            if c == '[' {
                self.open = Some(Open::default());
            } else {
                out(Piece::Char(c));
            }
            return;
        };
        if c == ']' && open.length > 0 {
            let tag = self.open.take().and_then(Open::tag);
            out(Piece::Tag(tag));
            return;
        }
        if open.direction.is_none()
            && matches!(c, ':' | '：')
            && let Some(direction) = Direction::from_name(&open.held)
        {
            open.held.push(c);
            open.length += 1;
            open.direction = Some((direction, open.held.len()));
        } else if open.takes(c) {
            open.held.push(c);
            open.length += 1;
        } else {
            self.finish(out);
            self.push(c, out);
        }
    }

    /// The reply has ended: what was held back is text.
    pub(crate) fn finish(&mut self, out: &mut impl FnMut(Piece)) {
        if let Some(open) = self.open.take() {
            out(Piece::Char('['));
            open.held.chars().for_each(|c| out(Piece::Char(c)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Piece, TagParser};

    /// The text, with `{joy}` for feelings and `{}` for unknown tags.
    fn parsed(text: &str) -> String {
        let mut parser = TagParser::default();
        let mut out = String::new();
        let mut take = |piece| match piece {
            Piece::Char(c) => out.push(c),
            Piece::Tag(show) => {
                let tag = show.map(|show| show.tag()).unwrap_or_default();
                out.extend(["{", tag.trim_matches(['[', ']']), "}"]);
            }
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
            ("[scene: the old park] Look!", "{scene: the old park} Look!"),
            ("[BGM：calm][场景：公园]", "{music: calm}{scene: 公园}"),
            ("[Choice: Why \"that\"?]", "{choice: Why \"that\"?}"),
            (
                "[camera: close] [转场：黑][Motion: nod]",
                "{camera: close} {transition: 黑}{gesture: nod}",
            ),
            ("[note: buy milk] [scene:] [scene: a\nb]", "[note: buy milk] {} [scene: a\nb]"),
            ("[scene: a [sad] b", "[scene: a {sad} b"),
            ("open [scene: pa", "open [scene: pa"),
        ] {
            assert_eq!(parsed(text), expected, "{text:?}");
        }
    }

    #[test]
    fn an_argument_has_an_end() {
        let (fits, long) = ("x".repeat(120), "x".repeat(121));
        assert_eq!(parsed(&format!("[scene:{fits}]")), format!("{{scene: {fits}}}"));
        assert_eq!(parsed(&format!("[scene:{long}]")), format!("[scene:{long}]"));
    }
}
