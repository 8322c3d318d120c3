//! One model at work: what its cache remembers, and how a prompt becomes a reply.
//!
//! Runs on whatever thread calls it; the engine gives it one of its own.

use std::sync::Arc;
use std::time::Instant;

use domain::{FinishReason, Sampling};

use crate::Error;
use crate::decoder::{CacheFormat, KvCache, Logits};
use crate::model::Model;
use crate::sampler::{NotNumbers, Sampler};
use crate::stop::StopFilter;

/// How many tokens are read between two looks at the cancel flag.
const CHUNK: usize = 256;
/// Tokens of the first pieces: a cancelled or superseded prompt is noticed early, and progress shows soon.
const FIRST_CHUNK: usize = 64;

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
pub(crate) struct Session {
    pub(crate) model: Arc<Model>,
    cache: KvCache,
    /// Of the last token in the cache; empty where they are not known.
    logits: Vec<f32>,
}

impl Session {
    /// Sets up a cache for the model's whole context.
    pub(crate) fn new(model: Arc<Model>, format: CacheFormat) -> Self {
        let cache = model.decoder.new_cache(model.info.context_length as usize, format);
        Self { model, cache, logits: Vec::new() }
    }

    /// Forgets everything (after a panic nothing in the cache can be trusted).
    pub(crate) fn reset(&mut self) {
        self.cache.truncate(0);
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
        let reused = self.cache.shared_prefix(prompt).min(prompt.len() - 1);
        self.cache.truncate(reused);
        self.logits.clear();
        let mut at = reused;
        while at < prompt.len() {
            if cancelled() {
                return Ok(None);
            }
            let size = if at == reused { FIRST_CHUNK } else { CHUNK };
            let end = prompt.len().min(at + size);
            let wanted = if end == prompt.len() { Logits::Last } else { Logits::None };
            self.logits = self.forward(at..end, prompt, wanted)?;
            at = end;
        }
        Ok(Some(Prefill { tokens: prompt.len(), reused, ms: elapsed_ms(start) }))
    }

    fn forward(
        &mut self,
        range: std::ops::Range<usize>,
        prompt: &[u32],
        wanted: Logits,
    ) -> Result<Vec<f32>, Error> {
        let result = self.model.decoder.forward(&prompt[range], &mut self.cache, wanted);
        result.map_err(|e| {
            self.reset();
            Error::Stopped { reason: e.to_string() }
        })
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
        let mut sampler = Sampler::new(ask.sampling.clone());
        let mut detokenizer = model.tokenizer.detokenizer(ask.trim);
        let mut stops = StopFilter::new(ask.stop);
        let mut ids = Vec::new();
        let mut whole = String::new();
        let reason = loop {
            if cancelled() {
                break FinishReason::Cancelled;
            }
            if ids.len() >= ask.max_tokens {
                break FinishReason::Length;
            }
            let id = self.sample(&mut sampler)?;
            if model.tokenizer.is_end(id) {
                break FinishReason::Stop;
            }
            ids.push(id);
            whole.clear();
            detokenizer.push(id, &mut whole);
            let (shown, stopped) = stops.push(&whole);
            if !shown.is_empty() && !text(shown) {
                break FinishReason::Cancelled;
            }
            if stopped {
                break FinishReason::Stop;
            }
            if self.cache.tokens().len() == self.cache.capacity() {
                break FinishReason::Length;
            }
            // The last token's logits would be thrown away.
            if ids.len() < ask.max_tokens {
                self.logits = self.forward(0..1, &[id], Logits::Last)?;
            }
        };
        if reason != FinishReason::Cancelled {
            let rest = stops.finish();
            if !rest.is_empty() {
                text(rest);
            }
        }
        Ok(Generated { reason, ids, ms: elapsed_ms(start) })
    }

    fn sample(&mut self, sampler: &mut Sampler) -> Result<u32, Error> {
        // Rows of the embedding beyond the tokenizer's last token are padding.
        let known = self.logits.len().min(self.model.tokenizer.len());
        // They are changed by the sampler and needed only once.
        let mut logits = std::mem::take(&mut self.logits);
        sampler.sample(&mut logits[..known], self.cache.tokens()).map_err(|NotNumbers| {
            let tokens = self.cache.tokens().len();
            self.reset();
            Error::BadLogits { model: self.model.info.name.clone(), tokens }
        })
    }

    /// Natural logarithm of the probability of every token but the first, given those before it; for evaluation.
    pub(crate) fn log_probabilities(&mut self, ids: &[u32]) -> Result<Vec<f32>, Error> {
        if ids.len() > self.cache.capacity() {
            return Err(Error::PromptTooLong { tokens: ids.len(), context: self.cache.capacity() });
        }
        self.reset();
        let vocabulary = self.model.decoder.vocabulary();
        let mut out = Vec::with_capacity(ids.len());
        for start in (0..ids.len()).step_by(FIRST_CHUNK) {
            let end = ids.len().min(start + FIRST_CHUNK);
            let logits = self.forward(start..end, ids, Logits::All)?;
            for (row, &next) in logits.chunks_exact(vocabulary).zip(&ids[start + 1..]) {
                out.push(log_probability(row, next));
            }
        }
        Ok(out)
    }

    /// Logits of every token of a text, `[tokens][vocabulary]`, from an empty cache.
    #[cfg(test)]
    pub(crate) fn logits_of(&mut self, ids: &[u32]) -> Vec<f32> {
        self.reset();
        self.model.decoder.forward(ids, &mut self.cache, Logits::All).unwrap()
    }
}

/// log softmax at one place, summed in f64.
fn log_probability(logits: &[f32], id: u32) -> f32 {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = logits.iter().map(|&l| f64::from(l - max).exp()).sum();
    (f64::from(logits[id as usize] - max) - sum.ln()) as f32
}

/// Milliseconds since then.
pub(crate) fn elapsed_ms(start: Instant) -> f32 {
    start.elapsed().as_secs_f32() * 1e3
}
