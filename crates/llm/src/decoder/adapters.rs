//! From an adapter's file to what is added to this decoder's products: which product a module is, which of its outputs, and
//! whether all of it fits.

use std::convert::Infallible;
use std::ops::Range;
use std::sync::Mutex;

use super::device::DeviceLowRank;
use super::low_rank::{Adapter, AdapterParts, LayerParts, LowRank, Pair, Parts};
use super::matrix::{Matrix, Stacked};
use super::names::{self, Located, Place};
use super::pool::pool;
use super::processor::Weights;
use super::{Body, Decoder, RopePairs, Which};
use crate::Error;
use crate::adapter_file::{AdapterFile, Module};
use crate::base_mark::BaseMark;

/// Rows of weights that are taken apart at a time for their lengths.
const ROWS_AT_ONCE: usize = 64;

/// Weights that can be taken apart row by row.
trait Base: Sync {
    fn row(&self, index: usize, out: &mut [f32]);
}

impl Base for &Matrix {
    fn row(&self, index: usize, out: &mut [f32]) {
        Matrix::row(self, index, out);
    }
}

impl Base for &Stacked {
    fn row(&self, index: usize, out: &mut [f32]) {
        Stacked::row(self, index, out);
    }
}

/// Weights that were fetched back from a device.
struct Fetched {
    numbers: Vec<f32>,
    rows: usize,
}

impl Base for Fetched {
    fn row(&self, index: usize, out: &mut [f32]) {
        let width = self.numbers.len() / self.rows.max(1);
        out.copy_from_slice(&self.numbers[index * width..(index + 1) * width]);
    }
}

impl Decoder {
    /// Reads an adapter and fits it to this model.
    pub(crate) fn adapter(&self, file: &AdapterFile) -> Result<Adapter, Error> {
        let own = self.gguf_architecture();
        if let Some(other) = file.architecture()
            && other != own
        {
            return Err(file.refuse(format!(
                "it was made for the architecture `{other}`, and the loaded model is a `{own}`"
            )));
        }
        if file.base_mark().is_some_and(|mark| !mark.is(&self.base_mark())) {
            let over = match file.base() {
                Some(name) if !name.is_empty() => format!("`{name}`, whose weights"),
                _ => "weights that".to_owned(),
            };
            return Err(file.refuse(format!(
                "it was trained over {over} are not those of the loaded model: it was made for another model"
            )));
        }
        let mut layers: Vec<[Vec<Pair>; 4]> = Vec::new();
        let count = self.frame.config.blocks.len();
        layers.resize_with(count, Default::default);
        let mut output = Vec::new();
        for name in file.modules() {
            let module = file.read(name)?;
            let (layer, product, columns) = self.locate(file, name, &module)?;
            let pair = self.pair(file, &module, (layer, product), columns)?;
            match product {
                Which::AttentionIn => layers[layer][0].push(pair),
                Which::AttentionOut => layers[layer][1].push(pair),
                Which::FeedForwardIn => layers[layer][2].push(pair),
                Which::FeedForwardOut => layers[layer][3].push(pair),
                Which::Output => output.push(pair),
            }
        }
        let fitted = match &self.body {
            Body::Processor(body) => {
                let fit = |pairs, layer, product| {
                    LowRank::new(pairs, body.layout(&self.frame, layer, product))
                };
                fitted(layers, output, fit).map(Parts::Here)
            }
            Body::Device(body) => {
                let fit = |pairs: Vec<Pair>, layer, product| {
                    DeviceLowRank::new(&pairs, body.outputs(layer, product), body.device())
                };
                let parts = fitted(layers, output, fit).map(Parts::Device);
                // Passes run on another thread, which has a queue of its own.
                parts.and_then(|parts| body.device().synchronize().map(|()| parts))
            }
        };
        let parts = fitted.map_err(|error| file.refuse(error.to_string()))?;
        Ok(Adapter { parts, key: file.key()? })
    }

