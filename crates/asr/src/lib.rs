//! Ears: when somebody speaks, and what was said. It knows nothing of devices.
//!
//! - [`Detector`] finds utterances in a stream of samples ([`domain::SpeechDetector`], Silero VAD inside).
//! - [`Listener`] is that and more: what was understood so far, and whether it is all.
//! - [`Recogniser`] writes them down ([`domain::Transcriber`], whisper.cpp inside).
//! - [`inspect`] tells what a Whisper file holds before anything is loaded.

mod completeness;
mod decoded;
mod detector;
mod evidence;
mod guard;
mod language;
mod listener;
mod parameters;
mod passages;
mod recogniser;
mod silero;
mod stable;
mod whisper_file;

pub use completeness::completeness;
pub use detector::{Detector, DetectorOptions};
pub use listener::{Listener, ListenerOptions, Question, Sign};
pub use recogniser::{Recogniser, RecogniserOptions};
pub use silero::{FRAME, Silero};
pub use stable::Partial;
pub use whisper_file::{WhisperFile, inspect};
