//! Every family of decoders, as transformers stores it and as GGUF: loads, agrees with transformers, and does so whatever the
//! cache has been through. What holds is the table in docs/models.md.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use candle_core::quantized::GgmlDType;

use super::cache::{assert_close, greedy, in_pieces};
use super::reference::{Expected, disagreement};
use super::{everywhere, fixture, noise, session};
use crate::decoder::CacheFormat;
use crate::model::Model;
use crate::session::Session;
use crate::synthetic::Shape;
use crate::{Engine, Options, Quantization};

/// A family: its folder among the fixtures, its weights there, and what people know of it.
pub(super) struct Family {
    pub(super) folder: &'static str,
    pub(super) files: &'static [&'static str],
    pub(super) members: &'static str,
    pub(super) reference: &'static str,
}

const fn family(
    folder: &'static str,
    files: &'static [&'static str],
    members: &'static str,
    reference: &'static str,
) -> Family {
    Family { folder, files, members, reference }
}

const BOTH: &[&str] = &["model.safetensors", "model.gguf"];
const SHARDS: &[&str] = &["model.safetensors.index.json"];
const PICKLE: &[&str] = &["pytorch_model.bin"];
const PICKLE_AND_GGUF: &[&str] = &["pytorch_model.bin", "model.gguf"];

/// In the order of the table.
pub(super) const FAMILIES: [Family; 13] = [
    family("llama", BOTH, "Llama 2 and 3, SmolLM 1 and 2, TinyLlama", "transformers' Llama"),
    family(
        "mistral",
        SHARDS,
        "Mistral (with its window; a GGUF is a `llama`)",
        "transformers' Mistral",
    ),
    family("qwen2", BOTH, "Qwen 2 and 2.5 (YaRN)", "transformers' Qwen2"),
    family("qwen3", BOTH, "Qwen 3", "transformers' Qwen3"),
    family("smollm3", BOTH, "SmolLM 3", "transformers' SmolLM3"),
    family("gemma", BOTH, "Gemma 1", "transformers' Gemma"),
    family("gemma2", BOTH, "Gemma 2", "transformers' Gemma2"),
    family("gemma3", BOTH, "Gemma 3 (text)", "transformers' Gemma3"),
    family("phi3", BOTH, "Phi-3 and 4-mini (LongRoPE)", "transformers' Phi3"),
    family("glm", BOTH, "GLM-4-9B (its GGUF is a `chatglm`)", "transformers' Glm"),
    family("glm4", BOTH, "GLM-4-0414", "transformers' Glm4"),
    family(
        "chatglm",
        PICKLE,
        "ChatGLM2, ChatGLM3, CharacterGLM-6B",
        "transformers' Glm, tensors renamed",
    ),
    family("gpt2", PICKLE_AND_GGUF, "GPT-2, GPT2-chitchat", "transformers' GPT2"),
];

pub(super) fn expected(folder: &str) -> Expected {
    super::reference::expected(&format!("families/{folder}/expected"))
}

/// Opens a family's file with full floats in the cache.
pub(super) fn open(family: &Family, file: &str) -> Session {
    session(&fixture("families").join(family.folder).join(file))
}

