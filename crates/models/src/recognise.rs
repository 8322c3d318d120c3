//! What a file is, told by its content: names lie, and half of a download looks like the whole by its name.
//!
//! Every format is walked to its end by its own lengths, so that a truncated file is found before it is loaded. All of it is
//! hostile input: nothing is allocated by a length that the file claims.

pub(crate) mod folder;
mod ggml;
mod gguf;
mod onnx;
pub(crate) mod pictures;
mod reader;
mod whisper;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::catalogue::Kind;
use crate::footprint::{Plain, Shape, WhisperShape};

pub use self::onnx::VoiceConfig;

/// A file that can be used, and what is known of it without loading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A language model.
    Gguf {
        /// `general.architecture`: `llama`, `qwen3`, …
        architecture: String,
        /// `general.name`, where it has one.
        name: Option<String>,
        /// What its memory is planned by, where the file says enough.
        shape: Option<Box<Shape>>,
    },
    /// A language model as a folder: a description, a tokenizer, weights in plain floats.
    Folder {
        /// `model_type`: `llama`, `qwen3`, `chatglm`, `t5`, …
        architecture: String,
        /// The weights are PyTorch's pickles: read without executing anything in them.
        pickle: bool,
        /// It writes each reply as a whole instead of word by word.
        answers: bool,
        /// What its memory is planned by, where the description says enough.
        shape: Option<Box<Shape>>,
        /// Its weights, by what may become of them while they are loaded.
        plain: Plain,
        /// Everything that belongs to it, the description last.
        files: Vec<PathBuf>,
    },
    /// What turns texts into vectors, as a folder.
    Encoder {
        /// `model_type`: `bert`, `roberta`, `xlm-roberta`.
        architecture: String,
        /// Its weights as stored, in bytes.
        bytes: u64,
        /// Everything that belongs to it, the description last.
        files: Vec<PathBuf>,
    },
    /// A model that draws, as a folder in diffusers' layout.
    Pictures {
        /// Numbers in its parts together.
        numbers: u64,
        /// Everything that belongs to it, the index last.
        files: Vec<PathBuf>,
    },
    /// A Whisper recogniser.
    Whisper {
        /// More languages than English.
        multilingual: bool,
        /// Layers of the encoder: 4 is tiny, 6 base, 12 small, 24 medium, 32 large.
        layers: u32,
        /// What its memory is planned by.
        shape: WhisperShape,
    },
    /// A Piper voice.
    Voice {
        /// The configuration beside it.
        config: PathBuf,
        /// What that says.
        about: VoiceConfig,
    },
}

impl Content {
    /// What it is for.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Gguf { .. } | Self::Folder { .. } => Kind::Chat,
            Self::Whisper { .. } => Kind::Ears,
            Self::Pictures { .. } => Kind::Pictures,
            Self::Encoder { .. } => Kind::Encoder,
            Self::Voice { .. } => Kind::Voice,
        }
    }
}

/// Tells what a file, or a folder with a model in it, is.
///
/// # Errors
/// [`Error::Refused`] for everything else, with what it seems to be and what to do; [`Error::Io`].
pub fn recognise(path: &Path) -> Result<Content, Error> {
    if path.is_dir() {
        if pictures::looks_like(path) {
            return pictures::read(path);
        }
        return folder::read(path);
    }
    let about = path.metadata().map_err(Error::io("open", path))?;
    if !about.is_file() {
        // Opening a pipe waits for whoever writes into it.
        return Err(refuse(path, &[]));
    }
    let size = about.len();
    let mut file = File::open(path).map_err(Error::io("open", path))?;
    let mut start = [0; 64];
    let mut have = 0;
    while have < start.len() {
        match file.read(&mut start[have..]).map_err(Error::io("read", path))? {
            0 => break,
            n => have += n,
        }
    }
    let start = &start[..have];

    if start.is_empty() {
        return Err(Error::damaged(path, "is empty", "download it again"));
    }
    if start.starts_with(b"GGUF") {
        return gguf::read(path, size);
    }
    if start.starts_with(&ggml::MAGIC.to_le_bytes()) {
        return whisper::read(path, size);
    }
    if onnx::looks_like(path, start) {
        return onnx::read(path, size);
    }
    if onnx::is_config(path) {
        return onnx::read_beside_config(path);
    }
    Err(refuse(path, start))
}

/// Names what people bring by mistake.
fn refuse(path: &Path, start: &[u8]) -> Error {
    let text = String::from_utf8_lossy(start).trim_start().to_ascii_lowercase();
    let extension =
        path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    if text.starts_with("version https://git-lfs") {
        return Error::damaged(
            path,
            "is only a pointer to the real file (git LFS)",
            "download the file itself from its page, or run `git lfs pull` in that folder",
        );
    }
    if text.starts_with("<!doctype")
        || text.starts_with("<html")
        || text.starts_with("entry not found")
    {
        return Error::damaged(
            path,
            "is a web page, not a model",
            "use the download button of the page and try again",
        );
    }
    if ["ggjt", "tjgg", "ggmf", "fmgg", "ggla", "algg"].iter().any(|magic| text.starts_with(magic))
    {
        return Error::unsupported(
            path,
            "is a model in a form older than GGUF",
            "look for a GGUF of the same model",
        );
    }
    let is_zip = start.starts_with(b"PK\x03\x04");
    match extension.as_str() {
        "safetensors" => Error::unsupported(
            path,
            "holds weights, and nothing beside it says of what model",
            "bring the whole folder with its config.json and tokenizer, or a GGUF of the same model",
        ),
        "bin" | "pt" | "pth" if is_zip || start.starts_with(&[0x80, 0x02]) => Error::unsupported(
            path,
            "is a PyTorch checkpoint, and nothing beside it says of what model",
            "bring the whole folder with its config.json and tokenizer, a GGUF of the same model, or a ggml file of the same Whisper",
        ),
        "gguf" => Error::damaged(path, "does not begin like a GGUF file", "download it again"),
        "onnx" => Error::damaged(path, "is not a complete ONNX file", "download it again"),
        _ => Error::unsupported(
            path,
            "is no model that Hanashi knows",
            "bring a GGUF language model, a folder with config.json and weights, a folder of Stable Diffusion with model_index.json, a ggml Whisper model, or a Piper voice (`.onnx` with its `.onnx.json`)",
        ),
    }
}

/// Whether a folder may be a model, by the names in it alone.
pub fn is_folder(path: &Path) -> bool {
    folder::looks_like(path) || pictures::looks_like(path)
}

/// What is meant by a path: of a model that is a folder, the folder, whichever of its files was named.
pub fn meant(path: &Path) -> PathBuf {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    let part = [folder::DESCRIPTION, pictures::INDEX].contains(&name)
        || ["safetensors", "bin"].contains(&ending.as_str());
    // Of a model that draws: its index, or a file of one of its parts.
    if part
        && path.is_file()
        && let Some(folder) = pictures::around(path)
    {
        return folder;
    }
    match path.parent() {
        Some(parent)
            if part && path.is_file() && folder::looks_like(parent) && recognise(path).is_err() =>
        {
            parent.to_owned()
        }
        _ => path.to_owned(),
    }
}

/// A file that ends too early.
fn truncated(path: &Path, need: Option<u64>, have: u64) -> Error {
    let why = match need {
        Some(need) => format!("is incomplete: it should have {need} bytes and has {have}"),
        None => format!("is incomplete: it ends after {have} bytes, in the middle of something"),
    };
    Error::damaged(path, why, "download it again; an interrupted download goes on where it stopped")
}

#[cfg(test)]
pub(crate) mod tests;
