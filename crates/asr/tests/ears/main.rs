//! Whole ears: real sounds in, utterances and transcripts out. One program, so that the model is linked once.

mod common;
mod detection;
mod recognition;
