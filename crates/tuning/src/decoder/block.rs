//! One transformer block, forward; gradients follow from the operations.

use std::sync::{Arc, Mutex};

use candle_core::{Result, Tensor, TensorId, Var};

use super::cache::{Cache, New};
use super::linear::Linear;
use super::{Pass, mixed};
use crate::ops::{self, Angles, Heads, Sent};

/// What a norm multiplies and, for GPT-2, adds.
#[derive(Debug, Clone)]
pub(crate) struct Norm {
    /// Its path as transformers names it.
    pub(crate) name: String,
    pub(crate) weight: Tensor,
    pub(crate) bias: Option<Tensor>,
}

impl Norm {
    pub(crate) fn forward(&self, x: &Tensor, epsilon: f32) -> Result<Tensor> {
        match &self.bias {
            Some(bias) => ops::layer_norm(x, &self.weight, bias, epsilon),
            None => ops::rms_norm(x, &self.weight, epsilon),
        }
    }
}

/// Queries, keys and values.
#[derive(Debug, Clone)]
pub(crate) enum Projections {
    /// A matrix each.
    Apart([Linear; 3]),
    /// One matrix, rows below each other (GPT-2).
    Fused(Linear),
}

/// The feed-forward part.
#[derive(Debug, Clone)]
pub(crate) enum FeedForward {
    /// SwiGLU.
    Gated { gate: Linear, up: Linear, down: Linear },
    /// GELU between two matrices.
    Plain { up: Linear, down: Linear },
}

/// The weights of one block.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) attention_norm: Norm,
    pub(crate) projections: Projections,
    /// Norms of each query and key head (Qwen3).
    pub(crate) head_norms: Option<[Norm; 2]>,
    pub(crate) attention_out: Linear,
    pub(crate) feed_forward_norm: Norm,
    pub(crate) feed_forward: FeedForward,
}

/// What all blocks share.
#[derive(Debug)]
pub(crate) struct Common {
    pub(crate) heads: usize,
    pub(crate) kv_heads: usize,
    pub(crate) head_dim: usize,
    pub(crate) scale: f32,
    pub(crate) epsilon: f32,
    /// How many tokens back each block sees, its own included.
    pub(crate) windows: Vec<Option<usize>>,
    /// `None` where positions are learned.
    pub(crate) angles: Option<Arc<Angles>>,
    /// Dropout of GPT-2, on attention weights and on what joins the residual stream.
    pub(crate) dropout: f32,
    /// What the last pass over texts of one length was sent, for the next one.
    pub(crate) sent: Mutex<Sent>,
}

impl Common {
    /// How many tokens back a block sees, its own included; `None` sees all.
    pub(crate) fn window(&self, index: usize) -> Option<usize> {
        self.windows.get(index).copied().flatten()
    }

    /// What a pass over texts of one length is sent: the same as the pass before, if that was of the same length.
    pub(crate) fn sent(&self, length: usize) -> Sent {
        let mut sent = self.sent.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !sent.is_of_length(length) {
            *sent = Sent::of_length(length);
        }
        sent.clone()
    }
}

impl Block {
    /// `x` `[rows · length, width]` to the same. `index` is the block's own number.
    pub(crate) fn forward(
        &self,
        x: &Tensor,
        common: &Common,
        pass: &Pass,
        index: usize,
    ) -> Result<Tensor> {
        let projected = self.projected(x, common, pass, index)?;
        let attended = attended(projected, common, pass, index)?;
        self.fed(x, &attended, common, pass, index)
    }

    /// The same for tokens of texts that were begun before: `pass` holds what is new of each below each other, `new` says whose it is,
    /// and what they are seen by later is put into `cache`.
    pub(super) fn forward_on(
        &self,
        x: &Tensor,
        common: &Common,
        pass: &Pass,
        index: usize,
        (cache, new): (&mut Cache, &[New]),
    ) -> Result<Tensor> {
        let projected = self.projected(x, common, pass, index)?;
        let attended = cache.attended(&projected, common, index, new)?;
        self.fed(x, &attended, common, pass, index)
    }

