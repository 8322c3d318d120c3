//! The arithmetic between the matrix products, on f32 slices.
//!
//! `pulp` chooses the widest vector instructions of the machine at run time, so that one portable binary uses AVX2 and NEON
//! where they are.

use pulp::{Arch, Simd, WithSimd};

/// `x / rms(x) * weight`, row by row of `weight.len()`.
pub(crate) fn rms_norm(x: &[f32], weight: &[f32], epsilon: f32, out: &mut [f32]) {
    Arch::new().dispatch(RmsNorm { x, weight, epsilon, out });
}

/// The same in place (the norms on queries and keys).
pub(crate) fn rms_norm_in_place(x: &mut [f32], weight: &[f32], epsilon: f32) {
    Arch::new().dispatch(RmsNormInPlace { x, weight, epsilon });
}

struct RmsNorm<'a> {
    x: &'a [f32],
    weight: &'a [f32],
    epsilon: f32,
    out: &'a mut [f32],
}

impl WithSimd for RmsNorm<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let width = self.weight.len();
        for (x, out) in self.x.chunks_exact(width).zip(self.out.chunks_exact_mut(width)) {
            let scale = (dot(simd, x, x) / width as f32 + self.epsilon).sqrt().recip();
            for ((out, x), weight) in out.iter_mut().zip(x).zip(self.weight) {
                *out = x * scale * weight;
            }
        }
    }
}

struct RmsNormInPlace<'a> {
    x: &'a mut [f32],
    weight: &'a [f32],
    epsilon: f32,
}

impl WithSimd for RmsNormInPlace<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let width = self.weight.len();
        for x in self.x.chunks_exact_mut(width) {
            let scale = (dot(simd, x, x) / width as f32 + self.epsilon).sqrt().recip();
            for (x, weight) in x.iter_mut().zip(self.weight) {
                *x = *x * scale * weight;
            }
        }
    }
}

/// `(x - mean) / deviation * weight + bias`, row by row of `weight.len()`.
pub(crate) fn layer_norm(x: &[f32], weight: &[f32], bias: &[f32], epsilon: f32, out: &mut [f32]) {
    let width = weight.len();
    for (x, out) in x.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
        let mean = x.iter().sum::<f32>() / width as f32;
        let variance = x.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() / width as f32;
        let scale = (variance + epsilon).sqrt().recip();
        for (((out, x), weight), bias) in out.iter_mut().zip(x).zip(weight).zip(bias) {
            *out = (x - mean) * scale * weight + bias;
        }
    }
}

/// GELU in its tanh form, in place.
pub(crate) fn gelu(x: &mut [f32]) {
    Arch::new().dispatch(Gelu { x });
}

struct Gelu<'a> {
    x: &'a mut [f32],
}

impl WithSimd for Gelu<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for x in self.x {
            *x = gelu_tanh(*x);
        }
    }
}

/// GELU with the error function itself, in place (BERT).
pub(crate) fn gelu_exact(x: &mut [f32]) {
    for x in x {
        let z = *x * std::f32::consts::FRAC_1_SQRT_2;
        *x = 0.5 * *x * (1.0 + candle_core::cpu::erf::erf_f32(z));
    }
}

/// Scores to weights whose sum is 1, in place.
pub(crate) fn softmax(scores: &mut [f32]) {
    let (_, sum) = softmax_unscaled(scores, f32::NEG_INFINITY);
    for score in scores {
        *score /= sum;
    }
}

/// 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))), with 1 + tanh(z) = 2 / (1 + e^(-2z)).
#[inline(always)]
fn gelu_tanh(x: f32) -> f32 {
    const TWICE_ROOT: f32 = 1.595_769;
    x / (1.0 + exp(-TWICE_ROOT * (x + 0.044_715 * x * x * x)))
}

/// Gated GELU: rows of `[gate | up]`, each `hidden` wide, become `gelu(gate) * up`.
pub(crate) fn geglu(gate_up: &[f32], hidden: usize, out: &mut [f32]) {
    Arch::new().dispatch(Gated { gate_up, hidden, out, curve: GeluTanh });
}

/// SwiGLU: rows of `[gate | up]`, each `hidden` wide, become `silu(gate) * up`.
pub(crate) fn swiglu(gate_up: &[f32], hidden: usize, out: &mut [f32]) {
    Arch::new().dispatch(Gated { gate_up, hidden, out, curve: Silu });
}

/// What a gate goes through.
trait Curve {
    fn of(&self, x: f32) -> f32;
}

struct GeluTanh;

impl Curve for GeluTanh {
    #[inline(always)]
    fn of(&self, x: f32) -> f32 {
        gelu_tanh(x)
    }
}

