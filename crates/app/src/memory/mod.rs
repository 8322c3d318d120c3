//! What a character remembers: brought up to date beside the talk, recalled for a prompt, shown on the memory page, forgotten on request.
//! The rules are `memory`'s, the crate; docs/memory.md says why.
//!
//! Begin with `recall`. What a model reads while nobody talks is in `fact_extraction` and `scene_summaries`.

pub(crate) mod encoder;
pub(crate) mod fact_extraction;
pub(crate) mod forget_requests;
pub(crate) mod page;
pub(crate) mod recall;
pub(crate) mod scene_summaries;
