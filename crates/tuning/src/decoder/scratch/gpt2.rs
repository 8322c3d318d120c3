//! GPT-2 from nothing.

use std::sync::Arc;

use candle_core::Device;
use llm::Anatomy;
use serde::{Deserialize, Serialize};

use super::{MAX_ENTRIES, MAX_LAYERS, MAX_WIDTH, Noise};
use crate::Error;
use crate::decoder::load::common;
use crate::decoder::{Block, Decoder, FeedForward, Projections, Weight};

/// The `config.json` of a GPT-2. Defaults are GPT2-chitchat's, except for the vocabulary, which is the tokenizer's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gpt2Shape {
    /// Always `gpt2`.
    pub model_type: String,
    /// Always `GPT2LMHeadModel`.
    pub architectures: Vec<String>,
    /// Transformer blocks.
    pub n_layer: usize,
    /// Heads of a block.
    pub n_head: usize,
    /// Width of the residual stream.
    pub n_embd: usize,
    /// Longest text, in tokens.
    #[serde(alias = "n_ctx")]
    pub n_positions: usize,
    /// Entries of the vocabulary.
    pub vocab_size: usize,
    /// Epsilon of the layer norms.
    pub layer_norm_epsilon: f32,
    /// Deviation of the first weights.
    pub initializer_range: f32,
    /// Dropout of embeddings, attention and what joins the residual stream.
    pub resid_pdrop: f32,
    /// The same, as transformers names the embeddings'.
    pub embd_pdrop: f32,
    /// The same, as transformers names attention's.
    pub attn_pdrop: f32,
    /// The curve.
    pub activation_function: String,
    /// Which tokenizer the vocabulary is for, by the name of its class.
    pub tokenizer_class: String,
}

impl Default for Gpt2Shape {
    fn default() -> Self {
        Self {
            model_type: "gpt2".into(),
            architectures: vec!["GPT2LMHeadModel".into()],
            n_layer: 12,
            n_head: 12,
            n_embd: 768,
            n_positions: 1024,
            vocab_size: 13_317,
            layer_norm_epsilon: 1e-5,
            initializer_range: 0.02,
            resid_pdrop: 0.1,
            embd_pdrop: 0.1,
            attn_pdrop: 0.1,
            activation_function: "gelu_new".into(),
            tokenizer_class: "BertTokenizer".into(),
        }
    }
}

impl Gpt2Shape {
    /// GPT2-chitchat's shape for a vocabulary, or that of its older model of dialogues told backwards.
    pub fn usual(vocabulary: usize, mmi: bool) -> Self {
        let shape = Self { vocab_size: vocabulary, ..Self::default() };
        if mmi { Self { n_layer: 10, n_positions: 300, ..shape } } else { shape }
    }

    /// The same in the words of the decoder.
    pub fn anatomy(&self) -> Anatomy {
        let head_dim = self.n_embd / self.n_head.max(1);
        Anatomy {
            architecture: "gpt2".into(),
            layers: self.n_layer,
            width: self.n_embd,
            hidden: 4 * self.n_embd,
            heads: self.n_head,
            kv_heads: self.n_head,
            head_dim,
            frequencies: Vec::new(),
            rotation_magnitude: 1.0,
            interleaved: false,
            windows: vec![None; self.n_layer],
            norm_epsilon: self.layer_norm_epsilon,
            attention_scale: (head_dim as f32).sqrt().recip(),
            context: self.n_positions,
        }
    }

    /// What is wrong with it, if anything.
    pub fn check(&self) -> Result<(), Error> {
        let fits = (1..=MAX_LAYERS).contains(&self.n_layer)
            && (1..=MAX_WIDTH).contains(&self.n_embd)
            && (1..=MAX_ENTRIES).contains(&self.n_positions)
            && (1..=MAX_ENTRIES).contains(&self.vocab_size);
        if !fits || self.n_head == 0 || !self.n_embd.is_multiple_of(self.n_head) {
            return Err(Error::settings(format!(
                "a GPT-2 of {} layers, width {}, {} heads, {} positions and {} tokens cannot be built",
                self.n_layer, self.n_embd, self.n_head, self.n_positions, self.vocab_size
            )));
        }
        if !matches!(self.activation_function.as_str(), "gelu_new" | "gelu_pytorch_tanh") {
            return Err(Error::settings(format!(
                "the activation `{}` is not GPT-2's `gelu_new`",
                self.activation_function
            )));
        }
        if !(0.0..1.0).contains(&self.resid_pdrop) {
            return Err(Error::settings(format!("a dropout of {} cannot be", self.resid_pdrop)));
        }
        Ok(())
    }

    /// How many numbers are trained.
    pub fn parameters(&self) -> usize {
        let w = self.n_embd;
        let layer = 12 * w * w + 13 * w;
        (self.vocab_size + self.n_positions) * w + self.n_layer * layer + 2 * w
    }
}

impl Decoder {
    /// A GPT-2 of noise. As transformers begins one: normal numbers, those that lead into the residual stream smaller by
    /// √(2 · layers).
    pub fn gpt2(shape: &Gpt2Shape, seed: u64, device: &Device) -> Result<Self, Error> {
        shape.check()?;
        let (width, hidden) = (shape.n_embd, 4 * shape.n_embd);
        let anatomy = shape.anatomy();
        let mut noise = Noise::new(seed, shape.initializer_range, device);
        let deep = (2.0 * shape.n_layer as f32).sqrt().recip();
        let embedding = Weight::Trained(noise.normal((shape.vocab_size, width), 1.0)?);
        let positions = noise.normal((shape.n_positions, width), 1.0)?.as_tensor().clone();
        let mut block = |index: usize| -> Result<Arc<Block>, Error> {
            let path = |name: &str| format!("transformer.h.{index}.{name}");
            Ok(Arc::new(Block {
                attention_norm: noise.norm(path("ln_1"), width)?,
                projections: Projections::Fused(noise.linear(
                    path("attn.c_attn"),
                    3 * width,
                    width,
                    1.0,
                )?),
                head_norms: None,
                attention_out: noise.linear(path("attn.c_proj"), width, width, deep)?,
                feed_forward_norm: noise.norm(path("ln_2"), width)?,
                feed_forward: FeedForward::Plain {
                    up: noise.linear(path("mlp.c_fc"), hidden, width, 1.0)?,
                    down: noise.linear(path("mlp.c_proj"), width, hidden, deep)?,
                },
            }))
        };
        let blocks = (0..shape.n_layer).map(&mut block).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            common: common(&anatomy, shape.n_positions, shape.resid_pdrop),
            embedding,
            embedding_name: "transformer.wte".into(),
            positions: Some(("transformer.wpe".into(), positions)),
            blocks,
            norm: noise.norm("transformer.ln_f".into(), width)?,
            head: None,
            device: device.clone(),
            anatomy,
        })
    }
}
