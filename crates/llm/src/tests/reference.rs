//! Logits, greedy tokens and token ids against transformers, sentencepiece and tokenizers (see `tests/fixtures/make.py`).

use std::collections::BTreeMap;

use domain::Sampling;
use serde::Deserialize;

use super::{fixture, session};
use crate::session::{Generate, Session};

/// What the reference gives.
#[derive(Deserialize)]
pub(super) struct Expected {
    pub(super) ids: Vec<u32>,
    logits: BTreeMap<usize, Vec<f32>>,
    greedy_ids: Vec<u32>,
    gaps: Vec<f32>,
    #[serde(default)]
    pub(super) tokens: Vec<Tokens>,
}

impl Expected {
    /// Logits behind one token.
    pub(super) fn row(&self, index: usize) -> &[f32] {
        &self.logits[&index]
    }
}

/// A text and its ids.
#[derive(Deserialize)]
pub(super) struct Tokens {
    pub(super) text: String,
    pub(super) ids: Vec<u32>,
}

/// Reads a fixture's results.
pub(super) fn expected(name: &str) -> Expected {
    let text = std::fs::read_to_string(fixture(&format!("{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[track_caller]
fn check(name: &str) {
    let expected = expected(name);
    let mut session = session(&fixture(&format!("{name}.gguf")));
    assert_eq!(disagreement(&mut session, &expected), None, "{name}");
    check_tokens(name);
}

/// How far logits are from the reference's at most, from an empty cache.
pub(super) fn logits_differ_by(session: &mut Session, expected: &Expected) -> f32 {
    let ours = session.logits_of(&expected.ids);
    let vocabulary = ours.len() / expected.ids.len();
    let mut most = 0.0;
    for (row, theirs) in &expected.logits {
        assert_eq!(theirs.len(), vocabulary);
        let ours = &ours[row * vocabulary..][..vocabulary];
        // The largest of numbers passes over what is none.
        assert!(ours.iter().all(|logit| logit.is_finite()));
        most = ours.iter().zip(theirs).map(|(a, b)| (a - b).abs()).fold(most, f32::max);
    }
    most
}

/// The reference's greedy tokens up to the first choice that rounding could turn, and ours.
pub(super) fn greedy_tokens(session: &mut Session, expected: &Expected) -> (Vec<u32>, Vec<u32>) {
    session.prefill(&expected.ids, &|| false).unwrap();
    let sure = expected.gaps.iter().position(|gap| *gap < 1e-3).unwrap_or(expected.gaps.len());
    let theirs = &expected.greedy_ids[..sure];
    // A random model may name its end token; ours stops there.
    let end = theirs.iter().position(|&id| session.model.tokenizer.is_end(id));
    let theirs = &theirs[..end.unwrap_or(theirs.len())];
    let ask = Generate {
        sampling: &Sampling::greedy(),
        max_tokens: theirs.len(),
        stop: &[],
        trim: false,
    };
    let ours = session.generate(&ask, &|| false, &mut |_| true).unwrap();
    (theirs.to_vec(), ours.ids)
}

/// What does not agree, if anything.
pub(super) fn disagreement(session: &mut Session, expected: &Expected) -> Option<String> {
    let difference = logits_differ_by(session, expected);
    if difference > 1e-4 {
        return Some(format!("logits differ by {difference}"));
    }
    let (theirs, ours) = greedy_tokens(session, expected);
    if ours != theirs {
        return Some(format!("greedy tokens are {ours:?} and not {theirs:?}"));
    }
    (theirs.len() < 8).then(|| format!("only {} steps are comparable", theirs.len()))
}

#[track_caller]
fn check_tokens(name: &str) {
    let session = session(&fixture(&format!("{name}.gguf")));
    let tokenizer = &session.model.tokenizer;
    for Tokens { text, ids } in expected(name).tokens {
        assert_eq!(tokenizer.encode(&text), ids, "{name}: {text:?}");
        let mut back = String::new();
        let mut detokenizer = tokenizer.detokenizer(name == "llama");
        for &id in &ids {
            detokenizer.push(id, &mut back);
        }
        // Special tokens are not shown, and Qwen's tokenizer composes characters.
        if !text.contains("<|") {
            assert_eq!(back, text, "{name}");
        }
    }
}

#[test]
fn llama_agrees_with_the_reference() {
    check("llama");
}

#[test]
fn qwen2_agrees_with_the_reference() {
    check("qwen2");
}

#[test]
fn qwen3_agrees_with_the_reference() {
    check("qwen3");
}

#[test]
fn a_template_comes_from_the_file() {
    let session = session(&fixture("qwen3.gguf"));
    let info = &session.model.info;
    assert!(info.template.source.as_deref().is_some_and(|s| s.contains("<|im_start|>")));
    assert_eq!((info.template.bos.as_str(), info.template.eos.as_str()), ("", "<|im_end|>"));
    assert_eq!((info.architecture.as_str(), info.name.as_str()), ("qwen3", "random qwen3"));
    assert_eq!(info.context_length, 256);
}
