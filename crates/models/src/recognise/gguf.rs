//! GGUF: metadata and tensor table are read, the weights' extent is compared with the file's size.

use std::collections::BTreeMap;
use std::path::Path;

use super::reader::{Reader, Stop};
use super::{Content, ggml, truncated};
use crate::Error;
use crate::footprint::Shape;

/// More metadata or tensors than this no model has.
const MOST: u64 = 1 << 20;
/// Arrays in arrays do not occur; a file that nests them is not for us.
const NESTING: u32 = 2;
/// Architectures that GGUF files of other purposes have.
const NOT_FOR_CHAT: &[&str] = &[
    "bert",
    "nomic-bert",
    "nomic-bert-moe",
    "jina-bert-v2",
    "modern-bert",
    "clip",
    "whisper",
    "wavtokenizer-dec",
    "t5encoder",
];

/// What is read on the way.
#[derive(Default)]
struct Found {
    architecture: Option<String>,
    name: Option<String>,
    alignment: Option<u64>,
    numbers: BTreeMap<String, u64>,
    vocabulary: u64,
    merges: u64,
    tensor_bytes: u64,
}

/// Numbers that tell how much memory a model takes, behind `<architecture>.`.
const WANTED: [&str; 8] = [
    "block_count",
    "embedding_length",
    "feed_forward_length",
    "attention.head_count",
    "attention.head_count_kv",
    "attention.key_length",
    "attention.value_length",
    "context_length",
];
/// Per-layer numbers that are read at most; the largest counts.
const MOST_LAYERS: u64 = 1024;

impl Found {
    /// The shape, where the file says enough.
    fn shape(&self) -> Option<Shape> {
        let number = |key: &str| self.numbers.get(key).copied().filter(|&n| n > 0);
        let (width, heads) = (number("embedding_length")?, number("attention.head_count")?);
        let head_dim = number("attention.key_length").unwrap_or(width / heads);
        Some(Shape {
            layers: number("block_count")?,
            width,
            hidden: number("feed_forward_length").unwrap_or(4 * width),
            heads,
            kv_heads: number("attention.head_count_kv").unwrap_or(heads),
            head_dim,
            vocabulary: self.vocabulary,
            merges: self.merges,
            context: number("context_length").unwrap_or(u64::MAX),
            tensor_bytes: self.tensor_bytes,
        })
        .filter(Shape::plausible)
    }
}

