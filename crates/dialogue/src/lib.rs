//! The conductor: it brings together what the person says, the model, the voice, the ears, the speakers and the log.
//!
//! At its heart is a pure function, [`step`]: `(stage, event) -> (stage, effects)`. Around it is a small shell, the
//! [`Conductor`], one async task that takes [`Event`]s from a bounded inbox, runs the effects over the [`Ports`], and tells
//! the app [`Update`]s. Everything that races is decided in the heart, and tested there.
//!
//! Invariants: no lock is held across an await; every channel is bounded; every datum carries its turn, and data of other
//! turns is ignored; what the person said is on disk before it is shown; of a reply only what was heard is kept.

mod baton;
mod casting;
mod conductor;
mod event;
mod nods;
mod over;
mod own_words;
mod ports;
mod scene;
mod sinks;
mod stage;
mod step;
mod turn;
mod update;
mod wake;

pub use baton::{Baton, Gone};
pub use casting::{Member, follower, next_speaker};
pub use conductor::Conductor;
pub use event::{Cause, Change, Event};
pub use over::Over;
pub use ports::{Clock, Ports, PromptMaker, Request, Slot, SystemClock};
pub use scene::{Guest, Scene};
pub use stage::{By, Ear, Hearing, Phase, Stage, Work};
pub use step::{Effect, step};
pub use update::{Timings, Update};
pub use wake::WakePhrase;
