//! Damaged, truncated, foreign and hostile files: a clear error, no panic, nothing large allocated.

use std::path::Path;
use std::time::{Duration, Instant};

use domain::{Cancel, Sampling};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use weights::Error as FileError;

use super::{fixture, noise};
use crate::decoder::CacheFormat;
use crate::model::Model;
use crate::session::Session;
use crate::synthetic::Shape;
use crate::{Completion, Engine, Error, Options};

fn load(bytes: &[u8]) -> Result<Model, Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.gguf");
    std::fs::write(&path, bytes).unwrap();
    Model::load(&path, 64, None, &mut |_| {})
}

#[track_caller]
fn check(bytes: &[u8], expected: &str) {
    let message = load(bytes).err().map(|e| e.to_string()).unwrap();
    assert!(message.contains(expected), "`{expected}` is not in `{message}`");
    assert!(message.contains("model.gguf"), "the file is not named in `{message}`");
}

/// Replaces one run of bytes by another of the same length, everywhere.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> =
        (0..bytes.len() - from.len()).filter(|&i| bytes[i..].starts_with(from)).collect();
    assert!(!places.is_empty());
    for place in places {
        bytes[place..place + to.len()].copy_from_slice(to);
    }
    bytes
}

#[test]
fn files_that_are_no_models_are_named_as_such() {
    let missing = Engine::load(Path::new("/nowhere/x.gguf"), &Options::default(), |_| {});
    assert!(matches!(missing, Err(Error::File(FileError::Missing { .. }))));
    let folder = tempfile::tempdir().unwrap();
    let error = Engine::load(folder.path(), &Options::default(), |_| {}).unwrap_err();
    assert!(matches!(error, Error::File(FileError::Missing { .. } | FileError::Io { .. })));
    check(b"", "has only 0 bytes");
    check(b"GGUF\x03\0\0\0", "has only 8 bytes");
    check(&[b'x'; 4096], "not a GGUF file");
    check(b"GGUF\x01\0\0\0aaaaaaaaaaaaaaaa", "GGUF version 1");
    check(b"GGUF\0\0\0\x03aaaaaaaaaaaaaaaa", "big-endian");
    check(b"GGUF\x09\0\0\0aaaaaaaaaaaaaaaa", "GGUF version 9");
}

#[test]
fn counts_and_lengths_are_checked_before_anything_is_allocated() {
    let header = |tensors: u64, entries: u64, rest: &[u8]| {
        let mut bytes = b"GGUF\x03\0\0\0".to_vec();
        bytes.extend(tensors.to_le_bytes());
        bytes.extend(entries.to_le_bytes());
        bytes.extend(rest);
        bytes.resize(bytes.len().max(4096), 0);
        bytes
    };
    check(&header(u64::MAX, 0, b""), "claims 18446744073709551615 tensors");
    check(&header(0, 1 << 40, b""), "metadata entries");
    check(&header(0, 1, &u64::MAX.to_le_bytes()), "a text of");
    check(&header(0, 1, &(1u64 << 20).to_le_bytes()), "in the middle of its header");
    // One key `k` that is a list of 2^60 texts.
    let mut list = 1u64.to_le_bytes().to_vec();
    list.extend(b"k");
    list.extend(9u32.to_le_bytes());
    list.extend(8u32.to_le_bytes());
    list.extend((1u64 << 60).to_le_bytes());
    check(&header(0, 1, &list), "claims 1152921504606846976 elements");
    // One tensor whose size overflows.
    let mut tensor = 1u64.to_le_bytes().to_vec();
    tensor.extend(b"t");
    tensor.extend(2u32.to_le_bytes());
    tensor.extend((1u64 << 62).to_le_bytes());
    tensor.extend((1u64 << 62).to_le_bytes());
    check(&header(1, 0, &tensor), "a size that cannot be");
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    let llama = std::fs::read(fixture("llama.gguf")).unwrap();
    // The architecture's name stands in the keys, too.
    let message = load(&replaced(&llama, b"llama", b"mamba")).err().map(|e| e.to_string()).unwrap();
    assert!(message.contains("`mamba`") && message.contains("qwen3"), "{message}");
    // The block format of `output.weight`: behind its name, rank and two dimensions.
    let at = llama.windows(13).position(|w| w == b"output.weight").unwrap() + 13 + 4 + 16;
    let mut exotic = llama.clone();
    exotic[at..at + 4].copy_from_slice(&16u32.to_le_bytes());
    check(&exotic, "IQ2_XXS");
    exotic[at..at + 4].copy_from_slice(&77u32.to_le_bytes());
    check(&exotic, "unknown type 77");
    let qwen = std::fs::read(fixture("qwen2.gguf")).unwrap();
    let at = qwen.windows(18).position(|w| w == b"tokenizer.ggml.pre").unwrap() + 18 + 4 + 8;
    assert_eq!(&qwen[at..at + 5], b"qwen2");
    let mut unknown = qwen;
    unknown[at..at + 5].copy_from_slice(b"other");
    check(&unknown, "pre-tokenizer is `other`");
}

