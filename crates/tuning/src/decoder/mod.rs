//! A decoder that can be trained: the same arithmetic as the engine's, made of operations with gradients.
//!
//! The engine's decoder works on slices with a cache and knows no gradients; this one works on whole texts and keeps what the
//! backward pass needs, or, where it writes itself, keys and values and nothing else (`cache`). That both give the same logits for
//! the same file is tested.

mod block;
mod cache;
mod linear;
pub(crate) mod load;
mod parameters;
mod scratch;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use candle_core::{Device, Result, Tensor};

pub(crate) use block::{Block, Common, FeedForward, Kept, Norm, Projections};
pub(crate) use cache::Cache;
pub(crate) use linear::{Adapter, Linear, Weight};
pub use load::{BaseFormat, Loaded};
pub(crate) use parameters::Parameters;
pub use scratch::{Gpt2Shape, LlamaShape};

use crate::ops;
use llm::Anatomy;

/// Texts of one forward pass, padded on the right to one length.
#[derive(Debug, Clone)]
pub(crate) struct Pass {
    /// Texts.
    pub(crate) rows: usize,
    /// Tokens of the longest.
    pub(crate) length: usize,
    /// `[rows · length]`
    pub(crate) ids: Arc<Vec<u32>>,
    /// Of each token within its text.
    pub(crate) positions: Arc<Vec<u32>>,
    /// Which text of a packed row each token belongs to; `None` where a row is one text.
    pub(crate) segments: Option<Arc<Vec<u32>>>,
    /// Seed of what is dropped; `None` drops nothing.
    pub(crate) dropout: Option<u64>,
    /// Whether adapters count: without them, the model is its own reference.
    pub(crate) adapters: bool,
    /// What a device was sent for it.
    pub(crate) sent: ops::Sent,
    /// Where gradients of blocks that are computed again go; `None` keeps all activations instead.
    pub(crate) kept: Option<Kept>,
}

impl Pass {
    /// Texts without packing; what is missing to the longest is filled with `pad`, which nobody sees: attention only looks back.
    pub(crate) fn of(texts: &[&[u32]], pad: u32) -> Self {
        let length = texts.iter().map(|text| text.len()).max().unwrap_or(0);
        let mut ids = Vec::with_capacity(texts.len() * length);
        for text in texts {
            ids.extend_from_slice(text);
            ids.resize(ids.len() + length - text.len(), pad);
        }
        let positions = texts.iter().flat_map(|_| 0..length as u32).collect();
        Self {
            rows: texts.len(),
            length,
            ids: Arc::new(ids),
            positions: Arc::new(positions),
            segments: None,
            dropout: None,
            adapters: true,
            sent: ops::Sent::default(),
            kept: None,
        }
    }
}

