//! The data folder and the program itself: what lies where, what left the machine, encryption, backups, repair, updates, the place of the
//! terminal's program. The rules are `upkeep`'s and `vault`'s; docs/privacy.md and docs/updates.md say why.
//!
//! Begin with `data_folder`. What must be done while nothing is open is in `maintenance` and `encryption`, and needs no [`App`](crate::App).

pub mod command_line;
pub(crate) mod data_folder;
pub mod encryption;
pub mod maintenance;
pub(crate) mod network;
pub mod updates;

pub use self::data_folder::log_file;
