//! Files that are good, hollow, foreign, cut off or damaged; none may reach whisper.cpp unchecked.

use std::path::{Path, PathBuf};

use domain::ProblemKind;

use super::{WhisperFile, inspect};

fn nano() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures/whisper-nano/nano-whisper.en-q5_0.bin")
}

/// Inspects the nano with its bytes changed.
fn changed(change: impl FnOnce(&mut Vec<u8>)) -> Result<WhisperFile, domain::Problem> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("changed.bin");
    let mut bytes = std::fs::read(nano()).unwrap();
    change(&mut bytes);
    std::fs::write(&path, bytes).unwrap();
    let found = inspect(&path);
    if let Err(problem) = &found {
        assert!(problem.message.contains("changed.bin"), "the file is named: {problem}");
        assert!(problem.remedy.contains("fetch it again"), "the remedy is named: {problem}");
    }
    found
}

#[test]
fn the_nano_is_described() {
    let file = inspect(&nano()).unwrap();
    assert!(file.has_weights && !file.multilingual);
    assert_eq!((file.size, file.weights, file.window_ms), ("custom", "q5_0", 5_120));
    assert_eq!(file.bytes, 4_889_062);
}

#[test]
fn a_file_without_tensors_has_no_weights() {
    // All of the header, filters and vocabulary, nothing behind.
    let header = {
        let bytes = std::fs::read(nano()).unwrap();
        let mut at = 48 + 8 + 80 * 201 * 4;
        let count = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        at += 4;
        for _ in 0..count {
            at += 4 + u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        }
        at
    };
    let file = changed(|bytes| bytes.truncate(header)).unwrap();
    assert!(!file.has_weights);
}

#[test]
fn a_vocabulary_without_a_blank_is_refused() {
    // whisper.cpp would end the whole program.
    let problem = changed(|bytes| {
        let blank = [1, 0, 0, 0, b' '];
        let vocabulary = 48 + 8 + 80 * 201 * 4;
        let found = bytes[vocabulary..].windows(5).position(|entry| entry == blank);
        bytes[vocabulary + found.expect("the blank") + 4] = b'\x01';
    })
    .unwrap_err();
    assert!(problem.message.contains("no blank"), "{problem}");
}

#[test]
fn cut_off_anywhere_is_told() {
    let whole = std::fs::metadata(nano()).unwrap().len() as usize;
    let mut refused = 0;
    for at in [0, 3, 4, 20, 47, 50, 60_000, 64_400, 300_000, whole / 2, whole - 1] {
        let problem = changed(|bytes| bytes.truncate(at)).unwrap_err();
        assert_eq!(problem.kind, ProblemKind::Damaged, "cut at {at}");
        refused += 1;
    }
    assert_eq!(refused, 11);
}

#[test]
fn every_changed_header_number_is_refused_or_harmless() {
    // Some numbers may take another sane value, but then the tensors do not fit.
    for field in 0..11 {
        for value in [-1_i32, 0, 1, 7, 96, 1_000_000, i32::MAX, i32::MIN] {
            let at = 4 + field * 4;
            let same =
                |bytes: &[u8]| i32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) == value;
            let mut skip = false;
            let found = changed(|bytes| {
                skip = same(bytes);
                bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
            });
            // The number of heads only has to divide the state.
            let harmless = matches!(field, 3 | 7) && matches!(value, 1 | 96);
            assert!(skip || harmless || found.is_err(), "field {field} = {value}: {found:?}");
        }
    }
}

#[test]
fn foreign_files_are_named_for_what_they_are() {
    let gguf = changed(|bytes| bytes[..4].copy_from_slice(b"GGUF")).unwrap_err();
    assert!(gguf.message.contains("language model"), "{gguf}");
    let text = changed(|bytes| bytes[..9].copy_from_slice(b"<!DOCTYPE")).unwrap_err();
    assert!(text.message.contains("does not begin"), "{text}");
    let missing = inspect(Path::new("/nowhere/model.bin")).unwrap_err();
    assert_eq!(missing.kind, ProblemKind::Missing);
    assert_eq!(inspect(Path::new("/")).unwrap_err().kind, ProblemKind::Damaged);
}

#[test]
fn bytes_changed_at_random_never_panic() {
    let mut seed = 7_u64;
    let mut random = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize
    };
    for _ in 0..40 {
        let _ = changed(|bytes| {
            for _ in 0..20 {
                let at = random() % bytes.len();
                bytes[at] = random() as u8;
            }
        });
    }
}
