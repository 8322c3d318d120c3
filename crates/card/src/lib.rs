//! Bytes to characters and back. A card in the wild is half format, half accident: it is read value by value, what is wrong is put right
//! with a warning, and a card that has a name or any text is never refused. What is not understood is kept and written out again.
//!
//! Invariants: no file system; nothing that a file says is trusted (sizes, depths and compressed data are bounded before anything is
//! allocated); exporting what was not edited gives back what came in.

mod base64_text;
mod coerce;
mod detect;
mod error;
mod export;
mod import;
mod imported;
mod json;
mod png_chunks;
mod png_text;
mod read;
mod write;

pub use error::Error;
pub use import::import;
pub use imported::{Asset, Container, Imported, Spec, Warning};
pub use json::{MAX_JSON_BYTES, MAX_JSON_VALUES};

/// Largest file that is looked at.
pub const MAX_FILE_BYTES: usize = 64 << 20;
