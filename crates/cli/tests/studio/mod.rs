//! The four commands that docs/studio.md begins with: a novel's script becomes somebody to talk to.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::{chat, replies};

const SCRIPT: &str = r#"
define k = Character("Keeper")
define a = Character("Ann")

label start:
    scene bg lighthouse
    "It was late when I reached the top of the stairs."
    a "Who are you?"
    k "I am the keeper of the lamp."
    a "Is it cold there?"
    k "Only when the door is open."
    menu:
        "Ask about the lamp.":
            a "May I light the lamp?"
            k "Mind your fingers, it is hot."
        "Leave.":
            a "Good night."
            k "Good night, friend."
    return
"#;

/// Runs a command and takes the last thing that it prints.
fn run(home: &Path, arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_hanashi"))
        .args(arguments)
        .args(["--json", "--data-dir", "data"])
        .current_dir(home)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    serde_json::from_str(printed.lines().last().unwrap()).unwrap()
}

#[test]
fn four_commands_make_somebody_to_talk_to_of_a_script() {
    let scratch = tempfile::tempdir().unwrap();
    let home = scratch.path();
    std::fs::create_dir(home.join("game")).unwrap();
    std::fs::write(home.join("game/script.rpy"), SCRIPT).unwrap();
    let card =
        json!({ "spec": "chara_card_v2", "spec_version": "2.0", "data": { "name": "Keeper" } });
    std::fs::write(home.join("keeper.json"), card.to_string()).unwrap();

    let dataset = ["novel", "dataset", "game", "-s", "Keeper", "-o", "rows", "--validation", "0"];
    let made = run(home, &dataset);
    assert_eq!(made["report"]["answers"], json!({ "Keeper": 4 }), "{made}");

    let lora = ["tune", "lora", "-d", "rows", "-c", "Keeper", "-o", "keeper", "--epochs", "25"];
    let thoroughly = ["--learning-rate", "5e-3", "--warmup-steps", "2", "--save-every", "1000"];
    let learnt = run(home, &[&lora[..], &thoroughly].concat());
    assert!(learnt["loss"].as_f64().unwrap() < 0.1, "{learnt}");

    let merged = run(home, &["tune", "merge", "-a", "keeper", "-o", "keeper.gguf"]);
    // Six blocks of seven matrices.
    assert_eq!(merged["changed"], 42, "{merged}");

    // Both ways that the script parts in are remembered.
    let file = |name: &str| home.join(name).display().to_string();
    let (model, card) = (file("keeper.gguf"), file("keeper.json"));
    let cast = ["--model", &model, "--character", &card];
    let said = ["Who are you?", "Is it cold there?", "May I light the lamp?", "Good night."];
    let printed = chat(&home.join("data"), &cast, &said);
    let answers = [
        "I am the keeper of the lamp.",
        "Only when the door is open.",
        "Mind your fingers, it is hot.",
        "Good night, friend.",
    ];
    assert_eq!(replies(&printed), answers, "{printed:?}");
}
