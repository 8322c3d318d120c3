//! Where words begin and end, in scripts with and without spaces.
//!
//! A place between two characters is an edge of a word unless both belong to one run of letters. Chinese and hiragana have no such
//! runs (any place may be an edge, or no key would ever match); katakana has (`アイ` is not a word of `アイドル`); Korean words take
//! their particles at the end, so only their beginning counts.

/// Classes of characters; two neighbours of one class may belong to one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Spaces, punctuation, signs.
    Other,
    /// Letters and digits of scripts that put spaces between words.
    Letter,
    Katakana,
    Hangul,
    /// Scripts in which words cannot be told by looking at letters.
    Unspaced,
}

fn class(c: char) -> Class {
    match c {
        '_' | '0'..='9' | 'a'..='z' | 'A'..='Z' => Class::Letter,
        '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' => {
            Class::Katakana
        }
        '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7af}' => {
            Class::Hangul
        }
        // Thai, Lao, Tibetan, Burmese, Khmer, hiragana, bopomofo, Han.
        '\u{0e00}'..='\u{0fff}'
        | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3041}'..='\u{309f}'
        | '\u{3100}'..='\u{312f}'
        | '\u{3400}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => Class::Unspaced,
        c if c.is_alphanumeric() => Class::Letter,
        _ => Class::Other,
    }
}

/// Whether `text[start..end]` begins and ends at edges of words.
pub(crate) fn is_word(text: &str, start: usize, end: usize) -> bool {
    let first = text[start..end].chars().next().map(class);
    let last = text[start..end].chars().next_back().map(class);
    let before = text[..start].chars().next_back().map(class);
    let after = text[end..].chars().next().map(class);
    let runs_on = |inside: Option<Class>, outside: Option<Class>, classes: &[Class]| {
        inside == outside && inside.is_some_and(|class| classes.contains(&class))
    };
    !runs_on(first, before, &[Class::Letter, Class::Katakana, Class::Hangul])
        && !runs_on(last, after, &[Class::Letter, Class::Katakana])
}

#[cfg(test)]
mod tests {
    use super::is_word;

    #[test]
    fn words_of_many_scripts() {
        let found = |key: &str, text: &str| {
            text.match_indices(key).any(|(at, _)| is_word(text, at, at + key.len()))
        };
        for (key, text) in [
            ("king", "the king, he"),
            ("king", "king"),
            ("king's", "the king's sword"),
            ("king", "王king様"),
            ("猫", "黒猫がいる"),
            ("ねこ", "そのねこは"),
            ("ドラゴン", "赤いドラゴンが"),
            ("龙", "那条龙飞走了"),
            ("고양이", "그 고양이가 왔다"),
            ("café", "a café."),
            ("C++", "in C++ we"),
            ("แมว", "ฉันรักแมวมาก"),
            ("king", "making a king"),
        ] {
            assert!(found(key, text), "{key} in {text}");
        }
        for (key, text) in [
            ("king", "talking"),
            ("king", "kings"),
            ("king", "king_size"),
            ("アイ", "アイドル"),
            ("양이", "고양이"),
            ("caf", "café"),
            ("ring", "Spring2"),
        ] {
            assert!(!found(key, text), "{key} in {text}");
        }
    }
}
