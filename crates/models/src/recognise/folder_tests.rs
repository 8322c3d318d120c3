//! Folders: those of our fixtures, and broken ones.

use super::*;
use crate::catalogue::Kind;
use crate::footprint::Quantize;
use crate::recognise::recognise;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../llm/tests/fixtures")
}

/// A copy that can be broken.
fn copy(of: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(fixtures().join(of)).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    folder
}

#[test]
fn what_talks_has_a_shape() {
    let mut read = 0;
    for (family, pickled, whole) in [
        ("families/llama", false, false),
        ("families/gemma3", false, false),
        ("families/chatglm", true, false),
        ("families/gpt2", true, false),
        ("others/t5", false, true),
        ("others/mt5", true, true),
        ("others/plug", true, true),
    ] {
        let content = recognise(&fixtures().join(family)).unwrap();
        assert_eq!(content.kind(), Kind::Chat);
        let Content::Folder { pickle, answers, shape, plain, files, .. } = content else {
            panic!("{family}")
        };
        assert_eq!((pickle, answers), (pickled, whole), "{family}");
        let shape = shape.unwrap();
        assert!(shape.layers > 0 && shape.vocabulary > 0 && plain.products.numbers > 0, "{family}");
        // T5's and PLUG's rows of 16 and 18 numbers fill no blocks, and are loaded as they are.
        let (q8, stored) = (plain.after(Quantize::Q8), plain.stored());
        assert!(q8 < stored || plain.products.odd > 0 && q8 <= stored, "{family}");
        assert!(files.last().unwrap().ends_with("config.json"), "{family}");
        read += 1;
    }
    assert_eq!(read, 7);
}

#[test]
fn what_encodes_is_an_encoder_and_what_judges_is_refused() {
    for (folder, named) in [("others/bert", "bert"), ("others/xlm-roberta", "xlm-roberta")] {
        let content = recognise(&fixtures().join(folder)).unwrap();
        assert_eq!(content.kind(), Kind::Encoder);
        let Content::Encoder { architecture, bytes, files } = content else { panic!("{folder}") };
        assert!(architecture == named && bytes > 0, "{architecture}: {bytes}");
        assert!(files.last().unwrap().ends_with("config.json"), "{files:?}");
    }
    let folder = copy("others/bert");
    // How its tokens become a vector belongs to it, and lies deeper than its description.
    std::fs::create_dir(folder.path().join("1_Pooling")).unwrap();
    std::fs::write(folder.path().join(POOLING), "{}").unwrap();
    let Ok(Content::Encoder { files, .. }) = recognise(folder.path()) else { panic!() };
    assert_eq!(files.iter().filter(|file| file.ends_with(POOLING)).count(), 1);
    assert_eq!(files.last().unwrap(), &folder.path().join(DESCRIPTION));
    let path = folder.path().join(DESCRIPTION);
    let mut config: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    config["architectures"] = serde_json::json!(["BertForSequenceClassification"]);
    std::fs::write(&path, config.to_string()).unwrap();
    let error = recognise(folder.path()).unwrap_err().to_string();
    assert!(error.contains("BertForSequenceClassification"), "{error}");
    config["architectures"] = serde_json::json!(["DistilBertModel"]);
    config["model_type"] = "distilbert".into();
    std::fs::write(&path, config.to_string()).unwrap();
    let error = recognise(folder.path()).unwrap_err().to_string();
    assert!(error.contains("distilbert") && error.contains("does not read"), "{error}");
}

#[test]
fn a_folder_that_lacks_something_says_what() {
    for (gone, word) in [
        ("config.json", "config.json"),
        ("tokenizer.json", "tokenizer"),
        ("model.safetensors", "model.safetensors"),
    ] {
        let folder = copy("families/qwen3");
        std::fs::remove_file(folder.path().join(gone)).unwrap();
        let error = recognise(folder.path()).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    let folder = copy("families/qwen3");
    let weights = folder.path().join("model.safetensors");
    let bytes = std::fs::read(&weights).unwrap();
    std::fs::write(&weights, &bytes[..bytes.len() / 2]).unwrap();
    assert!(recognise(folder.path()).is_err());
    std::fs::write(&weights, &bytes).unwrap();
    // A shard of the list is missing.
    let index =
        r#"{"weight_map":{"a":"model.safetensors","b":"model-00002-of-00002.safetensors"}}"#;
    std::fs::write(folder.path().join("model.safetensors.index.json"), index).unwrap();
    let error = recognise(folder.path()).unwrap_err().to_string();
    assert!(error.contains("`model-00002-of-00002.safetensors` is missing"), "{error}");
}

#[test]
fn what_a_description_claims_overflows_nothing() {
    let folder = copy("families/qwen3");
    let path = folder.path().join("config.json");
    let sound: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let keys = sound.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for key in keys {
        for value in [Value::Null, Value::from(u64::MAX), Value::from(-1), Value::from("x")] {
            let mut broken = sound.clone();
            broken[&key] = value;
            std::fs::write(&path, broken.to_string()).unwrap();
            // Refused, or planned by its size alone; never a panic.
            if let Ok(Content::Folder { shape: Some(shape), .. }) = recognise(folder.path()) {
                assert!(shape.plausible(), "{key}");
            }
        }
    }
}
