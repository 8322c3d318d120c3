//! The description in GGUF metadata. Keys and defaults are llama.cpp's.

use weights::gguf::Value;
use weights::{Checkpoint, Error};

use super::{
    Activation, Block, Config, Factors, MAX_CONTEXT, MAX_LAYERS, MAX_WIDTH, NormKind, RopePairs,
    Rotation,
};
use crate::decoder::config::rotation::Yarn;

/// Architectures by the name that GGUF gives them, for messages.
pub(crate) const SUPPORTED: &str = "llama (Llama 2 and 3, Mistral, SmolLM, TinyLlama), smollm3, qwen2, qwen3, gemma, gemma2, gemma3, phi3, chatglm (ChatGLM2 and 3, CharacterGLM, GLM-4), glm4, gpt2";

/// What an architecture's name implies beyond its metadata.
struct Family {
    pairs: RopePairs,
    activation: Activation,
    norm: NormKind,
}

fn family(architecture: &str) -> Option<Family> {
    use Activation::{Gelu, GeluGated, SiluGated};
    use RopePairs::{Halves, Interleaved};
    let (pairs, activation, norm) = match architecture {
        "llama" | "smollm3" | "chatglm" | "glm4" => (Interleaved, SiluGated, NormKind::Rms),
        "qwen2" | "qwen3" | "phi3" => (Halves, SiluGated, NormKind::Rms),
        "gemma" | "gemma2" | "gemma3" => (Halves, GeluGated, NormKind::Rms),
        "gpt2" => (Halves, Gelu, NormKind::Layer),
        _ => return None,
    };
    Some(Family { pairs, activation, norm })
}

impl Config {
    /// Reads and checks the description in a GGUF file.
    pub(super) fn from_gguf(file: &Checkpoint) -> Result<Self, Error> {
        let architecture = file
            .metadata
            .str("general.architecture")
            .ok_or_else(|| file.damaged("it does not say its architecture"))?
            .to_owned();
        let family = family(&architecture).ok_or_else(|| {
            file.unsupported(format!(
                "its architecture is `{architecture}`; supported are {SUPPORTED}"
            ))
        })?;
        let keys = Keys { file, architecture: &architecture };
        if file.metadata.u64(&keys.name("expert_count")).unwrap_or(0) > 0 {
            return Err(file.unsupported("it is a mixture of experts"));
        }

        let layers = keys.size("block_count", MAX_LAYERS)?;
        let width = keys.size("embedding_length", MAX_WIDTH)?;
        let hidden = keys.size("feed_forward_length", MAX_WIDTH)?;
        let heads = keys.size("attention.head_count", MAX_WIDTH)?;
        let kv_heads = keys.optional_size("attention.head_count_kv", MAX_WIDTH)?.unwrap_or(heads);
        let head_dim = match keys.optional_size("attention.key_length", MAX_WIDTH)? {
            Some(length) => length,
            None if width.is_multiple_of(heads) => width / heads,
            None => {
                return Err(
                    file.damaged(format!("width {width} does not divide into {heads} heads"))
                );
            }
        };
        let values = file.metadata.u64(&keys.name("attention.value_length"));
        if values.is_some_and(|v| v != head_dim as u64) {
            return Err(file.unsupported("its keys and values differ in length"));
        }
        let learned_positions = architecture == "gpt2";
        let rotations =
            if learned_positions { Vec::new() } else { keys.rotations(head_dim, family.pairs)? };
        let epsilon = match family.norm {
            NormKind::Rms => "attention.layer_norm_rms_epsilon",
            NormKind::Layer => "attention.layer_norm_epsilon",
        };
        // llama.cpp's own rule: the 27B models of Gemma 2 and 3 scale by the width a head, the others by its length.
        let wide = matches!((architecture.as_str(), layers), ("gemma2", 46) | ("gemma3", 62));
        let scaled_by = if wide { width / heads } else { head_dim };
        let gemma = matches!(architecture.as_str(), "gemma" | "gemma2" | "gemma3");
        let cap = |key: &str| file.metadata.f32(&keys.name(key)).filter(|cap| *cap != 0.0);
        let config = Self {
            blocks: keys.blocks(layers)?,
            width,
            hidden,
            heads,
            kv_heads,
            head_dim,
            rotations,
            learned_positions,
            embedding_scale: if gemma { (width as f32).sqrt() } else { 1.0 },
            norm: family.norm,
            norm_epsilon: keys.number(epsilon, 1e-5),
            activation: family.activation,
            attention_scale: keys.number("attention.scale", 1.0 / (scaled_by as f32).sqrt()),
            attention_cap: cap("attn_logit_softcapping"),
            logit_cap: cap("final_logit_softcapping"),
            trained_context: keys.size("context_length", MAX_CONTEXT)?,
            architecture: architecture.clone(),
        };
        config.check().map_err(|reason| file.damaged(reason))?;
        Ok(config)
    }
}

/// Metadata keys under the architecture's name.
struct Keys<'a> {
    file: &'a Checkpoint,
    architecture: &'a str,
}

