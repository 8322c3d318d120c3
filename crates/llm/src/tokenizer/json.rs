//! A `tokenizer.json` beside a model whose own tokenizer is missing or of an unknown kind.

use std::path::{Path, PathBuf};

use super::special::Specials;
use super::vocabulary::{Kind, Spelling, Vocabulary, byte_of};
use super::{Encoder, Tokenizer};
use crate::Error;
use crate::gguf::Gguf;

/// The largest that is read; real ones have up to 40 MB.
const MAX_BYTES: u64 = 1 << 27;

/// `MODEL.tokenizer.json` or `tokenizer.json` in the model's folder.
pub(super) fn beside(model: &Path) -> Option<PathBuf> {
    let own = model.with_extension("tokenizer.json");
    let shared = model.with_file_name("tokenizer.json");
    [own, shared].into_iter().find(|path| path.is_file())
}

/// Reads it.
pub(super) fn load(gguf: &Gguf, path: &Path) -> Result<Tokenizer, Error> {
    let length = std::fs::metadata(path)
        .map_err(|source| Error::Io { path: path.to_owned(), source })?
        .len();
    if length > MAX_BYTES {
        return Err(Error::damaged(path, format!("a tokenizer of {length} bytes cannot be")));
    }
    let mut tokenizer = tokenizers::Tokenizer::from_file(path)
        .map_err(|e| Error::damaged(path, format!("it is not a tokenizer: {e}")))?;
    // Padding and truncation are for training, the first and last tokens are added by our own rules.
    tokenizer.with_padding(None).with_post_processor(None::<tokenizers::PostProcessorWrapper>);
    tokenizer
        .with_truncation(None)
        .map_err(|e| Error::damaged(path, format!("it cannot be used: {e}")))?;

    let count = tokenizer.get_vocab(true).values().map(|&id| id as usize + 1).max().unwrap_or(0);
    if count > 1 << 22 {
        return Err(Error::damaged(path, format!("it has token ids up to {count}")));
    }
    let mut pieces = vec![String::new(); count];
    let mut kinds = vec![Kind::Unused; count];
    let byte_level =
        matches!(tokenizer.get_decoder(), Some(tokenizers::DecoderWrapper::ByteLevel(_)));
    for (piece, id) in tokenizer.get_vocab(true) {
        let byte = !byte_level && byte_of(&piece).is_some();
        kinds[id as usize] = if byte { Kind::Byte } else { Kind::Normal };
        pieces[id as usize] = piece;
    }
    for (&id, added) in &tokenizer.get_added_tokens_decoder() {
        if let Some(kind) = kinds.get_mut(id as usize) {
            *kind = if added.special { Kind::Control } else { Kind::UserDefined };
        }
    }
    let spelling = if byte_level { Spelling::ByteLevel } else { Spelling::SentencePiece };
    let vocabulary = Vocabulary::new(gguf, pieces, kinds, spelling)?;
    Ok(Tokenizer {
        specials: Specials::new(&vocabulary),
        vocabulary,
        encoder: Encoder::Bpe(Box::new(tokenizer)),
    })
}
