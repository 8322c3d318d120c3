//! Rotation and attention on a device.
//!
//! Query heads that share a key head are stacked under it, so that keys and values are not copied for each of them. Scores are f32:
//! keys of some families (Qwen 2) reach beyond what half floats hold once they are multiplied; keys and values themselves stay as
//! they are kept where the device multiplies them so ([`mixed`](super::mixed)). What may not be seen is added minus infinity; a
//! single row needs no mask, since what it may not see is not read. Rows are taken in tiles, so that a long context does not need
//! memory for all scores at once.

use std::collections::BTreeMap;
use std::ops::Range;

use candle_core::{Device, Result, Tensor};

use super::cache::DeviceLayers;
use super::capped;
use super::mixed::{self, Readable};
use crate::decoder::attention::Places;
use crate::decoder::config::{Config, RopePairs};
use crate::decoder::rope::Rope;

/// Scores that are worked on at a time.
pub(super) const SCORES: usize = 1 << 24;

/// Angles of the rows of a pass: cosines and sines, `[row][pair]`.
pub(super) type Angles = (Tensor, Tensor);

/// A table of angles.
pub(super) struct Turn {
    pairs: RopePairs,
    /// `[position][pair]`
    cosines: Tensor,
    sines: Tensor,
}

impl Turn {
    pub(super) fn new(rope: &Rope, device: &Device) -> Result<Self> {
        let pairs = rope.turned();
        let (cosines, sines): (Vec<f32>, Vec<f32>) = rope.table().iter().copied().unzip();
        let positions = cosines.len() / pairs;
        Ok(Self {
            pairs: rope.pairs(),
            cosines: Tensor::from_vec(cosines, (positions, pairs), device)?,
            sines: Tensor::from_vec(sines, (positions, pairs), device)?,
        })
    }

    /// Those of a pass.
    pub(super) fn angles(&self, places: Places, rows: usize) -> Result<Angles> {
        let pick = |table: &Tensor| match places {
            Places::Run(start) => table.narrow(0, start, rows),
            // All texts are equally long.
            Places::Lanes(_) => table
                .narrow(0, places.position(0), 1)?
                .broadcast_as((rows, table.dim(1)?))?
                .contiguous(),
        };
        Ok((pick(&self.cosines)?, pick(&self.sines)?))
    }

    /// Turns `[head][row][head_dim]`.
    pub(super) fn apply(&self, x: &Tensor, angles: &Angles) -> Result<Tensor> {
        turned(self.pairs, x, angles)
    }
}

/// Turns the first numbers of each head of `[head][row][head_dim]`, as many as there are angles for.
pub(super) fn turned(pairs: RopePairs, x: &Tensor, (cosines, sines): &Angles) -> Result<Tensor> {
    let (dims, whole) = (2 * cosines.dim(1)?, x.dim(2)?);
    let first = if dims == whole { x.clone() } else { x.narrow(2, 0, dims)? };
    let first = first.contiguous()?.unsqueeze(0)?;
    let first = match pairs {
        RopePairs::Interleaved => candle_nn::rotary_emb::rope_i(&first, cosines, sines)?,
        RopePairs::Halves => candle_nn::rotary_emb::rope(&first, cosines, sines)?,
    };
    let first = first.squeeze(0)?;
    if dims == whole {
        return Ok(first);
    }
    Tensor::cat(&[&first, &x.narrow(2, dims, whole - dims)?], 2)?.contiguous()
}

/// What the rows of a pass may see, by window; made when first needed.
pub(super) struct Masks<'a> {
    places: Places,
    rows: usize,
    device: &'a Device,
    made: BTreeMap<Option<usize>, Option<Tensor>>,
    own: Option<mixed::Own>,
}

impl<'a> Masks<'a> {
    pub(super) fn new(places: Places, rows: usize, device: &'a Device) -> Self {
        Self { places, rows, device, made: BTreeMap::new(), own: None }
    }

    /// Places that some row sees.
    fn seen(&self, window: Option<usize>) -> Range<usize> {
        let end = self.places.place(0) + self.rows;
        let first = window.map_or(0, |w| (self.places.position(0) + 1).saturating_sub(w));
        let first = match self.places {
            Places::Run(_) => first,
            Places::Lanes(lanes) => first.min(lanes.start),
        };
        first..end
    }

    /// `[row][place]`, noughts and minus infinity; `None` where every row sees all of [`seen`](Self::seen).
    fn mask(&mut self, window: Option<usize>) -> Result<Option<Tensor>> {
        if let Some(made) = self.made.get(&window) {
            return Ok(made.clone());
        }
        let mask = match (self.places, window) {
            // A single row sees all that is read for it.
            (Places::Run(_), _) if self.rows == 1 => None,
            // All rows see what lies before the pass.
            (Places::Run(start), None) => Some(self.own()?.pad_with_zeros(1, start, 0)?),
            _ => self.written_out(window)?,
        };
        self.made.insert(window, mask.clone());
        Ok(mask)
    }

