//! The KV cache: what every layer remembers of every token so far.
//!
//! Allocated once at the context's full length and laid out head by head, so that attention reads each head's past in one
//! straight run, appending never moves anything, and forgetting is setting a number. Keys stand in blocks of
//! [`KEY_BLOCK`] positions, turned on their side: a query's scores against a block come out side by side, without a sum across
//! a vector.
//! The system hands the memory out page by page as it is first written: an unused context costs nothing.

mod file;
mod numbers;

use std::ops::Range;

use half::f16;

pub(crate) use file::{Saved, read_head};
use numbers::Numbers;
pub(super) use numbers::Slice;

use super::rope::Rope;

/// Positions of keys that stand side by side; as many f32 as the widest vectors hold.
pub(super) const KEY_BLOCK: usize = 16;

/// How keys and values are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CacheFormat {
    /// Half floats: half the memory, and what llama.cpp does unless told otherwise.
    #[default]
    F16,
    /// Full floats, for comparisons with other implementations.
    F32,
    /// Eight bits, and a half float for every 32 numbers: half the memory again, for a difference that is hard to see.
    Q8,
}

impl CacheFormat {
    /// Bytes of so many numbers.
    pub(crate) fn bytes(self, numbers: usize, head_dim: usize) -> usize {
        match self {
            Self::F16 => numbers * size_of::<f16>(),
            Self::F32 => numbers * size_of::<f32>(),
            Self::Q8 => numbers + numbers / numbers::group(head_dim) * size_of::<f16>(),
        }
    }
}

/// Keys and values of one layer.
#[derive(Debug, Clone)]
pub(super) struct LayerCache {
    /// `[kv head][block of positions][head_dim][KEY_BLOCK]`
    keys: Numbers,
    /// `[kv head][position][head_dim]`
    values: Numbers,
    head_dim: usize,
    /// Positions that there is room for, whole blocks.
    padded: usize,
}

impl LayerCache {
    /// The blocks that hold a head's keys at `seen`, which starts at a block.
    pub(super) fn keys_of(&self, kv_head: usize, seen: Range<usize>) -> Slice<'_> {
        self.keys.slice(self.span(kv_head, seen.start..seen.end.next_multiple_of(KEY_BLOCK)))
    }

    /// A head's values at `seen`.
    pub(super) fn values_of(&self, kv_head: usize, seen: Range<usize>) -> Slice<'_> {
        self.values.slice(self.span(kv_head, seen))
    }

    fn span(&self, kv_head: usize, positions: Range<usize>) -> Range<usize> {
        let first = kv_head * self.padded;
        (first + positions.start) * self.head_dim..(first + positions.end) * self.head_dim
    }
}

/// Shape of a cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CacheShape {
    pub(crate) layers: usize,
    pub(crate) kv_heads: usize,
    pub(crate) head_dim: usize,
    /// Tokens that fit.
    pub(crate) capacity: usize,
    pub(crate) format: CacheFormat,
}

/// Keys and values of all layers, and which tokens they belong to.
#[derive(Debug)]
pub(crate) struct KvCache {
    pub(super) layers: Vec<LayerCache>,
    shape: CacheShape,
    tokens: Vec<u32>,
}

impl KvCache {
    /// An empty cache.
    pub(crate) fn new(shape: CacheShape) -> Self {
        let padded = shape.capacity.next_multiple_of(KEY_BLOCK);
        let length = shape.kv_heads * shape.head_dim * padded;
        let group = numbers::group(shape.head_dim);
        let layers = (0..shape.layers)
            .map(|_| LayerCache {
                keys: Numbers::zeros(shape.format, length, KEY_BLOCK, group),
                values: Numbers::zeros(shape.format, length, 1, group),
                head_dim: shape.head_dim,
                padded,
            })
            .collect();
        Self { layers, shape, tokens: Vec::new() }
    }

    /// Bytes that a token costs.
    pub(crate) fn bytes_per_token(&self) -> usize {
        let s = &self.shape;
        s.format.bytes(s.layers * 2 * s.kv_heads * s.head_dim, s.head_dim)
    }

    /// Tokens that fit.
    pub(crate) fn capacity(&self) -> usize {
        self.shape.capacity
    }