    /// What tells these weights from others of the same shape.
    pub(crate) fn base_mark(&self) -> BaseMark {
        let embedding = &self.frame.embedding;
        let marked = BaseMark::of(embedding.rows(), embedding.columns(), |row, out| {
            embedding.row(row, out);
            Ok::<(), Infallible>(())
        });
        match marked {
            Ok(mark) => mark,
        }
    }

    /// The name that llama.cpp gives the architecture.
    fn gguf_architecture(&self) -> &str {
        match self.frame.config.architecture.as_str() {
            "mistral" => "llama",
            "glm" => "chatglm",
            other => other,
        }
    }

    /// A product's weights, to be read row by row.
    fn base(&self, layer: usize, product: Which) -> candle_core::Result<Box<dyn Base + '_>> {
        match &self.body {
            Body::Processor(body) => Ok(match body.weights(&self.frame, layer, product) {
                Weights::One(matrix) => Box::new(matrix),
                Weights::Several(stacked) => Box::new(stacked),
            }),
            Body::Device(body) => Ok(Box::new(Fetched {
                numbers: body.numbers(layer, product)?,
                rows: body.outputs(layer, product),
            })),
        }
    }

    /// Which outputs of which product a module gives, once its shape is theirs.
    fn locate(
        &self,
        file: &AdapterFile,
        name: &str,
        module: &Module,
    ) -> Result<(usize, Which, Range<usize>), Error> {
        let c = &self.frame.config;
        let located = names::locate(name, file.is_gguf()).ok_or_else(|| {
            file.refuse(format!(
                "it changes `{name}`, which is no part that adapters can change here (attention, feed-forward, output)"
            ))
        })?;
        let Located { layer, place } = located;
        if layer >= self.frame.config.blocks.len() {
            return Err(file.refuse(format!(
                "it changes block {layer}, and the loaded model has {}: it was made for another model",
                self.frame.config.blocks.len()
            )));
        }
        let (q, kv) = (c.query_width(), c.kv_width());
        let gated = c.inner_width() != c.hidden;
        // GGUF calls both `ffn_up`: up alone, and gate and up together.
        let all_inner = !gated || module.outputs == c.inner_width();
        let (product, inputs, columns) = match place {
            Place::Query => (Which::AttentionIn, c.width, 0..q),
            Place::Key => (Which::AttentionIn, c.width, q..q + kv),
            Place::Value => (Which::AttentionIn, c.width, q + kv..q + 2 * kv),
            Place::Fused => (Which::AttentionIn, c.width, 0..q + 2 * kv),
            Place::AttentionOut => (Which::AttentionOut, q, 0..c.width),
            Place::Gate => (Which::FeedForwardIn, c.width, 0..c.hidden),
            Place::Up if all_inner => (Which::FeedForwardIn, c.width, 0..c.inner_width()),
            Place::Up => (Which::FeedForwardIn, c.width, c.hidden..2 * c.hidden),
            Place::GateUp => (Which::FeedForwardIn, c.width, 0..c.inner_width()),
            Place::Down => (Which::FeedForwardOut, c.hidden, 0..c.width),
            Place::Output => (Which::Output, c.width, 0..self.vocabulary()),
        };
        if (module.inputs, module.outputs) != (inputs, columns.len()) {
            return Err(file.refuse(format!(
                "its `{name}` goes from {} to {} numbers, and that of the loaded model from {inputs} to {}: it was made for another model",
                module.inputs,
                module.outputs,
                columns.len()
            )));
        }
        Ok((layer, product, columns))
    }

    /// The numbers in the order of this model's outputs.
    fn pair(
        &self,
        file: &AdapterFile,
        module: &Module,
        (layer, product): (usize, Which),
        columns: Range<usize>,
    ) -> Result<Pair, Error> {
        let (mut b, mut magnitude) = (module.b.clone(), module.magnitude.clone());
        let q = self.frame.config.query_width();
        // llama.cpp's converter changes the order of the queries and keys of Llamas, so that neighbours turn together.
        let reordered =
            matches!(self.frame.config.architecture.as_str(), "llama" | "mistral" | "smollm3");
        let neighbours = |this: &Self| {
            this.frame.config.rotations.first().is_some_and(|r| r.pairs == RopePairs::Interleaved)
        };
        let queries_or_keys =
            product == Which::AttentionIn && columns.end <= q + self.frame.config.kv_width();
        if reordered && queries_or_keys && neighbours(self) != file.is_gguf() {
            let head = self.frame.config.head_dim;
            b = reorder(&b, module.rank, head, file.is_gguf());
            if !magnitude.is_empty() {
                magnitude = reorder(&magnitude, 1, head, file.is_gguf());
            }
        }
        let gain = if magnitude.is_empty() {
            Vec::new()
        } else {
            let base = self.base(layer, product).map_err(|error| file.refuse(error.to_string()))?;
            let lengths = lengths(&*base, columns.start, module, &b);
            magnitude.iter().zip(lengths).map(|(m, length)| m / length).collect()
        };
        Ok(Pair { columns, rank: module.rank, a: module.a.clone(), b, scale: module.scale, gain })
    }
}

