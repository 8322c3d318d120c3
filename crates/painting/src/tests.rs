//! Against diffusers (tests/fixtures/diffusers_side.py), and with strangers' folders.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use candle_core::{Device, Tensor};
use domain::{Cancel, Painter as _, ProblemKind, Sketch};
use serde_json::Value;

use crate::config::ScheduleConfig;
use crate::described::Described;
use crate::plan::Storage;
use crate::schedule::Steps;
use crate::studio::denoised;
use crate::tensors::Source;
use crate::text::{TextEncoder, Words};
use crate::unet::Unet;
use crate::vae::Vae;
use crate::{Error, Folder, Progress, Room, Studio};

/// Largest difference to diffusers that is rounding, of numbers about one.
const ROUNDING: f64 = 1e-4;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// A model, and what diffusers computed with it.
struct Reference {
    folder: Folder,
    expected: Value,
    cancel: Cancel,
}

impl Reference {
    fn open(name: &str) -> Self {
        let text = std::fs::read(fixtures().join(format!("{name}.json"))).unwrap();
        let folder = Folder::open(&fixtures().join(name)).unwrap();
        Self { folder, expected: serde_json::from_slice(&text).unwrap(), cancel: Cancel::new() }
    }

    fn source<'a>(&'a self, file: &'a weights::Checkpoint, storage: Storage) -> Source<'a> {
        Source { file, device: &Device::Cpu, storage, cancel: &self.cancel }
    }

    fn embedding(&self, prompt: usize) -> Tensor {
        let words = Words::load(&self.folder.path, &self.folder.text).unwrap();
        let source = self.source(&self.folder.text_weights, Storage::Wide);
        let encoder = TextEncoder::load(source, &self.folder.text).unwrap();
        let prompt = self.expected["prompts"][prompt].as_str().unwrap();
        encoder.forward(&words.tokens(prompt).unwrap()).unwrap()
    }

    fn unet(&self, storage: Storage) -> Unet {
        Unet::load(self.source(&self.folder.unet_weights, storage), &self.folder.unet).unwrap()
    }

    fn latent(&self) -> Tensor {
        let numbers: Vec<f32> =
            floats(&self.expected["latent"]).iter().map(|n| *n as f32).collect();
        Tensor::from_vec(numbers, (1, 4, 4, 6), &Device::Cpu).unwrap()
    }
}

