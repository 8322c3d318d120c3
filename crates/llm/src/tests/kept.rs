//! Caches that are forked, moved up, kept in eight bits, and kept on the disk; and tokens guessed ahead.

use std::cell::RefCell;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use domain::Sampling;

use super::{everywhere, load, noise};
use crate::decoder::{CacheFormat, KvCache, Logits};
use crate::model::Model;
use crate::session::{Generate, Session};
use crate::synthetic::Shape;

fn model(shape: &Shape) -> (tempfile::TempDir, Arc<Model>) {
    let (folder, path) = noise(shape);
    (folder, Arc::new(load(&path, 256)))
}

fn text(count: usize, seed: u32) -> Vec<u32> {
    (0..count as u32).map(|i| (i * i * 31 + i * 7 + seed * 101) % 256).collect()
}

fn read(model: &Model, cache: &mut KvCache, tokens: &[u32]) -> Vec<f32> {
    model.decoder.forward(tokens, cache, Logits::Last, &[]).unwrap()
}

fn difference(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn branches_share_a_prefix_and_nothing_else() {
    everywhere(|| {
        let (_folder, model) = model(&Shape::tiny("qwen3"));
        for format in [CacheFormat::F32, CacheFormat::F16, CacheFormat::Q8] {
            let mut trunk = model.decoder.new_cache(128, format).unwrap();
            read(&model, &mut trunk, &text(50, 1));
            let mut branch = trunk.fork(37).unwrap();
            assert_eq!(branch.tokens(), &text(50, 1)[..37]);
            let branched = read(&model, &mut branch, &text(9, 2));
            // The trunk goes on as if there were no branch.
            let mut alone = model.decoder.new_cache(128, format).unwrap();
            read(&model, &mut alone, &text(50, 1));
            let (on, alone_on) =
                (read(&model, &mut trunk, &text(5, 3)), read(&model, &mut alone, &text(5, 3)));
            assert_eq!(on, alone_on);
            // The branch is what the trunk were, cut back and gone on with.
            trunk.truncate(37);
            assert_eq!(branched, read(&model, &mut trunk, &text(9, 2)), "{format:?}");
        }
    });
}

#[test]
fn eight_bits_are_close_and_a_third_smaller() {
    for architecture in ["llama", "qwen3"] {
        let (_folder, model) = model(&Shape { head_dim: 32, ..Shape::tiny(architecture) });
        let logits = |format| {
            let mut cache = model.decoder.new_cache(256, format).unwrap();
            let logits = read(&model, &mut cache, &text(150, 1));
            (logits, cache.bytes_per_token())
        };
        let (exact, wide) = logits(CacheFormat::F32);
        let (eight, narrow) = logits(CacheFormat::Q8);
        assert!(cosine(&exact, &eight) > 0.999, "{architecture}: {}", cosine(&exact, &eight));
        assert_eq!(narrow * 32, wide * (32 + 2) / 4, "a half float for 32 numbers");
    }
}

/// In the first layer, keys depend on a token and its place alone: moved up, they are what they were, had they been there
/// from the start.
#[test]
fn keys_that_are_moved_up_are_those_of_their_new_places() {
    everywhere(|| {
        for architecture in ["llama", "qwen3"] {
            let (_folder, model) = model(&Shape { layers: 1, ..Shape::tiny(architecture) });
            let tokens = text(60, 1);
            let mut moved = model.decoder.new_cache(128, CacheFormat::F32).unwrap();
            read(&model, &mut moved, &tokens);
            model.decoder.shift(&mut moved, 10, 23).unwrap();
            let left = [&tokens[..10], &tokens[33..]].concat();
            assert_eq!(moved.tokens(), left);
            let mut fresh = model.decoder.new_cache(128, CacheFormat::F32).unwrap();
            read(&model, &mut fresh, &left);
            let next = text(4, 9);
            let (moved, fresh) = (read(&model, &mut moved, &next), read(&model, &mut fresh, &next));
            assert!(difference(&moved, &fresh) < 1e-4, "{}", difference(&moved, &fresh));
        }
    });
}

#[test]
fn a_full_context_goes_on_without_its_oldest_half_and_keeps_the_prompt() {
    everywhere(|| {
        let (_folder, model) = model(&Shape::tiny("qwen3"));
        let prompt = text(40, 1);
        let run = |shifts: bool| {
            let mut session =
                Session::new(Arc::clone(&model), CacheFormat::F16).unwrap().with_shifts(shifts);
            session.prefill(&prompt, &|| false).unwrap();
            let sampling = Sampling {
                temperature: 5.0,
                seed: Some(3),
                banned: (256..264).collect(),
                ..Sampling::greedy()
            };
            let ask = Generate { sampling: &sampling, max_tokens: 400, stop: &[], trim: false };
            session.generate(&ask, &|| false, &mut |_| true).unwrap().ids.len()
        };
        assert_eq!(run(false), 256 - 40 + 1);
        assert_eq!(run(true), 400);
    });
}

#[test]
fn a_prompt_that_lost_its_middle_is_read_from_the_gap_on() {
    everywhere(|| {
        let (_folder, model) = model(&Shape::tiny("llama"));
        let mut session =
            Session::new(Arc::clone(&model), CacheFormat::F16).unwrap().with_shifts(true);
        let long = text(200, 1);
        session.prefill(&long, &|| false).unwrap();
        let shorter = [&long[..20], &long[80..], &text(10, 7)].concat();
        let prefill = session.prefill(&shorter, &|| false).unwrap().unwrap();
        assert_eq!((prefill.tokens, prefill.reused), (150, 140));
    });
}

#[test]
fn the_branch_that_was_left_is_at_hand() {
    everywhere(|| {
        let (_folder, model) = model(&Shape::tiny("qwen3"));
        let mut session =
            Session::new(Arc::clone(&model), CacheFormat::F16).unwrap().with_branches(true);
        let one = text(150, 1);
        let two = [&one[..60], &text(80, 2)].concat();
        session.prefill(&one, &|| false).unwrap();
        let first = greedy(&mut session);
        assert_eq!(session.prefill(&two, &|| false).unwrap().unwrap().reused, 60);
        let prefill = session.prefill(&one, &|| false).unwrap().unwrap();
        assert_eq!(prefill.reused, 149, "nothing is read again");
        assert_eq!(greedy(&mut session), first);
        assert_eq!(session.prefill(&two, &|| false).unwrap().unwrap().reused, 139);
    });
}

fn saving(folder: &Path, model: &Arc<Model>, quota: u64) -> Session {
    let session = Session::new(Arc::clone(model), CacheFormat::F16).unwrap();
    let saved = session.open_saved(folder, quota).unwrap();
    session.with_saved(Some(saved))
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn greedy(session: &mut Session) -> Vec<u32> {
    let sampling = Sampling { banned: (256..264).collect(), ..Sampling::greedy() };
    let ask = Generate { sampling: &sampling, max_tokens: 8, stop: &[], trim: false };
    session.generate(&ask, &|| false, &mut |_| true).unwrap().ids
}

#[test]
fn what_is_forgotten_is_in_no_file_and_in_no_branch() {
    let (_model_folder, model) = model(&Shape::tiny("qwen3"));
    let folder = tempfile::tempdir().unwrap();
    let (secret, other) = (text(150, 1), text(120, 2));
    let without = [&secret[..40], &text(100, 3)].concat();
    // It is read, left for another conversation (a file), and read again.
    let mut session = saving(folder.path(), &model, 1 << 30).with_branches(true);
    for tokens in [&secret, &other, &secret] {
        session.prefill(tokens, &|| false).unwrap();
        session.keep();
    }
    assert_eq!(names(folder.path()).len(), 2);
    session.forget();
    assert_eq!(names(folder.path()), [""; 0]);
    // Nothing follows: it is not kept when the model is unloaded.
    session.keep();
    assert_eq!(names(folder.path()), [""; 0]);
    // What goes on without it keeps what stands before it, and nothing else.
    let prefill = session.prefill(&without, &|| false).unwrap().unwrap();
    assert_eq!(prefill.reused, 40);
    assert_eq!(session.prefill(&secret, &|| false).unwrap().unwrap().reused, 40);
    session.prefill(&without, &|| false).unwrap();
    session.keep();
    assert_eq!(names(folder.path()).len(), 1);
}

#[test]
fn a_conversation_opens_again_without_being_read() {
    everywhere(|| {
        let (_model_folder, model) = model(&Shape::tiny("qwen3"));
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (text(150, 1), text(120, 2));
        let mut session = saving(folder.path(), &model, 1 << 30);
        session.prefill(&one, &|| false).unwrap();
        // Another conversation: the first is kept.
        session.prefill(&two, &|| false).unwrap();
        assert_eq!(names(folder.path()).len(), 1);
        let wanted = greedy(&mut session);
        session.keep();
        assert_eq!(names(folder.path()).len(), 2);
        drop(session);

        let mut session = saving(folder.path(), &model, 1 << 30);
        let prefill = session.prefill(&two, &|| false).unwrap().unwrap();
        assert_eq!(prefill.reused, 119, "all but the token whose logits are wanted");
        assert_eq!(greedy(&mut session), wanted);
        let prefill = session.prefill(&one, &|| false).unwrap().unwrap();
        assert_eq!(prefill.reused, 149);
    });
}

/// A conversation that was read on a card goes on on the processor, and the other way round.
#[test]
fn what_was_saved_in_one_place_opens_in_the_other() {
    let (_folder, path) = noise(&Shape::tiny("qwen3"));
    let (tokens, next, fingerprint) = (text(90, 1), text(5, 9), [7; 32]);
    let files = RefCell::new(Vec::new());
    everywhere(|| {
        let model = load(&path, 256);
        let mut cache = model.decoder.new_cache(128, CacheFormat::F32).unwrap();
        read(&model, &mut cache, &tokens);
        let mut file: Vec<u8> = Vec::new();
        cache.save(&mut file, fingerprint).unwrap();
        files.borrow_mut().push(file);
    });
    let files = files.into_inner();
    assert_eq!(files[0].len(), files[1].len());
    let logits = RefCell::new(Vec::new());
    everywhere(|| {
        let model = load(&path, 256);
        for file in &files {
            let mut cache = model.decoder.new_cache(128, CacheFormat::F32).unwrap();
            cache.restore(file.as_slice(), file.len() as u64, fingerprint).unwrap();
            assert_eq!(cache.tokens(), tokens);
            logits.borrow_mut().push(read(&model, &mut cache, &next));
        }
    });
    let logits = logits.into_inner();
    for other in &logits[1..] {
        assert!(cosine(&logits[0], other) > 0.9999, "{}", cosine(&logits[0], other));
    }
}

#[test]
fn saved_caches_of_one_conversation_replace_each_other_and_the_oldest_go_first() {
    let (_model_folder, model) = model(&Shape::tiny("qwen3"));
    let folder = tempfile::tempdir().unwrap();
    let mut session = saving(folder.path(), &model, 1 << 30);
    session.prefill(&text(100, 1), &|| false).unwrap();
    session.keep();
    let longer = [text(100, 1), text(30, 5)].concat();
    session.prefill(&longer, &|| false).unwrap();
    session.keep();
    assert_eq!(names(folder.path()).len(), 1);
    let length = std::fs::metadata(folder.path().join(&names(folder.path())[0])).unwrap().len();
    drop(session);

    // Room for two and a half.
    let mut session = saving(folder.path(), &model, length * 5 / 2);
    for seed in 2..6 {
        session.prefill(&text(130, seed), &|| false).unwrap();
        session.keep();
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(names(folder.path()).len(), 2);
    let prefill = session.prefill(&text(130, 4), &|| false).unwrap().unwrap();
    assert_eq!(prefill.reused, 129, "the newest are still there");
    drop(session);
    saving(folder.path(), &model, 0);
    assert!(names(folder.path()).is_empty(), "nothing is kept where nothing may be");
}

#[test]
fn damaged_and_foreign_caches_are_ignored() {
    let (_model_folder, ours) = model(&Shape::tiny("qwen3"));
    let (_other_folder, other) = model(&Shape { layers: 3, ..Shape::tiny("qwen3") });
    let folder = tempfile::tempdir().unwrap();
    let tokens = text(150, 1);
    let mut session = saving(folder.path(), &ours, 1 << 30);
    session.prefill(&tokens, &|| false).unwrap();
    session.keep();
    let path = folder.path().join(&names(folder.path())[0]);
    let whole = std::fs::read(&path).unwrap();

    let mut foreign = saving(folder.path(), &other, 1 << 30);
    assert_eq!(foreign.prefill(&tokens, &|| false).unwrap().unwrap().reused, 0);

    // Every kind of damage: cut short, a bit turned over, a length that lies.
    let mut damaged = vec![whole[..whole.len() / 2].to_vec(), Vec::new(), vec![0; 100]];
    for at in [0, 5, 40, 48, 52, 200, whole.len() / 2, whole.len() - 1] {
        let mut turned = whole.clone();
        turned[at] ^= 0x40;
        damaged.push(turned);
    }
    let mut huge = whole.clone();
    huge[48..52].copy_from_slice(&u32::MAX.to_le_bytes());
    damaged.push(huge);
    for bytes in damaged {
        std::fs::write(&path, &bytes).unwrap();
        let mut session = saving(folder.path(), &ours, 1 << 30);
        let prefill = session.prefill(&tokens, &|| false).unwrap().unwrap();
        assert!(prefill.reused < 150, "{} bytes", bytes.len());
        let mut plain = Session::new(Arc::clone(&ours), CacheFormat::F16).unwrap();
        plain.prefill(&tokens, &|| false).unwrap();
        assert_eq!(greedy(&mut session), greedy(&mut plain));
    }
}

#[test]
fn a_fingerprint_tells_files_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    let sum = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        crate::saved::fingerprint(std::iter::once(&File::open(&path).unwrap()), "").unwrap()
    };
    let mut bytes = vec![7; 1 << 20];
    let first = sum(&bytes);
    assert_eq!(first, sum(&bytes));
    bytes.push(7);
    assert_ne!(first, sum(&bytes), "another length");
    bytes.pop();
    bytes[1 << 19] = 8;
    assert_ne!(first, sum(&bytes), "another content");
    sum(&[]);
}

/// Guesses change nothing: neither greedily nor with a seed.
#[test]
fn guessing_ahead_gives_the_same_tokens() {
    everywhere(|| {
        let (_folder, model) = model(&Shape::tiny("qwen3"));
        // A prompt that repeats itself, and a narrow choice of tokens, so that guesses come true and fail.
        let prompt = text(12, 1).repeat(6);
        for seed in 0..6 {
            let sampling = Sampling {
                temperature: if seed == 0 { 0.0 } else { 0.7 },
                seed: Some(seed),
                top_k: 3,
                banned: (256..264).collect(),
                logit_bias: text(12, 1).into_iter().map(|id| (id, 4.0)).collect(),
                ..Sampling::greedy()
            };
            let run = |guesses: usize| {
                let mut session = Session::new(Arc::clone(&model), CacheFormat::F32)
                    .unwrap()
                    .with_guesses(guesses);
                session.prefill(&prompt, &|| false).unwrap();
                let ask = Generate { sampling: &sampling, max_tokens: 100, stop: &[], trim: false };
                let ids = session.generate(&ask, &|| false, &mut |_| true).unwrap().ids;
                // What is remembered afterwards is the text, without the wrong guesses.
                let text = [prompt.clone(), ids.clone()].concat();
                let again = session.prefill(&text, &|| false).unwrap().unwrap();
                assert_eq!(again.reused, text.len() - 1);
                ids
            };
            let plain = run(0);
            for guesses in [1, 4, 8] {
                assert_eq!(run(guesses), plain, "{guesses} guesses, seed {seed}");
            }
        }
    });
}
