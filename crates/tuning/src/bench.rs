//! How fast training is: steps on texts of noise, whose speed does not depend on what they say.

use std::path::Path;
use std::time::Instant;

use llm::{Anatomy, ComputesOn, DeviceChoice};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use weights::Checkpoint;

use crate::Error;
use crate::decoder::{BaseFormat, Decoder, Gpt2Shape, Kept};
use crate::examples::Example;
use crate::lora::Lora;
use crate::objective::{Mode, Objective};
use crate::optimiser::{AdamW, Gradients, Moments};
use crate::place::Place;
use crate::plan::{Load, Plan};
use crate::sft::Supervised;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BenchOptions {
    /// Rank of the adapters on all matrices of the blocks.
    pub rank: usize,
    /// Texts of a step.
    pub batch_size: usize,
    /// Tokens of each.
    pub length: usize,
    /// Steps, after one that warms up.
    pub steps: usize,
    /// How the base is kept.
    pub format: BaseFormat,
    /// Compute blocks twice.
    pub recompute: bool,
    /// Where.
    pub device: DeviceChoice,
}

/// How long it took.
#[derive(Debug, Clone, PartialEq)]
pub struct BenchReport {
    /// Milliseconds of each step.
    pub step_ms: Vec<f64>,
    /// The same without the optimiser's part.
    pub gradient_ms: Vec<f64>,
    /// Tokens of a step.
    pub tokens: usize,
    /// Numbers that are trained.
    pub trained: usize,
    /// Bytes that were planned.
    pub planned: u64,
    /// Where it was.
    pub on: ComputesOn,
    /// Bytes of a card's memory that were taken behind the last step, with what the driver keeps for the next one: about the most that
    /// ever was.
    pub taken: Option<u64>,
}

/// Steps of a LoRA on a base.
pub fn lora(base: &Path, options: &BenchOptions) -> Result<BenchReport, Error> {
    let load = Load {
        format: options.format,
        rank: options.rank,
        batch_size: options.batch_size,
        length: options.length,
        recompute: options.recompute,
    };
    let file = Checkpoint::open(base)?;
    let numbers = file.names().filter_map(|n| file.get(n)).map(weights::Entry::elements).sum();
    let place = Place::of(options.device, Plan::of(base, &load)?, numbers);
    place.plan.check()?;
    let context = Anatomy::read(&file)?.context;
    if options.length > context {
        return Err(Error::settings(format!("the model's texts have at most {context} tokens")));
    }
    let mut decoder =
        Decoder::load(base, options.format, options.length, place.device(), &mut |_| {})?.decoder;
    let lora = Lora { rank: options.rank, alpha: 2.0 * options.rank as f32, ..Lora::default() };
    lora.check()?;
    decoder.adapt(&lora, 1)?;
    steps(&decoder, options, &place)
}

/// Steps of a GPT-2 from nothing.
pub fn scratch(shape: &Gpt2Shape, options: &BenchOptions) -> Result<BenchReport, Error> {
    let load = Load {
        format: BaseFormat::Trained,
        rank: 0,
        batch_size: options.batch_size,
        length: options.length,
        recompute: options.recompute,
    };
    if options.length > shape.n_positions {
        return Err(Error::settings(format!("texts have at most {} tokens", shape.n_positions)));
    }
    let numbers = shape.parameters() as u64;
    let plan =
        Plan::of_shape(&shape.anatomy(), numbers * 4, numbers, shape.vocab_size as u64, &load);
    let place = Place::of(options.device, plan, numbers);
    place.plan.check()?;
    steps(&Decoder::gpt2(shape, 1, place.device())?, options, &place)
}

fn steps(decoder: &Decoder, options: &BenchOptions, place: &Place) -> Result<BenchReport, Error> {
    let vocabulary = decoder.vocabulary()? as u32;
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let examples: Vec<Example> = (0..options.batch_size)
        .map(|_| {
            let ids = (0..options.length).map(|_| rng.random_range(0..vocabulary)).collect();
            Example::of_text(ids, options.length)
        })
        .collect();
    let objective = Supervised::new(&examples, 0, None);
    let items: Vec<usize> = (0..objective.len()).collect();
    let parameters = decoder.parameters()?;
    let (mut gradients, mut moments) = (Gradients::new(&parameters), Moments::new(&parameters)?);
    let (mut step_ms, mut gradient_ms) = (Vec::new(), Vec::new());
    for step in 0..=options.steps {
        let begun = Instant::now();
        let kept = options.recompute.then(Kept::default);
        let mode = Mode { dropout: Some(step as u64), kept: kept.clone() };
        let outcome = objective.loss(decoder, &items, &mode)?;
        let store = (outcome.loss / outcome.weight)?.backward()?;
        let kept = kept.map(|kept| {
            let mut kept = kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            std::mem::take(&mut *kept)
        });
        gradients.add(&parameters, &store, &kept.unwrap_or_default())?;
        // A card computes behind what it was told: its time is over when it says so.
        decoder.device.synchronize()?;
        let computed = begun.elapsed();
        gradients.clip(1.0)?;
        moments.step(&parameters, &gradients, 1e-4, &AdamW::default())?;
        gradients.clear();
        decoder.device.synchronize()?;
        // The first one warms up: allocations, threads, caches.
        if step > 0 {
            step_ms.push(begun.elapsed().as_secs_f64() * 1000.0);
            gradient_ms.push(computed.as_secs_f64() * 1000.0);
        }
    }
    let trained = parameters.values().map(|var| var.elem_count()).sum();
    let tokens = options.batch_size * options.length;
    let (planned, on, taken) = (place.plan.total(), place.on.clone(), place.taken());
    Ok(BenchReport { step_ms, gradient_ms, tokens, trained, planned, on, taken })
}
