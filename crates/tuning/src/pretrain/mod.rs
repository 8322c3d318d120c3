//! A whole model from nothing: a Llama of noise that learns to continue text.
//!
//! What comes out (config.json, model.safetensors, the tokenizer's files) is transformers' `LlamaForCausalLM` and what `hanashi chat`
//! loads. With `from` it goes on from the weights of a folder, whose shape it keeps.

mod text;
mod windows;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::Device;
use domain::Flow;
use llm::{Anatomy, DeviceChoice, Vocabulary};
use serde::Serialize;
use serde_json::Value;
use weights::Checkpoint;

pub use crate::decoder::LlamaShape as Shape;
use crate::decoder::{BaseFormat, Decoder, LlamaShape, Parameters};
use crate::objective::Objective;
use crate::place::Place;
use crate::plan::{self, Load, Plan};
use crate::trainer::{Event, Form, Settings, Summary, Training, train};
use crate::whole::{self, Beside};
use crate::{Error, files, generate};
use windows::Windows;

/// Tokens of what is written behind a probe.
const PROBE: usize = 40;

/// What a model begins as.
#[derive(Debug, Clone)]
pub enum Beginning {
    /// Noise in this shape.
    Noise(LlamaShape),
    /// Noise in the shape that a `config.json` describes.
    Described(PathBuf),
    /// The weights of a folder.
    Weights(PathBuf),
}

/// A model to be made.
#[derive(Debug, Clone)]
pub struct Order {
    /// Texts to learn: `.txt`, or lines of `{"text": …}`.
    pub text: Vec<PathBuf>,
    /// Texts to watch.
    pub validation: Vec<PathBuf>,
    /// A folder with a `tokenizer.json`, or that file itself; what is beside it goes along.
    pub tokenizer: PathBuf,
    /// What the model begins as.
    pub beginning: Beginning,
    /// Tokens of a window; the model's context, if `None`.
    pub window: Option<usize>,
    /// Where everything goes.
    pub out: PathBuf,
    /// How training goes.
    pub settings: Settings,
    /// Where to compute.
    pub device: DeviceChoice,
    /// Go on from the last checkpoint.
    pub resume: bool,
    /// Texts that the model continues now and then.
    pub probes: Vec<String>,
}

/// What the texts hold, in tokens.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contents {
    /// Documents to learn.
    pub documents: usize,
    /// Bytes of them.
    pub bytes: u64,
    /// Their tokens.
    pub tokens: usize,
    /// Windows of an epoch.
    pub windows: usize,
    /// Tokens of a window.
    pub window: usize,
    /// Windows to watch.
    pub watched: usize,
    /// Entries of the vocabulary.
    pub vocabulary: usize,
    /// Numbers that are trained.
    pub parameters: u64,
    /// Seconds that reading took.
    pub seconds: f64,
}

/// A model that is ready to be trained.
pub struct Prepared {
    vocabulary: Vocabulary,
    beside: Beside,
    beginning: Start,
    train: Arc<[u32]>,
    validation: Arc<[u32]>,
    /// What the texts hold.
    pub contents: Contents,
    /// Where training computes, and the memory that it takes there.
    pub place: Place,
}

/// What a model begins as, read and checked.
enum Start {
    Noise(LlamaShape),
    Weights { path: PathBuf, anatomy: Anatomy, entries: u64, numbers: u64 },
}

impl Start {
    /// Shape, entries of the vocabulary, numbers.
    fn sizes(&self) -> (Anatomy, u64, u64) {
        match self {
            Self::Noise(shape) => (shape.anatomy(), shape.vocab_size as u64, shape.numbers()),
            Self::Weights { anatomy, entries, numbers, .. } => {
                (anatomy.clone(), *entries, *numbers)
            }
        }
    }
}

/// The folder of a tokenizer.
fn tokenizer_folder(path: &Path) -> Result<PathBuf, Error> {
    if path.is_file() && path.file_name().is_none_or(|name| name != "tokenizer.json") {
        return Err(Error::unusable(
            path,
            "a tokenizer is a folder with a `tokenizer.json`, or that file",
        ));
    }
    let folder = whole::folder_of(path);
    if !folder.join("tokenizer.json").is_file() {
        return Err(Error::unusable(path, "there is no `tokenizer.json` in it"));
    }
    Ok(folder)
}

