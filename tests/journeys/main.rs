//! Whole turns: real SQLite, real files, the embedded language model, espeak-ng, and the tests' own small Whisper.

mod disk;
mod hands_free;
mod interruption;
mod library;
mod novels;
mod speech;
mod story;
mod studio;
