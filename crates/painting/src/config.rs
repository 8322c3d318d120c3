//! What the descriptions of a folder say. Whatever would change the arithmetic and is not known here is refused
//! with what was found: a picture that is only nearly the model's own would be worse than none.

use serde_json::Value;

use crate::Error;
use crate::described::Described;

/// The denoiser.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "a description, field by field")]
pub(crate) struct UnetConfig {
    pub(crate) channels: Vec<usize>,
    /// Of each block on the way down: whether it looks at the words.
    pub(crate) down_attends: Vec<bool>,
    /// The same on the way up, the innermost first.
    pub(crate) up_attends: Vec<bool>,
    /// There is a block in the middle (small models leave it out).
    pub(crate) middle: bool,
    pub(crate) layers: Vec<usize>,
    /// Transformer blocks after each layer that attends.
    pub(crate) depth: Vec<usize>,
    /// diffusers calls them `attention_head_dim`, for what its authors call historical reasons.
    pub(crate) heads: Vec<usize>,
    pub(crate) context: usize,
    pub(crate) groups: usize,
    pub(crate) eps: f64,
    pub(crate) middle_scale: f64,
    pub(crate) linear_projection: bool,
    pub(crate) center: bool,
    pub(crate) flip_sin_to_cos: bool,
    pub(crate) freq_shift: f64,
    /// Channels of the latent.
    pub(crate) latent: usize,
    /// Side of the latent that it was trained with.
    pub(crate) sample: usize,
}

/// What every denoiser of the family has, where its description says anything about it.
fn plain_unet() -> [(&'static str, Value); 25] {
    [
        ("_class_name", "UNet2DConditionModel".into()),
        ("act_fn", "silu".into()),
        ("attention_type", "default".into()),
        ("class_embed_type", Value::Null),
        ("num_class_embeds", Value::Null),
        ("class_embeddings_concat", false.into()),
        ("conv_in_kernel", 3.into()),
        ("conv_out_kernel", 3.into()),
        ("cross_attention_norm", Value::Null),
        ("downsample_padding", 1.into()),
        ("dual_cross_attention", false.into()),
        ("encoder_hid_dim", Value::Null),
        ("encoder_hid_dim_type", Value::Null),
        ("mid_block_only_cross_attention", Value::Null),
        ("num_attention_heads", Value::Null),
        ("only_cross_attention", false.into()),
        ("projection_class_embeddings_input_dim", Value::Null),
        ("resnet_out_scale_factor", 1.0.into()),
        ("resnet_skip_time_act", false.into()),
        ("resnet_time_scale_shift", "default".into()),
        ("reverse_transformer_layers_per_block", Value::Null),
        ("time_embedding_act_fn", Value::Null),
        ("time_embedding_dim", Value::Null),
        ("time_embedding_type", "positional".into()),
        ("timestep_post_act", Value::Null),
    ]
}

impl UnetConfig {
    pub(crate) fn read(from: &Described<'_>) -> Result<Self, Error> {
        if from.given("addition_embed_type").is_some() {
            return Err(Error::unsupported(
                from.path,
                format!(
                    "its `addition_embed_type` is {}: it is of the SDXL family or a later one",
                    from.found("addition_embed_type")
                ),
            ));
        }
        let latent = from.count("in_channels", Some(4))?;
        if latent != from.count("out_channels", Some(4))? {
            return Err(Error::unsupported(
                from.path,
                format!(
                    "it takes {latent} channels: it is for changing pictures (inpainting, depth), not for drawing them"
                ),
            ));
        }
        if from.given("time_cond_proj_dim").is_some() {
            return Err(Error::unsupported(
                from.path,
                "its `time_cond_proj_dim` is set: it is a latent consistency model",
            ));
        }
        from.only(&plain_unet())?;
        let down_attends =
            from.attends("down_block_types", "DownBlock2D", "CrossAttnDownBlock2D")?;
        let up_attends = from.attends("up_block_types", "UpBlock2D", "CrossAttnUpBlock2D")?;
        let blocks = down_attends.len();
        if up_attends.len() != blocks {
            return from.refuse("up_block_types");
        }
        let middle = match from.value.get("mid_block_type") {
            None => true,
            Some(Value::Null) => false,
            Some(Value::String(word)) if word == "UNetMidBlock2DCrossAttn" => true,
            Some(_) => return from.refuse("mid_block_type"),
        };
        let channels = from.channels(blocks)?;
        let heads = from.counts("attention_head_dim", Some(8), blocks)?;
        if channels.iter().zip(&heads).any(|(channels, heads)| !channels.is_multiple_of(*heads)) {
            return from.refuse("attention_head_dim");
        }
        let sample = from.sample()?;
        Ok(Self {
            layers: from.counts("layers_per_block", Some(2), blocks)?,
            depth: from.counts("transformer_layers_per_block", Some(1), blocks)?,
            heads,
            channels,
            down_attends,
            up_attends,
            middle,
            context: from.count("cross_attention_dim", Some(1280))?,
            groups: from.count("norm_num_groups", Some(32))?,
            eps: from.number("norm_eps", 1e-5)?,
            middle_scale: from.number("mid_block_scale_factor", 1.0)?,
            linear_projection: from.yes("use_linear_projection", false)?,
            center: from.yes("center_input_sample", false)?,
            flip_sin_to_cos: from.yes("flip_sin_to_cos", true)?,
            freq_shift: from.number("freq_shift", 0.0)?,
            latent,
            sample: sample.min(256),
        })
    }

    /// A latent's sides are multiples of this, so that each way down has its way up.
    pub(crate) fn multiple(&self) -> usize {
        1 << (self.channels.len() - 1)
    }
}

/// What turns a latent into pixels.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VaeConfig {
    pub(crate) channels: Vec<usize>,
    pub(crate) layers: usize,
    pub(crate) latent: usize,
    pub(crate) groups: usize,
    pub(crate) scaling: f64,
    pub(crate) attends: bool,
    pub(crate) post_quant: bool,
}