#[test]
fn every_truncation_is_noticed() {
    let (_folder, path) = noise(&Shape::tiny("qwen3"));
    let bytes = std::fs::read(path).unwrap();
    for length in (0..bytes.len()).step_by(211).chain([bytes.len() - 1]) {
        let error = load(&bytes[..length]).err().unwrap();
        assert!(matches!(error, Error::File(FileError::Damaged { .. })), "{length}: {error}");
    }
    assert!(load(&bytes).is_ok());
}

/// A small model, all numbers of one tensor of which are this one.
fn with_numbers(tensor: &str, number: f32) -> tempfile::TempDir {
    let (from, folder) = (fixture("families/qwen2"), tempfile::tempdir().unwrap());
    for name in ["config.json", "tokenizer.json"] {
        std::fs::copy(from.join(name), folder.path().join(name)).unwrap();
    }
    let mut bytes = std::fs::read(from.join("model.safetensors")).unwrap();
    let data = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header: serde_json::Value = serde_json::from_slice(&bytes[8..data]).unwrap();
    let place = |end: usize| header[tensor]["data_offsets"][end].as_u64().unwrap() as usize + data;
    for one in bytes[place(0)..place(1)].chunks_exact_mut(4) {
        one.copy_from_slice(&number.to_le_bytes());
    }
    std::fs::write(folder.path().join("model.safetensors"), bytes).unwrap();
    folder
}

#[test]
fn weights_that_are_no_numbers_end_a_reply_by_name_and_not_the_engine() {
    for (tensor, number) in [
        ("model.embed_tokens.weight", f32::NAN),
        ("model.layers.0.self_attn.k_proj.weight", f32::NAN),
        ("model.layers.0.self_attn.v_proj.bias", f32::INFINITY),
        ("model.layers.1.mlp.down_proj.weight", f32::NEG_INFINITY),
        ("model.norm.weight", f32::NAN),
    ] {
        let folder = with_numbers(tensor, number);
        let engine = Engine::load(folder.path(), &Options::default(), |_| {}).unwrap();
        let prompt = "w5 w7 w11";
        for temperature in [0.0, 1.0] {
            let completion = Completion {
                prompt: prompt.into(),
                sampling: Sampling { temperature, ..Sampling::greedy() },
                max_tokens: 4,
                stop: Vec::new(),
            };
            let error = engine.complete(completion, Cancel::new()).unwrap_err();
            assert!(matches!(error, Error::BadLogits { .. }), "{tensor}: {error}");
        }
        let error = engine.log_probabilities(prompt).unwrap_err();
        assert!(matches!(error, Error::BadLogits { .. }), "{tensor}: {error}");
    }
}

