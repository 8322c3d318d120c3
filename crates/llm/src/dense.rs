//! What the encoders and the encoder-decoders are built of: products with biases, norms, attention over a fixed memory.
//!
//! Unlike in the decoder of conversations, texts are short and each is read once; so these are plain loops.

use crate::Error;
use crate::decoder::kernels::{layer_norm, softmax};
use crate::decoder::matrix::{Matrix, Rows};
use crate::seq2seq::Past;
use crate::tensors::Tensors;

/// A product, with a bias where the model has one.
pub(crate) struct Linear {
    weight: Matrix,
    bias: Vec<f32>,
}

impl Linear {
    /// Loads `NAME.weight` (`[outputs, inputs]`) and `NAME.bias`, if there is one.
    pub(crate) fn load(
        tensors: &mut Tensors<'_>,
        name: &str,
        outputs: usize,
        inputs: usize,
    ) -> Result<Self, Error> {
        Ok(Self {
            weight: tensors.matrix(&format!("{name}.weight"), outputs, inputs)?,
            bias: tensors.optional_vector(&format!("{name}.bias"), outputs)?.unwrap_or_default(),
        })
    }

    /// `[n][inputs]` to `[n][outputs]`.
    #[expect(clippy::unnecessary_wraps, reason = "a forward pass on a device can fail")]
    pub(crate) fn forward(&self, x: &Rows) -> candle_core::Result<Rows> {
        let mut out = self.weight.multiply(x);
        out.add_bias(&self.bias);
        Ok(out)
    }
}

/// To mean 0 and variance 1, with weight and bias.
pub(crate) struct LayerNorm {
    weight: Vec<f32>,
    bias: Vec<f32>,
    epsilon: f32,
}

impl LayerNorm {
    /// Loads `NAME.weight` and `NAME.bias`.
    pub(crate) fn load(
        tensors: &mut Tensors<'_>,
        name: &str,
        width: usize,
        epsilon: f32,
    ) -> Result<Self, Error> {
        Ok(Self {
            weight: tensors.vector(&format!("{name}.weight"), width)?,
            bias: tensors.vector(&format!("{name}.bias"), width)?,
            epsilon,
        })
    }

    /// Row by row.
    pub(crate) fn forward(&self, x: &Rows) -> Rows {
        let mut out = Rows::zeros(x.count(), x.width());
        layer_norm(x.data(), &self.weight, &self.bias, self.epsilon, out.data_mut());
        out
    }
}

/// How queries meet keys.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heads {
    pub(crate) count: usize,
    pub(crate) dim: usize,
    /// What scores are multiplied with.
    pub(crate) scale: f32,
}

impl Heads {
    /// Numbers of all heads together.
    pub(crate) fn width(&self) -> usize {
        self.count * self.dim
    }

    /// Every row of `queries` over all of `keys` and `values` (`[m][width]`). `bias` gives what is added to the scores of a
    /// head and a row, one number a key; none where it is empty.
    pub(crate) fn attend<'b>(
        &self,
        queries: &Rows,
        keys: &[f32],
        values: &[f32],
        bias: &dyn Fn(usize, usize) -> &'b [f32],
    ) -> Rows {
        let width = self.width();
        let mut out = Rows::zeros(queries.count(), width);
        let mut scores = vec![0.0; keys.len() / width];
        for head in 0..self.count {
            let part = head * self.dim..(head + 1) * self.dim;
            for (row, (query, out)) in queries
                .data()
                .chunks_exact(width)
                .zip(out.data_mut().chunks_exact_mut(width))
                .enumerate()
            {
                let query = &query[part.clone()];
                for (score, key) in scores.iter_mut().zip(keys.chunks_exact(width)) {
                    let products = query.iter().zip(&key[part.clone()]).map(|(a, b)| a * b);
                    *score = products.sum::<f32>() * self.scale;
                }
                for (score, bias) in scores.iter_mut().zip(bias(head, row)) {
                    *score += bias;
                }
                softmax(&mut scores);
                let out = &mut out[part.clone()];
                for (weight, value) in scores.iter().zip(values.chunks_exact(width)) {
                    for (out, value) in out.iter_mut().zip(&value[part.clone()]) {
                        *out += weight * value;
                    }
                }
            }
        }
        out
    }

    /// The newest token of each text over what that text remembers of the layer, which the token joins.
    pub(crate) fn attend_each<'b>(
        &self,
        layer: usize,
        queries: &Rows,
        keys: &Rows,
        values: &Rows,
        past: &mut [Vec<Past>],
        bias: &dyn Fn(usize, usize) -> &'b [f32],
    ) -> Rows {
        let width = self.width();
        let mut out = Rows::zeros(queries.count(), width);
        for (row, past) in past.iter_mut().enumerate() {
            let part = row * width..(row + 1) * width;
            let past = &mut past[layer];
            past.keys.extend_from_slice(&keys.data()[part.clone()]);
            past.values.extend_from_slice(&values.data()[part.clone()]);
            let mut query = Rows::zeros(1, width);
            query.data_mut().copy_from_slice(&queries.data()[part.clone()]);
            let mixed = self.attend(&query, &past.keys, &past.values, bias);
            out.data_mut()[part].copy_from_slice(mixed.data());
        }
        out
    }
}
