//! The pass on a device: the same arithmetic as `processor`, in candle's tensors.
//!
//! Written for any of candle's devices, so that its own processor backend proves it against every reference the kernels are
//! measured with; a graphics card then runs the same operations. Weights stay in the file's blocks, activations are f32, keys and
//! values lie in tensors of the context's full length that are written in place. Embeddings are looked up on the processor, as
//! their rows are few and candle cannot look rows up in blocks on every device.

mod attention;
mod cache;
mod low_rank;
mod mixed;
mod product;

use candle_core::{Device, Result, Tensor};

use super::attention::Places;
use super::config::{Activation, Config, NormKind};
use super::low_rank::Active;
use super::matrix::{Matrix, Rows, Stacked};
use super::processor;
use super::{Frame, Logits, Which};
use crate::devices::GivesBack;
use attention::{Angles, Masks, Turn};
pub(super) use cache::DeviceLayers;
pub(super) use low_rank::DeviceLowRank;
use product::{Outputs, Product};

/// Tokens that one pass reads at most; `session` cuts prompts into such pieces, or smaller ones.
pub(super) const ROWS: usize = 512;
/// Rows whose logits are asked for at a time.
const LOGIT_ROWS: usize = 64;
/// What cuBLAS and candle's quantised products keep for themselves: an estimate on the safe side.
const WORKSPACE: u64 = 128 << 20;

/// Bytes that passes take beside weights and cache, at most: the scores, what the rows of a piece of the prompt may see (with a window
/// and without), the tables of angles, one layer's keys and values as f32 (which CUDA can do without), the activations of a piece,
/// and its logits.
pub(crate) fn scratch_bytes(config: &Config, context: usize, vocabulary: usize) -> u64 {
    let angles: usize = config.rotations.iter().map(|rotation| rotation.dims * context).sum();
    let numbers = 3 * attention::SCORES
        + 2 * ROWS * context
        + angles
        + 2 * config.kv_width() * context
        + ROWS * (8 * config.width + 4 * (config.query_width() + 2 * config.kv_width()))
        + ROWS * 3 * config.inner_width()
        + 2 * LOGIT_ROWS * vocabulary;
    numbers as u64 * size_of::<f32>() as u64 + WORKSPACE
}

/// What a norm multiplies and adds.
struct Norm {
    weight: Tensor,
    bias: Tensor,
}

/// One transformer block. Biases, and norms that a model does not have, are `None`.
struct Layer {
    attention_norm: Norm,
    attention_in: Product,
    attention_bias: Option<Tensor>,
    query_norm: Option<Tensor>,
    key_norm: Option<Tensor>,
    attention_out: Product,
    attention_out_bias: Option<Tensor>,
    post_attention_norm: Option<Norm>,
    feed_forward_norm: Norm,
    feed_forward_in: Product,
    feed_forward_in_bias: Option<Tensor>,
    feed_forward_out: Product,
    feed_forward_out_bias: Option<Tensor>,
    post_feed_forward_norm: Option<Norm>,
}

/// Weights in a device's memory.
pub(super) struct OnDevice {
    device: Device,
    layers: Vec<Layer>,
    output_norm: Norm,
    output: Product,
    turns: Vec<Turn>,
    /// Stands last: what is above is gone by then.
    _after: GivesBack,
}

/// Weights on their way to a device, a block at a time, so that they are never twice in the computer's own memory.
pub(super) struct Uploading {
    device: Device,
    layers: Vec<Layer>,
}

impl Uploading {
    pub(super) fn to(device: &Device) -> Self {
        Self { device: device.clone(), layers: Vec::new() }
    }

    /// Takes one block over.
    pub(super) fn push(&mut self, layer: &processor::Layer) -> Result<()> {
        let vector = |numbers: &[f32]| -> Result<Option<Tensor>> {
            if numbers.is_empty() { Ok(None) } else { self.vector(numbers).map(Some) }
        };
        let norm = |norm: &processor::Norm| self.norm(norm);
        let optional =
            |norm: &Option<processor::Norm>| norm.as_ref().map(|norm| self.norm(norm)).transpose();
        let one = |matrix: &Matrix| Product::upload(std::slice::from_ref(matrix), &self.device);
        let several = |stacked: &Stacked| Product::upload(stacked.parts(), &self.device);
        let layer = Layer {
            attention_norm: norm(&layer.attention_norm)?,
            attention_in: several(&layer.attention_in)?,
            attention_bias: vector(&layer.attention_bias)?,
            query_norm: vector(&layer.query_norm)?,
            key_norm: vector(&layer.key_norm)?,
            attention_out: one(&layer.attention_out)?,
            attention_out_bias: vector(&layer.attention_out_bias)?,
            post_attention_norm: optional(&layer.post_attention_norm)?,
            feed_forward_norm: norm(&layer.feed_forward_norm)?,
            feed_forward_in: several(&layer.feed_forward_in)?,
            feed_forward_in_bias: vector(&layer.feed_forward_in_bias)?,
            feed_forward_out: one(&layer.feed_forward_out)?,
            feed_forward_out_bias: vector(&layer.feed_forward_out_bias)?,
            post_feed_forward_norm: optional(&layer.post_feed_forward_norm)?,
        };
        self.layers.push(layer);
        Ok(())
    }

