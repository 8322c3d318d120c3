//! Adapters as files: PEFT's (`adapter_config.json` beside `adapter_model.safetensors` or `.bin`) and llama.cpp's GGUF.
//!
//! What is read here is which modules an adapter changes, with which matrices and how strongly; which matrix of a model a module
//! is, the decoder knows. Whatever would make the result other than what was trained (modules replaced as a whole, biases,
//! a base that was changed before training) is refused by name rather than left out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use regex::RegexBuilder;
use serde_json::Value;
use weights::{Checkpoint, Container};

use crate::base_mark::BaseMark;
use crate::tensors::Tensors;
use crate::{Error, saved};

/// Where PEFT puts the numbers, the best first.
const WEIGHTS: [&str; 2] = ["adapter_model.safetensors", "adapter_model.bin"];
const CONFIG: &str = "adapter_config.json";
/// A description is some kilobytes.
const MAX_CONFIG: u64 = 1 << 20;
/// Compiled size of one pattern.
const MAX_PATTERN: usize = 1 << 18;
/// PEFT's own default.
const DEFAULT_ALPHA: f32 = 8.0;
/// Ways of beginning that change the base as well (PEFT's `init_lora_weights`).
const CHANGES_THE_BASE: [&str; 4] = ["pissa", "olora", "corda", "loftq"];

/// Settings of PEFT with which the result is another than W·x + scale · B·A·x.
const CHANGES_THE_SUM: [&str; 9] = [
    "layer_replication",
    "trainable_token_indices",
    "target_parameters",
    "alora_invocation_tokens",
    "use_qalora",
    "use_bdlora",
    "kasa_config",
    "monteclora_config",
    "lora_bias",
];

/// Names of the tensors that belong to one module.
#[derive(Debug, Default)]
struct Names {
    a: String,
    b: String,
    /// DoRA's.
    magnitude: Option<String>,
}

/// An opened adapter.
#[derive(Debug)]
pub(crate) struct AdapterFile {
    /// As it was named.
    path: PathBuf,
    file: Checkpoint,
    /// PEFT's description; `Null` for GGUF.
    config: Value,
    modules: BTreeMap<String, Names>,
}

/// The numbers of one module.
pub(crate) struct Module {
    pub(crate) rank: usize,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    /// `[rank][inputs]`
    pub(crate) a: Vec<f32>,
    /// `[outputs][rank]`
    pub(crate) b: Vec<f32>,
    pub(crate) scale: f32,
    /// DoRA's, one an output; empty without.
    pub(crate) magnitude: Vec<f32>,
}

