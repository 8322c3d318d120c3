//! BERT's WordPiece from a `vocab.txt`: one piece a line, the line's number its id (GPT2-chitchat, PLUG, BERT).

use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;

/// The token that stands for what is unknown.
pub(super) const UNKNOWN: &str = "[UNK]";
/// Tokens that steer; a vocabulary has these or most of them.
pub(super) const SPECIALS: [&str; 5] = ["[PAD]", UNKNOWN, "[CLS]", "[SEP]", "[MASK]"];
/// Longer words are unknown as a whole (BERT's own limit).
const LONGEST_WORD: usize = 100;

/// Lines of a `vocab.txt`. The last may lack its end.
pub(super) fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// Builds the encoder; what is wrong where the vocabulary cannot be used.
pub(super) fn encoder(pieces: &[String], lowercase: bool) -> Result<tokenizers::Tokenizer, String> {
    if !pieces.iter().any(|piece| piece == UNKNOWN) {
        return Err(format!("it has no `{UNKNOWN}`, so it is not BERT's"));
    }
    let ids = pieces.iter().enumerate().map(|(id, piece)| (piece.clone(), id as u32));
    let model = WordPiece::builder()
        .vocab(ids.collect::<tokenizers::models::bpe::Vocab>())
        .unk_token(UNKNOWN.into())
        .continuing_subword_prefix("##".into())
        .max_input_chars_per_word(LONGEST_WORD)
        .build()
        .map_err(|e| format!("it cannot be used: {e}"))?;
    let mut tokenizer = tokenizers::Tokenizer::new(model);
    tokenizer
        .with_normalizer(Some(BertNormalizer::new(true, true, None, lowercase)))
        .map_err(|e| format!("it cannot be used: {e}"))?
        .with_pre_tokenizer(Some(BertPreTokenizer));
    Ok(tokenizer)
}
