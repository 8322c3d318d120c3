//! How good a character is: probes ask her, metrics count what she answers, reports compare, a guard keeps her in character.
//!
//! Nothing here is a human score, and nothing pretends to be one. The room loads no model and opens no file: who is appraised is a
//! [`Subject`], which `app` makes of the product's own prompt maker and engine, so that what is measured is what people get.

pub mod arena;
pub mod benchmarks;
pub mod bounds;
mod compare;
mod failures;
mod figures;
pub mod guard;
mod html;
mod interview;
pub mod metrics;
mod probes;
mod profile;
pub mod said_before;
mod transcript;
pub mod words;

pub use compare::{Change, Comparison, Failed, Verdict, compare};
pub use failures::{Cause, Failure};
pub use figures::{Better, Figure, METRICS, Metric, Report, Score, Subjects, appraise, language};
pub use html::page;
pub use interview::{Block, Interview, Spoken, Subject, Weighed, interview};
pub use probes::{DISTANCES, Expect, Extent, Kind, Plan, Question, Script, Talk, Turn, plan};
pub use profile::{Fact, MAX_BYTES, Profile};
pub use transcript::{Chosen, PromptPart, Row, Timing, Transcript};
