//! From a model's files to a decoder that can be trained.
//!
//! Whatever the files are, the decoder is in transformers' order and under transformers' names, because adapters are: llama.cpp
//! stores query and key rows of Llama models in another order, which is undone here and done again when a GGUF is written.

use std::path::Path;
use std::sync::{Arc, Mutex};

use candle_core::quantized::{GgmlDType, QStorage, QTensor};
use candle_core::{Device, Tensor, Var};
use llm::{Anatomy, Vocabulary};
use weights::{Checkpoint, Container, Entry};

use super::{Block, Common, Decoder, FeedForward, Linear, Norm, Projections, Weight};
use crate::Error;
use crate::ops::{Angles, Frozen};

/// How the base is kept in memory while something is trained on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BaseFormat {
    /// As f32: the fastest.
    #[default]
    Dense,
    /// In the blocks of a GGUF file, widened for each product: a quarter to an eighth of the memory, slower (like QLoRA).
    Blocks,
    /// As f32, and all of it trained.
    Trained,
}

/// A base model that was read.
pub struct Loaded {
    /// What is trained, or trained on.
    pub decoder: Decoder,
    /// Its vocabulary.
    pub vocabulary: Vocabulary,
    /// The system prompt that a very small model was tuned with (`{{char}}` in it).
    pub system_prompt: Option<String>,
}

/// The name of a tensor in a GGUF file by the name that transformers gives it.
pub(crate) fn gguf_name(name: &str) -> Option<String> {
    let outside = match name {
        "model.embed_tokens.weight" | "transformer.wte.weight" => Some("token_embd.weight"),
        "transformer.wpe.weight" => Some("position_embd.weight"),
        "model.norm.weight" | "transformer.ln_f.weight" => Some("output_norm.weight"),
        "transformer.ln_f.bias" => Some("output_norm.bias"),
        "lm_head.weight" => Some("output.weight"),
        _ => None,
    };
    if let Some(name) = outside {
        return Some(name.to_owned());
    }
    let rest =
        name.strip_prefix("model.layers.").or_else(|| name.strip_prefix("transformer.h."))?;
    let (index, rest) = rest.split_once('.')?;
    let (path, suffix) = rest.rsplit_once('.')?;
    let path = match path {
        "input_layernorm" | "ln_1" => "attn_norm",
        "self_attn.q_proj" => "attn_q",
        "self_attn.k_proj" => "attn_k",
        "self_attn.v_proj" => "attn_v",
        "attn.c_attn" => "attn_qkv",
        "self_attn.q_norm" => "attn_q_norm",
        "self_attn.k_norm" => "attn_k_norm",
        "self_attn.o_proj" | "attn.c_proj" => "attn_output",
        "post_attention_layernorm" | "ln_2" => "ffn_norm",
        "mlp.gate_proj" => "ffn_gate",
        "mlp.up_proj" | "mlp.c_fc" => "ffn_up",
        "mlp.down_proj" | "mlp.c_proj" => "ffn_down",
        _ => return None,
    };
    Some(format!("blk.{index}.{path}.{suffix}"))
}

/// The row of llama.cpp's order that stands in row `row` of transformers' order, for heads of `head_dim`.
pub(crate) fn interleaved_row(row: usize, head_dim: usize) -> usize {
    let (head, at) = (row / head_dim, row % head_dim);
    let half = head_dim / 2;
    head * head_dim + if at < half { 2 * at } else { 2 * (at - half) + 1 }
}

/// Reads the tensors of one model.
struct Reader<'a> {
    file: &'a Checkpoint,
    anatomy: &'a Anatomy,
    format: BaseFormat,
    device: &'a Device,
    progress: &'a mut dyn FnMut(f32),
    done: u64,
    total: u64,
}

