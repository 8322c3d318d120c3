//! The engine: one named thread that owns a loaded model and answers one request after the other (`jobs`).

mod jobs;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Instant;

use domain::{
    Ask, Cancel, FinishReason, LanguageModel, ModelInfo, ReplyEvent, ReplyStats, Sampling,
    TokenCounter, TokenSink,
};
use jobs::Job;

use crate::Error;
use crate::adapting::{AdapterChoice, Loaded, doubts};
use crate::decoder::CacheFormat;
use crate::devices::{ComputesOn, DeviceChoice};
use crate::model::Model;
use crate::opening::{self, Opened};
use crate::session::drafting::DRAFTED;
use crate::session::{Session, elapsed_ms};
use crate::tensors::Quantization;
use crate::word_biases;

/// Requests that may wait. A conversation has one at a time; more than this is a mistake somewhere.
pub(crate) const INBOX: usize = 32;

/// How a model is loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Longest prompt and reply together, in tokens; the model's own limit where that is lower.
    pub context_length: u32,
    /// How the KV cache keeps its numbers.
    pub cache: CacheFormat,
    /// Where caches of the most recent conversations are kept between runs; `None` keeps none.
    pub saved: Option<SavedOptions>,
    /// Keep the branch of the conversation that was left last, so that going back to it reads nothing; for as much memory as
    /// the longer of the two branches takes.
    pub branches: bool,
    /// Go on when the context is full, without the oldest half of what follows the prompt; and read a prompt that lost its
    /// oldest messages only from the gap on. What follows still knows of what was forgotten, so that results differ from a
    /// fresh reading.
    pub shift: bool,
    /// How many tokens are guessed ahead from the text so far (prompt lookup). The text stays what it would be without.
    pub guesses: usize,
    /// A smaller model of the same vocabulary that guesses ahead where the text so far gives no guess. The text stays what it would be
    /// without.
    pub draft: Option<PathBuf>,
    /// Where it computes.
    pub device: DeviceChoice,
    /// What plain numbers (safetensors, pickles, unquantised GGUF) are brought into while loading; `None` keeps them.
    pub quantize: Option<Quantization>,
}

/// Where caches are kept between runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedOptions {
    /// A folder of their own.
    pub folder: PathBuf,
    /// Bytes that they may take together; the oldest are dropped first.
    pub quota: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            context_length: 4096,
            cache: CacheFormat::F16,
            saved: None,
            branches: false,
            shift: false,
            guesses: 0,
            draft: None,
            device: DeviceChoice::default(),
            quantize: None,
        }
    }
}

/// What a loaded model takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Bytes of the weights, kept as the file stores them; of the model that guesses, too.
    pub weights: usize,
    /// Bytes of KV cache that each token of the conversation takes.
    pub cache_per_token: usize,
}

/// A raw continuation that is asked for: no chat template.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    /// The text to continue; special tokens in it are parsed, and the token that begins a document is put before it where
    /// the model was made with it.
    pub prompt: String,
    /// How to draw.
    pub sampling: Sampling,
    /// At most this many new tokens.
    pub max_tokens: u32,
    /// Texts that end it; not part of it.
    pub stop: Vec<String>,
}

/// A raw continuation.
#[derive(Debug, Clone, PartialEq)]
pub struct Completed {
    /// Tokens of the prompt.
    pub prompt_ids: Vec<u32>,
    /// Tokens written; the one that ended it is not among them.
    pub ids: Vec<u32>,
    /// Their text.
    pub text: String,
    /// Why it ended.
    pub reason: FinishReason,
    /// What it cost.
    pub stats: ReplyStats,
}

/// One of several replies to the same prompt.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// Its text.
    pub text: String,
    /// Tokens written; the one that ended it is not among them.
    pub ids: Vec<u32>,
    /// Why it ended.
    pub reason: FinishReason,
    /// What all of them cost together.
    pub stats: ReplyStats,
}

/// A loaded language model on a thread of its own. Dropping it ends the running reply and joins the thread.
pub struct Engine {
    adapters: Arc<Loaded>,
    memory: Memory,
    on: ComputesOn,
    load_ms: f32,
    inbox: Mutex<Option<SyncSender<Job>>>,
    closing: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    /// The last: what is freed before it goes is handed back with it.
    model: Arc<Model>,
}

