//! What `hanashi complete` is asked with.

use app::tools::Completing;
use clap::Args;

use crate::sampling::SamplingFlags;

/// `hanashi complete`
#[derive(Debug, Args)]
pub(crate) struct Complete {
    /// A chat model of the library, or a GGUF file or a folder of weights. One that answers from passages (T5, mT5, PLUG) writes as
    /// `ChatPLUG` does: three beams, no run of six tokens twice, a penalty on what came before.
    #[arg(long, short, value_name = "NAME|FILE")]
    model: Option<String>,
    /// An adapter over the model, as for `chat`.
    #[arg(long, value_name = "NAME|PATH[:SCALE]", value_parser = crate::adapters::parse)]
    adapter: Vec<(String, f32)>,
    /// Where the model computes, instead of where the settings say: auto, cpu, cuda:0, metal.
    #[arg(long)]
    device: Option<app::DeviceChoice>,
    /// What weights in plain floats are brought into while they are loaded: q8, q6, q5, q4 (default: they stay as they are).
    #[arg(long, value_name = "FORMAT", value_parser = crate::arguments::quantization)]
    quantize: Option<app::tools::Quantization>,
    /// The text to go on with; for a model that answers from passages the first of them.
    #[arg(long, short)]
    prompt: String,
    /// One more passage for a model that answers from passages; each is read by itself. May be given several times.
    #[arg(long, value_name = "TEXT")]
    passage: Vec<String>,
    /// How many beams a model that answers from passages keeps; 1 draws tokens instead.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=16), conflicts_with = "greedy")]
    beams: Option<u32>,
    /// How many tokens to write at most.
    #[arg(long, short = 'n', default_value_t = 64)]
    tokens: u32,
    /// Write so many continuations together, up to 16; with a seed, each is drawn with the next one.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub(crate) candidates: u8,
    /// Always take the likeliest token, whatever came before.
    #[arg(long)]
    greedy: bool,
    /// Seed of the random draws; a model that answers from passages draws where one is given.
    #[arg(long)]
    seed: Option<u64>,
    #[command(flatten)]
    sampling: SamplingFlags,
}

impl Complete {
    /// The same for the tool.
    pub(crate) fn completing(&self) -> Completing<'_> {
        Completing {
            model: self.model.as_deref(),
            device: self.device,
            adapters: &self.adapter,
            prompt: &self.prompt,
            passages: &self.passage,
            beams: self.beams,
            tokens: self.tokens,
            greedy: self.greedy,
            seed: self.seed,
            quantize: self.quantize,
            sampling: self.sampling.changes(),
        }
    }
}
