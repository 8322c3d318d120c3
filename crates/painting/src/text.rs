//! Words to an embedding: CLIP's tokenizer and the text half of CLIP.
//!
//! candle's own CLIP can only be made in its presets' shapes, and one of these has the approximate GELU where the model's own description
//! asks for the exact one; so this one is read from the description.

use std::path::Path;

use candle_core::{DType, Device, Module as _, Tensor};
use candle_nn::LayerNorm;
use serde_json::Value;
use tokenizers::models::bpe::{BPE, Merges, Vocab};
use tokenizers::normalizers::replace::ReplacePattern;
use tokenizers::normalizers::{Lowercase, NFC, Replace, Sequence as Normalizers};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::sequence::Sequence as Steps;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{SplitDelimiterBehavior, Tokenizer};

use crate::Error;
use crate::attention::{join, split};
use crate::config::TextConfig;
use crate::layers::{Linear, layer_norm};
use crate::tensors::{At, Source};

/// CLIP's has 49,408 tokens and as many merges; lists of either are a megabyte.
const MOST_TOKENS: usize = 1 << 18;
const MAX_LIST: u64 = 16 << 20;
/// Most commas and brackets of such a list: each may stand for a value, which takes many times its byte. A merge has three.
const MAX_PARTS: usize = 4 * MOST_TOKENS;
/// Longest prompt that is looked at, in bytes: 75 tokens are far fewer.
const MAX_PROMPT: usize = 4096;
/// What CLIP's words are cut into before pairs are merged (openai/CLIP, `simple_tokenizer.py`).
const PARTS: &str = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";
const BEGIN: &str = "<|startoftext|>";
const END: &str = "<|endoftext|>";

/// Words to tokens.
pub(crate) struct Words {
    tokenizer: Tokenizer,
    begin: u32,
    end: u32,
    pad: u32,
    length: usize,
}

impl Words {
    /// Reads the `tokenizer` folder of a model: pairs and their order are taken from it, the rest is CLIP's own.
    pub(crate) fn load(model: &Path, config: &TextConfig) -> Result<Self, Error> {
        let folder = model.join("tokenizer");
        let (vocabulary, merges) = lists(&folder)?;
        let id = |token: &str| -> Result<u32, Error> {
            let id = vocabulary.get(token).copied();
            id.ok_or_else(|| Error::damaged(&folder, format!("it has no token `{token}`")))
        };
        let (begin, end) = (id(BEGIN)?, id(END)?);
        let pad = id(&padding(&folder))?;
        if vocabulary.values().any(|id| *id as usize >= config.vocabulary) {
            let reason =
                format!("it has tokens beyond the {} that the model knows", config.vocabulary);
            return Err(Error::damaged(&folder, reason));
        }
        let broken = |error: tokenizers::Error| Error::damaged(&folder, error.to_string());
        let model = BPE::builder()
            .vocab_and_merges(vocabulary, merges)
            .unk_token(END.to_owned())
            .end_of_word_suffix("</w>".to_owned())
            .build()
            .map_err(broken)?;
        let mut tokenizer = Tokenizer::new(model);
        let spaces = Replace::new(ReplacePattern::Regex(r"\s+".to_owned()), " ").map_err(broken)?;
        let normal = Normalizers::new(vec![NFC.into(), spaces.into(), Lowercase.into()]);
        tokenizer.with_normalizer(Some(normal)).map_err(broken)?;
        let parts = SplitPattern::Regex(PARTS.to_owned());
        let parts = Split::new(parts, SplitDelimiterBehavior::Removed, true).map_err(broken)?;
        let bytes = ByteLevel::new(false, true, true);
        tokenizer.with_pre_tokenizer(Some(Steps::new(vec![parts.into(), bytes.into()])));
        Ok(Self { tokenizer, begin, end, pad, length: config.positions.min(77) })
    }

    /// As many tokens as the model takes: what is too long is cut, what is too short filled up.
    pub(crate) fn tokens(&self, text: &str) -> Result<Vec<u32>, Error> {
        let mut cut = text.len().min(MAX_PROMPT);
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        let encoded = self.tokenizer.encode_fast(&text[..cut], false);
        let encoded = encoded.map_err(|error| Error::Stopped(error.to_string()))?;
        let mut ids = vec![self.begin];
        ids.extend(encoded.get_ids().iter().take(self.length.saturating_sub(2)));
        ids.push(self.end);
        ids.resize(self.length, self.pad);
        Ok(ids)
    }
}

/// Which token fills up: the model's own for some, `!` for others.
fn padding(folder: &Path) -> String {
    for name in ["tokenizer_config.json", "special_tokens_map.json"] {
        let Ok(value) = crate::folder::json(folder, name) else { continue };
        let pad = &value["pad_token"];
        if let Some(word) = pad.as_str().or_else(|| pad["content"].as_str()) {
            return word.to_owned();
        }
    }
    END.to_owned()
}

