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

use candle_core::Device;
use half::f16;

pub(crate) use file::{Saved, read_head};
use numbers::Numbers;
pub(super) use numbers::Slice;

use super::device::DeviceLayers;
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
    /// The format that a device keeps instead: candle attends to no eight bits.
    pub(crate) fn on_device(self) -> Self {
        match self {
            Self::F16 | Self::Q8 => Self::F16,
            Self::F32 => Self::F32,
        }
    }

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

    /// Room for one layer of a cache of that shape.
    pub(super) fn new(shape: CacheShape) -> Self {
        let padded = shape.capacity.next_multiple_of(KEY_BLOCK);
        let length = shape.kv_heads * shape.head_dim * padded;
        let group = numbers::group(shape.head_dim);
        Self {
            keys: Numbers::zeros(shape.format, length, KEY_BLOCK, group),
            values: Numbers::zeros(shape.format, length, 1, group),
            head_dim: shape.head_dim,
            padded,
        }
    }

    /// Where a head's key of a position begins.
    fn key_at(&self, head: usize, position: usize) -> usize {
        head * self.padded * self.head_dim
            + position / KEY_BLOCK * KEY_BLOCK * self.head_dim
            + position % KEY_BLOCK
    }

    /// Where a head's values of a position begin.
    fn value_at(&self, head: usize, position: usize) -> usize {
        (head * self.padded + position) * self.head_dim
    }

    /// Writes one token's keys and values, all heads side by side.
    pub(super) fn write(&mut self, position: usize, keys: &[f32], values: &[f32]) {
        let heads = keys.chunks_exact(self.head_dim).zip(values.chunks_exact(self.head_dim));
        for (head, (key, value)) in heads.enumerate() {
            self.keys.write(self.key_at(head, position), key);
            self.values.write(self.value_at(head, position), value);
        }
    }

    /// Reads what [`write`](Self::write) wrote.
    fn read(&self, position: usize, keys: &mut [f32], values: &mut [f32]) {
        let dim = self.head_dim;
        let heads = keys.chunks_exact_mut(dim).zip(values.chunks_exact_mut(dim));
        for (head, (key, value)) in heads.enumerate() {
            self.keys.read(self.key_at(head, position), key);
            self.values.read(self.value_at(head, position), value);
        }
    }

    /// Copies the first `length` positions of a cache of the same shape.
    fn copy_from(&mut self, from: &Self, kv_heads: usize, length: usize) {
        for head in 0..kv_heads {
            let start = head * from.padded * from.head_dim;
            let keys = start..start + length.next_multiple_of(KEY_BLOCK) * from.head_dim;
            self.keys.copy_from(&from.keys, keys);
            self.values.copy_from(&from.values, start..start + length * from.head_dim);
        }
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

/// Where keys and values are: in the computer's own memory, or beside the weights on a device.
#[derive(Debug)]
pub(super) enum Kept {
    /// One entry a layer.
    Here(Vec<LayerCache>),
    Device(DeviceLayers),
}

/// Keys and values of all layers, and which tokens they belong to.
#[derive(Debug)]
pub(crate) struct KvCache {
    kept: Kept,
    shape: CacheShape,
    tokens: Vec<u32>,
}

impl KvCache {
    /// An empty cache in the computer's own memory.
    pub(crate) fn new(shape: CacheShape) -> Self {
        let layers = (0..shape.layers).map(|_| LayerCache::new(shape)).collect();
        Self { kept: Kept::Here(layers), shape, tokens: Vec::new() }
    }

    /// An empty cache on a device, all of whose memory is taken at once. Eight bits are half floats there.
    pub(crate) fn on(device: &Device, shape: CacheShape) -> candle_core::Result<Self> {
        let shape = CacheShape { format: shape.format.on_device(), ..shape };
        Ok(Self {
            kept: Kept::Device(DeviceLayers::new(device, shape)?),
            shape,
            tokens: Vec::new(),
        })
    }

    /// Keys and values, for a pass that writes more of them.
    pub(super) fn kept_mut(&mut self) -> &mut Kept {
        &mut self.kept
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

    /// A second cache that remembers the first `length` tokens, for another branch of the text.
    pub(crate) fn fork(&self, length: usize) -> candle_core::Result<Self> {
        let length = length.min(self.tokens.len());
        let kept = match &self.kept {
            Kept::Here(layers) => {
                let fork = |from: &LayerCache| {
                    let mut to = LayerCache::new(self.shape);
                    to.copy_from(from, self.shape.kv_heads, length);
                    to
                };
                Kept::Here(layers.iter().map(fork).collect())
            }
            Kept::Device(layers) => Kept::Device(layers.fork(self.shape, length)?),
        };
        Ok(Self { kept, shape: self.shape, tokens: self.tokens[..length].to_vec() })
    }

    /// Forgets `discard` tokens behind the first `keep`, and moves the rest up: their keys are turned back by as many
    /// positions, each layer's by its own rope. The rest was read with the forgotten tokens in sight and still knows of them; what is gained is that it need
    /// not be read again.
    pub(super) fn shift(
        &mut self,
        keep: usize,
        discard: usize,
        ropes: &[Option<&Rope>],
    ) -> candle_core::Result<()> {
        let count = self.tokens.len();
        if discard == 0 || keep + discard > count {
            return Ok(());
        }
        match &mut self.kept {
            Kept::Here(layers) => {
                let width = self.shape.kv_heads * self.shape.head_dim;
                let (mut keys, mut values) = (vec![0.0; width], vec![0.0; width]);
                for (layer, rope) in layers.iter_mut().zip(ropes) {
                    for from in keep + discard..count {
                        layer.read(from, &mut keys, &mut values);
                        if let Some(rope) = rope {
                            rope.turn_back(&mut keys, discard);
                        }
                        layer.write(from - discard, &keys, &values);
                    }
                }
            }
            Kept::Device(layers) => layers.shift(keep..keep + discard, count, ropes)?,
        }
        self.tokens.drain(keep..keep + discard);
        Ok(())
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
