//! What a decoder-only transformer needs to be told, read from GGUF metadata.
//!
//! One description covers the Llama, Mistral and Qwen families: the differences between them (which pairs RoPE turns, biases,
//! norms on queries and keys, tied embeddings) are fields or the presence of a tensor, never another decoder.

use super::cache::{CacheFormat, CacheShape};
use crate::Error;
use crate::gguf::{Gguf, Value};

/// Architectures by the name that GGUF gives them, for messages.
pub(crate) const SUPPORTED: &str =
    "llama (Llama 2 and 3, Mistral, SmolLM, TinyLlama), qwen2, qwen3";

/// Nothing real comes near these; a hostile header must not make us allocate or loop for long.
const MAX_LAYERS: usize = 1 << 10;
const MAX_WIDTH: usize = 1 << 18;
const MAX_CONTEXT: usize = 1 << 22;

/// Which two numbers of a head RoPE turns together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RopePairs {
    /// 2i and 2i+1. llama.cpp's converter permutes the weights of Llama models to it.
    Interleaved,
    /// i and i + half (GPT-NeoX).
    Halves,
}

/// The shape of a model.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Config {
    /// Name in the file.
    pub(crate) architecture: String,
    /// Transformer blocks.
    pub(crate) layers: usize,
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
    /// How many of them RoPE turns (even).
    pub(crate) rope_dims: usize,
    /// Which of them it turns together.
    pub(crate) rope_pairs: RopePairs,
    /// Base of the geometric series of angles.
    pub(crate) rope_base: f32,
    /// Positions are divided by it (linear scaling); 1 normally.
    pub(crate) rope_divisor: f32,
    /// Epsilon of the RMS norms.
    pub(crate) norm_epsilon: f32,
    /// What scores are multiplied with before the softmax.
    pub(crate) attention_scale: f32,
    /// The longest text the model was made for, in tokens.
    pub(crate) trained_context: usize,
}

/// What an architecture's name implies.
fn rope_pairs(architecture: &str) -> Option<RopePairs> {
    match architecture {
        "llama" => Some(RopePairs::Interleaved),
        "qwen2" | "qwen3" => Some(RopePairs::Halves),
        _ => None,
    }
}

impl Config {
    /// Reads and checks the description.
    pub(crate) fn from_gguf(gguf: &Gguf) -> Result<Self, Error> {
        let architecture = gguf
            .str("general.architecture")
            .ok_or_else(|| gguf.damaged("it does not say its architecture"))?
            .to_owned();
        let rope_pairs = rope_pairs(&architecture).ok_or_else(|| {
            gguf.unsupported(format!(
                "its architecture is `{architecture}`; supported are {SUPPORTED}"
            ))
        })?;
        let keys = Keys { gguf, architecture: &architecture };
        if keys.gguf.u64(&keys.name("expert_count")).unwrap_or(0) > 0 {
            return Err(gguf.unsupported("it is a mixture of experts"));
        }

        let layers = keys.size("block_count", MAX_LAYERS)?;
        let width = keys.size("embedding_length", MAX_WIDTH)?;
        let hidden = keys.size("feed_forward_length", MAX_WIDTH)?;
        let heads = keys.size("attention.head_count", MAX_WIDTH)?;
        let kv_heads = match gguf.get(&keys.name("attention.head_count_kv")) {
            None => heads,
            Some(_) => keys.size("attention.head_count_kv", MAX_WIDTH)?,
        };
        if !heads.is_multiple_of(kv_heads) {
            return Err(
                gguf.damaged(format!("{heads} query heads cannot share {kv_heads} key heads"))
            );
        }
        let head_dim = match gguf.get(&keys.name("attention.key_length")) {
            Some(_) => keys.size("attention.key_length", MAX_WIDTH)?,
            None if width.is_multiple_of(heads) => width / heads,
            None => {
                return Err(
                    gguf.damaged(format!("width {width} does not divide into {heads} heads"))
                );
            }
        };
        if gguf.u64(&keys.name("attention.value_length")).is_some_and(|v| v != head_dim as u64) {
            return Err(gguf.unsupported("its keys and values differ in length"));
        }
        let rope_dims = match gguf.get(&keys.name("rope.dimension_count")) {
            Some(_) => keys.size("rope.dimension_count", head_dim)?,
            None => head_dim,
        };
        if !rope_dims.is_multiple_of(2) {
            return Err(gguf.damaged(format!("RoPE cannot turn {rope_dims} dimensions")));
        }
        let config = Self {
            layers,
            width,
            hidden,
            heads,
            kv_heads,
            head_dim,
            rope_dims,
            rope_pairs,
            rope_base: keys.positive("rope.freq_base", 10_000.0)?,
            rope_divisor: keys.rope_divisor()?,
            norm_epsilon: keys.positive("attention.layer_norm_rms_epsilon", 1e-5)?,
            attention_scale: keys.positive("attention.scale", 1.0 / (head_dim as f32).sqrt())?,
            trained_context: keys.size("context_length", MAX_CONTEXT)?,
            architecture: architecture.clone(),
        };
        if config.heads.checked_mul(head_dim).is_none_or(|n| n > MAX_WIDTH) {
            return Err(gguf.damaged(format!("{heads} heads of {head_dim} are too wide")));
        }
        Ok(config)
    }