impl VaeConfig {
    pub(crate) fn read(from: &Described<'_>) -> Result<Self, Error> {
        from.only(&[
            ("_class_name", "AutoencoderKL".into()),
            ("act_fn", "silu".into()),
            ("out_channels", 3.into()),
            ("shift_factor", Value::Null),
            ("latents_mean", Value::Null),
            ("latents_std", Value::Null),
        ])?;
        let types = from.words("up_block_types")?;
        if types.iter().any(|word| *word != "UpDecoderBlock2D") {
            return from.refuse("up_block_types");
        }
        let scaling = from.number("scaling_factor", 0.18215)?;
        if scaling <= 0.0 {
            return from.refuse("scaling_factor");
        }
        Ok(Self {
            channels: from.channels(types.len())?,
            layers: from.count("layers_per_block", Some(1))?,
            latent: from.count("latent_channels", Some(4))?,
            groups: from.count("norm_num_groups", Some(32))?,
            scaling,
            attends: from.yes("mid_block_add_attention", true)?,
            post_quant: from.yes("use_post_quant_conv", true)?,
        })
    }

    /// Pixels a side of what one number of the latent becomes.
    pub(crate) fn factor(&self) -> usize {
        1 << (self.channels.len() - 1)
    }
}

/// What turns words into an embedding.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TextConfig {
    pub(crate) width: usize,
    pub(crate) inner: usize,
    pub(crate) layers: usize,
    pub(crate) heads: usize,
    pub(crate) positions: usize,
    pub(crate) vocabulary: usize,
    pub(crate) eps: f64,
    /// `quick_gelu`, else the exact one.
    pub(crate) quick: bool,
}

impl TextConfig {
    pub(crate) fn read(from: &Described<'_>) -> Result<Self, Error> {
        // A whole CLIP has the description of its text half within it.
        let inner = from.value.get("text_config").filter(|value| value.is_object());
        let from = Described { path: from.path, value: inner.unwrap_or(from.value) };
        match from.word("model_type", "clip_text_model")? {
            "clip_text_model" | "clip" => {}
            _ => return from.refuse("model_type"),
        }
        from.only(&[("use_attention_mask", false.into())])?;
        let quick = match from.word("hidden_act", "quick_gelu")? {
            "quick_gelu" => true,
            "gelu" => false,
            _ => return from.refuse("hidden_act"),
        };
        let width = from.count("hidden_size", Some(512))?;
        let heads = from.count("num_attention_heads", Some(8))?;
        if !width.is_multiple_of(heads) {
            return from.refuse("num_attention_heads");
        }
        let vocabulary = match from.given("vocab_size").map(Value::as_u64) {
            None => 49408,
            Some(Some(number)) if (1..=1 << 20).contains(&number) => number as usize,
            Some(_) => return from.refuse("vocab_size"),
        };
        Ok(Self {
            width,
            inner: from.count("intermediate_size", Some(2048))?,
            layers: from.count("num_hidden_layers", Some(12))?,
            heads,
            positions: from.count("max_position_embeddings", Some(77))?.min(1024),
            vocabulary,
            eps: from.number("layer_norm_eps", 1e-5)?,
            quick,
        })
    }
}

/// What the denoiser's output means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prediction {
    Noise,
    Velocity,
    Picture,
}

