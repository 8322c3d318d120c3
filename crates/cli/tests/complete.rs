//! `hanashi complete` with every kind of model: decoder-only ones, and those that answer from passages (random weights: what is
//! written means nothing, that it is written by the model's own rules is what is looked at).

#![expect(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn run(arguments: &[&str]) -> Output {
    let data = tempfile::tempdir().unwrap();
    Command::new(env!("CARGO_BIN_EXE_hanashi"))
        .args(["complete", "--json", "--data-dir"])
        .arg(data.path())
        .args(arguments)
        .output()
        .unwrap()
}

fn complete(model: &str, arguments: &[&str]) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../llm/tests/fixtures").join(model);
    let output = run(&[&["--model", path.to_str().unwrap()], arguments].concat());
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{model}: {errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn ids(of: &Value) -> Vec<u64> {
    of["ids"].as_array().unwrap().iter().filter_map(Value::as_u64).collect()
}

/// Whether some run of so many tokens comes twice.
fn repeats(ids: &[u64], run: usize) -> bool {
    let runs: Vec<&[u64]> = ids.windows(run).collect();
    runs.iter().enumerate().any(|(at, one)| runs[..at].contains(one))
}

#[test]
fn models_that_answer_from_passages_write_as_their_own_programs_do() {
    for model in ["others/t5", "others/mt5", "others/plug"] {
        let usual = ["--prompt", "she begins the story", "-n", "40"];
        let first = complete(model, &usual);
        assert_eq!(first["device"], "cpu");
        assert!(!first["prompt_ids"].as_array().unwrap().is_empty(), "{model}");
        let written = ids(&first);
        assert!((10..=40).contains(&written.len()), "{model}: {written:?}");
        assert_eq!(ids(&complete(model, &usual)), written, "{model}: searching is not drawing");
        if model != "others/plug" {
            // PLUG's penalty makes it less likely only.
            assert!(!repeats(&written, 6), "{model}: {written:?}");
        }
        // Another passage is read, too.
        let more = complete(model, &[&usual[..], &["--passage", "the reply"]].concat());
        let tokens = |of: &Value| of["prompt_ids"].as_array().unwrap().len();
        assert!(tokens(&more) > tokens(&first), "{model}");
        // Greedily there are no rules; with a seed it is drawn, and drawn again alike.
        let greedy = complete(model, &[&usual[..], &["--greedy"]].concat());
        assert!(ids(&greedy).len() <= 40, "{model}");
        let drawn = |seed| ids(&complete(model, &[&usual[..], &["--seed", seed]].concat()));
        assert_eq!(drawn("7"), drawn("7"), "{model}");
        let several =
            complete(model, &[&usual[..], &["--candidates", "3", "--seed", "7"]].concat());
        assert_eq!(several["texts"].as_array().unwrap().len(), 3, "{model}");
    }
}

#[test]
fn what_a_model_cannot_be_asked_is_said() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../llm/tests/fixtures");
    let (llama, t5) = (fixtures.join("llama.gguf"), fixtures.join("others/t5"));
    let plain = complete("llama.gguf", &["--prompt", "once", "-n", "4", "--greedy"]);
    assert!(ids(&plain).len() <= 4);
    let refused = |arguments: &[&str], word: &str| {
        let output = run(arguments);
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(!output.status.success() && said.contains(word), "{said}");
    };
    refused(&["-m", llama.to_str().unwrap(), "-p", "a", "--beams", "3"], "passages");
    let adapter = fixtures.join("adapters/llama");
    let adapter = adapter.to_str().unwrap();
    let t5 = ["-m", t5.to_str().unwrap(), "-p", "a"];
    refused(&[&t5[..], &["--adapter", adapter]].concat(), "adapters");
    refused(&[&t5[..], &["--beams", "3", "--seed", "7"]].concat(), "beams");
    refused(&[&t5[..], &["--beams", "3", "--candidates", "2"]].concat(), "beams");
}

#[test]
fn the_whole_sampler_is_within_reach() {
    let write =
        |more: &[&str]| complete("llama.gguf", &[&["--prompt", "once", "-n", "8"], more].concat());
    let drawn = |more: &[&str]| ids(&write(&[&["--seed", "3"], more].concat()));
    let usual = drawn(&[]);
    assert_eq!(drawn(&[]), usual);
    // Each of them leads elsewhere.
    for flags in [
        &["--sampler-order", "llama-cpp", "--temperature", "2", "--dynatemp-range", "1"][..],
        &[
            "--xtc-probability",
            "1",
            "--xtc-threshold",
            "0.0",
            "--top-k",
            "0",
            "--top-p",
            "1",
            "--min-p",
            "0",
        ],
        &["--mirostat-tau", "9", "--mirostat-eta", "0.5"],
        &["--temperature", "0", "--frequency-penalty", "-2"],
    ] {
        assert_ne!(drawn(flags), usual, "{flags:?}");
    }
    let greedy = ids(&write(&["--greedy"]));
    let never = format!("[{}]=-100", greedy[0]);
    assert_ne!(ids(&write(&["--greedy", "--logit-bias", &never]))[0], greedy[0]);
    for (flags, word) in [
        (["--top-p", "1.5"], "`top_p`"),
        (["--xtc-threshold", "0.9"], "0 to 0.5"),
        (["--logit-bias", "lantern"], "no `=`"),
        (["--logit-bias", "lantern=500"], "beyond 100"),
    ] {
        let output = run(&[&["-p", "once"][..], &flags].concat());
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(!output.status.success() && said.contains(word), "{flags:?}: {said}");
    }
}

#[test]
fn plain_floats_become_blocks_where_that_is_asked_for() {
    let write = |format: &[&str]| {
        let prompt = ["--prompt", "w4 w5 w6", "-n", "16", "--greedy"];
        ids(&complete("families/glm", &[&prompt, format].concat()))
    };
    let plain = write(&[]);
    assert_eq!(plain, write(&[]));
    // Rows of 32 numbers fill blocks of Q8_0, which the others fall back to.
    assert!(!write(&["--quantize", "q8"]).is_empty());
    let output = run(&["-p", "once", "--quantize", "q3"]);
    assert!(!output.status.success());
}
