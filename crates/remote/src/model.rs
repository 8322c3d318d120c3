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

use crate::facts::{Facts, Known};
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
    /// What the server tells about its model.
    facts: Arc<Facts>,
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
        let known = Known { met: true, ..Known::default() };
        Self::start(options, client, runtime()?, known)
    }

    /// The same, and asks what its model is: how much it reads at once, and its name where the options have none. Waits for it for a
    /// few seconds; a server that is not there yet is asked again behind its first reply.
    ///
    /// # Errors
    /// As [`RemoteModel::new`].
    pub fn meet(mut options: Options) -> Result<Self, Error> {
        let (client, runtime) = (client(&options)?, runtime()?);
        let mut known = Known::default();
        let run = Run { options: &options, client: &client, cancelled: &|| false };
        if let Some(met) = runtime.block_on(run.meet()) {
            known.met = true;
            known.facts.learn_context(met.context);
            if options.model.is_empty() {
                options.model = met.name.unwrap_or_default();
            }
        }
        Self::start(options, client, runtime, known)
    }

    fn start(
        options: Options,
        client: Client,
        runtime: tokio::runtime::Runtime,
        known: Known,
    ) -> Result<Self, Error> {
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
        let (stop, facts) = (Arc::clone(&closing), Arc::clone(&known.facts));
        let thread = std::thread::Builder::new()
            .name("remote".into())
            .spawn(move || run(&options, &client, &runtime, &jobs, known, &stop))
            .map_err(|error| Error::Stopped(error.to_string()))?;
        Ok(Self { info, facts, inbox: Mutex::new(Some(inbox)), closing, thread: Some(thread) })
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
    mut known: Known,
    closing: &AtomicBool,
) {
    while let Ok(Job { ask, mut sink, cancel }) = jobs.recv() {
        let span = tracing::info_span!("remote reply", turn = ?ask.turn);
        let _entered = span.enter();
        let cancelled = || cancel.is_cancelled() || closing.load(Ordering::Acquire);
        let run = Run { options, client, cancelled: &cancelled };
        let (events, listened) = sync_channel(EVENTS);
        let answered = std::thread::scope(|scope| {
            scope.spawn(move || listened.into_iter().all(|event| sink.event(event) == Flow::More));
            let mut relay = Relay(events);
            let done = runtime.block_on(run.reply(&ask, &mut known, &mut relay));
            let answered = done.is_ok();
            if let Err(error) = done {
                tracing::warn!(%error, "the reply failed");
                relay.event(ReplyEvent::Failed(Problem::from(error)));
            }
            answered
        });
        // Not there when it was chosen, or another model now: the next prompt is planned with what it says. Nobody waits for this.
        if answered && !known.met {
            let closed = || closing.load(Ordering::Acquire);
            let run = Run { options, client, cancelled: &closed };
            if let Some(met) = runtime.block_on(run.meet()) {
                known.met = true;
                known.facts.learn_context(met.context);
            }
        }
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
        let context_length = self.facts.context().unwrap_or(self.info.context_length);
        ModelInfo { context_length, ..self.info.clone() }
    }
}

impl TokenCounter for RemoteModel {
    /// An estimate on the safe side, put right by what the server counts.
    fn count(&self, text: &str) -> usize {
        self.facts.count(text)
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
