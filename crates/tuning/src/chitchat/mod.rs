//! GPT2-chitchat: a small model of dialogues, from nothing.
//!
//! `train.txt` holds an utterance a line and a blank line between dialogues; a dialogue is `[CLS] u1 [SEP] u2 [SEP] …`. The
//! model that comes out (config.json, model.safetensors, vocab.txt) is transformers' GPT-2 and what `hanashi chat` loads. With
//! utterances in reverse order it is the model that replies are chosen with (MMI).

mod vocabulary;

use std::fs;
use std::path::{Path, PathBuf};

use candle_core::Device;
use domain::Flow;
use llm::{DeviceChoice, Vocabulary};
use serde::Serialize;
use serde_json::json;

pub use vocabulary::build as build_vocabulary;

use crate::decoder::{Decoder, Gpt2Shape, Parameters};
use crate::examples::Example;
use crate::objective::Objective;
use crate::place::Place;
use crate::plan::{Load, Plan};
use crate::sft::Supervised;
use crate::trainer::{Event, Form, Settings, Summary, Training, train};
use crate::{Error, files, generate};

/// Largest text that is read.
const MAX_TEXT: u64 = 1 << 33;
/// Largest description.
const MAX_CONFIG: u64 = 1 << 20;

/// A model of dialogues to be made.
#[derive(Debug, Clone)]
pub struct Order {
    /// `train.txt`.
    pub text: PathBuf,
    /// BERT's `vocab.txt`; made of the text itself, if `None`.
    pub vocabulary: Option<PathBuf>,
    /// The model's description; GPT2-chitchat's, if `None`.
    pub config: Option<PathBuf>,
    /// A model to begin with instead of noise.
    pub pretrained: Option<PathBuf>,
    /// Where everything goes.
    pub out: PathBuf,
    /// Tokens of a dialogue at most.
    pub max_len: usize,
    /// Dialogues at the beginning that are watched and not learnt.
    pub val_num: usize,
    /// Utterances in reverse order, for the model that replies are chosen with.
    pub mmi: bool,
    /// How training goes. `compat` reads the text as upstream does, too: a line end at the end is one more utterance.
    pub settings: Settings,
    /// Where to compute.
    pub device: DeviceChoice,
    /// Go on from the last checkpoint.
    pub resume: bool,
    /// What is said to the model now and then.
    pub probes: Vec<String>,
}

/// What the text holds, in tokens.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lengths {
    /// Dialogues.
    pub dialogues: usize,
    /// Mean length.
    pub mean: f64,
    /// Median length.
    pub median: usize,
    /// Length of the longest.
    pub longest: usize,
    /// Entries of the vocabulary.
    pub vocabulary: usize,
    /// Numbers that are trained.
    pub parameters: usize,
}

/// Utterances by dialogue, as preprocess.py splits them; `compat` keeps the empty utterance behind a line end at the end.
pub fn dialogues(text: &str, compat: bool) -> Vec<Vec<&str>> {
    let (between, line) = if text.contains("\r\n") { ("\r\n\r\n", "\r\n") } else { ("\n\n", "\n") };
    if compat {
        return text.split(between).map(|dialogue| dialogue.split(line).collect()).collect();
    }
    text.split(between)
        .map(|dialogue| -> Vec<&str> {
            dialogue.split(line).map(str::trim).filter(|u| !u.is_empty()).collect()
        })
        .filter(|dialogue| !dialogue.is_empty())
        .collect()
}

/// `[CLS] u1 [SEP] u2 [SEP] …`; with `reversed` the last utterance first.
pub fn encode(
    vocabulary: &Vocabulary,
    utterances: &[&str],
    reversed: bool,
) -> Result<Vec<u32>, Error> {
    let special = |name: &str| {
        vocabulary.special(name).ok_or_else(|| {
            Error::settings(format!("the vocabulary has no `{name}`, so it is not BERT's"))
        })
    };
    let (first, separator) = (special("[CLS]")?, special("[SEP]")?);
    let mut ids = vec![first];
    let mut add = |utterance: &&str| {
        ids.extend(vocabulary.encode(utterance));
        ids.push(separator);
    };
    if reversed {
        utterances.iter().rev().for_each(&mut add);
    } else {
        utterances.iter().for_each(&mut add);
    }
    Ok(ids)
}

