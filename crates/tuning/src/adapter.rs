//! Adapters as PEFT keeps them: `adapter_config.json`, `adapter_model.safetensors` (or the older pickle), and a README.

use std::collections::BTreeMap;
use std::path::Path;

use candle_core::{Device, Tensor};
use serde::Deserialize;
use serde_json::{Value, json};
use weights::Checkpoint;

use crate::lora::Lora;
use crate::{Error, files};

/// Name of the weights.
pub const FILE: &str = "adapter_model.safetensors";
/// Name of the description.
pub const CONFIG: &str = "adapter_config.json";
/// A description is some kilobytes.
const MAX_CONFIG: u64 = 1 << 20;

/// What a description says; keys that are unknown are passed over.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
struct Config {
    peft_type: String,
    base_model_name_or_path: Option<String>,
    r: usize,
    lora_alpha: f32,
    use_rslora: bool,
    use_dora: bool,
    rank_pattern: BTreeMap<String, usize>,
    alpha_pattern: BTreeMap<String, f32>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            peft_type: "LORA".into(),
            base_model_name_or_path: None,
            r: 8,
            lora_alpha: 8.0,
            use_rslora: false,
            use_dora: false,
            rank_pattern: BTreeMap::new(),
            alpha_pattern: BTreeMap::new(),
        }
    }
}

/// One matrix's part of an adapter.
#[derive(Debug, Clone)]
pub struct Part {
    /// `[rank, in]`
    pub a: Tensor,
    /// `[out, rank]`
    pub b: Tensor,
    /// What B·A is multiplied with.
    pub scale: f64,
}

impl Part {
    /// scale · B·A, `[out, in]`.
    pub fn delta(&self) -> Result<Tensor, Error> {
        Ok((self.b.matmul(&self.a)? * self.scale)?)
    }
}

/// A whole adapter, by the paths of the matrices (`model.layers.0.self_attn.q_proj`).
#[derive(Debug, Clone)]
pub struct AdapterFiles {
    /// Parts.
    pub parts: BTreeMap<String, Part>,
    /// What it says that it was made for.
    pub base: Option<String>,
}

/// What PEFT wants to know of an adapter on matrices with these last names.
pub fn config(lora: &Lora, base: &str, targets: &[String], gpt2: bool) -> Value {
    json!({
        "alpha_pattern": {},
        "auto_mapping": null,
        "base_model_name_or_path": base,
        "bias": "none",
        "exclude_modules": null,
        "fan_in_fan_out": gpt2,
        "inference_mode": true,
        "init_lora_weights": true,
        "layers_pattern": null,
        "layers_to_transform": null,
        "lora_alpha": lora.alpha,
        "lora_bias": false,
        "lora_dropout": lora.dropout,
        "modules_to_save": null,
        "peft_type": "LORA",
        "r": lora.rank,
        "rank_pattern": {},
        "revision": null,
        "target_modules": targets,
        "task_type": "CAUSAL_LM",
        "use_dora": false,
        "use_rslora": lora.rslora,
    })
}

/// Writes what stands beside the weights.
pub(crate) fn write_beside(folder: &Path, config: &Value, about: &str) -> Result<(), Error> {
    files::json(&folder.join(CONFIG), config)?;
    files::bytes(&folder.join("README.md"), about.as_bytes())
}

/// The text of an adapter's README.
pub(crate) fn readme(base: &str, lora: &Lora, lines: &[String]) -> String {
    let facts: String = lines.iter().map(|line| format!("- {line}\n")).collect();
    format!(
        "---\nbase_model: {}\nlibrary_name: peft\ntags:\n- lora\n---\n\n# A LoRA made with Hanashi\n\n\
         Base: `{base}`; rank {}, alpha {}, dropout {}.\n\n{facts}\n\
         It loads with PEFT (`PeftModel.from_pretrained`), and `hanashi tune merge` makes one model of it and its base.\n\
         What may be done with it depends on the licences of the base and of the texts that it learnt from.\n",
        json!(base),
        lora.rank,
        lora.alpha,
        lora.dropout
    )
}

