//! GPT2-chitchat's rerank by mutual information: a second model, trained on dialogues told backwards, says which of several
//! replies makes the history likeliest.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use domain::{Ask, Cancel, LanguageModel, ModelInfo, TokenCounter, TokenSink};

use crate::model::Model;
use crate::session::{Session, elapsed_ms};
use crate::whole::{Whole, WholeReplies};
use crate::{Engine, Error, Options};

/// Replies that are written for one to be chosen, and utterances of the history that the choice looks at: `interact_mmi.py`'s.
const CANDIDATES: usize = 5;
const UTTERANCES: usize = 5;

/// The backward model.
pub struct Reranker {
    session: Mutex<Session>,
    first: u32,
    separator: u32,
}

impl Reranker {
    /// Loads a model whose vocabulary has `[CLS]` and `[SEP]`.
    pub fn load(path: &Path, options: &Options) -> Result<Self, Error> {
        let context = options.context_length as usize;
        let model = Model::load(path, context, options.quantize, &mut |_| {})?;
        let special = |name: &str| {
            model.tokenizer.special(name).ok_or_else(|| {
                Error::damaged(path, format!("its vocabulary has no `{name}`, so it is no model of dialogues told backwards"))
            })
        };
        let (first, separator) = (special("[CLS]")?, special("[SEP]")?);
        let session = Session::new(Arc::new(model), options.cache)?;
        Ok(Self { session: Mutex::new(session), first, separator })
    }

    /// The mean loss of the reply and then the history, the newest utterance first, of which the last `most` count. Lower is
    /// better.
    pub fn loss(&self, reply: &str, history: &[String], most: usize) -> Result<f32, Error> {
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let model = Arc::clone(&session.model);
        let mut ids = vec![self.first];
        for text in
            std::iter::once(reply).chain(history.iter().rev().take(most).map(String::as_str))
        {
            ids.extend(model.tokenizer.encode(text));
            ids.push(self.separator);
        }
        // What is furthest back does not count where it does not fit.
        ids.truncate(session.capacity());
        let losses = session.log_probabilities(&ids)?;
        Ok(-losses.iter().sum::<f32>() / losses.len() as f32)
    }

    /// The index of the reply with the least loss, and the losses of all.
    pub fn best(
        &self,
        replies: &[String],
        history: &[String],
        most: usize,
    ) -> Result<Option<(usize, Vec<f32>)>, Error> {
        let losses = replies.iter().map(|reply| self.loss(reply, history, most));
        let losses = losses.collect::<Result<Vec<f32>, Error>>()?;
        let best = (0..losses.len()).min_by(|&a, &b| losses[a].total_cmp(&losses[b]));
        Ok(best.map(|best| (best, losses)))
    }
}

/// An engine whose replies are chosen among several by a [`Reranker`]. Nothing of a reply is shown before it is chosen.
pub struct Reranked {
    engine: Arc<Engine>,
    replies: WholeReplies,
}

impl Reranked {
    /// Puts a chooser behind an engine.
    pub fn new(engine: Arc<Engine>, reranker: Reranker) -> Result<Self, Error> {
        let writer = Arc::clone(&engine);
        let replies =
            WholeReplies::start(move |ask, cancel| write_best(&writer, &reranker, ask, cancel))?;
        Ok(Self { engine, replies })
    }
}

fn write_best(
    engine: &Engine,
    reranker: &Reranker,
    ask: &Ask,
    cancel: &Cancel,
) -> Result<Whole, Error> {
    let start = Instant::now();
    let mut written = engine.candidates(ask.clone(), CANDIDATES, cancel.clone())?;
    if cancel.is_cancelled() {
        return Ok(Whole::cancelled());
    }
    let replies: Vec<String> = written.iter().map(|one| one.text.clone()).collect();
    let said: Vec<String> = ask
        .messages
        .iter()
        .filter(|message| message.role != "system")
        .map(|message| message.content.clone())
        .collect();
    let Some((best, losses)) = reranker.best(&replies, &said, UTTERANCES)? else {
        return Ok(Whole::cancelled());
    };
    tracing::debug!(?replies, ?losses, best, "chosen among several");
    let best = written.swap_remove(best);
    let mut stats = best.stats;
    // Choosing is part of what the reply cost.
    stats.decode_ms = elapsed_ms(start) - stats.prefill_ms;
    Ok(Whole { text: best.text, reason: best.reason, stats })
}

impl TokenCounter for Reranked {
    fn count(&self, text: &str) -> usize {
        self.engine.count(text)
    }
}

impl LanguageModel for Reranked {
    fn reply(&self, ask: Ask, sink: Box<dyn TokenSink>, cancel: Cancel) {
        self.replies.reply(ask, sink, cancel);
    }

    fn read_ahead(&self, beginning: String, cancel: Cancel) {
        self.engine.read_ahead(beginning, cancel);
    }

    fn reads_ahead(&self) -> bool {
        self.engine.reads_ahead()
    }

    fn info(&self) -> ModelInfo {
        self.engine.info()
    }
}

impl std::fmt::Debug for Reranked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reranked").field("engine", &self.engine).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Reranker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reranker").finish_non_exhaustive()
    }
}
