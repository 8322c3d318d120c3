//! What is done to the likelihoods of the next tokens before one is chosen.

/// How tokens that came before are made less likely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Penalty {
    /// Every token that came before is made less likely, and none may complete an n-gram a second time.
    Transformers,
    /// Only a token that would complete an n-gram a second time is made less likely.
    Plug,
}

/// All rules of one answer.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    pub(crate) end: u32,
    pub(crate) min_length: usize,
    pub(crate) ngram: usize,
    pub(crate) penalty: f32,
    pub(crate) kind: Penalty,
    /// Added to the scores of single tokens, before all else.
    pub(crate) biases: Vec<(u32, f32)>,
    /// Runs of tokens of which the last must not come.
    pub(crate) banned: Vec<Vec<u32>>,
}

/// What makes a token impossible; finite, so that a beam whose every choice is banned can still be ordered.
const NEVER: f32 = -1e20;

impl Rules {
    /// Applies them to log-likelihoods behind `tokens`, of which the first is the start.
    pub(crate) fn apply(&self, scores: &mut [f32], tokens: &[u32]) {
        for (token, bias) in &self.biases {
            if let Some(score) = scores.get_mut(*token as usize) {
                *score += bias;
            }
        }
        match self.kind {
            Penalty::Transformers => {
                // In the order of transformers. The start counts as a token there, also towards the length.
                self.lower(scores, tokens.iter().copied());
                for token in completing(tokens, self.ngram) {
                    set(scores, token, NEVER);
                }
                self.ban(scores, tokens);
                if tokens.len() < self.min_length {
                    set(scores, self.end, NEVER);
                }
            }
            Penalty::Plug => {
                if tokens.len() - 1 < self.min_length {
                    set(scores, self.end, NEVER);
                }
                self.ban(scores, tokens);
                self.lower(scores, completing(tokens, self.ngram).into_iter());
            }
        }
    }

    /// Divides what is positive by the penalty and multiplies what is negative, once a token.
    fn lower(&self, scores: &mut [f32], tokens: impl Iterator<Item = u32>) {
        if self.penalty <= 1.0 {
            return;
        }
        let mut done = std::collections::HashSet::new();
        for token in tokens.filter(|token| done.insert(*token)) {
            if let Some(score) = scores.get_mut(token as usize) {
                *score = if *score < 0.0 { *score * self.penalty } else { *score / self.penalty };
            }
        }
    }

    fn ban(&self, scores: &mut [f32], tokens: &[u32]) {
        for run in &self.banned {
            if let Some((last, before)) = run.split_last()
                && tokens.ends_with(before)
            {
                set(scores, *last, NEVER);
            }
        }
    }
}

fn set(scores: &mut [f32], token: u32, value: f32) {
    if let Some(score) = scores.get_mut(token as usize) {
        *score = value;
    }
}

/// Tokens that would complete an n-gram that came before.
fn completing(tokens: &[u32], ngram: usize) -> Vec<u32> {
    if ngram == 0 || tokens.len() + 1 < ngram {
        return Vec::new();
    }
    let tail = &tokens[tokens.len() + 1 - ngram..];
    tokens.windows(ngram).filter(|run| run.starts_with(tail)).map(|run| run[ngram - 1]).collect()
}

/// Scores to log-likelihoods, in place.
pub(super) fn log_softmax(scores: &mut [f32]) {
    let max = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = scores.iter().map(|score| f64::from(score - max).exp()).sum();
    let log = max + sum.ln() as f32;
    for score in scores {
        *score -= log;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(kind: Penalty) -> Rules {
        Rules {
            end: 3,
            min_length: 0,
            ngram: 2,
            penalty: 2.0,
            kind,
            biases: Vec::new(),
            banned: Vec::new(),
        }
    }

    #[test]
    fn plug_s_penalty_hits_only_tokens_that_complete_an_ngram() {
        // 1 2 came before and 1 stands at the end: 2 would complete it.
        let mut scores = [-1.0, -1.0, -1.0, 1.0];
        rules(Penalty::Plug).apply(&mut scores, &[0, 1, 2, 1]);
        assert_eq!(scores, [-1.0, -1.0, -2.0, 1.0]);
        let mut scores = [-1.0, -1.0, 0.5, -1.0];
        rules(Penalty::Plug).apply(&mut scores, &[0, 1, 2, 1]);
        assert_eq!(scores, [-1.0, -1.0, 0.25, -1.0]);
    }

    #[test]
    fn transformers_penalty_hits_every_token_once_and_bans_ngrams() {
        let mut scores = [-1.0, -1.0, -1.0, 1.0];
        rules(Penalty::Transformers).apply(&mut scores, &[0, 1, 2, 1]);
        assert_eq!(scores, [-2.0, -2.0, NEVER, 1.0]);
    }

    #[test]
    fn the_end_waits_for_the_least_length() {
        for (kind, tokens, open) in [
            (Penalty::Plug, 3, false),
            (Penalty::Plug, 4, true),
            (Penalty::Transformers, 2, false),
            (Penalty::Transformers, 3, true),
        ] {
            let rules = Rules { min_length: 3, ngram: 0, ..rules(kind) };
            let mut scores = [0.5; 4];
            rules.apply(&mut scores, &vec![0; tokens]);
            assert_eq!(scores[3] > 0.0, open, "{kind:?} {tokens}");
        }
    }

    #[test]
    fn biases_come_before_the_penalty_and_those_of_no_token_do_nothing() {
        let rules = Rules { biases: vec![(1, 2.0), (9, 5.0)], ..rules(Penalty::Transformers) };
        let mut scores = [-1.0, -1.0, -1.0, 1.0];
        rules.apply(&mut scores, &[0, 1]);
        assert_eq!(scores, [-2.0, 0.5, -1.0, 1.0]);
    }

    #[test]
    fn banned_runs_cannot_be_finished() {
        let rules = Rules { banned: vec![vec![1, 2], vec![3]], ngram: 0, ..rules(Penalty::Plug) };
        let mut scores = [0.0; 4];
        rules.apply(&mut scores, &[0, 1]);
        assert_eq!(scores, [0.0, 0.0, NEVER, NEVER]);
    }
}
