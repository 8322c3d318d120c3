//! Lorebooks: the formats of every tool that is known, and an engine that obeys the specification of Character Card V3 where the
//! leading tools do not.
//!
//! Invariants: no IO, no clock, no chance of its own: the same books, conversation, state and seed always give the same answer.
//! Books are hostile input: bounded before they are read, regular expressions run in linear time, what cannot be understood is a
//! warning and is kept.

mod activate;
mod because;
mod book;
mod budget;
mod chat;
mod conditions;
mod decorators;
mod error;
mod fold;
mod formats;
mod found;
mod groups;
mod index;
mod js_regex;
mod keys;
mod timers;
mod words;

pub use activate::{Outcome, Verdict};
pub use because::{Because, Place};
pub use book::{AlsoScan, Book, Entry, Filter, Format, KeySyntax, Logic, Position, Role, Window};
pub use budget::Trimmed;
pub use chat::{AsWritten, Chat, Expand, Form, Said, Settings, Sources};
pub use decorators::{Decorators, split as split_decorators};
pub use error::{Error, Warning};
pub use fold::Folding;
pub use formats::{MAX_ENTRIES, MAX_FILE_BYTES, lorebook_v3, read, read_value, without_decorators};
pub use index::{Index, Scope};
pub use timers::State;
