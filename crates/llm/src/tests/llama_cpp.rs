//! Quantised models against llama.cpp, logits behind every token: each architecture of GGUF in four block formats.
//!
//! The models are those of `families`, widened until their rows fill whole blocks, with noise that is the same on every machine.
//! They are made here, and not kept; what llama.cpp gives for them is, with a sum of the bytes that it was given.
//! `cargo xtask reference llama` makes it anew.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use candle_core::quantized::gguf_file::{self, Content, Value};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::adapters::{Tensors, write_safetensors};
use super::families::cosine;
use super::{everywhere, fixture, session};
use crate::decoder::{CacheFormat, Logits};
use crate::session::Session;

/// Folders of `families` whose GGUF is widened: every architecture that llama.cpp and we both read.
pub(super) const FAMILIES: [&str; 11] = [
    "llama", "qwen2", "qwen3", "smollm3", "gemma", "gemma2", "gemma3", "phi3", "glm", "glm4",
    "gpt2",
];
/// Names as llama.cpp writes them.
pub(super) const FORMATS: [(&str, GgmlDType); 4] = [
    ("Q8_0", GgmlDType::Q8_0),
    ("Q6_K", GgmlDType::Q6K),
    ("Q5_K", GgmlDType::Q5K),
    ("Q4_K", GgmlDType::Q4K),
];
/// What every position is held to.
pub(super) const LEAST: f32 = 0.999;
/// Tokens of the text: more than Gemma's window and Phi's first context.
const TOKENS: u32 = 24;

/// A block of k-quants.
const WIDTH: usize = 256;
const HEADS: usize = 4;
const KV_HEADS: usize = 2;
const HEAD: usize = WIDTH / HEADS;
/// GPT-2's, whose feed-forward part is four times as wide in every reader's mind.
const GPT2_HIDDEN: usize = 4 * WIDTH;

/// What llama.cpp was asked and given.
#[derive(Serialize, Deserialize, Default)]
struct Asked {
    ids: Vec<u32>,
    /// SHA-256 of each file, by `family/format`.
    files: BTreeMap<String, String>,
}

struct Reference {
    asked: Asked,
    /// `[tokens][vocabulary]`, by `family/format`.
    logits: BTreeMap<String, Vec<f32>>,
}

static REFERENCE: LazyLock<Reference> = LazyLock::new(|| {
    let asked = std::fs::read_to_string(fixture("llama_cpp/quantised.json")).unwrap();
    let file = weights::Checkpoint::open(&fixture("llama_cpp/quantised.safetensors")).unwrap();
    let logits = file.names().map(|name| (name.to_owned(), file.floats(name).unwrap())).collect();
    Reference { asked: serde_json::from_str(&asked).unwrap(), logits }
});

fn ids() -> Vec<u32> {
    (0..TOKENS).map(|i| (i * 31 + i * i * 7) % 90 + 3).collect()
}

/// Numbers around nought with a spread of one, the same for the same name whatever else there is.
struct Noise(u64);

impl Noise {
    fn of(name: &str) -> Self {
        // FNV-1a.
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
            (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }

    fn numbers(&mut self, count: usize, middle: f32, spread: f32) -> Vec<f32> {
        let scale = spread * 3.0f32.sqrt() / f32::from(1u16 << 15);
        let mut next = || {
            // SplitMix64.
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) >> 48) as u16
        };
        (0..count).map(|_| middle + (f32::from(next()) - 32_767.5) * scale).collect()
    }
}

/// The wider sizes of one family.
struct Wide {
    architecture: String,
    vocabulary: usize,
    hidden: usize,
    /// The narrow model's feed-forward width: some files hold two of it in one matrix.
    narrow_hidden: usize,
    context: usize,
}

impl Wide {
    /// Outputs of a matrix, or how long a vector is.
    fn outputs(&self, stem: &str, narrow: usize) -> usize {
        let kv = if self.architecture == "gpt2" { HEADS } else { KV_HEADS } * HEAD;
        match stem {
            "token_embd" | "output" => self.vocabulary,
            "position_embd" => self.context,
            "attn_k" | "attn_v" => kv,
            "attn_qkv" => WIDTH + 2 * kv,
            "attn_q_norm" | "attn_k_norm" => HEAD,
            "ffn_gate" => self.hidden,
            "ffn_up" => self.hidden * (narrow / self.narrow_hidden),
            "rope_freqs" | "rope_factors_long" | "rope_factors_short" => HEAD / 2,
            _ => WIDTH,
        }
    }

