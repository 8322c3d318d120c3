//! Catalogue of models, verified resumable downloads, imports, and what is on the disk.
//!
//! [`Catalogue`] says what there is, [`Fetcher`] (or [`Download`], on a thread of its own) brings it, [`recognise()`] tells
//! what a file is, [`Library`] knows what is here, [`listings()`] puts both side by side, [`plan()`] says what fits this machine.
//!
//! Invariants: nothing here loads a model or shows anything; no connection is made unless a caller asks for a download;
//! no file gets its name before its size and checksums are right; nothing outside our own folders is changed.

mod caches;
mod catalogue;
mod digest;
mod error;
mod fetch;
pub mod footprint;
mod hubs;
mod library;
mod listing;
mod machine;
mod pins;
mod planner;
mod recognise;
mod repository;
mod room;
mod update;
mod words;

pub use caches::{Shared, Tool, shared, shared_with};
pub use catalogue::{Catalogue, Entry, Kind, Licence, Place, Remote, Source};
pub use digest::{Algorithm, Digest};
pub use error::Error;
pub use fetch::{Download, Ended, Event, Fetched, Fetcher, Options, Outcome, Proxy, fetch_picture};
pub use hubs::{ENDPOINT_VARIABLE, Hubs};
pub use library::{How, Imported, Installed, Library, Verdict, Where};
pub use listing::{Listing, State, Trait, listings, offered};
pub use machine::{
    Fate, Gpu, Machine, Maker, MemoryIs, Through, answer_about_graphics, peak, resident,
};
pub use pins::{Checked, Pin};
pub use planner::{
    CONTEXTS, Candidate, Choice, Learned, Plan, Reason, Verdict as Fit, Wish, base, budget,
    candidate_at, candidates, entry_candidate, file_candidate, folder_candidate, on_card, plan,
    plan_within,
};
pub use recognise::{Content, VoiceConfig, is_folder, meant, recognise};
pub use repository::{Hub, MODEL_SCOPE_VARIABLE, Name, RepoFile, Repository, explain};
pub use room::room_for;
pub use update::{Channel, Release, install};
pub use words::{bytes, short};
