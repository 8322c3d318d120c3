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
    refused(&[&t5[..], &["--seed", "7", "--frequency-penalty", "1"]].concat(), "penalties");
    refused(&[&t5[..], &["--stop", "b"]].concat(), "--stop");
    let llama = llama.to_str().unwrap();
    refused(&["-m", llama, "-p", "once upon a time there was", "-c", "4"], "context holds 4");
    refused(&["-m", llama, "-f", "/nowhere/at/all.txt"], "--file");
    refused(&["-m", llama], "--prompt");
}

#[test]
fn a_prompt_comes_from_a_file_and_a_stop_text_ends_what_follows() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("prompt.txt");
    std::fs::write(&file, "once upon a time").unwrap();
    let greedy = ["-n", "24", "--greedy"];
    let typed = complete("llama.gguf", &[&["-p", "once upon a time"], &greedy[..]].concat());
    let file = file.to_str().unwrap();
    let read = complete("llama.gguf", &[&["-f", file], &greedy[..]].concat());
    assert_eq!(typed, with_times_of(&read, &typed));
    let text = typed["text"].as_str().unwrap();
    let middle = text.char_indices().nth(text.chars().count() / 2).unwrap().0;
    let stop = text[middle..].chars().take(3).collect::<String>();
    let cut = complete("llama.gguf", &[&["-f", file, "--stop", &stop], &greedy[..]].concat());
    assert_eq!(cut["text"].as_str().unwrap(), &text[..text.find(&stop).unwrap()]);
    // llama.cpp's names of flags.
    let theirs = ["--n-predict", "24", "--temp", "0", "--repeat-penalty", "1", "--ctx-size", "99"];
    let window = ["--dry-penalty-last-n", "-1"];
    let theirs = complete("llama.gguf", &[&["-f", file], &theirs[..], &window].concat());
    assert_eq!(theirs["text"], typed["text"]);
    // Its `-r` is a stop text.
    let reversed = complete("llama.gguf", &[&["-f", file, "-r", &stop], &greedy[..]].concat());
    assert_eq!(reversed["text"], cut["text"]);
    std::fs::write(file, [0xff, 0xfe]).unwrap();
    let refused = run(&["-f", file]);
    let said = String::from_utf8_lossy(&refused.stdout).into_owned();
    assert!(!refused.status.success() && said.contains("UTF-8"), "{said}");
}

/// A result with another's times: these differ from run to run.
fn with_times_of(of: &Value, other: &Value) -> Value {
    let mut of = of.clone();
    for key in ["timings_ms", "tokens_per_s"] {
        of[key] = other[key].clone();
    }
    of
}

