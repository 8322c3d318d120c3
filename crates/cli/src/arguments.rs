//! What can be typed: the commands of `hanashi` and their options.

mod bench;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(crate) use self::bench::BenchCommand;

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
    /// A file whose first line is the passphrase of an encrypted data folder (default: it is asked for).
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "HANASHI_PASSPHRASE_FILE",
        hide_env_values = true
    )]
    pub(crate) passphrase_file: Option<PathBuf>,
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
    /// An adapter (LoRA) over the model instead of the character's own: a name of the library, a folder as PEFT writes it or a GGUF,
    /// and how strongly it works (1 is as trained). May be given several times.
    #[arg(long, alias = "lora", value_name = "NAME|PATH[:SCALE]", value_parser = crate::adapters::parse)]
    pub(crate) adapter: Vec<(String, f32)>,
    /// A model of dialogues told backwards (GPT2-chitchat's "MMI") that chooses the best of five replies.
    #[arg(long, value_name = "NAME|PATH")]
    pub(crate) reranker: Option<String>,
    /// A smaller model of the same vocabulary that guesses ahead; the replies stay what they are without.
    #[arg(long, alias = "model-draft", value_name = "NAME|FILE")]
    pub(crate) draft: Option<String>,
    /// Where the model computes, instead of where the settings say: auto, cpu, cuda:0, metal.
    #[arg(long)]
    pub(crate) device: Option<app::DeviceChoice>,
    /// What weights in plain floats are brought into while they are loaded (q8, q6, q5, q4), instead of what the settings say.
    #[arg(long, value_name = "FORMAT", value_parser = quantization)]
    pub(crate) quantize: Option<app::terminal::Quantization>,
    #[command(flatten)]
    pub(crate) sampling: Box<crate::sampling::SamplingFlags>,
}

