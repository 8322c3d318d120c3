//! The decoder against transformers and against finite differences. The files are the engine's fixtures: what is trained is
//! what is run.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use candle_core::{Device, Tensor, Var};
use serde::Deserialize;

use super::*;
use crate::lora::Lora;
use crate::objective::{Mode, Objective};
use crate::ops::as_a_device;
use crate::optimiser::Gradients;
use crate::{Example, Supervised};

/// What transformers says of a fixture.
#[derive(Deserialize)]
struct Expected {
    ids: Vec<u32>,
    /// Logits by position.
    logits: BTreeMap<usize, Vec<f32>>,
}

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../llm/tests/fixtures/families")
}

fn load(file: &str, format: BaseFormat) -> Decoder {
    Decoder::load(&fixtures().join(file), format, 64, &Device::Cpu, &mut |_| {}).unwrap().decoder
}

fn list(x: &Tensor) -> Vec<f32> {
    x.flatten_all().unwrap().to_vec1().unwrap()
}

const FILES: [&str; 8] = [
    "llama/model.safetensors",
    "llama/model.gguf",
    "mistral/model.safetensors.index.json",
    "qwen2/model.safetensors",
    "qwen2/model.gguf",
    "qwen3/model.safetensors",
    "qwen3/model.gguf",
    "gpt2/pytorch_model.bin",
];

#[test]
fn every_family_that_is_trained_agrees_with_transformers() {
    for file in FILES {
        let folder = file.split('/').next().unwrap();
        let text = std::fs::read(fixtures().join(folder).join("expected.json")).unwrap();
        let expected: Expected = serde_json::from_slice(&text).unwrap();
        let decoder = load(file, BaseFormat::Dense);
        let logits = decoder.forward(&Pass::of(&[&expected.ids], 0)).unwrap();
        assert!(!expected.logits.is_empty());
        for (at, wanted) in &expected.logits {
            let row = list(&logits.narrow(0, *at, 1).unwrap());
            let worst = row.iter().zip(wanted).map(|(a, b)| (a - b).abs()).fold(0f32, f32::max);
            // The reference has five decimals; GGUF fixtures are f16.
            assert!(worst < 0.02, "{file}: position {at} is off by {worst}");
        }
    }
}

/// Texts of different lengths, so that padding is among them.
fn examples() -> Vec<Example> {
    let text = |ids: &[u32], from: usize| Example {
        ids: ids.to_vec(),
        learned: (0..ids.len()).map(|at| at >= from).collect(),
    };
    vec![text(&[3, 14, 15, 9, 2, 6, 5], 3), text(&[5, 8, 9, 7], 1)]
}

/// Fresh adapters have B = 0, where A has no gradient: B gets numbers first.
fn adapted(file: &str, format: BaseFormat, dropout: f32) -> Decoder {
    let mut decoder = load(file, format);
    let lora = Lora { rank: 2, alpha: 8.0, dropout, ..Lora::default() };
    assert!(decoder.adapt(&lora, 7).unwrap() > 0);
    for (at, linear) in decoder.linears().enumerate() {
        let b = &linear.adapter.as_ref().unwrap().b;
        let numbers: Vec<f32> =
            (0..b.elem_count()).map(|i| ((i * 31 + at * 17) % 23) as f32 / 115.0 - 0.1).collect();
        b.set(&Tensor::from_vec(numbers, b.shape().clone(), &Device::Cpu).unwrap()).unwrap();
    }
    decoder
}

fn gradients(decoder: &Decoder, mode: &Mode) -> Gradients {
    let parameters = decoder.parameters().unwrap();
    let objective = Supervised::new(&examples(), 0, None);
    let store = objective.loss(decoder, &[0, 1], mode).unwrap().loss.backward().unwrap();
    let kept = mode
        .kept
        .as_ref()
        .map(|kept| std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner)));
    let mut gradients = Gradients::new(&parameters);
    gradients.add(&parameters, &store, &kept.unwrap_or_default()).unwrap();
    gradients
}

fn lists(gradients: &Gradients) -> Vec<Vec<f32>> {
    gradients.sums.iter().map(|sum| sum.list().unwrap().into_owned()).collect()
}

/// Moves some numbers of every parameter and compares the loss's change with the gradient.
fn differences(decoder: &Decoder, what: &str) {
    let parameters = decoder.parameters().unwrap();
    let objective = Supervised::new(&examples(), 0, None);
    let mode = Mode { dropout: Some(11), kept: None };
    let gradients = gradients(decoder, &mode);
    let loss = || {
        let loss = objective.loss(decoder, &[0, 1], &mode).unwrap().loss;
        f64::from(loss.to_scalar::<f32>().unwrap())
    };
    let mut checked = 0;
    for ((name, var), gradient) in parameters.iter().zip(lists(&gradients)) {
        assert_eq!(gradient.len(), var.elem_count(), "{what}: `{name}` has no gradient");
        let before: Vec<f32> = list(var);
        // The number with the largest gradient, and two others.
        let top =
            (0..before.len()).max_by(|a, b| gradient[*a].abs().total_cmp(&gradient[*b].abs()));
        for at in [top.unwrap(), before.len() / 3, before.len() - 1] {
            let step = 5e-3f32;
            let moved = |by: f32| {
                let mut numbers = before.clone();
                numbers[at] += by;
                set(var, numbers);
                loss()
            };
            let slope = (moved(step) - moved(-step)) / (2.0 * f64::from(step));
            let error = (slope - f64::from(gradient[at])).abs();
            assert!(
                error < 0.02 * (0.5 + slope.abs()),
                "{what}: `{name}` number {at}: {slope} by differences, {}",
                gradient[at]
            );
            checked += 1;
        }
        set(var, before);
    }
    assert!(checked > 20, "{what}: only {checked}");
}