#[test]
fn the_whole_sampler_is_within_reach() {
    let write =
        |more: &[&str]| complete("llama.gguf", &[&["--prompt", "once", "-n", "8"], more].concat());
    // Everything is likely, and nothing is cut, but for what is changed.
    let drawn = |changes: &[(&str, &str)]| {
        let flat = [("--temperature", "2"), ("--top-k", "0"), ("--top-p", "1"), ("--min-p", "0")];
        let kept = flat.into_iter().filter(|(flag, _)| changes.iter().all(|(own, _)| own != flag));
        let all = kept.chain(changes.iter().copied()).chain([("--seed", "3")]);
        let flags: Vec<&str> = all.flat_map(|(flag, value)| [flag, value]).collect();
        ids(&write(&flags))
    };
    let usual = drawn(&[]);
    assert_eq!(drawn(&[]), usual);
    // Each of them leads elsewhere, by itself.
    for flag in [
        ("--temperature", "1"),
        ("--top-k", "3"),
        ("--top-p", "0.5"),
        ("--min-p", "0.5"),
        ("--typical-p", "0.5"),
        ("--dynatemp-range", "1"),
        ("--mirostat-tau", "3"),
        ("--repetition-penalty", "1.9"),
        ("--frequency-penalty", "2"),
        ("--presence-penalty", "2"),
        ("--no-repeat-ngram", "1"),
    ] {
        assert_ne!(drawn(&[flag]), usual, "{flag:?}");
    }
    // These change what others do.
    let (xtc, mirostat) = (("--xtc-probability", "1"), ("--mirostat-tau", "3"));
    for (other, flag) in [
        (("--dynatemp-range", "1"), ("--dynatemp-exponent", "3")),
        (xtc, ("--xtc-threshold", "0.001")),
        (mirostat, ("--mirostat-eta", "0.9")),
        (("--top-p", "0.5"), ("--sampler-order", "llama-cpp")),
    ] {
        assert_ne!(drawn(&[other, flag]), drawn(&[other]), "{flag:?}");
    }
    // A model that goes round in circles, and what keeps it from that.
    let circle = |more: &[&str]| {
        let usual = ["--prompt", "w1 w9", "-n", "48", "--greedy"];
        ids(&complete("families/glm", &[&usual[..], more].concat()))
    };
    let dry = ["--dry-multiplier", "5"];
    assert!(repeats(&circle(&[]), 8) && !repeats(&circle(&dry), 8));
    for flag in [["--dry-allowed", "6"], ["--dry-window", "12"]] {
        assert_ne!(circle(&[dry, flag].concat()), circle(&dry), "{flag:?}");
    }
    let weak = ["--dry-multiplier", "0.1"];
    assert_ne!(circle(&[weak, ["--dry-base", "4"]].concat()), circle(&weak));
    let greedy = ids(&write(&["--greedy"]));
    let never = format!("[{}]=-100", greedy[0]);
    assert_ne!(ids(&write(&["--greedy", "--logit-bias", &never]))[0], greedy[0]);
    // A token that there is not is told of, and the rest goes on.
    let nobody = ["--logit-bias", "[99999999]=5"];
    for told in [write(&nobody), write(&[&nobody[..], &["--candidates", "2"]].concat())] {
        assert!(told["doubts"][0].as_str().unwrap().contains("token 99999999"), "{told}");
    }
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
fn values_that_llama_cpp_knows_mean_the_same() {
    let write = |n: &str, more: &[&str]| {
        complete("llama.gguf", &[&["--prompt", "once", "-n", n], more].concat())
    };
    let of = |flags: &[&str]| ids(&write("8", flags));
    let hot = ["--temp", "2", "--top-p", "1", "--min-p", "0", "-s", "3"];
    let drawn = |flags: &[&str]| of(&[&hot[..], flags].concat());
    // Without a limit, over everything, and mirostat's usual surprise.
    assert_eq!(drawn(&["--top-k", "-1"]), drawn(&["--top-k", "0"]));
    let penalty = ["--repeat-penalty", "2", "--repeat-last-n"];
    let window = |n| ids(&write("40", &[&penalty[..], &[n, "--temp", "0"]].concat()));
    assert_eq!(window("-1"), window("4096"));
    assert_ne!(window("-1"), window("1"));
    assert_eq!(drawn(&["--mirostat", "2"]), drawn(&["--mirostat-tau", "5"]));
    let off = ["--mirostat", "0", "--mirostat-ent", "5"];
    assert_eq!(drawn(&off), drawn(&[]));
    // Another seed each time: of so many tokens, all would hardly come twice.
    let anew = ["--temp", "2", "--top-k", "0", "--top-p", "1", "--min-p", "0", "--seed", "-1"];
    assert_ne!(ids(&write("40", &anew)), ids(&write("40", &anew)));
    // A token's id with its bias.
    let first = of(&["--greedy"])[0];
    let never = of(&["--greedy", "-l", &format!("{first}-inf")]);
    assert_eq!(never, of(&["--greedy", "--logit-bias", &format!("[{first}]=-100")]));
    assert_ne!(never[0], first);
    let always = of(&["--greedy", "-l", &format!("{}+100", never[0])]);
    assert_eq!(always[0], never[0]);
    // Until the model ends, or there is no more room; the model's own context.
    let within = |n| ids(&write(n, &["-c", "40", "--greedy"]));
    assert!(within("40").starts_with(&within("-1")) && within("-1").len() < 40);
    assert_eq!(of(&["-c", "0", "--greedy"]), of(&["--greedy"]));
    let answer = complete("others/t5", &["--prompt", "she begins", "-n", "-1", "--greedy"]);
    assert!(ids(&answer).len() <= 512);
    for (flags, word) in [
        // The likeliest token is not drawn.
        (["--greedy", "--temp", "1"].as_slice(), "--greedy"),
        (&["--greedy", "--mirostat", "2"], "--greedy"),
        (&["--mirostat", "1"], "mirostat 2"),
        (&["--top-k", "-2"], "--top-k"),
        (&["--logit-bias", "15043"], "no `=`"),
    ] {
        let output = run(&[&["-p", "once"][..], flags].concat());
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(!output.status.success() && said.contains(word), "{flags:?}: {said}");
    }
}

#[test]
fn plain_floats_become_blocks_where_that_is_asked_for() {
    let write = |format: &[&str]| {
        // Far enough that what blocks round off has led elsewhere.
        let prompt = ["--prompt", "w4 w5 w6", "-n", "48", "--greedy"];
        ids(&complete("families/glm", &[&prompt, format].concat()))
    };
    let plain = write(&[]);
    assert_eq!(plain, write(&[]));
    // Rows of 32 numbers fill blocks of Q8_0, which the others fall back to.
    let blocks = write(&["--quantize", "q8"]);
    assert!(blocks != plain && blocks[..8] == plain[..8], "{blocks:?} beside {plain:?}");
    let output = run(&["-p", "once", "--quantize", "q3"]);
    assert!(!output.status.success());
}