/// The shape that a description has.
fn described(path: &Path) -> Result<LlamaShape, Error> {
    let mut value = whole::config(path)?;
    // transformers 5 keeps what positions turn by in an entry of its own.
    let turns = value["rope_parameters"].take();
    let scaled = [&turns, &value["rope_scaling"]].into_iter().any(|v| {
        let kind = v["rope_type"].as_str().or_else(|| v["type"].as_str());
        kind.is_some_and(|kind| kind != "default")
    });
    if scaled {
        return Err(Error::unusable(
            path,
            "positions that are stretched are not trained from nothing; leave `rope_scaling` out",
        ));
    }
    if turns["rope_theta"].is_number() {
        value["rope_theta"] = turns["rope_theta"].clone();
    }
    // What is null is not said.
    if let Some(object) = value.as_object_mut() {
        object.retain(|_, value| !value.is_null());
    }
    serde_json::from_value(value).map_err(|e| Error::unusable(path, e.to_string()))
}

/// Reads the tokenizer and the texts, and says what training will take.
///
/// # Errors
/// Where a file cannot be read, is not what it is to be, or holds too little; where the shape cannot be built.
pub fn prepare(order: &Order) -> Result<Prepared, Error> {
    order.settings.check()?;
    let folder = tokenizer_folder(&order.tokenizer)?;
    // A tokenizer's folder often has a model in it.
    let begins = match &order.beginning {
        Beginning::Weights(path) => whole::folder_of(path),
        Beginning::Noise(_) | Beginning::Described(_) => folder.clone(),
    };
    if [&folder, &begins].into_iter().any(|own| whole::is_same(own, &order.out)) {
        return Err(Error::settings(
            "the model would take the place of the one that it begins with, or whose tokenizer it has; choose another folder",
        ));
    }
    let vocabulary = Vocabulary::of_folder(&folder)?;
    let Some(eos) = vocabulary.eos() else {
        return Err(Error::unusable(
            &folder.join("tokenizer_config.json"),
            "it names no `eos_token`, which ends every document; write it there",
        ));
    };
    let beginning = begin(order, &vocabulary, eos)?;
    let (anatomy, entries, numbers) = beginning.sizes();
    let beside = beside(&beginning, &folder)?;
    let window = order.window.unwrap_or(anatomy.context);
    if window == 0 || window > anatomy.context {
        return Err(Error::settings(format!(
            "windows of {window} tokens do not fit a context of {}",
            anatomy.context
        )));
    }
    let begun = std::time::Instant::now();
    let train = text::read(&order.text, &vocabulary)?;
    let windows = Windows::count(train.ids.len(), window);
    let watch = if order.validation.is_empty() {
        Vec::new()
    } else {
        text::read(&order.validation, &vocabulary)?.ids
    };
    let watched = Windows::count(watch.len(), window);
    for (paths, tokens, windows) in
        [(&order.text, train.ids.len(), windows), (&order.validation, watch.len(), watched)]
    {
        if let Some(path) = paths.first().filter(|_| windows == 0) {
            return Err(Error::dataset(
                path,
                format!(
                    "there are {tokens} tokens in it, and a window has {}; take more text, or a shorter context",
                    window + 1
                ),
            ));
        }
    }
    let contents = Contents {
        documents: train.documents,
        bytes: train.bytes,
        tokens: train.ids.len(),
        windows,
        window,
        watched,
        vocabulary: vocabulary.len(),
        parameters: numbers,
        seconds: begun.elapsed().as_secs_f64(),
    };
    let load = Load {
        format: BaseFormat::Trained,
        rank: 0,
        batch_size: order.settings.batch_size.min(windows),
        length: window,
        recompute: order.settings.recompute,
    };
    let plan = Plan::of_shape(&anatomy, numbers * 4, numbers, entries, &load);
    let place = Place::of(order.device, plan, load.work(numbers));
    let (train, validation) = (train.ids.into(), watch.into());
    Ok(Prepared { vocabulary, beside, beginning, train, validation, contents, place })
}

/// What will stand beside the weights: the description of what a model begins as, and the files of its tokenizer's folder.
fn beside(beginning: &Start, tokenizer: &Path) -> Result<Beside, Error> {
    match beginning {
        Start::Noise(shape) => {
            let config = serde_json::to_value(shape)
                .map_err(|e| Error::settings(format!("the shape has no JSON form: {e}")))?;
            Beside::new(config, tokenizer)
        }
        Start::Weights { path, .. } => {
            let folder = whole::folder_of(path);
            let own = Beside::of_model(&folder)?;
            // With another's tokenizer what it says of ends and replies may no longer be true.
            if whole::is_same(tokenizer, &folder) {
                Ok(own)
            } else {
                Beside::new(own.config, tokenizer)
            }
        }
    }
}

