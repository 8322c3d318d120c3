//! Every kind of training on a device, step by step beside the processor's.
//!
//! Without a card candle's processor backend is taken for one: the same tensors, operations and gradients, and an error where an
//! operation of the processor would be met. `HANASHI_DEVICE` (`cuda:0`, `metal`) runs the same on a card.

use std::fs;
use std::path::{Path, PathBuf};

use domain::Flow;
use llm::DeviceChoice;

use crate::chitchat;
use crate::losses::{PreferenceKnobs, PreferenceLoss};
use crate::ops::as_a_device;
use crate::pretrain::{self, Beginning, Order, Shape};
use crate::trainer::Listener;
use crate::{
    AdamW, Base, BaseFormat, Error, Event, Gpt2Shape, Job, Lora, PpoKnobs, Schedule, Settings,
    Summary, Warmup,
};
use material::{family, job, judged, pairs, prompts, texts, tokenizer};

#[path = "../tests/suite/material.rs"]
mod material;

/// Losses may be this far apart, plus this share of the loss: f32 sums in another order, over some steps.
const LOSS: f64 = 2e-3;
/// Norms of gradients, as a share: the same, before they are clipped.
const NORM: f64 = 2e-2;
/// How far the numbers of a matrix are apart after some steps, as a share of its norm. Not number by number: AdamW makes the same of a
/// gradient of 1e-9 and of 1, and the sign of the former is chance.
const NUMBERS: f64 = 2e-2;

fn mini() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/models/hanashi-mini/hanashi-mini.gguf")
}

/// The device that is held to the processor: the one that is named, or what stands in for one.
fn named() -> Option<DeviceChoice> {
    Some(std::env::var("HANASHI_DEVICE").ok()?.parse().unwrap())
}

/// What a training tells of its steps.
#[derive(Debug, Default)]
struct Told {
    steps: Vec<(f64, f64)>,
    watched: Vec<f64>,
}

/// Where something is trained.
#[derive(Clone, Copy, PartialEq)]
enum Where {
    Here,
    There,
}

