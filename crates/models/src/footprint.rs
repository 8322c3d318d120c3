//! How much memory things take: worked out from what a file says about itself, before it is loaded.
//!
//! The formulas follow what our engine allocates (weights as stored, a KV cache that grows with the conversation, the rows of
//! one piece of a prompt) and are checked against measured peaks by `hanashi bench plan`; docs/install.md has the figures.
//! Where a file is not here yet only its size is known, and an upper bound stands in for its shape.

use serde::{Deserialize, Serialize};

/// Tokens of a prompt that are read at a time (`llm`'s `CHUNK`).
const CHUNK: u64 = 256;
/// Queries that one job of attention takes at most (`llm`'s `MANY_QUERIES`), and positions of which it keeps scores at a time (`SPAN`).
const QUERIES: u64 = 64;
const SPAN: u64 = 1024;
/// Bytes that a token of the vocabulary takes in our tokenizer: measured, 245 with tokens of about 16 letters.
const PER_TOKEN: u64 = 245;
/// Bytes that a merge takes: a key, two values and the table around them.
const PER_MERGE: u64 = 64;
/// Bytes of a number in the KV cache (half floats).
const CACHE_NUMBER: u64 = 2;
/// A number of a row that does not fill the larger blocks, in sixteenths of a bit: Q8_0.
const NARROW: u64 = 136;
/// What a program takes that has loaded a model and read something, whatever the model: code that runs for the first time, stacks of
/// threads. Measured with a model of 8 MB (docs/install.md).
const RUNNING: u64 = 6_000_000;
/// Bytes of a file below which the shapes of small models bound what is not known of one.
const SMALLER: u64 = 6_000_000_000;
/// No model comes near these; what claims more is not planned for.
const MOST: u64 = 1 << 24;

/// What a language model looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Blocks.
    pub layers: u64,
    /// Width of the residual stream.
    pub width: u64,
    /// Width inside the feed-forward part.
    pub hidden: u64,
    /// Query heads.
    pub heads: u64,
    /// Key and value heads.
    pub kv_heads: u64,
    /// Numbers a head.
    pub head_dim: u64,
    /// Tokens of the vocabulary.
    pub vocabulary: u64,
    /// Merges of the tokenizer.
    pub merges: u64,
    /// Longest text that the model was made for, in tokens.
    pub context: u64,
    /// Bytes of all tensors.
    pub tensor_bytes: u64,
}

impl Shape {
    /// False for numbers that no model has: they are a stranger's, and must not overflow anything.
    pub(crate) fn plausible(&self) -> bool {
        [self.layers, self.width, self.hidden, self.heads, self.kv_heads, self.head_dim]
            .iter()
            .all(|&n| (1..MOST).contains(&n))
            && self.vocabulary < MOST
            && self.merges < MOST
            && self.layers * self.kv_heads < MOST
            && self.tensor_bytes < 1 << 50
    }

    /// Bytes of KV cache that each token of the conversation takes.
    pub fn cache_per_token(&self) -> u64 {
        2 * self.layers * self.kv_heads * self.head_dim * CACHE_NUMBER
    }
}

/// What the cache of a language model is made of: the part of a [`Shape`] that its size on the disk does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyValues {
    /// Blocks.
    pub layers: u64,
    /// Key and value heads.
    pub heads: u64,
    /// Numbers a head.
    pub dim: u64,
}

impl KeyValues {
    /// False for numbers that no model has.
    pub(crate) fn plausible(&self) -> bool {
        [self.layers, self.heads, self.dim].iter().all(|&n| (1..=1 << 14).contains(&n))
    }

