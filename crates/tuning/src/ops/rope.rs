//! Rotary positions: number i of a head is turned with number i + half, as transformers orders them.

use std::sync::{Arc, PoisonError};

use candle_core::{CpuStorage, CustomOp1, Device, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

use super::{ROWS, Sent, floats, grafted, numbers, on_processor};

/// Cosines and sines of every position, `[position][pair]`, both times the magnitude.
#[derive(Debug)]
pub(crate) struct Angles {
    pairs: usize,
    table: Vec<(f32, f32)>,
}

impl Angles {
    /// For `positions` positions, each pair turning by its frequency a position and growing by `magnitude`.
    pub(crate) fn new(frequencies: &[f64], magnitude: f32, positions: usize) -> Self {
        let magnitude = f64::from(magnitude);
        let angle = |position: usize, frequency: f64| {
            let (sine, cosine) = (position as f64 * frequency).sin_cos();
            ((cosine * magnitude) as f32, (sine * magnitude) as f32)
        };
        let table = (0..positions)
            .flat_map(|position| frequencies.iter().map(move |&f| angle(position, f)))
            .collect();
        Self { pairs: frequencies.len(), table }
    }

    /// How many positions it knows.
    pub(crate) fn positions(&self) -> usize {
        self.table.len() / self.pairs.max(1)
    }
}

struct Rope {
    angles: Arc<Angles>,
    /// Of each row.
    positions: Arc<Vec<u32>>,
}

impl Rope {
    /// Turns all heads of all rows, forwards or (direction −1) back; the magnitude counts both ways, as a transposed matrix wants it.
    fn turn(&self, x: &[f32], direction: f32) -> Vec<f32> {
        let row = x.len() / self.positions.len().max(1);
        let half = self.angles.pairs;
        let mut out = vec![0f32; x.len()];
        out.par_chunks_mut(row)
            .zip(x.par_chunks(row).zip(self.positions.par_iter()))
            .with_min_len(ROWS)
            .for_each(|(out, (x, &position))| {
                let angles = &self.angles.table[position as usize * half..][..half];
                for (out, x) in out.chunks_exact_mut(2 * half).zip(x.chunks_exact(2 * half)) {
                    let (first, second) = out.split_at_mut(half);
                    let (a, b) = x.split_at(half);
                    for i in 0..half {
                        let (cosine, sine) = (angles[i].0, angles[i].1 * direction);
                        first[i] = a[i] * cosine - b[i] * sine;
                        second[i] = a[i] * sine + b[i] * cosine;
                    }
                }
            });
        out
    }
}

impl CustomOp1 for Rope {
    fn name(&self) -> &'static str {
        "rope"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        Ok((CpuStorage::F32(self.turn(floats(storage, layout)?, 1.0)), layout.shape().clone()))
    }

    fn bwd(&self, arg: &Tensor, _res: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let grad = grad.contiguous()?;
        let (storage, layout) = grad.storage_and_layout();
        let back = self.turn(numbers(&storage, layout)?, -1.0);
        Ok(Some(Tensor::from_vec(back, arg.shape().clone(), arg.device())?))
    }
}

/// Turns the heads of `x` `[rows, heads · head_dim]` by each row's position. Positions are below the table's length.
pub(crate) fn rope(
    x: &Tensor,
    angles: &Arc<Angles>,
    positions: &Arc<Vec<u32>>,
    sent: &Sent,
) -> Result<Tensor> {
    if on_processor(x.device()) {
        let (angles, positions) = (Arc::clone(angles), Arc::clone(positions));
        return x.contiguous()?.apply_op1(Rope { angles, positions });
    }
    let (cosine, sine) = sent.angles(angles, positions, x.device())?;
    let result = turned(&x.detach(), &cosine, &sine)?;
    grafted(x, &result, move |_, _, grad| turned(grad, &cosine, &sine.neg()?))
}

/// Turns `x` `[rows, heads · head_dim]` with candle's kernel; cosines and sines are `[rows, pairs]`, or `[length, pairs]` where texts
/// of one length stand below each other.
fn turned(x: &Tensor, cosine: &Tensor, sine: &Tensor) -> Result<Tensor> {
    let (rows, columns) = x.dims2()?;
    let head = 2 * cosine.dim(1)?;
    let length = cosine.dim(0)?;
    let x = x.contiguous()?.reshape((rows / length.max(1), length, columns / head, head))?;
    candle_nn::rotary_emb::rope_thd(&x, cosine, sine)?.reshape((rows, columns))
}

impl Sent {
    /// Cosines and sines of a pass's positions, `[row, pair]`; of one text alone where all are alike.
    fn angles(
        &self,
        angles: &Angles,
        positions: &[u32],
        device: &Device,
    ) -> Result<(Tensor, Tensor)> {
        let mut sent = self.angles.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sent) = &*sent {
            return Ok(sent.clone());
        }
        let half = angles.pairs;
        let positions = &positions[..self.length.unwrap_or(positions.len()).min(positions.len())];
        let column = |of: fn(&(f32, f32)) -> f32| {
            let list: Vec<f32> = positions
                .iter()
                .flat_map(|&p| angles.table[p as usize * half..][..half].iter().map(of))
                .collect();
            Tensor::from_vec(list, (positions.len(), half), device)
        };
        let both = (column(|a| a.0)?, column(|a| a.1)?);
        *sent = Some(both.clone());
        Ok(both)
    }
}
