//! From a dataset to a character: a LoRA on the model in the box, merged, and answering.

use app::places::Places;
use app::tuning::{self, BaseFormat, Event, Lora, LoraOrder, MergedFormat, Settings, Warmup};
use domain::{Flow, Sampling};
use journeys::root;

const ROWS: &str = r#"[
    {"instruction": "Who are you?", "input": "", "output": "I am the keeper of the lamp."},
    {"instruction": "Where do you live?", "input": "", "output": "In the lighthouse, of course."},
    {"instruction": "Hello.", "input": "", "output": "The lamp is lit, friend.", "history": [["Who are you?", "I am the keeper of the lamp."]]}
]"#;

#[test]
fn a_character_is_learnt_by_the_model_in_the_box_and_answers() {
    let home = tempfile::tempdir().unwrap();
    let places = Places::find(Some(home.path()), &root()).unwrap();
    let dataset = home.path().join("rows.json");
    std::fs::write(&dataset, ROWS).unwrap();
    let out = home.path().join("adapter");
    let order = LoraOrder {
        base: String::new(),
        base_name: String::new(),
        dataset,
        names: Vec::new(),
        character: "Sylvie".into(),
        system: None,
        out: out.clone(),
        lora: Lora { rank: 8, alpha: 32.0, ..Lora::default() },
        settings: Settings {
            epochs: 25.0,
            batch_size: 3,
            accumulation: 1,
            learning_rate: 5e-3,
            warmup: Warmup::Steps(2),
            save_every: 1000,
            ..Settings::default()
        },
        format: BaseFormat::Dense,
        cutoff: 128,
        packing: false,
        train_on_prompt: false,
        mask_history: false,
        max_samples: None,
        val_size: 0.0,
        resume: false,
        from: None,
        probes: vec!["Who are you?".into()],
    };
    let prepared = tuning::prepare(&places, &order).unwrap();
    assert_eq!((prepared.train.len(), prepared.skipped, prepared.cut), (3, 0, 0));
    assert_eq!(prepared.template, "the model's own");
    let mut seen = Vec::new();
    let summary = tuning::lora(&order, &prepared, &mut |event| {
        seen.push(event.clone());
        Flow::More
    })
    .unwrap();
    assert!(summary.loss < 0.5, "loss {}", summary.loss);
    assert!(seen.iter().any(|event| matches!(event, Event::Sample { .. })));

    let model = home.path().join("sylvie.gguf");
    let merged = tuning::merge(&places, "", &out, &model, MergedFormat::Same).unwrap();
    // Six blocks of seven matrices.
    assert_eq!(merged.changed, 42);
    // What the model in the box reads on stage before it answers.
    let prompt = "<|begin|><|system|>You are Sylvie.<|end|><|user|>Who are you?<|end|><|char|>";
    let name = model.display().to_string();
    let answer =
        app::tools::complete(&places, Some(&name), prompt, 24, Sampling::greedy(), &[]).unwrap();
    assert_eq!(answer.text.trim(), "I am the keeper of the lamp.");
}
