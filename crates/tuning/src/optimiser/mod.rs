//! AdamW (arXiv 1711.05101) as PyTorch computes it, with gradients that are summed and clipped before.
//!
//! candle's own keeps its moments to itself, so that a training could not be continued; here they are plain vectors,
//! on a device tensors beside the variables. Checkpoints hold the same numbers for either.

mod flat;

use std::borrow::Cow;

use candle_core::backprop::GradStore;
use candle_core::{Result, Tensor, TensorId, Var};
use rayon::prelude::*;

use crate::decoder::Parameters;
use crate::ops::on_processor;
use flat::Flat;

/// Numbers that one task takes.
const PIECE: usize = 1 << 15;

/// Numbers of one parameter, where they are computed with.
#[derive(Debug, Clone)]
pub(crate) enum Numbers {
    /// In the computer's own memory.
    Here(Vec<f32>),
    /// On a device, in the parameter's shape.
    There(Tensor),
}

impl Default for Numbers {
    fn default() -> Self {
        Self::Here(Vec::new())
    }
}

impl Numbers {
    /// These, beside a variable that has as many.
    pub(crate) fn beside(var: &Var, numbers: Vec<f32>) -> Result<Self> {
        if on_processor(var.device()) {
            return Ok(Self::Here(numbers));
        }
        Ok(Self::There(Tensor::from_vec(numbers, var.shape().clone(), var.device())?))
    }