/// Reads and checks what a model begins as.
fn begin(order: &Order, vocabulary: &Vocabulary, eos: u32) -> Result<Start, Error> {
    let entries = vocabulary.len();
    let shape = match &order.beginning {
        Beginning::Noise(shape) => shape.clone(),
        Beginning::Described(path) => described(path)?,
        Beginning::Weights(path) => {
            let file = Checkpoint::open(path)?;
            let anatomy = Anatomy::read(&file)?;
            if file.container == weights::Container::Gguf {
                return Err(Error::unusable(
                    path,
                    "weights to go on from are a folder with a `config.json` and safetensors",
                ));
            }
            let own = Vocabulary::read(&file)?;
            let same = own.len() == entries
                && (0..entries as u32).all(|id| own.decode(&[id]) == vocabulary.decode(&[id]));
            if !same {
                return Err(Error::unusable(
                    path,
                    "its vocabulary is another than the tokenizer's",
                ));
            }
            let (numbers, rows) = plan::sizes(&file);
            let entries = rows.max(entries as u64);
            return Ok(Start::Weights { path: path.clone(), anatomy, entries, numbers });
        }
    };
    let mut shape = shape.filled(entries)?;
    shape.eos_token_id = Some(eos);
    shape.bos_token_id = vocabulary.special(&vocabulary.template().bos);
    Ok(Start::Noise(shape))
}

/// Trains what was prepared.
///
/// # Errors
/// Where a device or the disk fails, or the loss is no number any more.
pub fn run(
    order: &Order,
    prepared: &Prepared,
    events: &mut dyn FnMut(&Event) -> Flow,
) -> Result<Summary, Error> {
    let place = (order.out.as_path(), order.resume);
    prepared.place.plan.check()?;
    prepared.place.train(place, events, &mut |device, resume, events| {
        run_on(order, prepared, (device, resume), events)
    })
}

/// The same on one device.
fn run_on(
    order: &Order,
    prepared: &Prepared,
    (device, resume): (&Device, bool),
    events: &mut dyn FnMut(&Event) -> Flow,
) -> Result<Summary, Error> {
    let decoder = match &prepared.beginning {
        Start::Noise(shape) => Decoder::llama(shape, order.settings.seed, device)?,
        Start::Weights { path, anatomy, .. } => {
            let whole = BaseFormat::Trained;
            Decoder::load(path, whole, anatomy.context, device, &mut |_| {})?.decoder
        }
    };
    let (length, vocabulary) = (prepared.contents.window, &prepared.vocabulary);
    let learn = Windows::new(Arc::clone(&prepared.train), length);
    let watch = Windows::new(Arc::clone(&prepared.validation), length);
    let is_end = |id| vocabulary.is_end(id);
    let sampler = |decoder: &Decoder| {
        let answer = |text: &String| {
            let ids = vocabulary.encode_prompt(text);
            let reply = generate::reply(decoder, &ids, PROBE, 0.7, order.settings.seed, &is_end)?;
            Ok((text.clone(), vocabulary.decode(&reply).trim().to_owned()))
        };
        order.probes.iter().map(answer).collect()
    };
    std::fs::create_dir_all(&order.out).map_err(Error::write(&order.out))?;
    files::json(&order.out.join("training_args.json"), &arguments(order, &prepared.contents))?;
    let write = |folder: &Path| prepared.beside.write(folder);
    let training = Training {
        decoder: &decoder,
        objective: &learn,
        validation: (!watch.is_empty()).then_some(&watch as &dyn Objective),
        settings: &order.settings,
        out: &order.out,
        form: Form { file: whole::WEIGHTS, turned: true, beside: &write },
        sampler: (!order.probes.is_empty()).then_some(&sampler),
        more: Parameters::new(),
    };
    train(&training, resume, events)
}

/// What was asked for, to be read by people.
fn arguments(order: &Order, contents: &Contents) -> Value {
    let mut value = order.settings.arguments();
    value["stage"] = "pt".into();
    value["finetuning_type"] = "full".into();
    value["cutoff_len"] = contents.window.into();
    value["tokens"] = contents.tokens.into();
    value["parameters"] = contents.parameters.into();
    value
}