    /// The most that a grouped-query model of a file of `file` bytes with `numbers` numbers in it keeps: 36 layers of 8 key heads of 128
    /// numbers up to 6 GB, 64 layers above, and of small ones no more than their numbers allow. A layer has at least ten times its width
    /// squared of them (attention two to four, the feed-forward part six and more), keys are no wider than the layer, and a layer is at
    /// least 19 times as wide as there are layers: those of the families of docs/models.md are.
    pub(crate) fn at_most(file: u64, numbers: u64) -> Self {
        let most = if file < SMALLER { 36 } else { 64 };
        let width = |layers: u64| (numbers / (10 * layers)).isqrt();
        (1..=most)
            .filter(|&layers| width(layers) >= 19 * layers)
            .map(|layers| Self { layers, heads: 1, dim: width(layers).clamp(1, 1024) })
            .max_by_key(|one| one.layers * one.dim)
            .unwrap_or(Self { layers: 1, heads: 1, dim: 1024 })
    }
}

/// How a language model is going to be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chat {
    /// Tokens of context that are set up.
    pub context: u64,
    /// The branch that was left last is kept beside the one at work.
    pub branches: bool,
    /// Threads that compute.
    pub threads: u64,
    /// What weights in plain floats are brought into while they are loaded.
    pub quantize: Quantize,
    /// How keys and values are kept.
    pub cache: CacheNumbers,
}

/// Numbers of the KV cache (`llm`'s `CacheFormat`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CacheNumbers {
    /// Half floats.
    #[default]
    Half,
    /// Floats.
    Full,
    /// Eight bits, and a half float for every 32.
    Eight,
}

impl CacheNumbers {
    /// Bytes of what takes so many as half floats.
    fn of(self, halves: u64) -> u64 {
        match self {
            Self::Half => halves,
            Self::Full => halves.saturating_mul(2),
            Self::Eight => halves / 64 * 34,
        }
    }
}

/// What weights in plain floats become; those in blocks stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quantize {
    /// What they are.
    #[default]
    AsIs,
    /// Eight bits and a half.
    Q8,
    /// Six and a half.
    Q6,
    /// Five and a half.
    Q5,
    /// Four and a half.
    Q4,
}

impl Quantize {
    /// A number in products, in sixteenths of a bit (source: the block formats of ggml).
    fn sixteenths(self) -> Option<u64> {
        match self {
            Self::AsIs => None,
            Self::Q8 => Some(136),
            Self::Q6 => Some(105),
            Self::Q5 => Some(88),
            Self::Q4 => Some(72),
        }
    }

    /// Embeddings and outputs get at least six bits (`llm`'s `Quantization::of_tables`).
    fn of_tables(self) -> Self {
        match self {
            Self::AsIs | Self::Q8 => self,
            Self::Q6 | Self::Q5 | Self::Q4 => Self::Q6,
        }
    }

    /// Bytes of a file of half floats after that: what stands in where only its size is known.
    fn of_file(self, size: u64) -> u64 {
        // Sixteen bits a number, so that a number in sixteenths of a bit is a 256th of it.
        self.sixteenths().map_or(size, |part| (u128::from(size) * u128::from(part) / 256) as u64)
    }

    /// Its short name, where there is something to name.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::AsIs => "",
            Self::Q8 => "@q8",
            Self::Q6 => "@q6",
            Self::Q5 => "@q5",
            Self::Q4 => "@q4",
        }
    }
}

/// Numbers of one use, and the bytes that they take as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Numbers {
    /// How many.
    pub numbers: u64,
    /// In bytes.
    pub stored: u64,
    /// Those of them in rows that do not fill blocks of 256: they get eight bits and a half, whatever is asked for.
    pub narrow: u64,
    /// Those in rows that fill no blocks at all, and their bytes: they stay as they are.
    pub odd: u64,
    /// In bytes.
    pub odd_stored: u64,
}

impl Numbers {
    /// Counts one tensor more, with rows of `columns` (`llm`'s `Quantization::for_rows_of`).
    pub(crate) fn add(&mut self, numbers: u64, stored: u64, columns: u64) {
        self.numbers = self.numbers.saturating_add(numbers);
        self.stored = self.stored.saturating_add(stored);
        if columns == 0 || !columns.is_multiple_of(32) {
            self.odd = self.odd.saturating_add(numbers);
            self.odd_stored = self.odd_stored.saturating_add(stored);
        } else if !columns.is_multiple_of(256) {
            self.narrow = self.narrow.saturating_add(numbers);
        }
    }

