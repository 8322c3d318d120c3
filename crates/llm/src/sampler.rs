//! Drawing the next token: one chain in one order — repetition penalty, temperature, top-k, top-p, min-p, draw.

use domain::Sampling;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The logits hold a NaN, or nothing but negative infinity.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotNumbers;

/// Draws tokens for one reply. The same seed and logits give the same tokens, on every machine and in every version: the
/// generator is ChaCha8, whose stream is fixed.
pub(crate) struct Sampler {
    settings: Sampling,
    rng: ChaCha8Rng,
    candidates: Vec<(u32, f32)>,
}

impl Sampler {
    /// Begins a reply.
    pub(crate) fn new(settings: Sampling) -> Self {
        let rng = match settings.seed {
            Some(seed) => ChaCha8Rng::seed_from_u64(seed),
            None => ChaCha8Rng::from_os_rng(),
        };
        Self { settings, rng, candidates: Vec::new() }
    }

    /// Draws from `logits`, which are changed, given all tokens so far.
    pub(crate) fn sample(&mut self, logits: &mut [f32], past: &[u32]) -> Result<u32, NotNumbers> {
        self.penalise(logits, past);
        let best = best(logits)?;
        if self.settings.temperature <= 0.0 {
            return Ok(best);
        }
        let max = logits[best as usize];
        let temperature = self.settings.temperature;
        self.candidates.clear();
        self.candidates.extend(
            logits.iter().enumerate().map(|(id, logit)| (id as u32, (logit - max) / temperature)),
        );
        self.top_k();
        let total = self.weigh();
        self.top_p(total);
        self.min_p();
        Ok(self.draw())
    }

    /// Hugging Face's rule: each token of the window once; positive logits are divided, negative ones multiplied.
    fn penalise(&self, logits: &mut [f32], past: &[u32]) {
        let penalty = self.settings.repetition_penalty;
        if penalty <= 0.0 || (penalty - 1.0).abs() < f32::EPSILON {
            return;
        }
        let window = past.len().min(self.settings.penalty_window as usize);
        let mut seen: Vec<u32> = past[past.len() - window..].to_vec();
        seen.sort_unstable();
        seen.dedup();
        for id in seen {
            if let Some(logit) = logits.get_mut(id as usize) {
                if *logit > 0.0 { *logit /= penalty } else { *logit *= penalty }
            }
        }
    }

    /// Keeps the k best, the best first where k is on.
    fn top_k(&mut self) {
        let k = self.settings.top_k as usize;
        if k == 0 || k >= self.candidates.len() {
            return;
        }
        self.candidates.select_nth_unstable_by(k - 1, by_score);
        self.candidates.truncate(k);
    }

    /// Turns scores into weights (the best has 1) in descending order and returns their sum.
    fn weigh(&mut self) -> f32 {
        for (_, score) in &mut self.candidates {
            *score = score.exp();
        }
        // Candidates of no weight at all need no sorting; most of a large vocabulary goes here.
        self.candidates.retain(|(_, weight)| *weight > f32::MIN_POSITIVE);
        self.candidates.sort_unstable_by(by_score);
        self.candidates.iter().map(|(_, weight)| weight).sum()
    }

    /// Keeps the smallest set of the best that reaches the share p; the first always stays.
    fn top_p(&mut self, total: f32) {
        let p = self.settings.top_p;
        if p >= 1.0 {
            return;
        }
        let mut sum = 0.0;
        let reached = self.candidates.iter().position(|(_, weight)| {
            sum += weight / total;
            sum >= p
        });
        if let Some(last) = reached {
            self.candidates.truncate(last + 1);
        }
    }

    /// Drops what is less likely than a share of the best.
    fn min_p(&mut self) {
        let least = self.settings.min_p;
        let kept = self.candidates.iter().take_while(|(_, weight)| *weight >= least).count();
        self.candidates.truncate(kept.max(1));
    }

    fn draw(&mut self) -> u32 {
        let total: f32 = self.candidates.iter().map(|(_, weight)| weight).sum();
        let mut point = self.rng.random::<f32>() * total;
        for &(id, weight) in &self.candidates {
            if point < weight {
                return id;
            }
            point -= weight;
        }
        // Rounding can leave a rest beyond the last.
        self.candidates.last().map_or(0, |&(id, _)| id)
    }
}

/// The highest first; equals by id, so that the order never depends on the sorting.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that sorting wants")]
fn by_score(a: &(u32, f32), b: &(u32, f32)) -> std::cmp::Ordering {
    b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))
}

