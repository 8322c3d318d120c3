//! What an answer's tokens were worth: penalised rewards, advantages, returns, and the penalty's strength.
//!
//! Ziegler et al. 2019 (arXiv 1909.08593, the penalty and its controller), Schulman et al. 2015 (1506.02438, generalised
//! advantages). The arithmetic is TRL's before its version 0.12, on which LLaMA-Factory and ChatGLM-Efficient-Tuning build.

/// Rewards of an answer's tokens: what it strays from the reference costs at every token, the score is paid at the last.
pub(super) fn rewards(policy: &[f32], reference: &[f32], score: f32, penalty: f64) -> Vec<f32> {
    let stray = policy.iter().zip(reference).map(|(p, r)| (p - r) * -(penalty as f32));
    let mut rewards: Vec<f32> = stray.collect();
    if let Some(last) = rewards.last_mut() {
        *last += score;
    }
    rewards
}

/// Advantages and returns of an answer's tokens, from their rewards and what the value head expected before each.
pub(super) fn advantages(
    rewards: &[f32],
    values: &[f32],
    gamma: f64,
    lambda: f64,
) -> (Vec<f32>, Vec<f32>) {
    let mut advantages = vec![0.0; rewards.len()];
    let (mut behind, mut next) = (0.0, 0.0);
    for at in (0..rewards.len()).rev() {
        let surprise = f64::from(rewards[at]) + gamma * next - f64::from(values[at]);
        behind = surprise + gamma * lambda * behind;
        next = f64::from(values[at]);
        advantages[at] = behind as f32;
    }
    let returns = advantages.iter().zip(values).map(|(a, v)| a + v).collect();
    (advantages, returns)
}

/// To variance 1, and to mean 0 where `centred`. Fewer than two numbers stay.
pub(super) fn whiten(numbers: &mut [&mut f32], centred: bool) {
    let count = numbers.len() as f64;
    if count < 2.0 {
        return;
    }
    let mean = numbers.iter().map(|x| f64::from(**x)).sum::<f64>() / count;
    let squares = numbers.iter().map(|x| (f64::from(**x) - mean).powi(2)).sum::<f64>();
    let scale = (squares / (count - 1.0) + 1e-8).sqrt().recip();
    let back = if centred { 0.0 } else { mean };
    for x in numbers.iter_mut() {
        **x = ((f64::from(**x) - mean) * scale + back) as f32;
    }
}

/// The penalty for the next answers: stronger where these strayed farther than `target` nats, weaker where less, by a fifth of
/// their number in `horizon` at most.
pub(super) fn next_penalty(
    penalty: f64,
    strayed: f64,
    target: f64,
    answers: usize,
    horizon: f64,
) -> f64 {
    let error = (strayed / target - 1.0).clamp(-0.2, 0.2);
    penalty * (1.0 + error * answers as f64 / horizon)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(ours: &[f32], wanted: &[f32]) {
        assert_eq!(ours.len(), wanted.len());
        for (a, b) in ours.iter().zip(wanted) {
            assert!((a - b).abs() < 1e-5, "{ours:?} and {wanted:?}");
        }
    }

    #[test]
    fn straying_costs_everywhere_and_the_score_is_paid_at_the_end() {
        close(&rewards(&[-1.0, -2.0], &[-1.5, -1.0], 3.0, 0.2), &[-0.1, 3.2]);
        assert!(rewards(&[], &[], 1.0, 0.2).is_empty());
    }

    /// By hand: surprises 1 + 0.9·2 − 1 = 1.8 and 3 − 2 = 1; the first sees 0.9 · 0.5 of the second.
    #[test]
    fn advantages_look_ahead_and_returns_are_what_values_should_have_been() {
        let (advantages, returns) = advantages(&[1.0, 3.0], &[1.0, 2.0], 0.9, 0.5);
        close(&advantages, &[2.25, 1.0]);
        close(&returns, &[3.25, 3.0]);
    }

    /// With λ and γ of 1 an advantage is all that is still paid, less what was expected.
    #[test]
    fn without_discounts_an_advantage_is_what_is_still_paid() {
        let (advantages, _) = advantages(&[0.5, -1.0, 2.0], &[0.3, 0.2, 0.1], 1.0, 1.0);
        close(&advantages, &[1.2, 0.8, 1.9]);
    }

    #[test]
    fn whitened_numbers_have_mean_nought_and_variance_one() {
        let mut list = [1.0, 2.0, 6.0f32];
        let mut kept = list;
        whiten(&mut list.iter_mut().collect::<Vec<_>>(), true);
        close(&[list.iter().sum::<f32>(), list.iter().map(|x| x * x).sum::<f32>()], &[0.0, 2.0]);
        whiten(&mut kept.iter_mut().collect::<Vec<_>>(), false);
        close(&[kept.iter().sum::<f32>()], &[9.0]);
        let mut one = [4.0f32];
        whiten(&mut one.iter_mut().collect::<Vec<_>>(), true);
        close(&one, &[4.0]);
    }

    #[test]
    fn the_penalty_follows_how_far_answers_stray() {
        assert!((next_penalty(0.2, 60.0, 6.0, 100, 10_000.0) - 0.2004).abs() < 1e-9);
        assert!((next_penalty(0.2, 6.6, 6.0, 100, 10_000.0) - 0.2002).abs() < 1e-9);
        assert!((next_penalty(0.2, 0.0, 6.0, 100, 10_000.0) - 0.1996).abs() < 1e-9);
    }
}
