//! Ears: when somebody speaks, and what was said. It knows nothing of devices.
//!
//! - [`Detector`] finds utterances in a stream of samples ([`domain::SpeechDetector`], Silero VAD inside).
//! - [`Recogniser`] writes them down ([`domain::Transcriber`], whisper.cpp inside).
//! - [`inspect`] tells what a Whisper file holds before anything is loaded.

mod detector;
mod guard;
mod passages;
mod recogniser;
mod silero;
mod whisper_file;

pub use detector::{Detector, DetectorOptions};
pub use recogniser::{Recogniser, RecogniserOptions};
pub use silero::{FRAME, Silero};
pub use whisper_file::{WhisperFile, inspect};