fn set(var: &Var, numbers: Vec<f32>) {
    var.set(&Tensor::from_vec(numbers, var.shape().clone(), &Device::Cpu).unwrap()).unwrap();
}

#[test]
fn every_trainable_layer_has_the_gradient_that_differences_give() {
    for file in [
        "llama/model.safetensors",
        "qwen2/model.safetensors",
        "qwen3/model.gguf",
        "gpt2/pytorch_model.bin",
    ] {
        differences(&adapted(file, BaseFormat::Dense, 0.1), file);
        differences(&load(file, BaseFormat::Trained), file);
    }
    let shape = Gpt2Shape {
        n_layer: 2,
        n_head: 2,
        n_embd: 16,
        n_positions: 16,
        vocab_size: 20,
        initializer_range: 0.2,
        ..Gpt2Shape::default()
    };
    let fresh = Decoder::gpt2(&shape, 3, &Device::Cpu).unwrap();
    let trained: usize = fresh.parameters().unwrap().values().map(|v| v.elem_count()).sum();
    assert_eq!(trained, shape.parameters());
    differences(&fresh, "gpt2 from nothing");
    let fresh = llama();
    let trained: usize = fresh.parameters().unwrap().values().map(|v| v.elem_count()).sum();
    assert_eq!(trained as u64, llama_shape().numbers());
    differences(&fresh, "llama from nothing");
}

fn llama_shape() -> LlamaShape {
    let shape = LlamaShape {
        num_hidden_layers: 2,
        num_attention_heads: 4,
        num_key_value_heads: 2,
        hidden_size: 16,
        intermediate_size: 24,
        max_position_embeddings: 16,
        initializer_range: 0.2,
        ..LlamaShape::default()
    };
    shape.filled(20).unwrap()
}

fn llama() -> Decoder {
    Decoder::llama(&llama_shape(), 3, &Device::Cpu).unwrap()
}

#[test]
fn noise_begins_as_gpt2_s_does_and_follows_from_the_seed() {
    let shape = LlamaShape { initializer_range: 0.02, hidden_size: 64, ..llama_shape() };
    let shape = LlamaShape { head_dim: 16, ..shape };
    let of = |seed| Decoder::llama(&shape, seed, &Device::Cpu).unwrap().parameters().unwrap();
    let (here, again, other) = (of(1), of(1), of(2));
    for (name, var) in &here {
        assert_eq!(list(var), list(&again[name]));
        if name.contains("norm") {
            assert!(list(var).iter().all(|n| (n - 1.0).abs() < f32::EPSILON));
            continue;
        }
        assert_ne!(list(var), list(&other[name]), "{name}");
        let deep = name.contains("o_proj") || name.contains("down_proj");
        // √(2 · layers) is 2.
        let wanted = if deep { 0.01 } else { 0.02 };
        let numbers = list(var);
        let square = numbers.iter().map(|n| f64::from(n * n)).sum::<f64>() / numbers.len() as f64;
        assert!((square.sqrt() / wanted - 1.0).abs() < 0.1, "{name}: {}", square.sqrt());
    }
}

#[test]
fn blocks_that_are_computed_again_give_the_same_gradients() {
    for (file, format) in [
        ("llama/model.safetensors", BaseFormat::Dense),
        ("gpt2/pytorch_model.bin", BaseFormat::Trained),
    ] {
        let decoder = if format == BaseFormat::Dense {
            adapted(file, format, 0.2)
        } else {
            load(file, format)
        };
        let kept = gradients(&decoder, &Mode { dropout: Some(5), kept: None });
        let again = Mode { dropout: Some(5), kept: Some(Kept::new(Mutex::new(Vec::new()))) };
        let again = gradients(&decoder, &again);
        for (a, b) in lists(&kept).iter().zip(&lists(&again)) {
            assert_eq!(a.len(), b.len());
            assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-4 * (1.0 + a.abs())));
        }
    }
}

