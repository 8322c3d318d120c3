//! Times: median and tails.

use serde::{Deserialize, Serialize};

/// Percentiles by nearest rank.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Median.
    pub p50: f64,
    /// One in ten is larger.
    pub p90: f64,
    /// One in a hundred is larger.
    pub p99: f64,
}

/// The percentiles of values; `None` without any.
pub fn spread(values: &[f64]) -> Option<Spread> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let rank = |share: f64| {
        sorted.get(((sorted.len() as f64 * share).ceil() as usize).saturating_sub(1)).copied()
    };
    Some(Spread { p50: rank(0.5)?, p90: rank(0.9)?, p99: rank(0.99)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_rank_by_hand() {
        let values: Vec<f64> = (1..=10).map(f64::from).collect();
        assert_eq!(spread(&values), Some(Spread { p50: 5.0, p90: 9.0, p99: 10.0 }));
        assert_eq!(spread(&[f64::NAN]), None);
    }
}
