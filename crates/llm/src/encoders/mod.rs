//! Texts to vectors: BERT and XLM-R encoders, pooled and brought to unit length, behind [`domain::Embedder`].

pub(crate) mod bert;
mod family;

use std::path::Path;
use std::sync::Mutex;

use domain::{Embedder, Problem};
use weights::Checkpoint;

use crate::Error;
use crate::decoder::matrix::Rows;
use crate::tensors::{Quantization, Tensors};
use crate::tokenizer::{self, Tokenizer};
use bert::Bert;

/// How a text's tokens become one vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooling {
    /// The mean of all (E5, most sentence-transformers).
    Mean,
    /// The first token's (BGE).
    First,
}

/// A loaded encoder. Calls from several threads take turns.
pub struct Encoder {
    model: Bert,
    tokenizer: Tokenizer,
    pooling: Pooling,
    before: family::Before,
    /// Tokens of a text that are read, the first and last among them.
    most: usize,
    name: String,
    fingerprint: [u8; 32],
    turn: Mutex<()>,
}

impl Encoder {
    /// Loads a model of the BERT or XLM-R family (safetensors or a pickle, with its descriptions beside it). `pooling` is what
    /// the files of sentence-transformers beside it say, or else what its family does, unless it is given.
    pub fn load(
        path: &Path,
        pooling: Option<Pooling>,
        quantize: Option<Quantization>,
    ) -> Result<Self, Error> {
        let file = Checkpoint::open(path)?;
        let config = bert::Config::read(&file)?;
        let known_as = family::name(&file, path);
        let pooling = match pooling {
            Some(pooling) => pooling,
            None => {
                family::pooling(file.folder(), &known_as).map_err(|why| file.unsupported(why))?
            }
        };
        if let Some(layer) = family::layer_behind(file.folder()) {
            return Err(file.unsupported(format!("its vectors go through `{layer}`")).into());
        }
        let tokenizer = Tokenizer::read(&file)?;
        if tokenizer.len() > config.vocabulary {
            return Err(file
                .damaged(format!(
                    "its tokenizer has {} tokens and its embeddings are for {}",
                    tokenizer.len(),
                    config.vocabulary
                ))
                .into());
        }
        let stated = tokenizer::beside(&file.folder().join("sentence_bert_config.json"));
        let stated = stated["max_seq_length"].as_u64().unwrap_or(u64::MAX).max(3);
        let most = config.most_tokens().min(usize::try_from(stated).unwrap_or(usize::MAX));
        let mut progress = |_| ();
        let mut tensors = Tensors::new(&file, quantize, &mut progress).renamed(bert::plain_name);
        let model = Bert::load(&mut tensors, config)?;
        let before = family::before(file.folder(), &known_as);
        let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let variant = format!("{pooling:?} {quantize:?} {most}");
        let fingerprint = crate::saved::fingerprint(file.files(), &variant)
            .map_err(|error| Error::Stopped { reason: error.to_string() })?;
        let turn = Mutex::new(());
        crate::memory::give_back();
        Ok(Self { model, tokenizer, pooling, before, most, name, fingerprint, turn })
    }

    /// What stands before a question: the encoder was trained with it, and does badly without.
    pub fn before_question(&self) -> &str {
        &self.before.question
    }

    /// What stands before a text that is searched.
    pub fn before_passage(&self) -> &str {
        &self.before.passage
    }

    /// Numbers of a vector.
    pub fn width(&self) -> usize {
        self.model.width()
    }

    /// What tells this encoder from any other: vectors of different ones must not be compared.
    pub fn fingerprint(&self) -> String {
        use std::fmt::Write as _;
        self.fingerprint.iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a text cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// What is read of a text.
    pub(crate) fn ids(&self, text: &str) -> Vec<u32> {
        self.tokenizer.encode_framed(text, self.most)
    }

    /// One text's vector of unit length.
    pub fn vector(&self, text: &str) -> Result<Vec<f32>, Error> {
        let ids = self.ids(text);
        if ids.is_empty() {
            return Err(Error::EmptyPrompt);
        }
        // Each text by itself: no padding, so nothing to mask.
        let states =
            self.model.forward(&ids).map_err(|e| Error::Stopped { reason: e.to_string() })?;
        let mut vector = pool(&states, self.pooling);
        let length = vector.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt();
        if !(length.is_finite() && length > 0.0) {
            return Err(Error::BadLogits { model: self.name.clone(), tokens: ids.len() });
        }
        for x in &mut vector {
            *x = (f64::from(*x) / length) as f32;
        }
        Ok(vector)
    }
}

fn pool(states: &Rows, pooling: Pooling) -> Vec<f32> {
    let width = states.width();
    match pooling {
        Pooling::First => states.data()[..width].to_vec(),
        Pooling::Mean => {
            let mut sum = vec![0.0; width];
            for row in states.data().chunks_exact(width) {
                for (sum, x) in sum.iter_mut().zip(row) {
                    *sum += x;
                }
            }
            for sum in &mut sum {
                *sum /= states.count() as f32;
            }
            sum
        }
    }
}

impl Embedder for Encoder {
    fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, Problem> {
        let one = |text: &String| {
            // Given back after every text, so that a question waits for no more than one of a long list.
            let _turn = self.turn.lock();
            self.vector(text).map_err(Problem::from)
        };
        texts.iter().map(one).collect()
    }
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder").field("name", &self.name).finish_non_exhaustive()
    }
}
