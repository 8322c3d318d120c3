//! Models made of noise, for benches and tests: the right shapes and block formats, nothing learned.
//!
//! Speed does not depend on what the weights say, so a bench needs no download.

mod folder;
mod words;

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use candle_core::quantized::gguf_file::{self, Value};
use candle_core::quantized::{GgmlDType, QStorage, QTensor};
use candle_core::{Device, Result, Tensor};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

pub use self::folder::write_folder;

/// What the model looks like.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// `llama`, `qwen2` or `qwen3`.
    pub architecture: &'static str,
    /// Blocks.
    pub layers: usize,
    /// Width of the residual stream.
    pub width: usize,
    /// Width of the feed-forward part.
    pub hidden: usize,
    /// Query heads.
    pub heads: usize,
    /// Key and value heads.
    pub kv_heads: usize,
    /// Numbers a head.
    pub head_dim: usize,
    /// Tokens: 256 bytes, four others, the rest unused, or words and their merges where it is a large vocabulary.
    pub vocabulary: usize,
    /// Longest text.
    pub context: u32,
    /// Block format of the matrices.
    pub format: GgmlDType,
    /// Block format of the embeddings, which are the output, too.
    pub embedding_format: GgmlDType,
    /// A text as the model will read it: beginnings of its words are tokens of a large vocabulary, so that such texts are about as
    /// many tokens as a real one makes of them. Empty: a text is nearly as many tokens as letters.
    pub reads: String,
}

/// Sizes of Qwen3, by their billions of weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Size {
    /// 0.6
    #[default]
    B0_6,
    /// 1.7
    B1_7,
    /// 4
    B4,
    /// 8, but for an output matrix of its own
    B8,
}

impl std::str::FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        Ok(match text.to_lowercase().trim_end_matches('b') {
            "0.6" => Self::B0_6,
            "1.7" => Self::B1_7,
            "4" => Self::B4,
            "8" => Self::B8,
            _ => {
                return Err(format!(
                    "there is no noise of the size `{text}`; sizes are 0.6b, 1.7b, 4b and 8b"
                ));
            }
        })
    }
}

impl Shape {
    /// Qwen3-0.6B as Q4_K_M stores it, except that its 6-bit layers are 4-bit, too.
    pub fn qwen3_0_6b() -> Self {
        Self {
            architecture: "qwen3",
            layers: 28,
            width: 1024,
            hidden: 3072,
            heads: 16,
            kv_heads: 8,
            head_dim: 128,
            vocabulary: 151_936,
            context: 40_960,
            format: GgmlDType::Q4K,
            embedding_format: GgmlDType::Q6K,
            reads: String::new(),
        }
    }

    /// A Qwen3 of this size, in the same formats.
    pub fn qwen3(size: Size) -> Self {
        let of = |layers, width, hidden, heads| Self {
            layers,
            width,
            hidden,
            heads,
            ..Self::qwen3_0_6b()
        };
        match size {
            Size::B0_6 => Self::qwen3_0_6b(),
            Size::B1_7 => of(28, 2048, 6144, 16),
            Size::B4 => of(36, 2560, 9728, 32),
            Size::B8 => of(36, 4096, 12_288, 32),
        }
    }

    /// The same in half floats (bf16).
    #[must_use]
    pub fn in_halves(self) -> Self {
        Self { format: GgmlDType::BF16, embedding_format: GgmlDType::BF16, ..self }
    }

