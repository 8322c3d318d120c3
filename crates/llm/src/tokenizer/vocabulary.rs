//! The pieces of a vocabulary and what each of them is for.

use std::collections::HashSet;
use std::sync::Arc;

use super::uses::Uses;

/// How a piece's text stands for bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// `▁` is a space, `<0x0A>` of kind [`Kind::Byte`] a byte.
    SentencePiece,
    /// Every byte is one printable character (GPT-2's table).
    ByteLevel,
    /// `##` joins a piece to the one before it; others are words or single Chinese characters.
    WordPiece,
}

/// What a token is (`llama_token_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Normal,
    Unknown,
    /// Steers the model and is never shown.
    Control,
    /// Found in the text before anything else, and shown.
    UserDefined,
    Unused,
    Byte,
}

/// Ends of a turn that some files do not name among their metadata.
const ENDS: [&str; 11] = [
    "<|im_end|>",
    "<|eot_id|>",
    "<|eom_id|>",
    "<|end|>",
    "<end_of_turn>",
    "<|endoftext|>",
    "<|end_of_text|>",
    "<end_of_utterance>",
    "<|eot|>",
    "<EOT>",
    "</s>",
];

/// All pieces of a model.
pub(super) struct Vocabulary {
    pieces: Arc<[String]>,
    kinds: Vec<Kind>,
    spelling: Spelling,
    pub(super) bos: Option<u32>,
    pub(super) eos: Option<u32>,
    /// Tokens that end a reply.
    pub(super) ends: HashSet<u32>,
    /// What a prompt begins with.
    pub(super) prefix: Vec<u32>,
}

impl Vocabulary {
    /// Takes pieces and what the files say of their use; what is wrong where they do not fit. `begun` is whether prompts begin
    /// with `bos` where the files do not say.
    pub(super) fn new(
        pieces: impl Into<Arc<[String]>>,
        kinds: Vec<Kind>,
        spelling: Spelling,
        uses: Uses,
        begun: bool,
    ) -> Result<Self, String> {
        let pieces = pieces.into();
        if pieces.is_empty() {
            return Err("its tokenizer has no tokens".into());
        }
        if pieces.len() != kinds.len() {
            return Err(format!(
                "its tokenizer has {} tokens and {} token types",
                pieces.len(),
                kinds.len()
            ));
        }
        let known = |id: &u32| (*id as usize) < pieces.len();
        let (bos, eos) = (uses.bos.filter(known), uses.eos.filter(known));
        let mut ends: HashSet<u32> = uses.ends.into_iter().chain(eos).filter(known).collect();
        for (id, piece) in pieces.iter().enumerate() {
            if kinds[id] == Kind::Control && ENDS.contains(&piece.as_str()) {
                ends.insert(id as u32);
            }
        }
        let prefix = uses.prefix.unwrap_or_else(|| bos.filter(|_| begun).into_iter().collect());
        let prefix = prefix.into_iter().filter(known).collect();
        Ok(Self { pieces, kinds, spelling, bos, eos, ends, prefix })
    }

    /// How many.
    pub(super) fn len(&self) -> usize {
        self.pieces.len()
    }

    /// All of them, by id.
    pub(super) fn pieces(&self) -> &[String] {
        &self.pieces
    }

    /// The text that stands in the file.
    pub(super) fn piece(&self, id: u32) -> Option<&str> {
        self.pieces.get(id as usize).map(String::as_str)
    }

    /// What a token is; [`Kind::Unknown`] where there is none.
    pub(super) fn kind(&self, id: u32) -> Kind {
        self.kinds.get(id as usize).copied().unwrap_or(Kind::Unknown)
    }

    /// How pieces stand for bytes.
    pub(super) fn spelling(&self) -> Spelling {
        self.spelling
    }

    /// Appends the bytes that a token writes.
    pub(super) fn bytes(&self, id: u32, out: &mut Vec<u8>) {
        let Some(piece) = self.piece(id) else { return };
        match (self.kind(id), self.spelling) {
            (Kind::Control | Kind::Unknown | Kind::Unused, _) => {}
            (Kind::UserDefined, _) => out.extend(piece.as_bytes()),
            (Kind::Byte, Spelling::SentencePiece) => out.extend(byte_of(piece)),
            (_, Spelling::SentencePiece) => {
                for (index, part) in piece.split('\u{2581}').enumerate() {
                    if index > 0 {
                        out.push(b' ');
                    }
                    out.extend(part.as_bytes());
                }
            }
            (_, Spelling::WordPiece) => {
                out.extend(piece.strip_prefix("##").unwrap_or(piece).as_bytes());
            }
            (_, Spelling::ByteLevel) => {
                for c in piece.chars() {
                    match byte_level(c) {
                        Some(byte) => out.push(byte),
                        None => out.extend(c.encode_utf8(&mut [0; 4]).as_bytes()),
                    }
                }
            }
        }
    }
}

/// The kind that a number means; SentencePiece's files have the same ones.
pub(super) fn kind(number: i64) -> Kind {
    match number {
        2 => Kind::Unknown,
        3 => Kind::Control,
        4 => Kind::UserDefined,
        5 => Kind::Unused,
        6 => Kind::Byte,
        _ => Kind::Normal,
    }
}

/// The byte that `<0x0A>` stands for.
pub(super) fn byte_of(piece: &str) -> Option<u8> {
    let digits = piece.strip_prefix("<0x")?.strip_suffix('>')?;
    (digits.len() == 2).then(|| u8::from_str_radix(digits, 16).ok()).flatten()
}

/// The byte that a character of GPT-2's table stands for: printable bytes are themselves, the others are counted upwards
/// from U+0100.
fn byte_level(c: char) -> Option<u8> {
    match u32::from(c) {
        code @ (0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff) => u8::try_from(code).ok(),
        code @ 0x100..=0x120 => u8::try_from(code - 0x100).ok(),
        code @ 0x121..=0x142 => u8::try_from(code - 0x121 + 0x7f).ok(),
        0x143 => Some(0xad),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_its_character_as_the_tokenizers_crate_writes_it() {
        let alphabet = tokenizers::pre_tokenizers::byte_level::ByteLevel::alphabet();
        let bytes: HashSet<u8> = alphabet.iter().filter_map(|&c| byte_level(c)).collect();
        assert_eq!((alphabet.len(), bytes.len()), (256, 256));
        assert_eq!(byte_level('\u{120}'), Some(b' '));
        assert_eq!(byte_level('\u{10a}'), Some(b'\n'));
        assert_eq!(byte_level('A'), Some(b'A'));
    }

    #[test]
    fn byte_pieces_are_read() {
        assert_eq!(byte_of("<0x0A>"), Some(10));
        assert_eq!(byte_of("<0xFF>"), Some(255));
        assert_eq!(byte_of("<0xfff>"), None);
        assert_eq!(byte_of("<s>"), None);
    }
}
