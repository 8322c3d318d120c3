//! Whisper in ggml form: header, mel filters, vocabulary, then tensors one after the other until the file ends.
//!
//! Source of the layout: `whisper_model_load` of whisper.cpp.

use std::path::Path;

use super::reader::{Reader, Stop};
use super::{Content, ggml, truncated};
use crate::Error;
use crate::footprint::WhisperShape;

/// The vocabulary of the English-only models; one more token and more make it multilingual.
const ENGLISH_ONLY: u32 = 51_864;

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
    match walk(&mut reader) {
        Ok((vocabulary, shape, tensors)) if tensors > 0 => Ok(Content::Whisper {
            multilingual: vocabulary > ENGLISH_ONLY,
            layers: shape.layers,
            shape,
        }),
        Ok(_) => Err(Error::damaged(
            path,
            "is a Whisper model without any weights (a file for tests)",
            "fetch a real one from the library (Whisper base, for example)",
        )),
        Err(Ended::Stop(Stop::End)) => Err(truncated(path, None, size)),
        Err(Ended::Stop(Stop::Io(why))) => Err(Error::io("read", path)(why)),
        Err(Ended::Nonsense(why)) => Err(Error::unsupported(
            path,
            format!("is a ggml file, but no Whisper model: {why}"),
            "bring a Whisper model in ggml form, or a language model as GGUF",
        )),
    }
}

/// Vocabulary, shape, and number of tensors.
fn walk(reader: &mut Reader) -> Result<(u32, WhisperShape, u64), Ended> {
    reader.skip(4)?;
    let vocabulary = reader.u32()?;
    let [
        context,
        state,
        heads,
        layers,
        text_context,
        text_state,
        text_heads,
        text_layers,
        mels,
        _kind,
    ] = {
        let mut numbers = [0; 10];
        for number in &mut numbers {
            *number = reader.u32()?;
        }
        numbers
    };
    let plausible = (10_000..=200_000).contains(&vocabulary)
        && [state, text_state].iter().all(|n| (1..=8192).contains(n))
        && [heads, layers, text_heads, text_layers].iter().all(|n| (1..=128).contains(n))
        && [80, 128].contains(&mels);
    if !plausible {
        return Err(Ended::Nonsense("its header has other numbers"));
    }
    let (rows, columns) = (reader.u32()?, reader.u32()?);
    if rows != mels || columns > 4096 {
        return Err(Ended::Nonsense("its filters have another shape"));
    }
    reader.skip(u64::from(rows) * u64::from(columns) * 4)?;
    let words = reader.u32()?;
    for _ in 0..words {
        let length = reader.u32()?;
        reader.skip(u64::from(length))?;
    }
    let mut shape = WhisperShape {
        layers,
        context,
        state,
        heads,
        text_layers,
        text_context,
        text_state,
        vocabulary,
        tensor_bytes: 0,
    };
    let mut tensors = 0;
    while reader.left() > 0 {
        let (dimensions, name, kind) = (reader.u32()?, reader.u32()?, reader.u32()?);
        if !(1..=4).contains(&dimensions) || name > 512 {
            return Err(Ended::Nonsense("a tensor's header makes no sense"));
        }
        let dimensions =
            (0..dimensions).map(|_| reader.u32().map(u64::from)).collect::<Result<Vec<_>, _>>()?;
        reader.skip(u64::from(name))?;
        let bytes = ggml::bytes(kind, &dimensions)
            .ok_or(Ended::Nonsense("a tensor is of an unknown type"))?;
        reader.skip(bytes)?;
        shape.tensor_bytes = shape.tensor_bytes.saturating_add(bytes);
        tensors += 1;
    }
    Ok((vocabulary, shape, tensors))
}
