//! The text of a turn: the rules of `prompt` with the settings of the moment, the lorebooks of the conversation, the person's notes, and
//! what memory and knowledge have to say.
//!
//! Begin with `maker`, which the conductor asks; which entries of which books fire is in `lorebooks`.

pub(crate) mod author_notes;
pub(crate) mod fired_lore;
pub(crate) mod lorebook_files;
pub(crate) mod lorebooks;
pub(crate) mod maker;
pub(crate) mod token_counts;
