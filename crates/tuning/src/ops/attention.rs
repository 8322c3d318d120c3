//! Attention on a device as one operation: only the weights are kept for its gradient, and no product of texts by texts but theirs
//! passes through candle's graph, which would make noughts for each gradient and add to them.

use std::sync::Arc;

use candle_core::{D, Result, Tensor};

use super::{Sent, grafted_three};

/// How the columns of queries, keys and values are heads, and the rows texts.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(clippy::struct_field_names, reason = "as the decoder calls them")]
pub(crate) struct Heads {
    /// Texts.
    pub(crate) rows: usize,
    /// Tokens of a text.
    pub(crate) length: usize,
    /// Key and value heads.
    pub(crate) kv_heads: usize,
    /// Query heads that share one of them.
    pub(crate) group: usize,
    /// Numbers a head.
    pub(crate) head_dim: usize,
    /// What scores are multiplied with.
    pub(crate) scale: f64,
}

impl Heads {
    /// `[rows · length, heads · head_dim]` as `[rows, kv_heads, group · length, head_dim]`: query heads that share keys are one tall
    /// matrix for them, so that nothing is repeated.
    fn queries(&self, x: &Tensor) -> Result<Tensor> {
        x.reshape((self.rows, self.length, self.kv_heads, self.group, self.head_dim))?
            .permute((0, 2, 3, 1, 4))?
            .contiguous()?
            .reshape((self.rows, self.kv_heads, self.group * self.length, self.head_dim))
    }

    /// The other way round.
    fn of_queries(&self, x: &Tensor) -> Result<Tensor> {
        x.reshape((self.rows, self.kv_heads, self.group, self.length, self.head_dim))?
            .permute((0, 3, 1, 2, 4))?
            .contiguous()?
            .reshape((self.rows * self.length, self.kv_heads * self.group * self.head_dim))
    }

    /// `[rows · length, kv_heads · head_dim]` as `[rows, kv_heads, length, head_dim]`.
    fn keys(&self, x: &Tensor) -> Result<Tensor> {
        x.reshape((self.rows, self.length, self.kv_heads, self.head_dim))?
            .transpose(1, 2)?
            .contiguous()
    }

    /// The other way round.
    fn of_keys(&self, x: &Tensor) -> Result<Tensor> {
        x.transpose(1, 2)?
            .contiguous()?
            .reshape((self.rows * self.length, self.kv_heads * self.head_dim))
    }

    /// Scores and the like as rows over a text's positions.
    fn flat(&self) -> (usize, usize) {
        (self.rows * self.kv_heads * self.group * self.length, self.length)
    }

    /// The same as they are multiplied with heads.
    fn tall(&self) -> (usize, usize, usize, usize) {
        (self.rows, self.kv_heads, self.group * self.length, self.length)
    }
}

/// softmax(scale · q · kᵀ) · v where each position sees itself and earlier ones of its own text, at most `window` in all. `q` is
/// `[rows · length, heads · head_dim]`, `k` and `v` have the key heads' columns; the result is like `q`. For devices; the processor
/// has slices.
pub(crate) fn attention(
    [q, k, v]: [&Tensor; 3],
    heads: Heads,
    segments: Option<&Arc<Vec<u32>>>,
    window: Option<usize>,
    sent: &Sent,
) -> Result<Tensor> {
    let Heads { rows, length, kv_heads, group, scale, .. } = heads;
    let mask = sent.mask((length, rows), segments, window, q.device())?;
    let queries = (heads.queries(&q.detach())? * scale)?;
    let scores = queries.matmul(&heads.keys(&k.detach())?.t()?)?;
    let scores = scores.reshape((rows, kv_heads * group, length * length))?.broadcast_add(&mask)?;
    let weights = candle_nn::ops::softmax_last_dim(&scores.reshape(heads.flat())?)?;
    drop(scores);
    let weights = weights.reshape(heads.tall())?;
    let result = heads.of_queries(&weights.matmul(&heads.keys(&v.detach())?)?)?;
    grafted_three([q, k, v], &result, move |[q, k, v], result, grad| {
        let dv = weights.t()?.matmul(&heads.queries(grad)?)?;
        let back = heads.queries(grad)?.matmul(&heads.keys(v)?.t()?)?;
        // What a row of weights and its gradient have in common is what the result and its gradient have.
        let (columns, wide) = (heads.head_dim, (grad * result)?);
        let along = heads.queries(&wide)?.reshape(((), columns))?.sum_keepdim(D::Minus1)?;
        let back = back.reshape(heads.flat())?.broadcast_sub(&along)?;
        let back = (back.reshape(heads.tall())? * &weights)?;
        let dq = (back.matmul(&heads.keys(k)?)? * scale)?;
        let dk = back.t()?.matmul(&(heads.queries(q)? * scale)?)?;
        Ok([heads.of_queries(&dq)?, heads.of_keys(&dk)?, heads.of_keys(&dv)?])
    })
}
