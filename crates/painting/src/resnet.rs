//! Convolutions with a way round them, and what halves and doubles.

use candle_core::{D, Tensor};
use candle_nn::ops::silu;

use crate::Error;
use crate::layers::{Conv, GroupNorm, Linear};
use crate::tensors::At;

/// What a block of convolutions is built by.
#[derive(Clone, Copy)]
pub(crate) struct ResnetShape {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Numbers of the time's embedding, where it gets one.
    pub(crate) time: Option<usize>,
    pub(crate) groups: usize,
    pub(crate) eps: f64,
    /// The sum is divided by this.
    pub(crate) scale: f64,
}

/// diffusers' `ResnetBlock2D`.
pub(crate) struct Resnet {
    norms: [GroupNorm; 2],
    convs: [Conv; 2],
    time: Option<Linear>,
    round: Option<Conv>,
    scale: f64,
}

impl Resnet {
    pub(crate) fn load(at: &At<'_>, shape: ResnetShape) -> Result<Self, Error> {
        let ResnetShape { from, to, time, groups, eps, scale } = shape;
        Ok(Self {
            norms: [
                GroupNorm::load(&at.at("norm1"), from, groups, eps)?,
                GroupNorm::load(&at.at("norm2"), to, groups, eps)?,
            ],
            convs: [
                Conv::load(&at.at("conv1"), from, to, 3, 1)?,
                Conv::load(&at.at("conv2"), to, to, 3, 1)?,
            ],
            time: time
                .map(|time| Linear::load(&at.at("time_emb_proj"), time, to, true))
                .transpose()?,
            round: if from == to {
                None
            } else {
                Some(Conv::load(&at.at("conv_shortcut"), from, to, 1, 1)?)
            },
            scale,
        })
    }

    /// `x` is (1, from, height, width), `time` (1, numbers), already through its activation.
    pub(crate) fn forward(&self, x: &Tensor, time: Option<&Tensor>) -> Result<Tensor, Error> {
        let mut inner = self.convs[0].forward(&silu(&self.norms[0].forward(x)?)?)?;
        if let (Some(product), Some(time)) = (&self.time, time) {
            let time = product.forward(time)?.unsqueeze(D::Minus1)?.unsqueeze(D::Minus1)?;
            inner = inner.broadcast_add(&time)?;
        }
        let inner = self.convs[1].forward(&silu(&self.norms[1].forward(&inner)?)?)?;
        let round = match &self.round {
            Some(conv) => conv.forward(x)?,
            None => x.clone(),
        };
        let sum = (round + inner)?;
        Ok(if self.scale.to_bits() == 1.0_f64.to_bits() { sum } else { (sum / self.scale)? })
    }
}

/// Doubles both sides.
pub(crate) fn doubled(conv: &Conv, x: &Tensor) -> Result<Tensor, Error> {
    let (_, _, height, width) = x.dims4()?;
    conv.forward(&x.upsample_nearest2d(2 * height, 2 * width)?)
}
