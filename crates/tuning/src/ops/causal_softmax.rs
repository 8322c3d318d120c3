//! Softmax of attention's scores, each position over itself and what stands before it.

use std::sync::{Arc, PoisonError};

use candle_core::{CpuStorage, CustomOp1, D, Device, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

use super::{ROWS, Sent, floats, grafted, numbers, on_processor};

struct CausalSoftmax {
    scale: f32,
    /// Positions of a text; scores are `[batch, kv heads, group · length, length]`.
    length: usize,
    /// Which text of a packed row each position belongs to, `[batch · length]`.
    segments: Option<Arc<Vec<u32>>>,
    /// How many tokens back are seen, the own one included.
    window: Option<usize>,
}

impl CausalSoftmax {
    /// The positions that row `row` of all rows sees.
    fn seen(&self, row: usize, rows_a_text: usize) -> std::ops::Range<usize> {
        let at = row % self.length;
        let oldest = self.window.map_or(0, |window| (at + 1).saturating_sub(window.max(1)));
        let Some(segments) = &self.segments else { return oldest..at + 1 };
        let text = &segments[row / rows_a_text * self.length..][..self.length];
        let first = text[..=at].iter().rposition(|&s| s != text[at]).map_or(0, |last| last + 1);
        first.max(oldest)..at + 1
    }
}

impl CustomOp1 for CausalSoftmax {
    fn name(&self) -> &'static str {
        "causal-softmax"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let scores = floats(storage, layout)?;
        let rows_a_text = layout.dims()[1] * layout.dims()[2];
        let mut out = vec![0f32; scores.len()];
        let n = self.length;
        out.par_chunks_mut(n).zip(scores.par_chunks(n)).with_min_len(ROWS).enumerate().for_each(
            |(row, (out, scores))| {
                let seen = self.seen(row, rows_a_text);
                let (out, scores) = (&mut out[seen.clone()], &scores[seen]);
                let top = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                let mut sum = 0f32;
                for (out, score) in out.iter_mut().zip(scores) {
                    *out = ((score - top) * self.scale).exp();
                    sum += *out;
                }
                let inverse = sum.recip();
                for out in out {
                    *out *= inverse;
                }
            },
        );
        Ok((CpuStorage::F32(out), layout.shape().clone()))
    }

    fn bwd(&self, arg: &Tensor, res: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let grad = grad.contiguous()?;
        let (ps, pl) = res.storage_and_layout();
        let (gs, gl) = grad.storage_and_layout();
        let (p, g) = (numbers(&ps, pl)?, numbers(&gs, gl)?);
        let rows_a_text = arg.dim(1)? * arg.dim(2)?;
        let mut out = vec![0f32; p.len()];
        let n = self.length;
        out.par_chunks_mut(n)
            .zip(p.par_chunks(n).zip(g.par_chunks(n)))
            .with_min_len(ROWS)
            .enumerate()
            .for_each(|(row, (out, (p, g)))| {
                let seen = self.seen(row, rows_a_text);
                let (out, p, g) = (&mut out[seen.clone()], &p[seen.clone()], &g[seen]);
                let along: f32 = p.iter().zip(g).map(|(p, g)| p * g).sum();
                for ((out, p), g) in out.iter_mut().zip(p).zip(g) {
                    *out = self.scale * p * (g - along);
                }
            });
        Ok(Some(Tensor::from_vec(out, arg.shape().clone(), arg.device())?))
    }
}

/// softmax(scale · scores) where each position sees itself and earlier ones of its own text, at most `window` in all. `scores` is
/// `[batch, kv heads, group · length, length]`, `scale` positive.
pub(crate) fn causal_softmax(
    scores: &Tensor,
    scale: f32,
    segments: Option<&Arc<Vec<u32>>>,
    window: Option<usize>,
    sent: &Sent,
) -> Result<Tensor> {
    let length = scores.dim(D::Minus1)?;
    let op = CausalSoftmax { scale, length, segments: segments.map(Arc::clone), window };
    if on_processor(scores.device()) {
        return scores.contiguous()?.apply_op1(op);
    }
    let mask = sent.mask((length, scores.dim(0)?), segments, window, scores.device())?;
    let (batch, heads, rows, _) = scores.dims4()?;
    let scale = f64::from(scale);
    let scaled = (scores.detach() * scale)?
        .reshape((batch, heads * (rows / length), length * length))?
        .broadcast_add(&mask)?
        .reshape((batch, heads, rows, length))?;
    let result = candle_nn::ops::softmax_last_dim(&scaled)?;
    grafted(scores, &result, move |_, p, grad| {
        let along = (p * grad)?.sum_keepdim(D::Minus1)?;
        (grad.broadcast_sub(&along)? * p)? * scale
    })
}

impl Sent {
    /// Noughts where a position is seen, minus infinity elsewhere: `[texts, 1, length · length]`, one text for all where none is
    /// packed.
    pub(super) fn mask(
        &self,
        (length, texts): (usize, usize),
        segments: Option<&Arc<Vec<u32>>>,
        window: Option<usize>,
        device: &Device,
    ) -> Result<Tensor> {
        let mut sent = self.masks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mask) = sent.get(&window) {
            return Ok(mask.clone());
        }
        let op = CausalSoftmax { scale: 1.0, length, segments: None, window };
        let mut mask = vec![f32::NEG_INFINITY; length * length];
        for (row, mask) in mask.chunks_exact_mut(length).enumerate() {
            mask[op.seen(row, length)].fill(0.0);
        }
        let mut mask = Tensor::from_vec(mask, (1, length, length), device)?;
        if let Some(segments) = segments {
            // Which of two positions belong together is a word for each of them, and a square of numbers: so it is made there.
            let segments = Tensor::from_slice(segments, (texts, length), device)?;
            let same = segments.unsqueeze(2)?.broadcast_eq(&segments.unsqueeze(1)?)?;
            let never = Tensor::new(f32::NEG_INFINITY, device)?.broadcast_as(same.shape())?;
            mask = same.where_cond(&mask.broadcast_as(same.shape())?, &never)?;
        }
        let mask = mask.reshape(((), 1, length * length))?;
        sent.insert(window, mask.clone());
        Ok(mask)
    }
}
