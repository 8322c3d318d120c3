//! Time and permission to go on, both in the hands of the test.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::{Cancel, Millis};

/// How often a waiting thread looks at its cancel flag, which cannot wake it.
const POLL: Duration = Duration::from_millis(1);

/// Milliseconds that pass only when the test says so.
#[derive(Debug, Clone, Default)]
pub struct VirtualClock(Arc<(Mutex<Millis>, Condvar)>);

impl VirtualClock {
    /// The time.
    pub fn now(&self) -> Millis {
        *locked(&self.0.0)
    }

    /// Lets time pass.
    pub fn advance(&self, ms: Millis) {
        *locked(&self.0.0) += ms;
        self.0.1.notify_all();
    }

    /// Waits until a moment has come; false where `cancel` came first.
    pub fn wait_until(&self, at: Millis, cancel: &Cancel) -> bool {
        self.wait_unless(at, || cancel.is_cancelled())
    }

    pub(crate) fn wait_unless(&self, at: Millis, stopped: impl Fn() -> bool) -> bool {
        wait(&self.0.0, &self.0.1, stopped, |now| *now >= at)
    }
}

/// A gate that threads wait at. Every opening lets one of them through.
#[derive(Debug, Clone, Default)]
pub struct Gate(Arc<(Mutex<usize>, Condvar)>);

impl Gate {
    /// Lets one thread through, now or when it comes.
    pub fn open(&self) {
        *locked(&self.0.0) += 1;
        self.0.1.notify_all();
    }

    /// Waits to be let through; false where `cancel` came first.
    pub fn pass(&self, cancel: &Cancel) -> bool {
        self.pass_unless(|| cancel.is_cancelled())
    }

    pub(crate) fn pass_unless(&self, stopped: impl Fn() -> bool) -> bool {
        wait(&self.0.0, &self.0.1, stopped, |open| {
            let passes = *open > 0;
            *open -= usize::from(passes);
            passes
        })
    }
}

/// Waits until `ready`, or until `stopped` (then false).
fn wait<T>(
    state: &Mutex<T>,
    changed: &Condvar,
    stopped: impl Fn() -> bool,
    mut ready: impl FnMut(&mut T) -> bool,
) -> bool {
    let mut guard = locked(state);
    loop {
        if ready(&mut guard) {
            return true;
        }
        if stopped() {
            return false;
        }
        guard = changed.wait_timeout(guard, POLL).unwrap_or_else(PoisonError::into_inner).0;
    }
}

/// A lock that a failed test elsewhere cannot poison.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
