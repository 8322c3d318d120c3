//! What trainings are tried with: here, and in the crate beside a device (`src/device_tests.rs`).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tuning::{BaseFormat, DeviceChoice, Example, Job, Lora, Settings, TokenPair};

/// The engine's fixtures.
pub(crate) fn family(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../llm/tests/fixtures/families").join(file)
}

/// Some texts to learn by heart, for a vocabulary of more than so many entries.
pub(crate) fn texts(count: u32, entries: u32) -> Vec<Example> {
    let text = |seed: u32, length: u32| Example {
        ids: (0..length).map(|i| 3 + (seed * 31 + i * i * 7 + i) % entries).collect(),
        learned: (0..length).map(|i| i >= 3).collect(),
    };
    (0..count).map(|seed| text(seed, 8 + seed % 5)).collect()
}

/// A better and a worse answer to each of some questions.
pub(crate) fn pairs() -> Vec<TokenPair> {
    (0..8u32)
        .map(|n| TokenPair {
            prompt: vec![3 + n, 20, 30 + n],
            chosen: vec![40, 41 + n % 3, 42],
            rejected: vec![60, 61 + n % 3, 62, 63],
        })
        .collect()
}

/// The same, an answer at a time and whether it is good.
pub(crate) fn judged() -> Vec<(Vec<u32>, Vec<u32>, bool)> {
    pairs()
        .into_iter()
        .flat_map(|p| [(p.prompt.clone(), p.chosen, true), (p.prompt, p.rejected, false)])
        .collect()
}

/// Questions to try answers to.
pub(crate) fn prompts() -> Vec<Vec<u32>> {
    (0..6u32).map(|n| vec![3 + n, 20, 30 + n]).collect()
}

/// A LoRA to be made, with settings of its own.
pub(crate) fn job<'a>(
    base: &'a Path,
    out: &'a Path,
    lora: &'a Lora,
    settings: &'a Settings,
) -> Job<'a> {
    Job {
        base,
        base_name: "a model of ours",
        format: BaseFormat::Dense,
        lora,
        settings,
        cutoff: 32,
        out,
        device: DeviceChoice::Processor,
        resume: false,
        from: None,
        probes: &[],
        about: &[],
    }
}

/// Writes a tokenizer whose tokens are bytes and four that steer, into a folder, and answers with that.
pub(crate) fn tokenizer(folder: &Path) -> PathBuf {
    // GPT-2's table: printable bytes are themselves, the others are counted upwards from U+0100.
    let mut others = 0x100..;
    let letters = (0..=255u8).map(|byte| match byte {
        0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff => char::from(byte),
        _ => char::from_u32(others.next().unwrap()).unwrap(),
    });
    let bytes: BTreeMap<String, usize> =
        letters.enumerate().map(|(id, letter)| (letter.to_string(), id)).collect();
    let special = |(id, content): (usize, &str)| {
        serde_json::json!({
            "id": 256 + id, "content": content, "single_word": false, "lstrip": false,
            "rstrip": false, "normalized": false, "special": true,
        })
    };
    let specials = ["<|begin|>", "<|end|>", "<|user|>", "<|char|>"].into_iter().enumerate();
    let bytes_of = serde_json::json!({
        "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true,
    });
    let description = serde_json::json!({
        "version": "1.0",
        "added_tokens": specials.map(special).collect::<Vec<_>>(),
        "pre_tokenizer": bytes_of,
        "decoder": bytes_of,
        "model": { "type": "BPE", "vocab": bytes, "merges": [] },
    });
    fs::create_dir_all(folder).unwrap();
    let write = |name: &str, value: &serde_json::Value| {
        fs::write(folder.join(name), serde_json::to_vec(value).unwrap()).unwrap();
    };
    write("tokenizer.json", &description);
    let about = serde_json::json!({
        "bos_token": "<|begin|>", "eos_token": "<|end|>", "add_bos_token": false,
        "chat_template": "{% for m in messages %}<|user|>{{ m['content'] }}<|end|>{% endfor %}<|char|>",
    });
    write("tokenizer_config.json", &about);
    folder.to_owned()
}