/// The same gradients with candle's processor backend taken for a device, of adapters and of everything, kept and computed again.
#[test]
fn a_device_gives_the_gradients_that_the_processor_gives() {
    for file in FILES {
        for (format, recompute) in [
            (BaseFormat::Dense, false),
            (BaseFormat::Dense, true),
            (BaseFormat::Blocks, false),
            (BaseFormat::Trained, false),
            (BaseFormat::Trained, true),
        ] {
            let compute = || {
                let decoder = if format == BaseFormat::Trained {
                    load(file, format)
                } else {
                    adapted(file, format, 0.1)
                };
                let kept = recompute.then(|| Kept::new(Mutex::new(Vec::new())));
                lists(&gradients(&decoder, &Mode { dropout: Some(5), kept }))
            };
            let (here, there) = (compute(), as_a_device(compute));
            assert_eq!(here.len(), there.len());
            for (a, b) in here.iter().zip(&there) {
                assert_eq!(a.len(), b.len(), "{file}, {format:?}");
                for (a, b) in a.iter().zip(b) {
                    let error = (a - b).abs();
                    assert!(error < 1e-4 * (1.0 + a.abs()), "{file}, {format:?}: {a} and {b}");
                }
            }
        }
    }
}

#[test]
fn packed_texts_are_learnt_as_if_they_were_alone() {
    let decoder = adapted("llama/model.safetensors", BaseFormat::Dense, 0.0);
    let loss = |pack| {
        let objective = Supervised::new(&examples(), 0, pack);
        let items: Vec<usize> = (0..objective.len()).collect();
        let outcome = objective.loss(&decoder, &items, &Mode::default()).unwrap();
        (objective.len(), f64::from(outcome.loss.to_scalar::<f32>().unwrap()), outcome.weight)
    };
    let ((alone, a, weight_a), (together, b, weight_b)) = (loss(None), loss(Some(32)));
    assert_eq!((alone, together), (2, 1));
    assert!((a - b).abs() < 1e-3 && (weight_a - weight_b).abs() < 1e-9, "{a} and {b}");
}

#[test]
fn without_adapters_the_model_is_its_base() {
    let decoder = adapted("qwen2/model.safetensors", BaseFormat::Dense, 0.0);
    let mut pass = Pass::of(&[&[1, 2, 3, 4]], 0);
    let with = list(&decoder.forward(&pass).unwrap());
    pass.adapters = false;
    let without = list(&decoder.forward(&pass).unwrap());
    let base = load("qwen2/model.safetensors", BaseFormat::Dense);
    assert_eq!(without, list(&base.forward(&pass).unwrap()));
    assert_ne!(with, without);
}

#[test]
fn a_text_longer_than_the_context_is_an_error_and_no_panic() {
    let decoder = load("llama/model.safetensors", BaseFormat::Dense);
    let long = vec![1u32; decoder.context() + 1];
    assert!(decoder.forward(&Pass::of(&[&long], 0)).is_err());
}

/// Texts of different lengths, read on token by token side by side, against the same texts read at once.
fn read_on_agrees(file: &str) {
    let decoder = adapted(file, BaseFormat::Dense, 0.0);
    // The first is longer than the window of Mistral's fixture, 16.
    let long: &[u32] = &[3, 14, 15, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6, 2];
    let texts: [&[u32]; 3] = [long, &[5, 8], &[9, 7, 9, 3, 2]];
    // The last of them is read at once and not gone on with.
    let begun = [4, 1, 5];
    let mut cache = decoder.cache(&texts.map(<[u32]>::len));
    let mut compared = 0;
    loop {
        let new: Vec<(usize, &[u32])> = (0..texts.len())
            .filter(|&text| cache.length(text) < texts[text].len())
            .map(|text| match cache.length(text) {
                0 => (text, &texts[text][..begun[text]]),
                read => (text, &texts[text][read..=read]),
            })
            .collect();
        if new.is_empty() {
            break;
        }
        let hidden = decoder.hidden_on(&mut cache, &new).unwrap();
        let logits: Vec<Vec<f32>> = decoder.logits(&hidden).unwrap().to_vec2().unwrap();
        for ((text, _), ours) in new.iter().zip(&logits) {
            let read = &texts[*text][..cache.length(*text)];
            let whole = decoder.forward(&Pass::of(&[read], 0)).unwrap();
            let wanted = list(&whole.narrow(0, read.len() - 1, 1).unwrap());
            let worst = ours.iter().zip(&wanted).map(|(a, b)| (a - b).abs()).fold(0f32, f32::max);
            assert!(worst < 1e-4, "{file}: text {text} behind {} is off by {worst}", read.len());
            compared += 1;
        }
    }
    assert_eq!(compared, 17 + 2 + 1);
    // There is no room for more, and a text that was begun goes on token by token.
    let (one, two): (&[u32], &[u32]) = (&[1], &[1, 2]);
    assert!(decoder.hidden_on(&mut cache, &[(0, one)]).is_err());
    let mut cache = decoder.cache(&[8]);
    decoder.hidden_on(&mut cache, &[(0, two)]).unwrap();
    assert!(decoder.hidden_on(&mut cache, &[(0, two)]).is_err());
    assert!(decoder.hidden_on(&mut cache, &[(1, one)]).is_err());
}

#[test]
fn what_is_read_on_is_what_is_read_at_once() {
    for file in FILES {
        read_on_agrees(file);
        as_a_device(|| read_on_agrees(file));
    }
}
