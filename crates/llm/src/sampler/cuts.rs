//! The candidates for the next token, and the cuts that leave some of them.

/// A token that may be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Candidate {
    pub(crate) id: u32,
    pub(crate) logit: f32,
    /// Its probability, once weighed.
    pub(crate) p: f32,
}

/// Below this exponent a weight is nothing in f32.
const NOTHING: f32 = -87.0;

/// All candidates. No cut leaves none.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    list: Vec<Candidate>,
    /// Whether the likeliest come first.
    sorted: bool,
}

impl Candidates {
    pub(super) fn all(&self) -> &[Candidate] {
        &self.list
    }

    /// Takes all logits but those that have no weight beside the highest even at the temperature `hottest`: most of a large
    /// vocabulary, which then needs no sorting.
    pub(super) fn fill(&mut self, logits: &[f32], highest: f32, hottest: f32) {
        let least = highest + NOTHING * hottest;
        self.sorted = false;
        self.list.clear();
        self.list.extend(
            logits
                .iter()
                .enumerate()
                .filter(|(_, logit)| **logit >= least)
                .map(|(id, &logit)| Candidate { id: id as u32, logit, p: 0.0 }),
        );
    }

    /// The likeliest first; equals by id, so that the order never depends on the sorting.
    pub(super) fn sort(&mut self) {
        if !self.sorted {
            self.list.sort_unstable_by(by_logit);
            self.sorted = true;
        }
    }

    /// Probabilities of what is there, summing to one.
    pub(super) fn weigh(&mut self) {
        let highest = self.list.iter().fold(f32::NEG_INFINITY, |max, c| max.max(c.logit));
        let mut total = 0.0;
        for candidate in &mut self.list {
            candidate.p = (candidate.logit - highest).exp();
            total += f64::from(candidate.p);
        }
        for candidate in &mut self.list {
            candidate.p = (f64::from(candidate.p) / total) as f32;
        }
    }

    /// Divides the logits. With a range, the temperature lies between `temperature - range` and `temperature + range`, where
    /// the distribution's entropy lies between none and the greatest there is.
    pub(super) fn temperature(&mut self, temperature: f32, range: f32, exponent: f32) {
        let mut temperature = temperature;
        if range > 0.0 && self.list.len() > 1 {
            self.weigh();
            let greatest = (self.list.len() as f32).ln();
            let share = (self.entropy() / greatest).powf(exponent);
            let low = (temperature - range).max(0.0);
            temperature = low + (temperature + range - low) * share;
        }
        // A temperature of nothing is the likeliest token alone.
        let divisor = temperature.max(1e-6);
        for candidate in &mut self.list {
            candidate.logit /= divisor;
        }
    }

    fn entropy(&self) -> f32 {
        let terms = self.list.iter().filter(|c| c.p > 0.0);
        terms.map(|c| -f64::from(c.p) * f64::from(c.p.ln())).sum::<f64>() as f32
    }

    /// Keeps the k best.
    pub(super) fn top_k(&mut self, k: usize) {
        if k == 0 || k >= self.list.len() {
            return;
        }
        if !self.sorted {
            self.list.select_nth_unstable_by(k - 1, by_logit);
        }
        self.list.truncate(k);
    }

    /// Keeps the smallest set of the best that reaches the share p.
    pub(super) fn top_p(&mut self, p: f32) {
        if p >= 1.0 {
            return;
        }
        self.sort();
        self.weigh();
        let mut sum = 0.0;
        let reached = self.list.iter().position(|candidate| {
            sum += candidate.p;
            sum >= p
        });
        if let Some(last) = reached {
            self.list.truncate(last + 1);
        }
    }

    /// Drops what is less likely than a share of the best.
    pub(super) fn min_p(&mut self, share: f32) {
        if share <= 0.0 {
            return;
        }
        let highest = self.list.iter().fold(f32::NEG_INFINITY, |max, c| max.max(c.logit));
        let least = highest + share.min(1.0).ln();
        self.list.retain(|candidate| candidate.logit >= least);
    }

    /// Keeps the smallest set that reaches the share p of those whose surprise is nearest to the expected one.
    pub(super) fn typical(&mut self, p: f32) {
        if p >= 1.0 {
            return;
        }
        self.sort();
        self.weigh();
        let expected = self.entropy();
        let distance = |c: &Candidate| (-c.p.ln() - expected).abs();
        // Stable: of equals the likelier stays.
        self.list.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
        let mut sum = 0.0;
        let reached = self.list.iter().position(|candidate| {
            sum += candidate.p;
            sum > p
        });
        if let Some(last) = reached {
            self.list.truncate(last + 1);
        }
        self.sorted = false;
    }

    /// Leaves out all tokens of at least this probability but the last of them ("exclude top choices").
    pub(super) fn xtc(&mut self, threshold: f32) {
        if threshold > 0.5 || self.list.len() < 2 {
            return;
        }
        self.sort();
        self.weigh();
        let likely = self.list.iter().take_while(|candidate| candidate.p >= threshold).count();
        if likely > 1 {
            self.list.drain(..likely - 1);
        }
    }

    /// Drops tokens of more surprise than `bound` bits (mirostat).
    pub(super) fn surprise(&mut self, bound: f32) {
        self.sort();
        self.weigh();
        let kept = self.list.iter().take_while(|candidate| -candidate.p.log2() <= bound).count();
        self.list.truncate(kept.max(1));
    }
}

fn by_logit(a: &Candidate, b: &Candidate) -> std::cmp::Ordering {
    b.logit.total_cmp(&a.logit).then(a.id.cmp(&b.id))
}
