//! The few operations that everything is made of. Weights may be kept in sixteen bits: they are widened when they are used, and all
//! arithmetic is f32, so that a model that only just fits computes nearly what it would compute with room to spare.

use candle_core::{DType, Module as _, Tensor};
use candle_nn::{Conv2dConfig, LayerNorm};

use crate::Error;
use crate::tensors::At;

fn wide(weight: &Tensor) -> Result<Tensor, Error> {
    Ok(weight.to_dtype(DType::F32)?)
}

/// A product with a matrix.
pub(crate) struct Linear {
    weight: Tensor,
    bias: Option<Tensor>,
}

impl Linear {
    pub(crate) fn load(at: &At<'_>, from: usize, to: usize, bias: bool) -> Result<Self, Error> {
        let weight = at.matrix("weight", to, from)?;
        Ok(Self { weight, bias: if bias { Some(at.get("bias", &[to])?) } else { None } })
    }

    /// `x` is (…, from).
    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor, Error> {
        Ok(candle_nn::Linear::new(wide(&self.weight)?, self.bias.clone()).forward(x)?)
    }
}

/// A convolution.
pub(crate) struct Conv {
    weight: Tensor,
    bias: Tensor,
    config: Conv2dConfig,
}

impl Conv {
    /// Three by three where `side` is 3, with a border of noughts.
    pub(crate) fn load(
        at: &At<'_>,
        from: usize,
        to: usize,
        side: usize,
        stride: usize,
    ) -> Result<Self, Error> {
        let weight = at.get("weight", &[to, from, side, side])?;
        let config = Conv2dConfig { padding: side / 2, stride, ..Conv2dConfig::default() };
        Ok(Self { weight, bias: at.get("bias", &[to])?, config })
    }

    /// `x` is (batch, from, height, width).
    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor, Error> {
        let weight = wide(&self.weight)?;
        Ok(candle_nn::Conv2d::new(weight, Some(self.bias.clone()), self.config).forward(x)?)
    }
}

/// A norm over groups of channels.
pub(crate) struct GroupNorm(candle_nn::GroupNorm);

impl GroupNorm {
    pub(crate) fn load(
        at: &At<'_>,
        channels: usize,
        groups: usize,
        eps: f64,
    ) -> Result<Self, Error> {
        let (weight, bias) = (at.get("weight", &[channels])?, at.get("bias", &[channels])?);
        Ok(Self(candle_nn::GroupNorm::new(weight, bias, channels, groups, eps)?))
    }

    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor, Error> {
        Ok(self.0.forward(x)?)
    }
}

/// A norm over the last dimension.
pub(crate) fn layer_norm(at: &At<'_>, width: usize, eps: f64) -> Result<LayerNorm, Error> {
    Ok(LayerNorm::new(at.get("weight", &[width])?, at.get("bias", &[width])?, eps))
}
