//! A voice that hums.

use std::f32::consts::TAU;
use std::sync::{Arc, Mutex};

use domain::{
    Cancel, Flow, Line, Millis, MouthShape, Problem, ProblemKind, SpeechSink, SpokenPart, Viseme,
    Voice,
};

use crate::clock::locked;
use crate::worker::Worker;

const RATE: u32 = 16_000;
/// Length of a part.
const PART_MS: Millis = 100;

type Job = (Line, Box<dyn SpeechSink>, Cancel);

/// Hums each line: so many milliseconds a character of speech, in parts of 100 ms, the mouth opening and closing with each.
pub struct ToneVoice {
    worker: Worker<Job>,
    asked: Arc<Mutex<Vec<Line>>>,
}

impl ToneVoice {
    /// A voice at a certain pace.
    pub fn new(ms_per_char: Millis) -> Self {
        Self::failing(ms_per_char, None)
    }

    /// A voice that cannot speak lines in which a text occurs.
    pub fn failing(ms_per_char: Millis, on: Option<&'static str>) -> Self {
        let asked = Arc::new(Mutex::new(vec![]));
        let lines = asked.clone();
        let worker =
            Worker::start("fake-voice", move |(line, mut sink, cancel): Job, _: &Cancel| {
                locked(&lines).push(line.clone());
                if on.is_some_and(|on| line.speech.contains(on)) {
                    let problem = Problem::new(
                        ProblemKind::Internal,
                        "the tone broke",
                        "choose another voice",
                    );
                    sink.failed(line.id, problem);
                } else {
                    hum(&line, ms_per_char, &mut *sink, &cancel);
                }
            });
        Self { worker, asked }
    }

    /// The lines that it began to speak.
    pub fn lines(&self) -> Vec<Line> {
        locked(&self.asked).clone()
    }
}

fn hum(line: &Line, ms_per_char: Millis, sink: &mut dyn SpeechSink, cancel: &Cancel) {
    let length = line.speech.chars().count() as Millis * ms_per_char;
    let parts = length.div_ceil(PART_MS).max(1);
    for part in 0..parts {
        let start = part * PART_MS;
        let samples = (length.min(start + PART_MS) - start) * Millis::from(RATE) / 1000;
        let tone = |i: u64| 0.3 * (TAU * 220.0 * i as f32 / RATE as f32).sin();
        let shape = if part % 2 == 0 { MouthShape::A } else { MouthShape::Closed };
        let visemes = if samples == 0 {
            vec![]
        } else {
            vec![Viseme { at_ms: start as u32, shape, weight: 1.0 }]
        };
        let part = SpokenPart {
            line: line.id,
            pcm: (0..samples).map(tone).collect(),
            rate: RATE,
            visemes,
            last: part + 1 == parts,
        };
        if cancel.is_cancelled() || sink.part(part) == Flow::Stop {
            return;
        }
    }
}

impl Voice for ToneVoice {
    fn speak(&self, line: Line, sink: Box<dyn SpeechSink>, cancel: Cancel) {
        self.worker.give((line, sink, cancel));
    }
}
