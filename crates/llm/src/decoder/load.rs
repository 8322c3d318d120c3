//! Building the decoder from a checked file: names, shapes, and the bytes themselves.
//!
//! Tensors are read, not memory-mapped: a mapped file that shrinks or sits on a disk that goes away kills the process, where a
//! read gives an error. They are read straight to where they stay.

use candle_core::Device;
use weights::{Checkpoint, Entry};

use super::config::Config;
use super::device::Uploading;
use super::matrix::{Matrix, Stacked};
use super::names::Dictionary;
use super::processor::{Layer, Norm, Processor};
use super::rope::Rope;
use super::{Body, Decoder, Frame};
use crate::Error;
use crate::tensors::{Quantization, Tensors};

/// Reads tensors one after the other.
struct Loader<'a> {
    tensors: Tensors<'a>,
    names: Dictionary,
}

impl Decoder {
    /// Loads all weights, in blocks of `quantization` where the file has plain numbers and a format is asked for. Angles are
    /// tabulated for `context` positions. The blocks go to `device` where there is one, each as soon as it is read. `progress` is called with 0..=1.
    pub(crate) fn load(
        file: &Checkpoint,
        config: Config,
        context: usize,
        quantization: Option<Quantization>,
        device: Option<&Device>,
        progress: &mut dyn FnMut(f32),
    ) -> Result<Self, Error> {
        let names = Dictionary::of(file, &config);
        let mut loader = Loader { tensors: Tensors::new(file, quantization, progress), names };
        let c = &config;

        let embedding_name = loader.names.weight(loader.names.names.embedding);
        let vocabulary = loader.tensors.rows(&embedding_name)?;
        let embedding = loader.tensors.table(&embedding_name, vocabulary, c.width)?;
        let positions = if c.learned_positions {
            let name = loader.names.weight(loader.names.names.positions);
            let rows = loader.tensors.rows(&name)?;
            if rows < context {
                return Err(file
                    .damaged(format!("it has vectors for {rows} of {context} positions"))
                    .into());
            }
            Some(loader.tensors.table(&name, rows, c.width)?)
        } else {
            None
        };
        let mut here = Vec::new();
        let mut uploading = device.map(Uploading::to);
        for index in 0..c.blocks.len() {
            let layer = loader.layer(index, c)?;
            match &mut uploading {
                Some(uploading) => uploading.push(&layer).map_err(Error::on_device)?,
                None => here.push(layer),
            }
        }
        let output_norm = loader.names.names.output_norm;
        let output_norm = loader.norm(
            &loader.names.weight(output_norm),
            &loader.names.full(output_norm, "bias"),
            c.width,
        )?;
        let output = loader.names.weight(loader.names.names.output);
        let output = match file.get(&output) {
            Some(_) => Some(loader.tensors.table(&output, vocabulary, c.width)?),
            None => None,
        };
        let ropes = c.rotations.iter().map(|r| Rope::new(r, c.head_dim, context)).collect();
        let frame = Frame { config, embedding, positions, ropes };
        let body = match uploading {
            None => Body::Processor(Processor { layers: here, output_norm, output }),
            Some(uploading) => {
                let output = output.as_ref().unwrap_or(&frame.embedding);
                let body = uploading.finish(&output_norm, output, &frame);
                Body::Device(Box::new(body.map_err(Error::on_device)?))
            }
        };
        loader.tensors.finish();
        Ok(Self { frame, body })
    }
}