fn floats(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// Largest difference, in parts of the largest number (of one, where that is less).
fn apart(found: &Tensor, expected: &Value) -> f64 {
    let found: Vec<f32> = found.flatten_all().unwrap().to_vec1().unwrap();
    let expected = floats(expected);
    assert_eq!(found.len(), expected.len());
    let most = expected.iter().fold(1.0, |most: f64, number| most.max(number.abs()));
    found.iter().zip(&expected).map(|(a, b)| (f64::from(*a) - b).abs() / most).fold(0.0, f64::max)
}

#[test]
fn words_become_the_tokens_that_clip_was_trained_with() {
    for name in ["one", "two"] {
        let reference = Reference::open(name);
        let words = Words::load(&reference.folder.path, &reference.folder.text).unwrap();
        for (at, prompt) in reference.expected["prompts"].as_array().unwrap().iter().enumerate() {
            let ids: Vec<u64> = words
                .tokens(prompt.as_str().unwrap())
                .unwrap()
                .iter()
                .map(|id| u64::from(*id))
                .collect();
            let expected: Vec<u64> =
                floats(&reference.expected["ids"][at]).iter().map(|id| *id as u64).collect();
            assert_eq!(ids, expected, "{name}: {prompt}");
        }
    }
}

#[test]
fn every_part_agrees_with_diffusers() {
    for name in ["one", "two"] {
        let reference = Reference::open(name);
        let expected = &reference.expected;
        let embedding = reference.embedding(0);
        let text = apart(&embedding, &expected["embedding"]);
        let latent = reference.latent();
        let time = expected["time"].as_f64().unwrap();
        let unet = reference.unet(Storage::Wide);
        let predicted = unet.forward(&latent, time, &embedding, &reference.cancel).unwrap();
        let predicted = apart(&predicted, &expected["prediction"]);
        let vae = Vae::load(
            reference.source(&reference.folder.vae_weights, Storage::Wide),
            &reference.folder.vae,
        );
        let pixels = vae.unwrap().decode(&latent, &reference.cancel).unwrap();
        assert_eq!(pixels.dims(), [1, 3, 8, 12]);
        let pixels = apart(&pixels, &expected["pixels"]);
        println!("{name}: text {text:.1e}, prediction {predicted:.1e}, pixels {pixels:.1e}");
        assert!(text < ROUNDING && predicted < ROUNDING && pixels < ROUNDING);
    }
}

#[test]
fn whole_drawings_agree_with_diffusers_step_by_step() {
    for name in ["one", "two"] {
        let reference = Reference::open(name);
        let (wanted, unwanted) = (reference.embedding(0), reference.embedding(1));
        let unet = reference.unet(Storage::Wide);
        for (scheduler, expected) in reference.expected["trajectories"].as_object().unwrap() {
            let described = Described { path: Path::new(scheduler), value: &expected["config"] };
            let steps = Steps::new(&ScheduleConfig::read(&described).unwrap(), 4);
            let times = floats(&expected["times"]);
            let guided = expected["guided"] == true;
            for (at, time) in times.iter().enumerate() {
                assert!(
                    (steps.time(at) - time).abs() < 1e-2,
                    "{scheduler}: {} for {time}",
                    steps.time(at)
                );
            }
            let mut latent = (reference.latent() * steps.first()).unwrap();
            let mut differences = vec![];
            let mut none = || -> Result<Tensor, Error> { panic!("these add no noise") };
            for at in 0..4 {
                latent = denoised(
                    &unet,
                    &steps,
                    at,
                    &latent,
                    (&wanted, guided.then_some(&unwanted)),
                    &reference.cancel,
                    &mut none,
                )
                .unwrap();
                match at {
                    0 => differences.push(apart(&latent, &expected["states"][0])),
                    3 => differences.push(apart(&latent, &expected["states"][1])),
                    _ => {}
                }
            }
            println!(
                "{name}, {scheduler}: {:.1e} behind one step, {:.1e} behind four",
                differences[0], differences[1]
            );
            assert!(
                differences.iter().all(|apart| *apart < 1e-3),
                "{name}, {scheduler}: {differences:?}"
            );
        }
    }
}

#[test]
fn noise_that_is_added_again_is_as_strong_as_diffusers_has_it() {
    let reference = Reference::open("one");
    let sigmas = floats(&reference.expected["ancestral_sigmas"]);
    let config = serde_json::json!({ "_class_name": "EulerAncestralDiscreteScheduler", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear" });
    let described = Described { path: Path::new("config"), value: &config };
    let steps = Steps::new(&ScheduleConfig::read(&described).unwrap(), 4);
    // With nothing predicted and noughts as latents, what is left is the noise alone.
    let zeros = Tensor::zeros((1, 4, 4, 6), candle_core::DType::F32, &Device::Cpu).unwrap();
    for at in 0..4 {
        let (from, to) = (sigmas[at], sigmas[at + 1]);
        let up = (to * to * (from * from - to * to) / (from * from)).sqrt();
        let mut noise = || Ok(zeros.ones_like().unwrap());
        let behind = steps.step(&zeros, &zeros, at, &mut noise).unwrap();
        let found: Vec<f32> = behind.flatten_all().unwrap().to_vec1().unwrap();
        assert!((f64::from(found[0]) - up).abs() < 1e-4 * up.max(1.0), "{} for {up}", found[0]);
    }
}

#[test]
fn weights_in_sixteen_bits_change_a_prediction_by_their_rounding_alone() {
    for (name, most) in [("one", 5e-3), ("two", ROUNDING)] {
        let reference = Reference::open(name);
        let embedding = reference.embedding(0);
        let unet = reference.unet(Storage::Narrow);
        let predicted =
            unet.forward(&reference.latent(), 481.0, &embedding, &reference.cancel).unwrap();
        let apart = apart(&predicted, &reference.expected["prediction"]);
        assert!(apart < most, "{name}: {apart}");
    }
}

fn room() -> Room {
    Room { device: Device::Cpu, free: 4 << 30, threads: 2 }
}

fn sketch(seed: u32) -> Sketch {
    Sketch {
        description: "a quiet room".to_owned(),
        style: "anime style".to_owned(),
        width: 1280,
        height: 800,
        seed,
    }
}

#[test]
fn a_picture_is_drawn_step_by_step_and_its_seed_is_its_own() {
    let told = Arc::new(Mutex::new(vec![]));
    let hears = Arc::clone(&told);
    let folder = Folder::open(&fixtures().join("two")).unwrap();
    let studio = Studio::new(
        folder,
        room(),
        0,
        Arc::new(move |at: Progress| hears.lock().unwrap().push(at)),
    );
    let draw = |seed| studio.draw(&sketch(seed), &Cancel::new()).unwrap().unwrap();
    let first = draw(1);
    let picture = image::load_from_memory(&first).unwrap();
    let shape = f64::from(picture.width()) / f64::from(picture.height());
    assert!((1.3..2.0).contains(&shape), "{}×{}", picture.width(), picture.height());
    // Euler with times from the end is what turbo models are published with: four steps.
    let told: Vec<(usize, usize)> =
        told.lock().unwrap().iter().map(|at| (at.done, at.of)).collect();
    assert_eq!(told, [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]);
    assert_eq!(draw(1), first);
    assert_ne!(draw(2), first);
}

#[test]
fn a_picture_that_is_given_up_is_none() {
    let cancel = Cancel::new();
    let (stop, heard) = (cancel.clone(), Arc::new(Mutex::new(0)));
    let counts = Arc::clone(&heard);
    let progress = move |at: Progress| {
        *counts.lock().unwrap() = at.done;
        if at.done == 2 {
            stop.cancel();
        }
    };
    let folder = Folder::open(&fixtures().join("one")).unwrap();
    let studio = Studio::new(folder, room(), 9, Arc::new(progress));
    assert_eq!(studio.draw(&sketch(1), &cancel), Ok(None));
    assert_eq!(*heard.lock().unwrap(), 2);
}

#[test]
fn what_does_not_fit_is_refused_with_figures_before_it_is_loaded() {
    let folder = Folder::open(&fixtures().join("one")).unwrap();
    let wide = folder.plan(1280, 800, 4 << 30).unwrap();
    assert_eq!(wide.storage, Storage::Wide);
    let studio = Studio::new(folder, Room { free: 1 << 20, ..room() }, 1, Arc::new(|_| ()));
    let problem = studio.draw(&sketch(1), &Cancel::new()).unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Memory);
    assert!(problem.message.contains("GB") && problem.message.contains("0.0 GB"), "{problem}");
}

/// A copy of a model, to be spoilt.
fn copied() -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for part in ["", "unet", "vae", "text_encoder", "tokenizer", "scheduler"] {
        std::fs::create_dir_all(copy.path().join(part)).unwrap();
        for entry in std::fs::read_dir(fixtures().join("one").join(part)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                std::fs::copy(&path, copy.path().join(part).join(path.file_name().unwrap()))
                    .unwrap();
            }
        }
    }
    copy
}

