//! The way in to the conductor, for threads that exist before it does and may outlive it.

use std::sync::{Arc, Mutex, PoisonError};

use dialogue::{Baton, Event};
use domain::PlaybackEvent;
use tokio::runtime::{Handle, RuntimeFlavor};

/// A baton that is handed over once the conductor is there, and taken away when it is to finish. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Inbox(Arc<Mutex<Option<Baton>>>);

impl Inbox {
    /// Hands the baton over.
    pub(crate) fn connect(&self, baton: Baton) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(baton);
    }

    /// Takes it away: the conductor finishes when no other is left.
    pub(crate) fn cut(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Sends an event; false where there is no conductor (any more). Blocks while its inbox is full. Not from the conductor's
    /// own task, which would wait for itself.
    pub(crate) fn send(&self, event: Event) -> bool {
        let Some(baton) = self.baton() else { return false };
        match Handle::try_current() {
            // A command of the window runs on a worker of its runtime, which has to be told that it may block.
            Ok(runtime) if runtime.runtime_flavor() == RuntimeFlavor::MultiThread => {
                tokio::task::block_in_place(|| baton.send_blocking(event).is_ok())
            }
            _ => baton.send_blocking(event).is_ok(),
        }
    }

    /// Sends an event that may get lost where the inbox is full. Never blocks.
    pub(crate) fn offer(&self, event: Event) {
        if let Some(baton) = self.baton() {
            baton.offer(event);
        }
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
