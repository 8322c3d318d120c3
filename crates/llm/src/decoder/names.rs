//! What the tensors of a decoder are called, by container and family. A family's peculiarities of storage (fused matrices,
//! transposed ones, norms that are stored less one) are here or show in which names a file has; the decoder knows nothing of
//! them.

use weights::{Checkpoint, Container};

use super::config::Config;

/// Names without `.weight` and `.bias`; those of a block come behind its prefix. An empty name is that of nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names {
    pub(super) embedding: &'static str,
    pub(super) positions: &'static str,
    /// `{}` stands for the block's number.
    pub(super) block: &'static str,
    pub(super) output_norm: &'static str,
    pub(super) output: &'static str,
    pub(super) attention_norm: &'static str,
    /// Queries, keys and values apart.
    pub(super) apart: [&'static str; 3],
    /// The same as one matrix, rows below each other.
    pub(super) fused: &'static str,
    pub(super) query_norm: &'static str,
    pub(super) key_norm: &'static str,
    pub(super) attention_out: &'static str,
    pub(super) post_attention_norm: &'static str,
    pub(super) feed_forward_norm: &'static str,
    pub(super) gate: &'static str,
    pub(super) up: &'static str,
    /// Gate and up as one matrix; or up, where there is no gate.
    pub(super) gate_up: &'static str,
    pub(super) down: &'static str,
    pub(super) post_feed_forward_norm: &'static str,
    /// Matrices stand `[in, out]` (GPT-2's).
    pub(super) transposed: bool,
    /// What norms are short of (Gemma's own files leave the one out).
    pub(super) norm_offset: f32,
}

const GGUF: Names = Names {
    embedding: "token_embd",
    positions: "position_embd",
    block: "blk.{}.",
    output_norm: "output_norm",
    output: "output",
    attention_norm: "attn_norm",
    apart: ["attn_q", "attn_k", "attn_v"],
    fused: "attn_qkv",
    query_norm: "attn_q_norm",
    key_norm: "attn_k_norm",
    attention_out: "attn_output",
    post_attention_norm: "post_attention_norm",
    feed_forward_norm: "ffn_norm",
    gate: "ffn_gate",
    up: "ffn_up",
    gate_up: "ffn_up",
    down: "ffn_down",
    post_feed_forward_norm: "post_ffw_norm",
    transposed: false,
    norm_offset: 0.0,
};

const TRANSFORMERS: Names = Names {
    embedding: "model.embed_tokens",
    positions: "",
    block: "model.layers.{}.",
    output_norm: "model.norm",
    output: "lm_head",
    attention_norm: "input_layernorm",
    apart: ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"],
    fused: "self_attn.qkv_proj",
    query_norm: "self_attn.q_norm",
    key_norm: "self_attn.k_norm",
    attention_out: "self_attn.o_proj",
    post_attention_norm: "",
    feed_forward_norm: "post_attention_layernorm",
    gate: "mlp.gate_proj",
    up: "mlp.up_proj",
    gate_up: "mlp.gate_up_proj",
    down: "mlp.down_proj",
    post_feed_forward_norm: "",
    transposed: false,
    norm_offset: 0.0,
};

const GEMMA: Names = Names { norm_offset: 1.0, ..TRANSFORMERS };

const GEMMA2: Names = Names {
    post_attention_norm: "post_attention_layernorm",
    feed_forward_norm: "pre_feedforward_layernorm",
    post_feed_forward_norm: "post_feedforward_layernorm",
    ..GEMMA
};

const GLM4: Names = Names {
    post_attention_norm: "post_self_attn_layernorm",
    post_feed_forward_norm: "post_mlp_layernorm",
    ..TRANSFORMERS
};

const CHATGLM: Names = Names {
    embedding: "transformer.embedding.word_embeddings",
    block: "transformer.encoder.layers.{}.",
    output_norm: "transformer.encoder.final_layernorm",
    output: "transformer.output_layer",
    fused: "self_attention.query_key_value",
    attention_out: "self_attention.dense",
    gate_up: "mlp.dense_h_to_4h",
    down: "mlp.dense_4h_to_h",
    ..TRANSFORMERS
};

const GPT2: Names = Names {
    embedding: "transformer.wte",
    positions: "transformer.wpe",
    block: "transformer.h.{}.",
    output_norm: "transformer.ln_f",
    output: "",
    attention_norm: "ln_1",
    fused: "attn.c_attn",
    attention_out: "attn.c_proj",
    feed_forward_norm: "ln_2",
    gate_up: "mlp.c_fc",
    down: "mlp.c_proj",
    transposed: true,
    ..TRANSFORMERS
};