    fn inputs(&self, stem: &str) -> usize {
        if stem == "ffn_down" { self.hidden } else { WIDTH }
    }

    /// The tensor in the place of a narrow one; `exact`: with the numbers that the format's blocks hold, as full floats.
    fn tensor(&self, name: &str, narrow: &[usize], (format, exact): (GgmlDType, bool)) -> QTensor {
        let (stem, kind) = name.rsplit_once('.').unwrap();
        let stem = stem.rsplit('.').next().unwrap();
        let outputs = self.outputs(stem, narrow[0]);
        let mut noise = Noise::of(&format!("{} {name}", self.architecture));
        let vector = |numbers: Vec<f32>| {
            let vector = Tensor::from_vec(numbers, outputs, &Device::Cpu).unwrap();
            QTensor::quantize(&vector, GgmlDType::F32).unwrap()
        };
        match (stem, kind) {
            // What frequencies are divided by: more, the lower they are.
            ("rope_freqs" | "rope_factors_long" | "rope_factors_short", _) => {
                let steepness = if stem == "rope_factors_short" { 0.01 } else { 0.1 };
                vector((0..outputs).map(|i| 1.0 + steepness * i as f32).collect())
            }
            (_, "bias") => vector(noise.numbers(outputs, 0.0, 0.3)),
            _ if narrow.len() == 1 => vector(noise.numbers(outputs, 1.0, 0.2)),
            _ => {
                let inputs = self.inputs(stem);
                let embeds = matches!(stem, "token_embd" | "position_embd" | "output");
                // Stronger ones would make noise of the last bits of activations, which every engine rounds its own way.
                let spread = if embeds { 0.5 } else { 0.8 / (inputs as f32).sqrt() };
                let numbers = noise.numbers(outputs * inputs, 0.0, spread);
                let matrix = Tensor::from_vec(numbers, (outputs, inputs), &Device::Cpu).unwrap();
                // llama.cpp keeps learned positions in full floats, too.
                let format = if stem == "position_embd" { GgmlDType::F32 } else { format };
                let blocks = QTensor::quantize(&matrix, format).unwrap();
                if !exact {
                    return blocks;
                }
                let numbers = blocks.dequantize(&Device::Cpu).unwrap();
                QTensor::quantize(&numbers, GgmlDType::F32).unwrap()
            }
        }
    }
}

/// Writes a family's model, widened, in one block format.
fn write_wide(family: &str, format: GgmlDType, exact: bool, path: &Path) {
    let narrow = fixture("families").join(family).join("model.gguf");
    let narrow = Content::read(&mut File::open(narrow).unwrap()).unwrap();
    let text = |key: &str| narrow.metadata[key].to_string().unwrap().clone();
    let architecture = text("general.architecture");
    let number = |key: &str| {
        let value = narrow.metadata.get(&format!("{architecture}.{key}"))?;
        Some(value.to_u32().unwrap() as usize)
    };
    let gpt2 = architecture == "gpt2";
    let narrow_width = number("embedding_length").unwrap();
    let narrow_head = number("attention.key_length")
        .unwrap_or(narrow_width / number("attention.head_count").unwrap());
    let wide = Wide {
        vocabulary: narrow.tensor_infos["token_embd.weight"].shape.dims()[0],
        hidden: if gpt2 { GPT2_HIDDEN } else { WIDTH },
        narrow_hidden: number("feed_forward_length").unwrap(),
        context: number("context_length").unwrap(),
        architecture: architecture.clone(),
    };
    let mut metadata: BTreeMap<String, Value> = narrow.metadata.clone().into_iter().collect();
    let mut set = |key: &str, value: usize| {
        // Only what the narrow file says, too, but for the length of heads.
        let key = format!("{architecture}.{key}");
        if let Some(old) = metadata.get_mut(&key) {
            *old = Value::U32(value as u32);
        }
    };
    set("embedding_length", WIDTH);
    set("feed_forward_length", wide.hidden);
    set("attention.head_count", HEADS);
    set("attention.head_count_kv", KV_HEADS);
    set("attention.key_length", HEAD);
    set("attention.value_length", HEAD);
    if let Some(dims) = number("rope.dimension_count") {
        set("rope.dimension_count", HEAD * dims / narrow_head);
    }
    let names: BTreeMap<&String, &[usize]> =
        narrow.tensor_infos.iter().map(|(name, info)| (name, info.shape.dims())).collect();
    let tensors: Vec<(&str, QTensor)> = names
        .into_iter()
        .map(|(name, shape)| (name.as_str(), wide.tensor(name, shape, (format, exact))))
        .collect();
    let tensors: Vec<(&str, &QTensor)> = tensors.iter().map(|(name, t)| (*name, t)).collect();
    let metadata: Vec<(&str, &Value)> = metadata.iter().map(|(k, v)| (k.as_str(), v)).collect();
    let mut file = BufWriter::new(File::create(path).unwrap());
    gguf_file::write(&mut file, &metadata, &tensors).unwrap();
}

