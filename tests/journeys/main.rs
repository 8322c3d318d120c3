//! Whole turns: real SQLite, real files, the embedded language model, espeak-ng, and the tests' own small Whisper.

mod disk;
mod interruption;
mod speech;
mod story;