impl Keys<'_> {
    fn name(&self, key: &str) -> String {
        format!("{}.{key}", self.architecture)
    }

    /// A positive whole number up to `max`.
    fn size(&self, key: &str, max: usize) -> Result<usize, Error> {
        let size = self.optional_size(key, max)?;
        size.ok_or_else(|| self.file.damaged(format!("it lacks `{}`", self.name(key))))
    }

    fn optional_size(&self, key: &str, max: usize) -> Result<Option<usize>, Error> {
        let name = self.name(key);
        let number = match self.file.metadata.get(&name) {
            None => return Ok(None),
            Some(Value::Array(_)) => {
                return Err(self.file.unsupported(format!("its layers differ in `{name}`")));
            }
            Some(value) => value.as_u64(),
        };
        match number {
            Some(n) if n > 0 && n <= max as u64 => Ok(Some(n as usize)),
            Some(n) => Err(self.file.damaged(format!("its `{name}` is {n}"))),
            None => Err(self.file.damaged(format!("its `{name}` is not a whole number"))),
        }
    }

    fn number(&self, key: &str, default: f32) -> f32 {
        self.file.metadata.f32(&self.name(key)).unwrap_or(default)
    }

    /// Windows and rotations, layer by layer, as llama.cpp sets them.
    fn blocks(&self, layers: usize) -> Result<Vec<Block>, Error> {
        // It ignores the windows that files of Llama's and Phi's architectures name.
        let (period, local_rotation) = match self.architecture {
            "gemma2" => (2, 0),
            "gemma3" => (6, 1),
            _ => (0, 0),
        };
        let window = match period {
            0 => None,
            _ => self.optional_size("attention.sliding_window", MAX_CONTEXT)?,
        };
        let block = |index: usize| match self.architecture {
            "gpt2" => Block { window: None, rotation: None },
            // Every fourth layer has no positions.
            "smollm3" => Block { window: None, rotation: (index % 4 != 3).then_some(0) },
            _ if window.is_some() && index % period < period - 1 => {
                Block { window, rotation: Some(local_rotation) }
            }
            _ => Block { window: None, rotation: Some(0) },
        };
        Ok((0..layers).map(block).collect())
    }

    /// The rotation of all layers, and for Gemma 3 that of its local ones behind it.
    fn rotations(&self, head_dim: usize, pairs: RopePairs) -> Result<Vec<Rotation>, Error> {
        let dims = self.optional_size("rope.dimension_count", head_dim)?.unwrap_or(head_dim);
        let base = self.number("rope.freq_base", 10_000.0);
        let mut global = Rotation::plain(dims, pairs, base);
        let scaling = self.file.metadata.str(&self.name("rope.scaling.type"));
        let factor = self.number("rope.scaling.factor", 1.0);
        match scaling {
            // Newer files leave the type out where there is a plain factor.
            None => {
                let divisor = self.number("rope.scale_linear", factor);
                global.factors = Factors::All(divisor);
            }
            // The long and short factors of the latter are tensors.
            Some("none" | "longrope") => {}
            Some("linear") => global.factors = Factors::All(factor),
            Some("yarn") => {
                global = global.yarn(&Yarn {
                    factor,
                    original: self.original_context()?,
                    beta_fast: self.number("rope.scaling.yarn_beta_fast", 32.0),
                    beta_slow: self.number("rope.scaling.yarn_beta_slow", 1.0),
                });
            }
            Some(other) => {
                return Err(self
                    .file
                    .unsupported(format!("its RoPE scaling `{other}` is not supported")));
            }
        }
        global.magnitude *= self.number("rope.scaling.attn_factor", 1.0);
        self.tabulated(&mut global)?;
        let local_base = self.number("rope.freq_base_swa", 10_000.0);
        let local = Rotation::plain(dims, pairs, local_base);
        Ok(if self.architecture == "gemma3" { vec![global, local] } else { vec![global] })
    }

    /// Factors that come as tensors: Llama 3's, and Phi-3's two kinds.
    fn tabulated(&self, rotation: &mut Rotation) -> Result<(), Error> {
        let list = |name: &str| -> Result<Vec<f32>, Error> {
            let entry = self.file.require(name)?;
            if entry.elements() != (rotation.dims / 2) as u64 {
                return Err(self.file.damaged(format!(
                    "its tensor `{name}` has the shape {:?} where {} numbers are needed",
                    entry.shape,
                    rotation.dims / 2
                )));
            }
            self.file.floats(name)
        };
        if self.file.get("rope_factors_long.weight").is_some() {
            rotation.factors = Factors::ByContext {
                original: self.original_context()?,
                short: list("rope_factors_short.weight")?,
                long: list("rope_factors_long.weight")?,
            };
        } else if self.file.get("rope_freqs.weight").is_some() {
            rotation.factors = Factors::Each(list("rope_freqs.weight")?);
        }
        Ok(())
    }

    fn original_context(&self) -> Result<usize, Error> {
        match self.optional_size("rope.scaling.original_context_length", MAX_CONTEXT)? {
            Some(length) => Ok(length),
            None => self.size("context_length", MAX_CONTEXT),
        }
    }
}
