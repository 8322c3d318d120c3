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
    /// `free`, `known`, `first`, `never`.
    pub emotion_tags: String,
    /// `as_is`, `q8`, `q6`, `q5`, `q4`.
    pub quantize: String,
    /// `f16`, `q8`, `f32`.
    pub kv_cache: String,
    /// Tokens guessed ahead; 0 is off.
    pub guesses: u32,
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
