//! GGUFs in several parts.

use std::path::{Path, PathBuf};

use crate::Checkpoint;

fn text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u64).to_le_bytes());
    bytes.extend(text.as_bytes());
}

/// A part with one tensor of four numbers, all `value`; the first has a name in its metadata.
fn part(index: u16, count: u16, value: f32) -> Vec<u8> {
    part_of(index, count, i32::from(count), value)
}

/// The same of a model that says that all its parts together hold so many tensors.
fn part_of(index: u16, count: u16, tensors: i32, value: f32) -> Vec<u8> {
    const U16: u32 = 2;
    const I32: u32 = 5;
    const STRING: u32 = 8;
    let mut bytes = b"GGUF".to_vec();
    bytes.extend(3u32.to_le_bytes());
    bytes.extend(1u64.to_le_bytes());
    bytes.extend(if index == 0 { 4u64 } else { 3 }.to_le_bytes());
    for (key, number) in [("split.no", index), ("split.count", count)] {
        text(&mut bytes, key);
        bytes.extend(U16.to_le_bytes());
        bytes.extend(number.to_le_bytes());
    }
    text(&mut bytes, "split.tensors.count");
    bytes.extend(I32.to_le_bytes());
    bytes.extend(tensors.to_le_bytes());
    if index == 0 {
        text(&mut bytes, "general.name");
        bytes.extend(STRING.to_le_bytes());
        text(&mut bytes, "cut");
    }
    text(&mut bytes, &format!("tensor.{index}"));
    bytes.extend(1u32.to_le_bytes());
    bytes.extend(4u64.to_le_bytes());
    // F32, at the start of the data.
    bytes.extend(0u32.to_le_bytes());
    bytes.extend(0u64.to_le_bytes());
    bytes.resize(bytes.len().next_multiple_of(32), 0);
    bytes.extend([value; 4].iter().flat_map(|number| number.to_le_bytes()));
    bytes
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn the_first_of_several_parts_opens_them_all() {
    let folder = tempfile::tempdir().unwrap();
    let first = write(folder.path(), "m-Q8_0-00001-of-00003.gguf", &part(0, 3, 1.0));
    write(folder.path(), "m-Q8_0-00002-of-00003.gguf", &part(1, 3, 2.0));
    let missing = Checkpoint::open(&first).unwrap_err().to_string();
    assert!(missing.contains("m-Q8_0-00003-of-00003.gguf"), "{missing}");
    write(folder.path(), "m-Q8_0-00003-of-00003.gguf", &part(2, 3, 3.0));
    let model = Checkpoint::open(&first).unwrap();
    for (name, value) in [("tensor.0", 1.0), ("tensor.1", 2.0), ("tensor.2", 3.0)] {
        assert_eq!(model.floats(name).unwrap(), [value; 4], "{name}");
    }
    assert_eq!(model.metadata.str("general.name"), Some("cut"));
    assert_eq!(model.paths().count(), 3);
}

#[test]
fn parts_that_cannot_be_opened_say_what_to_open() {
    let folder = tempfile::tempdir().unwrap();
    let check = |name: &str, bytes: &[u8], words: &[&str]| {
        let error = Checkpoint::open(&write(folder.path(), name, bytes)).unwrap_err().to_string();
        for word in words {
            assert!(error.contains(word), "{error} names {word}");
        }
    };
    let second = part(1, 2, 1.0);
    check("m-00002-of-00002.gguf", &second, &["part 2 of 2", "-00001-of-00002.gguf"]);
    check("renamed.gguf", &part(0, 2, 1.0), &["first of 2 parts", "-00001-of-00002.gguf"]);
    check("m-00001-of-09999.gguf", &part(0, 9999, 1.0), &["one of 9999 parts"]);
    // The same tensor in both.
    let mut same = second.clone();
    let at = same.windows(8).position(|name| name == b"tensor.1").unwrap();
    same[at + 7] = b'0';
    write(folder.path(), "twice-00002-of-00002.gguf", &same);
    check("twice-00001-of-00002.gguf", &part(0, 2, 1.0), &["`tensor.0` twice"]);
    // Another part, one of another model, and no part at all at the place of the second.
    let first = part(0, 2, 1.0);
    write(folder.path(), "moved-00002-of-00002.gguf", &first);
    check("moved-00001-of-00002.gguf", &first, &["moved-00002-of-00002.gguf", "part 1 of 2"]);
    write(folder.path(), "other-00002-of-00002.gguf", &part(1, 3, 1.0));
    check("other-00001-of-00002.gguf", &first, &["other-00002-of-00002.gguf", "one of 3 parts"]);
    let safetensors = [&2u64.to_le_bytes()[..], b"{}"].concat();
    write(folder.path(), "mixed-00002-of-00002.gguf", &safetensors);
    check("mixed-00001-of-00002.gguf", &first, &["mixed-00002-of-00002.gguf", "not a GGUF file"]);
}

#[test]
fn parts_that_do_not_hold_as_many_tensors_as_they_say_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "m-00002-of-00002.gguf", &part(1, 2, 2.0));
    let first = write(folder.path(), "m-00001-of-00002.gguf", &part_of(0, 2, 3, 1.0));
    let error = Checkpoint::open(&first).unwrap_err().to_string();
    assert!(error.contains("claims 3 tensors"), "{error}");
}
