//! Whole turns: real SQLite, real files, the embedded language model, espeak-ng, and the tests' own small Whisper.

mod arena;
mod disk;
mod hands_free;
mod interruption;
mod library;
mod models;
mod novels;
mod offline;
mod speech;
mod story;
mod studio;
mod writers;
