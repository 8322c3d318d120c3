//! Measures remembering with a [`diary`](crate::diary): what is recalled, what leaks, how long it takes, how much room it needs.

use std::collections::HashSet;
use std::path::Path;
use std::time::Instant;

use domain::{CharacterId, ConversationId, Log, MessageId, NewMessage, Problem, ProblemKind, Role};
use serde::Serialize;
use store::{Dirs, Event, EventLog, Lock};

use crate::diary::{self, Diary, Size, Told};
use crate::{Item, Limits, Memory, Recalled, Scope, noise};

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
    /// What the person told of themselves ("where do I live?"), beside these facts.
    pub own: usize,
    /// Of that what enough was recalled for; where it was put right, the new value first.
    pub own_recalled: usize,
    /// Recalled by another character, or on a branch where it did not happen: must be none.
    pub leaks: usize,
    /// Questions that were not answered, in English, Chinese, Japanese.
    pub missed: [usize; 3],
    /// Seconds that reading the log into the memory took; `None` where an earlier call had done it.
    pub build_s: Option<f64>,
    /// Bytes of the memory's file; `None` for one in memory.
    pub bytes: Option<u64>,
    /// Milliseconds of every recall.
    pub recall_ms: Vec<f64>,
    /// The same where every message has a vector; `None` for a memory without a file.
    pub fused: Option<Fused>,
}

/// Writes a diary, reads it into a memory (in `folder`, where one is given), and asks everything. What an earlier call of the same
/// seed and size left in `folder` is asked again, and not written anew.
pub fn run(seed: u64, size: Size, folder: Option<&Path>) -> Result<Report, Problem> {
    let diary = diary::write(seed, size);
    let character = CharacterId("koto".to_owned());
    let messages = 2 * diary.turns.len() + 1;
    let folder = folder.map(|folder| folder.join(format!("diary-{seed}-{messages}")));
    let file = folder.as_ref().map(|folder| folder.join("memory.sqlite"));
    let log = match &folder {
        Some(folder) => kept(folder, &diary, &character)?,
        None => written(&diary, &character)?,
    };
    let memory = match &file {
        Some(file) => Memory::open(file)?,
        None => Memory::in_memory()?,
    };
    let (conversation, first, parent) = ends(&log)?;
    let start = Instant::now();
    let read = memory.sync(&log, || false)?.records;
    let mut report = Report {
        seed,
        messages,
        facts: 0,
        recalled: 0,
        corrected: 0,
        put_right: 0,
        own: 0,
        own_recalled: 0,
        leaks: 0,
        missed: [0; 3],
        build_s: (read > 0).then(|| start.elapsed().as_secs_f64()),
        bytes: file.as_ref().and_then(|file| std::fs::metadata(file).ok()).map(|found| found.len()),
        recall_ms: Vec::with_capacity(diary.told.len()),
        fused: None,
    };
    let here = Scope { character, here: Some((conversation, Some(parent))) };
    let before = Scope { here: Some((conversation, Some(first))), ..here.clone() };
    let stranger = Scope { character: CharacterId("haru".to_owned()), here: None };
    let ask_near = |scope: &Scope, question: &str, meaning: Option<&[f32]>| {
        let visible = HashSet::new();
        memory.recall_near(scope, (question, meaning), &visible, Limits::default(), &log)
    };
    let ask = |scope: &Scope, question: &str| ask_near(scope, question, None);
    for told in &diary.told {
        let start = Instant::now();
        let found = ask(&here, &told.question)?;
        report.recall_ms.push(start.elapsed().as_secs_f64() * 1000.0);
        let good = answers(told, &found);
        if told.own {
            report.own += 1;
            report.own_recalled += usize::from(good);
        } else {
            report.facts += 1;
            report.recalled += usize::from(good);
            if told.wrong.is_some() {
                report.corrected += 1;
                report.put_right += usize::from(good);
            }
        }
        if !good {
            let lang = ["en", "zh", "ja"].iter().position(|lang| *lang == told.lang);
            report.missed[lang.unwrap_or_default()] += 1;
        }
        for scope in [&before, &stranger] {
            report.leaks += ask(scope, &told.question)?.len();
        }
    }
    if let Some(file) = &file {
        let ask = |question: &str, meaning: Option<&[f32]>| ask_near(&here, question, meaning);
        report.fused = Some(fused(&memory, file, seed, &diary.told, ask)?);
    }
    Ok(report)
}

