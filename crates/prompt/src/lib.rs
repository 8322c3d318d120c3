//! From a character, a persona and a history to the prompt of a language model: token-budgeted, explained block by block, and with a
//! beginning that stays the same from turn to turn, so that the KV cache survives.
//!
//! Invariants: no IO, no clock, no model; the same scene always gives the same prompt; cards, messages and chat templates are
//! hostile input and can neither forge control tokens nor run away.

mod assemble;
mod builtin;
mod company;
mod lessons;
mod lore_scan;
mod macros;
mod names;
mod parts;
mod placing;
mod profiled;
mod profiles;
mod scene;
mod sheet;
mod special;
mod template;
mod texts;
mod turns;

pub use assemble::assemble;
pub use company::{Company, Other};
pub use lessons::{Lesson, Lessons};
pub use lore_scan::{activate, greeting_of, replay};
pub use macros::{Macros, Moment, View};
pub use names::Names;
pub use profiles::{
    CharacterGlm, ChatNvl, ChatPlug, ChatProfile, Decoding, Gpt2Chitchat, Input, Session,
    Utterance, Weights, Wording, profile_for,
};
pub use scene::{Assembled, AuthorNote, Block, Excerpt, Limits, Note, Scene, StageNames};