impl Cast {
    /// What of a start they decide.
    pub(crate) fn options(&self) -> app::Options {
        app::Options {
            character: self.character.clone(),
            model: self.model.clone(),
            adapters: self.adapter.clone(),
            reranker: self.reranker.clone(),
            draft: self.draft.clone(),
            device: self.device,
            quantize: self.quantize,
            sampling: self.sampling.changes(),
            ..app::Options::default()
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Talk in the terminal.
    Chat {
        #[command(flatten)]
        cast: Cast,
        /// Characters of the library to invite, up to two: `--with HARU,REN`. They stay in the conversation until they are sent away.
        #[arg(long, value_name = "NAMES", value_delimiter = ',')]
        with: Vec<String>,
        /// Speak the answers aloud as well.
        #[arg(long)]
        speak: bool,
        /// Listen as well, hands free: speak, interrupt, type.
        #[arg(long, requires = "speak")]
        listen: bool,
        /// A Whisper model of the library, or a ggml file.
        #[arg(long, requires = "listen", value_name = "NAME|FILE")]
        ears: Option<String>,
        /// Hear only what begins with this phrase (commas part several; without one, the character's name), until the
        /// conversation rests for twenty seconds.
        #[arg(long, requires = "listen", value_name = "PHRASE", num_args = 0..=1, default_missing_value = "")]
        wake: Option<String>,
    },
    /// One spoken turn.
    Talk(Talk),
    /// Raw continuation of a text, without a chat template: for comparing with other engines.
    Complete(crate::complete::Complete),
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
        /// A WAV file, Ogg Vorbis, Opus, MP3, AAC or FLAC.
        file: PathBuf,
        /// A Whisper model of the library, or a ggml file.
        #[arg(long, short, visible_alias = "ears", value_name = "NAME|FILE")]
        model: Option<String>,
        /// Language spoken (`en`, `zh`, `ja`); default: found out.
        #[arg(long, short)]
        language: Option<String>,
    },
    /// Test the microphone: quiet, your voice, the character's voice, words.
    Mic(crate::mic::Mic),
    /// Character cards.
    #[command(subcommand)]
    Card(CardCommand),
    /// Lorebooks.
    #[command(subcommand)]
    Lore(LoreCommand),
    /// Prompts.
    #[command(subcommand)]
    Prompt(PromptCommand),
    /// Conversations: listed, deleted, brought back, taken over from other programs.
    #[command(subcommand)]
    Talks(crate::talks::TalksCommand),
    /// What a character remembers.
    #[command(subcommand)]
    Memory(crate::memory::MemoryCommand),
    /// Documents that characters may read.
    #[command(subcommand)]
    Know(crate::know::KnowCommand),
    /// Places, music and ambience of your own.
    #[command(subcommand)]
    Scenery(crate::scenery::SceneryCommand),
    /// Models and voices.
    #[command(subcommand)]
    Models(ModelsCommand),
    /// Scripts of visual novels, and datasets of them.
    #[command(subcommand)]
    Novel(crate::novel::NovelCommand),
    /// What lies on the disk, and what left the machine.
    #[command(subcommand)]
    Upkeep(crate::upkeep::UpkeepCommand),
    /// Encryption of everything that was said.
    #[command(subcommand)]
    Vault(crate::vault::VaultCommand),
    /// Write manual pages and shell completions into a folder, for packages.
    #[command(hide = true)]
    Generate {
        /// The folder; created where it is missing.
        folder: PathBuf,
    },
    /// How good a character is: interview her, count, compare.
    Appraise(crate::appraise::Appraise),
    /// Train: datasets to adapters and models.
    #[command(subcommand)]
    Tune(crate::tune::TuneCommand),
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
    /// Show what is in card files; of a file with several characters, each.
    Inspect {
        /// Card files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Take the characters of card files into the library.
    Import {
        /// Card files of any kind; of a file with several characters, each, or one of them as `pack.zip!/ann.png`.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Write a card in another form: V3, with a V2 copy inside pictures.
    Convert {
        /// A card file of any kind, or one of the characters in it as `pack.zip!/ann.png`.
        file: PathBuf,
        /// What to write; its ending says how: `.json`, `.png` or `.apng`, `.charx`.
        #[arg(long, short, value_name = "FILE")]
        out: PathBuf,
        /// Write a V2 card (not into `.charx`).
        #[arg(long)]
        v2: bool,
    },
    /// Import every file of a folder, write it in every form, and say what is refused, put right or lost.
    Check {
        /// The folder; folders within it are looked into.
        dir: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum LoreCommand {
    /// Which entries fire in a conversation, why, and where they go.
    Match(LoreMatch),
}

/// What is matched with what.
#[derive(Debug, Args)]
pub(crate) struct LoreMatch {
    /// A lorebook of any format, or a card with one; several are stacked.
    #[arg(long, short, required = true, value_name = "FILE")]
    pub(crate) book: Vec<PathBuf>,
    /// A conversation: JSON, JSON lines (SillyTavern's chats, too), or text with names.
    #[arg(long, value_name = "FILE")]
    pub(crate) history: PathBuf,
    /// What `{{char}}` becomes (default: the card's name, else "Character").
    #[arg(long, value_name = "NAME")]
    pub(crate) char: Option<String>,
    /// What `{{user}}` becomes (default: your name in the settings).
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// Which greeting the conversation began with, from 0.
    #[arg(long, value_name = "N")]
    pub(crate) greeting: Option<u32>,
    /// The prompt is one text, not a chat.
    #[arg(long)]
    pub(crate) text_completion: bool,
    /// Entries call each other where a book leaves it open.
    #[arg(long)]
    pub(crate) recursive: bool,
    /// Messages that are searched where a book leaves it open (default: 4).
    #[arg(long, value_name = "N")]
    pub(crate) scan_depth: Option<u32>,
    /// Words may be written in hiragana or katakana alike.
    #[arg(long)]
    pub(crate) fold_kana: bool,
    /// Tokens that all books may take together (default: any number).
    #[arg(long, value_name = "N")]
    pub(crate) budget: Option<u32>,
    /// The model that counts tokens (default: the one that comes with the program).
    #[arg(long, short, value_name = "NAME|FILE")]
    pub(crate) model: Option<String>,
}

impl From<&LoreMatch> for app::terminal::Matching {
    fn from(typed: &LoreMatch) -> Self {
        Self {
            books: typed.book.clone(),
            history: typed.history.clone(),
            character: typed.char.clone().unwrap_or_default(),
            user: typed.user.clone().unwrap_or_default(),
            greeting: typed.greeting,
            text_completion: typed.text_completion,
            recursive: typed.recursive,
            scan_depth: typed.scan_depth,
            fold_kana: typed.fold_kana,
            budget: typed.budget,
            model: typed.model.clone(),
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum PromptCommand {
    /// The exact prompt for the answer to a conversation's last message, block by block, with tokens.
    Show {
        /// A character of the library, or a card file.
        #[arg(long, short, value_name = "NAME|FILE")]
        character: String,
        /// A chat model of the library, or a GGUF file, whose vocabulary counts.
        #[arg(long, short, value_name = "NAME|FILE")]
        model: Option<String>,
        /// A conversation: JSON, JSON lines, or text with names.
        #[arg(long, value_name = "FILE")]
        history: PathBuf,
        /// A built-in chat template (`chatml`, `llama3`, …) instead of the model's own.
        #[arg(long, value_name = "NAME")]
        template: Option<String>,
        /// A note to the model within the conversation (default: the one that is kept for the character).
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
        /// How many messages from the end the note stands.
        #[arg(long, value_name = "N", default_value_t = 4, requires = "note")]
        note_depth: u32,
        /// How the reply begins (default: as the settings say).
        #[arg(long, value_name = "TEXT")]
        beginning: Option<String>,
        /// Lore stands exactly where its book says.
        #[arg(long)]
        lore_in_place: bool,
        /// Messages that are searched where a book leaves it open.
        #[arg(long, value_name = "N")]
        scan_depth: Option<u32>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelsCommand {
    /// What is installed, what can be fetched.
    List,
    /// What fits this machine, and why.
    Plan(crate::plan::PlanArguments),
    /// The files of any repository of Hugging Face or ModelScope, with what each is and whether it fits.
    Look {
        /// `owner/name`, `owner/name@revision`, `modelscope:owner/name`, or the address of its page.
        repository: String,
    },
    /// Fetch a model of the catalogue, a file of a repository, or a repository as a folder of weights.
    Pull {
        /// Its id; or a repository: `owner/name`, `owner/name@revision` (a branch, a tag, a commit), `modelscope:owner/name`.
        id: String,
        /// Path of the file in the repository; without it the repository is fetched as a folder (config.json, tokenizer, weights).
        #[arg(long, value_name = "PATH")]
        file: Option<String>,
        /// The terms have been read (needed where they are not the usual ones, and for every repository).
        #[arg(long)]
        agree: bool,
    },
    /// Take a local file or folder into the library.
    Import {
        /// A GGUF, a folder with config.json, tokenizer and weights, a ggml Whisper model, a Piper voice (`.onnx` with its `.onnx.json`), or an adapter (PEFT's folder, or a GGUF).
        file: PathBuf,
    },
    /// The models of the server that `remote_url` names in the settings; talk to one with `--model remote:NAME`.
    Remote,
    /// Keep the key to that server in the system's keychain. It is read from standard input; an empty one is forgotten.
    RemoteKey,
    /// Keep the key to the server that draws scenes (`picture_url`), in the same way.
    PictureKey,
    /// Check the installed files against their hashes.
    Verify,
    /// Remove a model from the disk.
    Rm {
        /// Its id.
        id: String,
    },
}

/// A block format by its short name.
pub(crate) fn quantization(text: &str) -> Result<app::terminal::Quantization, String> {
    use app::terminal::Quantization;
    Ok(match text {
        "q8" => Quantization::Q8,
        "q6" => Quantization::Q6,
        "q5" => Quantization::Q5,
        "q4" => Quantization::Q4,
        _ => return Err("name one of q8, q6, q5, q4".to_owned()),
    })
}
