//! Building the decoder from a checked GGUF: names, shapes, and the bytes themselves.
//!
//! Tensors are read, not memory-mapped: a mapped file that shrinks or sits on a disk that goes away kills the process, where a
//! read gives an error. They are read straight to where they stay.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::config::Config;
use super::matrix::{Bytes, Matrix, Stacked};
use super::rope::Rope;
use super::{Decoder, Layer};
use crate::Error;
use crate::gguf::{Gguf, TensorInfo};

/// Reads tensors one after the other and reports how far it is.
struct Loader<'a> {
    gguf: &'a Gguf,
    file: File,
    progress: &'a mut dyn FnMut(f32),
    done: u64,
    total: u64,
}

impl Decoder {
    /// Loads all weights. Angles are tabulated for `context` positions. `progress` is called with 0..=1.
    pub(crate) fn load(
        gguf: &Gguf,
        file: File,
        context: usize,
        progress: &mut dyn FnMut(f32),
    ) -> Result<Self, Error> {
        let config = Config::from_gguf(gguf)?;
        let total = gguf.tensor_bytes();
        let mut loader = Loader { gguf, file, progress, done: 0, total };

        let embedding_rows = loader.info("token_embd.weight")?.dims.get(1).copied().unwrap_or(0);
        let vocabulary = usize::try_from(embedding_rows)
            .ok()
            .filter(|&n| n > 0 && n < u32::MAX as usize)
            .ok_or_else(|| gguf.damaged("`token_embd.weight` has no rows"))?;
        let embedding = loader.matrix("token_embd.weight", vocabulary, config.width)?;
        let factors = match gguf.tensor("rope_freqs.weight") {
            Some(_) => Some(loader.rope_factors(&config)?),
            None => None,
        };
        let layers = (0..config.layers)
            .map(|index| loader.layer(index, &config))
            .collect::<Result<Vec<_>, Error>>()?;
        let output_norm = loader.vector("output_norm.weight", config.width)?;
        let output = match gguf.tensor("output.weight") {
            Some(_) => Some(loader.matrix("output.weight", vocabulary, config.width)?),
            None => None,
        };
        let rope = Rope::new(&config, factors.as_deref(), context);
        (loader.progress)(1.0);
        Ok(Self { config, embedding, layers, output_norm, output, rope })
    }
}

impl Loader<'_> {
    fn layer(&mut self, index: usize, c: &Config) -> Result<Layer, Error> {
        let name = |part: &str| format!("blk.{index}.{part}");
        let (q, kv) = (c.query_width(), c.kv_width());
        let mut attention_bias = Vec::new();
        let biases = [("attn_q.bias", q), ("attn_k.bias", kv), ("attn_v.bias", kv)];
        if biases.iter().any(|(part, _)| self.gguf.tensor(&name(part)).is_some()) {
            for (part, length) in biases {
                attention_bias.extend(self.vector(&name(part), length)?);
            }
        }
        Ok(Layer {
            attention_norm: self.vector(&name("attn_norm.weight"), c.width)?,
            attention_in: self.stacked(
                &[
                    (name("attn_q.weight"), q),
                    (name("attn_k.weight"), kv),
                    (name("attn_v.weight"), kv),
                ],
                c.width,
            )?,
            attention_bias,
            query_norm: self.optional_vector(&name("attn_q_norm.weight"), c.head_dim)?,
            key_norm: self.optional_vector(&name("attn_k_norm.weight"), c.head_dim)?,
            attention_out: self.matrix(&name("attn_output.weight"), c.width, q)?,
            feed_forward_norm: self.vector(&name("ffn_norm.weight"), c.width)?,
            feed_forward_in: self.stacked(
                &[(name("ffn_gate.weight"), c.hidden), (name("ffn_up.weight"), c.hidden)],
                c.width,
            )?,
            feed_forward_out: self.matrix(&name("ffn_down.weight"), c.width, c.hidden)?,
        })
    }

    fn info(&self, name: &str) -> Result<TensorInfo, Error> {
        let tensor = self.gguf.tensor(name).cloned();
        tensor.ok_or_else(|| self.gguf.damaged(format!("it lacks the tensor `{name}`")))
    }

    /// The tensor's place, once its shape is what the model's description says.
    fn expect(&self, name: &str, shape: &[usize]) -> Result<TensorInfo, Error> {
        let info = self.info(name)?;
        if info.dims.len() == shape.len()
            && info.dims.iter().zip(shape).all(|(&a, &b)| a == b as u64)
        {
            return Ok(info);
        }
        Err(self.gguf.damaged(format!(
            "its tensor `{name}` has the shape {:?} where {shape:?} is needed",
            info.dims
        )))
    }

    /// Reads tensors of one format and the same columns as one matrix, the second's rows below the first's.
    fn joined(
        &mut self,
        infos: &[TensorInfo],
        rows: usize,
        columns: usize,
    ) -> Result<Matrix, Error> {
        let io = |source| Error::Io { path: self.gguf.path.clone(), source };
        let length: usize = infos.iter().map(|i| i.bytes as usize).sum();
        let mut bytes = Bytes::zeroed(length).map_err(io)?;
        let mut at = 0;
        for info in infos {
            let end = at + info.bytes as usize;
            self.file.seek(SeekFrom::Start(info.offset)).map_err(io)?;
            self.file.read_exact(&mut bytes.as_mut_slice()[at..end]).map_err(io)?;
            at = end;
            self.done += info.bytes;
            (self.progress)(self.done as f32 / self.total.max(1) as f32);
        }
        Matrix::from_bytes(infos[0].dtype, rows, columns, bytes)
            .map_err(|e| self.gguf.damaged(e.to_string()))
    }

    fn matrix(&mut self, name: &str, rows: usize, columns: usize) -> Result<Matrix, Error> {
        let info = self.expect(name, &[columns, rows])?;
        self.joined(&[info], rows, columns)
    }

    /// Matrices with the same columns, neighbours of the same format joined.
    fn stacked(&mut self, parts: &[(String, usize)], columns: usize) -> Result<Stacked, Error> {
        let mut infos = Vec::new();
        for (name, rows) in parts {
            infos.push(self.expect(name, &[columns, *rows])?);
        }
        let matrices = infos
            .chunk_by(|a, b| a.dtype == b.dtype)
            .map(|run| {
                let rows: u64 = run.iter().map(|i| i.dims[1]).sum();
                self.joined(run, rows as usize, columns)
            })
            .collect::<Result<Vec<_>, Error>>()?;
        Ok(Stacked::new(matrices))
    }

    /// Norms and biases: one dimension, any format, wanted as numbers.
    fn vector(&mut self, name: &str, length: usize) -> Result<Vec<f32>, Error> {
        let info = self.expect(name, &[length])?;
        let mut numbers = vec![0.0; length];
        let matrix = self.joined(&[info], 1, length)?;
        matrix.row(0, &mut numbers).map_err(|e| self.gguf.damaged(e.to_string()))?;
        Ok(numbers)
    }

    fn optional_vector(&mut self, name: &str, length: usize) -> Result<Vec<f32>, Error> {
        match self.gguf.tensor(name) {
            Some(_) => self.vector(name, length),
            None => Ok(Vec::new()),
        }
    }

    fn rope_factors(&mut self, c: &Config) -> Result<Vec<f32>, Error> {
        let factors = self.vector("rope_freqs.weight", c.rope_dims / 2)?;
        if factors.iter().all(|f| f.is_finite() && *f > 0.0) {
            Ok(factors)
        } else {
            Err(self.gguf.damaged("its RoPE factors are not positive numbers"))
        }
    }
}
