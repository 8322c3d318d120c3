//! `hanashi bench`: what is measured, over the same parts as the product. Figures go to the terminal and to `docs/figures.md`.
//!
//! Begin with `voice`, the voice loop in simulated rooms; the other files each measure one thing.

mod chat_model;
mod library;
mod memory;
mod prompt;
pub mod voice;

pub use chat_model::{bench_model, write_noise};
pub use library::{LibraryTimes, bench_library};
pub use llm::synthetic::Size;
pub use llm::{BenchOptions, BenchReport, Spread};
pub use memory::{Kept, Meant, MemoryAsked, MemoryBench, bench_memory};
pub use prompt::{PromptBench, bench_prompt};
