//! The chain by itself, and against what transformers and llama.cpp give.

use domain::{Dry, Mirostat, PenaltyRule, Tags};
use serde::Deserialize;

use super::*;

fn plain() -> Sampling {
    Sampling { temperature: 1.0, seed: Some(1), ..Sampling::greedy() }
}

fn at(tokens: &[u32]) -> Past<'_> {
    Past { tokens, reply_from: 0 }
}

fn shares(settings: Sampling, logits: &[f32], past: &[u32]) -> Vec<f32> {
    let mut sampler = Sampler::new(settings);
    let mut counts = vec![0f32; logits.len()];
    for _ in 0..20_000 {
        let id = sampler.sample(&mut logits.to_vec(), at(past)).unwrap();
        counts[id as usize] += 1.0 / 20_000.0;
    }
    counts
}

#[test]
fn greedy_takes_the_first_of_the_best() {
    let mut sampler = Sampler::new(Sampling::greedy());
    assert_eq!(sampler.sample(&mut [1.0, 3.0, 3.0, 2.0], at(&[])), Ok(1));
}

#[test]
fn what_is_not_a_number_is_refused() {
    let mirostat = Some(Mirostat { tau: 5.0, eta: 0.1 });
    for settings in [Sampling::greedy(), plain(), Sampling { mirostat, ..plain() }] {
        let mut sampler = Sampler::new(settings);
        assert_eq!(sampler.sample(&mut [1.0, f32::NAN], at(&[])), Err(NotNumbers));
        assert_eq!(sampler.sample(&mut [f32::NEG_INFINITY; 2], at(&[])), Err(NotNumbers));
        assert_eq!(sampler.sample(&mut [f32::INFINITY, 1.0], at(&[])), Err(NotNumbers));
        assert_eq!(sampler.sample(&mut [], at(&[])), Err(NotNumbers));
    }
}

fn changed(settings: Sampling, logits: [f32; 4], past: Past<'_>) -> [f32; 4] {
    let mut logits = logits;
    Sampler::new(settings).change(&mut logits, past);
    logits
}

#[test]
fn the_penalty_is_sign_aware_and_windowed() {
    let settings = Sampling { repetition_penalty: 2.0, penalty_window: 2, ..Sampling::greedy() };
    let logits = [2.0, -2.0, 0.5, 4.0];
    // Token 3 is outside the window, token 1 counts once.
    assert_eq!(changed(settings.clone(), logits, at(&[3, 0, 1])), [1.0, -4.0, 0.5, 4.0]);
    assert_eq!(changed(settings, logits, at(&[2, 2])), [2.0, -2.0, 0.25, 4.0]);
}

#[test]
fn gpt2_chitchat_divides_over_the_reply_alone_and_never_says_unknown() {
    let mut settings = Sampling::gpt2_chitchat(3);
    settings.repetition_penalty = 2.0;
    assert_eq!(settings.penalty_rule, PenaltyRule::Divide);
    let past = Past { tokens: &[0, 1, 1, 2], reply_from: 2 };
    let left = changed(settings, [2.0, -2.0, 0.5, 4.0], past);
    assert_eq!(left, [2.0, -1.0, 0.25, f32::NEG_INFINITY], "a negative logit is divided, too");
}

#[test]
fn biases_and_bans_name_tokens() {
    let settings =
        Sampling { logit_bias: vec![(0, 3.0), (9, 1.0)], banned: vec![2, 9], ..Sampling::greedy() };
    assert_eq!(changed(settings, [0.0; 4], at(&[])), [3.0, 0.0, f32::NEG_INFINITY, 0.0]);
}

#[test]
fn what_ends_a_sentence_ends_a_repetition() {
    let dry = Dry { multiplier: 1.0, base: 2.0, allowed: 2, window: 0 };
    let settings = Sampling { dry, ..Sampling::greedy() };
    let past = [0, 1, 2, 0, 1];
    let with = |texts: [&str; 4]| {
        let pieces = Pieces::new(texts.map(str::to_owned).to_vec());
        let mut logits = [0.0; 4];
        Sampler::new(settings.clone()).with_pieces(Arc::new(pieces)).change(&mut logits, at(&past));
        logits
    };
    assert_eq!(with(["a", "b", "c", "d"]), [0.0, 0.0, -1.0, 0.0]);
    assert_eq!(with(["a:", "b", "c", "d"]), [0.0; 4]);
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
    assert_eq!(kept(Sampling { top_k: 2, top_p: 0.55, ..plain() }), [false, false, false, true]);
}

#[test]
fn xtc_leaves_out_the_best_as_often_as_it_is_told() {
    let logits = [0.45f32, 0.35, 0.15, 0.05].map(f32::ln);
    let settings = Sampling { xtc_probability: 0.5, xtc_threshold: 0.3, ..plain() };
    // Half the time as it is; half the time token 0 is out and the rest shares 0.55.
    let wanted =
        [0.225, 0.175 + 0.5 * 0.35 / 0.55, 0.075 + 0.5 * 0.15 / 0.55, 0.025 + 0.5 * 0.05 / 0.55];
    for (share, wanted) in shares(settings, &logits, &[]).iter().zip(wanted) {
        assert!((share - wanted).abs() < 0.015, "{share} {wanted}");
    }
}

