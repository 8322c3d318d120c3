//! Encryption at rest, as a page shows it.

use serde::{Deserialize, Serialize};
use specta::Type;

/// How the data folder is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct VaultView {
    /// `off`; `prepared`: to be encrypted at the next start; `on`; `leaving`: to be decrypted at the next start; `sealing`, `unsealing`:
    /// interrupted while it was changed; `lost`: encrypted, and the key file is gone or damaged, so that only the recovery code opens it.
    pub phase: String,
    /// The passphrase is needed before anything can be opened, or before what was begun goes on.
    pub waits: bool,
    /// Copies from before that are not encrypted.
    pub plain_copies: u32,
    /// Their bytes.
    pub plain_bytes: f64,
    /// Characters that a passphrase has at least.
    pub least: u32,
}

/// How far the change of a data folder is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct VaultProgress {
    /// Bytes done.
    pub done: f64,
    /// Bytes in all.
    pub total: f64,
    /// The file that is next; empty at the end.
    pub file: String,
}
