//! BERT (arXiv 1810.04805) and XLM-R, whose layers are the same and whose positions begin behind the padding's id.

use weights::{Checkpoint, Error as FileError};

use crate::Error;
use crate::decoder::kernels;
use crate::decoder::matrix::{Matrix, Rows};
use crate::dense::{Heads, LayerNorm, Linear};
use crate::json::Keys;
use crate::tensors::Tensors;

/// The shape of a model.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Config {
    pub(crate) vocabulary: usize,
    pub(crate) width: usize,
    layers: usize,
    heads: usize,
    hidden: usize,
    /// Rows of the table of positions.
    positions: usize,
    /// The first text position's row there.
    first_position: usize,
    epsilon: f32,
    tanh_gelu: bool,
}

impl Config {
    /// Reads and checks the description beside a checkpoint.
    pub(crate) fn read(file: &Checkpoint) -> Result<Self, FileError> {
        let keys = Keys::new(file, &file.config);
        let first_position = match keys.text("model_type") {
            Some("bert") => 0,
            Some("xlm-roberta" | "roberta") => {
                keys.optional_size("pad_token_id", 1 << 20)?.unwrap_or(1) + 1
            }
            other => {
                let other = other.unwrap_or("unknown");
                return Err(file.unsupported(format!(
                    "its architecture is `{other}`; supported for embeddings are bert, roberta and xlm-roberta"
                )));
            }
        };
        Self::from_keys(&keys, first_position)
    }

    /// The same for a BERT inside something else.
    pub(crate) fn from_keys(keys: &Keys<'_>, first_position: usize) -> Result<Self, FileError> {
        let width = keys.size("hidden_size", 1 << 16)?;
        let heads = keys.size("num_attention_heads", 1 << 10)?;
        if !width.is_multiple_of(heads) {
            return Err(keys.damaged(format!("width {width} does not divide into {heads} heads")));
        }
        if !matches!(keys.text("position_embedding_type"), None | Some("absolute")) {
            return Err(keys.unsupported("its positions are relative"));
        }
        let tanh_gelu = match keys.text("hidden_act") {
            None | Some("gelu") => false,
            Some("gelu_new" | "gelu_pytorch_tanh") => true,
            Some(other) => return Err(keys.unsupported(format!("its activation is `{other}`"))),
        };
        let positions = keys.size("max_position_embeddings", 1 << 20)?;
        if positions <= first_position + 2 {
            return Err(keys.damaged(format!("it has {positions} positions")));
        }
        Ok(Self {
            vocabulary: keys.size("vocab_size", 1 << 22)?,
            width,
            layers: keys.size("num_hidden_layers", 1 << 10)?,
            heads,
            hidden: keys.size("intermediate_size", 1 << 18)?,
            positions,
            first_position,
            epsilon: keys.number("layer_norm_eps").unwrap_or(1e-12),
            tanh_gelu,
        })
    }

    /// Tokens that fit.
    pub(crate) fn most_tokens(&self) -> usize {
        self.positions - self.first_position
    }
}

/// A tensor's name without what larger models put before it.
pub(crate) fn plain_name(name: &str) -> String {
    let mut name = name;
    for prefix in ["module.", "model.", "bert.", "roberta."] {
        name = name.strip_prefix(prefix).unwrap_or(name);
    }
    // The first TensorFlow checkpoints' names for norms.
    name.replace("LayerNorm.gamma", "LayerNorm.weight").replace("LayerNorm.beta", "LayerNorm.bias")
}

/// One block.
struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    out: Linear,
    attention_norm: LayerNorm,
    up: Linear,
    down: Linear,
    norm: LayerNorm,
}

/// A loaded encoder.
pub(crate) struct Bert {
    config: Config,
    words: Matrix,
    positions: Matrix,
    /// Of the first kind of text, the only one that is used.
    kind: Vec<f32>,
    norm: LayerNorm,
    layers: Vec<Layer>,
}

