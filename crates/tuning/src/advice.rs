//! What to choose, for somebody who does not want to: settings out of how large a base is and how much there is to learn, the form of
//! the base that fits into memory, and how long it will take.
//!
//! The rules are few and stand here: rates and epochs run between what was measured with a model of five million numbers
//! (docs/studio.md) and LLaMA-Factory's defaults, which are for models of billions. They are advice; every one can be changed.

use std::path::Path;
use std::time::Instant;

use candle_core::{Device, Tensor};
use llm::DeviceChoice;

use crate::Error;
use crate::decoder::BaseFormat;
use crate::lora::Lora;
use crate::place::Place;
use crate::plan::{Load, Plan};
use crate::ppo::PpoKnobs;
use crate::trainer::{Settings, Warmup};

/// Numbers of the model that the higher rate was measured with, and that rate.
const SMALL: (f64, f64) = (5.5e6, 5e-3);
/// LLaMA-Factory's rate, for models of billions.
const LEAST_RATE: f64 = 1e-4;
/// How the rate falls as models grow: 5e-3 at 5.5 million, 2e-4 at a billion.
const FALL: f64 = 0.62;
/// Answers that three epochs are enough for.
const PLENTY: f64 = 3000.0;
/// How epochs fall as there is more to learn: a hundred for 14 answers, three for three thousand.
const SCARCE: f64 = 0.65;
/// A share of free memory stays free.
const ROOM: f64 = 0.85;
/// How often a token meets every number: on the way forward, and on the way back through matrices that are not learnt.
const PASSES: f64 = 2.0;
/// Share of a plain product's speed on the processor that a whole step reaches, as measured with the model in the box (docs/studio.md).
const SHARE: f64 = 0.25;

/// The same of a graphics card: an estimate, for nobody has measured one.
const CARD: f64 = 0.1;

/// What there is to learn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Material {
    /// Conversations.
    pub conversations: usize,
    /// Answers in them.
    pub answers: usize,
    /// Tokens of all conversations, questions included.
    pub tokens: usize,
    /// Tokens of the longest.
    pub longest: usize,
    /// Answers that are watched.
    pub watched: usize,
}

/// How long somebody wants to wait for how much likeness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Effort {
    /// A first look.
    Light,
    /// What is advised.
    #[default]
    Usual,
    /// Twice that.
    Thorough,
}

/// What is advised.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    /// What stands beside the base's matrices.
    pub lora: Lora,
    /// How training goes.
    pub settings: Settings,
    /// Steps that it makes.
    pub steps: usize,
    /// Tokens that are read in all of them.
    pub tokens: usize,
}

/// Settings for a base of `numbers` numbers.
pub fn advise(numbers: u64, material: &Material, effort: Effort) -> Advice {
    let numbers = numbers.max(1) as f64;
    let rate = (SMALL.1 * (SMALL.0 / numbers).powf(FALL)).clamp(LEAST_RATE, SMALL.1);
    let answers = material.answers.max(1) as f64;
    // A large model has learnt to write already and knows by heart sooner.
    let most = if numbers > 3e8 {
        10.0
    } else if numbers > 5e7 {
        30.0
    } else {
        100.0
    };
    let epochs = (3.0 * (PLENTY / answers).powf(SCARCE)).clamp(3.0, most);
    let epochs = match effort {
        Effort::Light => epochs * 0.4,
        Effort::Usual => epochs,
        Effort::Thorough => epochs * 2.0,
    };
    let epochs = epochs.round().max(1.0);
    let conversations = material.conversations.max(1);
    // A step should see several conversations, and an epoch should have several steps.
    let accumulation = (conversations / 8).clamp(1, 8);
    let steps = (conversations.div_ceil(accumulation) as f64 * epochs) as usize;
    // With a handful of answers to watch, what is best is chance.
    let watching = material.watched >= 5;
    Advice {
        lora: Lora { rank: 8, alpha: 16.0, ..Lora::default() },
        settings: Settings {
            epochs,
            accumulation,
            learning_rate: round(rate),
            warmup: Warmup::Ratio(0.1),
            log_every: (steps / 200).max(1),
            save_every: (steps / 20).clamp(1, 50),
            evaluate_every: (steps / 12).max(1),
            patience: if watching { 4 } else { 0 },
            take_best: watching,
            ..Settings::default()
        },
        steps,
        tokens: (material.tokens as f64 * epochs) as usize,
    }
}

