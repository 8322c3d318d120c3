//! Takes what the speakers play out of what the microphone hears, and steady noise with it.
//!
//! The work is WebRTC's ([`crate::canceller`]; decisions 0105 and 0204). Ours is the timing ([`crate::align`] brings what was
//! played onto the microphone's clock first) and a gate behind it ([`crate::residual`]), because words are recognised in what
//! would not disturb a person.

use domain::{Problem, Utterance};

use crate::align::{Aligner, BLOCK};
use crate::canceller::Canceller;
use crate::clock::{Clock, Mark};
use crate::gain::Gain;
use crate::near_end::NearEnd;
use crate::residual::Residual;

/// Blocks of 10 ms in which her voice may still arrive after its end: what waits in buffers, and the room.
const TRAILING: u32 = 100;

/// Softer samples than this are not heard again (−80 dB).
const SILENT: f32 = 1e-4;

/// How much of steady noise (fans, hum, hiss) is taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Denoise {
    /// Nothing.
    Off,
    /// About 6 dB.
    #[default]
    Low,
    /// About 12 dB.
    Moderate,
    /// About 18 dB.
    High,
}

/// What is heard at one moment, cleaned in two ways; both are as long.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// With as little of an echo as can be, whatever that does to a voice over it: to tell whether somebody speaks.
    pub clean: &'a [f32],
    /// With as much of a voice as can be, and a little of the echo: to tell what was said.
    pub speech: &'a [f32],
    /// Somebody near the microphone spoke in it: what is heard is more than is left of what is played. `None`: not known, as the room is
    /// not.
    pub near: Option<bool>,
}

impl<'a> Frame<'a> {
    /// A sound that nothing was played over.
    pub fn plain(sound: &'a [f32]) -> Self {
        Self { clean: sound, speech: sound, near: None }
    }
}

/// Cleans one stream of samples (mono, 16 kHz). Knows no device and no clock: it can be run over recordings, faster than
/// real time. Delays by less than 10 ms where the samples come in other portions than 10 ms.
pub struct EchoCanceller {
    canceller: Canceller,
    aligner: Aligner,
    residual: Residual,
    gain: Gain,
    near_end: NearEnd,
    /// Somebody near spoke since this was asked last.
    near: bool,
    /// The room is known, or there is nothing to know.
    known: bool,
    /// Blocks in which something that was played may still arrive.
    sounds: u32,
    /// Blocks in which her voice may still arrive; `None`: nobody has told, so it always may.
    voice: Option<u32>,
    speakers: Clock,
    microphone: Clock,
    /// Heard, less than a block.
    waiting: Vec<f32>,
}

impl std::fmt::Debug for EchoCanceller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EchoCanceller").field("aligner", &self.aligner).finish_non_exhaustive()
    }
}

impl EchoCanceller {
    /// A canceller that has heard nothing yet.
    pub fn new(denoise: Denoise) -> Result<Self, Problem> {
        Ok(Self {
            canceller: Canceller::new(denoise),
            aligner: Aligner::new(Utterance::RATE)?,
            residual: Residual::default(),
            gain: Gain::default(),
            near_end: NearEnd::new(),
            near: false,
            known: false,
            sounds: 0,
            voice: None,
            speakers: Clock::new(Utterance::RATE),
            microphone: Clock::new(Utterance::RATE),
            waiting: Vec::with_capacity(BLOCK),
        })
    }

    /// These samples (mono, `rate` a second) were given to the speakers since the last call. Fails for a rate that no device
    /// has.
    pub fn played(&mut self, samples: &[f32], rate: u32) -> Result<(), Problem> {
        if rate != self.aligner.rate() {
            self.aligner = Aligner::new(rate)?;
            self.speakers = Clock::new(rate);
        }
        self.aligner.push(samples);
        Ok(())
    }

    /// The speakers' driver asked for sound at these moments; counted in samples of the rate that [`Self::played`] names.
    pub fn asked(&mut self, marks: &[Mark]) {
        marks.iter().for_each(|&mark| self.speakers.see(mark));
        self.follow();
    }

