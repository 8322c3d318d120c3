//! PLUG, the smaller ChatPLUG: a BERT that reads, and a decoder in OpenNMT's manner that writes (norms before every part,
//! sinusoidal positions, biases everywhere).

use crate::Error;
use crate::decoder::kernels;
use crate::decoder::matrix::{Matrix, Rows};
use crate::dense::{Heads, LayerNorm, Linear};
use crate::encoders::bert::{self, Bert};
use crate::json::Keys;
use crate::seq2seq::{Memory, Past, Writer};
use crate::tensors::Tensors;

/// Epsilon of the decoder's norms.
const EPSILON: f32 = 1e-6;
/// `[CLS]` and `[SEP]` of the vocabularies that it comes with, where the description does not say.
const START: u32 = 101;
const END: u32 = 102;

/// A tensor's name without what surrounds it. The encoder's are told apart by `bert.`.
pub(crate) fn plain_name(name: &str) -> String {
    let name = name.replace("module.", "");
    if let Some(rest) = name.strip_prefix("backbone.plug.bert.bert.") {
        return rest.to_owned();
    }
    let name = name.strip_prefix("backbone.plug.").unwrap_or(&name);
    name.strip_prefix("bert.").unwrap_or(name).to_owned()
}

struct Attention {
    query: Linear,
    key: Linear,
    value: Linear,
    out: Linear,
}

struct Layer {
    norm: LayerNorm,
    attention: Attention,
    cross_norm: LayerNorm,
    cross: Attention,
    feed_forward_norm: LayerNorm,
    up: Linear,
    down: Linear,
}

/// A loaded model.
pub(crate) struct Plug {
    encoder: Bert,
    embedding: Matrix,
    layers: Vec<Layer>,
    norm: LayerNorm,
    /// Of the output, whose matrix is the embeddings.
    bias: Vec<f32>,
    heads: Heads,
    width: usize,
    start: u32,
    end: u32,
}

impl Plug {
    /// Reads the description and all weights.
    pub(crate) fn load(tensors: &mut Tensors<'_>, keys: &Keys<'_>) -> Result<Self, Error> {
        let encoder = bert::Config::from_keys(keys, 0)?;
        let width = keys.size("dec_hidden_size", 1 << 16)?;
        let hidden = keys.size("dec_ff_size", 1 << 18)?;
        let count = keys.size("dec_heads", 1 << 10)?;
        if !width.is_multiple_of(count) || width != encoder.width {
            return Err(keys
                .damaged(format!(
                    "its decoder is {width} wide with {count} heads, its encoder {}",
                    encoder.width
                ))
                .into());
        }
        let dim = width / count;
        let heads = Heads { count, dim, scale: (dim as f32).sqrt().recip() };
        let vocabulary = tensors.rows("decoder.embeddings.weight")?;
        let embedding = tensors.table("decoder.embeddings.weight", vocabulary, width)?;
        let mut layers = Vec::new();
        for index in 0..keys.size("dec_layers", 1 << 10)? {
            let name = |part: &str| format!("decoder.transformer_layers.{index}.{part}");
            let mut attention = |kind: &str| -> Result<Attention, Error> {
                let mut linear = |part: &str| {
                    Linear::load(tensors, &name(&format!("{kind}.{part}")), width, width)
                };
                Ok(Attention {
                    query: linear("linear_query")?,
                    key: linear("linear_keys")?,
                    value: linear("linear_values")?,
                    out: linear("final_linear")?,
                })
            };
            let (own, cross) = (attention("self_attn")?, attention("context_attn")?);
            layers.push(Layer {
                norm: LayerNorm::load(tensors, &name("layer_norm_1"), width, EPSILON)?,
                attention: own,
                cross_norm: LayerNorm::load(tensors, &name("layer_norm_2"), width, EPSILON)?,
                cross,
                feed_forward_norm: LayerNorm::load(
                    tensors,
                    &name("feed_forward.layer_norm"),
                    width,
                    EPSILON,
                )?,
                up: Linear::load(tensors, &name("feed_forward.w_1"), hidden, width)?,
                down: Linear::load(tensors, &name("feed_forward.w_2"), width, hidden)?,
            });
        }
        let norm = LayerNorm::load(tensors, "decoder.layer_norm", width, EPSILON)?;
        let bias = tensors.vector("generator.dense.bias", vocabulary)?;
        let encoder = Bert::load(tensors, encoder)?;
        let start = keys.token("bos_token_id").unwrap_or(START);
        let end = keys.token("eos_token_id").unwrap_or(END);
        if start as usize >= vocabulary || end as usize >= vocabulary {
            return Err(keys.damaged("its first or last token lies outside its vocabulary").into());
        }
        Ok(Self { encoder, embedding, layers, norm, bias, heads, width, start, end })
    }

