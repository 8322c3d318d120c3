//! Products with block-quantised matrices, by kernels of our own.
//!
//! A row of a matrix is a run of blocks, as the file has them; nothing is rearranged or kept twice. Two ways lead through it:
//!
//! - a few rows of activations (decoding) meet the blocks directly, one dot product a row ([`dot`]): the memory sets the pace,
//!   and the blocks are the smallest form there is;
//! - many rows (reading a prompt) meet *panels* ([`panel`], [`gemm`]): 32 matrix rows unpacked to bytes, side by side, used for
//!   every row of activations and thrown away. Unpacking is paid once for all of them, so that all formats run at one speed.
//!
//! What adapters add ([`eights`]) is rounded to eight bits once and for all, in the form of such panels, and meets both.
//!
//! Activations are quantised to eight bits first ([`activations`]), with the block lengths of llama.cpp, so that results agree
//! with it to rounding. Instructions are chosen at run time.

pub(super) mod activations;
pub(super) mod dot;
#[cfg(target_arch = "x86_64")]
mod dot_x86;
pub(super) mod eights;
#[cfg(target_arch = "x86_64")]
mod eights_x86;
pub(super) mod gemm;
#[cfg(target_arch = "x86_64")]
mod gemm_x86;
pub(super) mod panel;
#[cfg(target_arch = "x86_64")]
mod panel_x86;

use candle_core::quantized::GgmlDType;

pub(super) use activations::Activations;

/// How a format divides a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    /// Numbers that share a float scale.
    pub(super) block: usize,
    /// Numbers that share a whole-number scale.
    pub(super) sub: usize,
    /// Bytes of a block.
    pub(super) bytes: usize,
    /// The largest quant, as a panel holds it.
    pub(super) largest: u8,
}

impl Layout {
    /// Of the formats that these kernels know; `None` for floats.
    pub(super) fn of(dtype: GgmlDType) -> Option<Self> {
        let (block, sub, bytes, largest) = match dtype {
            GgmlDType::Q4_0 => (32, 32, 18, 15),
            GgmlDType::Q4_1 => (32, 32, 20, 15),
            GgmlDType::Q5_0 => (32, 32, 22, 31),
            GgmlDType::Q5_1 => (32, 32, 24, 31),
            GgmlDType::Q8_0 => (32, 32, 34, 255),
            GgmlDType::Q2K => (256, 16, 84, 3),
            GgmlDType::Q3K => (256, 16, 110, 7),
            GgmlDType::Q4K => (256, 32, 144, 15),
            GgmlDType::Q5K => (256, 32, 176, 31),
            GgmlDType::Q6K => (256, 16, 210, 63),
            _ => return None,
        };
        Some(Self { block, sub, bytes, largest })
    }

    /// Whole-number scales a block.
    pub(super) fn subs(self) -> usize {
        self.block / self.sub
    }

    /// Where the quants (and the whole scale) of sub-block `sub` stand among those of their block, in activations and panels.
    /// Q4_K and Q5_K keep two sub-blocks in the low and high half of the same bytes; this order is the one in which 64 bytes
    /// give them. Sums and minima stay in their own order.
    pub(super) fn place(self, sub: usize) -> usize {
        match sub % 4 {
            1 if self.block == 256 && self.sub == 32 => sub + 1,
            2 if self.block == 256 && self.sub == 32 => sub - 1,
            _ => sub,
        }
    }

    /// Pairs of sums of activations a block; where there is one sum, the other half is zero.
    pub(super) fn pairs(self) -> usize {
        self.subs().div_ceil(2)
    }
}

/// Where several threads write different columns of the same rows.
pub(super) struct Columns<'a> {
    data: *mut f32,
    rows: usize,
    width: usize,
    lifetime: std::marker::PhantomData<&'a mut [f32]>,
}

#[expect(unsafe_code, reason = "columns of a row-major matrix cannot be lent out as slices")]
// SAFETY: it is a `&mut [f32]`, whose elements may be written from any thread.
unsafe impl Send for Columns<'_> {}
#[expect(unsafe_code, reason = "as above")]
// SAFETY: writing goes through `write`, whose callers keep to their own columns.
unsafe impl Sync for Columns<'_> {}

impl<'a> Columns<'a> {
    /// Rows of `width` numbers.
    pub(super) fn new(data: &'a mut [f32], width: usize) -> Self {
        let rows = data.len().checked_div(width).unwrap_or(0);
        Self { data: data.as_mut_ptr(), rows, width, lifetime: std::marker::PhantomData }
    }

    /// Writes `from` into `row`, from `column` on.
    ///
    /// # Safety
    /// No other thread writes or reads these places meanwhile.
    #[expect(unsafe_code, reason = "writes through the shared address")]
    pub(super) unsafe fn write(&self, row: usize, column: usize, from: &[f32]) {
        assert!(row < self.rows && column + from.len() <= self.width);
        // SAFETY: inside the slice (just checked), and nobody else's (the caller's promise).
        unsafe {
            let to = self.data.add(row * self.width + column);
            std::ptr::copy_nonoverlapping(from.as_ptr(), to, from.len());
        }
    }

    /// `length` numbers of `row`, from `column` on.
    ///
    /// # Safety
    /// No other thread writes or reads these places meanwhile, and the one before is no longer used.
    #[expect(unsafe_code, clippy::mut_from_ref, reason = "lends out what the shared address holds")]
    pub(super) unsafe fn slice(&self, row: usize, column: usize, length: usize) -> &mut [f32] {
        assert!(row < self.rows && column + length <= self.width);
        // SAFETY: inside the slice (just checked), and nobody else's (the caller's promise).
        unsafe { std::slice::from_raw_parts_mut(self.data.add(row * self.width + column), length) }
    }
}

/// The widest instructions of this processor that the kernels know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// Loops that the compiler turns into whatever the baseline has.
    Portable,
    /// AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512 with its byte products (Ice Lake, Zen 4 and later).
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Level {
    /// Of this processor.
    pub(super) fn here() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::is_x86_feature_detected as has;
            if has!("avx512f")
                && has!("avx512bw")
                && has!("avx512vl")
                && has!("avx512vnni")
                && has!("f16c")
            {
                return Self::Avx512;
            }
            if has!("avx2") && has!("fma") && has!("f16c") {
                return Self::Avx2;
            }
        }
        Self::Portable
    }

    /// All that this processor can do.
    #[cfg(test)]
    pub(super) fn all_here() -> &'static [Self] {
        match Self::here() {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => &[Self::Portable, Self::Avx2, Self::Avx512],
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => &[Self::Portable, Self::Avx2],
            Self::Portable => &[Self::Portable],
        }
    }
}

/// A cache line of plain numbers.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Line<T, const N: usize>(pub(super) [T; N]);
