//! SentencePiece's table of characters to write differently (`precompiled_charsmap`): a double-array trie of what is replaced,
//! and the texts to replace it by.
//!
//! Walked by ourselves, since the table comes from a file and every step may point anywhere.

/// The table of one tokenizer.
#[derive(Debug)]
pub(super) struct CharsMap {
    trie: Vec<u32>,
    /// Texts, each up to a zero byte.
    texts: Vec<u8>,
}

impl CharsMap {
    /// Reads a table; `None` where it is empty, and what is wrong where it is none.
    pub(super) fn read(bytes: &[u8]) -> Result<Option<Self>, String> {
        if bytes.is_empty() {
            return Ok(None);
        }
        let length = bytes.first_chunk().map(|length| u32::from_le_bytes(*length) as usize);
        let trie = length.and_then(|length| bytes.get(4..)?.get(..length));
        let (Some(trie), Some(length)) = (trie, length) else {
            return Err("its table of characters is cut short".into());
        };
        Ok(Some(Self {
            trie: trie.as_chunks().0.iter().map(|unit| u32::from_le_bytes(*unit)).collect(),
            texts: bytes[4 + length..].to_vec(),
        }))
    }

    /// Rewrites a text: at each place the longest entry wins.
    pub(super) fn rewrite(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if let Some((length, replacement)) = self.longest(rest) {
                out.push_str(replacement);
                rest = &rest[length..];
            } else {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
        out
    }

    /// The longest entry that `text` begins with: its length and what it becomes.
    fn longest(&self, text: &str) -> Option<(usize, &str)> {
        // Units as in darts-clone: bit 8 says that an entry ends here, the label is the low byte, the rest an offset.
        let offset = |unit: u32| (unit >> 10) << ((unit & (1 << 9)) >> 6);
        let mut at = offset(*self.trie.first()?);
        let mut found = None;
        for (index, byte) in text.bytes().enumerate() {
            at ^= u32::from(byte);
            let Some(&unit) = self.trie.get(at as usize) else { break };
            if unit & (1 << 31 | 0xff) != u32::from(byte) {
                break;
            }
            at ^= offset(unit);
            if unit & (1 << 8) != 0 {
                let Some(&leaf) = self.trie.get(at as usize) else { break };
                found = Some((index + 1, (leaf & 0x7fff_ffff) as usize));
            }
        }
        let (length, start) = found?;
        let replacement = self.texts.get(start..)?.split(|b| *b == 0).next()?;
        // An entry that ends inside a character, or whose text is none, counts as absent.
        text.is_char_boundary(length).then_some(())?;
        Some((length, std::str::from_utf8(replacement).ok()?))
    }
}
