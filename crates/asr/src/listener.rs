//! Hands-free listening, put together: who speaks, what they have said so far, whether they have finished.
//!
//! Pure: frames and transcripts come in, signs go out; whoever holds it asks the recogniser and answers with
//! [`Listener::understood`]. The same code runs over the microphone and over recordings.
//!
//! While somebody speaks, what they said so far is written down again and again ([`Question`]); in their first moment of
//! silence once more, and what it says then decides how long a silence is taken for the end ([`completeness`]).

use domain::{
    EndOfTurn, Partial, Problem, ProblemKind, SpeechDetector, Transcript, Utterance, VadEvent,
};

use crate::completeness::completeness;
use crate::detector::{Detector, DetectorOptions};
use crate::evidence::Evidence;
use crate::stable::Stable;

/// Silence after which what was said is written down, in case it was all.
pub(crate) const PAUSE_MS: u32 = 96;
/// Silence after which a reply may be prepared.
pub(crate) const GUESS_MS: u32 = 192;
/// New speech after which it is worth looking again.
pub(crate) const LOOK_MS: u32 = 400;
/// Speech that a first look needs.
pub(crate) const FIRST_LOOK_MS: u32 = 320;
/// Likewise over a reply, where a rest of its echo would be taken for words.
const FIRST_LOOK_OVER_MS: u32 = 400;
/// Voice over a reply, of half a second, from which on what is understood of it counts. With 96 ms rests of echoes interrupted her
/// twice in an hour of simulated rooms, with 160 once or twice in three hours, and 239 voices of 240 still did.
const EVIDENT_MS: u32 = 160;
/// So long after somebody near was noticed it may still be they who are understood.
const NOTICED_MS: u32 = 1_000;
/// A beginning that the detector does not hear speech in for so long was none.
const SUSPECTED_MS: u32 = 448;
/// Speech that interrupts, unless only nods were understood of it.
const INTERRUPTS_MS: u32 = 500;

/// How long to wait.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ListenerOptions {
    /// How to tell speech. Its `endpoint_ms` is not used.
    pub detector: DetectorOptions,
    /// Silence that ends what is complete.
    pub finished_ms: u32,
    /// Silence that ends what may be complete, or was not understood in time.
    pub unclear_ms: u32,
    /// Silence that ends what is not complete.
    pub unfinished_ms: u32,
}

impl Default for ListenerOptions {
    fn default() -> Self {
        // A short *yes* counts: whatever is no word the recogniser leaves out.
        let detector = DetectorOptions { meant_ms: 128, ..DetectorOptions::default() };
        Self { detector, finished_ms: 250, unclear_ms: 800, unfinished_ms: 1_000 }
    }
}

impl ListenerOptions {
    /// The defaults, stretched so that a finished sentence ends after `ms`.
    pub fn patient(ms: u32) -> Self {
        let finished_ms = ms.clamp(100, 3_000);
        let stretched = |fifths: u32, least: u32| (finished_ms * fifths / 5).clamp(least, 3_000);
        Self {
            finished_ms,
            unclear_ms: stretched(16, 400),
            unfinished_ms: stretched(20, 800),
            ..Self::default()
        }
    }
}

/// Something to write down.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// To be given back with the answer. Of two questions only the later one is still open.
    pub id: u64,
    /// What was said so far.
    pub speech: Utterance,
    /// It may be all.
    pub pause: bool,
}

/// What the listener has to say.
#[derive(Debug, Clone, PartialEq)]
pub enum Sign {
    /// Speech seems to begin.
    Started,
    /// It has lasted long enough: to be meant, and to interrupt.
    Confirmed,
    /// It was a cough.
    Faded,
    /// They have finished.
    Ended {
        /// All that they said.
        speech: Utterance,
        /// After how much silence that was certain.
        silence_ms: u32,
        /// Why.
        why: EndOfTurn,
    },
    /// Please write this down.
    Ask(Question),
    /// This was understood so far.
    Understood(Partial),
    /// They have been silent for a moment; this may be all.
    Paused(String),
    /// They go on.
    Resumed,
}

/// Speech that is going on.
#[derive(Debug, Default)]
struct Going {
    stable: Stable,
    /// Speech in it at the last look.
    looked_ms: u32,
    /// The open question: its id, and whether it was asked in a pause.
    open: Option<(u64, bool)>,
    /// What was understood in this pause.
    pause: Option<String>,
    /// Why the silence that is waited for is as long as it is.
    why: Option<EndOfTurn>,
    /// `Paused` was said, and not `Resumed`.
    told: bool,
    /// It has lasted.
    confirmed: bool,
    /// It began over a reply, and nothing has proved yet that it is a voice.
    doubted: bool,
}

/// Listens.
#[derive(Debug)]
pub struct Listener {
    options: ListenerOptions,
    detector: Detector,
    going: Option<Going>,
    over: bool,
    /// What speaks for a voice over the reply.
    evidence: Evidence,
    /// Somebody near speaks in this frame, where that is known; and for how long nobody did.
    near: Option<bool>,
    nobody_ms: u32,
    /// What was noticed was no speech, and goes on: a vacuum cleaner would lower her voice twice a second.
    disproved: bool,
    /// `Started` was said before the detector was sure, so many milliseconds ago.
    suspected: Option<u32>,
    next: u64,
}

