//! A model's logits for a text: to compare files and programs with each other.

use std::path::Path;

use candle_core::Device;

use crate::decoder::{BaseFormat, Decoder, Pass};
use crate::lora::Lora;
use crate::{Error, adapter};

fn last(decoder: &Decoder, ids: &[u32]) -> Result<Vec<f32>, Error> {
    let Some(end) = ids.len().checked_sub(1) else {
        return Err(Error::settings("there is no text"));
    };
    let hidden = decoder.hidden(&Pass::of(&[ids], 0))?.narrow(0, end, 1)?;
    Ok(decoder.logits(&hidden)?.flatten_all()?.to_vec1()?)
}

/// Logits behind the last token of `ids`.
pub fn last_logits(model: &Path, ids: &[u32], device: &Device) -> Result<Vec<f32>, Error> {
    let loaded = Decoder::load(model, BaseFormat::Dense, ids.len(), device, &mut |_| {})?;
    last(&loaded.decoder, ids)
}

/// The same with an adapter beside the model.
pub fn last_logits_with(
    model: &Path,
    adapter: &Path,
    ids: &[u32],
    device: &Device,
) -> Result<Vec<f32>, Error> {
    let mut decoder =
        Decoder::load(model, BaseFormat::Dense, ids.len(), device, &mut |_| {})?.decoder;
    let files = adapter::read(adapter)?;
    let Some(part) = files.parts.values().next() else {
        return Err(Error::unusable(adapter, "there is nothing in it"));
    };
    let rank = part.a.dim(0)?;
    let lora = Lora {
        rank,
        alpha: (part.scale * rank as f64) as f32,
        targets: files.parts.keys().cloned().collect(),
        ..Lora::default()
    };
    decoder.adapt(&lora, 0)?;
    decoder.set_adapters(adapter, &files)?;
    last(&decoder, ids)
}
