//! What fits this machine, what lies on its disk, and what left it: as a page shows it.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What is planned for this machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PlanView {
    /// Bytes of memory.
    pub memory: f64,
    /// Bytes of it that may be used.
    pub budget: f64,
    /// Bytes that the set takes, the program counted.
    pub needs: f64,
    /// Bytes of the program and its window.
    pub base: f64,
    /// Bytes that are free now.
    pub available: f64,
    /// Bytes to fetch.
    pub download: f64,
    /// False only for what a person chose themselves.
    pub fits: bool,
    /// Name of the processor; may be empty.
    pub processor: String,
    /// Cores.
    pub cores: u32,
    /// Graphics cards, with what each is good for here.
    pub gpus: Vec<PlannedGpu>,
    /// Tokens of context that the set is planned with, where the usual ones are too many for this machine.
    pub context: Option<u32>,
    /// Ids of the recommended set.
    pub set: Vec<String>,
    /// Everything there is, beside the rest of the set.
    pub models: Vec<PlannedModel>,
}

/// A graphics card, or what calls itself one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PlannedGpu {
    /// Its name.
    pub name: String,
    /// Bytes of memory that it can use.
    pub memory: f64,
    /// Bytes of it that are free, where that is known.
    pub free: Option<f64>,
    /// `used` (language models compute on it where they fit), `setting` (the setting `device` says otherwise), `other-build` (one for CUDA or
    /// Metal would), `no-driver` (NVIDIA's own is missing), `server` (only a server on this machine could), `shared` (it has no memory of
    /// its own), `software` (it is no card).
    pub fate: String,
}

/// What is planned of one model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PlannedModel {
    /// Id.
    pub id: String,
    /// `fits`, `slow`, `too-large`.
    pub verdict: String,
    /// Bytes that stay; below nought, those that are missing.
    pub spare: f64,
    /// Bytes that it takes.
    pub needs: f64,
    /// Only its size was known.
    pub estimated: bool,
    /// Tokens a second, where the speed of memory was measured.
    pub tokens_per_s: Option<f64>,
}

/// An access to another machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccessView {
    /// Milliseconds since 1970.
    pub at: f64,
    /// `download`, `listing`, `remote-model`, `search`, `asset`.
    pub purpose: String,
    /// Where.
    pub host: String,
    /// What was asked for.
    pub what: String,
    /// Bytes sent; `None` where it is not over.
    pub sent: Option<f64>,
    /// Bytes received.
    pub received: Option<f64>,
    /// Nothing was connected to.
    pub refused: bool,
}

/// Whether there is a newer version of the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UpdateView {
    /// `unconfigured` (nobody told this build where to look), `newest`, `newer`.
    pub state: String,
    /// This version.
    pub here: String,
    /// The newer one; empty where there is none.
    pub version: String,
    /// What is new in it, as its makers write.
    pub notes: String,
}

/// What can be done about versions without asking anybody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UpdateStanding {
    /// The version that has been fetched and waits; empty where there is none.
    pub ready: String,
    /// How it is installed: `replace` (the file takes this one's place, and is started), `open` (the system's installer opens it), `start`
    /// (an installer, behind the end of this program), `by-hand`; `flatpak` where newer versions come another way; empty otherwise.
    pub way: String,
    /// Where its file lies.
    pub file: String,
    /// What does the same in a terminal; may be empty.
    pub command: String,
    /// The version that one can go back to; empty where there is none.
    pub previous: String,
    /// A version that was installed and did not start; empty where there is none.
    pub failed: String,
}

/// What happens after a newer version has been installed, or handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum UpdateStep {
    /// This program ends now, and the newer one (or its installer) is started.
    Restart,
    /// The system's installer has it.
    Opened,
}

/// A part of the data folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DataPart {
    /// `conversations`, `characters`, `models`, `voices`, `reading-caches`, `backups`, `logs`, `set-aside`, `other`.
    pub part: String,
    /// Where.
    pub path: String,
    /// Bytes.
    pub bytes: f64,
    /// Files.
    pub files: f64,
    /// It is made again when it is missing.
    pub disposable: bool,
}

/// A data folder as it was before a backup took its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AsideView {
    /// Its name, by which it is deleted and brought back.
    pub name: String,
    /// Where it lies.
    pub path: String,
    /// When it was set aside, in milliseconds since 1970, where its name says.
    pub at: Option<f64>,
    /// Bytes.
    pub bytes: f64,
    /// `passphrase`: it is encrypted and opens with the passphrase of then; `unsealed`: it is not, and the data folder is; or empty.
    pub opens: String,
}

/// The data folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct KeepingView {
    /// Where it is.
    pub root: String,
    /// Part by part.
    pub parts: Vec<DataPart>,
    /// What was there before backups were brought back, the newest first.
    pub asides: Vec<AsideView>,
    /// The last lines of the log.
    pub log: Vec<String>,
    /// Crash reports, the newest first.
    pub crashes: Vec<String>,
}
