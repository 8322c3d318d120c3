//! T5 and mT5 (arXiv 1910.10683): RMS norms before every part, no biases, no scale on scores, positions as a bias that depends on
//! the distance.

use crate::Error;
use crate::decoder::kernels;
use crate::decoder::matrix::{Matrix, Rows};
use crate::dense::{Heads, Linear};
use crate::json::Keys;
use crate::seq2seq::{Memory, Past, Writer};
use crate::tensors::Tensors;

/// A tensor's name as transformers has it. ChatPLUG's checkpoints wrap it: `module.` anywhere, `backbone.` before all, and a
/// second `encoder.` before the encoder's.
pub(crate) fn plain_name(name: &str) -> String {
    let name = name.replace("module.", "");
    if let Some(rest) = name.strip_prefix("backbone.encoder.encoder.") {
        return format!("encoder.{rest}");
    }
    name.strip_prefix("backbone.").map(str::to_owned).unwrap_or(name)
}

/// The curve of the feed-forward part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Curve {
    Relu,
    /// GELU in its tanh form, times a second product.
    GatedGelu,
}

struct Attention {
    norm: Vec<f32>,
    query: Linear,
    key: Linear,
    value: Linear,
    out: Linear,
}

struct FeedForward {
    norm: Vec<f32>,
    gate: Linear,
    /// Beside the gate, for [`Curve::GatedGelu`].
    up: Option<Linear>,
    down: Linear,
}

/// A loaded model.
pub(crate) struct T5 {
    embedding: Matrix,
    encoder: Vec<(Attention, FeedForward)>,
    encoder_norm: Vec<f32>,
    /// `[bucket][head]`.
    encoder_bias: Vec<f32>,
    decoder: Vec<(Attention, Attention, FeedForward)>,
    decoder_norm: Vec<f32>,
    decoder_bias: Vec<f32>,
    /// `None` where the embeddings serve.
    output: Option<Matrix>,
    /// What states are multiplied with before it.
    output_scale: f32,
    heads: Heads,
    epsilon: f32,
    curve: Curve,
    buckets: usize,
    farthest: usize,
    start: u32,
    end: u32,
}

impl T5 {
    /// Reads the description and all weights.
    pub(crate) fn load(tensors: &mut Tensors<'_>, keys: &Keys<'_>) -> Result<Self, Error> {
        let shape = Shape::read(keys)?;
        let (width, heads, curve) = (shape.width, shape.heads, shape.curve);
        let layers = keys.size("num_layers", 1 << 10)?;
        let decoder_layers = keys.optional_size("num_decoder_layers", 1 << 10)?.unwrap_or(layers);
        let buckets = keys.size("relative_attention_num_buckets", 1 << 12)?;
        let embedding_name = if tensors.has("shared.weight") {
            "shared.weight"
        } else {
            "encoder.embed_tokens.weight"
        };
        let vocabulary = tensors.rows(embedding_name)?;
        let embedding = tensors.table(embedding_name, vocabulary, width)?;
        let mut encoder = Vec::new();
        for index in 0..layers {
            let name = |layer: usize| format!("encoder.block.{index}.layer.{layer}");
            let attention = shape.attention(tensors, &name(0), "SelfAttention")?;
            encoder.push((attention, shape.feed_forward(tensors, &name(1))?));
        }
        let mut decoder = Vec::new();
        for index in 0..decoder_layers {
            let name = |layer: usize| format!("decoder.block.{index}.layer.{layer}");
            decoder.push((
                shape.attention(tensors, &name(0), "SelfAttention")?,
                shape.attention(tensors, &name(1), "EncDecAttention")?,
                shape.feed_forward(tensors, &name(2))?,
            ));
        }
        let mut bias = |side: &str| {
            let name =
                format!("{side}.block.0.layer.0.SelfAttention.relative_attention_bias.weight");
            tensors.numbers(&name, buckets, heads.count)
        };
        let (encoder_bias, decoder_bias) = (bias("encoder")?, bias("decoder")?);
        let output = if tensors.has("lm_head.weight") {
            Some(tensors.table("lm_head.weight", vocabulary, width)?)
        } else {
            None
        };
        // Only the first T5 scales, and says so by its embeddings being tied; mT5 never does.
        let tied = keys.flag("tie_word_embeddings") != Some(false);
        let scaled = keys
            .flag("scale_decoder_outputs")
            .unwrap_or(keys.text("model_type") == Some("t5") && tied);
        let model = Self {
            embedding,
            encoder,
            encoder_norm: tensors.vector("encoder.final_layer_norm.weight", width)?,
            encoder_bias,
            decoder,
            decoder_norm: tensors.vector("decoder.final_layer_norm.weight", width)?,
            decoder_bias,
            output,
            output_scale: if scaled { (width as f32).sqrt().recip() } else { 1.0 },
            heads,
            epsilon: keys.number("layer_norm_epsilon").unwrap_or(1e-6),
            curve,
            buckets,
            farthest: keys
                .optional_size("relative_attention_max_distance", 1 << 20)?
                .unwrap_or(128),
            start: keys.token("decoder_start_token_id").unwrap_or(0),
            end: keys.token("eos_token_id").unwrap_or(1),
        };
        if model.buckets < 4 || model.farthest <= model.buckets {
            return Err(keys.damaged("its distances do not fit their buckets").into());
        }
        if model.start as usize >= vocabulary || model.end as usize >= vocabulary {
            return Err(keys.damaged("its first or last token lies outside its vocabulary").into());
        }
        Ok(model)
    }

