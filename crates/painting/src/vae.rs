//! From a latent to pixels: the decoding half of diffusers' `AutoencoderKL`. What encodes is not loaded.
//!
//! The blocks that double are candle's; its middle holds the scores of all pixels with all, which is why that is our own.

use candle_core::{Module as _, Tensor};
use candle_nn::ops::silu;
use candle_transformers::models::stable_diffusion::unet_2d_blocks::{
    UpDecoderBlock2D, UpDecoderBlock2DConfig,
};
use domain::Cancel;

use crate::Error;
use crate::attention::PixelAttention;
use crate::config::VaeConfig;
use crate::layers::{Conv, GroupNorm};
use crate::resnet::{Resnet, ResnetShape};
use crate::tensors::{Source, unwrapped};

/// The decoder, loaded.
pub(crate) struct Vae {
    post_quant: Option<Conv>,
    first: Conv,
    before: Resnet,
    attention: Option<PixelAttention>,
    behind: Resnet,
    up: Vec<UpDecoderBlock2D>,
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
        let middle = |index: usize| {
            let shape = ResnetShape {
                from: inner,
                to: inner,
                time: None,
                groups: config.groups,
                eps: 1e-6,
                scale: 1.0,
            };
            Resnet::load(&at.at("mid_block.resnets").at(index), shape)
        };
        let mut up = Vec::with_capacity(config.channels.len());
        let mut from = inner;
        for (index, &to) in config.channels.iter().rev().enumerate() {
            let shape = UpDecoderBlock2DConfig {
                num_layers: config.layers + 1,
                resnet_eps: 1e-6,
                resnet_groups: config.groups,
                output_scale_factor: 1.0,
                add_upsample: index + 1 < config.channels.len(),
            };
            let builder = source.builder(&format!("decoder.up_blocks.{index}"));
            up.push(
                UpDecoderBlock2D::new(builder, from, to, shape)
                    .map_err(|error| unwrapped(&error))?,
            );
            from = to;
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
            x = attention.forward(&x)?;
        }
        x = self.behind.forward(&x, None)?;
        for block in &self.up {
            if cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            x = block.forward(&x)?;
        }
        self.last.forward(&silu(&self.norm.forward(&x)?)?)
    }
}
