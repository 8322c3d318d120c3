//! A language model that says what it was told to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use domain::{
    Ask, Cancel, FinishReason, Flow, LanguageModel, Millis, ModelInfo, Problem, ProblemKind,
    ReplyEvent, ReplyStats, TokenCounter, TokenSink,
};

use crate::clock::{Gate, VirtualClock, locked};
use crate::worker::Worker;

/// What a model does for one reply.
#[derive(Debug, Clone, Default)]
pub struct Script(Vec<Beat>);

#[derive(Debug, Clone)]
enum Beat {
    Token(String),
    Wait(Millis),
    Gate(Gate),
    Fail(Problem),
    Vanish,
}

impl Script {
    /// Writes a text, word by word.
    pub fn text(text: &str) -> Self {
        Self::default().then(text)
    }

    /// Then writes this, word by word.
    #[must_use]
    pub fn then(mut self, text: &str) -> Self {
        self.0.extend(text.split_inclusive(' ').map(|word| Beat::Token(word.to_owned())));
        self
    }

    /// Then waits on the model's clock.
    #[must_use]
    pub fn wait(mut self, ms: Millis) -> Self {
        self.0.push(Beat::Wait(ms));
        self
    }

    /// Then waits at a gate.
    #[must_use]
    pub fn gate(mut self, gate: &Gate) -> Self {
        self.0.push(Beat::Gate(gate.clone()));
        self
    }

    /// Then fails.
    #[must_use]
    pub fn fail(mut self, problem: Problem) -> Self {
        self.0.push(Beat::Fail(problem));
        self
    }

    /// Then goes away without a word, as a thread that died.
    #[must_use]
    pub fn vanish(mut self) -> Self {
        self.0.push(Beat::Vanish);
        self
    }
}

impl From<&str> for Script {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

type Job = (Ask, Box<dyn TokenSink>, Cancel);

/// A model that follows scripts, one a reply, and remembers what it was asked. A token is a word with the space after it.
pub struct ScriptedModel {
    worker: Worker<Job>,
    asks: Arc<Mutex<Vec<Ask>>>,
    readings: Mutex<Vec<(String, Cancel)>>,
    forgets: bool,
}

impl ScriptedModel {
    /// A model with a script for each reply. One reply more than that fails.
    pub fn new<S: Into<Script>>(scripts: impl IntoIterator<Item = S>) -> Self {
        Self::timed(scripts, VirtualClock::default())
    }

    /// Likewise, with waits on a clock.
    pub fn timed<S: Into<Script>>(
        scripts: impl IntoIterator<Item = S>,
        clock: VirtualClock,
    ) -> Self {
        let mut scripts: VecDeque<Script> = scripts.into_iter().map(Into::into).collect();
        let asks = Arc::new(Mutex::new(Vec::<Ask>::new()));
        let seen = asks.clone();
        let mut cache = String::new();
        let worker =
            Worker::start("fake-llm", move |(ask, mut sink, cancel): Job, closing: &Cancel| {
                locked(&seen).push(ask.clone());
                let script =
                    scripts.pop_front().unwrap_or_else(|| Script::default().fail(at_end()));
                let stopped = || cancel.is_cancelled() || closing.is_cancelled();
                perform(script, &ask, &mut *sink, stopped, &clock, &mut cache);
            });
        Self { worker, asks, readings: Mutex::default(), forgets: false }
    }

    /// Likewise, of a model that keeps nothing of what it reads.
    #[must_use]
    pub fn forgetful(self) -> Self {
        Self { forgets: true, ..self }
    }

    /// What it was to read ahead so far, and whether that was still wanted in the end.
    pub fn readings(&self) -> Vec<(String, bool)> {
        let readings = locked(&self.readings);
        readings.iter().map(|(text, cancel)| (text.clone(), !cancel.is_cancelled())).collect()
    }

    /// What it was asked so far.
    pub fn asks(&self) -> Vec<Ask> {
        locked(&self.asks).clone()
    }
}

fn perform(
    script: Script,
    ask: &Ask,
    sink: &mut dyn TokenSink,
    stopped: impl Fn() -> bool,
    clock: &VirtualClock,
    cache: &mut String,
) {
    let mut stats = ReplyStats {
        prompt_tokens: words(&ask.prompt) as u32,
        reused_tokens: common_words(cache, &ask.prompt) as u32,
        ..ReplyStats::default()
    };
    cache.clone_from(&ask.prompt);
    let started = ReplyEvent::Started {
        prompt_tokens: stats.prompt_tokens,
        reused_tokens: stats.reused_tokens,
        prefill_ms: 0,
    };
    if sink.event(started) == Flow::Stop {
        return;
    }
    let began = clock.now();
    for beat in script.0 {
        let goes_on = match beat {
            Beat::Token(text) => {
                stats.reply_tokens += 1;
                cache.push_str(&text);
                sink.event(ReplyEvent::Text(text)) == Flow::More
            }
            Beat::Wait(ms) => clock.wait_unless(clock.now() + ms, &stopped),
            Beat::Gate(gate) => gate.pass_unless(&stopped),
            Beat::Fail(problem) => {
                sink.event(ReplyEvent::Failed(problem));
                return;
            }
            Beat::Vanish => return,
        };
        if !goes_on || stopped() {
            sink.event(ReplyEvent::Finished(FinishReason::Cancelled, stats));
            return;
        }
    }
    stats.decode_ms = (clock.now() - began) as f32;
    sink.event(ReplyEvent::Finished(FinishReason::Stop, stats));
}

fn at_end() -> Problem {
    Problem::new(ProblemKind::Internal, "the script is at its end", "give the fake one more reply")
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

fn common_words(a: &str, b: &str) -> usize {
    a.split_whitespace().zip(b.split_whitespace()).take_while(|(a, b)| a == b).count()
}

impl TokenCounter for ScriptedModel {
    fn count(&self, text: &str) -> usize {
        words(text)
    }
}

impl LanguageModel for ScriptedModel {
    fn reply(&self, ask: Ask, sink: Box<dyn TokenSink>, cancel: Cancel) {
        self.worker.give((ask, sink, cancel));
    }

    fn read_ahead(&self, beginning: String, cancel: Cancel) {
        locked(&self.readings).push((beginning, cancel));
    }

    fn reads_ahead(&self) -> bool {
        !self.forgets
    }

    fn info(&self) -> ModelInfo {
        ModelInfo {
            name: "scripted".into(),
            architecture: "script".into(),
            context_length: 4096,
            ..ModelInfo::default()
        }
    }
}
