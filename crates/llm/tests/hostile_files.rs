//! The fuzz targets of weights and models over our fixtures, and over damaged copies of them: whatever a file says, there is an answer.

use std::path::Path;
use std::time::{Duration, Instant};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

#[path = "../../../fuzz/targets/model.rs"]
mod model;
#[path = "../../../fuzz/targets/weights.rs"]
mod weights_target;

/// Where the names, kinds and lengths of all containers stand: damage there does more than among the numbers.
const HEAD: usize = 1 << 13;

/// A copy in which up to eight bytes or lengths are others, or whose end is missing.
fn damaged(seed: &[u8], rng: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    if rng.random_bool(0.2) {
        bytes.truncate(rng.random_range(0..bytes.len()));
    }
    for _ in 0..rng.random_range(1..9) {
        let most = if rng.random_bool(0.8) { bytes.len().min(HEAD) } else { bytes.len() };
        if most < 8 {
            break;
        }
        let at = rng.random_range(0..most - 7);
        match rng.random_range(0..3) {
            0 => bytes[at] = rng.random(),
            1 => bytes[at..at + 8].fill(0xff),
            _ => bytes[at..at + 8].copy_from_slice(&rng.random::<u32>().to_le_bytes().repeat(2)),
        }
    }
    bytes
}

#[test]
fn damaged_files_of_every_container_are_answered() {
    let rooms = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let mut files = 0;
    for name in [
        "llm/tests/fixtures/llama.gguf",
        "llm/tests/fixtures/qwen2.gguf",
        "weights/tests/fixtures/plain.safetensors",
        "weights/tests/fixtures/legacy.bin",
        "weights/tests/fixtures/zipped.bin",
    ] {
        // A seed that is not read itself would try nothing.
        let sound = weights::Checkpoint::open(&rooms.join(name)).unwrap();
        assert!(sound.names().next().is_some(), "{name}");
        assert_eq!(name.ends_with(".gguf"), llm::Vocabulary::read(&sound).is_ok(), "{name}");
        let seed = std::fs::read(rooms.join(name)).unwrap();
        for round in 0..120 {
            let bytes = if round == 0 { seed.clone() } else { damaged(&seed, &mut rng) };
            let began = Instant::now();
            model::any_bytes(&bytes);
            weights_target::any_bytes(&bytes);
            assert!(began.elapsed() < Duration::from_secs(20), "{name}, copy {round}");
            files += 1;
        }
    }
    println!("{files} files");
}
