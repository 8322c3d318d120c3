//! Every operation: its gradient by finite differences, and both passes against the composition of plain operations.

use std::sync::Arc;

use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Result, Tensor, Var};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::log_probs::composed_log_probs;
use super::norm::{composed_layer_norm, composed_rms_norm};
use super::*;

fn noise(shape: &[usize], seed: u64) -> Var {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let count = shape.iter().product();
    let list: Vec<f32> = (0..count).map(|_| rng.random::<f32>() * 2.0 - 1.0).collect();
    Var::from_tensor(&Tensor::from_vec(list, shape, &Device::Cpu).unwrap()).unwrap()
}

fn list(x: &Tensor) -> Vec<f32> {
    x.flatten_all().unwrap().to_vec1().unwrap()
}

/// A number of a result: a sum in which every entry has a weight of its own, so that no gradient cancels.
fn weighed(y: &Tensor) -> Tensor {
    let n = y.elem_count();
    let weights: Vec<f32> = (0..n).map(|i| ((i * 7 + 3) % 11) as f32 / 11.0 - 0.4).collect();
    let weights = Tensor::from_vec(weights, y.shape().clone(), &Device::Cpu).unwrap();
    (y * weights).unwrap().sum_all().unwrap()
}

/// Checks the gradient of every number of every variable by finite differences.
fn check(variables: &[&Var], f: impl Fn() -> Result<Tensor>) {
    let gradients = weighed(&f().unwrap()).backward().unwrap();
    let value = || f64::from(weighed(&f().unwrap()).to_scalar::<f32>().unwrap());
    for (which, variable) in variables.iter().enumerate() {
        let gradient = list(gradients.get(variable).expect("every variable has a gradient"));
        let (before, shape) = (list(variable), variable.shape().clone());
        for at in 0..before.len() {
            let step = 1e-2;
            let moved = |by: f32| {
                let mut numbers = before.clone();
                numbers[at] += by;
                let tensor = Tensor::from_vec(numbers, shape.clone(), &Device::Cpu).unwrap();
                variable.set(&tensor).unwrap();
                value()
            };
            let slope = (moved(step) - moved(-step)) / (2.0 * f64::from(step));
            let error = (slope - f64::from(gradient[at])).abs();
            assert!(
                error < 2e-3 * (1.0 + slope.abs()),
                "variable {which}, number {at}: {slope} by differences, {}",
                gradient[at]
            );
        }
        variable.set(&Tensor::from_vec(before, shape, &Device::Cpu).unwrap()).unwrap();
    }
}

/// Compares values and gradients of two ways to compute the same.
fn same(variables: &[&Var], a: &Tensor, b: &Tensor) {
    let close = |a: &[f32], b: &[f32]| {
        assert_eq!(a.len(), b.len());
        for (a, b) in a.iter().zip(b) {
            assert!((a - b).abs() < 1e-5 * (1.0 + a.abs()), "{a} and {b}");
        }
    };
    close(&list(a), &list(b));
    let (ga, gb) = (weighed(a).backward().unwrap(), weighed(b).backward().unwrap());
    for variable in variables {
        close(&list(ga.get(variable).unwrap()), &list(gb.get(variable).unwrap()));
    }
}

/// Values and gradients of a way to compute something.
fn both(variables: &[&Var], y: &Tensor) -> Vec<Vec<f32>> {
    let gradients = weighed(y).backward().unwrap();
    let gradient = |var: &&Var| list(gradients.get(var).expect("every variable has a gradient"));
    std::iter::once(list(y)).chain(variables.iter().map(gradient)).collect()
}

/// Checks an operation's gradients by differences, here and with candle's processor backend taken for a device, and that both ways give
/// the same.
fn everywhere(variables: &[&Var], f: impl Fn() -> Result<Tensor>) {
    check(variables, &f);
    let here = both(variables, &f().unwrap());
    let there = as_a_device(|| {
        check(variables, &f);
        both(variables, &f().unwrap())
    });
    for (a, b) in here.iter().flatten().zip(there.iter().flatten()) {
        assert!((a - b).abs() < 1e-5 * (1.0 + a.abs()), "{a} here and {b} on a device");
    }
}

