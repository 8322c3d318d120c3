//! One pass through one product, with what adapters add to it.
//!
//! Nothing waits for A·x but who adds B·(A·x): it is computed in pieces of some rows within the base's own product, by the threads that
//! come to that first, and each thread that has just written some outputs adds to those alone, while they are in its cache.
//!
//! DoRA (arXiv 2402.09353) gives every output a gain besides: g · (W·x + scale · B·A·x). Strength goes from the base (0) to what
//! was trained (1) and beyond in a straight line, so that several adapters add up in any order.

use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Active, Adapter, BLOCK, Down, LowRank, Numbers, Up};
use crate::decoder::blocks::activations::{largest, rounded};
use crate::decoder::blocks::eights::{ByteRows, GROUP, LANES, ZERO};
use crate::decoder::blocks::{Activations, Columns, Layout, Level};
use crate::decoder::matrix::Rows;

/// Outputs of B that are added at a time.
pub(super) const TILE: usize = 32;
/// Rows of activations that one thread multiplies with A at a time.
const ROWS: usize = 16;
/// How often a thread looks for what another is computing before it sleeps: some tens of microseconds, longer than a piece takes.
const LOOKS: usize = 4_000;

/// What is added to one product of one pass; nothing by default.
#[derive(Default)]
pub(in crate::decoder) struct Added<'a> {
    /// `[row][inputs]`
    x: &'a [f32],
    inputs: usize,
    parts: Vec<Part<'a>>,
    /// Rows of x as A's layout has them; the base's product meets the same.
    activations: OnceLock<Activations>,
    /// A·x of [`ROWS`] rows each, for every part.
    pieces: Vec<OnceLock<Vec<Inner>>>,
    /// The first piece that nobody has taken on.
    next: AtomicUsize,
}

struct Part<'a> {
    low_rank: &'a LowRank,
    strength: f32,
}

/// A·x of some rows, as B wants it.
enum Inner {
    /// `[row][rank]`
    Floats(Rows),
    /// For one B after the other `[row][rank]`, `[row][block]` and `[row][block]`; see [`ByteRows`].
    Eights { quants: Vec<i32>, scales: Vec<f32>, starts: Vec<i32> },
}

impl<'a> Added<'a> {
    /// What the adapters that have a part in this product will add to it.
    pub(in crate::decoder) fn of(
        active: &'a [Active],
        pick: impl Fn(&'a Adapter) -> Option<&'a LowRank>,
        x: &'a Rows,
    ) -> Self {
        let parts: Vec<_> = active
            .iter()
            .filter_map(|active| {
                Some(Part { low_rank: pick(&active.adapter)?, strength: active.strength })
            })
            .collect();
        if parts.is_empty() {
            return Self::default();
        }
        let mut pieces = Vec::new();
        pieces.resize_with(x.count().div_ceil(ROWS), OnceLock::new);
        Self { x: x.data(), inputs: x.width(), parts, pieces, ..Self::default() }
    }

    /// The activations in eight bits, where A wants them like this, too.
    pub(in crate::decoder) fn activations(&self, layout: Layout) -> Option<&Activations> {
        let shared = self.parts.iter().any(
            |part| matches!(&part.low_rank.down, Down::Eights(_, wanted) if *wanted == layout),
        );
        shared.then(|| self.rounded(layout))
    }

    fn rounded(&self, layout: Layout) -> &Activations {
        self.activations.get_or_init(|| Activations::new(self.x, self.inputs, layout))
    }

    /// Multiplies with A what no thread has taken on yet.
    pub(in crate::decoder) fn help(&self) {
        while self.next.load(Ordering::Relaxed) < self.pieces.len() {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            if let Some(piece) = self.pieces.get(index) {
                piece.get_or_init(|| self.multiply(index));
            }
        }
    }

    /// Rows of a piece.
    fn rows(&self, index: usize) -> Range<usize> {
        index * ROWS..(self.x.len() / self.inputs).min((index + 1) * ROWS)
    }

    fn multiply(&self, index: usize) -> Vec<Inner> {
        let rows = self.rows(index);
        let inner = |part: &Part<'_>| match &part.low_rank.down {
            Down::Floats(down) => {
                let mut x = Rows::zeros(rows.len(), self.inputs);
                let own = rows.start * self.inputs..rows.end * self.inputs;
                x.data_mut().copy_from_slice(&self.x[own]);
                Inner::Floats(down.multiply(&x))
            }
            Down::Eights(down, layout) => {
                let mut starts = Vec::new();
                let x = self.rounded(*layout).bytes(rows.clone(), &mut starts);
                let mut all = Rows::zeros(rows.len(), down.bands() * LANES);
                let width = all.width();
                let out = Columns::new(all.data_mut(), width);
                #[expect(unsafe_code, reason = "the kernels write through a shared address")]
                // SAFETY: it is this thread's alone.
                unsafe {
                    down.add(Level::here(), 0..down.bands(), &x, 1.0, &out, (0, 0));
                };
                round(&part.low_rank.ups, &all)
            }
        };
        self.parts.iter().map(inner).collect()
    }

