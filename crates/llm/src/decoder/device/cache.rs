//! Keys and values on a device.
//!
//! A tensor of the context's full length for each, `[kv head][position][head_dim]`, taken once: appending writes in place, and
//! forgetting is a number elsewhere.

use std::ops::Range;

use candle_core::{DType, Device, Result, Tensor};

use super::attention::turned;
use crate::decoder::cache::{CacheFormat, CacheShape};
use crate::decoder::rope::Rope;
use crate::devices::GivesBack;

/// Keys and values of all layers.
#[derive(Debug)]
pub(in crate::decoder) struct DeviceLayers {
    layers: Vec<(Tensor, Tensor)>,
    device: Device,
    dtype: DType,
    kv_heads: usize,
    head_dim: usize,
    /// Stands last: the layers are gone by then.
    _after: GivesBack,
}

impl DeviceLayers {
    /// Takes all the memory.
    pub(in crate::decoder) fn new(device: &Device, shape: CacheShape) -> Result<Self> {
        let dtype = match shape.format {
            CacheFormat::F32 => DType::F32,
            CacheFormat::F16 | CacheFormat::Q8 => DType::F16,
        };
        let room =
            || Tensor::zeros((shape.kv_heads, shape.capacity, shape.head_dim), dtype, device);
        let layers = (0..shape.layers).map(|_| Ok((room()?, room()?)));
        let layers = layers.collect::<Result<_>>()?;
        // It may be used on another thread, which has a queue of its own.
        device.synchronize()?;
        Ok(Self {
            layers,
            device: device.clone(),
            dtype,
            kv_heads: shape.kv_heads,
            head_dim: shape.head_dim,
            _after: GivesBack::of(device),
        })
    }

    /// Writes `[kv head][token][head_dim]` from a position on.
    pub(super) fn write(
        &mut self,
        layer: usize,
        position: usize,
        keys: &Tensor,
        values: &Tensor,
    ) -> Result<()> {
        let (all_keys, all_values) = &self.layers[layer];
        all_keys.slice_set(&keys.to_dtype(self.dtype)?.contiguous()?, 1, position)?;
        all_values.slice_set(&values.to_dtype(self.dtype)?.contiguous()?, 1, position)
    }

    /// Keys and values at `seen`, `[kv head][position][head_dim]`, as they are kept: views, nothing is copied.
    pub(super) fn view(&self, layer: usize, seen: &Range<usize>) -> Result<(Tensor, Tensor)> {
        let (keys, values) = &self.layers[layer];
        let view = |all: &Tensor| all.narrow(1, seen.start, seen.len());
        Ok((view(keys)?, view(values)?))
    }

    /// Key heads.
    pub(super) fn kv_heads(&self) -> usize {
        self.kv_heads
    }

    /// A second cache of that shape that holds the first `length` positions.
    pub(in crate::decoder) fn fork(&self, shape: CacheShape, length: usize) -> Result<Self> {
        let fork = Self::new(&self.device, shape)?;
        if length > 0 {
            for (to, from) in fork.layers.iter().zip(&self.layers) {
                to.0.slice_set(&from.0.narrow(1, 0, length)?.contiguous()?, 1, 0)?;
                to.1.slice_set(&from.1.narrow(1, 0, length)?.contiguous()?, 1, 0)?;
            }
        }
        Ok(fork)
    }

    /// Moves what lies between `gap` and `count` up to where the gap begins, its keys turned back.
    pub(in crate::decoder) fn shift(
        &mut self,
        gap: Range<usize>,
        count: usize,
        ropes: &[Option<&Rope>],
    ) -> Result<()> {
        let rest = gap.end..count;
        if rest.is_empty() {
            return Ok(());
        }
        for (index, rope) in ropes.iter().enumerate() {
            let (keys, values) = &self.layers[index];
            // Copies: what is written may reach into what is read, and must not share its memory.
            let moved = |all: &Tensor| all.narrow(1, rest.start, rest.len())?.force_contiguous();
            let (mut moved_keys, moved_values) = (moved(keys)?, moved(values)?);
            if let Some(rope) = rope {
                let (cosines, sines) = rope.back(gap.len());
                let row = |numbers: Vec<f32>| {
                    let width = numbers.len();
                    let one = Tensor::from_vec(numbers, (1, width), &self.device)?;
                    one.broadcast_as((rest.len(), width))?.contiguous()
                };
                let angles = (row(cosines)?, row(sines)?);
                let wide = moved_keys.to_dtype(DType::F32)?;
                moved_keys = turned(rope.pairs(), &wide, &angles)?.to_dtype(self.dtype)?;
            }
            keys.slice_set(&moved_keys.contiguous()?, 1, gap.start)?;
            values.slice_set(&moved_values, 1, gap.start)?;
        }
        Ok(())
    }

    /// A layer's first `count` positions in the computer's own memory, `[position][kv head][head_dim]`.
    pub(in crate::decoder) fn fetch(
        &self,
        layer: usize,
        count: usize,
    ) -> Result<(Vec<f32>, Vec<f32>)> {
        if count == 0 {
            return Ok((Vec::new(), Vec::new()));
        }
        let (keys, values) = self.view(layer, &(0..count))?;
        let rows = |all: Tensor| {
            let all = all.transpose(0, 1)?.contiguous()?;
            all.to_dtype(DType::F32)?.flatten_all()?.to_vec1()
        };
        Ok((rows(keys)?, rows(values)?))
    }

    /// Puts back what [`fetch`](Self::fetch) gave.
    pub(in crate::decoder) fn put(
        &mut self,
        layer: usize,
        keys: Vec<f32>,
        values: Vec<f32>,
    ) -> Result<()> {
        let (heads, dim) = (self.kv_heads, self.head_dim);
        let count = keys.len() / (heads * dim);
        if count == 0 {
            return Ok(());
        }
        let all = |numbers: Vec<f32>| {
            Tensor::from_vec(numbers, (count, heads, dim), &self.device)?
                .transpose(0, 1)?
                .contiguous()
        };
        let (keys, values) = (all(keys)?, all(values)?);
        self.write(layer, 0, &keys, &values)
    }
}
