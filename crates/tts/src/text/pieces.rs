//! Cuts a line, normalised and cleaned, into pieces: one language each, at most about a sentence long, with the pause that follows.
//!
//! A line has a language, but its words may have another: an English name in a Japanese sentence, a Japanese word in an
//! English one. Letters decide; digits, marks and spaces go with what stands before them.

use domain::Lang;

use super::clean::clean;
use super::normalise::normalise;

/// A stretch of text for one voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Cleaned text with ASCII marks; never without a letter or digit.
    pub(crate) text: String,
    /// Its language.
    pub(crate) lang: Lang,
    /// Silence after it, in milliseconds.
    pub(crate) pause_ms: u32,
}

/// Pauses after a piece, by what ended it.
pub(crate) const SENTENCE_MS: u32 = 280;
const CLAUSE_MS: u32 = 140;
/// At the end of a line; the next line follows.
const LINE_MS: u32 = 160;

/// Pieces get cut at the end of a sentence once they are this long, at a comma, at a space, and anywhere; in characters of
/// a Latin text (a character of Chinese or Japanese counts three times).
const AT_SENTENCE: usize = 24;
const AT_COMMA: usize = 110;
const AT_SPACE: usize = 200;
const ANYWHERE: usize = 300;

/// The pieces of a line; none where there is nothing to say. `foreign`: what goes where English goes is another language, whose signs are
/// left to espeak-ng.
pub(crate) fn pieces(speech: &str, lang: Lang, foreign: bool) -> Vec<Piece> {
    let text = clean(&normalise(speech, lang, foreign), foreign);
    let mut pieces = Vec::new();
    for (span, lang) in spans(&text, lang) {
        sentences(&span, lang, &mut pieces);
    }
    if let Some(last) = pieces.last_mut() {
        last.pause_ms = LINE_MS;
    }
    pieces
}

/// The script of a text of which no voice can read the better part; `None` where enough of it can be read.
pub(crate) fn unreadable(speech: &str) -> Option<&'static str> {
    let mut script = None;
    let (mut strange, mut letters) = (0, 0);
    for c in speech.chars().take(super::clean::MAX_CHARS).filter(|c| c.is_alphabetic()) {
        letters += 1;
        if let Some(name) = strange_script(c) {
            strange += 1;
            script.get_or_insert(name);
        }
    }
    script.filter(|_| strange * 2 > letters)
}

/// Name of the script of a letter that no voice can read.
pub(super) fn strange_script(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{0400}'..='\u{052f}' | '\u{1c80}'..='\u{1c8f}' => "Cyrillic",
        '\u{0530}'..='\u{058f}' => "Armenian",
        '\u{0590}'..='\u{05ff}' => "Hebrew",
        '\u{0600}'..='\u{06ff}' | '\u{0750}'..='\u{077f}' | '\u{fb50}'..='\u{feff}' => "Arabic",
        '\u{0900}'..='\u{0dff}' => "a script of India",
        '\u{0e00}'..='\u{0e7f}' => "Thai",
        '\u{10a0}'..='\u{10ff}' => "Georgian",
        '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7ff}' => "Korean",
        '\u{0700}'..='\u{08ff}'
        | '\u{0e80}'..='\u{109f}'
        | '\u{1200}'..='\u{1cff}'
        | '\u{3100}'..='\u{312f}'
        | '\u{a000}'..='\u{abff}' => "a script that is not spoken here",
        _ => return None,
    })
}

/// The language of every letter; `None` for digits, marks and spaces.
pub(super) fn letter_langs(chars: &[char], base: Lang) -> Vec<Option<Lang>> {
    let has_kana = chars.iter().copied().any(is_kana);
    let mut after_kana = false;
    let lang = |&c: &char| {
        let lang = if is_kana(c) {
            Some(Lang::Ja)
        } else if is_han(c) {
            Some(match base {
                Lang::Ja => Lang::Ja,
                Lang::Zh if after_kana => Lang::Ja,
                Lang::En if has_kana => Lang::Ja,
                Lang::Zh | Lang::En => Lang::Zh,
            })
        } else if c.is_alphabetic() {
            Some(Lang::En)
        } else {
            None
        };
        after_kana = is_kana(c) || (after_kana && is_han(c));
        lang
    };
    chars.iter().map(lang).collect()
}

/// Runs of one language.
fn spans(text: &str, base: Lang) -> Vec<(String, Lang)> {
    let chars: Vec<char> = text.chars().collect();
    let mut spans: Vec<(String, Lang)> = Vec::new();
    let mut leading = String::new();
    for (&c, lang) in chars.iter().zip(letter_langs(&chars, base)) {
        match (lang, spans.last_mut()) {
            (None, None) => leading.push(c),
            (None, Some((span, _))) => span.push(c),
            (Some(lang), Some((span, current))) if *current == lang => span.push(c),
            (Some(lang), _) => {
                let mut span = std::mem::take(&mut leading);
                span.push(c);
                spans.push((span, lang));
            }
        }
    }
    if !leading.is_empty() {
        spans.push((leading, base));
    }
    spans
}

