//! One decoder for every model: embeddings, blocks of attention and a feed-forward part between norms, logits.
//!
//! It runs on plain slices of f32 on the processor. What tells a family from another is in [`Config`] or in which tensors the
//! file has.

mod adapters;
mod attention;
mod blocks;
mod cache;
mod config;
mod floats;
mod half_floats;
pub(crate) mod kernels;
mod load;
mod low_rank;
pub(crate) mod matrix;
mod names;
pub(crate) mod pool;
mod rope;

pub use cache::CacheFormat;
pub(crate) use cache::{KvCache, Saved, read_head};
use config::{Activation, NormKind};
pub(crate) use config::{Config, RopePairs, SUPPORTED};
use low_rank::Added;
pub(crate) use low_rank::{Active, Adapter};
use matrix::{Matrix, Rows, Stacked};
use rope::Rope;

/// Threads that compute, the caller's counted.
pub(crate) fn threads() -> usize {
    pool::pool().threads()
}

/// What a norm multiplies and adds.
struct Norm {
    weight: Vec<f32>,
    /// Noughts where the model has none.
    bias: Vec<f32>,
}

/// One transformer block. Biases, and norms that a model does not have, are empty.
struct Layer {
    attention_norm: Norm,
    /// Queries, keys and values side by side.
    attention_in: Stacked,
    /// As long as their outputs side by side.
    attention_bias: Vec<f32>,
    /// Norms of each query and key head.
    query_norm: Vec<f32>,
    key_norm: Vec<f32>,
    attention_out: Matrix,
    attention_out_bias: Vec<f32>,
    /// Of what attention gives, before it joins the residual stream (Gemma 2 and 3, GLM-4-0414).
    post_attention_norm: Option<Norm>,
    feed_forward_norm: Norm,
    /// Gate and up side by side, or up alone.
    feed_forward_in: Stacked,
    feed_forward_in_bias: Vec<f32>,
    feed_forward_out: Matrix,
    feed_forward_out_bias: Vec<f32>,
    post_feed_forward_norm: Option<Norm>,
}

/// A loaded model without its vocabulary.
pub(crate) struct Decoder {
    config: Config,
    embedding: Matrix,
    /// Learned vectors of the positions (GPT-2).
    positions: Option<Matrix>,
    layers: Vec<Layer>,
    output_norm: Norm,
    /// `None` where the embedding matrix serves as output, too.
    output: Option<Matrix>,
    ropes: Vec<Rope>,
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

    /// Whether what was read can be moved to earlier positions: not where these are part of the embeddings.
    pub(crate) fn can_shift(&self) -> bool {
        !self.config.learned_positions
    }

    /// Forgets `discard` tokens behind the first `keep` and moves the rest up.
    pub(crate) fn shift(&self, cache: &mut KvCache, keep: usize, discard: usize) {
        let rope = |block: &config::Block| block.rotation.map(|index| &self.ropes[index]);
        let ropes: Vec<Option<&Rope>> = self.config.blocks.iter().map(rope).collect();
        cache.shift(keep, discard, &ropes);
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
        let logits = self.pass(tokens, attention::Places::Run(start), cache, logits, adapters)?;
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
        let lanes = attention::Lanes { start, step, count: tokens.len() };
        self.pass(tokens, attention::Places::Lanes(lanes), cache, Logits::All, adapters)
    }

    fn pass(
        &self,
        tokens: &[u32],
        places: attention::Places,
        cache: &mut KvCache,
        logits: Logits,
        adapters: &[Active],
    ) -> candle_core::Result<Vec<f32>> {
        let start = places.place(0);
        if tokens.is_empty() || start + tokens.len() > cache.capacity() {
            candle_core::bail!("{} tokens do not fit behind {start}", tokens.len());
        }
        let width = self.config.width;
        let mut x = Rows::zeros(tokens.len(), width);
        for (&token, row) in tokens.iter().zip(x.data_mut().chunks_exact_mut(width)) {
            if token as usize >= self.embedding.rows() {
                candle_core::bail!("there is no token {token}");
            }
            self.embedding.row(token as usize, row);
        }
        self.embed_positions(places, &mut x)?;
        for index in 0..self.layers.len() {
            self.attention(index, places, &mut x, cache, adapters)?;
            self.feed_forward(index, &mut x, adapters)?;
        }

        let wanted = match logits {
            Logits::None => return Ok(Vec::new()),
            Logits::Last => &x.data()[(tokens.len() - 1) * width..],
            Logits::All => x.data(),
        };
        let mut normed = Rows::zeros(wanted.len() / width, width);
        self.norm(wanted, &self.output_norm, normed.data_mut());
        let output = self.output.as_ref().unwrap_or(&self.embedding);
        let added = Added::of(adapters, |adapter| adapter.output.as_ref(), &normed);
        let mut logits = output.multiply_with(&normed, &added).into_data();
        if let Some(cap) = self.config.logit_cap {
            kernels::soft_cap(&mut logits, cap);
        }
        Ok(logits)
    }

