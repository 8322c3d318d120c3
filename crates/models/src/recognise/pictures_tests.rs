//! A tiny model that draws, and broken ones.

use super::*;
use crate::recognise::recognise;

/// A copy of what diffusers wrote for `painting`'s tests.
fn copy() -> tempfile::TempDir {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../painting/tests/fixtures/one");
    let folder = tempfile::tempdir().unwrap();
    for part in ["", "unet", "vae", "text_encoder", "tokenizer", "scheduler"] {
        std::fs::create_dir_all(folder.path().join(part)).unwrap();
        for entry in std::fs::read_dir(fixture.join(part)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.file_name().unwrap();
                std::fs::copy(&path, folder.path().join(part).join(name)).unwrap();
            }
        }
    }
    folder
}

fn refusal(folder: &Path) -> String {
    recognise(folder).unwrap_err().to_string()
}

#[test]
fn it_is_known_by_its_index_and_its_index_comes_last() {
    let folder = copy();
    let Content::Pictures { numbers, files } = recognise(folder.path()).unwrap() else { panic!() };
    assert!((10_000..100_000).contains(&numbers), "{numbers}");
    assert_eq!(files.len(), 12);
    assert!(files.last().unwrap().ends_with(INDEX));
}

#[test]
fn other_families_halves_and_pickles_are_refused_with_what_was_found() {
    let folder = copy();
    let index = folder.path().join(INDEX);
    let text = std::fs::read_to_string(&index).unwrap();
    let other = text.replace("\"StableDiffusionPipeline\"", "\"StableDiffusionXLPipeline\"");
    std::fs::write(&index, other).unwrap();
    assert!(refusal(folder.path()).contains("StableDiffusionXLPipeline"));
    std::fs::write(&index, "{").unwrap();
    assert!(refusal(folder.path()).contains("not a description"));

    let folder = copy();
    std::fs::remove_file(folder.path().join("scheduler/scheduler_config.json")).unwrap();
    assert!(refusal(folder.path()).contains("scheduler_config.json"));
    let weights = folder.path().join("unet/diffusion_pytorch_model.safetensors");
    let bytes = std::fs::read(&weights).unwrap();
    std::fs::write(&weights, &bytes[..bytes.len() - 9]).unwrap();
    assert!(refusal(folder.path()).contains("interrupted"));
    std::fs::rename(&weights, weights.with_extension("bin")).unwrap();
    assert!(refusal(folder.path()).contains("pickles"));
}
