//! The denoiser: diffusers' `UNet2DConditionModel`, as the description has it.
//!
//! candle's own always has a block in the middle, which small models leave out, and one number of layers for all blocks. The embedding of
//! the time is candle's.

use candle_core::{DType, Module as _, Tensor};
use candle_nn::ops::silu;
use candle_transformers::models::stable_diffusion::embeddings::{TimestepEmbedding, Timesteps};
use domain::Cancel;

use crate::Error;
use crate::attention::{Spatial, SpatialShape};
use crate::config::UnetConfig;
use crate::error::going_on;
use crate::layers::{Conv, GroupNorm};
use crate::resnet::{Resnet, ResnetShape, doubled};
use crate::tensors::{At, Source, unwrapped};

struct Layer {
    resnet: Resnet,
    words: Option<Spatial>,
}

impl Layer {
    fn forward(&self, x: &Tensor, time: &Tensor, context: &Tensor) -> Result<Tensor, Error> {
        let x = self.resnet.forward(x, Some(time))?;
        match &self.words {
            Some(words) => words.forward(&x, context),
            None => Ok(x),
        }
    }
}

/// Layers, and what changes the size behind them.
struct Block {
    layers: Vec<Layer>,
    resize: Option<Conv>,
}

/// The denoiser, loaded.
pub(crate) struct Unet {
    time: Timesteps,
    embedding: TimestepEmbedding,
    first: Conv,
    down: Vec<Block>,
    middle: Option<(Resnet, Spatial, Resnet)>,
    up: Vec<Block>,
    norm: GroupNorm,
    last: Conv,
    center: bool,
}

/// What is loaded, and by which description.
struct Plan<'a> {
    root: At<'a>,
    config: &'a UnetConfig,
}

impl Plan<'_> {
    fn resnet(&self, at: &At<'_>, from: usize, to: usize, scale: f64) -> Result<Resnet, Error> {
        let UnetConfig { groups, eps, .. } = *self.config;
        let time = Some(4 * self.config.channels[0]);
        Resnet::load(at, ResnetShape { from, to, time, groups, eps, scale })
    }

    fn words(&self, at: &At<'_>, block: usize) -> Result<Spatial, Error> {
        let config = self.config;
        let shape = SpatialShape {
            channels: config.channels[block],
            context: config.context,
            heads: config.heads[block],
            depth: config.depth[block],
            groups: config.groups,
            linear: config.linear_projection,
        };
        Spatial::load(at, shape)
    }

    /// A layer of a block, the `index`-th there; `from` and `to` are its channels.
    fn layer(
        &self,
        at: &At<'_>,
        index: usize,
        (from, block): (usize, usize),
        attends: bool,
    ) -> Result<Layer, Error> {
        let to = self.config.channels[block];
        Ok(Layer {
            resnet: self.resnet(&at.at("resnets").at(index), from, to, 1.0)?,
            words: attends
                .then(|| self.words(&at.at("attentions").at(index), block))
                .transpose()?,
        })
    }

    /// The way down, and the channels of everything that is kept for the way up.
    fn down(&self) -> Result<(Vec<Block>, Vec<usize>), Error> {
        let channels = &self.config.channels;
        let mut skips = vec![channels[0]];
        let mut from = channels[0];
        let mut blocks = Vec::with_capacity(channels.len());
        for (block, &to) in channels.iter().enumerate() {
            let at = self.root.at("down_blocks").at(block);
            let mut layers = Vec::new();
            for index in 0..self.config.layers[block] {
                layers.push(self.layer(
                    &at,
                    index,
                    (from, block),
                    self.config.down_attends[block],
                )?);
                from = to;
                skips.push(to);
            }
            let mut resize = None;
            if block + 1 < channels.len() {
                resize = Some(Conv::load(&at.at("downsamplers.0.conv"), to, to, 3, 2)?);
                skips.push(to);
            }
            blocks.push(Block { layers, resize });
        }
        Ok((blocks, skips))
    }

    /// The way up, from the innermost out.
    fn up(&self, mut skips: Vec<usize>) -> Result<Vec<Block>, Error> {
        let channels = &self.config.channels;
        let mut from = *channels.last().unwrap_or(&0);
        let mut blocks = Vec::with_capacity(channels.len());
        for (index, (block, &to)) in channels.iter().enumerate().rev().enumerate() {
            let at = self.root.at("up_blocks").at(index);
            let mut layers = Vec::new();
            // One layer more than on the way down, for what resizes there: as many are taken as were put there.
            for layer in 0..=self.config.layers[block] {
                let beside = skips.pop().unwrap_or(0);
                let attends = self.config.up_attends[index];
                layers.push(self.layer(&at, layer, (from + beside, block), attends)?);
                from = to;
            }
            let resize = if index + 1 < channels.len() {
                Some(Conv::load(&at.at("upsamplers.0.conv"), to, to, 3, 1)?)
            } else {
                None
            };
            blocks.push(Block { layers, resize });
        }
        Ok(blocks)
    }

    fn middle(&self) -> Result<(Resnet, Spatial, Resnet), Error> {
        let at = self.root.at("mid_block");
        let (last, scale) = (self.config.channels.len() - 1, self.config.middle_scale);
        let width = self.config.channels[last];
        Ok((
            self.resnet(&at.at("resnets.0"), width, width, scale)?,
            self.words(&at.at("attentions.0"), last)?,
            self.resnet(&at.at("resnets.1"), width, width, scale)?,
        ))
    }
}

