//! Short replies of a model that is being trained, to look at. Without a cache: everything is read again for each token, which
//! is slow and simple, and some dozens of tokens are all that is asked for.

use candle_core::{D, Tensor};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::Error;
use crate::decoder::{Decoder, Pass};

/// Goes on behind a prompt until `is_end` or `most` tokens. At temperature 0 the likeliest token is taken.
pub fn reply(
    decoder: &Decoder,
    prompt: &[u32],
    most: usize,
    temperature: f64,
    seed: u64,
    is_end: &dyn Fn(u32) -> bool,
) -> Result<Vec<u32>, Error> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut ids = prompt.to_vec();
    // The oldest part goes where the context would not hold the reply.
    let room = decoder.context().saturating_sub(most).max(1);
    if ids.len() > room {
        ids.drain(..ids.len() - room);
    }
    let start = ids.len();
    while ids.len() - start < most && ids.len() < decoder.context() && !ids.is_empty() {
        let pass = Pass::of(&[&ids], 0);
        let hidden = decoder.hidden(&pass)?.narrow(0, ids.len() - 1, 1)?;
        let logits = decoder.logits(&hidden)?.detach();
        let id = if temperature <= 0.0 {
            logits.argmax(D::Minus1)?.to_vec1::<u32>()?.first().copied().unwrap_or_default()
        } else {
            drawn(&logits, temperature, &mut rng)?
        };
        if is_end(id) {
            break;
        }
        ids.push(id);
    }
    Ok(ids.split_off(start))
}

/// A token drawn from the most likely nine tenths.
fn drawn(logits: &Tensor, temperature: f64, rng: &mut ChaCha8Rng) -> Result<u32, Error> {
    let logits: Vec<f32> = logits.flatten_all()?.to_vec1()?;
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut weights: Vec<(u32, f64)> = logits
        .iter()
        .enumerate()
        .map(|(id, l)| (id as u32, (f64::from(l - top) / temperature).exp()))
        .collect();
    weights.sort_by(|a, b| b.1.total_cmp(&a.1));
    let all: f64 = weights.iter().map(|w| w.1).sum();
    let mut kept = 0.0;
    let count = weights
        .iter()
        .take_while(|w| {
            let before = kept;
            kept += w.1;
            before < 0.9 * all
        })
        .count();
    weights.truncate(count.max(1));
    let sum: f64 = weights.iter().map(|w| w.1).sum();
    let mut at = rng.random::<f64>() * sum;
    for (id, weight) in &weights {
        at -= weight;
        if at <= 0.0 {
            return Ok(*id);
        }
    }
    Ok(weights.last().map_or(0, |w| w.0))
}