    fn inner(&self, index: usize) -> &[Inner] {
        let piece = &self.pieces[index];
        for _ in 0..LOOKS {
            if let Some(inner) = piece.get() {
                return inner;
            }
            std::hint::spin_loop();
        }
        piece.get_or_init(|| self.multiply(index))
    }

    /// Adds to `columns` of the product, whose plain results stand in `out`.
    ///
    /// # Safety
    /// No other thread writes or reads these columns meanwhile.
    #[expect(unsafe_code, reason = "several threads write their own columns of the same rows")]
    pub(in crate::decoder) unsafe fn add(&self, columns: Range<usize>, out: &Columns<'_>) {
        // Gains multiply what the base gives, before anything was added to it.
        let gains =
            self.parts.iter().flat_map(|part| &part.low_rank.ups).any(|up| !up.gain.is_empty());
        let several = self.parts.iter().map(|part| part.low_rank.ups.len()).sum::<usize>() > 1;
        for index in 0..self.pieces.len() {
            let rows = self.rows(index);
            let mut base = Vec::new();
            if gains && several {
                for row in rows.clone() {
                    // SAFETY: the caller's promise.
                    base.extend_from_slice(unsafe { out.slice(row, columns.start, columns.len()) });
                }
            }
            let piece = Piece { rows, columns: columns.clone(), base: &base, out };
            for (part, inner) in self.parts.iter().zip(self.inner(index)) {
                for up in &part.low_rank.ups {
                    // SAFETY: the caller's promise.
                    unsafe { piece.add(up, inner, part.strength) };
                }
            }
        }
    }
}

/// Rounds what each B will be multiplied with. `all` are its ranks, and what fills the last band.
fn round(ups: &[Up], all: &Rows) -> Inner {
    let (mut quants, mut scales, mut starts) = (Vec::new(), Vec::new(), Vec::new());
    for up in ups {
        let Numbers::Eights { block, .. } = up.numbers else { continue };
        for row in all.data().chunks_exact(all.width()) {
            for numbers in row[up.rank.clone()].chunks_exact(block) {
                let peak = largest(numbers);
                let inverse = if peak > 0.0 { 127.0 / peak } else { 0.0 };
                let mut sum = 0;
                for four in numbers.as_chunks::<GROUP>().0 {
                    let four = four.map(|number| rounded(number * inverse));
                    sum += four.iter().map(|quant| i32::from(*quant)).sum::<i32>();
                    quants.push(i32::from_le_bytes(four.map(|quant| quant as u8)));
                }
                scales.push(peak / 127.0);
                starts.push(-ZERO * sum);
            }
        }
    }
    Inner::Eights { quants, scales, starts }
}

