//! The ears and the rule of interruption, run over samples instead of a microphone: the same listener, the same recogniser,
//! the same `dialogue::step` as in the app.

use std::ops::Range;

use asr::{Listener, ListenerOptions, Sign};
use audio::Frame;
use dialogue::{Effect, Event, Phase, Stage, step};
use domain::{Millis, Problem, Transcript, VadEvent};

use super::material::Material;
use super::words::words;

/// What happened, at which sample.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Happening {
    /// The voice was lowered.
    Lowered(usize),
    /// The reply was cut.
    Cut(usize),
    /// A turn of the person's began.
    Turn(usize, String),
}

/// Somebody listens.
pub(super) struct Rule<'a> {
    material: &'a Material,
    listener: Listener,
    stage: Stage,
    /// The character speaks all the time: a reply that was cut is followed by another.
    talks: bool,
    at: usize,
    pub(super) happened: Vec<Happening>,
}

impl<'a> Rule<'a> {
    /// Listens to somebody who `talks` all the time, or to nobody.
    pub(super) fn new(material: &'a Material, talks: bool) -> Result<Self, Problem> {
        let stage = Stage { model: true, ears: true, mic: true, ..Stage::default() };
        let mut listener = Listener::new(ListenerOptions::default())?;
        listener.over_reply(talks);
        let mut rule = Self { material, listener, stage, talks, at: 0, happened: Vec::new() };
        rule.talk_on();
        Ok(rule)
    }

    /// Hears more.
    pub(super) fn hear(&mut self, sound: Frame<'_>) -> Result<(), Problem> {
        let frames = sound.clean.chunks(asr::FRAME).zip(sound.speech.chunks(asr::FRAME));
        for (clean, speech) in frames {
            self.at += clean.len();
            let mut signs = self.listener.hear(clean, speech, sound.near);
            while !signs.is_empty() {
                let mut more = Vec::new();
                for sign in signs {
                    more.append(&mut self.take(sign)?);
                }
                signs = more;
            }
        }
        Ok(())
    }

    /// Words of the turns that began within these samples.
    pub(super) fn turns(&self, during: &Range<usize>) -> Vec<String> {
        let texts = self.happened.iter().filter_map(|what| match what {
            Happening::Turn(at, text) if during.contains(at) => Some(text),
            _ => None,
        });
        texts.flat_map(|text| words(text)).collect()
    }

    /// How loud she is at the moment.
    pub(super) fn loudness(&self) -> f32 {
        match &self.stage.phase {
            Phase::Replying { over: None, .. } => 1.0,
            Phase::Replying { .. } => audio::DUCKED,
            _ => 0.0,
        }
    }

    fn take(&mut self, sign: Sign) -> Result<Vec<Sign>, Problem> {
        let event = match sign {
            Sign::Started => Event::speech(VadEvent::Started),
            Sign::Confirmed => Event::speech(VadEvent::Confirmed),
            Sign::Faded => Event::speech(VadEvent::Faded),
            Sign::Ended { speech, silence_ms, why } => Event::Speech {
                event: VadEvent::Ended(speech),
                silence_ms: Millis::from(silence_ms),
                why: Some(why),
            },
            Sign::Understood(partial) => Event::Understood(partial),
            Sign::Ask(question) => {
                let transcript =
                    self.material.ears.hear(question.speech, &domain::Cancel::new())?;
                return Ok(self.listener.understood(question.id, &transcript));
            }
            Sign::Paused(_) | Sign::Resumed => return Ok(Vec::new()),
        };
        self.step(event)?;
        Ok(Vec::new())
    }

    fn step(&mut self, event: Event) -> Result<(), Problem> {
        let cause = match &event {
            Event::Understood(partial) => partial.text(),
            _ => String::new(),
        };
        let (stage, effects) = step(std::mem::take(&mut self.stage), event);
        self.stage = stage;
        for effect in effects {
            match effect {
                Effect::Duck(true) => self.happened.push(Happening::Lowered(self.at)),
                Effect::Cut(_) => {
                    tracing::trace!(at_s = self.at as f64 / 16_000.0, ?cause, "cut");
                    self.happened.push(Happening::Cut(self.at));
                }
                Effect::Heard(text) => self.happened.push(Happening::Turn(self.at, text)),
                Effect::Transcribe { turn, speech } => {
                    let text = self.material.hear(&speech.pcm)?;
                    let result = Ok(Transcript { text, ..Transcript::default() });
                    self.step(Event::Transcribed { turn, result })?;
                }
                _ => {}
            }
        }
        if matches!(self.stage.phase, Phase::Idle) {
            self.talk_on();
        }
        if !self.talks && self.stage.turn().is_some() {
            // Nobody answers.
            self.stage.phase = Phase::Idle;
        }
        Ok(())
    }

    fn talk_on(&mut self) {
        if self.talks {
            let (stage, _) = step(std::mem::take(&mut self.stage), Event::say("go on"));
            self.stage = stage;
        }
    }
}
