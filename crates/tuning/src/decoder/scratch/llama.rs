//! Llama from nothing.

use std::sync::Arc;

use candle_core::Device;
use llm::Anatomy;
use serde::{Deserialize, Serialize};

use super::{MAX_ENTRIES, MAX_LAYERS, MAX_WIDTH, Noise};
use crate::Error;
use crate::decoder::load::common;
use crate::decoder::{Block, Decoder, FeedForward, Projections, Weight};

/// More numbers than this are not trained from nothing in f32 on one machine.
const MAX_NUMBERS: u64 = 1 << 33;

/// The `config.json` of a Llama that is made here: RMS norms, a gated SiLU, RoPE in transformers' order, shared key heads,
/// embeddings that are the output as well, no biases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LlamaShape {
    /// Always `LlamaForCausalLM`.
    pub architectures: Vec<String>,
    /// Always `llama`.
    pub model_type: String,
    /// Entries of the vocabulary; 0: as many as the tokenizer has.
    pub vocab_size: usize,
    /// Width of the residual stream.
    pub hidden_size: usize,
    /// Width inside the feed-forward part.
    pub intermediate_size: usize,
    /// Transformer blocks.
    pub num_hidden_layers: usize,
    /// Query heads.
    pub num_attention_heads: usize,
    /// Key and value heads; divides the query heads.
    pub num_key_value_heads: usize,
    /// Numbers a head; 0: the width over the query heads.
    pub head_dim: usize,
    /// Always `silu`.
    pub hidden_act: String,
    /// Longest text, in tokens.
    pub max_position_embeddings: usize,
    /// Deviation of the first weights.
    pub initializer_range: f64,
    /// Epsilon of the norms.
    pub rms_norm_eps: f64,
    /// Base of the angles that positions turn by.
    pub rope_theta: f64,
    /// Always `true`.
    pub tie_word_embeddings: bool,
    /// Always `false`.
    pub attention_bias: bool,
    /// Always `false`.
    pub mlp_bias: bool,
    /// What begins a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bos_token_id: Option<u32>,
    /// What ends a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eos_token_id: Option<u32>,
    /// Always `float32`.
    pub torch_dtype: String,
}

impl Default for LlamaShape {
    fn default() -> Self {
        Self {
            architectures: vec!["LlamaForCausalLM".into()],
            model_type: "llama".into(),
            vocab_size: 0,
            hidden_size: 384,
            intermediate_size: 1024,
            num_hidden_layers: 8,
            num_attention_heads: 6,
            num_key_value_heads: 2,
            head_dim: 0,
            hidden_act: "silu".into(),
            max_position_embeddings: 512,
            initializer_range: 0.02,
            rms_norm_eps: 1e-5,
            rope_theta: 10_000.0,
            tie_word_embeddings: true,
            attention_bias: false,
            mlp_bias: false,
            bos_token_id: None,
            eos_token_id: None,
            torch_dtype: "float32".into(),
        }
    }
}

impl LlamaShape {
    /// The same with what follows from the rest filled in: `entries` of the vocabulary, numbers a head.
    ///
    /// # Errors
    /// Where it cannot be built, or its vocabulary is smaller than the tokenizer's.
    pub fn filled(mut self, entries: usize) -> Result<Self, Error> {
        if self.vocab_size == 0 {
            self.vocab_size = entries;
        }
        if self.vocab_size < entries {
            return Err(Error::settings(format!(
                "the tokenizer has {entries} tokens and the model is described for {} (`vocab_size`); leave it out, or take the tokenizer that it is for",
                self.vocab_size
            )));
        }
        if self.head_dim == 0 {
            let heads = self.num_attention_heads;
            if heads == 0 || !self.hidden_size.is_multiple_of(heads) {
                return Err(Error::settings(format!(
                    "a width of {} cannot be divided among {heads} heads",
                    self.hidden_size
                )));
            }
            self.head_dim = self.hidden_size / heads;
        }
        self.torch_dtype = "float32".into();
        self.check()?;
        Ok(self)
    }

