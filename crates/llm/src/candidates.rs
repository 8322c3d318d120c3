//! Several replies to one prompt, written together: the prompt is read and kept once, and every pass over the weights writes a token
//! of each. Beside quantised weights a pass for a few rows costs little more than one for a single row.

use std::sync::Arc;
use std::time::Instant;

use domain::FinishReason;

use crate::Error;
use crate::sampler::{Past, Sampler};
use crate::session::{Generate, Generated, Session, elapsed_ms};
use crate::stop::StopFilter;
use crate::tokenizer::Detokenizer;
use crate::word_biases::with_tokens_of_words;

/// Most that are written at a time.
pub(crate) const MOST: usize = 16;

/// One of the replies, on its way.
struct Candidate<'a> {
    sampler: Sampler,
    detokenizer: Detokenizer<'a>,
    stops: StopFilter,
    past: Vec<u32>,
    ids: Vec<u32>,
    text: String,
    reason: Option<FinishReason>,
}

impl Session {
    /// Writes `count` replies to the prompt that was read last. With a seed, the i-th is drawn with that seed and i more: the first is
    /// the one that [`generate`](Self::generate) gives. Afterwards the cache holds the prompt.
    pub(crate) fn candidates(
        &mut self,
        ask: &Generate<'_>,
        count: usize,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Vec<(Generated, String)>, Error> {
        let start = Instant::now();
        let model = Arc::clone(&self.model);
        let (prompt, first) = self.after_prompt();
        let count = count.clamp(1, MOST);
        let mut all: Vec<Candidate<'_>> = (0..count)
            .map(|index| {
                let mut sampling = with_tokens_of_words(&model.tokenizer, ask.sampling);
                sampling.seed = sampling.seed.map(|seed| seed.wrapping_add(index as u64));
                let mut sampler = Sampler::new(sampling);
                if sampler.needs_pieces() {
                    sampler = sampler.with_pieces(model.pieces());
                }
                Candidate {
                    sampler,
                    detokenizer: model.tokenizer.detokenizer(ask.trim),
                    stops: StopFilter::new(ask.stop),
                    past: prompt.clone(),
                    ids: Vec::new(),
                    text: String::new(),
                    reason: None,
                }
            })
            .collect();
        let mut rows = first.repeat(count);
        let width = first.len().max(1);
        // Each of them needs its own places behind the prompt.
        let room = (self.capacity() - prompt.len()) / count;
        let mut step = 0;
        loop {
            for (candidate, logits) in all.iter_mut().zip(rows.chunks_exact_mut(width)) {
                if candidate.reason.is_none() {
                    self.advance(candidate, logits, prompt.len(), ask.max_tokens)?;
                }
            }
            let cancelled = cancelled();
            if cancelled || step == room || all.iter().all(|one| one.reason.is_some()) {
                let rest = if cancelled { FinishReason::Cancelled } else { FinishReason::Length };
                for candidate in &mut all {
                    candidate.reason.get_or_insert(rest);
                }
                break;
            }
            // One that has ended goes along with its last token: the others' rows are worth more than its place.
            let newest: Vec<u32> =
                all.iter().map(|one| one.ids.last().copied().unwrap_or_default()).collect();
            rows = self.forward_lanes(&newest, step)?;
            step += 1;
        }
        let ms = elapsed_ms(start);
        let finished = all.into_iter().map(|mut one| {
            let reason = one.reason.unwrap_or(FinishReason::Length);
            if reason != FinishReason::Cancelled {
                one.text.push_str(&one.stops.finish());
            }
            (Generated { reason, ids: one.ids, ms }, one.text)
        });
        Ok(finished.collect())
    }

    /// Draws the next token of one of them.
    fn advance(
        &mut self,
        one: &mut Candidate<'_>,
        logits: &mut [f32],
        reply_from: usize,
        most: usize,
    ) -> Result<(), Error> {
        if one.ids.len() >= most {
            one.reason = Some(FinishReason::Length);
            return Ok(());
        }
        let past = Past { tokens: &one.past, reply_from };
        let id = self.sample(&mut one.sampler, logits, past)?;
        if self.model.tokenizer.is_end(id) {
            one.reason = Some(FinishReason::Stop);
            return Ok(());
        }
        one.ids.push(id);
        one.past.push(id);
        let mut piece = String::new();
        one.detokenizer.push(id, &mut piece);
        let (shown, stopped) = one.stops.push(&piece);
        one.text.push_str(&shown);
        if stopped {
            one.reason = Some(FinishReason::Stop);
        }
        Ok(())
    }
}
