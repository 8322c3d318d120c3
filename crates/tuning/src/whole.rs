//! Whole models as transformers keeps them: what stands beside the weights, taken from where a model or its tokenizer came from.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::{Error, files};

/// Name of the weights.
pub(crate) const WEIGHTS: &str = "model.safetensors";
/// What a tokenizer is made of, and what says how a model is talked to.
const SIDE: [&str; 12] = [
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "chat_template.jinja",
    "chat_template.json",
    "tokenizer.model",
    "spiece.model",
    "sentencepiece.bpe.model",
    "vocab.json",
    "merges.txt",
    "vocab.txt",
];
/// How replies are drawn, and what ends them.
const GENERATION: &str = "generation_config.json";
/// The largest of them; tokenizers of large models have some 40 MB.
const MAX_SIDE: u64 = 1 << 27;
/// Largest description.
const MAX_CONFIG: u64 = 1 << 20;

/// What stands beside the weights of a model.
#[derive(Debug, Clone)]
pub(crate) struct Beside {
    /// Its `config.json`.
    pub(crate) config: Value,
    files: Vec<(String, Vec<u8>)>,
}

impl Beside {
    /// A description, and the tokenizer of a folder.
    pub(crate) fn new(config: Value, folder: &Path) -> Result<Self, Error> {
        Ok(Self { config, files: side(folder, &SIDE)? })
    }

    /// Everything that is beside a model's own weights. What is trained is written as f32, and says so.
    pub(crate) fn of_model(folder: &Path) -> Result<Self, Error> {
        let mut config = config(&folder.join("config.json"))?;
        for name in ["torch_dtype", "dtype"] {
            if config.get(name).is_some() {
                config[name] = json!("float32");
            }
        }
        let names: Vec<&str> = SIDE.into_iter().chain([GENERATION]).collect();
        Ok(Self { config, files: side(folder, &names)? })
    }

    /// Writes it.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), Error> {
        for (name, bytes) in &self.files {
            files::bytes(&folder.join(name), bytes)?;
        }
        files::json(&folder.join("config.json"), &self.config)
    }
}

/// Files of a folder, those that it has.
fn side(folder: &Path, names: &[&str]) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut list = Vec::new();
    for name in names {
        let path = folder.join(name);
        let Ok(about) = fs::metadata(&path) else { continue };
        if about.len() > MAX_SIDE {
            return Err(Error::unusable(&path, format!("{} bytes are too many", about.len())));
        }
        if about.is_file() {
            list.push(((*name).to_owned(), fs::read(&path).map_err(Error::read(&path))?));
        }
    }
    Ok(list)
}

/// A `config.json`.
pub(crate) fn config(path: &Path) -> Result<Value, Error> {
    let about = fs::metadata(path).map_err(Error::read(path))?;
    if about.len() > MAX_CONFIG {
        return Err(Error::unusable(path, format!("{} bytes are too many", about.len())));
    }
    let bytes = fs::read(path).map_err(Error::read(path))?;
    let value: Value =
        serde_json::from_slice(&bytes).map_err(|e| Error::unusable(path, e.to_string()))?;
    if value.is_object() {
        return Ok(value);
    }
    Err(Error::unusable(path, "it is not a description of a model"))
}

/// The folder that a model's files lie in, whichever of them is named.
pub(crate) fn folder_of(path: &Path) -> PathBuf {
    if path.is_dir() {
        return path.to_owned();
    }
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Whether two paths are one folder.
pub(crate) fn is_same(a: &Path, b: &Path) -> bool {
    fs::canonicalize(a).ok().is_some_and(|a| fs::canonicalize(b).is_ok_and(|b| b == a))
}
