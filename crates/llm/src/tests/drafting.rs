//! A smaller model guesses, and the text stays what it would be without: token for token, and so in distribution.

use std::path::PathBuf;
use std::sync::Arc;

use domain::Sampling;

use super::{fixture, noise};
use crate::decoder::CacheFormat;
use crate::model::Model;
use crate::session::{Generate, Session};
use crate::synthetic::Shape;
use crate::{Engine, Error, Options};

const PROMPT: &str =
    "<|begin|><|system|>You are Koto.<|end|><|user|>What do you like?<|end|><|char|>";

/// Tokens of a short reply.
const TOKENS: usize = 6;

/// The model in the box: trained, so that it is sure of some tokens and not of others.
fn shipped() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../assets/models/hanashi-mini/hanashi-mini.gguf")
}

fn load(path: &std::path::Path) -> Arc<Model> {
    Arc::new(Model::load(path, 512, None, &mut |_| {}).unwrap())
}

fn session(model: &Arc<Model>, drafter: Option<&Arc<Model>>, most: usize) -> Session {
    let new = |model: &Arc<Model>| Session::new(Arc::clone(model), CacheFormat::F32).unwrap();
    new(model).with_drafter(drafter.map(|drafter| (new(drafter), most)))
}

fn write(session: &mut Session, prompt: &[u32], sampling: &Sampling, most: usize) -> Vec<u32> {
    session.prefill(prompt, &|| false).unwrap();
    let ask = Generate { sampling, max_tokens: most, stop: &[], trim: false };
    session.generate(&ask, &|| false, &mut |_| true).unwrap().ids
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
    let mut right = 0;
    let mut past = prompt;
    let mut at = 0;
    while at < plain.len() {
        past.push(plain[at]);
        at += 1;
        let guesses = drafter.draft(&past, 4, &|| false);
        assert!(guesses.len() <= 4);
        let there = guesses.iter().zip(&plain[at..]).take_while(|(a, b)| a == b).count();
        assert!(there == guesses.len() || at + there == plain.len(), "its own greedy text");
        right += there;
        past.extend(&plain[at..at + there]);
        at += there;
    }
    println!("{right} of {} tokens were guessed", plain.len());
    assert!(right >= 3, "{right} of {}", plain.len());
    assert!(drafter.draft(&past, 0, &|| false).is_empty());
    assert!(drafter.draft(&past.repeat(40), 4, &|| false).is_empty(), "beyond its context");
    assert!(drafter.draft(&past, 4, &|| true).is_empty(), "cancelled");
}

#[test]
fn drawn_tokens_have_the_model_s_own_distribution() {
    let model = load(&shipped());
    let prompt = model.tokenizer.encode_prompt(PROMPT);
    let mut drafted = session(&model, Some(&model), 3);
    let draw = |drafted: &mut Session, seed| {
        let sampling = Sampling { temperature: 1.0, seed: Some(seed), ..Sampling::greedy() };
        write(drafted, &prompt, &sampling, TOKENS)
    };
    let drawn: Vec<Vec<u32>> = (0..600).map(|seed| draw(&mut drafted, seed)).collect();
    let mut plain = session(&model, None, 0);
    // From the second token on they stand where guesses were: each behind the commonest beginning of its length.
    let mut compared = 0;
    for place in 1..TOKENS {
        let mut counts = std::collections::BTreeMap::<&[u32], usize>::new();
        for ids in drawn.iter().filter(|ids| ids.len() >= place) {
            *counts.entry(&ids[..place]).or_default() += 1;
        }
        let Some((begun, _)) = counts.iter().max_by_key(|(_, count)| **count) else { break };
        let begun = begun.to_vec();
        // What came next; `None` for the end.
        let next: Vec<Option<u32>> = drawn
            .iter()
            .filter(|ids| ids.starts_with(&begun))
            .map(|ids| ids.get(place).copied())
            .collect();
        let text = [prompt.clone(), begun].concat();
        let logits = plain.logits_of(&text);
        let last = &logits[logits.len() - model.decoder.vocabulary()..][..model.tokenizer.len()];
        let (statistic, cells) = pearson(last, &next, &|id| model.tokenizer.is_end(id));
        if next.len() < 60 || cells < 2 {
            continue;
        }
        compared += 1;
        let freedom = (cells - 1) as f64;
        assert!(
            statistic < freedom + 4.0 * (2.0 * freedom).sqrt(),
            "place {place}: {statistic:.1} with {freedom} degrees of freedom"
        );
    }
    assert!(compared > 0, "there was something to choose from");
}

/// Pearson's statistic of what was drawn from logits, and how many cells it has; what is expected fewer than five times counts together.
fn pearson(logits: &[f32], drawn: &[Option<u32>], is_end: &dyn Fn(u32) -> bool) -> (f64, usize) {
    let top = logits.iter().copied().fold(f32::MIN, f32::max);
    let sum: f64 = logits.iter().map(|l| f64::from(l - top).exp()).sum();
    let mut expected = std::collections::BTreeMap::<Option<u32>, f64>::new();
    for (id, logit) in logits.iter().enumerate() {
        let token = Some(id as u32).filter(|id| !is_end(*id));
        *expected.entry(token).or_default() +=
            f64::from(logit - top).exp() / sum * drawn.len() as f64;
    }
    let (mut statistic, mut cells) = (0.0, 0);
    let (mut rare_expected, mut rare_seen) = (0.0, 0.0);
    for (token, expected) in expected {
        let seen = drawn.iter().filter(|other| **other == token).count() as f64;
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
    (statistic, cells)
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
