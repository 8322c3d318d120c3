//! How well and how quickly a made-up year is remembered, and what memories in the prompt cost the model's cache.

use std::path::Path;
use std::sync::Arc;

use domain::{
    Character, CharacterId, Lang, Log, Message, ModelInfo, NewMessage, Persona, Problem, Role,
    TokenCounter, TurnId,
};
use memory::bench::Report;
use memory::diary::{self, Size, YEAR};
use serde::Serialize;
use store::EventLog;

use super::books;
use crate::places::Places;
use crate::remembering::Remembering;

/// Context of the prompts that are compared.
const CONTEXT: u32 = 8_192;
/// Turns whose prompts are compared.
const TURNS: usize = 40;

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub struct MemoryBench {
    /// The year, once a seed.
    pub years: Vec<Report>,
    /// The large one, on the disk; `None` where none was asked for.
    pub large: Option<Report>,
    /// Share of each prompt that the prompt before began with, memories in both.
    pub prefix_reuse: f64,
    /// The same without memories.
    pub prefix_reuse_without: f64,
    /// The same where every second turn has memories.
    pub prefix_reuse_alternating: f64,
    /// Share of each prompt with memories that is read when the person begins to say the next thing: what the prompt before began with, or
    /// what is read behind each turn.
    pub prefix_ready: f64,
    /// Share of each prompt with memories that is known before the last quarter of the question is said: what that of the unfinished
    /// question begins with likewise. The newest message itself, some hundred bytes, counts as known: only what it recalls may differ.
    pub read_early: f64,
    /// What counted the tokens.
    pub counted_with: String,
}

/// Measures the year of each seed, and a diary of `large` messages (0 for none), whose memory is written into `folder` and asked by
/// words alone and by words and meaning together.
pub fn bench_memory(
    places: &Places,
    seeds: &[u64],
    large: usize,
    folder: &Path,
) -> Result<MemoryBench, Problem> {
    let mut years = Vec::new();
    for seed in seeds {
        years.push(memory::bench::run(*seed, YEAR, None)?);
    }
    let seed = seeds.first().copied().unwrap_or(1);
    let large = match large {
        0 => None,
        messages => {
            let size = Size { turns: (messages / 2).max(YEAR.facts * 2), ..YEAR };
            Some(memory::bench::run(seed, size, Some(folder))?)
        }
    };
    let (counter, counted_with) = books::counter(places, None)?;
    let reuse = |with| prefix_reuse(seed, with, &*counter);
    let [prefix_reuse, prefix_ready, read_early] = reuse(With::All)?;
    let ([prefix_reuse_without, ..], [prefix_reuse_alternating, ..]) =
        (reuse(With::None)?, reuse(With::EverySecond)?);
    Ok(MemoryBench {
        years,
        large,
        prefix_reuse,
        prefix_reuse_without,
        prefix_reuse_alternating,
        prefix_ready,
        read_early,
        counted_with,
    })
}

/// Which turns have memories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum With {
    None,
    All,
    EverySecond,
}

/// Over the last turns of a conversation that has long outgrown the context: how much of each prompt the one before began with; that, or what
/// is read behind a turn (what was said so far); and that of the same message without its last quarter.
fn prefix_reuse(seed: u64, with: With, counter: &dyn TokenCounter) -> Result<[f64; 3], Problem> {
    let diary = diary::write(seed, Size { turns: 1_500, facts: 100, corrected: 20 });
    let log = Arc::new(EventLog::in_memory()?);
    let id = CharacterId("koto".to_owned());
    let conversation = log.begin(&id, "")?.id;
    let remembering = Remembering::of(memory::Memory::in_memory()?, Arc::clone(&log));
    let character = Character { name: "Koto".into(), ..Character::default() };
    let persona = Persona::default();
    let info = ModelInfo { context_length: CONTEXT, ..ModelInfo::default() };
    let limits = prompt::Limits { context_tokens: CONTEXT, ..prompt::Limits::default() };
    let (mut parent, mut before) = (None, String::new());
    let (mut same, mut ready, mut early, mut all) = (0, 0, 0, 0);
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
            let question = &diary.told[number % diary.told.len()].question;
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
                Ok::<_, Problem>(prompt::assemble(&scene, counter, &limits)?.ask.prompt)
            };
            let prompt = make(&history, Some(question.clone()))?;
            let behind_the_turn = make(&history[..history.len() - 1], None)?;
            let still_said = make(&history, Some(unfinished(question)))?;
            if !before.is_empty() {
                same += common(&prompt, &before);
                ready += common(&prompt, &before).max(common(&prompt, &behind_the_turn));
                early += common(&prompt, &still_said);
                all += prompt.len();
            }
            before = prompt;
        }
    }
    let share = |of: usize| of as f64 / all.max(1) as f64;
    Ok([same, ready, early].map(share))
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
        let [same, ready, early] = prefix_reuse(1, With::All, &counter).unwrap();
        assert!(same > 0.8, "{same}");
        // Behind a turn what was said is read; what is recalled for the next question is not known yet.
        assert!(ready > same && ready < early, "{same} {ready} {early}");
        // An unfinished question recalls nearly always what the whole one does.
        assert!(early > 0.97, "{early}");
        assert_eq!(unfinished("灯台の名前は？"), "灯台の名前");
        assert_eq!(common("She said", "She sang"), "She sa".len());
    }
}
