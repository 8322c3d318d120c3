//! Files made here, whole and cut at every byte, and the real ones where they are at hand.

use std::path::PathBuf;

use super::*;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

fn text(text: &str) -> Vec<u8> {
    [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat()
}

/// A GGUF with one F32 tensor of 4 elements.
pub(crate) fn gguf(architecture: &str) -> Vec<u8> {
    let mut bytes = b"GGUF".to_vec();
    bytes.extend(3_u32.to_le_bytes());
    bytes.extend(1_u64.to_le_bytes());
    bytes.extend(3_u64.to_le_bytes());
    for (key, value) in [("general.architecture", architecture), ("general.name", "A Test")] {
        bytes.extend(text(key));
        bytes.extend(8_u32.to_le_bytes());
        bytes.extend(text(value));
    }
    bytes.extend(text("tokenizer.ggml.tokens"));
    bytes.extend(9_u32.to_le_bytes());
    bytes.extend(8_u32.to_le_bytes());
    bytes.extend(2_u64.to_le_bytes());
    bytes.extend(text("a"));
    bytes.extend(text("b"));
    bytes.extend(text("weight"));
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend(4_u64.to_le_bytes());
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend(0_u64.to_le_bytes());
    bytes.resize(bytes.len().next_multiple_of(32), 0);
    bytes.extend([0; 16]);
    bytes
}

/// A Whisper with two words and one tensor.
pub(crate) fn whisper() -> Vec<u8> {
    let mut bytes = ggml::MAGIC.to_le_bytes().to_vec();
    for number in [51_865_u32, 1500, 384, 6, 4, 448, 384, 6, 4, 80, 1] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(80_u32.to_le_bytes());
    bytes.extend(2_u32.to_le_bytes());
    bytes.extend([0; 80 * 2 * 4]);
    bytes.extend(2_u32.to_le_bytes());
    for word in ["a", "bc"] {
        bytes.extend((word.len() as u32).to_le_bytes());
        bytes.extend(word.as_bytes());
    }
    for number in [1_u32, 4, 0, 3] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(b"bias");
    bytes.extend([0; 12]);
    bytes
}

/// An ONNX with `ir_version` and a graph of five bytes.
pub(crate) const ONNX: &[u8] = &[0x08, 0x08, 0x3a, 0x05, 1, 2, 3, 4, 5];
pub(crate) const CONFIG: &str = r#"{"audio": {"sample_rate": 22050}, "language": {"code": "en_US"}, "num_speakers": 2, "phoneme_id_map": {"a": [1]}}"#;

fn refused(path: &Path) -> String {
    match recognise(path) {
        Err(error @ Error::Refused { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_three_kinds_are_told_by_their_content() {
    let folder = Folder::new();
    let chat = recognise(&folder.put("whatever.bin", &gguf("qwen3"))).unwrap();
    assert_eq!(
        chat,
        Content::Gguf {
            architecture: "qwen3".to_owned(),
            name: Some("A Test".to_owned()),
            shape: None
        }
    );
    let ears = recognise(&folder.put("model", &whisper())).unwrap();
    assert!(matches!(ears, Content::Whisper { multilingual: true, layers: 4, .. }), "{ears:?}");
    let onnx = folder.put("v.onnx", ONNX);
    let config = folder.put("v.onnx.json", CONFIG.as_bytes());
    let about = VoiceConfig { language: "en_US".to_owned(), rate: 22050, speakers: 2 };
    let voice = Content::Voice { config: config.clone(), about };
    assert_eq!(recognise(&onnx).unwrap(), voice);
    assert_eq!(recognise(&config).unwrap(), voice);
    assert_eq!([chat.kind(), ears.kind(), voice.kind()], [Kind::Chat, Kind::Ears, Kind::Voice]);
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let folder = Folder::new();
    folder.put("cut.onnx.json", CONFIG.as_bytes());
    let mut cuts = 0;
    for (name, whole) in
        [("cut.gguf", gguf("llama")), ("cut.bin", whisper()), ("cut.onnx", ONNX.to_vec())]
    {
        for end in 0..whole.len() {
            let path = folder.put(name, &whole[..end]);
            assert!(recognise(&path).is_err(), "{name} cut after {end} of {} bytes", whole.len());
            cuts += 1;
        }
        assert!(recognise(&folder.put(name, &whole)).is_ok(), "{name}");
    }
    println!("{cuts} cuts");
}

#[test]
fn a_file_with_any_byte_broken_never_hangs_or_panics() {
    let folder = Folder::new();
    for (name, whole) in [("b.gguf", gguf("llama")), ("b.bin", whisper())] {
        for at in (0..whole.len()).step_by(3) {
            for value in [0x00, 0x7f, 0xff] {
                let mut broken = whole.clone();
                broken[at] = value;
                let _ = recognise(&folder.put(name, &broken));
            }
        }
    }
}

#[test]
fn what_people_bring_by_mistake_is_named() {
    let folder = Folder::new();
    for (name, bytes, says) in [
        ("a.gguf", &b""[..], "is empty"),
        ("a.gguf", b"version https://git-lfs.github.com/spec/v1\noid sha256:00", "pointer"),
        ("a.gguf", b"<!DOCTYPE html><html>", "web page"),
        ("a.bin", b"tjgg\x03\0\0\0", "older than GGUF"),
        ("a.gguf", b"hello, I am no model", "does not begin like"),
        ("a.safetensors", b"\x40\0\0\0\0\0\0\0{", "safetensors"),
        ("a.pt", b"PK\x03\x04aaaa", "PyTorch"),
        ("a.txt", b"hello", "no model that Hanashi knows"),
    ] {
        let told = refused(&folder.put(name, bytes));
        assert!(told.contains(says), "{name}: {told}");
    }
    assert!(refused(&folder.put("b.gguf", &gguf("bert"))).contains("does not talk"));
}

#[test]
fn half_a_voice_says_which_half_is_missing() {
    let folder = Folder::new();
    let voice = folder.put("v.onnx", ONNX);
    let problem = domain::Problem::from(recognise(&voice).unwrap_err());
    assert!(problem.remedy.contains("v.onnx.json"), "{}", problem.remedy);
    let config = folder.put("w.onnx.json", CONFIG.as_bytes());
    let problem = domain::Problem::from(recognise(&config).unwrap_err());
    assert!(problem.remedy.contains("w.onnx"), "{}", problem.remedy);
}

#[test]
fn real_files_are_recognised_where_they_are_at_hand() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/models");
    let cases: [(&str, Result<Kind, &str>); 8] = [
        ("stories260k/stories260K.gguf", Ok(Kind::Chat)),
        ("whisper-nano/nano-whisper.en-q5_0.bin", Ok(Kind::Ears)),
        ("whisper-stub-no-weights/for-tests-ggml-tiny.bin", Err("without any weights")),
        ("silero-vad/for-tests-silero-v6.2.0-ggml.bin", Err("no Whisper model")),
        ("silero-vad/silero_vad.onnx", Err("without the configuration")),
        ("piper-stubs-not-voices/piper1-gpl-test_voice.onnx", Ok(Kind::Voice)),
        ("piper-stubs-not-voices/piper-plus-zero-shot-test.onnx", Ok(Kind::Voice)),
        ("stories260k/stories260K.bin", Err("no model that Hanashi knows")),
    ];
    let mut covered = 0;
    for (name, expected) in cases {
        let path = shared.join(name);
        if !path.is_file() {
            continue;
        }
        covered += 1;
        match (recognise(&path), expected) {
            (Ok(content), Ok(kind)) => assert_eq!(content.kind(), kind, "{name}"),
            (Err(error), Err(says)) => assert!(error.to_string().contains(says), "{name}: {error}"),
            (got, _) => panic!("{name}: {got:?}"),
        }
    }
    println!("{covered} of {} real files covered", cases.len());
}

/// Whoever opens a pipe waits for somebody to write into it: a list of models would never come.
#[cfg(unix)]
#[test]
fn a_pipe_is_no_model_and_is_not_waited_for() {
    let folder = Folder::new();
    let pipe = folder.put("x", b"").with_file_name("pipe.gguf");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if made.is_ok_and(|status| status.success()) {
        assert!(matches!(recognise(&pipe), Err(Error::Refused { .. })));
    }
}