fn sum(path: &Path) -> String {
    format!("{:x}", Sha256::digest(std::fs::read(path).unwrap()))
}

/// Reads the text in such pieces, behind what the cache holds; logits of every token read.
fn read(
    session: &Session,
    cache: &mut crate::decoder::KvCache,
    ids: &[u32],
    pieces: &[usize],
) -> Vec<f32> {
    let (mut at, mut all) = (0, Vec::new());
    for piece in pieces {
        let end = ids.len().min(at + piece);
        let decoder = &session.model.decoder;
        all.extend(decoder.forward(&ids[at..end], cache, Logits::All, &[]).unwrap());
        at = end;
    }
    assert_eq!(at, ids.len());
    all
}

/// A model that llama.cpp was given, written anew.
struct Given {
    path: std::path::PathBuf,
    key: String,
    _folder: tempfile::TempDir,
}

impl Given {
    fn new(family: &str, (name, format): (&str, GgmlDType)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.gguf");
        write_wide(family, format, false, &path);
        let key = format!("{family}/{name}");
        assert_eq!(
            sum(&path),
            REFERENCE.asked.files[&key],
            "{key} is not the file that llama.cpp was given: run `cargo xtask reference llama`"
        );
        Self { path, key, _folder: folder }
    }

    /// The worst position's cosine with llama.cpp, for logits of the text from one of its tokens on.
    fn worst(&self, ours: &[f32], from: usize) -> f32 {
        let (ids, theirs) = (&REFERENCE.asked.ids, &REFERENCE.logits[&self.key]);
        let vocabulary = theirs.len() / ids.len();
        assert_eq!(ours.len(), (ids.len() - from) * vocabulary);
        assert!(ours.iter().all(|logit| logit.is_finite()), "{}", self.key);
        ours.chunks_exact(vocabulary)
            .zip(theirs.chunks_exact(vocabulary).skip(from))
            .map(|(ours, theirs)| cosine(ours, theirs))
            .fold(f32::INFINITY, f32::min)
    }

    /// The same over a cold cache, split into pieces, and behind a reused prefix after going back.
    fn worst_of_all(&self) -> f32 {
        let ids = &REFERENCE.asked.ids;
        let session = session(&self.path);
        let new = || session.model.decoder.new_cache(64, CacheFormat::F32).unwrap();
        // Cold and whole; one by one; in pieces for either kind of kernel.
        let ways = [vec![ids.len()], vec![1; ids.len()], vec![10, 1, 3, ids.len()]];
        let cold = ways.map(|pieces| self.worst(&read(&session, &mut new(), ids, &pieces), 0));
        // Another text goes on behind the same beginning; then back to this one.
        let mut cache = new();
        let other: Vec<u32> = ids[..9].iter().copied().chain(40..51).collect();
        read(&session, &mut cache, &other, &[other.len()]);
        assert_eq!(cache.shared_prefix(ids), 9);
        cache.truncate(9);
        let warm = self.worst(&read(&session, &mut cache, &ids[9..], &[ids.len()]), 9);
        cold.into_iter().fold(warm, f32::min)
    }
}

/// Formats in which a family's logits are llama.cpp's, cold.
pub(super) fn agrees_in(family: &str) -> Vec<&'static str> {
    let agrees = |format: (&str, GgmlDType)| {
        let given = Given::new(family, format);
        given.worst(&session(&given.path).logits_of(&REFERENCE.asked.ids), 0) >= LEAST
    };
    FORMATS.into_iter().filter(|format| agrees(*format)).map(|(name, _)| name).collect()
}

