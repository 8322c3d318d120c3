//! A model that tries answers learns what a reward model likes, strays no farther than it may, and goes on as if never stopped.

use std::fs;
use std::path::Path;

use domain::Flow;
use tuning::{Base, Error, Event, Job, Lora, PpoKnobs, Settings, Summary, TokenPair, Warmup};

use super::material::prompts;
use super::{family, job, quick};

/// A reward model that likes answers of low tokens and no others.
fn reward(base: &Path, out: &Path) {
    let known = Base::read(base).unwrap();
    let pairs: Vec<TokenPair> = (0..24u32)
        .map(|n| TokenPair {
            prompt: prompts()[(n % 6) as usize].clone(),
            chosen: (0..4).map(|i| 3 + (n * 7 + i * 5) % 40).collect(),
            rejected: (0..4).map(|i| 50 + (n * 7 + i * 5) % 40).collect(),
        })
        .collect();
    let settings = Settings { epochs: 8.0, learning_rate: 5e-3, ..quick() };
    let lora = Lora { rank: 4, alpha: 8.0, ..Lora::default() };
    job(base, out, &lora, &settings).reward(&known, &pairs, &[], &mut |_| Flow::More).unwrap();
}

fn knobs() -> PpoKnobs {
    PpoKnobs { epochs: 2, kl: 0.02, answer: 5, ..PpoKnobs::default() }
}

fn settings() -> Settings {
    Settings {
        epochs: 16.0,
        batch_size: 3,
        accumulation: 1,
        learning_rate: 1e-2,
        warmup: Warmup::Steps(0),
        save_every: 3,
        take_best: false,
        ..quick()
    }
}

struct Stage {
    folder: tempfile::TempDir,
    base: std::path::PathBuf,
}

impl Stage {
    fn new() -> Self {
        let stage =
            Self { folder: tempfile::tempdir().unwrap(), base: family("llama/model.safetensors") };
        reward(&stage.base, &stage.folder.path().join("reward"));
        stage
    }

    fn run(
        &self,
        name: &str,
        settings: &Settings,
        knobs: PpoKnobs,
        resume: bool,
        events: &mut dyn FnMut(&Event) -> Flow,
    ) -> Result<Summary, Error> {
        let out = self.folder.path().join(name);
        let lora = Lora { rank: 4, alpha: 8.0, ..Lora::default() };
        let known = Base::read(&self.base).unwrap();
        let judge = self.folder.path().join("reward");
        let job = Job { resume, ..job(&self.base, &out, &lora, settings) };
        job.ppo(&known, &prompts(), &prompts()[..2], (&judge, knobs), events)
    }

    fn weights(&self, name: &str) -> Vec<Vec<u8>> {
        ["adapter_model.safetensors", "value_head.safetensors"]
            .map(|file| fs::read(self.folder.path().join(name).join(file)).unwrap())
            .to_vec()
    }
}

fn values(name: &str, events: &[Event]) -> Vec<f64> {
    let of = |event: &Event| match event {
        Event::Step { metrics, .. } => metrics.iter().find(|(n, _)| n == name).map(|(_, v)| *v),
        _ => None,
    };
    events.iter().filter_map(of).collect()
}

#[test]
fn what_the_reward_model_likes_is_learnt() {
    let stage = Stage::new();
    let mut events = Vec::new();
    let mut note = |event: &Event| {
        events.push(event.clone());
        Flow::More
    };
    stage.run("policy", &settings(), knobs(), false, &mut note).unwrap();
    let scores = values("rewards/score", &events);
    let mean = |list: &[f64]| list.iter().sum::<f64>() / list.len() as f64;
    let (first, last) = (mean(&scores[..8]), mean(&scores[scores.len() - 8..]));
    assert!(last > first + 0.3, "scores from {first} to {last}: {scores:?}");
    assert!(tuning::adapter::read(&stage.folder.path().join("policy")).is_ok());
    // A dear penalty keeps it near the base.
    let (kl, mut kept) = (values("kl", &events), Vec::new());
    let mut note = |event: &Event| {
        kept.push(event.clone());
        Flow::More
    };
    let dear = PpoKnobs { kl: 5.0, kl_target: None, ..knobs() };
    stage.run("kept", &settings(), dear, false, &mut note).unwrap();
    let near = values("kl", &kept);
    let (free, near) = (mean(&kl[kl.len() - 8..]), mean(&near[near.len() - 8..]));
    assert!(near < free / 2.0, "strayed {near} with a dear penalty, {free} without");
}

#[test]
fn one_that_was_stopped_and_goes_on_makes_the_very_same_steps() {
    let stage = Stage::new();
    let settings = Settings { epochs: 4.0, ..settings() };
    stage.run("whole", &settings, knobs(), false, &mut |_| Flow::More).unwrap();
    // In the middle of a collection, and while answers are tried.
    let mut stop = |event: &Event| {
        if matches!(event, Event::Step { step: 5, .. }) { Flow::Stop } else { Flow::More }
    };
    let summary = stage.run("paused", &settings, knobs(), false, &mut stop).unwrap();
    assert_eq!((summary.ended, summary.steps), ("stopped", 6), "a collection is learnt to its end");
    let mut ticks = 0;
    let mut stop = |event: &Event| {
        ticks += u32::from(matches!(event, Event::Pass { .. }));
        if ticks == 2 { Flow::Stop } else { Flow::More }
    };
    let summary = stage.run("paused", &settings, knobs(), true, &mut stop).unwrap();
    assert_eq!((summary.ended, summary.steps), ("stopped", 6), "nothing was tried yet");
    stage.run("paused", &settings, knobs(), true, &mut |_| Flow::More).unwrap();
    assert!(stage.weights("whole") == stage.weights("paused"));
}

#[test]
fn what_is_no_reward_model_is_named() {
    let stage = Stage::new();
    let judge = stage.folder.path().join("reward");
    fs::remove_file(judge.join("value_head.safetensors")).unwrap();
    let error = stage.run("policy", &settings(), knobs(), false, &mut |_| Flow::More).unwrap_err();
    assert!(error.to_string().contains("value head"), "{error}");
    let wrong = PpoKnobs { epochs: 0, ..knobs() };
    let error = stage.run("policy", &settings(), wrong, false, &mut |_| Flow::More).unwrap_err();
    assert!(error.to_string().contains("PPO epochs"), "{error}");
}
