//! A SentencePiece model's pieces and rules, from GGUF metadata or from a `tokenizer.model` (a protocol-buffers message).

use weights::gguf::{Array, Value};
use weights::{Checkpoint, Error};

use super::charsmap::CharsMap;
use super::uses::Uses;
use super::vocabulary::{Kind, kind};

/// The longest `tokenizer.model`; that of Gemma's 256,000 pieces has 4 MB.
pub(super) const MAX_BYTES: u64 = 1 << 26;

/// How a text is cut into pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// The best pair is merged first.
    Merges,
    /// The most probable whole is chosen.
    Unigram,
}

/// Everything about a SentencePiece model.
#[derive(Debug)]
pub(super) struct Pieces {
    pub(super) algorithm: Algorithm,
    pub(super) texts: Vec<String>,
    pub(super) kinds: Vec<Kind>,
    pub(super) scores: Vec<f32>,
    /// A space is put before a text.
    pub(super) add_space: bool,
    /// Spaces in a row become one, and those at the ends none.
    pub(super) collapse: bool,
    pub(super) charsmap: Option<CharsMap>,
    pub(super) uses: Uses,
}

impl Pieces {
    /// From GGUF metadata.
    pub(super) fn from_gguf(file: &Checkpoint, algorithm: Algorithm) -> Result<Self, Error> {
        let metadata = &file.metadata;
        let texts = metadata
            .strings("tokenizer.ggml.tokens")
            .ok_or_else(|| file.damaged("its tokenizer has no tokens"))?
            .to_vec();
        let count = texts.len();
        let fit = |what: &str, length: usize| {
            if length == count {
                return Ok(());
            }
            Err(file.damaged(format!("its tokenizer has {count} tokens and {length} {what}")))
        };
        let kinds = match metadata.ints("tokenizer.ggml.token_type") {
            None => vec![Kind::Normal; count],
            Some(numbers) => {
                fit("token types", numbers.len())?;
                numbers.iter().map(|&n| kind(n)).collect()
            }
        };
        let scores = metadata
            .floats("tokenizer.ggml.scores")
            .ok_or_else(|| file.damaged("its tokenizer has no scores"))?
            .to_vec();
        fit("scores", scores.len())?;
        let table: Vec<u8> = match metadata.get("tokenizer.ggml.precompiled_charsmap") {
            Some(Value::Array(Array::Ints(numbers))) => {
                numbers.iter().map(|n| n.to_le_bytes()[0]).collect()
            }
            _ => Vec::new(),
        };
        let flag = |key: &str| metadata.bool(&format!("tokenizer.ggml.{key}"));
        Ok(Self {
            algorithm,
            texts,
            kinds,
            scores,
            add_space: flag("add_space_prefix").unwrap_or(true),
            collapse: flag("remove_extra_whitespaces").unwrap_or(false),
            charsmap: CharsMap::read(&table).map_err(|reason| file.damaged(reason))?,
            uses: Uses::from_gguf(metadata),
        })
    }

