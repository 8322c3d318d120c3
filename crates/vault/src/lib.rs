//! Encryption at rest: the key of a data folder, how a person's passphrase guards it, and databases and files that only it opens.
//!
//! Invariants: whether something is written encrypted follows from where it lies (the folder's key file says so), never from what
//! a caller remembered to pass on, so that no room can write plain text into an encrypted folder by omission; nothing decrypted is
//! handed out before it is authenticated; a locked folder is refused, never begun anew; keys are wiped from memory when dropped.

mod database;
mod error;
mod files;
mod header;
mod key;
pub mod keychain;
pub mod recovery;
mod state;

pub use database::{convert, is_plain_database, open, open_read_only, opens};
pub use error::Error;
pub use files::{
    LINE, MAGIC, Reader, Writer, is_sealed, is_sealed_by_lines, line_for, plain_length,
    plain_lines, read, seal_for, sealed_lines, sync_file,
};
pub use header::{FILE, Header, MIN_PASSPHRASE, Phase};
pub use key::{DataKey, Secret};
pub use state::{Seal, lock, seal_of, unlock};

#[cfg(test)]
mod tests;