    /// Queries, keys and values of `x`, turned by their positions: `[rows · length, heads · head_dim]`, the latter two of the key
    /// heads.
    fn projected(&self, x: &Tensor, c: &Common, pass: &Pass, index: usize) -> Result<[Tensor; 3]> {
        let h = &self.attention_norm.forward(x, c.epsilon)?;
        let (queries, keys) = (c.heads * c.head_dim, c.kv_heads * c.head_dim);
        let (mut q, mut k, v) = match &self.projections {
            Projections::Apart([q, k, v]) => (
                q.forward(h, pass, site(index, 0))?,
                k.forward(h, pass, site(index, 1))?,
                v.forward(h, pass, site(index, 2))?,
            ),
            Projections::Fused(all) => {
                let all = all.forward(h, pass, site(index, 0))?;
                (
                    all.narrow(1, 0, queries)?,
                    all.narrow(1, queries, keys)?,
                    all.narrow(1, queries + keys, keys)?,
                )
            }
        };
        if let Some([query, key]) = &self.head_norms {
            let normed = |x: &Tensor, norm: &Norm| {
                let shape = x.shape().clone();
                norm.forward(&x.reshape(((), c.head_dim))?, c.epsilon)?.reshape(shape)
            };
            (q, k) = (normed(&q, query)?, normed(&k, key)?);
        }
        if let Some(angles) = &c.angles {
            q = ops::rope(&q, angles, &pass.positions, &pass.sent)?;
            k = ops::rope(&k, angles, &pass.positions, &pass.sent)?;
        }
        Ok([q, k, v])
    }

    /// What was attended to joins `x`, and what the feed-forward part makes of both.
    fn fed(
        &self,
        x: &Tensor,
        attended: &Tensor,
        common: &Common,
        pass: &Pass,
        index: usize,
    ) -> Result<Tensor> {
        let drop = |x: Tensor, n: u64| match pass.dropout {
            Some(seed) => ops::dropout(&x, common.dropout, mixed(seed, site(index, n))),
            None => Ok(x),
        };
        let x = (x + drop(self.attention_out.forward(attended, pass, site(index, 3))?, 4)?)?;
        let h = self.feed_forward_norm.forward(&x, common.epsilon)?;
        let fed = match &self.feed_forward {
            FeedForward::Gated { gate, up, down } => {
                let gate = gate.forward(&h, pass, site(index, 5))?;
                let up = up.forward(&h, pass, site(index, 6))?;
                down.forward(&ops::swiglu(&gate, &up)?, pass, site(index, 7))?
            }
            FeedForward::Plain { up, down } => {
                let up = up.forward(&h, pass, site(index, 6))?;
                down.forward(&ops::gelu(&up)?, pass, site(index, 7))?
            }
        };
        x + drop(fed, 8)?
    }

    /// The same, keeping nothing between: the block is computed again when its gradient is wanted. Gradients of its weights
    /// go to `kept`, since candle knows of none but the argument's.
    pub(crate) fn forward_again(
        self: &Arc<Self>,
        x: &Tensor,
        common: &Arc<Common>,
        pass: &Pass,
        index: usize,
        kept: &Kept,
    ) -> Result<Tensor> {
        // The graph of this pass is dropped here; dropout comes again from the same seed.
        let result = self.forward(&x.detach(), common, pass, index)?;
        let (block, common) = (Arc::clone(self), Arc::clone(common));
        let (pass, kept) = (pass.clone(), Arc::clone(kept));
        ops::grafted(x, &result, move |x, _, grad| {
            let x = Var::from_tensor(x)?;
            let y = block.forward(&x, &common, &pass, index)?;
            let mut gradients = (y * grad)?.sum_all()?.backward()?;
            let mut kept = kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            for id in block.variables() {
                if let Some(gradient) = gradients.get_id(id) {
                    kept.push((id, gradient.detach()));
                }
            }
            let flown = gradients.remove(&x);
            flown.map_or_else(|| x.zeros_like(), Ok)
        })
    }

