//! One decoder for every model: embeddings, blocks of attention and SwiGLU with RMS norms, logits.
//!
//! It runs on plain slices of f32 on the processor. What tells a family from another is in [`Config`] or in which tensors the
//! file has.

mod attention;
mod blocks;
mod cache;
mod config;
mod floats;
mod half_floats;
mod kernels;
mod load;
mod matrix;
mod pool;
mod rope;

pub use cache::CacheFormat;
pub(crate) use cache::{KvCache, Saved, read_head};
pub(crate) use config::{Config, SUPPORTED};
use matrix::{Matrix, Rows, Stacked};
use rope::Rope;

/// Threads that compute, the caller's counted.
pub(crate) fn threads() -> usize {
    pool::pool().threads()
}

/// One transformer block.
struct Layer {
    attention_norm: Vec<f32>,
    /// Queries, keys and values side by side.
    attention_in: Stacked,
    /// As long as their outputs side by side; empty where the model has none.
    attention_bias: Vec<f32>,
    /// Norms of each query and key head; empty where the model has none.
    query_norm: Vec<f32>,
    key_norm: Vec<f32>,
    attention_out: Matrix,
    feed_forward_norm: Vec<f32>,
    /// Gate and up side by side.
    feed_forward_in: Stacked,
    feed_forward_out: Matrix,
}

/// A loaded model without its vocabulary.
pub(crate) struct Decoder {
    config: Config,
    embedding: Matrix,
    layers: Vec<Layer>,
    output_norm: Vec<f32>,
    /// `None` where the embedding matrix serves as output, too.
    output: Option<Matrix>,
    rope: Rope,
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
        self.embedding.rows()
    }

    /// Bytes of the weights, as the file stores them.
    pub(crate) fn weight_bytes(&self) -> usize {
        let layers: usize = self
            .layers
            .iter()
            .map(|l| {
                l.attention_in.bytes()
                    + l.attention_out.bytes()
                    + l.feed_forward_in.bytes()
                    + l.feed_forward_out.bytes()
            })
            .sum();
        layers + self.embedding.bytes() + self.output.as_ref().map_or(0, Matrix::bytes)
    }

    /// An empty cache that fits this model.
    pub(crate) fn new_cache(&self, capacity: usize, format: CacheFormat) -> KvCache {
        KvCache::new(self.config.cache_shape(capacity, format))
    }

    /// Forgets `discard` tokens behind the first `keep` and moves the rest up.
    pub(crate) fn shift(&self, cache: &mut KvCache, keep: usize, discard: usize) {
        cache.shift(keep, discard, &self.rope);
    }

    /// Runs `tokens` behind what the cache remembers, which they join. Returns `[tokens asked for][vocabulary]`.
    ///
    /// The caller keeps ids below [`vocabulary`](Self::vocabulary) and the cache's capacity.
    pub(crate) fn forward(
        &self,
        tokens: &[u32],
        cache: &mut KvCache,
        logits: Logits,
    ) -> candle_core::Result<Vec<f32>> {
        let start = cache.tokens().len();
        if tokens.is_empty() || start + tokens.len() > cache.capacity() {
            candle_core::bail!("{} tokens do not fit behind {start}", tokens.len());
        }
        let width = self.config.width;
        let mut x = Rows::zeros(tokens.len(), width);
        for (&token, row) in tokens.iter().zip(x.data_mut().chunks_exact_mut(width)) {
            if token as usize >= self.embedding.rows() {
                candle_core::bail!("there is no token {token}");
            }
            self.embedding.row(token as usize, row)?;
        }
        for index in 0..self.layers.len() {
            self.attention(index, start, &mut x, cache)?;
            self.feed_forward(index, &mut x)?;
        }
        cache.remember(tokens);

        let wanted = match logits {
            Logits::None => return Ok(Vec::new()),
            Logits::Last => &x.data()[(tokens.len() - 1) * width..],
            Logits::All => x.data(),
        };
        let mut normed = Rows::zeros(wanted.len() / width, width);
        kernels::rms_norm(wanted, &self.output_norm, self.config.norm_epsilon, normed.data_mut());
        let output = self.output.as_ref().unwrap_or(&self.embedding);
        Ok(output.multiply(&normed)?.into_data())
    }

    fn attention(
        &self,
        index: usize,
        start: usize,
        x: &mut Rows,
        cache: &mut KvCache,
    ) -> candle_core::Result<()> {
        let c = &self.config;
        let layer = &self.layers[index];
        let mut normed = Rows::zeros(x.count(), c.width);
        kernels::rms_norm(x.data(), &layer.attention_norm, c.norm_epsilon, normed.data_mut());

        let mut qkv = layer.attention_in.multiply(&normed)?;
        let stride = qkv.width();
        for (offset, row) in qkv.data_mut().chunks_exact_mut(stride).enumerate() {
            for (value, bias) in row.iter_mut().zip(&layer.attention_bias) {
                *value += bias;
            }
            let (query, kv) = row.split_at_mut(c.query_width());
            let (key, value) = kv.split_at_mut(c.kv_width());
            if !layer.query_norm.is_empty() {
                kernels::rms_norm_in_place(query, &layer.query_norm, c.norm_epsilon);
            }
            if !layer.key_norm.is_empty() {
                kernels::rms_norm_in_place(key, &layer.key_norm, c.norm_epsilon);
            }
            let position = start + offset;
            self.rope.apply(query, position);
            self.rope.apply(key, position);
            cache.write(index, position, key, value);
        }

        let mut mixed = Rows::zeros(x.count(), c.query_width());
        attention::attend(c, &cache.layers[index], qkv.data(), stride, start, mixed.data_mut());
        x.add(&layer.attention_out.multiply(&mixed)?);
        Ok(())
    }

    fn feed_forward(&self, index: usize, x: &mut Rows) -> candle_core::Result<()> {
        let c = &self.config;
        let layer = &self.layers[index];
        let mut normed = Rows::zeros(x.count(), c.width);
        kernels::rms_norm(x.data(), &layer.feed_forward_norm, c.norm_epsilon, normed.data_mut());
        let gate_up = layer.feed_forward_in.multiply(&normed)?;
        let mut hidden = Rows::zeros(x.count(), c.hidden);
        kernels::swiglu(gate_up.data(), c.hidden, hidden.data_mut());
        x.add(&layer.feed_forward_out.multiply(&hidden)?);
        Ok(())
    }
}
