//! The languages that the app speaks with a front end of its own.

use serde::{Deserialize, Serialize};

/// Language of a text or voice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English, and whatever else is written in Latin letters.
    #[default]
    En,
    /// Chinese (Mandarin).
    Zh,
    /// Japanese.
    Ja,
}

impl Lang {
    /// BCP 47 primary tag: `en`, `zh`, `ja`.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
            Self::Ja => "ja",
        }
    }

    /// Reads a BCP 47 tag by its primary part (`zh-CN`, `cmn`, `ja_JP`, …).
    pub fn from_code(code: &str) -> Option<Self> {
        match code.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "zh" | "cmn" => Some(Self::Zh),
            "ja" | "jp" => Some(Self::Ja),
            _ => None,
        }
    }

    /// Guesses from the letters alone: any kana means Japanese, else any Han character Chinese, else English.
    /// A line of Han characters only is taken for `hint` where that is Chinese or Japanese.
    pub fn guess(text: &str, hint: Option<Self>) -> Self {
        let kana = |c: char| matches!(c, '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}');
        let han = |c: char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}');
        // U+30FB and U+30FC (the middle dot and the long-vowel mark) also stand in Chinese text.
        if text.chars().any(|c| kana(c) && !matches!(c, '\u{30fb}' | '\u{30fc}')) {
            Self::Ja
        } else if text.chars().any(han) {
            match hint {
                Some(Self::Ja) => Self::Ja,
                _ => Self::Zh,
            }
        } else {
            Self::En
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn letters_tell_the_language() {
        assert_eq!(Lang::guess("Hello", None), Lang::En);
        assert_eq!(Lang::guess("你好，Anna", None), Lang::Zh);
        assert_eq!(Lang::guess("今日は雨です", None), Lang::Ja);
        assert_eq!(Lang::guess("東京", Some(Lang::Ja)), Lang::Ja);
        assert_eq!(Lang::guess("约翰・史密斯", None), Lang::Zh);
    }
}
