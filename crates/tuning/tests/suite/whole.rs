//! Whole models: from nothing, and all weights of one over conversations.

use std::fs;
use std::path::{Path, PathBuf};

use domain::{Cancel, Flow};
use tuning::pretrain::{self, Beginning, Order, Shape};
use tuning::{
    AdamW, Base, BaseFormat, Device, DeviceChoice, Event, Example, Job, Learning, Lora, Settings,
    Summary, Turn, Warmup,
};

use super::material::tokenizer;
use super::{job, losses};

/// What the small models learn: thirty documents of three sentences, control tokens written out.
fn rhymes() -> String {
    let line = |n: usize| {
        let (a, b) = (["cat", "dog", "fox"][n % 3], ["mat", "log", "box"][n % 3]);
        format!(
            "{{\"text\": \"<|user|>Where is the {a}?<|end|><|char|>The {a} sits on the {b}.<|end|>\"}}\n"
        )
    };
    (0..30).map(line).collect()
}

fn shape() -> Shape {
    Shape {
        num_hidden_layers: 2,
        hidden_size: 32,
        num_attention_heads: 4,
        num_key_value_heads: 2,
        intermediate_size: 64,
        max_position_embeddings: 48,
        ..Shape::default()
    }
}

fn order(folder: &Path, out: &str) -> Order {
    fs::write(folder.join("text.jsonl"), rhymes()).unwrap();
    Order {
        text: vec![folder.join("text.jsonl")],
        validation: vec![folder.join("text.jsonl")],
        tokenizer: tokenizer(&folder.join("tokenizer")),
        beginning: Beginning::Noise(shape()),
        window: None,
        out: folder.join(out),
        settings: Settings {
            epochs: 40.0,
            batch_size: 4,
            accumulation: 2,
            learning_rate: 1e-2,
            warmup: Warmup::Steps(2),
            log_every: 1,
            save_every: 5,
            ..Settings::default()
        },
        device: DeviceChoice::Processor,
        resume: false,
        probes: vec!["<|user|>Where is the fox?<|end|><|char|>".into()],
    }
}

fn run(order: &Order, events: &mut dyn FnMut(&Event) -> Flow) -> Result<Summary, tuning::Error> {
    pretrain::run(order, &pretrain::prepare(order)?, events)
}

fn weights(folder: &Path) -> Vec<u8> {
    fs::read(folder.join("model.safetensors")).unwrap()
}

/// The engine's logarithms of probabilities of a text's tokens, and what the decoder that was trained gives.
fn agree(model: &Path, text: &str) {
    let engine = llm::Engine::load(model, &llm::Options::default(), |_| {}).unwrap();
    let ids = engine.tokenize(text);
    let own = engine.log_probabilities(text).unwrap();
    assert_eq!(own.len() + 1, ids.len());
    for (at, own) in own.iter().enumerate() {
        let logits = tuning::last_logits(model, &ids[..=at], &Device::Cpu).unwrap();
        let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f32 = logits.iter().map(|l| (l - top).exp()).sum();
        let trained = logits[ids[at + 1] as usize] - top - sum.ln();
        assert!((own - trained).abs() < 2e-3, "token {at}: {own} of the engine, {trained} trained");
    }
}

fn continued(model: &Path, prompt: &str) -> String {
    let engine = llm::Engine::load(model, &llm::Options::default(), |_| {}).unwrap();
    let completion = llm::Completion {
        prompt: prompt.into(),
        sampling: domain::Sampling::greedy(),
        max_tokens: 40,
        stop: Vec::new(),
    };
    engine.complete(completion, Cancel::new()).unwrap().text
}