#[test]
fn every_family_agrees_with_the_reference() {
    everywhere(|| {
        let mut wrong = Vec::new();
        for family in &FAMILIES {
            let expected = expected(family.folder);
            for file in family.files {
                if let Some(what) = disagreement(&mut open(family, file), &expected) {
                    wrong.push(format!("{}/{file}: {what}", family.folder));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    });
}

/// Candle's kernels for half floats round what is multiplied, too, as PyTorch does where a model runs in them.
#[test]
fn half_floats_come_close_to_the_reference() {
    everywhere(|| {
        for (folder, least) in [("bf16", 0.9999), ("f16", 0.999_99)] {
            let expected = expected(folder);
            let mut session = session(&fixture("families").join(folder));
            let ours = session.logits_of(&expected.ids);
            let row = &ours[23 * 96..24 * 96];
            let cosine = cosine(row, expected.row(23));
            assert!(cosine > least, "{folder}: cosine {cosine}");
        }
    });
}

#[test]
fn every_family_gives_the_same_whatever_the_cache_has_been_through() {
    everywhere(|| {
        for family in &FAMILIES {
            let ids: Vec<u32> = (0..70).map(|i| (i * 31 + i * i) % 90 + 3).collect();
            let session = open(family, family.files[0]);
            let whole = in_pieces(&session, &ids, &[70]);
            for pieces in [vec![1; 70], vec![69, 1], vec![1, 69], vec![13, 9, 31, 17]] {
                assert_close(&whole, &in_pieces(&session, &ids, &pieces), family.folder);
            }

            // Behind a reused prefix, and after going back into it.
            let (mut warm, mut cold) =
                (open(family, family.files[0]), open(family, family.files[0]));
            warm.prefill(&ids, &|| false).unwrap();
            greedy(&mut warm, 12);
            let branch: Vec<u32> = ids[..40].iter().copied().chain(60..80).collect();
            let prefill = warm.prefill(&branch, &|| false).unwrap().unwrap();
            assert_eq!(prefill.reused, 40, "{}", family.folder);
            cold.prefill(&branch, &|| false).unwrap();
            assert_eq!(greedy(&mut warm, 30), greedy(&mut cold, 30), "{}", family.folder);
        }
    });
}

#[test]
fn tokenizers_beside_the_weights_agree_with_their_makers() {
    // ChatGLM2's prompts begin with `[gMASK]` and `sop`, which stand behind the pieces of its SentencePiece model.
    let family = FAMILIES.iter().find(|f| f.folder == "chatglm").unwrap();
    let session = open(family, family.files[0]);
    let tokenizer = &session.model.tokenizer;
    let pieces = tokenizer.len() as u32 - 9;
    for case in expected("chatglm").tokens {
        assert_eq!(tokenizer.encode(&case.text), case.ids, "{}", case.text);
        let prompt = tokenizer.encode_prompt(&case.text);
        assert_eq!(prompt[..2], [pieces + 1, pieces + 3]);
        assert_eq!(prompt[2..], case.ids);
    }
    assert_eq!(tokenizer.encode("<|user|>"), [pieces + 6]);

    // GPT2-chitchat's WordPiece: one Chinese character a token, `##` only inside words, what is unknown named so.
    let family = FAMILIES.iter().find(|f| f.folder == "gpt2").unwrap();
    let session = open(family, family.files[0]);
    let tokenizer = &session.model.tokenizer;
    let ids = tokenizer.encode_prompt("你好[SEP]在吗[SEP]");
    assert_eq!(ids, [2, 5, 6, 3, 7, 8, 3]);
    assert_eq!(tokenizer.encode("Rains storying 犬"), [15, 16, 14, 17, 1]);
    let mut text = String::new();
    let mut detokenizer = tokenizer.detokenizer(false);
    for id in tokenizer.encode("the rains, 你好 a story") {
        detokenizer.push(id, &mut text);
    }
    assert_eq!(text, "the rains你好a story");
    assert!(tokenizer.is_end(3));
}

#[test]
fn plain_numbers_are_quantised_on_loading_if_asked() {
    let shape = Shape {
        width: 256,
        hidden: 512,
        heads: 8,
        kv_heads: 4,
        head_dim: 32,
        ..Shape::tiny("qwen3")
    };
    let (_folder, path) = noise(&shape);
    let ids: Vec<u32> = (0..40).map(|i| i * 7 % 256).collect();
    let plain = session(&path);
    let wanted = in_pieces(&plain, &ids, &[40]);
    let mut last = usize::MAX;
    for (quantization, least) in [
        (Quantization::Q8, 0.999),
        (Quantization::Q6, 0.995),
        (Quantization::Q5, 0.99),
        (Quantization::Q4, 0.95),
    ] {
        let model = Model::load(&path, 256, Some(quantization), &mut |_| {}).unwrap();
        let bytes = model.decoder.weight_bytes();
        assert!(bytes < last, "{quantization:?} is smaller than the one before");
        last = bytes;
        let session = Session::new(Arc::new(model), CacheFormat::F32).unwrap();
        let cosine = cosine(&wanted, &in_pieces(&session, &ids, &[40]));
        assert!(cosine > least, "{quantization:?}: cosine {cosine}");
    }
    assert!(last * 6 < plain.model.decoder.weight_bytes());
    // What is stored in blocks already stays as it is.
    let (_folder, path) =
        noise(&Shape { format: GgmlDType::Q8_0, embedding_format: GgmlDType::Q8_0, ..shape });
    let kept = Model::load(&path, 256, Some(Quantization::Q4), &mut |_| {}).unwrap();
    let plain = Model::load(&path, 256, None, &mut |_| {}).unwrap();
    assert_eq!(kept.decoder.weight_bytes(), plain.decoder.weight_bytes());
}

pub(super) fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

/// A copy of a family's folder whose description has one key changed.
fn changed(folder: &str, change: impl FnOnce(&mut serde_json::Value)) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(fixture("families").join(folder)).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
    }
    let path = copy.path().join("config.json");
    let mut config: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    change(&mut config);
    std::fs::write(&path, config.to_string()).unwrap();
    copy
}

#[track_caller]
fn refused(folder: &Path, why: &[&str]) {
    let error = Engine::load(folder, &Options::default(), |_| {}).unwrap_err().to_string();
    for why in why {
        assert!(error.contains(why), "`{why}` is not in `{error}`");
    }
}

#[test]
fn what_is_not_supported_is_refused_with_its_name_and_what_is() {
    let other = changed("llama", |c| c["model_type"] = "mamba2".into());
    refused(other.path(), &["`mamba2`", "qwen3", "chatglm", "gpt2"]);
    let dynamic = changed("llama", |c| c["rope_parameters"]["rope_type"] = "dynamic".into());
    refused(dynamic.path(), &["`dynamic`"]);
    let relu = changed("llama", |c| c["hidden_act"] = "relu2".into());
    refused(relu.path(), &["`relu2`"]);
    let post = changed("chatglm", |c| c["add_bias_linear"] = true.into());
    refused(post.path(), &["biases everywhere"]);
}

#[test]
fn descriptions_that_lie_are_refused() {
    for (key, value) in [
        ("hidden_size", 0.into()),
        ("hidden_size", (-5).into()),
        ("hidden_size", u64::MAX.into()),
        ("hidden_size", "many".into()),
        ("num_hidden_layers", 1_000_000.into()),
        ("num_attention_heads", 3.into()),
        ("head_dim", 7.into()),
        ("intermediate_size", 4096.into()),
        ("max_position_embeddings", u64::MAX.into()),
        ("rms_norm_eps", (-1.0).into()),
        ("num_key_value_heads", 4096.into()),
    ] {
        let lie = changed("llama", |c| c[key] = value);
        let error = Engine::load(lie.path(), &Options::default(), |_| {}).unwrap_err();
        assert!(
            matches!(error, crate::Error::File(weights::Error::Damaged { .. })),
            "{key}: {error}"
        );
    }
    let missing = changed("qwen2", |c| {
        c.as_object_mut().unwrap().remove("model_type");
    });
    refused(missing.path(), &["model_type"]);
    let gone = changed("qwen2", |_| ());
    std::fs::remove_file(gone.path().join("tokenizer.json")).unwrap();
    refused(gone.path(), &["no tokenizer beside it"]);
    // A vocabulary for another model.
    let words = changed("gpt2", |_| ());
    let mut vocabulary = std::fs::read_to_string(words.path().join("vocab.txt")).unwrap();
    for i in 0..100 {
        write!(vocabulary, "\nmore{i}").unwrap();
    }
    std::fs::write(words.path().join("vocab.txt"), vocabulary).unwrap();
    let path = words.path().join("pytorch_model.bin");
    refused(&path, &["196 tokens", "96"]);
}
