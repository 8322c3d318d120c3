//! A smaller model guesses, and the text stays what it would be without: token for token, and so in distribution.

use std::path::PathBuf;
use std::sync::Arc;

use domain::Sampling;

use super::{fixture, noise};
use crate::decoder::CacheFormat;
use crate::model::Model;
use crate::session::{Generate, Session};
use crate::synthetic::{self, Shape};
use crate::{Engine, Error, Options};

const PROMPT: &str =
    "<|begin|><|system|>You are Koto.<|end|><|user|>What do you like?<|end|><|char|>";

/// The model in the box: trained, so that it is sure of some tokens and not of others.
fn shipped() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../assets/models/hanashi-mini/hanashi-mini.gguf")
}

fn load(path: &std::path::Path) -> Arc<Model> {
    Arc::new(Model::load(path, 512, None, &mut |_| {}).unwrap())
}

fn session(model: &Arc<Model>, drafter: Option<&Arc<Model>>, most: usize) -> Session {
    let new = |model: &Arc<Model>| Session::new(Arc::clone(model), CacheFormat::F32);
    new(model).with_drafter(drafter.map(|drafter| (new(drafter), most)))
}

fn write(session: &mut Session, prompt: &[u32], sampling: &Sampling, most: usize) -> Vec<u32> {
    session.prefill(prompt, &|| false).unwrap();
    let ask = Generate { sampling, max_tokens: most, stop: &[], trim: false };
    session.generate(&ask, &|| false, &mut |_| true).unwrap().ids
}

/// Two models of noise with the same vocabulary, the second smaller.
fn pair() -> (tempfile::TempDir, Arc<Model>, Arc<Model>) {
    let (folder, large) = noise(&Shape::tiny("llama"));
    let small = folder.path().join("small.gguf");
    synthetic::write(&small, &Shape { layers: 1, ..Shape::tiny("llama") }, 9).unwrap();
    (folder, load(&large), load(&small))
}

#[test]
fn a_drafter_changes_no_token_however_often_it_is_right() {
    let model = load(&shipped());
    let prompt = model.tokenizer.encode_prompt(PROMPT);
    // Its own guesses: right where they are greedy, and wrong ever more often the freer the draw.
    for (seed, temperature) in [(0, 0.0), (1, 0.5), (2, 0.9), (3, 1.3), (4, 1.3), (5, 2.0)] {
        let sampling = Sampling { temperature, seed: Some(seed), ..Sampling::greedy() };
        let plain = write(&mut session(&model, None, 0), &prompt, &sampling, 60);
        for most in [1, 4, 9] {
            let mut drafted = session(&model, Some(&model), most);
            let written = write(&mut drafted, &prompt, &sampling, 60);
            assert_eq!(written, plain, "{most} guesses at {temperature}");
            // What is remembered afterwards is the text, without the wrong guesses.
            let text = [prompt.clone(), written].concat();
            let again = drafted.prefill(&text, &|| false).unwrap().unwrap();
            assert!(again.reused + 2 >= text.len(), "{} of {}", again.reused, text.len());
            assert_eq!(write(&mut drafted, &prompt, &sampling, 60), plain, "and once more");
        }
    }
}

#[test]
fn it_guesses_what_it_would_write_as_long_as_it_is_sure() {
    let model = load(&shipped());
    let prompt = model.tokenizer.encode_prompt(PROMPT);
    let plain = write(&mut session(&model, None, 0), &prompt, &Sampling::greedy(), 40);
    let mut drafter = session(&model, None, 0);
    let (mut right, mut passes) = (0, 0);
    let mut past = prompt;
    let mut at = 0;
    while at < plain.len() {
        past.push(plain[at]);
        at += 1;
        passes += 1;
        let guesses = drafter.draft(&past, 4, &|| false);
        assert!(guesses.len() <= 4);
        let there = guesses.iter().zip(&plain[at..]).take_while(|(a, b)| a == b).count();
        assert!(there == guesses.len() || at + there == plain.len(), "its own greedy text");
        right += there;
        past.extend(&plain[at..at + there]);
        at += there;
    }
    assert!(right * 2 > passes, "{right} guesses came true in {passes} passes");
    assert!(drafter.draft(&past, 0, &|| false).is_empty());
    assert!(drafter.draft(&past.repeat(9), 4, &|| false).is_empty(), "beyond its context");
    assert!(drafter.draft(&past, 4, &|| true).is_empty(), "cancelled");
}