/// Tokens and merges, from the two lists or, where these are left out, from `tokenizer.json`. Nothing else of that is followed.
fn lists(folder: &Path) -> Result<(Vocab, Merges), Error> {
    let whole = folder.join("tokenizer.json");
    let (vocabulary, merges) = if folder.join("vocab.json").is_file() {
        let merges = String::from_utf8_lossy(&bounded(&folder.join("merges.txt"))?).into_owned();
        let merges: Option<Merges> = merges
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with("#version"))
            .take(MOST_TOKENS + 1)
            .map(|line| line.split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned())))
            .collect();
        (parsed(&folder.join("vocab.json"))?, merges)
    } else if whole.is_file() {
        let mut value = parsed(&whole)?;
        let pair = |value: &Value| match value {
            Value::String(line) => line.split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned())),
            value => Some((value[0].as_str()?.to_owned(), value[1].as_str()?.to_owned())),
        };
        let merges =
            value["model"]["merges"].as_array().and_then(|all| all.iter().map(pair).collect());
        (value.pointer_mut("/model/vocab").map(Value::take).unwrap_or_default(), merges)
    } else {
        return Err(Error::Missing { path: folder.to_owned(), part: "vocab.json".to_owned() });
    };
    let words = vocabulary.as_object().filter(|all| (2..=MOST_TOKENS).contains(&all.len()));
    let words: Option<Vocab> = words.and_then(|all| {
        all.iter()
            .map(|(word, id)| Some((word.clone(), u32::try_from(id.as_u64()?).ok()?)))
            .collect()
    });
    match (words, merges) {
        (Some(words), Some(merges)) if merges.len() <= MOST_TOKENS => Ok((words, merges)),
        _ => Err(Error::damaged(folder, "its lists of tokens cannot be read")),
    }
}

fn bounded(path: &Path) -> Result<Vec<u8>, Error> {
    let broken = |error: std::io::Error| Error::damaged(path, error.to_string());
    match path.metadata().map_err(broken)?.len() {
        0..=MAX_LIST => std::fs::read(path).map_err(broken),
        long => Err(Error::damaged(path, format!("a list of tokens has no {long} bytes"))),
    }
}

fn parsed(path: &Path) -> Result<Value, Error> {
    let bytes = bounded(path)?;
    if bytes.iter().filter(|byte| b",[{".contains(byte)).count() > MAX_PARTS {
        return Err(Error::damaged(path, "it holds far more than a list of tokens"));
    }
    serde_json::from_slice(&bytes).map_err(|error| Error::damaged(path, error.to_string()))
}

struct Layer {
    norms: [LayerNorm; 2],
    /// Query, key, value, out.
    products: [Linear; 4],
    into: Linear,
    out: Linear,
}

/// The text half of CLIP, loaded.
pub(crate) struct TextEncoder {
    tokens: Tensor,
    positions: Tensor,
    layers: Vec<Layer>,
    norm: LayerNorm,
    heads: usize,
    quick: bool,
}

impl TextEncoder {
    pub(crate) fn load(source: Source<'_>, config: &TextConfig) -> Result<Self, Error> {
        let root = source.root();
        // transformers leaves the outer name away since its fifth version.
        let nested = root.at("text_model");
        let model = if nested.has("final_layer_norm.weight") { nested } else { root };
        let layer = |index: usize| -> Result<Layer, Error> {
            let at = model.at("encoder.layers").at(index);
            let square = |name: &str| -> Result<Linear, Error> {
                let at: At<'_> = at.at("self_attn").at(name);
                Linear::load(&at, config.width, config.width, true)
            };
            Ok(Layer {
                norms: [
                    layer_norm(&at.at("layer_norm1"), config.width, config.eps)?,
                    layer_norm(&at.at("layer_norm2"), config.width, config.eps)?,
                ],
                products: [
                    square("q_proj")?,
                    square("k_proj")?,
                    square("v_proj")?,
                    square("out_proj")?,
                ],
                into: Linear::load(&at.at("mlp.fc1"), config.width, config.inner, true)?,
                out: Linear::load(&at.at("mlp.fc2"), config.inner, config.width, true)?,
            })
        };
        let tables = model.at("embeddings");
        Ok(Self {
            tokens: tables.get("token_embedding.weight", &[config.vocabulary, config.width])?,
            positions: tables
                .get("position_embedding.weight", &[config.positions, config.width])?,
            layers: (0..config.layers).map(layer).collect::<Result<_, _>>()?,
            norm: layer_norm(&model.at("final_layer_norm"), config.width, config.eps)?,
            heads: config.heads,
            quick: config.quick,
        })
    }

    /// (1, length, width) of tokens.
    pub(crate) fn forward(&self, tokens: &[u32]) -> Result<Tensor, Error> {
        let device = self.tokens.device();
        let length = tokens.len();
        let ids = Tensor::new(tokens, device)?;
        let rows = self.tokens.index_select(&ids, 0)?.to_dtype(DType::F32)?;
        let places = self.positions.narrow(0, 0, length)?.to_dtype(DType::F32)?;
        let mut x = (rows + places)?.unsqueeze(0)?;
        let mask = mask(length, device)?;
        for layer in &self.layers {
            let normed = layer.norms[0].forward(&x)?;
            let [query, key, value, out] = &layer.products;
            let heads = |product: &Linear| split(&product.forward(&normed)?, self.heads);
            let (query, key, value) = (heads(query)?, heads(key)?, heads(value)?);
            let scale = 1.0 / (query.dim(2)? as f64).sqrt();
            let scores = (query.matmul(&key.t()?.contiguous()?)? * scale)?.broadcast_add(&mask)?;
            let seen = candle_nn::ops::softmax_last_dim(&scores)?.matmul(&value)?;
            x = (&x + out.forward(&join(&seen)?)?)?;
            let inner = layer.into.forward(&layer.norms[1].forward(&x)?)?;
            let inner = if self.quick {
                (&inner * candle_nn::ops::sigmoid(&(&inner * 1.702)?)?)?
            } else {
                inner.gelu_erf()?
            };
            x = (&x + layer.out.forward(&inner)?)?;
        }
        Ok(self.norm.forward(&x)?)
    }
}

/// No token sees what comes behind it.
fn mask(length: usize, device: &Device) -> Result<Tensor, Error> {
    let rows = (0..length)
        .flat_map(|row| (0..length).map(move |at| if at > row { f32::NEG_INFINITY } else { 0.0 }));
    Ok(Tensor::from_vec(rows.collect::<Vec<f32>>(), (1, length, length), device)?)
}
