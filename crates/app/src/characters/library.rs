//! The library of characters: listing and searching, marks, the trash, copies, export. What a card says is read here once and kept
//! in `store`'s index; nothing else of the app reads cards to draw a list.

mod document;
mod editing;
mod export;
mod greetings;
mod importing;
mod listing;
mod lorebook;
mod personas;
mod plain;
mod portraits;
mod reading;
mod saving;
#[cfg(test)]
mod tests;
mod validation;

pub(crate) use importing::expand;
pub(crate) use listing::{Shelf, unreadable_choices};
pub(crate) use portraits::{data_url, small};
pub(crate) use reading::{CARD_FILES, file_name_for};
