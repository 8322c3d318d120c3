//! The description in the `config.json` beside safetensors and pickles, as transformers writes it (both its older names and
//! those of version 5), and as ChatGLM2's own code does.

use serde_json::Value;
use weights::{Checkpoint, Error};

use super::rotation::{Llama3, Yarn};
use super::{
    Activation, Block, Config, Factors, MAX_CONTEXT, MAX_LAYERS, MAX_WIDTH, NormKind, RopePairs,
    Rotation,
};
use crate::json::Keys;

/// Model types, for messages.
pub(crate) const SUPPORTED: &str = "llama, mistral, smollm3, qwen2, qwen3, gemma, gemma2, gemma3, phi3, glm, glm4, chatglm (ChatGLM2 and 3, CharacterGLM), gpt2; and apart from conversation t5, mt5, bert, xlm-roberta";

impl Config {
    /// Reads and checks the description beside a checkpoint.
    pub(super) fn from_json(file: &Checkpoint) -> Result<Self, Error> {
        let top = Keys::new(file, &file.config);
        let kind = top.text("model_type").ok_or_else(|| {
            file.damaged("there is no config.json beside it that says `model_type`")
        })?;
        match kind {
            "chatglm" => chatglm(&top),
            "gpt2" => gpt2(&top),
            "gemma3" => decoder(&Keys::new(file, &file.config["text_config"]), "gemma3"),
            "gemma3_text" => decoder(&top, "gemma3"),
            "llama" | "mistral" | "smollm3" | "qwen2" | "qwen3" | "gemma" | "gemma2" | "phi3"
            | "glm" | "glm4" => decoder(&top, kind),
            other => Err(file
                .unsupported(format!("its architecture is `{other}`; supported are {SUPPORTED}"))),
        }
    }
}

/// The families that transformers describes in the same words.
fn decoder(keys: &Keys<'_>, architecture: &str) -> Result<Config, Error> {
    let width = keys.size("hidden_size", MAX_WIDTH)?;
    let heads = keys.size("num_attention_heads", MAX_WIDTH)?;
    let head_dim = keys.optional_size("head_dim", MAX_WIDTH)?.unwrap_or(width / heads);
    let gemma = architecture.starts_with("gemma");
    let glm = architecture.starts_with("glm");
    let pairs = if glm { RopePairs::Interleaved } else { RopePairs::Halves };
    let scaled_by = keys.number("query_pre_attn_scalar").unwrap_or(head_dim as f32);
    let activation = match keys.text("hidden_activation").or_else(|| keys.text("hidden_act")) {
        // Gemma 1's files say `gelu` and mean the tanh form.
        Some("gelu_pytorch_tanh") => Activation::GeluGated,
        Some("gelu") | None if gemma => Activation::GeluGated,
        Some("silu" | "swish") | None => Activation::SiluGated,
        Some(other) => {
            return Err(keys.unsupported(format!("its activation is `{other}`")));
        }
    };
    let config = Config {
        architecture: architecture.to_owned(),
        blocks: keys.blocks(architecture)?,
        width,
        hidden: keys.size("intermediate_size", MAX_WIDTH)?,
        heads,
        kv_heads: keys.optional_size("num_key_value_heads", MAX_WIDTH)?.unwrap_or(heads),
        head_dim,
        rotations: keys.rotations(architecture, head_dim, pairs)?,
        learned_positions: false,
        embedding_scale: if gemma { (width as f32).sqrt() } else { 1.0 },
        norm: NormKind::Rms,
        norm_epsilon: keys.number("rms_norm_eps").unwrap_or(1e-6),
        activation,
        attention_scale: scaled_by.sqrt().recip(),
        attention_cap: keys.number("attn_logit_softcapping"),
        logit_cap: keys.number("final_logit_softcapping"),
        trained_context: keys.size("max_position_embeddings", MAX_CONTEXT)?,
    };
    config.check().map_err(|reason| keys.damaged(reason))?;
    Ok(config)
}

