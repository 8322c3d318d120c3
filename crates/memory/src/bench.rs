//! Measures remembering with a [`diary`](crate::diary): what is recalled, what leaks, how long it takes, how much room it needs.

use std::collections::HashSet;
use std::path::Path;
use std::time::Instant;

use domain::{CharacterId, ConversationId, Log, MessageId, NewMessage, Problem, Role};
use serde::Serialize;
use store::EventLog;

use crate::diary::{self, Size, Told};
use crate::{Item, Limits, Memory, Recalled, Scope};

/// What came of a diary.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Which diary.
    pub seed: u64,
    /// Messages in it.
    pub messages: usize,
    /// Facts that were told.
    pub facts: usize,
    /// Questions for whose answer enough was recalled.
    pub recalled: usize,
    /// Facts that were put right later.
    pub corrected: usize,
    /// Of those the ones whose new value is recalled, before the wrong one or alone.
    pub put_right: usize,
    /// Recalled by another character, or on a branch where it did not happen: must be none.
    pub leaks: usize,
    /// Questions that were not answered, in English, Chinese, Japanese.
    pub missed: [usize; 3],
    /// Seconds that reading the log into the memory took.
    pub build_s: f64,
    /// Bytes of the memory's file; `None` for one in memory.
    pub bytes: Option<u64>,
    /// Milliseconds of every recall.
    pub recall_ms: Vec<f64>,
}

/// Writes a diary, reads it into a memory (in `folder`, where one is given), and asks everything.
pub fn run(seed: u64, size: Size, folder: Option<&Path>) -> Result<Report, Problem> {
    let diary = diary::write(seed, size);
    let log = EventLog::in_memory()?;
    let file = folder.map(|folder| folder.join(format!("memory-{seed}.sqlite")));
    let memory = match &file {
        Some(file) => Memory::open(file)?,
        None => Memory::in_memory()?,
    };
    let character = CharacterId("koto".to_owned());
    let conversation = log.begin(&character, "")?.id;
    let first = append(&log, conversation, None, Role::User, "Hello.")?;
    let mut parent = first;
    for (said, answer) in &diary.turns {
        parent = append(&log, conversation, Some(parent), Role::User, said)?;
        parent = append(&log, conversation, Some(parent), Role::Character, answer)?;
    }
    let start = Instant::now();
    memory.sync(&log, || false)?;
    let mut report = Report {
        seed,
        messages: 2 * diary.turns.len() + 1,
        facts: diary.told.len(),
        recalled: 0,
        corrected: 0,
        put_right: 0,
        leaks: 0,
        missed: [0; 3],
        build_s: start.elapsed().as_secs_f64(),
        bytes: file.and_then(|file| std::fs::metadata(file).ok()).map(|found| found.len()),
        recall_ms: Vec::with_capacity(diary.told.len()),
    };
    let here = Scope { character, here: Some((conversation, Some(parent))) };
    let before = Scope { here: Some((conversation, Some(first))), ..here.clone() };
    let stranger = Scope { character: CharacterId("haru".to_owned()), here: None };
    let ask = |scope: &Scope, question: &str| {
        memory.recall(scope, question, &HashSet::new(), Limits::default(), &log)
    };
    for told in &diary.told {
        let start = Instant::now();
        let found = ask(&here, &told.question)?;
        report.recall_ms.push(start.elapsed().as_secs_f64() * 1000.0);
        let good = answers(told, &found);
        report.recalled += usize::from(good);
        if told.wrong.is_some() {
            report.corrected += 1;
            report.put_right += usize::from(good);
        }
        if !good {
            let lang = ["en", "zh", "ja"].iter().position(|lang| *lang == told.lang);
            report.missed[lang.unwrap_or_default()] += 1;
        }
        for scope in [&before, &stranger] {
            report.leaks += ask(scope, &told.question)?.len();
        }
    }
    Ok(report)
}

/// How quick search by meaning is.
#[derive(Debug, Clone, Serialize)]
pub struct Meaning {
    /// How many vectors there are.
    pub vectors: usize,
    /// Numbers of each.
    pub width: usize,
    /// Seconds until they can be searched after a start.
    pub load_s: f64,
    /// Bytes of the memory's file.
    pub bytes: u64,
    /// Milliseconds of every search, the encoder's work not counted.
    pub search_ms: Vec<f64>,
}

/// Numbers of a vector of a small encoder (E5-small, BGE-small).
const WIDTH: usize = 384;
/// Questions that are asked of vectors.
const QUESTIONS: usize = 100;

/// Measures search by meaning among vectors of noise, in a file in `folder`.
pub fn meaning(vectors: usize, seed: u64, folder: &Path) -> Result<Meaning, Problem> {
    let path = folder.join("meaning.sqlite");
    crate::noise::write(&path, vectors, WIDTH, seed)?;
    let memory = Memory::open(&path)?;
    let start = Instant::now();
    crate::noise::load(&memory)?;
    let load_s = start.elapsed().as_secs_f64();
    let search_ms = crate::noise::search(&memory, QUESTIONS, WIDTH, seed)?;
    let bytes = std::fs::metadata(&path).map_or(0, |file| file.len());
    Ok(Meaning { vectors, width: WIDTH, load_s, bytes, search_ms })
}

fn append(
    log: &EventLog,
    conversation: ConversationId,
    parent: Option<MessageId>,
    role: Role,
    text: &str,
) -> Result<MessageId, Problem> {
    let text = text.to_owned();
    Ok(log
        .append(NewMessage { conversation, parent, role, text, interrupted: false, speaker: None })?
        .id)
}

/// Whether what was recalled holds the value, and does not give the wrong one first.
fn answers(told: &Told, found: &[Recalled]) -> bool {
    let lines: Vec<String> = found
        .iter()
        .map(|one| match &one.item {
            Item::Fact(fact) => format!("{}: {} ({})", fact.attribute.0, fact.value, fact.clause),
            Item::Quote { text, .. } => text.clone(),
        })
        .collect();
    let text = lines.join("\n");
    match (&told.wrong, text.find(&told.value)) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(wrong), Some(at)) => text.find(wrong.as_str()).is_none_or(|old| at < old),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_diary_is_remembered_and_nothing_leaks() {
        let size = Size { turns: 600, facts: 60, corrected: 20 };
        let report = run(5, size, None).unwrap();
        assert_eq!((report.facts, report.corrected, report.messages), (60, 20, 1_201));
        assert_eq!(report.leaks, 0);
        assert!(report.recalled >= 54 && report.put_right >= 18, "{report:?}");
    }
}
