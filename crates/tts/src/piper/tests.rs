//! The fixture voice says every phoneme as a tone of a known length, so sound and lips can be checked to the sample.
//!
//! ONNX Runtime is not part of the repository: where it has not been fetched, these tests check that the message says how.

use std::path::PathBuf;

use domain::{MouthShape, Problem, ProblemKind};

use super::*;
use crate::espeak::Clause;
use MouthShape::{A, Closed, E, I, O, U};

const HOP: usize = 256;

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// The fixture, or `None` where ONNX Runtime is not here.
fn voice() -> Option<Piper> {
    named("piper-shaped")
}

/// A fixture by its name.
fn named(stem: &str) -> Option<Piper> {
    let files = find_one(stem, &[fixtures()]).unwrap();
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
    let sound = voice.infer(&sequence, 1.0, 1.0).unwrap();
    let total: usize = sequence.ids.iter().map(|&id| frames(id)).sum();
    assert_eq!(sound.pcm.len(), total * HOP);
    assert_eq!(sound.rate, 22_050);

    let mut at = 0;
    let mut expected = Vec::new();
    for (&id, symbol) in sequence.ids.iter().zip(&sequence.symbols) {
        expected.extend(symbol.mouths().first().map(|mouth| (at, mouth.shape)));
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

/// What a number of the Mandarin fixture sounds like: its channel, by which its script has pitch and length; `None` is silence.
fn channel(id: i64) -> Option<usize> {
    let id = usize::try_from(id).unwrap();
    match id {
        3..27 => Some((id - 3) % 4 * 4),
        27..64 => Some((id - 27) % 4 * 4 + 3),
        64..69 => Some([1, 5, 9, 13, 2][id - 64]),
        _ => None,
    }
}

/// The loudest harmonic of a frame, and how much of the frame's energy it has.
fn loudest(frame: &[f32]) -> (usize, f32) {
    let energy: f32 = frame.iter().map(|x| x * x).sum::<f32>().max(1e-9);
    let share = |harmonic: usize| {
        let (mut re, mut im) = (0.0f32, 0.0f32);
        for (n, x) in frame.iter().enumerate() {
            let turn = std::f32::consts::TAU * (harmonic * n) as f32 / frame.len() as f32;
            re += x * turn.cos();
            im += x * turn.sin();
        }
        2.0 * (re * re + im * im) / (frame.len() as f32 * energy)
    };
    (1..24).map(|h| (h, share(h))).max_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
}

#[test]
fn mandarin_sounds_initial_by_final_by_tone_and_the_lips_follow() {
    let Some(mut voice) = named("pinyin-shaped") else { return };
    // 花。 in the numbers of the voices' table: a pad behind the tone and the mark, none behind the beginning.
    let flower = Sequence::of_pinyin(&pinyin::sentences("hua1.")[0], &voice.config().table);
    assert_eq!(flower.ids, [1, 14, 50, 64, 0, 69, 0, 2]);
    let two = Sequence::of_pinyin(&pinyin::sentences("er4")[0], &voice.config().table);
    assert_eq!(two.ids, [1, 3, 62, 67, 0, 2]);

    let text = "wo3 xi3huan5 mao1, bu2 yao4 shang1xin1?";
    let sequence = Sequence::of_pinyin(&pinyin::sentences(text)[0], &voice.config().table);
    let sound = voice.infer(&sequence, 1.0, 1.0).unwrap();
    let mut at = 0;
    let mut begins = Vec::new();
    for &id in &sequence.ids {
        begins.push(at);
        let frames = channel(id).map_or(3, |channel| [4, 6, 7, 9][channel % 4]);
        // The middle of it.
        let frame = &sound.pcm[(at + frames / 2) * HOP..][..HOP];
        match channel(id) {
            Some(channel) => {
                let (harmonic, share) = loudest(frame);
                assert_eq!(harmonic, channel + 2, "{id} at frame {at}");
                assert!(share > 0.8, "{id} at frame {at}: {share}");
            }
            None => assert!(frame.iter().all(|x| x.abs() < 0.05), "{id} at frame {at}"),
        }
        at += frames;
    }
    assert_eq!(sound.pcm.len(), at * HOP);

    let shapes: Vec<_> = sound.marks.iter().map(|mark| mark.mouth.shape).collect();
    let said = [
        &[U, O][..], // wo
        &[I, I],     // xi
        &[U, A, I],  // huan
        &[Closed, A, U],
        &[Closed], // the comma
        &[Closed, U],
        &[I, A, U],
        &[U, A, E], // shang
        &[I, I, I],
        &[Closed, Closed],
    ];
    assert_eq!(shapes, said.concat());
    // 猫: the lips meet with the m, a begins with the final, u half-way through final, tone and pad.
    let cat = sequence.ids.iter().position(|&id| id == 6).unwrap();
    let marks = &sound.marks[7..10];
    let middle = (begins[cat + 1] + begins[cat + 4]) * HOP / 2;
    for (mark, at) in marks.iter().zip([begins[cat] * HOP, begins[cat + 1] * HOP, middle]) {
        assert!(mark.at.abs_diff(at) <= 2, "{mark:?} for {at}");
    }
    assert_eq!(sound.marks.last().unwrap().at, sound.pcm.len());
}

#[test]
fn mandarin_without_durations_shares_the_time_among_its_sounds() {
    let config = Config::open(&fixtures().join("pinyin-shaped.onnx.json")).unwrap();
    let sequence = Sequence::of_pinyin(&pinyin::sentences("ba1 mai4")[0], &config.table);
    let mut pcm = vec![0.0; 1200];
    pcm[200..1000].fill(0.3);
    let marks = marks(&sequence.symbols, None, &pcm);
    // 800 samples in shares of 0.9 (b), 1.5 (a and its tone), 0.9 (m), 1.5 (ai: one half each).
    let expected = [(200, Closed), (350, A), (600, Closed), (750, A), (875, I), (1000, Closed)];
    assert_eq!(marks.len(), expected.len(), "{marks:?}");
    for (mark, (at, shape)) in marks.iter().zip(expected) {
        assert_eq!(mark.mouth.shape, shape);
        assert!(mark.at.abs_diff(at) <= 1, "{} for {at}", mark.at);
    }
}

#[test]
fn a_table_of_several_numbers_a_symbol_stays_in_step() {
    let text = std::fs::read_to_string(fixtures().join("pinyin-shaped.onnx.json")).unwrap();
    let text = text.replace("\"zh\": [18]", "\"zh\": [18, 19, 20]").replace("\"…\": [72], ", "");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("several.onnx.json");
    std::fs::write(&path, text).unwrap();
    let config = Config::open(&path).unwrap();
    // The voice knows no `…`: it is left out, with its pad.
    let sequence = Sequence::of_pinyin(&pinyin::sentences("zhe4…")[0], &config.table);
    assert_eq!(sequence.ids, [1, 18, 19, 20, 29, 67, 0, 2]);
    assert_eq!(sequence.symbols.len(), sequence.ids.len());
    let long = "zhuang4 ".repeat(5000);
    let sequence = Sequence::of_pinyin(&pinyin::sentences(&long)[0], &config.table);
    assert!((2000..2010).contains(&sequence.ids.len()), "{}", sequence.ids.len());
    assert_eq!(sequence.ids.last(), Some(&2));
}

#[test]
fn twice_the_rate_is_about_half_the_length() {
    let Some(mut voice) = voice() else { return };
    let clauses = [Clause { ipa: "həlˈoʊ ðˈɛɹ".into(), mark: None }];
    let sequence = Sequence::new(&clauses, voice.config());
    let slow = voice.infer(&sequence, 1.0, 1.0).unwrap().pcm.len();
    let fast = voice.infer(&sequence, 2.0, 1.0).unwrap().pcm.len();
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

#[test]
fn files_are_told_from_what_stood_in_their_place_before() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let identity = || find_one("a", &[folder.path().to_owned()]).unwrap().identity();
    write("a.onnx", "one");
    write("a.onnx.json", "{}");
    let first = identity();
    assert_eq!(first, identity());
    write("a.onnx", "another");
    let second = identity();
    assert_ne!(first, second, "another network");
    write("a.onnx.json", "{ }");
    assert_ne!(second, identity(), "another configuration");
    // As long, and written later.
    let file = std::fs::File::options().write(true).open(folder.path().join("a.onnx")).unwrap();
    let before = identity();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    assert_ne!(before, identity());
}
