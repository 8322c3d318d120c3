//! How replies are written: the settings of the sampler and of loading, and the server that may write instead.

use serde::{Deserialize, Serialize};
use specta::Type;

/// How the model writes and is loaded; `assets/defaults.toml` explains each.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Writing {
    /// 0 is off.
    pub top_k: u32,
    /// 1.0 is off.
    pub top_p: f32,
    /// 0.0 is off.
    pub min_p: f32,
    /// 1.0 is off.
    pub typical_p: f32,
    /// 0.0 is off.
    pub xtc_probability: f32,
    /// 0.0 is off.
    pub mirostat_tau: f32,
    /// 1.0 is off.
    pub repetition_penalty: f32,
    /// 0.0 is off.
    pub frequency_penalty: f32,
    /// 0.0 is off.
    pub presence_penalty: f32,
    /// 0.0 is off.
    pub dry_multiplier: f32,
    /// 0 is off.
    pub no_repeat_ngram: u32,
    /// Tokens that the penalties look back over.
    pub penalty_window: u32,
    /// 0.0 is off.
    pub temperature_range: f32,
    /// Steepness of the temperature's movement.
    pub temperature_exponent: f32,
    /// Of the tokens at least this likely all but one are left out.
    pub xtc_threshold: f32,
    /// How fast mirostat comes back to its target.
    pub mirostat_eta: f32,
    /// Growth with the length of a repetition.
    pub dry_base: f32,
    /// Repetitions of so many tokens cost nothing.
    pub dry_allowed: u32,
    /// Tokens that are searched for repetitions; 0 is all.
    pub dry_window: u32,
    /// `hugging_face` or `llama_cpp`.
    pub sampler_order: String,
    /// Lines of `WORD = NUMBER`, `{exact text} = NUMBER` or `[ids] = NUMBER`.
    pub logit_bias: Vec<String>,
    /// `free`, `known`, `first`, `never`.
    pub emotion_tags: String,
    /// Tokens of context; 0 leaves it to the program.
    pub context_length: u32,
    /// `as_is`, `q8`, `q6`, `q5`, `q4`.
    pub quantize: String,
    /// `f16`, `q8`, `f32`.
    pub kv_cache: String,
    /// Where the model computes: `auto`, `cpu`, `cuda:0`, `metal`.
    pub device: String,
    /// Tokens guessed ahead; 0 is off.
    pub guesses: u32,
}

/// A device that the language model can compute on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ComputeDevice {
    /// `cuda:0`, `metal`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Bytes that are free on it.
    pub free: f64,
}

/// Where the loaded language model computes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ComputesOnView {
    /// `cpu`, `cuda:0`, `metal`.
    pub id: String,
    /// Name for people; empty for the processor.
    pub name: String,
    /// Bytes of the device's memory that it was planned with.
    pub planned: f64,
    /// Why it is not where it was asked to be.
    pub notice: Option<String>,
}

/// Where the language model computes, and where it could.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DevicesView {
    /// Kinds of devices that this build was made for: `cuda`, `metal`.
    pub built_for: Vec<String>,
    /// Devices that are there.
    pub found: Vec<ComputeDevice>,
    /// `None` where no model is loaded here.
    pub on: Option<ComputesOnView>,
}

/// A server that may write replies.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Remote {
    /// The person has switched it on.
    pub allowed: bool,
    /// Address, such as `http://localhost:8080/v1`.
    pub url: String,
    /// Name of the model there.
    pub model: String,
}

/// How models are downloaded.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Downloads {
    /// The person lets models be downloaded.
    pub allowed: bool,
    /// Other addresses than the public hub's, first choice first.
    pub mirrors: Vec<String>,
    /// Connections at once for one large file, 1 to 16.
    pub connections: u32,
    /// Megabytes a second at most; 0 for as fast as it goes.
    pub limit_mb: f32,
    /// Empty for the system's, `none`, or an address.
    pub proxy: String,
}

/// A search engine that may be asked about the world.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Search {
    /// The person has switched it on.
    pub allowed: bool,
    /// `searxng` or `brave`.
    pub engine: String,
    /// Address of the SearXNG instance, such as `http://localhost:8888`.
    pub url: String,
}