/// The same for learning from pairs of answers: the rate is a tenth, one to three epochs are enough.
pub fn advise_preference(numbers: u64, material: &Material, effort: Effort) -> Advice {
    let mut advice = advise(numbers, material, effort);
    let epochs = match effort {
        Effort::Light => 1.0,
        Effort::Usual => 3.0,
        Effort::Thorough => 6.0,
    };
    let settings = &mut advice.settings;
    settings.epochs = epochs;
    settings.learning_rate = round(settings.learning_rate / 10.0);
    let an_epoch = material.conversations.max(1).div_ceil(settings.accumulation);
    advice.steps = (an_epoch as f64 * epochs) as usize;
    settings.log_every = (advice.steps / 200).max(1);
    settings.save_every = (advice.steps / 20).clamp(1, 50);
    settings.evaluate_every = (advice.steps / 12).max(1);
    // Both answers, read by the model and by its reference.
    advice.tokens = (material.tokens as f64 * (2.0 * epochs + 1.0)) as usize;
    advice
}

/// Prompts that are answered side by side.
const SIDE_BY_SIDE: usize = 4;

/// The same for trying answers that a reward model judges (PPO). `material.tokens` are those of the questions, of which there are
/// `conversations`, and `longest` holds the answer, too.
pub fn advise_ppo(numbers: u64, material: &Material, effort: Effort, knobs: &PpoKnobs) -> Advice {
    let mut advice = advise(numbers, material, effort);
    let epochs = match effort {
        Effort::Light => 1.0,
        Effort::Usual => 2.0,
        Effort::Thorough => 4.0,
    };
    let prompts = material.conversations.max(1);
    let settings = &mut advice.settings;
    settings.epochs = epochs;
    settings.batch_size = SIDE_BY_SIDE;
    settings.accumulation = 1;
    settings.learning_rate = round(settings.learning_rate / 10.0);
    // Answers are drawn: one look that is no better says nothing.
    settings.patience = 0;
    advice.steps = ((prompts * knobs.epochs).div_ceil(SIDE_BY_SIDE) as f64 * epochs) as usize;
    settings.log_every = (advice.steps / 200).max(1);
    settings.save_every = (advice.steps / 20).clamp(1, 50);
    settings.evaluate_every = (advice.steps / 12).max(1);
    // Each token of an answer has everything before it read once more; then model, reference and judge read the whole. None of that
    // goes back, which is half of the work.
    let (asked, answer) = (material.tokens / prompts, knobs.answer);
    let whole = asked + answer;
    let tried = answer * (asked + answer / 2) + 3 * whole;
    advice.tokens = ((tried / 2 + knobs.epochs * whole) as f64 * prompts as f64 * epochs) as usize;
    advice
}

/// Two digits, so that people can read it.
fn round(rate: f64) -> f64 {
    let unit = 10f64.powf(rate.log10().floor() - 1.0);
    (rate / unit).round() * unit
}

/// Where to train and the fastest way to hold a base in the memory that is free there: as it is widest, with blocks computed twice, in the file's own blocks,
/// in both ways. On a card before the processor; on that the last one where none fits, with its plan.
///
/// # Errors
/// Where the base cannot be read.
pub fn fitting(base: &Path, load: Load, choice: DeviceChoice) -> Result<(Load, Place), Error> {
    let file = weights::Checkpoint::open(base)?;
    let quantised = file.container == weights::Container::Gguf;
    let numbers = file.names().filter_map(|n| file.get(n)).map(weights::Entry::elements).sum();
    let ways = [
        (BaseFormat::Dense, false),
        (BaseFormat::Dense, true),
        (BaseFormat::Blocks, false),
        (BaseFormat::Blocks, true),
    ];
    let ways = ways.iter().filter(|(format, _)| quantised || *format != BaseFormat::Blocks);
    let loads: Vec<Load> =
        ways.map(|&(format, recompute)| Load { format, recompute, ..load }).collect();
    let plans = loads.iter().map(|load| Plan::of(base, load)).collect::<Result<Vec<_>, _>>()?;
    let notice = match Place::choose(choice, &plans, numbers) {
        Ok((way, place)) => return Ok((loads[way], place)),
        Err(notice) => notice,
    };
    let fits =
        |plan: &Plan| plan.available.is_none_or(|free| plan.total() as f64 <= free as f64 * ROOM);
    let way = plans.iter().position(fits).unwrap_or(plans.len() - 1);
    Ok((loads[way], Place::processor(plans[way], notice)))
}

