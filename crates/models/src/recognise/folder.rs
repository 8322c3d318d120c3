//! A folder as Hugging Face lays it out: a description (`config.json`), a tokenizer, and weights as safetensors or PyTorch's
//! pickles, whole or in shards.
//!
//! Names, shapes and lengths are checked by `weights`, which follows a pickle only as far as it describes tensors: nothing in it is
//! executed. Numbers are not read.

use std::path::{Path, PathBuf};

use serde_json::Value;
use weights::{Checkpoint, Container, Dtype};

use super::Content;
use crate::Error;
use crate::footprint::{Plain, Shape};

/// The description, without which weights are numbers. It gets its name last when a folder is fetched or copied, so that a half of
/// one is never taken for a model.
pub(crate) const DESCRIPTION: &str = "config.json";

/// What may stand beside the weights and is used: how text becomes tokens, how a conversation is written, when a reply ends.
const COMPANIONS: [&str; 17] = [
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "tokenizer.model",
    "spiece.model",
    "sentencepiece.bpe.model",
    "vocab.json",
    "merges.txt",
    "vocab.txt",
    "special_tokens_map.json",
    "added_tokens.json",
    "chat_template.jinja",
    // ModelScope's own description: which pipeline a model was made for.
    "configuration.json",
    // sentence-transformers' own: how an encoder's tokens become a vector, and what stands before a question.
    "modules.json",
    "sentence_bert_config.json",
    "config_sentence_transformers.json",
    DESCRIPTION,
];
/// The one companion that lies in a folder of its own: how an encoder's tokens become one vector.
pub(crate) const POOLING: &str = "1_Pooling/config.json";
/// One of these is a tokenizer.
const TOKENIZERS: [&str; 6] = [
    "tokenizer.json",
    "tokenizer.model",
    "spiece.model",
    "sentencepiece.bpe.model",
    "vocab.json",
    "vocab.txt",
];
/// Terms, which stay with what they are about. In lower case, without an ending.
const TERMS: [&str; 5] = ["license", "licence", "model_license", "notice", "use_policy"];

/// `model_type` of what streams its replies. `llm` has the last word; a test of `app` holds both together.
const TALKS: [&str; 14] = [
    "llama",
    "mistral",
    "smollm3",
    "qwen2",
    "qwen3",
    "gemma",
    "gemma2",
    "gemma3",
    "gemma3_text",
    "phi3",
    "glm",
    "glm4",
    "chatglm",
    "gpt2",
];
/// `model_type` of what writes a reply as a whole.
const ANSWERS: [&str; 3] = ["t5", "mt5", "plug"];
/// `model_type` of what turns texts into vectors. `llm` has the last word here, too.
const ENCODES: [&str; 3] = ["bert", "roberta", "xlm-roberta"];
/// Others that do, and are not read.
const ENCODES_ELSEWHERE: [&str; 5] =
    ["distilbert", "mpnet", "nomic_bert", "modernbert", "deberta-v2"];
/// What stands behind the layers of a model that judges texts instead of turning them into vectors.
const JUDGES: [&str; 4] = [
    "ForSequenceClassification",
    "ForTokenClassification",
    "ForQuestionAnswering",
    "ForMultipleChoice",
];

/// Whether a folder may be such a model: a look at names alone.
pub(crate) fn looks_like(folder: &Path) -> bool {
    let weights = [
        "model.safetensors",
        "model.safetensors.index.json",
        "pytorch_model.bin",
        "pytorch_model.bin.index.json",
    ];
    folder.join(DESCRIPTION).is_file() && weights.iter().any(|name| folder.join(name).is_file())
}

/// Lists of shards.
pub(crate) const INDEXES: [&str; 2] =
    ["model.safetensors.index.json", "pytorch_model.bin.index.json"];

/// Whether a file of that name goes along with weights.
pub(crate) fn goes_along(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    COMPANIONS.contains(&name)
        || name == POOLING
        || INDEXES.contains(&name)
        || TERMS.contains(&stem.as_str())
}

