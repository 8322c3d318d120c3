//! What is remembered of entries from turn to turn: that they matched, how long they stay, how long they rest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Entry;

/// The memory of a conversation's books. Starts empty; every activation gives the next one. It follows from the conversation
/// alone, so it may also be made again by going through the messages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct State(BTreeMap<String, Memory>);

/// What is remembered of one entry. Numbers are lengths of the conversation in messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Memory {
    /// It was a match before.
    pub matched: bool,
    /// It stays while the conversation is shorter than this.
    pub stays_until: u32,
    /// It rests while the conversation is shorter than this.
    pub rests_until: u32,
}

impl State {
    /// What is known of an entry now: a stay that has ended makes it rest.
    pub(crate) fn of(&self, key: &str, entry: &Entry, length: u32) -> Memory {
        let mut memory = self.0.get(key).copied().unwrap_or_default();
        if memory.stays_until > 0 && length >= memory.stays_until {
            memory.stays_until = 0;
            if entry.cooldown > 0 {
                memory.rests_until = length.saturating_add(entry.cooldown);
            }
        }
        if length >= memory.rests_until {
            memory.rests_until = 0;
        }
        memory
    }

    /// Remembers what became of an entry.
    pub(crate) fn set(&mut self, key: &str, memory: Memory) {
        if memory == Memory::default() {
            self.0.remove(key);
        } else {
            self.0.insert(key.to_owned(), memory);
        }
    }
}

impl Memory {
    /// The entry fired: it stays from now on, or rests once this turn is over. A stay is not made longer while it lasts.
    pub(crate) fn fired(mut self, entry: &Entry, length: u32) -> Self {
        self.matched = true;
        if entry.sticky > 0 && self.stays_until == 0 {
            self.stays_until = length.saturating_add(entry.sticky);
        } else if entry.sticky == 0 && entry.cooldown > 0 && self.rests_until == 0 {
            self.rests_until = length.saturating_add(entry.cooldown);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_stays_then_rests_then_is_free() {
        let entry = Entry { sticky: 4, cooldown: 3, ..Entry::default() };
        let mut state = State::default();
        state.set("a", state.of("a", &entry, 10).fired(&entry, 10));
        assert!(state.of("a", &entry, 13).stays_until > 13);
        let rests = state.of("a", &entry, 14);
        assert_eq!((rests.stays_until, rests.rests_until), (0, 17));
        state.set("a", rests);
        assert_eq!(state.of("a", &entry, 16).rests_until, 17);
        let free = state.of("a", &entry, 17);
        assert_eq!((free.stays_until, free.rests_until, free.matched), (0, 0, true));
    }

    #[test]
    fn without_a_stay_the_rest_begins_at_once() {
        let entry = Entry { cooldown: 2, ..Entry::default() };
        let memory = State::default().of("a", &entry, 5).fired(&entry, 5);
        assert_eq!((memory.stays_until, memory.rests_until), (0, 7));
    }
}