impl Reader<'_> {
    /// The name in the file.
    fn name(&self, name: &str) -> Option<String> {
        if self.file.container == Container::Gguf {
            return gguf_name(name).filter(|name| self.file.get(name).is_some());
        }
        // Bare models leave the first part out.
        let bare = name.split_once('.').map_or(name, |(_, rest)| rest);
        [name, bare].into_iter().find(|name| self.file.get(name).is_some()).map(str::to_owned)
    }

    fn require(&self, name: &str, shape: &[usize]) -> Result<Entry, Error> {
        let missing = || self.file.damaged(format!("it lacks the tensor `{name}`"));
        let entry = self.file.require(&self.name(name).ok_or_else(missing)?)?;
        let fits = entry.shape.len() == shape.len()
            && entry.shape.iter().zip(shape).all(|(&a, &b)| a == b as u64);
        if !fits {
            return Err(self
                .file
                .damaged(format!(
                    "its tensor `{name}` has the shape {:?} where {shape:?} is needed",
                    entry.shape
                ))
                .into());
        }
        Ok(entry.clone())
    }

    fn bytes(&mut self, entry: &Entry) -> Result<Vec<u8>, Error> {
        let mut bytes = vec![0; entry.bytes() as usize];
        self.file.read(entry, &mut bytes)?;
        self.done += entry.bytes();
        (self.progress)((self.done as f32 / self.total.max(1) as f32).min(1.0));
        Ok(bytes)
    }

    /// Whether query and key rows of this file must be brought into transformers' order.
    fn reorders(&self, name: &str) -> bool {
        self.anatomy.interleaved && (name.contains("q_proj") || name.contains("k_proj"))
    }

    /// Numbers of a tensor as blocks of candle's, in transformers' order.
    fn blocks(&mut self, name: &str, shape: &[usize]) -> Result<QTensor, Error> {
        let entry = self.require(name, shape)?;
        let mut bytes = self.bytes(&entry)?;
        let format = llm::ggml(entry.dtype);
        let plain =
            format.is_none_or(|f| matches!(f, GgmlDType::F16 | GgmlDType::BF16 | GgmlDType::F32));
        let format = format.filter(|_| !plain).unwrap_or(GgmlDType::F32);
        if plain {
            let mut numbers = Vec::with_capacity(entry.elements() as usize);
            if !entry.dtype.widen(&bytes, &mut numbers) {
                let dtype = entry.dtype;
                return Err(self
                    .file
                    .unsupported(format!("its matrices are stored as {dtype:?}"))
                    .into());
            }
            bytes = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
        }
        if self.reorders(name) {
            let rows = shape[0];
            let row = bytes.len() / rows.max(1);
            let head_dim = self.anatomy.head_dim;
            bytes = (0..rows)
                .flat_map(|r| &bytes[interleaved_row(r, head_dim) * row..][..row])
                .copied()
                .collect();
        }
        // What stays in blocks is widened where it is used; plain numbers go there as they are.
        let stays = self.format == BaseFormat::Blocks && !plain && shape.len() == 2;
        let device = if stays { self.device } else { &Device::Cpu };
        let storage = QStorage::from_data(bytes.into(), device, format)?;
        Ok(QTensor::new(storage, shape)?)
    }

    fn dense(&mut self, name: &str, shape: &[usize]) -> Result<Tensor, Error> {
        let blocks = self.blocks(name, shape)?;
        Ok(blocks.dequantize(&blocks.device())?.to_device(self.device)?)
    }

    /// A vector, which is trained where all is.
    fn vector(&mut self, name: &str, length: usize) -> Result<Tensor, Error> {
        let tensor = self.dense(name, &[length])?;
        self.maybe_trained(tensor)
    }

    fn maybe_trained(&self, tensor: Tensor) -> Result<Tensor, Error> {
        if self.format == BaseFormat::Trained {
            return Ok(Var::from_tensor(&tensor)?.as_tensor().clone());
        }
        Ok(tensor)
    }

    fn weight(&mut self, name: &str, rows: usize, columns: usize) -> Result<Weight, Error> {
        // Conv1D of GPT-2 stands `[in, out]` in transformers' files.
        let turned = self.file.container != Container::Gguf && name.contains(".c_");
        if turned {
            let dense = self.dense(name, &[columns, rows])?.t()?.contiguous()?;
            return self.of_dense(dense);
        }
        let blocks = self.blocks(name, &[rows, columns])?;
        if self.format == BaseFormat::Blocks && blocks.dtype() != GgmlDType::F32 {
            return Ok(Weight::Frozen(Frozen::Blocks(Arc::new(blocks))));
        }
        let dense = blocks.dequantize(&Device::Cpu)?.to_device(self.device)?;
        self.of_dense(dense)
    }

    fn of_dense(&self, dense: Tensor) -> Result<Weight, Error> {
        Ok(match self.format {
            BaseFormat::Trained => Weight::Trained(Var::from_tensor(&dense)?),
            BaseFormat::Dense | BaseFormat::Blocks => Weight::Frozen(Frozen::Dense(dense)),
        })
    }

    fn linear(&mut self, path: String, rows: usize, columns: usize) -> Result<Linear, Error> {
        let weight = self.weight(&format!("{path}.weight"), rows, columns)?;
        let bias = format!("{path}.bias");
        let bias = match self.name(&bias) {
            Some(_) => Some(self.vector(&bias, rows)?),
            None => None,
        };
        Ok(Linear { name: path, weight, bias, adapter: None })
    }

    fn norm(&mut self, name: String, width: usize) -> Result<Norm, Error> {
        let weight = self.vector(&format!("{name}.weight"), width)?;
        let bias = format!("{name}.bias");
        let bias = match self.name(&bias) {
            Some(_) => Some(self.vector(&bias, width)?),
            None => None,
        };
        Ok(Norm { name, weight, bias })
    }

    fn block(&mut self, index: usize) -> Result<Block, Error> {
        let a = self.anatomy;
        let (q, kv) = (a.heads * a.head_dim, a.kv_heads * a.head_dim);
        if a.architecture == "gpt2" {
            let path = |name: &str| format!("transformer.h.{index}.{name}");
            return Ok(Block {
                attention_norm: self.norm(path("ln_1"), a.width)?,
                projections: Projections::Fused(self.linear(
                    path("attn.c_attn"),
                    q + 2 * kv,
                    a.width,
                )?),
                head_norms: None,
                attention_out: self.linear(path("attn.c_proj"), a.width, q)?,
                feed_forward_norm: self.norm(path("ln_2"), a.width)?,
                feed_forward: FeedForward::Plain {
                    up: self.linear(path("mlp.c_fc"), a.hidden, a.width)?,
                    down: self.linear(path("mlp.c_proj"), a.width, a.hidden)?,
                },
            });
        }
        let path = |name: &str| format!("model.layers.{index}.{name}");
        let query_norm = path("self_attn.q_norm");
        let head_norms = match self.name(&format!("{query_norm}.weight")) {
            Some(_) => Some([
                self.norm(query_norm, a.head_dim)?,
                self.norm(path("self_attn.k_norm"), a.head_dim)?,
            ]),
            None => None,
        };
        Ok(Block {
            attention_norm: self.norm(path("input_layernorm"), a.width)?,
            projections: Projections::Apart([
                self.linear(path("self_attn.q_proj"), q, a.width)?,
                self.linear(path("self_attn.k_proj"), kv, a.width)?,
                self.linear(path("self_attn.v_proj"), kv, a.width)?,
            ]),
            head_norms,
            attention_out: self.linear(path("self_attn.o_proj"), a.width, q)?,
            feed_forward_norm: self.norm(path("post_attention_layernorm"), a.width)?,
            feed_forward: FeedForward::Gated {
                gate: self.linear(path("mlp.gate_proj"), a.hidden, a.width)?,
                up: self.linear(path("mlp.up_proj"), a.hidden, a.width)?,
                down: self.linear(path("mlp.down_proj"), a.width, a.hidden)?,
            },
        })
    }
}