impl AdapterFile {
    /// Opens a folder as PEFT writes it, its file of weights, or a GGUF.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let refuse = |reason: &str| Error::Adapter { path: path.to_owned(), reason: reason.into() };
        let about = std::fs::metadata(path).map_err(|source| weights::Error::io(path, source))?;
        let folder = if about.is_dir() { Some(path) } else { path.parent() };
        let beside = folder.map(|folder| folder.join(CONFIG)).filter(|config| config.is_file());
        let named = path.file_name().is_some_and(|name| name == CONFIG);
        let weights = if about.is_dir() || named {
            let all = WEIGHTS.iter().filter_map(|name| folder.map(|folder| folder.join(name)));
            all.into_iter().find(|file| file.is_file()).ok_or_else(|| {
                refuse("the folder holds neither adapter_model.safetensors nor adapter_model.bin")
            })?
        } else {
            path.to_owned()
        };
        let file = Checkpoint::open(&weights)?;
        let config = match (file.container, beside) {
            (Container::Gguf, _) => Value::Null,
            (_, Some(config)) => read_config(&config)?,
            (_, None) => return Err(refuse("there is no adapter_config.json beside it")),
        };
        let mut adapter = Self { path: path.to_owned(), file, config, modules: BTreeMap::new() };
        match adapter.file.container {
            Container::Gguf => adapter.check_gguf()?,
            Container::Safetensors | Container::Pickle => adapter.check_peft()?,
        }
        adapter.sort_tensors()?;
        Ok(adapter)
    }

    /// Whether it is llama.cpp's.
    pub(crate) fn is_gguf(&self) -> bool {
        self.file.container == Container::Gguf
    }

    /// The architecture that a GGUF was made for.
    pub(crate) fn architecture(&self) -> Option<&str> {
        self.file.metadata.str("general.architecture")
    }

    /// The base that it names, or at least its architecture, where it says either.
    pub(crate) fn base(&self) -> Option<String> {
        self.named_base().or(self.architecture()).filter(|name| !name.is_empty()).map(str::to_owned)
    }

    /// The base that it names.
    pub(crate) fn named_base(&self) -> Option<&str> {
        if self.is_gguf() {
            self.file.metadata.str("general.base_model.0.name")
        } else {
            self.config["base_model_name_or_path"].as_str()
        }
    }

    /// What it says of its base's weights.
    pub(crate) fn base_mark(&self) -> Option<BaseMark> {
        BaseMark::read(&self.config)
    }

    /// Name for people: of its folder, or of the file where that is all.
    pub(crate) fn name(&self) -> String {
        let whole = if self.is_gguf() { self.file.path.as_path() } else { self.file.folder() };
        let name = if self.is_gguf() { whole.file_stem() } else { whole.file_name() };
        name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// The files that it consists of.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        let weights = self.file.path.clone();
        if self.is_gguf() { vec![weights] } else { vec![weights.with_file_name(CONFIG), weights] }
    }

    /// The modules that it changes, by the names that their own files give them.
    pub(crate) fn modules(&self) -> impl Iterator<Item = &str> {
        self.modules.keys().map(String::as_str)
    }

    /// Tells it from every other.
    pub(crate) fn key(&self) -> Result<[u8; 32], Error> {
        saved::fingerprint(self.file.files(), &self.config.to_string())
            .map_err(|source| weights::Error::io(&self.path, source).into())
    }

    /// Why it cannot be used.
    pub(crate) fn refuse(&self, reason: impl Into<String>) -> Error {
        Error::Adapter { path: self.path.clone(), reason: reason.into() }
    }

    /// Reads the numbers of one module.
    pub(crate) fn read(&self, module: &str) -> Result<Module, Error> {
        let names = self
            .modules
            .get(module)
            .ok_or_else(|| self.refuse(format!("it has nothing for `{module}`")))?;
        let (rank, inputs) = self.shape(&names.a)?;
        let (outputs, b_rank) = self.shape(&names.b)?;
        if b_rank != rank {
            return Err(self.refuse(format!(
                "the two matrices for `{module}` have the ranks {rank} and {b_rank}"
            )));
        }
        let a = self.numbers(&names.a, rank, inputs)?;
        let b = self.numbers(&names.b, outputs, rank)?;
        let magnitude = match &names.magnitude {
            Some(name) => self.magnitude(name, outputs)?,
            // Without them the sum would be another one than was trained.
            None if self.config["use_dora"].as_bool() == Some(true) => {
                let module = format!("{module}.lora_magnitude_vector");
                return Err(self.refuse(format!("it has nothing for `{module}`")));
            }
            None => Vec::new(),
        };
        let scale = self.scale(module, rank)?;
        let all = a.iter().chain(&b).chain(&magnitude).chain([&scale]);
        if !all.into_iter().all(|number| number.is_finite()) {
            return Err(self.refuse(format!("it has numbers for `{module}` that are none")));
        }
        Ok(Module { rank, inputs, outputs, a, b, scale, magnitude })
    }

    fn shape(&self, name: &str) -> Result<(usize, usize), Error> {
        match self.file.require(name)?.shape.as_slice() {
            &[rows, columns] if rows > 0 && columns > 0 => Ok((rows as usize, columns as usize)),
            shape => Err(self.refuse(format!("its tensor `{name}` has the shape {shape:?}"))),
        }
    }

    fn numbers(&self, name: &str, rows: usize, columns: usize) -> Result<Vec<f32>, Error> {
        if !self.is_gguf() {
            return Ok(self.file.floats(name)?);
        }
        // llama.cpp quantises adapters, too.
        let mut told = |_| ();
        let matrix = Tensors::new(&self.file, None, &mut told).matrix(name, rows, columns)?;
        let mut all = vec![0.0; rows * columns];
        for (index, row) in all.chunks_exact_mut(columns).enumerate() {
            matrix.row(index, row);
        }
        Ok(all)
    }

    fn magnitude(&self, name: &str, outputs: usize) -> Result<Vec<f32>, Error> {
        // `[outputs]`, or with ones beside it in files of older versions.
        let numbers = self.file.floats(name)?;
        if numbers.len() == outputs {
            return Ok(numbers);
        }
        Err(self.refuse(format!("`{name}` has {} numbers for {outputs} outputs", numbers.len())))
    }

    /// What B·A is multiplied with.
    fn scale(&self, module: &str, rank: usize) -> Result<f32, Error> {
        let rank = rank as f32;
        if self.is_gguf() {
            // llama.cpp takes no alpha, and one of 0, for "leave it as it is".
            let alpha = self.file.metadata.f32("adapter.lora.alpha").filter(|alpha| *alpha != 0.0);
            return Ok(alpha.map_or(1.0, |alpha| alpha / rank));
        }
        let number = |value: &Value| value.as_f64().map(|number| number as f32);
        let mut alpha = match &self.config["lora_alpha"] {
            Value::Null => DEFAULT_ALPHA,
            // What is no number is told with those of the module.
            value => number(value).unwrap_or(f32::NAN),
        };
        for (pattern, value) in self.config["alpha_pattern"].as_object().into_iter().flatten() {
            // As PEFT reads it: the end of a module's name, from a dot on.
            let expression = RegexBuilder::new(&format!(r"^(?:.*\.)?(?:{pattern})$"))
                .size_limit(MAX_PATTERN)
                .build()
                .map_err(|_| {
                    self.refuse(format!("its alpha_pattern `{pattern}` is not understood"))
                })?;
            if expression.is_match(module) {
                alpha = number(value).ok_or_else(|| {
                    self.refuse(format!("its alpha_pattern for `{pattern}` is {value}"))
                })?;
                break;
            }
        }
        let rank_stabilised = self.config["use_rslora"].as_bool() == Some(true);
        Ok(alpha / if rank_stabilised { rank.sqrt() } else { rank })
    }

    fn check_gguf(&self) -> Result<(), Error> {
        let metadata = &self.file.metadata;
        match (metadata.str("general.type"), metadata.str("adapter.type")) {
            (Some("adapter"), Some("lora")) => Ok(()),
            (Some("adapter"), kind) => Err(self.refuse(format!(
                "it is an adapter of the kind `{}`, and only `lora` can be used",
                kind.unwrap_or("unknown")
            ))),
            _ => Err(self.refuse("it is a GGUF file, but not an adapter")),
        }
    }

    fn check_peft(&self) -> Result<(), Error> {
        let config = &self.config;
        match config["peft_type"].as_str() {
            Some("LORA") => {}
            Some(kind) => {
                let reason =
                    format!("it is an adapter of the kind `{kind}`, and only `LORA` can be used");
                return Err(self.refuse(reason));
            }
            None => return Err(self.refuse("its adapter_config.json does not name a `peft_type`")),
        }
        let names = |key: &str| match &config[key] {
            Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        let replaced = names("modules_to_save");
        if !replaced.is_empty() {
            return Err(self.refuse(format!(
                "it replaces whole modules (`modules_to_save`: {}), which cannot be done over a loaded model; merge it into its base, or train without them",
                replaced.join(", ")
            )));
        }
        let set = |key: &str| match &config[key] {
            Value::Null | Value::Bool(false) => false,
            Value::Array(list) => !list.is_empty(),
            Value::Object(map) => !map.is_empty(),
            _ => true,
        };
        for key in CHANGES_THE_SUM {
            if set(key) {
                return Err(self.refuse(format!(
                    "it uses `{key}`, which is not supported; merge it into its base"
                )));
            }
        }
        if !matches!(config["bias"].as_str(), None | Some("none")) {
            return Err(self.refuse(
                "it changes biases (`bias`), which is not supported; merge it into its base",
            ));
        }
        let start = config["init_lora_weights"].as_str().unwrap_or_default();
        if CHANGES_THE_BASE.iter().any(|name| start.starts_with(name)) {
            return Err(self.refuse(format!(
                "it was begun with `{start}`, which changes the base as well; save it again with PEFT's `path_initial_model_for_weight_conversion`"
            )));
        }
        Ok(())
    }

    /// Puts the tensors of each module together; a name that means nothing here is refused.
    fn sort_tensors(&mut self) -> Result<(), Error> {
        let all: Vec<String> = self.file.names().map(str::to_owned).collect();
        for name in all {
            // Where the output is adapted, PEFT puts the base's own matrix into the file as well.
            if !self.is_gguf() && name.ends_with(".base_layer.weight") {
                continue;
            }
            let Some((module, part)) = self.take_apart(&name) else {
                return Err(self.refuse(format!("nothing is known of its tensor `{name}`")));
            };
            let entry = self.modules.entry(module).or_default();
            match part {
                Part::A => entry.a = name,
                Part::B => entry.b = name,
                Part::Magnitude => entry.magnitude = Some(name),
            }
        }
        if self.modules.is_empty() {
            return Err(self.refuse("it is empty"));
        }
        for (module, names) in &self.modules {
            if names.a.is_empty() || names.b.is_empty() {
                return Err(
                    self.refuse(format!("one of the two matrices for `{module}` is missing"))
                );
            }
        }
        Ok(())
    }

    /// The module that a tensor belongs to.
    fn take_apart(&self, name: &str) -> Option<(String, Part)> {
        if self.is_gguf() {
            let (module, part) = name.rsplit_once(".weight.lora_")?;
            let part = match part {
                "a" => Part::A,
                "b" => Part::B,
                _ => return None,
            };
            return Some((module.to_owned(), part));
        }
        let (module, part) = name.rsplit_once(".lora_")?;
        // Some versions put the adapter's name between.
        let (kind, rest) = part.split_once('.').unwrap_or((part, ""));
        if !matches!(rest, "" | "weight" | "default" | "default.weight") {
            return None;
        }
        let part = match kind {
            "A" => Part::A,
            "B" => Part::B,
            "magnitude_vector" => Part::Magnitude,
            _ => return None,
        };
        Some((module.strip_prefix("base_model.model.").unwrap_or(module).to_owned(), part))
    }
}

#[derive(Debug, Clone, Copy)]
enum Part {
    A,
    B,
    Magnitude,
}

fn read_config(path: &Path) -> Result<Value, Error> {
    let io = |source| weights::Error::io(path, source);
    let length = std::fs::metadata(path).map_err(io)?.len();
    if length > MAX_CONFIG {
        return Err(Error::damaged(path, format!("a description of {length} bytes cannot be")));
    }
    let text = std::fs::read(path).map_err(io)?;
    serde_json::from_slice(&text)
        .map_err(|error| Error::damaged(path, format!("it is not a description: {error}")))
}
