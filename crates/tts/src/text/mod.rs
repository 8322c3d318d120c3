//! From a line's text to pieces that a voice can read: signs in words, cleaned, cut by language and by sentence.

mod clean;
mod ja;
mod normalise;
mod numbers;
mod pieces;
mod zh;

pub use ja::Japanese;
pub(crate) use pieces::{Piece, SENTENCE_MS, pieces, unreadable};
pub(crate) use zh::Chinese;
