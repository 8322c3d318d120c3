//! Text to token ids and back, as the model's own files say.
//!
//! Four kinds of vocabulary: SentencePiece's two (pieces with scores, merged as llama.cpp does, or the most probable cut),
//! byte-level BPE (merges, and a pre-tokenizer of the `tokenizers` crate) and BERT's WordPiece (through that crate). They come inside a
//! GGUF file, or beside other files as tokenizer.json, tokenizer.model, vocab.json or vocab.txt. Special tokens are cut out of
//! the text first, the same way for all.

mod bpe;
mod charsmap;
mod detokenize;
mod folder;
mod merging;
mod pieces;
mod sentencepiece;
mod special;
mod unigram;
mod uses;
mod vocabulary;
mod wordpiece;

use std::sync::Arc;

pub(crate) use detokenize::Detokenizer;
use pieces::{Algorithm, Pieces};
use special::{Piece, Specials};
use uses::Uses;
pub(crate) use uses::{read as beside, template as template_beside};
use vocabulary::{Kind, Spelling, Vocabulary};
use weights::{Checkpoint, Container};

use crate::Error;

/// A model's vocabulary and the rules of its use.
pub(crate) struct Tokenizer {
    vocabulary: Vocabulary,
    specials: Specials,
    encoder: Encoder,
    /// What an encoder-only model wants around a text; empty where the files do not say.
    frame: Vec<u32>,
}

/// What turns text between special tokens into ids.
enum Encoder {
    SentencePiece(Box<sentencepiece::SentencePiece>),
    Unigram(Box<unigram::Unigram>),
    ByteLevel(Box<bpe::Bpe>),
    Whole(Box<tokenizers::Tokenizer>),
    /// A tokenizer.json, which finds special tokens itself and knows whether a text behind one begins with a space.
    Json(Box<tokenizers::Tokenizer>),
}

impl Tokenizer {
    /// Reads the vocabulary from a model's files; where a GGUF file brings none that is known, from a `tokenizer.json` beside
    /// it.
    pub(crate) fn read(file: &Checkpoint) -> Result<Self, Error> {
        if file.container != Container::Gguf {
            return folder::read(file);
        }
        let embedded = match file.metadata.str("tokenizer.ggml.model") {
            Some("llama") => Self::scored(file, Algorithm::Merges),
            Some("t5") => Self::scored(file, Algorithm::Unigram),
            Some("gpt2") => Self::byte_level(file),
            Some(other) => Err(file.unsupported(format!(
                "its tokenizer is `{other}`; supported are `llama`, `t5` and `gpt2`, or a tokenizer.json beside the file"
            ))),
            None => Err(file.damaged(
                "it has no tokenizer, and there is no tokenizer.json beside it",
            )),
        };
        match embedded {
            Err(why) => match folder::tokenizer_json(&file.path) {
                Some(path) => {
                    let mut uses = Uses::from_gguf(&file.metadata);
                    uses.prefix.get_or_insert_with(|| uses.bos.into_iter().collect());
                    folder::json((file.folder(), &file.config), &path, Some(uses))
                }
                None => Err(why.into()),
            },
            Ok(tokenizer) => Ok(tokenizer),
        }
    }

    /// Reads BERT's `vocab.txt` alone, for a model that does not exist yet.
    pub(crate) fn of_vocabulary_file(path: &std::path::Path) -> Result<Self, Error> {
        folder::vocabulary_file(path, true)
    }

    /// Reads the `tokenizer.json` of a folder, and what stands beside it, for a model that does not exist yet.
    pub(crate) fn of_folder(path: &std::path::Path) -> Result<Self, Error> {
        folder::json((path, &serde_json::Value::Null), &path.join("tokenizer.json"), None)
    }

    fn scored(file: &Checkpoint, algorithm: Algorithm) -> Result<Self, weights::Error> {
        let pieces = Pieces::from_gguf(file, algorithm)?;
        Self::of_pieces(pieces).map_err(|reason| file.damaged(reason))
    }

    /// From SentencePiece's pieces; what is wrong where they do not fit.
    fn of_pieces(pieces: Pieces) -> Result<Self, String> {
        let (texts, kinds) = (pieces.texts.clone(), pieces.kinds.clone());
        // What llama.cpp assumes of files that do not say.
        let begun = pieces.algorithm == Algorithm::Merges;
        let uses = pieces.uses.clone();
        let vocabulary = Vocabulary::new(texts, kinds, Spelling::SentencePiece, uses, begun)?;
        let encoder = match pieces.algorithm {
            Algorithm::Merges => {
                Encoder::SentencePiece(Box::new(sentencepiece::SentencePiece::new(pieces)))
            }
            Algorithm::Unigram => Encoder::Unigram(Box::new(unigram::Unigram::new(pieces)?)),
        };
        Ok(Self { specials: Specials::new(&vocabulary), vocabulary, encoder, frame: Vec::new() })
    }

