//! Two things at once.

use std::sync::{Mutex, PoisonError};

/// Does `one` on a thread of its own and `other` on this one; where no thread can be had, one after the other.
///
/// # Panics
/// Where `one` does.
pub fn beside<A: Send, B>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    // Kept where it can be taken back from: a thread that does not start would have dropped it.
    let one = Mutex::new(Some(one));
    let take = || one.lock().unwrap_or_else(PoisonError::into_inner).take();
    let (done, other) = std::thread::scope(|scope| {
        let named = std::thread::Builder::new().name("nearest".to_owned());
        let started = named.spawn_scoped(scope, || take().map(|one| one()));
        let other = other();
        let done = started.ok().map(|thread| match thread.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        (done.flatten(), other)
    });
    let done = done.or_else(|| take().map(|one| one()));
    match done {
        Some(done) => (done, other),
        // It is taken by nobody but the two above.
        None => unreachable!("the first of two things was done by nobody"),
    }
}
