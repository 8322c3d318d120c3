//! Rows to conversations: what is said in one go, what one person says in a row.

use crate::dataset::{Narration, Options};
use crate::line::{Kind, Line};

/// What one person says before the next does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Turn {
    /// Who, by the name that is written.
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
    /// In order; neighbours have different speakers.
    pub turns: Vec<Turn>,
}

/// Cuts rows into conversations: at the end of a scene, where a branch is left for another one, and behind a long stretch without
/// speech.
pub fn conversations(lines: &[Line], options: &Options) -> Vec<Conversation> {
    let mut found = stretches(lines, options);
    found.retain(|conversation| conversation.turns.len() > 1);
    found
}

/// Likewise, with what somebody says alone.
pub(super) fn stretches(lines: &[Line], options: &Options) -> Vec<Conversation> {
    let names = options.canonical();
    let mut cutter =
        Cutter { options, out: Vec::new(), turns: Vec::new(), narration: String::new(), gap: 0 };
    let mut last: Option<&Line> = None;
    for line in lines.iter().filter(|line| line.lang == options.lang) {
        // Nobody says a choice: where the next one of a menu stands behind what the one before it leads to, it parts nothing and joins
        // nothing.
        if line.kind == Kind::Choice {
            continue;
        }
        if last.is_some_and(|last| parted(last, line)) {
            cutter.cut(last.map_or("", |last| &last.scene));
        }
        last = Some(line);
        if line.interpolated && !options.keep_interpolated {
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

/// Whether nobody reads one row after the other.
fn parted(last: &Line, next: &Line) -> bool {
    let shared = last.branch.len().min(next.branch.len());
    last.scene != next.scene
        || last.source.file != next.source.file
        || last.branch[..shared] != next.branch[..shared]
}

struct Cutter<'a> {
    options: &'a Options,
    out: Vec<Conversation>,
    turns: Vec<Turn>,
    narration: String,
    gap: usize,
}

impl Cutter<'_> {
    fn say(&mut self, speaker: &str, text: &str, extends: bool) {
        if text.trim().is_empty() {
            return;
        }
        let narration = std::mem::take(&mut self.narration);
        self.gap = 0;
        match self.turns.last_mut().filter(|turn| turn.speaker == speaker) {
            Some(turn) if narration.is_empty() => {
                if !extends {
                    turn.text.push_str(joint(&turn.text, text));
                } else if !turn.text.ends_with(char::is_whitespace) && needs_space(&turn.text, text)
                {
                    turn.text.push(' ');
                }
                turn.text.push_str(text.trim());
            }
            Some(turn) => {
                let between = format!(" ({narration}) ");
                turn.text.push_str(&between);
                turn.text.push_str(text.trim());
            }
            None => self.turns.push(Turn {
                speaker: speaker.to_owned(),
                text: text.trim().to_owned(),
                narration,
            }),
        }
    }

    fn tell(&mut self, text: &str, scene: &str) {
        match self.options.narration {
            Narration::Drop => {
                self.gap += 1;
                if self.gap > self.options.max_gap {
                    self.cut(scene);
                }
            }
            Narration::Context => {
                if !self.narration.is_empty() {
                    self.narration.push_str(joint(&self.narration, text));
                }
                self.narration.push_str(text.trim());
            }
        }
    }

    fn cut(&mut self, scene: &str) {
        self.gap = 0;
        self.narration.clear();
        let turns = std::mem::take(&mut self.turns);
        if !turns.is_empty() {
            self.out.push(Conversation { scene: scene.to_owned(), turns });
        }
    }
}

/// What stands between two texts that become one: nothing after a full-width mark, `。` between Chinese or Japanese sentences
/// without one, a space elsewhere.
fn joint(before: &str, after: &str) -> &'static str {
    let last = before.chars().next_back();
    if last.is_some_and(is_wide) {
        let closed = last.is_some_and(|c| !c.is_alphanumeric() || c == 'ー');
        if closed || !after.chars().next().is_some_and(is_wide) { "" } else { "。" }
    } else {
        " "
    }
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
