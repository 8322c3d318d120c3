//! Fakes of every port and a virtual clock, for tests.
//!
//! They keep the contracts of `domain`'s ports: sinks are called from a thread of the fake's own, may block, and are left
//! alone once they say stop. What a test needs to decide (when a token comes, how far the sound has got) it decides by
//! opening a [`Gate`] or moving a clock; nothing sleeps.

mod builders;
mod clock;
mod deck;
mod ears;
mod embedder;
mod files;
mod log;
mod model;
mod voice;
mod worker;

pub use builders::{character, persona, plain_ask, problem, speech, spoken, transcript};
pub use clock::{Gate, VirtualClock};
pub use deck::Deck;
pub use ears::{ScriptedDetector, ScriptedEars};
pub use embedder::LetterEmbedder;
pub use files::holding;
pub use log::MemoryLog;
pub use model::{Script, ScriptedModel};
pub use voice::ToneVoice;
