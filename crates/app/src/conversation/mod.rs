//! A conversation and its turns: who is on stage, what is said, other answers, branches and saves, the way to the trash.
//! Joins `dialogue`, which conducts, with the log of `store`.
//!
//! Begin with `conductor`: its thread, what it is given, whom it tells. What a person types comes in through `turns`.

pub(crate) mod branches;
pub(crate) mod cast;
pub(crate) mod conductor;
pub(crate) mod deletion;
pub(crate) mod greeting;
pub(crate) mod inbox;
pub(crate) mod on_stage;
pub(crate) mod read_ahead;
pub(crate) mod suggestions;
pub(crate) mod turns;
pub(crate) mod views;