/// Runs a training and notes what it tells, and that it was where it was asked to be.
fn run(
    at: Where,
    train: &dyn Fn(DeviceChoice, &mut Listener<'_>) -> Result<Summary, Error>,
) -> Told {
    let (mut told, mut placed) = (Told::default(), Vec::new());
    let mut note = |event: &Event| {
        match event {
            Event::Step { loss, grad_norm, .. } => told.steps.push((*loss, *grad_norm)),
            Event::Evaluated { loss, .. } => told.watched.push(*loss),
            Event::Placed { device, notice, .. } => placed.push((device.clone(), notice.clone())),
            _ => {}
        }
        Flow::More
    };
    let choice = match (at, named()) {
        (Where::Here, _) => {
            train(DeviceChoice::Processor, &mut note).unwrap();
            DeviceChoice::Processor
        }
        (Where::There, Some(choice)) => {
            train(choice, &mut note).unwrap();
            choice
        }
        (Where::There, None) => {
            let choice = DeviceChoice::Cuda(0);
            as_a_device(|| train(choice, &mut note)).unwrap();
            choice
        }
    };
    assert_eq!(placed, [(choice.to_string(), None)], "it gave way to the processor");
    told
}

fn same(what: &str, here: &Told, there: &Told) {
    assert!(here.steps.len() > 2, "{what}: {here:?}");
    assert_eq!(here.steps.len(), there.steps.len(), "{what}");
    assert_eq!(here.watched.len(), there.watched.len(), "{what}");
    for ((a, an), (b, bn)) in here.steps.iter().zip(&there.steps) {
        println!("{what}: loss {a:.6} here, {b:.6} there; norm {an:.6}, {bn:.6}");
        assert!((a - b).abs() < LOSS * (1.0 + a.abs()), "{what}: losses {here:?} and {there:?}");
        assert!((an - bn).abs() < NORM * (1e-3 + an), "{what}: norms {here:?} and {there:?}");
    }
    for (a, b) in here.watched.iter().zip(&there.watched) {
        assert!((a - b).abs() < LOSS * (1.0 + a.abs()), "{what}: looks {here:?} and {there:?}");
    }
}

fn settings() -> Settings {
    Settings {
        epochs: 10.0,
        max_steps: Some(5),
        batch_size: 2,
        accumulation: 2,
        learning_rate: 5e-3,
        schedule: Schedule::Cosine,
        warmup: Warmup::Steps(1),
        log_every: 1,
        save_every: 2,
        evaluate_every: 3,
        take_best: false,
        ..Settings::default()
    }
}

fn small() -> Lora {
    Lora { rank: 4, alpha: 8.0, dropout: 0.1, ..Lora::default() }
}

/// Numbers of the adapter in a folder, or of the model, by name.
fn numbers(folder: &Path) -> Vec<(String, Vec<f32>)> {
    let adapter = folder.join("adapter_model.safetensors");
    let path = if adapter.is_file() { adapter } else { folder.join("model.safetensors") };
    let file = weights::Checkpoint::open(&path).unwrap();
    file.names().map(|name| (name.to_owned(), file.floats(name).unwrap())).collect()
}

fn near(what: &str, a: &Path, b: &Path) {
    let (a, b) = (numbers(a), numbers(b));
    assert_eq!(a.len(), b.len());
    for ((name, a), (other, b)) in a.iter().zip(&b) {
        assert_eq!((name, a.len()), (other, b.len()));
        let norm = |list: &mut dyn Iterator<Item = f32>| {
            list.map(|x| f64::from(x) * f64::from(x)).sum::<f64>().sqrt()
        };
        let apart = norm(&mut a.iter().zip(b).map(|(a, b)| a - b));
        let share = apart / norm(&mut a.iter().copied()).max(1e-6);
        assert!(share < NUMBERS, "{what}: `{name}` is off by {share}");
    }
}

/// Answers, on every family and every way to hold a base.
#[test]
fn sft_lora_trains_on_a_device_as_on_the_processor() {
    let families = [
        ("llama/model.safetensors", BaseFormat::Dense, false),
        ("qwen2/model.safetensors", BaseFormat::Dense, false),
        ("mistral/model.safetensors.index.json", BaseFormat::Dense, true),
        ("qwen3/model.gguf", BaseFormat::Blocks, false),
        ("gpt2/pytorch_model.bin", BaseFormat::Dense, false),
    ];
    for (file, format, recompute) in families {
        for pack in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let (base, lora) = (family(file), small());
            let settings = Settings { recompute, ..settings() };
            let known = Base::read(&base).unwrap();
            let train = |at: Where| {
                let out = folder.path().join(format!("{}", at as u8));
                let told = run(at, &|device, events| {
                    let job = Job { format, device, ..job(&base, &out, &lora, &settings) };
                    job.supervised(&known, &texts(8, 80), &texts(2, 80), pack, events)
                });
                (out, told)
            };
            let (here, there) = (train(Where::Here), train(Where::There));
            same(file, &here.1, &there.1);
            near(file, &here.0, &there.0);
        }
    }
}

/// The model in the box, its own blocks widened on the device.
#[test]
fn sft_lora_on_blocks_trains_on_a_device_as_on_the_processor() {
    let folder = tempfile::tempdir().unwrap();
    let (base, lora) = (mini(), Lora { dropout: 0.0, ..small() });
    let known = Base::read(&base).unwrap();
    let settings = Settings { max_steps: Some(3), evaluate_every: 0, ..settings() };
    let train = |at: Where| {
        let out = folder.path().join(format!("{}", at as u8));
        run(at, &|device, events| {
            let format = BaseFormat::Blocks;
            let job = Job { format, device, ..job(&base, &out, &lora, &settings) };
            job.supervised(&known, &texts(8, 2000), &[], false, events)
        })
    };
    same("the model in the box", &train(Where::Here), &train(Where::There));
}

/// A small model from nothing: every parameter is trained, with dropout everywhere.
#[test]
fn chitchat_trains_on_a_device_as_on_the_processor() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("train.txt");
    fs::write(&text, "你好\n在吗\n\nhello\nhow are you\nfine\n\n你好\n你是谁\n\nfine\nhello\n")
        .unwrap();
    let shape = Gpt2Shape {
        n_layer: 2,
        n_head: 2,
        n_embd: 32,
        n_positions: 64,
        resid_pdrop: 0.1,
        ..Gpt2Shape::default()
    };
    let config = folder.path().join("config.json");
    fs::write(&config, serde_json::to_string(&shape).unwrap()).unwrap();
    for compat in [false, true] {
        let train = |at: Where| {
            let out = folder.path().join(format!("{}-{compat}", at as u8));
            run(at, &|device, events| {
                // Upstream refuses a description for another vocabulary.
                let made = folder.path().join("0-false");
                let order = chitchat::Order {
                    text: text.clone(),
                    vocabulary: compat.then(|| made.join("vocab.txt")),
                    config: Some(if compat { made.join("config.json") } else { config.clone() }),
                    pretrained: None,
                    out: out.clone(),
                    max_len: 40,
                    val_num: 0,
                    mmi: false,
                    settings: Settings { compat, evaluate_every: 0, ..settings() },
                    device,
                    resume: false,
                    probes: vec!["hello".into()],
                };
                chitchat::run(&order, &chitchat::prepare(&order)?, events)
            })
        };
        same("chitchat", &train(Where::Here), &train(Where::There));
    }
}

