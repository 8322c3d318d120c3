//! One model at work: what its cache remembers, and how a prompt becomes a reply.
//!
//! Runs on whatever thread calls it; the engine gives it one of its own.

mod aside;
pub(crate) mod drafting;
mod evaluating;

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use domain::{FinishReason, Sampling};

use crate::Error;
use crate::adapting::{self, Key};
use crate::decoder::{Active, CacheFormat, KvCache, Logits};
use crate::model::Model;
use crate::sampler::{NotNumbers, Past, Sampler};
use crate::saved::SavedCaches;
use crate::speculation;
use crate::stop::StopFilter;
use crate::word_biases::with_tokens_of_words;

/// How many tokens are read between two looks at the cancel flag.
const CHUNK: usize = 256;
/// Tokens of the first pieces: a cancelled or superseded prompt is noticed early, and progress shows soon.
const FIRST_CHUNK: usize = 64;
/// A saved cache is worth opening for so many tokens, and one is worth saving for as many.
const WORTH_A_FILE: usize = 64;
/// A branch that is left is worth keeping for so many tokens.
const WORTH_A_BRANCH: usize = 32;
/// A cache is worth moving up for so many tokens.
const WORTH_A_SHIFT: usize = 32;

/// What a prompt cost.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Prefill {
    /// Tokens of the prompt.
    pub(crate) tokens: usize,
    /// How many were in the cache already.
    pub(crate) reused: usize,
    /// Milliseconds spent on the others.
    pub(crate) ms: f32,
}

/// How a reply is written.
#[derive(Debug, Clone)]
pub(crate) struct Generate<'a> {
    pub(crate) sampling: &'a Sampling,
    pub(crate) max_tokens: usize,
    pub(crate) stop: &'a [String],
    /// Drop the space that the tokenizer put before the text.
    pub(crate) trim: bool,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Generated {
    pub(crate) reason: FinishReason,
    pub(crate) ids: Vec<u32>,
    pub(crate) ms: f32,
}

/// A model and its cache.
#[expect(clippy::struct_excessive_bools, reason = "each is a way of its own to work")]
pub(crate) struct Session {
    cache: KvCache,
    /// Of the last token in the cache; empty where they are not known.
    logits: Vec<f32>,
    /// The branch of the text that was left last, where one is kept, and with which adapters it was read.
    other_branch: Option<(Key, KvCache)>,
    branches: bool,
    /// Caches of other conversations, on the disk.
    saved: Option<SavedCaches>,
    /// What the next prompt does not share with the cache is to be forgotten: it is not kept anywhere.
    forgetting: bool,
    /// What to do when the context is full, and whether a prompt that lost its middle is read from there on only.
    shifts: bool,
    /// How many tokens are guessed ahead at most.
    guesses: usize,
    /// A smaller model that guesses, and how many tokens.
    drafter: Option<(Box<Self>, usize)>,
    /// Adapters at work, and what tells them from others: what was read with some is of no use with others.
    adapters: Vec<Active>,
    key: Key,
    /// What was read beside the conversation.
    aside: Option<aside::Aside>,
    /// A prompt is read a little at a time, so that whoever has something better to do need not wait.
    in_small_pieces: bool,
    format: CacheFormat,
    /// The last: what is freed before it goes is handed back with it.
    pub(crate) model: Arc<Model>,
}

impl Session {
    /// Sets up a cache for the model's whole context.
    pub(crate) fn new(model: Arc<Model>, format: CacheFormat) -> Result<Self, Error> {
        let cache = model.decoder.new_cache(model.info.context_length as usize, format);
        let cache = cache.map_err(Error::on_device)?;
        Ok(Self {
            cache,
            logits: Vec::new(),
            other_branch: None,
            branches: false,
            saved: None,
            forgetting: false,
            shifts: false,
            guesses: 0,
            drafter: None,
            adapters: Vec::new(),
            key: adapting::key(&[]),
            aside: None,
            in_small_pieces: false,
            format,
            model,
        })
    }

    /// Keeps the branch of the text that was left last beside the one at work.
    pub(crate) fn with_branches(mut self, branches: bool) -> Self {
        self.branches = branches;
        self
    }

    /// Looks through a folder of saved caches.
    pub(crate) fn open_saved(&self, folder: &Path, quota: u64) -> std::io::Result<SavedCaches> {
        SavedCaches::open(folder, quota, self.model.fingerprint, &self.cache)
    }

