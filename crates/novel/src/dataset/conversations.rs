//! Rows to conversations: what is said in one go, what one person says in a row.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::menus::{Chosen, Menus};
use super::quotation::{self, unquoted};
use crate::dataset::{Narration, Options};
use crate::line::{Kind, Line};

/// Who a player's choices are said by: no script names them.
pub(super) const PLAYER: &str = "";

/// What one person says before the next does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Turn {
    /// Who, by the name that is written; empty for what the player chooses.
    pub speaker: String,
    /// What.
    pub text: String,
    /// What was told before it, if narration is kept.
    pub narration: String,
}

/// Turns that follow each other in one scene.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conversation {
    /// Which scene.
    pub scene: String,
    /// In order; neighbours have different speakers, or narration between them.
    pub turns: Vec<Turn>,
}

/// Cuts rows into conversations: at the end of a scene, where a branch is left for another one, behind a menu that does not say
/// what was chosen, and behind a long stretch without speech. What stands under a choice answers it.
pub fn conversations(lines: &[Line], options: &Options) -> Vec<Conversation> {
    let mut found = stretches(lines, options);
    found.retain(|conversation| conversation.turns.len() > 1);
    found
}

/// Likewise, with what somebody says alone.
pub(super) fn stretches(lines: &[Line], options: &Options) -> Vec<Conversation> {
    let names = options.canonical();
    let read = || lines.iter().filter(|line| line.lang == options.lang);
    let mut cutter = Cutter {
        options,
        quoted: quotation::are_used(read()),
        out: Vec::new(),
        turns: Vec::new(),
        told: VecDeque::new(),
        gap: 0,
    };
    let mut menus = Menus::default();
    let mut last: Option<&Line> = None;
    for line in read() {
        if line.kind == Kind::Choice {
            menus.offer(line, last);
            continue;
        }
        let chosen = menus.chosen(last, line);
        if last.is_some_and(|last| parted(last, line) || matches!(chosen, Chosen::Unknown)) {
            cutter.cut(last.map_or("", |last| &last.scene));
        }
        last = Some(line);
        if let Chosen::Entries(entries) = chosen {
            for entry in entries {
                if entry.plain.trim().is_empty() || has_hole(entry, options) {
                    cutter.cut(&line.scene);
                } else {
                    cutter.say(PLAYER, &entry.plain, false);
                }
            }
        }
        if has_hole(line, options) {
            // A sentence with a hole teaches holes; what follows answers something that is not there.
            cutter.cut(&line.scene);
            continue;
        }
        match line.voice_of() {
            Some(name) => {
                let name = names.get(name).copied().unwrap_or(name);
                cutter.say(name, &line.plain, line.extends.is_some());
            }
            None => cutter.tell(&line.plain, &line.scene),
        }
    }
    cutter.cut(last.map_or("", |last| &last.scene));
    cutter.out
}

fn has_hole(line: &Line, options: &Options) -> bool {
    line.interpolated && !options.keep_interpolated
}

/// Whether nobody reads one row after the other.
fn parted(last: &Line, next: &Line) -> bool {
    let shared = last.branch.len().min(next.branch.len());
    last.scene != next.scene
        || last.source.file != next.source.file
        || last.branch[..shared] != next.branch[..shared]
}

struct Cutter<'a> {
    options: &'a Options,
    /// The script quotes what is said; here nothing does.
    quoted: bool,
    out: Vec<Conversation>,
    turns: Vec<Turn>,
    /// Narration since the last turn, if it is kept: the last rows of it.
    told: VecDeque<&'a str>,
    gap: usize,
}

impl<'a> Cutter<'a> {
    fn say(&mut self, speaker: &str, text: &str, extends: bool) {
        let text = unbroken(text);
        let text = if self.quoted { unquoted(&text) } else { text.as_ref().into() };
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let mut narration = String::new();
        for row in self.told.drain(..) {
            if !narration.is_empty() {
                narration.push_str(joint(&narration, row));
            }
            narration.push_str(row);
        }
        if let Cow::Owned(whole) = unbroken(&narration) {
            narration = whole;
        }
        self.gap = 0;
        // What is told while somebody speaks is no part of what they say: they speak anew, to what was told.
        let goes_on = |turn: &&mut Turn| turn.speaker == speaker;
        match self.turns.last_mut().filter(goes_on).filter(|_| extends || narration.is_empty()) {
            Some(turn) => {
                if !extends {
                    turn.text.push_str(joint(&turn.text, text));
                } else if !turn.text.ends_with(char::is_whitespace) && needs_space(&turn.text, text)
                {
                    turn.text.push(' ');
                }
                turn.text.push_str(text);
            }
            None => self.turns.push(Turn {
                speaker: speaker.to_owned(),
                text: text.to_owned(),
                narration,
            }),
        }
    }

    fn tell(&mut self, text: &'a str, scene: &str) {
        self.gap += 1;
        if self.gap > self.options.max_gap {
            self.end(scene);
        }
        let text = text.trim();
        if self.options.narration == Narration::Context && !text.is_empty() {
            // After a long stretch the last of it leads to what is said next.
            if self.told.len() >= self.options.max_gap.max(1) {
                self.told.pop_front();
            }
            self.told.push_back(text);
        }
    }

    fn cut(&mut self, scene: &str) {
        self.told.clear();
        self.end(scene);
    }

    /// Ends the conversation; what was told stays.
    fn end(&mut self, scene: &str) {
        self.gap = 0;
        let mut turns = std::mem::take(&mut self.turns);
        if self.quoted {
            // One quotation may stand in several rows.
            for turn in &mut turns {
                if let Cow::Owned(said) = unquoted(&turn.text) {
                    turn.text = said;
                }
            }
        }
        if !turns.is_empty() {
            self.out.push(Conversation { scene: scene.to_owned(), turns });
        }
    }
}

/// What stands between two texts that become one: nothing after a full-width mark, `。` between Chinese or Japanese sentences
/// without one, a space elsewhere.
pub(super) fn joint(before: &str, after: &str) -> &'static str {
    let last = before.chars().next_back();
    if last.is_some_and(is_wide) {
        let closed = last.is_some_and(|c| !c.is_alphanumeric() || c == 'ー');
        if closed || !after.chars().next().is_some_and(is_wide) { "" } else { "。" }
    } else {
        " "
    }
}

/// A text without line breaks: a script has them where the game's window ends.
fn unbroken(text: &str) -> Cow<'_, str> {
    if !text.contains('\n') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let wide = |c: Option<char>| c.is_none_or(is_wide);
        if !wide(out.chars().next_back()) && !wide(line.chars().next()) {
            out.push(' ');
        }
        out.push_str(line);
    }
    Cow::Owned(out)
}

/// Whether a text that goes on with another needs a space: not before a mark, not in scripts without spaces.
fn needs_space(before: &str, after: &str) -> bool {
    let next = after.chars().next();
    !before.chars().next_back().is_some_and(is_wide)
        && next.is_some_and(|c| c.is_alphanumeric() && !is_wide(c))
}

/// Characters of scripts that are written without spaces, and their marks.
pub(super) fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' | '…' | '—' | '“' | '”' | '―')
}