/// Why a walk ended early.
enum Ended {
    Stop(Stop),
    Nonsense(&'static str),
}

impl From<Stop> for Ended {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

pub(crate) fn read(path: &Path, size: u64) -> Result<Content, Error> {
    let mut reader = Reader::open(path, size)?;
    let (found, end) = match walk(&mut reader) {
        Ok(read) => read,
        Err(Ended::Stop(Stop::End)) => return Err(truncated(path, None, size)),
        Err(Ended::Stop(Stop::Io(why))) => return Err(Error::io("read", path)(why)),
        Err(Ended::Nonsense(why)) => {
            return Err(Error::damaged(
                path,
                format!("is not a sound GGUF file: {why}"),
                "download it again",
            ));
        }
    };
    if end > size {
        return Err(truncated(path, Some(end), size));
    }
    let Some(architecture) = found.architecture.clone() else {
        return Err(Error::damaged(
            path,
            "does not say what architecture it has",
            "download it again, or another GGUF",
        ));
    };
    if NOT_FOR_CHAT.contains(&architecture.as_str()) {
        return Err(Error::unsupported(
            path,
            format!("is a `{architecture}` model, which does not talk"),
            "bring a chat model (Llama or Qwen3, for example)",
        ));
    }
    let shape = found.shape().map(Box::new);
    Ok(Content::Gguf { architecture, name: found.name, shape })
}

/// Reads to the end of the tensor table; gives the byte at which the weights end.
fn walk(reader: &mut Reader) -> Result<(Found, u64), Ended> {
    reader.skip(4)?;
    match reader.u32()? {
        2 | 3 => {}
        1 => return Err(Ended::Nonsense("its version 1 is no longer used")),
        _ => {
            return Err(Ended::Nonsense(
                "its version is unknown (or it is for big-endian machines)",
            ));
        }
    }
    let (tensors, pairs) = (reader.u64()?, reader.u64()?);
    if tensors > MOST || pairs > MOST {
        return Err(Ended::Nonsense("it claims more entries than a model can have"));
    }
    let mut found = Found::default();
    for _ in 0..pairs {
        let length = reader.u64()?;
        let key = reader.text(length)?.ok_or(Ended::Nonsense("a key is far too long"))?;
        let kind = reader.u32()?;
        match (key.as_str(), kind) {
            ("general.architecture" | "general.name", 8) => {
                let length = reader.u64()?;
                let text = reader.text(length)?.filter(|text| !text.trim().is_empty());
                if key == "general.name" { found.name = text } else { found.architecture = text }
            }
            ("general.alignment", 4) => found.alignment = Some(u64::from(reader.u32()?)),
            ("tokenizer.ggml.tokens", 9) => found.vocabulary = skip_array(reader, 0)?,
            ("tokenizer.ggml.merges", 9) => found.merges = skip_array(reader, 0)?,
            (key, 4 | 5 | 9 | 10 | 11) if wanted(key).is_some() => {
                let name = wanted(key).unwrap_or_default().to_owned();
                if let Some(number) = whole_number(reader, kind)? {
                    found.numbers.insert(name, number);
                }
            }
            _ => skip_value(reader, kind, 0)?,
        }
    }
    let mut end = 0;
    for _ in 0..tensors {
        let length = reader.u64()?;
        reader.skip(length)?;
        let dimensions = reader.u32()?;
        if dimensions > 8 {
            return Err(Ended::Nonsense("a tensor has too many dimensions"));
        }
        let shape = (0..dimensions).map(|_| reader.u64()).collect::<Result<Vec<_>, _>>()?;
        let kind = reader.u32()?;
        let offset = reader.u64()?;
        let bytes = ggml::bytes(kind, &shape).unwrap_or(0);
        found.tensor_bytes = found.tensor_bytes.saturating_add(bytes);
        end = end.max(
            offset.checked_add(bytes).ok_or(Ended::Nonsense("a tensor lies beyond any file"))?,
        );
    }
    let alignment = found.alignment.filter(|&a| a > 0).unwrap_or(32);
    let end = reader
        .at()
        .checked_next_multiple_of(alignment)
        .and_then(|start| start.checked_add(end))
        .ok_or(Ended::Nonsense("its weights lie beyond any file"))?;
    Ok((found, if tensors == 0 { reader.at() } else { end }))
}

fn skip_value(reader: &mut Reader, kind: u32, depth: u32) -> Result<(), Ended> {
    match kind {
        0 | 1 | 7 => reader.skip(1)?,
        2 | 3 => reader.skip(2)?,
        4..=6 => reader.skip(4)?,
        10..=12 => reader.skip(8)?,
        8 => {
            let length = reader.u64()?;
            reader.skip(length)?;
        }
        9 if depth < NESTING => drop(skip_array(reader, depth)?),
        _ => return Err(Ended::Nonsense("a value is of an unknown type")),
    }
    Ok(())
}

/// Skips an array; answers with how many elements it has.
fn skip_array(reader: &mut Reader, depth: u32) -> Result<u64, Ended> {
    let (inner, count) = (reader.u32()?, reader.u64()?);
    skip_elements(reader, inner, count, depth)?;
    Ok(count)
}

fn skip_elements(reader: &mut Reader, inner: u32, count: u64, depth: u32) -> Result<(), Ended> {
    match inner {
        0 | 1 | 7 => reader.skip(count)?,
        2 | 3 => reader.skip(count.saturating_mul(2))?,
        4..=6 => reader.skip(count.saturating_mul(4))?,
        10..=12 => reader.skip(count.saturating_mul(8))?,
        // Each element takes at least eight bytes, so a false count ends with the file.
        _ => (0..count).try_for_each(|_| skip_value(reader, inner, depth + 1))?,
    }
    Ok(())
}

/// Which of the wanted numbers a key is.
fn wanted(key: &str) -> Option<&'static str> {
    let (_, name) = key.split_once('.')?;
    WANTED.into_iter().find(|wanted| *wanted == name)
}

/// A whole number, or the largest of a list of them (one a layer); `None` for what is neither.
fn whole_number(reader: &mut Reader, kind: u32) -> Result<Option<u64>, Ended> {
    Ok(match kind {
        4 | 5 => Some(u64::from(reader.u32()?)),
        10 | 11 => Some(reader.u64()?),
        _ => {
            let (inner, count) = (reader.u32()?, reader.u64()?);
            if !matches!(inner, 4 | 5 | 10 | 11) || count > MOST_LAYERS {
                skip_elements(reader, inner, count, 0)?;
                return Ok(None);
            }
            let mut largest = 0;
            for _ in 0..count {
                largest = largest.max(whole_number(reader, inner)?.unwrap_or(0));
            }
            Some(largest)
        }
    })
}
