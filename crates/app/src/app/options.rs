//! How the product is started: where its files lie, and what differs from the settings for this run only.

use std::path::{Path, PathBuf};

/// Where the voice goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Output {
    /// The speakers.
    #[default]
    Speakers,
    /// A WAV file; no sound device is opened.
    File(PathBuf),
    /// Nowhere, but in time: everything happens as if it were heard.
    Silence,
    /// Replies are text.
    Text,
}

/// How to start. `Default` is the desktop app's way, except for `resources`.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Folder for everything kept; `None` for the usual place.
    pub data_dir: Option<PathBuf>,
    /// Folder that holds `assets/` and `characters/`. Empty: looked for, beside the installed program or in the source tree.
    pub resources: PathBuf,
    /// Where the voice goes.
    pub output: Output,
    /// A character instead of the one in the settings: a name of the library or a card file.
    pub character: Option<String>,
    /// A model instead of the one in the settings: a name of the library or a file.
    pub model: Option<String>,
    /// Adapters instead of the character's own: each a name of the library or a path, and how strongly it works.
    pub adapters: Vec<(String, f32)>,
    /// A model of dialogues told backwards that chooses among several replies: a name of the library or a path.
    pub reranker: Option<String>,
    /// A smaller model of the same vocabulary that guesses ahead for the model: a name of the library or a path.
    pub draft: Option<String>,
    /// Where the model computes, instead of where the settings say.
    pub device: Option<llm::DeviceChoice>,
    /// What weights in plain floats are brought into while they are loaded, instead of what the settings say.
    pub quantize: Option<llm::Quantization>,
    /// How tokens are drawn, where it differs from the settings.
    pub sampling: domain::SamplingChanges,
    /// A voice instead of the character's.
    pub voice: Option<String>,
    /// A recogniser instead of the one in the settings: a name of the library or a file.
    pub ears: Option<String>,
    /// Begin a conversation of its own instead of going on with the last one.
    pub fresh: bool,
    /// A new conversation begins with what the person says, not with the character's greeting.
    pub no_greeting: bool,
}

/// Finds the folder with `assets/` and `characters/`: beside the installed program, or in the source tree.
pub(crate) fn find_resources() -> PathBuf {
    // Through the link on the PATH by which it may have been called: not every system follows it by itself.
    let executable = std::env::current_exe().ok();
    let executable = executable.map(|path| path.canonicalize().unwrap_or(path));
    let beside = executable.as_deref().and_then(Path::parent);
    let candidates = [
        beside.map(|folder| folder.join("../lib/Hanashi")),
        beside.map(|folder| folder.join("../share/hanashi")),
        beside.map(|folder| folder.join("../Resources")),
        beside.map(Path::to_owned),
        Some(PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))),
    ];
    candidates
        .into_iter()
        .flatten()
        .find(|folder| folder.join("assets/defaults.toml").is_file())
        .unwrap_or_else(|| PathBuf::from("."))
}
