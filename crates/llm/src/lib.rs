//! The language-model engine: model files in, streamed replies out, behind [`domain::LanguageModel`].
//!
//! [`Engine::load`] checks and reads a file and starts the one thread that owns the weights and the KV cache. Requests queue;
//! each polls its cancel flag between tokens and between pieces of the prompt; a prompt that begins like the last one costs
//! only its new tokens. Inside, from the file up: `tensors` (from `weights`' entries to matrices), `decoder` (one decoder
//! described by a config, on f32 slices with our own products, or on a graphics card in candle's tensors), `devices` and
//! `opening` (which of the two), `tokenizer`, `sampler`, `stop`, `session`, `engine`.
//!
//! Never here: prompts, characters, the network, the screen.
#![expect(
    clippy::inline_always,
    reason = "pulp's rule: a kernel that is not inlined into its dispatch loses the vector instructions"
)]
#![cfg_attr(
    test,
    expect(clippy::float_cmp, reason = "where a test compares numbers, it means these very bits")
)]

mod adapter_file;
mod adapting;
mod anatomy;
mod base_mark;
mod bench;
mod candidates;
mod decoder;
mod dense;
mod devices;
mod encoders;
mod engine;
mod error;
mod json;
mod memory;
mod model;
mod opening;
mod rerank;
mod sampler;
mod saved;
mod seq2seq;
mod session;
mod speculation;
mod stop;
pub mod synthetic;
mod tensors;
mod tokenizer;
mod whole;
mod word_biases;

#[cfg(test)]
mod tests;

pub use adapting::{AdapterAbout, AdapterChoice, inspect_adapter};
pub use anatomy::{Anatomy, TRAINABLE, Vocabulary};
pub use base_mark::BaseMark;
pub use bench::{Adapted, BenchOptions, BenchReport, Spread, bench};
pub use decoder::CacheFormat;
pub use devices::{
    BUILT_FOR, ComputesOn, DeviceAbout, DeviceChoice, Found, GivesBack, devices,
    find as find_devices, free_on, no_room, open_devices, roomiest,
};
pub use encoders::{Encoder, Pooling};
pub use engine::{Completed, Completion, Engine, Memory, Options, SavedOptions, Written};
pub use error::Error;
pub use opening::has_room;
pub use rerank::{Reranked, Reranker};
pub use saved::forget_saved;
pub use seq2seq::{AnswerEngine, Answerer, Writing};
pub use tensors::{Quantization, ggml};

/// Architectures that can be loaded, for people.
pub const SUPPORTED_ARCHITECTURES: &str = decoder::SUPPORTED;
