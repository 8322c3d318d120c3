//! The same logits and tokens whatever the cache has been through.

use std::cell::RefCell;

use domain::Sampling;

use super::{FORMATS, everywhere, noise, session};
use crate::decoder::{CacheFormat, Logits};
use crate::session::{Generate, Session};
use crate::synthetic::Shape;

fn prompt(length: u32, salt: u32) -> Vec<u32> {
    (0..length).map(|i| (i * 31 + salt * 17 + i * i) % 256).collect()
}

pub(super) fn greedy(session: &mut Session, tokens: usize) -> Vec<u32> {
    let sampling = Sampling::greedy();
    let ask = Generate { sampling: &sampling, max_tokens: tokens, stop: &[], trim: false };
    session.generate(&ask, &|| false, &mut |_| true).unwrap().ids
}

/// Runs a prompt in the given pieces and returns the last logits.
pub(super) fn in_pieces(session: &Session, ids: &[u32], pieces: &[usize]) -> Vec<f32> {
    let decoder = &session.model.decoder;
    let mut cache = decoder.new_cache(256, CacheFormat::F32).unwrap();
    let (mut at, mut logits) = (0, Vec::new());
    for &piece in pieces {
        let end = (at + piece).min(ids.len());
        if at < end {
            logits = decoder.forward(&ids[at..end], &mut cache, Logits::Last, &[]).unwrap();
        }
        at = end;
    }
    assert_eq!(cache.tokens(), ids);
    logits
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[track_caller]
pub(super) fn assert_close(a: &[f32], b: &[f32], what: &str) {
    assert_eq!(a.len(), b.len());
    let difference = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(difference < 2e-4, "{what}: logits differ by {difference}");
}

#[test]
fn any_pieces_give_the_same_logits() {
    for architecture in ["llama", "qwen2", "qwen3"] {
        let (_folder, path) = noise(&Shape::tiny(architecture));
        let session = session(&path);
        let ids = prompt(70, 1);
        let whole = in_pieces(&session, &ids, &[70]);
        for pieces in
            [vec![1; 70], vec![69, 1], vec![1, 69], vec![8, 8, 8, 46], vec![13, 9, 31, 17]]
        {
            assert_close(&whole, &in_pieces(&session, &ids, &pieces), architecture);
        }
    }
}

#[test]
fn a_reused_prefix_changes_nothing() {
    let (_folder, path) = noise(&Shape::tiny("qwen3"));
    let mut warm = session(&path);
    let mut cold = session(&path);
    let first = prompt(90, 1);
    warm.prefill(&first, &|| false).unwrap();
    let reply = greedy(&mut warm, 20);

    // The second turn goes on behind the reply, as a conversation does.
    let mut second = first.clone();
    second.extend(&reply);
    second.extend(prompt(15, 2));
    let prefill = warm.prefill(&second, &|| false).unwrap().unwrap();
    assert!(prefill.reused >= first.len() + reply.len() - 1, "{prefill:?}");
    cold.prefill(&second, &|| false).unwrap();
    assert_eq!(greedy(&mut warm, 30), greedy(&mut cold, 30));

    // A branch from the middle.
    let mut branch = first[..40].to_vec();
    branch.extend(prompt(50, 3));
    let prefill = warm.prefill(&branch, &|| false).unwrap().unwrap();
    assert_eq!(prefill.reused, 40);
    cold.reset();
    cold.prefill(&branch, &|| false).unwrap();
    assert_eq!(greedy(&mut warm, 30), greedy(&mut cold, 30));
}

#[test]
fn the_same_prompt_again_reads_one_token() {
    let (_folder, path) = noise(&Shape::tiny("llama"));
    let mut session = session(&path);
    let ids = prompt(50, 1);
    session.prefill(&ids, &|| false).unwrap();
    let first = greedy(&mut session, 10);
    let again = session.prefill(&ids, &|| false).unwrap().unwrap();
    assert_eq!((again.tokens, again.reused), (50, 49));
    assert_eq!(greedy(&mut session, 10), first);
}

#[test]
fn a_cancelled_prompt_keeps_what_was_read() {
    let (_folder, path) = noise(&Shape::tiny("llama"));
    let mut session = session(&path);
    let ids = prompt(200, 1);
    let looks = std::cell::Cell::new(0);
    let cancelled = || {
        looks.set(looks.get() + 1);
        looks.get() > 1
    };
    assert_eq!(session.prefill(&ids, &cancelled).unwrap(), None);
    let rest = session.prefill(&ids, &|| false).unwrap().unwrap();
    assert_eq!(rest.reused, 64);
}

#[test]
fn quantised_products_agree_on_both_paths() {
    // Wide enough that several tokens at once go through candle's pool and one alone does not.
    let shape = Shape {
        width: 256,
        hidden: 512,
        heads: 8,
        kv_heads: 4,
        head_dim: 32,
        ..Shape::tiny("qwen3")
    };
    let read = RefCell::new(Vec::new());
    everywhere(|| {
        for format in FORMATS {
            let (_folder, path) =
                noise(&Shape { format, embedding_format: format, ..shape.clone() });
            let session = session(&path);
            let ids = prompt(40, 1);
            let whole = in_pieces(&session, &ids, &[40]);
            let single = in_pieces(&session, &ids, &[1; 40]);
            let cosine = cosine(&whole, &single);
            // Second comes the device: candle's CUDA kernels for one row and for many round activations to 8 bits differently.
            let least = if read.borrow().len() < FORMATS.len() { 0.999 } else { 0.998 };
            assert!(cosine > least, "{format:?}: cosine {cosine}");
            read.borrow_mut().push(whole);
        }
    });
    // Both read the same weights out of the blocks; activations are rounded in ways of their own.
    let read = read.into_inner();
    let (here, device) = read.split_at(FORMATS.len());
    for ((format, here), device) in FORMATS.iter().zip(here).zip(device) {
        let cosine = cosine(here, device);
        assert!(cosine > 0.99, "{format:?} on a device: cosine {cosine}");
    }
}

#[test]
fn the_context_s_end_is_an_end_and_not_an_error() {
    let (_folder, path) = noise(&Shape { context: 60, ..Shape::tiny("llama") });
    let mut session = session(&path);
    session.prefill(&prompt(50, 1), &|| false).unwrap();
    let sampling = Sampling::greedy();
    let ask = Generate { sampling: &sampling, max_tokens: 1000, stop: &[], trim: false };
    let done = session.generate(&ask, &|| false, &mut |_| true).unwrap();
    // Every free place is used, and the token drawn from the last one is given, too.
    assert_eq!((done.reason, done.ids.len()), (domain::FinishReason::Length, 11));
    let error = session.prefill(&prompt(61, 1), &|| false).unwrap_err();
    assert!(error.to_string().contains("61 tokens"), "{error}");
    assert!(session.prefill(&prompt(60, 1), &|| false).unwrap().is_some());
}

#[test]
fn log_probabilities_are_those_of_the_logits() {
    let (_folder, path) = noise(&Shape::tiny("qwen3"));
    let mut session = session(&path);
    let ids = prompt(100, 1);
    let ours = session.log_probabilities(&ids).unwrap();
    assert_eq!(ours.len(), 99);
    let logits = session.logits_of(&ids);
    let vocabulary = logits.len() / ids.len();
    for (index, row) in logits.chunks_exact(vocabulary).take(99).enumerate() {
        let total: f32 = row.iter().map(|l| l.exp()).sum();
        let wanted = row[ids[index + 1] as usize] - total.ln();
        assert!((ours[index] - wanted).abs() < 1e-3, "{index}: {} {wanted}", ours[index]);
    }
}
