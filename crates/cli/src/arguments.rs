//! What can be typed: the commands of `hanashi` and their options.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// The visual novel whose characters hear you, answer aloud, and remember: without a window.
#[derive(Debug, Parser)]
#[command(name = "hanashi", version, about, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// Print machine-readable JSON on standard output.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Folder for everything kept (default: `HANASHI_HOME`, else the system's place for such things).
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
}

/// Who answers, with what.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Cast {
    /// A character of the library, or a card file.
    #[arg(long, short, value_name = "NAME|FILE")]
    pub(crate) character: Option<String>,
    /// A chat model of the library, or a GGUF file.
    #[arg(long, short, value_name = "NAME|FILE")]
    pub(crate) model: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Talk in the terminal.
    Chat {
        #[command(flatten)]
        cast: Cast,
        /// Speak the answers aloud as well.
        #[arg(long)]
        speak: bool,
    },
    /// One spoken turn.
    Talk(Talk),
    /// Raw continuation of a text, without a chat template: for comparing with other engines.
    Complete {
        /// A chat model of the library, or a GGUF file.
        #[arg(long, short, value_name = "NAME|FILE")]
        model: Option<String>,
        /// The text to go on with.
        #[arg(long, short)]
        prompt: String,
        /// How many tokens to write at most.
        #[arg(long, short = 'n', default_value_t = 64)]
        tokens: u32,
        /// Always take the likeliest token.
        #[arg(long)]
        greedy: bool,
        /// Seed of the random draws.
        #[arg(long)]
        seed: Option<u64>,
    },
    /// Speak a text into a file.
    Say {
        /// The text.
        text: String,
        /// Id of the voice (`hanashi models list` shows them); default: the language's own.
        #[arg(long, short)]
        voice: Option<String>,
        /// The WAV file to write.
        #[arg(long, short, value_name = "FILE")]
        out: PathBuf,
        /// Write the mouth shapes as JSON, too.
        #[arg(long, value_name = "FILE")]
        visemes: Option<PathBuf>,
    },
    /// Write down what is said in a recording.
    Hear {
        /// A WAV file.
        file: PathBuf,
        /// A Whisper model of the library, or a ggml file.
        #[arg(long, short, visible_alias = "ears", value_name = "NAME|FILE")]
        model: Option<String>,
        /// Language spoken (`en`, `zh`, `ja`); default: found out.
        #[arg(long, short)]
        language: Option<String>,
    },
    /// Character cards.
    #[command(subcommand)]
    Card(CardCommand),
    /// Models and voices.
    #[command(subcommand)]
    Models(ModelsCommand),
    /// Measure.
    #[command(subcommand)]
    Bench(BenchCommand),
}

/// One spoken turn.
#[derive(Debug, Args)]
pub(crate) struct Talk {
    #[command(flatten)]
    pub(crate) cast: Cast,
    /// Id of a voice.
    #[arg(long, short)]
    pub(crate) voice: Option<String>,
    /// A Whisper model of the library, or a ggml file (default: the first with weights in `HANASHI_MODELS`, then in the library).
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) ears: Option<String>,
    /// What you say, typed.
    #[arg(long, short, group = "input")]
    pub(crate) text: Option<String>,
    /// What you say, recorded.
    #[arg(long, value_name = "FILE", group = "input")]
    pub(crate) wav: Option<PathBuf>,
    /// What you say, into the microphone.
    #[arg(long, group = "input")]
    pub(crate) mic: bool,
    /// Write the answer into this WAV file; no sound device is opened then.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CardCommand {
    /// Show what is in card files.
    Inspect {
        /// Card files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelsCommand {
    /// What is installed, what can be fetched.
    List,
    /// Fetch a model of the catalogue.
    Pull {
        /// Its id.
        id: String,
    },
    /// Take a local file into the library.
    Import {
        /// A GGUF, a ggml Whisper model, or a Piper voice (`.onnx` with its `.onnx.json`).
        file: PathBuf,
    },
    /// Check the installed files against their hashes.
    Verify,
    /// Remove a model from the disk.
    Rm {
        /// Its id.
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum BenchCommand {
    /// Whole spoken turns: every stage from the end of speech to the first sample.
    Turn {
        #[command(flatten)]
        cast: Cast,
        /// How many turns.
        #[arg(long, default_value_t = 10)]
        runs: u32,
        /// A recording to say (needs a Whisper model); typed lines otherwise.
        #[arg(long, value_name = "FILE")]
        wav: Option<PathBuf>,
        /// A Whisper model.
        #[arg(long, value_name = "NAME|FILE")]
        ears: Option<String>,
    },
    /// Reading and writing speed of a language model.
    Llm {
        /// A chat model of the library, or a GGUF file.
        #[arg(long, short, value_name = "NAME|FILE")]
        model: Option<String>,
        /// Write a model of noise, of Qwen3-0.6B's shape, to this file first, and measure it.
        #[arg(long, value_name = "FILE", conflicts_with = "model")]
        noise: Option<std::path::PathBuf>,
        /// Tokens of the prompt.
        #[arg(long, default_value_t = 256)]
        prompt: usize,
        /// Tokens of the reply.
        #[arg(long, default_value_t = 64)]
        reply: usize,
        /// How often, after one round that warms up.
        #[arg(long, default_value_t = 5)]
        runs: usize,
    },
}
