//! Losses of preference learning, on log-probabilities of whole answers.
//!
//! DPO (arXiv 2305.18290) with label smoothing (2306.13731's cDPO), SLiC's hinge (2305.10425), IPO (2310.12036), KTO's pairs and
//! KTO (2402.01306), ORPO (2403.07691), SimPO (2405.14734); the reward model's (2203.02155). Sums or means of log-probabilities as
//! LLaMA-Factory takes them.

use candle_core::{Result, Tensor};
use serde::Serialize;

use crate::Error;
use crate::ops::log_sigmoid;

/// Which loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PreferenceLoss {
    /// DPO's own.
    #[default]
    Sigmoid,
    /// A margin of 1.
    Hinge,
    /// A margin of 1/(2β), neither more nor less.
    Ipo,
    /// KTO's on pairs.
    KtoPair,
    /// Cross-entropy and log odds; no reference.
    Orpo,
    /// Means of log-probabilities and a margin; no reference.
    Simpo,
}

/// Strengths.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PreferenceKnobs {
    /// β.
    pub beta: f64,
    /// How often labels are taken to be the wrong way round (sigmoid).
    pub label_smoothing: f64,
    /// SimPO's margin γ.
    pub simpo_gamma: f64,
    /// How much of the better answer's cross-entropy is added.
    pub ftx: f64,
    /// What good answers weigh (KTO).
    pub chosen_weight: f64,
    /// What bad answers weigh (KTO).
    pub rejected_weight: f64,
}

impl Default for PreferenceKnobs {
    fn default() -> Self {
        Self {
            beta: 0.1,
            label_smoothing: 0.0,
            simpo_gamma: 0.5,
            ftx: 0.0,
            chosen_weight: 1.0,
            rejected_weight: 1.0,
        }
    }
}

impl PreferenceKnobs {
    /// What is wrong with them, if anything: with a number that is none the loss would be blamed, and with a strength below nought the
    /// worse answer learnt.
    ///
    /// # Errors
    /// Names the first one that cannot be.
    pub fn check(&self) -> std::result::Result<(), Error> {
        if !(self.beta.is_finite() && self.beta > 0.0) {
            return Err(Error::cannot_be("a beta", self.beta));
        }
        // At one half nothing is said about which answer is better.
        if !(0.0..0.5).contains(&self.label_smoothing) {
            return Err(Error::cannot_be("a label smoothing", self.label_smoothing));
        }
        for (what, value) in [
            ("a margin", self.simpo_gamma),
            ("a share of cross-entropy", self.ftx),
            ("a weight of good answers", self.chosen_weight),
            ("a weight of bad answers", self.rejected_weight),
        ] {
            if !(value.is_finite() && value >= 0.0) {
                return Err(Error::cannot_be(what, value));
            }
        }
        Ok(())
    }
}

impl PreferenceLoss {
    /// Whether log-probabilities are means over tokens, not sums.
    pub fn averages(self) -> bool {
        matches!(self, Self::Ipo | Self::Orpo | Self::Simpo)
    }

    /// Whether the model without its adapter is asked, too.
    pub fn needs_reference(self) -> bool {
        !matches!(self, Self::Orpo | Self::Simpo)
    }
}

/// Log-probabilities of better and worse answers, `[pairs]` each.
#[derive(Debug, Clone)]
pub struct Answers {
    /// Of the better ones.
    pub chosen: Tensor,
    /// Of the worse ones.
    pub rejected: Tensor,
}

/// The loss of each pair, `[pairs]`. `reference` is asked for where the loss needs it.
pub fn preference(
    kind: PreferenceLoss,
    knobs: &PreferenceKnobs,
    policy: &Answers,
    reference: Option<&Answers>,
) -> Result<Tensor> {
    let beta = knobs.beta;
    let ratios = || -> Result<(Tensor, Tensor)> {
        let Some(reference) = reference else { candle_core::bail!("this loss wants a reference") };
        Ok(((&policy.chosen - &reference.chosen)?, (&policy.rejected - &reference.rejected)?))
    };
    match kind {
        PreferenceLoss::Sigmoid => {
            let (chosen, rejected) = ratios()?;
            let margin = ((chosen - rejected)? * beta)?;
            let e = knobs.label_smoothing;
            let right = (log_sigmoid(&margin)? * (e - 1.0))?;
            right - (log_sigmoid(&margin.neg()?)? * e)?
        }
        PreferenceLoss::Hinge => {
            let (chosen, rejected) = ratios()?;
            (1.0 - ((chosen - rejected)? * beta)?)?.relu()
        }
        PreferenceLoss::Ipo => {
            let (chosen, rejected) = ratios()?;
            ((chosen - rejected)? - 1.0 / (2.0 * beta))?.sqr()
        }
        PreferenceLoss::KtoPair => {
            let (chosen, rejected) = ratios()?;
            // Each half's divergence is estimated by the other's.
            let of = |x: &Tensor| x.mean_all()?.relu();
            let (chosen_kl, rejected_kl) = (of(&chosen)?, of(&rejected)?);
            let good = (chosen.broadcast_sub(&rejected_kl)? * beta)?;
            let bad = (rejected.broadcast_sub(&chosen_kl)? * -beta)?;
            let loss = |x: &Tensor| 1.0 - log_sigmoid(x)?.exp()?;
            (loss(&good)? + loss(&bad)?)? * 0.5
        }
        PreferenceLoss::Orpo => {
            let odds = (log_odds(&policy.chosen)? - log_odds(&policy.rejected)?)?;
            (policy.chosen.neg()? - (log_sigmoid(&odds)? * beta)?)?.contiguous()
        }
        PreferenceLoss::Simpo => {
            let margin = ((&policy.chosen - &policy.rejected)? * beta)?;
            log_sigmoid(&(margin - knobs.simpo_gamma)?)?.neg()
        }
    }
}

