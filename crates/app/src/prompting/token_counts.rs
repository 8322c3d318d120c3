//! Token counts that are remembered: a turn counts the same messages and lore entries as the turn before.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;

use domain::TokenCounter;

use crate::app::lock;

/// Counts that are kept; then all are forgotten, which costs one slow turn.
const MOST: usize = 20_000;
/// Texts up to this long, in bytes: whole prompts never come again.
const LONGEST: usize = 8 << 10;

/// Counts by model and text.
#[derive(Debug, Default)]
pub(crate) struct Counts(Mutex<HashMap<u64, u32>>);

impl Counts {
    /// A model's counter that remembers. `model` tells one model from another.
    pub(crate) fn of<'a>(&'a self, counter: &'a dyn TokenCounter, model: &str) -> Counting<'a> {
        let mut hasher = DefaultHasher::new();
        model.hash(&mut hasher);
        Counting { counts: self, counter, model: hasher.finish() }
    }
}

/// A counter that remembers.
pub(crate) struct Counting<'a> {
    counts: &'a Counts,
    counter: &'a dyn TokenCounter,
    model: u64,
}

impl TokenCounter for Counting<'_> {
    fn count(&self, text: &str) -> usize {
        if text.len() > LONGEST {
            return self.counter.count(text);
        }
        let mut hasher = DefaultHasher::new();
        (self.model, text).hash(&mut hasher);
        let key = hasher.finish();
        if let Some(&count) = lock(&self.counts.0).get(&key) {
            return count as usize;
        }
        let count = self.counter.count(text);
        let mut counts = lock(&self.counts.0);
        if counts.len() >= MOST {
            counts.clear();
        }
        counts.insert(key, count as u32);
        count
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Counts letters, and how often it was asked.
    #[derive(Default)]
    struct Letters(AtomicUsize);

    impl TokenCounter for Letters {
        fn count(&self, text: &str) -> usize {
            self.0.fetch_add(1, Ordering::Relaxed);
            text.len()
        }
    }

    #[test]
    fn a_text_is_counted_once_a_model() {
        let (counts, letters) = (Counts::default(), Letters::default());
        let (one, other) = (counts.of(&letters, "one"), counts.of(&letters, "other"));
        assert_eq!(
            [one.count("abc"), one.count("abc"), other.count("abc"), one.count("ab")],
            [3, 3, 3, 2]
        );
        assert_eq!(letters.0.load(Ordering::Relaxed), 3);
        let long = "x".repeat(LONGEST + 1);
        assert_eq!([one.count(&long), one.count(&long)], [LONGEST + 1; 2]);
        assert_eq!(letters.0.load(Ordering::Relaxed), 5);
    }
}
