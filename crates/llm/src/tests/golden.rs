//! Token for token what llama.cpp gives, on a real trained model where it is at hand.

use domain::{Cancel, Sampling};
use serde::Deserialize;

use super::shared;
use crate::{Completion, Engine, Options};

#[derive(Deserialize)]
struct Golden {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    prompt: String,
    prompt_ids: Vec<u32>,
    greedy_ids: Vec<u32>,
    text: String,
}

#[test]
fn stories_agree_with_llama_cpp() {
    let Some(folder) = shared("models/stories260k") else {
        println!("0 files: no sample models beside the repository");
        return;
    };
    let golden: Golden =
        serde_json::from_slice(&std::fs::read(folder.join("golden.json")).unwrap()).unwrap();
    let engine =
        Engine::load(&folder.join("stories260K.gguf"), &Options::default(), |_| {}).unwrap();
    for case in &golden.cases {
        let completion = Completion {
            prompt: case.prompt.clone(),
            sampling: Sampling::greedy(),
            max_tokens: case.greedy_ids.len() as u32,
            stop: Vec::new(),
        };
        let done = engine.complete(completion, Cancel::new()).unwrap();
        assert_eq!(done.prompt_ids, case.prompt_ids, "{}", case.prompt);
        assert_eq!(done.ids, case.greedy_ids, "{}", case.prompt);
        assert_eq!(done.text, case.text);
    }
    println!("1 file, {} cases", golden.cases.len());
}

#[test]
fn a_tokenizer_json_beside_the_model_stands_in() {
    let Some(folder) = shared("models/stories260k") else {
        println!("0 files: no sample models beside the repository");
        return;
    };
    let golden: Golden =
        serde_json::from_slice(&std::fs::read(folder.join("golden.json")).unwrap()).unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let path = temporary.path().join("stories.gguf");
    let mut bytes = std::fs::read(folder.join("stories260K.gguf")).unwrap();
    let key = b"tokenizer.ggml.model";
    let at = bytes.windows(key.len()).position(|w| w == key).unwrap() + key.len() + 4 + 8;
    bytes[at..at + 5].copy_from_slice(b"other");
    std::fs::write(&path, bytes).unwrap();
    let refused = Engine::load(&path, &Options::default(), |_| {}).unwrap_err().to_string();
    assert!(refused.contains("`other`") && refused.contains("tokenizer.json"), "{refused}");

    std::fs::copy(folder.join("tokenizer.json"), temporary.path().join("tokenizer.json")).unwrap();
    let engine = Engine::load(&path, &Options::default(), |_| {}).unwrap();
    for case in &golden.cases {
        let completion = Completion {
            prompt: case.prompt.clone(),
            sampling: Sampling::greedy(),
            max_tokens: case.greedy_ids.len() as u32,
            stop: Vec::new(),
        };
        let done = engine.complete(completion, Cancel::new()).unwrap();
        assert_eq!(done.prompt_ids, case.prompt_ids, "{}", case.prompt);
        assert_eq!(done.text, case.text);
    }
    println!("2 files, {} cases", golden.cases.len());
}
