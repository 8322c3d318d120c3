//! The same models as folders: half floats in safetensors, a description, and a vocabulary with as many merges as real ones have.

use std::fs::File;
use std::io::{BufWriter, Result, Write};
use std::path::Path;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value, json};

use super::{Noise, Shape, alphabet};

/// Tokens that are special: the end of a text, and the beginning and end of what somebody says.
const SPECIAL: [&str; 3] = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];
/// Numbers of noise; they are repeated, as speed and memory do not depend on what they are.
const FRESH: usize = 1 << 18;

/// Writes a folder as Hugging Face lays it out, with a byte-level vocabulary of the shape's size. The block formats of the shape do not
/// count: everything is f16.
///
/// # Errors
/// What the disk answers.
pub fn write_folder(folder: &Path, shape: &Shape, seed: u64) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let tensors = tensors(shape);
    let (mut header, mut at) = (Map::new(), 0);
    for (name, dims) in &tensors {
        let end = at + 2 * dims.iter().product::<usize>();
        let place = json!({ "dtype": "F16", "shape": dims, "data_offsets": [at, end] });
        header.insert(name.clone(), place);
        at = end;
    }
    let header = Value::Object(header).to_string();
    let mut noise = Noise { rng: ChaCha8Rng::seed_from_u64(seed) };
    let halves = |numbers: Vec<f32>| -> Vec<u8> {
        numbers.into_iter().flat_map(|n| half::f16::from_f32(n).to_le_bytes()).collect()
    };
    let fresh = halves(noise.numbers(FRESH, (3.0 / shape.width as f32).sqrt()));
    let mut file = BufWriter::new(File::create(folder.join("model.safetensors"))?);
    file.write_all(&(header.len() as u64).to_le_bytes())?;
    file.write_all(header.as_bytes())?;
    for (_, dims) in &tensors {
        let mut left = 2 * dims.iter().product::<usize>();
        if dims.len() == 1 {
            file.write_all(&halves(vec![1.0; dims[0]]))?;
            continue;
        }
        while left > 0 {
            let part = left.min(fresh.len());
            file.write_all(&fresh[..part])?;
            left -= part;
        }
    }
    file.flush()?;
    let write = |name: &str, value: &Value| std::fs::write(folder.join(name), value.to_string());
    write("tokenizer.json", &tokenizer(shape.vocabulary))?;
    write("tokenizer_config.json", &json!({ "eos_token": SPECIAL[2] }))?;
    write("config.json", &description(shape))
}

fn tensors(s: &Shape) -> Vec<(String, Vec<usize>)> {
    let (q, kv) = (s.heads * s.head_dim, s.kv_heads * s.head_dim);
    let mut all = vec![
        ("model.embed_tokens.weight".to_owned(), vec![s.vocabulary, s.width]),
        ("model.norm.weight".to_owned(), vec![s.width]),
    ];
    for layer in 0..s.layers {
        let mut add = |name: &str, dims: &[usize]| {
            all.push((format!("model.layers.{layer}.{name}"), dims.to_vec()));
        };
        add("input_layernorm.weight", &[s.width]);
        add("self_attn.q_proj.weight", &[q, s.width]);
        add("self_attn.k_proj.weight", &[kv, s.width]);
        add("self_attn.v_proj.weight", &[kv, s.width]);
        add("self_attn.o_proj.weight", &[s.width, q]);
        add("post_attention_layernorm.weight", &[s.width]);
        add("mlp.gate_proj.weight", &[s.hidden, s.width]);
        add("mlp.up_proj.weight", &[s.hidden, s.width]);
        add("mlp.down_proj.weight", &[s.width, s.hidden]);
        match s.architecture {
            "qwen3" => {
                add("self_attn.q_norm.weight", &[s.head_dim]);
                add("self_attn.k_norm.weight", &[s.head_dim]);
            }
            "qwen2" => {
                add("self_attn.q_proj.bias", &[q]);
                add("self_attn.k_proj.bias", &[kv]);
                add("self_attn.v_proj.bias", &[kv]);
            }
            _ => {}
        }
    }
    all
}

fn description(s: &Shape) -> Value {
    json!({
        "model_type": s.architecture,
        "hidden_size": s.width,
        "intermediate_size": s.hidden,
        "num_hidden_layers": s.layers,
        "num_attention_heads": s.heads,
        "num_key_value_heads": s.kv_heads,
        "head_dim": s.head_dim,
        "vocab_size": s.vocabulary,
        "max_position_embeddings": s.context,
        "rms_norm_eps": 1e-6,
        "rope_theta": 10_000.0,
        "hidden_act": "silu",
        "tie_word_embeddings": true,
    })
}

/// All bytes; then whatever two tokens give together, until there are enough.
fn tokenizer(size: usize) -> Value {
    let mut texts: Vec<String> = (0..=255).map(|byte| alphabet(byte).to_string()).collect();
    let mut merges = Vec::new();
    let ordinary = size.saturating_sub(SPECIAL.len());
    let mut seen: std::collections::BTreeSet<String> = texts.iter().cloned().collect();
    'enough: for first in 0.. {
        for second in 0..256 {
            if texts.len() >= ordinary {
                break 'enough;
            }
            let both = format!("{}{}", texts[first], texts[second]);
            if seen.insert(both.clone()) {
                merges.push(format!("{} {}", texts[first], texts[second]));
                texts.push(both);
            }
        }
    }
    let added = SPECIAL.iter().enumerate().map(|(index, text)| {
        json!({
            "id": ordinary + index, "content": text, "special": true, "normalized": false,
            "single_word": false, "lstrip": false, "rstrip": false,
        })
    });
    let added: Vec<Value> = added.collect();
    let vocabulary: Map<String, Value> =
        texts.into_iter().enumerate().map(|(id, text)| (text, id.into())).collect();
    let level = |prefix| json!({ "type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": true, "use_regex": true });
    json!({
        "version": "1.0",
        "added_tokens": added,
        "pre_tokenizer": level(false),
        "decoder": level(true),
        "model": { "type": "BPE", "vocab": vocabulary, "merges": merges },
    })
}
