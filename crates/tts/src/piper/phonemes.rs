//! Phonemes to the ids of a voice: `^ _ p _ p _ $`, a pad after each, as the voices were trained.

use unicode_normalization::UnicodeNormalization;

use super::Config;
use crate::espeak::Clause;
use crate::visemes::{Mouth, mouths};

/// More ids than a piece of text gives; what comes after is not spoken.
const MAX_IDS: usize = 2000;

/// What an id stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Symbol {
    /// The beginning, the end, a pad: part of the sound before it.
    Pad,
    /// A phoneme (one character of IPA) or a mark.
    Phoneme(char),
}

impl Symbol {
    /// What it does to the mouth, if anything.
    pub(super) fn mouth(self) -> Option<Mouth> {
        match self {
            Self::Pad | Self::Phoneme(' ') => None,
            Self::Phoneme(',' | '.' | '?' | '!' | ';' | ':') => Some(Mouth::CLOSED),
            Self::Phoneme(c) => mouths(c.encode_utf8(&mut [0; 4])).into_iter().next(),
        }
    }

    /// How long it usually is beside others, for voices that do not tell.
    pub(super) fn usual_share(self) -> f32 {
        match self {
            Self::Pad | Self::Phoneme('ˈ' | 'ˌ' | '↑' | '↓' | '#') => 0.0,
            Self::Phoneme(' ') => 0.3,
            Self::Phoneme('ː' | ',' | '.' | '?' | '!' | ';' | ':') => 1.0,
            Self::Phoneme(
                'a' | 'e' | 'i' | 'o' | 'u' | 'æ' | 'ɑ' | 'ɔ' | 'ɛ' | 'ɜ' | 'ʌ' | 'ə' | 'ɪ' | 'ʊ',
            ) => 1.3,
            Self::Phoneme(_) => 0.9,
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
        let mut sequence = Self { ids: Vec::new(), symbols: Vec::new() };
        let pad = &config.ids[&'_'];
        sequence.push(&config.ids[&'^'], Symbol::Pad);
        sequence.push(pad, Symbol::Pad);
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
                if let Some(ids) = config.ids.get(&phoneme) {
                    sequence.push(ids, Symbol::Phoneme(phoneme));
                    sequence.push(pad, Symbol::Pad);
                } else {
                    unknown += 1;
                }
            }
        }
        sequence.push(&config.ids[&'$'], Symbol::Pad);
        if unknown > 0 {
            tracing::debug!(unknown, "the voice does not know some phonemes");
        }
        sequence
    }

    /// True where nothing would be heard.
    pub(super) fn is_silent(&self) -> bool {
        !self.symbols.iter().any(|s| matches!(s, Symbol::Phoneme(c) if c.is_alphabetic()))
    }

    fn push(&mut self, ids: &[i64], symbol: Symbol) {
        for (i, &id) in ids.iter().enumerate() {
            self.ids.push(id);
            self.symbols.push(if i == 0 { symbol } else { Symbol::Pad });
        }
    }
}