/// Reads an adapter from its folder.
pub fn read(folder: &Path) -> Result<AdapterFiles, Error> {
    let path = folder.join(CONFIG);
    let about = std::fs::metadata(&path).map_err(Error::read(&path))?;
    if about.len() > MAX_CONFIG {
        return Err(Error::unusable(
            &path,
            format!("a description of {} bytes cannot be", about.len()),
        ));
    }
    let text = std::fs::read(&path).map_err(Error::read(&path))?;
    let config: Config =
        serde_json::from_slice(&text).map_err(|e| Error::unusable(&path, e.to_string()))?;
    if config.peft_type != "LORA" || config.use_dora {
        let kind = if config.use_dora { "DoRA" } else { &config.peft_type };
        return Err(Error::unusable(&path, format!("it is a {kind}; LoRA is what is supported")));
    }
    let weights = [FILE, "adapter_model.bin"].map(|name| folder.join(name));
    let weights = weights.iter().find(|path| path.is_file()).unwrap_or(&weights[0]);
    let file = Checkpoint::open(weights)?;
    let mut halves: BTreeMap<String, [Option<Tensor>; 2]> = BTreeMap::new();
    for name in file.names() {
        let path = name.strip_prefix("base_model.model.").unwrap_or(name);
        let Some((module, half)) = half_of(path) else {
            return Err(Error::unusable(
                weights,
                format!("`{name}` is no part of a LoRA on matrices"),
            ));
        };
        let entry = file.require(name)?;
        let &[rows, columns] = entry.shape.as_slice() else {
            return Err(Error::unusable(weights, format!("`{name}` is no matrix")));
        };
        let tensor =
            Tensor::from_vec(file.floats(name)?, (rows as usize, columns as usize), &Device::Cpu)?;
        halves.entry(module.to_owned()).or_default()[half] = Some(tensor);
    }
    let mut parts = BTreeMap::new();
    for (module, [a, b]) in halves {
        let (Some(a), Some(b)) = (a, b) else {
            return Err(Error::unusable(weights, format!("one half of `{module}` is missing")));
        };
        let rank = a.dim(0)?;
        let wanted = pattern(&config.rank_pattern, &module).copied().unwrap_or(config.r);
        if b.dim(1)? != rank || rank != wanted || rank == 0 {
            return Err(Error::unusable(weights, format!("the halves of `{module}` do not fit")));
        }
        let alpha = pattern(&config.alpha_pattern, &module).copied().unwrap_or(config.lora_alpha);
        let lora = Lora { rank, alpha, rslora: config.use_rslora, ..Lora::default() };
        lora.check()?;
        parts.insert(module, Part { a, b, scale: lora.scale() });
    }
    if parts.is_empty() {
        return Err(Error::unusable(weights, "there is nothing in it"));
    }
    Ok(AdapterFiles { parts, base: config.base_model_name_or_path })
}

/// The matrix that a tensor belongs to, and whether it is A (0) or B (1).
fn half_of(path: &str) -> Option<(&str, usize)> {
    // Adapters that live in memory have their name between.
    let path = path.strip_suffix(".weight")?;
    let path = path.strip_suffix(".default").unwrap_or(path);
    path.strip_suffix(".lora_A")
        .map(|module| (module, 0))
        .or_else(|| path.strip_suffix(".lora_B").map(|module| (module, 1)))
}

/// PEFT's patterns are ends of paths (or regular expressions, which nobody needs here).
fn pattern<'a, T>(patterns: &'a BTreeMap<String, T>, module: &str) -> Option<&'a T> {
    patterns
        .iter()
        .find(|(end, _)| {
            module
                .strip_suffix(end.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
        .map(|(_, value)| value)
}
