//! SentencePiece's unigram models: of all ways to cut a text, the most probable one. The search is the `tokenizers` crate's.

use tokenizers::Model;

use super::pieces::Pieces;
use super::vocabulary::Kind;

/// Pieces, and the search over them.
pub(super) struct Unigram {
    pieces: Pieces,
    model: tokenizers::models::unigram::Unigram,
}

impl Unigram {
    /// Sets the search up; what is wrong where that cannot be.
    pub(super) fn new(pieces: Pieces) -> Result<Self, String> {
        let vocabulary = pieces.texts.iter().zip(&pieces.kinds).zip(&pieces.scores).enumerate();
        let vocabulary = vocabulary.map(|(id, ((text, kind), score))| {
            let text = match kind {
                Kind::Normal | Kind::UserDefined | Kind::Byte if !text.is_empty() => text.clone(),
                // Never found in a text.
                _ => format!("\0{id}"),
            };
            (text, if score.is_finite() { f64::from(*score) } else { -1e4 })
        });
        let unknown = pieces.uses.unknown.map(|id| id as usize);
        let byte_fallback = pieces.kinds.contains(&Kind::Byte);
        let model = tokenizers::models::unigram::Unigram::from(
            vocabulary.collect(),
            unknown.filter(|&id| id < pieces.texts.len()),
            byte_fallback,
        )
        .map_err(|e| format!("its tokenizer cannot be set up: {e}"))?;
        Ok(Self { pieces, model })
    }

    /// Whether a text is given a space in front.
    pub(super) fn adds_space(&self) -> bool {
        self.pieces.add_space
    }

    /// Appends the ids of a text without special tokens. `begins` where nothing or a special token stands before it.
    pub(super) fn encode(&self, text: &str, begins: bool, ids: &mut Vec<u32>) {
        let text = self.pieces.spell(text, begins);
        if text.is_empty() {
            return;
        }
        match self.model.tokenize(&text) {
            Ok(tokens) => ids.extend(tokens.iter().map(|token| token.id)),
            Err(error) => tracing::warn!(%error, "a text could not be tokenised"),
        }
    }
}