#[test]
fn rms_norm_has_its_gradient() {
    let (x, w) = (noise(&[3, 8], 1), noise(&[8], 2));
    everywhere(&[&x, &w], || rms_norm(&x, &w, 1e-5));
    let frozen = w.as_tensor().detach();
    everywhere(&[&x], || rms_norm(&x, &frozen, 1e-5));
    same(&[&x, &w], &rms_norm(&x, &w, 1e-5).unwrap(), &composed_rms_norm(&x, &w, 1e-5).unwrap());
}

#[test]
fn layer_norm_has_its_gradient() {
    let (x, w, b) = (noise(&[3, 8], 1), noise(&[8], 2), noise(&[8], 3));
    everywhere(&[&x, &w, &b], || layer_norm(&x, &w, &b, 1e-5));
    let (fw, fb) = (w.as_tensor().detach(), b.as_tensor().detach());
    everywhere(&[&x], || layer_norm(&x, &fw, &fb, 1e-5));
    same(
        &[&x, &w, &b],
        &layer_norm(&x, &w, &b, 1e-5).unwrap(),
        &composed_layer_norm(&x, &w, &b, 1e-5).unwrap(),
    );
}

#[test]
fn frozen_products_have_their_gradient() {
    let x = noise(&[3, 32], 1);
    let weight = noise(&[4, 32], 2).as_tensor().clone();
    let dense = Frozen::Dense(weight.detach());
    everywhere(&[&x], || frozen_linear(&x, &dense));
    same(
        &[&x],
        &frozen_linear(&x, &dense).unwrap(),
        &x.matmul(&weight.detach().t().unwrap()).unwrap(),
    );
    let blocks = Arc::new(QTensor::quantize(&weight, GgmlDType::Q8_0).unwrap());
    let widened = blocks.dequantize(&Device::Cpu).unwrap();
    let blocks = Frozen::Blocks(blocks);
    everywhere(&[&x], || frozen_linear(&x, &blocks));
    same(&[&x], &frozen_linear(&x, &blocks).unwrap(), &x.matmul(&widened.t().unwrap()).unwrap());
    let rows = || list(&blocks.rows(&[3, 0, 3], &Device::Cpu).unwrap());
    assert_eq!(rows(), as_a_device(rows));
}

#[test]
fn rope_has_its_gradient() {
    let x = noise(&[4, 12], 1);
    let angles = Arc::new(Angles::new(&[1.0, 0.3, 0.01], 1.25, 8));
    let positions = Arc::new(vec![0, 1, 5, 0]);
    everywhere(&[&x], || rope(&x, &angles, &positions, &Sent::default()));
}

#[test]
fn causal_softmax_has_its_gradient() {
    // Two texts, two key heads of two query heads each, four positions.
    let x = noise(&[2, 2, 8, 4], 1);
    let packed = Some(Arc::new(vec![0, 0, 1, 1, 0, 1, 1, 2]));
    for (segments, window) in
        [(None, None), (packed.clone(), None), (None, Some(2)), (packed, Some(2))]
    {
        let segments = segments.as_ref();
        let softmax = || causal_softmax(&x, 0.7, segments, window, &Sent::default());
        everywhere(&[&x], softmax);
        let fused = softmax().unwrap();
        // Rows are distributions, and nothing is seen that comes later.
        for (row, p) in list(&fused).chunks_exact(4).enumerate() {
            assert!((p.iter().sum::<f32>() - 1.0).abs() < 1e-6);
            assert!(p[row % 4 + 1..].iter().all(|p| p.abs() < f32::EPSILON));
        }
    }
}

/// As one operation, it is what the slices of the processor make of scores, softmax and weighed values.
#[test]
fn attention_has_its_gradients() {
    // Two texts of three tokens, two key heads of two query heads each, heads of four.
    let heads = Heads { rows: 2, length: 3, kv_heads: 2, group: 2, head_dim: 4, scale: 0.7 };
    let (q, k, v) = (noise(&[6, 16], 1), noise(&[6, 8], 2), noise(&[6, 8], 3));
    let packed = Some(Arc::new(vec![0, 0, 1, 0, 1, 1]));
    for (segments, window) in [(None, None), (packed.clone(), None), (packed, Some(2))] {
        let segments = segments.as_ref();
        let one = || attention([&q, &k, &v], heads, segments, window, &Sent::default());
        let there = as_a_device(|| {
            check(&[&q, &k, &v], one);
            both(&[&q, &k, &v], &one().unwrap())
        });
        let rows = |x: &Var, group: usize| {
            let x = x.reshape((2, 3, 2, group, 4)).unwrap().permute((0, 2, 3, 1, 4)).unwrap();
            x.contiguous().unwrap().reshape((2, 2, group * 3, 4)).unwrap()
        };
        let scores = rows(&q, 2).matmul(&rows(&k, 1).t().unwrap()).unwrap();
        let weights = causal_softmax(&scores, 0.7, segments, window, &Sent::default()).unwrap();
        let result = weights.matmul(&rows(&v, 1)).unwrap().reshape((2, 2, 2, 3, 4)).unwrap();
        let result = result.permute((0, 3, 1, 2, 4)).unwrap().contiguous().unwrap();
        let here = both(&[&q, &k, &v], &result.reshape((6, 16)).unwrap());
        for (a, b) in here.iter().flatten().zip(there.iter().flatten()) {
            assert!((a - b).abs() < 1e-5 * (1.0 + a.abs()), "{a} in parts and {b} as one");
        }
    }
}