/// Multiplications and additions a second that training will make at a place: a measurement of some 50 ms.
///
/// # Errors
/// Where a product fails.
pub fn speed(place: &Place) -> Result<f64, Error> {
    const SIDE: usize = 384;
    if let Some(speed) = place.speed()? {
        return Ok(speed * CARD);
    }
    let side = Tensor::ones((SIDE, SIDE), candle_core::DType::F32, &Device::Cpu)?;
    side.matmul(&side)?;
    let begun = Instant::now();
    let mut made = 0u32;
    while begun.elapsed().as_millis() < 50 {
        side.matmul(&side)?;
        made += 1;
    }
    Ok(f64::from(made) * (SIDE * SIDE * SIDE) as f64 / begun.elapsed().as_secs_f64() * SHARE)
}

/// Seconds that reading `tokens` will take, at `speed`; right within a factor of two or so, until the first steps are measured.
pub fn seconds(numbers: u64, tokens: usize, load: &Load, speed: f64) -> f64 {
    let widening = if load.format == BaseFormat::Blocks { 1.6 } else { 1.0 };
    let again = if load.recompute { 4.0 / 3.0 } else { 1.0 };
    let work = PASSES * numbers as f64 * tokens as f64 * widening * again;
    work / speed.max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn material(answers: usize) -> Material {
        Material {
            conversations: answers.div_ceil(3),
            answers,
            tokens: answers * 40,
            longest: 200,
            watched: 0,
        }
    }

    #[test]
    fn small_models_and_few_lines_want_high_rates_and_many_epochs() {
        let few = advise(5_500_000, &material(14), Effort::Usual);
        assert_eq!(few.settings.learning_rate.to_bits(), 5e-3f64.to_bits());
        assert!((90.0..=100.0).contains(&few.settings.epochs), "{}", few.settings.epochs);
        assert_eq!((few.settings.accumulation, few.settings.patience), (1, 0));
        let many = advise(5_500_000, &material(4000), Effort::Usual);
        assert_eq!((many.settings.epochs as u32, many.settings.accumulation), (3, 8));
        let large = advise(1_000_000_000, &material(300), Effort::Usual);
        assert!((1.5e-4..2.5e-4).contains(&large.settings.learning_rate));
        assert_eq!(large.settings.epochs as u32, 10);
        let huge = advise(70_000_000_000, &material(9000), Effort::Usual).settings;
        assert!((huge.learning_rate - 1e-4).abs() < 1e-12);
        let light = advise(5_500_000, &material(14), Effort::Light);
        assert!(
            light.steps * 2 < few.steps
                && few.steps < advise(5_500_000, &material(14), Effort::Thorough).steps
        );
        for one in [few, many, large, light, advise(0, &Material::default(), Effort::Light)] {
            one.settings.check().unwrap();
            one.lora.check().unwrap();
            assert!(one.steps > 0);
        }
        let watched = advise(1, &Material { watched: 9, ..material(90) }, Effort::Usual);
        assert!(watched.settings.take_best && watched.settings.patience > 0);
        let pairs = advise_preference(5_500_000, &material(14), Effort::Usual);
        assert_eq!((pairs.settings.epochs as u32, pairs.steps), (3, 15));
        assert_eq!(pairs.settings.learning_rate.to_bits(), 5e-4f64.to_bits());
        // Ten questions, four times each, four at a time; twice.
        let questions = Material { conversations: 10, tokens: 200, longest: 84, ..material(10) };
        let knobs = PpoKnobs::default();
        let tried = advise_ppo(5_500_000, &questions, Effort::Usual, &knobs);
        assert_eq!((tried.steps, tried.settings.batch_size), (20, 4));
        assert!(tried.tokens > pairs.tokens && tried.settings.check().is_ok());
    }

    #[test]
    fn the_model_in_the_box_fits_as_it_is_widest_and_time_grows_with_work() {
        let base = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../assets/models/hanashi-mini/hanashi-mini.gguf");
        let load = Load {
            format: BaseFormat::Dense,
            rank: 8,
            batch_size: 1,
            length: 128,
            recompute: true,
        };
        let (chosen, place) = fitting(&base, load, DeviceChoice::Auto).unwrap();
        assert_eq!((chosen.format, chosen.recompute), (BaseFormat::Dense, false));
        assert!(place.plan.check().is_ok() && place.is_processor());
        let speed = speed(&place).unwrap();
        assert!(speed > 1e6, "{speed}");
        let one = seconds(5_500_000, 10_000, &chosen, speed);
        assert!(one > 0.0 && seconds(5_500_000, 20_000, &chosen, speed) > one);
        assert!(seconds(5_500_000, 10_000, &Load { recompute: true, ..chosen }, speed) > one);
    }
}