/// Changes random bytes of small models for two seconds and loads and runs what comes out.
#[test]
fn no_mutation_makes_it_panic() {
    let mut rng = ChaCha8Rng::seed_from_u64(20_261_122);
    let originals: Vec<Vec<u8>> = ["llama.gguf", "qwen2.gguf", "qwen3.gguf"]
        .map(|name| std::fs::read(fixture(name)).unwrap())
        .into();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.gguf");
    let start = Instant::now();
    let (mut tried, mut loaded) = (0, 0);
    while start.elapsed() < Duration::from_secs(2) {
        let mut bytes = originals[tried % originals.len()].clone();
        // Most of the header lies in the first sixteenth; the rest are weights, where nothing can break but numbers.
        let reach = if tried % 4 == 0 { bytes.len() } else { bytes.len() / 16 };
        for _ in 0..rng.random_range(1..=4) {
            let at = rng.random_range(0..reach);
            bytes[at] = match rng.random_range(0..4) {
                0 => 0,
                1 => 0xff,
                2 => bytes[at].wrapping_add(1),
                _ => rng.random(),
            };
        }
        std::fs::write(&path, &bytes).unwrap();
        tried += 1;
        if let Ok(model) = Model::load(&path, 64, None, &mut |_| {}) {
            loaded += 1;
            let mut session = Session::new(model.into(), CacheFormat::F16).unwrap();
            let ids = session.model.tokenizer.encode_prompt("hello <s> 日本\n");
            let known = session.model.decoder.vocabulary() as u32;
            assert!(ids.iter().all(|&id| id < known));
            match session.prefill(&ids, &|| false) {
                Ok(_) | Err(Error::EmptyPrompt | Error::PromptTooLong { .. }) => {}
                Err(other) => panic!("{other}"),
            }
        }
    }
    println!("{tried} mutations, {loaded} of them still loaded");
    assert!(tried > 50 && loaded > 0 && loaded < tried);
}

/// Changes random bytes of the descriptions, vocabularies and weights of small models, and loads and runs what comes out.
#[test]
fn no_mutated_folder_makes_it_panic() {
    let mut rng = ChaCha8Rng::seed_from_u64(20_261_125);
    let (mut tried, mut loaded) = (0, 0);
    for (folder, files) in [
        ("gemma3", ["config.json", "tokenizer.json", "model.safetensors"]),
        ("chatglm", ["config.json", "tokenizer.model", "pytorch_model.bin"]),
        ("gpt2", ["config.json", "vocab.txt", "pytorch_model.bin"]),
        ("phi3", ["config.json", "tokenizer.json", "model.gguf"]),
    ] {
        let from = fixture("families").join(folder);
        for round in 0..90 {
            let copy = tempfile::tempdir().unwrap();
            for file in files {
                std::fs::copy(from.join(file), copy.path().join(file)).unwrap();
            }
            let mutated = copy.path().join(files[round % 3]);
            let mut bytes = std::fs::read(&mutated).unwrap();
            let reach = bytes.len().min(4000);
            for _ in 0..rng.random_range(1..=3) {
                let at = rng.random_range(0..reach);
                bytes[at] = match rng.random_range(0..4) {
                    // Another digit makes another size.
                    0 => b'0' + rng.random_range(0..10u8),
                    1 => 0xff,
                    2 => bytes[at].wrapping_add(1),
                    _ => rng.random(),
                };
            }
            std::fs::write(&mutated, bytes).unwrap();
            tried += 1;
            let Ok(model) = Model::load(&copy.path().join(files[2]), 64, None, &mut |_| {}) else {
                continue;
            };
            loaded += 1;
            let mut session = Session::new(model.into(), CacheFormat::F16).unwrap();
            let ids = session.model.tokenizer.encode_prompt("w5 w7 你好 hello <s> 日本\n");
            let known = session.model.decoder.vocabulary() as u32;
            assert!(ids.iter().all(|&id| id < known));
            match session.prefill(&ids, &|| false) {
                Ok(_) | Err(Error::EmptyPrompt | Error::PromptTooLong { .. }) => {}
                Err(other) => panic!("{other}"),
            }
        }
    }
    println!("{tried} mutations, {loaded} of them still loaded");
    assert!(loaded > 0 && loaded < tried);
}
