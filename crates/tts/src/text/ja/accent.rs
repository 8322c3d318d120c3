//! Pitch accents: which words make one phrase, and behind which beat (mora) of it the pitch falls.
//!
//! The dictionary knows each word's own accent and how it changes what stands before it. The rules for both are those of OpenJTalk
//! (`njd_set_accent_phrase`, `njd_set_accent_type`), after Sagisaka and Sato 1983; the accents are those of its dictionary, NAIST-jdic.

use super::Word;

/// What a word is, as far as accents follow from it: a letter of the dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// `n`
    Noun,
    /// `t`: a noun that stands like an adverb (今日, すべて).
    Adverbial,
    /// `k`: 静か, 好き.
    Adjectival,
    /// `y`
    FamilyName,
    /// `m`
    GivenName,
    /// `s`: a noun that only stands behind others (さん, 的, 円).
    Suffix,
    /// `v`
    Verb,
    /// `w`: a verb that leans on another (いる, ください).
    Helper,
    /// `a`
    Adjective,
    /// `b`: an adjective that leans on another (ない, ほしい).
    Leaning,
    /// `p`: は, を, ね.
    Particle,
    /// `x`: です, ます, た.
    Auxiliary,
    /// `f`: お, ご.
    Prefix,
    /// `d`: adverbs, conjunctions, interjections, この: each a phrase of its own.
    Alone,
    /// `o`: anything else, marks among it.
    Other,
}

impl Class {
    pub(super) fn of(letter: u8) -> Option<Self> {
        Some(match letter {
            b'n' => Self::Noun,
            b't' => Self::Adverbial,
            b'k' => Self::Adjectival,
            b'y' => Self::FamilyName,
            b'm' => Self::GivenName,
            b's' => Self::Suffix,
            b'v' => Self::Verb,
            b'w' => Self::Helper,
            b'a' => Self::Adjective,
            b'b' => Self::Leaning,
            b'p' => Self::Particle,
            b'x' => Self::Auxiliary,
            b'f' => Self::Prefix,
            b'd' => Self::Alone,
            b'o' => Self::Other,
            _ => return None,
        })
    }

    /// The part of speech by which rules name what stands before.
    fn letter(self) -> char {
        match self {
            Self::Noun
            | Self::Adverbial
            | Self::Adjectival
            | Self::FamilyName
            | Self::GivenName
            | Self::Suffix => 'n',
            Self::Verb | Self::Helper => 'v',
            Self::Adjective | Self::Leaning => 'a',
            Self::Particle => 'p',
            Self::Auxiliary => 'x',
            Self::Alone => 'd',
            Self::Prefix | Self::Other => ' ',
        }
    }

    fn is_noun(self) -> bool {
        self.letter() == 'n'
    }

    fn leans(self) -> bool {
        matches!(self, Self::Particle | Self::Auxiliary)
    }
}

/// Whether a word goes on with the phrase of the one before it.
#[expect(clippy::match_same_arms, reason = "the first rule that speaks of them decides")]
fn joins(before: Class, now: Class) -> bool {
    use Class::{
        Adjectival, Adjective, Adverbial, Alone, FamilyName, GivenName, Helper, Leaning, Other,
        Prefix, Suffix, Verb,
    };
    match (before, now) {
        (Other, _) | (_, Other | Prefix) => false,
        (_, Suffix) => true,
        (FamilyName, _) if now.is_noun() => false,
        (_, GivenName) if before.is_noun() => false,
        (_, Verb | Helper | Adjective | Leaning | Adjectival) if before.is_noun() => false,
        (Verb | Helper, Helper) => true,
        (_, Leaning) => true,
        (Suffix, _) if now.is_noun() => false,
        _ if now.leans() => true,
        _ if before.leans() => false,
        (Adverbial | Alone, _) | (_, Adverbial | Alone) => false,
        (Verb | Helper | Adjective | Leaning, _) => !now.is_noun() && now != Adjective,
        _ => true,
    }
}

