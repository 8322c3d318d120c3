//! Decoders from nothing: a module for each shape, and the noise that a training begins with.

mod gpt2;
mod llama;

use candle_core::{DType, Device, Tensor, Var};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Linear, Norm, Weight};
use crate::Error;

pub use gpt2::Gpt2Shape;
pub use llama::LlamaShape;

/// Nothing that is trained from nothing comes near these.
const MAX_LAYERS: usize = 1 << 8;
const MAX_WIDTH: usize = 1 << 14;
const MAX_ENTRIES: usize = 1 << 20;

/// The noise of one training.
struct Noise {
    rng: ChaCha8Rng,
    deviation: f32,
    device: Device,
}

impl Noise {
    fn new(seed: u64, deviation: f32, device: &Device) -> Self {
        Self { rng: ChaCha8Rng::seed_from_u64(seed), deviation, device: device.clone() }
    }

    /// Normal numbers (Box and Muller).
    fn normal(&mut self, shape: (usize, usize), factor: f32) -> Result<Var, Error> {
        let count = shape.0 * shape.1;
        let mut numbers = Vec::with_capacity(count + 1);
        while numbers.len() < count {
            let radius = (-2.0 * (1.0 - self.rng.random::<f32>()).ln()).sqrt();
            let (sine, cosine) = (std::f32::consts::TAU * self.rng.random::<f32>()).sin_cos();
            numbers.extend([radius * cosine, radius * sine].map(|n| n * self.deviation * factor));
        }
        numbers.truncate(count);
        Ok(Var::from_tensor(&Tensor::from_vec(numbers, shape, &self.device)?)?)
    }

    /// A matrix `[out, columns]` without a bias.
    fn plain(
        &mut self,
        name: String,
        (out, columns): (usize, usize),
        factor: f32,
    ) -> Result<Linear, Error> {
        let weight = Weight::Trained(self.normal((out, columns), factor)?);
        Ok(Linear { name, weight, bias: None, adapter: None })
    }

    /// The same with a bias of noughts.
    fn linear(
        &mut self,
        name: String,
        out: usize,
        columns: usize,
        factor: f32,
    ) -> Result<Linear, Error> {
        let bias = Var::zeros(out, DType::F32, &self.device)?.as_tensor().clone();
        Ok(Linear { bias: Some(bias), ..self.plain(name, (out, columns), factor)? })
    }

    /// A norm that multiplies with ones.
    fn scale(&self, name: String, width: usize) -> Result<Norm, Error> {
        let weight = Var::ones(width, DType::F32, &self.device)?.as_tensor().clone();
        Ok(Norm { name, weight, bias: None })
    }

    /// The same with a bias of noughts.
    fn norm(&self, name: String, width: usize) -> Result<Norm, Error> {
        let bias = Var::zeros(width, DType::F32, &self.device)?.as_tensor().clone();
        Ok(Norm { bias: Some(bias), ..self.scale(name, width)? })
    }
}
