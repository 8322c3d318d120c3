//! What a training pursues: items, and a loss over some of them.

use candle_core::Tensor;
use domain::Flow;

use crate::Error;
use crate::decoder::{Decoder, Kept, Pass};

/// How a loss is computed.
#[derive(Debug, Clone, Default)]
pub struct Mode {
    /// Seed of what is dropped; `None` drops nothing.
    pub(crate) dropout: Option<u64>,
    /// Compute blocks again for the backward pass instead of keeping what they computed.
    pub(crate) kept: Option<Kept>,
}

impl Mode {
    pub(crate) fn apply(&self, mut pass: Pass) -> Pass {
        pass.dropout = self.dropout;
        pass.kept.clone_from(&self.kept);
        pass
    }
}

/// A number that was computed, or one that a device still computes.
#[derive(Debug, Clone)]
pub enum Sum {
    /// Known.
    Known(f64),
    /// A scalar on a device: whoever reads it waits for it, so it is read with others.
    There(Tensor),
}

impl From<f64> for Sum {
    fn from(known: f64) -> Self {
        Self::Known(known)
    }
}

/// A measure: its name, a sum, and what that is divided by.
pub type Metric = (&'static str, Sum, f64);

/// The loss of some items.
pub struct Outcome {
    /// Sum, a scalar with a gradient.
    pub loss: Tensor,
    /// What it is divided by for the mean.
    pub weight: f64,
    /// What else is told of them.
    pub metrics: Vec<Metric>,
}

/// Numbers of outcomes that were not read yet.
#[derive(Default)]
pub(crate) struct Unread {
    outcomes: Vec<Outcome>,
}

/// What was read of an outcome: loss, what it is divided by, metrics.
pub(crate) type Read = (f64, f64, Vec<(&'static str, f64, f64)>);

impl Unread {
    /// Takes an outcome's numbers, without its graph.
    pub(crate) fn push(&mut self, loss: &Tensor, weight: f64, metrics: Vec<Metric>) {
        self.outcomes.push(Outcome { loss: loss.detach(), weight, metrics });
    }

    /// Reads all of them, in order, in one transfer from a device.
    pub(crate) fn read(&mut self) -> Result<Vec<Read>, Error> {
        let outcomes = std::mem::take(&mut self.outcomes);
        let mut there = Vec::new();
        for outcome in &outcomes {
            there.push(outcome.loss.clone());
            there.extend(outcome.metrics.iter().filter_map(|(_, sum, _)| match sum {
                Sum::There(tensor) => Some(tensor.clone()),
                Sum::Known(_) => None,
            }));
        }
        if there.is_empty() {
            return Ok(Vec::new());
        }
        let numbers: Vec<f32> = Tensor::stack(&there, 0)?.to_vec1()?;
        let mut numbers = numbers.into_iter().map(f64::from);
        let mut next = || numbers.next().unwrap_or(f64::NAN);
        let read = |Outcome { weight, metrics, .. }: Outcome| {
            let loss = next();
            let metric = |(name, sum, count): Metric| match sum {
                Sum::Known(known) => (name, known, count),
                Sum::There(_) => (name, next(), count),
            };
            (loss, weight, metrics.into_iter().map(metric).collect())
        };
        Ok(outcomes.into_iter().map(read).collect())
    }
}

/// What a training pursues.
pub trait Objective {
    /// Items.
    fn len(&self) -> usize;

    /// Whether there is nothing to learn.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What an item counts in the mean over a step.
    fn weight(&self, item: usize) -> f64;

    /// Tokens that an item makes the model read.
    fn tokens(&self, item: usize) -> usize;

    /// The loss of some items.
    fn loss(&self, decoder: &Decoder, items: &[usize], mode: &Mode) -> Result<Outcome, Error>;

    /// What it needs besides, if it makes its own texts.
    fn collects(&self) -> Option<&dyn Collects> {
        None
    }
}

/// An objective that makes the texts it learns from (PPO): some at a time, with the weights as they are then.
pub trait Collects {
    /// Forward passes that learn from one collection. Between them nothing is saved, so that a training which goes on from a
    /// checkpoint collects what it would have collected anyway.
    fn passes(&self) -> usize;

    /// The order in which an epoch learns its items.
    fn order(&self, seed: u64) -> Vec<usize>;

    /// Makes the texts for these items, in place of those before. `tick` is asked now and then; where it says stop, nothing is
    /// replaced.
    fn collect(
        &self,
        decoder: &Decoder,
        items: &[usize],
        seed: u64,
        tick: &mut dyn FnMut() -> Flow,
    ) -> Result<Flow, Error>;

    /// Numbers that a checkpoint must hold besides.
    fn carried(&self) -> Vec<f64>;

    /// Takes them again.
    fn carry(&self, carried: &[f64]);
}
