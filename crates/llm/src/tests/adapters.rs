//! Adapters: over every family as PEFT gives it, over quantised weights, switched between turns, and refused where they do not fit.

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

#[track_caller]
fn refused(path: &Path, base: &str, words: &[&str]) {
    let model = Model::load(&bases(base)[0], 256, None, &mut |_| {}).unwrap();
    let error = Loaded::default().choose(&model.decoder, &[choice(path, 1.0)]).err();
    let problem = domain::Problem::from(error.expect("it is refused"));
    for word in words {
        assert!(problem.to_string().contains(word), "{problem} names {word}");
    }
}

#[test]
fn an_adapter_for_another_model_is_refused_by_what_differs() {
    refused(&adapter("gemma3"), "llama", &["block 2", "loaded model has 2", "another model"]);
    refused(&adapter("glm"), "glm4", &["down_proj", "from 24 to 32 numbers", "from 24 to 16"]);
    refused(&adapter("qwen2").join("adapter.gguf"), "llama", &["`qwen2`", "`llama`"]);
    refused(&fixture("families/llama/model.gguf"), "llama", &["not an adapter"]);
    refused(&fixture("families/llama"), "llama", &["neither adapter_model.safetensors"]);
    refused(Path::new("/nowhere/at/all"), "llama", &["there is no model file"]);
    let model = Model::load(&bases("llama")[0], 256, None, &mut |_| {}).unwrap();
    for scale in [f32::NAN, f32::INFINITY, 1e9] {
        let chosen = Loaded::default().choose(&model.decoder, &[choice(adapter("llama"), scale)]);
        assert!(chosen.is_err(), "{scale}");
    }
    let many = vec![choice(adapter("llama"), 0.1); 17];
    assert!(Loaded::default().choose(&model.decoder, &many).is_err());
}

#[test]
fn an_adapter_is_not_put_over_another_base_of_the_same_shape() {
    let shape = wide();
    let folder = tempfile::tempdir().unwrap();
    let write_base = |name: &str, format, seed| {
        let path = folder.path().join(name);
        let shape = Shape { format, embedding_format: format, ..shape.clone() };
        crate::synthetic::write(&path, &shape, seed).unwrap();
        path
    };
    let own = write_base("own-model.gguf", GgmlDType::F32, 1);
    let in_blocks = write_base("own-q4.gguf", GgmlDType::Q4K, 1);
    let other = write_base("other.gguf", GgmlDType::F32, 2);
    let (adapter, tensors) = noise_adapter(&shape, 8, 1);
    let load_base = |path: &Path| Model::load(path, 256, None, &mut |_| {}).unwrap();
    let mut config = json!({ "peft_type": "LORA", "r": 8, "lora_alpha": 8, "base_model_name_or_path": "somebody/own-model" });
    load_base(&own).decoder.base_mark().write(&mut config);
    write(adapter.path(), &config, &tensors);
    let choose = |base: &Path| {
        Loaded::default().choose(&load_base(base).decoder, &[choice(adapter.path(), 1.0)])
    };
    assert!(choose(&own).is_ok());
    assert!(choose(&in_blocks).is_ok(), "the same weights in other blocks");
    let refused = choose(&other).err().unwrap().to_string();
    assert!(
        refused.contains("`somebody/own-model`") && refused.contains("another model"),
        "{refused}"
    );

    let mut nameless = config.clone();
    nameless.as_object_mut().unwrap().remove("base_model_name_or_path");
    write(adapter.path(), &nameless, &tensors);
    let refused = choose(&other).err().unwrap().to_string();
    assert!(refused.contains("trained over weights that are not those"), "{refused}");

    // What proves nothing but names another base works, and it is said.
    let doubts = |path: &Path| {
        let engine = Engine::load(path, &Options::default(), |_| {}).unwrap();
        engine.use_adapters(&[choice(adapter.path(), 1.0)]).unwrap()
    };
    assert_eq!(doubts(&own), Vec::<String>::new(), "its weights prove it");
    config.as_object_mut().unwrap().remove("hanashi_base");
    write(adapter.path(), &config, &tensors);
    assert!(choose(&other).is_ok());
    assert_eq!(doubts(&own).len(), 0, "the file is called so");
    let told = doubts(&other);
    assert!(told[0].contains("`somebody/own-model`") && told[0].contains("`noise`"), "{told:?}");
}

/// A copy of the Llama's adapter with a change.
fn changed(
    config: impl FnOnce(&mut serde_json::Value),
    tensors: impl FnOnce(&mut Tensors),
) -> tempfile::TempDir {
    let from = adapter("llama");
    let text = std::fs::read_to_string(from.join("adapter_config.json")).unwrap();
    let mut description: serde_json::Value = serde_json::from_str(&text).unwrap();
    config(&mut description);
    let file = weights::Checkpoint::open(&from.join("adapter_model.safetensors")).unwrap();
    let shape =
        |name: &str| file.require(name).unwrap().shape.iter().map(|&n| n as usize).collect();
    let mut all: Tensors = file
        .names()
        .map(|name| (name.to_owned(), (shape(name), file.floats(name).unwrap())))
        .collect();
    tensors(&mut all);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &description, &all);
    folder
}

