//! Words for a vocabulary that nobody learned.

use std::collections::HashSet;

/// What a blank before a word is written as in GPT-2's vocabularies.
const BLANK: char = '\u{120}';
/// Letters of a word's beginning that become one token. Four are 1.3 to 1.5 tokens for an English word, as large vocabularies make.
const BEGINNING: usize = 4;

/// So many merges: first those that spell the beginnings of a text's words, letter by letter behind the blank, then invented ones.
pub(super) fn merges(text: &str, count: usize) -> Vec<(String, String)> {
    let mut known = HashSet::new();
    let mut merges = Vec::new();
    for word in text.split(|c: char| !c.is_ascii_alphabetic()) {
        let mut begun = String::from(BLANK);
        for letter in word.chars().take(BEGINNING) {
            let longer = format!("{begun}{letter}");
            if merges.len() < count && known.insert(longer.clone()) {
                merges.push((begun, letter.to_string()));
            }
            begun = longer;
        }
    }
    merges.extend(invented(count - merges.len()));
    merges
}

/// Merges of so many new words, each out of a word before it and a letter: about seven letters, as in real vocabularies.
fn invented(count: usize) -> Vec<(String, String)> {
    const LETTERS: &[u8] = b"etaoinshrdlucmfwygpbvkxjqz";
    let mut words: Vec<String> =
        LETTERS.iter().map(|&letter| char::from(letter).to_string()).collect();
    let mut known: HashSet<String> = words.iter().cloned().collect();
    let mut merges = Vec::with_capacity(count);
    let mut state = 1u64;
    let mut draw = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    while merges.len() < count {
        let (a, b) = (&words[draw(words.len())], &words[draw(LETTERS.len())]);
        let word = format!("{a}{b}");
        if word.len() <= 8 && known.insert(word.clone()) {
            merges.push((a.clone(), b.clone()));
            words.push(word);
        }
    }
    merges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::{Shape, write};
    use crate::tokenizer::Tokenizer;

    #[test]
    fn words_are_invented_once_and_out_of_known_parts() {
        let merges = invented(20_000);
        let mut known: HashSet<String> = ('a'..='z').map(|letter| letter.to_string()).collect();
        for (a, b) in &merges {
            assert!(known.contains(a) && known.contains(b), "{a} {b}");
            assert!(known.insert(format!("{a}{b}")), "{a}{b} twice");
        }
    }

    #[test]
    fn what_it_reads_is_about_as_many_tokens_as_words() {
        let text = "she put the kettle on and waited for the rain to stop before going down to the harbour";
        let folder = tempfile::tempdir().unwrap();
        let tokens = |reads: &str| {
            let shape = Shape { vocabulary: 12_000, reads: reads.into(), ..Shape::tiny("qwen3") };
            let path = folder.path().join("noise.gguf");
            write(&path, &shape, 1).unwrap();
            Tokenizer::read(&weights::Checkpoint::open(&path).unwrap()).unwrap().encode(text).len()
        };
        let words = text.split(' ').count();
        let (real, spelled) = (tokens(text), tokens(""));
        assert!((words..2 * words).contains(&real), "{real} tokens for {words} words");
        assert!(spelled > 2 * real, "{spelled} against {real}");
    }
}
