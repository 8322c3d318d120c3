//! What adapters are made of beside this decoder's products: W·x becomes W·x + scale · B·(A·x), with W as the file stores it.
//!
//! Beside weights in blocks, A (rank × inputs) and B (outputs × rank) are rounded to eight bits, as finely as activations are and far
//! more finely than the blocks: A meets the activations that the blocks meet, rounded once for both. Beside floats they are floats.
//! How they are added is in [`added`].

mod added;
mod floats;

use std::ops::Range;
use std::sync::Arc;

pub(super) use added::Added;
use candle_core::quantized::GgmlDType;

use super::blocks::Layout;
use super::blocks::eights::{Eights, GROUP};
use super::device::DeviceLowRank;
use super::matrix::{Bytes, Matrix, packing};
use floats::Tiles;

/// Ranks that share a scale, where there are more of them.
const BLOCK: usize = 256;

/// What one adapter adds to one product.
pub(crate) struct LowRank {
    down: Down,
    ups: Vec<Up>,
}

/// The A of all parts of a product, below each other.
enum Down {
    Floats(Matrix),
    /// For activations of this layout. Each part fills whole blocks of its B, with rows of noughts.
    Eights(Eights, Layout),
}

/// One B: outputs `columns` of the product, from `rank` of what A gives.
struct Up {
    columns: Range<usize>,
    rank: Range<usize>,
    numbers: Numbers,
    /// DoRA's, one an output; empty without.
    gain: Vec<f32>,
}

/// The numbers of a B, the scale in them.
enum Numbers {
    Floats(Tiles),
    /// `block` ranks share a scale; `first_block` counts those of the parts before.
    Eights {
        matrix: Eights,
        block: usize,
        first_block: usize,
    },
}

/// One A and B as they come from a file.
pub(crate) struct Pair {
    /// Outputs of the product that B gives.
    pub(crate) columns: Range<usize>,
    pub(crate) rank: usize,
    /// `[rank][inputs]`
    pub(crate) a: Vec<f32>,
    /// `[columns][rank]`
    pub(crate) b: Vec<f32>,
    pub(crate) scale: f32,
    /// DoRA's, one an output; empty without.
    pub(crate) gain: Vec<f32>,
}

impl Pair {
    fn inputs(&self) -> usize {
        self.a.len() / self.rank.max(1)
    }

    /// B with the scale, and with what every row of `peaks` was divided by, in rows of `width`.
    fn scaled_b(&self, peaks: &[f32], width: usize) -> Vec<f32> {
        let mut all = vec![0.0; self.columns.len() * width];
        for (to, from) in all.chunks_exact_mut(width).zip(self.b.chunks_exact(self.rank)) {
            for ((to, from), peak) in to.iter_mut().zip(from).zip(peaks) {
                *to = from * self.scale * peak;
            }
        }
        all
    }
}

impl LowRank {
    /// Puts parts together; `None` where there are none. `layout` is that of the first of the matrices that give the product, if its
    /// weights are blocks.
    pub(crate) fn new(
        pairs: Vec<Pair>,
        layout: Option<Layout>,
    ) -> candle_core::Result<Option<Self>> {
        if pairs.is_empty() {
            return Ok(None);
        }
        match layout {
            Some(layout) => Ok(Some(Self::in_eights(pairs, layout))),
            None => Self::in_floats(pairs).map(Some),
        }
    }

    fn in_eights(pairs: Vec<Pair>, layout: Layout) -> Self {
        let inputs = pairs.first().map_or(0, Pair::inputs);
        let (mut down, mut ups) = (Vec::new(), Vec::new());
        let (mut from, mut first_block) = (0, 0);
        for pair in pairs {
            let block = pair.rank.next_multiple_of(GROUP).min(BLOCK);
            let rank = pair.rank.next_multiple_of(block);
            // What A gives is rounded together: each of its rows is brought to one, and B keeps by what.
            let peaks: Vec<f32> = pair
                .a
                .chunks_exact(inputs)
                .map(|row| row.iter().fold(0.0f32, |peak, number| peak.max(number.abs())))
                .map(|peak| if peak > 0.0 { peak } else { 1.0 })
                .collect();
            for (row, peak) in pair.a.chunks_exact(inputs).zip(&peaks) {
                down.extend(row.iter().map(|number| number / peak));
            }
            down.resize((from + rank) * inputs, 0.0);
            let matrix = Eights::in_order(&pair.scaled_b(&peaks, rank), rank, block);
            ups.push(Up {
                columns: pair.columns,
                rank: from..from + rank,
                numbers: Numbers::Eights { matrix, block, first_block },
                gain: pair.gain,
            });
            from += rank;
            first_block += rank / block;
        }
        Self { down: Down::Eights(Eights::for_layout(&down, inputs, layout), layout), ups }
    }

