//! Measures remembering with a [`diary`](crate::diary): what is recalled, what leaks, how long it takes, how much room it needs.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

use domain::{
    CharacterId, ConversationId, Embedder, Log, MessageId, NewMessage, Problem, ProblemKind, Role,
};
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
    /// What was answered by words alone.
    #[serde(flatten)]
    pub by_words: Answered,
    /// The same by words and meaning together, where an encoder was given.
    pub with_encoder: Option<Meant>,
    /// Seconds that reading the log into the memory took; `None` where an earlier call had done it.
    pub build_s: Option<f64>,
    /// Bytes of the memory's file; `None` for one in memory.
    pub bytes: Option<u64>,
    /// Milliseconds of every recall.
    pub recall_ms: Vec<f64>,
    /// How quick it is where every message has a vector; `None` where nobody asked for noise.
    pub fused: Option<Fused>,
}

/// How the questions of a diary were answered.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Answered {
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
    /// Which ones.
    pub misses: Vec<Miss>,
}

/// A question that was not answered.
#[derive(Debug, Clone, Serialize)]
pub struct Miss {
    /// What was asked.
    pub question: String,
    /// What had been said of it, in its order.
    pub said: Vec<String>,
    /// What was recalled instead.
    pub found: Vec<String>,
}

/// What an encoder adds.
#[derive(Debug, Clone, Serialize)]
pub struct Meant {
    /// What was answered.
    #[serde(flatten)]
    pub answered: Answered,
    /// Seconds that reading what had no vector took, texts that are alike read once.
    pub encode_s: f64,
    /// Milliseconds of every recall, the encoder's own work not counted.
    #[serde(skip)]
    pub recall_ms: Vec<f64>,
}

/// An encoder that reads the diary, as the app uses it.
#[derive(Clone, Copy)]
pub struct Encoder<'a> {
    /// What tells it from any other.
    pub fingerprint: &'a str,
    /// Makes the vectors of what was said.
    pub passages: &'a dyn Embedder,
    /// Makes the vector of a question.
    pub question: &'a dyn Fn(&str) -> Option<Vec<f32>>,
}

/// How a diary is asked.
#[derive(Clone, Copy, Default)]
pub struct How<'a> {
    /// Where log and memory are kept; in memory without one.
    pub folder: Option<&'a Path>,
    /// Asks everything by words and meaning, too.
    pub encoder: Option<Encoder<'a>>,
    /// Measures how quick words and meaning are together with a vector of noise for every message; needs a folder, and no encoder.
    pub noise: bool,
}

/// Writes a diary, reads it into a memory, and asks everything. What an earlier call of the same seed and size left in the folder is
/// asked again, and not written anew.
pub fn run(seed: u64, size: Size, how: How<'_>) -> Result<Report, Problem> {
    let diary = diary::write(seed, size);
    let character = CharacterId("koto".to_owned());
    let messages = 2 * diary.turns.len() + 1;
    let folder = how.folder.map(|folder| folder.join(format!("diary-{seed}-{messages}")));
    let file = folder.as_ref().map(|folder| folder.join("memory.sqlite"));
    let log = match &folder {
        Some(folder) => kept(folder, &diary, &character)?,
        None => written(&diary, &character)?,
    };
    let memory = match &file {
        Some(file) => Memory::open(file)?,
        None => Memory::in_memory()?,
    };
    let start = Instant::now();
    let read = memory.sync(&log, || false)?.records;
    let build_s = (read > 0).then(|| start.elapsed().as_secs_f64());
    let bytes =
        file.as_ref().and_then(|file| std::fs::metadata(file).ok()).map(|found| found.len());
    let asked = Asked::of(&diary, &memory, &log, character)?;
    let (by_words, recall_ms) = asked.everything(&|_| None)?;
    let with_encoder = how.encoder.map(|encoder| asked.meant(encoder)).transpose()?;
    let fused = match &file {
        Some(file) if how.noise && how.encoder.is_none() => {
            let ask =
                |question: &str, meaning: Option<&[f32]>| asked.ask(&asked.here, question, meaning);
            Some(fused(&memory, file, seed, &diary.told, ask)?)
        }
        _ => None,
    };
    Ok(Report { seed, messages, by_words, with_encoder, build_s, bytes, recall_ms, fused })
}

/// A diary that was read, and from where it is asked.
struct Asked<'a> {
    diary: &'a Diary,
    memory: &'a Memory,
    log: &'a EventLog,
    here: Scope,
    /// Where nothing of it happened.
    elsewhere: [Scope; 2],
}

impl<'a> Asked<'a> {
    fn of(
        diary: &'a Diary,
        memory: &'a Memory,
        log: &'a EventLog,
        character: CharacterId,
    ) -> Result<Self, Problem> {
        let (conversation, first, last) = ends(log)?;
        let here = Scope { character, here: Some((conversation, Some(last))) };
        let before = Scope { here: Some((conversation, Some(first))), ..here.clone() };
        let stranger = Scope { character: CharacterId("haru".to_owned()), here: None };
        Ok(Self { diary, memory, log, here, elsewhere: [before, stranger] })
    }

    fn ask(
        &self,
        scope: &Scope,
        question: &str,
        meaning: Option<&[f32]>,
    ) -> Result<Vec<Recalled>, crate::Error> {
        let visible = HashSet::new();
        self.memory.recall_near(scope, (question, meaning), &visible, Limits::default(), self.log)
    }

