//! Models that write a reply as a whole before anything of it is shown: beam search has no text before its end, and of several replies
//! only one is chosen. A thread of their own answers one request after the other, as the engine's does.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use domain::{Ask, Cancel, FinishReason, Flow, Millis, ReplyEvent, ReplyStats, TokenSink};

use crate::Error;
use crate::engine::INBOX;

/// A reply, complete.
pub(crate) struct Whole {
    pub(crate) text: String,
    pub(crate) reason: FinishReason,
    pub(crate) stats: ReplyStats,
}

impl Whole {
    /// Nobody wanted it any more.
    pub(crate) fn cancelled() -> Self {
        let stats = ReplyStats::default();
        Self { text: String::new(), reason: FinishReason::Cancelled, stats }
    }
}

struct Job {
    ask: Box<Ask>,
    sink: Box<dyn TokenSink>,
    cancel: Cancel,
}

/// The thread. Dropping it ends the running reply and joins it.
pub(crate) struct WholeReplies {
    inbox: Option<SyncSender<Job>>,
    closing: Arc<AtomicBool>,
    /// Ends what is being written.
    running: Arc<Mutex<Cancel>>,
    thread: Option<JoinHandle<()>>,
}

impl WholeReplies {
    /// Starts it; `write` makes a reply of a request.
    pub(crate) fn start(
        write: impl FnMut(&Ask, &Cancel) -> Result<Whole, Error> + Send + 'static,
    ) -> Result<Self, Error> {
        let (inbox, jobs) = sync_channel(INBOX);
        let (closing, running) = (Arc::new(AtomicBool::new(false)), Arc::default());
        let (stop, now) = (Arc::clone(&closing), Arc::clone(&running));
        let thread = std::thread::Builder::new()
            .name("llm-whole".into())
            .spawn(move || run(write, &jobs, &stop, &now))
            .map_err(|source| Error::Stopped {
                reason: format!("its thread did not start: {source}"),
            })?;
        Ok(Self { inbox: Some(inbox), closing, running, thread: Some(thread) })
    }

    /// Queues a request.
    pub(crate) fn reply(&self, ask: Ask, sink: Box<dyn TokenSink>, cancel: Cancel) {
        let job = Job { ask: Box::new(ask), sink, cancel };
        let (mut job, error) = match self.inbox.as_ref().map(|inbox| inbox.try_send(job)) {
            // Only dropping takes the inbox away, and nobody calls then.
            Some(Ok(())) | None => return,
            Some(Err(TrySendError::Full(job))) => (job, Error::Busy { waiting: INBOX }),
            Some(Err(TrySendError::Disconnected(job))) => {
                (job, Error::Stopped { reason: "its thread has ended".into() })
            }
        };
        job.sink.event(ReplyEvent::Failed(error.into()));
    }
}

impl Drop for WholeReplies {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::Release);
        self.running.lock().unwrap_or_else(PoisonError::into_inner).cancel();
        self.inbox.take();
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
            && thread.join().is_err()
        {
            tracing::error!("the thread of whole replies panicked");
        }
    }
}

fn run(
    mut write: impl FnMut(&Ask, &Cancel) -> Result<Whole, Error>,
    jobs: &Receiver<Job>,
    closing: &AtomicBool,
    running: &Mutex<Cancel>,
) {
    while let Ok(Job { ask, mut sink, cancel }) = jobs.recv() {
        *running.lock().unwrap_or_else(PoisonError::into_inner) = cancel.clone();
        // Whoever closes cancels what runs: this one may have come between.
        if closing.load(Ordering::Acquire) {
            cancel.cancel();
        }
        if cancel.is_cancelled() {
            send(&mut *sink, Whole::cancelled());
            continue;
        }
        let span = tracing::info_span!("reply", turn = ?ask.turn);
        let _entered = span.enter();
        let written = catch_unwind(AssertUnwindSafe(|| write(&ask, &cancel)));
        let written =
            written.unwrap_or_else(|_| Err(Error::Stopped { reason: "it broke down".into() }));
        match written {
            Ok(whole) => send(&mut *sink, whole),
            Err(error) => {
                tracing::warn!(%error, "the reply failed");
                sink.event(ReplyEvent::Failed(error.into()));
            }
        }
    }
}

fn send(sink: &mut dyn TokenSink, whole: Whole) {
    let Whole { text, reason, stats } = whole;
    if reason != FinishReason::Cancelled {
        let started = ReplyEvent::Started {
            prompt_tokens: stats.prompt_tokens,
            reused_tokens: stats.reused_tokens,
            prefill_ms: stats.prefill_ms.round() as Millis,
        };
        let heard = sink.event(started) == Flow::More
            && (text.is_empty() || sink.event(ReplyEvent::Text(text)) == Flow::More);
        if !heard {
            return;
        }
    }
    sink.event(ReplyEvent::Finished(reason, stats));
}