/// A whole model from nothing, and all its weights over answers: one norm of a gradient, and one step, for all of them.
#[test]
fn whole_models_train_on_a_device_as_on_the_processor() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.txt");
    fs::write(&text, "The lamp of the lighthouse turns, and the sea is told. ".repeat(12)).unwrap();
    let tokenizer = tokenizer(&folder.path().join("tokenizer"));
    let shape = Shape {
        num_hidden_layers: 2,
        hidden_size: 32,
        num_attention_heads: 4,
        num_key_value_heads: 2,
        intermediate_size: 48,
        max_position_embeddings: 24,
        ..Shape::default()
    };
    for recompute in [false, true] {
        let train = |at: Where| {
            let out = folder.path().join(format!("model-{}-{recompute}", at as u8));
            let told = run(at, &|device, events| {
                let order = Order {
                    text: vec![text.clone()],
                    validation: vec![text.clone()],
                    tokenizer: tokenizer.clone(),
                    beginning: Beginning::Noise(shape.clone()),
                    window: None,
                    out: out.clone(),
                    settings: Settings { recompute, ..settings() },
                    device,
                    resume: false,
                    probes: vec!["The sea".into()],
                };
                pretrain::run(&order, &pretrain::prepare(&order)?, events)
            });
            (out, told)
        };
        let (here, there) = (train(Where::Here), train(Where::There));
        same("from nothing", &here.1, &there.1);
        near("from nothing", &here.0, &there.0);
    }
    let base = folder.path().join("model-0-false");
    let (known, lora) = (Base::read(&base).unwrap(), Lora::default());
    for pack in [false, true] {
        let train = |at: Where| {
            let out = folder.path().join(format!("full-{}-{pack}", at as u8));
            let told = run(at, &|device, events| {
                let settings = Settings {
                    optimiser: AdamW { weight_decay: 0.1, ..AdamW::default() },
                    ..settings()
                };
                let format = BaseFormat::Trained;
                let job = Job { format, device, cutoff: 24, ..job(&base, &out, &lora, &settings) };
                job.supervised(&known, &texts(8, 200), &texts(2, 200), pack, events)
            });
            (out, told)
        };
        let (here, there) = (train(Where::Here), train(Where::There));
        same("all weights", &here.1, &there.1);
        near("all weights", &here.0, &there.0);
    }
}

#[test]
fn preferences_and_judgements_train_on_a_device_as_on_the_processor() {
    use PreferenceLoss::{Hinge, Ipo, KtoPair, Orpo, Sigmoid, Simpo};
    let (base, lora, settings) = (family("llama/model.safetensors"), small(), settings());
    let known = Base::read(&base).unwrap();
    for kind in [Sigmoid, Hinge, Ipo, KtoPair, Orpo, Simpo] {
        let train = |at: Where| {
            let folder = tempfile::tempdir().unwrap();
            run(at, &|device, events| {
                let job = Job { device, ..job(&base, folder.path(), &lora, &settings) };
                let knobs = PreferenceKnobs { ftx: 0.1, ..PreferenceKnobs::default() };
                job.preferences(&known, &pairs(), &pairs()[..3], (kind, knobs), events)
            })
        };
        same(&format!("{kind:?}"), &train(Where::Here), &train(Where::There));
    }
    let train = |at: Where| {
        let folder = tempfile::tempdir().unwrap();
        run(at, &|device, events| {
            let job = Job { device, ..job(&base, folder.path(), &lora, &settings) };
            job.judged(&known, &judged(), PreferenceKnobs::default(), events)
        })
    };
    same("KTO", &train(Where::Here), &train(Where::There));
}