impl Loader<'_> {
    fn layer(&mut self, index: usize, c: &Config) -> Result<Layer, Error> {
        let names = self.names.names;
        let (q, kv) = (c.query_width(), c.kv_width());
        let part = |this: &Self, name: &str| this.names.inside(index, name, "weight");
        let bias = |this: &Self, name: &str| this.names.inside(index, name, "bias");
        let norm =
            |this: &mut Self, name: &str| this.norm(&part(this, name), &bias(this, name), c.width);
        let optional_norm = |this: &mut Self, name: &str| {
            if this.has(&part(this, name)) { norm(this, name).map(Some) } else { Ok(None) }
        };

        let apart = [(names.apart[0], q), (names.apart[1], kv), (names.apart[2], kv)];
        let projections: &[(&str, usize)] =
            if self.has(&part(self, names.fused)) { &[(names.fused, q + 2 * kv)] } else { &apart };
        let gated = [(names.gate, c.hidden), (names.up, c.hidden)];
        let inner: &[(&str, usize)] = if self.has(&part(self, names.gate)) {
            &gated
        } else {
            &[(names.gate_up, c.inner_width())]
        };
        let rows_of = |this: &Self, list: &[(&str, usize)], suffix: &str| -> Vec<(String, usize)> {
            list.iter()
                .map(|(name, rows)| (this.names.inside(index, name, suffix), *rows))
                .collect()
        };
        let (projection_names, inner_names) =
            (rows_of(self, projections, "weight"), rows_of(self, inner, "weight"));
        let (projection_biases, inner_biases) =
            (rows_of(self, projections, "bias"), rows_of(self, inner, "bias"));
        Ok(Layer {
            attention_norm: norm(self, names.attention_norm)?,
            attention_in: self.stacked(&projection_names, c.width)?,
            attention_bias: self.biases(&projection_biases)?,
            query_norm: self.head_norm(&part(self, names.query_norm), c.head_dim)?,
            key_norm: self.head_norm(&part(self, names.key_norm), c.head_dim)?,
            attention_out: self.matrix(&part(self, names.attention_out), c.width, q)?,
            attention_out_bias: self.biases(&[(bias(self, names.attention_out), c.width)])?,
            post_attention_norm: optional_norm(self, names.post_attention_norm)?,
            feed_forward_norm: norm(self, names.feed_forward_norm)?,
            feed_forward_in: self.stacked(&inner_names, c.width)?,
            feed_forward_in_bias: self.biases(&inner_biases)?,
            feed_forward_out: self.matrix(&part(self, names.down), c.width, c.hidden)?,
            feed_forward_out_bias: self.biases(&[(bias(self, names.down), c.width)])?,
            post_feed_forward_norm: optional_norm(self, names.post_feed_forward_norm)?,
        })
    }

    fn has(&self, name: &str) -> bool {
        self.tensors.has(name)
    }

    fn norm(&mut self, weight: &str, bias: &str, width: usize) -> Result<Norm, Error> {
        let mut weight = self.tensors.vector(weight, width)?;
        for value in &mut weight {
            *value += self.names.names.norm_offset;
        }
        let bias = self.tensors.optional_vector(bias, width)?.unwrap_or_else(|| vec![0.0; width]);
        Ok(Norm { weight, bias })
    }

    fn head_norm(&mut self, name: &str, width: usize) -> Result<Vec<f32>, Error> {
        if self.has(name) { Ok(self.norm(name, "", width)?.weight) } else { Ok(Vec::new()) }
    }

    /// Biases side by side: all of them, or none.
    fn biases(&mut self, parts: &[(String, usize)]) -> Result<Vec<f32>, Error> {
        let mut all = Vec::new();
        if parts.iter().any(|(name, _)| self.has(name)) {
            for (name, length) in parts {
                all.extend(self.tensors.vector(name, *length)?);
            }
        }
        Ok(all)
    }

    fn matrix(&mut self, name: &str, rows: usize, columns: usize) -> Result<Matrix, Error> {
        if self.names.names.transposed {
            return self.tensors.transposed(name, rows, columns);
        }
        self.tensors.matrix(name, rows, columns)
    }

    /// Matrices with the same columns, neighbours of the same format joined.
    fn stacked(&mut self, parts: &[(String, usize)], columns: usize) -> Result<Stacked, Error> {
        if self.names.names.transposed {
            let matrices = parts.iter().map(|(name, rows)| self.matrix(name, *rows, columns));
            return Ok(Stacked::new(matrices.collect::<Result<_, Error>>()?));
        }
        let mut entries: Vec<Entry> = Vec::new();
        for (name, rows) in parts {
            entries.push(self.tensors.expect(name, &[*rows, columns])?);
        }
        let matrices = entries
            .chunk_by(|a, b| a.dtype == b.dtype)
            .map(|run| self.tensors.joined(run, columns))
            .collect::<Result<Vec<_>, Error>>()?;
        Ok(Stacked::new(matrices))
    }
}
