//! How far RoPE turns each pair of numbers at each position, and the ways in which that is stretched to longer texts.
//!
//! Every way comes down to one divisor a pair and one factor on the result, computed once when a model is loaded.

use std::f64::consts::TAU;

use super::RopePairs;

/// Divisors of the frequencies.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Factors {
    /// The same for all pairs.
    All(f32),
    /// One a pair (Llama 3, YaRN).
    Each(Vec<f32>),
    /// One a pair, and which depends on how long texts may become (Phi-3's "su" or LongRoPE). Chosen once for the context
    /// that the model is loaded with, as llama.cpp does: keys in the cache must not change under a text that grows.
    ByContext {
        /// The longest text for the short ones, in tokens.
        original: usize,
        short: Vec<f32>,
        long: Vec<f32>,
    },
}

/// One way of turning heads by position.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rotation {
    /// How many numbers of a head are turned (even); the others stay.
    pub(crate) dims: usize,
    /// Which of them are turned together.
    pub(crate) pairs: RopePairs,
    /// Base of the geometric series of angles.
    pub(crate) base: f32,
    /// What the frequencies are divided by.
    pub(crate) factors: Factors,
    /// What the turned numbers are multiplied with.
    pub(crate) magnitude: f32,
}

/// YaRN's knobs (arXiv 2309.00071).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Yarn {
    pub(crate) factor: f32,
    pub(crate) original: usize,
    pub(crate) beta_fast: f32,
    pub(crate) beta_slow: f32,
}

/// Llama 3.1's knobs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Llama3 {
    pub(crate) factor: f32,
    pub(crate) original: usize,
    pub(crate) low: f32,
    pub(crate) high: f32,
}

impl Rotation {
    /// Without stretching.
    pub(crate) fn plain(dims: usize, pairs: RopePairs, base: f32) -> Self {
        Self { dims, pairs, base, factors: Factors::All(1.0), magnitude: 1.0 }
    }

    /// Stretched as YaRN does: fast pairs stay, slow ones are divided by the factor, a ramp lies between.
    pub(crate) fn yarn(mut self, yarn: &Yarn) -> Self {
        let (dims, base) = (self.dims as f64, f64::from(self.base));
        // The pair that turns `rotations` times within the original context.
        let pair = |rotations: f32| {
            dims * (yarn.original as f64 / (f64::from(rotations) * TAU)).ln() / (2.0 * base.ln())
        };
        let low = pair(yarn.beta_fast).floor().max(0.0);
        let mut high = pair(yarn.beta_slow).ceil().min(dims - 1.0);
        if high <= low {
            high = low + 0.001;
        }
        let each = (0..self.dims / 2).map(|i| {
            let ramp = ((i as f64 - low) / (high - low)).clamp(0.0, 1.0);
            (1.0 / (ramp / f64::from(yarn.factor) + 1.0 - ramp)) as f32
        });
        self.factors = Factors::Each(each.collect());
        self.magnitude = if yarn.factor > 1.0 { 0.1 * yarn.factor.ln() + 1.0 } else { 1.0 };
        self
    }

    /// Stretched as Llama 3.1 does: by wavelength.
    pub(crate) fn llama3(mut self, scaling: &Llama3) -> Self {
        let factor = f64::from(scaling.factor);
        let original = scaling.original as f64;
        let (low, high) = (f64::from(scaling.low), f64::from(scaling.high));
        let each = (0..self.dims / 2).map(|i| {
            let wavelength = TAU / f64::from(self.base).powf(-2.0 * i as f64 / self.dims as f64);
            let divisor = if wavelength < original / high {
                1.0
            } else if wavelength > original / low {
                factor
            } else {
                let smooth = (original / wavelength - low) / (high - low);
                1.0 / ((1.0 - smooth) / factor + smooth)
            };
            divisor as f32
        });
        self.factors = Factors::Each(each.collect());
        self
    }

    /// Its divisors for a model that is loaded with room for `context` tokens.
    pub(crate) fn divisors(&self, context: usize) -> Vec<f32> {
        match &self.factors {
            Factors::All(divisor) => vec![*divisor; self.dims / 2],
            Factors::Each(each) => each.clone(),
            Factors::ByContext { original, short, long } => {
                if context > *original {
                    long.clone()
                } else {
                    short.clone()
                }
            }
        }
    }

    /// What is wrong with it for heads of `head_dim`, if anything.
    pub(crate) fn check(&self, head_dim: usize) -> Result<(), String> {
        if self.dims == 0 || !self.dims.is_multiple_of(2) || self.dims > head_dim {
            return Err(format!("RoPE cannot turn {} of {head_dim} dimensions", self.dims));
        }
        let wanted = self.dims / 2;
        let lists: &[&[f32]] = match &self.factors {
            Factors::All(divisor) => &[&vec![*divisor; wanted]],
            Factors::Each(each) => &[each],
            Factors::ByContext { short, long, .. } => &[short, long],
        };
        for list in lists {
            if list.len() != wanted {
                return Err(format!("it has {} RoPE factors for {wanted} pairs", list.len()));
            }
            if !list.iter().all(|f| f.is_finite() && *f > 0.0) {
                return Err("its RoPE factors are not positive numbers".into());
            }
        }
        if !(self.base.is_finite() && self.base > 1.0) {
            return Err(format!("the base of its RoPE is {}", self.base));
        }
        if !(self.magnitude.is_finite() && self.magnitude > 0.0) {
            return Err(format!("the magnitude of its RoPE is {}", self.magnitude));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yarn_leaves_the_fast_pairs_and_divides_the_slow_ones() {
        let yarn = Yarn { factor: 4.0, original: 4096, beta_fast: 32.0, beta_slow: 1.0 };
        let rotation = Rotation::plain(128, RopePairs::Halves, 10_000.0).yarn(&yarn);
        let divisors = rotation.divisors(1);
        assert!((divisors[0] - 1.0).abs() < 1e-6 && (divisors[63] - 4.0).abs() < 1e-6);
        assert!(divisors.windows(2).all(|w| w[0] <= w[1]));
        assert!((rotation.magnitude - 1.138_629_4).abs() < 1e-6);
    }

    #[test]
    fn the_context_chooses_between_short_and_long() {
        let mut rotation = Rotation::plain(4, RopePairs::Halves, 10_000.0);
        rotation.factors =
            Factors::ByContext { original: 8, short: vec![1.0, 2.0], long: vec![3.0, 4.0] };
        assert_eq!(rotation.divisors(8), [1.0, 2.0]);
        assert_eq!(rotation.divisors(9), [3.0, 4.0]);
        assert!(rotation.check(4).is_ok());
        assert!(rotation.check(2).is_err());
    }
}