fn changed(folder: &Path, file: &str, change: impl FnOnce(&mut Value)) {
    let path = folder.join(file);
    let mut value: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    change(&mut value);
    std::fs::write(path, value.to_string()).unwrap();
}

#[test]
fn what_would_be_computed_otherwise_is_refused_by_its_name() {
    let cases: [(&str, &str, Value, &str); 12] = [
        (
            "model_index.json",
            "_class_name",
            "StableDiffusionXLPipeline".into(),
            "StableDiffusionXLPipeline",
        ),
        ("model_index.json", "_class_name", "FluxPipeline".into(), "FluxPipeline"),
        ("unet/config.json", "addition_embed_type", "text_time".into(), "SDXL"),
        ("unet/config.json", "in_channels", 9.into(), "inpainting"),
        ("unet/config.json", "time_cond_proj_dim", 256.into(), "latent consistency"),
        ("unet/config.json", "act_fn", "gelu".into(), "`act_fn` is \"gelu\""),
        ("unet/config.json", "norm_num_groups", 3.into(), "`norm_num_groups` is 3"),
        (
            "unet/config.json",
            "block_out_channels",
            serde_json::json!([4, 1u64 << 40]),
            "block_out_channels",
        ),
        ("vae/config.json", "_class_name", "AutoencoderTiny".into(), "AutoencoderTiny"),
        ("scheduler/scheduler_config.json", "_class_name", "LCMScheduler".into(), "LCMScheduler"),
        (
            "scheduler/scheduler_config.json",
            "rescale_betas_zero_snr",
            true.into(),
            "rescale_betas_zero_snr",
        ),
        ("text_encoder/config.json", "model_type", "t5".into(), "t5"),
    ];
    for (file, key, value, found) in cases {
        let copy = copied();
        changed(copy.path(), file, |all| all[key] = value);
        let error = Folder::open(copy.path()).unwrap_err();
        assert!(matches!(error, Error::Unsupported { .. }), "{key}: {error}");
        assert!(error.to_string().contains(found), "{found}: {error}");
    }
}

