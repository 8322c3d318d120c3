//! Visual-novel scripts to speaker-labelled dialogue to datasets.
//!
//! Every engine has a reader of its own; all of them make the same [`Line`]s. What a file is, its content says. Speakers are never
//! invented: a name is taken only where a script gives it. Statements that a reader does not know are counted, never fatal.
//!
//! Invariants: no models, no network; the file system only in [`read_folder`] and in the writers of datasets; nothing that a file
//! says about its own size is believed before it is checked.

mod archive;
mod bgi;
pub mod chatlog;
pub mod dataset;
pub mod dumps;
mod encoding;
mod error;
mod files;
mod found;
mod ink;
mod kag;
mod line;
mod markup;
mod names;
mod naninovel;
mod novel;
mod nscripter;
mod people;
mod plain;
mod psb;
mod renjs;
mod renpy;
mod rows;
mod scn;
mod sniff;
mod webgal;
mod words;
mod yaml;
mod yarn;

pub use encoding::{Decoded, decode};
pub use error::Error;
pub use files::{File, Folder, MAX_FILES, MAX_SCRIPT_BYTES, MAX_TOTAL_BYTES, read_folder};
pub use found::Refusal;
pub use line::{Choice, Extends, Kind, Line, Source};
pub use novel::{Engine, Novel, Scan};
pub use people::{Person, people};
pub use rows::{is_rows, read_rows, write_messages, write_rows};
