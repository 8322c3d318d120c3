//! How a reply is delivered: the model's text goes in piece by piece, and out come the text to display, the feelings to
//! show, and the lines to speak, each as soon as it is certain.
//!
//! The path of one character: thinking filter → tag parser → own name → splitter → speech normaliser. Every stage works character
//! by character, so the result cannot depend on how the stream was cut into chunks; property tests hold it to that.
//!
//! Invariant: no IO, no clock, no thread, no async. What is held back is bounded: a possible tag, or one line.

mod aside;
mod chars;
mod heard;
mod line_end;
mod own_name;
mod scribe;
mod sentence;
mod speakable;
mod tag;
mod think;

pub use heard::{Shown, heard, shown, tagged};
pub use scribe::{Delivered, Scribe};
pub use speakable::speech;