    /// What the rows of a pass may not see of each other, where that is all that they may not see and the device adds it to the scores
    /// as it makes them.
    fn apart(&mut self, window: Option<usize>) -> Result<Option<mixed::Own>> {
        let plain = matches!(self.places, Places::Run(_)) && window.is_none() && self.rows > 1;
        if !plain {
            return Ok(None);
        }
        if self.own.is_none() {
            self.own = mixed::Own::new(self.rows, self.device)?;
        }
        Ok(self.own.clone())
    }

    /// What the rows of a pass see of each other, `[row][row]`.
    fn own(&self) -> Result<Tensor> {
        let mut numbers = vec![0.0; self.rows * self.rows];
        for (row, numbers) in numbers.chunks_exact_mut(self.rows).enumerate() {
            numbers[row + 1..].fill(f32::NEG_INFINITY);
        }
        Tensor::from_vec(numbers, (self.rows, self.rows), self.device)
    }

    /// A mask place by place.
    fn written_out(&self, window: Option<usize>) -> Result<Option<Tensor>> {
        let seen = self.seen(window);
        let mut hidden = false;
        let mut numbers = Vec::with_capacity(self.rows * seen.len());
        for row in 0..self.rows {
            for place in seen.clone() {
                let sees = sees(self.places, window.unwrap_or(usize::MAX), row, place);
                hidden |= !sees;
                numbers.push(if sees { 0.0 } else { f32::NEG_INFINITY });
            }
        }
        if !hidden {
            return Ok(None);
        }
        Tensor::from_vec(numbers, (self.rows, seen.len()), self.device).map(Some)
    }
}

/// Whether a row sees a place of the cache.
fn sees(places: Places, window: usize, row: usize, place: usize) -> bool {
    let position = places.position(row);
    match places {
        Places::Run(_) => place <= position && position - place < window,
        Places::Lanes(lanes) => match place.checked_sub(lanes.start) {
            None => position - place < window,
            Some(behind) => {
                let (step, of) = (behind / lanes.count, behind % lanes.count);
                of == row && step <= lanes.step && lanes.step - step < window
            }
        },
    }
}

/// Attends from `queries`, `[head][row][head_dim]`, to what the cache holds of a layer; gives `[row][head * head_dim]`.
pub(super) fn attend(
    config: &Config,
    window: Option<usize>,
    cache: &DeviceLayers,
    layer: usize,
    queries: &Tensor,
    masks: &mut Masks<'_>,
) -> Result<Tensor> {
    attend_in_tiles(config, window, cache, layer, queries, masks, SCORES)
}