    /// What is wrong with it, if anything. Nothing is allocated for a shape before this.
    ///
    /// # Errors
    /// Where it cannot be built.
    pub fn check(&self) -> Result<(), Error> {
        let refuse = |reason: String| Err(Error::settings(reason));
        let within = |n: usize, most: usize| (1..=most).contains(&n);
        let fits = within(self.num_hidden_layers, MAX_LAYERS)
            && within(self.hidden_size, MAX_WIDTH)
            && within(self.intermediate_size, 8 * MAX_WIDTH)
            && within(self.num_attention_heads, MAX_WIDTH)
            && within(self.head_dim, MAX_WIDTH)
            && within(self.max_position_embeddings, MAX_ENTRIES)
            && within(self.vocab_size, MAX_ENTRIES);
        if !fits {
            return refuse(format!(
                "a Llama of {} layers, width {}, {} within, {} heads of {}, {} positions and {} tokens cannot be built",
                self.num_hidden_layers,
                self.hidden_size,
                self.intermediate_size,
                self.num_attention_heads,
                self.head_dim,
                self.max_position_embeddings,
                self.vocab_size
            ));
        }
        let (heads, kv_heads) = (self.num_attention_heads, self.num_key_value_heads);
        if kv_heads == 0 || !heads.is_multiple_of(kv_heads) {
            return refuse(format!("{heads} query heads cannot share {kv_heads} key heads"));
        }
        if !self.head_dim.is_multiple_of(2) {
            return refuse(format!("heads of {} numbers cannot be turned in pairs", self.head_dim));
        }
        if self.numbers() > MAX_NUMBERS {
            return refuse(format!(
                "a Llama of {} numbers is not trained from nothing here",
                self.numbers()
            ));
        }
        if self.model_type != "llama"
            || self.hidden_act != "silu"
            || !self.tie_word_embeddings
            || self.attention_bias
            || self.mlp_bias
        {
            return refuse(
                "a model that is made here is a `llama` with `hidden_act` `silu`, `tie_word_embeddings` true and no biases".into(),
            );
        }
        let positive = |n: f64| n.is_finite() && n > 0.0;
        if !(positive(self.rms_norm_eps)
            && positive(self.initializer_range)
            && positive(self.rope_theta))
        {
            return refuse(
                "`rms_norm_eps`, `initializer_range` and `rope_theta` must be above nought".into(),
            );
        }
        Ok(())
    }

    /// The same in the words of the decoder.
    pub fn anatomy(&self) -> Anatomy {
        let pairs = self.head_dim / 2;
        let power = |i: usize| self.rope_theta.powf(-(i as f64) / pairs as f64);
        Anatomy {
            architecture: "llama".into(),
            layers: self.num_hidden_layers,
            width: self.hidden_size,
            hidden: self.intermediate_size,
            heads: self.num_attention_heads,
            kv_heads: self.num_key_value_heads,
            head_dim: self.head_dim,
            frequencies: (0..pairs).map(power).collect(),
            rotation_magnitude: 1.0,
            interleaved: false,
            windows: vec![None; self.num_hidden_layers],
            norm_epsilon: self.rms_norm_eps as f32,
            attention_scale: (self.head_dim as f32).sqrt().recip(),
            context: self.max_position_embeddings,
        }
    }

    /// How many numbers are trained.
    pub fn numbers(&self) -> u64 {
        let (w, h) = (self.hidden_size as u64, self.intermediate_size as u64);
        let q = self.num_attention_heads as u64 * self.head_dim as u64;
        let kv = self.num_key_value_heads as u64 * self.head_dim as u64;
        let layer = w * (2 * q + 2 * kv) + 3 * w * h + 2 * w;
        self.vocab_size as u64 * w + self.num_hidden_layers as u64 * layer + w
    }
}

impl Decoder {
    /// A Llama of noise: normal numbers, those that lead into the residual stream smaller by √(2 · layers), as GPT-2's are.
    ///
    /// # Errors
    /// Where the shape cannot be built, or a device has no room for it.
    pub fn llama(shape: &LlamaShape, seed: u64, device: &Device) -> Result<Self, Error> {
        shape.check()?;
        let (width, hidden) = (shape.hidden_size, shape.intermediate_size);
        let q = shape.num_attention_heads * shape.head_dim;
        let kv = shape.num_key_value_heads * shape.head_dim;
        let anatomy = shape.anatomy();
        let mut noise = Noise::new(seed, shape.initializer_range as f32, device);
        let deep = (2.0 * shape.num_hidden_layers as f32).sqrt().recip();
        let embedding = Weight::Trained(noise.normal((shape.vocab_size, width), 1.0)?);
        let mut block = |index: usize| -> Result<Arc<Block>, Error> {
            let path = |name: &str| format!("model.layers.{index}.{name}");
            Ok(Arc::new(Block {
                attention_norm: noise.scale(path("input_layernorm"), width)?,
                projections: Projections::Apart([
                    noise.plain(path("self_attn.q_proj"), (q, width), 1.0)?,
                    noise.plain(path("self_attn.k_proj"), (kv, width), 1.0)?,
                    noise.plain(path("self_attn.v_proj"), (kv, width), 1.0)?,
                ]),
                head_norms: None,
                attention_out: noise.plain(path("self_attn.o_proj"), (width, q), deep)?,
                feed_forward_norm: noise.scale(path("post_attention_layernorm"), width)?,
                feed_forward: FeedForward::Gated {
                    gate: noise.plain(path("mlp.gate_proj"), (hidden, width), 1.0)?,
                    up: noise.plain(path("mlp.up_proj"), (hidden, width), 1.0)?,
                    down: noise.plain(path("mlp.down_proj"), (width, hidden), deep)?,
                },
            }))
        };
        let blocks = (0..shape.num_hidden_layers).map(&mut block).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            common: common(&anatomy, shape.max_position_embeddings, 0.0),
            embedding,
            embedding_name: "model.embed_tokens".into(),
            positions: None,
            blocks,
            norm: noise.scale("model.norm".into(), width)?,
            head: None,
            device: device.clone(),
            anatomy,
        })
    }
}