    /// Keeps caches of other conversations in a folder.
    pub(crate) fn with_saved(mut self, saved: Option<SavedCaches>) -> Self {
        self.exchange_saved(saved);
        self
    }

    /// The same later.
    pub(crate) fn exchange_saved(&mut self, saved: Option<SavedCaches>) {
        self.saved = saved;
    }

    /// Goes on when the context is full, without its oldest half, where the model allows it.
    pub(crate) fn with_shifts(mut self, shifts: bool) -> Self {
        self.shifts = shifts && self.model.decoder.can_shift();
        self
    }

    /// Guesses so many tokens ahead from what was written before.
    pub(crate) fn with_guesses(mut self, guesses: usize) -> Self {
        self.guesses = guesses;
        self
    }

    /// Guesses so many tokens ahead with a smaller model, where the text itself gives no guess.
    pub(crate) fn with_drafter(mut self, drafter: Option<(Self, usize)>) -> Self {
        self.drafter = drafter.map(|(session, most)| (Box::new(session), most));
        self
    }

    /// Tokens that may follow, most of all those that did before.
    fn guess(&mut self, past: &[u32], room: usize, cancelled: &dyn Fn() -> bool) -> Vec<u32> {
        let found = speculation::guess(past, self.guesses.min(room));
        match &mut self.drafter {
            Some((drafter, most)) if found.is_empty() => {
                drafter.draft(past, room.min(*most), cancelled)
            }
            _ => found,
        }
    }

    /// Goes on with other adapters, or none. What was read with the ones before is kept as a branch that was left is.
    pub(crate) fn use_adapters(&mut self, adapters: Vec<Active>) {
        let key = adapting::key(&adapters);
        self.adapters = adapters;
        if key == self.key {
            return;
        }
        let before = std::mem::replace(&mut self.key, key);
        self.logits.clear();
        match &mut self.other_branch {
            Some((of, other)) if *of == key => {
                std::mem::swap(other, &mut self.cache);
                *of = before;
            }
            other
                if self.branches
                    && !self.forgetting
                    && self.cache.tokens().len() >= WORTH_A_BRANCH =>
            {
                match self.cache.fork(0) {
                    Ok(empty) => {
                        *other = Some((before, std::mem::replace(&mut self.cache, empty)));
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the branch that was left is not kept");
                        self.keep();
                        self.cache.truncate(0);
                    }
                }
            }
            _ => {
                self.keep();
                self.cache.truncate(0);
            }
        }
        if let Some(saved) = &mut self.saved
            && let Err(error) =
                saved.belong_to(adapting::fingerprint(&self.model.fingerprint, &key), &self.cache)
        {
            tracing::warn!(%error, "no caches are kept");
            self.saved = None;
        }
    }

    /// Writes the cache to its folder, where there is one, so that the conversation opens at once next time.
    pub(crate) fn keep(&mut self) {
        if let Some(saved) = &mut self.saved
            && self.cache.tokens().len() >= WORTH_A_FILE
            && !self.forgetting
        {
            saved.save(&self.cache);
        }
    }

    /// Forgets what was read of other texts, on the disk as well; and, of this one, whatever the next prompt holds no longer.
    pub(crate) fn forget(&mut self) {
        self.other_branch = None;
        self.aside = None;
        if let Some(saved) = &mut self.saved {
            saved.clear();
        }
        if let Some((drafter, _)) = &mut self.drafter {
            drafter.forget();
        }
        self.forgetting = true;
    }

    /// Forgets everything (after a panic nothing in the cache can be trusted).
    pub(crate) fn reset(&mut self) {
        self.cache.truncate(0);
        self.other_branch = None;
        self.aside = None;
        self.logits.clear();
    }

    /// Bytes of cache that a token costs.
    pub(crate) fn bytes_per_token(&self) -> usize {
        self.cache.bytes_per_token()
    }

