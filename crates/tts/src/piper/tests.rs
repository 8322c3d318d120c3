//! The fixture voice says every phoneme as a tone of a known length, so sound and lips can be checked to the sample.
//!
//! ONNX Runtime is not part of the repository: where it has not been fetched, these tests check that the message says how.

use std::path::PathBuf;

use domain::{MouthShape, Problem, ProblemKind};

use super::*;
use crate::espeak::Clause;
use MouthShape::{A, Closed, E};

const HOP: usize = 256;

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// The fixture, or `None` where ONNX Runtime is not here.
fn voice() -> Option<Piper> {
    let files = find_one("piper-shaped", &[fixtures()]).unwrap();
    match Piper::open(&files, &Options::checkout()) {
        Ok(voice) => Some(voice),
        Err(error @ TtsError::Missing { .. }) => {
            let problem = Problem::from(error);
            assert!(problem.remedy.contains("fetch.sh"), "{problem}");
            println!("without ONNX Runtime: {problem}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// Frames of a symbol of the fixture: by its id, as its script has it.
fn frames(id: i64) -> usize {
    if id < 3 { 3 } else { [4, 6, 7, 9][id as usize % 16 % 4] }
}

#[test]
fn the_sound_is_as_long_as_its_phonemes_and_the_lips_move_with_them() {
    let Some(mut voice) = voice() else { return };
    let clauses = [Clause { ipa: "mˈɑːmə".into(), mark: Some('.') }];
    let sequence = Sequence::new(&clauses, voice.config());
    assert_eq!(sequence.ids.len(), sequence.symbols.len());
    assert_eq!(
        sequence.ids.len(),
        2 + 7 * 2 + 1,
        "a pad after each phoneme, and after the beginning"
    );
    let sound = voice.infer(&sequence, 1.0).unwrap();
    let total: usize = sequence.ids.iter().map(|&id| frames(id)).sum();
    assert_eq!(sound.pcm.len(), total * HOP);
    assert_eq!(sound.rate, 22_050);

    let mut at = 0;
    let mut expected = Vec::new();
    for (&id, symbol) in sequence.ids.iter().zip(&sequence.symbols) {
        if let Some(mouth) = symbol.mouth() {
            expected.push((at, mouth.shape));
        }
        at += frames(id) * HOP;
    }
    expected.push((at, MouthShape::Closed));
    let shapes: Vec<_> = sound.marks.iter().map(|m| m.mouth.shape).collect();
    assert_eq!(shapes, [Closed, A, Closed, E, Closed, Closed]);
    for (mark, (at, shape)) in sound.marks.iter().zip(expected) {
        assert_eq!(mark.mouth.shape, shape);
        assert!(mark.at.abs_diff(at) <= 2, "{} for {at}", mark.at);
    }
}

#[test]
fn twice_the_rate_is_about_half_the_length() {
    let Some(mut voice) = voice() else { return };
    let clauses = [Clause { ipa: "həlˈoʊ ðˈɛɹ".into(), mark: None }];
    let sequence = Sequence::new(&clauses, voice.config());
    let slow = voice.infer(&sequence, 1.0).unwrap().pcm.len();
    let fast = voice.infer(&sequence, 2.0).unwrap().pcm.len();
    assert!((slow * 4 / 10..slow * 7 / 10).contains(&fast), "{slow} and {fast}");
}

#[test]
fn without_durations_the_lips_share_the_time_in_which_there_is_sound() {
    let config = Config::open(&fixtures().join("piper-shaped.onnx.json")).unwrap();
    let clauses = [Clause { ipa: "ma".into(), mark: None }];
    let sequence = Sequence::new(&clauses, &config);
    let mut pcm = vec![0.0; 1000];
    pcm[200..800].fill(0.3);
    let marks = marks(&sequence.symbols, None, &pcm);
    assert_eq!(marks[0].at, 200);
    assert!((400..600).contains(&marks[1].at), "{}", marks[1].at);
    assert_eq!(marks[2].at, 800);
}

#[test]
fn the_durations_are_found_and_appended() {
    let mut bytes = std::fs::read(fixtures().join("piper-shaped.onnx")).unwrap();
    let graph = graph::Graph::read(&bytes).unwrap();
    assert_eq!(graph.durations.as_deref(), Some("w_ceil"));
    graph.check(false).unwrap();
    assert!(graph.check(true).unwrap_err().contains("sid"));
    bytes.extend(graph::extra_output("w_ceil"));
    // What is an output already is not offered again.
    assert_eq!(graph::Graph::read(&bytes).unwrap().durations, None);
    let long = "n".repeat(300);
    assert!(graph::Graph::read(&graph::extra_output(&long)).is_ok());
}

#[test]
fn damaged_and_foreign_files_say_what_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read(fixtures().join("piper-shaped.onnx")).unwrap();
    let config = std::fs::read_to_string(fixtures().join("piper-shaped.onnx.json")).unwrap();
    let pinyin = config.replace("\"espeak\", \"speaker", "\"pinyin\", \"speaker");
    assert_ne!(pinyin, config);
    let foreign = graph::extra_output("logits");
    let cut = &whole[..whole.len() - 1000];
    for (stem, model, config, kind, word) in [
        ("empty", &b""[..], Some(&*config), ProblemKind::Damaged, "not an ONNX model"),
        ("cut", cut, Some(&*config), ProblemKind::Damaged, "truncated"),
        ("foreign", &foreign, Some(&*config), ProblemKind::Damaged, "not a Piper voice"),
        (
            "text",
            b"<html>404</html>",
            Some(&*config),
            ProblemKind::Damaged,
            "truncated or not an ONNX",
        ),
        ("lonely", &whole, None, ProblemKind::Missing, ".onnx.json"),
        ("chinese", &whole, Some(&*pinyin), ProblemKind::Unsupported, "pinyin"),
        ("garbled", &whole, Some("{"), ProblemKind::Damaged, "garbled.onnx.json"),
    ] {
        let path = folder.path().join(format!("{stem}.onnx"));
        std::fs::write(&path, model).unwrap();
        if let Some(config) = config {
            std::fs::write(path.with_extension("onnx.json"), config).unwrap();
        }
        let opened = find_one(stem, &[folder.path().to_path_buf()])
            .and_then(|files| Piper::open(&files, &Options::checkout()));
        let problem = Problem::from(opened.unwrap_err());
        assert_eq!(problem.kind, kind, "{stem}: {problem}");
        assert!(problem.to_string().contains(word), "{stem}: {problem}");
    }
    assert!(matches!(
        find_one("../fixtures/piper-shaped", &[fixtures()]),
        Err(TtsError::UnknownVoice { .. })
    ));
}

#[test]
fn the_configuration_of_another_voice_is_found_when_it_is_loaded() {
    if voice().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let config = std::fs::read_to_string(fixtures().join("piper-shaped.onnx.json")).unwrap();
    let mut config: serde_json::Value = serde_json::from_str(&config).unwrap();
    config["num_symbols"] = serde_json::json!(60_000);
    config["phoneme_id_map"]["ʘ"] = serde_json::json!([50_000]);
    let path = folder.path().join("other.onnx");
    std::fs::copy(fixtures().join("piper-shaped.onnx"), &path).unwrap();
    std::fs::write(path.with_extension("onnx.json"), config.to_string()).unwrap();
    let files = find_one("other", &[folder.path().to_path_buf()]).unwrap();
    let problem = Problem::from(Piper::open(&files, &Options::checkout()).unwrap_err());
    assert_eq!(problem.kind, ProblemKind::Damaged);
    assert!(problem.message.contains("does not fit its configuration"), "{problem}");
}

#[test]
fn a_protobuf_that_lies_about_its_lengths_is_refused() {
    for bytes in
        [&[0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f][..], &[0x3a, 0x02, 0x0a, 0x7f], &[0xff; 64], &[0x07]]
    {
        assert!(graph::Graph::read(bytes).is_err(), "{bytes:x?}");
    }
}
