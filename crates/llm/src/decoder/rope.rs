//! Rotary position embedding from a table of angles.

use super::config::{Config, RopePairs};

/// Sines and cosines of every position that fits the context.
#[derive(Debug)]
pub(crate) struct Rope {
    pairs: RopePairs,
    head_dim: usize,
    /// Pairs a head that are turned.
    turned: usize,
    /// `[position][pair]` of (cosine, sine).
    table: Vec<(f32, f32)>,
}

impl Rope {
    /// Builds the table. `factors` divides each pair's frequency (Llama 3's `rope_freqs`); its length is `rope_dims / 2`.
    /// Angles are computed in f64: at position 100,000 an f32 product is off by several thousandths of a turn.
    pub(crate) fn new(config: &Config, factors: Option<&[f32]>, positions: usize) -> Self {
        let turned = config.rope_dims / 2;
        let mut table = Vec::with_capacity(positions * turned);
        let frequencies: Vec<f64> = (0..turned)
            .map(|i| {
                let power = -2.0 * i as f64 / config.rope_dims as f64;
                let factor = factors.map_or(1.0, |f| f64::from(f[i]));
                f64::from(config.rope_base).powf(power) / factor / f64::from(config.rope_divisor)
            })
            .collect();
        for position in 0..positions {
            for frequency in &frequencies {
                let (sine, cosine) = (position as f64 * frequency).sin_cos();
                table.push((cosine as f32, sine as f32));
            }
        }
        Self { pairs: config.rope_pairs, head_dim: config.head_dim, turned, table }
    }

    /// Turns all heads of one row in place, `row.len()` a multiple of the head's.
    pub(crate) fn apply(&self, row: &mut [f32], position: usize) {
        self.turn(row, position, 1.0);
    }

    /// Turns them the other way: what was turned for position p becomes what it were for p - `positions`.
    pub(crate) fn turn_back(&self, row: &mut [f32], positions: usize) {
        self.turn(row, positions, -1.0);
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
    use super::*;

    fn config(pairs: RopePairs, head_dim: usize, rope_dims: usize) -> Config {
        Config {
            architecture: "llama".into(),
            layers: 1,
            width: head_dim,
            hidden: 8,
            heads: 1,
            kv_heads: 1,
            head_dim,
            rope_dims,
            rope_pairs: pairs,
            rope_base: 10_000.0,
            rope_divisor: 1.0,
            norm_epsilon: 1e-5,
            attention_scale: 1.0,
            trained_context: 64,
        }
    }

    #[test]
    fn turns_the_first_pair_by_the_position_itself() {
        let rope = Rope::new(&config(RopePairs::Interleaved, 4, 4), None, 8);
        let mut row = [1.0, 0.0, 1.0, 0.0];
        rope.apply(&mut row, 3);
        assert!((row[0] - 3f32.cos()).abs() < 1e-6 && (row[1] - 3f32.sin()).abs() < 1e-6);
        assert!((row[2] - 0.03f32.cos()).abs() < 1e-6 && (row[3] - 0.03f32.sin()).abs() < 1e-6);
    }

    #[test]
    fn halves_turn_the_same_angles_in_other_places() {
        let mut interleaved = [1.0, 2.0, 3.0, 4.0];
        let mut halves = [1.0, 3.0, 2.0, 4.0];
        Rope::new(&config(RopePairs::Interleaved, 4, 4), None, 8).apply(&mut interleaved, 5);
        Rope::new(&config(RopePairs::Halves, 4, 4), None, 8).apply(&mut halves, 5);
        for (at, other) in [0, 2, 1, 3].into_iter().enumerate() {
            assert!((interleaved[at] - halves[other]).abs() < 1e-6);
        }
    }

    #[test]
    fn dimensions_beyond_the_turned_ones_stay() {
        for pairs in [RopePairs::Interleaved, RopePairs::Halves] {
            let mut row = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
            Rope::new(&config(pairs, 6, 4), None, 8).apply(&mut row, 7);
            assert_eq!(row[4..], [5.0, 6.0]);
            assert_ne!(row[..2], [1.0, 2.0]);
        }
    }

    #[test]
    fn factors_slow_a_pair_down() {
        let mut row = [1.0, 0.0, 1.0, 0.0];
        Rope::new(&config(RopePairs::Interleaved, 4, 4), Some(&[2.0, 1.0]), 8).apply(&mut row, 4);
        assert!((row[0] - 2f32.cos()).abs() < 1e-6);
    }
}
