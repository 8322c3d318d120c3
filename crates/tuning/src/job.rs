//! One LoRA from beginning to end: a base, what to learn, and a folder that PEFT and the engine load. Or all weights of the base,
//! and a folder like its own.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::OnceLock;

use candle_core::Device;
use domain::{ChatTemplate, Flow};
use llm::{Anatomy, DeviceChoice, Vocabulary};
use weights::{Checkpoint, Container};

use crate::decoder::{BaseFormat, Decoder, Parameters};
use crate::examples::{Example, Learning, Turn};
use crate::lora::Lora;
use crate::losses::{PreferenceKnobs, PreferenceLoss};
use crate::objective::Objective;
use crate::place::Place;
use crate::plan::{self, Load, Plan};
use crate::ppo::{Asking, Ppo, PpoKnobs, Watched};
use crate::preference::{Judged, Preferences, Rewards, TokenPair, ValueHead};
use crate::sft::Supervised;
use crate::spelling::Spelling;
use crate::trainer::{Event, Form, Settings, Summary, Training, train};
use crate::whole::{self, Beside};
use crate::{Error, adapter, files, generate};

/// What is to be known of a base before anything is written for it.
pub struct Base {
    /// Architecture by its name.
    pub architecture: String,
    /// Longest text, in tokens.
    pub context: usize,
    /// How it wants a conversation written.
    pub template: ChatTemplate,
    /// The system prompt that a very small model was tuned with.
    pub system_prompt: Option<String>,
    /// Its vocabulary.
    pub vocabulary: Vocabulary,
    /// Numbers in its weights.
    pub numbers: u64,
    path: PathBuf,
    spelling: OnceLock<Spelling>,
}

impl Base {
    /// Reads it from a model's files, without the weights.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let file = Checkpoint::open(path)?;
        let anatomy = Anatomy::read(&file)?;
        let vocabulary = Vocabulary::read(&file)?;
        Ok(Self {
            architecture: anatomy.architecture,
            context: anatomy.context,
            template: vocabulary.template(),
            system_prompt: file.metadata.str("hanashi.system_prompt").map(str::to_owned),
            vocabulary,
            numbers: plan::sizes(&file).0,
            path: path.to_owned(),
            spelling: OnceLock::new(),
        })
    }

    /// Tokens of a conversation's turns: what begins a document stands before the first.
    pub fn encode(&self, turns: &[Turn]) -> Vec<(Vec<u32>, Vec<u32>)> {
        let encode = |(at, turn): (usize, &Turn)| {
            let prompt = if at == 0 {
                self.vocabulary.encode_prompt(&turn.prompt)
            } else {
                self.vocabulary.encode(&turn.prompt)
            };
            (prompt, self.encode_reply(&turn.reply))
        };
        turns.iter().enumerate().map(encode).collect()
    }

    /// Tokens of an answer that is learnt: none that the base never met, where there are others.
    pub fn encode_reply(&self, reply: &str) -> Vec<u32> {
        let spelling = self.spelling.get_or_init(|| {
            // Without it answers are learnt as they are tokenised, which is what other trainers do.
            Spelling::of(&self.path, &self.vocabulary)
                .inspect_err(|error| tracing::warn!(%error, "unmet tokens are not looked for"))
                .unwrap_or_default()
        });
        spelling.apply(&self.vocabulary.encode(reply), &self.vocabulary)
    }
}

/// A LoRA to be made, or with [`BaseFormat::Trained`] a whole model.
pub struct Job<'a> {
    /// The base's files.
    pub base: &'a Path,
    /// What an adapter says that it is for: a path, or a name of a hub.
    pub base_name: &'a str,
    /// How the base is kept in memory.
    pub format: BaseFormat,
    /// What stands beside its matrices.
    pub lora: &'a Lora,
    /// How training goes.
    pub settings: &'a Settings,
    /// Tokens of an example at most.
    pub cutoff: usize,
    /// Where everything goes.
    pub out: &'a Path,
    /// Where to compute.
    pub device: DeviceChoice,
    /// Go on from the last checkpoint there.
    pub resume: bool,
    /// An adapter to begin with instead of noise.
    pub from: Option<&'a Path>,
    /// Prompts to answer after each look at the validation set: what is shown, and the text that the model gets.
    pub probes: &'a [(String, String)],
    /// Lines for the adapter's README.
    pub about: &'a [String],
}

