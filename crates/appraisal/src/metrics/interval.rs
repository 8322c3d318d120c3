//! How sure a mean is: percentile bootstrap (Efron 1979), with chance that is the same everywhere.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// How often is drawn anew.
const DRAWS: usize = 1000;

/// A mean and where 95 of 100 redrawn means lie.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// 2.5th percentile of the redrawn means.
    pub low: f64,
    /// 97.5th percentile.
    pub high: f64,
}

/// The mean of values with its 95 % interval: 1,000 samples of the same size, drawn with replacement. `None` without values.
pub fn bootstrap(values: &[f64], seed: u64) -> Option<Interval> {
    if values.is_empty() {
        return None;
    }
    let n = values.len();
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let mut means: Vec<f64> = (0..DRAWS)
        .map(|_| (0..n).map(|_| values[below(&mut chance, n)]).sum::<f64>() / n as f64)
        .collect();
    means.sort_by(f64::total_cmp);
    let mean = values.iter().sum::<f64>() / n as f64;
    Some(Interval { mean, low: means[DRAWS * 25 / 1000], high: means[DRAWS * 975 / 1000 - 1] })
}

/// The mean difference `after − before` of values that belong together in pairs, with its interval.
pub fn bootstrap_paired(pairs: &[(f64, f64)], seed: u64) -> Option<Interval> {
    let differences: Vec<f64> = pairs.iter().map(|(before, after)| after - before).collect();
    bootstrap(&differences, seed)
}

/// A number below `n`; the same on 32 and 64 bits.
fn below(chance: &mut ChaCha8Rng, n: usize) -> usize {
    chance.random_range(0..n as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_holds_the_mean_and_is_the_same_twice() {
        let values: Vec<f64> = (0..100).map(|n| f64::from(n % 2)).collect();
        let interval = bootstrap(&values, 7).unwrap();
        assert!((interval.mean - 0.5).abs() < 1e-12);
        // Standard error of a fair coin thrown 100 times: 0.05, so about 0.4 to 0.6.
        assert!(
            (interval.low - 0.4).abs() < 0.03 && (interval.high - 0.6).abs() < 0.03,
            "{interval:?}"
        );
        assert_eq!(bootstrap(&values, 7), Some(interval));
        let uneven: Vec<f64> = (0..100).map(|n| f64::from(n).sqrt()).collect();
        assert_ne!(bootstrap(&uneven, 8), bootstrap(&uneven, 7));
        assert_eq!(bootstrap(&[], 7), None);
        let one = bootstrap(&[0.25], 7).unwrap();
        assert!(one.low.to_bits() == one.high.to_bits());
    }

    #[test]
    fn pairs_are_surer_than_groups() {
        let pairs: Vec<(f64, f64)> = (0..50).map(|n| (f64::from(n), f64::from(n) + 1.0)).collect();
        let interval = bootstrap_paired(&pairs, 1).unwrap();
        assert!((interval.low - 1.0).abs() < 1e-9 && (interval.high - 1.0).abs() < 1e-9);
    }
}