#[test]
fn what_would_not_be_what_was_trained_is_refused_by_its_name() {
    for (key, value, words) in [
        ("modules_to_save", json!(["lm_head", "embed_tokens"]), "lm_head, embed_tokens"),
        ("peft_type", json!("IA3"), "`IA3`"),
        ("peft_type", json!(null), "peft_type"),
        ("bias", json!("lora_only"), "biases"),
        ("layer_replication", json!([[0, 2], [1, 2]]), "layer_replication"),
        ("alora_invocation_tokens", json!([1, 2]), "alora_invocation_tokens"),
        ("init_lora_weights", json!("pissa_niter_16"), "pissa_niter_16"),
        ("alpha_pattern", json!({ "(?=x)": 4 }), "(?=x)"),
        ("alpha_pattern", json!({ "q_proj": "four" }), "q_proj"),
        ("lora_alpha", json!(f64::MAX), "that are none"),
    ] {
        let folder = changed(|config| config[key] = value, |_| ());
        refused(folder.path(), "llama", &[words]);
    }
    let stem = "base_model.model.model.layers.0.self_attn.q_proj";
    let (a, b) = (format!("{stem}.lora_A.weight"), format!("{stem}.lora_B.weight"));
    let lacking = changed(|_| (), |tensors| drop(tensors.remove(&b)));
    refused(lacking.path(), "llama", &["q_proj", "missing"]);
    let numbers = changed(|_| (), |tensors| tensors.get_mut(&a).unwrap().1[3] = f32::NAN);
    refused(numbers.path(), "llama", &["q_proj", "that are none"]);
    let ranks =
        changed(|_| (), |tensors| drop(tensors.insert(a.clone(), (vec![2, 16], vec![0.5; 32]))));
    refused(ranks.path(), "llama", &["ranks 2 and 6"]);
    let more = changed(
        |_| (),
        |tensors| {
            tensors.insert(format!("{stem}.bias"), (vec![2], vec![0.0; 2]));
        },
    );
    refused(more.path(), "llama", &["q_proj.bias"]);
    let tower = changed(
        |_| (),
        |tensors| {
            for half in ["A", "B"] {
                let name = format!(
                    "base_model.model.vision_tower.encoder.layers.0.self_attn.q_proj.lora_{half}.weight"
                );
                tensors.insert(name, (vec![2, 2], vec![0.0; 4]));
            }
        },
    );
    refused(tower.path(), "llama", &["vision_tower.encoder.layers.0"]);
    let empty = changed(|_| (), Tensors::clear);
    refused(empty.path(), "llama", &["empty"]);
}

#[test]
fn files_cut_anywhere_are_refused_and_never_more() {
    let model = Model::load(&bases("llama")[0], 256, None, &mut |_| {}).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for name in ["adapter_model.safetensors", "adapter_config.json", "adapter.gguf"] {
        let from = adapter("llama-one-rank");
        let whole = std::fs::read(from.join(name)).unwrap();
        for other in ["adapter_model.safetensors", "adapter_config.json"] {
            std::fs::copy(from.join(other), folder.path().join(other)).unwrap();
        }
        let path = folder.path().join(name);
        let opened = if name.ends_with("gguf") { path.clone() } else { folder.path().to_owned() };
        for end in (0..whole.len()).step_by(whole.len() / 61 + 1) {
            std::fs::write(&path, &whole[..end]).unwrap();
            let chosen = Loaded::default().choose(&model.decoder, &[choice(&opened, 1.0)]);
            assert!(chosen.is_err(), "{name} cut at {end}");
        }
        std::fs::write(&path, &whole).unwrap();
        assert!(Loaded::default().choose(&model.decoder, &[choice(&opened, 1.0)]).is_ok());
    }
}

#[test]
fn names_of_other_versions_are_read_as_well() {
    let renamed = changed(
        |_| (),
        |tensors| {
            let old = std::mem::take(tensors);
            tensors.extend(old.into_iter().map(|(name, tensor)| {
                let between = [".lora_A", ".lora_B"].iter().fold(name, |name, half| {
                    name.replace(&format!("{half}.weight"), &format!("{half}.default.weight"))
                });
                (between, tensor)
            }));
        },
    );
    let mut session = session(&bases("llama")[0]);
    let active = load(&session, &[choice(renamed.path().join("adapter_model.safetensors"), 1.0)]);
    session.use_adapters(active);
    assert_eq!(disagreement(&mut session, &reference("llama")), None);
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