    /// Entries of the embedding matrix.
    pub(crate) fn vocabulary(&self) -> usize {
        self.embedding.rows()
    }

    fn embed(&self, ids: &[u32]) -> candle_core::Result<Rows> {
        let width = self.encoder_norm.len();
        let mut x = Rows::zeros(ids.len(), width);
        for (&id, row) in ids.iter().zip(x.data_mut().chunks_exact_mut(width)) {
            if id as usize >= self.vocabulary() {
                candle_core::bail!("there is no token {id}");
            }
            self.embedding.row(id as usize, row);
        }
        Ok(x)
    }

    fn norm(&self, x: &Rows, weight: &[f32]) -> Rows {
        let mut out = Rows::zeros(x.count(), x.width());
        kernels::rms_norm(x.data(), weight, self.epsilon, out.data_mut());
        out
    }

    fn feed_forward(&self, part: &FeedForward, x: &mut Rows) -> candle_core::Result<()> {
        let normed = self.norm(x, &part.norm);
        let mut inner = part.gate.forward(&normed)?;
        match (self.curve, &part.up) {
            (Curve::GatedGelu, Some(up)) => {
                kernels::gelu(inner.data_mut());
                let up = up.forward(&normed)?;
                for (inner, up) in inner.data_mut().iter_mut().zip(up.data()) {
                    *inner *= up;
                }
            }
            _ => {
                for inner in inner.data_mut() {
                    *inner = inner.max(0.0);
                }
            }
        }
        x.add(&part.down.forward(&inner)?);
        Ok(())
    }
}

/// What the parts of a block are loaded with.
struct Shape {
    width: usize,
    hidden: usize,
    heads: Heads,
    curve: Curve,
}

impl Shape {
    fn read(keys: &Keys<'_>) -> Result<Self, Error> {
        let curve = match keys.text("feed_forward_proj") {
            None | Some("relu") => Curve::Relu,
            Some("gated-gelu") => Curve::GatedGelu,
            Some(other) => {
                return Err(keys.unsupported(format!("its activation is `{other}`")).into());
            }
        };
        let heads = Heads {
            count: keys.size("num_heads", 1 << 10)?,
            dim: keys.size("d_kv", 1 << 12)?,
            scale: 1.0,
        };
        let (width, hidden) = (keys.size("d_model", 1 << 16)?, keys.size("d_ff", 1 << 18)?);
        Ok(Self { width, hidden, heads, curve })
    }

    fn attention(
        &self,
        tensors: &mut Tensors<'_>,
        layer: &str,
        kind: &str,
    ) -> Result<Attention, Error> {
        let (inner, width) = (self.heads.width(), self.width);
        let mut linear = |part: &str, outputs, inputs| {
            Linear::load(tensors, &format!("{layer}.{kind}.{part}"), outputs, inputs)
        };
        Ok(Attention {
            query: linear("q", inner, width)?,
            key: linear("k", inner, width)?,
            value: linear("v", inner, width)?,
            out: linear("o", width, inner)?,
            norm: tensors.vector(&format!("{layer}.layer_norm.weight"), width)?,
        })
    }

    fn feed_forward(&self, tensors: &mut Tensors<'_>, layer: &str) -> Result<FeedForward, Error> {
        let name = |part: &str| format!("{layer}.DenseReluDense.{part}");
        let (hidden, width) = (self.hidden, self.width);
        let (gate, up) = match self.curve {
            Curve::Relu => (Linear::load(tensors, &name("wi"), hidden, width)?, None),
            Curve::GatedGelu => (
                Linear::load(tensors, &name("wi_0"), hidden, width)?,
                Some(Linear::load(tensors, &name("wi_1"), hidden, width)?),
            ),
        };
        Ok(FeedForward {
            norm: tensors.vector(&format!("{layer}.layer_norm.weight"), width)?,
            gate,
            up,
            down: Linear::load(tensors, &name("wo"), width, hidden)?,
        })
    }
}

/// The bucket of a key that stands `relative` places behind the query (negative: before it).
fn bucket(relative: i64, both_ways: bool, buckets: usize, farthest: usize) -> usize {
    let (buckets, first, distance) = if both_ways {
        let half = buckets / 2;
        (half, if relative > 0 { half } else { 0 }, relative.unsigned_abs() as usize)
    } else {
        (buckets, 0, usize::try_from(-relative).unwrap_or(0))
    };
    let exact = buckets / 2;
    if distance < exact {
        return first + distance;
    }
    let ratio = (distance as f32 / exact as f32).ln() / (farthest as f32 / exact as f32).ln();
    first + (exact + (ratio * (buckets - exact) as f32) as usize).min(buckets - 1)
}