impl Engine {
    /// Loads a model (a GGUF file, or safetensors or a pickle with their descriptions beside them), which takes from milliseconds to minutes; `progress` is called with 0..=1 meanwhile.
    pub fn load(
        path: &Path,
        options: &Options,
        mut progress: impl FnMut(f32),
    ) -> Result<Self, Error> {
        let start = Instant::now();
        let Opened { session, on, branches } = opening::open(path, options, &mut progress)?;
        let model = Arc::clone(&session.model);
        let drafter = options.draft.as_deref().map(|draft| drafter(draft, &model, options));
        let drafter = drafter.transpose()?;
        let drafter_bytes =
            drafter.as_ref().map_or(0, |(session, _)| session.model.decoder.weight_bytes());
        let session = session
            .with_branches(branches)
            .with_shifts(options.shift)
            .with_guesses(options.guesses)
            .with_drafter(drafter);
        let saved = options.saved.as_ref().and_then(|saved| {
            let found = session.open_saved(&saved.folder, saved.quota);
            found
                .inspect_err(|error| {
                    tracing::warn!(folder = %saved.folder.display(), %error, "no caches are kept");
                })
                .ok()
        });
        let session = session.with_saved(saved);
        let memory = Memory {
            weights: model.decoder.weight_bytes() + drafter_bytes,
            cache_per_token: session.bytes_per_token(),
        };
        let adapters = Arc::new(Loaded::default());
        let loaded = Arc::clone(&adapters);
        let (inbox, queue) = sync_channel(INBOX);
        let closing = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&closing);
        let thread = std::thread::Builder::new()
            .name("llm".into())
            .spawn(move || jobs::run(session, &loaded, &queue, &stop))
            .map_err(|source| Error::Stopped {
                reason: format!("its thread did not start: {source}"),
            })?;
        let load_ms = elapsed_ms(start);
        tracing::info!(
            model = model.info.name,
            architecture = model.info.architecture,
            weights = memory.weights,
            context = model.info.context_length,
            device = on.id,
            ms = load_ms,
            "language model loaded"
        );
        Ok(Self {
            adapters,
            memory,
            on,
            load_ms,
            inbox: Mutex::new(Some(inbox)),
            closing,
            thread: Some(thread),
            model,
        })
    }

    /// Milliseconds that loading took.
    pub fn load_ms(&self) -> f32 {
        self.load_ms
    }

    /// Where it computes.
    pub fn computes_on(&self) -> &ComputesOn {
        &self.on
    }

    /// What it takes.
    pub fn memory(&self) -> Memory {
        self.memory
    }

    /// Ids of a text, special tokens parsed; nothing is added.
    pub fn tokenize(&self, text: &str) -> Vec<u32> {
        self.model.tokenizer.encode(text)
    }

    /// Reads a prompt ahead, so that a reply to one that begins likewise starts at once: the character's card while the stage
    /// opens, or what is known of a question while it is still being asked. Returns at once; the reading runs in the queue
    /// and can be cancelled (what was read by then is kept). A failure shows when the reply is asked for.
    pub fn prefill(&self, prompt: impl Into<String>, cancel: Cancel) {
        if let Err((_, error)) = self.send(Job::Prefill { prompt: prompt.into(), cancel }) {
            tracing::debug!(%error, "nothing was read ahead");
        }
    }

    /// Something that was said is forgotten: what was read of other conversations is deleted, in memory and on the disk, and what the next
    /// prompt holds no longer is not kept. Returns at once; it is done before whatever is asked for next.
    pub fn forget(&self) {
        if let Err((_, error)) = self.send(Job::Forget) {
            tracing::warn!(%error, "what was read could not be forgotten");
        }
    }

    /// Replies that are asked for from now on are written with these adapters, or with none; the model stays as it is. Files that
    /// are not loaded yet are read on the calling thread, and keep on being loaded; the switch waits its turn in the queue.
    ///
    /// Answers with what speaks against them nevertheless: one that fits, but names another base.
    ///
    /// # Errors
    /// [`Error::Adapter`] for one that is not for this model or of a kind that cannot be used, and what reading can bring;
    /// nothing changes then.
    pub fn use_adapters(&self, choices: &[AdapterChoice]) -> Result<Vec<String>, Error> {
        let active = self.adapters.choose(&self.model.decoder, choices)?;
        self.send(Job::Adapt(active)).map_err(|(_, error)| error)?;
        Ok(doubts(&self.model.info, choices))
    }

    /// The same without waiting: the files are read when the switch's turn comes, and `told` hears what came of it on the engine's
    /// thread. Where one of them cannot be used, what follows is written without adapters.
    pub fn use_adapters_soon(
        &self,
        choices: Vec<AdapterChoice>,
        told: impl FnOnce(Result<Vec<String>, Error>) + Send + 'static,
    ) {
        let job = Job::AdaptTo { choices, told: Box::new(told) };
        if let Err((job, error)) = self.send(job)
            && let Job::AdaptTo { told, .. } = *job
        {
            told(Err(error));
        }
    }

    /// Which of these biases name tokens that the model does not have; they do nothing.
    pub fn strangers(&self, biases: &[(u32, f32)]) -> Vec<u32> {
        word_biases::strangers(&self.model.tokenizer, biases)
    }

    /// Bytes of the adapters that are loaded.
    pub fn adapter_bytes(&self) -> usize {
        self.adapters.bytes()
    }

    /// Continues a text, and waits for the end.
    pub fn complete(&self, completion: Completion, cancel: Cancel) -> Result<Completed, Error> {
        let (answer, result) = sync_channel(1);
        let job = Job::Complete { completion: Box::new(completion), answer, cancel };
        self.send(job).map_err(|(_, error)| error)?;
        result.recv().unwrap_or_else(|_| Err(died()))
    }

    /// Writes up to 16 replies to one prompt together, and waits for the end: the prompt is read once, and each pass over the weights
    /// writes a token of every reply. With a seed, reply i is drawn with that seed and i more. They share the room behind the prompt.
    pub fn candidates(
        &self,
        ask: Ask,
        count: usize,
        cancel: Cancel,
    ) -> Result<Vec<Written>, Error> {
        let (answer, result) = sync_channel(1);
        self.send(Job::Candidates { ask: Box::new(ask), count, answer, cancel })
            .map_err(|(_, error)| error)?;
        result.recv().unwrap_or_else(|_| Err(died()))
    }

    /// Natural logarithm of the probability that the model gives each token of a text, given those before it (the first,
    /// which nothing is before, is left out), and waits for it. Perplexity is `exp(-mean)`.
    pub fn log_probabilities(&self, text: &str) -> Result<Vec<f32>, Error> {
        let (answer, result) = sync_channel(1);
        self.send(Job::Evaluate { text: text.into(), answer }).map_err(|(_, error)| error)?;
        result.recv().unwrap_or_else(|_| Err(died()))
    }

    fn reply_in(&self, ask: Ask, sink: Box<dyn TokenSink>, cancel: Cancel, aside: bool) {
        let job = Job::Reply { ask: Box::new(ask), sink, cancel, aside };
        if let Err((job, error)) = self.send(job)
            && let Job::Reply { mut sink, .. } = *job
        {
            sink.event(ReplyEvent::Failed(error.into()));
        }
    }

    fn send(&self, job: Job) -> Result<(), (Box<Job>, Error)> {
        let Ok(inbox) = self.inbox.lock() else { return Err((Box::new(job), died())) };
        match inbox.as_ref().map(|inbox| inbox.try_send(job)) {
            // Only dropping takes the inbox away, and nobody calls then.
            Some(Ok(())) | None => Ok(()),
            Some(Err(TrySendError::Full(job))) => {
                Err((Box::new(job), Error::Busy { waiting: INBOX }))
            }
            Some(Err(TrySendError::Disconnected(job))) => Err((Box::new(job), died())),
        }
    }
}

