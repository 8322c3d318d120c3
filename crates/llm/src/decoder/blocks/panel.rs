//! Panels: 32 rows of a matrix as bytes, side by side.
//!
//! All block formats become one form: `scale * (whole scale * quant) - offset * minimum`, the scales per block, the whole
//! scales and minima per sub-block. Four columns of 16 rows make a line, so that one instruction multiplies 16 rows with the
//! same four activations and no sum ever runs across a vector.

use candle_core::quantized::GgmlDType;
use half::f16;

use super::{Layout, Level, Line};

/// Rows of a panel.
pub(in crate::decoder) const ROWS: usize = 32;
/// Rows of a line.
pub(super) const LANES: usize = 16;
/// Lines side by side.
pub(super) const HALVES: usize = ROWS / LANES;

/// Unpacked rows; reused from panel to panel.
pub(in crate::decoder) struct Panel {
    pub(super) layout: Layout,
    pub(super) blocks: usize,
    /// `[column / 4][half]`: four columns of 16 rows.
    pub(super) quants: Vec<Line<[u8; 4], LANES>>,
    /// `[block][sub][half]`
    pub(super) scales: Vec<Line<i32, LANES>>,
    /// `[block][pair][half]`: two sub-blocks' minima of 16 rows.
    pub(super) minima: Vec<Line<[i16; 2], LANES>>,
    /// `[block][half]`: what whole scales and minima are multiplied with.
    pub(super) factors: Vec<Line<f32, LANES>>,
    pub(super) offsets: Vec<Line<f32, LANES>>,
}

/// Numbers of the longest block.
pub(super) const LONGEST: usize = 256;

/// What one block of one row has besides its quants.
struct Block {
    scales: [i16; 16],
    minima: [i16; 16],
    factor: f32,
    offset: f32,
}

impl Block {
    const fn new() -> Self {
        Self { scales: [1; 16], minima: [0; 16], factor: 0.0, offset: 0.0 }
    }
}

impl Panel {
    /// Room for rows of `columns` numbers.
    pub(in crate::decoder) fn new(layout: Layout, columns: usize) -> Self {
        let blocks = columns / layout.block;
        Self {
            layout,
            blocks,
            quants: vec![Line([[0; 4]; LANES]); columns / 4 * HALVES],
            scales: vec![Line([0; LANES]); blocks * layout.subs() * HALVES],
            minima: vec![Line([[0; 2]; LANES]); blocks * layout.pairs() * HALVES],
            factors: vec![Line([0.0; LANES]); blocks * HALVES],
            offsets: vec![Line([0.0; LANES]); blocks * HALVES],
        }
    }

    /// Unpacks up to 32 rows, `bytes` one after the other. Rows that are not there keep what was there before; their results
    /// are thrown away.
    #[cfg_attr(
        target_arch = "x86_64",
        expect(unsafe_code, reason = "calls what needs more than the baseline")
    )]
    pub(in crate::decoder) fn unpack(&mut self, level: Level, dtype: GgmlDType, bytes: &[u8]) {
        match level {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: `Level::here` found the instructions on this processor.
            Level::Avx512 => unsafe { super::panel_x86::unpack(self, dtype, bytes) },
            _ => self.unpack_with(dtype, bytes, turn),
        }
    }

    #[expect(clippy::needless_range_loop, reason = "one index goes into several arrays")]
    /// The same, with a function that turns [`LANES`] rows of a block on their side.
    #[inline(always)]
    pub(super) fn unpack_with(
        &mut self,
        dtype: GgmlDType,
        bytes: &[u8],
        turn: impl Fn(&[[u8; LONGEST]; LANES], usize, &mut [Line<[u8; 4], LANES>], usize),
    ) {
        let layout = self.layout;
        let row_bytes = self.blocks * layout.bytes;
        let mut unpacked = Block::new();
        let mut quants = [[0; LONGEST]; LANES];
        let groups = layout.block / 4;
        for (half, bytes) in bytes.chunks(LANES * row_bytes).enumerate().take(HALVES) {
            let count = bytes.len() / row_bytes;
            for index in 0..self.blocks {
                for lane in 0..count {
                    let at = lane * row_bytes + index * layout.bytes;
                    let block = &bytes[at..at + layout.bytes];
                    unpack_block(dtype, block, &mut unpacked, &mut quants[lane]);
                    self.put_scales(index, half, lane, &unpacked);
                }
                let lines = &mut self.quants[index * groups * HALVES..][..groups * HALVES];
                for sub in 0..layout.subs() {
                    let per_sub = layout.sub / 4;
                    let place = layout.place(sub) * per_sub * HALVES;
                    let lines = &mut lines[place..place + per_sub * HALVES];
                    turn(&quants, sub * layout.sub, lines, half);
                }
            }
        }
    }

    #[inline(always)]
    fn put_scales(&mut self, index: usize, half: usize, lane: usize, block: &Block) {
        let layout = self.layout;
        let scales = &mut self.scales[index * layout.subs() * HALVES..];
        for (sub, &scale) in block.scales[..layout.subs()].iter().enumerate() {
            scales[layout.place(sub) * HALVES + half].0[lane] = i32::from(scale);
        }
        let minima = &mut self.minima[index * layout.pairs() * HALVES..];
        let pairs = block.minima.as_chunks::<2>().0;
        for (lines, pair) in minima.chunks_exact_mut(HALVES).zip(&pairs[..layout.pairs()]) {
            lines[half].0[lane] = *pair;
        }
        self.factors[index * HALVES + half].0[lane] = block.factor;
        self.offsets[index * HALVES + half].0[lane] = block.offset;
    }
}

