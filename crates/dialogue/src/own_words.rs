//! Her own words, come back through the microphone.
//!
//! What an echo canceller leaves over (loudspeakers with effects of their own, Bluetooth) is recognised as what she is just
//! saying. Whoever interrupts her rarely says the same, in the same order. So what is heard is compared in pairs of
//! neighbouring words with the lines that she has begun to speak: single words would prove nothing.

use std::collections::HashSet;

/// At least so many words (characters where a script has no spaces) tell anything.
const WORDS: usize = 2;
const CHARACTERS: usize = 4;
/// Share of the pairs that must be hers: recognisers mishear the rest of an echo, too.
const SHARE: f64 = 0.6;

/// True where `heard` is most likely an echo of `spoken`.
pub(crate) fn is_own<'a>(heard: &str, spoken: impl IntoIterator<Item = &'a str>) -> bool {
    let (heard, unspaced) = words(heard);
    if heard.len() < if unspaced { CHARACTERS } else { WORDS } {
        return false;
    }
    let spoken: Vec<String> = spoken.into_iter().flat_map(|line| words(line).0).collect();
    let hers: HashSet<&[String]> = spoken.windows(2).collect();
    let pairs = heard.len() - 1;
    let same = heard.windows(2).filter(|pair| hers.contains(pair)).count();
    same as f64 >= SHARE * pairs as f64
}

/// Words in lower case, or single characters of scripts that are written without spaces; and whether any are such characters.
fn words(text: &str) -> (Vec<String>, bool) {
    let mut out = vec![String::new()];
    let mut unspaced = false;
    for c in text.chars().flat_map(char::to_lowercase) {
        let alone = matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}');
        unspaced |= alone;
        match out.last_mut() {
            Some(word) if c.is_alphanumeric() && !alone => word.push(c),
            // "Don't" is a word, however the apostrophe is written.
            _ if matches!(c, '\'' | '’') => {}
            _ if alone => out.extend([c.to_string(), String::new()]),
            _ => out.push(String::new()),
        }
    }
    out.retain(|word| !word.is_empty());
    (out, unspaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: [&str; 4] = [
        "Well, the harbour is lovely in the evening, don't you think?",
        "I walk there with Comma.",
        "今日はいい天気ですね、散歩に行きましょう。",
        "我今天在书店里等你。",
    ];

    #[test]
    fn what_she_says_herself_is_known_however_it_was_heard() {
        for echo in [
            "the harbour is lovely",
            "The harbor is lovely in the evening.",
            "Lovely in the evening, don’t you think",
            "think? I walk there",
            "いい天気ですね",
            "今天在书店里",
        ] {
            assert!(is_own(echo, LINES), "{echo}");
        }
    }

    #[test]
    fn what_somebody_else_says_is_not() {
        for words in [
            "",
            "Evening.",
            "No, wait.",
            "Stop it, please.",
            "Which harbour is it?",
            "Is the evening lovely there?",
            "天气怎么样",
            "いいね",
            "やめて、お願い",
            "你在哪里",
        ] {
            assert!(!is_own(words, LINES), "{words}");
        }
        assert!(!is_own("the harbour is lovely", []));
    }
}
