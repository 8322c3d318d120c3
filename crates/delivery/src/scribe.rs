//! The scribe: takes the model's text as it comes and hands on what to display, show and speak.

use domain::{Cue, Lang, Line, LineId, Show, TurnId};

use crate::aside::Aside;
use crate::own_name::OwnName;
use crate::sentence::{Cut, Splitter};
use crate::speakable::spoken;
use crate::tag::{Piece, TagParser};
use crate::think::ThinkFilter;

/// What a piece of the reply brought.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delivered {
    /// More text to display. All of them joined are the reply as displayed, which is also its lines' texts joined.
    pub text: String,
    /// Feelings and directions found, by place in the whole displayed reply, in characters.
    pub cues: Vec<Cue>,
    /// Lines that are complete, in order.
    pub lines: Vec<Line>,
}

/// Turns the text of one reply into displayed text, cues and lines. Indifferent to how the text is cut into chunks.
///
/// White space at the very start and end of a reply is dropped; everything else that is not a tag or a thinking block is
/// displayed as the model wrote it. A tag that stands after the last line makes a line of its own, without text.
#[derive(Debug)]
pub struct Scribe {
    think: ThinkFilter,
    tags: TagParser,
    name: OwnName,
    page: Page,
}

impl Scribe {
    /// A scribe for the reply of a turn. `hint` is the character's language, for lines that could be two.
    pub fn new(turn: TurnId, hint: Option<Lang>) -> Self {
        Self {
            think: ThinkFilter::default(),
            tags: TagParser::default(),
            name: OwnName::default(),
            page: Page {
                turn,
                hint,
                splitter: Splitter::default(),
                next: 0,
                written: 0,
                space: String::new(),
                unknown: 0,
                out: Delivered::default(),
            },
        }
    }

    /// Says, before the first piece, that the prompt already opened a thinking block: the reply begins within it.
    pub fn begin_within_thought(&mut self) {
        self.think = ThinkFilter::inside();
    }

    /// Says, before the first piece, who speaks: where the reply begins with that name and a colon, both are dropped.
    pub fn speaks_as(&mut self, name: &str) {
        self.name = OwnName::new(name);
    }

    /// Takes the next piece of the reply, of any length.
    pub fn push(&mut self, chunk: &str) -> Delivered {
        let Self { think, tags, name, page } = self;
        for c in chunk.chars() {
            think.push(c, &mut |c| tags.push(c, &mut |piece| put(name, page, piece)));
        }
        std::mem::take(&mut self.page.out)
    }

    /// The reply has ended: what was held back.
    pub fn finish(&mut self) -> Delivered {
        let Self { think, tags, name, page } = self;
        think.finish(&mut |c| tags.push(c, &mut |piece| put(name, page, piece)));
        tags.finish(&mut |piece| put(name, page, piece));
        name.finish(&mut |c| page.put(Piece::Char(c)));
        page.space.clear();
        if let Some(cut) = page.splitter.finish() {
            page.line(cut);
        }
        std::mem::take(&mut self.page.out)
    }

    /// How many tags nobody knew.
    pub fn unknown_tags(&self) -> u32 {
        self.page.unknown
    }
}

/// Hands a piece on to the page, but for the speaker's own name before the first word.
fn put(name: &mut OwnName, page: &mut Page, piece: Piece) {
    if let Piece::Char(c) = piece {
        name.push(c, &mut |c| page.put(Piece::Char(c)));
        return;
    }
    // A tag keeps its place among the letters: those that were held back stand before it.
    name.interrupt(&mut |c| page.put(Piece::Char(c)));
    page.put(piece);
}

/// What stands behind the filters.
#[derive(Debug)]
struct Page {
    turn: TurnId,
    hint: Option<Lang>,
    splitter: Splitter,
    /// Index of the next line.
    next: u32,
    /// Characters displayed so far.
    written: usize,
    /// White space that is displayed once something follows it.
    space: String,
    unknown: u32,
    out: Delivered,
}

impl Page {
    fn put(&mut self, piece: Piece) {
        match piece {
            Piece::Char(c) if c.is_whitespace() => {
                if self.written > 0 {
                    self.space.push(c);
                    self.split(c);
                }
            }
            Piece::Char(c) => {
                self.written += self.space.chars().count() + 1;
                self.out.text.push_str(&std::mem::take(&mut self.space));
                self.out.text.push(c);
                self.split(c);
            }
            Piece::Tag(Some(show)) => self.cue(show),
            Piece::Tag(None) => self.unknown += 1,
        }
    }

    fn cue(&mut self, show: Show) {
        let at = self.written + self.space.chars().count();
        self.out.cues.push(Cue { at, show: show.clone() });
        self.splitter.cue(show);
    }

    fn split(&mut self, c: char) {
        let mut cuts = Vec::new();
        self.splitter.push(c, &mut |cut| cuts.push(cut));
        for cut in cuts {
            self.line(cut);
        }
    }

    fn line(&mut self, cut: Cut) {
        let Cut { text, cues, aside } = cut;
        let speech = speech_within(&text, aside);
        let lang = Lang::guess(if speech.is_empty() { &text } else { &speech }, self.hint);
        if lang == Lang::Ja {
            // Kana anywhere in a reply settle the language of its lines of Han characters alone.
            self.hint = Some(Lang::Ja);
        }
        let id = LineId { turn: self.turn, index: self.next };
        self.next += 1;
        self.out.lines.push(Line { id, text, speech, lang, cues });
    }
}

fn speech_within(text: &str, aside: Aside) -> String {
    let chars: Vec<char> = text.chars().collect();
    spoken(&chars, aside).0.into_iter().map(|(c, _)| c).collect()
}
