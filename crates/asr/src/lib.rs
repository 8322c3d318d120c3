//! Ears: when somebody speaks, and what was said. It knows nothing of devices.
//!
//! - [`Detector`] finds utterances in a stream of samples ([`domain::SpeechDetector`], Silero VAD inside).
//! - [`Listener`] is that and more: what was understood so far, and whether it is all.
//! - [`Dictation`] is the same for what is said while a button is held, which ends when that comes up.
//! - [`Recogniser`] writes them down ([`domain::Transcriber`], whisper.cpp inside).
//! - [`inspect`] tells what a Whisper file holds before anything is loaded.

mod completeness;
mod decoded;
mod detector;
mod dictation;
mod evidence;
mod guard;
mod language;
mod listener;
mod parameters;
mod passages;
mod recogniser;
mod silero;
mod stable;
#[cfg(test)]
mod synthetic;
mod whisper_file;

pub use completeness::completeness;
pub use detector::{Detector, DetectorOptions};
pub use dictation::Dictation;
pub use listener::{Listener, ListenerOptions, Question, Sign};
pub use recogniser::{Recogniser, RecogniserOptions};
pub use silero::{FRAME, Silero};
pub use whisper_file::{WhisperFile, inspect};
