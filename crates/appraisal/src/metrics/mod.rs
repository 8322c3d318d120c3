//! The metrics, each a function of texts: no model, no clock, no chance. Formulas and sources stand at each; what they mean and do
//! not mean is in docs/appraisal.md.

mod facts;
mod feeling;
mod initiative;
mod interval;
mod ngrams;
mod options;
mod overlap;
mod refusal;
mod spread;
mod style;

pub use facts::{Gold, affirms, denies};
pub use feeling::{Tagged, fits, tag_variety, tagged};
pub use initiative::{is_proactive, says_little};
pub use interval::{Interval, bootstrap, bootstrap_paired};
pub use ngrams::{RECENT, distinct, is_repetition, self_similarity};
pub use options::{Choice, Scored, choice};
pub use overlap::{bleu, rouge_l, rouge_n};
pub use refusal::{
    admits_ignorance, admits_machine, claims_machine, drift, is_assistant_talk, is_refusal,
};
pub use spread::{Spread, spread};
pub use style::{OwnLine, catch_phrase_rate, exchanges, lexicon_share};
