//! Merged models, read back by the engine.

use std::path::Path;

use domain::{Cancel, Flow, Sampling};
use tuning::{Device, Settings, adapter, merge};

use super::{family, lora, quick};

fn close(a: &[f32], b: &[f32], by: f32) {
    assert_eq!(a.len(), b.len());
    let worst = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0f32, f32::max);
    assert!(worst < by, "off by {worst}");
}

/// A trained adapter beside its base gives the logits that the merged file gives, in the trainer's decoder and for the engine's
/// greedy text, for GGUF (where rows of Llama are in another order) as for safetensors.
#[test]
fn merged_files_say_what_base_and_adapter_say_together() {
    for (base, format) in [
        ("llama/model.safetensors", None),
        ("llama/model.gguf", Some(merge::Format::F32)),
        ("qwen2/model.gguf", Some(merge::Format::F32)),
        ("qwen3/model.safetensors", None),
        ("gpt2/pytorch_model.bin", None),
    ] {
        let path = family(base);
        let folder = tempfile::tempdir().unwrap();
        let made = folder.path().join("adapter");
        lora(&path, &made, &Settings { max_steps: Some(6), ..quick() }, false, &mut |_| Flow::More)
            .unwrap();
        let out = folder.path().join(if format.is_some() { "merged.gguf" } else { "merged" });
        let merged = merge::merge(&path, &made, &out, format).unwrap();
        assert_eq!(merged.changed, adapter::read(&made).unwrap().parts.len(), "{base}");
        let ids = [5, 9, 14, 33, 21, 8];
        let beside = tuning::last_logits_with(&path, &made, &ids, &Device::Cpu).unwrap();
        let alone = tuning::last_logits(&path, &ids, &Device::Cpu).unwrap();
        let together = tuning::last_logits(&out, &ids, &Device::Cpu).unwrap();
        // Half floats of the files are what is lost.
        close(&beside, &together, 0.03);
        assert!(alone.iter().zip(&together).any(|(a, b)| (a - b).abs() > 0.05), "{base}");
        engine_runs(&out, &ids, &together);
    }
}

/// Every number of a merged folder is base + scale · B·A, summed here in doubles from what the files hold; GPT-2 keeps its matrices the
/// other way round. Tensors without an adapter are what they were.
#[test]
fn every_number_is_the_base_and_what_was_learnt() {
    for base in ["llama/model.safetensors", "gpt2/pytorch_model.bin"] {
        let path = family(base);
        let folder = tempfile::tempdir().unwrap();
        let (made, out) = (folder.path().join("adapter"), folder.path().join("merged"));
        lora(&path, &made, &Settings { max_steps: Some(4), ..quick() }, false, &mut |_| Flow::More)
            .unwrap();
        merge::merge(&path, &made, &out, None).unwrap();
        let open = |path: &Path| weights::Checkpoint::open(path).unwrap();
        let (before, after) = (open(&path), open(&out));
        let learnt = open(&made.join("adapter_model.safetensors"));
        let scale = 8.0 / 4.0;
        let mut changed = 0;
        for name in after.names() {
            // The `.bin` has no name in front of its layers.
            let of_base =
                before.get(name).map_or_else(|| name.trim_start_matches("transformer."), |_| name);
            let (old, new) = (before.floats(of_base).unwrap(), after.floats(name).unwrap());
            let module = name.trim_start_matches("transformer.").trim_end_matches(".weight");
            let part = |which: &str| {
                let end = format!("{module}.lora_{which}.weight");
                learnt.names().find(|name| name.ends_with(&end)).map(str::to_owned)
            };
            let Some((a, b)) = part("A").zip(part("B")) else {
                assert_eq!(old, new, "{base} {name}");
                continue;
            };
            changed += 1;
            let inner = learnt.get(&a).unwrap().shape[1] as usize;
            let (a, b) = (learnt.floats(&a).unwrap(), learnt.floats(&b).unwrap());
            let outer = b.len() / 4;
            for (at, (old, new)) in old.iter().zip(&new).enumerate() {
                let (row, column) = if base.starts_with("gpt2") {
                    (at % outer, at / outer)
                } else {
                    (at / inner, at % inner)
                };
                let product =
                    |r: usize| f64::from(b[row * 4 + r]) * f64::from(a[r * inner + column]);
                let wanted = f64::from(*old) + scale * (0..4).map(product).sum::<f64>();
                // What a float or a half float of that size cannot hold.
                let off = (f64::from(*new) - wanted).abs();
                assert!(
                    off <= 1e-6 + 6e-4 * wanted.abs(),
                    "{base} {name} {at}: {new} for {wanted}"
                );
            }
        }
        assert_eq!(changed, adapter::read(&made).unwrap().parts.len(), "{base}");
    }
}