/// The same with no more `scores` at a time, but for those of one row.
fn attend_in_tiles(
    config: &Config,
    window: Option<usize>,
    cache: &DeviceLayers,
    layer: usize,
    queries: &Tensor,
    masks: &mut Masks<'_>,
    scores: usize,
) -> Result<Tensor> {
    let (heads, rows, dim) = queries.dims3()?;
    let kv_heads = cache.kv_heads();
    let group = heads / kv_heads;
    let seen = masks.seen(window);
    let (keys, values) = cache.view(layer, &seen)?;
    let (keys, values) = (Readable::new(&keys)?, Readable::new(&values)?);
    // A cap comes between scores and mask.
    let apart = if keys.takes_apart() && config.attention_cap.is_none() {
        masks.apart(window)?
    } else {
        None
    };
    let mask = if apart.is_some() { None } else { masks.mask(window)? };
    let scale = config.attention_scale;
    let tile = (scores / (heads * seen.len()).max(1)).clamp(1, rows);
    let mut tiles = Vec::new();
    for first in (0..rows).step_by(tile) {
        let count = tile.min(rows - first);
        let queries = queries.narrow(1, first, count)?.contiguous()?;
        let queries = queries.reshape((kv_heads, group * count, dim))?;
        let apart = apart.as_ref().map(|own| (own, first..first + count));
        let mut scores = mixed::scores(&queries, &keys, scale, apart)?;
        if let Some(cap) = config.attention_cap {
            scores = capped(&scores, cap)?;
        }
        if let Some(mask) = &mask {
            let mask = mask.narrow(0, first, count)?;
            scores = scores
                .reshape((kv_heads, group, count, seen.len()))?
                .broadcast_add(&mask)?
                .reshape((kv_heads, group * count, seen.len()))?;
        }
        let weights = candle_nn::ops::softmax_last_dim(&scores.contiguous()?)?;
        let out = mixed::weighted(&weights, &values)?;
        let out = out.reshape((heads, count, dim))?.transpose(0, 1)?.contiguous()?;
        tiles.push(out.reshape((count, heads * dim))?);
    }
    match tiles.as_slice() {
        [one] => Ok(one.clone()),
        several => Tensor::cat(several, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decoder::attention::Lanes;
    use crate::decoder::cache::{CacheFormat, CacheShape};
    use crate::tests::other_device;

    #[test]
    fn a_row_sees_itself_and_what_lies_before_it_within_the_window() {
        let row = |window, row| -> Vec<usize> {
            (0..9).filter(|&place| sees(Places::Run(4), window, row, place)).collect()
        };
        assert_eq!(row(usize::MAX, 1), [0, 1, 2, 3, 4, 5]);
        assert_eq!(row(3, 2), [4, 5, 6]);
        assert_eq!(row(1, 0), [4]);
    }

    #[test]
    fn texts_side_by_side_see_their_common_beginning_and_their_own() {
        let lanes = Places::Lanes(Lanes { start: 3, step: 2, count: 2 });
        let row = |window, row| -> Vec<usize> {
            (0..9).filter(|&place| sees(lanes, window, row, place)).collect()
        };
        assert_eq!(row(usize::MAX, 0), [0, 1, 2, 3, 5, 7]);
        assert_eq!(row(usize::MAX, 1), [0, 1, 2, 4, 6, 8]);
        assert_eq!(row(4, 1), [2, 4, 6, 8]);
        assert_eq!(row(2, 0), [5, 7]);
    }

    #[test]
    fn masks_say_what_is_seen() {
        let lanes = Places::Lanes(Lanes { start: 3, step: 2, count: 2 });
        for (places, rows) in
            [(Places::Run(5), 4), (Places::Run(0), 3), (Places::Run(6), 1), (lanes, 2)]
        {
            for window in [None, Some(3)] {
                let mut masks = Masks::new(places, rows, &Device::Cpu);
                let seen = masks.seen(window);
                let mask = masks.mask(window).unwrap();
                for row in 0..rows {
                    for (column, place) in seen.clone().enumerate() {
                        let added: f32 = mask.as_ref().map_or(0.0, |mask| {
                            mask.get(row).unwrap().get(column).unwrap().to_scalar().unwrap()
                        });
                        let sees = sees(places, window.unwrap_or(usize::MAX), row, place);
                        assert_eq!(
                            added.to_bits() == 0,
                            sees,
                            "{places:?} {window:?} {row} {place}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn tiles_and_halves_give_what_all_rows_at_once_give() {
        let (heads, kv_heads, head_dim, places) = (4, 2, 8, 30);
        let numbers = |seed: usize, shape: (usize, usize, usize), device: &Device| {
            let count = shape.0 * shape.1 * shape.2;
            let number = |i: usize| ((i * 37 + seed * 101) as f32 * 0.7).sin() * 2.0;
            let numbers: Vec<f32> = (0..count).map(number).collect();
            Tensor::from_vec(numbers, shape, device).unwrap()
        };
        let other = other_device();
        let lanes = Places::Lanes(Lanes { start: 12, step: 2, count: 6 });
        let run = |device: &Device, format, cap, (at, rows), window, scores| -> Vec<f32> {
            let config =
                Config { attention_cap: cap, ..Config::of_heads(heads, kv_heads, head_dim) };
            let shape = CacheShape { layers: 1, kv_heads, head_dim, capacity: 40, format };
            let mut cache = DeviceLayers::new(device, shape).unwrap();
            let kept = (kv_heads, places, head_dim);
            cache.write(0, 0, &numbers(1, kept, device), &numbers(2, kept, device)).unwrap();
            let queries = numbers(3, (heads, rows, head_dim), device);
            let mut masks = Masks::new(at, rows, device);
            let mixed = attend_in_tiles(&config, window, &cache, 0, &queries, &mut masks, scores);
            mixed.unwrap().flatten_all().unwrap().to_vec1().unwrap()
        };
        for cap in [None, Some(3.0)] {
            for at in [(Places::Run(9), 21), (Places::Run(29), 1), (lanes, 6)] {
                for window in [None, Some(5)] {
                    let whole = run(&Device::Cpu, CacheFormat::F32, cap, at, window, SCORES);
                    // All rows, a row at a time, and four with a rest.
                    for scores in [SCORES, 0, heads * places * 4] {
                        for (format, near) in [(CacheFormat::F32, 1e-4), (CacheFormat::F16, 1e-2)] {
                            let tiled = run(&other, format, cap, at, window, scores);
                            let same = tiled.iter().zip(&whole).all(|(a, b)| (a - b).abs() < near);
                            let same = same && tiled.len() == whole.len();
                            assert!(same, "{at:?}, {window:?}, {cap:?}, {scores}, {format:?}");
                        }
                    }
                }
            }
        }
    }
}
