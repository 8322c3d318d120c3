//! Builds the product from the rooms: starts the threads, joins the ports, and offers one typed API of commands and events
//! to whatever shell is around it (the window, the terminal, a test).
//!
//! Invariants: the only room that sees every other; knows no window system and prints nothing; every call returns soon, what
//! takes long reports through [`api::AppEvent`]s.

mod adapters;
pub mod api;
mod app;
mod appraisals;
pub mod appraising;
mod arena;
mod author_notes;
mod books;
mod cast;
mod characters;
mod conducting;
mod configuring;
mod counting;
mod devices;
mod directing;
mod documents;
mod ear;
mod encoding;
mod events;
mod expressions;
mod fetching;
mod figures;
mod greeting;
mod guarding;
mod hands_free;
mod heeding;
mod imports;
mod keeping;
mod knowing;
mod library;
mod line;
mod live2d_core;
mod looks;
mod lorebooks;
mod memories;
mod mic_test;
pub mod novels;
mod on_stage;
mod options;
mod others;
mod output;
mod painters;
mod parts;
mod picturing;
pub mod places;
mod planning;
mod preferences;
mod prompting;
mod reading;
mod remembering;
mod remote_model;
mod remote_pictures;
mod searching;
mod sounds;
mod story;
mod studio;
mod suggesting;
pub mod suite;
mod summing;
mod talking;
pub mod tools;
pub mod tuning;
pub mod updating;
pub mod vaulting;
mod views;
mod waking;
mod writers;

pub use app::{Answer, App};
pub use events::Listener;
pub use llm::DeviceChoice;
pub use options::{Options, Output, find_resources};
