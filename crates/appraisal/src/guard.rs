//! Keeps a reply in character while it is being written: holds each clause until it is whole, lets go of it where nothing is wrong
//! with it, and asks for another where something is.
//!
//! The voice needs whole clauses anyway, so holding them delays no sound. What has been let go of is never taken back: another try
//! goes on from there. What was said in the session ([`SaidBefore`]) is looked for as well; it is a blemish and no fault of character,
//! so that it is written anew while there are tries, and never ends a reply.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::bounds::{BROUGHT_UP, Bounds, Crossing, Found, asks_about_machines, is_danger, last};
use crate::metrics::{RECENT, is_assistant_talk, is_refusal, is_repetition, tagged};
use crate::said_before::SaidBefore;
use crate::words::{Phrases, words};

/// Longest text that is held back, in characters: a model that writes no clauses must not look silent.
const LONGEST: usize = 120;
/// Characters of what was let go of that a phrase may have begun in.
const TAIL: usize = 80;
/// Characters of what was let go of that belong to a sentence which is looked at as a whole.
const SENTENCE: usize = 400;
/// Longest banned phrase, in characters.
pub const LONGEST_PHRASE: usize = TAIL;
/// Most banned phrases.
pub const MOST_PHRASES: usize = 200;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// A reply begins with a known feeling.
    pub feelings: bool,
    /// Phrases that this character never says.
    pub banned: Phrases,
    /// What she said last, tags taken out, the newest last.
    pub recent: Vec<String>,
    /// She was asked whether she is a program, or somebody may be in danger: what she says about that is hers to say.
    pub about_machines: bool,
    /// What lies outside of her world.
    pub bounds: Bounds,
    /// What was said in the session.
    pub said_before: SaidBefore,
    /// How often something may be written anew in one reply.
    pub tries: u32,
}

impl Policy {
    /// Tries that a reply has, where nobody says otherwise.
    pub const TRIES: u32 = 3;

    /// A policy for an answer to what was said.
    pub fn new(asked: &str, recent: Vec<String>, banned: &[String]) -> Self {
        let fitting = |phrase: &&String| phrase.chars().count() <= LONGEST_PHRASE;
        Self {
            feelings: false,
            banned: Phrases::new(
                banned.iter().filter(fitting).take(MOST_PHRASES).map(String::as_str),
            ),
            // Who asks for it again shall have it again.
            recent: if asks_again(asked) { Vec::new() } else { recent },
            about_machines: asks_about_machines(asked) || is_danger(asked),
            bounds: Bounds::default().answering(&[asked]),
            said_before: SaidBefore::default(),
            tries: Self::TRIES,
        }
    }

    /// The same, over a whole session: its last lines, the oldest first, each with whether it is hers, and what her card says.
    #[must_use]
    pub fn within(mut self, lines: &[(bool, &str)], card: &str) -> Self {
        let asked = lines.last().filter(|(hers, _)| !hers).map_or("", |(_, text)| *text);
        if !asks_again(asked) {
            self.said_before = SaidBefore::new(lines, card);
        }
        self
    }

    /// The same, within the bounds of her world. `lines` are the last ones of the session, the oldest first, each with whether it is hers:
    /// what was brought up there may be taken up.
    #[must_use]
    pub fn bounded(mut self, bounds: Bounds, lines: &[(bool, &str)]) -> Self {
        let said: Vec<&str> =
            lines.iter().filter(|(hers, _)| !hers).map(|(_, text)| *text).collect();
        // "Are you sure?" behind the question whether she is a program is the same question.
        let last = &said[said.len().saturating_sub(BROUGHT_UP)..];
        self.about_machines |= last.iter().any(|line| asks_about_machines(line) || is_danger(line));
        self.bounds = bounds.answering(&said);
        self
    }
}

/// Whether somebody wants to hear the same once more.
fn asks_again(asked: &str) -> bool {
    const WORDS: [&str; 14] = [
        "again",
        "repeat",
        "pardon",
        "once more",
        "what did you say",
        "say that",
        "再说一遍",
        "再说一次",
        "重复",
        "刚才说",
        "没听清",
        "もう一度",
        "もう一回",
        "繰り返",
    ];
    static READY: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(WORDS));
    READY.any_in(asked)
}

