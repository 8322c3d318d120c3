//! Overlap with a reference: ROUGE-N and ROUGE-L over words, BLEU-4 over characters.

use std::collections::HashMap;

use crate::words::{characters, words};

fn f1(shared: f64, of_candidate: usize, of_reference: usize) -> f64 {
    if shared == 0.0 || of_candidate == 0 || of_reference == 0 {
        return 0.0;
    }
    let (precision, recall) = (shared / of_candidate as f64, shared / of_reference as f64);
    2.0 * precision * recall / (precision + recall)
}

fn counts(units: &[String], n: usize) -> HashMap<&[String], usize> {
    let mut counts = HashMap::new();
    for gram in units.windows(n.max(1)) {
        *counts.entry(gram).or_insert(0) += 1;
    }
    counts
}

fn clipped(candidate: &[String], reference: &[String], n: usize) -> usize {
    let reference = counts(reference, n);
    counts(candidate, n)
        .into_iter()
        .map(|(gram, count)| count.min(reference.get(gram).copied().unwrap_or(0)))
        .sum()
}

/// ROUGE-N, F1 over word n-grams, counts clipped (Lin 2004).
pub fn rouge_n(candidate: &str, reference: &str, n: usize) -> f64 {
    let (candidate, reference) = (words(candidate), words(reference));
    let grams = |units: &[String]| (units.len() + 1).saturating_sub(n.max(1));
    f1(clipped(&candidate, &reference, n) as f64, grams(&candidate), grams(&reference))
}

/// ROUGE-L, F1 (β = 1) of the longest common subsequence of words (Lin 2004).
pub fn rouge_l(candidate: &str, reference: &str) -> f64 {
    let (candidate, reference) = (words(candidate), words(reference));
    let mut row = vec![0_usize; reference.len() + 1];
    for word in &candidate {
        let mut diagonal = 0;
        for (at, other) in reference.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if word == other { diagonal + 1 } else { above.max(row[at]) };
            diagonal = above;
        }
    }
    f1(row[reference.len()] as f64, candidate.len(), reference.len())
}

/// BLEU-4 over characters, one reference, brevity penalty (Papineni et al. 2002), smoothed as NLTK's method 3: the k-th order
/// without a match gets 1 / (2^k · its n-grams). Texts shorter than four characters have orders without n-grams; those count as
/// one n-gram, as NLTK counts them.
pub fn bleu(candidate: &str, reference: &str) -> f64 {
    let (candidate, reference) = (characters(candidate), characters(reference));
    if candidate.is_empty() || clipped(&candidate, &reference, 1) == 0 {
        return 0.0;
    }
    let mut zeros = 0;
    let mut sum = 0.0;
    for n in 1..=4 {
        let all = (candidate.len() + 1).saturating_sub(n).max(1) as f64;
        let shared = clipped(&candidate, &reference, n) as f64;
        let precision = if shared > 0.0 {
            shared / all
        } else {
            zeros += 1;
            1.0 / (f64::from(1 << zeros) * all)
        };
        sum += precision.ln() / 4.0;
    }
    let (c, r) = (candidate.len() as f64, reference.len() as f64);
    let brevity = if c > r { 1.0 } else { (1.0 - r / c).exp() };
    brevity * sum.exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, expected: f64) {
        assert!((value - expected).abs() < 1e-9, "{value} is not {expected}");
    }

    #[test]
    fn rouge_by_hand() {
        // Lin's own example: LCS "police the gunman" = 3 of 4 and 4 words.
        near(rouge_l("police kill the gunman", "police killed the gunman"), 0.75);
        near(rouge_l("the gunman kill police", "police killed the gunman"), 0.5);
        near(rouge_n("the cat sat", "the cat ran", 1), 2.0 / 3.0);
        near(rouge_n("the cat sat", "the cat ran", 2), 0.5);
        // Clipped: "the" counts once.
        near(rouge_n("the the the", "the cat", 1), 2.0 * (1.0 / 3.0 * 0.5) / (1.0 / 3.0 + 0.5));
        near(rouge_l("我喜欢下雨", "我喜欢下雨"), 1.0);
        near(rouge_l("", "police"), 0.0);
    }

    #[test]
    fn bleu_by_hand() {
        near(bleu("灯台の夜明け", "灯台の夜明け"), 1.0);
        // abcd against abce: 3/4, 2/3, 1/2, then no 4-gram: 1/(2·1).
        near(bleu("abcd", "abce"), (0.75_f64 * (2.0 / 3.0) * 0.5 * 0.5).powf(0.25));
        // Two orders without a match: 1/(2·2) and 1/(4·1); shorter by none.
        near(bleu("abxy", "abcd"), (0.5_f64 * (1.0 / 3.0) * 0.25 * 0.25).powf(0.25));
        // Half as long: e^(1-2).
        near(bleu("abcd", "abcdefgh"), (-1.0_f64).exp());
        near(bleu("xyz", "abc"), 0.0);
    }
}
