//! Attention over caches of every format against its definition.

use super::super::cache::{CacheFormat, CacheShape};
use super::*;

/// The definition, in f64, one query at a time.
fn plain(
    config: &Config,
    keys: &[Vec<f32>],
    values: &[Vec<f32>],
    query: &[f32],
    seen: std::ops::Range<usize>,
) -> Vec<f64> {
    let dim = config.head_dim;
    let group = config.heads / config.kv_heads;
    (0..config.heads)
        .flat_map(|head| {
            let at = head / group * dim;
            let query = &query[head * dim..][..dim];
            let weights: Vec<f64> = keys[seen.clone()]
                .iter()
                .map(|key| {
                    let dot: f64 = query
                        .iter()
                        .zip(&key[at..])
                        .map(|(a, b)| f64::from(*a) * f64::from(*b))
                        .sum();
                    let score = dot * f64::from(config.attention_scale);
                    let capped = |cap| f64::from(cap) * (score / f64::from(cap)).tanh();
                    config.attention_cap.map_or(score, capped).exp()
                })
                .collect();
            let total: f64 = weights.iter().sum();
            (0..dim)
                .map(|d| {
                    let sum: f64 = weights
                        .iter()
                        .zip(&values[seen.clone()])
                        .map(|(w, v)| w * f64::from(v[at + d]))
                        .sum();
                    sum / total
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

#[track_caller]
fn check(
    format: CacheFormat,
    (heads, kv_heads, head_dim): (usize, usize, usize),
    (start, rows): (usize, usize),
    (window, cap): (Option<usize>, Option<f32>),
) {
    let config = Config { attention_cap: cap, ..Config::of_heads(heads, kv_heads, head_dim) };
    let numbers = |seed: usize, count: usize| -> Vec<f32> {
        (0..count).map(|i| ((i * 37 + seed * 101) as f32 * 0.7).sin() * 2.0).collect()
    };
    let total = start + rows;
    let tolerance = if format == CacheFormat::F32 { 1e-4 } else { 2e-2 };
    let keys: Vec<Vec<f32>> = (0..total).map(|p| numbers(p, kv_heads * head_dim)).collect();
    let values: Vec<Vec<f32>> = (0..total).map(|p| numbers(p + 999, kv_heads * head_dim)).collect();
    let capacity = total.max(300);
    let mut cache = LayerCache::new(CacheShape { layers: 1, kv_heads, head_dim, capacity, format });
    // What an earlier conversation left behind must not show.
    for position in 0..capacity {
        let junk = vec![6e4; kv_heads * head_dim];
        cache.write(position, &junk, &junk);
    }
    for position in 0..total {
        cache.write(position, &keys[position], &values[position]);
    }
    // Rows are wider than the queries, as they are beside keys and values.
    let stride = heads * head_dim + 5;
    let queries: Vec<f32> = numbers(5, rows * stride);
    let mut out = vec![0.0; rows * heads * head_dim];
    attend(&config, window, &cache, &queries, stride, Places::Run(start), &mut out);
    for row in 0..rows {
        let end = start + row + 1;
        let seen = window.map_or(0, |w| end.saturating_sub(w))..end;
        let wanted = plain(&config, &keys, &values, &queries[row * stride..], seen);
        let ours = &out[row * heads * head_dim..];
        for (index, (ours, wanted)) in ours.iter().zip(&wanted).enumerate() {
            assert!(
                (f64::from(*ours) - wanted).abs() < tolerance,
                "{heads}/{kv_heads}x{head_dim} at {start}+{row}, {index}: {ours} {wanted}"
            );
        }
    }
}

#[test]
fn agrees_with_the_definition() {
    for heads in [(4, 2, 8), (8, 8, 16), (6, 2, 20), (16, 8, 128), (7, 1, 64), (40, 2, 32)] {
        for rows in [(0, 1), (0, 7), (15, 1), (16, 2), (130, 1), (77, 33), (200, 100)] {
            check(CacheFormat::F32, heads, rows, (None, None));
            check(CacheFormat::F16, heads, rows, (None, None));
        }
    }
}

/// Several spans of positions come to what all of them at once come to: at their borders, and where the highest score is in the first or
/// in the last.
#[test]
fn a_long_past_is_gone_through_in_spans() {
    for rows in [(SPAN - 1, 1), (SPAN - 3, 7), (SPAN, 1), (SPAN, 40), (2 * SPAN + 50, 9)] {
        for window in [None, Some(5), Some(SPAN - 20), Some(SPAN + 30)] {
            check(CacheFormat::F32, (4, 2, 8), rows, (window, None));
            check(CacheFormat::F16, (3, 1, 20), rows, (window, Some(3.0)));
        }
    }
    let config = Config { attention_scale: 1.0, ..Config::of_heads(1, 1, 8) };
    let shape = CacheShape {
        layers: 1,
        kv_heads: 1,
        head_dim: 8,
        capacity: 3 * SPAN,
        format: CacheFormat::F32,
    };
    for loudest in [0, SPAN - 1, SPAN, 3 * SPAN - 1] {
        let mut cache = LayerCache::new(shape);
        for position in 0..3 * SPAN {
            let loud = if position == loudest { 200.0 } else { -200.0 };
            cache.write(position, &[loud; 8], &[position as f32; 8]);
        }
        let mut out = [0.0; 8];
        attend(&config, None, &cache, &[1.0; 8], 8, Places::Run(3 * SPAN - 1), &mut out);
        // Weights never are nothing at all.
        let heard = |number: &f32| (number - loudest as f32).abs() < 1e-6;
        assert!(out.iter().all(heard), "{loudest}: {out:?}");
        // A number that is none is not lost in a span of its own.
        cache.write(7, &[f32::NAN; 8], &[0.0; 8]);
        attend(&config, None, &cache, &[1.0; 8], 8, Places::Run(3 * SPAN - 1), &mut out);
        assert!(out.iter().all(|number| number.is_nan()), "{out:?}");
    }
}

#[test]
fn windows_and_caps_agree_with_the_definition() {
    for rows in [(0, 1), (0, 40), (130, 1), (77, 33), (200, 100)] {
        for window in [1, 5, 16, 17, 100, 1000] {
            check(CacheFormat::F32, (4, 2, 8), rows, (Some(window), None));
            check(CacheFormat::F16, (6, 1, 20), rows, (Some(window), Some(3.0)));
        }
        check(CacheFormat::F32, (8, 4, 32), rows, (None, Some(1.5)));
    }
}