#[test]
fn chosen_rows_have_their_gradient() {
    let table = noise(&[6, 3], 1);
    // One that comes often, one that comes once, one that never does.
    for ids in [vec![4, 1, 4, 4, 0, 4, 5, 5, 4, 4, 4], vec![2], vec![0, 0]] {
        let ids = Arc::new(ids);
        everywhere(&[&table], || embedded(&table, &ids));
        let chosen = Tensor::new(ids.as_slice(), &Device::Cpu).unwrap();
        same(&[&table], &embedded(&table, &ids).unwrap(), &table.index_select(&chosen, 0).unwrap());
    }
    for places in [vec![0, 2, 5], vec![0, 1, 2, 3, 4, 5], vec![3, 1, 3]] {
        everywhere(&[&table], || rows_at(&table, places.clone()));
    }
}

#[test]
fn curves_have_their_gradients() {
    let (a, b) = (noise(&[3, 5], 1), noise(&[3, 5], 2));
    everywhere(&[&a, &b], || swiglu(&a, &b));
    same(&[&a, &b], &swiglu(&a, &b).unwrap(), &(a.silu().unwrap() * b.as_tensor()).unwrap());
    everywhere(&[&a], || gelu(&a));
    same(&[&a], &gelu(&a).unwrap(), &a.as_tensor().gelu().unwrap());
}

#[test]
fn log_probs_have_their_gradient() {
    let x = noise(&[3, 6], 1);
    everywhere(&[&x], || log_probs(&x, &[0, 5, 2]));
    let targets = Tensor::new(&[[0u32], [5], [2]], &Device::Cpu).unwrap();
    let composed = composed_log_probs(&x, &targets).unwrap();
    same(&[&x], &log_probs(&x, &[0, 5, 2]).unwrap(), &composed);
    assert!(log_probs(&x, &[0, 6, 2]).is_err());
}

#[test]
fn log_sigmoid_has_its_gradient_and_no_overflow() {
    let x = noise(&[7], 1);
    everywhere(&[&x], || log_sigmoid(&x));
    let far = Tensor::new(&[-200f32, 0.0, 200.0], &Device::Cpu).unwrap();
    let values = || list(&log_sigmoid(&far).unwrap());
    for y in [values(), as_a_device(values)] {
        assert!((y[0] + 200.0).abs() < 1e-4 && (y[1] + 2f32.ln()).abs() < 1e-6);
        assert!(y[2].abs() < 1e-6);
    }
}

#[test]
fn dropout_drops_what_it_says_and_the_same_again() {
    // Several pieces of the stream, and a rest.
    let x = Var::from_tensor(&Tensor::ones(40_000, candle_core::DType::F32, &Device::Cpu).unwrap())
        .unwrap();
    let y = dropout(&x, 0.25, 7).unwrap();
    let dropped = list(&y).iter().filter(|y| **y == 0.0).count();
    assert!((9600..10_400).contains(&dropped), "{dropped}");
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let stream = (0..40_000).map(|_| rng.random::<f32>() < 0.25);
    assert!(stream.zip(list(&y)).all(|(dropped, y)| dropped == (y == 0.0)));
    let gradient = y.sum_all().unwrap().backward().unwrap();
    assert_eq!(list(gradient.get(&x).unwrap()), list(&y));
    assert_eq!(list(&dropout(&x, 0.25, 7).unwrap()), list(&y));
    let there = as_a_device(|| both(&[&x], &dropout(&x, 0.25, 7).unwrap()));
    assert_eq!(there, both(&[&x], &y));
}
