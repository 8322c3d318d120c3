//! Lines to sound: a line's text becomes PCM and a track of mouth shapes, spoken by espeak-ng (comes with the app) or by a
//! Piper voice (`.onnx` and `.onnx.json`, run by ONNX Runtime).
//!
//! The way of a line: [`text`] cleans it and cuts it into pieces of one language, at most a sentence each; a voice turns a
//! piece into PCM and marks (which mouth shape starts at which sample); [`parts`] chops the sound into parts of a fifth of
//! a second for whoever plays it. English, Chinese and Japanese have text front ends of their own, because espeak-ng reads
//! neither kanji nor most Chinese characters: Chinese goes through pinyin, Japanese through a morphological dictionary. Piper voices that were
//! trained on phonemes of their own get them from the same readings ([`piper`]).
//!
//! Invariants: no sound device is opened here; one thread per [`Speaker`] does the work; the queue in front of it is
//! bounded; nothing is downloaded. espeak-ng is global state of the process and hides behind one lock, which is never held
//! while a sink is called.

mod cast;
mod catalogue;
mod error;
mod espeak;
mod front;
mod kept;
mod mood;
mod parts;
mod piper;

mod resample;
mod resources;
mod sound;
mod speaker;
mod text;
mod tone;
mod visemes;
mod zst;

pub use catalogue::{VoiceEntry, VoiceKind, list_voices};
pub use error::TtsError;
pub use resources::Options;
pub use speaker::{Rendered, Speaker};
pub use text::Japanese;
