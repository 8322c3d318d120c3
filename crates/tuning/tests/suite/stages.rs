//! Every stage learns what it is there for, and what it writes is whole.

use domain::Flow;
use tuning::chitchat::{self, Order};
use tuning::losses::{PreferenceKnobs, PreferenceLoss};
use tuning::{Base, DeviceChoice, Event, Gpt2Shape, Job, Lora, Settings, Summary, Warmup};

use super::material::{judged, pairs};
use super::{family, job, quick};

/// Runs a stage and answers with the first and last value of a metric.
fn metric(
    name: &str,
    train: impl FnOnce(&mut dyn FnMut(&Event) -> Flow) -> Result<Summary, tuning::Error>,
) -> (f64, f64) {
    let mut values = Vec::new();
    let mut note = |event: &Event| {
        if let Event::Step { metrics, loss, .. } = event {
            let found = metrics.iter().find(|(known, _)| known == name).map(|(_, v)| *v);
            values.push(found.unwrap_or(*loss));
        }
        Flow::More
    };
    train(&mut note).unwrap();
    (values[0], values[values.len() - 1])
}

#[test]
fn every_loss_of_preferences_learns_to_prefer() {
    use PreferenceLoss::{Hinge, Ipo, KtoPair, Orpo, Sigmoid, Simpo};
    let base = family("llama/model.safetensors");
    let known = Base::read(&base).unwrap();
    for kind in [Sigmoid, Hinge, Ipo, KtoPair, Orpo, Simpo] {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings { epochs: 8.0, learning_rate: 5e-3, ..quick() };
        let lora = Lora { rank: 4, alpha: 8.0, ..Lora::default() };
        let job = job(&base, folder.path(), &lora, &settings);
        let knobs = PreferenceKnobs { ftx: 0.1, ..PreferenceKnobs::default() };
        let (first, last) = metric("rewards/margins", |events| {
            job.preferences(&known, &pairs(), &[], (kind, knobs), events)
        });
        assert!(last > first + 0.05, "{kind:?}: margins from {first} to {last}");
        assert!(tuning::adapter::read(folder.path()).is_ok());
    }
}

#[test]
fn judged_answers_are_learnt_too() {
    let base = family("qwen2/model.safetensors");
    let known = Base::read(&base).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { epochs: 8.0, learning_rate: 5e-3, ..quick() };
    let lora = Lora { rank: 4, alpha: 8.0, ..Lora::default() };
    let job = job(&base, folder.path(), &lora, &settings);
    let (first, last) =
        metric("loss", |events| job.judged(&known, &judged(), PreferenceKnobs::default(), events));
    assert!(last < first, "loss from {first} to {last}");
}

#[test]
fn a_reward_model_tells_better_from_worse_and_keeps_its_head() {
    let base = family("llama/model.safetensors");
    let known = Base::read(&base).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { epochs: 8.0, learning_rate: 5e-3, ..quick() };
    let lora = Lora { rank: 4, alpha: 8.0, ..Lora::default() };
    let (_, last) = metric("accuracy", |events| {
        job(&base, folder.path(), &lora, &settings).reward(&known, &pairs(), &[], events)
    });
    assert!(last > 0.9, "accuracy {last}");
    let head = weights::Checkpoint::open(&folder.path().join("value_head.safetensors")).unwrap();
    let names: Vec<&str> = head.names().collect();
    assert_eq!(names, ["v_head.summary.bias", "v_head.summary.weight"]);
    assert!(tuning::adapter::read(folder.path()).is_ok(), "the head is no part of the adapter");
    // It goes on with its head.
    let more = Settings { epochs: 9.0, ..settings };
    let again = Job { resume: true, ..job(&base, folder.path(), &lora, &more) };
    again.reward(&known, &pairs(), &[], &mut |_| Flow::More).unwrap();
}

