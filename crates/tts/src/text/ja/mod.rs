//! Japanese: kanji to kana, as it is written and as it is said.
//!
//! A morphological dictionary (IPADIC, see `assets/dictionaries/ja`) splits the text into words by the cheapest path and
//! knows the reading of each; vibrato does the search. Each word's feature is our own short form, made by
//! `examples/make_ja_dictionary.rs`: `+` (stands alone), `-` (leans on the word before: particles, endings) or `=` (a mark),
//! then what it is ([`accent::Class`], a letter), its accent (a number) and its rules between `[` and `]`, each where there is one, then
//! the pronunciation in katakana where it is not the written kana itself, then, after a space, the reading where that
//! differs (は is read ハ and said ワ as a particle).

mod accent;

use std::path::Path;

use domain::Lang;
use vibrato::{Dictionary, Tokenizer};

use self::accent::Class;
use super::normalise::normalise;
use super::pieces::is_han;
use crate::TtsError;

const WHAT: &str = "the Japanese dictionary";
/// The dictionary has 23 MB of content.
const LIMIT: usize = 64 << 20;

/// Reads Japanese: text to kana.
pub struct Japanese {
    tokenizer: Tokenizer,
}

impl std::fmt::Debug for Japanese {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Japanese").finish_non_exhaustive()
    }
}

impl Japanese {
    /// Loads `ja/ipadic.dic.zst` (a third of a second of one core, 50 MB of memory).
    pub fn open(path: &Path) -> Result<Self, TtsError> {
        let bytes = crate::zst::read(path, WHAT, LIMIT)?;
        let dictionary = Dictionary::read(&bytes[..]).map_err(|error| TtsError::Damaged {
            what: WHAT,
            path: path.to_path_buf(),
            reason: error.to_string(),
        })?;
        Ok(Self { tokenizer: Tokenizer::new(dictionary) })
    }

    /// The reading in hiragana, as it is written in furigana: 今日は雨です → きょうはあめです. Numbers
    /// and signs become words; marks and letters of other scripts stay as they are.
    pub fn reading(&self, text: &str) -> String {
        let text = normalise(text, Lang::Ja, false);
        self.words(&text).iter().map(|word| hiragana(&word.reading)).collect()
    }

    /// What a voice reads: katakana as pronounced (particles ワ and エ, long vowels ー), a space before each word that
    /// stands alone: 今日は雨です → キョーワ アメデス.
    pub fn spoken(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() * 2);
        for word in self.words(text) {
            if word.alone && !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
            out.push_str(&word.said);
        }
        out
    }

    /// The same for a voice that knows pitch: by phrases, with `'` behind the beat where the pitch falls: 今日は雨です → キョ'ーワ ア'メデス.
    pub fn accented(&self, text: &str) -> String {
        accent::accented(&self.words(text))
    }

    fn words(&self, text: &str) -> Vec<Word> {
        let mut worker = self.tokenizer.new_worker();
        worker.reset_sentence(text);
        worker.tokenize();
        let mut words = Vec::with_capacity(worker.num_tokens());
        for token in worker.token_iter() {
            match Word::known(token.surface(), token.feature()) {
                Some(word) => words.push(word),
                None => self.unknown(token.surface(), &mut words),
            }
        }
        words
    }

    /// A word that is not in the dictionary: kanji one by one, everything else as it is written.
    fn unknown(&self, surface: &str, words: &mut Vec<Word>) {
        let mut alone = true;
        for c in surface.chars() {
            let mut written = [0; 4];
            let written: &str = c.encode_utf8(&mut written);
            let mut word = None;
            if is_han(c) {
                let mut worker = self.tokenizer.new_worker();
                worker.reset_sentence(written);
                worker.tokenize();
                if worker.num_tokens() == 1 {
                    word = Word::known(written, worker.token(0).feature());
                }
            }
            let mut word = word.unwrap_or_else(|| Word {
                said: katakana(written),
                reading: written.to_owned(),
                alone: false,
                class: if c.is_alphabetic() { Class::Noun } else { Class::Other },
                accent: None,
                rule: String::new(),
            });
            word.alone = std::mem::take(&mut alone);
            words.push(word);
        }
    }
}

/// One word of the cheapest path.
struct Word {
    said: String,
    reading: String,
    alone: bool,
    class: Class,
    /// The mora behind which its pitch falls; nought for none; `None` where nobody says.
    accent: Option<u8>,
    /// How it changes the accent of what stands before it.
    rule: String,
}

impl Word {
    /// From the dictionary's feature; `None` for an unknown word.
    fn known(surface: &str, feature: &str) -> Option<Self> {
        let (class, rest) = feature.split_at_checked(1)?;
        let alone = match class {
            "+" => true,
            "-" | "=" => false,
            _ => return None,
        };
        let letter = rest.as_bytes().first().copied().and_then(Class::of);
        let rest = if letter.is_some() { &rest[1..] } else { rest };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (accent, rest) = (rest[..digits].parse().ok(), &rest[digits..]);
        let (rule, rest) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((rule, rest)) => (rule.to_owned(), rest),
            None => (String::new(), rest),
        };
        let (said, reading) = match rest.split_once(' ') {
            Some((said, reading)) => (said.to_owned(), reading.to_owned()),
            None if rest.is_empty() => (katakana(surface), surface.to_owned()),
            None => (rest.to_owned(), rest.to_owned()),
        };
        Some(Self { said, reading, alone, class: letter.unwrap_or(Class::Other), accent, rule })
    }
}

fn katakana(text: &str) -> String {
    text.chars().map(|c| shift(c, 'ぁ'..='ゖ', 0x60)).collect()
}

fn hiragana(text: &str) -> String {
    text.chars().map(|c| shift(c, 'ァ'..='ヶ', -0x60)).collect()
}

fn shift(c: char, range: std::ops::RangeInclusive<char>, by: i32) -> char {
    if range.contains(&c) {
        (c as u32).checked_add_signed(by).and_then(char::from_u32).unwrap_or(c)
    } else {
        c
    }
}

#[cfg(test)]
mod tests;