/// The model that guesses for another, and how many tokens it guesses.
fn drafter(path: &Path, large: &Model, options: &Options) -> Result<(Session, usize), Error> {
    let options =
        Options { context_length: large.info.context_length, branches: false, ..options.clone() };
    let Opened { session, on, .. } = opening::open(path, &options, &mut |_| {})?;
    if let Some(notice) = on.notice {
        tracing::warn!(notice, "the model that guesses is not where it was asked to be");
    }
    session.model.drafts_for(large)?;
    let most = if options.guesses == 0 { DRAFTED } else { options.guesses };
    Ok((session, most))
}

fn died() -> Error {
    Error::Stopped { reason: "its thread has ended".into() }
}

impl TokenCounter for Engine {
    fn count(&self, text: &str) -> usize {
        self.model.tokenizer.encode(text).len()
    }
}

impl LanguageModel for Engine {
    fn reply(&self, ask: Ask, sink: Box<dyn TokenSink>, cancel: Cancel) {
        self.reply_in(ask, sink, cancel, false);
    }

    fn reply_aside(&self, ask: Ask, sink: Box<dyn TokenSink>, cancel: Cancel) {
        self.reply_in(ask, sink, cancel, true);
    }

    fn read_ahead(&self, beginning: String, cancel: Cancel) {
        self.prefill(beginning, cancel);
    }

    fn reads_ahead(&self) -> bool {
        true
    }

    fn info(&self) -> ModelInfo {
        self.model.info.clone()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::Release);
        if let Ok(mut inbox) = self.inbox.lock() {
            inbox.take();
        }
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
            && thread.join().is_err()
        {
            tracing::error!("the language model's thread panicked");
        }
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("model", &self.model.info.name).finish_non_exhaustive()
    }
}
