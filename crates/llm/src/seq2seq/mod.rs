//! Encoder-decoders that answer from passages (Fusion-in-Decoder, arXiv 2007.01282): T5 and mT5 (ChatPLUG-3.7B), and PLUG with
//! a BERT as encoder (ChatPLUG-240M).
//!
//! Every passage is encoded by itself, positions starting anew, and the decoder attends to the states of all of them side by
//! side. Passages are never padded, so there is nothing to mask; the result is that of a padded batch with its mask.

mod beam;
mod engine;
mod plug;
mod rules;
mod t5;

use std::io::Read;
use std::path::Path;

use domain::Cancel;
use weights::Checkpoint;

use crate::Error;
use crate::decoder::matrix::Rows;
use crate::json::Keys;
use crate::tensors::{Quantization, Tensors};
use crate::tokenizer::Tokenizer;
use crate::word_biases::with_tokens_of_words;

pub use engine::AnswerEngine;
pub(crate) use rules::{Penalty, Rules};

/// How an answer is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Writing {
    /// Beams that are kept; 1 draws tokens instead, as `sampling` says.
    pub beams: usize,
    /// How tokens are drawn with one beam. Its own penalty and n-grams are not used: the rules below are. Its biases hold for any
    /// number of beams.
    pub sampling: domain::Sampling,
    /// Tokens before the end may come.
    pub min_length: usize,
    /// Tokens after which it must.
    pub max_length: usize,
    /// Runs of so many tokens do not come twice (T5), or are made less likely to (PLUG); 0 is off.
    pub no_repeat_ngram: usize,
    /// What the likelihood of tokens that came before is lowered by; 1 is off.
    pub repetition_penalty: f32,
    /// Exponent of the length that a beam's score is divided by.
    pub length_penalty: f32,
    /// Texts that must not be written.
    pub banned: Vec<String>,
    /// Tokens of a passage that are read.
    pub passage_length: usize,
}

impl Default for Writing {
    /// ChatPLUG's command line.
    fn default() -> Self {
        Self {
            beams: 3,
            sampling: domain::Sampling {
                temperature: 0.8,
                top_k: 50,
                top_p: 0.8,
                ..domain::Sampling::greedy()
            },
            min_length: 10,
            max_length: 512,
            no_repeat_ngram: 6,
            repetition_penalty: 1.2,
            length_penalty: 1.2,
            banned: Vec::new(),
            passage_length: 380,
        }
    }
}

/// Keys and values of a layer, `[positions][width]` each.
#[derive(Debug, Clone, Default)]
pub(crate) struct Past {
    pub(crate) keys: Vec<f32>,
    pub(crate) values: Vec<f32>,
}

/// What the decoder attends to: keys and values of all passages, layer by layer.
pub(crate) struct Memory {
    layers: Vec<Past>,
}

/// A decoder that writes one token a beam at a time.
pub(crate) trait Writer {
    /// States of one passage.
    fn encode(&self, ids: &[u32]) -> candle_core::Result<Rows>;
    /// Keys and values of the passages' states.
    fn memory(&self, states: &Rows) -> candle_core::Result<Memory>;
    /// Layers of the decoder.
    fn layers(&self) -> usize;
    /// Logits behind each beam's newest token, `[beams][vocabulary]`; `past` is what each beam remembers, `[beam][layer]`.
    fn step(
        &self,
        tokens: &[u32],
        past: &mut [Vec<Past>],
        memory: &Memory,
    ) -> candle_core::Result<Rows>;
    /// The token before the first.
    fn start(&self) -> u32;
    /// The token behind the last.
    fn end(&self) -> u32;
    /// Tokens of a passage that it can read.
    fn longest_passage(&self) -> usize;
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    T5,
    Plug,
}

/// A loaded model that answers from passages.
pub struct Answerer {
    writer: Box<dyn Writer + Send + Sync>,
    kind: Kind,
    tokenizer: Tokenizer,
}