/// The engine loads the file, and its likeliest next token is the trainer's.
fn engine_runs(path: &Path, ids: &[u32], logits: &[f32]) {
    let engine = llm::Engine::load(path, &llm::Options::default(), |_| {}).unwrap();
    let vocabulary = llm::Vocabulary::read(&weights::Checkpoint::open(path).unwrap()).unwrap();
    let prompt = vocabulary.decode(ids);
    let completion =
        llm::Completion { prompt, sampling: Sampling::greedy(), max_tokens: 1, stop: Vec::new() };
    let done = engine.complete(completion, Cancel::new()).unwrap();
    // Text and back is not always the same tokens; where it is, so is what follows.
    if done.prompt_ids.ends_with(ids) && done.prompt_ids.len() == ids.len() {
        let best = (0..logits.len()).max_by(|a, b| logits[*a].total_cmp(&logits[*b])).unwrap();
        assert_eq!(done.ids.first().copied(), Some(best as u32), "{}", path.display());
    }
}

#[test]
fn an_adapter_for_another_base_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("adapter");
    let settings = Settings { max_steps: Some(1), ..quick() };
    lora(&family("gpt2/pytorch_model.bin"), &made, &settings, false, &mut |_| Flow::More).unwrap();
    let out = folder.path().join("merged.gguf");
    let error = merge::merge(&family("llama/model.gguf"), &made, &out, None).unwrap_err();
    assert!(error.to_string().contains("another base"), "{error}");
    assert!(!out.exists());
}

/// A copy of a folder of safetensors whose embeddings are others: the same names, the same shapes.
fn with_other_embeddings(from: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for name in ["config.json", "tokenizer.json"] {
        std::fs::copy(from.join(name), copy.path().join(name)).unwrap();
    }
    let mut bytes = std::fs::read(from.join("model.safetensors")).unwrap();
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header: serde_json::Value = serde_json::from_slice(&bytes[8..8 + length]).unwrap();
    let place = |end: usize| {
        let offsets = &header["model.embed_tokens.weight"]["data_offsets"];
        8 + length + offsets[end].as_u64().unwrap() as usize
    };
    // Seven floats on.
    bytes[place(0)..place(1)].rotate_left(28);
    std::fs::write(copy.path().join("model.safetensors"), bytes).unwrap();
    copy
}

/// The engine takes an adapter over the base that it was trained over, whatever file that is in, and not over another of its shape.
#[test]
fn an_adapter_knows_the_base_that_it_was_trained_over() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("adapter");
    let settings = Settings { max_steps: Some(1), ..quick() };
    lora(&family("llama/model.safetensors"), &made, &settings, false, &mut |_| Flow::More).unwrap();
    let wear = |base: &Path| {
        let engine = llm::Engine::load(base, &llm::Options::default(), |_| {}).unwrap();
        engine.use_adapters(&[llm::AdapterChoice { path: made.clone(), scale: 1.0 }])
    };
    for file in ["llama/model.safetensors", "llama/model.gguf"] {
        assert_eq!(wear(&family(file)).unwrap(), Vec::<String>::new(), "{file}");
    }
    let other = with_other_embeddings(&family("llama"));
    let refused = wear(other.path()).unwrap_err().to_string();
    assert!(
        refused.contains("`a model of ours`") && refused.contains("another model"),
        "{refused}"
    );
}