    /// The microphone's driver brought sound at these moments, counted in samples of `rate` a second.
    pub fn brought(&mut self, marks: &[Mark], rate: u32) {
        if rate != self.microphone.rate() {
            self.microphone = Clock::new(rate);
        }
        marks.iter().for_each(|&mark| self.microphone.see(mark));
        self.follow();
    }

    /// Other speakers: nothing is known of their clock, nor of what comes back of what they play.
    pub(crate) fn other_speakers(&mut self) {
        self.speakers = Clock::new(self.speakers.rate());
        self.residual.forget();
        self.near_end.forget();
    }

    /// Another microphone, likewise.
    pub(crate) fn other_microphone(&mut self) {
        self.microphone = Clock::new(self.microphone.rate());
        self.residual.forget();
        self.gain.forget();
        self.near_end.forget();
    }

    fn follow(&mut self) {
        if !self.speakers.ticks() || !self.microphone.ticks() {
            return;
        }
        let ratio = (1.0 + self.speakers.faster()) / (1.0 + self.microphone.faster());
        self.aligner.clocks(ratio - 1.0);
    }

    /// Whether a voice is among what is played now. Music and ambience alone are taken out as well, but nothing that is left of
    /// them is taken for words: nobody who speaks has to wait until the room is known.
    pub fn voiced(&mut self, voice: bool) {
        if voice {
            self.voice = Some(TRAILING);
        } else {
            self.voice.get_or_insert(0);
        }
    }

    /// The speakers were closed: nothing of what they were given is still to come.
    pub fn stopped(&mut self) {
        self.aligner.clear();
    }

    /// These samples (mono, 16 kHz) were heard: appends what remains of them ([`Frame::clean`]).
    pub fn clean(&mut self, heard: &[f32], out: &mut Vec<f32>) {
        self.split(heard, out, &mut Vec::new());
    }

    /// These samples (mono, 16 kHz) were heard: appends both that a [`Frame`] is made of.
    pub fn split(&mut self, heard: &[f32], clean: &mut Vec<f32>, speech: &mut Vec<f32>) {
        let mut heard = heard;
        loop {
            let (now, later) = heard.split_at(heard.len().min(BLOCK - self.waiting.len()));
            let sane = |s: &f32| if s.is_finite() { s.clamp(-1.0, 1.0) } else { 0.0 };
            self.waiting.extend(now.iter().map(sane));
            heard = later;
            let Ok(block) = <[f32; BLOCK]>::try_from(self.waiting.as_slice()) else { return };
            self.waiting.clear();
            self.block(&block, clean, speech);
        }
    }

    /// Whether somebody near spoke since this was asked last ([`Frame::near`]); `None` before the room is known, and where the
    /// microphone is so quiet that their voice may be too soft to be told from the echo's rest.
    pub fn near(&mut self) -> Option<bool> {
        let near = std::mem::take(&mut self.near);
        (self.known && !self.gain.is_large()).then_some(near)
    }

    /// How much faster the speakers' clock runs than the microphone's, as learned so far (0.0001: one ten-thousandth).
    pub fn drift(&self) -> f64 {
        self.aligner.drift()
    }

    fn block(&mut self, heard: &[f32; BLOCK], clean: &mut Vec<f32>, speech: &mut Vec<f32>) {
        let mut played = [0.0; BLOCK];
        self.aligner.block(&mut played);
        let mut done = self.canceller.block(&played, heard);
        // Clocks that nobody tells of are followed by the queue, as well as that goes.
        let steady = |clock: &Clock| clock.sure() || !clock.ticks();
        let steady = steady(&self.speakers) && steady(&self.microphone);
        if let Some(left) = &mut self.voice {
            *left = left.saturating_sub(1);
        }
        let silent = played.iter().all(|sample| sample.abs() < SILENT);
        self.sounds = if silent { self.sounds.saturating_sub(1) } else { TRAILING };
        let her_voice = if self.voice == Some(0) { [0.0; BLOCK] } else { played };
        self.known = self.residual.apply(&her_voice, heard, &mut done.clean, steady);
        self.near |= self.near_end.take(&done.heard, &done.left);
        self.gain.apply(&mut done.clean, &mut done.speech, self.sounds > 0);
        clean.extend_from_slice(&done.clean);
        speech.extend_from_slice(&done.speech);
    }
}

#[cfg(test)]
#[path = "echo_tests.rs"]
mod tests;