/// What all blocks of a shape share; angles for `positions` positions.
pub(super) fn common(anatomy: &Anatomy, positions: usize, dropout: f32) -> Arc<Common> {
    let angles = (!anatomy.frequencies.is_empty())
        .then(|| Angles::new(&anatomy.frequencies, anatomy.rotation_magnitude, positions))
        .map(Arc::new);
    Arc::new(Common {
        heads: anatomy.heads,
        kv_heads: anatomy.kv_heads,
        head_dim: anatomy.head_dim,
        scale: anatomy.attention_scale,
        epsilon: anatomy.norm_epsilon,
        windows: anatomy.windows.clone(),
        angles,
        dropout,
        sent: Mutex::default(),
    })
}

impl Decoder {
    /// Reads a base model for texts of up to `length` tokens. `progress` is called with 0..=1.
    pub fn load(
        path: &Path,
        format: BaseFormat,
        length: usize,
        device: &Device,
        progress: &mut dyn FnMut(f32),
    ) -> Result<Loaded, Error> {
        let file = Checkpoint::open(path)?;
        let anatomy = Anatomy::read(&file)?;
        let vocabulary = Vocabulary::read(&file)?;
        let system_prompt = file.metadata.str("hanashi.system_prompt").map(str::to_owned);
        let total = file.tensor_bytes();
        let mut reader =
            Reader { file: &file, anatomy: &anatomy, format, device, progress, done: 0, total };
        let gpt2 = anatomy.architecture == "gpt2";
        let embedding_name = if gpt2 { "transformer.wte" } else { "model.embed_tokens" };
        let table = format!("{embedding_name}.weight");
        let rows = reader
            .name(&table)
            .and_then(|name| file.get(&name))
            .and_then(|entry| entry.shape.first().copied())
            .filter(|rows| (1..u64::from(u32::MAX)).contains(rows))
            .ok_or_else(|| file.damaged(format!("it lacks the tensor `{table}`")))?
            as usize;
        if vocabulary.len() > rows {
            return Err(file
                .damaged(format!(
                    "its tokenizer has {} tokens and its embeddings are for {rows}",
                    vocabulary.len()
                ))
                .into());
        }
        let embedding = reader.weight(&table, rows, anatomy.width)?;
        let positions = if gpt2 {
            let name = "transformer.wpe".to_owned();
            let list =
                reader.dense(&format!("{name}.weight"), &[anatomy.context, anatomy.width])?;
            Some((name, reader.maybe_trained(list)?))
        } else {
            None
        };
        let blocks = (0..anatomy.layers)
            .map(|index| reader.block(index).map(Arc::new))
            .collect::<Result<Vec<_>, _>>()?;
        let norm = reader
            .norm(if gpt2 { "transformer.ln_f" } else { "model.norm" }.to_owned(), anatomy.width)?;
        let head = match reader.name("lm_head.weight") {
            // transformers ties GPT-2's whatever the file has.
            Some(_) if !gpt2 => Some(reader.linear("lm_head".to_owned(), rows, anatomy.width)?),
            _ => None,
        };
        let length = length.min(anatomy.context);
        let common = common(&anatomy, length, 0.0);
        let decoder = Self {
            common,
            embedding,
            embedding_name: embedding_name.to_owned(),
            positions,
            blocks,
            norm,
            head,
            device: device.clone(),
            anatomy,
        };
        Ok(Loaded { decoder, vocabulary, system_prompt })
    }
}
