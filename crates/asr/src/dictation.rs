//! What is said while a button is held: all of it counts, and it ends when the button comes up. Meanwhile it is written down as far as it
//! has got, so that its words can be shown and a reply can be prepared in its last pause, as without a button ([`crate::Listener`]).
//!
//! Pure: frames and transcripts come in, signs go out.

use domain::{EndOfTurn, Transcript, Utterance};

use crate::completeness::completeness;
use crate::listener::{FIRST_LOOK_MS, GUESS_MS, LOOK_MS, PAUSE_MS, Question, Sign};
use crate::silero::{FRAME, Silero};
use crate::stable::Stable;

/// Milliseconds of one frame.
const FRAME_MS: u32 = (FRAME * 1000 / Utterance::RATE as usize) as u32;
/// Probability from which a frame is speech, and below which it is silence again.
const ONSET: f32 = 0.5;
const OFFSET: f32 = 0.35;
/// Each look takes in all that was said: the longer that is, the rarer they are.
const SHARE: u32 = 20;
/// From so much on nothing more is written down before the end (ten minutes): a monologue is not answered in its pauses.
const LOOKED_AT: usize = 600 * Utterance::RATE as usize;

/// Listens while a button is held.
#[derive(Debug, Default)]
pub struct Dictation {
    /// All of it: mono, 16 kHz.
    pcm: Vec<f32>,
    /// Samples that do not fill a frame yet, to decide by.
    rest: Vec<f32>,
    silero: Silero,
    stable: Stable,
    voiced_ms: u32,
    /// Since the last speech.
    silence_ms: u32,
    /// Speech in it at the last look.
    looked_ms: u32,
    /// The open question: its id, and whether it was asked in a pause.
    open: Option<(u64, bool)>,
    /// What was understood in this pause.
    pause: Option<String>,
    /// Silence from which on a pause whose question could not be answered is asked about again.
    again_ms: u32,
    /// [`Sign::Paused`] was said, and not [`Sign::Resumed`].
    told: bool,
    next: u64,
}

impl Dictation {
    /// One that has heard nothing yet. The ids of its questions count from `first` on, so that a late answer to one of another press is
    /// not taken for its own.
    pub fn new(first: u64) -> Self {
        Self { next: first, ..Self::default() }
    }

    /// Samples so far.
    pub fn samples(&self) -> usize {
        self.pcm.len()
    }

    /// The button came up: all that was said.
    pub fn finish(self) -> Utterance {
        Utterance { pcm: self.pcm.into() }
    }

    /// What was asked last is being written down of all that was said: nothing but silence came behind it.
    pub fn asked_for_all(&self) -> bool {
        matches!(self.open, Some((_, true)))
    }

    /// Takes the next samples (mono, 16 kHz, any number): whether somebody speaks is told `by` one sound and what was said by another, of
    /// the same moment and as long. Answers with [`Sign::Ask`], [`Sign::Paused`] and [`Sign::Resumed`].
    pub fn hear(&mut self, by: &[f32], sound: &[f32]) -> Vec<Sign> {
        let mut signs = Vec::new();
        self.pcm.extend_from_slice(sound);
        self.rest.extend(by.iter().map(|s| if s.is_finite() { s.clamp(-1.0, 1.0) } else { 0.0 }));
        if self.pcm.len() > LOOKED_AT {
            self.rest.clear();
            self.goes_on(&mut signs);
            return signs;
        }
        let whole = self.rest.len() / FRAME * FRAME;
        let frames: Vec<f32> = self.rest.drain(..whole).collect();
        for frame in frames.as_chunks::<FRAME>().0 {
            self.frame(frame, &mut signs);
        }
        signs
    }

    /// A question was answered. Late answers say nothing. Answers with [`Sign::Understood`] and [`Sign::Paused`].
    pub fn understood(&mut self, id: u64, transcript: &Transcript) -> Vec<Sign> {
        let Some((_, pause)) = self.open.take_if(|(open, _)| *open == id) else {
            return Vec::new();
        };
        let mut signs = Vec::new();
        if !transcript.text.is_empty() {
            signs.push(Sign::Understood(self.stable.look(&transcript.text, pause)));
        }
        if pause {
            self.pause = Some(transcript.text.clone());
            self.prepare(&mut signs);
        }
        signs
    }

