//! The way in: whoever holds a baton can tell the conductor what happened.

use domain::PlaybackEvent;
use tokio::sync::mpsc;

use crate::event::Event;

/// How many events may wait. The conductor takes microseconds for most of them.
pub(crate) const INBOX: usize = 64;

/// Sends events to a [`Conductor`](crate::Conductor). Cheap to clone; when the last one is dropped the conductor finishes.
#[derive(Debug, Clone)]
pub struct Baton(pub(crate) mpsc::Sender<Event>);

/// The conductor has finished and takes no more events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone;

impl std::fmt::Display for Gone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the conversation has been closed; start the app again")
    }
}

impl std::error::Error for Gone {}

impl Baton {
    /// Sends an event from an async task; waits while the inbox is full.
    pub async fn send(&self, event: Event) -> Result<(), Gone> {
        self.0.send(event).await.map_err(|_| Gone)
    }

    /// Sends an event from an ordinary thread; blocks while the inbox is full.
    ///
    /// # Panics
    /// Within an async task (use [`Baton::send`]).
    pub fn send_blocking(&self, event: Event) -> Result<(), Gone> {
        self.0.blocking_send(event).map_err(|_| Gone)
    }

    /// Sends an event that may get lost where the inbox is full (a newer one of its kind will follow). Never blocks.
    pub fn offer(&self, event: Event) {
        if self.0.try_send(event).is_err() {
            tracing::debug!("an event that may get lost was lost");
        }
    }

    /// Passes on what the speakers report, from their thread. A playhead is dropped rather than waited with: the next one
    /// says more.
    ///
    /// # Panics
    /// Within an async task.
    pub fn playback(&self, event: PlaybackEvent) -> Result<(), Gone> {
        let lossy = matches!(event, PlaybackEvent::Playhead { .. });
        let event = Event::Playback(event);
        if !lossy {
            return self.send_blocking(event);
        }
        match self.0.try_send(event) {
            Err(mpsc::error::TrySendError::Closed(_)) => Err(Gone),
            Ok(()) | Err(mpsc::error::TrySendError::Full(_)) => Ok(()),
        }
    }
}