/// What is wrong with a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// It talks like an assistant.
    Assistant,
    /// It refuses in the way models are tuned to.
    Refusal,
    /// It holds a phrase that she never says.
    Banned,
    /// It repeats one of her last replies.
    Repetition,
    /// It does not begin with a feeling.
    Tag,
    /// It uses a run of words that either side used a little while ago.
    Run,
    /// It says what she has said before, in slightly other words.
    Alike,
    /// It takes leave once more, though the talk goes on.
    Farewell,
    /// It says out of nowhere that a program speaks.
    Machine,
    /// It speaks of what lies outside of her world.
    Outside,
    /// It writes somebody else's line.
    Anothers,
}

/// What becomes of the text that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Nothing yet.
    Hold,
    /// This may be shown and said.
    LetGo(String),
    /// What is held is wrong and was dropped: go on from [`Watch::said`] with another draw.
    Again(Fault),
    /// It is wrong, there are no tries left, and what was let go of can stand alone: the reply ends here.
    End(Fault),
}

/// Watches one reply.
#[derive(Debug)]
pub struct Watch {
    policy: Policy,
    said: String,
    /// Where in `said` what is heard begins: behind what the model thought.
    heard_from: usize,
    held: String,
    thinking: Thinking,
    again: Vec<Fault>,
    through: Option<Fault>,
}

/// Whether the model thinks before it speaks; nobody hears that, and nobody minds what it says there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thinking {
    /// The first characters will tell.
    Unknown,
    Yes,
    No,
}

const OPENS: &str = "<think>";
const CLOSES: &str = "</think>";

impl Watch {
    /// Watches by a policy.
    pub fn new(policy: Policy) -> Self {
        Self {
            policy,
            said: String::new(),
            heard_from: 0,
            held: String::new(),
            thinking: Thinking::Unknown,
            again: Vec::new(),
            through: None,
        }
    }

    /// Says, before the first piece, that the prompt already opened a thinking block.
    pub fn begin_within_thought(&mut self) {
        self.thinking = Thinking::Yes;
    }

    /// What has been let go of.
    pub fn said(&self) -> &str {
        &self.said
    }

    /// What was written anew, and why, in order.
    pub fn again(&self) -> &[Fault] {
        &self.again
    }

    /// What was let through although it is wrong, because no try was left and nothing else had been said.
    pub fn let_through(&self) -> Option<Fault> {
        self.through
    }

    /// Takes the next piece of the reply, of any length.
    pub fn push(&mut self, chunk: &str) -> Step {
        self.held.push_str(chunk);
        if self.thinks() {
            return self.thought();
        }
        if self.held.chars().count() >= LONGEST || (self.clause_is_whole() && !self.waits()) {
            self.decide(false)
        } else {
            Step::Hold
        }
    }

    /// Whether what is held belongs to a thought, as far as can be told.
    fn thinks(&mut self) -> bool {
        if self.thinking == Thinking::Unknown {
            let start = self.held.trim_start();
            if start.starts_with(OPENS) {
                self.thinking = Thinking::Yes;
            } else if !OPENS.starts_with(start) {
                self.thinking = Thinking::No;
            }
        }
        self.thinking != Thinking::No
    }

    /// Lets go of thoughts up to their end.
    fn thought(&mut self) -> Step {
        if self.thinking == Thinking::Unknown {
            return Step::Hold;
        }
        // The last characters may be the beginning of the closing tag.
        let end = match self.held.find(CLOSES) {
            Some(at) => {
                self.thinking = Thinking::No;
                at + CLOSES.len()
            }
            None => self.held.len() - CLOSES.len().min(self.held.len()),
        };
        let end = (0..=end).rev().find(|&at| self.held.is_char_boundary(at)).unwrap_or(0);
        let rest = self.held.split_off(end);
        let thought = std::mem::replace(&mut self.held, rest);
        self.said.push_str(&thought);
        self.heard_from = self.said.len();
        if thought.is_empty() { Step::Hold } else { Step::LetGo(thought) }
    }

    /// What has been let go of and is heard.
    fn heard(&self) -> &str {
        &self.said[self.heard_from..]
    }

    /// The reply has ended.
    pub fn finish(&mut self) -> Step {
        if self.thinking == Thinking::Yes {
            let held = std::mem::take(&mut self.held);
            self.said.push_str(&held);
            return Step::LetGo(held);
        }
        if self.held.is_empty() { Step::LetGo(String::new()) } else { self.decide(true) }
    }

    /// A mark that ends a clause, and something behind it: whoever cuts lines needs to see what follows.
    fn clause_is_whole(&self) -> bool {
        let is_end = |c: char| {
            matches!(
                c,
                ',' | '.'
                    | ';'
                    | ':'
                    | '!'
                    | '?'
                    | '…'
                    | '\n'
                    | '，'
                    | '。'
                    | '；'
                    | '：'
                    | '！'
                    | '？'
                    | '、'
                    | '～'
                    | '—'
            )
        };
        let text = self.held.trim_start();
        text.char_indices().any(|(at, c)| is_end(c) && at + c.len_utf8() < text.len())
    }