    /// The tokens that it remembers, in order.
    pub(crate) fn tokens(&self) -> &[u32] {
        &self.tokens
    }

    /// How many of `prompt`'s first tokens it remembers already.
    pub(crate) fn shared_prefix(&self, prompt: &[u32]) -> usize {
        self.tokens.iter().zip(prompt).take_while(|(a, b)| a == b).count()
    }

    /// Forgets everything after the first `length` tokens.
    pub(crate) fn truncate(&mut self, length: usize) {
        self.tokens.truncate(length);
    }

    /// Notes tokens whose keys and values were written by every layer.
    pub(super) fn remember(&mut self, tokens: &[u32]) {
        self.tokens.extend_from_slice(tokens);
    }

    /// Writes one token's keys and values, all heads side by side, into a layer.
    pub(super) fn write(&mut self, layer: usize, position: usize, keys: &[f32], values: &[f32]) {
        let dim = self.shape.head_dim;
        let layer = &mut self.layers[layer];
        let (block, lane) = (position / KEY_BLOCK, position % KEY_BLOCK);
        for (head, (key, value)) in keys.chunks_exact(dim).zip(values.chunks_exact(dim)).enumerate()
        {
            let start = head * layer.padded * dim;
            layer.keys.write(start + block * KEY_BLOCK * dim + lane, key);
            layer.values.write(start + position * dim, value);
        }
    }

    /// A second cache that remembers the first `length` tokens, for another branch of the text.
    pub(crate) fn fork(&self, length: usize) -> Self {
        let length = length.min(self.tokens.len());
        let mut fork = Self::new(self.shape);
        let dim = self.shape.head_dim;
        for (to, from) in fork.layers.iter_mut().zip(&self.layers) {
            for head in 0..self.shape.kv_heads {
                let start = head * from.padded * dim;
                let keys = start..start + length.next_multiple_of(KEY_BLOCK) * dim;
                to.keys.copy_from(&from.keys, keys);
                to.values.copy_from(&from.values, start..start + length * dim);
            }
        }
        fork.tokens = self.tokens[..length].to_vec();
        fork
    }

    /// Forgets `discard` tokens behind the first `keep`, and moves the rest up: their keys are turned back by as many
    /// positions, each layer's by its own rope. The rest was read with the forgotten tokens in sight and still knows of them; what is gained is that it need
    /// not be read again.
    pub(super) fn shift(&mut self, keep: usize, discard: usize, ropes: &[Option<&Rope>]) {
        let count = self.tokens.len();
        if discard == 0 || keep + discard > count {
            return;
        }
        let dim = self.shape.head_dim;
        let mut numbers = vec![0.0; dim];
        for (layer, rope) in self.layers.iter_mut().zip(ropes) {
            let key_at = |head: usize, position: usize| {
                head * layer.padded * dim
                    + position / KEY_BLOCK * KEY_BLOCK * dim
                    + position % KEY_BLOCK
            };
            for head in 0..self.shape.kv_heads {
                for from in keep + discard..count {
                    let to = from - discard;
                    layer.keys.read(key_at(head, from), &mut numbers);
                    if let Some(rope) = rope {
                        rope.turn_back(&mut numbers, discard);
                    }
                    layer.keys.write(key_at(head, to), &numbers);
                    let start = head * layer.padded * dim;
                    layer.values.read(start + from * dim, &mut numbers);
                    layer.values.write(start + to * dim, &numbers);
                }
            }
        }
        self.tokens.drain(keep..keep + discard);
    }

    /// How many tokens behind the first `shared` must be forgotten so that what follows is how `prompt` goes on, and for how
    /// many tokens it is: the longest such stretch. A conversation whose oldest messages no longer fit begins like that.
    pub(crate) fn shifted_prefix(&self, prompt: &[u32], shared: usize) -> Option<(usize, usize)> {
        let (rest, wanted) = (&self.tokens[shared..], &prompt[shared..]);
        let first = wanted.first()?;
        (1..rest.len())
            .filter(|&at| rest[at] == *first)
            .map(|at| (at, rest[at..].iter().zip(wanted).take_while(|(a, b)| a == b).count()))
            .max_by_key(|(_, length)| *length)
    }
}
