//! How well and how quickly a made-up year is remembered, and what memories in the prompt cost the model's cache.

use std::path::Path;
use std::sync::Arc;

use domain::{
    Character, CharacterId, Lang, Log, Message, ModelInfo, NewMessage, Persona, Problem, Role,
    TokenCounter, TurnId,
};
pub use memory::bench::Meant;
use memory::bench::{How, Report};
use memory::diary::{self, Size, Told, YEAR};
use serde::Serialize;
use store::EventLog;

use crate::app::paths::Paths;
use crate::memory::encoder::{Encoding, Said};
use crate::memory::recall::Remembering;
use crate::terminal::books;

/// Context of the prompts that are compared.
const CONTEXT: u32 = 8_192;
/// Turns whose prompts are compared.
const TURNS: usize = 40;

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub struct MemoryAsked<'a> {
    /// Diaries of a year; what is kept of a prompt is that of the first.
    pub seeds: &'a [u64],
    /// Messages of one more diary; 0 for none. With an encoder it is asked by words alone.
    pub messages: usize,
    /// An encoder (a name or a path) with which the years are asked, too.
    pub encoder: Option<&'a str>,
}

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub struct MemoryBench {
    /// The year, once a seed.
    pub years: Vec<Report>,
    /// The large one, on the disk; `None` where none was asked for.
    pub large: Option<Report>,
    /// With memories in every prompt.
    pub prefix: Kept,
    /// Without memories.
    pub prefix_without: Kept,
    /// Where every second turn has memories.
    pub prefix_alternating: Kept,
    /// What counted the tokens.
    pub counted_with: String,
    /// The encoder.
    pub encoder: Option<String>,
}

/// What is kept from prompt to prompt, over the last turns of a conversation that has long outgrown its context: shares of all bytes.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Kept {
    /// What the prompt before began with.
    pub reuse: f64,
    /// What is read when the person begins to say the next thing: what the prompt before began with, or what is read behind each turn.
    pub ready: f64,
    /// What is known before the last quarter of the question is said: what the prompt of the unfinished question begins with likewise. The
    /// newest message itself, some hundred bytes, counts as known: only what it recalls may differ.
    pub early: f64,
    /// What is read again because the history was cut, which happens once in many turns and costs nearly all of a prompt.
    pub cut: f64,
    /// What is read because it was recalled for this turn, where the history was not cut.
    pub recalled: f64,
    /// What is read because it was said since, likewise.
    pub said: f64,
    /// Of the questions whose answer does not stand in the history anyway, those that are answered by what was recalled into the prompt.
    pub answered: f64,
    /// How many such questions there are.
    pub questions: usize,
}

/// Measures the year of each seed, and a diary of so many messages, whose memory is written into `folder` and asked by words alone and
/// by words and meaning together. With an encoder the years are kept there as well: it reads them for minutes.
pub fn bench_memory(
    paths: &Paths,
    asked: MemoryAsked<'_>,
    folder: &Path,
) -> Result<MemoryBench, Problem> {
    let load = |name: &str| Encoding::load(&paths.encoder(name)?);
    let encoding = asked.encoder.map(load).transpose()?;
    let passages = encoding.as_ref().map(Said);
    let question = |line: &str| encoding.as_ref().and_then(|encoding| encoding.question(line));
    let encoder = encoding.as_ref().zip(passages.as_ref()).map(|(encoding, passages)| {
        memory::bench::Encoder {
            fingerprint: encoding.fingerprint(),
            passages,
            question: &question,
        }
    });
    let folder_of_years = encoder.is_some().then_some(folder);
    let mut years = Vec::new();
    for seed in asked.seeds {
        let how = How { folder: folder_of_years, encoder, noise: false };
        years.push(memory::bench::run(*seed, YEAR, how)?);
    }
    let seed = asked.seeds.first().copied().unwrap_or(1);
    let large = match asked.messages {
        0 => None,
        messages => {
            let size = Size { turns: (messages / 2).max(YEAR.facts * 2), ..YEAR };
            let how = How { folder: Some(folder), encoder: None, noise: encoder.is_none() };
            Some(memory::bench::run(seed, size, how)?)
        }
    };
    let (counter, counted_with) = books::counter(paths, None)?;
    let kept = |with| prefix_reuse(seed, with, &*counter);
    Ok(MemoryBench {
        years,
        large,
        prefix: kept(With::All)?,
        prefix_without: kept(With::None)?,
        prefix_alternating: kept(With::EverySecond)?,
        counted_with,
        encoder: encoding.map(|encoding| encoding.name().to_owned()),
    })
}

/// Which turns have memories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum With {
    None,
    All,
    EverySecond,
}

/// A prompt, and what of it comes and goes.
#[derive(Default)]
struct Made {
    prompt: String,
    /// What was recalled.
    memory: String,
    /// Messages that are not in it any more.
    dropped: usize,
}