    /// Entries of the embedding matrix.
    pub(crate) fn vocabulary(&self) -> usize {
        self.embedding.rows()
    }
}

/// The sinusoidal vector of a position, added to `row`.
fn add_position(position: usize, row: &mut [f32]) {
    let width = row.len() as f64;
    for (index, value) in row.iter_mut().enumerate() {
        let angle = position as f64 / 10_000f64.powf((index - index % 2) as f64 / width);
        *value += if index % 2 == 0 { angle.sin() } else { angle.cos() } as f32;
    }
}

impl Writer for Plug {
    fn encode(&self, ids: &[u32]) -> candle_core::Result<Rows> {
        self.encoder.forward(ids)
    }

    fn memory(&self, states: &Rows) -> candle_core::Result<Memory> {
        let layers = self.layers.iter().map(|layer| {
            let keys = layer.cross.key.forward(states)?.into_data();
            Ok(Past { keys, values: layer.cross.value.forward(states)?.into_data() })
        });
        Ok(Memory { layers: layers.collect::<candle_core::Result<_>>()? })
    }

    fn layers(&self) -> usize {
        self.layers.len()
    }

    fn step(
        &self,
        tokens: &[u32],
        past: &mut [Vec<Past>],
        memory: &Memory,
    ) -> candle_core::Result<Rows> {
        let position =
            past.first().and_then(|p| p.first()).map_or(0, |p| p.keys.len() / self.width);
        let mut x = Rows::zeros(tokens.len(), self.width);
        let scale = (self.width as f32).sqrt();
        for (&token, row) in tokens.iter().zip(x.data_mut().chunks_exact_mut(self.width)) {
            if token as usize >= self.vocabulary() {
                candle_core::bail!("there is no token {token}");
            }
            self.embedding.row(token as usize, row);
            for value in row.iter_mut() {
                *value *= scale;
            }
            add_position(position, row);
        }
        for (index, layer) in self.layers.iter().enumerate() {
            let normed = layer.norm.forward(&x);
            let query = layer.attention.query.forward(&normed)?;
            let key = layer.attention.key.forward(&normed)?;
            let value = layer.attention.value.forward(&normed)?;
            let mixed = self.heads.attend_each(index, &query, &key, &value, past, &|_, _| &[]);
            x.add(&layer.attention.out.forward(&mixed)?);

            let query = layer.cross.query.forward(&layer.cross_norm.forward(&x))?;
            let Past { keys, values } = &memory.layers[index];
            let mixed = self.heads.attend(&query, keys, values, &|_, _| &[]);
            x.add(&layer.cross.out.forward(&mixed)?);

            let mut inner = layer.up.forward(&layer.feed_forward_norm.forward(&x))?;
            kernels::gelu(inner.data_mut());
            x.add(&layer.down.forward(&inner)?);
        }
        let mut logits = self.embedding.multiply(&self.norm.forward(&x));
        logits.add_bias(&self.bias);
        Ok(logits)
    }

    fn start(&self) -> u32 {
        self.start
    }

    fn end(&self) -> u32 {
        self.end
    }

    fn longest_passage(&self) -> usize {
        self.encoder.most_tokens()
    }
}