/// ChatGLM2 and 3 in the words of their own code (CharacterGLM-6B is one of them).
fn chatglm(keys: &Keys<'_>) -> Result<Config, Error> {
    if !matches!(keys.flag("rmsnorm"), None | Some(true))
        || keys.flag("add_bias_linear") == Some(true)
    {
        return Err(keys.unsupported("it is a ChatGLM without RMS norms or with biases everywhere"));
    }
    if keys.flag("apply_residual_connection_post_layernorm") == Some(true)
        || keys.flag("post_layer_norm") == Some(false)
    {
        return Err(keys.unsupported("its norms stand in other places than ChatGLM2's"));
    }
    let heads = keys.size("num_attention_heads", MAX_WIDTH)?;
    let head_dim = keys.size("kv_channels", MAX_WIDTH)?;
    let kv_heads = match keys.flag("multi_query_attention") {
        Some(true) => keys.size("multi_query_group_num", MAX_WIDTH)?,
        _ => heads,
    };
    // `rope_ratio` stretches ChatGLM3-32k's base.
    let base = 10_000.0 * keys.number("rope_ratio").unwrap_or(1.0);
    let layers = keys.size("num_layers", MAX_LAYERS)?;
    let config = Config {
        architecture: "chatglm".into(),
        blocks: vec![Block { window: None, rotation: Some(0) }; layers],
        width: keys.size("hidden_size", MAX_WIDTH)?,
        hidden: keys.size("ffn_hidden_size", MAX_WIDTH)?,
        heads,
        kv_heads,
        head_dim,
        rotations: vec![Rotation::plain(head_dim / 2, RopePairs::Interleaved, base)],
        learned_positions: false,
        embedding_scale: 1.0,
        norm: NormKind::Rms,
        norm_epsilon: keys.number("layernorm_epsilon").unwrap_or(1e-5),
        activation: Activation::SiluGated,
        attention_scale: (head_dim as f32).sqrt().recip(),
        attention_cap: None,
        logit_cap: None,
        trained_context: keys.size("seq_length", MAX_CONTEXT)?,
    };
    config.check().map_err(|reason| keys.damaged(reason))?;
    Ok(config)
}

/// GPT-2 (GPT2-chitchat is one).
fn gpt2(keys: &Keys<'_>) -> Result<Config, Error> {
    match keys.text("activation_function") {
        None | Some("gelu_new" | "gelu_pytorch_tanh") => {}
        Some(other) => return Err(keys.unsupported(format!("its activation is `{other}`"))),
    }
    let (width, heads) = (keys.size("n_embd", MAX_WIDTH)?, keys.size("n_head", MAX_WIDTH)?);
    if !width.is_multiple_of(heads) {
        return Err(keys.damaged(format!("width {width} does not divide into {heads} heads")));
    }
    let context = match keys.optional_size("n_positions", MAX_CONTEXT)? {
        Some(positions) => positions,
        None => keys.size("n_ctx", MAX_CONTEXT)?,
    };
    let layers = keys.size("n_layer", MAX_LAYERS)?;
    let config = Config {
        architecture: "gpt2".into(),
        blocks: vec![Block { window: None, rotation: None }; layers],
        width,
        hidden: keys.optional_size("n_inner", MAX_WIDTH)?.unwrap_or(4 * width),
        heads,
        kv_heads: heads,
        head_dim: width / heads,
        rotations: Vec::new(),
        learned_positions: true,
        embedding_scale: 1.0,
        norm: NormKind::Layer,
        norm_epsilon: keys.number("layer_norm_epsilon").unwrap_or(1e-5),
        activation: Activation::Gelu,
        attention_scale: ((width / heads) as f32).sqrt().recip(),
        attention_cap: None,
        logit_cap: None,
        trained_context: context,
    };
    config.check().map_err(|reason| keys.damaged(reason))?;
    Ok(config)
}