    /// Takes what is left over: `output` is the embedding matrix where both are one.
    pub(super) fn finish(
        self,
        output_norm: &processor::Norm,
        output: &Matrix,
        frame: &Frame,
    ) -> Result<OnDevice> {
        let turns = frame.ropes.iter().map(|rope| Turn::new(rope, &self.device));
        let output = Product::upload(std::slice::from_ref(output), &self.device)?;
        let (output_norm, turns) = (self.norm(output_norm)?, turns.collect::<Result<_>>()?);
        // Whoever runs passes does so on another thread, which has a queue of its own.
        self.device.synchronize()?;
        let after = GivesBack::of(&self.device);
        let (device, layers) = (self.device, self.layers);
        Ok(OnDevice { device, layers, output_norm, output, turns, _after: after })
    }

    fn vector(&self, numbers: &[f32]) -> Result<Tensor> {
        Tensor::from_slice(numbers, numbers.len(), &self.device)
    }

    fn norm(&self, norm: &processor::Norm) -> Result<Norm> {
        Ok(Norm { weight: self.vector(&norm.weight)?, bias: self.vector(&norm.bias)? })
    }
}

impl OnDevice {
    pub(super) fn device(&self) -> &Device {
        &self.device
    }

    /// Bytes of the weights on the device.
    pub(super) fn bytes(&self) -> usize {
        let layer = |layer: &Layer| {
            layer.attention_in.bytes()
                + layer.attention_out.bytes()
                + layer.feed_forward_in.bytes()
                + layer.feed_forward_out.bytes()
        };
        self.layers.iter().map(layer).sum::<usize>() + self.output.bytes()
    }

    /// The numbers of a product's matrix, row by row, back in the computer's own memory.
    pub(super) fn numbers(&self, layer: usize, which: Which) -> Result<Vec<f32>> {
        self.product(layer, which).numbers()
    }

    /// Outputs of a product.
    pub(super) fn outputs(&self, layer: usize, which: Which) -> usize {
        self.product(layer, which).rows()
    }

    fn product(&self, layer: usize, which: Which) -> &Product {
        match which {
            Which::AttentionIn => &self.layers[layer].attention_in,
            Which::AttentionOut => &self.layers[layer].attention_out,
            Which::FeedForwardIn => &self.layers[layer].feed_forward_in,
            Which::FeedForwardOut => &self.layers[layer].feed_forward_out,
            Which::Output => &self.output,
        }
    }

    /// Runs embedded rows through all blocks. Returns `[rows asked for][vocabulary]`.
    pub(super) fn run(
        &self,
        frame: &Frame,
        x: Rows,
        places: Places,
        cache: &mut DeviceLayers,
        logits: Logits,
        adapters: &[Active],
    ) -> Result<Vec<f32>> {
        let c = &frame.config;
        let (count, width) = (x.count(), x.width());
        let mut x = Tensor::from_vec(x.into_data(), (count, width), &self.device)?;
        let angles = self.turns.iter().map(|turn| turn.angles(places, count));
        let angles = angles.collect::<Result<Vec<_>>>()?;
        let masks = Masks::new(places, count, &self.device);
        let mut pass = Pass { config: c, places, angles, masks, adapters };
        for (index, layer) in self.layers.iter().enumerate() {
            x = (&x + self.attention(index, layer, &x, cache, &mut pass)?)?;
            x = (&x + feed_forward(index, layer, &x, &pass)?)?;
        }
        let wanted = match logits {
            Logits::None => {
                // Whoever reads a long prompt wants to be stopped between its pieces, and not once all of them are queued.
                self.device.synchronize()?;
                return Ok(Vec::new());
            }
            Logits::Last => x.narrow(0, count - 1, 1)?,
            Logits::All => x,
        };
        let normed = norm(c, &wanted, &self.output_norm)?;
        let mut logits = pass.product(0, Which::Output, &self.output, &normed, None)?.whole()?;
        if let Some(cap) = c.logit_cap {
            logits = capped(&logits, cap)?;
        }
        logits.flatten_all()?.to_vec1()
    }