/// A model of a few dialogues from nothing, both ways round: learns them, and the engine answers with it.
#[test]
fn dialogues_are_learnt_from_nothing_and_the_engine_answers_with_them() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("train.txt");
    std::fs::write(
        &text,
        "你好\n在吗\n\nhello\nhow are you\nfine\n\n你好\n在吗\n\nhello\nhow are you\nfine\n",
    )
    .unwrap();
    let shape = Gpt2Shape {
        n_layer: 2,
        n_head: 2,
        n_embd: 32,
        n_positions: 64,
        resid_pdrop: 0.0,
        ..Gpt2Shape::default()
    };
    let config = folder.path().join("config.json");
    std::fs::write(&config, serde_json::to_string(&shape).unwrap()).unwrap();
    for (mmi, compat) in [(false, false), (true, false), (false, true)] {
        let out = folder.path().join(format!("model-{mmi}-{compat}"));
        // Upstream refuses a description for another vocabulary.
        let vocabulary = folder.path().join(format!("model-{mmi}-false/vocab.txt"));
        let config = if compat {
            let made = folder.path().join("model-false-false/config.json");
            made.is_file().then_some(made)
        } else {
            Some(config.clone())
        };
        let order = Order {
            text: text.clone(),
            vocabulary: compat.then_some(vocabulary),
            config,
            pretrained: None,
            out: out.clone(),
            max_len: 40,
            val_num: 8000,
            mmi,
            settings: Settings {
                epochs: 60.0,
                batch_size: 2,
                accumulation: 2,
                learning_rate: 1e-2,
                warmup: Warmup::Steps(5),
                max_grad_norm: 2.0,
                take_best: false,
                compat,
                ..Settings::default()
            },
            device: DeviceChoice::Processor,
            resume: false,
            probes: vec!["hello".into()],
        };
        let prepared = chitchat::prepare(&order).unwrap();
        assert_eq!(prepared.lengths.dialogues, 4);
        let summary = chitchat::run(&order, &prepared, &mut |_| Flow::More).unwrap();
        assert!(summary.loss < 0.5, "loss {} (mmi {mmi}, compat {compat})", summary.loss);
        if mmi {
            let chooser = llm::Reranker::load(&out, &llm::Options::default()).unwrap();
            let right = chooser.loss("在吗", &["你好".into()], 5).unwrap();
            let wrong = chooser.loss("fine", &["你好".into()], 5).unwrap();
            assert!(right < wrong, "{right} and {wrong}");
        } else {
            let engine = llm::Engine::load(&out, &llm::Options::default(), |_| {}).unwrap();
            let completion = llm::Completion {
                prompt: "[CLS]hello[SEP]".into(),
                sampling: domain::Sampling::greedy(),
                max_tokens: 10,
                stop: vec!["[SEP]".into()],
            };
            let done = engine.complete(completion, domain::Cancel::new()).unwrap();
            assert_eq!(done.text.trim(), "how are you");
        }
    }
}

/// A typing mistake in one of several names would be an adapter that learns less, and nobody would know.
#[test]
fn a_misspelt_matrix_among_others_is_named() {
    let base = family("llama/model.safetensors");
    let folder = tempfile::tempdir().unwrap();
    let settings = quick();
    let targets = vec!["q_proj".to_owned(), "vproj".to_owned()];
    let lora = Lora { rank: 4, alpha: 8.0, targets, ..Lora::default() };
    let job = job(&base, folder.path(), &lora, &settings);
    let known = Base::read(&base).unwrap();
    let texts = super::texts(4, 40);
    let told = job.supervised(&known, &texts, &[], false, &mut |_| Flow::More).unwrap_err();
    let told = told.to_string();
    assert!(told.contains("called vproj;") && told.contains("v_proj"), "{told}");
}

#[test]
fn strengths_that_cannot_be_are_named_before_anything_is_learnt() {
    let usual = PreferenceKnobs::default();
    for (wrong, what) in [
        (PreferenceKnobs { beta: f64::NAN, ..usual }, "a beta"),
        (PreferenceKnobs { beta: 0.0, ..usual }, "a beta"),
        (PreferenceKnobs { label_smoothing: 0.5, ..usual }, "a label smoothing"),
        (PreferenceKnobs { simpo_gamma: f64::INFINITY, ..usual }, "a margin"),
        (PreferenceKnobs { ftx: -1.0, ..usual }, "a share of cross-entropy"),
        (PreferenceKnobs { chosen_weight: -1.0, ..usual }, "a weight of good answers"),
        (PreferenceKnobs { rejected_weight: f64::NAN, ..usual }, "a weight of bad answers"),
    ] {
        assert!(wrong.check().unwrap_err().to_string().starts_with(what), "{wrong:?}");
    }
    assert!(usual.check().is_ok());
    for (weight_decay, epsilon) in
        [(f64::NAN, 1e-8), (-0.1, 1e-8), (0.0, 0.0), (0.0, f64::INFINITY)]
    {
        let optimiser = tuning::AdamW { weight_decay, epsilon, ..tuning::AdamW::default() };
        let settings = Settings { optimiser, ..quick() };
        assert!(settings.check().is_err(), "{weight_decay} {epsilon}");
    }
}