pub(crate) fn read(folder: &Path) -> Result<Content, Error> {
    if !folder.join(DESCRIPTION).is_file() {
        return Err(Error::unsupported(
            folder,
            "is a folder without a model: it has no config.json",
            "name a folder that holds config.json, a tokenizer and the weights",
        ));
    }
    let file = Checkpoint::open(folder).map_err(|error| refused(folder, &error))?;
    let architecture = architecture(&file.config).ok_or_else(|| {
        Error::unsupported(
            folder,
            "holds a config.json that does not say what model it describes",
            "bring the folder as it was published",
        )
    })?;
    let answers = ANSWERS.contains(&architecture.as_str());
    if ENCODES_ELSEWHERE.contains(&architecture.as_str()) {
        return Err(Error::unsupported(
            folder,
            format!(
                "is a `{architecture}` model, which finds texts and which this version does not read"
            ),
            format!(
                "bring one of {} for that (E5, BGE or MiniLM, for example)",
                ENCODES.join(", ")
            ),
        ));
    }
    let encodes = ENCODES.contains(&architecture.as_str());
    if encodes && let Some(judge) = judges(&file.config) {
        return Err(Error::unsupported(
            folder,
            format!("is a `{judge}`, which judges texts and turns none into vectors"),
            "bring an encoder of the same family (E5, BGE or MiniLM, for example)",
        ));
    }
    if !encodes && !answers && !TALKS.contains(&architecture.as_str()) {
        return Err(Error::unsupported(
            folder,
            format!("is a `{architecture}` model, which this version does not know"),
            format!("bring one of {}, {}", TALKS.join(", "), ANSWERS.join(", ")),
        ));
    }
    if !TOKENIZERS.iter().any(|name| folder.join(name).is_file()) {
        return Err(Error::damaged(
            folder,
            "has no tokenizer beside its weights",
            "bring the whole folder: tokenizer.json, tokenizer.model, vocab.json with merges.txt, or vocab.txt",
        ));
    }
    let plain = plain(&file);
    if encodes {
        return Ok(Content::Encoder {
            architecture,
            bytes: plain.stored(),
            files: files(folder, &file)?,
        });
    }
    let shape = shape(&file.config, &architecture, &plain).map(Box::new);
    Ok(Content::Folder {
        architecture,
        pickle: file.container == Container::Pickle,
        answers,
        shape,
        plain,
        files: files(folder, &file)?,
    })
}

/// What a description says it is; PLUG's own has no type.
fn architecture(config: &Value) -> Option<String> {
    match config["model_type"].as_str() {
        Some(named) => Some(named.to_owned()),
        None if !config["dec_layers"].is_null() => Some("plug".to_owned()),
        None => None,
    }
}

/// The head of a model that judges texts, by its own description.
fn judges(config: &Value) -> Option<String> {
    let named = config["architectures"].as_array()?.iter().filter_map(Value::as_str);
    let mut judges = named.filter(|name| JUDGES.iter().any(|head| name.ends_with(head)));
    judges.next().map(|name| name.chars().take(80).collect())
}

/// The files that belong to it: weights, then what goes along, the description last.
fn files(folder: &Path, file: &Checkpoint) -> Result<Vec<PathBuf>, Error> {
    let weights: Vec<PathBuf> = file.paths().map(Path::to_owned).collect();
    let mut beside: Vec<PathBuf> = std::fs::read_dir(folder)
        .map_err(Error::io("read", folder))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            path.is_file() && goes_along(name)
        })
        .collect();
    beside.extend(Some(folder.join(POOLING)).filter(|path| path.is_file()));
    beside.sort_by_key(|path| (*path == folder.join(DESCRIPTION), path.clone()));
    Ok(weights.into_iter().chain(beside).collect())
}

