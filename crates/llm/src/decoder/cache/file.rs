//! A cache on the disk: eight bits a number, so that a long conversation opens without being read again.
//!
//! ```text
//! "HKV1"  fingerprint of the model (32 bytes)  layers  kv heads  head dim  tokens (u32 each)  the tokens (u32 each)
//! per layer and head: keys, values; each scales (half floats), then quants
//! CRC-32 of all before
//! ```
//!
//! All numbers are little-endian. Such a file can always be made again: one that is damaged, or of another model, is ignored.

use std::borrow::Cow;
use std::io::{self, Read, Write};

use half::f16;

use super::numbers::{self, Eight};
use super::{CacheFormat, CacheShape, KEY_BLOCK, Kept, KvCache, LayerCache};

const MAGIC: [u8; 4] = *b"HKV1";
/// Longer than any context that is set up.
const MAX_TOKENS: u32 = 1 << 22;

/// What a file says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Saved {
    /// Which model (and adapters) it belongs to.
    pub(crate) fingerprint: [u8; 32],
    /// Layers, key heads, numbers a head.
    pub(crate) shape: [u32; 3],
    /// The tokens that it remembers.
    pub(crate) tokens: Vec<u32>,
}

impl Saved {
    /// Bytes of the whole file; `None` where they cannot be counted.
    pub(crate) fn bytes(&self) -> Option<u64> {
        let [layers, heads, dim] = self.shape.map(u64::from);
        let tokens = self.tokens.len() as u64;
        let positions = tokens.next_multiple_of(KEY_BLOCK as u64) + tokens;
        let numbers = positions.checked_mul(dim)?.checked_mul(heads)?.checked_mul(layers)?;
        let scales = numbers / numbers::group(dim as usize).max(1) as u64;
        let head = (MAGIC.len() + 32 + 4 * 4) as u64 + 4 * tokens;
        numbers.checked_add(scales.checked_mul(2)?)?.checked_add(head + 4)
    }
}

fn damaged(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

fn number(source: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    source.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

/// Reads what a file of `length` bytes says of itself.
pub(crate) fn read_head(source: &mut impl Read, length: u64) -> io::Result<Saved> {
    let mut magic = [0; 4];
    source.read_exact(&mut magic)?;
    if magic != MAGIC {
        return Err(damaged("it is not a saved cache of this version"));
    }
    let mut fingerprint = [0; 32];
    source.read_exact(&mut fingerprint)?;
    let shape = [number(source)?, number(source)?, number(source)?];
    let count = number(source)?;
    if count > MAX_TOKENS || u64::from(count) * 4 > length {
        return Err(damaged("it claims more tokens than it has"));
    }
    let mut bytes = vec![0; count as usize * 4];
    source.read_exact(&mut bytes)?;
    let tokens = bytes.as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b)).collect();
    let saved = Saved { fingerprint, shape, tokens };
    if shape.contains(&0) || saved.bytes() != Some(length) {
        return Err(damaged("it is not as long as it should be"));
    }
    Ok(saved)
}

/// Passes bytes on and sums them up.
struct Summed<T> {
    inner: T,
    sum: crc32fast::Hasher,
}

impl<T: Write> Write for Summed<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.sum.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<T: Read> Read for Summed<T> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(bytes)?;
        self.sum.update(&bytes[..count]);
        Ok(count)
    }
}

/// What is reused from one stretch of numbers to the next.
#[derive(Default)]
struct Scratch {
    eight: Eight,
    bytes: Vec<u8>,
}

impl LayerCache {
    /// Where the keys and the values of a head's first `count` positions lie.
    fn ranges(&self, head: usize, count: usize) -> [std::ops::Range<usize>; 2] {
        let start = head * self.padded * self.head_dim;
        [
            start..start + count.next_multiple_of(KEY_BLOCK) * self.head_dim,
            start..start + count * self.head_dim,
        ]
    }

    /// Reads the first `count` positions of all heads.
    fn restore(
        &mut self,
        from: &mut impl Read,
        heads: usize,
        count: usize,
        scratch: &mut Scratch,
    ) -> io::Result<()> {
        let group = numbers::group(self.head_dim);
        let Scratch { eight, bytes } = scratch;
        for head in 0..heads {
            let ranges = self.ranges(head, count);
            for (numbers, range) in [&mut self.keys, &mut self.values].into_iter().zip(ranges) {
                let scales = range.len() / group;
                bytes.resize(scales * 2 + range.len(), 0);
                from.read_exact(bytes)?;
                let (scale_bytes, quants) = bytes.split_at(scales * 2);
                eight.scales.clear();
                eight
                    .scales
                    .extend(scale_bytes.as_chunks::<2>().0.iter().map(|b| f16::from_le_bytes(*b)));
                eight.quants.clear();
                eight.quants.extend(quants.iter().map(|quant| quant.cast_signed()));
                numbers.put_eight(range.start, eight);
            }
        }
        Ok(())
    }
}