    /// All variables of the block.
    fn variables(&self) -> Vec<TensorId> {
        let mut ids = Vec::new();
        let mut linear = |l: &Linear| {
            if let super::Weight::Trained(var) = &l.weight {
                ids.push(var.as_tensor().id());
            }
            ids.extend(l.bias.as_ref().filter(|b| b.is_variable()).map(Tensor::id));
            if let Some(adapter) = &l.adapter {
                ids.extend([adapter.a.as_tensor().id(), adapter.b.as_tensor().id()]);
            }
        };
        self.linears().into_iter().for_each(&mut linear);
        for norm in self.norms() {
            ids.extend(
                [Some(&norm.weight), norm.bias.as_ref()].into_iter().flatten().map(Tensor::id),
            );
        }
        ids
    }

    /// All matrices of the block.
    pub(crate) fn linears(&self) -> Vec<&Linear> {
        let mut list: Vec<&Linear> = match &self.projections {
            Projections::Apart(apart) => apart.iter().collect(),
            Projections::Fused(fused) => vec![fused],
        };
        list.push(&self.attention_out);
        match &self.feed_forward {
            FeedForward::Gated { gate, up, down } => list.extend([gate, up, down]),
            FeedForward::Plain { up, down } => list.extend([up, down]),
        }
        list
    }

    /// The same, to put adapters on.
    pub(crate) fn linears_mut(&mut self) -> Vec<&mut Linear> {
        let mut list: Vec<&mut Linear> = match &mut self.projections {
            Projections::Apart(apart) => apart.iter_mut().collect(),
            Projections::Fused(fused) => vec![fused],
        };
        list.push(&mut self.attention_out);
        match &mut self.feed_forward {
            FeedForward::Gated { gate, up, down } => list.extend([gate, up, down]),
            FeedForward::Plain { up, down } => list.extend([up, down]),
        }
        list
    }

    /// All norms of the block.
    pub(crate) fn norms(&self) -> Vec<&Norm> {
        let mut list = vec![&self.attention_norm, &self.feed_forward_norm];
        list.extend(self.head_norms.iter().flatten());
        list
    }
}

/// Where something is dropped in a block, apart from all other such places.
fn site(index: usize, n: u64) -> u64 {
    (index as u64 + 1) * 32 + n
}

/// softmax(scale · q · kᵀ) · v of whole texts, each position over itself and what stands before it: `[rows · length, heads · head_dim]`.
pub(super) fn attended(
    [q, k, v]: [Tensor; 3],
    c: &Common,
    pass: &Pass,
    index: usize,
) -> Result<Tensor> {
    let window = c.window(index);
    let (rows, length, group) = (pass.rows, pass.length, c.heads / c.kv_heads);
    let drops = pass.dropout.is_some() && c.dropout > 0.0;
    if !ops::on_processor(q.device()) && !drops {
        let (kv_heads, head_dim, scale) = (c.kv_heads, c.head_dim, f64::from(c.scale));
        let heads = Heads { rows, length, kv_heads, group, head_dim, scale };
        return ops::attention([&q, &k, &v], heads, pass.segments.as_ref(), window, &pass.sent);
    }
    // Query heads that share keys are one tall matrix for them: nothing is repeated.
    let q = q
        .reshape((rows, length, c.kv_heads, group, c.head_dim))?
        .permute((0, 2, 3, 1, 4))?
        .contiguous()?
        .reshape((rows, c.kv_heads, group * length, c.head_dim))?;
    let heads = |x: Tensor| {
        x.reshape((rows, length, c.kv_heads, c.head_dim))?.transpose(1, 2)?.contiguous()
    };
    let (k, v) = (heads(k)?, heads(v)?);
    let scores = q.matmul(&k.t()?)?;
    let mut weights =
        ops::causal_softmax(&scores, c.scale, pass.segments.as_ref(), window, &pass.sent)?;
    if let Some(seed) = pass.dropout {
        weights = ops::dropout(&weights, c.dropout, mixed(seed, site(index, 9)))?;
    }
    weights
        .matmul(&v)?
        .reshape((rows, c.kv_heads, group, length, c.head_dim))?
        .permute((0, 3, 1, 2, 4))?
        .contiguous()?
        .reshape((rows * length, c.heads * c.head_dim))
}

/// Gradients of weights that came out of blocks computed again.
pub(crate) type Kept = Arc<Mutex<Vec<(TensorId, Tensor)>>>;
