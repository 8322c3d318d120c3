//! From probabilities to utterances: when speech begins, when it is meant, when it is over.
//!
//! A pure function of the samples: no clock, no thread. The recording starts a little before the first sure frame
//! (*pre-roll*), because the first consonant is quiet; it ends after `endpoint_ms` of silence (*hangover*).

use domain::{Problem, ProblemKind, SpeechDetector, Utterance, VadEvent};

use crate::silero::{FRAME, Silero};

/// Milliseconds of one frame.
const FRAME_MS: u32 = (FRAME * 1000 / Utterance::RATE as usize) as u32;

/// Silence after which what was not long enough to be meant is over.
const COUGH_MS: u32 = 200;

/// How to tell speech from its surroundings. Times are rounded up to frames of 32 ms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DetectorOptions {
    /// Probability from which a frame is speech.
    pub onset: f32,
    /// Probability below which a frame is silence again.
    pub offset: f32,
    /// Speech this long is a beginning.
    pub onset_ms: u32,
    /// Speech this long is no cough: its end is told with what was said.
    pub meant_ms: u32,
    /// Speech this long is certain.
    pub confirm_ms: u32,
    /// Silence this long is the end.
    pub endpoint_ms: u32,
    /// Sound before the beginning that belongs to the utterance.
    pub pre_roll_ms: u32,
    /// Utterances are ended here even while somebody still speaks.
    pub longest_ms: u32,
}

impl Default for DetectorOptions {
    fn default() -> Self {
        Self {
            onset: 0.5,
            offset: 0.35,
            onset_ms: 64,
            meant_ms: 300,
            confirm_ms: 300,
            endpoint_ms: 200,
            pre_roll_ms: 300,
            longest_ms: 10 * 60 * 1000,
        }
    }
}

impl DetectorOptions {
    /// Refuses what would never begin or never end.
    fn check(&self) -> Result<(), Problem> {
        let sane = (0.01..=0.99).contains(&self.onset)
            && (0.0..=self.onset).contains(&self.offset)
            && (32..=5_000).contains(&self.endpoint_ms)
            && self.onset_ms <= self.meant_ms
            && self.meant_ms <= self.confirm_ms
            && self.confirm_ms <= 5_000
            && self.pre_roll_ms <= 2_000
            && (5_000..=60 * 60 * 1000).contains(&self.longest_ms);
        if sane {
            return Ok(());
        }
        Err(Problem::new(
            ProblemKind::Invalid,
            format!("the settings of the speech detector make no sense ({self:?})"),
            "remove them from the settings to get the defaults",
        ))
    }
}

fn frames(ms: u32) -> u32 {
    ms.div_ceil(FRAME_MS)
}

/// Speech that is going on.
#[derive(Debug, Clone, Default)]
struct Running {
    /// Frames that were speech.
    voiced: u32,
    /// Frames of silence since the last of them.
    silent: u32,
    /// Milliseconds of silence that end it, where not those of the options.
    patience: Option<u32>,
    /// `Started` was said.
    started: bool,
    /// It was long enough to be meant.
    meant: bool,
    /// `Confirmed` was said.
    confirmed: bool,
}

impl Running {
    /// Milliseconds of silence that end it. A cough is over soon.
    fn patience(&self, options: &DetectorOptions) -> u32 {
        let patience = self.patience.unwrap_or(options.endpoint_ms);
        if self.meant { patience } else { patience.min(COUGH_MS) }
    }
}

/// Finds speech in a stream with Silero VAD.
#[derive(Debug, Clone)]
pub struct Detector {
    options: DetectorOptions,
    silero: Silero,
    /// Samples that do not fill a frame yet: to decide by, and to keep.
    rest: [Vec<f32>; 2],
    /// The pre-roll while nobody speaks; the whole utterance while somebody does.
    sound: Vec<f32>,
    running: Option<Running>,
    probability: f32,
}

impl Detector {
    /// A detector that has heard nothing yet. Fails where the options make no sense.
    pub fn new(options: DetectorOptions) -> Result<Self, Problem> {
        options.check()?;
        Ok(Self {
            options,
            silero: Silero::new(),
            rest: [0; 2].map(|_| Vec::with_capacity(FRAME)),
            sound: Vec::new(),
            running: None,
            probability: 0.0,
        })
    }

    /// From how much speech on it begins. Takes effect with the next frame.
    pub fn begin_after(&mut self, ms: u32) {
        self.options.onset_ms = ms.clamp(FRAME_MS, self.options.meant_ms);
    }

    /// From how much speech on it is certain: less while nobody is interrupted, more while the character speaks. Takes
    /// effect with the next frame.
    pub fn confirm_after(&mut self, ms: u32) {
        self.options.confirm_ms = ms.clamp(self.options.meant_ms, 5_000);
    }

