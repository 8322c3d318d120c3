//! Which adapters are read, and which are refused, with what words.

use super::*;

#[track_caller]
fn refused(path: &Path, base: &str, words: &[&str]) {
    let model = Model::load(&bases(base)[0], 256, None, &mut |_| {}).unwrap();
    let error = Loaded::default().choose(&model.decoder, &[choice(path, 1.0)]).err();
    let problem = domain::Problem::from(error.expect("it is refused"));
    for word in words {
        assert!(problem.to_string().contains(word), "{problem} names {word}");
    }
}

#[test]
fn an_adapter_for_another_model_is_refused_by_what_differs() {
    refused(&adapter("gemma3"), "llama", &["block 2", "loaded model has 2", "another model"]);
    refused(&adapter("glm"), "glm4", &["down_proj", "from 24 to 32 numbers", "from 24 to 16"]);
    refused(&adapter("qwen2").join("adapter.gguf"), "llama", &["`qwen2`", "`llama`"]);
    refused(&fixture("families/llama/model.gguf"), "llama", &["not an adapter"]);
    refused(&fixture("families/llama"), "llama", &["neither adapter_model.safetensors"]);
    refused(Path::new("/nowhere/at/all"), "llama", &["there is no model file"]);
    let model = Model::load(&bases("llama")[0], 256, None, &mut |_| {}).unwrap();
    for scale in [f32::NAN, f32::INFINITY, 1e9] {
        let chosen = Loaded::default().choose(&model.decoder, &[choice(adapter("llama"), scale)]);
        assert!(chosen.is_err(), "{scale}");
    }
    let many = vec![choice(adapter("llama"), 0.1); 17];
    assert!(Loaded::default().choose(&model.decoder, &many).is_err());
}

#[test]
fn an_adapter_is_not_put_over_another_base_of_the_same_shape() {
    let shape = wide();
    let folder = tempfile::tempdir().unwrap();
    let write_base = |name: &str, format, seed| {
        let path = folder.path().join(name);
        let shape = Shape { format, embedding_format: format, ..shape.clone() };
        crate::synthetic::write(&path, &shape, seed).unwrap();
        path
    };
    let own = write_base("own-model.gguf", GgmlDType::F32, 1);
    let in_blocks = write_base("own-q4.gguf", GgmlDType::Q4K, 1);
    let other = write_base("other.gguf", GgmlDType::F32, 2);
    let (adapter, tensors) = noise_adapter(&shape, 8, 1);
    let load_base = |path: &Path| Model::load(path, 256, None, &mut |_| {}).unwrap();
    let mut config = json!({ "peft_type": "LORA", "r": 8, "lora_alpha": 8, "base_model_name_or_path": "somebody/own-model" });
    load_base(&own).decoder.base_mark().write(&mut config);
    write(adapter.path(), &config, &tensors);
    let choose = |base: &Path| {
        Loaded::default().choose(&load_base(base).decoder, &[choice(adapter.path(), 1.0)])
    };
    assert!(choose(&own).is_ok());
    assert!(choose(&in_blocks).is_ok(), "the same weights in other blocks");
    let refused = choose(&other).err().unwrap().to_string();
    assert!(
        refused.contains("`somebody/own-model`") && refused.contains("another model"),
        "{refused}"
    );

    let mut nameless = config.clone();
    nameless.as_object_mut().unwrap().remove("base_model_name_or_path");
    write(adapter.path(), &nameless, &tensors);
    let refused = choose(&other).err().unwrap().to_string();
    assert!(refused.contains("trained over weights that are not those"), "{refused}");

    // What proves nothing but names another base works, and it is said.
    let doubts = |path: &Path| {
        let engine = Engine::load(path, &Options::default(), |_| {}).unwrap();
        engine.use_adapters(&[choice(adapter.path(), 1.0)]).unwrap()
    };
    assert_eq!(doubts(&own), Vec::<String>::new(), "its weights prove it");
    config.as_object_mut().unwrap().remove("hanashi_base");
    write(adapter.path(), &config, &tensors);
    assert!(choose(&other).is_ok());
    assert_eq!(doubts(&own).len(), 0, "the file is called so");
    let told = doubts(&other);
    assert!(told[0].contains("`somebody/own-model`") && told[0].contains("`noise`"), "{told:?}");
}

/// A copy of the Llama's adapter with a change.
fn changed(
    config: impl FnOnce(&mut serde_json::Value),
    tensors: impl FnOnce(&mut Tensors),
) -> tempfile::TempDir {
    let from = adapter("llama");
    let text = std::fs::read_to_string(from.join("adapter_config.json")).unwrap();
    let mut description: serde_json::Value = serde_json::from_str(&text).unwrap();
    config(&mut description);
    let file = weights::Checkpoint::open(&from.join("adapter_model.safetensors")).unwrap();
    let shape =
        |name: &str| file.require(name).unwrap().shape.iter().map(|&n| n as usize).collect();
    let mut all: Tensors = file
        .names()
        .map(|name| (name.to_owned(), (shape(name), file.floats(name).unwrap())))
        .collect();
    tensors(&mut all);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &description, &all);
    folder
}