    /// Whether the end of the sentence will tell whether it is within her bounds.
    fn waits(&self) -> bool {
        self.policy.bounds.waits(self.tail(SENTENCE), &self.held)
    }

    /// The last characters of what was let go of and is heard, at most so many.
    fn tail(&self, most: usize) -> &str {
        last(self.heard(), most)
    }

    fn decide(&mut self, ended: bool) -> Step {
        let Some(fault) = self.fault(ended) else {
            let held = std::mem::take(&mut self.held);
            self.said.push_str(&held);
            return Step::LetGo(held);
        };
        if self.through.is_none() && self.again.len() < self.policy.tries as usize {
            self.held.clear();
            self.again.push(fault);
            return Step::Again(fault);
        }
        // No try is left. Whole sentences that were good are a reply; a mute character is worse than a wrong one.
        if self.through.is_none() && stands_alone(self.heard()) {
            self.held.clear();
            return Step::End(fault);
        }
        self.through = Some(fault);
        let held = std::mem::take(&mut self.held);
        self.said.push_str(&held);
        Step::LetGo(held)
    }

    fn fault(&self, ended: bool) -> Option<Fault> {
        // A phrase may have begun in what was let go of, but must end in what is held.
        let tail = self.tail(TAIL);
        let before = tagged(tail).text;
        let seen = tagged(&format!("{tail}{}", self.held)).text;
        let new = |is: &dyn Fn(&str) -> bool| is(&seen) && !is(&before);
        if !self.policy.about_machines && new(&is_assistant_talk) {
            return Some(Fault::Assistant);
        }
        if new(&is_refusal) {
            return Some(Fault::Refusal);
        }
        if new(&|text| self.policy.banned.any_in(text)) {
            return Some(Fault::Banned);
        }
        match self.policy.bounds.look(self.tail(SENTENCE), &self.held, ended) {
            Found::Crossed(Crossing::Machine) => return Some(Fault::Machine),
            Found::Crossed(Crossing::Outside) => return Some(Fault::Outside),
            Found::Crossed(Crossing::Anothers) => return Some(Fault::Anothers),
            Found::Nothing | Found::Unsure => {}
        }
        // Asked for once: a model that has no feelings to show must not write every reply twice over. Tags that nobody knows vanish
        // on their way to the page.
        let beginning = self.policy.feelings && self.heard().trim().is_empty();
        if beginning && !self.again.contains(&Fault::Tag) && !tagged(&self.held).first {
            return Some(Fault::Tag);
        }
        if self.repeats(&seen, ended) {
            return Some(Fault::Repetition);
        }
        // Rather said again than cut off.
        if self.again.len() >= self.policy.tries as usize {
            return None;
        }
        let said = &self.policy.said_before;
        if said.takes_leave_again(&self.held) {
            return Some(Fault::Farewell);
        }
        if said.has_run(&seen, &before) {
            return Some(Fault::Run);
        }
        // What can still be taken back: a sentence whose beginning was let go of is said to its end.
        said.is_alike(&tagged(&self.held).text).then_some(Fault::Alike)
    }

    /// Whether the reply so far is one of the last ones again. Few words are compared as a whole, and only where they are all.
    fn repeats(&self, seen: &str, ended: bool) -> bool {
        let recent: Vec<&str> = self.policy.recent.iter().map(String::as_str).collect();
        let so_far = words(seen);
        // Later, a single clause out of many is no repetition of a reply.
        if !self.heard().trim().is_empty() && so_far.len() > 24 {
            return false;
        }
        if so_far.len() >= 6 || ended {
            return is_repetition(seen, &recent);
        }
        // The whole of a short reply, said again before anything else.
        !so_far.is_empty()
            && seen.trim_end().ends_with(['.', '!', '?', '…', '。', '！', '？'])
            && recent.iter().rev().take(RECENT).any(|before| words(before) == so_far)
    }
}

/// Whether a text can be all that is said: it holds a word and ends like a sentence.
fn stands_alone(text: &str) -> bool {
    let text = tagged(text).text;
    let text =
        text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '”' | '」' | '*'));
    text.ends_with(['.', '!', '?', '…', '。', '！', '？', '～']) && !words(text).is_empty()
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
