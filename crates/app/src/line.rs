//! The way in to the conductor, for threads that exist before it does and may outlive it.

use std::sync::{Arc, Mutex, PoisonError};

use dialogue::{Baton, Event};
use domain::PlaybackEvent;

/// A baton that is handed over once the conductor is there, and taken away when it is to finish. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line(Arc<Mutex<Option<Baton>>>);

impl Line {
    /// Hands the baton over.
    pub(crate) fn connect(&self, baton: Baton) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(baton);
    }

    /// Takes it away: the conductor finishes when no other is left.
    pub(crate) fn cut(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Sends an event; false where there is no conductor (any more). Blocks while its inbox is full.
    pub(crate) fn send(&self, event: Event) -> bool {
        self.baton().is_some_and(|baton| baton.send_blocking(event).is_ok())
    }

    /// Passes on what the speakers report.
    pub(crate) fn playback(&self, event: PlaybackEvent) {
        if let Some(baton) = self.baton() {
            // A conductor that has gone has no use for it.
            let _gone = baton.playback(event);
        }
    }

    /// A baton of one's own, so that the lock is not held while waiting.
    fn baton(&self) -> Option<Baton> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