/// How quick recall by words and meaning together is.
#[derive(Debug, Clone, Serialize)]
pub struct Fused {
    /// How many messages have a vector: all.
    pub vectors: usize,
    /// Numbers of each.
    pub width: usize,
    /// Seconds until they can be searched after a start.
    pub load_s: f64,
    /// Bytes of the memory's file with them.
    pub bytes: u64,
    /// Milliseconds of every recall, the encoder's own work not counted.
    pub recall_ms: Vec<f64>,
}

/// Numbers of a vector of a small encoder (E5-small, BGE-small).
const WIDTH: usize = 384;

/// Gives every message a vector of noise, and asks everything by words and meaning together.
fn fused(
    memory: &Memory,
    file: &Path,
    seed: u64,
    told: &[Told],
    ask: impl Fn(&str, Option<&[f32]>) -> Result<Vec<Recalled>, crate::Error>,
) -> Result<Fused, Problem> {
    let vectors = noise::fill(memory, WIDTH, seed)?;
    let start = Instant::now();
    memory.belong_to(noise::NOISE)?;
    let load_s = start.elapsed().as_secs_f64();
    let mut recall_ms = Vec::with_capacity(told.len());
    for (number, told) in told.iter().enumerate() {
        let question = noise::question(WIDTH, number as u64);
        let start = Instant::now();
        ask(&told.question, Some(&question))?;
        recall_ms.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    let bytes = std::fs::metadata(file).map_or(0, |file| file.len());
    Ok(Fused { vectors, width: WIDTH, load_s, bytes, recall_ms })
}

/// The diary as a log that lies in a folder and is read from there, as one that people have is.
fn kept(folder: &Path, diary: &Diary, character: &CharacterId) -> Result<EventLog, Problem> {
    let dirs = Dirs::at(folder);
    if !dirs.database().exists() {
        // In memory first: on the disk every message would be flushed by itself.
        written(diary, character)?.copy_to(&dirs)?;
    }
    Ok(EventLog::open(&dirs, Lock::acquire(&dirs)?)?)
}

/// The diary as a log in memory.
fn written(diary: &Diary, character: &CharacterId) -> Result<EventLog, Problem> {
    let log = EventLog::in_memory()?;
    let conversation = log.begin(character, "")?.id;
    let mut parent = append(&log, conversation, None, Role::User, "Hello.")?;
    for (said, answer) in &diary.turns {
        parent = append(&log, conversation, Some(parent), Role::User, said)?;
        parent = append(&log, conversation, Some(parent), Role::Character, answer)?;
    }
    Ok(log)
}

/// The conversation of such a log, its first message and its last.
fn ends(log: &EventLog) -> Result<(ConversationId, MessageId, MessageId), Problem> {
    let first = log.records(0, 2)?.into_iter().find_map(|record| match record.event {
        Event::MessageAdded { id, .. } => Some((record.conversation, id)),
        _ => None,
    });
    let (conversation, first) = first.ok_or_else(|| {
        let message = "the diary that was kept holds no message";
        Problem::new(ProblemKind::Damaged, message, "delete its folder and measure again")
    })?;
    let last = log.conversation(conversation)?.leaf.unwrap_or(first);
    Ok((conversation, first, last))
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
            Item::Scene(scene) => scene.summary.text.clone(),
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
        let folder = tempfile::tempdir().unwrap();
        let report = run(5, size, Some(folder.path())).unwrap();
        assert_eq!((report.facts, report.corrected, report.messages), (60, 20, 1_201));
        let fused = report.fused.as_ref().unwrap();
        assert_eq!((fused.vectors, fused.recall_ms.len()), (1_201, 60 + report.own));
        assert_eq!(report.leaks, 0);
        assert!(report.recalled >= 54 && report.put_right >= 18, "{report:?}");
        assert!(report.own_recalled * 20 >= report.own * 17, "{report:?}");
        // What was kept is asked again, with the same outcome.
        let again = run(5, size, Some(folder.path())).unwrap();
        assert_eq!(
            (again.recalled, again.put_right, again.leaks),
            (report.recalled, report.put_right, 0)
        );
        assert!(report.build_s.is_some() && again.build_s.is_none());
    }
}
