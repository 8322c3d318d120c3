//! The guided test of the microphone: quiet, speech, the character's own voice, words. What is measured and what is wrong
//! with it, `audio` knows; here the devices, the voice and the recogniser are joined and the person is guided.

use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use api::{AppEvent, MicFinding, MicReport, MicStep, MicTest};
use audio::{Cleaning, Denoise, Finding, Mic, MicEvent, Sound, Trial, TrialStep};
use domain::{Cancel, Lang, Problem, ProblemKind, Utterance};

use crate::app::{Answer, App, lock};
use crate::voice::ear::choice;

/// How long nobody speaks, and how long somebody does.
const QUIET: Duration = Duration::from_millis(1_800);
const SPEAK: Duration = Duration::from_secs(5);
/// Sound that is still on its way when the speakers have ended.
const TAIL: Duration = Duration::from_millis(400);
/// How long a recogniser may take.
const WORDS: Duration = Duration::from_secs(30);
/// Between two looks, and two reports of the level.
const TICK: Duration = Duration::from_millis(100);

/// The test that runs, if one does.
#[derive(Debug, Default)]
pub(crate) struct Running(Mutex<Option<Cancel>>);

/// Why a test ended early.
enum End {
    Stopped,
    Failed(Problem),
}

impl From<Problem> for End {
    fn from(problem: Problem) -> Self {
        Self::Failed(problem)
    }
}

/// What the microphone's thread and the test share.
#[derive(Default)]
struct Heard {
    trial: Trial,
    /// The person's speech, cleaned.
    speech: Vec<f32>,
    keeps: bool,
    lost: Option<Problem>,
}

impl App {
    /// Tests the microphone of the settings, and tells how far it is with [`AppEvent::MicTest`]. Meanwhile nothing else
    /// listens. A test that runs already begins anew.
    pub fn test_microphone(self: &Arc<Self>) -> Answer<()> {
        let cancel = Cancel::new();
        if let Some(before) = lock(&self.mic_test.0).replace(cancel.clone()) {
            before.cancel();
            self.with_deck(audio::Deck::hush_sounds);
        }
        let app = Arc::clone(self);
        let spawned = std::thread::Builder::new()
            .name("mic-test".to_owned())
            .spawn(move || app.run_mic_test(&cancel));
        Ok(spawned.map(drop).map_err(|error| {
            Problem::new(
                ProblemKind::Memory,
                format!("the test could not be started ({error})"),
                "close other programs and try again",
            )
        })?)
    }

    /// Breaks the test off.
    pub fn stop_microphone_test(&self) -> Answer<()> {
        if let Some(running) = lock(&self.mic_test.0).take() {
            running.cancel();
            self.with_deck(audio::Deck::hush_sounds);
        }
        Ok(())
    }

    fn run_mic_test(self: &Arc<Self>, cancel: &Cancel) {
        self.ear.close();
        let end = self.microphone_trial(cancel);
        let overtaken = cancel.is_cancelled() && lock(&self.mic_test.0).is_some();
        let (step, report, problem) = match end {
            Ok(report) => (MicStep::Done, Some(report), None),
            Err(End::Stopped) => (MicStep::Stopped, None, None),
            Err(End::Failed(problem)) => (MicStep::Failed, None, Some(problem.into())),
        };
        // A newer test has the microphone now, and gives it back.
        if overtaken {
            return;
        }
        if report.is_none() {
            self.with_deck(audio::Deck::hush_sounds);
        }
        lock(&self.mic_test.0).take();
        self.hub.send(AppEvent::MicTest {
            test: MicTest { step, remaining_ms: 0, level: 0.0, report, problem },
        });
        // By the settings as they are now: it may have been switched off meanwhile.
        if lock(&self.settings).get().hands_free {
            // Where this fails, the test has just said why.
            let _ = self.ear.hands_free(true, &self.listening());
        }
    }

