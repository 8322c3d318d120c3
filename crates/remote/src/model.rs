//! The model: one named thread that asks the server for one reply after the other.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use domain::{
    Ask, Cancel, ChatTemplate, Flow, LanguageModel, ModelInfo, Network, Problem, ReplyEvent,
    TokenCounter, TokenSink,
};
use reqwest::Client;

use crate::biases::Known;
use crate::request::{Run, client};
use crate::{Address, Error};

/// Requests that may wait. A conversation has one at a time; more than this is a mistake somewhere.
const INBOX: usize = 8;
/// Pieces of a reply that may wait for whoever listens; then the server waits.
const EVENTS: usize = 16;

/// Which server, and how it is asked.
#[derive(Clone)]
pub struct Options {
    /// Where it is.
    pub address: Address,
    /// Name of the model there; may be empty for servers that have one only.
    pub model: String,
    /// The key, where it wants one.
    pub key: Option<String>,
    /// Tokens of prompt and reply together that it is trusted with.
    pub context_length: u32,
    /// How long it may be silent.
    pub patience: Duration,
    /// Who lets requests through.
    pub network: Arc<dyn Network>,
    /// Who tells the person what does not work with this server, though replies come; the log alone without.
    pub told: Option<Told>,
}

/// Takes a notice for the person.
pub type Told = Arc<dyn Fn(Problem) + Send + Sync>;

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Never the key.
        f.debug_struct("Options")
            .field("address", &self.address.as_str())
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

/// Asks a server for the names of its models, and waits for them.
pub fn models(options: &Options) -> Result<Vec<String>, Error> {
    let client = client(options)?;
    let run = Run { options, client: &client, cancelled: &|| false };
    runtime()?.block_on(run.models())
}

pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    // A thread of its own for the connections: one that is dropped has to be closed although nothing waits for it any more, or
    // the server would go on writing.
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("remote-io")
        .enable_all()
        .build()
        .map_err(|error| Error::Stopped(error.to_string()))
}

struct Job {
    ask: Box<Ask>,
    sink: Box<dyn TokenSink>,
    cancel: Cancel,
}

/// A model on a server. Dropping it ends the running reply and joins the thread.
pub struct RemoteModel {
    info: ModelInfo,
    inbox: Mutex<Option<SyncSender<Job>>>,
    closing: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl RemoteModel {
    /// Makes ready to ask; nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Address`] where a key would travel readable, [`Error::Key`] for one that no header can hold.
    pub fn new(options: Options) -> Result<Self, Error> {
        let client = client(&options)?;
        let runtime = runtime()?;
        let shown = if options.model.is_empty() { "server" } else { options.model.as_str() };
        let info = ModelInfo {
            name: format!("{shown} @ {}", options.address.host()),
            path: PathBuf::from(options.address.as_str()),
            architecture: "remote".to_owned(),
            context_length: options.context_length,
            template: ChatTemplate::default(),
            system_prompt: None,
        };
        let (inbox, jobs) = sync_channel(INBOX);
        let closing = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&closing);
        let thread = std::thread::Builder::new()
            .name("remote".into())
            .spawn(move || run(&options, &client, &runtime, &jobs, &stop))
            .map_err(|error| Error::Stopped(error.to_string()))?;
        Ok(Self { info, inbox: Mutex::new(Some(inbox)), closing, thread: Some(thread) })
    }

    fn send(&self, job: Job) -> Result<(), (Job, Error)> {
        let ended = || Error::Stopped("it is closed".to_owned());
        let Ok(inbox) = self.inbox.lock() else { return Err((job, ended())) };
        let Some(inbox) = inbox.as_ref() else { return Err((job, ended())) };
        inbox.try_send(job).map_err(|error| match error {
            TrySendError::Full(job) => {
                (job, Error::Stopped(format!("{INBOX} requests are already waiting")))
            }
            TrySendError::Disconnected(job) => (job, ended()),
        })
    }
}

fn run(
    options: &Options,
    client: &Client,
    runtime: &tokio::runtime::Runtime,
    jobs: &Receiver<Job>,
    closing: &AtomicBool,
) {
    let mut known = Known::default();
    while let Ok(Job { ask, mut sink, cancel }) = jobs.recv() {
        let span = tracing::info_span!("remote reply", turn = ?ask.turn);
        let _entered = span.enter();
        let cancelled = || cancel.is_cancelled() || closing.load(Ordering::Acquire);
        let run = Run { options, client, cancelled: &cancelled };
        let (events, listened) = sync_channel(EVENTS);
        std::thread::scope(|scope| {
            scope.spawn(move || listened.into_iter().all(|event| sink.event(event) == Flow::More));
            let mut relay = Relay(events);
            if let Err(error) = runtime.block_on(run.reply(&ask, &mut known, &mut relay)) {
                tracing::warn!(%error, "the reply failed");
                relay.event(ReplyEvent::Failed(Problem::from(error)));
            }
        });
    }
}

/// Takes a reply to a thread of its own: whoever listens may wait, which nobody may where a runtime is at work.
struct Relay(SyncSender<ReplyEvent>);

impl TokenSink for Relay {
    fn event(&mut self, event: ReplyEvent) -> Flow {
        // The other end goes where they want no more.
        if self.0.send(event).is_ok() { Flow::More } else { Flow::Stop }
    }
}

impl LanguageModel for RemoteModel {
    fn reply(&self, ask: Ask, sink: Box<dyn TokenSink>, cancel: Cancel) {
        if let Err((mut job, error)) = self.send(Job { ask: Box::new(ask), sink, cancel }) {
            job.sink.event(ReplyEvent::Failed(error.into()));
        }
    }

    fn info(&self) -> ModelInfo {
        self.info.clone()
    }
}

impl TokenCounter for RemoteModel {
    /// An estimate on the safe side: servers do not say how they cut texts. About four letters a token in scripts of few letters,
    /// one character a token in others.
    fn count(&self, text: &str) -> usize {
        let (few, many) = text.chars().fold((0usize, 0usize), |(few, many), c| {
            if (c as u32) < 0x2e80 { (few + 1, many) } else { (few, many + 1) }
        });
        few.div_ceil(3) + many
    }
}

impl Drop for RemoteModel {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::Release);
        if let Ok(mut inbox) = self.inbox.lock() {
            inbox.take();
        }
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
            && thread.join().is_err()
        {
            tracing::error!("the remote model's thread panicked");
        }
    }
}

impl std::fmt::Debug for RemoteModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RemoteModel").field("name", &self.info.name).finish_non_exhaustive()
    }
}
