//! Phonemes to the ids of a voice, padded as the voices were trained: of IPA `^ _ p _ p _ $`, a pad after each; of pinyin
//! `^ zh uang 1 _ . _ $`, a pad after each tone and mark.

use unicode_normalization::UnicodeNormalization;

use super::Config;
use super::pinyin::Unit;
use super::table::Table;
use crate::espeak::Clause;
use crate::visemes::{Mouth, mouths};

/// More ids than a piece of text gives; what comes after is not spoken.
const MAX_IDS: usize = 2000;

/// What an id stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Symbol {
    /// The beginning or the end of what is spoken.
    Edge,
    /// A pad: part of the sound before it.
    Pad,
    /// A tone: the final before it goes on.
    Tone,
    /// A phoneme (one character of IPA) or a mark.
    Phoneme(char),
    /// An initial or a final of pinyin: its sounds in IPA, one after another.
    Sounds(&'static [&'static str]),
}

impl Symbol {
    /// Mouth shapes, to be spread evenly over its time and that of what belongs to it ([`Self::is_held`]).
    pub(super) fn mouths(self) -> Vec<Mouth> {
        let first = |sound: &str| mouths(sound).into_iter().next();
        match self {
            Self::Edge | Self::Pad | Self::Tone | Self::Phoneme(' ') => Vec::new(),
            Self::Phoneme(',' | '.' | '?' | '!' | ';' | ':' | '…') => vec![Mouth::CLOSED],
            Self::Phoneme(c) => first(c.encode_utf8(&mut [0; 4])).into_iter().collect(),
            Self::Sounds(sounds) => sounds.iter().filter_map(|sound| first(sound)).collect(),
        }
    }

    /// Its time belongs to the sound before it.
    pub(super) fn is_held(self) -> bool {
        matches!(self, Self::Pad | Self::Tone)
    }

    /// How long it usually is beside others, for voices that do not tell.
    pub(super) fn usual_share(self) -> f32 {
        match self {
            Self::Edge
            | Self::Pad
            | Self::Sounds([])
            | Self::Phoneme('ˈ' | 'ˌ' | '↑' | '↓' | '#') => 0.0,
            Self::Phoneme(' ') => 0.3,
            Self::Tone => 0.6,
            Self::Phoneme('ː' | ',' | '.' | '?' | '!' | ';' | ':' | '…') => 1.0,
            Self::Phoneme(
                'a' | 'e' | 'i' | 'o' | 'u' | 'æ' | 'ɑ' | 'ɔ' | 'ɛ' | 'ɜ' | 'ʌ' | 'ə' | 'ɪ' | 'ʊ',
            ) => 1.3,
            Self::Phoneme(_) | Self::Sounds(_) => 0.9,
        }
    }
}

/// A piece of text as a voice takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sequence {
    /// Input of the network.
    pub(super) ids: Vec<i64>,
    /// What each id stands for; as long as `ids`.
    pub(super) symbols: Vec<Symbol>,
}

impl Sequence {
    /// Phonemes that the voice does not know are left out, as Piper itself does.
    pub(super) fn new(clauses: &[Clause], config: &Config) -> Self {
        let table = &config.table;
        let mut sequence = Self { ids: Vec::new(), symbols: Vec::new() };
        sequence.push(table.get("^"), Symbol::Edge);
        sequence.push(table.get("_"), Symbol::Pad);
        let mut unknown = 0;
        for (i, clause) in clauses.iter().enumerate() {
            let gap = (i > 0).then_some(' ');
            let phonemes = gap.into_iter().chain(clause.ipa.nfd()).chain(clause.mark);
            for phoneme in phonemes.flat_map(|c| match config.renamed.get(&c) {
                Some(others) => others.clone(),
                None => vec![c],
            }) {
                if sequence.ids.len() >= MAX_IDS {
                    break;
                }
                if sequence.push(table.of(phoneme), Symbol::Phoneme(phoneme)) {
                    sequence.push(table.get("_"), Symbol::Pad);
                } else {
                    unknown += 1;
                }
            }
        }
        sequence.push(table.get("$"), Symbol::Edge);
        if unknown > 0 {
            tracing::debug!(unknown, "the voice does not know some phonemes");
        }
        sequence
    }

    /// A sentence of Mandarin. A mark that the voice does not know is left out, as Piper itself does; that it knows all else was
    /// seen when its configuration was read.
    pub(super) fn of_pinyin(sentence: &[Unit], table: &Table) -> Self {
        let mut sequence = Self { ids: Vec::new(), symbols: Vec::new() };
        sequence.push(table.get("^"), Symbol::Edge);
        for unit in sentence {
            if sequence.ids.len() >= MAX_IDS {
                break;
            }
            let ends = match unit {
                Unit::Syllable(one) => {
                    sequence.push(table.get(one.initial), Symbol::Sounds(one.consonant()));
                    sequence.push(table.get(one.rime), Symbol::Sounds(one.vowels()));
                    sequence.push(table.get(one.tone), Symbol::Tone)
                }
                Unit::Mark(c) => sequence.push(table.of(*c), Symbol::Phoneme(*c)),
            };
            if ends {
                sequence.push(table.get("_"), Symbol::Pad);
            }
        }
        sequence.push(table.get("$"), Symbol::Edge);
        sequence
    }

    /// True where nothing would be heard.
    pub(super) fn is_silent(&self) -> bool {
        !self.symbols.iter().any(|symbol| match symbol {
            Symbol::Phoneme(c) => c.is_alphabetic(),
            Symbol::Sounds(_) => true,
            Symbol::Edge | Symbol::Pad | Symbol::Tone => false,
        })
    }

    /// Appends a symbol's ids; false where the voice has none for it.
    fn push(&mut self, ids: Option<&[i64]>, symbol: Symbol) -> bool {
        let Some(ids) = ids else { return false };
        for (i, &id) in ids.iter().enumerate() {
            self.ids.push(id);
            self.symbols.push(if i == 0 { symbol } else { Symbol::Pad });
        }
        true
    }
}