#[test]
fn a_small_text_is_learnt_from_nothing_and_the_engine_goes_on_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let order = order(folder.path(), "model");
    let prepared = pretrain::prepare(&order).unwrap();
    let contents = &prepared.contents;
    assert_eq!((contents.documents, contents.window), (30, 48));
    // Nothing is added to documents that end by themselves.
    assert_eq!(contents.windows, (contents.tokens - 1) / 48);
    let (mut samples, mut accuracy) = (0, 0.0);
    let mut note = |event: &Event| {
        match event {
            Event::Sample { .. } => samples += 1,
            Event::Evaluated { metrics, .. } => accuracy = metrics[0].1,
            _ => {}
        }
        Flow::More
    };
    let summary = pretrain::run(&order, &prepared, &mut note).unwrap();
    assert!(summary.loss < 0.6, "loss {}", summary.loss);
    assert!(samples > 0 && accuracy > 0.8, "{samples} samples, accuracy {accuracy}");
    let first = losses(&order.out)[0].1;
    let uniform = (contents.vocabulary as f64).ln();
    assert!((first - uniform).abs() < 0.3, "noise begins at {first}, not at {uniform}");
    for file in ["config.json", "tokenizer.json", "tokenizer_config.json", "training_args.json"] {
        assert!(order.out.join(file).is_file(), "{file}");
    }
    let left = fs::read_dir(&order.out).unwrap().flatten();
    let hidden = left.filter(|e| e.file_name().to_string_lossy().starts_with('.')).count();
    assert_eq!(hidden, 0, "what was written on the way is gone");
    agree(&order.out, "<|user|>Where is the dog?<|end|><|char|>The dog sits on the log.<|end|>");
    let said = continued(&order.out, "<|user|>Where is the fox?<|end|><|char|>");
    assert_eq!(said, "The fox sits on the box.");
    // What it was made with is kept for whoever loads it.
    let config: serde_json::Value =
        serde_json::from_slice(&fs::read(order.out.join("config.json")).unwrap()).unwrap();
    assert_eq!(config["architectures"][0], "LlamaForCausalLM");
    assert_eq!(config["rms_norm_eps"], 1e-5);
    assert_eq!(config["eos_token_id"], 257);
}

#[test]
fn one_that_was_stopped_and_goes_on_makes_the_very_same_weights() {
    let folder = tempfile::tempdir().unwrap();
    let whole = order(folder.path(), "whole");
    run(&whole, &mut |_| Flow::More).unwrap();
    let mut paused = order(folder.path(), "paused");
    let mut stop = |event: &Event| {
        if matches!(event, Event::Step { step: 7, .. }) { Flow::Stop } else { Flow::More }
    };
    assert_eq!(run(&paused, &mut stop).unwrap().ended, "stopped");
    paused.resume = true;
    assert_eq!(run(&paused, &mut |_| Flow::More).unwrap().ended, "finished");
    assert!(weights(&whole.out) == weights(&paused.out));
    assert_eq!(losses(&whole.out), losses(&paused.out));
    // Another text is another training.
    fs::write(folder.path().join("text.jsonl"), &rhymes()[..rhymes().len() / 2]).unwrap();
    let half: String = rhymes().lines().take(20).map(|line| format!("{line}\n")).collect();
    fs::write(folder.path().join("text.jsonl"), half).unwrap();
    let error = run(&paused, &mut |_| Flow::More).unwrap_err();
    assert!(error.to_string().contains("another dataset"), "{error}");
}

#[test]
fn it_goes_on_from_weights_in_their_own_shape() {
    let folder = tempfile::tempdir().unwrap();
    let first = order(folder.path(), "first");
    let ended = run(&first, &mut |_| Flow::More).unwrap().loss;
    let mut more = order(folder.path(), "more");
    more.beginning = Beginning::Weights(first.out.clone());
    more.settings = Settings { max_steps: Some(4), learning_rate: 1e-4, ..more.settings };
    // Shorter windows than it was made for.
    more.window = Some(32);
    let before = weights(&first.out);
    run(&more, &mut |_| Flow::More).unwrap();
    let begun = losses(&more.out)[0].1;
    assert!(begun < ended + 0.5, "it ended at {ended} and begins at {begun}");
    assert!(before == weights(&first.out), "what it began with stays");
    let config = |folder: &Path| fs::read(folder.join("config.json")).unwrap();
    let value = |bytes: Vec<u8>| serde_json::from_slice::<serde_json::Value>(&bytes).unwrap();
    assert_eq!(value(config(&first.out)), value(config(&more.out)));
    // A folder that has a model, and gives its weights or only its tokenizer.
    more.out.clone_from(&first.out);
    let mut noise = Order { tokenizer: first.out.clone(), ..order(folder.path(), "noise") };
    noise.out = first.out;
    for order in [more, noise] {
        let error = run(&order, &mut |_| Flow::More).unwrap_err();
        assert!(error.to_string().contains("take the place"), "{error}");
    }
}

/// Plain texts, cuts, and what stands around documents give the tokens that each text gives in one piece.
#[test]
fn long_texts_are_cut_without_a_trace() {
    let folder = tempfile::tempdir().unwrap();
    let mut order = order(folder.path(), "model");
    let text = "The cat sits. It's 12 o'clock,\n\nand the fox sees  a box. ".repeat(4000);
    let path = folder.path().join("long.TXT");
    fs::write(&path, &text).unwrap();
    order.text = vec![path];
    let contents = pretrain::prepare(&order).unwrap().contents;
    // A byte is a token here, and the end is one more.
    assert_eq!((contents.documents, contents.tokens), (1, text.len() + 1));
}

