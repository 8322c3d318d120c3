//! Contradiction without a judge: the model itself is asked, by the probabilities it gives to a true answer and to false ones.

use serde::{Deserialize, Serialize};

/// An option with what the model thinks of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    /// The answer.
    pub text: String,
    /// Sum of the natural logarithms of its tokens' probabilities.
    pub log_probability: f64,
    /// How many tokens.
    pub tokens: usize,
}

impl Scored {
    /// Per token, so that a longer answer is not worse for its length (the normalisation of `lm-evaluation-harness`'s `acc_norm`,
    /// with tokens for bytes).
    pub fn mean(&self) -> f64 {
        self.log_probability / self.tokens.max(1) as f64
    }
}

/// What was chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    /// Index of the likeliest option.
    pub chosen: usize,
    /// Mean log-probability of the first option minus that of the best of the others.
    pub margin: f64,
}

/// Chooses among options of which the first is true; the character contradicts herself where another is likelier. `None` for fewer
/// than two options, or where a number is not one.
pub fn choice(options: &[Scored]) -> Option<Choice> {
    let (truth, others) = options.split_first()?;
    if options.iter().any(|option| !option.mean().is_finite()) {
        return None;
    }
    let (at, best) = others
        .iter()
        .enumerate()
        .map(|(at, option)| (at + 1, option.mean()))
        .max_by(|one, other| one.1.total_cmp(&other.1))?;
    let margin = truth.mean() - best;
    Some(Choice { chosen: if margin > 0.0 { 0 } else { at }, margin })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(log_probability: f64, tokens: usize) -> Scored {
        Scored { text: String::new(), log_probability, tokens }
    }

    #[test]
    fn the_likeliest_token_by_token_is_chosen() {
        // -2 per token against -3 per token, although the sum is lower.
        let options = [scored(-8.0, 4), scored(-6.0, 2)];
        assert_eq!(choice(&options), Some(Choice { chosen: 0, margin: 1.0 }));
        let options = [scored(-3.0, 1), scored(-8.0, 2), scored(-2.0, 1)];
        assert_eq!(choice(&options), Some(Choice { chosen: 2, margin: -1.0 }));
        // A tie is no answer to the truth.
        assert_eq!(choice(&[scored(-1.0, 1), scored(-1.0, 1)]).map(|c| c.chosen), Some(1));
        assert_eq!(choice(&[scored(-1.0, 1)]), None);
        assert_eq!(choice(&[scored(f64::NAN, 1), scored(-1.0, 1)]), None);
    }
}
