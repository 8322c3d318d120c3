//! The pass on the processor: plain slices of f32, our own kernels, weights as the file stores them.

use super::attention::{Places, attend};
use super::blocks::Layout;
use super::cache::LayerCache;
use super::config::{Activation, Config, NormKind};
use super::low_rank::{Active, Added};
use super::matrix::{Matrix, Rows, Stacked};
use super::{Frame, Logits, Which, kernels};

/// What a norm multiplies and adds.
pub(super) struct Norm {
    pub(super) weight: Vec<f32>,
    /// Noughts where the model has none.
    pub(super) bias: Vec<f32>,
}

/// One transformer block. Biases, and norms that a model does not have, are empty.
pub(super) struct Layer {
    pub(super) attention_norm: Norm,
    /// Queries, keys and values side by side.
    pub(super) attention_in: Stacked,
    /// As long as their outputs side by side.
    pub(super) attention_bias: Vec<f32>,
    /// Norms of each query and key head.
    pub(super) query_norm: Vec<f32>,
    pub(super) key_norm: Vec<f32>,
    pub(super) attention_out: Matrix,
    pub(super) attention_out_bias: Vec<f32>,
    /// Of what attention gives, before it joins the residual stream (Gemma 2 and 3, GLM-4-0414).
    pub(super) post_attention_norm: Option<Norm>,
    pub(super) feed_forward_norm: Norm,
    /// Gate and up side by side, or up alone.
    pub(super) feed_forward_in: Stacked,
    pub(super) feed_forward_in_bias: Vec<f32>,
    pub(super) feed_forward_out: Matrix,
    pub(super) feed_forward_out_bias: Vec<f32>,
    pub(super) post_feed_forward_norm: Option<Norm>,
}

impl Layer {
    /// Bytes of its matrices.
    fn bytes(&self) -> usize {
        self.attention_in.bytes()
            + self.attention_out.bytes()
            + self.feed_forward_in.bytes()
            + self.feed_forward_out.bytes()
    }
}

/// Weights in the computer's own memory.
pub(super) struct Processor {
    pub(super) layers: Vec<Layer>,
    pub(super) output_norm: Norm,
    /// `None` where the embedding matrix serves as output, too.
    pub(super) output: Option<Matrix>,
}

/// What a product multiplies with.
pub(super) enum Weights<'a> {
    One(&'a Matrix),
    Several(&'a Stacked),
}

impl Processor {
    /// Bytes of the weights, as the file stores them; the embedding's are not among them.
    pub(super) fn bytes(&self) -> usize {
        let layers: usize = self.layers.iter().map(Layer::bytes).sum();
        layers + self.output.as_ref().map_or(0, Matrix::bytes)
    }

    /// The weights of a product.
    pub(super) fn weights<'a>(
        &'a self,
        frame: &'a Frame,
        layer: usize,
        which: Which,
    ) -> Weights<'a> {
        match which {
            Which::AttentionIn => Weights::Several(&self.layers[layer].attention_in),
            Which::AttentionOut => Weights::One(&self.layers[layer].attention_out),
            Which::FeedForwardIn => Weights::Several(&self.layers[layer].feed_forward_in),
            Which::FeedForwardOut => Weights::One(&self.layers[layer].feed_forward_out),
            Which::Output => Weights::One(self.output.as_ref().unwrap_or(&frame.embedding)),
        }
    }

    /// How the blocks of a product's weights divide a row, those of the first matrix where there are several; `None` for floats.
    pub(super) fn layout(&self, frame: &Frame, layer: usize, which: Which) -> Option<Layout> {
        match self.weights(frame, layer, which) {
            Weights::One(matrix) => matrix.layout(),
            Weights::Several(stacked) => stacked.layout(),
        }
    }

    /// Runs embedded rows through all blocks. Returns `[rows asked for][vocabulary]`.
    pub(super) fn run(
        &self,
        frame: &Frame,
        mut x: Rows,
        places: Places,
        cache: &mut [LayerCache],
        logits: Logits,
        adapters: &[Active],
    ) -> Vec<f32> {
        for (index, cache) in cache.iter_mut().enumerate() {
            self.attention(frame, index, places, &mut x, cache, adapters);
            self.feed_forward(frame, index, &mut x, adapters);
        }

        let width = frame.config.width;
        let wanted = match logits {
            Logits::None => return Vec::new(),
            Logits::Last => &x.data()[(x.count() - 1) * width..],
            Logits::All => x.data(),
        };
        let mut normed = Rows::zeros(wanted.len() / width, width);
        norm(&frame.config, wanted, &self.output_norm, normed.data_mut());
        let output = self.output.as_ref().unwrap_or(&frame.embedding);
        let added = Added::of(adapters, |adapter| adapter.here()?.output.as_ref(), &normed);
        let mut logits = output.multiply_with(&normed, &added).into_data();
        if let Some(cap) = frame.config.logit_cap {
            kernels::soft_cap(&mut logits, cap);
        }
        logits
    }

    fn attention(
        &self,
        frame: &Frame,
        index: usize,
        places: Places,
        x: &mut Rows,
        cache: &mut LayerCache,
        adapters: &[Active],
    ) {
        let c = &frame.config;
        let layer = &self.layers[index];
        let block = c.blocks[index];
        let mut normed = Rows::zeros(x.count(), c.width);
        norm(c, x.data(), &layer.attention_norm, normed.data_mut());

        let added = Added::of(adapters, |a| a.here()?.layers[index].attention_in.as_ref(), &normed);
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
                frame.ropes[rotation].apply(query, position);
                frame.ropes[rotation].apply(key, position);
            }
            cache.write(places.place(offset), key, value);
        }

        let mut mixed = Rows::zeros(x.count(), c.query_width());
        let out = mixed.data_mut();
        attend(c, block.window, cache, qkv.data(), stride, places, out);
        let added = Added::of(adapters, |a| a.here()?.layers[index].attention_out.as_ref(), &mixed);
        let part = layer.attention_out.multiply_with(&mixed, &added);
        join(c, x, part, &layer.attention_out_bias, layer.post_attention_norm.as_ref());
    }

    fn feed_forward(&self, frame: &Frame, index: usize, x: &mut Rows, adapters: &[Active]) {
        let c = &frame.config;
        let layer = &self.layers[index];
        let mut normed = Rows::zeros(x.count(), c.width);
        norm(c, x.data(), &layer.feed_forward_norm, normed.data_mut());
        let added =
            Added::of(adapters, |a| a.here()?.layers[index].feed_forward_in.as_ref(), &normed);
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
        let added =
            Added::of(adapters, |a| a.here()?.layers[index].feed_forward_out.as_ref(), &hidden);
        let part = layer.feed_forward_out.multiply_with(&hidden, &added);
        join(c, x, part, &layer.feed_forward_out_bias, layer.post_feed_forward_norm.as_ref());
    }
}

fn norm(config: &Config, x: &[f32], norm: &Norm, out: &mut [f32]) {
    let epsilon = config.norm_epsilon;
    match config.norm {
        NormKind::Rms => kernels::rms_norm(x, &norm.weight, epsilon, out),
        NormKind::Layer => kernels::layer_norm(x, &norm.weight, &norm.bias, epsilon, out),
    }
}

/// Adds what a part of a block gives to the residual stream.
fn join(config: &Config, x: &mut Rows, mut part: Rows, bias: &[f32], after: Option<&Norm>) {
    part.add_bias(bias);
    match after {
        Some(after) => {
            let mut normed = Rows::zeros(part.count(), part.width());
            norm(config, part.data(), after, normed.data_mut());
            x.add(&normed);
        }
        None => x.add(&part),
    }
}
