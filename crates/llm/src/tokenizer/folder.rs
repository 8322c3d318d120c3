//! The tokenizer in the files beside a model: `tokenizer.json`, a SentencePiece model, GPT-2's `vocab.json` and `merges.txt`, or
//! BERT's `vocab.txt`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokenizers::{DecoderWrapper, PostProcessorWrapper};
use weights::Checkpoint;

use super::pieces::{self, Pieces};
use super::special::Specials;
use super::uses::{self, Uses};
use super::vocabulary::{Kind, Spelling, Vocabulary, byte_of};
use super::{Encoder, Tokenizer, bpe, wordpiece};
use crate::Error;

/// The largest tokenizer.json; real ones have up to 40 MB.
const MAX_BYTES: u64 = 1 << 27;
/// Ids beyond it are a mistake.
const MAX_ID: usize = 1 << 22;
/// What SentencePiece models are called.
const SENTENCEPIECE: [&str; 3] = ["tokenizer.model", "spiece.model", "sentencepiece.bpe.model"];
/// ChatGLM2's and 3's own tokens, behind the pieces of their SentencePiece model, and whether texts may name them: the code
/// that comes with the models writes the others by id alone, and words like "sophistry" hold their names.
const CHATGLM: [(&str, bool); 9] = [
    ("[MASK]", true),
    ("[gMASK]", true),
    ("[sMASK]", true),
    ("sop", false),
    ("eop", false),
    ("<|system|>", true),
    ("<|user|>", true),
    ("<|assistant|>", true),
    ("<|observation|>", true),
];

/// `MODEL.tokenizer.json` or `tokenizer.json` in the model's folder.
pub(super) fn tokenizer_json(model: &Path) -> Option<PathBuf> {
    let own = model.with_extension("tokenizer.json");
    let shared = model.with_file_name("tokenizer.json");
    [own, shared].into_iter().find(|path| path.is_file())
}

/// Finds and reads what there is.
pub(super) fn read(file: &Checkpoint) -> Result<Tokenizer, Error> {
    let folder = file.folder();
    if let Some(path) = tokenizer_json(&file.path) {
        return json((folder, &file.config), &path, None);
    }
    if let Some(path) = SENTENCEPIECE.iter().map(|name| folder.join(name)).find(|p| p.is_file()) {
        return sentencepiece(file, &path);
    }
    let (vocabulary, merges) = (folder.join("vocab.json"), folder.join("merges.txt"));
    if vocabulary.is_file() && merges.is_file() {
        return byte_level(file, &vocabulary, &merges);
    }
    let vocabulary = folder.join("vocab.txt");
    if vocabulary.is_file() {
        return word_pieces(file, &vocabulary);
    }
    Err(file
        .damaged(
            "there is no tokenizer beside it (tokenizer.json, tokenizer.model, vocab.json with merges.txt, or vocab.txt)",
        )
        .into())
}

/// A file's text, within bounds.
fn text(path: &Path, most: u64) -> Result<Vec<u8>, Error> {
    let io = |e| weights::Error::io(path, e);
    let length = std::fs::metadata(path).map_err(io)?.len();
    if length > most {
        return Err(Error::damaged(path, format!("a tokenizer of {length} bytes cannot be")));
    }
    Ok(std::fs::read(path).map_err(io)?)
}

/// Reads a tokenizer.json. `uses` says which tokens begin and end documents where the model's own file does; else the model's folder
/// and its description do.
pub(super) fn json(
    (folder, config): (&Path, &serde_json::Value),
    path: &Path,
    uses: Option<Uses>,
) -> Result<Tokenizer, Error> {
    let mut tokenizer = tokenizers::Tokenizer::from_bytes(text(path, MAX_BYTES)?)
        .map_err(|e| Error::damaged(path, format!("it is not a tokenizer: {e}")))?;
    // Padding and truncation are for training.
    tokenizer.with_padding(None);
    tokenizer
        .with_truncation(None)
        .map_err(|e| Error::damaged(path, format!("it cannot be used: {e}")))?;
    // What it puts around an empty text is what a prompt begins with, and for encoders ends with; it is added by our own rules.
    let frame = tokenizer.encode_fast("", true).map(|e| e.get_ids().to_vec()).unwrap_or_default();
    tokenizer.with_post_processor(None::<PostProcessorWrapper>);

    let count = tokenizer.get_vocab(true).values().map(|&id| id as usize + 1).max().unwrap_or(0);
    if count > MAX_ID {
        return Err(Error::damaged(path, format!("it has token ids up to {count}")));
    }
    let mut pieces = vec![String::new(); count];
    let mut kinds = vec![Kind::Unused; count];
    let spelling = match tokenizer.get_decoder() {
        Some(DecoderWrapper::ByteLevel(_)) => Spelling::ByteLevel,
        Some(DecoderWrapper::WordPiece(_)) => Spelling::WordPiece,
        _ => Spelling::SentencePiece,
    };
    for (piece, id) in tokenizer.get_vocab(true) {
        let byte = spelling == Spelling::SentencePiece && byte_of(&piece).is_some();
        kinds[id as usize] = if byte { Kind::Byte } else { Kind::Normal };
        pieces[id as usize] = piece;
    }
    for (&id, added) in &tokenizer.get_added_tokens_decoder() {
        if let Some(kind) = kinds.get_mut(id as usize) {
            *kind = if added.special { Kind::Control } else { Kind::UserDefined };
        }
    }
    let uses = uses.unwrap_or_else(|| {
        let id = |text: &str| tokenizer.token_to_id(text);
        let mut uses = Uses::from_folder(folder, config, &id);
        if uses.prefix.is_none() {
            let begins = |bos: &u32| frame.first() == Some(bos);
            uses.prefix = Some(uses.bos.into_iter().filter(begins).collect());
        }
        uses
    });
    let vocabulary = Vocabulary::new(pieces, kinds, spelling, uses, false)
        .map_err(|reason| Error::damaged(path, reason))?;
    Ok(Tokenizer {
        specials: Specials::new(&vocabulary),
        vocabulary,
        encoder: Encoder::Json(Box::new(tokenizer)),
        frame,
    })
}

