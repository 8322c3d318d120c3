//! Conversations of other programs, read out of their files: who said what and when, and what else might have been said. Nothing is
//! written here; [`crate::imports::conversations`] puts what was read into the log.
//!
//! Field terms: a *swipe* is another answer for the same place; a *hidden* message is kept by the other program and not shown to its
//! model.

mod dates;
mod elsewhere;
mod kobold;
mod risu;
mod silly_tavern;

use std::borrow::Cow;
use std::io::Read as _;
use std::path::Path;

use domain::{Problem, ProblemKind};
use serde_json::Value;

/// Most messages of one conversation.
const MAX_MESSAGES: usize = 200_000;
/// Most answers for one place.
const MAX_SWIPES: usize = 64;
/// Longest message, in bytes: what is longer was pasted.
const MAX_TEXT: usize = 256 << 10;
/// Most conversations of one file.
const MAX_TALKS: usize = 500;

/// Who said something, as the file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum By {
    /// The person.
    Person,
    /// A character, by name.
    Character(String),
    /// Nobody who is there.
    Narrator,
}

/// Something that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// Who.
    pub(crate) by: By,
    /// What, and what else it might have been; never empty. Macros filled in.
    pub(crate) texts: Vec<String>,
    /// Which of them was chosen.
    pub(crate) chosen: usize,
    /// Unix time in milliseconds, where the file says when.
    pub(crate) at: Option<i64>,
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Talk {
    /// Whose format: `SillyTavern`, `RisuAI`, …
    pub(crate) program: &'static str,
    /// With whom, as the file says; may be empty.
    pub(crate) character: String,
    /// Who the person is, as the file says; may be empty.
    pub(crate) user: String,
    /// Its own title; may be empty.
    pub(crate) title: String,
    /// What was said, the oldest first.
    pub(crate) said: Vec<Said>,
    /// A note to the model, and how many messages from the end it stands.
    pub(crate) note: Option<(String, u32)>,
    /// Entries of a lorebook of its own, as the other program keeps them.
    pub(crate) book: Option<Value>,
    /// What does not come along, or comes otherwise.
    pub(crate) warnings: Vec<String>,
}

impl Talk {
    /// The names of the characters, the most talkative first.
    pub(crate) fn speakers(&self) -> Vec<&str> {
        let mut speakers: Vec<(&str, usize)> = Vec::new();
        for said in &self.said {
            let By::Character(name) = &said.by else { continue };
            match speakers.iter_mut().find(|(known, _)| known == name) {
                Some((_, count)) => *count += 1,
                None => speakers.push((name, 1)),
            }
        }
        speakers.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        speakers.into_iter().map(|(name, _)| name).collect()
    }

    /// How many answers beside the chosen ones there are.
    pub(crate) fn swipes(&self) -> usize {
        self.said.iter().map(|said| said.texts.len() - 1).sum()
    }

    /// Adds what was said; what says nothing is left out.
    fn push(&mut self, by: By, texts: Vec<String>, chosen: usize, at: Option<i64>) {
        let chosen_text = texts.get(chosen).cloned().unwrap_or_default();
        let mut kept: Vec<String> = Vec::with_capacity(texts.len().min(MAX_SWIPES));
        let mut place = None;
        let mut shortened = false;
        for (number, text) in texts.into_iter().enumerate() {
            let text = text.trim();
            let cut = beginning(text);
            shortened |= cut.len() < text.len();
            let is_chosen = number == chosen;
            if let Some(known) = kept.iter().position(|known| known == cut) {
                place = if is_chosen { Some(known) } else { place };
                continue;
            }
            if cut.is_empty() || kept.len() >= MAX_SWIPES && !is_chosen {
                continue;
            }
            if is_chosen {
                place = Some(kept.len());
            }
            kept.push(cut.to_owned());
        }
        if shortened {
            self.warn("a message was longer than 256 KiB and was cut");
        }
        // Where the chosen one says nothing, neither did whoever spoke.
        if let Some(chosen) = place.filter(|_| !chosen_text.trim().is_empty()) {
            self.said.push(Said { by, texts: kept, chosen, at });
        }
    }