#[test]
fn what_cannot_be_trained_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let file = |name: &str, bytes: &[u8]| {
        fs::write(at(name), bytes).unwrap();
        at(name)
    };
    let usual = || order(folder.path(), "model");
    let of = |text: PathBuf| Order { text: vec![text], ..usual() };
    let shaped = |shape: Shape| Order { beginning: Beginning::Noise(shape), ..usual() };
    let described = |name: &str, text: &str| Order {
        beginning: Beginning::Described(file(name, text.as_bytes())),
        ..usual()
    };
    let optimiser = AdamW { beta2: 1.0, ..AdamW::default() };
    let forgetful = Settings { optimiser, ..Settings::default() };
    let mute = tokenizer(&at("mute"));
    fs::write(mute.join("tokenizer_config.json"), "{}").unwrap();
    let rows = [
        (of(at("absent.jsonl")), "absent.jsonl"),
        (of(file("empty.jsonl", b"\n\n")), "no text"),
        (of(file("empty.txt", b" \n")), "no text"),
        (of(file("latin.txt", b"caf\xe9 au lait")), "not UTF-8 from byte 3"),
        (of(file("broken.jsonl", b"{\"text\": \"a\"}\n\n{\"text\": }\nnonsense\n")), "line 3"),
        (of(file("other.jsonl", b"{\"texts\": \"a\"}\n")), "line 1: it has no `text`"),
        (of(file("short.txt", b"a few words")), "a window has 49"),
        (
            Order { validation: vec![file("short.txt", b"a few words")], ..usual() },
            "a window has 49",
        ),
        (Order { tokenizer: at("nowhere"), ..usual() }, "tokenizer.json"),
        (Order { tokenizer: file("vocab.bin", b"x"), ..usual() }, "tokenizer.json"),
        (Order { tokenizer: mute, ..usual() }, "eos_token"),
        (Order { settings: forgetful, ..usual() }, "squared gradients of 1"),
        (Order { window: Some(49), ..usual() }, "do not fit a context of 48"),
        (Order { window: Some(0), ..usual() }, "windows of 0"),
        (shaped(Shape { vocab_size: 100, ..shape() }), "has 260 tokens"),
        (shaped(Shape { hidden_size: 33, ..shape() }), "divided among 4 heads"),
        (shaped(Shape { num_key_value_heads: 3, ..shape() }), "cannot share 3"),
        (shaped(Shape { num_hidden_layers: 1 << 20, ..shape() }), "cannot be built"),
        (shaped(Shape { head_dim: 7, ..shape() }), "in pairs"),
        (
            shaped(Shape {
                hidden_size: 1 << 14,
                num_hidden_layers: 256,
                intermediate_size: 1 << 16,
                ..shape()
            }),
            "not trained from nothing",
        ),
        (described("0.json", "[]"), "description"),
        (described("1.json", "{\"model_type\": \"mistral\"}"), "`llama`"),
        (described("2.json", "{\"tie_word_embeddings\": false}"), "`tie_word_embeddings`"),
        (described("3.json", "{\"rope_scaling\": {\"rope_type\": \"yarn\"}}"), "stretched"),
        (Order { beginning: Beginning::Weights(at("nowhere")), ..usual() }, "nowhere"),
    ];
    for (order, wanted) in rows {
        let told = pretrain::prepare(&order).map(|_| ()).unwrap_err().to_string();
        assert!(told.contains(wanted), "{told} where {wanted} is to be said");
        assert!(!order.out.exists(), "nothing is written before a training");
    }
    let described = described(
        "5.json",
        "{\"hidden_size\": 32, \"rope_parameters\": {\"rope_theta\": 500.0, \"rope_type\": \"default\"}, \"rope_scaling\": null, \"num_attention_heads\": 4, \"max_position_embeddings\": 48}",
    );
    assert!(pretrain::prepare(&described).is_ok());
}