    fn in_floats(pairs: Vec<Pair>) -> candle_core::Result<Self> {
        let inputs = pairs.first().map_or(0, Pair::inputs);
        let a: Vec<f32> = pairs.iter().flat_map(|pair| pair.a.iter().copied()).collect();
        let mut bytes = Bytes::zeroed(size_of_val(a.as_slice()))?;
        packing(GgmlDType::F32)?(&a, bytes.as_mut_slice());
        let rank = pairs.iter().map(|pair| pair.rank).sum();
        let down = Matrix::from_bytes(GgmlDType::F32, rank, inputs, bytes)?;
        let mut from = 0;
        let ups = pairs.into_iter().map(|pair| {
            let b = pair.scaled_b(&vec![1.0; pair.rank], pair.rank);
            from += pair.rank;
            Up {
                columns: pair.columns,
                rank: from - pair.rank..from,
                numbers: Numbers::Floats(Tiles::new(&b, pair.rank)),
                gain: pair.gain,
            }
        });
        Ok(Self { ups: ups.collect(), down: Down::Floats(down) })
    }

    /// Bytes of its numbers.
    pub(crate) fn bytes(&self) -> usize {
        let down = match &self.down {
            Down::Floats(matrix) => matrix.bytes(),
            Down::Eights(matrix, _) => matrix.bytes(),
        };
        let up = |up: &Up| {
            let numbers = match &up.numbers {
                Numbers::Floats(tiles) => tiles.bytes(),
                Numbers::Eights { matrix, .. } => matrix.bytes(),
            };
            numbers + size_of_val(up.gain.as_slice())
        };
        down + self.ups.iter().map(up).sum::<usize>()
    }
}

/// One adapter, ready to be added.
pub(crate) struct Adapter {
    pub(super) parts: Parts,
    /// Tells it from every other.
    pub(crate) key: [u8; 32],
}

/// What it adds, where the weights are that it adds to.
pub(super) enum Parts {
    Here(AdapterParts<LowRank>),
    Device(AdapterParts<DeviceLowRank>),
}

/// What it adds to each product.
pub(super) struct AdapterParts<T> {
    pub(super) layers: Vec<LayerParts<T>>,
    pub(super) output: Option<T>,
}

/// What it adds within one block.
pub(super) struct LayerParts<T> {
    pub(super) attention_in: Option<T>,
    pub(super) attention_out: Option<T>,
    pub(super) feed_forward_in: Option<T>,
    pub(super) feed_forward_out: Option<T>,
}

impl<T> AdapterParts<T> {
    fn sum(&self, bytes: impl Fn(&T) -> usize) -> usize {
        let layers = self.layers.iter().flat_map(|layer| {
            [
                &layer.attention_in,
                &layer.attention_out,
                &layer.feed_forward_in,
                &layer.feed_forward_out,
            ]
        });
        layers.chain([&self.output]).flatten().map(bytes).sum()
    }
}

impl Adapter {
    /// Bytes of its numbers.
    pub(crate) fn bytes(&self) -> usize {
        match &self.parts {
            Parts::Here(parts) => parts.sum(LowRank::bytes),
            Parts::Device(parts) => parts.sum(DeviceLowRank::bytes),
        }
    }

    /// What it adds to weights in the computer's own memory.
    pub(super) fn here(&self) -> Option<&AdapterParts<LowRank>> {
        match &self.parts {
            Parts::Here(parts) => Some(parts),
            Parts::Device(_) => None,
        }
    }

    /// What it adds to weights on a device.
    pub(super) fn on_device(&self) -> Option<&AdapterParts<DeviceLowRank>> {
        match &self.parts {
            Parts::Here(_) => None,
            Parts::Device(parts) => Some(parts),
        }
    }
}

/// An adapter at work, and how strongly.
#[derive(Clone)]
pub(crate) struct Active {
    pub(crate) adapter: Arc<Adapter>,
    pub(crate) strength: f32,
}

#[cfg(test)]
mod tests;
