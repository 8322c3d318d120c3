//! Piper voices: an ONNX file and, beside it, the JSON without which nobody knows what it says.
//!
//! An ONNX file is one protobuf message; its top level is walked, so that a file that was cut is noticed.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::reader::{Reader, Stop};
use super::{Content, truncated};
use crate::Error;

/// The largest configuration read: the largest real ones have some tens of kilobytes.
const LARGEST_CONFIG: u64 = 4 << 20;
/// Number of the field `graph` in ONNX's `ModelProto`.
const GRAPH: u64 = 7;

/// What a voice's configuration says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceConfig {
    /// `en_US`, or espeak's name where there is no other.
    pub language: String,
    /// Samples a second.
    pub rate: u32,
    /// How many voices it can speak in.
    pub speakers: u32,
}

/// The parts of Piper's configuration that are needed here.
#[derive(Deserialize)]
struct Written {
    audio: Audio,
    #[serde(default)]
    espeak: Option<Espeak>,
    #[serde(default)]
    language: Option<Language>,
    #[serde(default = "one")]
    num_speakers: u32,
    phoneme_id_map: serde_json::Map<String, serde_json::Value>,
}

#[derive(Deserialize)]
struct Audio {
    sample_rate: u32,
}

#[derive(Deserialize)]
struct Espeak {
    voice: String,
}

#[derive(Deserialize)]
struct Language {
    code: String,
}

fn one() -> u32 {
    1
}

/// By its name, or by its first field (`ir_version`).
pub(crate) fn looks_like(path: &Path, start: &[u8]) -> bool {
    start.len() > 2 && start[0] == 0x08 && start[1] < 0x80 && has_extension(path, "onnx")
}

/// Whether it is a voice's configuration.
pub(crate) fn is_config(path: &Path) -> bool {
    has_extension(path, "json") && config(path).is_ok()
}

/// The voice that a configuration belongs to.
pub(crate) fn read_beside_config(config: &Path) -> Result<Content, Error> {
    // `voice.onnx.json` and `voice.json` both belong to `voice.onnx`.
    let stem = config.with_extension("");
    let voice = if has_extension(&stem, "onnx") { stem } else { stem.with_extension("onnx") };
    if !voice.is_file() {
        return Err(Error::damaged(
            config,
            "is the configuration of a Piper voice, and the voice itself is missing",
            format!("put `{}` beside it", name(&voice)),
        ));
    }
    super::recognise(&voice)
}

pub(crate) fn read(path: &Path, size: u64) -> Result<Content, Error> {
    let mut reader = Reader::open(path, size)?;
    match has_graph(&mut reader) {
        Ok(true) => {}
        Ok(false) => {
            return Err(Error::damaged(
                path,
                "is an ONNX file without a network in it",
                "download it again",
            ));
        }
        Err(Stop::End) => return Err(truncated(path, None, size)),
        Err(Stop::Io(why)) => return Err(Error::io("read", path)(why)),
    }
    let beside = [path.with_extension("onnx.json"), path.with_extension("json")];
    let Some(beside) = beside.into_iter().find(|config| config.is_file()) else {
        return Err(Error::unsupported(
            path,
            "is an ONNX file without the configuration of a Piper voice",
            format!("put its `{}.json` into the same folder", name(path)),
        ));
    };
    let about = config(&beside)?;
    Ok(Content::Voice { config: beside, about })
}

fn config(path: &Path) -> Result<VoiceConfig, Error> {
    let size = path.metadata().map_err(Error::io("read", path))?.len();
    let refuse = |why: String| Error::damaged(path, why, "download the voice's `.onnx.json` again");
    if size > LARGEST_CONFIG {
        return Err(refuse("is too large for the configuration of a voice".to_owned()));
    }
    let bytes = std::fs::read(path).map_err(Error::io("read", path))?;
    let written: Written = serde_json::from_slice(&bytes)
        .map_err(|why| refuse(format!("is not the configuration of a Piper voice ({why})")))?;
    if !(8_000..=192_000).contains(&written.audio.sample_rate) || written.phoneme_id_map.is_empty()
    {
        return Err(refuse("has no usable sample rate or phonemes".to_owned()));
    }
    let language = written
        .language
        .map(|language| language.code)
        .or(written.espeak.map(|espeak| espeak.voice));
    Ok(VoiceConfig {
        language: language.unwrap_or_default(),
        rate: written.audio.sample_rate,
        speakers: written.num_speakers.max(1),
    })
}

/// Walks the top level; whether there is a graph.
fn has_graph(reader: &mut Reader) -> Result<bool, Stop> {
    let mut graph = false;
    while reader.left() > 0 {
        let tag = varint(reader)?;
        match tag & 7 {
            0 => drop(varint(reader)?),
            1 => reader.skip(8)?,
            2 => {
                let length = varint(reader)?;
                reader.skip(length)?;
            }
            5 => reader.skip(4)?,
            // Groups are not used in ONNX: what follows is no message any more.
            _ => return Err(Stop::End),
        }
        graph |= tag >> 3 == GRAPH;
    }
    Ok(graph)
}

fn varint(reader: &mut Reader) -> Result<u64, Stop> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = reader.u8()?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err(Stop::End)
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|own| own.eq_ignore_ascii_case(extension))
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| PathBuf::from(name).display().to_string()).unwrap_or_default()
}
