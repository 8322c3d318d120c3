//! Adapters: over every family as PEFT gives it, over quantised weights, switched between turns, and refused where they do not fit.

mod refused;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::quantized::GgmlDType;
use domain::{Cancel, Sampling};
use serde_json::json;

use super::cache::greedy;
use super::reference::{Expected, disagreement, expected};
use super::{everywhere, fixture, noise, session};
use crate::adapting::Loaded;
use crate::decoder::{Active, CacheFormat};
use crate::model::Model;
use crate::session::Session;
use crate::synthetic::Shape;
use crate::{AdapterChoice, Completion, Engine, Options, SavedOptions};

/// Adapters of the fixtures, and what they are for.
const ADAPTERS: [(&str, &str); 16] = [
    ("llama", "llama"),
    ("llama-one-rank", "llama"),
    ("mistral", "mistral"),
    ("qwen2", "qwen2"),
    ("qwen3", "qwen3"),
    ("smollm3", "smollm3"),
    ("gemma", "gemma"),
    ("gemma2", "gemma2"),
    ("gemma3", "gemma3"),
    ("phi3", "phi3"),
    ("glm", "glm"),
    ("glm4", "glm4"),
    ("chatglm", "chatglm"),
    ("gpt2", "gpt2"),
    ("dora", "llama"),
    ("dora-gpt2", "gpt2"),
];

fn choice(path: impl Into<PathBuf>, scale: f32) -> AdapterChoice {
    AdapterChoice { path: path.into(), scale }
}

fn load(session: &Session, choices: &[AdapterChoice]) -> Vec<Active> {
    Loaded::default().choose(&session.model.decoder, choices).unwrap()
}

fn adapter(name: &str) -> PathBuf {
    fixture("adapters").join(name)
}

