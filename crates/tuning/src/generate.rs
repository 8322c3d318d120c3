//! Short replies of a model that is being trained, to look at or to learn from. They are drawn from the very numbers that learn, so
//! that nothing is copied into the engine first; each token is read once.

use domain::Flow;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::Error;
use crate::decoder::Decoder;

/// How replies are drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sampling {
    /// Tokens at most.
    pub(crate) most: usize,
    /// At 0 the likeliest token is taken.
    pub(crate) temperature: f64,
    /// Share of the likeliest tokens that are drawn from.
    pub(crate) top_p: f64,
}

/// What was read of a prompt, and what was written behind it.
pub(crate) type Reply = (Vec<u32>, Vec<u32>);

/// Goes on behind a prompt until `is_end` or `most` tokens. At temperature 0 the likeliest token is taken.
pub fn reply(
    decoder: &Decoder,
    prompt: &[u32],
    most: usize,
    temperature: f64,
    seed: u64,
    is_end: &dyn Fn(u32) -> bool,
) -> Result<Vec<u32>, Error> {
    let sampling = Sampling { most, temperature, top_p: 0.9 };
    let replies = replies(decoder, &[prompt], &sampling, &[seed], is_end, &mut || Flow::More)?;
    let (_, mut reply) = replies.into_iter().flatten().next().unwrap_or_default();
    if reply.last().is_some_and(|id| is_end(*id)) {
        reply.pop();
    }
    Ok(reply)
}

/// Goes on behind several prompts side by side, each with a seed of its own, so that a reply does not depend on its neighbours.
/// Where a reply ended by itself, its last token is what ended it. `tick` is asked before each token; `None` where it said stop.
pub(crate) fn replies(
    decoder: &Decoder,
    prompts: &[&[u32]],
    sampling: &Sampling,
    seeds: &[u64],
    is_end: &dyn Fn(u32) -> bool,
    tick: &mut dyn FnMut() -> Flow,
) -> Result<Option<Vec<Reply>>, Error> {
    let context = decoder.context();
    // The oldest part goes where the context would not hold the reply.
    let room = context.saturating_sub(sampling.most).max(1);
    let mut texts: Vec<Vec<u32>> =
        prompts.iter().map(|prompt| prompt[prompt.len().saturating_sub(room)..].to_vec()).collect();
    let starts: Vec<usize> = texts.iter().map(Vec::len).collect();
    let mut rngs: Vec<ChaCha8Rng> =
        seeds.iter().map(|seed| ChaCha8Rng::seed_from_u64(*seed)).collect();
    let rooms: Vec<usize> =
        starts.iter().map(|start| (start + sampling.most).min(context)).collect();
    let mut cache = decoder.cache(&rooms);
    let mut going: Vec<usize> = (0..texts.len()).filter(|row| starts[*row] > 0).collect();
    loop {
        going.retain(|&row| {
            let written = texts[row].len() - starts[row];
            let ended = written > 0 && texts[row].last().is_some_and(|id| is_end(*id));
            !ended && written < sampling.most && texts[row].len() < context
        });
        if going.is_empty() {
            break;
        }
        if tick() == Flow::Stop {
            return Ok(None);
        }
        let new: Vec<(usize, &[u32])> =
            going.iter().map(|&row| (row, &texts[row][cache.length(row)..])).collect();
        let hidden = decoder.hidden_on(&mut cache, &new)?;
        let logits: Vec<Vec<f32>> = decoder.logits(&hidden)?.detach().to_vec2()?;
        for (&row, logits) in going.iter().zip(&logits) {
            texts[row].push(drawn(logits, sampling, &mut rngs[row]));
        }
    }
    let cut = |(mut text, start): (Vec<u32>, usize)| {
        let reply = text.split_off(start);
        (text, reply)
    };
    Ok(Some(texts.into_iter().zip(starts).map(cut).collect()))
}

/// A token drawn from the likeliest ones.
fn drawn(logits: &[f32], sampling: &Sampling, rng: &mut ChaCha8Rng) -> u32 {
    let likeliest = logits.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
    let (best, top) = likeliest.map_or((0, 0.0), |(id, l)| (id as u32, *l));
    if sampling.temperature <= 0.0 {
        return best;
    }
    let mut weights: Vec<(u32, f64)> = logits
        .iter()
        .enumerate()
        .map(|(id, l)| (id as u32, (f64::from(l - top) / sampling.temperature).exp()))
        .collect();
    if sampling.top_p < 1.0 {
        weights.sort_by(|a, b| b.1.total_cmp(&a.1));
        let all: f64 = weights.iter().map(|w| w.1).sum();
        let mut kept = 0.0;
        let is_in = |weight: &&(u32, f64)| {
            let before = kept;
            kept += weight.1;
            before < sampling.top_p * all
        };
        let count = weights.iter().take_while(is_in).count();
        weights.truncate(count.max(1));
    }
    let sum: f64 = weights.iter().map(|w| w.1).sum();
    let mut at = rng.random::<f64>() * sum;
    for (id, weight) in &weights {
        at -= weight;
        if at <= 0.0 {
            return *id;
        }
    }
    weights.last().map_or(best, |w| w.0)
}