fn read_text(path: &Path, most: u64) -> Result<String, Error> {
    let about = fs::metadata(path).map_err(Error::read(path))?;
    if about.len() > most {
        return Err(Error::dataset(path, format!("{} bytes are too many", about.len())));
    }
    let bytes = fs::read(path).map_err(Error::read(path))?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Error::dataset(
            path,
            "it is not UTF-8; `hanashi novel dataset --profile chitchat` writes what is",
        )
    })?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

/// A model of dialogues that is ready to be trained.
pub struct Prepared {
    vocabulary: Vocabulary,
    pieces: String,
    shape: Gpt2Shape,
    train: Vec<Example>,
    validation: Vec<Example>,
    /// What the text holds.
    pub lengths: Lengths,
    /// Where training computes, and the memory that it takes there.
    pub place: Place,
}

/// Reads the text, and its vocabulary or makes one.
pub fn prepare(order: &Order) -> Result<Prepared, Error> {
    let text = read_text(&order.text, MAX_TEXT)?;
    let dialogues = dialogues(&text, order.settings.compat);
    let kept = order.out.join("vocab.txt");
    let path = if let Some(path) = &order.vocabulary {
        path.clone()
    } else {
        // The one that was made when the training began stays the one of the training.
        if !(order.resume && kept.is_file()) {
            fs::create_dir_all(&order.out).map_err(Error::write(&order.out))?;
            files::bytes(&kept, build_vocabulary(&text, vocabulary::USUAL).as_bytes())?;
        }
        kept
    };
    let vocabulary = Vocabulary::of_word_pieces(&path)?;
    let pieces = read_text(&path, MAX_TEXT)?;
    let shape = shape(order, vocabulary.len())?;
    let mut examples = Vec::with_capacity(dialogues.len());
    let mut lengths = Vec::with_capacity(dialogues.len());
    let most = order.max_len.min(shape.n_positions);
    for utterances in &dialogues {
        let ids = encode(&vocabulary, utterances, order.mmi)?;
        lengths.push(ids.len());
        examples.push(Example::of_text(ids, most));
    }
    // Upstream takes the first of them even where none are left to learn from.
    let watched = order.val_num.min(examples.len() / 10);
    let train = examples.split_off(watched);
    if train.iter().all(|example| example.targets() == 0) {
        return Err(Error::dataset(&order.text, "there is no dialogue in it to learn from"));
    }
    lengths.sort_unstable();
    let lengths = Lengths {
        dialogues: lengths.len(),
        mean: lengths.iter().sum::<usize>() as f64 / lengths.len().max(1) as f64,
        median: lengths.get(lengths.len() / 2).copied().unwrap_or(0),
        longest: lengths.last().copied().unwrap_or(0),
        vocabulary: vocabulary.len(),
        parameters: shape.parameters(),
    };
    let load = Load {
        format: crate::BaseFormat::Trained,
        rank: 0,
        batch_size: order.settings.batch_size,
        length: lengths.longest.min(most),
        recompute: order.settings.recompute,
    };
    let numbers = shape.parameters() as u64;
    let tokens = vocabulary.len() as u64;
    let plan = Plan::of_shape(&shape.anatomy(), numbers * 4, numbers, tokens, &load);
    let place = Place::of(order.device, plan, numbers);
    Ok(Prepared { vocabulary, pieces, shape, train, validation: examples, lengths, place })
}

fn shape(order: &Order, vocabulary: usize) -> Result<Gpt2Shape, Error> {
    let mut shape: Gpt2Shape = match &order.config {
        Some(path) => serde_json::from_str(&read_text(path, MAX_CONFIG)?)
            .map_err(|e| Error::unusable(path, e.to_string()))?,
        None => Gpt2Shape::usual(vocabulary, order.mmi),
    };
    if shape.vocab_size != vocabulary {
        if order.settings.compat {
            return Err(Error::settings(format!(
                "the model is described for {} tokens and the vocabulary has {vocabulary}",
                shape.vocab_size
            )));
        }
        shape.vocab_size = vocabulary;
    }
    shape.check()?;
    Ok(shape)
}

