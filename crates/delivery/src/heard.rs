//! What of a reply reached the ear, and replies as the log keeps them: displayed text with the tags put back.

use domain::{Cue, Direction, Emotion, Heard, Line, Show};

use crate::aside::Aside;
use crate::chars::is_word;
use crate::scribe::Scribe;
use crate::speakable::{Said, spoken, weight};

/// Milliseconds of one unit of [`weight`] where the length of a line's sound is not known: about 15 letters a second.
const UNIT_MS: u64 = 65;

/// The lines of a reply as one text with its tags, as the log keeps it: `[joy] Hello!`.
///
/// Tags are written by their canonical names; unknown tags and thinking are not kept.
pub fn tagged(lines: &[Line]) -> String {
    let mut out = Writer::default();
    for line in lines {
        out.add(&line.text, &line.cues);
    }
    out.finish()
}

/// What of a reply's lines was heard when it was cut, with its tags: the lines before the one that was playing, and of that
/// one the whole words that had been said. Empty where nothing was heard.
pub fn heard(lines: &[Line], heard: &Heard) -> String {
    let Some(playing) = heard.line else { return String::new() };
    let mut out = Writer::default();
    let mut aside = Aside::None;
    for line in lines.iter().filter(|line| line.id.turn == heard.turn) {
        let text: Vec<char> = line.text.chars().collect();
        let (said, after) = spoken(&text, aside);
        aside = after;
        if line.id.index < playing.index {
            out.add(&line.text, &line.cues);
        } else if line.id.index == playing.index {
            let end = end_of_heard(&text, &said, heard);
            let part: String = text[..end].iter().collect();
            if !part.trim().is_empty() {
                let cues: Vec<Cue> = line.cues.iter().filter(|cue| cue.at < end).cloned().collect();
                out.add(&part, &cues);
            }
        }
    }
    out.finish()
}

/// Where in the displayed text the heard part ends.
fn end_of_heard(text: &[char], said: &[Said], heard: &Heard) -> usize {
    let total: u64 = said.iter().map(|&(c, _)| weight(c)).sum();
    let length = if heard.line_ms == 0 { total * UNIT_MS } else { heard.line_ms };
    if heard.played_ms >= length {
        return text.len();
    }
    // In 128 bits, because nobody vouches for the times.
    let budget = u128::from(heard.played_ms) * u128::from(total) / u128::from(length);
    let mut sum = 0_u128;
    let mut count = said
        .iter()
        .take_while(|&&(c, _)| {
            sum += u128::from(weight(c));
            sum <= budget
        })
        .count();
    // Half a word was not heard.
    let inside = |i: usize| {
        let word =
            |i: usize| said.get(i).is_some_and(|&(c, _)| is_word(c) || c == '\'' || c == '’');
        i > 0 && word(i - 1) && word(i)
    };
    while inside(count) {
        count -= 1;
    }
    match count.checked_sub(1) {
        Some(last) => said[last].1 + 1,
        None => 0,
    }
}

/// Writes displayed text with its tags. Only before the first word does a tag need a space of its own: everywhere else the
/// white space around it is still in the text.
#[derive(Default)]
struct Writer {
    out: String,
    /// Some text has been written, not only tags.
    begun: bool,
}

impl Writer {
    fn add(&mut self, text: &str, cues: &[Cue]) {
        let mut cues = cues.iter().peekable();
        for (at, c) in text.chars().enumerate() {
            while let Some(cue) = cues.next_if(|cue| cue.at <= at) {
                self.tag(&cue.show);
                if !self.begun && !c.is_whitespace() {
                    self.out.push(' ');
                }
            }
            self.out.push(c);
            self.begun = true;
        }
        for cue in cues {
            if !self.out.is_empty() && !self.out.ends_with(char::is_whitespace) {
                self.out.push(' ');
            }
            self.tag(&cue.show);
        }
    }

    fn tag(&mut self, show: &Show) {
        self.out.push_str(&show.tag());
    }

    fn finish(mut self) -> String {
        self.out.truncate(self.out.trim_end().len());
        self.out
    }
}

/// A reply of the log as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// Without tags and thinking.
    pub text: String,
    /// The feelings and directions in it, by place in `text`, in characters.
    pub cues: Vec<Cue>,
}

impl Shown {
    /// The first feeling of the reply.
    pub fn emotion(&self) -> Emotion {
        self.cues.iter().find_map(Cue::emotion).unwrap_or_default()
    }

    /// What the person may answer, as the character offers it, in order.
    pub fn choices(&self) -> Vec<String> {
        let offered = |cue: &Cue| match &cue.show {
            Show::Stage(Direction::Choice, words) => Some(words.clone()),
            _ => None,
        };
        self.cues.iter().filter_map(offered).collect()
    }
}

/// Takes the tags out of a reply of the log. (For what the *character* says; what a person typed is shown as it is.)
pub fn shown(text: &str) -> Shown {
    let mut scribe = Scribe::new(domain::TurnId(0), None);
    let mut shown = Shown::default();
    for delivered in [scribe.push(text), scribe.finish()] {
        shown.text.push_str(&delivered.text);
        shown.cues.extend(delivered.cues);
    }
    shown
}