    /// The question cannot be answered: another may be asked.
    pub fn not_understood(&mut self, id: u64) {
        if let Some((_, true)) = self.open.take_if(|(open, _)| *open == id) {
            // A pause may last, and each question takes a copy of all that was said.
            self.again_ms = self.silence_ms + LOOK_MS;
        }
    }

    fn frame(&mut self, frame: &[f32; FRAME], signs: &mut Vec<Sign>) {
        let probability = self.silero.probability(frame);
        // Between the two thresholds it stays what it was.
        if probability >= ONSET
            || (probability >= OFFSET && self.voiced_ms > 0 && self.silence_ms == 0)
        {
            self.voiced_ms += FRAME_MS;
            self.goes_on(signs);
        } else {
            self.silence_ms += FRAME_MS;
        }
        self.look(signs);
        self.prepare(signs);
    }

    /// They speak: what was thought of the end is void.
    fn goes_on(&mut self, signs: &mut Vec<Sign>) {
        (self.silence_ms, self.pause, self.again_ms) = (0, None, 0);
        // What was asked in a pause that is over would be taken for all.
        self.open = self.open.map(|(id, _)| (id, false));
        if std::mem::take(&mut self.told) {
            signs.push(Sign::Resumed);
        }
    }

    /// Is it time to write down what was said so far?
    fn look(&mut self, signs: &mut Vec<Sign>) {
        let pauses = self.silence_ms >= PAUSE_MS.max(self.again_ms)
            && self.voiced_ms > 0
            && self.pause.is_none()
            && !matches!(self.open, Some((_, true)));
        let more = self.voiced_ms - self.looked_ms;
        let goes_on = self.silence_ms == 0
            && self.open.is_none()
            && self.voiced_ms >= FIRST_LOOK_MS
            && more >= LOOK_MS.max(self.voiced_ms / SHARE).min(self.voiced_ms);
        if pauses || goes_on {
            self.looked_ms = self.voiced_ms;
            self.open = Some((self.next, pauses));
            let speech = Utterance { pcm: self.pcm.as_slice().into() };
            signs.push(Sign::Ask(Question { id: self.next, speech, pause: pauses }));
            self.next += 1;
        }
    }

