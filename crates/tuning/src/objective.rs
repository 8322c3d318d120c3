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

/// The loss of some items.
pub struct Outcome {
    /// Sum, a scalar with a gradient.
    pub loss: Tensor,
    /// What it is divided by for the mean.
    pub weight: f64,
    /// Names, sums, and what these are divided by.
    pub metrics: Vec<(&'static str, f64, f64)>,
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
