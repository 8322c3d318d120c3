//! The microphone test over IPC.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Problem;

/// Where a microphone test is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum MicStep {
    /// The device is being opened.
    Opening,
    /// Nobody should speak.
    Quiet,
    /// The person should speak.
    Speak,
    /// The character speaks; the person should not.
    Playback,
    /// What was said is being written down.
    Words,
    /// There is a report.
    Done,
    /// It could not be done: there is a problem.
    Failed,
    /// It was broken off.
    Stopped,
}

/// What was found to be wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MicFinding {
    /// `silent`, `nothingHeard`, `quiet`, `clipping`, `offset`, `noisy`, `narrow`, `echo`, `dropouts`, `noWords`, `noEars`.
    pub kind: String,
    /// A conversation will not work like this.
    pub serious: bool,
    /// What and what to do, in English.
    pub problem: Problem,
}

/// What a test came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MicReport {
    /// Samples per second of the device.
    pub rate: u32,
    /// Loudness of the room, of the speech, of the speakers in the microphone, and of what echo cancellation left of them,
    /// in dB of full scale; null where it was not measured.
    pub floor_db: Option<f32>,
    /// See `floor_db`.
    pub speech_db: Option<f32>,
    /// See `floor_db`.
    pub playback_db: Option<f32>,
    /// See `floor_db`.
    pub residual_db: Option<f32>,
    /// What the recogniser understood; null without one.
    pub heard: Option<String>,
    /// What is wrong, the worst first.
    pub findings: Vec<MicFinding>,
}

/// A test as it goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MicTest {
    /// Where it is.
    pub step: MicStep,
    /// How long the step still takes, in milliseconds; 0 where nobody knows.
    pub remaining_ms: u32,
    /// Loudest sample of the last tenth of a second, 0 to 1.
    pub level: f32,
    /// At the end.
    pub report: Option<MicReport>,
    /// Why there is none.
    pub problem: Option<Problem>,
}
