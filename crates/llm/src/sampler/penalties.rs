//! What happens to the logits of tokens that were there before.

use std::collections::HashMap;

use domain::{Dry, PenaltyRule, Sampling};

/// Longer repetitions cost no more: the penalty is beyond any logit by then.
const LONGEST_REPETITION: usize = 64;

/// Repetition, frequency and presence: each token of the window once.
pub(super) fn repetition(s: &Sampling, logits: &mut [f32], past: &[u32]) {
    let repeats = s.repetition_penalty > 0.0 && (s.repetition_penalty - 1.0).abs() > f32::EPSILON;
    if !repeats && s.frequency_penalty == 0.0 && s.presence_penalty == 0.0 {
        return;
    }
    let window = past.len().min(s.penalty_window as usize);
    let mut counts: HashMap<u32, f32> = HashMap::new();
    for id in &past[past.len() - window..] {
        *counts.entry(*id).or_default() += 1.0;
    }
    for (id, count) in counts {
        let Some(logit) = logits.get_mut(id as usize) else { continue };
        if repeats {
            match s.penalty_rule {
                PenaltyRule::SignAware if *logit <= 0.0 => *logit *= s.repetition_penalty,
                PenaltyRule::SignAware | PenaltyRule::Divide => *logit /= s.repetition_penalty,
            }
        }
        *logit -= count * s.frequency_penalty + s.presence_penalty;
    }
}

/// DRY: looks for earlier places where the text went as it goes now, and makes what came next there less likely. A token that
/// `breaks` ends a repetition.
pub(super) fn dry(dry: &Dry, logits: &mut [f32], past: &[u32], breaks: impl Fn(u32) -> bool) {
    if dry.multiplier <= 0.0 || past.len() < 2 {
        return;
    }
    let window = if dry.window == 0 { past.len() } else { past.len().min(dry.window as usize) };
    let past = &past[past.len() - window..];
    let mut longest: HashMap<u32, usize> = HashMap::new();
    for at in 0..past.len() - 1 {
        let length = past[..=at]
            .iter()
            .rev()
            .zip(past.iter().rev())
            .take(LONGEST_REPETITION)
            .take_while(|(a, b)| a == b && !breaks(**a))
            .count();
        let next = past[at + 1];
        if length >= dry.allowed.max(1) as usize && !breaks(next) {
            let known = longest.entry(next).or_default();
            *known = length.max(*known);
        }
    }
    for (id, length) in longest {
        if let Some(logit) = logits.get_mut(id as usize) {
            let excess = length as i32 - dry.allowed as i32;
            *logit -= (dry.multiplier * dry.base.powi(excess)).min(f32::MAX);
        }
    }
}

/// Forbids every token that would complete `n` tokens in a row that were there before.
pub(super) fn no_repeat_ngram(n: usize, logits: &mut [f32], past: &[u32]) {
    if n == 0 || past.len() + 1 < n {
        return;
    }
    let now = &past[past.len() - (n - 1)..];
    for ngram in past.windows(n) {
        if let (true, Some(logit)) = (&ngram[..n - 1] == now, logits.get_mut(ngram[n - 1] as usize))
        {
            *logit = f32::NEG_INFINITY;
        }
    }
}
