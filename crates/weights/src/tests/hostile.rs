//! Damaged and hostile files: a clear error, no panic, nothing large allocated, nothing run.

use std::path::PathBuf;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::fixture;
use crate::{Checkpoint, Error};

/// Opens bytes as a file and reads every tensor of it.
fn read(bytes: &[u8]) -> Result<usize, Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.bin");
    std::fs::write(&path, bytes).unwrap();
    let checkpoint = Checkpoint::open(&path)?;
    let names: Vec<&str> = checkpoint.names().collect();
    for name in &names {
        match checkpoint.floats(name) {
            // Blocks are only handed on as bytes.
            Ok(_) | Err(Error::Unsupported { .. }) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(names.len())
}

#[track_caller]
fn refused(bytes: &[u8], why: &str) {
    let message = read(bytes).unwrap_err().to_string();
    assert!(message.contains(why), "`{why}` is not in `{message}`");
    assert!(message.contains("model.bin"), "the file is not named in `{message}`");
}

fn safetensors(header: &str, data: usize) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.resize(bytes.len() + data, 0);
    bytes
}

#[test]
fn safetensors_that_lie_are_refused() {
    let tensor = |dtype: &str, shape: &str, offsets: &str| {
        format!(r#"{{"t":{{"dtype":"{dtype}","shape":{shape},"data_offsets":{offsets}}}}}"#)
    };
    assert_eq!(read(&safetensors(&tensor("F32", "[2,2]", "[0,16]"), 16)).unwrap(), 1);
    refused(&safetensors(&tensor("F32", "[2,2]", "[0,16]"), 15), "beyond the file's");
    refused(&safetensors(&tensor("F32", "[2,3]", "[0,16]"), 16), "does not fit its data");
    refused(&safetensors(&tensor("F32", "[2,2]", "[16,0]"), 16), "beyond the file's");
    let huge = format!("[{0},{0},{0}]", u64::MAX);
    refused(&safetensors(&tensor("F32", &huge, "[0,16]"), 16), "does not fit its data");
    refused(&safetensors(r#"{"t":{"dtype":"F32"}}"#, 0), "header cannot be read");
    let same = r#"{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]},"b":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}"#;
    refused(&safetensors(same, 9), "claim more bytes");
    // One name twice, and headers that would fill the memory: of dimensions, and of names.
    let twice = r#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}"#;
    refused(&safetensors(twice, 8), "the tensor `a` twice");
    let dimensions = format!("[{}1]", "1,".repeat(8_000_000));
    let began = std::time::Instant::now();
    refused(&safetensors(&tensor("U8", &dimensions, "[0,1]"), 1), "header cannot be read");
    let one = r#""shape":[],"dtype":"F32","data_offsets":[0,0]"#;
    let names: Vec<String> = (0..140_000).map(|n| format!("\"{n}\":{{{one}}}")).collect();
    refused(&safetensors(&format!("{{{}}}", names.join(",")), 0), "claims 140000 tensors");
    assert!(began.elapsed() < std::time::Duration::from_secs(5));
    let mut endless = safetensors(&tensor("F32", "[0]", "[0,0]"), 0);
    endless[..8].copy_from_slice(&90_000_000u64.to_le_bytes());
    refused(&endless, "in the middle of its header");
    endless[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    refused(&endless, "header's length");
}

#[test]
fn formats_that_are_not_read_are_named_when_they_are_needed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    let header = r#"{"t":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}"#;
    std::fs::write(&path, safetensors(header, 4)).unwrap();
    let error = Checkpoint::open(&path).unwrap().require("t").unwrap_err().to_string();
    assert!(error.contains("F8_E4M3"), "{error}");
}

#[test]
fn shards_stay_in_their_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors.index.json");
    for name in ["../x.safetensors", "/etc/passwd", "..", "a\\b"] {
        let index = serde_json::json!({ "weight_map": { "t": name } });
        std::fs::write(&path, index.to_string()).unwrap();
        let error = Checkpoint::open(folder.path()).unwrap_err().to_string();
        assert!(error.contains("does not lie beside it"), "{error}");
    }
    std::fs::write(&path, "[]").unwrap();
    assert!(Checkpoint::open(folder.path()).unwrap_err().to_string().contains("list of shards"));
}

/// A file of PyTorch's older kind with a pickle of our own inside.
fn legacy(pickle: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.".to_vec();
    bytes.extend(b"\x80\x02M\xe9\x03.\x80\x02}.");
    bytes.extend(pickle);
    bytes.extend(b"\x80\x02]..");
    bytes
}

#[test]
fn a_pickle_is_read_and_never_run() {
    let marker: PathBuf = std::env::temp_dir().join(format!("weights-{}", std::process::id()));
    let mut pickle = b"\x80\x02cposix\nsystem\nX".to_vec();
    let command = format!("touch {}", marker.display());
    pickle.extend((command.len() as u32).to_le_bytes());
    pickle.extend(command.as_bytes());
    pickle.extend(b"\x85R.");
    refused(&legacy(&pickle), "no tensors by name");
    assert!(!marker.exists());
}

#[test]
fn pickles_that_break_their_machine_are_refused() {
    refused(&legacy(b"\x80\x020."), "takes more from its stack");
    refused(&legacy(b"\x80\x02h\x07."), "never named");
    refused(&legacy(b"\x80\x02t."), "a mark that is not there");
    refused(&legacy(b"\x80\x02I1\n."), "instruction 0x49");
    refused(&legacy(b"\x80\x02X\xff\xff\xff\xff"), "ends too early");
    // Lists in lists in lists, and a list that holds itself.
    let mut deep = b"\x80\x02".to_vec();
    deep.extend(b"]".repeat(1_000_000));
    deep.extend(b"a".repeat(999_999));
    deep.push(b'.');
    refused(&legacy(&deep), "no tensors by name");
    refused(&legacy(b"\x80\x02}q\x00X\x05\x00\x00\x00modelh\x00s."), "no tensors by name");
    refused(&legacy(&b"N".repeat(3_000_000)), "too many values");
}

/// A tensor over the one storage, with the given offset, sizes and strides as pickle instructions.
fn zipped_tensor(offset: &[u8], sizes: &[u8], strides: &[u8]) -> Vec<u8> {
    let mut pickle = b"\x80\x02}X\x01\x00\x00\x00tctorch._utils\n_rebuild_tensor_v2\n((".to_vec();
    pickle.extend(b"X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x04tQ");
    pickle.extend(offset);
    pickle.extend(sizes);
    pickle.extend(strides);
    pickle.extend(b"\x89ccollections\nOrderedDict\n)RtRs.");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in [("a/data.pkl", pickle.as_slice()), ("a/data/0", &[0; 16])] {
        zip.start_file(name, stored).unwrap();
        std::io::Write::write_all(&mut zip, bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn archives_of_very_many_members_are_refused_before_they_are_listed() {
    // The table of contents alone, as its members need not be there: 100,000 short names, and half of that with long ones.
    for (count, name) in [(100_000u32, 6), (50_000, 400)] {
        let mut table = Vec::new();
        for number in 0..count {
            table.extend(b"PK\x01\x02\x14\x00\x14\x00");
            table.extend([0; 20]);
            table.extend((name as u16).to_le_bytes());
            table.extend([0; 16]);
            table.extend(format!("{number:0name$}").bytes());
        }
        let mut file = b"PK\x03\x04".to_vec();
        let (start, length) = (file.len() as u64, table.len() as u64);
        file.extend(&table);
        // Records of an archive with more members than sixteen bits count.
        let end = file.len() as u64;
        file.extend(b"PK\x06\x06");
        file.extend(44u64.to_le_bytes());
        file.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for number in [count.into(), count.into(), length, start] {
            file.extend(u64::to_le_bytes(number));
        }
        file.extend(b"PK\x06\x07\x00\x00\x00\x00");
        file.extend(end.to_le_bytes());
        file.extend(1u32.to_le_bytes());
        file.extend(b"PK\x05\x06\x00\x00\x00\x00");
        file.extend([0xff; 12]);
        file.extend([0; 2]);
        let began = std::time::Instant::now();
        refused(&file, "far more members than a model has");
        assert!(began.elapsed() < std::time::Duration::from_secs(5), "{:?}", began.elapsed());
    }
}

#[test]
fn tensors_stay_inside_their_numbers() {
    assert_eq!(read(&zipped_tensor(b"K\x00", b"K\x02K\x02\x86", b"K\x02K\x01\x86")).unwrap(), 1);
    refused(&zipped_tensor(b"K\x01", b"K\x02K\x02\x86", b"K\x02K\x01\x86"), "beyond its numbers");
    refused(&zipped_tensor(b"K\x00", b"K\x02K\x02\x86", b"K\x03K\x01\x86"), "beyond its numbers");
    refused(&zipped_tensor(b"J\xff\xff\xff\xff", b"K\x01\x85", b"K\x01\x85"), "beyond its numbers");
    // A stride of nought would repeat four numbers without end.
    refused(&zipped_tensor(b"K\x00", b"J\xff\xff\xff\x7f\x85", b"K\x00\x85"), "beyond its numbers");
    refused(&zipped_tensor(b"K\x00", b"K\x02\x85", b"K\x01K\x01\x86"), "beyond its numbers");
    refused(&zipped_tensor(b"K\x00", b"N", b"K\x01\x85"), "a shape that cannot be");
}

#[test]
fn every_truncation_is_noticed() {
    for name in ["plain.safetensors", "zipped.bin", "legacy.bin"] {
        let bytes = std::fs::read(fixture(name)).unwrap();
        for length in (0..bytes.len()).step_by(37).chain([bytes.len() - 1]) {
            assert!(read(&bytes[..length]).is_err(), "{name} up to {length}");
        }
    }
}

#[test]
fn no_mutation_makes_it_panic() {
    let mut rng = ChaCha8Rng::seed_from_u64(20_261_125);
    let (mut tried, mut opened) = (0, 0);
    for name in ["plain.safetensors", "zipped.bin", "legacy.bin"] {
        let original = std::fs::read(fixture(name)).unwrap();
        for _ in 0..400 {
            let mut bytes = original.clone();
            for _ in 0..rng.random_range(1..=4) {
                let at = rng.random_range(0..bytes.len());
                bytes[at] = match rng.random_range(0..4) {
                    0 => 0,
                    1 => 0xff,
                    2 => bytes[at].wrapping_add(1),
                    _ => rng.random(),
                };
            }
            tried += 1;
            opened += usize::from(read(&bytes).is_ok());
        }
    }
    println!("{tried} mutations, {opened} of them still read");
    assert!(opened > 0 && opened < tried);
}
