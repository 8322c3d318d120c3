//! A download on a thread of its own: writing and hashing never hold up the conversation.

use std::path::PathBuf;
use std::thread::JoinHandle;

use tokio_util::sync::CancellationToken;

use super::{Event, Fetcher, Outcome};
use crate::Error;
use crate::catalogue::Entry;

/// A running download. Dropping it stops it and waits for its thread; what has arrived is kept.
#[derive(Debug)]
pub struct Download {
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

/// What a download says last.
pub type Ended = Result<Outcome, Error>;

impl Download {
    /// Starts one. `on` hears how it goes and `ended` how it ended, both on the download's thread.
    ///
    /// # Errors
    /// [`Error::Setup`] where the system gives no thread.
    pub fn start(
        fetcher: Fetcher,
        entry: Entry,
        folder: PathBuf,
        mut on: impl FnMut(Event) + Send + 'static,
        ended: impl FnOnce(Ended) + Send + 'static,
    ) -> Result<Self, Error> {
        let stop = CancellationToken::new();
        let token = stop.clone();
        let thread = std::thread::Builder::new()
            .name("download".to_owned())
            .spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                ended(match runtime {
                    Ok(runtime) => runtime.block_on(fetcher.pull(&entry, &folder, &token, &mut on)),
                    Err(why) => Err(Error::Setup(why.to_string())),
                });
            })
            .map_err(|why| Error::Setup(why.to_string()))?;
        Ok(Self { stop, thread: Some(thread) })
    }

    /// Asks it to stop, and returns at once. Pausing is this; cancelling is this and then `Library::discard`.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Whether it has ended.
    pub fn is_finished(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Waits for its end.
    pub fn wait(mut self) {
        self.join();
    }

    fn join(&mut self) {
        if let Some(thread) = self.thread.take() {
            // A panic there was its own: it has been printed, and this download is over.
            let _ = thread.join();
        }
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        self.stop.cancel();
        self.join();
    }
}
