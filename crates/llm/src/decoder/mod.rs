//! One decoder for every model: embeddings, blocks of attention and a feed-forward part between norms, logits.
//!
//! What tells a family from another is in [`Config`] or in which tensors the file has. A pass runs in one of two ways, told apart
//! when the weights are loaded: `processor` on plain slices of f32 with our own kernels, `device` in candle's tensors on a graphics
//! card. Tokens become rows here for both, and both keep the same cache, rule for rule.

mod adapters;
mod attention;
mod blocks;
mod cache;
mod config;
mod device;
mod floats;
mod half_floats;
pub(crate) mod kernels;
mod load;
mod low_rank;
pub(crate) mod matrix;
mod names;
pub(crate) mod pool;
mod processor;
mod rope;

use attention::{Lanes, Places};
pub use cache::CacheFormat;
use cache::Kept;
pub(crate) use cache::{KvCache, Saved, read_head};
pub(crate) use config::{Config, RopePairs, SUPPORTED};
pub(crate) use device::scratch_bytes;
pub(crate) use low_rank::{Active, Adapter};
use matrix::{Matrix, Rows};
use processor::Processor;
use rope::Rope;

/// Threads that compute, the caller's counted.
pub(crate) fn threads() -> usize {
    pool::pool().threads()
}

/// What a pass needs wherever it runs.
struct Frame {
    config: Config,
    /// Looked up on the processor in either case.
    embedding: Matrix,
    /// Learned vectors of the positions (GPT-2).
    positions: Option<Matrix>,
    ropes: Vec<Rope>,
}

/// Where the blocks are.
enum Body {
    Processor(Processor),
    Device(Box<device::OnDevice>),
}

/// One of the products of a block, or that which gives the logits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    AttentionIn,
    AttentionOut,
    FeedForwardIn,
    FeedForwardOut,
    Output,
}

/// A loaded model without its vocabulary.
pub(crate) struct Decoder {
    frame: Frame,
    body: Body,
}

/// Which logits a pass is run for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Logits {
    /// None: the pass only fills the cache.
    None,
    /// Those of the last token.
    Last,
    /// Those of every token.
    All,
}

impl Decoder {
    /// Entries of the embedding matrix; token ids are below it.
    pub(crate) fn vocabulary(&self) -> usize {
        self.frame.embedding.rows()
    }

    /// Bytes of the weights, as the file stores them, wherever they are.
    pub(crate) fn weight_bytes(&self) -> usize {
        let body = match &self.body {
            Body::Processor(body) => body.bytes(),
            Body::Device(body) => body.bytes(),
        };
        body + self.frame.embedding.bytes()
    }

    /// Whether the blocks are on a device, whose memory can be short while they run.
    pub(crate) fn is_on_device(&self) -> bool {
        matches!(self.body, Body::Device(_))
    }

    /// How many tokens of a prompt are best read at once, where that is not for whoever waits to say: a large card is idle for half of
    /// what fewer are multiplied with, and reads these in the time that the processor takes for one or two.
    pub(crate) fn rows_at_once(&self) -> Option<usize> {
        match &self.body {
            Body::Device(body) if body.device().is_cuda() => Some(device::ROWS),
            _ => None,
        }
    }

    /// An empty cache that fits this model, beside its weights.
    pub(crate) fn new_cache(
        &self,
        capacity: usize,
        format: CacheFormat,
    ) -> candle_core::Result<KvCache> {
        let shape = self.frame.config.cache_shape(capacity, format);
        match &self.body {
            Body::Processor(_) => Ok(KvCache::new(shape)),
            Body::Device(body) => KvCache::on(body.device(), shape),
        }
    }

    /// Whether what was read can be moved to earlier positions: not where these are part of the embeddings.
    pub(crate) fn can_shift(&self) -> bool {
        !self.frame.config.learned_positions
    }

    /// Forgets `discard` tokens behind the first `keep` and moves the rest up. On an error the cache is to be emptied.
    pub(crate) fn shift(
        &self,
        cache: &mut KvCache,
        keep: usize,
        discard: usize,
    ) -> candle_core::Result<()> {
        let blocks = &self.frame.config.blocks;
        let ropes: Vec<Option<&Rope>> = blocks
            .iter()
            .map(|block| block.rotation.map(|index| &self.frame.ropes[index]))
            .collect();
        cache.shift(keep, discard, &ropes)
    }

    /// Runs `tokens` behind what the cache remembers, which they join. Returns `[tokens asked for][vocabulary]`.
    ///
    /// The caller keeps ids below [`vocabulary`](Self::vocabulary) and the cache's capacity.
    pub(crate) fn forward(
        &self,
        tokens: &[u32],
        cache: &mut KvCache,
        logits: Logits,
        adapters: &[Active],
    ) -> candle_core::Result<Vec<f32>> {
        let start = cache.tokens().len();
        let logits = self.pass(tokens, Places::Run(start), cache, logits, adapters)?;
        cache.remember(tokens);
        Ok(logits)
    }

    /// Runs the newest tokens of several texts that all begin with what the cache remembers, one token each: `step` tokens of each
    /// were run before. Returns `[texts][vocabulary]`. The cache remembers the beginning alone, and keeps the rest behind it until
    /// something else is run.
    pub(crate) fn forward_lanes(
        &self,
        tokens: &[u32],
        step: usize,
        cache: &mut KvCache,
        adapters: &[Active],
    ) -> candle_core::Result<Vec<f32>> {
        let start = cache.tokens().len();
        let lanes = Lanes { start, step, count: tokens.len() };
        self.pass(tokens, Places::Lanes(lanes), cache, Logits::All, adapters)
    }

    fn pass(
        &self,
        tokens: &[u32],
        places: Places,
        cache: &mut KvCache,
        logits: Logits,
        adapters: &[Active],
    ) -> candle_core::Result<Vec<f32>> {
        let start = places.place(0);
        if tokens.is_empty() || start + tokens.len() > cache.capacity() {
            candle_core::bail!("{} tokens do not fit behind {start}", tokens.len());
        }
        let x = self.frame.embed(tokens, places)?;
        match (&self.body, cache.kept_mut()) {
            (Body::Processor(body), Kept::Here(layers)) => {
                Ok(body.run(&self.frame, x, places, layers, logits, adapters))
            }
            (Body::Device(body), Kept::Device(layers)) => {
                body.run(&self.frame, x, places, layers, logits, adapters)
            }
            _ => candle_core::bail!("the cache is not where the weights are"),
        }
    }
}

impl Frame {
    /// Rows of tokens: their embeddings, scaled and joined by the vectors of their positions where the model does either.
    fn embed(&self, tokens: &[u32], places: Places) -> candle_core::Result<Rows> {
        let width = self.config.width;
        let mut x = Rows::zeros(tokens.len(), width);
        for (&token, row) in tokens.iter().zip(x.data_mut().chunks_exact_mut(width)) {
            if token as usize >= self.embedding.rows() {
                candle_core::bail!("there is no token {token}");
            }
            self.embedding.row(token as usize, row);
        }
        let scale = self.config.embedding_scale;
        if scale.to_bits() != 1f32.to_bits() {
            for value in x.data_mut() {
                *value *= scale;
            }
        }
        if let Some(positions) = &self.positions {
            let mut vector = vec![0.0; width];
            for (offset, row) in x.data_mut().chunks_exact_mut(width).enumerate() {
                positions.row(places.position(offset), &mut vector);
                for (value, position) in row.iter_mut().zip(&vector) {
                    *value += position;
                }
            }
        }
        Ok(x)
    }
}
