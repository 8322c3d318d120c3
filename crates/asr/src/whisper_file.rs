//! Looks into a Whisper model file before whisper.cpp does.
//!
//! whisper.cpp trusts its files: a wrong number of layers, an unknown tensor type or a short file make it abort the whole
//! program. So every number, name, shape and length is checked here first, and what is wrong becomes a sentence.
//!
//! Layout (all little-endian): magic `ggml`; eleven `i32` hyper-parameters; the mel filters; the vocabulary; then tensors, each
//! with dimensions, name and data, until the end of the file.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use domain::{Millis, Problem, ProblemKind};

const MAGIC: u32 = 0x6767_6d6c;
/// Frequency bins of whisper.cpp's spectrum.
const BINS: i32 = 201;
/// Longest word piece in a vocabulary.
const LONGEST_WORD: u32 = 1_024;
/// whisper.cpp quantises with versions; the version is this many times the number.
const VERSION_FACTOR: i32 = 1_000;

/// What a Whisper file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhisperFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Length in bytes.
    pub bytes: u64,
    /// False for files without tensors, which whisper.cpp loads and which never recognise anything.
    pub has_weights: bool,
    /// True where it knows other languages than English.
    pub multilingual: bool,
    /// `tiny`, `base`, `small`, `medium`, `large`, or `custom`.
    pub size: &'static str,
    /// How the weights are stored (`f16`, `q5_0`, …).
    pub weights: &'static str,
    /// How much sound it hears at once.
    pub window_ms: Millis,
}

/// How one number type is stored: name, bytes of a block, numbers in a block.
type Storage = (&'static str, u64, u64);

/// By the tensor's type number.
fn storage(number: i32) -> Option<Storage> {
    Some(match number {
        0 => ("f32", 4, 1),
        1 => ("f16", 2, 1),
        2 => ("q4_0", 18, 32),
        3 => ("q4_1", 20, 32),
        6 => ("q5_0", 22, 32),
        7 => ("q5_1", 24, 32),
        8 => ("q8_0", 34, 32),
        10 => ("q2_k", 84, 256),
        11 => ("q3_k", 110, 256),
        12 => ("q4_k", 144, 256),
        13 => ("q5_k", 176, 256),
        14 => ("q6_k", 210, 256),
        _ => return None,
    })
}

/// The type number of the big tensors, by the file's `ftype`.
fn big_type(ftype: i32) -> Option<i32> {
    Some(match ftype {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 3,
        7 => 8,
        8 => 6,
        9 => 7,
        10..=14 => ftype,
        _ => return None,
    })
}

/// The hyper-parameters that shape the tensors.
#[derive(Debug, Clone, Copy)]
struct Shape {
    vocabulary: i32,
    audio_context: i32,
    state: i32,
    audio_layers: i32,
    text_context: i32,
    text_layers: i32,
    mels: i32,
    big: i32,
}

/// Reads and checks a file. Every failure names the file, the reason and the remedy.
pub fn inspect(path: &Path) -> Result<WhisperFile, Problem> {
    let missing = |error: std::io::Error| {
        Problem::new(
            ProblemKind::Missing,
            format!("the recogniser `{}` cannot be opened ({error})", path.display()),
            "check the path, or choose another recogniser in the settings",
        )
    };
    let file = File::open(path).map_err(missing)?;
    let about = file.metadata().map_err(missing)?;
    if !about.is_file() {
        return Err(refuse(path, "it is not a file"));
    }
    let mut reader = Reader { input: BufReader::new(file), path, bytes: about.len(), at: 0 };
    let shape = reader.shape()?;
    reader.filters(&shape)?;
    reader.vocabulary(&shape)?;
    let has_weights = reader.tensors(&shape)?;
    Ok(WhisperFile {
        path: path.to_owned(),
        bytes: about.len(),
        has_weights,
        multilingual: shape.vocabulary >= 51_865,
        size: match shape.state {
            384 => "tiny",
            512 => "base",
            768 => "small",
            1_024 => "medium",
            1_280 => "large",
            _ => "custom",
        },
        weights: storage(shape.big).map_or("unknown", |(name, _, _)| name),
        // One position of the encoder is 20 ms.
        window_ms: shape.audio_context as Millis * 20,
    })
}

fn refuse(path: &Path, reason: &str) -> Problem {
    Problem::new(
        ProblemKind::Damaged,
        format!("`{}` is not a usable Whisper model: {reason}", path.display()),
        "fetch it again, or choose another recogniser (whisper.cpp's `ggml-….bin` files work)",
    )
}

struct Reader<'a> {
    input: BufReader<File>,
    path: &'a Path,
    bytes: u64,
    at: u64,
}

