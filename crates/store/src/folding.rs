//! Texts as a search compares them: width, case, accents of Latin letters and the two kana are no difference. What is found is
//! found as a substring, so languages without spaces need no dictionary.

use unicode_normalization::UnicodeNormalization;

/// Folds a text for comparing: `Ｍｉｒａ` and `mira`, `Zoë` and `zoe`, `アオイ` and `あおい` become the same. White space is one space.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    // Decomposed, so that accents can be left out; the voicing marks of kana are letters of their own and stay.
    for c in text.nfkd().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).nfc() {
        match c {
            _ if c.is_whitespace() => {
                if !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            'ァ'..='ヶ' => folded.push(hiragana(c)),
            _ if c.is_ascii() => folded.push(c.to_ascii_lowercase()),
            _ => folded.extend(c.to_lowercase()),
        }
    }
    folded
}

/// The hiragana of a katakana letter; both blocks have the same order.
fn hiragana(c: char) -> char {
    char::from_u32(u32::from(c) - 0x60).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn width_case_accents_and_kana_are_no_difference() {
        for (one, other) in [
            ("Ｍｉｒａ", "mira"),
            ("Zoë MÜLLER", "zoe muller"),
            ("アオイ", "あおい"),
            ("ｶﾞｷﾞ", "がぎ"),
            ("한국", "한국"),
            ("a \n\t b", "a b"),
            ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} and {other}");
        }
    }

    #[test]
    fn what_differs_stays_different() {
        assert_ne!(fold("かき"), fold("がき"));
        assert_ne!(fold("琴"), fold("箏"));
        assert_eq!(fold("ー"), "ー", "the long mark is no letter of either block");
    }
}