/// Where the memory of a card is just enough for a text of each item, there is none for pairs.
#[test]
fn both_texts_of_a_pair_are_planned() {
    let (base, lora, mut settings) = (family("llama/model.safetensors"), small(), settings());
    let (known, folder) = (Base::read(&base).unwrap(), tempfile::tempdir().unwrap());
    let device = DeviceChoice::Cuda(0);
    let longest = 7;
    let place = |settings: &Settings, texts: usize| {
        let job = Job { device, ..job(&base, folder.path(), &lora, settings) };
        as_a_device(|| job.place_of(&known, (texts, longest)).unwrap().on.id)
    };
    while place(&settings, 2) != "cpu" {
        settings.batch_size *= 2;
    }
    assert_eq!(place(&settings, 1), "cuda:0");
    let mut placed = Vec::new();
    let mut note = |event: &Event| {
        if let Event::Placed { device, .. } = event {
            placed.push(device.clone());
        }
        Flow::Stop
    };
    as_a_device(|| {
        let job = Job { device, ..job(&base, folder.path(), &lora, &settings) };
        let knobs = PreferenceKnobs::default();
        let kind = (PreferenceLoss::Sigmoid, knobs);
        job.preferences(&known, &pairs(), &[], kind, &mut note).unwrap();
        job.reward(&known, &pairs(), &[], &mut note).unwrap();
        job.judged(&known, &judged(), knobs, &mut note).unwrap();
    });
    assert_eq!(placed, ["cpu"; 3]);
}

/// A reward model, and answers that are tried and judged by it. Answers are drawn by the processor from a device's scores.
#[test]
fn reward_and_ppo_train_on_a_device_as_on_the_processor() {
    let (base, lora) = (family("llama/model.safetensors"), Lora { dropout: 0.0, ..small() });
    let known = Base::read(&base).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let judge = |at: Where| folder.path().join(format!("reward-{}", at as u8));
    let train = |at: Where| {
        run(at, &|device, events| {
            let (out, settings) = (judge(at), settings());
            let job = Job { device, ..job(&base, &out, &lora, &settings) };
            job.reward(&known, &pairs(), &pairs()[..3], events)
        })
    };
    same("reward", &train(Where::Here), &train(Where::There));
    near("reward", &judge(Where::Here), &judge(Where::There));
    let prompts = prompts();
    let train = |at: Where| {
        let out = folder.path().join(format!("ppo-{}", at as u8));
        run(at, &|device, events| {
            let settings = Settings { batch_size: 3, accumulation: 1, ..settings() };
            let job = Job { device, ..job(&base, &out, &lora, &settings) };
            let knobs = PpoKnobs { epochs: 2, kl: 0.02, answer: 5, ..PpoKnobs::default() };
            // Judged by the same reward model.
            job.ppo(&known, &prompts, &prompts[..2], (&judge(Where::Here), knobs), events)
        })
    };
    same("PPO", &train(Where::Here), &train(Where::There));
}

/// Stopped on one and gone on with on the other, both ways round: the files are alike, and so are the steps.
#[test]
fn a_checkpoint_of_either_goes_on_on_the_other() {
    let (base, lora, settings) = (family("qwen3/model.safetensors"), small(), settings());
    let known = Base::read(&base).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let train = |at: Where, out: &Path, resume: bool, until: usize| {
        let settings = Settings { keep: 9, ..settings.clone() };
        run(at, &|device, events| {
            let job = Job { device, resume, ..job(&base, out, &lora, &settings) };
            job.supervised(&known, &texts(8, 80), &[], false, &mut |event| {
                let flow = events(event);
                let at_end = matches!(event, Event::Step { step, .. } if *step == until);
                if at_end { Flow::Stop } else { flow }
            })
        })
    };
    let whole = folder.path().join("whole");
    let told = train(Where::Here, &whole, false, 99);
    for (first, then) in [(Where::Here, Where::There), (Where::There, Where::Here)] {
        let out = folder.path().join(format!("from-{}", first as u8));
        let begun = train(first, &out, false, 3);
        let ended = train(then, &out, true, 99);
        for file in ["optimizer.safetensors", "adapter_model.safetensors"] {
            let size = |path: PathBuf| fs::metadata(path.join(file)).unwrap().len();
            let wanted = size(whole.join("checkpoint-4"));
            assert!(["checkpoint-3", "checkpoint-4"].iter().all(|c| size(out.join(c)) == wanted));
        }
        let steps = begun.steps.into_iter().chain(ended.steps).collect();
        same("gone on with", &told, &Told { steps, watched: Vec::new() });
        near("gone on with", &whole, &out);
    }
}