/// Whitespace that the models' tokenizers would lose, and what stands for it in their training data.
const T5_CODES: [(&str, &str); 3] = [
    ("\n", "\u{2581}<extra_id_22>"),
    ("\t", "\u{2581}<extra_id_33>"),
    ("  ", "\u{2581}<extra_id_23>"),
];
const PLUG_CODES: [(&str, &str); 3] =
    [("\n", "[unused22]"), ("\t", "[unused33]"), ("  ", "[unused23]")];

impl Answerer {
    /// Whether a file or folder is a model of this kind. What cannot be read is none, and neither is a GGUF file, whose long header
    /// is not read for that.
    pub fn recognises(path: &Path) -> bool {
        !is_gguf(path) && Checkpoint::open(path).is_ok_and(|file| architecture(&file).is_some())
    }

    /// Loads a T5, an mT5 or a PLUG (safetensors or a pickle, descriptions and vocabulary beside it).
    pub fn load(path: &Path, quantize: Option<Quantization>) -> Result<Self, Error> {
        let loaded = Self::read(&Checkpoint::open(path)?, quantize, &mut |_| {});
        crate::memory::give_back();
        loaded
    }

    /// Loads one and says how far it is.
    fn read(
        file: &Checkpoint,
        quantize: Option<Quantization>,
        progress: &mut dyn FnMut(f32),
    ) -> Result<Self, Error> {
        let keys = Keys::new(file, &file.config);
        let kind = match architecture(file) {
            Some("plug") => Kind::Plug,
            Some(_) => Kind::T5,
            None => {
                let other = keys.text("model_type").unwrap_or("unknown");
                return Err(file
                    .unsupported(format!(
                        "its architecture is `{other}`; supported for answers from passages are t5, mt5 and plug"
                    ))
                    .into());
            }
        };
        let tokenizer = Tokenizer::read(file)?;
        let tensors = Tensors::new(file, quantize, progress);
        let (writer, vocabulary): (Box<dyn Writer + Send + Sync>, usize) = match kind {
            Kind::T5 => {
                let model = t5::T5::load(&mut tensors.renamed(t5::plain_name), &keys)?;
                let vocabulary = model.vocabulary();
                (Box::new(model), vocabulary)
            }
            Kind::Plug => {
                let model = plug::Plug::load(&mut tensors.renamed(plug::plain_name), &keys)?;
                let vocabulary = model.vocabulary();
                (Box::new(model), vocabulary)
            }
        };
        if tokenizer.len() > vocabulary {
            return Err(file
                .damaged(format!(
                    "its tokenizer has {} tokens and its embeddings are for {vocabulary}",
                    tokenizer.len()
                ))
                .into());
        }
        Ok(Self { writer, kind, tokenizer })
    }

    /// Tokens of a passage that it can read.
    pub fn longest_passage(&self) -> usize {
        self.writer.longest_passage()
    }

    /// Writes an answer from passages; `None` where it was cancelled.
    pub fn answer(
        &self,
        passages: &[String],
        writing: &Writing,
        cancel: &Cancel,
    ) -> Result<Option<String>, Error> {
        let ids = self.ids(passages, writing.passage_length);
        let Some(written) = self.write(&ids, writing, &|| cancel.is_cancelled())? else {
            return Ok(None);
        };
        Ok(Some(self.decode(&written)))
    }

    /// Ids of passages, each cut to so many.
    fn ids(&self, passages: &[String], most: usize) -> Vec<Vec<u32>> {
        passages.iter().map(|passage| self.encode(passage, most)).collect()
    }

    /// Ids of a passage: what the model wants around it, cut on the right.
    pub(crate) fn encode(&self, passage: &str, most: usize) -> Vec<u32> {
        let text = coded(passage, self.codes());
        let most = most.min(self.longest_passage());
        match self.kind {
            Kind::Plug => self.tokenizer.encode_framed(&text, most),
            Kind::T5 => {
                let mut ids = self.tokenizer.encode(&text);
                ids.truncate(most.saturating_sub(1));
                ids.push(self.writer.end());
                ids
            }
        }
    }

