//! What passes say, added up: between two lines of the log, and over a validation set.

use crate::Error;
use crate::decoder::Decoder;
use crate::objective::{Mode, Objective, Unread};

/// Sums since the last line of the log.
#[derive(Default)]
pub(super) struct Sums {
    loss: f64,
    weight: f64,
    metrics: Vec<(&'static str, f64, f64)>,
    pub(super) tokens: u64,
    pub(super) seconds: f64,
}

impl Sums {
    pub(super) fn add(&mut self, loss: f64, weight: f64, metrics: &[(&'static str, f64, f64)]) {
        self.loss += loss;
        self.weight += weight;
        for (name, sum, count) in metrics {
            match self.metrics.iter_mut().find(|(known, ..)| known == name) {
                Some((_, s, c)) => (*s, *c) = (*s + sum, *c + count),
                None => self.metrics.push((name, *sum, *count)),
            }
        }
    }

    pub(super) fn mean(&self) -> f64 {
        self.loss / self.weight.max(f64::MIN_POSITIVE)
    }

    pub(super) fn metrics(&self) -> Vec<(String, f64)> {
        let mean =
            |(name, sum, count): &(&str, f64, f64)| ((*name).to_owned(), sum / count.max(1.0));
        self.metrics.iter().map(mean).collect()
    }
}

/// Passes of a look that are read together.
const READ_EVERY: usize = 8;

/// Losses over all items, without dropout. `passed` hears of every pass.
pub(super) fn evaluate(
    decoder: &Decoder,
    objective: &dyn Objective,
    size: usize,
    passed: &mut dyn FnMut(),
) -> Result<Sums, Error> {
    let mut sums = Sums::default();
    let items: Vec<usize> = (0..objective.len()).collect();
    let mut unread = Unread::default();
    for (at, items) in items.chunks(size).enumerate() {
        let outcome = objective.loss(decoder, items, &Mode::default())?;
        unread.push(&outcome.loss, outcome.weight, outcome.metrics);
        // A device computes while it is told of the next ones; told of all of them it would not be known how far it is.
        if at % READ_EVERY == READ_EVERY - 1 {
            unread.read()?.iter().for_each(|(loss, weight, m)| sums.add(*loss, *weight, m));
        }
        passed();
    }
    unread.read()?.iter().for_each(|(loss, weight, m)| sums.add(*loss, *weight, m));
    Ok(sums)
}

/// Mean loss and metrics over all items, without dropout.
pub fn measure(
    decoder: &Decoder,
    objective: &dyn Objective,
    size: usize,
) -> Result<(f64, Vec<(String, f64)>), Error> {
    let sums = evaluate(decoder, objective, size.max(1), &mut || {})?;
    Ok((sums.mean(), sums.metrics()))
}
