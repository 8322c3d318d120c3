//! What `hanashi complete` is asked with.

use std::borrow::Cow;
use std::io::Read as _;
use std::path::PathBuf;

use app::terminal::Completing;
use clap::Args;
use domain::{Problem, ProblemKind};

use crate::sampling::SamplingFlags;

/// `hanashi complete`
#[derive(Debug, Args)]
pub(crate) struct Complete {
    /// A chat model of the library, or a GGUF file or a folder of weights. One that answers from passages (T5, mT5, PLUG) writes as
    /// `ChatPLUG` does: three beams, no run of six tokens twice, a penalty on what came before.
    #[arg(long, short, value_name = "NAME|FILE")]
    model: Option<String>,
    /// An adapter over the model, as for `chat`.
    #[arg(long, alias = "lora", value_name = "NAME|PATH[:SCALE]", value_parser = crate::adapters::parse)]
    adapter: Vec<(String, f32)>,
    /// Where the model computes, instead of where the settings say: auto, cpu, cuda:0, metal.
    #[arg(long)]
    device: Option<app::DeviceChoice>,
    /// What weights in plain floats are brought into while they are loaded: q8, q6, q5, q4 (default: they stay as they are).
    #[arg(long, value_name = "FORMAT", value_parser = crate::arguments::quantization)]
    quantize: Option<app::terminal::Quantization>,
    /// The text to go on with; for a model that answers from passages the first of them.
    #[arg(long, short, required_unless_present = "file")]
    prompt: Option<String>,
    /// The same from a file, as it stands there.
    #[arg(long, short, conflicts_with = "prompt")]
    file: Option<PathBuf>,
    /// One more passage for a model that answers from passages; each is read by itself. May be given several times.
    #[arg(long, value_name = "TEXT")]
    passage: Vec<String>,
    /// How many beams a model that answers from passages keeps; 1 draws tokens instead.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=16), conflicts_with = "greedy")]
    beams: Option<u32>,
    /// How many tokens to write at most (-1: until the model ends, or there is no more room).
    #[arg(
        long,
        short = 'n',
        aliases = ["n-predict", "predict"],
        default_value = "64",
        allow_negative_numbers = true,
        value_parser = length
    )]
    tokens: u32,
    /// Tokens of prompt and continuation that there is room for, up to what the model was made for (0: all of that; default: 4096).
    #[arg(long, short = 'c', alias = "ctx-size", value_name = "N")]
    context: Option<u32>,
    /// A text that ends the continuation, and is no part of it. May be given several times.
    #[arg(long, short_alias = 'r', alias = "reverse-prompt", value_name = "TEXT")]
    stop: Vec<String>,
    /// Write so many continuations together, up to 16; with a seed, each is drawn with the next one.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub(crate) candidates: u8,
    /// Always take the likeliest token, whatever came before.
    #[arg(long, conflicts_with_all = ["temperature", "dynatemp_range", "mirostat_tau", "mirostat"])]
    greedy: bool,
    /// Seed of the random draws (-1: another each time); a model that answers from passages draws where one is given.
    #[arg(long, short_alias = 's', allow_negative_numbers = true, value_parser = seed)]
    seed: Option<Seed>,
    #[command(flatten)]
    sampling: SamplingFlags,
}

/// What draws begin with; none: as the system's chance has it.
#[derive(Debug, Clone, Copy)]
struct Seed(Option<u64>);

/// llama.cpp writes -1 for another seed each time.
fn seed(text: &str) -> Result<Seed, std::num::ParseIntError> {
    if text == "-1" { Ok(Seed(None)) } else { text.parse().map(|seed| Seed(Some(seed))) }
}

/// How many tokens; llama.cpp writes -1 for no limit.
fn length(text: &str) -> Result<u32, std::num::ParseIntError> {
    if text == "-1" { Ok(u32::MAX) } else { text.parse() }
}

/// No context holds more text.
const MAX_FILE: u64 = 1 << 24;

impl Complete {
    /// The text to go on with.
    ///
    /// # Errors
    /// [`ProblemKind::Missing`] where its file cannot be read, [`ProblemKind::Invalid`] where that is no text, or too long for any model.
    pub(crate) fn text(&self) -> Result<Cow<'_, str>, Problem> {
        let Some(file) = &self.file else {
            return Ok(Cow::Borrowed(self.prompt.as_deref().unwrap_or_default()));
        };
        let name = file.display();
        let unread = |error: std::io::Error| {
            let message = format!("the prompt `{name}` cannot be read: {error}");
            Problem::new(ProblemKind::Missing, message, "check the path of `--file`")
        };
        let refused = |why: &str| {
            let message = format!("`{name}` is no prompt: {why}");
            Problem::new(ProblemKind::Invalid, message, "give a plain text in UTF-8 with `--file`")
        };
        let opened = std::fs::File::open(file).map_err(unread)?;
        let mut bytes = Vec::new();
        // Pipes and devices do not say how much they hold.
        opened.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(unread)?;
        if bytes.len() as u64 > MAX_FILE {
            return Err(refused("it is larger than 16 MB"));
        }
        String::from_utf8(bytes).map(Cow::Owned).map_err(|_| refused("it is not UTF-8"))
    }

    /// The same for the tool, with its [`text`](Self::text).
    pub(crate) fn completing<'a>(&'a self, prompt: &'a str) -> Completing<'a> {
        Completing {
            model: self.model.as_deref(),
            device: self.device,
            adapters: &self.adapter,
            prompt,
            context: self.context.map(|tokens| if tokens == 0 { u32::MAX } else { tokens }),
            stop: &self.stop,
            passages: &self.passage,
            beams: self.beams,
            tokens: self.tokens,
            greedy: self.greedy,
            seed: self.seed.and_then(|Seed(seed)| seed),
            quantize: self.quantize,
            sampling: self.sampling.changes(),
        }
    }
}