/// A model of the rhymes, and conversations that it does not know.
fn tuned(
    folder: &Path,
    out: &str,
    resume: bool,
    events: &mut dyn FnMut(&Event) -> Flow,
) -> Result<Summary, tuning::Error> {
    let base = folder.join("base");
    if !base.join("model.safetensors").is_file() {
        run(&order(folder, "base"), &mut |_| Flow::More)?;
    }
    let known = Base::read(&base)?;
    let talk = |n: usize| {
        let (prompt, reply) = [("Who is it?", "A cat."), ("Are you well?", "I am.")][n % 2];
        vec![Turn {
            prompt: format!("<|user|>{prompt}<|end|><|char|>"),
            reply: format!("{reply}<|end|>"),
        }]
    };
    let (lora, out) = (Lora::default(), folder.join(out));
    let settings = Settings {
        epochs: 30.0,
        batch_size: 4,
        accumulation: 1,
        learning_rate: 5e-3,
        log_every: 1,
        save_every: 3,
        ..Settings::default()
    };
    let probes = [("Who is it?".to_owned(), "<|user|>Who is it?<|end|><|char|>".to_owned())];
    let job = Job {
        format: BaseFormat::Trained,
        cutoff: 48,
        resume,
        probes: &probes,
        ..job(&base, &out, &lora, &settings)
    };
    let learning = Learning { cutoff: 48, ..Learning::default() };
    let talks: Vec<Vec<Turn>> = (0..12).map(talk).collect();
    let examples: Vec<Example> = job.examples(&known, &talks, learning);
    job.supervised(&known, &examples, &examples[..2], false, events)
}

#[test]
fn all_weights_learn_conversations_and_the_base_stays() {
    let folder = tempfile::tempdir().unwrap();
    run(&order(folder.path(), "base"), &mut |_| Flow::More).unwrap();
    let (base, out) = (folder.path().join("base"), folder.path().join("tuned"));
    let files = |folder: &Path| {
        let mut list: Vec<(PathBuf, Vec<u8>)> = fs::read_dir(folder)
            .unwrap()
            .flatten()
            .filter(|entry| entry.path().is_file())
            .map(|entry| (entry.path(), fs::read(entry.path()).unwrap()))
            .collect();
        list.sort();
        list
    };
    let before = files(&base);
    let summary = tuned(folder.path(), "tuned", false, &mut |_| Flow::More).unwrap();
    assert!(before == files(&base), "nothing of the base changed");
    let first = losses(&out)[0].1;
    assert!(first > 1.0 && summary.loss < 0.2, "loss from {first} to {}", summary.loss);
    assert_eq!(continued(&out, "<|user|>Are you well?<|end|><|char|>"), "I am.");
    agree(&out, "<|user|>Who is it?<|end|><|char|>A cat.<|end|>");
    for file in ["config.json", "tokenizer.json", "tokenizer_config.json"] {
        assert_eq!(
            fs::read(out.join(file)).unwrap(),
            fs::read(base.join(file)).unwrap(),
            "{file} is the base's"
        );
    }
    assert!(!out.join("adapter_config.json").exists());
    // Each matrix, vector and the table were learnt.
    let of = |folder: &Path| weights::Checkpoint::open(folder).unwrap();
    let (old, new) = (of(&base), of(&out));
    assert_eq!(old.names().count(), new.names().count());
    for name in old.names() {
        assert!(old.floats(name).unwrap() != new.floats(name).unwrap(), "{name} stayed");
    }
}

#[test]
fn full_tuning_goes_on_as_if_never_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    tuned(folder, "whole", false, &mut |_| Flow::More).unwrap();
    let mut stop = |event: &Event| {
        if matches!(event, Event::Step { step: 5, .. }) { Flow::Stop } else { Flow::More }
    };
    assert_eq!(tuned(folder, "paused", false, &mut stop).unwrap().ended, "stopped");
    tuned(folder, "paused", true, &mut |_| Flow::More).unwrap();
    assert!(weights(&folder.join("whole")) == weights(&folder.join("paused")));
}

#[test]
fn full_tuning_refuses_what_it_cannot_write_back() {
    let folder = tempfile::tempdir().unwrap();
    let (lora, settings) = (Lora::default(), Settings::default());
    for (base, out, wanted) in [
        (super::family("llama/model.gguf"), folder.path().join("out"), "GGUF"),
        (
            super::family("llama/model.safetensors"),
            super::family("llama/model.safetensors").parent().unwrap().to_owned(),
            "take the place",
        ),
    ] {
        let known = Base::read(&base).unwrap();
        let job = Job { format: BaseFormat::Trained, ..job(&base, &out, &lora, &settings) };
        let told = job.place(&known, 8).map(|_| ()).unwrap_err().to_string();
        assert!(told.contains(wanted), "{told}");
        let told = job.supervised(&known, &super::texts(2, 80), &[], false, &mut |_| Flow::More);
        assert!(told.unwrap_err().to_string().contains(wanted));
    }
}