/// Turns rows on their side: their bytes from `from` on, four at a time, become lines, of which every second one (from `half`
/// on) is written.
fn turn(
    rows: &[[u8; LONGEST]; LANES],
    from: usize,
    lines: &mut [Line<[u8; 4], LANES>],
    half: usize,
) {
    for (lane, row) in rows.iter().enumerate() {
        for (lines, four) in lines.chunks_exact_mut(HALVES).zip(row[from..].as_chunks::<4>().0) {
            lines[half].0[lane] = *four;
        }
    }
}

/// The eight whole scales and minima of Q4_K and Q5_K, six bits each in twelve bytes.
#[inline(always)]
fn scales_and_minima(packed: [u8; 12]) -> ([u8; 8], [u8; 8]) {
    let word =
        |i: usize| u32::from_le_bytes([packed[i], packed[i + 1], packed[i + 2], packed[i + 3]]);
    let (a, b, c) = (word(0), word(4), word(8));
    let low = (a & 0x3f3f_3f3f, b & 0x3f3f_3f3f);
    let high = (
        (c & 0x0f0f_0f0f) | ((a >> 6) & 0x0303_0303) << 4,
        ((c >> 4) & 0x0f0f_0f0f) | ((b >> 6) & 0x0303_0303) << 4,
    );
    let both = |x: u32, y: u32| (u64::from(x) | u64::from(y) << 32).to_le_bytes();
    (both(low.0, high.0), both(low.1, high.1))
}

#[inline(always)]
fn half_at(block: &[u8], at: usize) -> f32 {
    f16::from_le_bytes([block[at], block[at + 1]]).to_f32()
}

