//! Whether a microphone will do: what was heard in a quiet moment, while somebody spoke, and while the speakers played is
//! measured, and whatever would keep a conversation from working is named with its reason and its remedy.
//!
//! Pure: samples in, findings out. Who opens the devices and guides the person is no business of this module.

use domain::{Problem, ProblemKind};

/// What the person, or the program, does while samples come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrialStep {
    /// Nobody speaks: the noise of the room and of the device.
    Quiet,
    /// The person speaks.
    Speak,
    /// The speakers play and the person is silent.
    Playback,
}

/// Something that keeps a microphone from working well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// Every sample is zero: muted, or the system lets this program hear nothing.
    Silent,
    /// Speech was no louder than the room.
    NothingHeard,
    /// Speech was heard, too quietly to be understood reliably.
    Quiet,
    /// Speech went beyond what the device can express.
    Clipping,
    /// The signal does not swing around zero.
    Offset,
    /// The room is nearly as loud as the speech.
    Noisy,
    /// Telephone quality.
    Narrow,
    /// What the speakers play is heard too loudly to be taken out.
    Echo,
    /// Samples were lost on their way.
    Dropouts,
}

impl Finding {
    /// True where a conversation will not work; otherwise it may, less well.
    pub fn is_serious(self) -> bool {
        matches!(self, Self::Silent | Self::NothingHeard | Self::Quiet | Self::Clipping)
    }

    /// What is wrong and what to do.
    pub fn problem(self) -> Problem {
        let (what, remedy) = match self {
            Self::Silent => (
                "the microphone gives nothing but silence",
                "switch off its mute button, allow this app to use the microphone in the system's privacy settings, or choose another one",
            ),
            Self::NothingHeard => (
                "your voice was no louder than the room",
                "choose the microphone that is in front of you, come closer, and speak during the test",
            ),
            Self::Quiet => (
                "your voice is too quiet",
                "turn the input level of the microphone up in the system's sound settings, or come closer",
            ),
            Self::Clipping => (
                "your voice is distorted: it is louder than the device can express",
                "turn the input level of the microphone down in the system's sound settings, or move away a little",
            ),
            Self::Offset => (
                "the signal is shifted (a DC offset), which a damaged cable or sound card causes",
                "try another socket or cable; it is filtered out meanwhile",
            ),
            Self::Noisy => (
                "the room is nearly as loud as your voice",
                "come closer to the microphone, or switch off what makes the noise",
            ),
            Self::Narrow => (
                "the device gives telephone quality only, as Bluetooth headsets do while their microphone is open",
                "choose the computer's own microphone and keep the headset for listening",
            ),
            Self::Echo => (
                "the speakers are heard so loudly that the character may take her own voice for yours",
                "turn the speakers down, move the microphone away from them, or use headphones",
            ),
            Self::Dropouts => (
                "parts of the sound were lost",
                "close programs that keep the computer busy, or connect the microphone without a hub",
            ),
        };
        Problem::new(ProblemKind::Device, what, remedy)
    }
}

/// What a trial came to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrialReport {
    /// Samples per second that the device gives.
    pub rate: u32,
    /// Loudness of the room, of the speech, and of what the speakers played as the microphone heard it, in dB of full scale;
    /// `None` where that step was left out.
    pub floor_db: Option<f32>,
    /// See `floor_db`.
    pub speech_db: Option<f32>,
    /// See `floor_db`.
    pub playback_db: Option<f32>,
    /// What was left of it after echo cancellation.
    pub residual_db: Option<f32>,
    /// Part of the speech's samples at the limit, 0.0 to 1.0.
    pub clipped: f32,
    /// Mean of all samples, −1.0 to 1.0.
    pub offset: f32,
    /// What is wrong, the worst first.
    pub findings: Vec<Finding>,
}

/// Below this a sample is no sound, whatever the format of the device (a 24-bit step is 1.2e-7).
const ZERO: f32 = 1e-7;
/// A sample at the limit.
const FULL: f32 = 0.99;
/// So many at the limit in a row are a flattened peak; a single one is only a loud sample.
const FLAT: u32 = 3;
/// More of them than this is distortion that can be heard.
const CLIPPED: f32 = 0.0005;
/// A mean beyond this takes room from the signal (1 % is common in cheap devices and harmless).
const OFFSET: f32 = 0.02;
/// Speech is at least so much louder than the room, or it was none.
const OVER_FLOOR_DB: f32 = 8.0;
/// Speech below this is lost in what recognisers were trained to ignore.
const QUIET_DB: f32 = -50.0;
/// With less between speech and room, and a room louder than [`LOUD_ROOM_DB`], words get lost.
const CLEAR_DB: f32 = 15.0;
const LOUD_ROOM_DB: f32 = -45.0;
/// Rates below this carry no sibilants.
const NARROW: u32 = 16_000;
/// What is left of an echo may be so much louder than the room, and so loud at all.
const RESIDUAL_OVER_FLOOR_DB: f32 = 10.0;
const RESIDUAL_DB: f32 = -48.0;
/// Loudness of nothing.
const NOTHING_DB: f32 = -120.0;
/// The level is taken over windows of so many milliseconds.
const WINDOW_MS: u32 = 30;

/// Levels of windows, as they came.
#[derive(Debug, Clone, Default)]
struct Levels(Vec<f32>);