impl Listener {
    /// A listener that has heard nothing yet. Fails where the options make no sense.
    pub fn new(options: ListenerOptions) -> Result<Self, Problem> {
        let patience = [options.finished_ms, options.unclear_ms, options.unfinished_ms];
        if !patience.is_sorted() || !(100..=3_000).contains(&patience[0]) || patience[2] > 5_000 {
            return Err(Problem::new(
                ProblemKind::Invalid,
                format!("the settings for the end of speech make no sense ({patience:?})"),
                "remove them from the settings to get the defaults",
            ));
        }
        let detector = DetectorOptions { endpoint_ms: options.unclear_ms, ..options.detector };
        let mut listener = Self {
            options,
            detector: Detector::new(detector)?,
            going: None,
            over: false,
            evidence: Evidence::default(),
            near: None,
            nobody_ms: NOTICED_MS,
            disproved: false,
            suspected: None,
            next: 0,
        };
        listener.over_reply(false);
        Ok(listener)
    }

    /// The character speaks, or does not: over her voice it takes more to be certain.
    pub fn over_reply(&mut self, over: bool) {
        self.over = over;
        // To lower her voice costs little, and the sooner the better.
        self.detector.begin_after(if over { 32 } else { self.options.detector.onset_ms });
        let meant = self.options.detector.meant_ms;
        self.detector.confirm_after(if over { INTERRUPTS_MS } else { meant });
    }

    /// Probability of speech in the last frame, for meters.
    pub fn probability(&self) -> f32 {
        self.detector.probability()
    }

    /// Takes the next samples (mono, 16 kHz, any number).
    pub fn push(&mut self, samples: &[f32]) -> Vec<Sign> {
        self.push_both(samples, samples)
    }

    /// As [`Self::push`], where whether somebody speaks is told by one sound and what was said by another, of the same moment
    /// and as long: an echo canceller that takes all of an echo takes some of a voice with it.
    pub fn push_both(&mut self, by: &[f32], sound: &[f32]) -> Vec<Sign> {
        self.hear(by, sound, None)
    }

    /// As [`Self::push_both`], where whoever made the sounds has listened for somebody near the microphone: over a reply nothing begins
    /// that was not noticed so, and it begins with that.
    pub fn hear(&mut self, by: &[f32], sound: &[f32], near: Option<bool>) -> Vec<Sign> {
        self.near = near;
        let mut signs = Vec::new();
        // A frame at a time, so that no moment of silence is missed.
        for (by, sound) in by.chunks(crate::FRAME).zip(sound.chunks(crate::FRAME)) {
            self.evidence.take(by, sound);
            let silence_ms = self.detector.silence_ms() + 32;
            for event in self.detector.push_both(by, sound) {
                self.happened(event, silence_ms, &mut signs);
            }
            self.weigh(&mut signs);
            self.look(&mut signs);
        }
        signs
    }

    /// A question was answered. Late answers say nothing.
    pub fn understood(&mut self, id: u64, transcript: &Transcript) -> Vec<Sign> {
        let silence_ms = self.detector.silence_ms();
        let Some(going) = &mut self.going else { return Vec::new() };
        let Some((_, pause)) = going.open.take_if(|(open, _)| *open == id) else {
            return Vec::new();
        };
        let mut signs = Vec::new();
        if !transcript.text.is_empty() {
            signs.push(Sign::Understood(going.stable.look(&transcript.text, pause)));
        }
        if pause && silence_ms >= PAUSE_MS {
            let why = completeness(&transcript.text);
            self.detector.end_after(match why {
                EndOfTurn::Finished => self.options.finished_ms,
                EndOfTurn::Unfinished => self.options.unfinished_ms,
                _ => self.options.unclear_ms,
            });
            going.why = Some(why);
            going.pause = Some(transcript.text.clone());
            self.prepare(&mut signs);
        }
        signs
    }

    /// The question cannot be answered: another may be asked.
    pub fn not_understood(&mut self, id: u64) {
        if let Some(going) = &mut self.going {
            going.open.take_if(|(open, _)| *open == id);
        }
    }

    /// The sound has ended for good (the device went away): what was said so far is all.
    pub fn finish(&mut self) -> Vec<Sign> {
        let silence_ms = self.detector.silence_ms();
        let mut signs = Vec::new();
        if let Some(event) = self.detector.finish() {
            self.happened(event, silence_ms, &mut signs);
        }
        if self.suspected.is_some() {
            self.fade(&mut signs);
        }
        self.going = None;
        signs
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        self.detector.reset();
        (self.going, self.suspected, self.disproved) = (None, None, false);
        (self.evidence, self.nobody_ms) = (Evidence::default(), NOTICED_MS);
    }

