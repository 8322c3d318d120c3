//! A named thread that takes jobs from a bounded channel, as the engines of the real rooms do.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

use domain::Cancel;

/// Jobs that may wait.
const JOBS: usize = 64;

/// The thread. Dropping it cancels what it waits for and joins it.
pub(crate) struct Worker<J> {
    jobs: Option<SyncSender<J>>,
    thread: Option<JoinHandle<()>>,
    closing: Cancel,
}

impl<J: Send + 'static> Worker<J> {
    /// Starts a thread. `work` gets each job, and a flag that says when the fake is being dropped.
    pub(crate) fn start(name: &str, mut work: impl FnMut(J, &Cancel) + Send + 'static) -> Self {
        let (to, jobs) = sync_channel::<J>(JOBS);
        let closing = Cancel::new();
        let flag = closing.clone();
        let thread = Builder::new().name(name.into()).spawn(move || {
            for job in jobs {
                work(job, &flag);
            }
        });
        Self { jobs: Some(to), thread: Some(thread.expect("a thread of a fake")), closing }
    }

    /// Gives the thread a job.
    ///
    /// # Panics
    /// When more jobs wait than any test should have.
    pub(crate) fn give(&self, job: J) {
        if let Some(jobs) = &self.jobs {
            jobs.try_send(job)
                .map_err(|error| error.to_string())
                .expect("room for a job of a fake");
        }
    }
}

impl<J> Drop for Worker<J> {
    fn drop(&mut self) {
        self.closing.cancel();
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has already failed the test that caused it.
            drop(thread.join());
        }
    }
}
