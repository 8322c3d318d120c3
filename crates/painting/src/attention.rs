//! What looks at the words, and at the rest of the picture: diffusers' `Transformer2DModel` and the attention of its decoder.
//!
//! candle's own has the approximate GELU in its feed-forward, where these models were trained with the exact one, and holds the scores of
//! all heads at once.

use candle_core::{D, Module as _, Tensor};
use candle_nn::LayerNorm;

use crate::Error;
use crate::layers::{Conv, GroupNorm, Linear, layer_norm};
use crate::tensors::At;

/// Most scores that are held at a time, in numbers: 64 MB.
pub(crate) const SCORES: usize = 1 << 24;

/// Attention of `query` over `key` and `value`, each (heads, length, width), in pieces of bounded size.
pub(crate) fn attend(query: &Tensor, key: &Tensor, value: &Tensor) -> Result<Tensor, Error> {
    let (heads, length, width) = query.dims3()?;
    let others = key.dim(1)?;
    let scale = 1.0 / (width as f64).sqrt();
    let key = (key.t()? * scale)?.contiguous()?;
    let value = value.contiguous()?;
    let rows = (SCORES / (heads * others).max(1)).clamp(1, length.max(1));
    let mut pieces = Vec::with_capacity(length.div_ceil(rows));
    for start in (0..length).step_by(rows) {
        let piece = query.narrow(1, start, rows.min(length - start))?.contiguous()?;
        let scores = candle_nn::ops::softmax_last_dim(&piece.matmul(&key)?)?;
        pieces.push(scores.matmul(&value)?);
    }
    Ok(Tensor::cat(&pieces, 1)?)
}

/// (1, length, heads × width) to (heads, length, width).
pub(crate) fn split(x: &Tensor, heads: usize) -> Result<Tensor, Error> {
    let (_, length, width) = x.dims3()?;
    Ok(x.reshape((length, heads, width / heads))?.transpose(0, 1)?.contiguous()?)
}

/// And back.
pub(crate) fn join(x: &Tensor) -> Result<Tensor, Error> {
    let (heads, length, width) = x.dims3()?;
    Ok(x.transpose(0, 1)?.contiguous()?.reshape((1, length, heads * width))?)
}

struct Attention {
    query: Linear,
    key: Linear,
    value: Linear,
    out: Linear,
    heads: usize,
}

impl Attention {
    fn load(at: &At<'_>, width: usize, context: usize, heads: usize) -> Result<Self, Error> {
        Ok(Self {
            query: Linear::load(&at.at("to_q"), width, width, false)?,
            key: Linear::load(&at.at("to_k"), context, width, false)?,
            value: Linear::load(&at.at("to_v"), context, width, false)?,
            out: Linear::load(&at.at("to_out.0"), width, width, true)?,
            heads,
        })
    }

    fn forward(&self, x: &Tensor, context: &Tensor) -> Result<Tensor, Error> {
        let query = split(&self.query.forward(x)?, self.heads)?;
        let key = split(&self.key.forward(context)?, self.heads)?;
        let value = split(&self.value.forward(context)?, self.heads)?;
        self.out.forward(&join(&attend(&query, &key, &value)?)?)
    }
}

struct Block {
    norms: [LayerNorm; 3],
    own: Attention,
    words: Attention,
    gate: Linear,
    out: Linear,
}

impl Block {
    fn load(at: &At<'_>, width: usize, context: usize, heads: usize) -> Result<Self, Error> {
        let norm = |name: &str| layer_norm(&at.at(name), width, 1e-5);
        Ok(Self {
            norms: [norm("norm1")?, norm("norm2")?, norm("norm3")?],
            own: Attention::load(&at.at("attn1"), width, width, heads)?,
            words: Attention::load(&at.at("attn2"), width, context, heads)?,
            gate: Linear::load(&at.at("ff.net.0.proj"), width, 8 * width, true)?,
            out: Linear::load(&at.at("ff.net.2"), 4 * width, width, true)?,
        })
    }

    fn forward(&self, x: &Tensor, context: &Tensor) -> Result<Tensor, Error> {
        let normed = self.norms[0].forward(x)?;
        let x = (x + self.own.forward(&normed, &normed)?)?;
        let x = (&x + self.words.forward(&self.norms[1].forward(&x)?, context)?)?;
        let gated = self.gate.forward(&self.norms[2].forward(&x)?)?.chunk(2, D::Minus1)?;
        let inner = (&gated[0] * gated[1].gelu_erf()?)?;
        drop(gated);
        Ok((&x + self.out.forward(&inner)?)?)
    }
}