/// Prefixes that are put before or taken from all names: bare models, and decoders inside larger ones.
const PREFIXES: [(&str, &str); 5] = [
    ("", ""),
    ("model.", ""),
    ("transformer.", ""),
    ("model.", "language_model.model."),
    ("model.", "model.language_model."),
];

/// What stands before the number of a block, in the decoder of a language model.
const BLOCKS: [&str; 9] = [
    "model.layers",
    "layers",
    "language_model.model.layers",
    "model.language_model.layers",
    "transformer.encoder.layers",
    "encoder.layers",
    "transformer.h",
    "h",
    "blk",
];

/// A part of a decoder that adapters change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Query,
    Key,
    Value,
    /// Queries, keys and values together.
    Fused,
    AttentionOut,
    Gate,
    /// Up alone; in a GGUF with gate and up together, both.
    Up,
    GateUp,
    Down,
    Output,
}

/// The part that a module is, and of which block (0 for the output).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Located {
    pub(super) layer: usize,
    pub(super) place: Place,
}

/// Finds a module by its name, in whatever family's words. `None` where it is no part that adapters change.
pub(super) fn locate(module: &str, gguf: bool) -> Option<Located> {
    let dialects: &[Names] = if gguf { &[GGUF] } else { &[TRANSFORMERS, CHATGLM, GPT2] };
    let outputs = ["lm_head", "transformer.output_layer", "language_model.lm_head"];
    let output = if gguf { module == GGUF.output } else { outputs.contains(&module) };
    if output {
        return Some(Located { layer: 0, place: Place::Output });
    }
    let number = module.split('.').position(|part| part.parse::<usize>().is_ok())?;
    let parts: Vec<&str> = module.split('.').collect();
    let (before, name) = (parts[..number].join("."), parts[number + 1..].join("."));
    if !BLOCKS.contains(&before.as_str()) {
        return None;
    }
    let place = dialects.iter().find_map(|names| {
        let [query, key, value] = names.apart;
        let places = [
            (query, Place::Query),
            (key, Place::Key),
            (value, Place::Value),
            (names.fused, Place::Fused),
            (names.attention_out, Place::AttentionOut),
            (names.gate, Place::Gate),
            (names.up, Place::Up),
            (names.gate_up, Place::GateUp),
            (names.down, Place::Down),
        ];
        places.iter().find(|(known, _)| *known == name).map(|(_, place)| *place)
    })?;
    Some(Located { layer: parts[number].parse().ok()?, place })
}

/// The names of one file.
pub(super) struct Dictionary {
    pub(super) names: Names,
    /// What all names begin with, and what stands in the file instead.
    prefix: (&'static str, &'static str),
}

impl Dictionary {
    /// Of a checkpoint with this description.
    pub(super) fn of(file: &Checkpoint, config: &Config) -> Self {
        let names = match (file.container, config.architecture.as_str()) {
            (Container::Gguf, _) => GGUF,
            (_, "gemma") => GEMMA,
            (_, "gemma2" | "gemma3") => GEMMA2,
            (_, "glm4") => GLM4,
            (_, "chatglm") => CHATGLM,
            (_, "gpt2") => GPT2,
            _ => TRANSFORMERS,
        };
        let found = PREFIXES.iter().find(|(from, to)| {
            let dictionary = Self { names, prefix: (from, to) };
            file.get(&dictionary.weight(names.embedding)).is_some()
        });
        Self { names, prefix: found.copied().unwrap_or_default() }
    }

    /// The full name of a weight outside the blocks.
    pub(super) fn weight(&self, name: &str) -> String {
        self.full(name, "weight")
    }

    /// The full name of a weight or bias of a block; empty where `name` is.
    pub(super) fn inside(&self, block: usize, name: &str, suffix: &str) -> String {
        if name.is_empty() {
            return String::new();
        }
        self.full(&format!("{}{name}", self.names.block.replace("{}", &block.to_string())), suffix)
    }

    /// With its prefix and suffix.
    pub(super) fn full(&self, name: &str, suffix: &str) -> String {
        let (from, to) = self.prefix;
        match name.strip_prefix(from) {
            Some(rest) => format!("{to}{rest}.{suffix}"),
            None => format!("{name}.{suffix}"),
        }
    }
}
