//! The same LoRA on the same model, batch and schedule as PEFT and PyTorch trained it (`fixtures/peft_and_torch.py`).

use std::fs;

use candle_core::Tensor;
use domain::Flow;
use serde::Deserialize;
use tuning::adapter;
use tuning::losses::{self, Answers, PreferenceKnobs, PreferenceLoss};
use tuning::{
    Base, BaseFormat, Device, DeviceChoice, Event, Example, Job, Lora, Settings, Warmup, merge,
};

use super::{family, fixture};

#[derive(Deserialize)]
struct Text {
    ids: Vec<u32>,
    from: usize,
}

#[derive(Deserialize)]
struct Expected {
    texts: Vec<Text>,
    steps: usize,
    warmup: usize,
    rate: f64,
    losses: Vec<f64>,
    logits: Vec<f32>,
    merged: Vec<f32>,
}

fn expected() -> Expected {
    serde_json::from_slice(&fs::read(fixture("peft/expected.json")).unwrap()).unwrap()
}

#[test]
fn fifty_steps_have_the_losses_that_peft_has() {
    let expected = expected();
    let examples: Vec<Example> = expected
        .texts
        .iter()
        .map(|text| Example {
            ids: text.ids.clone(),
            learned: (0..text.ids.len()).map(|at| at >= text.from).collect(),
        })
        .collect();
    let settings = Settings {
        // One batch is the whole dataset: whatever its order, a step is the same.
        epochs: expected.steps as f64,
        batch_size: examples.len(),
        accumulation: 1,
        learning_rate: expected.rate,
        warmup: Warmup::Steps(expected.warmup),
        log_every: 1,
        save_every: 1000,
        evaluate_every: 1000,
        ..Settings::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let base = family("llama/model.safetensors");
    let (lora, before) = (Lora { rank: 4, alpha: 8.0, ..Lora::default() }, fixture("peft/before"));
    let job = Job {
        base: &base,
        base_name: "families/llama",
        format: BaseFormat::Dense,
        lora: &lora,
        settings: &settings,
        cutoff: 64,
        out: folder.path(),
        device: DeviceChoice::Processor,
        resume: false,
        from: Some(&before),
        probes: &[],
        about: &[],
    };
    let mut own = Vec::new();
    let mut note = |event: &Event| {
        if let Event::Step { loss, .. } = event {
            own.push(*loss);
        }
        Flow::More
    };
    job.supervised(&Base::read(&base).unwrap(), &examples, &[], false, &mut note).unwrap();
    assert_eq!(own.len(), expected.losses.len());
    let mut worst = 0f64;
    for (step, (own, peft)) in own.iter().zip(&expected.losses).enumerate() {
        let off = (own - peft).abs() / peft;
        assert!(off < 0.01, "step {step}: {own} where PEFT has {peft}");
        worst = worst.max(off);
    }
    println!("50 steps: losses are within {:.4} % of PEFT's", worst * 100.0);

    // What came out is what PEFT's training gave, matrix by matrix.
    let (ours, theirs) =
        (adapter::read(folder.path()).unwrap(), adapter::read(&fixture("peft/after")).unwrap());
    assert_eq!(ours.parts.keys().collect::<Vec<_>>(), theirs.parts.keys().collect::<Vec<_>>());
    for (name, part) in &ours.parts {
        let list = |x: Tensor| x.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        let (a, b) = (list(part.delta().unwrap()), list(theirs.parts[name].delta().unwrap()));
        let size = b.iter().map(|x| x.abs()).fold(0f32, f32::max);
        assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 0.05 * size + 1e-3), "{name}");
    }
}

#[test]
fn an_adapter_of_peft_s_merges_to_what_peft_merges_it_to() {
    let expected = expected();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("merged");
    let base = family("llama");
    let merged = merge::merge(&base, &fixture("peft/after"), &out, None).unwrap();
    assert!(merged.changed > 0 && merged.strongest > 0.0);
    assert!(out.join("config.json").is_file() && out.join("tokenizer.json").is_file());
    let ids = &expected.texts[1].ids;
    let logits = tuning::last_logits(&out, ids, &Device::Cpu).unwrap();
    for ((own, merged), beside) in logits.iter().zip(&expected.merged).zip(&expected.logits) {
        assert!((own - merged).abs() < 2e-3, "{own} where PEFT has {merged}");
        assert!((own - beside).abs() < 5e-3, "{own} where PEFT has {beside}");
    }
}

#[derive(Deserialize)]
struct Losses {
    inputs: std::collections::BTreeMap<String, Vec<f32>>,
    beta: f64,
    smoothing: f64,
    gamma: f64,
    kl: f64,
    good: Vec<bool>,
    #[serde(rename = "losses")]
    expected: std::collections::BTreeMap<String, Vec<f32>>,
}

#[test]
fn losses_are_those_that_pytorch_computes() {
    let fixed: Losses = serde_json::from_slice(&fs::read(fixture("losses.json")).unwrap()).unwrap();
    let vector = |name: &str| Tensor::new(fixed.inputs[name].as_slice(), &Device::Cpu).unwrap();
    let answers = |c: &str, r: &str, means: bool| {
        let (mut chosen, mut rejected) = (vector(c), vector(r));
        if means {
            chosen = chosen.div(&vector("count_c")).unwrap();
            rejected = rejected.div(&vector("count_r")).unwrap();
        }
        Answers { chosen, rejected }
    };
    let knobs = PreferenceKnobs {
        beta: fixed.beta,
        label_smoothing: fixed.smoothing,
        simpo_gamma: fixed.gamma,
        chosen_weight: 1.5,
        rejected_weight: 0.5,
        ..PreferenceKnobs::default()
    };
    let check = |name: &str, own: Tensor| {
        let own: Vec<f32> = own.to_vec1().unwrap();
        let wanted = &fixed.expected[name];
        assert_eq!(own.len(), wanted.len());
        for (own, wanted) in own.iter().zip(wanted) {
            assert!((own - wanted).abs() < 1e-4 * (1.0 + wanted.abs()), "{name}: {own}, {wanted}");
        }
    };
    for (name, kind) in [
        ("sigmoid", PreferenceLoss::Sigmoid),
        ("hinge", PreferenceLoss::Hinge),
        ("ipo", PreferenceLoss::Ipo),
        ("kto_pair", PreferenceLoss::KtoPair),
        ("orpo", PreferenceLoss::Orpo),
        ("simpo", PreferenceLoss::Simpo),
    ] {
        let policy = answers("policy_c", "policy_r", kind.averages());
        let reference = answers("ref_c", "ref_r", kind.averages());
        let reference = kind.needs_reference().then_some(&reference);
        check(name, losses::preference(kind, &knobs, &policy, reference).unwrap());
    }
    let ratios = (vector("policy_c") - vector("ref_c")).unwrap();
    check("kto", losses::kto(&knobs, &ratios, fixed.kl, &fixed.good).unwrap());
    check("reward", losses::reward(&vector("policy_c"), &vector("policy_r")).unwrap());
}