/// What a stage of training makes of a base: an objective to learn and one to look at.
pub(crate) type Pair = (Box<dyn Objective>, Option<Box<dyn Objective>>);

impl Job<'_> {
    /// Where it will compute, and what it will take there.
    ///
    /// # Errors
    /// Where the base cannot be read.
    pub fn place(&self, base: &Base, longest: usize) -> Result<Place, Error> {
        self.place_of(base, (1, longest))
    }

    /// Whether all weights are trained, and no adapter beside them.
    fn is_whole(&self) -> bool {
        self.format == BaseFormat::Trained
    }

    /// What a whole model needs beside its weights, from its base.
    ///
    /// # Errors
    /// Where the base is no folder of transformers', or would be overwritten.
    fn beside(&self) -> Result<Beside, Error> {
        let folder = whole::folder_of(self.base);
        if Checkpoint::open(self.base)?.container == Container::Gguf {
            return Err(Error::unusable(
                self.base,
                "all weights are trained of a folder with a `config.json` and safetensors, not of a GGUF file",
            ));
        }
        if whole::is_same(&folder, self.out) {
            return Err(Error::settings(
                "the model would take the place of its base; choose another folder",
            ));
        }
        Beside::of_model(&folder)
    }

    /// The same where an item of a batch is so many texts: a pair is two, and so is a judged answer with its neighbour's.
    pub(crate) fn place_of(
        &self,
        base: &Base,
        (texts, longest): (usize, usize),
    ) -> Result<Place, Error> {
        self.settings.check()?;
        if self.is_whole() {
            self.beside()?;
        }
        let load = Load {
            format: self.format,
            rank: if self.is_whole() { 0 } else { self.lora.rank },
            batch_size: texts * self.settings.batch_size,
            length: longest.min(base.context),
            recompute: self.settings.recompute,
        };
        Ok(Place::of(self.device, Plan::of(self.base, &load)?, load.work(base.numbers)))
    }

    /// Examples of conversations, none longer than the cutoff and the model's context.
    pub fn examples(&self, base: &Base, talks: &[Vec<Turn>], learning: Learning) -> Vec<Example> {
        let cutoff = learning.cutoff.min(base.context);
        talks
            .iter()
            .map(|turns| Example::of_turns(&base.encode(turns), Learning { cutoff, ..learning }))
            .collect()
    }

    /// Supervised tuning: learns the answers of `train`.
    pub fn supervised(
        &self,
        base: &Base,
        train: &[Example],
        validation: &[Example],
        pack: bool,
        events: &mut dyn FnMut(&Event) -> Flow,
    ) -> Result<Summary, Error> {
        let capacity = pack.then_some(self.cutoff.min(base.context));
        let pad = base.vocabulary.eos().unwrap_or(0);
        let make = |_: &Decoder, _: &mut Parameters| -> Result<Pair, Error> {
            let look = (!validation.is_empty())
                .then(|| Box::new(Supervised::new(validation, pad, None)) as Box<dyn Objective>);
            Ok((Box::new(Supervised::new(train, pad, capacity)), look))
        };
        let longest = train.iter().chain(validation).map(|e| e.ids.len()).max().unwrap_or(0);
        self.run(base, (1, if pack { self.cutoff } else { longest }), &make, events)
    }

    /// Learns from pairs of answers.
    pub fn preferences(
        &self,
        base: &Base,
        pairs: &[TokenPair],
        validation: &[TokenPair],
        (kind, knobs): (PreferenceLoss, PreferenceKnobs),
        events: &mut dyn FnMut(&Event) -> Flow,
    ) -> Result<Summary, Error> {
        knobs.check()?;
        let pad = base.vocabulary.eos().unwrap_or(0);
        let of = |pairs: &[TokenPair]| -> Box<dyn Objective> {
            Box::new(Preferences::new(pairs.to_vec(), kind, knobs, pad))
        };
        let make = |_: &Decoder, _: &mut Parameters| -> Result<Pair, Error> {
            Ok((of(pairs), (!validation.is_empty()).then(|| of(validation))))
        };
        self.run(base, (2, longest_of(pairs)), &make, events)
    }

    /// Learns from judged answers (KTO): question, answer, whether it is good.
    pub fn judged(
        &self,
        base: &Base,
        rows: &[(Vec<u32>, Vec<u32>, bool)],
        knobs: PreferenceKnobs,
        events: &mut dyn FnMut(&Event) -> Flow,
    ) -> Result<Summary, Error> {
        knobs.check()?;
        let pad = base.vocabulary.eos().unwrap_or(0);
        let make = |_: &Decoder, _: &mut Parameters| -> Result<Pair, Error> {
            Ok((Box::new(Judged::new(rows.to_vec(), knobs, pad)), None))
        };
        let longest = |at: usize| {
            let length = |row: &(Vec<u32>, Vec<u32>, bool)| [row.0.len(), row.1.len()][at];
            rows.iter().map(length).max().unwrap_or(0)
        };
        // Answers are read behind other questions, too.
        self.run(base, (2, longest(0) + longest(1)), &make, events)
    }

    /// Learns to tell better answers from worse ones.
    pub fn reward(
        &self,
        base: &Base,
        pairs: &[TokenPair],
        validation: &[TokenPair],
        events: &mut dyn FnMut(&Event) -> Flow,
    ) -> Result<Summary, Error> {
        let pad = base.vocabulary.eos().unwrap_or(0);
        let make = |decoder: &Decoder, more: &mut Parameters| -> Result<Pair, Error> {
            let head = ValueHead::new(decoder.anatomy.width, &decoder.device)?;
            more.extend(head.parameters());
            let of = |pairs: &[TokenPair]| -> Box<dyn Objective> {
                Box::new(Rewards::new(pairs.to_vec(), head.clone(), pad))
            };
            Ok((of(pairs), (!validation.is_empty()).then(|| of(validation))))
        };
        self.run(base, (2, longest_of(pairs)), &make, events)
    }

    /// Learns from a reward model (the folder that [`Self::reward`] leaves) by trying answers to prompts (PPO).
    pub fn ppo(
        &self,
        base: &Base,
        prompts: &[Vec<u32>],
        validation: &[Vec<u32>],
        (reward, knobs): (&Path, PpoKnobs),
        events: &mut dyn FnMut(&Event) -> Flow,
    ) -> Result<Summary, Error> {
        knobs.check()?;
        let pad = base.vocabulary.eos().unwrap_or(0);
        let make = |decoder: &Decoder, more: &mut Parameters| -> Result<Pair, Error> {
            let entries = decoder.vocabulary()? as u32;
            let ends = (0..entries).filter(|id| base.vocabulary.is_end(*id)).collect();
            let asking = Rc::new(Asking::new(decoder, reward, &knobs, (ends, pad))?);
            let head = ValueHead::new(decoder.anatomy.width, &decoder.device)?;
            more.extend(head.parameters());
            let sizes = (self.settings.batch_size, self.settings.accumulation);
            let watch = (!validation.is_empty()).then(|| {
                Box::new(Watched::new(validation.to_vec(), Rc::clone(&asking)))
                    as Box<dyn Objective>
            });
            Ok((Box::new(Ppo::new(prompts.to_vec(), knobs, sizes, head, asking)), watch))
        };
        let longest = prompts.iter().chain(validation).map(Vec::len).max().unwrap_or(0);
        self.run(base, (1, longest + knobs.answer), &make, events)
    }

    /// Loads the base, puts adapters on it, and trains what `make` makes of it. An item is so many texts, none longer than `longest`.
    pub(crate) fn run(
        &self,
        base: &Base,
        (texts, longest): (usize, usize),
        make: &dyn Fn(&Decoder, &mut Parameters) -> Result<Pair, Error>,
        events: &mut dyn FnMut(&Event) -> Flow,
    ) -> Result<Summary, Error> {
        if !self.is_whole() {
            self.lora.check()?;
        }
        let place = self.place_of(base, (texts, longest))?;
        place.train((self.out, self.resume), events, &mut |device, resume, events| {
            self.run_on(base, longest, make, (device, resume), events)
        })
    }

    /// The same on one device.
    fn run_on(
        &self,
        base: &Base,
        longest: usize,
        make: &dyn Fn(&Decoder, &mut Parameters) -> Result<Pair, Error>,
        (device, resume): (&Device, bool),
        events: &mut dyn FnMut(&Event) -> Flow,
    ) -> Result<Summary, Error> {
        let mut decoder = Decoder::load(
            self.base,
            self.format,
            longest.max(self.cutoff).min(base.context),
            device,
            &mut |_| {},
        )?
        .decoder;
        let beside = if self.is_whole() { Some(self.beside()?) } else { None };
        // A name among others that is misspelt would be a weaker adapter, and nobody told.
        let targets = if beside.is_none() { decoder.unknown_targets(self.lora) } else { vec![] };
        if !targets.is_empty() {
            let known = decoder.target_names();
            return Err(Error::settings(format!(
                "no matrix of the model is called {}; there are {}",
                targets.join(", "),
                known.join(", ")
            )));
        }
        if beside.is_none() {
            decoder.adapt(self.lora, self.settings.seed)?;
        }
        if let Some(from) = self.from {
            decoder.set_adapters(from, &adapter::read(from)?)?;
        }
        let targets = decoder.adapted_names();
        let gpt2 = base.architecture == "gpt2";
        let mut config = adapter::config(self.lora, self.base_name, &targets, gpt2);
        if beside.is_none() {
            // So that it is not put over another base of the same shape.
            decoder.base_mark()?.write(&mut config);
        }
        let about = adapter::readme(self.base_name, self.lora, self.about);
        let write = |folder: &Path| match &beside {
            Some(beside) => beside.write(folder),
            None => adapter::write_beside(folder, &config, &about),
        };
        let mut more = Parameters::new();
        let (objective, validation) = make(&decoder, &mut more)?;
        let is_end = |id| base.vocabulary.is_end(id);
        let sampler = |decoder: &Decoder| {
            let answer = |(shown, prompt): &(String, String)| {
                let ids = base.vocabulary.encode_prompt(prompt);
                let reply =
                    generate::reply(decoder, &ids, PROBE, 0.7, self.settings.seed, &is_end)?;
                Ok((shown.clone(), base.vocabulary.decode(&reply).trim().to_owned()))
            };
            self.probes.iter().map(answer).collect()
        };
        files::json(&self.out.join("training_args.json"), &self.arguments())?;
        let training = Training {
            decoder: &decoder,
            objective: objective.as_ref(),
            validation: validation.as_deref(),
            settings: self.settings,
            out: self.out,
            form: Form {
                file: if beside.is_some() { whole::WEIGHTS } else { adapter::FILE },
                turned: beside.is_some(),
                beside: &write,
            },
            sampler: (!self.probes.is_empty()).then_some(&sampler),
            more,
        };
        train(&training, resume, events)
    }

    /// What was asked for, to be read by people.
    fn arguments(&self) -> serde_json::Value {
        let mut value = self.settings.arguments();
        value["base"] = self.base_name.into();
        value["cutoff_len"] = self.cutoff.into();
        if self.is_whole() {
            value["finetuning_type"] = "full".into();
            return value;
        }
        let lora = self.lora;
        let targets = lora.targets.join(",");
        value["finetuning_type"] = "lora".into();
        value["lora_rank"] = lora.rank.into();
        value["lora_alpha"] = lora.alpha.into();
        value["lora_dropout"] = lora.dropout.into();
        value["lora_target"] = if targets.is_empty() { "all".into() } else { targets.into() };
        value["use_rslora"] = lora.rslora.into();
        value
    }
}

/// Tokens of an answer to a probe.
const PROBE: usize = 40;

/// Tokens of the longest text of pairs.
fn longest_of(pairs: &[TokenPair]) -> usize {
    let length = |p: &TokenPair| p.prompt.len() + p.chosen.len().max(p.rejected.len());
    pairs.iter().map(length).max().unwrap_or(0)
}