/// What is kept over the last turns of a diary that has long outgrown the context.
fn prefix_reuse(seed: u64, with: With, counter: &dyn TokenCounter) -> Result<Kept, Problem> {
    let diary = diary::write(seed, Size { turns: 1_500, facts: 100, corrected: 20 });
    let log = Arc::new(EventLog::in_memory()?);
    let id = CharacterId("koto".to_owned());
    let conversation = log.begin(&id, "")?.id;
    let remembering = Remembering::of(memory::Memory::in_memory()?, Arc::clone(&log));
    let character = Character { name: "Koto".into(), ..Character::default() };
    let persona = Persona::default();
    let info = ModelInfo { context_length: CONTEXT, ..ModelInfo::default() };
    let limits = prompt::Limits { context_tokens: CONTEXT, ..prompt::Limits::default() };
    let (mut parent, mut before) = (None, Made::default());
    let mut sums = Sums::default();
    let first = diary.turns.len() - TURNS;
    for (number, (said, answer)) in diary.turns.iter().enumerate() {
        for (role, text) in [(Role::User, said), (Role::Character, answer)] {
            let message = NewMessage {
                conversation,
                parent,
                role,
                text: text.clone(),
                interrupted: false,
                speaker: None,
            };
            parent = Some(log.append(message)?.id);
            let (Role::User, true, Some(leaf)) = (role, number >= first, parent) else { continue };
            let history = log.path(leaf)?;
            let remembers = with == With::All || with == With::EverySecond && number % 2 == 0;
            if remembers {
                remembering.catch_up();
            }
            // What is asked for is in a question; a diary's small talk alone would recall little.
            let told = &diary.told[number % diary.told.len()];
            let make = |shown: &[Message], question: Option<String>| {
                let mut asked = shown.to_vec();
                if let (Some(last), Some(question)) = (asked.last_mut(), question) {
                    last.text = question;
                }
                let mut scene = prompt::Scene::new(TurnId(0), &character, &persona, shown, &info);
                scene.steady = with != With::None;
                if remembers {
                    scene.memory = remembering.recall(&id, &asked, Lang::En, CONTEXT, counter).text;
                }
                let made = prompt::assemble(&scene, counter, &limits)?;
                let (prompt, dropped) = (made.ask.prompt, made.dropped_messages);
                Ok::<_, Problem>(Made { prompt, memory: scene.memory, dropped })
            };
            let made = make(&history, Some(told.question.clone()))?;
            let behind_the_turn = make(&history[..history.len() - 1], None)?.prompt;
            let still_said = make(&history, Some(unfinished(&told.question)))?.prompt;
            if !before.prompt.is_empty() {
                sums.add(&before, &made, (&behind_the_turn, &still_said));
            }
            if remembers && is_gone(told, made.dropped) {
                sums.questions += 1;
                sums.answered += usize::from(told.is_answered_by(&made.memory));
            }
            before = made;
        }
    }
    Ok(sums.shares())
}

/// Bytes, over all turns.
#[derive(Default)]
struct Sums {
    all: usize,
    same: usize,
    ready: usize,
    early: usize,
    cut: usize,
    recalled: usize,
    questions: usize,
    answered: usize,
}

impl Sums {
    fn add(&mut self, before: &Made, made: &Made, (behind_the_turn, still_said): (&str, &str)) {
        let same = common(&made.prompt, &before.prompt);
        self.all += made.prompt.len();
        self.same += same;
        self.ready += same.max(common(&made.prompt, behind_the_turn));
        self.early += common(&made.prompt, still_said);
        if made.dropped == before.dropped {
            self.recalled += made.memory.len();
        } else {
            self.cut += made.prompt.len() - same;
        }
    }

    fn shares(&self) -> Kept {
        let share = |of: usize| of as f64 / self.all.max(1) as f64;
        Kept {
            reuse: share(self.same),
            ready: share(self.ready),
            early: share(self.early),
            cut: share(self.cut),
            recalled: share(self.recalled),
            said: share(self.all.saturating_sub(self.same + self.cut + self.recalled)),
            answered: self.answered as f64 / self.questions.max(1) as f64,
            questions: self.questions,
        }
    }
}

/// Whether all of it was said before what a prompt still shows, two messages a turn.
fn is_gone(told: &Told, dropped: usize) -> bool {
    told.turns().all(|turn| 2 * turn < dropped)
}

/// Bytes that two texts begin with.
fn common(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
}

/// A text without its last quarter: what a recogniser knows of it shortly before its end.
fn unfinished(text: &str) -> String {
    text.chars().take(text.chars().count() * 3 / 4).collect()
}

#[cfg(test)]
mod tests {
    use testkit::{Script, ScriptedModel};

    use super::*;

    #[test]
    fn what_is_said_and_what_it_recalls_is_all_that_is_left_to_read() {
        let counter = ScriptedModel::new(Vec::<Script>::new());
        let kept = prefix_reuse(1, With::All, &counter).unwrap();
        assert!(kept.reuse > 0.8, "{kept:?}");
        // Behind a turn what was said is read; what is recalled for the next question is not known yet.
        assert!(kept.ready > kept.reuse && kept.ready < kept.early, "{kept:?}");
        // An unfinished question recalls nearly always what the whole one does.
        assert!(kept.early > 0.97, "{kept:?}");
        // What is read again is read for a reason.
        let whole = kept.reuse + kept.cut + kept.recalled + kept.said;
        assert!((whole - 1.0).abs() < 1e-9 && kept.said < 0.05, "{kept:?}");
        assert!(kept.questions > 10 && kept.answered > 0.8, "{kept:?}");
        assert_eq!(unfinished("灯台の名前は？"), "灯台の名前");
        assert_eq!(common("She said", "She sang"), "She sa".len());
    }
}
