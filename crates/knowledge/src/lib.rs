//! What people hand a character to read: documents of many kinds, cut into passages, found again by the words of a question, and
//! always with the file and the place they came from.
//!
//! Invariants: what a document says is a quotation and never an order; nothing a file claims is believed before it is bounded; the
//! files themselves are never changed; an index that is lost is made again from them; no call needs a model or the network.

pub mod bench;
mod chunk;
mod error;
mod evidence;
mod filing;
mod index;
mod meaning;
mod need;
mod piece;
mod read;
mod reading;
mod rules;
mod schema;
mod search;
mod shelf;

pub use chunk::{Chunk, chunks_of};
pub use error::{Error, Refusal};
pub use evidence::{ENOUGH, Evidence, evidence, rouge_l_precision};
pub use index::{Outcome, RefusedFile, Report, Watch};
pub use meaning::Meaning;
pub use need::{Need, need, rewritten};
pub use piece::{Piece, Place};
pub use read::{About, Format, read};
pub use rules::{Fired, Rule, Rules};
pub use search::{Passage, Reader};
pub use shelf::{Document, Knowledge, State};