struct Silu;

impl Curve for Silu {
    #[inline(always)]
    fn of(&self, x: f32) -> f32 {
        x / (1.0 + exp(-x))
    }
}

struct Gated<'a, C> {
    gate_up: &'a [f32],
    hidden: usize,
    out: &'a mut [f32],
    curve: C,
}

impl<C: Curve> WithSimd for Gated<'_, C> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let rows = self.gate_up.chunks_exact(2 * self.hidden);
        for (row, out) in rows.zip(self.out.chunks_exact_mut(self.hidden)) {
            let (gate, up) = row.split_at(self.hidden);
            for ((out, gate), up) in out.iter_mut().zip(gate).zip(up) {
                *out = self.curve.of(*gate) * up;
            }
        }
    }
}

/// Squeezes numbers into ± `cap`: `cap * tanh(x / cap)`.
pub(crate) fn soft_cap(x: &mut [f32], cap: f32) {
    Arch::new().dispatch(SoftCap { x, cap });
}

struct SoftCap<'a> {
    x: &'a mut [f32],
    cap: f32,
}

impl WithSimd for SoftCap<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        soft_cap_in_place(self.x, self.cap);
    }
}

/// The same inside other vector code.
#[inline(always)]
pub(super) fn soft_cap_in_place(x: &mut [f32], cap: f32) {
    for x in x {
        // tanh(z) = 1 - 2 / (1 + e^(2z)); good to 1e-7 of the cap.
        *x = cap * (1.0 - 2.0 / (1.0 + exp(2.0 * (*x / cap))));
    }
}

/// Sum of products.
#[inline(always)]
fn dot<S: Simd>(simd: S, a: &[f32], b: &[f32]) -> f32 {
    let (a_head, a_tail) = S::as_simd_f32s(a);
    let (b_head, b_tail) = S::as_simd_f32s(b);
    // Four sums at a time hide the latency of the fused multiply-add.
    let mut sums = [simd.splat_f32s(0.0); 4];
    let (a_fours, a_rest) = a_head.as_chunks::<4>();
    let (b_fours, b_rest) = b_head.as_chunks::<4>();
    for (a, b) in a_fours.iter().zip(b_fours) {
        sums[0] = simd.mul_add_e_f32s(a[0], b[0], sums[0]);
        sums[1] = simd.mul_add_e_f32s(a[1], b[1], sums[1]);
        sums[2] = simd.mul_add_e_f32s(a[2], b[2], sums[2]);
        sums[3] = simd.mul_add_e_f32s(a[3], b[3], sums[3]);
    }
    for (&a, &b) in a_rest.iter().zip(b_rest) {
        sums[0] = simd.mul_add_e_f32s(a, b, sums[0]);
    }
    let sum = simd.add_f32s(simd.add_f32s(sums[0], sums[1]), simd.add_f32s(sums[2], sums[3]));
    let mut total = simd.reduce_sum_f32s(sum);
    for (a, b) in a_tail.iter().zip(b_tail) {
        total += a * b;
    }
    total
}

/// Turns scores into weights in place and returns the highest score, or `least` where all are lower, and what the weights must be divided
/// by: they are relative to that highest one.
#[inline(always)]
pub(super) fn softmax_unscaled(scores: &mut [f32], least: f32) -> (f32, f32) {
    let mut lanes = [f32::NEG_INFINITY; 16];
    let (chunks, tail) = scores.as_chunks::<16>();
    for chunk in chunks {
        for (lane, &score) in lanes.iter_mut().zip(chunk) {
            *lane = if score > *lane { score } else { *lane };
        }
    }
    let mut max = least;
    for &score in lanes.iter().chain(tail) {
        max = if score > max { score } else { max };
    }
    let mut sums = [0f32; 16];
    let (chunks, tail) = scores.as_chunks_mut::<16>();
    for chunk in chunks {
        for (sum, score) in sums.iter_mut().zip(chunk) {
            *score = exp(*score - max);
            *sum += *score;
        }
    }
    let mut sum = 0.0;
    for lane in sums {
        sum += lane;
    }
    for score in tail {
        *score = exp(*score - max);
        sum += *score;
    }
    (max, sum)
}