fn sentencepiece(file: &Checkpoint, path: &Path) -> Result<Tokenizer, Error> {
    let damaged = |reason: String| Error::damaged(path, reason);
    let mut pieces = Pieces::from_model(&text(path, pieces::MAX_BYTES)?).map_err(damaged)?;
    if file.config["model_type"] == "chatglm" {
        let first = pieces.texts.len() as u32;
        for (text, named) in CHATGLM {
            pieces.texts.push(text.into());
            pieces.scores.push(0.0);
            pieces.kinds.push(if named { Kind::Control } else { Kind::Unused });
        }
        // `[gMASK]` and `sop` stand before every text.
        pieces.uses.prefix = Some(vec![first + 1, first + 3]);
    }
    let by_text: BTreeMap<&str, u32> =
        pieces.texts.iter().enumerate().map(|(id, text)| (text.as_str(), id as u32)).collect();
    let id = |text: &str| by_text.get(text).copied();
    let beside = Uses::from_folder(file.folder(), &file.config, &id);
    pieces.uses.ends = beside.ends;
    pieces.uses.eos = beside.eos.or(pieces.uses.eos);
    pieces.uses.prefix = pieces.uses.prefix.or(beside.prefix);
    Tokenizer::of_pieces(pieces).map_err(damaged)
}

fn byte_level(file: &Checkpoint, vocabulary: &Path, merges: &Path) -> Result<Tokenizer, Error> {
    let damaged = |reason: String| Error::damaged(vocabulary, reason);
    let ids: BTreeMap<String, u32> = serde_json::from_slice(&text(vocabulary, MAX_BYTES)?)
        .map_err(|e| damaged(format!("it is not a vocabulary: {e}")))?;
    let count = ids.values().map(|&id| id as usize + 1).max().unwrap_or(0);
    if count > MAX_ID {
        return Err(damaged(format!("it has token ids up to {count}")));
    }
    let mut pieces = vec![String::new(); count];
    let mut kinds = vec![Kind::Unused; count];
    let uses = Uses::from_folder(file.folder(), &file.config, &|text| ids.get(text).copied());
    for (piece, id) in ids {
        // Only its special tokens are written like this.
        let control = piece.starts_with("<|") && piece.ends_with("|>");
        kinds[id as usize] = if control { Kind::Control } else { Kind::Normal };
        pieces[id as usize] = piece;
    }
    let merges = String::from_utf8_lossy(&text(merges, MAX_BYTES)?).into_owned();
    let merges: Vec<String> = merges
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("#version"))
        .map(str::to_owned)
        .collect();
    let pieces: Arc<[String]> = pieces.into();
    let encoder = bpe::Bpe::new(Arc::clone(&pieces), &merges, "gpt-2").map_err(damaged)?;
    let vocabulary =
        Vocabulary::new(pieces, kinds, Spelling::ByteLevel, uses, false).map_err(damaged)?;
    Ok(Tokenizer {
        specials: Specials::new(&vocabulary),
        vocabulary,
        encoder: Encoder::ByteLevel(Box::new(encoder)),
        frame: Vec::new(),
    })
}

fn word_pieces(file: &Checkpoint, path: &Path) -> Result<Tokenizer, Error> {
    let about = uses::read(&file.folder().join("tokenizer_config.json"));
    vocabulary_file(path, about["do_lower_case"].as_bool().unwrap_or(true))
}

/// Reads a `vocab.txt`.
pub(super) fn vocabulary_file(path: &Path, lowercase: bool) -> Result<Tokenizer, Error> {
    let damaged = |reason: String| Error::damaged(path, reason);
    let bytes = text(path, MAX_BYTES)?;
    let pieces = wordpiece::lines(&String::from_utf8_lossy(&bytes));
    let encoder = wordpiece::encoder(&pieces, lowercase).map_err(damaged)?;
    let id = |text: &str| pieces.iter().position(|piece| piece == text).map(|id| id as u32);
    let (first, last) = (id("[CLS]"), id("[SEP]"));
    let kinds = pieces
        .iter()
        .map(|piece| {
            let special = wordpiece::SPECIALS.contains(&piece.as_str());
            if special { Kind::Control } else { Kind::Normal }
        })
        .collect();
    let uses = Uses {
        bos: first,
        eos: last,
        // GPT-2's description names tokens of the original vocabulary (50256), which these models do not have.
        ends: Vec::new(),
        prefix: Some(first.into_iter().collect()),
        unknown: id(wordpiece::UNKNOWN),
    };
    let vocabulary =
        Vocabulary::new(pieces, kinds, Spelling::WordPiece, uses, false).map_err(damaged)?;
    Ok(Tokenizer {
        specials: Specials::new(&vocabulary),
        vocabulary,
        encoder: Encoder::Whole(Box::new(encoder)),
        frame: [first, last].into_iter().flatten().collect(),
    })
}