#[test]
fn every_quantised_family_agrees_with_llama_cpp() {
    if let Some(peers) = std::env::var_os("HANASHI_LLAMA_CPP") {
        ask_anew(Path::new(&peers));
    }
    assert_eq!(REFERENCE.logits.len(), FAMILIES.len() * FORMATS.len());
    assert_eq!(REFERENCE.asked.ids, ids());
    let mut wrong = Vec::new();
    for family in FAMILIES {
        for format in FORMATS {
            let given = Given::new(family, format);
            let worst = std::cell::Cell::new(f32::INFINITY);
            everywhere(|| worst.set(worst.get().min(given.worst_of_all())));
            println!("{}: {}", given.key, worst.get());
            // CUDA's two kernels for Q4_K round further apart than that from each other.
            let least = if super::other_device().is_cpu() { LEAST } else { 0.998 };
            if worst.get() < least {
                wrong.push(format!("{}: cosine {}", given.key, worst.get()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What is left between the two engines is the eight bits that both round activations to: full floats over the same blocks' numbers
/// are as far from llama.cpp as from us.
#[test]
fn what_is_left_is_the_rounding_of_activations() {
    for (family, at) in [("smollm3", 2), ("phi3", 1), ("qwen3", 3)] {
        let (name, format) = FORMATS[at];
        let folder = tempfile::tempdir().unwrap();
        let logits = |exact: bool| {
            let path = folder.path().join(format!("{exact}.gguf"));
            write_wide(family, format, exact, &path);
            session(&path).logits_of(&REFERENCE.asked.ids)
        };
        let (ours, exact) = (logits(false), logits(true));
        let theirs = &REFERENCE.logits[&format!("{family}/{name}")];
        let (ours, theirs) = (1.0 - cosine(&ours, &exact), 1.0 - cosine(theirs, &exact));
        println!("{family} {name}: {ours} and {theirs}");
        assert!(ours < 1.5 * theirs, "{family} in {name}: {ours}, and llama.cpp {theirs}");
    }
}

/// The test above would see a model that is another one: noise alone does not make logits alike.
#[test]
fn another_family_s_logits_do_not_pass_for_llama_cpp_s() {
    let (qwen2, llama) = (&REFERENCE.logits["qwen2/Q8_0"], &REFERENCE.logits["llama/Q8_0"]);
    assert!(cosine(&qwen2[..96], &llama[..96]) < 0.9);
    let worst = FAMILIES.iter().map(|family| {
        let of = |format: &str| &REFERENCE.logits[&format!("{family}/{format}")];
        cosine(&of("Q8_0")[96..192], &of("Q8_0")[..96])
    });
    assert!(worst.into_iter().all(|cosine| cosine < 0.9), "positions are told apart");
}

/// Has llama.cpp (the runner of `xtask/peers`) read every model, and keeps what it gives.
fn ask_anew(peers: &Path) {
    #[derive(Deserialize)]
    struct Answer {
        logits: Vec<Vec<f32>>,
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.gguf");
    let ids = ids();
    let list = ids.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
    let (mut asked, mut tensors) = (Asked { ids, ..Asked::default() }, Tensors::new());
    for family in FAMILIES {
        for (name, format) in FORMATS {
            write_wide(family, format, false, &path);
            let out = Command::new(peers).arg("logits").arg(&path).arg(&list).output().unwrap();
            let told = String::from_utf8_lossy(&out.stderr);
            assert!(out.status.success(), "llama.cpp does not read {family} in {name}: {told}");
            let answer: Answer = serde_json::from_slice(&out.stdout).unwrap();
            let shape = vec![answer.logits.len(), answer.logits[0].len()];
            let key = format!("{family}/{name}");
            asked.files.insert(key.clone(), sum(&path));
            tensors.insert(key, (shape, answer.logits.concat()));
        }
    }
    let to = fixture("llama_cpp");
    std::fs::create_dir_all(&to).unwrap();
    write_safetensors(&to.join("quantised.safetensors"), &tensors);
    std::fs::write(to.join("quantised.json"), format!("{:#}\n", serde_json::json!(asked))).unwrap();
}
