//! Logits, greedy tokens and token ids against transformers, sentencepiece and tokenizers (see `tests/fixtures/make.py`).

use std::collections::BTreeMap;

use domain::Sampling;
use serde::Deserialize;

use super::{fixture, session};
use crate::session::Generate;

#[derive(Deserialize)]
struct Expected {
    ids: Vec<u32>,
    logits: BTreeMap<usize, Vec<f32>>,
    greedy_ids: Vec<u32>,
    gaps: Vec<f32>,
    tokens: Vec<Tokens>,
}

#[derive(Deserialize)]
struct Tokens {
    text: String,
    ids: Vec<u32>,
}

fn expected(name: &str) -> Expected {
    let text = std::fs::read_to_string(fixture(&format!("{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[track_caller]
fn check_logits(name: &str) {
    let expected = expected(name);
    let mut session = session(&fixture(&format!("{name}.gguf")));
    let ours = session.logits_of(&expected.ids);
    let vocabulary = ours.len() / expected.ids.len();
    for (row, theirs) in &expected.logits {
        assert_eq!(theirs.len(), vocabulary);
        let ours = &ours[row * vocabulary..][..vocabulary];
        let difference = ours.iter().zip(theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(difference <= 1e-4, "{name}: logits of row {row} differ by {difference}");
    }
}

#[track_caller]
fn check_greedy(name: &str) {
    let expected = expected(name);
    let mut session = session(&fixture(&format!("{name}.gguf")));
    session.prefill(&expected.ids, &|| false).unwrap();
    // Up to the first choice that rounding could turn.
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
    assert_eq!(ours.ids, theirs, "{name}");
    assert!(theirs.len() >= 8, "{name}: only {} steps are comparable", theirs.len());
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
    check_logits("llama");
    check_greedy("llama");
    check_tokens("llama");
}

#[test]
fn qwen2_agrees_with_the_reference() {
    check_logits("qwen2");
    check_greedy("qwen2");
    check_tokens("qwen2");
}

#[test]
fn qwen3_agrees_with_the_reference() {
    check_logits("qwen3");
    check_greedy("qwen3");
    check_tokens("qwen3");
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
