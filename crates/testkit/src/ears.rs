//! Ears that hear what they were told to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use domain::{
    Cancel, Problem, SpeechDetector, Transcriber, Transcript, TranscriptSink, Utterance, VadEvent,
};

use crate::builders::transcript;
use crate::clock::{Gate, locked};
use crate::worker::Worker;

type Job = (Utterance, TranscriptSink, Cancel);

/// A recogniser that gives scripted transcripts in turn, then empty ones.
pub struct ScriptedEars {
    worker: Worker<Job>,
    heard: Arc<Mutex<Vec<Utterance>>>,
}

impl ScriptedEars {
    /// Understands these texts, one an utterance.
    pub fn new(texts: &[&str]) -> Self {
        Self::results(texts.iter().map(|text| Ok(transcript(text))), None)
    }

    /// Likewise, but waits at a gate before each answer.
    pub fn gated(texts: &[&str], gate: &Gate) -> Self {
        Self::results(texts.iter().map(|text| Ok(transcript(text))), Some(gate.clone()))
    }

    /// Gives these results.
    pub fn results(
        results: impl IntoIterator<Item = Result<Transcript, Problem>>,
        gate: Option<Gate>,
    ) -> Self {
        let mut results: VecDeque<_> = results.into_iter().collect();
        let heard = Arc::new(Mutex::new(vec![]));
        let all = heard.clone();
        let worker =
            Worker::start("fake-ears", move |(speech, answer, cancel): Job, closing: &Cancel| {
                locked(&all).push(speech);
                let stopped = || cancel.is_cancelled() || closing.is_cancelled();
                let result = results.pop_front().unwrap_or_else(|| Ok(Transcript::default()));
                if gate.as_ref().is_none_or(|gate| gate.pass_unless(stopped)) {
                    answer(result);
                }
            });
        Self { worker, heard }
    }

    /// What it was given to hear.
    pub fn heard(&self) -> Vec<Utterance> {
        locked(&self.heard).clone()
    }
}

impl Transcriber for ScriptedEars {
    fn transcribe(&self, speech: Utterance, sink: TranscriptSink, cancel: Cancel) {
        self.worker.give((speech, sink, cancel));
    }
}

/// A voice activity detector that finds scripted events, one list a push, then nothing.
#[derive(Debug, Default)]
pub struct ScriptedDetector {
    events: VecDeque<Vec<VadEvent>>,
    /// How many samples it was given.
    pub samples: usize,
}

impl ScriptedDetector {
    /// Finds these.
    pub fn new(events: impl IntoIterator<Item = Vec<VadEvent>>) -> Self {
        Self { events: events.into_iter().collect(), samples: 0 }
    }
}

impl SpeechDetector for ScriptedDetector {
    fn push(&mut self, samples: &[f32]) -> Vec<VadEvent> {
        self.samples += samples.len();
        self.events.pop_front().unwrap_or_default()
    }

    fn finish(&mut self) -> Option<VadEvent> {
        self.events.drain(..).flatten().find(|event| matches!(event, VadEvent::Ended(_)))
    }

    fn reset(&mut self) {
        self.events.clear();
    }
}