impl Levels {
    /// The level that a part of the windows (0.0 to 1.0) does not exceed.
    fn at(&self, part: f32) -> Option<f32> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f32::total_cmp);
        let last = sorted.len().checked_sub(1)?;
        sorted.get((last as f32 * part) as usize).copied()
    }

    /// Without the first part of the windows: what adapts has done so by then.
    fn after(&self, part: f32) -> Self {
        Self(self.0[(self.0.len() as f32 * part) as usize..].to_vec())
    }
}

/// Collects what a microphone gives, step by step.
#[derive(Debug, Clone, Default)]
pub struct Trial {
    step: Option<TrialStep>,
    rate: u32,
    /// Of the device: all samples, those that are not zero, their sum.
    samples: u64,
    sounding: u64,
    sum: f64,
    /// While speaking: samples, those in flattened peaks, the length of the present one.
    spoken: u64,
    clipped: u64,
    flat: u32,
    window: Vec<f32>,
    raw: [Levels; 3],
    clean: [Levels; 3],
    peak: f32,
}

impl Trial {
    /// Nothing was heard yet; samples count from the first [`Self::step`] on.
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on samples belong to this step.
    pub fn step(&mut self, step: TrialStep) {
        self.step = Some(step);
        self.window.clear();
    }

    /// Samples as the device gives them (mono, `rate` a second).
    pub fn raw(&mut self, samples: &[f32], rate: u32) {
        let Some(step) = self.step else { return };
        if rate != self.rate {
            self.rate = rate;
            self.window.clear();
        }
        let size = (rate * WINDOW_MS / 1000).max(1) as usize;
        for &sample in samples {
            // A driver that gives no number gives no sound.
            let sample = if sample.is_finite() { sample } else { 0.0 };
            self.samples += 1;
            self.sounding += u64::from(sample.abs() > ZERO);
            self.sum += f64::from(sample);
            self.peak = self.peak.max(sample.abs());
            if step == TrialStep::Speak {
                self.spoken += 1;
                self.flat = if sample.abs() >= FULL { self.flat + 1 } else { 0 };
                self.clipped += match self.flat {
                    FLAT => u64::from(FLAT),
                    more if more > FLAT => 1,
                    _ => 0,
                };
            }
            self.window.push(sample);
            if self.window.len() == size {
                self.raw[step as usize].0.push(level_db(&self.window));
                self.window.clear();
            }
        }
    }

    /// Samples after echo cancellation.
    pub fn clean(&mut self, frame: &[f32]) {
        if let Some(step) = self.step {
            self.clean[step as usize].0.push(level_db(frame));
        }
    }

    /// The loudest sample since this was last asked, for a meter.
    pub fn take_peak(&mut self) -> f32 {
        std::mem::take(&mut self.peak).min(1.0)
    }

    /// True where something came and all of it was silence.
    pub fn is_silent(&self) -> bool {
        self.samples > 0 && self.sounding == 0
    }

    /// What it came to; `dropped` samples were lost on their way.
    pub fn report(&self, dropped: u64) -> TrialReport {
        let floor = self.raw[TrialStep::Quiet as usize].at(0.5);
        let speech = self.raw[TrialStep::Speak as usize].at(0.9);
        let heard = self.raw[TrialStep::Playback as usize].after(0.5);
        let left = self.clean[TrialStep::Playback as usize].after(0.5);
        let mut report = TrialReport {
            rate: self.rate,
            floor_db: floor,
            speech_db: speech,
            playback_db: heard.at(0.9),
            residual_db: left.at(0.9),
            clipped: self.clipped as f32 / self.spoken.max(1) as f32,
            offset: (self.sum / self.samples.max(1) as f64) as f32,
            findings: Vec::new(),
        };
        report.findings = self.findings(&report, dropped);
        report
    }

    fn findings(&self, report: &TrialReport, dropped: u64) -> Vec<Finding> {
        if self.is_silent() {
            return vec![Finding::Silent];
        }
        let floor = report.floor_db.unwrap_or(NOTHING_DB);
        let clean_floor = self.clean[TrialStep::Quiet as usize].at(0.5).unwrap_or(floor);
        let mut findings = Vec::new();
        if let Some(speech) = report.speech_db {
            if speech < floor + OVER_FLOOR_DB {
                findings.push(Finding::NothingHeard);
            } else if speech < QUIET_DB {
                findings.push(Finding::Quiet);
            } else if speech < floor + CLEAR_DB && floor > LOUD_ROOM_DB {
                findings.push(Finding::Noisy);
            }
        }
        if report.clipped > CLIPPED {
            findings.push(Finding::Clipping);
        }
        if let (Some(heard), Some(left)) = (report.playback_db, report.residual_db) {
            let is_heard = heard > floor + OVER_FLOOR_DB;
            if is_heard && left > (clean_floor + RESIDUAL_OVER_FLOOR_DB).max(RESIDUAL_DB) {
                findings.push(Finding::Echo);
            }
        }
        if report.rate > 0 && report.rate < NARROW {
            findings.push(Finding::Narrow);
        }
        if report.offset.abs() > OFFSET {
            findings.push(Finding::Offset);
        }
        if dropped > 0 {
            findings.push(Finding::Dropouts);
        }
        findings.sort_by_key(|finding| !finding.is_serious());
        findings
    }
}

/// Root mean square around the mean, in dB of full scale: an offset is no loudness.
fn level_db(window: &[f32]) -> f32 {
    let count = window.len().max(1) as f32;
    let mean = window.iter().sum::<f32>() / count;
    let power = window.iter().map(|sample| (sample - mean).powi(2)).sum::<f32>() / count;
    (10.0 * power.log10()).max(NOTHING_DB)
}

#[cfg(test)]
#[path = "trial_tests.rs"]
mod tests;
