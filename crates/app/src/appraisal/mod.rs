//! How good a character is: interviews through the product itself, their figures, and replies compared blind.
//! The metrics are `appraisal`'s, the crate; docs/appraisal.md says what they mean.
//!
//! Begin with `interview`; `page` is what the page shows of it, `arena` the comparisons.

pub(crate) mod arena;
pub mod interview;
pub(crate) mod page;