impl Bert {
    /// Loads all weights; names are those of `BertModel`.
    pub(crate) fn load(tensors: &mut Tensors<'_>, config: Config) -> Result<Self, Error> {
        let c = &config;
        let (width, epsilon) = (c.width, c.epsilon);
        let words = tensors.table("embeddings.word_embeddings.weight", c.vocabulary, width)?;
        let positions =
            tensors.table("embeddings.position_embeddings.weight", c.positions, width)?;
        // How many kinds there are differs between releases.
        let kinds = tensors.rows("embeddings.token_type_embeddings.weight")?;
        let kinds = tensors.table("embeddings.token_type_embeddings.weight", kinds, width)?;
        let mut kind = vec![0.0; width];
        kinds.row(0, &mut kind);
        let norm = LayerNorm::load(tensors, "embeddings.LayerNorm", width, epsilon)?;
        let mut layers = Vec::new();
        for index in 0..c.layers {
            let name = |part: &str| format!("encoder.layer.{index}.{part}");
            layers.push(Layer {
                query: Linear::load(tensors, &name("attention.self.query"), width, width)?,
                key: Linear::load(tensors, &name("attention.self.key"), width, width)?,
                value: Linear::load(tensors, &name("attention.self.value"), width, width)?,
                out: Linear::load(tensors, &name("attention.output.dense"), width, width)?,
                attention_norm: LayerNorm::load(
                    tensors,
                    &name("attention.output.LayerNorm"),
                    width,
                    epsilon,
                )?,
                up: Linear::load(tensors, &name("intermediate.dense"), c.hidden, width)?,
                down: Linear::load(tensors, &name("output.dense"), width, c.hidden)?,
                norm: LayerNorm::load(tensors, &name("output.LayerNorm"), width, epsilon)?,
            });
        }
        Ok(Self { config, words, positions, kind, norm, layers })
    }

    /// Numbers of a token's state.
    pub(crate) fn width(&self) -> usize {
        self.config.width
    }

    /// Tokens that fit.
    pub(crate) fn most_tokens(&self) -> usize {
        self.config.most_tokens()
    }

    /// The last states of a text of at most [`Config::most_tokens`] ids below the vocabulary's size.
    pub(crate) fn forward(&self, ids: &[u32]) -> candle_core::Result<Rows> {
        let c = &self.config;
        if ids.is_empty() || ids.len() > c.most_tokens() {
            candle_core::bail!("{} tokens where 1 to {} fit", ids.len(), c.most_tokens());
        }
        let mut x = Rows::zeros(ids.len(), c.width);
        let mut position = vec![0.0; c.width];
        for (index, (&id, row)) in
            ids.iter().zip(x.data_mut().chunks_exact_mut(c.width)).enumerate()
        {
            if id as usize >= c.vocabulary {
                candle_core::bail!("there is no token {id}");
            }
            self.words.row(id as usize, row);
            self.positions.row(c.first_position + index, &mut position);
            for ((value, position), kind) in row.iter_mut().zip(&position).zip(&self.kind) {
                *value += position + kind;
            }
        }
        let mut x = self.norm.forward(&x);
        let dim = c.width / c.heads;
        let heads = Heads { count: c.heads, dim, scale: (dim as f32).sqrt().recip() };
        for layer in &self.layers {
            let (query, key, value) =
                (layer.query.forward(&x)?, layer.key.forward(&x)?, layer.value.forward(&x)?);
            let mixed = heads.attend(&query, key.data(), value.data(), &|_, _| &[]);
            x.add(&layer.out.forward(&mixed)?);
            x = layer.attention_norm.forward(&x);
            let mut inner = layer.up.forward(&x)?;
            if c.tanh_gelu {
                kernels::gelu(inner.data_mut());
            } else {
                kernels::gelu_exact(inner.data_mut());
            }
            x.add(&layer.down.forward(&inner)?);
            x = layer.norm.forward(&x);
        }
        Ok(x)
    }
}
