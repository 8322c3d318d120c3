//! What a decoder-only transformer needs to be told. One description covers every family: the differences between them
//! (norms, which pairs RoPE turns and how far, windows, soft caps, biases, fused or tied matrices) are fields or the presence
//! of a tensor, never another decoder.
//!
//! It is read from GGUF metadata (`gguf`) or from the `config.json` beside safetensors and pickles (`huggingface`); `rotation`
//! knows the ways in which positions are stretched.

mod gguf;
mod huggingface;
mod rotation;

pub(crate) use rotation::{Factors, Rotation};
use weights::{Checkpoint, Container};

use super::cache::{CacheFormat, CacheShape};
use crate::Error;

pub(crate) use gguf::SUPPORTED;

/// Nothing real comes near these; a hostile file must not make us allocate or loop for long.
pub(crate) const MAX_LAYERS: usize = 1 << 10;
pub(crate) const MAX_WIDTH: usize = 1 << 18;
pub(crate) const MAX_CONTEXT: usize = 1 << 22;

/// Which two numbers of a head RoPE turns together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RopePairs {
    /// 2i and 2i+1. GLM's own; llama.cpp's converter permutes the weights of Llama models to it.
    Interleaved,
    /// i and i + half (GPT-NeoX).
    Halves,
}

/// How rows are normalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NormKind {
    /// By their root mean square.
    Rms,
    /// To mean 0 and variance 1, with a bias (GPT-2).
    Layer,
}

/// The curve inside the feed-forward part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activation {
    /// x · sigmoid(x), gated.
    SiluGated,
    /// GELU in its tanh form, gated (Gemma).
    GeluGated,
    /// GELU in its tanh form, with nothing beside it (GPT-2).
    Gelu,
}

/// What tells one block from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block {
    /// How many tokens back attention sees, its own included; `None` is all.
    pub(crate) window: Option<usize>,
    /// Which of the config's rotations turns queries and keys; `None` is none.
    pub(crate) rotation: Option<usize>,
}

/// The shape of a model.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Config {
    /// Name in the file.
    pub(crate) architecture: String,
    /// Transformer blocks, one entry each.
    pub(crate) blocks: Vec<Block>,
    /// Width of the residual stream.
    pub(crate) width: usize,
    /// Width inside the feed-forward part.
    pub(crate) hidden: usize,
    /// Query heads.
    pub(crate) heads: usize,
    /// Key and value heads; divides `heads`.
    pub(crate) kv_heads: usize,
    /// Numbers a head.
    pub(crate) head_dim: usize,
    /// The ways in which the blocks turn their heads by position.
    pub(crate) rotations: Vec<Rotation>,
    /// Whether a learned vector for each position joins the embeddings (GPT-2).
    pub(crate) learned_positions: bool,
    /// What the embeddings are multiplied with.
    pub(crate) embedding_scale: f32,
    /// How rows are normalised.
    pub(crate) norm: NormKind,
    /// Epsilon of the norms.
    pub(crate) norm_epsilon: f32,
    /// The curve of the feed-forward part.
    pub(crate) activation: Activation,
    /// What scores are multiplied with before the softmax.
    pub(crate) attention_scale: f32,
    /// Scores are squeezed into ± this (Gemma 2).
    pub(crate) attention_cap: Option<f32>,
    /// Logits are squeezed into ± this (Gemma 2).
    pub(crate) logit_cap: Option<f32>,
    /// The longest text the model was made for, in tokens.
    pub(crate) trained_context: usize,
}

impl Config {
    /// Reads and checks the description of a checkpoint.
    pub(crate) fn read(file: &Checkpoint) -> Result<Self, Error> {
        Ok(match file.container {
            Container::Gguf => Self::from_gguf(file)?,
            Container::Safetensors | Container::Pickle => Self::from_json(file)?,
        })
    }

    /// The cache that goes with it.
    pub(crate) fn cache_shape(&self, capacity: usize, format: CacheFormat) -> CacheShape {
        let (kv_heads, head_dim) = (self.kv_heads, self.head_dim);
        CacheShape { layers: self.blocks.len(), kv_heads, head_dim, capacity, format }
    }

    /// Numbers of all query heads together.
    pub(crate) fn query_width(&self) -> usize {
        self.heads * self.head_dim
    }

    /// Numbers of all key (or value) heads together.
    pub(crate) fn kv_width(&self) -> usize {
        self.kv_heads * self.head_dim
    }

    /// Numbers that the first product of the feed-forward part gives: gate and up side by side, or up alone.
    pub(crate) fn inner_width(&self) -> usize {
        match self.activation {
            Activation::SiluGated | Activation::GeluGated => 2 * self.hidden,
            Activation::Gelu => self.hidden,
        }
    }

    /// What is contradictory in it, if anything.
    pub(crate) fn check(&self) -> Result<(), String> {
        let (heads, kv_heads, head_dim) = (self.heads, self.kv_heads, self.head_dim);
        if kv_heads == 0 || !heads.is_multiple_of(kv_heads) {
            return Err(format!("{heads} query heads cannot share {kv_heads} key heads"));
        }
        if heads.checked_mul(head_dim).is_none_or(|n| n > MAX_WIDTH) {
            return Err(format!("{heads} heads of {head_dim} are too wide"));
        }
        for rotation in &self.rotations {
            rotation.check(head_dim)?;
        }
        let positive = [
            ("norm epsilon", self.norm_epsilon),
            ("attention scale", self.attention_scale),
            ("attention cap", self.attention_cap.unwrap_or(1.0)),
            ("logit cap", self.logit_cap.unwrap_or(1.0)),
            ("embedding scale", self.embedding_scale),
        ];
        match positive.iter().find(|(_, n)| !(n.is_finite() && *n > 0.0)) {
            Some((what, n)) => Err(format!("its {what} is {n}")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
impl Config {
    /// One plain block of these heads, for tests of the arithmetic.
    pub(crate) fn of_heads(heads: usize, kv_heads: usize, head_dim: usize) -> Self {
        Self {
            architecture: "llama".into(),
            blocks: vec![Block { window: None, rotation: Some(0) }],
            width: heads * head_dim,
            hidden: 8,
            heads,
            kv_heads,
            head_dim,
            rotations: vec![Rotation::plain(head_dim, RopePairs::Halves, 10_000.0)],
            learned_positions: false,
            embedding_scale: 1.0,
            norm: NormKind::Rms,
            norm_epsilon: 1e-5,
            activation: Activation::SiluGated,
            attention_scale: 0.3,
            attention_cap: None,
            logit_cap: None,
            trained_context: 512,
        }
    }
}