enum Projection {
    Pixels(Conv),
    Product(Linear),
}

/// Transformer blocks over the pixels of a latent.
pub(crate) struct Spatial {
    norm: GroupNorm,
    into: Projection,
    blocks: Vec<Block>,
    out: Projection,
}

/// What a transformer is built by.
#[derive(Clone, Copy)]
pub(crate) struct SpatialShape {
    pub(crate) channels: usize,
    pub(crate) context: usize,
    pub(crate) heads: usize,
    pub(crate) depth: usize,
    pub(crate) groups: usize,
    pub(crate) linear: bool,
}

impl Spatial {
    pub(crate) fn load(at: &At<'_>, shape: SpatialShape) -> Result<Self, Error> {
        let SpatialShape { channels, context, heads, depth, groups, linear } = shape;
        let projection = |name: &str| -> Result<Projection, Error> {
            Ok(if linear {
                Projection::Product(Linear::load(&at.at(name), channels, channels, true)?)
            } else {
                Projection::Pixels(Conv::load(&at.at(name), channels, channels, 1, 1)?)
            })
        };
        let blocks = (0..depth)
            .map(|index| {
                Block::load(&at.at("transformer_blocks").at(index), channels, context, heads)
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            norm: GroupNorm::load(&at.at("norm"), channels, groups, 1e-6)?,
            into: projection("proj_in")?,
            blocks,
            out: projection("proj_out")?,
        })
    }

    /// `x` is (1, channels, height, width), `context` (1, length, width of the words).
    pub(crate) fn forward(&self, x: &Tensor, context: &Tensor) -> Result<Tensor, Error> {
        let (_, channels, height, width) = x.dims4()?;
        let rows = |x: &Tensor| -> Result<Tensor, Error> {
            Ok(x.reshape((1, channels, height * width))?.transpose(1, 2)?.contiguous()?)
        };
        let pixels = |x: &Tensor| -> Result<Tensor, Error> {
            Ok(x.transpose(1, 2)?.contiguous()?.reshape((1, channels, height, width))?)
        };
        let normed = self.norm.forward(x)?;
        let mut inner = match &self.into {
            Projection::Pixels(conv) => rows(&conv.forward(&normed)?)?,
            Projection::Product(linear) => linear.forward(&rows(&normed)?)?,
        };
        for block in &self.blocks {
            inner = block.forward(&inner, context)?;
        }
        let out = match &self.out {
            Projection::Pixels(conv) => conv.forward(&pixels(&inner)?)?,
            Projection::Product(linear) => pixels(&linear.forward(&inner)?)?,
        };
        Ok((out + x)?)
    }
}

/// The one attention of the decoder. Old files name its products otherwise.
pub(crate) struct PixelAttention {
    norm: GroupNorm,
    products: [Linear; 4],
}

impl PixelAttention {
    pub(crate) fn load(at: &At<'_>, channels: usize, groups: usize) -> Result<Self, Error> {
        let names = if at.has("to_q.weight") {
            ["to_q", "to_k", "to_v", "to_out.0"]
        } else {
            ["query", "key", "value", "proj_attn"]
        };
        let product = |name: &str| Linear::load(&at.at(name), channels, channels, true);
        Ok(Self {
            norm: GroupNorm::load(&at.at("group_norm"), channels, groups, 1e-6)?,
            products: [
                product(names[0])?,
                product(names[1])?,
                product(names[2])?,
                product(names[3])?,
            ],
        })
    }

    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor, Error> {
        let (_, channels, height, width) = x.dims4()?;
        let rows = self
            .norm
            .forward(x)?
            .reshape((1, channels, height * width))?
            .transpose(1, 2)?
            .contiguous()?;
        let [query, key, value, out] = &self.products;
        let seen = attend(&query.forward(&rows)?, &key.forward(&rows)?, &value.forward(&rows)?)?;
        let seen = out.forward(&seen)?.transpose(1, 2)?.contiguous()?;
        Ok((seen.reshape((1, channels, height, width))? + x)?)
    }
}
