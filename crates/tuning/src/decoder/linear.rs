//! A matrix of the decoder: frozen or trained, with a bias, and with an adapter on it.

use candle_core::{Result, Tensor, Var};

use super::Pass;
use crate::ops::{Frozen, dropout, frozen_linear};

/// Numbers that are trained, or that stay.
#[derive(Debug, Clone)]
pub(crate) enum Weight {
    /// A matrix that stays.
    Frozen(Frozen),
    /// `[out, in]`.
    Trained(Var),
}

impl Weight {
    /// x · Wᵀ for `x` `[rows, in]`.
    pub(crate) fn product(&self, x: &Tensor) -> Result<Tensor> {
        match self {
            Self::Frozen(frozen) => frozen_linear(x, frozen),
            Self::Trained(var) => x.matmul(&var.t()?),
        }
    }

    /// (rows, columns).
    pub(crate) fn dims(&self) -> Result<(usize, usize)> {
        match self {
            Self::Frozen(frozen) => frozen.dims(),
            Self::Trained(var) => var.dims2(),
        }
    }
}

/// Two small matrices beside a large one: y = W·x + scale · B·A·x.
#[derive(Debug, Clone)]
pub(crate) struct Adapter {
    /// `[rank, in]`
    pub(crate) a: Var,
    /// `[out, rank]`
    pub(crate) b: Var,
    /// α / rank, or α / √rank.
    pub(crate) scale: f64,
    /// Dropout before A.
    pub(crate) dropout: f32,
}

/// One matrix of a block.
#[derive(Debug, Clone)]
pub(crate) struct Linear {
    /// Its path as transformers names it, without `.weight`.
    pub(crate) name: String,
    pub(crate) weight: Weight,
    /// `[out]`
    pub(crate) bias: Option<Tensor>,
    pub(crate) adapter: Option<Adapter>,
}

impl Linear {
    /// `x` `[rows, in]` to `[rows, out]`. `site` tells its dropout from that of others.
    pub(crate) fn forward(&self, x: &Tensor, pass: &Pass, site: u64) -> Result<Tensor> {
        let mut y = self.weight.product(x)?;
        if let Some(bias) = &self.bias {
            y = y.broadcast_add(bias)?;
        }
        if let Some(adapter) = self.adapter.as_ref().filter(|_| pass.adapters) {
            let x = match pass.dropout {
                Some(seed) => dropout(x, adapter.dropout, super::mixed(seed, site))?,
                None => x.clone(),
            };
            let small = x.matmul(&adapter.a.t()?)?;
            // The smaller of the two products is the one to scale.
            y = (y + (small * adapter.scale)?.matmul(&adapter.b.t()?)?)?;
        }
        Ok(y)
    }
}
