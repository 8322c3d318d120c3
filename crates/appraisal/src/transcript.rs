//! What was said in an appraisal, row for row: kept as JSON lines, so that two runs can be compared with `diff`.

use domain::{Problem, ProblemKind};
use serde::{Deserialize, Serialize};

use crate::metrics::{OwnLine, Scored};
use crate::probes::{Expect, Kind};

/// Longest row that is read, in bytes.
const MAX_ROW: usize = 1 << 20;
/// Most rows that are read.
const MAX_ROWS: usize = 200_000;

/// A block of the prompt that a reply answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptPart {
    /// Its name (`description`, `history`, …).
    pub name: String,
    /// Its tokens.
    pub tokens: u32,
    /// Messages that were left out of it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub trimmed: u32,
    /// It holds what the reply should have said.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub holds_answer: bool,
    /// Its first words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub begins: String,
}

/// Longest beginning of a block that is kept, in characters.
const BEGINS: usize = 80;

impl PromptPart {
    /// A block by name, text, tokens and messages left out; `holds` looks for the answer.
    pub(crate) fn new(
        (name, text, tokens, trimmed): (String, String, u32, u32),
        holds: impl FnOnce(&str) -> bool,
    ) -> Self {
        Self { holds_answer: holds(&text), begins: beginning(&text), name, tokens, trimmed }
    }
}

/// The first words of a text, on one line.
fn beginning(text: &str) -> String {
    let head: String = text.chars().take(4 * BEGINS).collect();
    let head = head.split_whitespace().collect::<Vec<_>>().join(" ");
    if head.chars().count() <= BEGINS && text.chars().nth(4 * BEGINS).is_none() {
        return head;
    }
    let mut cut: String = head.chars().take(BEGINS).collect();
    // Not in the middle of a word, where there are spaces.
    if let Some(at) = cut.rfind(' ').filter(|at| *at > BEGINS / 2) {
        cut.truncate(at);
    }
    cut.push('…');
    cut
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// One exchange.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Id of the talk.
    pub talk: String,
    /// What the talk is for.
    pub kind: Kind,
    /// Position in it, from 0.
    pub turn: usize,
    /// What was said to her.
    pub asked: String,
    /// What a good reply does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<Expect>,
    /// What she said, tags included.
    pub reply: String,
    /// She ended of herself, not at the limit.
    pub ended: bool,
    /// What the prompt was made of.
    #[serde(default)]
    pub prompt: Vec<PromptPart>,
}

impl Row {
    /// Names a row: `chit_chat 3`.
    pub fn key(&self) -> String {
        format!("{} {}", self.talk, self.turn)
    }
}

/// One choice among answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    /// Id of the question.
    pub question: String,
    /// The question.
    pub asked: String,
    /// The answers with what the model gives them; the first is true.
    pub options: Vec<Scored>,
    /// What the prompt was made of.
    #[serde(default)]
    pub prompt: Vec<PromptPart>,
}

/// What an answer took. Not part of the rows: times differ from run to run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// Milliseconds to the first piece of text that was let through.
    pub first_text_ms: f64,
    /// Milliseconds to the end.
    pub total_ms: f64,
    /// Tokens written.
    pub tokens: u32,
    /// Replies, or parts of them, that the guard had written anew.
    #[serde(default)]
    pub rerolls: u32,
}

/// Everything that was said.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Transcript {
    /// The exchanges, in order.
    pub rows: Vec<Row>,
    /// The choices.
    pub choices: Vec<Chosen>,
    /// Lines of her own, with the adapters and without; none where there is no adapter.
    pub lines: Vec<OwnLine>,
    /// What each row took, in the order of the rows; empty where it was read from a file.
    pub timings: Vec<Timing>,
}

/// A line of the file.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Row(Box<Row>),
    Choice(Chosen),
    Own(OwnLine),
}

impl Transcript {
    /// JSON lines: exchanges, then choices, then her own lines.
    ///
    /// # Errors
    /// Where a number is none that JSON can hold.
    pub fn to_lines(&self) -> Result<String, Problem> {
        let rows = self.rows.iter().map(serde_json::to_string);
        let choices = self.choices.iter().map(serde_json::to_string);
        let own = self.lines.iter().map(serde_json::to_string);
        let mut out = String::new();
        for line in rows.chain(choices).chain(own) {
            let line = line.map_err(|error| {
                Problem::new(
                    ProblemKind::Internal,
                    format!("the transcript cannot be written: {error}"),
                    "report this",
                )
            })?;
            out.push_str(&line);
            out.push('\n');
        }
        Ok(out)
    }

    /// Reads JSON lines back.
    ///
    /// # Errors
    /// Where a line is none of these, or there are too many.
    pub fn from_lines(text: &str) -> Result<Self, Problem> {
        let mut transcript = Self::default();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let bad = |what: &str| {
                Problem::new(
                    ProblemKind::Damaged,
                    format!("line {} of the transcript is {what}", number + 1),
                    "use a file that `hanashi appraise` wrote",
                )
            };
            if line.len() > MAX_ROW || number >= MAX_ROWS {
                return Err(bad("more than a transcript holds"));
            }
            match serde_json::from_str(line) {
                Ok(Line::Row(row)) => transcript.rows.push(*row),
                Ok(Line::Choice(choice)) => transcript.choices.push(choice),
                Ok(Line::Own(line)) => transcript.lines.push(line),
                Err(_) => return Err(bad("no exchange, no choice and no line of hers")),
            }
        }
        Ok(transcript)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Gold;

    #[test]
    fn a_transcript_comes_back_as_it_went() {
        let transcript = Transcript {
            rows: vec![Row {
                talk: "fact age 1".into(),
                kind: Kind::Facts,
                turn: 0,
                asked: "How old?\n".into(),
                expect: Some(Expect::Recall { gold: Gold("27".into()), distance: 5 }),
                reply: "[joy] 二十七".into(),
                ended: true,
                prompt: vec![PromptPart {
                    name: "history".into(),
                    tokens: 3,
                    trimmed: 0,
                    holds_answer: true,
                    begins: "User: How old?".into(),
                }],
            }],
            choices: vec![Chosen {
                question: "age".into(),
                asked: "How old?".into(),
                options: vec![Scored { text: "27".into(), log_probability: -1.5, tokens: 2 }],
                prompt: Vec::new(),
            }],
            lines: vec![OwnLine {
                said: "Tea?".into(),
                line: "[joy] Always.".into(),
                with: -2.0,
                without: -5.0,
                tokens: 3,
            }],
            timings: Vec::new(),
        };
        let text = transcript.to_lines().unwrap();
        assert_eq!(text.lines().count(), 3);
        assert_eq!(Transcript::from_lines(&text).unwrap(), transcript);
        assert!(Transcript::from_lines("{\"talk\":1}").is_err());
    }

    #[test]
    fn a_block_is_known_by_its_first_words() {
        assert_eq!(beginning("Keeps a\n  shop. "), "Keeps a shop.");
        let long = beginning(&"lamp ".repeat(100));
        assert!(long.ends_with("lamp…") && long.chars().count() <= BEGINS + 1, "{long}");
        assert_eq!(beginning(&"灯".repeat(1_000_000)).chars().count(), BEGINS + 1);
        assert!(beginning(&" ".repeat(1000)).chars().count() <= 1);
    }
}