    fn microphone_trial(self: &Arc<Self>, cancel: &Cancel) -> Result<MicReport, End> {
        self.mic_step(MicStep::Opening, 0, 0.0);
        let heard = Arc::new(Mutex::new(Heard::default()));
        let mic = self.open_for_test(&heard)?;
        self.listen_for(MicStep::Quiet, QUIET, &heard, cancel)?;
        lock(&heard).keeps = true;
        self.listen_for(MicStep::Speak, SPEAK, &heard, cancel)?;
        lock(&heard).keeps = false;
        if lock(&heard).trial.is_silent() {
            // The speakers would tell nothing more.
            let silent = report(&lock(&heard).trial, mic.dropped(), None, true);
            return Ok(silent);
        }
        if let Some(sound) = self.test_sentence() {
            // Making it took a while, behind lines that were waiting.
            if cancel.is_cancelled() {
                return Err(End::Stopped);
            }
            let length = sound.pcm.len() as f32 / sound.rate.max(1) as f32;
            self.with_deck(|deck| {
                deck.hush_sounds();
                deck.play_sound(sound);
            });
            let length = Duration::from_secs_f32(length) + TAIL;
            self.listen_for(MicStep::Playback, length, &heard, cancel)?;
        }
        let dropped = mic.dropped();
        drop(mic);
        self.mic_step(MicStep::Words, 0, 0.0);
        let speech = std::mem::take(&mut lock(&heard).speech);
        let words = self.words_of(speech, cancel)?;
        // One that is still loading has understood nothing yet.
        let ears = self.parts.ears.get().is_some();
        let report = report(&lock(&heard).trial, dropped, words, ears);
        Ok(report)
    }

    fn open_for_test(&self, heard: &Arc<Mutex<Heard>>) -> Result<Mic, Problem> {
        let cleaning = Cleaning {
            reference: self.ear.reference().unwrap_or_default(),
            denoise: Denoise::default(),
        };
        let (raw, clean, events) = (Arc::clone(heard), Arc::clone(heard), Arc::clone(heard));
        Mic::open_tapped(
            choice(&self.listening().device),
            Some(cleaning),
            move |samples, rate| lock(&raw).trial.raw(samples, rate),
            move |frame| {
                let mut heard = lock(&clean);
                heard.trial.clean(frame.clean);
                if heard.keeps {
                    heard.speech.extend_from_slice(frame.speech);
                }
            },
            Arc::new(move |event| {
                if let MicEvent::Lost(problem) = event {
                    lock(&events).lost = Some(problem);
                }
            }),
        )
    }

    /// A step of some length.
    fn listen_for(
        &self,
        step: MicStep,
        length: Duration,
        heard: &Mutex<Heard>,
        cancel: &Cancel,
    ) -> Result<(), End> {
        lock(heard).trial.step(match step {
            MicStep::Speak => TrialStep::Speak,
            MicStep::Playback => TrialStep::Playback,
            _ => TrialStep::Quiet,
        });
        let end = Instant::now() + length;
        loop {
            let remaining = end.saturating_duration_since(Instant::now());
            let level = {
                let mut heard = lock(heard);
                if let Some(problem) = heard.lost.take() {
                    return Err(problem.into());
                }
                heard.trial.take_peak()
            };
            if cancel.is_cancelled() {
                return Err(End::Stopped);
            }
            self.mic_step(step, remaining.as_millis() as u32, level);
            if remaining.is_zero() {
                return Ok(());
            }
            std::thread::sleep(TICK.min(remaining));
        }
    }

    fn mic_step(&self, step: MicStep, remaining_ms: u32, level: f32) {
        self.hub.send(AppEvent::MicTest {
            test: MicTest { step, remaining_ms, level, report: None, problem: None },
        });
    }

    /// What the character says, long enough for the echo canceller to learn the room; `None` where nothing is heard of her.
    fn test_sentence(&self) -> Option<Sound> {
        let speaker = self.parts.speaker().filter(|_| self.is_heard())?;
        let language = lock(&self.settings).get().language.clone();
        let (text, lang) = match Lang::from_code(&language) {
            Some(Lang::Zh) => (
                "现在轮到我说话了。请安静地听一会儿：我想知道，你的麦克风会不会把我的声音当成你的声音。好了，马上就说完了。",
                Lang::Zh,
            ),
            Some(Lang::Ja) => (
                "今度は私が話します。少しの間、静かに聞いていてください。マイクが私の声をあなたの声と間違えないか、確かめています。もうすぐ終わります。",
                Lang::Ja,
            ),
            _ => (
                "Now it is my turn to speak. Please stay quiet for a moment: I want to know whether your microphone takes my voice for yours. There, I am nearly done.",
                Lang::En,
            ),
        };
        match speaker.render(text, lang, None) {
            Ok(spoken) => Some(Sound { pcm: spoken.pcm.into(), rate: spoken.rate }),
            Err(problem) => {
                tracing::warn!(%problem, "the test goes on without her voice");
                None
            }
        }
    }