    /// Asks every question, with its vector where there is one; how it went, and how many milliseconds each took.
    fn everything(
        &self,
        meaning: &dyn Fn(&str) -> Option<Vec<f32>>,
    ) -> Result<(Answered, Vec<f64>), Problem> {
        let mut all = Answered::default();
        let mut recall_ms = Vec::with_capacity(self.diary.told.len());
        for told in &self.diary.told {
            let meaning = meaning(&told.question);
            let start = Instant::now();
            let found = self.ask(&self.here, &told.question, meaning.as_deref())?;
            recall_ms.push(start.elapsed().as_secs_f64() * 1000.0);
            let found = lines(&found);
            let good = told.is_answered_by(&found.join("\n"));
            if told.own {
                all.own += 1;
                all.own_recalled += usize::from(good);
            } else {
                all.facts += 1;
                all.recalled += usize::from(good);
                if told.wrong.is_some() {
                    all.corrected += 1;
                    all.put_right += usize::from(good);
                }
            }
            if !good {
                let lang = ["en", "zh", "ja"].iter().position(|lang| *lang == told.lang);
                all.missed[lang.unwrap_or_default()] += 1;
                let said = told.turns().map(|turn| self.diary.turns[turn].0.clone()).collect();
                all.misses.push(Miss { question: told.question.clone(), said, found });
            }
            for scope in &self.elsewhere {
                all.leaks += self.ask(scope, &told.question, meaning.as_deref())?.len();
            }
        }
        Ok((all, recall_ms))
    }

    /// Lets an encoder read what it has not read, and asks everything by words and meaning.
    fn meant(&self, encoder: Encoder<'_>) -> Result<Meant, Problem> {
        let once = Once { encoder: encoder.passages, known: Mutex::default() };
        let start = Instant::now();
        self.memory.read_meaning(encoder.fingerprint, &once, self.log, || false)?;
        let encode_s = start.elapsed().as_secs_f64();
        let (answered, recall_ms) = self.everything(encoder.question)?;
        Ok(Meant { answered, encode_s, recall_ms })
    }
}

/// An encoder that reads each text once: a made-up character answers with the same few sentences all year.
struct Once<'a> {
    encoder: &'a dyn Embedder,
    known: Mutex<HashMap<String, Vec<f32>>>,
}

impl Embedder for Once<'_> {
    fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, Problem> {
        let mut known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut new: Vec<String> = Vec::new();
        for text in texts {
            if !known.contains_key(text) && !new.contains(text) {
                new.push(text.clone());
            }
        }
        let made = self.encoder.embed(&new)?;
        known.extend(new.into_iter().zip(made));
        Ok(texts.iter().filter_map(|text| known.get(text).cloned()).collect())
    }
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

/// What was recalled, in its order.
fn lines(found: &[Recalled]) -> Vec<String> {
    found
        .iter()
        .map(|one| match &one.item {
            Item::Fact(fact) => format!("{}: {} ({})", fact.attribute.0, fact.value, fact.clause),
            Item::Quote { text, .. } => text.clone(),
            Item::Scene(scene) => scene.summary.text.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_diary_is_remembered_and_nothing_leaks() {
        let size = Size { turns: 600, facts: 60, corrected: 20 };
        let folder = tempfile::tempdir().unwrap();
        let how = How { folder: Some(folder.path()), noise: true, ..How::default() };
        let report = run(5, size, how).unwrap();
        let words = &report.by_words;
        assert_eq!((words.facts, words.corrected, report.messages), (60, 20, 1_201));
        let fused = report.fused.as_ref().unwrap();
        assert_eq!((fused.vectors, fused.recall_ms.len()), (1_201, 60 + words.own));
        assert_eq!(words.leaks, 0);
        assert!(words.recalled >= 54 && words.put_right >= 18, "{words:?}");
        assert!(words.own_recalled * 20 >= words.own * 17, "{words:?}");
        let missed: usize = words.missed.iter().sum();
        assert_eq!(words.misses.len(), missed);
        assert_eq!(missed + words.recalled + words.own_recalled, words.facts + words.own);
        // What was kept is asked again, with the same outcome.
        let again = run(5, size, how).unwrap();
        assert_eq!(
            (again.by_words.recalled, again.by_words.put_right, again.by_words.leaks),
            (words.recalled, words.put_right, 0)
        );
        assert!(report.build_s.is_some() && again.build_s.is_none());
    }

    /// Knows nothing but which of some letters a text holds: enough to be told from no encoder at all.
    struct Letters;

    impl Embedder for Letters {
        fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, Problem> {
            let holds = |text: &str, letter: char| if text.contains(letter) { 1.0 } else { -1.0 };
            let vector = |text: &String| "aeioukst的は".chars().map(|c| holds(text, c)).collect();
            Ok(texts.iter().map(vector).collect())
        }
    }

    #[test]
    fn an_encoder_reads_each_text_once_and_everything_is_asked_with_it_too() {
        let size = Size { turns: 300, facts: 30, corrected: 6 };
        let question = |text: &str| Letters.embed(&[text.to_owned()]).ok()?.pop();
        let encoder = Encoder { fingerprint: "letters", passages: &Letters, question: &question };
        let how = How { encoder: Some(encoder), ..How::default() };
        let report = run(5, size, how).unwrap();
        let meant = report.with_encoder.as_ref().unwrap();
        assert_eq!(meant.answered.facts, 30);
        assert_eq!(meant.recall_ms.len(), 30 + meant.answered.own);
        assert_eq!(meant.answered.leaks, 0, "by their meaning neither");
        let once = Once { encoder: &Letters, known: Mutex::default() };
        let texts = ["tea".to_owned(), "milk".to_owned(), "tea".to_owned()];
        let made = once.embed(&texts).unwrap();
        assert_eq!((made.len(), &made[0]), (3, &made[2]));
        assert_eq!(once.known.lock().unwrap().len(), 2);
    }
}
