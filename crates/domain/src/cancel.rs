//! Cancellation that any thread can poll, without a runtime.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A flag shared by everybody who works on one turn. Cheap to clone, cheap to poll, never reset.
///
/// A thread parked on a full channel does not poll: cancelling therefore always means *this flag and a dropped receiver*
/// (the sinks of `ports` answer [`Flow::Stop`](crate::Flow::Stop) then).
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A fresh flag, not cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks everybody who holds a clone to stop. Idempotent.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// True once anybody cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