/// How steps lie in the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spacing {
    Linspace,
    Leading,
    Trailing,
}

/// How one step is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Solver {
    Ddim,
    Euler,
    EulerAncestral,
}

/// A schedule of noise.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ScheduleConfig {
    pub(crate) solver: Solver,
    pub(crate) betas: Betas,
    pub(crate) start: f64,
    pub(crate) end: f64,
    pub(crate) steps: usize,
    pub(crate) prediction: Prediction,
    pub(crate) spacing: Spacing,
    pub(crate) offset: usize,
    pub(crate) alpha_to_one: bool,
    /// Largest value of a predicted picture, where it is cut.
    pub(crate) clip: Option<f64>,
    pub(crate) karras: bool,
}

/// How noise grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Betas {
    Linear,
    ScaledLinear,
    Cosine,
}

impl ScheduleConfig {
    /// The schedule of noise is the file's. Of solvers there are three here: where the file names another of those that work with any
    /// such model, the nearest one takes the steps.
    pub(crate) fn read(from: &Described<'_>) -> Result<Self, Error> {
        let class = from.word("_class_name", "")?;
        let solver = solver(from, class)?;
        from.only(&[
            ("trained_betas", Value::Null),
            ("thresholding", false.into()),
            ("rescale_betas_zero_snr", false.into()),
            ("interpolation_type", "linear".into()),
            ("timestep_type", "discrete".into()),
            ("final_sigmas_type", "zero".into()),
            ("use_exponential_sigmas", false.into()),
            ("use_beta_sigmas", false.into()),
            ("use_flow_sigmas", false.into()),
        ])?;
        let betas = match from.word("beta_schedule", "linear")? {
            "linear" => Betas::Linear,
            "scaled_linear" => Betas::ScaledLinear,
            "squaredcos_cap_v2" => Betas::Cosine,
            _ => return from.refuse("beta_schedule"),
        };
        let prediction = prediction(from)?;
        let usual = if solver == Solver::Ddim { "leading" } else { "linspace" };
        let spacing = match from.word("timestep_spacing", usual)? {
            "linspace" => Spacing::Linspace,
            "leading" => Spacing::Leading,
            "trailing" => Spacing::Trailing,
            _ => return from.refuse("timestep_spacing"),
        };
        let (start, end) = (from.number("beta_start", 1e-4)?, from.number("beta_end", 0.02)?);
        if !(start > 0.0 && end >= start && end < 1.0) {
            return from.refuse("beta_end");
        }
        let clips = class == "DDIMScheduler" || class == "DDPMScheduler";
        let clip = from.yes("clip_sample", clips)? && clips;
        let steps = from.count("num_train_timesteps", Some(1000))?;
        let offset = from.number("steps_offset", 0.0)?;
        if !(0.0..=steps as f64 / 2.0).contains(&offset) || offset.fract() != 0.0 {
            return from.refuse("steps_offset");
        }
        Ok(Self {
            solver,
            betas,
            start,
            end,
            steps,
            prediction,
            spacing,
            offset: offset as usize,
            alpha_to_one: from.yes("set_alpha_to_one", class != "PNDMScheduler")?,
            clip: if clip { Some(from.number("clip_sample_range", 1.0)?) } else { None },
            karras: from.yes("use_karras_sigmas", false)? && solver == Solver::Euler,
        })
    }
}

/// Who takes the steps.
fn solver(from: &Described<'_>, class: &str) -> Result<Solver, Error> {
    match class {
        "DDIMScheduler" | "PNDMScheduler" | "DDPMScheduler" => Ok(Solver::Ddim),
        "EulerDiscreteScheduler"
        | "LMSDiscreteScheduler"
        | "HeunDiscreteScheduler"
        | "KDPM2DiscreteScheduler"
        | "DPMSolverMultistepScheduler"
        | "DPMSolverSinglestepScheduler"
        | "UniPCMultistepScheduler"
        | "DEISMultistepScheduler" => Ok(Solver::Euler),
        "EulerAncestralDiscreteScheduler" | "KDPM2AncestralDiscreteScheduler" => {
            Ok(Solver::EulerAncestral)
        }
        _ => Err(Error::unsupported(
            from.path,
            format!("its scheduler is {}, which is not known here", from.found("_class_name")),
        )),
    }
}

fn prediction(from: &Described<'_>) -> Result<Prediction, Error> {
    match from.word("prediction_type", "epsilon")? {
        "epsilon" => Ok(Prediction::Noise),
        "v_prediction" => Ok(Prediction::Velocity),
        "sample" => Ok(Prediction::Picture),
        _ => from.refuse("prediction_type"),
    }
}