#[test]
fn pickles_holes_and_false_shapes_are_refused() {
    let copy = copied();
    let weights = copy.path().join("unet/diffusion_pytorch_model.safetensors");
    std::fs::rename(&weights, weights.with_extension("bin")).unwrap();
    let error = Folder::open(copy.path()).unwrap_err();
    assert!(
        error.to_string().contains("pickle") && error.remedy().contains("safetensors"),
        "{error}"
    );
    std::fs::remove_file(weights.with_extension("bin")).unwrap();
    assert!(matches!(Folder::open(copy.path()), Err(Error::Missing { .. })));

    // Claims a larger model than its weights are.
    for (file, key, value) in [
        ("unet/config.json", "block_out_channels", serde_json::json!([8, 16])),
        ("vae/config.json", "block_out_channels", serde_json::json!([8, 16])),
        ("text_encoder/config.json", "num_hidden_layers", 12.into()),
    ] {
        let copy = copied();
        changed(copy.path(), file, |all| all[key] = value);
        let studio = Studio::new(Folder::open(copy.path()).unwrap(), room(), 1, Arc::new(|_| ()));
        let problem = studio.draw(&sketch(1), &Cancel::new()).unwrap_err();
        assert_eq!(problem.kind, ProblemKind::Damaged, "{problem}");
        assert!(problem.message.contains("tensor"), "{problem}");
    }

    let copy = copied();
    let weights = copy.path().join("vae/diffusion_pytorch_model.safetensors");
    let bytes = std::fs::read(&weights).unwrap();
    std::fs::write(&weights, &bytes[..bytes.len() / 2]).unwrap();
    assert!(Folder::open(copy.path()).unwrap_err().to_string().contains("interrupted"));
}

#[test]
fn what_a_description_may_ask_for_is_bounded() {
    let refused = |file: &str, changes: &[(&str, Value)]| {
        let copy = copied();
        changed(copy.path(), file, |all| {
            for (key, value) in changes {
                all[key] = value.clone();
            }
        });
        let error = Folder::open(copy.path()).unwrap_err();
        assert!(error.to_string().len() < 600, "{error}");
        error.to_string()
    };
    // Blocks that would draw a picture of thousands of pixels a side, whatever was asked for.
    let blocks: [(&str, Value); 2] = [
        ("up_block_types", vec!["UpDecoderBlock2D"; 8].into()),
        ("block_out_channels", vec![4; 8].into()),
    ];
    assert!(refused("vae/config.json", &blocks).contains("256 pixels"));
    let numbers: [(&str, Value); 5] = [
        ("attention_head_dim", 0.into()),
        ("layers_per_block", 0.into()),
        ("norm_num_groups", 0.into()),
        ("cross_attention_dim", (1u64 << 40).into()),
        ("sample_size", serde_json::json!([0, 64])),
    ];
    for (key, value) in numbers {
        assert!(refused("unet/config.json", &[(key, value)]).contains(key), "{key}");
    }
    let steps = "num_train_timesteps";
    assert!(refused("scheduler/scheduler_config.json", &[(steps, 0.into())]).contains(steps));
    // What is quoted is cut.
    let long: Value = "long ".repeat(100_000).into();
    refused("unet/config.json", &[("addition_embed_type", long.clone())]);
    refused("scheduler/scheduler_config.json", &[("_class_name", long)]);
}

#[test]
fn lists_of_tokens_that_would_fill_the_memory_are_refused_before_they_are_read() {
    let copy = copied();
    let folder = Folder::open(copy.path()).unwrap();
    let refused = |name: &str, text: String| {
        std::fs::write(copy.path().join("tokenizer").join(name), text).unwrap();
        Words::load(&folder.path, &folder.text).err().unwrap().to_string()
    };
    let merges = "a b\n".repeat(1 << 19);
    assert!(refused("merges.txt", merges).contains("cannot be read"));
    let numbers = format!("[{}0]", "0,".repeat(1 << 21));
    assert!(refused("vocab.json", numbers).contains("far more"));
}

#[test]
fn pixels_that_nobody_waits_for_are_not_made() {
    let reference = Reference::open("one");
    let source = reference.source(&reference.folder.vae_weights, Storage::Narrow);
    let vae = Vae::load(source, &reference.folder.vae).unwrap();
    let pixels = vae.decode(&reference.latent(), &reference.cancel).unwrap();
    assert!(apart(&pixels, &reference.expected["pixels"]) < 1e-2);
    reference.cancel.cancel();
    assert!(matches!(vae.decode(&reference.latent(), &reference.cancel), Err(Error::Cancelled)));
}
