//! Guessing the next tokens with a smaller model of the same vocabulary (speculative decoding, arXiv 2211.17192).
//!
//! It guesses what it is sure of; as with guesses from the text itself, one counts only if the sampler draws the very same token from the
//! large model's logits at its place. So the text is what it would be without, draw for draw, whatever the sampler.

use super::Session;
use super::evaluating::log_probability;
use crate::Error;
use crate::decoder::Logits;
use crate::model::Model;

/// Tokens that are guessed ahead where the settings name no number.
pub(crate) const DRAFTED: usize = 4;
/// What it must give its own token: guesses that are likelier wrong than right cost more than they bring.
const SURE: f32 = 0.5;

impl Model {
    /// Whether another model's tokens are this one's: what is refused with, where they are not.
    pub(crate) fn drafts_for(&self, large: &Self) -> Result<(), Error> {
        let reason = if !self.tokenizer.same_pieces(&large.tokenizer) {
            "its vocabulary is not that of the model that it should guess for"
        } else if self.decoder.vocabulary() < large.tokenizer.len() {
            "it has embeddings for fewer tokens than the model that it should guess for"
        } else {
            return Ok(());
        };
        Err(weights::Error::unsupported(&self.info.path, reason).into())
    }
}

impl Session {
    /// Up to `most` tokens that most likely follow `past`, as long as this model is sure of each. It reads what it has not read yet of
    /// the text first; where it does not fit into its context, or something fails, there are no guesses.
    pub(crate) fn draft(
        &mut self,
        past: &[u32],
        most: usize,
        cancelled: &dyn Fn() -> bool,
    ) -> Vec<u32> {
        if most == 0 || past.len() + most > self.cache.capacity() {
            return Vec::new();
        }
        let mut guesses = Vec::new();
        match self.prefill(past, cancelled) {
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => return guesses,
        }
        let known = self.model.tokenizer.len();
        loop {
            let logits = &self.logits[..self.logits.len().min(known)];
            let best = (0..logits.len()).max_by(|&a, &b| logits[a].total_cmp(&logits[b]));
            let Some(best) = best.map(|best| best as u32) else { return guesses };
            let sure = log_probability(logits, best).exp() >= SURE;
            if !sure || self.model.tokenizer.is_end(best) {
                return guesses;
            }
            guesses.push(best);
            if guesses.len() == most || cancelled() {
                return guesses;
            }
            match self.forward(0..1, &[best], Logits::Last) {
                Ok(logits) => self.logits = logits,
                Err(_) => return guesses,
            }
        }
    }
}
