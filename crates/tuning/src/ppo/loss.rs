//! The clipped losses of policy and value head (arXiv 1707.06347), on tokens.

use candle_core::{Result, Tensor};

use super::PpoKnobs;

/// What was true of some tokens when they were written, `[tokens]` each.
#[derive(Debug, Clone)]
pub(super) struct Written {
    /// Their log-probabilities then.
    pub(super) log_probs: Tensor,
    /// What the value head expected before each.
    pub(super) values: Tensor,
    /// How much better than expected each was.
    pub(super) advantages: Tensor,
    /// What the value head should have expected.
    pub(super) returns: Tensor,
}

/// Losses of tokens, summed.
pub(super) struct Losses {
    /// The policy's, with a gradient.
    pub(super) policy: Tensor,
    /// The value head's, with a gradient; not yet weighed.
    pub(super) value: Tensor,
    /// Tokens whose ratio lies outside what the clip allows.
    pub(super) clipped: f64,
    /// Mean ratio of the probabilities now and then.
    pub(super) ratio: f64,
}

/// Losses of tokens with these log-probabilities and values now.
pub(super) fn clipped(
    knobs: &PpoKnobs,
    log_probs: &Tensor,
    values: &Tensor,
    written: &Written,
) -> Result<Losses> {
    let near = |x: &Tensor, to: &Tensor, by: f64| x.maximum(&(to - by)?)?.minimum(&(to + by)?);
    let kept = near(values, &written.values, knobs.value_clip)?;
    let square = |x: &Tensor| (x - &written.returns)?.sqr();
    let value = (square(values)?.maximum(&square(&kept)?)?.sum_all()? * 0.5)?;

    let ratio = (log_probs - &written.log_probs)?.exp()?;
    let bound = near(&ratio, &ratio.ones_like()?, knobs.clip)?;
    let minus = written.advantages.neg()?;
    let policy = ratio.mul(&minus)?.maximum(&bound.mul(&minus)?)?.sum_all()?;
    let list: Vec<f32> = ratio.detach().to_vec1()?;
    let outside = |r: &&f32| (f64::from(**r) - 1.0).abs() > knobs.clip;
    Ok(Losses {
        policy,
        value,
        clipped: list.iter().filter(outside).count() as f64,
        ratio: list.iter().copied().map(f64::from).sum::<f64>() / list.len().max(1) as f64,
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use candle_core::{Device, Var};
    use serde::Deserialize;

    use super::*;

    /// What PyTorch gives for fixed numbers (`tests/fixtures/peft_and_torch.py`).
    #[derive(Deserialize)]
    struct Fixed {
        log_probs: Vec<f32>,
        values: Vec<f32>,
        old_log_probs: Vec<f32>,
        old_values: Vec<f32>,
        advantages: Vec<f32>,
        returns: Vec<f32>,
        policy_loss: f32,
        value_loss: f32,
        log_probs_gradient: Vec<f32>,
        values_gradient: Vec<f32>,
    }

    #[test]
    fn losses_and_gradients_are_those_of_pytorch() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ppo.json");
        let fixed: Fixed = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let tensor = |list: &[f32]| Tensor::new(list, &Device::Cpu).unwrap();
        let log_probs = Var::from_tensor(&tensor(&fixed.log_probs)).unwrap();
        let values = Var::from_tensor(&tensor(&fixed.values)).unwrap();
        let written = Written {
            log_probs: tensor(&fixed.old_log_probs),
            values: tensor(&fixed.old_values),
            advantages: tensor(&fixed.advantages),
            returns: tensor(&fixed.returns),
        };
        let losses = clipped(&PpoKnobs::default(), &log_probs, &values, &written).unwrap();
        let close =
            |ours: f32, wanted: f32| assert!((ours - wanted).abs() < 1e-4, "{ours} {wanted}");
        close(losses.policy.to_scalar().unwrap(), fixed.policy_loss);
        close(losses.value.to_scalar().unwrap(), fixed.value_loss);
        let store = (losses.policy + losses.value).unwrap().backward().unwrap();
        for (var, wanted) in
            [(&log_probs, &fixed.log_probs_gradient), (&values, &fixed.values_gradient)]
        {
            let ours: Vec<f32> = store.get(var).unwrap().to_vec1().unwrap();
            ours.iter().zip(wanted).for_each(|(a, b)| close(*a, *b));
        }
        assert!(losses.clipped > 0.0, "the numbers reach beyond the clip");
    }
}