/// Numbers by what becomes of them while they are loaded: products and tables can be brought into blocks, the rest cannot.
fn plain(file: &Checkpoint) -> Plain {
    let mut plain = Plain::default();
    // T5's pickles name their one table of embeddings several times.
    let shared = file.get("shared.weight").is_some();
    for name in file.names() {
        let Some(entry) = file.get(name) else { continue };
        let floats = matches!(entry.dtype, Dtype::F64 | Dtype::F32 | Dtype::F16 | Dtype::BF16);
        if !floats || shared && name.ends_with("embed_tokens.weight") {
            continue;
        }
        let stored = match entry.dtype {
            Dtype::F64 => 4 * entry.elements(),
            _ => entry.bytes(),
        };
        let table = ["embed", "wte", "wpe", "shared", "lm_head", "output_layer", "pos_emb"]
            .iter()
            .any(|part| name.contains(part));
        match entry.shape.len() {
            2 if table => plain.tables.add(entry.elements(), stored, entry.shape[1]),
            2 => {
                // GPT-2's products stand the other way.
                let turned = ["c_attn.", "c_proj.", "c_fc."].iter().any(|part| name.contains(part));
                let columns = entry.shape[usize::from(!turned)];
                plain.products.add(entry.elements(), stored, columns);
            }
            0 | 1 => plain.rest = plain.rest.saturating_add(4 * entry.elements()),
            // Masks and the like are buffers that nobody reads.
            _ => {}
        }
    }
    plain
}

/// What memory is planned by, where the description says enough.
fn shape(config: &Value, architecture: &str, plain: &Plain) -> Option<Shape> {
    let config = if config["text_config"].is_object() { &config["text_config"] } else { config };
    let number =
        |names: &[&str]| names.iter().find_map(|name| config[*name].as_u64()).filter(|&n| n > 0);
    let width = number(&["hidden_size", "n_embd", "d_model", "dec_hidden_size"])?;
    let heads = number(&["num_attention_heads", "n_head", "num_heads", "dec_heads"])?;
    let layers = match architecture {
        "t5" | "mt5" => number(&["num_decoder_layers", "num_layers"]),
        "plug" => number(&["dec_layers"]),
        _ => number(&["num_hidden_layers", "n_layer", "num_layers"]),
    }?;
    let grouped = match architecture {
        "chatglm" if config["multi_query_attention"] == Value::Bool(true) => {
            number(&["multi_query_group_num"])
        }
        "chatglm" => None,
        _ => number(&["num_key_value_heads"]),
    };
    let rows = number(&["padded_vocab_size", "vocab_size"]);
    let shape = Shape {
        layers,
        width,
        hidden: number(&["intermediate_size", "ffn_hidden_size", "n_inner", "d_ff", "dec_ff_size"])
            .unwrap_or(width.saturating_mul(4)),
        heads,
        kv_heads: grouped.unwrap_or(heads),
        head_dim: number(&["head_dim", "kv_channels", "d_kv"]).unwrap_or(width / heads),
        vocabulary: rows.unwrap_or(plain.tables.numbers / width),
        merges: rows.unwrap_or(0),
        context: number(&["max_position_embeddings", "seq_length", "n_positions", "n_ctx"])
            .unwrap_or(u64::MAX),
        tensor_bytes: plain.stored(),
    };
    Some(shape).filter(Shape::plausible)
}

/// What `weights` says, in the words of this room.
pub(super) fn refused(folder: &Path, error: &weights::Error) -> Error {
    match error {
        weights::Error::Missing { path } => {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
            Error::damaged(
                folder,
                format!("is incomplete: `{name}` is missing"),
                "bring the whole folder; an interrupted download can be continued",
            )
        }
        weights::Error::Unsupported { reason, .. } => Error::unsupported(
            folder,
            format!("cannot be used: {reason}"),
            "look for another form of the same model",
        ),
        other => Error::damaged(folder, format!("is damaged: {other}"), "fetch it again"),
    }
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
