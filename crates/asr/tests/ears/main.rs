//! Whole ears: real sounds in, utterances and transcripts out. One program, so that the model is linked once.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod common;
mod detection;
mod recognition;
