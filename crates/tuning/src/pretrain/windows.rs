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

    /// What is read in a window, and what comes next at each of its places.
    fn window(&self, item: usize) -> (&[u32], &[u32]) {
        let from = &self.stream[item * self.length..];
        (&from[..self.length], &from[1..=self.length])
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
        let texts: Vec<&[u32]> = items.iter().map(|&item| self.window(item).0).collect();
        let targets: Vec<u32> =
            items.iter().flat_map(|&item| self.window(item).1).copied().collect();
        next_tokens(decoder, &mode.apply(Pass::of(&texts, 0)), None, &targets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_but_the_first_is_learnt_once() {
        for (tokens, windows) in [(0, 0), (1, 0), (3, 0), (4, 1), (9, 2), (10, 3), (12, 3), (13, 4)]
        {
            let list = Windows::new((0..tokens).collect(), 3);
            assert_eq!(list.len(), windows, "{tokens} tokens");
            let learnt = windows as u32 * 3;
            let read: Vec<u32> =
                (0..windows).flat_map(|item| list.window(item).0).copied().collect();
            let next: Vec<u32> =
                (0..windows).flat_map(|item| list.window(item).1).copied().collect();
            assert_eq!(read, (0..learnt).collect::<Vec<_>>());
            assert_eq!(next, (1..=learnt).collect::<Vec<_>>());
        }
    }
}
