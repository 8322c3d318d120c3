//! What adapters add, against the formula over their own numbers.

use super::*;
use crate::decoder::blocks::Columns;
use crate::decoder::matrix::Rows;

const INPUTS: usize = 512;
const OUTPUTS: usize = 150;

fn noise(count: usize, seed: usize) -> Vec<f32> {
    (0..count).map(|i| ((i * 7919 + seed * 104_729) % 10_007) as f32 / 5003.5 - 1.0).collect()
}

fn pair(columns: Range<usize>, rank: usize, seed: usize) -> Pair {
    Pair {
        a: noise(rank * INPUTS, seed),
        b: noise(columns.len() * rank, seed + 1),
        columns,
        rank,
        scale: 0.5,
        gain: Vec::new(),
    }
}

/// `plain + Σ strength · (gain · (plain + scale · B·A·x) − plain)`, in f64.
fn formula(adapters: &[(Vec<Pair>, f32)], x: &[f32], plain: &[f32]) -> Vec<f64> {
    let mut out: Vec<f64> = plain.iter().copied().map(f64::from).collect();
    for (pairs, strength) in adapters {
        for pair in pairs {
            for (row, x) in x.chunks_exact(INPUTS).enumerate() {
                let inner: Vec<f64> = pair
                    .a
                    .chunks_exact(INPUTS)
                    .map(|a| a.iter().zip(x).map(|(a, x)| f64::from(*a) * f64::from(*x)).sum())
                    .collect();
                for (index, b) in pair.b.chunks_exact(pair.rank).enumerate() {
                    let at = row * OUTPUTS + pair.columns.start + index;
                    let sum: f64 = b.iter().zip(&inner).map(|(b, x)| f64::from(*b) * x).sum();
                    let (plain, sum) = (f64::from(plain[at]), sum * f64::from(pair.scale));
                    let gain = pair.gain.get(index).copied().map_or(1.0, f64::from);
                    out[at] += f64::from(*strength) * (gain * (plain + sum) - plain);
                }
            }
        }
    }
    out
}

/// Adds adapters to noise, in pieces of columns as threads do, and compares with the formula; `limit` is the error's share of what they
/// add.
#[track_caller]
fn check(adapters: Vec<(Vec<Pair>, f32)>, rows: usize, layout: Option<Layout>, limit: f64) {
    let mut x = Rows::zeros(rows, INPUTS);
    x.data_mut().copy_from_slice(&noise(rows * INPUTS, 9));
    let plain = noise(rows * OUTPUTS, 11);
    let wanted = formula(&adapters, x.data(), &plain);
    let active: Vec<Active> = adapters
        .into_iter()
        .map(|(pairs, strength)| {
            let output = LowRank::new(pairs, layout).unwrap();
            let parts = Parts::Here(AdapterParts { layers: Vec::new(), output });
            Active { adapter: Arc::new(Adapter { parts, key: [0; 32] }), strength }
        })
        .collect();
    let added = Added::of(&active, |adapter| adapter.here()?.output.as_ref(), &x);
    added.help();
    let mut ours = plain.clone();
    for start in (0..OUTPUTS).step_by(64) {
        let columns = start..OUTPUTS.min(start + 64);
        #[expect(unsafe_code, reason = "one thread")]
        // SAFETY: nobody else writes.
        unsafe {
            added.add(columns, &Columns::new(&mut ours, OUTPUTS));
        };
    }
    // Several threads at once, none of which finds anything multiplied yet.
    let shared = Added::of(&active, |adapter| adapter.here()?.output.as_ref(), &x);
    let mut together = plain.clone();
    let out = Columns::new(&mut together, OUTPUTS);
    std::thread::scope(|scope| {
        for start in (0..OUTPUTS).step_by(64) {
            let (shared, out) = (&shared, &out);
            scope.spawn(move || {
                let columns = start..OUTPUTS.min(start + 64);
                shared.help();
                #[expect(unsafe_code, reason = "every thread has columns of its own")]
                // SAFETY: nobody else writes these.
                unsafe {
                    shared.add(columns, out);
                };
            });
        }
    });
    assert_eq!(together, ours, "{layout:?}, {rows} rows: alone and together");
    let length =
        |numbers: &mut dyn Iterator<Item = f64>| numbers.map(|n| n * n).sum::<f64>().sqrt();
    let error = length(&mut ours.iter().zip(&wanted).map(|(a, b)| f64::from(*a) - b));
    let moved = length(&mut plain.iter().zip(&wanted).map(|(a, b)| f64::from(*a) - b));
    assert!(moved > 1.0, "something is added");
    assert!(error < limit * moved, "{layout:?}, {rows} rows: off by {}", error / moved);
}

/// Floats, and every way in which blocks divide a row.
fn layouts() -> [(Option<Layout>, f64); 4] {
    let blocks = |dtype| (Layout::of(dtype), 0.02);
    [(None, 1e-5), blocks(GgmlDType::Q4K), blocks(GgmlDType::Q6K), blocks(GgmlDType::Q8_0)]
}

#[test]
fn sums_are_those_of_the_formula_at_every_rank() {
    for (layout, limit) in layouts() {
        for rows in [1, 3, 16, 37] {
            for rank in [1, 5, 16, 300] {
                check(vec![(vec![pair(0..OUTPUTS, rank, 1)], 0.8)], rows, layout, limit);
            }
        }
    }
}

#[test]
fn parts_may_begin_and_end_anywhere_and_have_gains() {
    for (layout, limit) in layouts() {
        let parts = |gains: bool, seed| {
            let mut parts =
                vec![pair(0..70, 4, seed), pair(70..75, 7, seed + 1), pair(80..149, 16, seed + 2)];
            for part in &mut parts {
                if gains {
                    part.gain = noise(part.columns.len(), 3).iter().map(|n| 1.5 + n).collect();
                }
            }
            parts
        };
        for rows in [1, 20] {
            check(vec![(parts(false, 1), 1.0)], rows, layout, limit);
            check(vec![(parts(true, 1), 0.7)], rows, layout, limit);
            check(vec![(parts(true, 1), 0.5), (parts(false, 5), -1.0)], rows, layout, limit);
        }
    }
}

#[test]
fn rows_of_very_different_sizes_keep_their_numbers() {
    for (layout, limit) in layouts() {
        let mut pair = pair(0..OUTPUTS, 2, 1);
        // Ten million times smaller than the other row, and B makes up for it.
        pair.a[INPUTS..].iter_mut().for_each(|number| *number *= 1e-7);
        pair.b.chunks_exact_mut(2).for_each(|b| b[1] *= 1e7);
        check(vec![(vec![pair], 1.0)], 3, layout, limit);
    }
}
