//! AdamW (arXiv 1711.05101) as PyTorch computes it, with gradients that are summed and clipped before.
//!
//! candle's own keeps its moments to itself, so that a training could not be continued; here they are plain vectors.

use candle_core::backprop::GradStore;
use candle_core::{Result, Tensor, TensorId, Var};
use rayon::prelude::*;

use crate::decoder::Parameters;

/// Numbers that one task takes.
const PIECE: usize = 1 << 15;

/// Gradients of all parameters, summed over texts; in the parameters' order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gradients {
    /// Empty where nothing came yet.
    pub(crate) sums: Vec<Vec<f32>>,
}

impl Gradients {
    pub(crate) fn new(parameters: &Parameters) -> Self {
        Self { sums: vec![Vec::new(); parameters.len()] }
    }

    /// Adds what one backward pass gave, and what blocks that were computed again gave beside it.
    pub(crate) fn add(
        &mut self,
        parameters: &Parameters,
        store: &GradStore,
        kept: &[(TensorId, Tensor)],
    ) -> Result<()> {
        for (sum, var) in self.sums.iter_mut().zip(parameters.values()) {
            let id = var.as_tensor().id();
            let beside = kept.iter().filter(|(kept, _)| *kept == id).map(|(_, gradient)| gradient);
            for gradient in store.get_id(id).into_iter().chain(beside) {
                let gradient: Vec<f32> = gradient.flatten_all()?.to_vec1()?;
                if sum.is_empty() {
                    *sum = gradient;
                } else {
                    sum.iter_mut().zip(&gradient).for_each(|(sum, g)| *sum += g);
                }
            }
        }
        Ok(())
    }

    /// √ of the sum of all squares.
    pub(crate) fn norm(&self) -> f64 {
        let squares = |list: &Vec<f32>| -> f64 {
            // Summed in order: a sum that depends on which thread was first would make no two trainings alike.
            let pieces: Vec<f64> = list
                .par_chunks(PIECE)
                .map(|piece| piece.iter().map(|g| f64::from(*g) * f64::from(*g)).sum())
                .collect();
            pieces.iter().sum()
        };
        self.sums.iter().map(squares).sum::<f64>().sqrt()
    }

    /// Scales all of it down to a norm of at most `most`, as PyTorch does; answers with the norm before.
    pub(crate) fn clip(&mut self, most: f64) -> f64 {
        let norm = self.norm();
        let factor = most / (norm + 1e-6);
        if most > 0.0 && factor < 1.0 {
            for list in &mut self.sums {
                list.iter_mut().for_each(|g| *g *= factor as f32);
            }
        }
        norm
    }

    pub(crate) fn clear(&mut self) {
        self.sums.iter_mut().for_each(Vec::clear);
    }
}

/// The knobs of AdamW.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdamW {
    /// Decay of the first moment.
    pub beta1: f64,
    /// Decay of the second moment.
    pub beta2: f64,
    /// What keeps the division finite.
    pub epsilon: f64,
    /// Share of the weights that each step takes away, times the learning rate.
    pub weight_decay: f64,
}

impl Default for AdamW {
    fn default() -> Self {
        Self { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: 0.0 }
    }
}

/// The moments, in the parameters' order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Moments {
    pub(crate) first: Vec<Vec<f32>>,
    pub(crate) second: Vec<Vec<f32>>,
    /// Steps made.
    pub(crate) steps: u64,
}

impl Moments {
    pub(crate) fn new(parameters: &Parameters) -> Self {
        let noughts = || parameters.values().map(|var| vec![0.0; var.elem_count()]).collect();
        Self { first: noughts(), second: noughts(), steps: 0 }
    }

    /// One step. Parameters without a gradient stay.
    pub(crate) fn step(
        &mut self,
        parameters: &Parameters,
        gradients: &Gradients,
        rate: f64,
        knobs: &AdamW,
    ) -> Result<()> {
        self.steps += 1;
        let power = self.steps.min(1 << 30) as i32;
        let first_bias = 1.0 - knobs.beta1.powi(power);
        let second_bias = (1.0 - knobs.beta2.powi(power)).sqrt();
        let lists = self.first.iter_mut().zip(&mut self.second);
        for ((var, gradient), (m, v)) in parameters.values().zip(&gradients.sums).zip(lists) {
            if gradient.is_empty() {
                continue;
            }
            step_of(var, gradient, (m, v), (rate, first_bias, second_bias), knobs)?;
        }
        Ok(())
    }
}

fn step_of(
    var: &Var,
    gradient: &[f32],
    (m, v): (&mut [f32], &mut [f32]),
    (rate, first_bias, second_bias): (f64, f64, f64),
    knobs: &AdamW,
) -> Result<()> {
    let mut weights: Vec<f32> = var.flatten_all()?.to_vec1()?;
    let keep = (1.0 - rate * knobs.weight_decay) as f32;
    let (beta1, beta2) = (knobs.beta1 as f32, knobs.beta2 as f32);
    let (size, second_bias, epsilon) =
        ((rate / first_bias) as f32, second_bias as f32, knobs.epsilon as f32);
    weights
        .par_chunks_mut(PIECE)
        .zip(gradient.par_chunks(PIECE))
        .zip(m.par_chunks_mut(PIECE).zip(v.par_chunks_mut(PIECE)))
        .for_each(|((weights, gradient), (m, v))| {
            for (((w, g), m), v) in weights.iter_mut().zip(gradient).zip(m).zip(v) {
                *m = beta1 * *m + (1.0 - beta1) * g;
                *v = beta2 * *v + (1.0 - beta2) * g * g;
                *w = *w * keep - size * *m / (v.sqrt() / second_bias + epsilon);
            }
        });
    var.set(&Tensor::from_vec(weights, var.shape().clone(), var.device())?)
}
