//! How probable a model finds a text: for evaluation, for choosing among replies, and for guesses that it should be sure of.

use super::{FIRST_CHUNK, Session};
use crate::Error;
use crate::decoder::Logits;

impl Session {
    /// Natural logarithm of the probability of every token but the first, given those before it; for evaluation.
    ///
    /// # Errors
    /// [`Error::PromptTooLong`], [`Error::BadLogits`], and what a device answers.
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
                let probability = log_probability(row, next);
                if probability.is_nan() {
                    self.reset();
                    let model = self.model.info.name.clone();
                    return Err(Error::BadLogits { model, tokens: out.len() + 1 });
                }
                out.push(probability);
            }
        }
        Ok(out)
    }

    /// Logits of every token of a text, `[tokens][vocabulary]`, from an empty cache.
    #[cfg(test)]
    pub(crate) fn logits_of(&mut self, ids: &[u32]) -> Vec<f32> {
        self.reset();
        self.model.decoder.forward(ids, &mut self.cache, Logits::All, &self.adapters).unwrap()
    }
}

/// log softmax at one place, summed in f64.
pub(super) fn log_probability(logits: &[f32], id: u32) -> f32 {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = logits.iter().map(|&l| f64::from(l - max).exp()).sum();
    (f64::from(logits[id as usize] - max) - sum.ln()) as f32
}