    /// The utterance that is going on ends after this much silence.
    pub fn end_after(&mut self, ms: u32) {
        if let Some(running) = &mut self.running {
            running.patience = Some(ms.clamp(FRAME_MS, 5_000));
        }
    }

    /// Speech in the utterance so far.
    pub fn voiced_ms(&self) -> u32 {
        self.running.as_ref().map_or(0, |running| running.voiced * FRAME_MS)
    }

    /// Silence since its last speech.
    pub fn silence_ms(&self) -> u32 {
        self.running.as_ref().map_or(0, |running| running.silent * FRAME_MS)
    }

    /// Probability of speech in the last frame, for meters.
    pub fn probability(&self) -> f32 {
        self.probability
    }

    /// The utterance so far while somebody speaks, pre-roll included; empty otherwise.
    pub fn so_far(&self) -> &[f32] {
        if self.running.as_ref().is_some_and(|running| running.started) { &self.sound } else { &[] }
    }

    /// As [`SpeechDetector::push`], where what is decided by is not what is kept: of the same moment, and as long.
    pub fn push_both(&mut self, by: &[f32], sound: &[f32]) -> Vec<VadEvent> {
        let mut events = Vec::new();
        let (mut by, mut sound) = (by, sound);
        loop {
            let room = FRAME - self.rest[0].len();
            let count = by.len().min(sound.len()).min(room);
            for (rest, samples) in self.rest.iter_mut().zip([&mut by, &mut sound]) {
                let (now, later) = samples.split_at(count);
                rest.extend(
                    now.iter().map(|s| if s.is_finite() { s.clamp(-1.0, 1.0) } else { 0.0 }),
                );
                *samples = later;
            }
            let Ok(frame) = <[f32; FRAME]>::try_from(self.rest[0].as_slice()) else { break };
            self.sound.append(&mut self.rest[1]);
            self.rest[0].clear();
            self.frame(&frame, &mut events);
        }
        events
    }

    /// Decides by a frame; its sound is kept already.
    fn frame(&mut self, frame: &[f32; FRAME], events: &mut Vec<VadEvent>) {
        self.probability = self.silero.probability(frame);
        let options = self.options;
        let Some(running) = &mut self.running else {
            // One frame more than the pre-roll: the one that was just added.
            self.keep_last(options.pre_roll_ms, 1);
            if self.probability >= options.onset {
                self.running = Some(Running::default());
                self.voiced(events);
            }
            return;
        };
        // Between the two thresholds it stays what it was.
        let speech = self.probability >= options.onset
            || (self.probability >= options.offset && running.silent == 0);
        if speech {
            self.voiced(events);
            return;
        }
        running.silent += 1;
        if !running.started {
            // Single frames are clicks.
            self.running = None;
        } else if running.silent >= frames(running.patience(&options)) {
            events.push(self.end());
        }
    }

    fn voiced(&mut self, events: &mut Vec<VadEvent>) {
        let options = self.options;
        let Some(running) = &mut self.running else { return };
        running.voiced += 1;
        running.silent = 0;
        if !running.started && running.voiced >= frames(options.onset_ms) {
            running.started = true;
            events.push(VadEvent::Started);
        }
        running.meant |= running.voiced >= frames(options.meant_ms);
        if !running.confirmed && running.voiced >= frames(options.confirm_ms) {
            running.confirmed = true;
            events.push(VadEvent::Confirmed);
        }
        let longest = options.longest_ms as usize * Utterance::RATE as usize / 1000;
        if self.sound.len() >= longest {
            events.push(self.end());
        }
    }

    /// Ends what is going on: meant speech becomes an utterance, a cough fades.
    fn end(&mut self) -> VadEvent {
        let meant = self.running.take().is_some_and(|running| running.meant);
        let sound = std::mem::take(&mut self.sound);
        if meant {
            VadEvent::Ended(Utterance { pcm: sound.into() })
        } else {
            self.sound = sound;
            VadEvent::Faded
        }
    }

    fn keep_last(&mut self, ms: u32, frames: usize) {
        let keep = ms as usize * Utterance::RATE as usize / 1000 + frames * FRAME;
        self.sound.drain(..self.sound.len().saturating_sub(keep));
    }
}

impl SpeechDetector for Detector {
    fn push(&mut self, samples: &[f32]) -> Vec<VadEvent> {
        self.push_both(samples, samples)
    }

    fn finish(&mut self) -> Option<VadEvent> {
        self.sound.append(&mut self.rest[1]);
        let started = self.running.as_ref().is_some_and(|running| running.started);
        let event = started.then(|| self.end());
        self.reset();
        event
    }

    fn reset(&mut self) {
        self.silero.reset();
        self.rest.iter_mut().for_each(Vec::clear);
        self.sound.clear();
        self.running = None;
        self.probability = 0.0;
    }
}
