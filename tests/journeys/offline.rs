//! Nothing leaves the machine: a whole journey through the program under `strace`, which would see any attempt.

use std::path::Path;
use std::process::Command;

use journeys::{nano, program, root};

/// Lines of a trace that reach beyond this machine, or try to: a socket of an internet family is enough.
fn attempts(trace: &str) -> Vec<&str> {
    trace
        .lines()
        .filter(|line| {
            ["AF_INET", "AF_INET6", "AF_PACKET"].iter().any(|family| line.contains(family))
        })
        .collect()
}

#[test]
fn a_whole_journey_makes_no_attempt_to_reach_another_machine() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let ears = std::fs::read_dir(nano())
        .unwrap()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|ending| ending == "bin"))
        .unwrap();
    let (ears, wav) = (ears.display().to_string(), home.path().join("reply.wav"));
    let wav = wav.display().to_string();
    let card = root().join("characters/koto/card.json").display().to_string();
    let steps: Vec<Vec<&str>> = vec![
        vec!["models", "list"],
        vec!["models", "plan"],
        vec!["talk", "--text", "Hello! How are you?", "--out", &wav],
        vec!["hear", &wav, "--model", &ears],
        vec!["talk", "--wav", &wav, "--ears", &ears, "--out", &wav],
        vec!["card", "inspect", &card],
        vec!["models", "verify"],
        vec!["upkeep", "usage"],
        vec!["upkeep", "network"],
    ];
    for step in steps {
        let trace = home.path().join("trace");
        let output = Command::new("strace")
            .args(["-f", "-qq", "-e", "trace=%network", "-o"])
            .arg(&trace)
            .arg(program())
            .args(["--json", "--data-dir"])
            .arg(&data)
            .args(&step)
            .env("HANASHI_MODELS", Path::new("/nonexistent"))
            .output()
            .expect("`strace` is missing: xtask/system-packages.sh test installs it");
        assert!(output.status.success(), "{step:?}: {}", String::from_utf8_lossy(&output.stderr));
        let trace = std::fs::read_to_string(&trace).unwrap();
        assert!(attempts(&trace).is_empty(), "{step:?}: {:?}", attempts(&trace));
    }
    assert!(!data.join("network.jsonl").exists(), "nothing was even asked for");
}

#[test]
fn an_attempt_would_be_seen() {
    let home = tempfile::tempdir().unwrap();
    let trace = home.path().join("trace");
    // A port that nobody listens on: the attempt is what matters.
    let output = Command::new("strace")
        .args(["-f", "-qq", "-e", "trace=%network", "-o"])
        .arg(&trace)
        .arg(program())
        .args(["--data-dir"])
        .arg(home.path().join("data"))
        .args(["models", "pull", "whisper-tiny"])
        .env("HF_ENDPOINT", "http://127.0.0.1:9")
        .env_remove("HTTPS_PROXY")
        .env("NO_PROXY", "*")
        .output()
        .expect("`strace` is missing: xtask/system-packages.sh test installs it");
    assert!(!output.status.success());
    assert!(!attempts(&std::fs::read_to_string(&trace).unwrap()).is_empty());
}
