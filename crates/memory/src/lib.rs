//! What a character remembers. The log is the truth; everything here is derived from it, points at the messages it came from, belongs
//! to the branch they are on, and can be thrown away and made again ([`Memory::rebuild`]).
//!
//! Invariants: nothing is written into the log; what did not happen on the branch shown is not recalled; a message is found by the
//! words of any of three languages; no call needs a model.

pub mod bench;
pub mod diary;
mod episodes;
mod error;
mod exchange;
pub mod facts;
mod forgetting;
mod happened;
mod knows;
mod memory;
mod notes;
mod rank;
mod recall;
mod schema;
mod search;
mod sync;

pub use episodes::Episode;
pub use error::Error;
pub use exchange::{MAX_BYTES, TakenOver};
pub use forgetting::Forgotten;
pub use happened::Scope;
pub use knows::Fact;
pub use memory::{Memory, Progress};
pub use notes::Note;
pub use recall::{Because, Item, Limits, Recalled};
pub use search::Hit;

#[cfg(test)]
mod forgetting_tests;
#[cfg(test)]
mod tests;
