//! Several rankings as one.

use std::collections::HashMap;

/// Ranks of several lists as one (reciprocal-rank fusion, Cormack and others 2009, with their k of 60): what stands high in any of
/// them stands high.
pub fn fused(lists: &[Vec<i64>]) -> HashMap<i64, f64> {
    let mut scores = HashMap::new();
    for list in lists {
        for (rank, key) in list.iter().enumerate() {
            *scores.entry(*key).or_insert(0.0) += 1.0 / (61.0 + rank as f64);
        }
    }
    scores
}