    fn byte_level(file: &Checkpoint) -> Result<Self, weights::Error> {
        let metadata = &file.metadata;
        let pieces = metadata
            .strings("tokenizer.ggml.tokens")
            .ok_or_else(|| file.damaged("its tokenizer has no tokens"))?;
        let merges = metadata
            .strings("tokenizer.ggml.merges")
            .ok_or_else(|| file.damaged("its tokenizer has no merges"))?;
        let kinds = match metadata.ints("tokenizer.ggml.token_type") {
            None => vec![Kind::Normal; pieces.len()],
            Some(numbers) => numbers.iter().map(|&n| vocabulary::kind(n)).collect(),
        };
        let name = metadata.str("tokenizer.ggml.pre").unwrap_or("default");
        let pieces = Arc::clone(pieces);
        let encoder = bpe::Bpe::new(Arc::clone(&pieces), merges, name).map_err(|reason| {
            if bpe::knows(name) { file.damaged(reason) } else { file.unsupported(reason) }
        })?;
        // What llama.cpp assumes of files that do not say.
        let begun = matches!(name, "llama3" | "llama-v3" | "llama-bpe");
        let uses = Uses::from_gguf(metadata);
        let vocabulary = Vocabulary::new(pieces, kinds, Spelling::ByteLevel, uses, begun)
            .map_err(|reason| file.damaged(reason))?;
        Ok(Self {
            specials: Specials::new(&vocabulary),
            vocabulary,
            encoder: Encoder::ByteLevel(Box::new(encoder)),
            frame: Vec::new(),
        })
    }

    /// The chat template that a model's files bring.
    pub(crate) fn template(file: &Checkpoint) -> Option<String> {
        match file.container {
            Container::Gguf => file.metadata.str("tokenizer.chat_template").map(str::to_owned),
            Container::Safetensors | Container::Pickle => template_beside(file.folder()),
        }
    }

    /// The id of a special token by its text.
    pub(crate) fn special(&self, text: &str) -> Option<u32> {
        self.specials.id(text)
    }

    /// Ids of a text as an encoder-only model wants it: `[CLS]` and the like around at most `most` tokens in all.
    pub(crate) fn encode_framed(&self, text: &str, most: usize) -> Vec<u32> {
        let mut ids = self.encode(text);
        let (first, last) = match self.frame.as_slice() {
            [first, .., last] => (Some(*first), Some(*last)),
            [last] => (None, Some(*last)),
            [] => (None, None),
        };
        ids.truncate(
            most.saturating_sub(usize::from(first.is_some()) + usize::from(last.is_some())),
        );
        first.into_iter().chain(ids).chain(last).collect()
    }

    /// Entries of the vocabulary.
    pub(crate) fn len(&self) -> usize {
        self.vocabulary.len()
    }

    /// The token that begins a document.
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
        self.encode_at(text, true)
    }

    /// Ids of a text that stands behind another: without the space that SentencePiece puts where one begins.
    pub(crate) fn encode_within(&self, text: &str) -> Vec<u32> {
        let spaced = self.vocabulary.spelling() == Spelling::SentencePiece;
        if matches!(self.encoder, Encoder::Json(_)) && spaced {
            // Its rules are within it; a line end goes together with nothing.
            let (before, both) = (self.encode("\n"), self.encode(&format!("\n{text}")));
            if let Some(ids) = both.strip_prefix(before.as_slice()) {
                return ids.to_vec();
            }
        }
        self.encode_at(text, false)
    }

    fn encode_at(&self, text: &str, mut begins: bool) -> Vec<u32> {
        let mut ids = Vec::new();
        if let Encoder::Json(tokenizer) = &self.encoder {
            bpe::encode(tokenizer, text, &mut ids);
            return ids;
        }
        // SentencePiece puts its leading space where a text begins: at the start and behind a special token.
        for piece in self.specials.split(text) {
            match piece {
                Piece::Special(id) => {
                    ids.push(id);
                    begins = true;
                }
                Piece::Text(text) => {
                    match &self.encoder {
                        Encoder::SentencePiece(sp) => sp.encode(text, begins, &mut ids),
                        Encoder::Unigram(unigram) => unigram.encode(text, begins, &mut ids),
                        Encoder::ByteLevel(bpe) => bpe.encode(text, &mut ids),
                        Encoder::Whole(tokenizer) | Encoder::Json(tokenizer) => {
                            bpe::encode(tokenizer, text, &mut ids);
                        }
                    }
                    begins = false;
                }
            }
        }
        ids
    }

    /// Ids of a prompt as the model wants it: what begins a document first, unless the text brings it, if the model was made
    /// with it.
    pub(crate) fn encode_prompt(&self, text: &str) -> Vec<u32> {
        let ids = self.encode(text);
        let prefix = &self.vocabulary.prefix;
        // A text may bring only the part of it that it can name.
        let brought = prefix.iter().zip(&ids).take_while(|(a, b)| a == b).count();
        prefix.iter().copied().chain(ids[brought..].iter().copied()).collect()
    }

    /// Whether ids mean the same here and there.
    pub(crate) fn same_pieces(&self, other: &Self) -> bool {
        self.vocabulary.pieces() == other.vocabulary.pieces()
    }

    /// WordPiece's `[UNK]`, which stands for what cannot be written: GPT2-chitchat never draws it.
    pub(crate) fn unwritable(&self) -> Option<u32> {
        let words = self.vocabulary.spelling() == Spelling::WordPiece;
        self.specials.id("[UNK]").filter(|_| words)
    }

    /// Begins to write text out of ids. `trim` drops the one space that SentencePiece puts before a text.
    pub(crate) fn detokenizer(&self, trim: bool) -> Detokenizer<'_> {
        Detokenizer::new(&self.vocabulary, trim)
    }

    /// Whether a reply to this prompt begins with a space of the tokenizer's own making: a text behind a special token does.
    pub(crate) fn reply_begins_with_space(&self, prompt: &[u32]) -> bool {
        let spaced = match &self.encoder {
            Encoder::SentencePiece(sp) => sp.adds_space(),
            Encoder::Unigram(unigram) => unigram.adds_space(),
            Encoder::ByteLevel(_) | Encoder::Whole(_) | Encoder::Json(_) => false,
        };
        spaced && prompt.last().is_none_or(|&id| self.specials.contains(id))
    }
}
