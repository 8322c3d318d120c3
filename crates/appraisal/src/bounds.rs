//! The bounds of a character's world, as far as a rule can tell without a judge: what she is, what she cannot know of, whose lines are
//! not hers.
//!
//! Three things are decided, and nothing else. That she says out of nowhere that she is a program, where neither her card nor the person
//! spoke of such a thing. That she speaks of something that her card declares to lie outside. That she writes the line of somebody else
//! (a speaker's name with a colon at the beginning of a line), or marks of a chat format. Whether a remark *fits* her world is no
//! question for a rule.

use std::sync::LazyLock;

use crate::metrics::{admits_ignorance, claims_machine, denies, tagged};
use crate::words::{Phrases, contains, folded};

/// Most words for what lies outside.
const MOST: usize = 200;
/// Longest of them, in characters.
const LONGEST: usize = 80;
/// Lines of the person that may have brought something up.
pub const BROUGHT_UP: usize = 3;

/// What lies outside.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bounds {
    /// Words for what she cannot know of.
    outside: Phrases,
    /// What she is, is hers to say: her card speaks of it, or the person does.
    knows_machines: bool,
    /// Names whose lines are not hers, folded.
    others: Vec<String>,
    /// Her own names, folded.
    own: Vec<String>,
    /// What the person has brought up.
    asked: String,
}

/// How a text leaves the bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crossing {
    /// It says that its speaker is a program.
    Machine,
    /// It speaks of what lies outside.
    Outside,
    /// It writes somebody else's line.
    Anothers,
}

/// What was found in a text that is still being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// The end of the sentence will tell: it may be a question, or say that she does not know.
    Unsure,
    /// It leaves the bounds.
    Crossed(Crossing),
}

impl Bounds {
    /// Bounds of a character: words for what lies outside, the names of everybody else in the talk, and everything that her card says.
    pub fn new<'a>(
        outside: impl IntoIterator<Item = &'a String>,
        others: &[&str],
        card: &[&str],
    ) -> Self {
        let fitting = |word: &&&String| {
            let length = word.trim().chars().count();
            length > 0 && length <= LONGEST
        };
        let outside: Vec<&String> = outside.into_iter().collect();
        let outside = outside.iter().filter(fitting).take(MOST).map(|word| word.as_str());
        Self {
            outside: Phrases::new(outside),
            knows_machines: card.iter().any(|text| speaks_of_machines(text)),
            others: others
                .iter()
                .map(|name| folded(name.trim()))
                .filter(|name| !name.is_empty())
                .collect(),
            own: Vec::new(),
            asked: String::new(),
        }
    }

    /// The same of somebody with these names: a line under one of them is her own, whoever else is called so.
    #[must_use]
    pub fn called(mut self, own: &[&str]) -> Self {
        self.own = own.iter().map(|name| folded(name.trim())).collect();
        self
    }

    /// The same, for an answer to what the person said last, the newest line last: what they bring up may be taken up.
    #[must_use]
    pub fn answering(mut self, said: &[&str]) -> Self {
        let said = &said[said.len().saturating_sub(BROUGHT_UP)..];
        self.knows_machines |= said.iter().any(|line| asks_about_machines(line) || is_danger(line));
        self.asked = said.join("\n");
        self
    }

    /// Looks at `held`, which goes on from `before`. `ended`: nothing comes behind it.
    pub fn look(&self, before: &str, held: &str, ended: bool) -> Found {
        if self.is_anothers(before, held) {
            return Found::Crossed(Crossing::Anothers);
        }
        if !self.knows_machines {
            let tail = last(before, LONGEST);
            let now = tagged(&format!("{tail}{held}")).text;
            if claims_machine(&now) && !claims_machine(&tagged(tail).text) {
                return Found::Crossed(Crossing::Machine);
            }
        }
        self.outside_in(before, held, ended)
    }

    /// Whether the end of the sentence must be waited for.
    pub fn waits(&self, before: &str, held: &str) -> bool {
        self.outside_in(before, held, false) == Found::Unsure
    }

    /// How a whole reply leaves the bounds; `None` where it does not.
    pub fn crossed(&self, reply: &str) -> Option<Crossing> {
        match self.look("", reply, true) {
            Found::Crossed(crossing) => Some(crossing),
            Found::Nothing | Found::Unsure => None,
        }
    }

    /// Whether a line that reaches into `held` begins with the name of somebody else and a colon, or `held` has marks of a chat format.
    fn is_anothers(&self, before: &str, held: &str) -> bool {
        const MARKS: [&str; 7] = [
            "<|im_start|>",
            "<|im_end|>",
            "<|user|>",
            "<start_of_turn>",
            "[INST]",
            "### Instruction",
            "### Response",
        ];
        if MARKS.iter().any(|mark| held.contains(mark)) {
            return true;
        }
        let from = before.rfind('\n').map_or(0, |at| at + 1);
        let lines = format!("{}{held}", &before[from..]);
        lines.split('\n').any(|line| self.opens_for_another(line))
    }

    fn opens_for_another(&self, line: &str) -> bool {
        const LABELS: [&str; 12] = [
            "user",
            "you",
            "human",
            "assistant",
            "system",
            "{{user}}",
            "<user>",
            "用户",
            "你",
            "助手",
            "あなた",
            "ユーザー",
        ];
        let line = tagged(line).text;
        let Some((name, _)) = line.split_once([':', '：']) else { return false };
        let name = folded(name);
        let name =
            name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '"' | '#' | '-'));
        !name.is_empty()
            && !self.own.iter().any(|own| own == name)
            && (LABELS.contains(&name) || self.others.iter().any(|other| other == name))
    }

    /// Sentences that reach into `held`, which goes on from `before`, and hold a word for what lies outside.
    fn outside_in(&self, before: &str, held: &str, ended: bool) -> Found {
        // Nearly always there is none: one look over what is new, and the end of what is not.
        let new = || folded(&format!("{}{held}", last(before, LONGEST)));
        if self.outside.is_empty() || !self.outside.any_in_folded(&new()) {
            return Found::Nothing;
        }
        let (whole, known) = (format!("{before}{held}"), before.len());
        let mut found = Found::Nothing;
        let mut start = 0;
        while start < whole.len() {
            let rest = &whole[start..];
            let end = sentence_end(rest);
            let length = end.unwrap_or(rest.len());
            let sentence = &rest[..length];
            let is_new = start + length > known;
            // What is let go of already is said.
            let said = &sentence[..known.saturating_sub(start).min(length)];
            start += length;
            let is_here = |word: &&str| contains(sentence, word) && !contains(said, word);
            let Some(word) = self.outside.iter().filter(|_| is_new).find(is_here) else {
                continue;
            };
            // What nobody brought up, she cannot even name.
            if !contains(&self.asked, word) {
                return Found::Crossed(Crossing::Outside);
            }
            if asks(sentence) || denies(sentence) || admits_ignorance(sentence) {
                continue;
            }
            if end.is_none() && !ended {
                found = Found::Unsure;
            } else {
                return Found::Crossed(Crossing::Outside);
            }
        }
        found
    }
}

