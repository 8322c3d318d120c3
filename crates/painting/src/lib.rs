//! Pictures from words: a model of the Stable Diffusion family (1.x, 2.x, turbo, and small ones of their shape) on candle.
//!
//! A folder in diffusers' layout is hostile input: [`Folder::open`] reads its descriptions and where its tensors lie and refuses
//! what would be computed otherwise than its makers meant, before anything is loaded. [`Studio`] draws: words to an embedding
//! (`text`), noise to a latent in some steps (`schedule`, `unet`), the latent to pixels (`vae`). The three parts are in memory one after
//! the other and never together, so that the model that talks keeps its own.
//!
//! Arithmetic is that of diffusers, against which the tests hold it; docs/decisions/0213 says where candle's own models differ.

mod attention;
mod config;
mod described;
mod error;
mod folder;
mod layers;
mod plan;
mod resnet;
mod schedule;
mod studio;
mod tensors;
mod text;
mod unet;
mod vae;

#[cfg(test)]
mod tests;

pub use error::Error;
pub use folder::{Folder, INDEX, is_folder};
pub use plan::{Plan, Storage};
pub use studio::{Progress, Room, Studio};