/// e^x without branches or calls, so that loops over it become vector code. Relative error below 2e-7; results outside
/// about 1e±38 are clamped. NaN stays NaN.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    // Adding 1.5 * 2^23 rounds to a whole number and leaves it in the low bits of the mantissa.
    const MAGIC: f32 = 12_582_912.0;
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    let x = if x < -87.0 { -87.0 } else { x };
    let x = if x > 88.0 { 88.0 } else { x };
    let shifted = x * std::f32::consts::LOG2_E + MAGIC;
    let n = shifted - MAGIC;
    let r = x - n * LN2_HIGH - n * LN2_LOW;
    // Cephes' polynomial for e^r on ±ln2/2.
    let mut p = 1.987_569_1e-4;
    p = p * r + 1.398_2e-3;
    p = p * r + 8.333_452e-3;
    p = p * r + 4.166_579_6e-2;
    p = p * r + 1.666_666_5e-1;
    p = p * r + 0.5;
    let e = p * r * r + r + 1.0;
    let power = shifted.to_bits().wrapping_sub(MAGIC.to_bits()).wrapping_add(127) << 23;
    e * f32::from_bits(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_close_to_the_library_s() {
        for i in -8600..8700 {
            let x = i as f32 * 0.01;
            let error = (exp(x) / x.exp() - 1.0).abs();
            assert!(error < 3e-7, "exp({x}) is off by {error}");
        }
        assert!(exp(f32::NEG_INFINITY) < 1e-37);
        assert!(exp(f32::NAN).is_nan());
    }

    #[test]
    fn dots_of_any_length_agree_with_the_plain_sum() {
        struct Dot<'a>(&'a [f32], &'a [f32]);
        impl WithSimd for Dot<'_> {
            type Output = f32;
            #[inline(always)]
            fn with_simd<S: Simd>(self, simd: S) -> f32 {
                dot(simd, self.0, self.1)
            }
        }
        let a: Vec<f32> = (0..200).map(|i| (i as f32 * 0.7).sin()).collect();
        let b: Vec<f32> = (0..200).map(|i| (i as f32 * 0.3).cos()).collect();
        for n in 0..200 {
            let plain: f64 = a[..n].iter().zip(&b).map(|(a, b)| f64::from(a * b)).sum();
            let ours = Arch::new().dispatch(Dot(&a[..n], &b[..n]));
            assert!((f64::from(ours) - plain).abs() < 1e-4, "{n}: {ours} {plain}");
        }
    }

    #[test]
    fn rms_norm_gives_unit_mean_square() {
        let x = [3.0, -4.0, 0.0, 5.0];
        let mut out = [0.0; 4];
        rms_norm(&x, &[1.0; 4], 0.0, &mut out);
        let mean_square = out.iter().map(|v| v * v).sum::<f32>() / 4.0;
        assert!((mean_square - 1.0).abs() < 1e-6);
    }

    #[test]
    fn swiglu_of_two_rows() {
        let mut out = [0.0; 2];
        swiglu(&[1.0, 2.0, -1.0, 4.0], 1, &mut out);
        assert!((out[0] - 2.0 / (1.0 + (-1f32).exp())).abs() < 1e-6);
        assert!((out[1] + 4.0 / (1.0 + 1f32.exp())).abs() < 1e-6);
    }

    #[test]
    fn layer_norm_gives_mean_nought_and_unit_variance() {
        let mut out = [0.0; 4];
        layer_norm(&[3.0, -4.0, 0.0, 5.0], &[1.0; 4], &[2.0; 4], 0.0, &mut out);
        assert!((out.iter().sum::<f32>() / 4.0 - 2.0).abs() < 1e-6);
        let variance = out.iter().map(|v| (v - 2.0) * (v - 2.0)).sum::<f32>() / 4.0;
        assert!((variance - 1.0).abs() < 1e-5);
    }

    #[test]
    fn gelu_and_soft_caps_follow_their_formulas() {
        for i in -60..60 {
            let x = i as f32 * 0.17;
            let inner = (2.0 / std::f32::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3));
            let gelu_of_x = 0.5 * x * (1.0 + inner.tanh());
            let mut out = [x];
            gelu(&mut out);
            assert!((out[0] - gelu_of_x).abs() < 1e-5, "gelu({x}) = {}", out[0]);
            let mut out = [0.0];
            geglu(&[x, 2.0], 1, &mut out);
            assert!((out[0] - 2.0 * gelu_of_x).abs() < 1e-5);
            let mut out = [x];
            soft_cap(&mut out, 3.0);
            assert!((out[0] - 3.0 * (x / 3.0).tanh()).abs() < 1e-6);
        }
    }

    #[test]
    fn softmax_sums_to_one() {
        let mut scores: Vec<f32> = (0..37).map(|i| (i as f32).sin() * 9.0).collect();
        let (_, sum) = softmax_unscaled(&mut scores, f32::NEG_INFINITY);
        assert!((scores.iter().sum::<f32>() / sum - 1.0).abs() < 1e-5);
    }
}
