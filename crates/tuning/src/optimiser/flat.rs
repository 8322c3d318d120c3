//! Numbers of all parameters in one piece: on a device a step is a dozen operations then, not a dozen for each parameter.

use candle_core::{D, Result, Shape, Tensor};

use super::{AdamW, Moments, Numbers, Rates, stepped};
use crate::decoder::Parameters;

/// Numbers in one piece, and whose they are.
#[derive(Debug, Clone)]
pub(super) struct Flat {
    /// All of them, in the parameters' order.
    pub(super) numbers: Tensor,
    shapes: Vec<Shape>,
}

impl Flat {
    /// Copies numbers together; `None` where some are missing or not on a device.
    pub(super) fn of(numbers: &[Numbers]) -> Result<Option<Self>> {
        let there = numbers.iter().map(|numbers| match numbers {
            Numbers::There(tensor) => Some(tensor),
            Numbers::Here(_) => None,
        });
        let Some(there) = there.collect::<Option<Vec<&Tensor>>>().filter(|list| !list.is_empty())
        else {
            return Ok(None);
        };
        let shapes = there.iter().map(|tensor| tensor.shape().clone()).collect();
        Ok(Some(Self { numbers: together(there.into_iter())?, shapes }))
    }

    /// √ of the sum of all squares.
    pub(super) fn norm(&self) -> Result<f64> {
        // A sum is made by one group of threads: rows first, so that there are many.
        let count = self.numbers.elem_count();
        let columns = self.shapes.iter().map(Shape::elem_count).fold(0, divisor).max(1);
        let squares = self.numbers.sqr()?.reshape((count / columns, columns))?;
        let sum = squares.sum(D::Minus1)?.sum_all()?.to_scalar::<f32>()?;
        Ok(f64::from(sum).sqrt())
    }

    /// The numbers of each parameter, lying where they are.
    pub(super) fn parts(&self) -> Result<Vec<Numbers>> {
        parts(&self.numbers, &self.shapes)
    }
}

/// The greatest common divisor.
fn divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { divisor(b, a % b) }
}

fn together<'a>(tensors: impl Iterator<Item = &'a Tensor>) -> Result<Tensor> {
    let list = tensors.map(Tensor::flatten_all).collect::<Result<Vec<_>>>()?;
    Tensor::cat(&list, 0)
}

/// Parts of a piece in these shapes.
fn parts(numbers: &Tensor, shapes: &[Shape]) -> Result<Vec<Numbers>> {
    let mut at = 0;
    let part = |shape: &Shape| {
        let count = shape.elem_count();
        at += count;
        numbers.narrow(0, at - count, count)?.reshape(shape).map(Numbers::There)
    };
    shapes.iter().map(part).collect()
}

impl Moments {
    /// One step of everything at once.
    pub(super) fn step_flat(
        &mut self,
        parameters: &Parameters,
        gradient: &Flat,
        rates: Rates,
        knobs: &AdamW,
    ) -> Result<()> {
        let [mut m, mut v] = match self.flat.take() {
            Some(flat) => flat,
            None => match (Flat::of(&self.first)?, Flat::of(&self.second)?) {
                (Some(first), Some(second)) => [first.numbers, second.numbers],
                _ => candle_core::bail!("a gradient and its moments are on two devices"),
            },
        };
        let weights = parameters.values().map(|var| var.as_tensor().detach()).collect::<Vec<_>>();
        let weights = together(weights.iter())?;
        let weights = stepped(&weights, &gradient.numbers, (&mut m, &mut v), rates, knobs)?;
        (self.first, self.second) = (parts(&m, &gradient.shapes)?, parts(&v, &gradient.shapes)?);
        self.flat = Some([m, v]);
        for (var, part) in parameters.values().zip(parts(&weights, &gradient.shapes)?) {
            if let Numbers::There(part) = part {
                var.set(&part)?;
            }
        }
        Ok(())
    }
}