#[test]
fn drawn_tokens_have_the_model_s_own_distribution() {
    let model = load(&shipped());
    let prompt = model.tokenizer.encode_prompt(PROMPT);
    let mut drafted = session(&model, Some(&model), 3);
    let draw = |drafted: &mut Session, seed| {
        let sampling = Sampling { temperature: 1.0, seed: Some(seed), ..Sampling::greedy() };
        write(drafted, &prompt, &sampling, 3)
    };
    let drawn: Vec<Vec<u32>> = (0..900).map(|seed| draw(&mut drafted, seed)).collect();
    // The second and third token stand where a guess was, behind the commonest beginning of their length.
    for place in [1, 2] {
        let mut counts = std::collections::BTreeMap::<&[u32], usize>::new();
        for ids in drawn.iter().filter(|ids| ids.len() > place) {
            *counts.entry(&ids[..place]).or_default() += 1;
        }
        let (begun, _) = counts.iter().max_by_key(|(_, count)| **count).unwrap();
        let begun = begun.to_vec();
        let next: Vec<u32> = drawn
            .iter()
            .filter(|ids| ids.len() > place && ids.starts_with(&begun))
            .map(|ids| ids[place])
            .collect();
        let ended = drawn.iter().filter(|ids| **ids == begun).count();
        let text = [prompt.clone(), begun].concat();
        let mut plain = session(&model, None, 0);
        let logits = plain.logits_of(&text);
        let last = &logits[logits.len() - model.decoder.vocabulary()..][..model.tokenizer.len()];
        let top = last.iter().copied().fold(f32::MIN, f32::max);
        let sum: f64 = last.iter().map(|l| f64::from(l - top).exp()).sum();
        let total = (next.len() + ended) as f64;
        assert!(total >= 100.0, "enough of them: {total}");
        // Pearson's statistic; what is expected fewer than five times counts together.
        let (mut statistic, mut cells) = (0.0, 0usize);
        let (mut rare_expected, mut rare_seen) = (0.0, 0.0);
        for (id, logit) in last.iter().enumerate() {
            let expected = f64::from(logit - top).exp() / sum * total;
            let seen = if model.tokenizer.is_end(id as u32) {
                ended as f64
            } else {
                next.iter().filter(|other| **other as usize == id).count() as f64
            };
            if expected < 5.0 {
                (rare_expected, rare_seen) = (rare_expected + expected, rare_seen + seen);
            } else {
                statistic += (seen - expected).powi(2) / expected;
                cells += 1;
            }
        }
        if rare_expected > 1.0 {
            statistic += (rare_seen - rare_expected).powi(2) / rare_expected;
            cells += 1;
        }
        assert!(cells >= 2, "something to choose from at {place}");
        let freedom = (cells - 1) as f64;
        assert!(
            statistic < freedom + 4.0 * (2.0 * freedom).sqrt(),
            "place {place}: {statistic:.1} with {freedom} degrees of freedom"
        );
    }
}

#[test]
fn a_drafter_that_is_never_right_costs_no_token() {
    let (_folder, large, small) = pair();
    let prompt: Vec<u32> = (0..40).map(|i| i * 7 % 256).collect();
    let sampling = Sampling { temperature: 0.8, seed: Some(4), ..Sampling::greedy() };
    let plain = write(&mut session(&large, None, 0), &prompt, &sampling, 40);
    assert_eq!(write(&mut session(&large, Some(&small), 5), &prompt, &sampling, 40), plain);
}

#[test]
fn a_drafter_of_another_vocabulary_is_refused_by_name() {
    let (_folder, path) = noise(&Shape::tiny("qwen3"));
    let options = Options { draft: Some(fixture("llama.gguf")), ..Options::default() };
    let error = Engine::load(&path, &options, |_| {}).unwrap_err();
    assert!(matches!(
        &error,
        Error::File(weights::Error::Unsupported { path, .. }) if path.ends_with("llama.gguf")
    ));
    assert!(error.to_string().contains("vocabulary"), "{error}");
    let same = Options { draft: Some(path.clone()), ..Options::default() };
    let (alone, both) = (
        Engine::load(&path, &Options::default(), |_| {}).unwrap(),
        Engine::load(&path, &same, |_| {}).unwrap(),
    );
    assert_eq!(both.memory().weights, 2 * alone.memory().weights);
}
