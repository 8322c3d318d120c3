//! What `hanashi bench` measures, and its options.

use std::path::PathBuf;

use clap::Subcommand;

use super::{Cast, quantization};

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
        /// Measure the whole voice loop instead: echo, interruption, ends of turns, recognition (docs/voice.md).
        #[arg(long)]
        suite: bool,
        /// Minutes of played speech and of noise that the suite listens to.
        #[arg(long, default_value_t = 60, requires = "suite")]
        minutes: u32,
        /// Other rooms and noises than those of docs/voice.md: values are chosen on some and reported on others.
        #[arg(long, default_value_t = 0, requires = "suite")]
        seed: u64,
        /// Folder of recordings with their transcripts.tsv, in words that the Whisper model knows.
        #[arg(long, value_name = "FOLDER", default_value = "tests/fixtures/whisper-nano/clips")]
        clips: PathBuf,
        /// Only these parts of the suite.
        #[arg(long, requires = "suite", value_delimiter = ',', value_name = "PART",
            value_parser = ["words", "endings", "noise", "rooms", "turns"])]
        only: Vec<String>,
        /// A voice for the suite's whole turns.
        #[arg(long, requires = "suite", value_name = "ID")]
        voice: Option<String>,
        /// In the suite's whole turns the chat model does its work, and a fixed reply of forty tokens is spoken at its pace: for
        /// models of noise.
        #[arg(long, requires = "suite")]
        recital: bool,
    },
    /// A large lorebook over a long conversation: making it ready, matching it, putting the prompt together.
    Prompt {
        /// Entries of the book.
        #[arg(long, default_value_t = 10_000)]
        entries: usize,
        /// Messages of the conversation.
        #[arg(long, default_value_t = 200)]
        messages: usize,
        /// How many times.
        #[arg(long, default_value_t = 30)]
        runs: usize,
    },
    /// Opening and searching a library of characters made for the purpose.
    Library {
        /// How many characters.
        #[arg(long, default_value_t = 5000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        cards: u32,
        /// How often it is opened, and searched for each of several words.
        #[arg(long, default_value_t = 20)]
        runs: u32,
    },
    /// What the planner says a model needs beside what it takes, for five models of noise.
    Plan(crate::plan::PlanBench),
    /// A made-up year: what is remembered of it, how quickly, and what it costs the prompt's cache.
    Memory {
        /// Diaries to write.
        #[arg(long, value_delimiter = ',', default_value = "1,2,3")]
        seeds: Vec<u64>,
        /// Messages of one more diary, whose memory is written to the disk and searched there; 0 for none.
        #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=4_000_000))]
        messages: u32,
        /// Folder in which that diary stays (two gigabytes a million messages), and is asked again by the next call.
        #[arg(long, value_name = "FOLDER")]
        keep: Option<PathBuf>,
        /// An encoder (a name or a folder) with which every year is asked by words and meaning, too; with `--keep` it reads each once.
        #[arg(long, value_name = "NAME")]
        encoder: Option<String>,
        /// Name the questions that were not answered, with what had been said and what was recalled instead.
        #[arg(long)]
        misses: bool,
        /// Instead of diaries: how well this chat model (a name or a path) finds facts in made-up conversations.
        #[arg(long, value_name = "NAME", conflicts_with_all = ["seeds", "messages", "keep", "encoder", "misses"])]
        model: Option<String>,
    },
    /// How fast documents are read, and how fast something is found among them.
    Know {
        /// Small documents in three languages.
        #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        documents: u32,
        /// Megabytes of a wiki's dump that is written and read besides; about three times as much is needed on the disk.
        #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=16_384))]
        dump: u32,
    },
    /// Tokens a second of training.
    Tune(crate::bench_tune::BenchTune),
    /// Reading and writing speed of a language model.
    Llm {
        /// A chat model of the library, or a GGUF file or a folder of weights.
        #[arg(long, short, value_name = "NAME|FILE")]
        model: Option<String>,
        /// Write a model of noise, of a Qwen3's shape, to this file first, and measure it.
        #[arg(long, value_name = "FILE", conflicts_with = "model")]
        noise: Option<PathBuf>,
        /// Which Qwen3 the noise is shaped like: 0.6b, 1.7b, 4b, 8b.
        #[arg(long, value_name = "SIZE", requires = "noise", default_value = "0.6b")]
        noise_size: app::terminal::bench::Size,
        /// The noise is stored in half floats (bf16) instead of Q4_K.
        #[arg(long, requires = "noise")]
        noise_halves: bool,
        /// An adapter whose cost is measured, in turn with the plain model.
        #[arg(long, value_name = "NAME|PATH[:SCALE]", value_parser = crate::adapters::parse)]
        adapter: Vec<(String, f32)>,
        /// Write an adapter of noise of this rank beside the model of noise, and measure its cost.
        #[arg(long, value_name = "RANK", requires = "noise", value_parser = clap::value_parser!(u16).range(1..=1024))]
        noise_adapter: Option<u16>,
        /// Replies that are written together, in turn with one alone.
        #[arg(long, default_value_t = 0)]
        candidates: usize,
        /// A smaller model of the same vocabulary that guesses, in turn with the model alone.
        #[arg(long, value_name = "NAME|FILE")]
        draft: Option<String>,
        /// Where it computes: auto, cpu, cuda:0, metal.
        #[arg(long, default_value = "auto")]
        device: app::DeviceChoice,
        /// What weights in plain floats are brought into while they are loaded (q8, q6, q5, q4).
        #[arg(long, value_name = "FORMAT", value_parser = quantization)]
        quantize: Option<app::terminal::Quantization>,
        /// Also save what was read, and take it from the file instead of reading (on the processor).
        #[arg(long)]
        restore: bool,
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