    /// Notes something for the person, once.
    fn warn(&mut self, warning: impl Into<String>) {
        let warning = warning.into();
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Puts names into the place of `{{user}}` and `{{char}}`; where the file does not say who they are, whoever takes it over does.
    fn fill(&self, text: &str, speaker: Option<&str>) -> String {
        let char = speaker.unwrap_or(&self.character);
        if char.is_empty() || self.user.is_empty() {
            return text.to_owned();
        }
        prompt::Names { char, user: &self.user }.expand(text)
    }
}

/// The conversations in a file; nothing where it is none that is known.
///
/// # Errors
/// [`ProblemKind::Unsupported`] for a file of examples to train with, which looks like a chat and is none, and for one that is too
/// long; [`ProblemKind::Damaged`] for a chat without a single message that can be read.
pub(crate) fn read(bytes: &[u8], file: &str) -> Result<Option<Vec<Talk>>, Problem> {
    let text = decoded(bytes);
    let text = text.trim();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let talks = match serde_json::from_str::<Value>(text) {
        Ok(value) => of_json(&value, stem)?,
        Err(_) if text.starts_with('{') => of_lines(text, stem)?,
        Err(_) => risu::of_page(text).and_then(|value| risu::read(&value, stem)),
    };
    let Some(mut talks) = talks else { return Ok(None) };
    talks.retain(|talk| !talk.said.is_empty());
    let left_out = talks.len().saturating_sub(MAX_TALKS);
    talks.truncate(MAX_TALKS);
    let Some(first) = talks.first_mut() else {
        return Err(Problem::new(
            ProblemKind::Damaged,
            format!("`{file}` looks like a chat and holds no message that can be read"),
            "export the chat once more in the other program",
        ));
    };
    if left_out > 0 {
        first.warn(format!(
            "conversations behind the first {MAX_TALKS} of the file, left out: {left_out}; export those one by one"
        ));
    }
    if talks.iter().any(|talk| talk.said.len() > MAX_MESSAGES) {
        return Err(Problem::new(
            ProblemKind::Unsupported,
            format!("a chat in `{file}` has more than 200,000 messages"),
            "cut the file into several, each with the first line of the whole",
        ));
    }
    Ok(Some(talks))
}

/// The text of a file, without the mark at its head: UTF-16, which editors of Windows write, else UTF-8, a damaged byte excepted.
pub(crate) fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Cow::Owned(novel::decode(bytes).text),
        [0xef, 0xbb, 0xbf, bytes @ ..] | bytes => String::from_utf8_lossy(bytes),
    }
}

/// Bytes of a file by which it is known.
const START: usize = 512;

/// Whether a file is a chat of RisuAI's by its first words: a card could be seen in it.
pub(crate) fn is_risu(bytes: &[u8]) -> bool {
    let start = decoded(&bytes[..bytes.len().min(START)]);
    ["\"risuChat\"", "\"risuAllChats\""].iter().any(|word| start.contains(word))
}

/// The same of a file on the disk.
pub(crate) fn is_risu_file(path: &Path) -> bool {
    let mut start = [0; START];
    let read = std::fs::File::open(path).and_then(|mut file| file.read(&mut start));
    read.is_ok_and(|length| is_risu(&start[..length]))
}

fn of_json(value: &Value, stem: &str) -> Result<Option<Vec<Talk>>, Problem> {
    if let Some(talks) = risu::read(value, stem).or_else(|| kobold::read(value).map(one)) {
        return Ok(Some(talks));
    }
    match value {
        Value::Array(rows) if rows.iter().any(is_message) => {
            Ok(silly_tavern::read(rows, stem).map(one))
        }
        Value::Array(rows) if !rows.is_empty() && rows.iter().all(Value::is_string) => {
            Ok(elsewhere::first_tavern(rows).map(one))
        }
        Value::Array(rows) if !rows.is_empty() && rows.iter().all(elsewhere::is_turn) => {
            Ok(elsewhere::read(&serde_json::json!({ "messages": rows })))
        }
        Value::Array(rows) => refuse_examples(rows).map(|()| None),
        value if is_message(value) => {
            Ok(silly_tavern::read(std::slice::from_ref(value), stem).map(one))
        }
        value => Ok(elsewhere::read(value)),
    }
}

fn one(talk: Talk) -> Vec<Talk> {
    vec![talk]
}

/// JSON lines. A line that was cut off, by a crash or a full disk, costs itself.
fn of_lines(text: &str, stem: &str) -> Result<Option<Vec<Talk>>, Problem> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let mut rows: Vec<Value> = Vec::new();
    let mut damaged = 0;
    for line in lines {
        match serde_json::from_str::<Value>(line) {
            Ok(row) if row.is_object() => rows.push(row),
            _ => damaged += 1,
        }
        if rows.len() > MAX_MESSAGES + 1 {
            break;
        }
    }
    let has_head = rows.first().is_some_and(silly_tavern::is_head);
    if !rows.is_empty() && rows.iter().all(elsewhere::is_turn) {
        return Ok(elsewhere::read(&serde_json::json!({ "messages": rows })));
    }
    if !has_head && !rows.iter().any(is_message) {
        return refuse_examples(&rows).map(|()| None);
    }
    let mut talk = silly_tavern::read(&rows, stem).unwrap_or_default();
    if damaged > 0 {
        talk.warn(format!("damaged lines, left out: {damaged}"));
    }
    Ok(Some(vec![talk]))
}

/// A message of the Tavern family: it says something, and who says it.
fn is_message(row: &Value) -> bool {
    row.get("mes").is_some_and(Value::is_string)
        && (row.get("is_user").is_some() || row.get("name").is_some())
}

/// Examples to train with look like chats and are none: many short talks with nobody.
fn refuse_examples(rows: &[Value]) -> Result<(), Problem> {
    let keys =
        ["conversations", "messages", "instruction", "prompt", "completion", "chosen", "input"];
    let is_example = |row: &Value| keys.iter().any(|key| row.get(*key).is_some());
    if rows.len() > 1 && rows.iter().take(8).all(is_example) {
        return Err(Problem::new(
            ProblemKind::Unsupported,
            "these are examples to train with, and no conversation of yours",
            "open the studio to train with them; to take over a chat, export it in the program that you had it in",
        ));
    }
    Ok(())
}

/// As much of a text as one message may be, cut at a character.
fn beginning(text: &str) -> &str {
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// A field of a row as text.
fn text_of<'a>(row: &'a Value, key: &str) -> &'a str {
    row.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests;
