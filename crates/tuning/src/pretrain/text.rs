//! Texts to one stream of tokens.
//!
//! A `.txt` is one document; every other file holds a document a line, as `{"text": …}`. Documents are cut where that changes no
//! token, so that all cores have work even where there is only one.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use llm::Vocabulary;
use rayon::prelude::*;
use serde::Deserialize;

use crate::Error;
use crate::plan;

/// Largest text that is read.
const MAX_TEXT: u64 = 1 << 33;
/// Bytes that one task encodes at least.
const PIECE: usize = 1 << 15;
/// Letters on either side of a cut by which it is tried whether cuts change anything.
const AROUND: usize = 96;
/// Cuts that are tried.
const TRIED: usize = 16;

/// What texts became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stream {
    /// All tokens.
    pub(super) ids: Vec<u32>,
    /// Documents.
    pub(super) documents: usize,
    /// Bytes of text.
    pub(super) bytes: u64,
}

/// A row.
#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
}

/// Reads files one behind the other. What begins and ends a document stands around each, unless its text brings it.
pub(super) fn read(paths: &[PathBuf], vocabulary: &Vocabulary) -> Result<Stream, Error> {
    let mut total = 0u64;
    for path in paths {
        let about = fs::metadata(path).map_err(Error::read(path))?;
        if !about.is_file() {
            return Err(Error::dataset(path, "it is no file; name the files that are in it"));
        }
        total = total.saturating_add(about.len());
        if total > MAX_TEXT {
            return Err(Error::dataset(
                path,
                format!("{total} bytes are too many; take fewer files"),
            ));
        }
    }
    // The text, what JSON makes of it, and four bytes a token, of which there are hardly more than one to two letters.
    let needed = total.saturating_mul(4);
    if let Some(available) = plan::available().filter(|available| *available < needed) {
        return Err(Error::Memory { needed, available });
    }
    let mut stream = Stream { ids: Vec::new(), documents: 0, bytes: 0 };
    for path in paths {
        add(path, vocabulary, &mut stream)?;
    }
    if stream.documents == 0 {
        let path = paths.first().map_or_else(|| Path::new("."), PathBuf::as_path);
        return Err(Error::dataset(path, "there is no text in it to learn from"));
    }
    Ok(stream)
}

fn add(path: &Path, vocabulary: &Vocabulary, stream: &mut Stream) -> Result<(), Error> {
    let bytes = fs::read(path).map_err(Error::read(path))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Error::dataset(path, format!("it is not UTF-8 from byte {at} on; write it as UTF-8"))
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let plain = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("txt"));
    let documents: Vec<Cow<'_, str>> =
        if plain { vec![Cow::Borrowed(text)] } else { rows(path, text)? };
    let documents: Vec<&str> =
        documents.iter().map(|d| &**d).filter(|d| !d.trim().is_empty()).collect();
    encode(&documents, vocabulary, stream);
    Ok(())
}

/// Texts of rows. What is wrong is told of the first line that it is wrong with.
fn rows<'a>(path: &Path, text: &'a str) -> Result<Vec<Cow<'a, str>>, Error> {
    let lines: Vec<(usize, &str)> =
        text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).collect();
    let row = |(at, line): &(usize, &'a str)| match serde_json::from_str::<Row<'a>>(line) {
        Ok(Row { text: Some(text) }) => Ok(text),
        Ok(Row { text: None }) => Err((at + 1, "it has no `text`".to_owned())),
        Err(error) => Err((at + 1, error.to_string())),
    };
    let rows: Vec<Result<Cow<'a, str>, (usize, String)>> = lines.par_iter().map(row).collect();
    rows.into_iter()
        .collect::<Result<_, _>>()
        .map_err(|(line, reason)| {
            Error::dataset(
                path,
                format!(
                    "line {line}: {reason}; every line is to be {{\"text\": …}} (a plain text is called `.txt`)"
                ),
            )
        })
}