/// All files of weights in a family's folder.
fn bases(family: &str) -> Vec<PathBuf> {
    let files =
        ["model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "model.gguf"];
    let folder = fixture("families").join(family);
    files.iter().map(|file| folder.join(file)).filter(|file| file.is_file()).collect()
}

/// What PEFT gives for an adapter of the fixtures.
pub(super) fn reference(name: &str) -> Expected {
    expected(&format!("adapters/{name}/expected"))
}

/// What does not agree with PEFT for a family's own adapter over one of its files, if anything.
pub(super) fn adapted_disagreement(session: &mut Session, family: &str) -> Option<String> {
    let active = load(session, &[choice(adapter(family), 1.0)]);
    session.use_adapters(active);
    disagreement(session, &reference(family))
}

#[test]
fn every_family_adapts_as_peft_says() {
    everywhere(|| {
        let (mut wrong, mut checked) = (Vec::new(), 0);
        for (name, family) in ADAPTERS {
            let expected = reference(name);
            let gguf = adapter(name).join("adapter.gguf");
            for base in bases(family) {
                for file in [adapter(name), gguf.clone()].iter().filter(|file| file.exists()) {
                    let mut session = session(&base);
                    let active = load(&session, &[choice(file, 1.0)]);
                    session.use_adapters(active);
                    checked += 1;
                    if let Some(what) = disagreement(&mut session, &expected) {
                        wrong.push(format!("{} over {}: {what}", file.display(), base.display()));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(checked >= 36, "{checked} pairs");
    });
}

/// Logits behind the last token of a text.
fn logits(session: &mut Session, active: Vec<Active>, ids: &[u32]) -> Vec<f32> {
    session.use_adapters(active);
    let all = session.logits_of(ids);
    all[all.len() - all.len() / ids.len()..].to_vec()
}

fn difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn strength_goes_from_the_base_on_and_adapters_add_up() {
    everywhere(|| {
        let ids: Vec<u32> = (3..40).collect();
        for name in ["llama", "dora"] {
            let mut session = session(&fixture("families/llama/model.gguf"));
            let mut run = |choices: &[AdapterChoice]| {
                let active = load(&session, choices);
                logits(&mut session, active, &ids)
            };
            let (one, other) = (adapter(name), adapter("llama-one-rank"));
            let (base, whole) = (run(&[]), run(&[choice(&one, 1.0)]));
            assert!(difference(&base, &whole) > 0.1, "{name} shows");
            assert!(difference(&base, &run(&[choice(&one, 0.0)])) < 1e-5);
            let halves = run(&[choice(&one, 0.5), choice(&one, 0.5)]);
            assert!(difference(&whole, &halves) < 1e-4, "{name}");
            let both = run(&[choice(&one, 1.0), choice(&other, 0.7)]);
            let turned = run(&[choice(&other, 0.7), choice(&one, 1.0)]);
            assert!(difference(&both, &turned) < 1e-4, "{name}");
            assert!(difference(&both, &whole) > 1e-3, "{name}: the second shows, too");
        }
    });
}

/// A tensor of a test's adapter: its shape and numbers.
pub(super) type Tensors = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

pub(super) fn write_safetensors(path: &Path, tensors: &Tensors) {
    let (mut header, mut data) = (serde_json::Map::new(), Vec::new());
    for (name, (shape, numbers)) in tensors {
        let start = data.len();
        data.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        let entry = json!({ "dtype": "F32", "shape": shape, "data_offsets": [start, data.len()] });
        header.insert(name.clone(), entry);
    }
    let header = serde_json::to_vec(&header).unwrap();
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header);
    file.extend(data);
    std::fs::write(path, file).unwrap();
}

/// Noise for all products of a model of noise, under PEFT's names.
fn noise_adapter(shape: &Shape, rank: usize, salt: usize) -> (tempfile::TempDir, Tensors) {
    let (q, kv) = (shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim);
    let mut tensors = Tensors::new();
    for layer in 0..shape.layers {
        for (name, inputs, outputs) in [
            ("self_attn.q_proj", shape.width, q),
            ("self_attn.k_proj", shape.width, kv),
            ("self_attn.v_proj", shape.width, kv),
            ("self_attn.o_proj", q, shape.width),
            ("mlp.gate_proj", shape.width, shape.hidden),
            ("mlp.up_proj", shape.width, shape.hidden),
            ("mlp.down_proj", shape.hidden, shape.width),
        ] {
            let mut state = (salt * 7919 + layer * 131 + name.len()) as u32;
            let mut numbers = |count: usize, scale: f32| -> Vec<f32> {
                let mut next = || {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    ((state >> 8) as f32 / (1 << 23) as f32 - 1.0) * scale
                };
                (0..count).map(|_| next()).collect()
            };
            let stem = format!("base_model.model.model.layers.{layer}.{name}");
            let a = numbers(rank * inputs, 1.0 / (inputs as f32).sqrt());
            let b = numbers(rank * outputs, 0.3);
            tensors.insert(format!("{stem}.lora_A.weight"), (vec![rank, inputs], a));
            tensors.insert(format!("{stem}.lora_B.weight"), (vec![outputs, rank], b));
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let config = json!({ "peft_type": "LORA", "r": rank, "lora_alpha": 2 * rank });
    write(folder.path(), &config, &tensors);
    (folder, tensors)
}

fn write(folder: &Path, config: &serde_json::Value, tensors: &Tensors) {
    std::fs::write(folder.join("adapter_config.json"), config.to_string()).unwrap();
    write_safetensors(&folder.join("adapter_model.safetensors"), tensors);
}

/// Wide enough for every block format and for the pool.
fn wide() -> Shape {
    Shape { width: 256, hidden: 512, heads: 8, kv_heads: 4, head_dim: 32, ..Shape::tiny("qwen3") }
}

#[test]
fn over_quantised_weights_an_adapter_does_what_it_does_over_floats() {
    everywhere(|| {
        let ids: Vec<u32> = (0..70).map(|i| i * 7 % 256).collect();
        let shape = wide();
        let (adapter, _) = noise_adapter(&shape, 8, 1);
        let moved = |format| {
            let (_folder, path) =
                noise(&Shape { format, embedding_format: format, ..shape.clone() });
            let mut session = session(&path);
            let base = logits(&mut session, Vec::new(), &ids);
            let active = load(&session, &[choice(adapter.path(), 1.0)]);
            let with = logits(&mut session, active, &ids);
            with.iter().zip(&base).map(|(with, base)| with - base).collect::<Vec<f32>>()
        };
        let plain = moved(GgmlDType::F32);
        for (format, least) in [
            (GgmlDType::F16, 0.9999),
            (GgmlDType::Q8_0, 0.999),
            (GgmlDType::Q6K, 0.99),
            (GgmlDType::Q4K, 0.95),
            (GgmlDType::Q4_0, 0.9),
            (GgmlDType::Q3K, 0.75),
        ] {
            let moved = moved(format);
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
            let cosine = dot(&plain, &moved) / (dot(&plain, &plain) * dot(&moved, &moved)).sqrt();
            assert!(cosine > least, "{format:?}: what the adapter adds has the cosine {cosine}");
        }
    });
}

#[test]
fn one_token_and_many_at_once_are_adapted_alike() {
    everywhere(|| {
        let ids: Vec<u32> = (0..70).map(|i| i * 11 % 256).collect();
        let shape = wide();
        let (_folder, path) = noise(&shape);
        let (adapter, _) = noise_adapter(&shape, 5, 2);
        let mut one_by_one = session(&path);
        let active = load(&one_by_one, &[choice(adapter.path(), 1.0)]);
        let whole = logits(&mut one_by_one, active.clone(), &ids);
        one_by_one.reset();
        for end in 1..=ids.len() {
            one_by_one.prefill(&ids[..end], &|| false).unwrap();
        }
        let mut at_once = session(&path);
        at_once.use_adapters(active);
        at_once.prefill(&ids, &|| false).unwrap();
        assert_eq!(greedy(&mut one_by_one, 20), greedy(&mut at_once, 20));
        assert!(whole.iter().all(|logit| logit.is_finite()));
    });
}

#[test]
fn what_was_read_with_one_adapter_never_serves_another() {
    everywhere(|| {
        let shape = wide();
        let (_folder, path) = noise(&shape);
        let ids: Vec<u32> = (0..90).map(|i| (i * i + 3) % 256).collect();
        let (first, second) = (noise_adapter(&shape, 8, 1).0, noise_adapter(&shape, 8, 2).0);
        let cold = |choices: &[AdapterChoice]| {
            let mut session = session(&path);
            let active = load(&session, choices);
            session.use_adapters(active);
            session.prefill(&ids, &|| false).unwrap();
            greedy(&mut session, 16)
        };
        for branches in [true, false] {
            let mut warm = session(&path).with_branches(branches);
            let loaded = Loaded::default();
            let mut turn = |choices: &[AdapterChoice]| {
                let active = loaded.choose(&warm.model.decoder, choices).unwrap();
                warm.use_adapters(active);
                let reused = warm.prefill(&ids, &|| false).unwrap().unwrap().reused;
                (reused, greedy(&mut warm, 16))
            };
            let (a, b) = ([choice(first.path(), 1.0)], [choice(second.path(), 1.0)]);
            assert_eq!(turn(&a), (0, cold(&a)));
            assert_eq!(turn(&b), (0, cold(&b)), "another adapter reads for itself");
            // Between two characters, what each has read stays where branches are kept.
            let kept = if branches { ids.len() - 1 } else { 0 };
            assert_eq!(turn(&a), (kept, cold(&a)));
            assert_eq!(turn(&b), (kept, cold(&b)));
            assert_eq!(turn(&b).0, ids.len() - 1);
            assert_eq!(turn(&[choice(second.path(), 0.5)]).0, 0, "nor another strength");
            assert_eq!(turn(&[]), (0, cold(&[])), "nor none");
        }
    });
}

#[test]
fn saved_caches_belong_to_their_adapters() {
    let shape = wide();
    let (_folder, path) = noise(&shape);
    let (adapter, _) = noise_adapter(&shape, 8, 1);
    let kept = tempfile::tempdir().unwrap();
    let open = || {
        let options = Options {
            saved: Some(SavedOptions { folder: kept.path().to_owned(), quota: 1 << 30 }),
            ..Options::default()
        };
        Engine::load(&path, &options, |_| {}).unwrap()
    };
    let ask = Completion {
        prompt:
            "the lantern by the harbour was lit before the rain came, and nobody asked who lit it. "
                .repeat(2),
        sampling: Sampling::greedy(),
        max_tokens: 12,
        stop: Vec::new(),
    };
    let with = [choice(adapter.path(), 1.0)];
    let engine = open();
    let base = engine.complete(ask.clone(), Cancel::new()).unwrap();
    engine.use_adapters(&with).unwrap();
    let adapted = engine.complete(ask.clone(), Cancel::new()).unwrap();
    assert_eq!((base.stats.reused_tokens, adapted.stats.reused_tokens), (0, 0));
    assert_ne!(base.ids, adapted.ids);
    drop(engine);

    // A new run finds each of them where it was.
    let engine = open();
    engine.use_adapters(&with).unwrap();
    let again = engine.complete(ask.clone(), Cancel::new()).unwrap();
    assert_eq!(again.stats.reused_tokens + 1, again.stats.prompt_tokens);
    assert_eq!(again.ids, adapted.ids);
    engine.use_adapters(&[]).unwrap();
    let again = engine.complete(ask, Cancel::new()).unwrap();
    assert_eq!(again.stats.reused_tokens + 1, again.stats.prompt_tokens);
    assert_eq!(again.ids, base.ids);
}

#[test]
fn a_file_that_was_written_anew_is_read_anew_and_others_stay_loaded() {
    let shape = wide();
    let (_folder, path) = noise(&shape);
    let (adapter, mut tensors) = noise_adapter(&shape, 8, 1);
    let model = Model::load(&path, 256, None, &mut |_| {}).unwrap();
    let loaded = Loaded::default();
    let choices = [choice(adapter.path(), 1.0)];
    let first = loaded.choose(&model.decoder, &choices).unwrap();
    let again = loaded.choose(&model.decoder, &choices).unwrap();
    assert!(Arc::ptr_eq(&first[0].adapter, &again[0].adapter));
    let bytes = loaded.bytes();
    assert!(bytes > 0);
    for (_, numbers) in tensors.values_mut() {
        for number in numbers {
            *number *= 1.5;
        }
    }
    write_safetensors(&adapter.path().join("adapter_model.safetensors"), &tensors);
    let anew = loaded.choose(&model.decoder, &choices).unwrap();
    assert_ne!(first[0].adapter.key, anew[0].adapter.key);
    // A scene with many characters does not fill the memory.
    for salt in 0..12 {
        let (other, _) = noise_adapter(&shape, 8, 10 + salt);
        loaded.choose(&model.decoder, &[choice(other.path(), 1.0)]).unwrap();
    }
    assert_eq!(loaded.bytes(), 8 * bytes);
}

#[test]
fn an_engine_switches_between_jobs_and_survives_a_bad_choice() {
    let shape = wide();
    let (_folder, path) = noise(&shape);
    let (adapter, _) = noise_adapter(&shape, 8, 1);
    let engine =
        Engine::load(&path, &Options { cache: CacheFormat::F32, ..Options::default() }, |_| {})
            .unwrap();
    let ask = Completion {
        prompt: "she said that the story begins here".into(),
        sampling: Sampling::greedy(),
        max_tokens: 12,
        stop: Vec::new(),
    };
    let run = || engine.complete(ask.clone(), Cancel::new()).unwrap().ids;
    let base = run();
    engine.use_adapters(&[choice(adapter.path(), 1.0)]).unwrap();
    let adapted = run();
    assert_ne!(adapted, base);
    assert!(engine.adapter_bytes() > 0);
    let bad = engine.use_adapters(&[choice(super::adapters::adapter("llama"), 1.0)]);
    assert!(bad.unwrap_err().to_string().contains("another model"));
    assert_eq!(run(), adapted, "what worked goes on working");
    engine.use_adapters(&[]).unwrap();
    assert_eq!(run(), base);
}
