//! Settings between their file, the page and the rooms.
//!
//! Begin with `changes`: what happens when one is changed. A new setting is a field of `store::Settings`,
//! `api::Settings` and `api::SettingsPatch`, and a line each in `mapping`.

pub(crate) mod changes;
pub(crate) mod mapping;
