//! Variety and repetition, by n-grams of words.

use std::collections::{HashMap, HashSet};

use crate::words::words;

/// How many replies a repetition is looked for in.
pub const RECENT: usize = 5;

fn ngrams(words: &[String], n: usize) -> impl Iterator<Item = &[String]> {
    words.windows(n.max(1))
}

/// Distinct-n: different n-grams of all texts ÷ n-grams of all texts (Li et al. 2016, arXiv 1510.03055). `None` where no text has
/// `n` words.
pub fn distinct(texts: &[&str], n: usize) -> Option<f64> {
    let cut: Vec<Vec<String>> = texts.iter().map(|text| words(text)).collect();
    let mut all = 0_usize;
    let mut different = HashSet::new();
    for words in &cut {
        for gram in ngrams(words, n) {
            all += 1;
            different.insert(gram);
        }
    }
    (all > 0).then(|| different.len() as f64 / all as f64)
}

/// Whether a reply repeats one of the character's last [`RECENT`]: identical in its words, or more than half of its 4-grams stand in
/// that one. A reply of fewer than four words can only be identical.
pub fn is_repetition(reply: &str, before: &[&str]) -> bool {
    let own = words(reply);
    if own.is_empty() {
        return false;
    }
    before.iter().rev().take(RECENT).any(|earlier| {
        let earlier = words(earlier);
        if own == earlier {
            return true;
        }
        let known: HashSet<&[String]> = ngrams(&earlier, 4).collect();
        let (mut all, mut shared) = (0_usize, 0_usize);
        for gram in ngrams(&own, 4) {
            all += 1;
            shared += usize::from(known.contains(gram));
        }
        all > 0 && shared * 2 > all
    })
}

/// How much a set of texts is alike: the mean over all pairs of the cosine between their counts of 1- and 2-grams. 0: nothing in
/// common; 1: all the same. `None` for fewer than two texts with words.
pub fn self_similarity(texts: &[&str]) -> Option<f64> {
    let counts: Vec<HashMap<String, f64>> = texts
        .iter()
        .map(|text| {
            let words = words(text);
            let mut counts: HashMap<String, f64> = HashMap::new();
            for gram in ngrams(&words, 1).chain(ngrams(&words, 2)) {
                *counts.entry(gram.join(" ")).or_default() += 1.0;
            }
            counts
        })
        .filter(|counts| !counts.is_empty())
        .collect();
    let mut sum = 0.0;
    let mut pairs = 0_usize;
    for (index, one) in counts.iter().enumerate() {
        for other in &counts[index + 1..] {
            sum += cosine(one, other);
            pairs += 1;
        }
    }
    (pairs > 0).then(|| sum / pairs as f64)
}

fn cosine(one: &HashMap<String, f64>, other: &HashMap<String, f64>) -> f64 {
    // Whole numbers, so that the order of a map's entries cannot show in the sum.
    let dot: f64 = one.iter().map(|(gram, count)| count * other.get(gram).unwrap_or(&0.0)).sum();
    let length = |counts: &HashMap<String, f64>| counts.values().map(|c| c * c).sum::<f64>();
    dot / (length(one) * length(other)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinct_by_hand() {
        // a b a b: 4 unigrams, 2 different; 3 bigrams (ab, ba, ab), 2 different.
        assert_eq!(distinct(&["a b a b"], 1), Some(0.5));
        assert_eq!(distinct(&["a b a b"], 2), Some(2.0 / 3.0));
        // n-grams do not reach over the end of a reply.
        assert_eq!(distinct(&["a b", "b a"], 2), Some(1.0));
        assert_eq!(distinct(&["我喜欢茶", "我喜欢雨"], 1), Some(4.0 / 6.0));
        assert_eq!(distinct(&["hi"], 4), None);
    }

    #[test]
    fn repetition_by_hand() {
        let before = ["The lamp turns by itself for a while."];
        // "the lamp turns by", "lamp turns by itself", "turns by itself now": 2 of 3.
        assert!(is_repetition("The lamp turns by itself now.", &before));
        // 1 of 3: "the lamp turns by".
        assert!(!is_repetition("The lamp turns by my hand.", &before));
        assert!(is_repetition("Mm.", &["mm"]) && !is_repetition("Mm.", &["mm mm"]));
        assert!(!is_repetition("", &[""]));
        let old: Vec<&str> = std::iter::once("Mm.").chain(["a", "b", "c", "d", "e"]).collect();
        assert!(!is_repetition("Mm.", &old), "six replies ago is long ago");
    }

    #[test]
    fn self_similarity_by_hand() {
        assert_eq!(self_similarity(&["a b", "a b"]), Some(1.0));
        assert_eq!(self_similarity(&["a b", "c d"]), Some(0.0));
        // {a, b, ab} and {a, c, ac}: 1 of sqrt(3)·sqrt(3).
        assert!((self_similarity(&["a b", "a c"]).unwrap() - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(self_similarity(&["a", ""]), None);
    }
}