/// Cuts one span at the ends of sentences, or earlier where it grows long.
fn sentences(span: &str, lang: Lang, pieces: &mut Vec<Piece>) {
    let weight = if lang == Lang::En { 1 } else { 3 };
    let mut push = |text: &str, pause_ms| {
        let text = text.trim();
        if text.chars().any(char::is_alphanumeric) {
            pieces.push(Piece { text: text.to_owned(), lang, pause_ms });
        }
    };
    let (mut start, mut length) = (0, 0);
    let mut chars = span.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        length += weight;
        let end = at + c.len_utf8();
        let next = chars.peek().map(|&(_, c)| c);
        let pause = match c {
            '.' | '!' | '?' | '…' if next.is_some_and(|n| n != ' ') && lang == Lang::En => None,
            '.' if lang == Lang::En && is_initial(&span[start..at]) => None,
            '.' | '!' | '?' | '…' if length >= AT_SENTENCE => Some(SENTENCE_MS),
            ',' if length >= AT_COMMA => Some(CLAUSE_MS),
            ' ' if length >= AT_SPACE => Some(0),
            _ if length >= ANYWHERE => Some(0),
            _ => None,
        };
        if let Some(pause) = pause {
            push(&span[start..end], pause);
            (start, length) = (end, 0);
        }
    }
    // The pause where a span ends in a mark and another language follows.
    let pause = match span.trim_end().chars().next_back() {
        Some('.' | '!' | '?' | '…') => SENTENCE_MS,
        Some(',') => CLAUSE_MS,
        _ => 0,
    };
    push(&span[start..], pause);
}

/// A single initial: a full stop after it ends no sentence. (Abbreviations are words by now.)
fn is_initial(before: &str) -> bool {
    let word = before.rsplit(' ').next().unwrap_or(before);
    word.chars().count() == 1 && word != "I" && word.chars().all(char::is_uppercase)
}

pub(super) fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}')
}

pub(super) fn is_han(c: char) -> bool {
    matches!(c, '々' | '〇' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, lang: Lang) -> Vec<(String, Lang)> {
        pieces(text, lang, false).into_iter().map(|p| (p.text, p.lang)).collect()
    }

    #[test]
    fn letters_choose_the_voice() {
        use Lang::{En, Ja, Zh};
        for (text, lang, expected) in [
            ("I love ramen", En, vec![("I love ramen", En)]),
            ("She said 你好 to me", En, vec![("She said", En), ("你好", Zh), ("to me", En)]),
            ("We say ありがとう here", En, vec![("We say", En), ("ありがとう", Ja), ("here", En)]),
            ("We say お願い here", En, vec![("We say", En), ("お願い", Ja), ("here", En)]),
            ("我用iPhone拍照。", Zh, vec![("我用", Zh), ("iPhone", En), ("拍照.", Zh)]),
            ("我有3个", Zh, vec![("我有三个", Zh)]),
            ("3個ください", Ja, vec![("さんこください", Ja)]),
            ("他说ありがとう", Zh, vec![("他说", Zh), ("ありがとう", Ja)]),
            ("東京", Ja, vec![("東京", Ja)]),
            ("2026", Ja, vec![("にせんにじゅうろく", Ja)]),
        ] {
            let expected: Vec<_> = expected.into_iter().map(|(t, l)| (t.to_owned(), l)).collect();
            assert_eq!(cut(text, lang), expected, "{text}");
        }
    }

    #[test]
    fn sentences_are_pieces_but_not_too_short_ones() {
        let text = "Hm. I waited for you all day long. Did Mr. Smith come at 3:30 today? Yes!";
        let got: Vec<_> = cut(text, Lang::En).into_iter().map(|(t, _)| t).collect();
        assert_eq!(
            got,
            [
                "Hm. I waited for you all day long.",
                "Did mister Smith come at three thirty today?",
                "Yes!"
            ]
        );
    }

    #[test]
    fn scripts_that_no_voice_reads_are_named_and_passed_over() {
        for (text, script) in [
            ("Привет, как дела?", Some("Cyrillic")),
            ("안녕하세요", Some("Korean")),
            ("مرحبا", Some("Arabic")),
            ("สวัสดี", Some("Thai")),
            ("Hello there, Привет!", None),
            ("Ça va, naïve Zoë? Ŵ", None),
            ("α and β", None),
            ("你好 こんにちは", None),
            ("123", None),
        ] {
            assert_eq!(unreadable(text), script, "{text}");
        }
        assert_eq!(cut("Hello, Привет, my dear", Lang::En), [("Hello, my dear".into(), Lang::En)]);
    }

    #[test]
    fn pieces_are_bounded_whatever_comes() {
        for text in ["a".repeat(5000), "word ".repeat(1000), "雨".repeat(5000), "、".repeat(5000)]
        {
            for piece in pieces(&text, Lang::Ja, false) {
                assert!(piece.text.chars().count() <= ANYWHERE);
            }
        }
        assert!(pieces("!!! 😀 ...", Lang::En, false).is_empty());
    }
}
