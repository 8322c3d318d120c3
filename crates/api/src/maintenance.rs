//! What is done with the whole data folder, and the terminal program's place: as a page shows them.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What waits to be done before anything is opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ErrandView {
    /// `restore`, `move`, `mend`.
    pub what: String,
    /// The backup, or where to; empty for mending.
    pub path: String,
}

/// How far it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WorkProgress {
    /// Bytes done.
    pub done: f64,
    /// Bytes in all.
    pub total: f64,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ErrandReport {
    /// `restore`, `move`, `mend`.
    pub what: String,
    /// Where the data folder is now; of a restored one, where that lies which was there before (empty where nothing was).
    pub path: String,
    /// Bytes that came.
    pub bytes: f64,
    /// What was found, database by database.
    pub databases: Vec<DatabaseView>,
}

/// A database, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseView {
    /// Its file's name.
    pub name: String,
    /// `sound`; `locked`: its key is not here; `damaged`: nothing could be done; `remade`: it was set aside and is made again; `returned`:
    /// it was set aside, and came back from a copy.
    pub state: String,
    /// What is wrong with it, the copy that it came back from, or where it was set aside.
    pub detail: String,
}

/// What comparing a model with the checksums that it came with found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ModelCheck {
    /// Its id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// `good`; `unpinned`: there is nothing to compare it with; `changed`: a file is not what it was.
    pub state: String,
    /// The file that is not what it was; empty otherwise.
    pub file: String,
}

/// A backup, before anything of it is unpacked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupView {
    /// Where it lies.
    pub path: String,
    /// Version of the program that made it.
    pub program: String,
    /// When, Unix time in milliseconds.
    pub at: f64,
    /// Files in it.
    pub files: f64,
    /// Their bytes once unpacked.
    pub bytes: f64,
    /// Models or voices are in it.
    pub models: bool,
    /// It is encrypted, with the passphrase of then.
    pub encrypted: bool,
}

/// A folder that everything could go to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MovePlace {
    /// Where.
    pub path: String,
    /// Bytes that would go.
    pub bytes: f64,
}

/// Whether the terminal program can be called by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CommandLine {
    /// `there`: a terminal finds it; `elsewhere`: a terminal finds another one; `ready`: it can be put where a terminal finds it;
    /// `absent`: this copy of the program brings none.
    pub state: String,
    /// The terminal program of this copy; empty where it brings none.
    pub program: String,
    /// Where a terminal finds it, or would.
    pub at: String,
    /// A terminal looks there; otherwise the person has to add the folder to `PATH`.
    pub on_path: bool,
}
