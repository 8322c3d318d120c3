//! Rotary position embedding from a table of angles.

use super::config::{RopePairs, Rotation};

/// Sines and cosines of every position that fits the context.
#[derive(Debug)]
pub(crate) struct Rope {
    pairs: RopePairs,
    head_dim: usize,
    /// Pairs a head that are turned.
    turned: usize,
    /// `[position][pair]` of (cosine, sine), both times the magnitude.
    table: Vec<(f32, f32)>,
    magnitude: f32,
}

impl Rope {
    /// Builds the table for `positions`. Angles are computed in f64: at position 100,000 an f32 product is off by several
    /// thousandths of a turn.
    pub(crate) fn new(rotation: &Rotation, head_dim: usize, positions: usize) -> Self {
        let turned = rotation.dims / 2;
        let mut table = Vec::with_capacity(positions * turned);
        let divisors = rotation.divisors(positions);
        let frequencies: Vec<f64> = (0..turned)
            .zip(divisors)
            .map(|(i, divisor)| {
                let power = -2.0 * i as f64 / rotation.dims as f64;
                f64::from(rotation.base).powf(power) / f64::from(divisor)
            })
            .collect();
        let magnitude = f64::from(rotation.magnitude);
        for position in 0..positions {
            for frequency in &frequencies {
                let (sine, cosine) = (position as f64 * frequency).sin_cos();
                table.push(((cosine * magnitude) as f32, (sine * magnitude) as f32));
            }
        }
        Self { pairs: rotation.pairs, head_dim, turned, table, magnitude: rotation.magnitude }
    }

    /// Pairs a head that are turned.
    pub(crate) fn turned(&self) -> usize {
        self.turned
    }

    /// Which numbers are a pair.
    pub(crate) fn pairs(&self) -> RopePairs {
        self.pairs
    }

    /// `[position][pair]` of (cosine, sine), both times the magnitude.
    pub(crate) fn table(&self) -> &[(f32, f32)] {
        &self.table
    }

    /// What [`turn_back`](Self::turn_back) turns by, pair by pair, without the magnitude: cosines and sines.
    pub(crate) fn back(&self, positions: usize) -> (Vec<f32>, Vec<f32>) {
        let angles = &self.table[positions * self.turned..][..self.turned];
        let unit = 1.0 / self.magnitude;
        angles.iter().map(|&(cosine, sine)| (cosine * unit, -sine * unit)).unzip()
    }

    /// Turns all heads of one row in place, `row.len()` a multiple of the head's.
    pub(crate) fn apply(&self, row: &mut [f32], position: usize) {
        self.turn(row, position, 1.0);
    }

    /// Turns them the other way: what was turned for position p becomes what it were for p - `positions`.
    pub(crate) fn turn_back(&self, row: &mut [f32], positions: usize) {
        self.turn(row, positions, -1.0);
        // The magnitude is in the numbers already.
        if self.magnitude.to_bits() != 1f32.to_bits() {
            for head in row.chunks_exact_mut(self.head_dim) {
                for value in &mut head[..2 * self.turned] {
                    *value /= self.magnitude;
                }
            }
        }
    }

    #[inline]
    fn turn(&self, row: &mut [f32], position: usize, direction: f32) {
        let angles = &self.table[position * self.turned..][..self.turned];
        for head in row.chunks_exact_mut(self.head_dim) {
            match self.pairs {
                RopePairs::Interleaved => {
                    for (pair, &(cosine, sine)) in head.chunks_exact_mut(2).zip(angles) {
                        let (a, b, sine) = (pair[0], pair[1], sine * direction);
                        pair[0] = a * cosine - b * sine;
                        pair[1] = a * sine + b * cosine;
                    }
                }
                RopePairs::Halves => {
                    let (first, rest) = head.split_at_mut(self.turned);
                    for ((a, b), &(cosine, sine)) in first.iter_mut().zip(rest).zip(angles) {
                        let sine = sine * direction;
                        (*a, *b) = (*a * cosine - *b * sine, *a * sine + *b * cosine);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::config::Factors;
    use super::*;

    fn rope(pairs: RopePairs, head_dim: usize, dims: usize) -> Rope {
        Rope::new(&Rotation::plain(dims, pairs, 10_000.0), head_dim, 8)
    }

    #[test]
    fn turns_the_first_pair_by_the_position_itself() {
        let mut row = [1.0, 0.0, 1.0, 0.0];
        rope(RopePairs::Interleaved, 4, 4).apply(&mut row, 3);
        assert!((row[0] - 3f32.cos()).abs() < 1e-6 && (row[1] - 3f32.sin()).abs() < 1e-6);
        assert!((row[2] - 0.03f32.cos()).abs() < 1e-6 && (row[3] - 0.03f32.sin()).abs() < 1e-6);
    }

    #[test]
    fn halves_turn_the_same_angles_in_other_places() {
        let mut interleaved = [1.0, 2.0, 3.0, 4.0];
        let mut halves = [1.0, 3.0, 2.0, 4.0];
        rope(RopePairs::Interleaved, 4, 4).apply(&mut interleaved, 5);
        rope(RopePairs::Halves, 4, 4).apply(&mut halves, 5);
        for (at, other) in [0, 2, 1, 3].into_iter().enumerate() {
            assert!((interleaved[at] - halves[other]).abs() < 1e-6);
        }
    }

    /// CharacterGLM-6B: 64 of 128 numbers, in neighbouring pairs.
    #[test]
    fn dimensions_beyond_the_turned_ones_stay() {
        for (pairs, head_dim, dims) in [
            (RopePairs::Interleaved, 128, 64),
            (RopePairs::Interleaved, 6, 4),
            (RopePairs::Halves, 6, 4),
        ] {
            let before: Vec<f32> = (1..=head_dim).map(|n| n as f32).collect();
            let mut row = before.clone();
            rope(pairs, head_dim, dims).apply(&mut row, 7);
            assert_eq!(row[dims..], before[dims..]);
            assert!(row[..dims].iter().zip(&before).all(|(a, b)| a != b));
        }
    }

    #[test]
    fn factors_slow_a_pair_down_and_magnitude_lengthens_it() {
        let mut rotation = Rotation::plain(4, RopePairs::Interleaved, 10_000.0);
        rotation.factors = Factors::Each(vec![2.0, 1.0]);
        rotation.magnitude = 3.0;
        let mut row = [1.0, 0.0, 1.0, 0.0];
        Rope::new(&rotation, 4, 8).apply(&mut row, 4);
        assert!((row[0] - 3.0 * 2f32.cos()).abs() < 1e-6);
    }

    #[test]
    fn turning_back_gives_what_the_earlier_position_would() {
        let mut rotation = Rotation::plain(4, RopePairs::Halves, 10_000.0);
        rotation.magnitude = 1.3;
        let rope = Rope::new(&rotation, 6, 16);
        let (mut late, mut early) =
            ([1.0, -2.0, 3.0, 0.5, 4.0, 5.0], [1.0, -2.0, 3.0, 0.5, 4.0, 5.0]);
        rope.apply(&mut late, 11);
        rope.turn_back(&mut late, 7);
        rope.apply(&mut early, 4);
        assert!(late.iter().zip(early).all(|(a, b)| (a - b).abs() < 1e-5), "{late:?} {early:?}");
    }
}
