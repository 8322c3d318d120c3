//! Texts as they are compared: full-width and half-width letters are the same, and, as wished, capitals and small letters,
//! hiragana and katakana, traditional and simplified characters.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// What counts as the same letter where capitals do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Folding {
    /// Hiragana and katakana. Off unless wished: in Japanese they often tell two words apart.
    pub kana: bool,
    /// Traditional, simplified and Japanese forms of a character.
    pub han: bool,
}

impl Default for Folding {
    fn default() -> Self {
        Self { kana: false, han: true }
    }
}

/// Pairs of characters: one to look for, and the simplified one (`data/README.md`).
static HAN: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let pairs: Vec<char> = include_str!("data/han.txt").trim().chars().collect();
    pairs.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
});

/// A text in which capitals do not count.
pub(crate) fn fold(text: &str, folding: Folding) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let han = &*HAN;
    text.nfkc()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '\u{30a1}'..='\u{30f6}' if folding.kana => {
                char::from_u32(u32::from(c) - 0x60).unwrap_or(c)
            }
            '\u{3400}'.. if folding.han => han.get(&c).copied().unwrap_or(c),
            _ => c,
        })
        .collect()
}

/// A text in which capitals count: only the width of letters does not.
pub(crate) fn narrow(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { text.nfkc().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_letter_are_the_same() {
        let all = Folding { kana: true, han: true };
        for (one, other) in [
            ("ＫＩＮＧ", "king"),
            ("ﾄﾞﾗｺﾞﾝ", "ドラゴン"),
            ("龍", "龙"),
            ("桜の國", "樱の国"),
            ("École", "éCOLE"),
            ("e\u{301}", "é"),
        ] {
            assert_eq!(fold(one, Folding::default()), fold(other, Folding::default()));
        }
        assert_eq!(fold("ネコ", all), fold("ねこ", all));
        assert_ne!(fold("ネコ", Folding::default()), fold("ねこ", Folding::default()));
        let none = Folding { kana: false, han: false };
        assert_ne!(fold("龍", none), fold("龙", none));
        assert_eq!(narrow("Ｋing"), "King");
    }

    #[test]
    fn the_table_is_whole_and_has_no_chains() {
        assert!(HAN.len() > 4000, "{}", HAN.len());
        for (old, new) in HAN.iter() {
            assert_eq!(HAN.get(new), None, "{old} -> {new}");
        }
    }
}