    /// From the bytes of a `tokenizer.model`; what is wrong where they are none.
    pub(super) fn from_model(bytes: &[u8]) -> Result<Self, String> {
        let mut pieces = Self {
            algorithm: Algorithm::Unigram,
            texts: Vec::new(),
            kinds: Vec::new(),
            scores: Vec::new(),
            add_space: true,
            collapse: true,
            charsmap: None,
            uses: Uses::default(),
        };
        // Field numbers are those of sentencepiece_model.proto. Ids have defaults that files may leave out.
        let (mut unknown, mut bos, mut eos) = (0i64, 1i64, 2i64);
        let mut message = Message { bytes };
        while let Some((field, value)) = message.next()? {
            match (field, value) {
                (1, Field::Bytes(piece)) => pieces.piece(piece)?,
                (2, Field::Bytes(trainer)) => {
                    let mut message = Message { bytes: trainer };
                    while let Some((field, value)) = message.next()? {
                        match (field, value) {
                            (3, Field::Number(2)) => pieces.algorithm = Algorithm::Merges,
                            (3, Field::Number(3 | 4)) => {
                                return Err("it cuts texts into words or characters".into());
                            }
                            (40, Field::Number(id)) => unknown = i64::from(id as i32),
                            (41, Field::Number(id)) => bos = i64::from(id as i32),
                            (42, Field::Number(id)) => eos = i64::from(id as i32),
                            _ => {}
                        }
                    }
                }
                (3, Field::Bytes(normalizer)) => {
                    let mut message = Message { bytes: normalizer };
                    while let Some((field, value)) = message.next()? {
                        match (field, value) {
                            (2, Field::Bytes(table)) => pieces.charsmap = CharsMap::read(table)?,
                            (3, Field::Number(flag)) => pieces.add_space = flag != 0,
                            (4, Field::Number(flag)) => pieces.collapse = flag != 0,
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        if pieces.texts.is_empty() {
            return Err("it has no pieces".into());
        }
        let known =
            |id: i64| u32::try_from(id).ok().filter(|&id| (id as usize) < pieces.texts.len());
        pieces.uses = Uses {
            bos: known(bos),
            eos: known(eos),
            unknown: known(unknown),
            ends: Vec::new(),
            prefix: None,
        };
        Ok(pieces)
    }

    fn piece(&mut self, bytes: &[u8]) -> Result<(), String> {
        let (mut text, mut score, mut number) = (String::new(), 0.0, 1);
        let mut message = Message { bytes };
        while let Some((field, value)) = message.next()? {
            match (field, value) {
                (1, Field::Bytes(bytes)) => text = String::from_utf8_lossy(bytes).into_owned(),
                (2, Field::Four(bytes)) => score = f32::from_le_bytes(bytes),
                (3, Field::Number(n)) => number = n as i64,
                _ => {}
            }
        }
        self.texts.push(text);
        self.scores.push(score);
        self.kinds.push(kind(number));
        Ok(())
    }

    /// A text as the pieces are spelled: rewritten, and with `▁` for spaces. `begins` where nothing or a special token stands
    /// before it.
    pub(super) fn spell(&self, text: &str, begins: bool) -> String {
        let rewritten = self.charsmap.as_ref().map(|map| map.rewrite(text));
        let mut text = rewritten.unwrap_or_else(|| text.to_owned());
        if self.collapse {
            text = text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        }
        let prefix = if self.add_space && begins && !text.is_empty() { "\u{2581}" } else { "" };
        format!("{prefix}{}", text.replace(' ', "\u{2581}"))
    }
}

/// The rest of a protocol-buffers message.
struct Message<'a> {
    bytes: &'a [u8],
}

/// A field's value.
enum Field<'a> {
    Number(u64),
    Four([u8; 4]),
    Bytes(&'a [u8]),
    Other,
}

impl<'a> Message<'a> {
    /// The next field and its number.
    fn next(&mut self) -> Result<Option<(u64, Field<'a>)>, String> {
        if self.bytes.is_empty() {
            return Ok(None);
        }
        let key = self.number()?;
        let value = match key & 7 {
            0 => Field::Number(self.number()?),
            1 => {
                self.take(8)?;
                Field::Other
            }
            2 => {
                let length = self.number()?;
                Field::Bytes(self.take(length)?)
            }
            5 => {
                let mut four = [0; 4];
                four.copy_from_slice(self.take(4)?);
                Field::Four(four)
            }
            _ => return Err("it is not a SentencePiece model".into()),
        };
        Ok(Some((key >> 3, value)))
    }

    fn number(&mut self) -> Result<u64, String> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err("it is not a SentencePiece model".into())
    }

    fn take(&mut self, count: u64) -> Result<&'a [u8], String> {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        match self.bytes.split_at_checked(count) {
            Some((taken, rest)) => {
                self.bytes = rest;
                Ok(taken)
            }
            None => Err("it ends too early (an interrupted download?)".into()),
        }
    }
}