    /// An answer's text.
    pub(crate) fn decode(&self, ids: &[u32]) -> String {
        let mut text = String::new();
        let mut detokenizer = self.tokenizer.detokenizer(true);
        for &id in ids {
            detokenizer.push(id, &mut text);
        }
        for (plain, code) in self.codes() {
            let bare = code.trim_start_matches('\u{2581}');
            text = text.replace(&format!(" {bare}"), plain).replace(bare, plain);
        }
        text
    }

    /// Writes ids from passages of ids; `None` where it was cancelled.
    pub(crate) fn write(
        &self,
        passages: &[Vec<u32>],
        writing: &Writing,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Option<Vec<u32>>, Error> {
        let broken = |e: candle_core::Error| Error::Stopped { reason: e.to_string() };
        if passages.iter().all(Vec::is_empty) {
            return Err(Error::EmptyPrompt);
        }
        if cancelled() {
            return Ok(None);
        }
        let states = self.states(passages).map_err(broken)?;
        let memory = self.writer.memory(&states).map_err(broken)?;
        let rules = Rules {
            end: self.writer.end(),
            min_length: writing.min_length,
            ngram: writing.no_repeat_ngram,
            penalty: writing.repetition_penalty,
            kind: match self.kind {
                Kind::T5 => Penalty::Transformers,
                Kind::Plug => Penalty::Plug,
            },
            biases: with_tokens_of_words(&self.tokenizer, &writing.sampling).logit_bias,
            banned: writing.banned.iter().map(|text| self.tokenizer.encode(text)).collect(),
        };
        if writing.beams > 1 {
            beam::search(&*self.writer, &memory, &rules, writing, cancelled)
        } else {
            beam::draw(&*self.writer, &memory, &rules, writing, cancelled)
        }
    }

    /// Logits behind each of `tokens`, which are written one after the other whatever the model would.
    #[cfg(test)]
    pub(crate) fn forced(&self, passages: &[Vec<u32>], tokens: &[u32]) -> Vec<Vec<f32>> {
        let memory = self.writer.memory(&self.states(passages).unwrap()).unwrap();
        let mut past = [vec![Past::default(); self.writer.layers()]];
        let step =
            |&token: &u32| self.writer.step(&[token], &mut past, &memory).unwrap().into_data();
        tokens.iter().map(step).collect()
    }

    /// States of all passages, below each other.
    fn states(&self, passages: &[Vec<u32>]) -> candle_core::Result<Rows> {
        let mut all: Vec<f32> = Vec::new();
        let mut width = 1;
        for passage in passages.iter().filter(|passage| !passage.is_empty()) {
            let states = self.writer.encode(passage)?;
            width = states.width();
            all.extend(states.data());
        }
        let mut states = Rows::zeros(all.len() / width, width);
        states.data_mut().copy_from_slice(&all);
        Ok(states)
    }

    fn codes(&self) -> &'static [(&'static str, &'static str)] {
        match self.kind {
            Kind::T5 => &T5_CODES,
            Kind::Plug => &PLUG_CODES,
        }
    }
}

fn is_gguf(path: &Path) -> bool {
    let mut first = [0; 4];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut first));
    read.is_ok() && &first == b"GGUF"
}

/// `t5`, `mt5` or `plug`; `None` for anything else.
fn architecture(file: &Checkpoint) -> Option<&'static str> {
    match Keys::new(file, &file.config).text("model_type") {
        Some("t5") => Some("t5"),
        Some("mt5") => Some("mt5"),
        Some("plug") => Some("plug"),
        // PLUG's own description has no type.
        None if !file.config["dec_layers"].is_null() => Some("plug"),
        _ => None,
    }
}

fn coded(text: &str, codes: &[(&str, &str)]) -> String {
    codes.iter().fold(text.to_owned(), |text, (plain, code)| text.replace(plain, code))
}

impl std::fmt::Debug for Answerer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answerer").field("kind", &self.kind).finish_non_exhaustive()
    }
}
