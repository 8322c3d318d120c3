//! The model that comes with the app, where it is there.

use std::path::Path;

use domain::{Cancel, LanguageModel, Sampling, TokenCounter};

use crate::{Completion, Engine, Options};

#[test]
fn the_model_in_the_box_loads_and_ends_its_replies() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../assets/models/hanashi-mini/hanashi-mini.gguf");
    if !path.exists() {
        println!("0 files: no model in the box yet");
        return;
    }
    let engine = Engine::load(&path, &Options::default(), |_| {}).unwrap();
    let info = engine.info();
    assert_eq!(info.architecture, "llama");
    assert!(info.template.source.is_some());
    assert!(info.system_prompt.is_some());
    for marker in ["<|begin|>", "<|end|>", "<|system|>", "<|user|>", "<|char|>"] {
        assert_eq!(engine.count(marker), 1, "`{marker}` is one token");
    }
    let completion = Completion {
        prompt: "<|begin|><|system|>You are Koto.<|end|><|user|>Hello!<|end|><|char|>".into(),
        sampling: Sampling::greedy(),
        max_tokens: 120,
        stop: Vec::new(),
    };
    let done = engine.complete(completion, Cancel::new()).unwrap();
    assert_eq!(done.reason, domain::FinishReason::Stop, "{}", done.text);
    assert!(done.text.chars().filter(|c| c.is_alphabetic()).count() > 3, "{:?}", done.text);
    println!("1 file: {:?}, {:?}", done.text, done.stats);
}