/// A phrase that grows.
#[derive(Default)]
struct Phrase {
    said: String,
    morae: i32,
    /// The mora behind which the pitch falls; nought for none.
    accent: i32,
}

impl Phrase {
    fn push(&mut self, word: &Word, before: Option<Class>) {
        let own = word.accent.map_or(0, i32::from);
        match before {
            None => self.accent = own,
            // お and ご have no accent of their own, and take the word's along.
            Some(Class::Prefix) => self.accent = if own == 0 { 0 } else { self.morae + own },
            Some(before) => self.accent = self.changed(&word.rule, before, own),
        }
        // 行こう, でしょう: what makes a verb an invitation is a long vowel.
        let long = word.said == "ウ"
            && word.class == Class::Auxiliary
            && matches!(before, Some(Class::Verb | Class::Helper | Class::Auxiliary));
        self.said.push_str(if long { "ー" } else { &word.said });
        self.morae += morae(&word.said);
    }

    /// The accent once a word has been joined. `F1`… are of words that lean, `C1`… of nouns behind nouns; `@` says how far behind the
    /// phrase so far.
    fn changed(&self, rules: &str, before: Class, own: i32) -> i32 {
        let letter = before.letter();
        let found = rules.split(',').find_map(|rule| match rule.chars().next() {
            Some(first) if first.is_ascii_lowercase() => {
                (first == letter).then(|| &rule[first.len_utf8()..])
            }
            _ => Some(rule),
        });
        let (kind, by) = found.map_or(("", 0), |rule| match rule.split_once('@') {
            Some((kind, by)) => (kind, by.parse().unwrap_or(0)),
            None => (rule, 0),
        });
        let at = self.morae.saturating_add(by).max(0);
        #[expect(clippy::match_same_arms, reason = "a rule each")]
        match (kind, self.accent) {
            ("F2", 0) => at,
            ("F3", accent) if accent > 0 => at,
            ("F4", _) => at,
            ("F5" | "C4", _) => 0,
            ("C1", _) => self.morae + own,
            ("C2", _) => self.morae + 1,
            ("C3", _) => self.morae,
            (_, accent) => accent,
        }
    }

    /// Written down, with `'` behind the mora where the pitch falls: nowhere where nothing of the phrase is left to be low.
    fn end(&mut self, out: &mut String) {
        if self.said.is_empty() {
            return;
        }
        if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
        let mut passed = 0;
        let mut chars = self.said.chars().peekable();
        while let Some(c) = chars.next() {
            out.push(c);
            passed += i32::from(!is_small(c));
            let at_its_end = chars.peek().is_none_or(|&next| !is_small(next));
            if self.accent > 0 && passed == self.accent && at_its_end && chars.peek().is_some() {
                out.push('\'');
            }
        }
        *self = Self::default();
    }
}

/// Katakana by phrases, a space between two, `'` where the pitch falls: ア'メデス, ガ'ッコーエ イキマ'ス.
pub(super) fn accented(words: &[Word]) -> String {
    let mut out = String::new();
    let mut phrase = Phrase::default();
    let mut before: Option<Class> = None;
    for word in words {
        if word.class == Class::Other {
            phrase.end(&mut out);
            out.push_str(&word.said);
            before = None;
            continue;
        }
        if before.is_some_and(|before| !joins(before, word.class)) {
            phrase.end(&mut out);
            before = None;
        }
        phrase.push(word, before);
        before = Some(word.class);
    }
    phrase.end(&mut out);
    out
}

fn morae(kana: &str) -> i32 {
    kana.chars().filter(|&c| !is_small(c)).count().try_into().unwrap_or(i32::MAX)
}

fn is_small(c: char) -> bool {
    matches!(c, 'ァ' | 'ィ' | 'ゥ' | 'ェ' | 'ォ' | 'ャ' | 'ュ' | 'ョ' | 'ヮ')
}
