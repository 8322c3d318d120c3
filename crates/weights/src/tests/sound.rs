//! What PyTorch and safetensors wrote comes back number for number.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::fixture;
use crate::{Checkpoint, Container, Dtype};

#[derive(Deserialize)]
struct Expected {
    shape: Vec<u64>,
    numbers: Vec<f64>,
}

fn expected() -> BTreeMap<String, Expected> {
    serde_json::from_slice(&std::fs::read(fixture("expected.json")).unwrap()).unwrap()
}

#[track_caller]
fn check(file: &str, container: Container, names: usize) {
    let checkpoint = Checkpoint::open(&fixture(file)).unwrap();
    assert_eq!((checkpoint.container, checkpoint.names().count()), (container, names));
    let expected = expected();
    for name in checkpoint.names() {
        let wanted = &expected[name];
        assert_eq!(checkpoint.get(name).unwrap().shape, wanted.shape, "{file}: {name}");
        let numbers = checkpoint.floats(name).unwrap();
        let wanted: Vec<f32> = wanted.numbers.iter().map(|n| *n as f32).collect();
        assert_eq!(numbers, wanted, "{file}: {name}");
    }
}

#[test]
fn safetensors_come_back() {
    check("plain.safetensors", Container::Safetensors, 8);
    let checkpoint = Checkpoint::open(&fixture("plain.safetensors")).unwrap();
    assert_eq!(checkpoint.get("brain").unwrap().dtype, Dtype::BF16);
}

#[test]
fn both_kinds_of_pickle_come_back_with_their_views() {
    check("zipped.bin", Container::Pickle, 13);
    check("legacy.bin", Container::Pickle, 13);
}

#[test]
fn shards_are_one_model() {
    check("sharded", Container::Safetensors, 2);
    check("sharded/model.safetensors.index.json", Container::Safetensors, 2);
    let checkpoint = Checkpoint::open(&fixture("sharded")).unwrap();
    assert_eq!(checkpoint.config["model_type"], "none");
}

#[test]
fn of_a_parts_variants_the_smallest_whole_one_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let part = || Checkpoint::of_part(folder.path(), "part");
    assert!(part().unwrap().is_none());
    let put = |from: &str, to: &str| {
        std::fs::copy(fixture(from), folder.path().join(to)).unwrap();
    };
    put("zipped.bin", "part.safetensors");
    assert!(part().unwrap_err().to_string().contains("not a safetensors file"));
    put("plain.safetensors", "part.safetensors");
    assert!(part().unwrap().unwrap().path.ends_with("part.safetensors"));
    put("plain.safetensors", "part.fp16.safetensors");
    assert!(part().unwrap().unwrap().path.ends_with("part.fp16.safetensors"));
    let shards = Checkpoint::of_part(&fixture("sharded"), "model").unwrap().unwrap();
    assert_eq!(shards.paths().count(), 2);
}

#[test]
fn what_is_missing_is_named() {
    let checkpoint = Checkpoint::open(&fixture("plain.safetensors")).unwrap();
    let error = checkpoint.require("absent").unwrap_err().to_string();
    assert!(error.contains("`absent`") && error.contains("plain.safetensors"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let error = Checkpoint::open(folder.path()).unwrap_err().to_string();
    assert!(error.contains("no model file"), "{error}");
}
