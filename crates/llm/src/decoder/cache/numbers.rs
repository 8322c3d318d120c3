//! How keys and values are kept: half floats, full floats, or eight bits with a scale.

use std::ops::Range;

use half::f16;
use half::vec::HalfBitsVecExt;

use super::CacheFormat;
use crate::decoder::half_floats::{narrow, widen};

/// The most numbers that share a scale.
const GROUP: usize = 32;

/// Numbers in one of the formats.
///
/// A position's numbers stand `lanes` places apart, the neighbours between them being those of other positions: 16 for keys
/// (see [`KEY_BLOCK`](super::KEY_BLOCK)), 1 for values.
#[derive(Debug, Clone)]
pub(super) struct Numbers {
    kept: Kept,
    lanes: usize,
    group: usize,
}

#[derive(Debug, Clone)]
enum Kept {
    F16(Vec<f16>),
    F32(Vec<f32>),
    Q8(Eight),
}

/// Eight bits and scales: number `i` has the scale `i / (group * lanes) * lanes + i % lanes`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Eight {
    pub(super) quants: Vec<i8>,
    pub(super) scales: Vec<f16>,
}

/// Numbers of a head that share a scale: the largest power of two up to 32 that divides it.
pub(super) fn group(head_dim: usize) -> usize {
    (1 << head_dim.trailing_zeros().min(GROUP.trailing_zeros())).min(GROUP)
}

impl Numbers {
    pub(super) fn zeros(format: CacheFormat, length: usize, lanes: usize, group: usize) -> Self {
        let kept = match format {
            // Made of plain zeros, which the system hands out page by page as they are first written.
            CacheFormat::F16 => Kept::F16(vec![0u16; length].reinterpret_into()),
            CacheFormat::F32 => Kept::F32(vec![0.0; length]),
            CacheFormat::Q8 => Kept::Q8(Eight {
                quants: vec![0; length],
                scales: vec![0u16; length / group].reinterpret_into(),
            }),
        };
        Self { kept, lanes, group }
    }

    /// Writes a position's numbers from `start` on.
    pub(super) fn write(&mut self, start: usize, from: &[f32]) {
        let lanes = self.lanes;
        match &mut self.kept {
            Kept::F16(to) => {
                let mut halves = vec![f16::ZERO; from.len()];
                narrow(from, &mut halves);
                for (to, from) in to[start..].iter_mut().step_by(lanes).zip(halves) {
                    *to = from;
                }
            }
            Kept::F32(to) => {
                for (to, from) in to[start..].iter_mut().step_by(lanes).zip(from) {
                    *to = *from;
                }
            }
            Kept::Q8(to) => {
                for (index, from) in from.chunks_exact(self.group).enumerate() {
                    let start = start + index * self.group * lanes;
                    let (scale, inverse) = scale_of(from.iter().copied());
                    to.scales[start / (self.group * lanes) * lanes + start % lanes] = scale;
                    for (to, from) in to.quants[start..].iter_mut().step_by(lanes).zip(from) {
                        *to = (from * inverse).round_ties_even() as i8;
                    }
                }
            }
        }
    }

    /// Reads a position's numbers from `start` on.
    pub(super) fn read(&self, start: usize, to: &mut [f32]) {
        let lanes = self.lanes;
        for (index, to) in to.iter_mut().enumerate() {
            let at = start + index * lanes;
            *to = match &self.kept {
                Kept::F16(from) => from[at].to_f32(),
                Kept::F32(from) => from[at],
                Kept::Q8(from) => {
                    let scale = from.scales[at / (self.group * lanes) * lanes + at % lanes];
                    f32::from(from.quants[at]) * scale.to_f32()
                }
            };
        }
    }