    fn after(self, quantize: Quantize) -> u64 {
        let Some(part) = quantize.sixteenths() else { return self.stored };
        let bytes = |numbers: u64, part: u64| u128::from(numbers) * u128::from(part) / 128;
        let wide = self.numbers.saturating_sub(self.narrow).saturating_sub(self.odd);
        let blocks = bytes(wide, part) + bytes(self.narrow, NARROW);
        self.odd_stored.saturating_add(u64::try_from(blocks).unwrap_or(u64::MAX))
    }
}

/// Weights in plain floats, by what may become of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Plain {
    /// Matrices that multiply.
    pub products: Numbers,
    /// Embeddings and outputs.
    pub tables: Numbers,
    /// Bytes of norms and biases, which are kept as they are.
    pub rest: u64,
}

impl Plain {
    /// Bytes as stored.
    pub(crate) fn stored(&self) -> u64 {
        self.after(Quantize::AsIs)
    }

    /// Bytes once loaded.
    pub(crate) fn after(&self, quantize: Quantize) -> u64 {
        [self.tables.after(quantize.of_tables()), self.rest]
            .iter()
            .fold(self.products.after(quantize), |sum, &part| sum.saturating_add(part))
    }
}

/// What something takes, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Footprint {
    /// The weights.
    pub weights: u64,
    /// What grows with the conversation, when it is as long as the context.
    pub cache: u64,
    /// What computing takes beside that.
    pub scratch: u64,
    /// Vocabulary and the like.
    pub tables: u64,
    /// Only the size was known: this is an upper bound.
    pub estimated: bool,
}

impl Footprint {
    /// All of it.
    pub fn total(&self) -> u64 {
        [self.cache, self.scratch, self.tables]
            .iter()
            .fold(self.weights, |sum, &part| sum.saturating_add(part))
    }
}

/// What a language model takes.
pub fn chat(shape: &Shape, chat: &Chat) -> Footprint {
    let context = chat.context.min(shape.context).clamp(1, MOST);
    let padded = context.next_multiple_of(16);
    let caches = if chat.branches { 2 } else { 1 };
    let rows = CHUNK.min(context);
    let query = shape.heads * shape.head_dim;
    let kv = shape.kv_heads * shape.head_dim;
    let attention = 3 * shape.width + 2 * query + 2 * kv;
    let feed_forward = 3 * shape.width + 3 * shape.hidden;
    // Rows of f32, once more for what they are rounded to on the way into a product; and the logits.
    let numbers = rows * attention.max(feed_forward) * 5 / 4 + shape.vocabulary;
    let scores = chat.threads.max(1) * QUERIES * padded.min(SPAN);
    Footprint {
        weights: shape.tensor_bytes,
        cache: chat.cache.of((caches * shape.cache_per_token()).saturating_mul(padded)),
        scratch: RUNNING + 4 * (numbers + scores),
        tables: PER_TOKEN * shape.vocabulary + PER_MERGE * shape.merges,
        estimated: false,
    }
}

/// What a language model takes of which only the size of its file is known, and `cache` where somebody says it. Where nobody does it is
/// bounded by the numbers that the file can have, of four bits each: few models are stored in less.
pub fn chat_by_size(file: u64, cache: Option<KeyValues>, how: &Chat) -> Footprint {
    let cache = cache.unwrap_or_else(|| KeyValues::at_most(file, file.saturating_mul(2)));
    let shape = Shape {
        layers: cache.layers,
        width: if file < SMALLER { 2560 } else { 5120 },
        hidden: if file < SMALLER { 9728 } else { 25_600 },
        heads: 40,
        kv_heads: cache.heads,
        head_dim: cache.dim,
        vocabulary: 151_936,
        merges: 151_387,
        context: u64::MAX,
        tensor_bytes: file,
    };
    Footprint { estimated: true, ..chat(&shape, how) }
}

