//! A `vocab.txt` made of a text, for those who have no BERT's at hand: every character, and the words that come most often.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// How many words are taken beside the characters.
pub(super) const USUAL: usize = 8000;
/// Characters that occur less often are unknown.
const RARE: usize = 2;
/// What every such vocabulary begins with.
const SPECIALS: [&str; 5] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/// The lines of a vocabulary for a text: special tokens, characters (alone and as parts of words), and up to `words` words.
pub fn build(text: &str, words: usize) -> String {
    let mut characters: BTreeMap<char, usize> = BTreeMap::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut word = String::new();
    // BERT's tokenizer makes letters small before it looks.
    for c in text.to_lowercase().chars().chain([' ']) {
        if c.is_alphanumeric() && c.is_ascii() {
            word.push(c);
        } else if !word.is_empty() {
            *counts.entry(std::mem::take(&mut word)).or_default() += 1;
        }
        if !c.is_whitespace() && !c.is_control() {
            *characters.entry(c).or_default() += 1;
        }
    }
    let ascii = (b'!'..=b'~').map(char::from).filter(|c| !c.is_ascii_uppercase());
    let single: BTreeSet<char> =
        characters.iter().filter(|(_, n)| **n >= RARE).map(|(c, _)| *c).chain(ascii).collect();
    let mut frequent: Vec<(&String, &usize)> =
        counts.iter().filter(|(word, n)| word.len() > 1 && **n >= RARE).collect();
    frequent.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    let mut lines = SPECIALS.join("\n");
    let mut add = |piece: std::fmt::Arguments<'_>| {
        // Writing into a string cannot fail.
        let _never = write!(lines, "\n{piece}");
    };
    for c in &single {
        add(format_args!("{c}"));
    }
    for c in single.iter().filter(|c| c.is_ascii_alphanumeric()) {
        add(format_args!("##{c}"));
    }
    for (word, _) in frequent.into_iter().take(words) {
        add(format_args!("{word}"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_ours_has_no_unknown_words() {
        let text = "Hello there.\nHello you!\n\n你好你好\n在吗在吗";
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vocab.txt");
        std::fs::write(&path, build(text, 100)).unwrap();
        let vocabulary = llm::Vocabulary::of_word_pieces(&path).unwrap();
        let unknown = vocabulary.special("[UNK]").unwrap();
        let ids = vocabulary.encode("hello you, there! 你好在吗 never7");
        assert!(!ids.contains(&unknown), "{ids:?}");
        assert_eq!(vocabulary.encode("hello").len(), 1);
        assert!(vocabulary.encode("馬").contains(&unknown));
    }
}