    /// What was understood; `None` where there is no recogniser yet.
    fn words_of(&self, speech: Vec<f32>, cancel: &Cancel) -> Result<Option<String>, End> {
        let Some(ears) = self.parts.ears.get() else { return Ok(None) };
        let (to, answer) = mpsc::sync_channel(1);
        let asked = Cancel::new();
        ears.transcribe(
            Utterance { pcm: speech.into() },
            Box::new(move |result| {
                let _nobody_waits = to.send(result);
            }),
            asked.clone(),
        );
        let end = Instant::now() + WORDS;
        loop {
            match answer.recv_timeout(TICK) {
                Ok(Ok(transcript)) => return Ok(Some(transcript.text.trim().to_owned())),
                Ok(Err(problem)) => return Err(problem.into()),
                Err(mpsc::RecvTimeoutError::Timeout) if cancel.is_cancelled() => {
                    asked.cancel();
                    return Err(End::Stopped);
                }
                Err(mpsc::RecvTimeoutError::Timeout) if Instant::now() < end => {}
                Err(_) => {
                    asked.cancel();
                    return Err(End::Failed(Problem::new(
                        ProblemKind::NotReady,
                        "the recogniser did not answer",
                        "choose a smaller one in the settings, or close other programs",
                    )));
                }
            }
        }
    }
}

/// Measurements and words together.
fn report(trial: &Trial, dropped: u64, heard: Option<String>, has_ears: bool) -> MicReport {
    let measured = trial.report(dropped);
    let mut findings: Vec<MicFinding> = measured.findings.iter().map(|one| view(*one)).collect();
    let speech_is_fine = !measured.findings.iter().any(|finding| finding.is_serious());
    match &heard {
        Some(words) if words.is_empty() && speech_is_fine => findings.insert(0, no_words()),
        None if !has_ears => findings.push(no_ears()),
        _ => {}
    }
    MicReport {
        rate: measured.rate,
        floor_db: measured.floor_db,
        speech_db: measured.speech_db,
        playback_db: measured.playback_db,
        residual_db: measured.residual_db,
        heard,
        findings,
    }
}

fn view(finding: Finding) -> MicFinding {
    let kind = match finding {
        Finding::Silent => "silent",
        Finding::NothingHeard => "nothingHeard",
        Finding::Quiet => "quiet",
        Finding::Clipping => "clipping",
        Finding::Offset => "offset",
        Finding::Noisy => "noisy",
        Finding::Narrow => "narrow",
        Finding::Echo => "echo",
        Finding::Dropouts => "dropouts",
    };
    MicFinding {
        kind: kind.to_owned(),
        serious: finding.is_serious(),
        problem: finding.problem().into(),
    }
}

fn no_words() -> MicFinding {
    let problem = Problem::new(
        ProblemKind::Device,
        "your voice was heard, but no words were understood",
        "speak a whole sentence in the language of the recogniser, or choose a larger recogniser in the settings",
    );
    MicFinding { kind: "noWords".to_owned(), serious: true, problem: problem.into() }
}

fn no_ears() -> MicFinding {
    let problem = Problem::new(
        ProblemKind::NotReady,
        "there is no recogniser yet, so words were not tried",
        "fetch one in the settings and test again",
    );
    MicFinding { kind: "noEars".to_owned(), serious: false, problem: problem.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(peak: f32) -> Trial {
        let mut trial = Trial::new();
        let tone = |peak: f32| -> Vec<f32> {
            (0..16_000).map(|i| (i as f32 * 0.1).sin() * peak).collect()
        };
        trial.step(TrialStep::Quiet);
        trial.raw(&tone(0.000_1), 16_000);
        trial.step(TrialStep::Speak);
        trial.raw(&tone(peak), 16_000);
        trial
    }

    fn kinds(report: &MicReport) -> Vec<&str> {
        report.findings.iter().map(|finding| finding.kind.as_str()).collect()
    }

    #[test]
    fn words_that_are_missing_are_told_only_where_the_voice_was_fine() {
        let words = |peak, heard: Option<&str>, ears| {
            report(&spoken(peak), 0, heard.map(str::to_owned), ears)
        };
        assert_eq!(kinds(&words(0.3, Some("hello"), true)), [""; 0]);
        assert_eq!(kinds(&words(0.3, Some(""), true)), ["noWords"]);
        assert_eq!(kinds(&words(0.0, Some(""), true)), ["nothingHeard"]);
        assert_eq!(kinds(&words(0.3, None, false)), ["noEars"]);
        assert!(words(0.3, Some(""), true).findings[0].serious);
    }
}