#[test]
fn what_would_not_be_what_was_trained_is_refused_by_its_name() {
    for (key, value, words) in [
        ("modules_to_save", json!(["lm_head", "embed_tokens"]), "lm_head, embed_tokens"),
        ("peft_type", json!("IA3"), "`IA3`"),
        ("peft_type", json!(null), "peft_type"),
        ("bias", json!("lora_only"), "biases"),
        ("layer_replication", json!([[0, 2], [1, 2]]), "layer_replication"),
        ("alora_invocation_tokens", json!([1, 2]), "alora_invocation_tokens"),
        ("init_lora_weights", json!("pissa_niter_16"), "pissa_niter_16"),
        ("alpha_pattern", json!({ "(?=x)": 4 }), "(?=x)"),
        ("alpha_pattern", json!({ "q_proj": "four" }), "q_proj"),
        ("lora_alpha", json!(f64::MAX), "that are none"),
        ("lora_alpha", json!("sixteen"), "that are none"),
        ("use_dora", json!(true), "lora_magnitude_vector"),
    ] {
        let folder = changed(|config| config[key] = value, |_| ());
        refused(folder.path(), "llama", &[words]);
    }
    let stem = "base_model.model.model.layers.0.self_attn.q_proj";
    let (a, b) = (format!("{stem}.lora_A.weight"), format!("{stem}.lora_B.weight"));
    let lacking = changed(|_| (), |tensors| drop(tensors.remove(&b)));
    refused(lacking.path(), "llama", &["q_proj", "missing"]);
    let numbers = changed(|_| (), |tensors| tensors.get_mut(&a).unwrap().1[3] = f32::NAN);
    refused(numbers.path(), "llama", &["q_proj", "that are none"]);
    let ranks =
        changed(|_| (), |tensors| drop(tensors.insert(a.clone(), (vec![2, 16], vec![0.5; 32]))));
    refused(ranks.path(), "llama", &["ranks 2 and 6"]);
    let more = changed(
        |_| (),
        |tensors| {
            tensors.insert(format!("{stem}.bias"), (vec![2], vec![0.0; 2]));
        },
    );
    refused(more.path(), "llama", &["q_proj.bias"]);
    let tower = changed(
        |_| (),
        |tensors| {
            for half in ["A", "B"] {
                let name = format!(
                    "base_model.model.vision_tower.encoder.layers.0.self_attn.q_proj.lora_{half}.weight"
                );
                tensors.insert(name, (vec![2, 2], vec![0.0; 4]));
            }
        },
    );
    refused(tower.path(), "llama", &["vision_tower.encoder.layers.0"]);
    let empty = changed(|_| (), Tensors::clear);
    refused(empty.path(), "llama", &["empty"]);
}

#[test]
fn files_cut_anywhere_are_refused_and_never_more() {
    let model = Model::load(&bases("llama")[0], 256, None, &mut |_| {}).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for name in ["adapter_model.safetensors", "adapter_config.json", "adapter.gguf"] {
        let from = adapter("llama-one-rank");
        let whole = std::fs::read(from.join(name)).unwrap();
        for other in ["adapter_model.safetensors", "adapter_config.json"] {
            std::fs::copy(from.join(other), folder.path().join(other)).unwrap();
        }
        let path = folder.path().join(name);
        let opened = if name.ends_with("gguf") { path.clone() } else { folder.path().to_owned() };
        for end in (0..whole.len()).step_by(whole.len() / 61 + 1) {
            std::fs::write(&path, &whole[..end]).unwrap();
            let chosen = Loaded::default().choose(&model.decoder, &[choice(&opened, 1.0)]);
            assert!(chosen.is_err(), "{name} cut at {end}");
        }
        std::fs::write(&path, &whole).unwrap();
        assert!(Loaded::default().choose(&model.decoder, &[choice(&opened, 1.0)]).is_ok());
    }
}

#[test]
fn names_of_other_versions_are_read_as_well() {
    let renamed = changed(
        |_| (),
        |tensors| {
            let old = std::mem::take(tensors);
            tensors.extend(old.into_iter().map(|(name, tensor)| {
                let between = [".lora_A", ".lora_B"].iter().fold(name, |name, half| {
                    name.replace(&format!("{half}.weight"), &format!("{half}.default.weight"))
                });
                (between, tensor)
            }));
        },
    );
    let mut session = session(&bases("llama")[0]);
    let active = load(&session, &[choice(renamed.path().join("adapter_model.safetensors"), 1.0)]);
    session.use_adapters(active);
    assert_eq!(disagreement(&mut session, &reference("llama")), None);
}