    /// Scales embeddings and adds the vectors of their positions, where the model does either.
    #[expect(clippy::unnecessary_wraps, reason = "a forward pass on a device can fail")]
    fn embed_positions(&self, places: attention::Places, x: &mut Rows) -> candle_core::Result<()> {
        let scale = self.config.embedding_scale;
        if scale.to_bits() != 1f32.to_bits() {
            for value in x.data_mut() {
                *value *= scale;
            }
        }
        if let Some(positions) = &self.positions {
            let mut vector = vec![0.0; self.config.width];
            for (offset, row) in x.data_mut().chunks_exact_mut(self.config.width).enumerate() {
                positions.row(places.position(offset), &mut vector);
                for (value, position) in row.iter_mut().zip(&vector) {
                    *value += position;
                }
            }
        }
        Ok(())
    }

    fn norm(&self, x: &[f32], norm: &Norm, out: &mut [f32]) {
        let epsilon = self.config.norm_epsilon;
        match self.config.norm {
            NormKind::Rms => kernels::rms_norm(x, &norm.weight, epsilon, out),
            NormKind::Layer => kernels::layer_norm(x, &norm.weight, &norm.bias, epsilon, out),
        }
    }

    /// Adds what a part of a block gives to the residual stream.
    fn join(&self, x: &mut Rows, mut part: Rows, bias: &[f32], norm: Option<&Norm>) {
        part.add_bias(bias);
        match norm {
            Some(norm) => {
                let mut normed = Rows::zeros(part.count(), part.width());
                self.norm(part.data(), norm, normed.data_mut());
                x.add(&normed);
            }
            None => x.add(&part),
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "a forward pass on a device can fail")]
    fn attention(
        &self,
        index: usize,
        places: attention::Places,
        x: &mut Rows,
        cache: &mut KvCache,
        adapters: &[Active],
    ) -> candle_core::Result<()> {
        let c = &self.config;
        let layer = &self.layers[index];
        let block = c.blocks[index];
        let mut normed = Rows::zeros(x.count(), c.width);
        self.norm(x.data(), &layer.attention_norm, normed.data_mut());

        let added = Added::of(adapters, |a| a.layers[index].attention_in.as_ref(), &normed);
        let mut qkv = layer.attention_in.multiply_with(&normed, &added);
        qkv.add_bias(&layer.attention_bias);
        let stride = qkv.width();
        for (offset, row) in qkv.data_mut().chunks_exact_mut(stride).enumerate() {
            let (query, kv) = row.split_at_mut(c.query_width());
            let (key, value) = kv.split_at_mut(c.kv_width());
            if !layer.query_norm.is_empty() {
                kernels::rms_norm_in_place(query, &layer.query_norm, c.norm_epsilon);
            }
            if !layer.key_norm.is_empty() {
                kernels::rms_norm_in_place(key, &layer.key_norm, c.norm_epsilon);
            }
            let position = places.position(offset);
            if let Some(rotation) = block.rotation {
                self.ropes[rotation].apply(query, position);
                self.ropes[rotation].apply(key, position);
            }
            cache.write(index, places.place(offset), key, value);
        }

        let mut mixed = Rows::zeros(x.count(), c.query_width());
        let out = mixed.data_mut();
        attention::attend(c, block.window, &cache.layers[index], qkv.data(), stride, places, out);
        let added = Added::of(adapters, |a| a.layers[index].attention_out.as_ref(), &mixed);
        let part = layer.attention_out.multiply_with(&mixed, &added);
        self.join(x, part, &layer.attention_out_bias, layer.post_attention_norm.as_ref());
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "a forward pass on a device can fail")]
    fn feed_forward(
        &self,
        index: usize,
        x: &mut Rows,
        adapters: &[Active],
    ) -> candle_core::Result<()> {
        let c = &self.config;
        let layer = &self.layers[index];
        let mut normed = Rows::zeros(x.count(), c.width);
        self.norm(x.data(), &layer.feed_forward_norm, normed.data_mut());
        let added = Added::of(adapters, |a| a.layers[index].feed_forward_in.as_ref(), &normed);
        let mut inner = layer.feed_forward_in.multiply_with(&normed, &added);
        inner.add_bias(&layer.feed_forward_in_bias);
        let hidden = match c.activation {
            Activation::SiluGated | Activation::GeluGated => {
                let mut hidden = Rows::zeros(x.count(), c.hidden);
                let curve = match c.activation {
                    Activation::SiluGated => kernels::swiglu,
                    _ => kernels::geglu,
                };
                curve(inner.data(), c.hidden, hidden.data_mut());
                hidden
            }
            Activation::Gelu => {
                kernels::gelu(inner.data_mut());
                inner
            }
        };
        let added = Added::of(adapters, |a| a.layers[index].feed_forward_out.as_ref(), &hidden);
        let part = layer.feed_forward_out.multiply_with(&hidden, &added);
        self.join(x, part, &layer.feed_forward_out_bias, layer.post_feed_forward_norm.as_ref());
        Ok(())
    }
}
