//! From a latent to pixels: the decoding half of diffusers' `AutoencoderKL`. What encodes is not loaded.
//!
//! candle's own holds the scores of all pixels with all in its middle, and a whole block of it, which takes long at the picture's own size,
//! cannot be given up.

use candle_core::Tensor;
use candle_nn::ops::silu;
use domain::Cancel;

use crate::Error;
use crate::attention::PixelAttention;
use crate::config::VaeConfig;
use crate::error::going_on;
use crate::layers::{Conv, GroupNorm};
use crate::resnet::{Resnet, ResnetShape, doubled};
use crate::tensors::{At, Source};

/// Layers, and what doubles both sides behind them.
struct Block {
    layers: Vec<Resnet>,
    double: Option<Conv>,
}

/// The decoder, loaded.
pub(crate) struct Vae {
    post_quant: Option<Conv>,
    first: Conv,
    before: Resnet,
    attention: Option<PixelAttention>,
    behind: Resnet,
    up: Vec<Block>,
    norm: GroupNorm,
    last: Conv,
    scaling: f64,
}

impl Vae {
    pub(crate) fn load(source: Source<'_>, config: &VaeConfig) -> Result<Self, Error> {
        let root = source.root();
        let at = root.at("decoder");
        let inner = *config.channels.last().unwrap_or(&config.groups);
        let outer = config.channels[0];
        let resnet = |at: &At<'_>, from: usize, to: usize| {
            let groups = config.groups;
            Resnet::load(at, ResnetShape { from, to, time: None, groups, eps: 1e-6, scale: 1.0 })
        };
        let middle = |index: usize| resnet(&at.at("mid_block.resnets").at(index), inner, inner);
        let mut up = Vec::with_capacity(config.channels.len());
        let mut from = inner;
        for (index, &to) in config.channels.iter().rev().enumerate() {
            let at = at.at("up_blocks").at(index);
            let mut layers = Vec::new();
            for layer in 0..=config.layers {
                layers.push(resnet(&at.at("resnets").at(layer), from, to)?);
                from = to;
            }
            let double = if index + 1 < config.channels.len() {
                Some(Conv::load(&at.at("upsamplers.0.conv"), to, to, 3, 1)?)
            } else {
                None
            };
            up.push(Block { layers, double });
        }
        Ok(Self {
            post_quant: if config.post_quant {
                Some(Conv::load(&root.at("post_quant_conv"), config.latent, config.latent, 1, 1)?)
            } else {
                None
            },
            first: Conv::load(&at.at("conv_in"), config.latent, inner, 3, 1)?,
            before: middle(0)?,
            attention: config
                .attends
                .then(|| {
                    PixelAttention::load(&at.at("mid_block.attentions.0"), inner, config.groups)
                })
                .transpose()?,
            behind: middle(1)?,
            up,
            norm: GroupNorm::load(&at.at("conv_norm_out"), outer, config.groups, 1e-6)?,
            last: Conv::load(&at.at("conv_out"), outer, 3, 3, 1)?,
            scaling: config.scaling,
        })
    }

    /// (1, channels, height, width) to (1, 3, …), from minus one to one, `factor` times as large.
    pub(crate) fn decode(&self, latent: &Tensor, cancel: &Cancel) -> Result<Tensor, Error> {
        let mut x = (latent / self.scaling)?;
        if let Some(conv) = &self.post_quant {
            x = conv.forward(&x)?;
        }
        x = self.before.forward(&self.first.forward(&x)?, None)?;
        if let Some(attention) = &self.attention {
            going_on(cancel)?;
            x = attention.forward(&x)?;
        }
        going_on(cancel)?;
        x = self.behind.forward(&x, None)?;
        for block in &self.up {
            for layer in &block.layers {
                going_on(cancel)?;
                x = layer.forward(&x, None)?;
            }
            if let Some(conv) = &block.double {
                going_on(cancel)?;
                x = doubled(conv, &x)?;
            }
        }
        going_on(cancel)?;
        self.last.forward(&silu(&self.norm.forward(&x)?)?)
    }
}