/// Some rows and columns of a product.
struct Piece<'a, 'out> {
    rows: Range<usize>,
    columns: Range<usize>,
    /// What the base gave, `[row][column]`; empty where `out` still holds it.
    base: &'a [f32],
    out: &'a Columns<'out>,
}

impl Piece<'_, '_> {
    /// Adds `strength · (gain · (plain + B·A·x) − plain)`, where `plain` is what the base gave, and no gain is 1.
    ///
    /// # Safety
    /// As for [`Added::add`].
    #[expect(unsafe_code, reason = "several threads write their own columns of the same rows")]
    unsafe fn add(&self, up: &Up, inner: &Inner, strength: f32) {
        let start = up.columns.start.max(self.columns.start);
        let end = up.columns.end.min(self.columns.end);
        if start >= end {
            return;
        }
        let within = start - up.columns.start..end - up.columns.start;
        let count = self.rows.len();
        for tile in within.start / TILE..within.end.div_ceil(TILE) {
            let first = within.start.max(tile * TILE);
            let last = within.end.min((tile + 1) * TILE);
            let column = up.columns.start + first;
            if up.gain.is_empty() && last - first == TILE {
                // SAFETY: the caller's promise.
                unsafe {
                    up.add(tile, inner, count, strength, self.out, (self.rows.start, column));
                }
                continue;
            }
            let mut sums = [0.0; ROWS * TILE];
            // SAFETY: they are this thread's alone.
            unsafe { up.add(tile, inner, count, 1.0, &Columns::new(&mut sums, TILE), (0, 0)) };
            for (index, sums) in sums.chunks_exact(TILE).take(count).enumerate() {
                let sums = &sums[first - tile * TILE..last - tile * TILE];
                // SAFETY: the caller's promise.
                let out = unsafe { self.out.slice(self.rows.start + index, column, last - first) };
                let base = self
                    .base
                    .get(index * self.columns.len() + column - self.columns.start..)
                    .unwrap_or_default();
                for (at, (out, sum)) in out.iter_mut().zip(sums).enumerate() {
                    let plain = base.get(at).copied().unwrap_or(*out);
                    *out += strength
                        * match up.gain.get(first + at) {
                            Some(gain) => gain * (plain + sum) - plain,
                            None => *sum,
                        };
                }
            }
        }
    }
}

impl Up {
    /// Adds `factor` times B·(A·x) to [`TILE`] columns of `rows` rows of `out`, from the place given on.
    ///
    /// # Safety
    /// No other thread writes or reads these places meanwhile.
    #[expect(unsafe_code, reason = "passes on the promise of `Columns::slice`")]
    unsafe fn add(
        &self,
        tile: usize,
        inner: &Inner,
        rows: usize,
        factor: f32,
        out: &Columns<'_>,
        place: (usize, usize),
    ) {
        match (&self.numbers, inner) {
            (Numbers::Floats(tiles), Inner::Floats(inner)) => {
                // SAFETY: the caller's promise.
                unsafe { tiles.add(tile, inner, self.rank.start, factor, out, place) };
            }
            (
                Numbers::Eights { matrix, block, first_block },
                Inner::Eights { quants, scales, starts },
            ) => {
                let (groups, blocks) = (self.rank.len() / GROUP, self.rank.len() / block);
                let blocks = rows * first_block..rows * (first_block + blocks);
                let x = ByteRows {
                    rows,
                    quants: &quants[rows * (self.rank.start / GROUP)..][..rows * groups],
                    scales: &scales[blocks.clone()],
                    starts: &starts[blocks],
                };
                let bands = tile * BANDS..matrix.bands().min((tile + 1) * BANDS);
                // SAFETY: the caller's promise.
                unsafe { matrix.add(Level::here(), bands, &x, factor, out, place) };
            }
            _ => {}
        }
    }
}

/// Bands of a tile.
const BANDS: usize = TILE / LANES;

const _: () = assert!(BLOCK.is_multiple_of(GROUP) && TILE.is_multiple_of(LANES));
