//! What a trainer needs to know of a model's files: the decoder's shape, and its vocabulary.
//!
//! The engine's own description is for the engine; this is the part of it that training builds a decoder of its own from, read
//! and checked by the same code, so that what was trained is what is run.

use weights::Checkpoint;

use crate::Error;
use crate::decoder::Config;
use crate::tokenizer::{Tokenizer, template_beside};

/// The shape of a decoder that can be trained: norms, RoPE, grouped heads and a feed-forward part, with nothing of Gemma's or
/// ChatGLM's own.
#[derive(Debug, Clone, PartialEq)]
pub struct Anatomy {
    /// `llama`, `mistral`, `qwen2`, `qwen3` or `gpt2`.
    pub architecture: String,
    /// Transformer blocks.
    pub layers: usize,
    /// Width of the residual stream.
    pub width: usize,
    /// Width inside the feed-forward part.
    pub hidden: usize,
    /// Query heads.
    pub heads: usize,
    /// Key and value heads.
    pub kv_heads: usize,
    /// Numbers a head.
    pub head_dim: usize,
    /// How many radians each pair of a head turns a position; empty where positions are learned.
    pub frequencies: Vec<f64>,
    /// What turned queries and keys are multiplied with (YaRN's attention factor); 1 without such stretching.
    pub rotation_magnitude: f32,
    /// The file's query and key rows are ordered for neighbouring pairs (llama.cpp's order), not for halves (transformers').
    pub interleaved: bool,
    /// How many tokens back each block sees, its own included; `None` is all.
    pub windows: Vec<Option<usize>>,
    /// Epsilon of the norms.
    pub norm_epsilon: f32,
    /// What scores are multiplied with before the softmax.
    pub attention_scale: f32,
    /// The longest text the model was made for, in tokens.
    pub context: usize,
}

/// Architectures that can be trained, for messages.
pub const TRAINABLE: &str = "llama, mistral, qwen2, qwen3, gpt2";

impl Anatomy {
    /// Reads and checks the description of a checkpoint.
    pub fn read(file: &Checkpoint) -> Result<Self, Error> {
        use crate::decoder::RopePairs;
        let config = Config::read(file)?;
        let known = matches!(
            config.architecture.as_str(),
            "llama" | "mistral" | "qwen2" | "qwen3" | "gpt2"
        );
        let plain = config.attention_cap.is_none()
            && config.logit_cap.is_none()
            && config.rotations.len() <= 1
            && config.rotations.iter().all(|r| r.dims == config.head_dim);
        if !known || !plain {
            let name = &config.architecture;
            return Err(file
                .unsupported(format!(
                    "models of the architecture `{name}` cannot be trained; these can: {TRAINABLE}"
                ))
                .into());
        }
        let rotation = config.rotations.first();
        let frequencies = rotation.map_or_else(Vec::new, |rotation| {
            let divisors = rotation.divisors(config.trained_context);
            let power = |i: usize| -2.0 * i as f64 / rotation.dims as f64;
            divisors
                .iter()
                .enumerate()
                .map(|(i, &divisor)| f64::from(rotation.base).powf(power(i)) / f64::from(divisor))
                .collect()
        });
        Ok(Self {
            layers: config.blocks.len(),
            width: config.width,
            hidden: config.hidden,
            heads: config.heads,
            kv_heads: config.kv_heads,
            head_dim: config.head_dim,
            frequencies,
            rotation_magnitude: rotation.map_or(1.0, |rotation| rotation.magnitude),
            interleaved: rotation.is_some_and(|r| r.pairs == RopePairs::Interleaved),
            windows: config.blocks.iter().map(|block| block.window).collect(),
            norm_epsilon: config.norm_epsilon,
            attention_scale: config.attention_scale,
            context: config.trained_context,
            architecture: config.architecture,
        })
    }
}

/// A model's vocabulary, without the model.
pub struct Vocabulary {
    tokenizer: Tokenizer,
    template: Option<String>,
}

impl Vocabulary {
    /// Reads it from a model's files.
    pub fn read(file: &Checkpoint) -> Result<Self, Error> {
        Ok(Self { tokenizer: Tokenizer::read(file)?, template: Tokenizer::template(file) })
    }

    /// Reads BERT's `vocab.txt` alone, for a model that does not exist yet.
    pub fn of_word_pieces(path: &std::path::Path) -> Result<Self, Error> {
        Ok(Self { tokenizer: Tokenizer::of_vocabulary_file(path)?, template: None })
    }

    /// Reads the `tokenizer.json` of a folder with the chat template beside it, for a model that does not exist yet.
    pub fn of_folder(folder: &std::path::Path) -> Result<Self, Error> {
        let (tokenizer, template) = (Tokenizer::of_folder(folder)?, template_beside(folder));
        Ok(Self { tokenizer, template })
    }

    /// Ids of a text whose special tokens are parsed; nothing is put before it.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        self.tokenizer.encode(text)
    }

    /// Ids of a text as a prompt: what begins a document stands first.
    pub fn encode_prompt(&self, text: &str) -> Vec<u32> {
        self.tokenizer.encode_prompt(text)
    }

    /// Text of tokens.
    pub fn decode(&self, ids: &[u32]) -> String {
        let (mut detokenizer, mut text) = (self.tokenizer.detokenizer(false), String::new());
        for &id in ids {
            detokenizer.push(id, &mut text);
        }
        text
    }

    /// Entries.
    #[expect(clippy::len_without_is_empty, reason = "a vocabulary is never empty")]
    pub fn len(&self) -> usize {
        self.tokenizer.len()
    }

    /// The token that ends a document.
    pub fn eos(&self) -> Option<u32> {
        self.tokenizer.eos()
    }

    /// Whether a reply ends with this token.
    pub fn is_end(&self, id: u32) -> bool {
        self.tokenizer.is_end(id)
    }

    /// The id of a special token by its text.
    pub fn special(&self, text: &str) -> Option<u32> {
        self.tokenizer.special(text)
    }

    /// How the model wants a conversation written.
    pub fn template(&self) -> domain::ChatTemplate {
        let tokenizer = &self.tokenizer;
        domain::ChatTemplate {
            source: self.template.clone(),
            bos: tokenizer.text(tokenizer.bos()),
            eos: tokenizer.text(tokenizer.eos()),
        }
    }
}

impl domain::TokenCounter for Vocabulary {
    fn count(&self, text: &str) -> usize {
        self.encode(text).len()
    }
}
