//! Lists of words, kept as one text and looked up in a set.

use std::collections::HashSet;

/// A set of words.
pub(crate) type Words = HashSet<&'static str>;

/// The words of a text.
pub(crate) fn words(text: &'static str) -> Words {
    text.split_whitespace().collect()
}