    fn noughts(var: &Var) -> Result<Self> {
        if on_processor(var.device()) {
            return Ok(Self::Here(vec![0.0; var.elem_count()]));
        }
        Ok(Self::There(var.zeros_like()?))
    }

    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Here(list) if list.is_empty())
    }

    /// In the computer's own memory, to be kept.
    pub(crate) fn list(&self) -> Result<Cow<'_, [f32]>> {
        match self {
            Self::Here(list) => Ok(Cow::Borrowed(list)),
            Self::There(tensor) => Ok(Cow::Owned(tensor.flatten_all()?.to_vec1()?)),
        }
    }

    /// Adds a gradient of `var`.
    fn add(&mut self, var: &Var, gradient: &Tensor) -> Result<()> {
        // A gradient remembers what it was made of.
        let gradient = gradient.detach();
        match self {
            Self::There(sum) => *sum = (&*sum + gradient)?,
            Self::Here(_) if !on_processor(var.device()) => *self = Self::There(gradient),
            Self::Here(sum) => {
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
}

/// Gradients of all parameters, summed over texts; in the parameters' order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gradients {
    /// Empty where nothing came yet.
    pub(crate) sums: Vec<Numbers>,
    /// The same in one piece, once they were clipped on a device.
    flat: Option<Flat>,
}

impl Gradients {
    pub(crate) fn new(parameters: &Parameters) -> Self {
        Self { sums: vec![Numbers::default(); parameters.len()], flat: None }
    }

    /// Adds what one backward pass gave, and what blocks that were computed again gave beside it.
    pub(crate) fn add(
        &mut self,
        parameters: &Parameters,
        store: &GradStore,
        kept: &[(TensorId, Tensor)],
    ) -> Result<()> {
        self.flat = None;
        for (sum, var) in self.sums.iter_mut().zip(parameters.values()) {
            let id = var.as_tensor().id();
            let beside = kept.iter().filter(|(kept, _)| *kept == id).map(|(_, gradient)| gradient);
            for gradient in store.get_id(id).into_iter().chain(beside) {
                sum.add(var, gradient)?;
            }
        }
        Ok(())
    }

    /// √ of the sum of all squares.
    pub(crate) fn norm(&self) -> Result<f64> {
        let (mut here, mut there) = (0.0, Vec::new());
        for sum in &self.sums {
            match sum {
                Numbers::Here(list) => {
                    // Summed in order: a sum that depends on which thread was first would make no two trainings alike.
                    let squares = |piece: &[f32]| {
                        piece.iter().map(|g| f64::from(*g) * f64::from(*g)).sum::<f64>()
                    };
                    let pieces: Vec<f64> = list.par_chunks(PIECE).map(squares).collect();
                    here += pieces.iter().sum::<f64>();
                }
                Numbers::There(tensor) => there.push(tensor.sqr()?.sum_all()?),
            }
        }
        if !there.is_empty() {
            // Fetched together: each fetch waits for the device.
            let squares: Vec<f32> = Tensor::stack(&there, 0)?.to_vec1()?;
            here += squares.iter().copied().map(f64::from).sum::<f64>();
        }
        Ok(here.sqrt())
    }

    /// Scales all of it down to a norm of at most `most`, as PyTorch does; answers with the norm before.
    pub(crate) fn clip(&mut self, most: f64) -> Result<f64> {
        self.flat = Flat::of(&self.sums)?;
        let norm = match &self.flat {
            Some(flat) => flat.norm()?,
            None => self.norm()?,
        };
        let factor = most / (norm + 1e-6);
        if let Some(flat) = &mut self.flat {
            if most > 0.0 && factor < 1.0 {
                flat.numbers = (&flat.numbers * factor)?;
            }
            self.sums = flat.parts()?;
            return Ok(norm);
        }
        if most > 0.0 && factor < 1.0 {
            for sum in &mut self.sums {
                match sum {
                    Numbers::Here(list) => list.iter_mut().for_each(|g| *g *= factor as f32),
                    Numbers::There(tensor) => *tensor = (&*tensor * factor)?,
                }
            }
        }
        Ok(norm)
    }

    pub(crate) fn clear(&mut self) {
        self.flat = None;
        for sum in &mut self.sums {
            match sum {
                Numbers::Here(list) => list.clear(),
                Numbers::There(_) => *sum = Numbers::default(),
            }
        }
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
    pub(crate) first: Vec<Numbers>,
    pub(crate) second: Vec<Numbers>,
    /// Steps made.
    pub(crate) steps: u64,
    /// Both in one piece, behind a step of everything at once; the lists are its parts.
    flat: Option<[Tensor; 2]>,
}

/// What one step multiplies with, beside the optimiser's knobs.
#[derive(Clone, Copy)]
struct Rates {
    rate: f64,
    first_bias: f64,
    second_bias: f64,
}

impl Moments {
    pub(crate) fn new(parameters: &Parameters) -> Result<Self> {
        let noughts = || parameters.values().map(Numbers::noughts).collect::<Result<Vec<_>>>();
        Ok(Self { first: noughts()?, second: noughts()?, steps: 0, flat: None })
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
        let rates = Rates { rate, first_bias, second_bias };
        if let Some(gradient) = &gradients.flat {
            return self.step_flat(parameters, gradient, rates, knobs);
        }
        self.flat = None;
        let lists = self.first.iter_mut().zip(&mut self.second);
        for ((var, gradient), (m, v)) in parameters.values().zip(&gradients.sums).zip(lists) {
            if gradient.is_empty() {
                continue;
            }
            match (gradient, m, v) {
                (Numbers::Here(gradient), Numbers::Here(m), Numbers::Here(v)) => {
                    step_of(var, gradient, (m, v), rates, knobs)?;
                }
                (Numbers::There(gradient), Numbers::There(m), Numbers::There(v)) => {
                    step_there(var, gradient, (m, v), rates, knobs)?;
                }
                _ => candle_core::bail!("a gradient and its moments are on two devices"),
            }
        }
        Ok(())
    }
}

/// The step of one parameter on a device.
fn step_there(
    var: &Var,
    gradient: &Tensor,
    (m, v): (&mut Tensor, &mut Tensor),
    of: Rates,
    knobs: &AdamW,
) -> Result<()> {
    var.set(&stepped(&var.as_tensor().detach(), gradient, (m, v), of, knobs)?)
}

/// Numbers on a device behind a step.
fn stepped(
    weights: &Tensor,
    gradient: &Tensor,
    (m, v): (&mut Tensor, &mut Tensor),
    of: Rates,
    knobs: &AdamW,
) -> Result<Tensor> {
    *m = ((&*m * knobs.beta1)? + (gradient * (1.0 - knobs.beta1))?)?;
    *v = ((&*v * knobs.beta2)? + (gradient.sqr()? * (1.0 - knobs.beta2))?)?;
    let spread = ((v.sqrt()? / of.second_bias)? + knobs.epsilon)?;
    let step = ((&*m / &spread)? * (of.rate / of.first_bias))?;
    if knobs.weight_decay == 0.0 {
        return weights - step;
    }
    (weights * (1.0 - of.rate * knobs.weight_decay))? - step
}

fn step_of(
    var: &Var,
    gradient: &[f32],
    (m, v): (&mut [f32], &mut [f32]),
    Rates { rate, first_bias, second_bias }: Rates,
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