impl Unet {
    pub(crate) fn load(source: Source<'_>, config: &UnetConfig) -> Result<Self, Error> {
        let plan = Plan { root: source.root(), config };
        let root = &plan.root;
        let width = config.channels[0];
        let (down, skips) = plan.down()?;
        Ok(Self {
            time: Timesteps::new(width, config.flip_sin_to_cos, config.freq_shift),
            embedding: TimestepEmbedding::new(source.builder("time_embedding"), width, 4 * width)
                .map_err(|error| unwrapped(&error))?,
            first: Conv::load(&root.at("conv_in"), config.latent, width, 3, 1)?,
            down,
            middle: config.middle.then(|| plan.middle()).transpose()?,
            up: plan.up(skips)?,
            norm: GroupNorm::load(&root.at("conv_norm_out"), width, config.groups, config.eps)?,
            last: Conv::load(&root.at("conv_out"), width, config.latent, 3, 1)?,
            center: config.center,
        })
    }

    /// What it predicts for a latent (1, channels, height, width) at a time, given words (1, length, width).
    pub(crate) fn forward(
        &self,
        latent: &Tensor,
        time: f64,
        context: &Tensor,
        cancel: &Cancel,
    ) -> Result<Tensor, Error> {
        let time = Tensor::new(&[time as f32], latent.device())?;
        let time = self.embedding.forward(&self.time.forward(&time)?)?;
        // Every block begins with the same activation of it.
        let time = silu(&time.to_dtype(DType::F32)?)?;
        let latent = if self.center { ((latent * 2.0)? - 1.0)? } else { latent.clone() };
        let mut x = self.first.forward(&latent)?;
        let mut skips = vec![x.clone()];
        for block in &self.down {
            for layer in &block.layers {
                going_on(cancel)?;
                x = layer.forward(&x, &time, context)?;
                skips.push(x.clone());
            }
            if let Some(conv) = &block.resize {
                x = conv.forward(&x)?;
                skips.push(x.clone());
            }
        }
        if let Some((before, words, behind)) = &self.middle {
            going_on(cancel)?;
            x = before.forward(&x, Some(&time))?;
            x = words.forward(&x, context)?;
            x = behind.forward(&x, Some(&time))?;
        }
        for block in &self.up {
            for layer in &block.layers {
                going_on(cancel)?;
                if let Some(beside) = skips.pop() {
                    x = Tensor::cat(&[&x, &beside], 1)?;
                }
                x = layer.forward(&x, &time, context)?;
            }
            if let Some(conv) = &block.resize {
                x = doubled(conv, &x)?;
            }
        }
        self.last.forward(&silu(&self.norm.forward(&x)?)?)
    }
}
