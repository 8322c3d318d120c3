//! Cuts the displayed text into lines to speak, while it is still being written.
//!
//! The first line may be a clause, so that the voice starts early; later ones are whole sentences, short ones merged, so
//! that it sounds like speech. Sizes are counted in what is *said* (stage directions do not count), in units: a word of
//! a spaced script is 5, a Han or kana character 3. Record 0050 says where the numbers come from.

use domain::{Cue, Show};
use unicode_segmentation::UnicodeSegmentation;

use crate::aside::{Aside, scan};
use crate::chars::{is_cjk, is_word};
use crate::line_end::{End, end_between};

const WORD: usize = 5;
const CJK: usize = 3;
/// Smallest first line: a sentence of two words or four characters…
const FIRST_SENTENCE: usize = 2 * WORD;
/// … or a clause of four words or seven characters.
const FIRST_CLAUSE: usize = 4 * WORD;
/// Smallest later line: a sentence of eight words or fourteen characters…
const SENTENCE: usize = 8 * WORD;
/// … or, in a long sentence, a clause of fifteen words or twenty-five characters.
const CLAUSE: usize = 15 * WORD;
/// Longest line, in characters of a spaced script; a Han or kana character counts four.
const LONGEST: usize = 240;
const CJK_WIDTH: usize = 4;

/// A line as it was cut.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    /// The text, exactly as it came.
    pub(crate) text: String,
    /// Cues by place in `text`.
    pub(crate) cues: Vec<Cue>,
    /// What the line begins within.
    pub(crate) aside: Aside,
}

/// Collects characters until they make a line.
#[derive(Debug, Default)]
pub(crate) struct Splitter {
    text: Vec<char>,
    cues: Vec<Cue>,
    /// What `text` begins within.
    aside: Aside,
    /// Size of `text` as [`LONGEST`] counts.
    width: usize,
    /// Where an over-long line is best cut: after a clause, else at a space.
    clause: Option<usize>,
    space: Option<usize>,
    /// Something was already given to the voice.
    spoken: bool,
}

impl Splitter {
    /// The next character of the text; `out` gets the lines that are complete.
    pub(crate) fn push(&mut self, c: char, out: &mut impl FnMut(Cut)) {
        if let Some(at) = self.complete_before(c) {
            self.cut(at, out);
        }
        let after_space = self.text.last().is_none_or(|c| c.is_whitespace());
        if c.is_whitespace() && !after_space {
            self.space = Some(self.text.len());
        }
        self.text.push(c);
        self.width += match c {
            c if is_cjk(c) => CJK_WIDTH,
            c if c.is_whitespace() && after_space => 0,
            _ => 1,
        };
        if self.width > LONGEST {
            let at = self.emergency_end();
            self.cut(at, out);
        }
    }

    /// Here the character shows something, or the stage changes.
    pub(crate) fn cue(&mut self, show: Show) {
        self.cues.push(Cue { at: self.text.len(), show });
    }

    /// The text has ended: the rest, where there is any. White space at the very end is dropped.
    pub(crate) fn finish(&mut self) -> Option<Cut> {
        while self.text.last().is_some_and(|c| c.is_whitespace()) {
            self.text.pop();
        }
        let length = self.text.len();
        for cue in &mut self.cues {
            cue.at = cue.at.min(length);
        }
        (length > 0 || !self.cues.is_empty()).then(|| self.take(None))
    }

    /// Where the line ends that `c` completes, if it completes one that is long enough. White space goes to the next line.
    fn complete_before(&mut self, c: char) -> Option<usize> {
        // Cheap refusal first: nothing ends between two letters.
        if self.text.is_empty() || (is_word(c) && self.text.last().is_some_and(|&c| is_word(c))) {
            return None;
        }
        let scanned = scan(&self.text, self.aside, Some(c));
        let end = end_between(&self.text, c, scanned.end == Aside::Star)?;
        let allowed = match scanned.end {
            Aside::None => !scanned.open_parenthesis || c == '\n',
            Aside::Star => end == End::Sentence,
            Aside::Fence => c == '\n',
        };
        if !allowed {
            return None;
        }
        let at = self.text.iter().rposition(|c| !c.is_whitespace()).map_or(0, |last| last + 1);
        let (said, silent) = units(&self.text, &scanned.silent);
        let smallest = match (self.spoken, end) {
            (false, End::Sentence) => FIRST_SENTENCE,
            (false, End::Clause) => FIRST_CLAUSE,
            (true, End::Sentence) => SENTENCE,
            (true, End::Clause) => CLAUSE,
        };
        // A line of directions alone is shown without being said; a short one waits for the words that follow.
        let directions = said == 0 && end == End::Sentence && silent >= SENTENCE;
        if said < smallest && !directions {
            self.clause = Some(at);
            return None;
        }
        self.spoken |= said > 0;
        Some(at)
    }

    /// Where to cut a line that has become too long.
    fn emergency_end(&mut self) -> usize {
        self.spoken = true;
        let enough = self.text.len() / 3;
        let best = [self.clause, self.space].into_iter().flatten().find(|&at| at > enough);
        best.unwrap_or_else(|| {
            // Before the last grapheme, which the next character may extend; alone it is cut all the same.
            let text: String = self.text.iter().collect();
            let last = text.graphemes(true).next_back().map_or(0, |last| last.chars().count());
            if last < self.text.len() { self.text.len() - last } else { last }
        })
    }

    /// Gives out the first `at` characters as a line and begins the next one with the rest.
    fn cut(&mut self, at: usize, out: &mut impl FnMut(Cut)) {
        let rest = self.text.split_off(at);
        let (cues, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.cues).into_iter().partition(|cue| cue.at < at);
        self.cues = cues;
        out(self.take(rest.first().copied()));
        let mut later = later.into_iter().peekable();
        for (i, c) in rest.into_iter().enumerate() {
            while let Some(cue) = later.next_if(|cue| cue.at == at + i) {
                self.cue(cue.show);
            }
            self.push(c, out);
        }
        later.for_each(|cue| self.cue(cue.show));
    }

    /// Takes everything collected as one line. The next one begins within what this one ends in.
    fn take(&mut self, next: Option<char>) -> Cut {
        let text = std::mem::take(&mut self.text);
        let aside = self.aside;
        self.aside = scan(&text, aside, next).end;
        (self.width, self.clause, self.space) = (0, None, None);
        Cut { text: text.into_iter().collect(), cues: std::mem::take(&mut self.cues), aside }
    }
}

/// How much of a text is said, and how much is only shown.
fn units(text: &[char], silent: &[bool]) -> (usize, usize) {
    let mut counts = [0, 0];
    let mut in_word = false;
    for (&c, &silent) in text.iter().zip(silent) {
        let word = is_word(c);
        let apostrophe = matches!(c, '\'' | '’');
        if is_cjk(c) {
            counts[usize::from(silent)] += CJK;
        } else if word && !in_word {
            counts[usize::from(silent)] += WORD;
        }
        in_word = word || (in_word && apostrophe);
    }
    (counts[0], counts[1])
}