/// Puts the parts of all products together.
fn fitted<T>(
    layers: Vec<[Vec<Pair>; 4]>,
    output: Vec<Pair>,
    fit: impl Fn(Vec<Pair>, usize, Which) -> candle_core::Result<Option<T>>,
) -> candle_core::Result<AdapterParts<T>> {
    let layers = layers.into_iter().enumerate().map(|(index, pairs)| {
        let [attention_in, attention_out, feed_forward_in, feed_forward_out] = pairs;
        Ok(LayerParts {
            attention_in: fit(attention_in, index, Which::AttentionIn)?,
            attention_out: fit(attention_out, index, Which::AttentionOut)?,
            feed_forward_in: fit(feed_forward_in, index, Which::FeedForwardIn)?,
            feed_forward_out: fit(feed_forward_out, index, Which::FeedForwardOut)?,
        })
    });
    Ok(AdapterParts {
        layers: layers.collect::<candle_core::Result<_>>()?,
        output: fit(output, 0, Which::Output)?,
    })
}

/// Rows of `width` numbers, head by head, from halves to neighbours; or `back`.
fn reorder(rows: &[f32], width: usize, head: usize, back: bool) -> Vec<f32> {
    let mut out = vec![0.0; rows.len()];
    for index in 0..rows.len() / width {
        let (start, within) = (index / head * head, index % head);
        let (pair, which) = (within / 2, within % 2);
        // Where the number at `index` of neighbours stands among halves.
        let halves = start + which * (head / 2) + pair;
        let (from, to) = if back { (index, halves) } else { (halves, index) };
        out[to * width..(to + 1) * width].copy_from_slice(&rows[from * width..(from + 1) * width]);
    }
    out
}

/// Lengths of the rows of W + scale · B·A.
fn lengths(base: &dyn Base, first: usize, module: &Module, b: &[f32]) -> Vec<f32> {
    let (rank, inputs) = (module.rank, module.inputs);
    let mut lengths = vec![0.0f32; module.outputs];
    let jobs: Vec<_> = lengths.chunks_mut(ROWS_AT_ONCE).map(Mutex::new).collect();
    pool().run(jobs.len(), |range| {
        let mut row = vec![0.0; inputs];
        for index in range {
            let Ok(mut out) = jobs[index].lock() else { continue };
            for (offset, out) in out.iter_mut().enumerate() {
                let output = index * ROWS_AT_ONCE + offset;
                base.row(first + output, &mut row);
                let up = b[output * rank..(output + 1) * rank].iter();
                for (up, a) in up.zip(module.a.chunks_exact(inputs)) {
                    let up = up * module.scale;
                    for (number, a) in row.iter_mut().zip(a) {
                        *number += up * a;
                    }
                }
                let squares: f64 = row.iter().map(|n| f64::from(*n) * f64::from(*n)).sum();
                // A row of noughts has no direction to keep.
                *out = if squares > 0.0 { squares.sqrt() as f32 } else { 1.0 };
            }
        }
    });
    lengths
}