impl KvCache {
    fn saved(&self, fingerprint: [u8; 32]) -> Saved {
        let s = &self.shape;
        let shape = [s.layers as u32, s.kv_heads as u32, s.head_dim as u32];
        Saved { fingerprint, shape, tokens: self.tokens.clone() }
    }

    /// Layers, key heads, numbers a head.
    pub(crate) fn shape_on_disk(&self) -> [u32; 3] {
        self.saved([0; 32]).shape
    }

    /// A layer in the computer's own memory: itself, or what a device has of it.
    fn layer(&self, index: usize) -> io::Result<Cow<'_, LayerCache>> {
        match &self.kept {
            Kept::Here(layers) => Ok(Cow::Borrowed(&layers[index])),
            Kept::Device(layers) => {
                let count = self.tokens.len();
                let (keys, values) = layers.fetch(index, count).map_err(io::Error::other)?;
                let mut layer = LayerCache::new(self.aside(count));
                let width = self.shape.kv_heads * self.shape.head_dim;
                let rows = keys.chunks_exact(width).zip(values.chunks_exact(width));
                for (position, (keys, values)) in rows.enumerate() {
                    layer.write(position, keys, values);
                }
                Ok(Cow::Owned(layer))
            }
        }
    }

    /// The shape of a copy that holds just `count` positions.
    fn aside(&self, count: usize) -> CacheShape {
        CacheShape { layers: 1, capacity: count, format: CacheFormat::F32, ..self.shape }
    }

    /// Writes all of it.
    pub(crate) fn save(&self, to: impl Write, fingerprint: [u8; 32]) -> io::Result<()> {
        let saved = self.saved(fingerprint);
        let mut to = Summed { inner: to, sum: crc32fast::Hasher::new() };
        to.write_all(&MAGIC)?;
        to.write_all(&saved.fingerprint)?;
        for number in saved.shape.iter().chain([&(saved.tokens.len() as u32)]).chain(&saved.tokens)
        {
            to.write_all(&number.to_le_bytes())?;
        }
        let mut eight = Eight::default();
        let mut bytes = Vec::new();
        for index in 0..self.shape.layers {
            let layer = self.layer(index)?;
            for head in 0..self.shape.kv_heads {
                let [keys, values] = layer.ranges(head, self.tokens.len());
                for (numbers, range) in [(&layer.keys, keys), (&layer.values, values)] {
                    numbers.to_eight(range, &mut eight);
                    bytes.clear();
                    bytes.extend(eight.scales.iter().flat_map(|scale| scale.to_le_bytes()));
                    bytes.extend(eight.quants.iter().map(|quant| quant.cast_unsigned()));
                    to.write_all(&bytes)?;
                }
            }
        }
        let sum = to.sum.clone().finalize();
        to.write_all(&sum.to_le_bytes())?;
        to.flush()
    }

    /// Reads a file of `length` bytes that was saved by a cache of the same model, and remembers its tokens afterwards; on an
    /// error it remembers nothing.
    pub(crate) fn restore(
        &mut self,
        from: impl Read,
        length: u64,
        fingerprint: [u8; 32],
    ) -> io::Result<()> {
        self.tokens.clear();
        let mut from = Summed { inner: from, sum: crc32fast::Hasher::new() };
        let saved = read_head(&mut from, length)?;
        if saved.fingerprint != fingerprint || saved.shape != self.shape_on_disk() {
            return Err(damaged("it belongs to another model"));
        }
        let count = saved.tokens.len();
        if count > self.shape.capacity {
            return Err(damaged("it is longer than the context"));
        }
        let mut scratch = Scratch::default();
        let (heads, aside) = (self.shape.kv_heads, self.aside(count));
        for index in 0..self.shape.layers {
            match &mut self.kept {
                Kept::Here(layers) => {
                    layers[index].restore(&mut from, heads, count, &mut scratch)?;
                }
                Kept::Device(layers) => {
                    let mut layer = LayerCache::new(aside);
                    layer.restore(&mut from, heads, count, &mut scratch)?;
                    let width = heads * aside.head_dim;
                    let (mut keys, mut values) =
                        (vec![0.0; count * width], vec![0.0; count * width]);
                    let rows = keys.chunks_exact_mut(width).zip(values.chunks_exact_mut(width));
                    for (position, (keys, values)) in rows.enumerate() {
                        layer.read(position, keys, values);
                    }
                    layers.put(index, keys, values).map_err(io::Error::other)?;
                }
            }
        }
        let sum = from.sum.clone().finalize();
        if number(&mut from)? != sum {
            return Err(damaged("its checksum is wrong"));
        }
        self.tokens = saved.tokens;
        Ok(())
    }
}