    /// Reads a prompt, except for what the cache shares with it, in chunks. `None` where it was cancelled; what was read by
    /// then stays, and is reused by the next prompt that begins likewise.
    pub(crate) fn prefill(
        &mut self,
        prompt: &[u32],
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Option<Prefill>, Error> {
        let start = Instant::now();
        if prompt.is_empty() {
            return Err(Error::EmptyPrompt);
        }
        if prompt.len() > self.cache.capacity() {
            return Err(Error::PromptTooLong {
                tokens: prompt.len(),
                context: self.cache.capacity(),
            });
        }
        // The last token is always read again: its logits are wanted, and only the newest are kept.
        let reused = self.recall(prompt).min(prompt.len() - 1);
        self.cache.truncate(reused);
        self.logits.clear();
        let mut at = reused;
        while at < prompt.len() {
            if cancelled() {
                return Ok(None);
            }
            let size = match self.model.decoder.rows_at_once() {
                Some(rows) => rows,
                None if at == reused || self.in_small_pieces => FIRST_CHUNK,
                None => CHUNK,
            };
            let end = prompt.len().min(at + size);
            let wanted = if end == prompt.len() { Logits::Last } else { Logits::None };
            self.logits = self.forward(at..end, prompt, wanted)?;
            at = end;
        }
        Ok(Some(Prefill { tokens: prompt.len(), reused, ms: elapsed_ms(start) }))
    }

    /// Makes the cache remember as much of the prompt as can be had: from what it holds, from the branch beside it, from a
    /// file, or by moving up what follows a gap. Returns how many tokens that is.
    fn recall(&mut self, prompt: &[u32]) -> usize {
        if std::mem::take(&mut self.forgetting) {
            return self.cache.shared_prefix(prompt);
        }
        if let Some((key, other)) = &mut self.other_branch
            && *key == self.key
            && other.shared_prefix(prompt) > self.cache.shared_prefix(prompt)
        {
            std::mem::swap(other, &mut self.cache);
        }
        let shared = self.cache.shared_prefix(prompt);
        if let Some(saved) = &mut self.saved {
            let lost = self.cache.tokens().len() - shared;
            let best = saved.best(prompt).filter(|(_, there)| *there >= shared + WORTH_A_FILE);
            // Another conversation begins: this one may go on later.
            if lost >= WORTH_A_FILE && (best.is_some() || shared * 2 < self.cache.tokens().len()) {
                saved.save(&self.cache);
            }
            if let Some((index, _)) = best {
                saved.restore(index, &mut self.cache);
                return self.cache.shared_prefix(prompt);
            }
        }
        if self.shifts
            && let Some((discard, length)) = self.cache.shifted_prefix(prompt, shared)
            && length >= WORTH_A_SHIFT
        {
            self.shift(shared, discard);
            return self.cache.shared_prefix(prompt);
        }
        // The text takes another way from here on: what was is kept, in case it comes back.
        if self.branches && self.cache.tokens().len() - shared >= WORTH_A_BRANCH {
            match self.cache.fork(shared) {
                Ok(branch) => {
                    self.other_branch =
                        Some((self.key, std::mem::replace(&mut self.cache, branch)));
                }
                Err(error) => tracing::warn!(%error, "the branch that was left is not kept"),
            }
        }
        shared
    }

    pub(crate) fn forward(
        &mut self,
        range: std::ops::Range<usize>,
        prompt: &[u32],
        wanted: Logits,
    ) -> Result<Vec<f32>, Error> {
        let decoder = &self.model.decoder;
        let result = decoder.forward(&prompt[range], &mut self.cache, wanted, &self.adapters);
        result.map_err(|error| self.failed(error))
    }

    /// What a pass that failed is told as; what was read is forgotten.
    fn failed(&mut self, error: candle_core::Error) -> Error {
        self.reset();
        if self.model.decoder.is_on_device() {
            Error::on_device(error)
        } else {
            Error::Stopped { reason: error.to_string() }
        }
    }

    /// Writes on from the prompt that was read last. `text` takes every piece of text, and answers whether to go on.
    pub(crate) fn generate(
        &mut self,
        ask: &Generate<'_>,
        cancelled: &dyn Fn() -> bool,
        text: &mut dyn FnMut(String) -> bool,
    ) -> Result<Generated, Error> {
        let start = Instant::now();
        let model = Arc::clone(&self.model);
        let mut sampler = Sampler::new(with_tokens_of_words(&model.tokenizer, ask.sampling));
        if sampler.needs_pieces() {
            sampler = sampler.with_pieces(model.pieces());
        }
        let mut detokenizer = model.tokenizer.detokenizer(ask.trim);
        let mut stops = StopFilter::new(ask.stop);
        // The whole text in tokens: the cache may have been moved up since, and does not hold the newest.
        let mut past = self.cache.tokens().to_vec();
        let reply_from = past.len();
        let mut ids = Vec::new();
        let mut whole = String::new();
        // Logits of the next tokens, one row for each guess that came true so far and one more.
        let mut rows = std::mem::take(&mut self.logits);
        let width = rows.len().max(1);
        let mut guesses: Vec<u32> = Vec::new();
        let mut row = 0;
        let reason = loop {
            if cancelled() {
                break FinishReason::Cancelled;
            }
            if ids.len() >= ask.max_tokens {
                break FinishReason::Length;
            }
            let logits = rows.get_mut(row * width..(row + 1) * width).unwrap_or_default();
            let id = self.sample(&mut sampler, logits, Past { tokens: &past, reply_from })?;
            if model.tokenizer.is_end(id) {
                break FinishReason::Stop;
            }
            ids.push(id);
            past.push(id);
            whole.clear();
            detokenizer.push(id, &mut whole);
            let (shown, stopped) = stops.push(&whole);
            if !shown.is_empty() && !text(shown) {
                break FinishReason::Cancelled;
            }
            if stopped {
                break FinishReason::Stop;
            }
            if guesses.get(row) == Some(&id) {
                // Its logits are here already.
                row += 1;
                continue;
            }
            // What was read behind the last right guess was wrong.
            self.cache.truncate(self.cache.tokens().len() - (guesses.len() - row));
            guesses.clear();
            row = 0;
            if self.cache.tokens().len() == self.cache.capacity() && !self.make_room(reply_from) {
                break FinishReason::Length;
            }
            // The last token's logits would be thrown away.
            if ids.len() < ask.max_tokens {
                let room = self.cache.capacity() - self.cache.tokens().len() - 1;
                guesses = self.guess(&past, room.min(ask.max_tokens - ids.len()), cancelled);
                let mut batch = vec![id];
                batch.extend(&guesses);
                rows = self.forward(0..batch.len(), &batch, Logits::All)?;
            }
        };
        // Guesses that nobody asked for any more.
        let unread = guesses.len().saturating_sub(row);
        self.cache.truncate(self.cache.tokens().len() - unread);
        if reason != FinishReason::Cancelled {
            let rest = stops.finish();
            if !rest.is_empty() {
                text(rest);
            }
        }
        Ok(Generated { reason, ids, ms: elapsed_ms(start) })
    }

    /// The prompt that was read last, and the logits behind it.
    pub(crate) fn after_prompt(&mut self) -> (Vec<u32>, Vec<f32>) {
        (self.cache.tokens().to_vec(), std::mem::take(&mut self.logits))
    }

    /// Tokens that fit into the cache.
    pub(crate) fn capacity(&self) -> usize {
        self.cache.capacity()
    }

    /// The next logits of several texts that begin with the prompt.
    pub(crate) fn forward_lanes(&mut self, newest: &[u32], step: usize) -> Result<Vec<f32>, Error> {
        let decoder = &self.model.decoder;
        let result = decoder.forward_lanes(newest, step, &mut self.cache, &self.adapters);
        result.map_err(|error| self.failed(error))
    }

    /// Forgets the older half of what lies behind the fixed part (the prompt, or the first quarter of the context where the
    /// prompt is longer).
    fn make_room(&mut self, prompt: usize) -> bool {
        let count = self.cache.tokens().len();
        let keep = prompt.min(count / 4);
        let discard = (count - keep) / 2;
        self.shifts && discard > 0 && self.shift(keep, discard)
    }

    /// Forgets `discard` tokens behind the first `keep` and moves the rest up; forgets all where a device fails at it.
    fn shift(&mut self, keep: usize, discard: usize) -> bool {
        match self.model.decoder.shift(&mut self.cache, keep, discard) {
            Ok(()) => true,
            Err(error) => {
                tracing::warn!(%error, "what was read is not moved up");
                self.reset();
                false
            }
        }
    }

    pub(crate) fn sample(
        &mut self,
        sampler: &mut Sampler,
        logits: &mut [f32],
        past: Past<'_>,
    ) -> Result<u32, Error> {
        // Rows of the embedding beyond the tokenizer's last token are padding.
        let known = logits.len().min(self.model.tokenizer.len());
        sampler.sample(&mut logits[..known], past).map_err(|NotNumbers| {
            let tokens = self.cache.tokens().len();
            self.reset();
            Error::BadLogits { model: self.model.info.name.clone(), tokens }
        })
    }
}

/// Milliseconds since then.
pub(crate) fn elapsed_ms(start: Instant) -> f32 {
    start.elapsed().as_secs_f32() * 1e3
}