impl Keys<'_> {
    fn blocks(&self, architecture: &str) -> Result<Vec<Block>, Error> {
        let layers = self.size("num_hidden_layers", MAX_LAYERS)?;
        let window = self.optional_size("sliding_window", MAX_CONTEXT)?;
        // Qwen's files name a window and switch it off.
        let window = window.filter(|_| self.flag("use_sliding_window") != Some(false));
        let kinds = self.json["layer_types"].as_array();
        let positions = self.json["no_rope_layers"].as_array();
        let local_rotation = usize::from(architecture == "gemma3");
        let block = |index: usize| {
            let local = match (kinds.and_then(|kinds| kinds.get(index)), architecture) {
                (Some(kind), _) => kind == "sliding_attention",
                (None, "gemma2") => index.is_multiple_of(2),
                (None, "gemma3") => {
                    let period = self.json["sliding_window_pattern"].as_u64().unwrap_or(6);
                    !(index as u64 + 1).is_multiple_of(period.max(1))
                }
                // From `max_window_layers` on, where a window is switched on at all.
                (None, "qwen2" | "qwen3") => {
                    let first = self.json["max_window_layers"].as_u64().unwrap_or(0);
                    self.flag("use_sliding_window") == Some(true) && index as u64 >= first
                }
                (None, "mistral" | "phi3") => true,
                _ => false,
            };
            let rotated = positions
                .and_then(|list| list.get(index))
                .is_none_or(|flag| flag.as_u64() != Some(0));
            Block {
                window: window.filter(|_| local),
                rotation: rotated.then_some(if local { local_rotation } else { 0 }),
            }
        };
        Ok((0..layers).map(block).collect())
    }

    fn rotations(
        &self,
        architecture: &str,
        head_dim: usize,
        pairs: RopePairs,
    ) -> Result<Vec<Rotation>, Error> {
        let parameters = &self.json["rope_parameters"];
        if architecture == "gemma3" {
            let local = self.number("rope_local_base_freq");
            let sliding = &parameters["sliding_attention"];
            let global = self.rotation(&parameters["full_attention"], head_dim, pairs)?;
            let mut local_rotation = self.rotation(sliding, head_dim, pairs)?;
            if sliding.is_null() {
                local_rotation = Rotation::plain(head_dim, pairs, local.unwrap_or(10_000.0));
            }
            return Ok(vec![global, local_rotation]);
        }
        Ok(vec![self.rotation(parameters, head_dim, pairs)?])
    }

    /// `parameters` as version 5 writes them, or the older keys beside them.
    fn rotation(
        &self,
        parameters: &Value,
        head_dim: usize,
        pairs: RopePairs,
    ) -> Result<Rotation, Error> {
        let scaling = if parameters.is_null() { &self.json["rope_scaling"] } else { parameters };
        let number = |key: &str| scaling[key].as_f64().map(|n| n as f32);
        let base = number("rope_theta").or_else(|| self.number("rope_theta")).unwrap_or(10_000.0);
        let share = number("partial_rotary_factor")
            .or_else(|| self.number("partial_rotary_factor"))
            .unwrap_or(if pairs == RopePairs::Interleaved { 0.5 } else { 1.0 });
        // GLM, the only family here that turns neighbours, turns half of each head where its file does not say.
        let dims = (head_dim as f32 * share) as usize;
        let plain = Rotation::plain(dims, pairs, base);
        let factor = number("factor").unwrap_or(1.0);
        let context = self.size("max_position_embeddings", MAX_CONTEXT)?;
        let original = scaling["original_max_position_embeddings"]
            .as_u64()
            .or_else(|| self.json["original_max_position_embeddings"].as_u64())
            .map_or(context, |n| n.clamp(1, MAX_CONTEXT as u64) as usize);
        let kind = scaling["rope_type"].as_str().or_else(|| scaling["type"].as_str());
        let mut rotation = match kind {
            None | Some("default") => plain,
            Some("linear") => Rotation { factors: Factors::All(factor), ..plain },
            Some("llama3") => plain.llama3(&Llama3 {
                factor,
                original,
                low: number("low_freq_factor").unwrap_or(1.0),
                high: number("high_freq_factor").unwrap_or(4.0),
            }),
            Some("yarn") => plain.yarn(&Yarn {
                factor,
                original,
                beta_fast: number("beta_fast").unwrap_or(32.0),
                beta_slow: number("beta_slow").unwrap_or(1.0),
            }),
            Some("longrope" | "su") => self.long(&plain, scaling, original, context)?,
            Some(other) => {
                return Err(
                    self.unsupported(format!("its RoPE scaling `{other}` is not supported"))
                );
            }
        };
        if let Some(magnitude) = number("attention_factor") {
            rotation.magnitude = magnitude;
        }
        Ok(rotation)
    }

    /// Phi-3's two lists of factors, and the magnitude that its code computes from the lengths.
    fn long(
        &self,
        plain: &Rotation,
        scaling: &Value,
        original: usize,
        context: usize,
    ) -> Result<Rotation, Error> {
        let list = |key: &str| -> Result<Vec<f32>, Error> {
            let list = scaling[key].as_array().filter(|list| list.len() <= MAX_WIDTH);
            let numbers =
                list.map(|list| list.iter().map(|n| n.as_f64().map_or(0.0, |n| n as f32)));
            numbers
                .map(Iterator::collect)
                .ok_or_else(|| self.damaged(format!("its config.json lacks the list `{key}`")))
        };
        let factor = scaling["factor"].as_f64().unwrap_or(context as f64 / original as f64);
        let magnitude = if factor > 1.0 && original > 1 {
            (1.0 + factor.ln() / (original as f64).ln()).sqrt()
        } else {
            1.0
        };
        let factors = Factors::ByContext {
            original,
            short: list("short_factor")?,
            long: list("long_factor")?,
        };
        Ok(Rotation { factors, magnitude: magnitude as f32, ..plain.clone() })
    }
}
