//! Facts that a language model reads in what was said, beside the rules of [`crate::facts`]: a bounded window of messages is given to
//! the model by somebody else, who brings back its reply; here each line of it is held against the window, and what is not grounded
//! in it is dropped. Rules stay the floor: what they found is not touched.
//!
//! What was found stands in tables of its own by the ids of messages, so that it outlives a memory that is made again. It goes with a
//! message that is forgotten or deleted, and with a model that turns out to invent things, but for what the person decided about.

mod exam;
mod grounding;
mod keeping;
mod proposal;
mod readers;
mod window;

pub use exam::{Marks, Paper, papers};
pub use grounding::Refused;
pub use keeping::Kept;
pub(crate) use keeping::{Found, erase, forget_strangers, found_in, restore};
pub use proposal::{LONGEST, MOST, NOTHING};
pub(crate) use readers::finder_of;
pub use readers::{Reader, Standing, Verdict};
pub use window::{By, Line, Names, Window};

#[cfg(test)]
mod tests;

/// What outlives a memory that is made again: the models that have read, how well each did, what they have read (runs of messages
/// without a fork, by their ends), and what they found. In `found` `of_user` says whose words it stands in.
pub(crate) const TABLES: &str = "
CREATE TABLE IF NOT EXISTS readers (
  key INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  verdict TEXT NOT NULL DEFAULT '',
  windows INTEGER NOT NULL DEFAULT 0,
  lines INTEGER NOT NULL DEFAULT 0,
  grounded INTEGER NOT NULL DEFAULT 0,
  kept INTEGER NOT NULL DEFAULT 0,
  UNIQUE (name, version)
) STRICT;
CREATE TABLE IF NOT EXISTS has_read (
  reader INTEGER NOT NULL,
  first TEXT NOT NULL,
  last TEXT NOT NULL,
  PRIMARY KEY (reader, first)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS found (
  message TEXT NOT NULL,
  of_user INTEGER NOT NULL,
  attribute TEXT NOT NULL,
  value TEXT NOT NULL,
  clause TEXT NOT NULL,
  reader INTEGER NOT NULL,
  PRIMARY KEY (message, attribute, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS found_by_reader ON found (reader);
";