/// A seed for one place of one step (SplitMix64's finaliser).
pub(crate) fn mixed(seed: u64, site: u64) -> u64 {
    let mut z = seed.wrapping_add(site.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A model as it is trained. A copy shares the numbers, those of adapters as well.
#[derive(Debug, Clone)]
pub struct Decoder {
    pub(crate) anatomy: Anatomy,
    pub(crate) common: Arc<Common>,
    /// `[vocabulary, width]`
    pub(crate) embedding: Weight,
    /// Its path as transformers names it.
    pub(crate) embedding_name: String,
    /// Learned positions (GPT-2): name and `[context, width]`.
    pub(crate) positions: Option<(String, Tensor)>,
    pub(crate) blocks: Vec<Arc<Block>>,
    pub(crate) norm: Norm,
    /// `None` where the embeddings are the output, too.
    pub(crate) head: Option<Linear>,
    pub(crate) device: Device,
}

impl Decoder {
    /// Entries of the vocabulary.
    pub(crate) fn vocabulary(&self) -> Result<usize> {
        Ok(self.embedding.dims()?.0)
    }

    /// The longest text that it was loaded for, in tokens.
    pub(crate) fn context(&self) -> usize {
        let turned = self.common.angles.as_ref().map(|angles| angles.positions());
        turned.unwrap_or(self.anatomy.context)
    }

    /// What stands above the last block, behind the last norm: `[rows · length, width]`.
    pub(crate) fn hidden(&self, pass: &Pass) -> Result<Tensor> {
        self.check_length(pass)?;
        // Where no texts are packed they all begin at position 0.
        let sent = match pass.segments {
            None => self.common.sent(pass.length),
            Some(_) => pass.sent.clone(),
        };
        let pass = &Pass { sent, ..pass.clone() };
        let mut x = self.embedded(pass)?;
        for (index, block) in self.blocks.iter().enumerate() {
            x = match &pass.kept {
                // Nothing flows into the first block of a frozen model, so that candle would not look behind it for a gradient.
                Some(kept) if x.track_op() => {
                    block.forward_again(&x, &self.common, pass, index, kept)?
                }
                _ => block.forward(&x, &self.common, pass, index)?,
            };
        }
        self.norm.forward(&x, self.anatomy.norm_epsilon)
    }

    /// Room for texts that are written on, each for as many tokens as `rooms` says.
    pub(crate) fn cache(&self, rooms: &[usize]) -> Cache {
        Cache::new(&self.anatomy, rooms, &self.device)
    }

    /// The same for the last of some new tokens of texts that are written on, `[texts, width]`: `new` has a text's place in the cache
    /// and tokens of it, all of them for a text that is not begun, and one for every other. Without gradients.
    pub(crate) fn hidden_on(&self, cache: &mut Cache, new: &[(usize, &[u32])]) -> Result<Tensor> {
        let (pass, new) = cache.pass(new)?;
        self.check_length(&pass)?;
        let mut x = self.embedded(&pass)?.detach();
        for (index, block) in self.blocks.iter().enumerate() {
            x = block
                .forward_on(&x, &self.common, &pass, index, (&mut *cache, new.as_slice()))?
                .detach();
        }
        let last = new.iter().map(|new| (new.from + new.count - 1) as u32).collect::<Vec<_>>();
        cache.read(&new);
        let x = x.index_select(&Tensor::new(last, &self.device)?, 0)?;
        Ok(self.norm.forward(&x, self.anatomy.norm_epsilon)?.detach())
    }

    fn check_length(&self, pass: &Pass) -> Result<()> {
        let longest = pass.positions.iter().max().map_or(0, |&p| p as usize + 1);
        if longest > self.context() {
            candle_core::bail!("a text of {longest} tokens is longer than {}", self.context())
        }
        Ok(())
    }

    /// What goes into the first block: `[rows · length, width]`.
    fn embedded(&self, pass: &Pass) -> Result<Tensor> {
        let mut x = match &self.embedding {
            Weight::Trained(var) => ops::embedded(var, &pass.ids)?,
            Weight::Frozen(frozen) => frozen.rows(&pass.ids, &self.device)?,
        };
        if let Some((_, positions)) = &self.positions {
            x = (x + ops::embedded(positions, &pass.positions)?)?;
        }
        match pass.dropout {
            Some(seed) => ops::dropout(&x, self.common.dropout, mixed(seed, 1)),
            None => Ok(x),
        }
    }

    /// Logits of rows of [`Self::hidden`].
    pub(crate) fn logits(&self, hidden: &Tensor) -> Result<Tensor> {
        match &self.head {
            Some(head) => head.weight.product(hidden),
            None => self.embedding.product(hidden),
        }
    }

    /// Logits of every token, `[rows · length, vocabulary]`; a training only wants some.
    #[cfg(test)]
    pub(crate) fn forward(&self, pass: &Pass) -> Result<Tensor> {
        self.logits(&self.hidden(pass)?)
    }

    /// All matrices that an adapter can be put on, with their paths.
    pub(crate) fn linears(&self) -> impl Iterator<Item = &Linear> {
        self.blocks.iter().flat_map(|block| block.linears())
    }
}