/// The last characters of a text, at most so many.
pub(crate) fn last(text: &str, most: usize) -> &str {
    let from = text.char_indices().rev().nth(most.saturating_sub(1)).map_or(0, |(at, _)| at);
    &text[from..]
}

/// Bytes to behind the first sentence's marks; `None` where it is not over. A dot between digits ends nothing.
fn sentence_end(text: &str) -> Option<usize> {
    let is_end = |c: char| matches!(c, '.' | '!' | '?' | '…' | '\n' | '。' | '！' | '？');
    let mut chars = text.char_indices().peekable();
    let mut last = ' ';
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let within =
            c == '.' && last.is_ascii_alphanumeric() && next.is_some_and(char::is_alphanumeric);
        last = c;
        // More marks belong to the same end: "What?!"
        if is_end(c) && !within && !next.is_some_and(is_end) {
            return Some(at + c.len_utf8());
        }
    }
    None
}

fn asks(sentence: &str) -> bool {
    sentence.contains(['?', '？'])
}

/// Whether a card speaks of machines that talk, so that its character may be one, or know one.
fn speaks_of_machines(card: &str) -> bool {
    const WORDS: [&str; 30] = [
        "ai",
        "a.i.",
        "ais",
        "robot",
        "robots",
        "android",
        "androids",
        "cyborg",
        "automaton",
        "bot",
        "chatbot",
        "hologram",
        "golem",
        "artificial",
        "language model",
        "a machine",
        "a program",
        "computer program",
        "virtual",
        "人工智能",
        "机器人",
        "机器",
        "程序",
        "仿生人",
        "虚拟",
        "ロボット",
        "アンドロイド",
        "人工知能",
        "プログラム",
        "機械",
    ];
    static READY: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(WORDS));
    READY.any_in_folded(&card.to_lowercase())
}

/// Whether somebody is asking what she is.
pub(crate) fn asks_about_machines(asked: &str) -> bool {
    const WORDS: [&str; 36] = [
        "ai",
        "robot",
        "computer",
        "program",
        "machine",
        "bot",
        "chatbot",
        "language model",
        "artificial",
        "software",
        "real person",
        "human",
        "are you real",
        "you real",
        "really real",
        "not real",
        "are you alive",
        "what are you?",
        "what are you really",
        "what you are",
        "who are you really",
        "人工智能",
        "机器人",
        "机器",
        "程序",
        "真人",
        "真的人",
        "真实的",
        "你是什么东西",
        "你到底是什么",
        "人工知能",
        "プログラム",
        "人間",
        "ロボット",
        "機械",
        "実在",
    ];
    static READY: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(WORDS));
    READY.any_in(asked)
}

/// Whether somebody may be in danger: then nothing that a reply says of its own limits is written anew.
pub(crate) fn is_danger(said: &str) -> bool {
    const WORDS: [&str; 34] = [
        "kill myself",
        "killing myself",
        "end my life",
        "end it all",
        "want to die",
        "wanna die",
        "don't want to live",
        "suicide",
        "suicidal",
        "hurt myself",
        "harm myself",
        "cut myself",
        "cutting myself",
        "overdose",
        "emergency",
        "ambulance",
        "can't breathe",
        "hurts me",
        "hits me",
        "help me please",
        "自杀",
        "自殺",
        "想死",
        "不想活",
        "活不下去",
        "自残",
        "伤害自己",
        "救命",
        "救护车",
        "死にたい",
        "消えたい",
        "自傷",
        "助けて",
        "救急車",
    ];
    static READY: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(WORDS));
    READY.any_in(said)
}

#[cfg(test)]
#[path = "bounds_tests.rs"]
mod tests;
