//! A reward model: the base with another adapter, and one number above the last token.

use std::path::Path;

use candle_core::Tensor;
use weights::Checkpoint;

use crate::decoder::{Decoder, Pass};
use crate::{Error, adapter};

/// Names of the head's file: ours and LLaMA-Factory's, and the older pickle.
const HEAD: [&str; 2] = ["value_head.safetensors", "value_head.bin"];

/// Tells how good texts are.
pub(super) struct RewardModel {
    decoder: Decoder,
    /// `[1, width]`
    weight: Tensor,
    /// `[1]`
    bias: Tensor,
}

impl RewardModel {
    /// Puts what `tune reward` left in a folder beside a base, whose own matrices both share.
    pub(super) fn beside(base: &Decoder, folder: &Path) -> Result<Self, Error> {
        let mut decoder = base.clone();
        decoder.wear(folder, &adapter::read(folder)?)?;
        let paths = HEAD.map(|name| folder.join(name));
        let Some(path) = paths.iter().find(|path| path.is_file()) else {
            return Err(Error::unusable(
                folder,
                "it has no value head (`value_head.safetensors`), so it is no reward model; one is trained from pairs of answers (*Studio*, or `hanashi tune reward` in a terminal)",
            ));
        };
        let file = Checkpoint::open(path)?;
        let read = |name: &str, count: usize| -> Result<Vec<f32>, Error> {
            let numbers = file.floats(name)?;
            if numbers.len() != count {
                return Err(Error::unusable(path, format!("`{name}` is for another base")));
            }
            Ok(numbers)
        };
        let width = decoder.anatomy.width;
        let weight = read("v_head.summary.weight", width)?;
        // LLaMA-Factory's have one; other tools' may not.
        let bias = match file.get("v_head.summary.bias") {
            Some(_) => read("v_head.summary.bias", 1)?,
            None => vec![0.0],
        };
        Ok(Self {
            weight: Tensor::from_vec(weight, (1, width), &decoder.device)?,
            bias: Tensor::from_vec(bias, 1, &decoder.device)?,
            decoder,
        })
    }

    /// A number for each text.
    pub(super) fn scores(&self, texts: &[Vec<u32>], pad: u32) -> Result<Vec<f32>, Error> {
        let slices: Vec<&[u32]> = texts.iter().map(Vec::as_slice).collect();
        let pass = Pass::of(&slices, pad);
        let last = |(row, text): (usize, &Vec<u32>)| (row * pass.length + text.len() - 1) as u32;
        let last: Vec<u32> = texts.iter().enumerate().map(last).collect();
        let last = Tensor::new(last, &self.decoder.device)?;
        let hidden = self.decoder.hidden(&pass)?.index_select(&last, 0)?;
        let values = hidden.matmul(&self.weight.t()?)?.broadcast_add(&self.bias)?;
        Ok(values.squeeze(1)?.detach().to_vec1()?)
    }
}