    /// What a block's attention adds to the residual stream.
    fn attention(
        &self,
        index: usize,
        layer: &Layer,
        x: &Tensor,
        cache: &mut DeviceLayers,
        pass: &mut Pass<'_>,
    ) -> Result<Tensor> {
        let c = pass.config;
        let block = c.blocks[index];
        let count = x.dim(0)?;
        let normed = norm(c, x, &layer.attention_norm)?;
        let (product, bias) = (&layer.attention_in, layer.attention_bias.as_ref());
        let qkv = pass.product(index, Which::AttentionIn, product, &normed, bias)?;
        // `[head][row][head_dim]`
        let heads = |first: usize, width: usize, weight: Option<&Tensor>| {
            let rows = qkv.columns(first, width)?;
            let mut rows = rows.reshape((count, width / c.head_dim, c.head_dim))?;
            if let Some(weight) = weight {
                rows = candle_nn::ops::rms_norm(&rows.contiguous()?, weight, c.norm_epsilon)?;
            }
            rows.transpose(0, 1)?.contiguous()
        };
        let turned = |heads: Tensor| match block.rotation {
            Some(rotation) => self.turns[rotation].apply(&heads, &pass.angles[rotation]),
            None => Ok(heads),
        };
        let (q, kv) = (c.query_width(), c.kv_width());
        let queries = turned(heads(0, q, layer.query_norm.as_ref())?)?;
        let keys = turned(heads(q, kv, layer.key_norm.as_ref())?)?;
        let values = heads(q + kv, kv, None)?;
        cache.write(index, pass.places.place(0), &keys, &values)?;
        let mixed = attention::attend(c, block.window, cache, index, &queries, &mut pass.masks)?;
        let (product, bias) = (&layer.attention_out, layer.attention_out_bias.as_ref());
        let part = pass.product(index, Which::AttentionOut, product, &mixed, bias)?.whole()?;
        after(c, part, layer.post_attention_norm.as_ref())
    }
}

/// What is the same in all blocks of a pass.
struct Pass<'a> {
    config: &'a Config,
    places: Places,
    /// By rotation.
    angles: Vec<Angles>,
    masks: Masks<'a>,
    adapters: &'a [Active],
}

impl Pass<'_> {
    /// A product, what adapters add to it, and its bias.
    fn product(
        &self,
        index: usize,
        which: Which,
        product: &Product,
        x: &Tensor,
        bias: Option<&Tensor>,
    ) -> Result<Outputs> {
        let mut out = product.multiply(x)?;
        if !self.adapters.is_empty() {
            out = low_rank::with(self.adapters, index, which, out.whole()?, x)?.into();
        }
        match bias {
            Some(bias) => out.add(bias),
            None => Ok(out),
        }
    }
}

/// What a block's feed-forward part adds to the residual stream.
fn feed_forward(index: usize, layer: &Layer, x: &Tensor, pass: &Pass<'_>) -> Result<Tensor> {
    let c = pass.config;
    let normed = norm(c, x, &layer.feed_forward_norm)?;
    let (product, bias) = (&layer.feed_forward_in, layer.feed_forward_in_bias.as_ref());
    let inner = pass.product(index, Which::FeedForwardIn, product, &normed, bias)?;
    let gate = || inner.columns(0, c.hidden)?.contiguous();
    let up = || inner.columns(c.hidden, c.hidden)?.contiguous();
    let hidden = match c.activation {
        Activation::SiluGated => (gate()?.silu()? * up()?)?,
        Activation::GeluGated => (gate()?.gelu()? * up()?)?,
        Activation::Gelu => inner.whole()?.gelu()?,
    };
    let (product, bias) = (&layer.feed_forward_out, layer.feed_forward_out_bias.as_ref());
    let part = pass.product(index, Which::FeedForwardOut, product, &hidden, bias)?.whole()?;
    after(c, part, layer.post_feed_forward_norm.as_ref())
}

fn norm(config: &Config, x: &Tensor, norm: &Norm) -> Result<Tensor> {
    let x = x.contiguous()?;
    match config.norm {
        NormKind::Rms => candle_nn::ops::rms_norm(&x, &norm.weight, config.norm_epsilon),
        NormKind::Layer => {
            candle_nn::ops::layer_norm(&x, &norm.weight, &norm.bias, config.norm_epsilon)
        }
    }
}

/// What a part of a block gives, as it joins the residual stream.
fn after(config: &Config, part: Tensor, after: Option<&Norm>) -> Result<Tensor> {
    match after {
        Some(after) => norm(config, &part, after),
        None => Ok(part),
    }
}

/// Squeezed into ± `cap`.
fn capped(x: &Tensor, cap: f32) -> Result<Tensor> {
    let cap = f64::from(cap);
    (x.affine(1.0 / cap, 0.0)?.tanh()?).affine(cap, 0.0)
}
