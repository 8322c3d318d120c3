//! Drawing the next token: one chain. Biases, bans and penalties change the logits; the cuts leave candidates, in the order that
//! the settings name; one of those is drawn.

mod cuts;
mod penalties;
mod rows;
mod tags;

use std::sync::Arc;

use domain::{PenaltyScope, SamplerOrder, Sampling};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

pub(crate) use cuts::Candidate;
use cuts::Candidates;
use rows::RowAutomaton;
pub(crate) use tags::Pieces;
use tags::TagAutomaton;

/// The logits hold a NaN, or nothing but negative infinity.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotNumbers;

/// Everything written so far, and where the reply begins in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Past<'a> {
    pub(crate) tokens: &'a [u32],
    pub(crate) reply_from: usize,
}

/// Draws tokens for one reply. The same seed and logits give the same tokens, on every machine and in every version: the
/// generator is ChaCha8, whose stream is fixed.
pub(crate) struct Sampler {
    settings: Sampling,
    rng: ChaCha8Rng,
    candidates: Candidates,
    /// Mirostat's bound on surprise, in bits.
    bound: f32,
    tags: Option<TagAutomaton>,
    rows: Option<RowAutomaton>,
    pieces: Option<Arc<Pieces>>,
}

/// One step among the cuts.
#[derive(Debug, Clone, Copy)]
enum Cut {
    Temperature,
    TopK,
    TopP,
    MinP,
    Typical,
    Xtc,
}

/// The steps of an order.
fn cuts(order: SamplerOrder) -> &'static [Cut] {
    use Cut::{MinP, Temperature, TopK, TopP, Typical, Xtc};
    match order {
        SamplerOrder::HuggingFace => &[Temperature, TopK, TopP, MinP, Typical, Xtc],
        SamplerOrder::LlamaCpp => &[TopK, Typical, TopP, MinP, Xtc, Temperature],
    }
}

impl Sampler {
    /// Begins a reply.
    pub(crate) fn new(settings: Sampling) -> Self {
        let rng = match settings.seed {
            Some(seed) => ChaCha8Rng::seed_from_u64(seed),
            None => ChaCha8Rng::from_os_rng(),
        };
        let bound = settings.mirostat.map_or(0.0, |mirostat| 2.0 * mirostat.tau);
        let tags = settings.tags.clone().map(TagAutomaton::new);
        let rows = settings.rows.clone().map(RowAutomaton::new);
        Self { settings, rng, candidates: Candidates::default(), bound, tags, rows, pieces: None }
    }

    /// Whether [`with_pieces`](Self::with_pieces) is needed: some steps look at what tokens say.
    pub(crate) fn needs_pieces(&self) -> bool {
        self.tags.is_some() || self.rows.is_some() || self.settings.dry.multiplier > 0.0
    }

    /// Gives it the texts of all tokens.
    pub(crate) fn with_pieces(mut self, pieces: Arc<Pieces>) -> Self {
        self.pieces = Some(pieces);
        self
    }

    /// Draws from `logits`, which are changed.
    pub(crate) fn sample(&mut self, logits: &mut [f32], past: Past<'_>) -> Result<u32, NotNumbers> {
        let id = if self.is_greedy() {
            self.change(logits, past);
            best(logits)?
        } else {
            self.distribution(logits, past)?;
            let drawn = self.draw();
            if let Some(mirostat) = self.settings.mirostat {
                self.bound -= mirostat.eta * (-drawn.p.log2() - mirostat.tau);
            }
            drawn.id
        };
        if let (Some(tags), Some(pieces)) = (&mut self.tags, &self.pieces) {
            tags.advance(pieces.of(id));
        }
        if let (Some(rows), Some(pieces)) = (&mut self.rows, &self.pieces) {
            rows.advance(pieces.of(id));
        }
        Ok(id)
    }

    /// What a draw would choose from: candidates with their probabilities, after the whole chain.
    pub(crate) fn distribution(
        &mut self,
        logits: &mut [f32],
        past: Past<'_>,
    ) -> Result<&[Candidate], NotNumbers> {
        self.change(logits, past);
        let best = best(logits)?;
        let s = &self.settings;
        // At temperatures above one, unlikely tokens count for longer.
        let hottest = (s.temperature + s.temperature_range).max(1.0);
        self.candidates.fill(logits, logits[best as usize], hottest);
        let c = &mut self.candidates;
        if let Some(mirostat) = s.mirostat {
            c.temperature(s.temperature, s.temperature_range, s.temperature_exponent);
            c.surprise(self.bound);
            debug_assert!(mirostat.tau >= 0.0);
        } else {
            for cut in cuts(s.order) {
                match cut {
                    Cut::Temperature => {
                        c.temperature(s.temperature, s.temperature_range, s.temperature_exponent);
                    }
                    Cut::TopK => c.top_k(s.top_k as usize),
                    Cut::TopP => c.top_p(s.top_p),
                    Cut::MinP => c.min_p(s.min_p),
                    Cut::Typical => c.typical(s.typical_p),
                    Cut::Xtc => {
                        if s.xtc_probability > 0.0 && self.rng.random::<f32>() < s.xtc_probability {
                            c.xtc(s.xtc_threshold);
                        }
                    }
                }
            }
        }
        c.sort();
        c.weigh();
        Ok(c.all())
    }

    fn is_greedy(&self) -> bool {
        self.settings.temperature <= 0.0
    }

    /// Biases, bans, penalties: what happens to the logits themselves.
    fn change(&self, logits: &mut [f32], past: Past<'_>) {
        let s = &self.settings;
        for &(id, bias) in &s.logit_bias {
            if let Some(logit) = logits.get_mut(id as usize) {
                *logit += bias;
            }
        }
        let scope = match s.penalty_scope {
            PenaltyScope::All => past.tokens,
            PenaltyScope::Reply => &past.tokens[past.reply_from.min(past.tokens.len())..],
        };
        penalties::repetition(s, logits, scope);
        if let Some(pieces) = &self.pieces {
            penalties::dry(&s.dry, logits, scope, |id| pieces.breaks(id));
        }
        penalties::no_repeat_ngram(s.no_repeat_ngram as usize, logits, scope);
        for &id in &s.banned {
            if let Some(logit) = logits.get_mut(id as usize) {
                *logit = f32::NEG_INFINITY;
            }
        }
        if let (Some(tags), Some(pieces)) = (&self.tags, &self.pieces) {
            tags.forbid(pieces, logits);
        }
        if let (Some(rows), Some(pieces)) = (&self.rows, &self.pieces) {
            rows.forbid(pieces, logits);
        }
    }

    fn draw(&mut self) -> Candidate {
        let mut point = self.rng.random::<f32>();
        for candidate in self.candidates.all() {
            if point < candidate.p {
                return *candidate;
            }
            point -= candidate.p;
        }
        // Rounding can leave a rest beyond the last.
        self.candidates.all().last().copied().unwrap_or_default()
    }
}

/// The token with the highest logit, the first of equals.
fn best(logits: &[f32]) -> Result<u32, NotNumbers> {
    let mut best = None;
    for (id, &logit) in logits.iter().enumerate() {
        if logit.is_nan() {
            return Err(NotNumbers);
        }
        if best.is_none_or(|(_, b)| logit > b) {
            best = Some((id as u32, logit));
        }
    }
    match best {
        Some((id, logit)) if logit.is_finite() => Ok(id),
        _ => Err(NotNumbers),
    }
}

#[cfg(test)]
mod tests;
