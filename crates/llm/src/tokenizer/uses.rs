//! Which tokens begin and end documents and replies, wherever a model's files say so.

use std::path::Path;

use serde_json::Value;
use weights::gguf::Metadata;

/// Special tokens by their part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Uses {
    pub(super) bos: Option<u32>,
    pub(super) eos: Option<u32>,
    /// Others that end a reply.
    pub(super) ends: Vec<u32>,
    /// What a prompt begins with; `None` where the files do not say.
    pub(super) prefix: Option<Vec<u32>>,
    pub(super) unknown: Option<u32>,
}

impl Uses {
    /// From GGUF metadata.
    pub(super) fn from_gguf(metadata: &Metadata) -> Self {
        // The converters write `u32::MAX` for "none".
        let token = |name: &str| metadata.token_id(&format!("tokenizer.ggml.{name}_token_id"));
        let bos = token("bos");
        let prefix = match metadata.bool("tokenizer.ggml.add_bos_token") {
            Some(true) => Some(bos.into_iter().collect()),
            Some(false) => Some(Vec::new()),
            None => None,
        };
        Self {
            bos,
            eos: token("eos"),
            ends: [token("eot"), token("eom")].into_iter().flatten().collect(),
            prefix,
            unknown: token("unknown"),
        }
    }

    /// From the files beside a model: its own description, what it says about generation, and about its tokenizer, whose
    /// tokens `id` knows by their text.
    pub(super) fn from_folder(
        folder: &Path,
        config: &Value,
        id: &dyn Fn(&str) -> Option<u32>,
    ) -> Self {
        let tokenizer = read(&folder.join("tokenizer_config.json"));
        let generation = read(&folder.join("generation_config.json"));
        let named = |key: &str| {
            let text = tokenizer[key].as_str().or_else(|| tokenizer[key]["content"].as_str())?;
            id(text)
        };
        let number = |value: &Value| value.as_u64().and_then(|n| u32::try_from(n).ok());
        let bos = named("bos_token").or_else(|| number(&config["bos_token_id"]));
        let mut ends: Vec<u32> = Vec::new();
        for value in [&generation["eos_token_id"], &config["eos_token_id"]] {
            match value {
                Value::Array(list) => ends.extend(list.iter().filter_map(number)),
                one => ends.extend(number(one)),
            }
        }
        let prefix = match tokenizer["add_bos_token"].as_bool() {
            Some(true) => Some(bos.into_iter().collect()),
            Some(false) => Some(Vec::new()),
            None => None,
        };
        let eos = named("eos_token").or_else(|| ends.first().copied());
        Self { bos, eos, ends, prefix, unknown: named("unk_token") }
    }
}

/// The chat template beside a model, in either of the places that transformers keeps it.
pub(crate) fn template(folder: &Path) -> Option<String> {
    /// No template comes near it.
    const MAX_BYTES: u64 = 1 << 20;
    let file = folder.join("chat_template.jinja");
    if std::fs::metadata(&file).is_ok_and(|about| about.is_file() && about.len() <= MAX_BYTES) {
        return std::fs::read_to_string(file).ok();
    }
    let tokenizer = read(&folder.join("tokenizer_config.json"));
    let listed = || {
        let list = tokenizer["chat_template"].as_array()?;
        let default = list.iter().find(|entry| entry["name"] == "default").or(list.first())?;
        default["template"].as_str()
    };
    tokenizer["chat_template"].as_str().or_else(listed).map(str::to_owned)
}

/// A small description; `Null` where it is absent or unreadable, as everything in it is optional.
pub(crate) fn read(path: &Path) -> Value {
    /// Those of tokenizers with many added tokens have some hundred kilobytes.
    const MAX_BYTES: u64 = 1 << 24;
    let small = std::fs::metadata(path).is_ok_and(|a| a.is_file() && a.len() <= MAX_BYTES);
    let text = if small { std::fs::read(path).ok() } else { None };
    text.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
}