/// The formats are those of `ggml-common.h`; `block` is exactly one block.
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "one index goes into several arrays")]
fn unpack_block(dtype: GgmlDType, block: &[u8], out: &mut Block, to: &mut [u8; LONGEST]) {
    match dtype {
        GgmlDType::Q4_0 | GgmlDType::Q4_1 | GgmlDType::Q5_0 | GgmlDType::Q5_1 | GgmlDType::Q8_0 => {
            unpack_simple(dtype, block, out, to);
        }
        GgmlDType::Q4K | GgmlDType::Q5K => unpack_four_or_five(dtype, block, out, to),
        GgmlDType::Q6K => {
            out.factor = half_at(block, 208);
            out.offset = out.factor;
            for i in 0..16 {
                out.scales[i] = i16::from(block[192 + i] as i8);
                out.minima[i] = 32 * out.scales[i];
            }
            for (part, out) in to.as_chunks_mut::<128>().0.iter_mut().enumerate() {
                let low = &block[64 * part..][..64];
                let high = &block[128 + 32 * part..][..32];
                for i in 0..32 {
                    out[i] = low[i] & 15 | (high[i] & 3) << 4;
                    out[i + 32] = low[i + 32] & 15 | (high[i] >> 2 & 3) << 4;
                    out[i + 64] = low[i] >> 4 | (high[i] >> 4 & 3) << 4;
                    out[i + 96] = low[i + 32] >> 4 | (high[i] >> 6) << 4;
                }
            }
        }
        GgmlDType::Q2K => {
            out.factor = half_at(block, 80);
            out.offset = half_at(block, 82);
            for i in 0..16 {
                out.scales[i] = i16::from(block[i] & 15);
                out.minima[i] = i16::from(block[i] >> 4);
            }
            for (index, out) in to.iter_mut().enumerate() {
                let (part, inside) = (index / 128, index % 128);
                *out = block[16 + 32 * part + inside % 32] >> (2 * (inside / 32)) & 3;
            }
        }
        GgmlDType::Q3K => {
            out.factor = half_at(block, 108);
            out.offset = out.factor;
            let packed = &block[96..108];
            for i in 0..16 {
                let low = packed[i % 8] >> (4 * (i / 8)) & 15;
                let high = packed[8 + i % 4] >> (2 * (i / 4)) & 3;
                out.scales[i] = i16::from(low | high << 4) - 32;
                // The quants are one to four below what they are here.
                out.minima[i] = 4 * out.scales[i];
            }
            for (index, out) in to.iter_mut().enumerate() {
                let (part, inside) = (index / 128, index % 128);
                let low = block[32 + 32 * part + inside % 32] >> (2 * (inside / 32)) & 3;
                let high = block[inside % 32] >> (4 * part + inside / 32) & 1;
                *out = low | high << 2;
            }
        }
        _ => {}
    }
}

/// Q4_K and Q5_K.
#[inline(always)]
fn unpack_four_or_five(dtype: GgmlDType, block: &[u8], out: &mut Block, to: &mut [u8; LONGEST]) {
    out.factor = half_at(block, 0);
    out.offset = half_at(block, 2);
    let packed: &[u8; 12] = block[4..].first_chunk().unwrap_or(&[0; 12]);
    let (scales, minima) = scales_and_minima(*packed);
    for i in 0..8 {
        out.scales[i] = i16::from(scales[i]);
        out.minima[i] = i16::from(minima[i]);
    }
    let five = dtype == GgmlDType::Q5K;
    let low = if five { &block[48..176] } else { &block[16..144] };
    for (chunk, (low, out)) in
        low.as_chunks::<32>().0.iter().zip(to.as_chunks_mut::<64>().0).enumerate()
    {
        let (first, second) = out.split_at_mut(32);
        for i in 0..32 {
            first[i] = low[i] & 15;
            second[i] = low[i] >> 4;
        }
        if five {
            let high = &block[16..48];
            for i in 0..32 {
                first[i] |= (high[i] >> (2 * chunk) & 1) << 4;
                second[i] |= (high[i] >> (2 * chunk + 1) & 1) << 4;
            }
        }
    }
}

/// The formats with 32 numbers a block.
#[inline(always)]
fn unpack_simple(dtype: GgmlDType, block: &[u8], out: &mut Block, to: &mut [u8; LONGEST]) {
    out.factor = half_at(block, 0);
    out.offset = out.factor;
    out.scales[0] = 1;
    out.minima[1] = 0;
    let (quants, high) = match dtype {
        GgmlDType::Q4_0 => (&block[2..], 0),
        GgmlDType::Q4_1 => (&block[4..], 0),
        GgmlDType::Q5_0 => (&block[6..], 2),
        GgmlDType::Q5_1 => (&block[8..], 4),
        _ => {
            out.minima[0] = 128;
            for (out, quant) in to.iter_mut().zip(&block[2..34]) {
                *out = quant ^ 0x80;
            }
            return;
        }
    };
    for (i, quant) in quants[..16].iter().enumerate() {
        to[i] = quant & 15;
        to[i + 16] = quant >> 4;
    }
    if high > 0 {
        let bits =
            u32::from_le_bytes([block[high], block[high + 1], block[high + 2], block[high + 3]]);
        for (i, out) in to[..32].iter_mut().enumerate() {
            *out |= ((bits >> i & 1) << 4) as u8;
        }
    }
    match dtype {
        GgmlDType::Q4_0 => out.minima[0] = 8,
        GgmlDType::Q5_0 => out.minima[0] = 16,
        _ => {
            // These have a float minimum, which is added.
            out.minima[0] = 1;
            out.offset = -half_at(block, 2);
        }
    }
}