/// Trains what was prepared.
pub fn run(
    order: &Order,
    prepared: &Prepared,
    events: &mut dyn FnMut(&Event) -> Flow,
) -> Result<Summary, Error> {
    let place = (order.out.as_path(), order.resume);
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
    let shape = &prepared.shape;
    let decoder = match &order.pretrained {
        None => Decoder::gpt2(shape, order.settings.seed, device)?,
        Some(path) => {
            let loaded = Decoder::load(
                path,
                crate::BaseFormat::Trained,
                shape.n_positions,
                device,
                &mut |_| {},
            )?;
            if loaded.decoder.vocabulary()? != shape.vocab_size {
                return Err(Error::unusable(path, "its vocabulary is another"));
            }
            loaded.decoder
        }
    };
    let pad = prepared.vocabulary.special("[PAD]").unwrap_or(0);
    let learn = Supervised::new(&prepared.train, pad, None);
    let watch = Supervised::new(&prepared.validation, pad, None);
    let beside = |folder: &Path| {
        files::json(&folder.join("config.json"), shape)?;
        files::bytes(&folder.join("vocab.txt"), prepared.pieces.as_bytes())?;
        files::json(
            &folder.join("tokenizer_config.json"),
            &json!({ "tokenizer_class": "BertTokenizer", "do_lower_case": true }),
        )
    };
    let sampler = |decoder: &Decoder| {
        let answer = |said: &String| {
            let ids = encode(&prepared.vocabulary, &[said.as_str()], false)?;
            let is_end = |id| Some(id) == prepared.vocabulary.special("[SEP]");
            let reply = generate::reply(decoder, &ids, 25, 1.0, order.settings.seed, &is_end)?;
            Ok((said.clone(), prepared.vocabulary.decode(&reply).trim().to_owned()))
        };
        order.probes.iter().map(answer).collect()
    };
    let training = Training {
        decoder: &decoder,
        objective: &learn,
        validation: (!watch.is_empty()).then_some(&watch as &dyn Objective),
        settings: &order.settings,
        out: &order.out,
        form: Form { file: "model.safetensors", turned: true, beside: &beside },
        sampler: (!order.probes.is_empty() && !order.mmi).then_some(&sampler),
        more: Parameters::new(),
    };
    train(&training, resume, events)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_of_either_kind_give_the_same_dialogues() {
        let unix = "a\nb\n\nc\nd\ne\n";
        let dos = unix.replace('\n', "\r\n");
        let wanted = vec![vec!["a", "b"], vec!["c", "d", "e"]];
        assert_eq!(dialogues(unix, false), wanted);
        assert_eq!(dialogues(&dos, false), wanted);
        // Upstream takes the line end at the end for one more utterance.
        assert_eq!(dialogues(unix, true)[1], ["c", "d", "e", ""]);
        assert_eq!(dialogues(&dos, true), dialogues(unix, true));
    }

    #[test]
    fn a_dialogue_becomes_its_golden_ids_forwards_and_backwards() {
        // Seed systems 1.1: `[101, 872, 1962, 102, 1762, 1408, 102]`; here the pieces stand at the same places of a file of ours.
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vocab.txt");
        let mut pieces: Vec<String> = (0..2000).map(|id| format!("[unused{id}]")).collect();
        for (id, piece) in [
            (0, "[PAD]"),
            (100, "[UNK]"),
            (101, "[CLS]"),
            (102, "[SEP]"),
            (103, "[MASK]"),
            (872, "你"),
            (1962, "好"),
            (1762, "在"),
            (1408, "吗"),
        ] {
            pieces[id] = piece.to_owned();
        }
        fs::write(&path, pieces.join("\n")).unwrap();
        let vocabulary = Vocabulary::of_word_pieces(&path).unwrap();
        let ids = encode(&vocabulary, &["你好", "在吗"], false).unwrap();
        assert_eq!(ids, [101, 872, 1962, 102, 1762, 1408, 102]);
        let back = encode(&vocabulary, &["你好", "在吗"], true).unwrap();
        assert_eq!(back, [101, 1762, 1408, 102, 872, 1962, 102]);
        // An empty utterance (compat) is one more separator.
        assert_eq!(encode(&vocabulary, &["你好", ""], false).unwrap(), [101, 872, 1962, 102, 102]);
    }

    #[test]
    fn the_described_models_have_as_many_numbers_as_upstream_s() {
        assert_eq!(Gpt2Shape::default().parameters(), 96_069_888);
        assert_eq!(
            Gpt2Shape { vocab_size: 21_128, ..Gpt2Shape::default() }.parameters(),
            102_068_736
        );
        let mmi = Gpt2Shape { n_layer: 10, n_positions: 300, ..Gpt2Shape::default() };
        assert_eq!(mmi.parameters(), 81_338_112);
    }
}
