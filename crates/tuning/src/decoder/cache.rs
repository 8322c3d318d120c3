//! Keys and values of texts that are being written, so that each token is read once. For replies that are drawn while a model
//! learns: nothing here has a gradient.

use candle_core::{DType, Device, Result, Tensor};

use super::block::{Common, attended};
use super::{Anatomy, Pass};
use crate::ops::Sent;

/// Keys and values of some texts, block by block.
pub(crate) struct Cache {
    texts: Vec<Text>,
    kv_heads: usize,
    head_dim: usize,
    device: Device,
}

/// One text.
struct Text {
    /// Tokens that were read.
    length: usize,
    /// Tokens that there is room for.
    room: usize,
    /// Keys and values of each block that was reached, `[kv_heads, room, head_dim]`.
    blocks: Vec<[Tensor; 2]>,
}

/// New tokens of one text, as they lie in a pass.
pub(super) struct New {
    /// Whose they are.
    text: usize,
    /// The first one's row.
    pub(super) from: usize,
    /// How many.
    pub(super) count: usize,
    /// What a device is sent for a text of that length.
    sent: Sent,
}

impl Cache {
    /// For texts that grow to as many tokens as `rooms` says. Their memory is less than what training on the same texts keeps, which
    /// holds keys and values among all else.
    pub(crate) fn new(anatomy: &Anatomy, rooms: &[usize], device: &Device) -> Self {
        let layers = anatomy.layers;
        let text = |&room: &usize| Text { length: 0, room, blocks: Vec::with_capacity(layers) };
        Self {
            texts: rooms.iter().map(text).collect(),
            kv_heads: anatomy.kv_heads,
            head_dim: anatomy.head_dim,
            device: device.clone(),
        }
    }

    /// Tokens of a text that were read.
    pub(crate) fn length(&self, text: usize) -> usize {
        self.texts[text].length
    }

    /// New tokens of some texts as a pass, below each other without padding.
    pub(super) fn pass(&self, new: &[(usize, &[u32])]) -> Result<(Pass, Vec<New>)> {
        let (mut ids, mut positions, mut list) = (Vec::new(), Vec::new(), Vec::new());
        for &(text, tokens) in new {
            let Some(known) = self.texts.get(text) else {
                candle_core::bail!("there is no text {text} in a cache of {}", self.texts.len())
            };
            let end = known.length + tokens.len();
            if tokens.is_empty() || end > known.room || (known.length > 0 && tokens.len() > 1) {
                candle_core::bail!(
                    "{} tokens behind {} of {}",
                    tokens.len(),
                    known.length,
                    known.room
                )
            }
            let (from, count) = (ids.len(), tokens.len());
            list.push(New { text, from, count, sent: Sent::of_length(count) });
            ids.extend_from_slice(tokens);
            positions.extend((known.length..end).map(|at| at as u32));
        }
        // Their rows are no texts of one length, so that nothing may be taken for the same in all of them.
        let pass = Pass { positions: positions.into(), ..Pass::of(&[&ids], 0) };
        Ok((pass, list))
    }

    /// Puts the keys and values of new tokens behind those of their texts, and attends: `[rows, heads · head_dim]`, as `q` has them.
    pub(super) fn attended(
        &mut self,
        [q, k, v]: &[Tensor; 3],
        common: &Common,
        index: usize,
        new: &[New],
    ) -> Result<Tensor> {
        let mut rows = Vec::with_capacity(new.len());
        for new in new {
            let own = |x: &Tensor| x.detach().narrow(0, new.from, new.count);
            let (q, k, v) = (own(q)?, own(k)?, own(v)?);
            let seen = self.put([&k, &v], index, new)?;
            rows.push(if self.texts[new.text].length == 0 {
                let whole =
                    Pass { rows: 1, length: new.count, sent: new.sent.clone(), ..Pass::of(&[], 0) };
                attended(
                    [q.contiguous()?, k.contiguous()?, v.contiguous()?],
                    common,
                    &whole,
                    index,
                )?
            } else {
                one(&q, seen, common, common.window(index))?
            });
        }
        Tensor::cat(&rows, 0)
    }

    /// Puts the keys and values of a text's new tokens into a block: all of the text's, `[kv_heads, tokens, head_dim]`.
    fn put(&mut self, new_ones: [&Tensor; 2], index: usize, new: &New) -> Result<[Tensor; 2]> {
        let (kv_heads, head_dim) = (self.kv_heads, self.head_dim);
        let text = &mut self.texts[new.text];
        if text.blocks.len() == index {
            let zeros = || {
                let shape = (kv_heads, text.room, head_dim);
                Tensor::zeros(shape, DType::F32, &self.device)
            };
            text.blocks.push([zeros()?, zeros()?]);
        }
        let end = text.length + new.count;
        let put = |new_one: &Tensor, all: &Tensor| {
            let heads = new_one.reshape((new.count, kv_heads, head_dim))?;
            all.slice_set(&heads.transpose(0, 1)?.contiguous()?, 1, text.length)?;
            all.narrow(1, 0, end)
        };
        let [k, v] = &text.blocks[index];
        Ok([put(new_ones[0], k)?, put(new_ones[1], v)?])
    }

    /// All blocks have read these.
    pub(super) fn read(&mut self, new: &[New]) {
        for new in new {
            self.texts[new.text].length += new.count;
        }
    }
}

/// Attention of one token, `[1, heads · head_dim]`, over keys and values of its text up to itself, `[kv_heads, tokens, head_dim]`.
fn one(q: &Tensor, [k, v]: [Tensor; 2], common: &Common, window: Option<usize>) -> Result<Tensor> {
    let tokens = k.dim(1)?;
    let seen = window.map_or(tokens, |window| window.max(1).min(tokens));
    let (k, v) = (k.narrow(1, tokens - seen, seen)?, v.narrow(1, tokens - seen, seen)?);
    let group = common.heads / common.kv_heads;
    let q = (q.reshape((common.kv_heads, group, common.head_dim))? * f64::from(common.scale))?;
    let weights = candle_nn::ops::softmax_last_dim(&q.matmul(&k.t()?)?)?;
    weights.matmul(&v)?.reshape((1, common.heads * common.head_dim))
}