impl Reader<'_> {
    fn wrong(&self, reason: &str) -> Problem {
        refuse(self.path, reason)
    }

    fn exact<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        let mut buffer = [0; N];
        self.input.read_exact(&mut buffer).map_err(|_| self.cut_off())?;
        self.at += N as u64;
        Ok(buffer)
    }

    fn cut_off(&self) -> Problem {
        self.wrong(&format!("it is cut off after {} bytes", self.bytes))
    }

    fn number(&mut self) -> Result<i32, Problem> {
        self.exact().map(i32::from_le_bytes)
    }

    /// Skips bytes that must be there.
    fn skip(&mut self, count: u64) -> Result<(), Problem> {
        if count > self.bytes.saturating_sub(self.at) {
            return Err(self.cut_off());
        }
        self.at += count;
        let offset = i64::try_from(count).map_err(|_| self.cut_off())?;
        self.input.seek_relative(offset).map_err(|_| self.cut_off())
    }

    fn word(&mut self, length: u32) -> Result<Vec<u8>, Problem> {
        let mut word = vec![0; length as usize];
        self.input.read_exact(&mut word).map_err(|_| self.cut_off())?;
        self.at += u64::from(length);
        Ok(word)
    }

    fn shape(&mut self) -> Result<Shape, Problem> {
        if self.bytes < 4 {
            return Err(self.wrong("it is empty"));
        }
        let magic = self.exact::<4>()?;
        if &magic == b"GGUF" {
            return Err(self.wrong("it is a GGUF file, which is how language models are stored"));
        }
        if u32::from_le_bytes(magic) != MAGIC {
            return Err(self.wrong("it does not begin like one"));
        }
        let mut n = [0; 11];
        for slot in &mut n {
            *slot = self.number()?;
        }
        let [
            vocabulary,
            audio_context,
            state,
            audio_heads,
            audio_layers,
            text_context,
            text_state,
            text_heads,
            text_layers,
            mels,
            ftype,
        ] = n;
        let big = big_type(ftype.rem_euclid(VERSION_FACTOR));
        let divides = |heads: i32| heads > 0 && state % heads == 0;
        let sane = (51_864..=51_866).contains(&vocabulary)
            && (64..=3_000).contains(&audio_context)
            && (32..=4_096).contains(&state)
            && state == text_state
            && divides(audio_heads)
            && divides(text_heads)
            && (1..=64).contains(&audio_layers)
            && (16..=4_096).contains(&text_context)
            && (1..=64).contains(&text_layers)
            && (mels == 80 || mels == 128)
            && ftype >= 0;
        let (true, Some(big)) = (sane, big) else {
            return Err(self.wrong(&format!("its header makes no sense ({n:?})")));
        };
        let block = storage(big).map_or(1, |(_, _, block)| block);
        if u64::from(state.unsigned_abs()) % block != 0 {
            return Err(self.wrong("its weights do not fit their storage type"));
        }
        Ok(Shape {
            vocabulary,
            audio_context,
            state,
            audio_layers,
            text_context,
            text_layers,
            mels,
            big,
        })
    }

    fn filters(&mut self, shape: &Shape) -> Result<(), Problem> {
        let (mels, bins) = (self.number()?, self.number()?);
        if mels != shape.mels || bins != BINS {
            return Err(self.wrong(&format!("its sound filters are {mels} by {bins}")));
        }
        self.skip(u64::from(mels.unsigned_abs()) * u64::from(BINS.unsigned_abs()) * 4)
    }

    fn vocabulary(&mut self, shape: &Shape) -> Result<(), Problem> {
        let count = self.number()?;
        if !(50_000..=shape.vocabulary).contains(&count) {
            return Err(self.wrong(&format!("its vocabulary has {count} entries")));
        }
        let mut blank = false;
        for _ in 0..count {
            let length = self.exact().map(u32::from_le_bytes)?;
            if length > LONGEST_WORD {
                return Err(self.wrong("its vocabulary is damaged"));
            }
            if length == 1 {
                blank |= self.word(1)? == b" ";
            } else {
                self.skip(u64::from(length))?;
            }
        }
        // whisper.cpp looks this one up with an exception, which would end the program.
        if blank { Ok(()) } else { Err(self.wrong("its vocabulary has no blank")) }
    }

    /// Walks all tensors; answers whether there are any.
    fn tensors(&mut self, shape: &Shape) -> Result<bool, Problem> {
        let mut expected = shape.tensors();
        let all = expected.len();
        while self.at < self.bytes {
            let (dimensions, length, kind) = (self.number()?, self.number()?, self.number()?);
            if !(1..=3).contains(&dimensions) || !(1..=256).contains(&length) {
                return Err(self.wrong(&format!("it is damaged at byte {}", self.at)));
            }
            let mut sizes = [1; 3];
            for size in sizes.iter_mut().take(dimensions as usize) {
                *size = self.number()?;
            }
            let name = self.word(length.unsigned_abs())?;
            let name = String::from_utf8_lossy(&name).into_owned();
            let Some((wanted, wanted_kind)) = expected.remove(&name) else {
                return Err(self.wrong(&format!("it holds an unknown part (`{name}`)")));
            };
            let (true, Some((_, bytes, block))) =
                (sizes == wanted && kind == wanted_kind, storage(kind))
            else {
                return Err(self.wrong(&format!("its part `{name}` has a wrong shape or type")));
            };
            let numbers: u64 = sizes.iter().map(|&size| u64::from(size.unsigned_abs())).product();
            self.skip(numbers / block * bytes)?;
        }
        if expected.len() == all {
            return Ok(false);
        }
        match expected.into_keys().min() {
            None => Ok(true),
            Some(name) => Err(self.wrong(&format!("it is cut off: `{name}` is missing"))),
        }
    }
}

