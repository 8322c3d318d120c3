//! What lies on the disk and what left the machine: sizes, everything in one file and back, moving, repair, logs, and the
//! list of every access to the network, encryption switched on and off.
//!
//! Invariants: nothing is overwritten (what takes another's place is set aside first); a backup gets its name when it is
//! complete and has been flushed; nothing of this is ever sent anywhere.

mod archive;
mod aside;
mod check;
mod errand;
mod error;
pub mod logs;
mod network_log;
mod relocate;
mod restore;
mod sealing;
mod usage;

pub use archive::{About, Manifest, Packed, Unpacked, about, pack, unpack};
pub use aside::{Aside, asides, delete_aside};
pub use check::{Finding, State, check, mend};
pub use errand::{Errand, drop_errand, errand, set_errand};
pub use error::Error;
pub use network_log::{Allowed, Entry, FILE as NETWORK_LOG, NetworkLog, accesses};
pub use relocate::{check_place, relocate};
pub use restore::{Restored, finish_restore, restore, restore_aside};
pub use sealing::{
    SealProgress, Watch, delete_plain_copies, looks_sealed, phase_of_files, plain_copies, resume,
};
pub use usage::{Part, Use, free, usage};