    /// Five shapes between a few million and a billion and a half weights, of three families and several block formats, each
    /// with a name: what memory is planned for is measured with them.
    pub fn five() -> [(&'static str, Self); 5] {
        let large =
            |architecture, layers, width, hidden, heads, kv_heads, head_dim, vocabulary| Self {
                architecture,
                layers,
                width,
                hidden,
                heads,
                kv_heads,
                head_dim,
                vocabulary,
                ..Self::qwen3_0_6b()
            };
        [
            ("llama, 8 layers of 256, Q8_0", Self::mini()),
            (
                "llama, 32 layers of 960, Q8_0",
                Self {
                    format: GgmlDType::Q8_0,
                    embedding_format: GgmlDType::Q8_0,
                    ..large("llama", 32, 960, 2560, 15, 5, 64, 49_152)
                },
            ),
            ("qwen3, 28 layers of 1024, Q4_K", Self::qwen3_0_6b()),
            ("llama, 16 layers of 2048, Q4_K", large("llama", 16, 2048, 8192, 32, 8, 64, 128_256)),
            ("qwen2, 28 layers of 1536, Q4_K", large("qwen2", 28, 1536, 8960, 12, 2, 128, 151_936)),
        ]
    }

    /// About as large as the model in the box.
    pub fn mini() -> Self {
        Self {
            architecture: "llama",
            layers: 8,
            width: 256,
            hidden: 768,
            heads: 8,
            kv_heads: 4,
            head_dim: 32,
            vocabulary: 4096,
            context: 1024,
            format: GgmlDType::Q8_0,
            embedding_format: GgmlDType::Q8_0,
            reads: String::new(),
        }
    }

    /// A few thousand numbers, for tests.
    pub fn tiny(architecture: &'static str) -> Self {
        Self {
            architecture,
            layers: 2,
            width: 32,
            hidden: 64,
            heads: 4,
            kv_heads: 2,
            head_dim: 8,
            vocabulary: 264,
            context: 256,
            format: GgmlDType::F32,
            embedding_format: GgmlDType::F32,
            reads: String::new(),
        }
    }
}

/// From so many tokens on a vocabulary has a merge for each of its words.
const LARGE_VOCABULARY: usize = 10_000;
/// Blocks that have noise of their own; those behind them repeat it, so that eight billion weights need not be held to be written.
const OWN_BLOCKS: usize = 4;
/// Token ids of the special tokens, behind the 256 bytes.
const BOS: u32 = 256;
const EOS: u32 = 257;

/// Writes a model. The same seed gives the same file.
pub fn write(path: &Path, shape: &Shape, seed: u64) -> Result<()> {
    let mut noise = Noise { rng: ChaCha8Rng::seed_from_u64(seed) };
    let s = shape;
    let (q, kv) = (s.heads * s.head_dim, s.kv_heads * s.head_dim);
    let embedding = noise.matrix(s.vocabulary, s.width, s.embedding_format)?;
    let output_norm = ones(s.width)?;
    let mut blocks: Vec<Vec<(&str, QTensor)>> = Vec::new();
    for _ in 0..s.layers.min(OWN_BLOCKS) {
        let mut block = Vec::new();
        let mut add = |name, tensor| block.push((name, tensor));
        add("attn_norm.weight", ones(s.width)?);
        add("attn_q.weight", noise.matrix(q, s.width, s.format)?);
        add("attn_k.weight", noise.matrix(kv, s.width, s.format)?);
        add("attn_v.weight", noise.matrix(kv, s.width, s.format)?);
        add("attn_output.weight", noise.matrix(s.width, q, s.format)?);
        add("ffn_norm.weight", ones(s.width)?);
        add("ffn_gate.weight", noise.matrix(s.hidden, s.width, s.format)?);
        add("ffn_up.weight", noise.matrix(s.hidden, s.width, s.format)?);
        add("ffn_down.weight", noise.matrix(s.width, s.hidden, s.format)?);
        match s.architecture {
            "qwen3" => {
                add("attn_q_norm.weight", ones(s.head_dim)?);
                add("attn_k_norm.weight", ones(s.head_dim)?);
            }
            "qwen2" => {
                add("attn_q.bias", noise.vector(q)?);
                add("attn_k.bias", noise.vector(kv)?);
                add("attn_v.bias", noise.vector(kv)?);
            }
            _ => {}
        }
        blocks.push(block);
    }
    let of_blocks = (0..s.layers).flat_map(|layer| {
        let block = &blocks[layer % OWN_BLOCKS];
        block.iter().map(move |(name, tensor)| (format!("blk.{layer}.{name}"), tensor))
    });
    let all: Vec<(String, &QTensor)> = [("token_embd.weight".to_owned(), &embedding)]
        .into_iter()
        .chain([("output_norm.weight".to_owned(), &output_norm)])
        .chain(of_blocks)
        .collect();
    let metadata = metadata(shape);
    let metadata: Vec<(&str, &Value)> = metadata.iter().map(|(k, v)| (k.as_str(), v)).collect();
    let tensors: Vec<(&str, &QTensor)> = all.iter().map(|(k, t)| (k.as_str(), *t)).collect();
    let mut file = BufWriter::new(File::create(path)?);
    gguf_file::write(&mut file, &metadata, &tensors)
}

/// Writes an adapter of noise for all products of such a model, as PEFT would: halves of floats, weak enough to change little.
pub fn write_adapter(folder: &Path, shape: &Shape, rank: usize, seed: u64) -> std::io::Result<()> {
    let mut noise = Noise { rng: ChaCha8Rng::seed_from_u64(seed) };
    let (q, kv) = (shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim);
    let (mut header, mut data) = (serde_json::Map::new(), Vec::new());
    for layer in 0..shape.layers {
        for (name, inputs, outputs) in [
            ("self_attn.q_proj", shape.width, q),
            ("self_attn.k_proj", shape.width, kv),
            ("self_attn.v_proj", shape.width, kv),
            ("self_attn.o_proj", q, shape.width),
            ("mlp.gate_proj", shape.width, shape.hidden),
            ("mlp.up_proj", shape.width, shape.hidden),
            ("mlp.down_proj", shape.hidden, shape.width),
        ] {
            for (half, rows, columns) in [("A", rank, inputs), ("B", outputs, rank)] {
                let start = data.len();
                let numbers = noise.numbers(rows * columns, 0.01);
                data.extend(numbers.iter().flat_map(|n| half::f16::from_f32(*n).to_le_bytes()));
                let name =
                    format!("base_model.model.model.layers.{layer}.{name}.lora_{half}.weight");
                let place = serde_json::json!({
                    "dtype": "F16", "shape": [rows, columns], "data_offsets": [start, data.len()],
                });
                header.insert(name, place);
            }
        }
    }
    let header = serde_json::Value::Object(header).to_string();
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend_from_slice(header.as_bytes());
    file.extend_from_slice(&data);
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("adapter_model.safetensors"), file)?;
    let config = serde_json::json!({ "peft_type": "LORA", "r": rank, "lora_alpha": rank });
    std::fs::write(folder.join("adapter_config.json"), config.to_string())
}