    /// Silent for long enough, and understood: a reply may be prepared.
    fn prepare(&mut self, signs: &mut Vec<Sign>) {
        if self.silence_ms >= GUESS_MS
            && !self.told
            && let Some(text) = self.pause.as_ref().filter(|text| !text.is_empty())
            && completeness(text) != EndOfTurn::Unfinished
        {
            self.told = true;
            signs.push(Sign::Paused(text.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::{silence, voice};

    /// Runs a sound through; each question is answered at once with `answer`.
    fn run(dictation: &mut Dictation, sound: &[f32], answer: &str) -> Vec<Sign> {
        let transcript = Transcript { text: answer.to_owned(), ..Transcript::default() };
        let mut all = Vec::new();
        for part in sound.chunks(480) {
            for sign in dictation.hear(part, part) {
                let asked = match &sign {
                    Sign::Ask(question) => Some(question.id),
                    _ => None,
                };
                all.push(sign);
                if let Some(id) = asked {
                    all.extend(dictation.understood(id, &transcript));
                }
            }
        }
        all
    }

    fn questions(signs: &[Sign]) -> Vec<&Question> {
        let mut found = Vec::new();
        for sign in signs {
            if let Sign::Ask(question) = sign {
                found.push(question);
            }
        }
        found
    }

    #[test]
    fn all_of_it_is_kept_and_written_down_while_it_is_said() {
        let mut dictation = Dictation::default();
        let sound = [silence(0.5), voice(2.0), silence(0.5)].concat();
        let signs = run(&mut dictation, &sound, "Hello there.");
        let asked = questions(&signs);
        assert!(asked.len() >= 4, "{} looks", asked.len());
        let (last, before) = asked.split_last().unwrap();
        assert!(last.pause && before.iter().all(|question| !question.pause));
        assert!(
            last.speech.pcm.len() > 40_000 && last.speech.pcm[..] == sound[..last.speech.pcm.len()]
        );
        let paused: Vec<_> = signs.iter().filter(|sign| matches!(sign, Sign::Paused(_))).collect();
        assert_eq!(paused, [&Sign::Paused("Hello there.".into())]);
        let Some(Sign::Understood(partial)) =
            signs.iter().rfind(|sign| matches!(sign, Sign::Understood(_)))
        else {
            panic!("nothing was understood")
        };
        assert_eq!(partial.committed, "Hello there.");
        assert_eq!(dictation.finish().pcm[..], sound, "with the silence around it");
    }

    #[test]
    fn a_pause_is_no_end_and_whoever_goes_on_is_listened_to() {
        let mut dictation = Dictation::default();
        run(&mut dictation, &voice(1.0), "First.");
        assert_eq!(
            run(&mut dictation, &silence(4.0), "First.").last(),
            Some(&Sign::Paused("First.".into()))
        );
        let on = run(&mut dictation, &voice(1.0), "First. Second.");
        assert_eq!(on.first(), Some(&Sign::Resumed));
        assert_eq!(
            run(&mut dictation, &silence(0.5), "First. Second.").last(),
            Some(&Sign::Paused("First. Second.".into()))
        );
    }

    #[test]
    fn nothing_is_prepared_for_half_a_sentence_or_for_no_words() {
        for answer in ["I went to the shop and", ""] {
            let mut dictation = Dictation::default();
            let signs = run(&mut dictation, &[voice(1.0), silence(1.0)].concat(), answer);
            assert!(!signs.iter().any(|sign| matches!(sign, Sign::Paused(_))), "{answer:?}");
        }
    }

    #[test]
    fn silence_and_a_monologue_are_not_looked_at_again_and_again() {
        let mut dictation = Dictation::default();
        assert!(run(&mut dictation, &silence(5.0), "").is_empty());
        let early = questions(&run(&mut dictation, &voice(8.0), "Once upon a time")).len();
        run(&mut dictation, &voice(32.0), "Once upon a time");
        let late = questions(&run(&mut dictation, &voice(8.0), "Once upon a time")).len();
        assert!(late * 4 <= early && late > 0, "{early} looks at first, {late} later");
        let mut long = Dictation { pcm: vec![0.0; LOOKED_AT], ..Dictation::default() };
        assert!(run(&mut long, &[voice(2.0), silence(1.0)].concat(), "").is_empty());
    }

    #[test]
    fn a_pause_that_nobody_can_write_down_is_asked_about_now_and_then() {
        let mut dictation = Dictation::default();
        run(&mut dictation, &voice(1.0), "Hello there.");
        let mut asked = 0;
        for part in silence(4.0).chunks(512) {
            for sign in dictation.hear(part, part) {
                let Sign::Ask(question) = sign else { panic!("{sign:?}") };
                assert!(question.pause);
                asked += 1;
                dictation.not_understood(question.id);
            }
        }
        assert!((8..=11).contains(&asked), "{asked} questions in four seconds");
        run(&mut dictation, &voice(0.5), "Hello there. And");
        let signs = dictation.hear(&silence(0.2), &silence(0.2));
        assert!(questions(&signs).iter().any(|question| question.pause), "another pause");
    }

    #[test]
    fn a_late_answer_and_samples_that_are_none_change_nothing() {
        let mut dictation = Dictation::default();
        let signs = dictation.hear(&voice(1.0), &voice(1.0));
        let id = questions(&signs)[0].id;
        assert!(!dictation.asked_for_all());
        dictation.not_understood(id);
        assert!(dictation.understood(id, &Transcript::default()).is_empty());
        dictation.hear(&[f32::NAN; 2_000], &[f32::NAN; 2_000]);
        let heard = dictation.hear(&silence(0.5), &silence(0.5));
        assert!(questions(&heard).iter().any(|question| question.pause));
        assert!(dictation.asked_for_all());
    }
}
