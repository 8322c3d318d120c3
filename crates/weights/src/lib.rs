//! Model files to named tensors and metadata: GGUF, safetensors and PyTorch's pickles, whole or in shards.
//!
//! Such files come from anywhere. Every count, length, shape and offset is checked against the bytes that are really there
//! *before* anything is allocated for it, tensors together may not claim more than the files hold, and a pickle is a list of
//! instructions that is followed only as far as it describes tensors: nothing in it is ever executed.
//!
//! Never here: arithmetic on the numbers, what a model needs, the network.

mod checkpoint;
mod dtype;
mod error;
pub mod gguf;
mod pickle;
mod safetensors;

#[cfg(test)]
mod tests;

pub use checkpoint::{Checkpoint, Container, Entry};
pub use dtype::Dtype;
pub use error::Error;