impl Shape {
    /// All tensors that must be there: name → sizes and type number.
    fn tensors(&self) -> HashMap<String, ([i32; 3], i32)> {
        // Convolutions are never quantised further than to halves.
        let convolution = i32::from(self.big != 0);
        let (state, big) = (self.state, self.big);
        let mut all = HashMap::new();
        let mut add = |name: String, sizes: [i32; 3], kind: i32| {
            all.insert(name, (sizes, kind));
        };
        let pair = |add: &mut dyn FnMut(String, [i32; 3], i32), name: &str| {
            add(format!("{name}.weight"), [state, 1, 1], 0);
            add(format!("{name}.bias"), [state, 1, 1], 0);
        };
        add("encoder.positional_embedding".into(), [state, self.audio_context, 1], 0);
        add("encoder.conv1.weight".into(), [3, self.mels, state], convolution);
        add("encoder.conv1.bias".into(), [1, state, 1], 0);
        add("encoder.conv2.weight".into(), [3, state, state], convolution);
        add("encoder.conv2.bias".into(), [1, state, 1], 0);
        pair(&mut add, "encoder.ln_post");
        add("decoder.positional_embedding".into(), [state, self.text_context, 1], 0);
        add("decoder.token_embedding.weight".into(), [state, self.vocabulary, 1], big);
        pair(&mut add, "decoder.ln");
        let blocks = (0..self.audio_layers)
            .map(|layer| (format!("encoder.blocks.{layer}"), false))
            .chain((0..self.text_layers).map(|layer| (format!("decoder.blocks.{layer}"), true)));
        for (block, crossed) in blocks {
            pair(&mut add, &format!("{block}.mlp_ln"));
            add(format!("{block}.mlp.0.weight"), [state, 4 * state, 1], big);
            add(format!("{block}.mlp.0.bias"), [4 * state, 1, 1], 0);
            add(format!("{block}.mlp.2.weight"), [4 * state, state, 1], big);
            add(format!("{block}.mlp.2.bias"), [state, 1, 1], 0);
            for attention in ["attn", "cross_attn"].into_iter().take(1 + usize::from(crossed)) {
                pair(&mut add, &format!("{block}.{attention}_ln"));
                for part in ["query", "key", "value", "out"] {
                    add(format!("{block}.{attention}.{part}.weight"), [state, state, 1], big);
                    if part != "key" {
                        add(format!("{block}.{attention}.{part}.bias"), [state, 1, 1], 0);
                    }
                }
            }
        }
        all
    }
}

#[cfg(test)]
#[path = "whisper_file_tests.rs"]
mod tests;
