//! From datasets to trained models: LoRA on the engine's decoder families, preferences and rewards, and small models from
//! nothing.
//!
//! From the ground up: `ops` (operations with their gradients), `decoder` (a model made of them), `objective` and its kinds,
//! `trainer` (steps, looks, checkpoints), `place` (the processor or a graphics card), and the files that come out: `adapter` (PEFT's), `whole` (a
//! model of transformers'), `merge`, `export` (for LLaMA-Factory). Texts become tokens through the model's own vocabulary; how a conversation is written is told by who calls.
//!
//! Never here: the screen, chat templates, where models live.

pub mod adapter;
pub mod advice;
mod aside;
pub mod bench;
pub mod chitchat;
mod decoder;
#[cfg(test)]
mod device_tests;
// What tests of both kinds use calls it by its name.
#[cfg(test)]
extern crate self as tuning;
mod error;
mod examples;
pub mod export;
mod files;
pub mod generate;
mod job;
mod lora;
pub mod losses;
pub mod merge;
mod objective;
mod ops;
mod optimiser;
mod place;
pub mod plan;
mod ppo;
mod preference;
pub mod pretrain;
mod probe;
pub mod rows;
mod schedule;
mod sft;
mod spelling;
mod trainer;
mod whole;

pub use aside::aside;
pub use decoder::{BaseFormat, Decoder, Gpt2Shape, LlamaShape, Loaded};
pub use error::{Error, LastGood};
pub use examples::{Example, Learning, Turn, truncated};
pub use job::{Base, Job};
pub use llm::{ComputesOn, DeviceChoice};
pub use lora::Lora;
pub use objective::{Collects, Metric, Objective, Outcome, Sum};
pub use optimiser::AdamW;
pub use place::Place;
pub use ppo::PpoKnobs;
pub use preference::{Judged, Preferences, TokenPair};
pub use probe::{last_logits, last_logits_with};
pub use schedule::Schedule;
pub use sft::Supervised;
pub use spelling::Spelling;
pub use trainer::{
    Curves, Event, Form, Point, Sampler, Settings, Summary, Training, Warmup, checkpoint_of,
    curves, measure, train,
};

/// Where a training computes. The processor; graphics cards where the program was built for them.
pub use candle_core::Device;