    fn happened(&mut self, event: VadEvent, silence_ms: u32, signs: &mut Vec<Sign>) {
        match event {
            VadEvent::Started => {
                self.going = Some(Going { doubted: self.over, ..Going::default() });
                // Over a reply it is said as soon as there is a sign of a voice.
                if !self.over && self.suspected.take().is_none() {
                    signs.push(Sign::Started);
                }
            }
            VadEvent::Confirmed => {
                if let Some(going) = &mut self.going {
                    going.confirmed = true;
                    if !going.doubted {
                        signs.push(Sign::Confirmed);
                    }
                }
            }
            VadEvent::Faded => self.fade(signs),
            VadEvent::Ended(_) if self.going.as_ref().is_some_and(|going| going.doubted) => {
                self.fade(signs);
            }
            VadEvent::Ended(speech) => {
                let why = self.going.take().and_then(|going| going.why);
                self.suspected = None;
                let longest = self.options.detector.longest_ms;
                let why = if speech.duration_ms() >= u64::from(longest) {
                    EndOfTurn::Longest
                } else {
                    why.unwrap_or(EndOfTurn::Unclear)
                };
                signs.push(Sign::Ended { speech, silence_ms, why });
            }
        }
    }

    /// It came to nothing.
    fn fade(&mut self, signs: &mut Vec<Sign>) {
        let told = self.going.take().is_some_and(|going| !going.doubted);
        if self.suspected.take().is_some() || told {
            signs.push(Sign::Faded);
        }
    }

    /// Over a reply: is there a voice, or only what is left of her own?
    fn weigh(&mut self, signs: &mut Vec<Sign>) {
        // What goes on when she has finished needs less: nothing of her is left in it.
        let enough = if self.over { EVIDENT_MS } else { EVIDENT_MS / 4 };
        self.nobody_ms =
            if self.near == Some(false) { self.nobody_ms.saturating_add(32) } else { 0 };
        let proved = self.evidence.recent_ms() >= enough && self.nobody_ms < NOTICED_MS;
        self.disproved &= self.near == Some(true);
        let begins = self.near.unwrap_or_else(|| self.evidence.is_sudden()) && !self.disproved;
        if self.over && self.suspected.is_none() && begins {
            let told = self.going.as_ref().is_some_and(|going| !going.doubted);
            if !told {
                self.suspected = Some(0);
                signs.push(Sign::Started);
            }
        }
        if let Some(going) = self.going.as_mut().filter(|going| going.doubted && proved) {
            going.doubted = false;
            if self.suspected.take().is_none() {
                signs.push(Sign::Started);
            }
            if going.confirmed {
                signs.push(Sign::Confirmed);
            }
        }
        if let Some(waited) = &mut self.suspected {
            *waited += 32;
            if *waited > SUSPECTED_MS && self.going.is_none() {
                self.disproved = true;
                self.fade(signs);
            }
        }
    }

    /// Is it time to write down what was said so far?
    fn look(&mut self, signs: &mut Vec<Sign>) {
        let (voiced, silence) = (self.detector.voiced_ms(), self.detector.silence_ms());
        let first = if self.over { FIRST_LOOK_OVER_MS } else { FIRST_LOOK_MS };
        let Some(going) = self.going.as_mut().filter(|going| !going.doubted) else { return };
        if silence == 0 && (going.pause.is_some() || going.why.is_some()) {
            // They go on: what was thought of the end is void.
            (going.pause, going.why) = (None, None);
            self.detector.end_after(self.options.unclear_ms);
            if std::mem::take(&mut going.told) {
                signs.push(Sign::Resumed);
            }
        }
        let pauses =
            silence >= PAUSE_MS && going.pause.is_none() && !matches!(going.open, Some((_, true)));
        let goes_on = silence == 0
            && going.open.is_none()
            && voiced >= first
            && voiced - going.looked_ms >= LOOK_MS.min(voiced);
        if silence == 0 && matches!(going.open, Some((_, true))) {
            // It was asked in a pause that is over; its answer would be taken for all.
            going.open = going.open.map(|(id, _)| (id, false));
        }
        if pauses || goes_on {
            going.looked_ms = voiced;
            going.open = Some((self.next, pauses));
            let speech = Utterance { pcm: self.detector.so_far().into() };
            signs.push(Sign::Ask(Question { id: self.next, speech, pause: pauses }));
            self.next += 1;
        }
        self.prepare(signs);
    }

    /// Silent for long enough, and understood: a reply may be prepared.
    fn prepare(&mut self, signs: &mut Vec<Sign>) {
        let silence = self.detector.silence_ms();
        let Some(going) = &mut self.going else { return };
        if silence >= GUESS_MS
            && !going.told
            && let Some(text) = going.pause.as_ref().filter(|text| !text.is_empty())
            && going.why != Some(EndOfTurn::Unfinished)
        {
            going.told = true;
            signs.push(Sign::Paused(text.clone()));
        }
    }
}

#[cfg(test)]
#[path = "listener_tests.rs"]
mod tests;