impl Writer for T5 {
    fn encode(&self, ids: &[u32]) -> candle_core::Result<Rows> {
        let mut x = self.embed(ids)?;
        let count = ids.len();
        // What is added for a key at each distance from the query, from the farthest before it to the farthest behind:
        // every row's biases are a run of it.
        let mut biases = vec![0.0; self.heads.count * (2 * count - 1)];
        for (head, biases) in biases.chunks_exact_mut(2 * count - 1).enumerate() {
            for (at, value) in biases.iter_mut().enumerate() {
                let relative = at as i64 - (count as i64 - 1);
                let bucket = bucket(relative, true, self.buckets, self.farthest);
                *value = self.encoder_bias[bucket * self.heads.count + head];
            }
        }
        let bias =
            |head: usize, row: usize| &biases[head * (2 * count - 1) + count - 1 - row..][..count];
        for (attention, feed_forward) in &self.encoder {
            let normed = self.norm(&x, &attention.norm);
            let (query, key, value) = (
                attention.query.forward(&normed)?,
                attention.key.forward(&normed)?,
                attention.value.forward(&normed)?,
            );
            let mixed = self.heads.attend(&query, key.data(), value.data(), &bias);
            x.add(&attention.out.forward(&mixed)?);
            self.feed_forward(feed_forward, &mut x)?;
        }
        Ok(self.norm(&x, &self.encoder_norm))
    }

    fn memory(&self, states: &Rows) -> candle_core::Result<Memory> {
        let layers = self.decoder.iter().map(|(_, cross, _)| {
            let keys = cross.key.forward(states)?.into_data();
            Ok(Past { keys, values: cross.value.forward(states)?.into_data() })
        });
        Ok(Memory { layers: layers.collect::<candle_core::Result<_>>()? })
    }

    fn layers(&self) -> usize {
        self.decoder.len()
    }

    fn step(
        &self,
        tokens: &[u32],
        past: &mut [Vec<Past>],
        memory: &Memory,
    ) -> candle_core::Result<Rows> {
        let mut x = self.embed(tokens)?;
        let inner = self.heads.width();
        let position = past.first().and_then(|p| p.first()).map_or(0, |p| p.keys.len() / inner);
        let mut biases = vec![0.0; self.heads.count * (position + 1)];
        for (head, biases) in biases.chunks_exact_mut(position + 1).enumerate() {
            for (key, value) in biases.iter_mut().enumerate() {
                let relative = key as i64 - position as i64;
                let bucket = bucket(relative, false, self.buckets, self.farthest);
                *value = self.decoder_bias[bucket * self.heads.count + head];
            }
        }
        let bias = |head: usize, _: usize| &biases[head * (position + 1)..][..=position];
        for (index, (attention, cross, feed_forward)) in self.decoder.iter().enumerate() {
            let normed = self.norm(&x, &attention.norm);
            let query = attention.query.forward(&normed)?;
            let key = attention.key.forward(&normed)?;
            let value = attention.value.forward(&normed)?;
            let mixed = self.heads.attend_each(index, &query, &key, &value, past, &bias);
            x.add(&attention.out.forward(&mixed)?);

            let query = cross.query.forward(&self.norm(&x, &cross.norm))?;
            let Past { keys, values } = &memory.layers[index];
            let mixed = self.heads.attend(&query, keys, values, &|_, _| &[]);
            x.add(&cross.out.forward(&mixed)?);
            self.feed_forward(feed_forward, &mut x)?;
        }
        let mut x = self.norm(&x, &self.decoder_norm);
        for value in x.data_mut() {
            *value *= self.output_scale;
        }
        Ok(self.output.as_ref().unwrap_or(&self.embedding).multiply(&x))
    }

    fn start(&self) -> u32 {
        self.start
    }

    fn end(&self) -> u32 {
        self.end
    }

    fn longest_passage(&self) -> usize {
        // Its positions are relative.
        usize::MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_t5_s() {
        let decoder = |distance: i64| bucket(-distance, false, 32, 128);
        assert!((0..16).all(|distance| decoder(distance) == distance as usize));
        assert_eq!((decoder(16), decoder(127), decoder(128), decoder(9999)), (16, 31, 31, 31));
        let encoder = |relative| bucket(relative, true, 32, 128);
        assert_eq!((encoder(1), encoder(-1), encoder(8), encoder(-8)), (17, 1, 24, 8));
        assert_eq!(bucket(5, false, 32, 128), 0);
    }

    #[test]
    fn chatplug_s_names_become_transformers() {
        for (theirs, plain) in [
            (
                "backbone.encoder.encoder.block.0.module.layer.0.SelfAttention.q.weight",
                "encoder.block.0.layer.0.SelfAttention.q.weight",
            ),
            ("module.backbone.decoder.final_layer_norm.weight", "decoder.final_layer_norm.weight"),
            ("shared.weight", "shared.weight"),
        ] {
            assert_eq!(plain_name(theirs), plain);
        }
    }
}