/// The letter that stands for a byte in GPT-2's vocabularies.
fn alphabet(byte: u8) -> char {
    match byte {
        0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff => char::from(byte),
        0..=0x20 => char::from_u32(0x100 + u32::from(byte)).unwrap_or(' '),
        0x7f..=0xa0 => char::from_u32(0x121 + u32::from(byte) - 0x7f).unwrap_or(' '),
        0xad => '\u{143}',
    }
}

fn metadata(s: &Shape) -> Vec<(String, Value)> {
    let mut tokens: Vec<Value> =
        (0..=255).map(|b| Value::String(alphabet(b).to_string())).collect();
    let mut kinds = vec![Value::I32(1); 256];
    for special in ["<|begin|>", "<|im_end|>", "<|im_start|>"] {
        tokens.push(Value::String(special.into()));
        kinds.push(Value::I32(3));
    }
    // A byte-level vocabulary needs a merge to be one; this one is rare in any text.
    tokens.push(Value::String("QZ".into()));
    kinds.push(Value::I32(1));
    let mut merges = vec![Value::String("Q Z".into())];
    if s.vocabulary >= LARGE_VOCABULARY {
        // Loading takes what it takes with as many merges as a real one has.
        for (a, b) in words::merges(&s.reads, s.vocabulary - tokens.len()) {
            tokens.push(Value::String(format!("{a}{b}")));
            kinds.push(Value::I32(1));
            merges.push(Value::String(format!("{a} {b}")));
        }
    }
    for id in tokens.len()..s.vocabulary {
        tokens.push(Value::String(format!("<|unused_{id}|>")));
        kinds.push(Value::I32(5));
    }
    let own = |key: &str| format!("{}.{key}", s.architecture);
    let number = |n: usize| Value::U32(n as u32);
    vec![
        ("general.architecture".into(), Value::String(s.architecture.into())),
        ("general.name".into(), Value::String("noise".into())),
        (own("block_count"), number(s.layers)),
        (own("context_length"), Value::U32(s.context)),
        (own("embedding_length"), number(s.width)),
        (own("feed_forward_length"), number(s.hidden)),
        (own("attention.head_count"), number(s.heads)),
        (own("attention.head_count_kv"), number(s.kv_heads)),
        (own("attention.key_length"), number(s.head_dim)),
        (own("attention.value_length"), number(s.head_dim)),
        (own("attention.layer_norm_rms_epsilon"), Value::F32(1e-6)),
        (own("rope.freq_base"), Value::F32(10_000.0)),
        ("tokenizer.ggml.model".into(), Value::String("gpt2".into())),
        ("tokenizer.ggml.pre".into(), Value::String("gpt-2".into())),
        ("tokenizer.ggml.tokens".into(), Value::Array(tokens)),
        ("tokenizer.ggml.token_type".into(), Value::Array(kinds)),
        ("tokenizer.ggml.merges".into(), Value::Array(merges)),
        ("tokenizer.ggml.bos_token_id".into(), Value::U32(BOS)),
        ("tokenizer.ggml.eos_token_id".into(), Value::U32(EOS)),
        ("tokenizer.ggml.add_bos_token".into(), Value::Bool(true)),
    ]
}

fn ones(length: usize) -> Result<QTensor> {
    QTensor::quantize(&Tensor::ones(length, candle_core::DType::F32, &Device::Cpu)?, GgmlDType::F32)
}

struct Noise {
    rng: ChaCha8Rng,
}

impl Noise {
    fn numbers(&mut self, count: usize, scale: f32) -> Vec<f32> {
        (0..count).map(|_| (self.rng.random::<f32>() * 2.0 - 1.0) * scale).collect()
    }

    fn vector(&mut self, length: usize) -> Result<QTensor> {
        let numbers = Tensor::from_vec(self.numbers(length, 0.1), length, &Device::Cpu)?;
        QTensor::quantize(&numbers, GgmlDType::F32)
    }

    /// Up to 512 rows are real noise; larger matrices repeat them, as quantising hundreds of millions of numbers takes long.
    fn matrix(&mut self, rows: usize, columns: usize, format: GgmlDType) -> Result<QTensor> {
        let fresh = rows.min(512);
        let scale = (3.0 / columns as f32).sqrt();
        let numbers =
            Tensor::from_vec(self.numbers(fresh * columns, scale), (fresh, columns), &Device::Cpu)?;
        let block = QTensor::quantize(&numbers, format)?;
        if fresh == rows {
            return Ok(block);
        }
        let block = block.data()?;
        let row = block.len() / fresh;
        let bytes: Vec<u8> = block.iter().copied().cycle().take(row * rows).collect();
        // Blocks hold half floats and f32; a vector of this size is aligned for them.
        QTensor::new(QStorage::from_data(bytes.into(), &Device::Cpu, format)?, (rows, columns))
    }
}