/// What a folder of plain weights takes once they are what `how` says.
pub fn folder(shape: &Shape, plain: &Plain, how: &Chat) -> Footprint {
    chat(&Shape { tensor_bytes: plain.after(how.quantize), ..*shape }, how)
}

/// The same where only its size is known. Weights may be floats of any width: half floats are the usual ones.
pub fn folder_by_size(size: u64, cache: Option<KeyValues>, how: &Chat) -> Footprint {
    let cache = cache.unwrap_or_else(|| KeyValues::at_most(how.quantize.of_file(size), size / 2));
    chat_by_size(how.quantize.of_file(size), Some(cache), how)
}

/// What a Whisper model looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhisperShape {
    /// Layers of the encoder.
    pub layers: u32,
    /// Frames that the encoder sees.
    pub context: u32,
    /// Width of the encoder.
    pub state: u32,
    /// Heads of the encoder.
    pub heads: u32,
    /// Layers of the decoder.
    pub text_layers: u32,
    /// Tokens that the decoder sees.
    pub text_context: u32,
    /// Width of the decoder.
    pub text_state: u32,
    /// Tokens of the vocabulary.
    pub vocabulary: u32,
    /// Bytes of all tensors.
    pub tensor_bytes: u64,
}

/// What a recogniser takes: weights, the three caches that `whisper_init_state` sets up (source: whisper.cpp), the scores of
/// one layer's attention over the whole window, and the rows of its feed-forward part.
pub fn ears(shape: &WhisperShape) -> Footprint {
    let n = |number: u32| u64::from(number).min(1 << 16);
    let padded = |number: u32| n(number).next_multiple_of(256);
    let own = 2 * n(shape.text_layers) * padded(shape.text_context) * n(shape.text_state);
    let cross = 2 * n(shape.text_layers) * padded(shape.context) * n(shape.text_state);
    let pad = 2 * padded(shape.context) * n(shape.state);
    let scores = n(shape.context) * n(shape.context) * n(shape.heads);
    let rows = n(shape.context) * n(shape.state) * 12;
    Footprint {
        weights: shape.tensor_bytes,
        cache: CACHE_NUMBER * (own + cross + pad),
        scratch: 4 * (scores + rows),
        tables: PER_TOKEN * n(shape.vocabulary),
        estimated: false,
    }
}

/// What a recogniser takes of which only the size of its file is known: the caches and scores of the large ones weigh as much
/// as their weights do, those of the small ones twice as much.
pub fn ears_by_size(file: u64) -> Footprint {
    Footprint {
        weights: file,
        cache: (file / 2).min(400_000_000),
        scratch: 150_000_000 + file / 5,
        tables: 13_000_000,
        estimated: true,
    }
}

/// What a Piper voice takes: the file's weights as ONNX Runtime packs them beside the graph, its arena, and the library.
pub fn voice(file: u64) -> Footprint {
    Footprint {
        weights: file * 2,
        cache: 0,
        scratch: 60_000_000,
        tables: 20_000_000,
        estimated: true,
    }
}

/// What a model that draws takes, at most: its parts are there one after the other, in sixteen bits where memory asks for it. What it
/// takes for one picture is planned when it draws.
pub fn pictures(numbers: u64) -> Footprint {
    Footprint {
        weights: numbers.saturating_mul(2),
        cache: 0,
        scratch: 1_500_000_000,
        tables: 0,
        estimated: true,
    }
}

/// What an encoder takes: its weights as stored, the rows of one text, its vocabulary. `bytes` are those of the weights, or of all
/// files where only that is known.
pub fn encoder(bytes: u64, estimated: bool) -> Footprint {
    Footprint { weights: bytes, cache: 0, scratch: 40_000_000, tables: 60_000_000, estimated }
}

#[cfg(test)]
#[path = "footprint_tests.rs"]
mod tests;
