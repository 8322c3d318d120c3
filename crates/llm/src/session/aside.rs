//! Requests beside the conversation: summing up, reading facts. They have a small cache of their own, so that what was read of the
//! conversation, the branch beside it and the files on the disk stay as they are, and the next turn goes on as if nothing had been.
//!
//! Plans of memory do not count it: it is there only while nobody talks, and where a device has no room for it, the conversation's own
//! cache is read into as before.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::Session;
use crate::Error;
use crate::adapting::Key;
use crate::decoder::KvCache;

/// Tokens of a prompt and reply together that are read aside at most.
const ROOM: usize = 4096;
/// The cache has room for whole thousands of them: requests of about a length share one, and a device, which sets the whole of it up,
/// gives no more than is used.
const STEP: usize = 1024;

/// What was read aside, and with which adapters.
pub(crate) struct Aside {
    key: Key,
    cache: KvCache,
}

impl Session {
    /// Does `work`, which takes so many tokens, beside what was read. More than fits is done in the conversation's own cache.
    pub(crate) fn aside<T>(
        &mut self,
        tokens: usize,
        work: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let most = self.cache.capacity().min(ROOM);
        if tokens > most {
            return work(self);
        }
        let room = tokens.next_multiple_of(STEP).min(most);
        let fits = |aside: &Aside| aside.key == self.key && aside.cache.capacity() >= tokens;
        let mut cache = match self.aside.take().filter(fits) {
            Some(aside) => aside.cache,
            None => match self.model.decoder.new_cache(room, self.format) {
                Ok(cache) => cache,
                Err(error) => {
                    tracing::debug!(%error, "there is no room to read aside");
                    return work(self);
                }
            },
        };
        std::mem::swap(&mut cache, &mut self.cache);
        let logits = std::mem::take(&mut self.logits);
        let other_branch = self.other_branch.take();
        let saved = self.saved.take();
        let drafter = self.drafter.take();
        let (branches, shifts) = (self.branches, self.shifts);
        let forgetting = std::mem::take(&mut self.forgetting);
        (self.branches, self.shifts, self.in_small_pieces) = (false, false, true);
        // What breaks down in between must not leave the conversation in the small cache.
        let done = catch_unwind(AssertUnwindSafe(|| work(self)));
        (self.branches, self.shifts, self.in_small_pieces) = (branches, shifts, false);
        (self.other_branch, self.saved, self.drafter) = (other_branch, saved, drafter);
        (self.logits, self.forgetting) = (logits, forgetting);
        std::mem::swap(&mut cache, &mut self.cache);
        match done {
            Ok(done) => {
                self.aside = Some(Aside { key: self.key, cache });
                done
            }
            Err(panic) => resume_unwind(panic),
        }
    }

    /// Whether there is a cache in which was read aside.
    pub(crate) fn reads_aside(&self) -> bool {
        self.aside.is_some()
    }

    /// Gives that back: a conversation goes on, or nobody has asked for a while.
    pub(crate) fn end_aside(&mut self) {
        self.aside = None;
    }
}
