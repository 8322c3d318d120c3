//! The KV cache: what every layer remembers of every token so far.
//!
//! Allocated once at the context's full length and laid out head by head, so that attention reads each head's past in one
//! straight run, appending never moves anything, and forgetting is setting a number. Keys stand in blocks of
//! [`KEY_BLOCK`] positions, turned on their side: a query's scores against a block come out side by side, without a sum across
//! a vector.
//! The system hands the memory out page by page as it is first written: an unused context costs nothing.

use half::f16;

use super::half_floats::{narrow, widen};

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
}

impl CacheFormat {
    /// Bytes of one number.
    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::F16 => size_of::<f16>(),
            Self::F32 => size_of::<f32>(),
        }
    }
}

/// Numbers in one of the formats.
#[derive(Debug)]
enum Numbers {
    F16(Vec<f16>),
    F32(Vec<f32>),
}

impl Numbers {
    fn zeros(format: CacheFormat, length: usize) -> Self {
        match format {
            CacheFormat::F16 => Self::F16(vec![f16::ZERO; length]),
            CacheFormat::F32 => Self::F32(vec![0.0; length]),
        }
    }

    /// Writes numbers to every `step`-th place from `start`.
    fn write(&mut self, start: usize, step: usize, from: &[f32]) {
        match self {
            Self::F16(to) => {
                let mut halves = vec![f16::ZERO; from.len()];
                narrow(from, &mut halves);
                for (to, from) in to[start..].iter_mut().step_by(step).zip(halves) {
                    *to = from;
                }
            }
            Self::F32(to) => {
                for (to, from) in to[start..].iter_mut().step_by(step).zip(from) {
                    *to = *from;
                }
            }
        }
    }

    fn slice(&self, range: std::ops::Range<usize>) -> Slice<'_> {
        match self {
            Self::F16(numbers) => Slice::F16(&numbers[range]),
            Self::F32(numbers) => Slice::F32(&numbers[range]),
        }
    }
}

/// A run of numbers in one of the formats.
#[derive(Debug, Clone, Copy)]
pub(super) enum Slice<'a> {
    F16(&'a [f16]),
    F32(&'a [f32]),
}

impl<'a> Slice<'a> {
    pub(super) fn len(self) -> usize {
        match self {
            Self::F16(numbers) => numbers.len(),
            Self::F32(numbers) => numbers.len(),
        }
    }

    /// A part of it as f32; `scratch` is at least as long and holds what had to be widened.
    #[inline(always)]
    pub(super) fn part<'s>(self, range: std::ops::Range<usize>, scratch: &'s mut [f32]) -> &'s [f32]
    where
        'a: 's,
    {
        match self {
            Self::F16(numbers) => {
                let scratch = &mut scratch[..range.len()];
                widen(&numbers[range], scratch);
                scratch
            }
            Self::F32(numbers) => &numbers[range],
        }
    }
}

/// Keys and values of one layer.
#[derive(Debug)]
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
    /// The blocks that hold a head's first `seen` keys.
    pub(super) fn keys_of(&self, kv_head: usize, seen: usize) -> Slice<'_> {
        let start = kv_head * self.padded * self.head_dim;
        self.keys.slice(start..start + seen.next_multiple_of(KEY_BLOCK) * self.head_dim)
    }

    /// A head's first `seen` values.
    pub(super) fn values_of(&self, kv_head: usize, seen: usize) -> Slice<'_> {
        let start = kv_head * self.padded * self.head_dim;
        self.values.slice(start..start + seen * self.head_dim)
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
        let layers = (0..shape.layers)
            .map(|_| LayerCache {
                keys: Numbers::zeros(shape.format, length),
                values: Numbers::zeros(shape.format, length),
                head_dim: shape.head_dim,
                padded,
            })
            .collect();
        Self { layers, shape, tokens: Vec::new() }
    }

    /// Bytes that a token costs.
    pub(crate) fn bytes_per_token(&self) -> usize {
        let s = &self.shape;
        s.layers * 2 * s.kv_heads * s.head_dim * s.format.bytes()
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
            layer.keys.write(start + block * KEY_BLOCK * dim + lane, KEY_BLOCK, key);
            layer.values.write(start + position * dim, 1, value);
        }
    }
}
