//! Windows of one stream of tokens: every token but the first is learnt once an epoch, and nothing is padded.

use std::sync::Arc;

use crate::Error;
use crate::decoder::{Decoder, Pass};
use crate::objective::{Mode, Objective, Outcome};
use crate::sft::next_tokens;

/// A stream cut into windows.
pub(super) struct Windows {
    stream: Arc<[u32]>,
    length: usize,
}

impl Windows {
    /// Windows in which `length` tokens are read and as many learnt: each has one token more, which is the next one's first. What
    /// is left at the end is less than a window and left out.
    pub(super) fn new(stream: Arc<[u32]>, length: usize) -> Self {
        Self { stream, length }
    }

    /// How many a stream of so many tokens gives.
    pub(super) fn count(tokens: usize, length: usize) -> usize {
        tokens.saturating_sub(1) / length.max(1)
    }
}

impl Objective for Windows {
    fn len(&self) -> usize {
        Self::count(self.stream.len(), self.length)
    }

    fn weight(&self, _item: usize) -> f64 {
        self.length as f64
    }

    fn tokens(&self, _item: usize) -> usize {
        self.length
    }

    fn loss(&self, decoder: &Decoder, items: &[usize], mode: &Mode) -> Result<Outcome, Error> {
        let window = |item: &usize| &self.stream[item * self.length..][..=self.length];
        let texts: Vec<&[u32]> = items.iter().map(|item| &window(item)[..self.length]).collect();
        let targets: Vec<u32> = items.iter().flat_map(|item| &window(item)[1..]).copied().collect();
        next_tokens(decoder, &mode.apply(Pass::of(&texts, 0)), None, &targets)
    }
}