/// The token with the highest logit, the first of equals.
fn best(logits: &[f32]) -> Result<u32, NotNumbers> {
    let mut best = None;
    for (id, &logit) in logits.iter().enumerate() {
        if logit.is_nan() {
            return Err(NotNumbers);
        }
        if best.is_none_or(|(_, b)| logit > b) {
            best = Some((id as u32, logit));
        }
    }
    match best {
        Some((id, logit)) if logit.is_finite() => Ok(id),
        _ => Err(NotNumbers),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain() -> Sampling {
        Sampling { temperature: 1.0, seed: Some(1), ..Sampling::greedy() }
    }

    fn shares(settings: Sampling, logits: &[f32], past: &[u32]) -> Vec<f32> {
        let mut sampler = Sampler::new(settings);
        let mut counts = vec![0f32; logits.len()];
        for _ in 0..20_000 {
            counts[sampler.sample(&mut logits.to_vec(), past).unwrap() as usize] += 1.0 / 20_000.0;
        }
        counts
    }

    #[test]
    fn greedy_takes_the_first_of_the_best() {
        let mut sampler = Sampler::new(Sampling::greedy());
        assert_eq!(sampler.sample(&mut [1.0, 3.0, 3.0, 2.0], &[]), Ok(1));
    }

    #[test]
    fn what_is_not_a_number_is_refused() {
        for settings in [Sampling::greedy(), plain()] {
            let mut sampler = Sampler::new(settings);
            assert_eq!(sampler.sample(&mut [1.0, f32::NAN], &[]), Err(NotNumbers));
            assert_eq!(sampler.sample(&mut [f32::NEG_INFINITY; 2], &[]), Err(NotNumbers));
            assert_eq!(sampler.sample(&mut [f32::INFINITY, 1.0], &[]), Err(NotNumbers));
            assert_eq!(sampler.sample(&mut [], &[]), Err(NotNumbers));
        }
    }

    #[test]
    fn penalty_is_sign_aware_and_windowed() {
        let settings =
            Sampling { repetition_penalty: 2.0, penalty_window: 2, ..Sampling::greedy() };
        let sampler = Sampler::new(settings);
        let mut logits = [2.0, -2.0, 0.5, 4.0];
        // Token 3 is outside the window, token 1 counts once.
        sampler.penalise(&mut logits, &[3, 0, 1]);
        assert_eq!(logits, [1.0, -4.0, 0.5, 4.0]);
        sampler.penalise(&mut logits, &[2, 2]);
        assert_eq!(logits, [1.0, -4.0, 0.25, 4.0]);
    }

    #[test]
    fn frequencies_follow_the_softmax_at_the_temperature() {
        let logits = [0.0, 1.0, 2.0];
        let settings = Sampling { temperature: 2.0, ..plain() };
        let weights = logits.map(|l: f32| (l / 2.0).exp());
        let total: f32 = weights.iter().sum();
        for (share, weight) in shares(settings, &logits, &[]).iter().zip(weights) {
            assert!((share - weight / total).abs() < 0.015);
        }
    }

    #[test]
    fn cuts_keep_what_they_should() {
        // Shares: 0.1, 0.2, 0.3, 0.4.
        let logits = [0.1f32, 0.2, 0.3, 0.4].map(f32::ln);
        let kept = |settings: Sampling| -> Vec<bool> {
            shares(settings, &logits, &[]).iter().map(|s| *s > 0.0).collect()
        };
        assert_eq!(kept(Sampling { top_k: 2, ..plain() }), [false, false, true, true]);
        assert_eq!(kept(Sampling { top_p: 0.6, ..plain() }), [false, false, true, true]);
        assert_eq!(kept(Sampling { top_p: 0.75, ..plain() }), [false, true, true, true]);
        assert_eq!(kept(Sampling { min_p: 0.6, ..plain() }), [false, false, true, true]);
        assert_eq!(kept(Sampling { top_p: 0.0, ..plain() }), [false, false, false, true]);
        // After top-k the shares are 3/7 and 4/7: top-p sees these, as Hugging Face's chain does.
        assert_eq!(
            kept(Sampling { top_k: 2, top_p: 0.55, ..plain() }),
            [false, false, false, true]
        );
    }

    #[test]
    fn a_seed_gives_the_same_tokens_for_ever() {
        let mut sampler = Sampler::new(Sampling { seed: Some(42), ..plain() });
        let drawn: Vec<u32> =
            (0..8).map(|_| sampler.sample(&mut [0.0; 100], &[]).unwrap()).collect();
        let mut again = Sampler::new(Sampling { seed: Some(42), ..plain() });
        let repeated: Vec<u32> =
            (0..8).map(|_| again.sample(&mut [0.0; 100], &[]).unwrap()).collect();
        assert_eq!(drawn, repeated);
        assert!(drawn.iter().any(|d| *d != drawn[0]));
    }
}
