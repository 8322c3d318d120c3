//! Text to token ids and back, as the model's own file says.
//!
//! Two kinds of vocabulary: SentencePiece's (`tokenizer.ggml.model` = `llama`, pieces with scores, merged as llama.cpp does)
//! and byte-level BPE (`gpt2`, merges and a pre-tokenizer, through the `tokenizers` crate). Special tokens are cut out of the
//! text first, the same way for both.

mod bpe;
mod detokenize;
mod json;
mod sentencepiece;
mod special;
mod vocabulary;

pub(crate) use detokenize::Detokenizer;
use special::{Piece, Specials};
use vocabulary::Vocabulary;

use crate::Error;
use crate::gguf::Gguf;

/// A model's vocabulary and the rules of its use.
pub(crate) struct Tokenizer {
    vocabulary: Vocabulary,
    specials: Specials,
    encoder: Encoder,
}

/// What turns text between special tokens into ids.
enum Encoder {
    SentencePiece(Box<sentencepiece::SentencePiece>),
    Bpe(Box<tokenizers::Tokenizer>),
}

impl Tokenizer {
    /// Reads the vocabulary from a model file; where the file brings none that is known, from a `tokenizer.json` beside it.
    pub(crate) fn from_gguf(gguf: &Gguf) -> Result<Self, Error> {
        let embedded = match gguf.str("tokenizer.ggml.model") {
            Some("llama") => Self::sentencepiece(gguf),
            Some("gpt2") => Self::byte_level(gguf),
            Some(other) => Err(gguf.unsupported(format!(
                "its tokenizer is `{other}`; supported are `llama` and `gpt2`, or a tokenizer.json beside the file"
            ))),
            None => Err(gguf.damaged(
                "it has no tokenizer, and there is no tokenizer.json beside it",
            )),
        };
        match embedded {
            Err(why) => match json::beside(&gguf.path) {
                Some(path) => json::load(gguf, &path),
                None => Err(why),
            },
            ok => ok,
        }
    }

    fn sentencepiece(gguf: &Gguf) -> Result<Self, Error> {
        let vocabulary = Vocabulary::from_gguf(gguf, vocabulary::Spelling::SentencePiece)?;
        let encoder = sentencepiece::SentencePiece::new(gguf, &vocabulary)?;
        Ok(Self {
            specials: Specials::new(&vocabulary),
            vocabulary,
            encoder: Encoder::SentencePiece(Box::new(encoder)),
        })
    }

    fn byte_level(gguf: &Gguf) -> Result<Self, Error> {
        let vocabulary = Vocabulary::from_gguf(gguf, vocabulary::Spelling::ByteLevel)?;
        let encoder = bpe::from_gguf(gguf, &vocabulary)?;
        Ok(Self {
            specials: Specials::new(&vocabulary),
            vocabulary,
            encoder: Encoder::Bpe(Box::new(encoder)),
        })
    }

    /// Entries of the vocabulary.
    pub(crate) fn len(&self) -> usize {
        self.vocabulary.len()
    }

    /// The token that begins a document, and whether the model wants it before every prompt.
    pub(crate) fn bos(&self) -> Option<u32> {
        self.vocabulary.bos
    }

    /// Text of a token, as a template would write it.
    pub(crate) fn text(&self, id: Option<u32>) -> String {
        id.and_then(|id| self.vocabulary.piece(id)).unwrap_or_default().to_owned()
    }

    /// The token that ends a document.
    pub(crate) fn eos(&self) -> Option<u32> {
        self.vocabulary.eos
    }

    /// Whether a reply ends with this token.
    pub(crate) fn is_end(&self, id: u32) -> bool {
        self.vocabulary.ends.contains(&id)
    }

    /// Ids of a text whose special tokens are parsed. The document's first token is not added.
    pub(crate) fn encode(&self, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        // SentencePiece puts its leading space where a text begins: at the start and behind a special token.
        let mut begins = true;
        for piece in self.specials.split(text) {
            match piece {
                Piece::Special(id) => {
                    ids.push(id);
                    begins = true;
                }
                Piece::Text(text) => {
                    match &self.encoder {
                        Encoder::SentencePiece(sp) => sp.encode(text, begins, &mut ids),
                        Encoder::Bpe(bpe) => bpe::encode(bpe, text, &mut ids),
                    }
                    begins = false;
                }
            }
        }
        ids
    }

    /// Ids of a prompt as the model wants it: the token that begins a document first, unless the text brings it, if the model
    /// was made with it.
    pub(crate) fn encode_prompt(&self, text: &str) -> Vec<u32> {
        let mut ids = self.encode(text);
        if self.vocabulary.add_bos
            && let Some(bos) = self.vocabulary.bos
            && ids.first() != Some(&bos)
        {
            ids.insert(0, bos);
        }
        ids
    }

    /// Begins to write text out of ids. `trim` drops the one space that SentencePiece puts before a text.
    pub(crate) fn detokenizer(&self, trim: bool) -> Detokenizer<'_> {
        Detokenizer::new(&self.vocabulary, trim)
    }

    /// Whether a reply to this prompt begins with a space of the tokenizer's own making: a text behind a special token does.
    pub(crate) fn reply_begins_with_space(&self, prompt: &[u32]) -> bool {
        let spaced = match &self.encoder {
            Encoder::SentencePiece(sp) => sp.adds_space(),
            Encoder::Bpe(_) => false,
        };
        spaced && prompt.last().is_none_or(|&id| self.specials.contains(id))
    }
}