/// Appends documents.
fn encode(documents: &[&str], vocabulary: &Vocabulary, stream: &mut Stream) {
    let pieces = pieces(documents, vocabulary);
    let encoded: Vec<(usize, Vec<u32>)> =
        pieces.par_iter().map(|(document, piece)| (*document, vocabulary.encode(piece))).collect();
    let prefix = vocabulary.encode_prompt("");
    stream.ids.reserve(encoded.iter().map(|(_, ids)| ids.len()).sum::<usize>() + documents.len());
    let mut open = None;
    for (document, ids) in &encoded {
        if open != Some(*document) {
            end(open, vocabulary, stream);
            open = Some(*document);
            // A text may bring what stands before it.
            let brought = prefix.iter().zip(ids).take_while(|(a, b)| a == b).count();
            stream.ids.extend(&prefix[..prefix.len() - brought]);
        }
        stream.ids.extend(ids);
    }
    end(open, vocabulary, stream);
    stream.documents += documents.len();
    stream.bytes += documents.iter().map(|d| d.len() as u64).sum::<u64>();
}

/// Ends a document, if there is one that has not ended by itself.
fn end(open: Option<usize>, vocabulary: &Vocabulary, stream: &mut Stream) {
    if open.is_some() && !stream.ids.last().is_some_and(|id| vocabulary.is_end(*id)) {
        stream.ids.extend(vocabulary.eos());
    }
}

/// Documents in pieces, each with the number of its document.
fn pieces<'a>(documents: &[&'a str], vocabulary: &Vocabulary) -> Vec<(usize, &'a str)> {
    let cut: Vec<(usize, &str)> = documents
        .iter()
        .enumerate()
        .flat_map(|(at, document)| cuts(document).into_iter().map(move |piece| (at, piece)))
        .collect();
    let joints = cut.windows(2).filter(|pair| pair[0].0 == pair[1].0).take(TRIED);
    let changes = joints.into_iter().any(|pair| !is_seamless(pair[0].1, pair[1].1, vocabulary));
    if changes {
        // A vocabulary that begins a text in its own way: each document stays in one piece.
        return documents.iter().copied().enumerate().collect();
    }
    cut
}

/// A text in pieces of some size that begin with a word and the space before it, where vocabularies of bytes begin a token.
fn cuts(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let (mut pieces, mut start, mut at) = (Vec::new(), 0, PIECE);
    while at + 1 < bytes.len() {
        let begins = bytes[at] == b' '
            && bytes[at + 1].is_ascii_alphabetic()
            && bytes[at - 1].is_ascii_graphic();
        if begins {
            pieces.push(&text[start..at]);
            start = at;
            at += PIECE;
        } else {
            at += 1;
        }
    }
    pieces.push(&text[start..]);
    pieces
}

/// Whether the end of one piece and the beginning of the next give the tokens that both give together.
fn is_seamless(left: &str, right: &str, vocabulary: &Vocabulary) -> bool {
    let from = (0..=left.len().saturating_sub(AROUND)).rev().find(|at| left.is_char_boundary(*at));
    let to = (AROUND.min(right.len())..=right.len()).find(|at| right.is_char_boundary(*at));
    let (left, right) = (&left[from.unwrap_or(0)..], &right[..to.unwrap_or(right.len())]);
    let apart = [vocabulary.encode(left), vocabulary.encode(right)].concat();
    apart == vocabulary.encode(&format!("{left}{right}"))
}

#[cfg(test)]
mod tests {
    use weights::Checkpoint;

    use super::*;

    /// Pieces with scores, which begin every text with a space of their own, and merges of bytes.
    #[test]
    fn pieces_give_the_tokens_of_the_whole() {
        let long =
            "The cat sits. It's 12 o'clock,\n\nand the fox (a cub) sees  a box. ".repeat(2000);
        assert!(cuts(&long).len() > 2);
        assert_eq!(cuts(&long).concat(), long);
        let documents = [long.as_str(), "A dog."];
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../llm/tests/fixtures");
        for file in ["llama.gguf", "qwen2.gguf", "families/chatglm/pytorch_model.bin"] {
            let model = Checkpoint::open(&fixtures.join(file)).unwrap();
            let vocabulary = Vocabulary::read(&model).unwrap();
            let mut stream = Stream { ids: Vec::new(), documents: 0, bytes: 0 };
            encode(&documents, &vocabulary, &mut stream);
            let mut whole = Vec::new();
            for document in documents {
                whole.extend(vocabulary.encode_prompt(document));
                whole.extend(vocabulary.eos());
            }
            assert!(stream.ids == whole, "{file}: {} and {}", stream.ids.len(), whole.len());
        }
    }
}
