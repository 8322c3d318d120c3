//! The commands: convert, one call, convert. Anything longer belongs into a room.

pub(crate) mod appraisals;
pub(crate) mod arena;
pub(crate) mod cast;
pub(crate) mod characters;
pub(crate) mod documents;
pub(crate) mod figures;
pub(crate) mod housekeeping;
pub(crate) mod library;
pub(crate) mod maintenance;
pub(crate) mod memory;
pub(crate) mod models;
pub(crate) mod pet;
pub(crate) mod pictures;
pub(crate) mod scenery;
pub(crate) mod settings;
pub(crate) mod stage;
pub(crate) mod story;
pub(crate) mod studio;
pub(crate) mod talk;
pub(crate) mod vault;

use std::sync::Arc;

use app::{App, api::Problem};

/// The state every command gets.
pub(crate) type Handle<'a> = tauri::State<'a, Arc<App>>;
/// What every command answers.
pub(crate) type Answer<T> = Result<T, Problem>;