/// L − log(1 − e^L) of mean log-probabilities L, which are below 0.
fn log_odds(mean: &Tensor) -> Result<Tensor> {
    mean - (1.0 - mean.exp()?)?.log()?
}

/// KTO's loss of answers that are good (`true`) or bad. `ratios` are log π − log reference of whole answers, `divergence` what it is
/// on answers to other questions, which counts no gradient.
pub fn kto(
    knobs: &PreferenceKnobs,
    ratios: &Tensor,
    divergence: f64,
    good: &[bool],
) -> Result<Tensor> {
    let divergence = divergence.max(0.0);
    let signs: Vec<f32> = good.iter().map(|g| if *g { 1.0 } else { -1.0 }).collect();
    let weight = |g: &bool| if *g { knobs.chosen_weight } else { knobs.rejected_weight } as f32;
    let weights: Vec<f32> = good.iter().map(weight).collect();
    let vector = |v: Vec<f32>| Tensor::from_vec(v, good.len(), ratios.device());
    let margin = ((ratios - divergence)? * knobs.beta)?.mul(&vector(signs)?)?;
    (1.0 - log_sigmoid(&margin)?.exp()?)?.mul(&vector(weights)?)
}

/// A reward model's loss of each pair: −log σ(better − worse).
pub fn reward(chosen: &Tensor, rejected: &Tensor) -> Result<Tensor> {
    log_sigmoid(&(chosen - rejected)?)?.neg()
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::{Device, Var};

    fn vector(list: &[f32]) -> Tensor {
        Tensor::new(list, &Device::Cpu).unwrap()
    }

    fn list(x: &Tensor) -> Vec<f32> {
        x.to_vec1().unwrap()
    }

    fn close(a: &[f32], b: &[f64]) {
        assert_eq!(a.len(), b.len());
        for (a, b) in a.iter().zip(b) {
            assert!((f64::from(*a) - b).abs() < 1e-4 * (1.0 + b.abs()), "{a} and {b}");
        }
    }

    fn of(
        kind: PreferenceLoss,
        knobs: &PreferenceKnobs,
        policy: &Answers,
        reference: &Answers,
    ) -> Vec<f32> {
        list(&preference(kind, knobs, policy, Some(reference)).unwrap())
    }

    /// Where policy and reference agree, the closed forms are known.
    #[test]
    fn losses_at_no_difference_are_their_closed_forms() {
        let same = Answers { chosen: vector(&[-5.0]), rejected: vector(&[-5.0]) };
        let knobs = PreferenceKnobs::default();
        close(&of(PreferenceLoss::Sigmoid, &knobs, &same, &same), &[std::f64::consts::LN_2]);
        close(&of(PreferenceLoss::Hinge, &knobs, &same, &same), &[1.0]);
        close(&of(PreferenceLoss::Ipo, &knobs, &same, &same), &[25.0]);
        close(&of(PreferenceLoss::KtoPair, &knobs, &same, &same), &[0.5]);
        let smoothed = PreferenceKnobs { label_smoothing: 0.3, ..knobs };
        close(&of(PreferenceLoss::Sigmoid, &smoothed, &same, &same), &[std::f64::consts::LN_2]);
        close(&of(PreferenceLoss::Simpo, &knobs, &same, &same), &[(1.0 + 0.5f64.exp()).ln()]);
        close(&list(&reward(&vector(&[1.0]), &vector(&[1.0])).unwrap()), &[std::f64::consts::LN_2]);
        close(&list(&kto(&knobs, &vector(&[0.0, 0.0]), 0.0, &[true, false]).unwrap()), &[0.5, 0.5]);
    }

    /// Gradients by differences, at a place where nothing is special.
    #[test]
    fn every_loss_has_its_gradient() {
        use PreferenceLoss::{Hinge, Ipo, KtoPair, Orpo, Sigmoid, Simpo};
        let knobs = PreferenceKnobs { label_smoothing: 0.1, ..PreferenceKnobs::default() };
        let reference = Answers { chosen: vector(&[-1.3, -2.0]), rejected: vector(&[-1.1, -0.4]) };
        for kind in [Sigmoid, Hinge, Ipo, KtoPair, Orpo, Simpo] {
            let start = [-0.9f32, -1.4];
            let var = Var::from_tensor(&vector(&start)).unwrap();
            let loss = || {
                let policy = Answers {
                    chosen: var.as_tensor().clone(),
                    rejected: (var.as_tensor() * 1.3).unwrap(),
                };
                preference(kind, &knobs, &policy, Some(&reference)).unwrap().sum_all().unwrap()
            };
            let store = loss().backward().unwrap();
            let gradient = list(store.get(&var).unwrap());
            for at in 0..2 {
                let moved = |by: f32| {
                    let mut numbers = start;
                    numbers[at] += by;
                    var.set(&vector(&numbers)).unwrap();
                    f64::from(loss().to_scalar::<f32>().unwrap())
                };
                let slope = (moved(1e-2) - moved(-1e-2)) / 2e-2;
                var.set(&vector(&start)).unwrap();
                assert!(
                    (slope - f64::from(gradient[at])).abs() < 5e-3 * (1.0 + slope.abs()),
                    "{kind:?}: {slope} by differences, {}",
                    gradient[at]
                );
            }
        }
    }
}
