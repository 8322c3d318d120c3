//! What a character remembers. The log is the truth, of what was said and of what the person decided about it; everything here is
//! derived from it, points at the messages it came from, belongs to the branch they are on, and can be thrown away and made again.
//!
//! Invariants: nothing is written into the log but what the person decided, before it holds here; what did not happen on the branch shown is not recalled; a message is found by the
//! words of any of three languages; no call needs a model.

mod acquaintance;
pub mod bench;
mod counts;
mod decided;
pub mod diary;
mod episodes;
mod error;
mod exchange;
pub mod extraction;
pub mod facts;
mod foreign;
mod forgetting;
mod happened;
mod knows;
mod meaning;
mod memory;
mod names;
mod noise;
mod notes;
mod outline;
mod partings;
mod rank;
mod recall;
mod retold;
mod schema;
mod search;
mod summaries;
mod sync;
mod talked_about;
mod wishes;

pub use acquaintance::Acquaintance;
pub use episodes::{Episode, PAUSE};
pub use error::Error;
pub use exchange::{MAX_BYTES, TakenOver};
pub use forgetting::{Forgotten, Heeded};
pub use happened::Scope;
pub use knows::Fact;
pub use meaning::Meaning;
pub use memory::{Memory, Progress};
pub use names::{FactName, SceneName};
pub use notes::Note;
pub use outline::{About, Chapter, Scene};
pub use recall::{Because, Item, Limits, Recalled};
pub use search::Hit;
pub use summaries::{BY_HAND, Retold, Summary, Unsummed};
pub use wishes::{Wish, wish};

#[cfg(test)]
mod decided_tests;
#[cfg(test)]
mod forgetting_tests;
#[cfg(test)]
mod outline_tests;
#[cfg(test)]
mod partings_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod wished_tests;