    /// The cache that goes with it.
    pub(crate) fn cache_shape(&self, capacity: usize, format: CacheFormat) -> CacheShape {
        let (layers, kv_heads, head_dim) = (self.layers, self.kv_heads, self.head_dim);
        CacheShape { layers, kv_heads, head_dim, capacity, format }
    }

    /// Numbers of all query heads together.
    pub(crate) fn query_width(&self) -> usize {
        self.heads * self.head_dim
    }

    /// Numbers of all key (or value) heads together.
    pub(crate) fn kv_width(&self) -> usize {
        self.kv_heads * self.head_dim
    }
}

/// Metadata keys under the architecture's name.
struct Keys<'a> {
    gguf: &'a Gguf,
    architecture: &'a str,
}

impl Keys<'_> {
    fn name(&self, key: &str) -> String {
        format!("{}.{key}", self.architecture)
    }

    /// A positive whole number up to `max`.
    fn size(&self, key: &str, max: usize) -> Result<usize, Error> {
        let name = self.name(key);
        let number = match self.gguf.get(&name) {
            Some(Value::Array(_)) => {
                return Err(self.gguf.unsupported(format!("its layers differ in `{name}`")));
            }
            value => value.and_then(Value::as_u64),
        };
        match number {
            Some(n) if n > 0 && n <= max as u64 => Ok(n as usize),
            Some(n) => Err(self.gguf.damaged(format!("its `{name}` is {n}"))),
            None => Err(self.gguf.damaged(format!("it lacks `{name}`"))),
        }
    }

    /// A positive number.
    fn positive(&self, key: &str, default: f32) -> Result<f32, Error> {
        let name = self.name(key);
        let value = self.gguf.f32(&name).unwrap_or(default);
        if value.is_finite() && value > 0.0 {
            Ok(value)
        } else {
            Err(self.gguf.damaged(format!("its `{name}` is {value}")))
        }
    }

    /// Linear position scaling; Llama 3's own scaling comes as a tensor instead, the others are refused.
    fn rope_divisor(&self) -> Result<f32, Error> {
        match self.gguf.str(&self.name("rope.scaling.type")) {
            None => self.positive("rope.scale_linear", 1.0),
            Some("none") => Ok(1.0),
            Some("linear") => self.positive("rope.scaling.factor", 1.0),
            Some(other) => {
                Err(self.gguf.unsupported(format!("its RoPE scaling `{other}` is not supported")))
            }
        }
    }
}
