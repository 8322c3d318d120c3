//! Builds the product from the rooms: starts the threads, joins the ports, and offers one typed API of commands and events
//! to whatever shell is around it (the window, the terminal, a test).
//!
//! Invariants: the only room that sees every other; knows no window system and prints nothing; every call returns soon, what
//! takes long reports through [`api::AppEvent`]s.
//!
//! A folder is a part of the product under the name that a person has for it; its `mod.rs` says what it is for and where to begin. `app` holds the
//! one value that they all extend, the types of the calls are in the crate `api`.

mod app;
pub mod appraisal;
mod characters;
mod conversation;
pub mod housekeeping;
mod imports;
mod knowledge;
mod memory;
mod models;
mod prompting;
mod settings;
mod stage;
pub mod studio;
pub mod terminal;
mod voice;

pub use ::api;
pub use ::llm::DeviceChoice;
pub use ::models::answer_about_graphics;
pub use app::{Answer, App, Listener, Options, Output, Paths};