    pub(super) fn slice(&self, range: Range<usize>) -> Slice<'_> {
        match &self.kept {
            Kept::F16(numbers) => Slice::F16(&numbers[range]),
            Kept::F32(numbers) => Slice::F32(&numbers[range]),
            Kept::Q8(eight) => Slice::Q8 {
                scales: &eight.scales[range.start / self.group..range.end / self.group],
                quants: &eight.quants[range],
                lanes: self.lanes,
                group: self.group,
            },
        }
    }

    /// Copies a range of another cache's numbers of the same kind.
    pub(super) fn copy_from(&mut self, other: &Self, range: Range<usize>) {
        match (&mut self.kept, &other.kept) {
            (Kept::F16(to), Kept::F16(from)) => to[range.clone()].copy_from_slice(&from[range]),
            (Kept::F32(to), Kept::F32(from)) => to[range.clone()].copy_from_slice(&from[range]),
            (Kept::Q8(to), Kept::Q8(from)) => {
                let scales = range.start / self.group..range.end / self.group;
                to.quants[range.clone()].copy_from_slice(&from.quants[range]);
                to.scales[scales.clone()].copy_from_slice(&from.scales[scales]);
            }
            _ => {}
        }
    }

    /// A range in eight bits, whatever it is kept in. Whole groups of all lanes.
    pub(super) fn to_eight(&self, range: Range<usize>, out: &mut Eight) {
        out.quants.clear();
        out.scales.clear();
        if let Kept::Q8(eight) = &self.kept {
            out.scales.extend(&eight.scales[range.start / self.group..range.end / self.group]);
            out.quants.extend(&eight.quants[range]);
            return;
        }
        let mut wide = vec![0.0; self.group * self.lanes];
        out.quants.resize(range.len(), 0);
        for (index, quants) in out.quants.chunks_exact_mut(wide.len()).enumerate() {
            let start = range.start + index * wide.len();
            let slice = self.slice(start..start + wide.len());
            let mut scratch = vec![0.0; wide.len()];
            wide.copy_from_slice(slice.part(0..slice.len(), &mut scratch));
            for lane in 0..self.lanes {
                let (scale, inverse) = scale_of(wide[lane..].iter().copied().step_by(self.lanes));
                out.scales.push(scale);
                for at in (lane..wide.len()).step_by(self.lanes) {
                    quants[at] = (wide[at] * inverse).round_ties_even() as i8;
                }
            }
        }
    }

    /// Puts back what [`to_eight`](Self::to_eight) gave.
    pub(super) fn put_eight(&mut self, start: usize, from: &Eight) {
        let (group, lanes) = (self.group, self.lanes);
        let slice = Slice::Q8 { quants: &from.quants, scales: &from.scales, lanes, group };
        let range = start..start + from.quants.len();
        match &mut self.kept {
            Kept::Q8(to) => {
                to.quants[range.clone()].copy_from_slice(&from.quants);
                to.scales[range.start / group..range.end / group].copy_from_slice(&from.scales);
            }
            Kept::F32(to) => {
                let mut wide = vec![0.0; from.quants.len()];
                to[range].copy_from_slice(slice.part(0..slice.len(), &mut wide));
            }
            Kept::F16(to) => {
                let mut wide = vec![0.0; from.quants.len()];
                narrow(slice.part(0..slice.len(), &mut wide), &mut to[range]);
            }
        }
    }
}

/// The scale of some numbers and what they are multiplied with for it.
fn scale_of(numbers: impl Iterator<Item = f32>) -> (f16, f32) {
    let largest = numbers.fold(0.0f32, |max, x| max.max(x.abs()));
    // Rounded up through the half float, so that the largest still fits.
    let scale = f16::from_f32((largest / 127.0 * 1.0005).min(6e4));
    (scale, if scale > f16::ZERO { 1.0 / scale.to_f32() } else { 0.0 })
}

/// A run of numbers in one of the formats.
#[derive(Debug, Clone, Copy)]
pub(in crate::decoder) enum Slice<'a> {
    F16(&'a [f16]),
    F32(&'a [f32]),
    Q8 { quants: &'a [i8], scales: &'a [f16], lanes: usize, group: usize },
}

impl<'a> Slice<'a> {
    pub(in crate::decoder) fn len(self) -> usize {
        match self {
            Self::F16(numbers) => numbers.len(),
            Self::F32(numbers) => numbers.len(),
            Self::Q8 { quants, .. } => quants.len(),
        }
    }

    /// A part of it as f32; `scratch` is at least as long and holds what had to be widened. Whole positions, or whole blocks
    /// of keys.
    #[inline(always)]
    pub(in crate::decoder) fn part<'s>(
        self,
        range: Range<usize>,
        scratch: &'s mut [f32],
    ) -> &'s [f32]
    where
        'a: 's,
    {
        match self {
            Self::F16(numbers) => {
                let scratch = &mut scratch[..range.len()];
                widen(&numbers[range], scratch);
                scratch
            }
            Self::F32(numbers) => &numbers[range],
            Self::Q8 { quants, scales, lanes, group } => {
                let scratch = &mut scratch[..range.len()];
                let scales = &scales[range.start / group..range.end / group];
                let chunks = quants[range].chunks_exact(group * lanes);
                let to = scratch.chunks_exact_mut(group * lanes);
                for ((quants, to), scales) in chunks.zip(to).zip(scales.chunks_exact(lanes)) {
                    if lanes == 1 {
                        let scale = scales[0].to_f32();
                        for (to, quant) in to.iter_mut().zip(quants) {
                            *to = f32::from(*quant) * scale;
                        }
                    } else {
                        let mut wide = [0.0; super::KEY_BLOCK];
                        for (wide, scale) in wide.iter_mut().zip(scales) {
                            *wide = scale.to_f32();
                        }
                        let rows = to.chunks_exact_mut(lanes).zip(quants.chunks_exact(lanes));
                        for (to, quants) in rows {
                            for ((to, quant), scale) in to.iter_mut().zip(quants).zip(&wide) {
                                *to = f32::from(*quant) * scale;
                            }
                        }
                    }
                }
                scratch
            }
        }
    }
}