#[test]
fn mirostat_keeps_the_surprise_near_its_target() {
    // 4096 tokens of falling probability: the surprise of plain draws would be near the entropy.
    let logits: Vec<f32> = (0..4096).map(|i| -(i as f32 + 2.0).ln()).collect();
    let total: f64 = logits.iter().map(|l| f64::from(*l).exp()).sum();
    let surprise = |id: u32| -((f64::from(logits[id as usize]).exp() / total).log2());
    for tau in [3.0, 6.0] {
        let mirostat = Some(Mirostat { tau, eta: 0.1 });
        let mut sampler = Sampler::new(Sampling { mirostat, ..plain() });
        let mut sum = 0.0;
        for _ in 0..2000 {
            sum += surprise(sampler.sample(&mut logits.clone(), at(&[])).unwrap());
        }
        // The feedback holds the surprise *within the cut set* at tau; over the whole vocabulary it is a little more.
        let mean = sum / 2000.0;
        assert!((f64::from(tau)..f64::from(tau) + 2.5).contains(&mean), "{tau}: {mean}");
    }
}

#[test]
fn a_seed_gives_the_same_tokens_for_ever() {
    let draw = || -> Vec<u32> {
        let mut sampler = Sampler::new(Sampling { seed: Some(42), ..plain() });
        (0..8).map(|_| sampler.sample(&mut [0.0; 100], at(&[])).unwrap()).collect()
    };
    let drawn = draw();
    assert_eq!(drawn, draw());
    assert!(drawn.iter().any(|d| *d != drawn[0]));
}

#[test]
fn a_tag_can_be_forced() {
    let texts = ["[", "happy", "]", "hello", "!"];
    let pieces = Arc::new(Pieces::new(texts.map(str::to_owned).to_vec()));
    let tags =
        Tags { names: vec!["happy".into()], place: domain::TagUse::First, directions: false };
    let settings = Sampling { tags: Some(tags), ..Sampling::greedy() };
    let mut sampler = Sampler::new(settings).with_pieces(pieces);
    let drawn: Vec<u32> =
        (0..4).map(|_| sampler.sample(&mut [0.0, 0.1, 0.2, 5.0, 0.3], at(&[])).unwrap()).collect();
    assert_eq!(drawn, [0, 1, 2, 3]);
}

#[derive(Deserialize)]
struct Golden {
    logits: Vec<f32>,
    past: Vec<u32>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    settings: serde_json::Value,
    ids: Vec<u32>,
    /// Probabilities of what is left.
    p: Option<Vec<f32>>,
    /// Logits of what is left.
    logits: Option<Vec<f32>>,
}

fn golden(name: &str) -> Golden {
    let text = std::fs::read_to_string(crate::tests::fixture(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The chain with everything off but what a case names.
fn settings(case: &Case, order: SamplerOrder, window: u32) -> Sampling {
    let mut all =
        serde_json::to_value(Sampling { order, penalty_window: window, ..plain() }).unwrap();
    for (key, value) in case.settings.as_object().unwrap() {
        all[key] = value.clone();
    }
    serde_json::from_value(all).unwrap()
}

#[track_caller]
fn check(case: &Case, golden: &Golden, settings: Sampling) {
    let wanted = case.p.clone().unwrap_or_else(|| {
        let logits = case.logits.as_ref().unwrap();
        let max = logits.iter().fold(f32::NEG_INFINITY, |a, b| a.max(*b));
        let total: f32 = logits.iter().map(|l| (l - max).exp()).sum();
        logits.iter().map(|l| (l - max).exp() / total).collect()
    });
    let pieces = Pieces::new(vec![String::new(); golden.logits.len()]);
    let mut sampler = Sampler::new(settings).with_pieces(Arc::new(pieces));
    let mut logits = golden.logits.clone();
    let mut left = sampler.distribution(&mut logits, at(&golden.past)).unwrap().to_vec();
    left.sort_by_key(|c| c.id);
    let ids: Vec<u32> = left.iter().map(|c| c.id).collect();
    assert_eq!(ids, case.ids, "{}", case.settings);
    for (candidate, wanted) in left.iter().zip(wanted) {
        assert!((candidate.p - wanted).abs() < 1e-5, "{}: {candidate:?} {wanted}", case.settings);
    }
}

#[test]
fn the_chain_agrees_with_transformers() {
    let golden = golden("samplers_hf.json");
    for case in &golden.cases {
        check(case, &golden, settings(case, SamplerOrder::HuggingFace, u32::MAX));
    }
    assert!(golden.cases.len() >= 13);
}

#[test]
fn the_chain_agrees_with_llama_cpp() {
    let golden = golden("samplers_llama_cpp.json");
    for case in &golden.cases {
        check(case, &golden, settings(case, SamplerOrder::LlamaCpp, 64));
    }
    assert!(golden.cases.len() >= 15);
}
