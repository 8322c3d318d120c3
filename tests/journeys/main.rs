//! Whole turns: real SQLite, real files, the embedded language model, espeak-ng, and the tests' own small Whisper.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod arena;
mod deleting;
mod disk;
mod graphics;
mod hands_free;
mod interruption;
mod library;
mod meaning;
mod models;
mod not_ready;
mod novels;
mod offline;
mod pictures;
mod scenery;
mod speech;
mod story;
mod studio;
mod studio_asking;
mod vault;
mod writers;
