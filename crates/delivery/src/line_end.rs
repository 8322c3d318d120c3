//! Decides whether a line could end at a place, from what stands before it and the one character after it.

use crate::chars::{is_cjk, is_clausal, is_closer, is_opener, is_terminal};

/// How complete what was said is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// A clause: a comma, a dash, an ellipsis.
    Clause,
    /// A sentence, or a line break.
    Sentence,
}

/// Abbreviations whose full stop does not end a sentence, in lower case.
const ABBREVIATIONS: [&str; 40] = [
    "mr", "mrs", "ms", "mx", "dr", "prof", "st", "jr", "sr", "vs", "etc", "approx", "inc", "ltd",
    "co", "corp", "fig", "figs", "gen", "col", "sgt", "capt", "lt", "mt", "ave", "dept", "est",
    "min", "max", "no", "nos", "vol", "pp", "ch", "al", "cf", "rev", "hon", "messrs", "mme",
];

/// Whether a line may end between `before` and `next`. `in_direction` says that the place lies within a stage direction
/// (then an asterisk closes rather than opens).
pub(crate) fn end_between(before: &[char], next: char, in_direction: bool) -> Option<End> {
    if before.iter().all(|c| c.is_whitespace()) {
        return None;
    }
    if next == '\n' {
        return Some(End::Sentence);
    }
    let closes = |c: char| is_closer(c) || c == '_' || c == '`';
    if is_terminal(next)
        || (is_clausal(next) && !matches!(next, '~' | '～' | '〜'))
        || closes(next)
        || (next == '*' && in_direction)
    {
        return None;
    }
    let closed =
        before.iter().rev().take_while(|&&c| closes(c) || (c == '*' && !in_direction)).count();
    let said = &before[..before.len() - closed];
    let (&mark, rest) = said.split_last()?;
    let space = next.is_whitespace();
    let apart = space || is_cjk(next) || is_opener(next);
    match mark {
        '。' | '！' | '？' | '｡' | '‼' | '⁉' | '⁈' | '⁇' => Some(End::Sentence),
        '!' | '?' if apart => Some(End::Sentence),
        '.' if rest.last() == Some(&'.') => apart.then_some(End::Clause),
        '.' if apart && !is_guarded(rest) => Some(End::Sentence),
        '，' | '、' | '；' | '：' | '､' | '…' | '⋯' | '—' | '―' => Some(End::Clause),
        ',' | ';' | ':' if apart => Some(End::Clause),
        // Drawn-out endings (そうだね〜) count only where a space follows: 3~5 does not end anything.
        '~' | '～' | '〜' if space => Some(End::Clause),
        _ => None,
    }
}

/// True where the full stop after `before` belongs to its word: Mr., e.g., J. Smith, or the number of a list item.
fn is_guarded(before: &[char]) -> bool {
    let start = before
        .iter()
        .rposition(|&c| c.is_whitespace() || is_opener(c) || is_cjk(c))
        .map_or(0, |i| i + 1);
    let word: String = before[start..].iter().flat_map(|c| c.to_lowercase()).collect();
    if ABBREVIATIONS.contains(&word.as_str()) {
        return true;
    }
    let capital = before[start..].first().is_some_and(|c| c.is_uppercase());
    let letters = word.chars().count();
    if letters == 1 && capital {
        return word != "i";
    }
    // e.g, i.e, a.m, U.S: single letters between full stops.
    if word.contains('.')
        && word.split('.').all(|part| {
            part.chars().count() == 1 && part != "." && part.chars().all(char::is_alphabetic)
        })
    {
        return true;
    }
    // "1." at the start of a row counts something; elsewhere a number may well end a sentence.
    !word.is_empty()
        && letters <= 3
        && word.chars().all(|c| c.is_ascii_digit())
        && before[..start].iter().rev().take_while(|c| **c != '\n').all(|c| c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::{End, end_between};

    /// The text with `|` where a sentence could end and `/` where a clause could.
    fn marked(text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let mut out = String::new();
        for (i, &c) in chars.iter().enumerate() {
            match end_between(&chars[..i], c, false) {
                Some(End::Sentence) => out.push('|'),
                Some(End::Clause) => out.push('/'),
                None => {}
            }
            out.push(c);
        }
        out
    }

    #[test]
    fn ends_are_found_and_guarded() {
        for (text, expected) in [
            ("Hello! How are you? Fine.", "Hello!| How are you?| Fine."),
            ("It is 3.14, or 1,000. Yes", "It is 3.14,/ or 1,000.| Yes"),
            ("Mr. Lee and Dr. Wu, e.g. J. Smith", "Mr. Lee and Dr. Wu,/ e.g. J. Smith"),
            ("So am I. And he said \"Go!\" Then", "So am I.| And he said \"Go!\"| Then"),
            ("Well... I see… maybe", "Well.../ I see…/ maybe"),
            ("What?! No...", "What?!| No..."),
            ("1. Bread\n2. Milk", "1. Bread|\n2. Milk"),
            (
                "你好！我是小雨，很高兴。「真的？」她说",
                "你好！|我是小雨，/很高兴。|「真的？」|她说",
            ),
            ("今日は雨です。そうだね〜 うん", "今日は雨です。|そうだね〜/ うん"),
            ("3~5个,对吧?好", "3~5个,/对吧?|好"),
            ("Great!😀 Next", "Great!😀| Next"),
            ("at 12:30 sharp", "at 12:30 sharp"),
            ("He was (he said.) gone", "He was (he said.)| gone"),
        ] {
            assert_eq!(marked(text), expected, "{text:?}");
        }
    }

    #[test]
    fn an_asterisk_closes_a_direction_and_opens_another() {
        let before: Vec<char> = "*She smiles.".chars().collect();
        assert_eq!(end_between(&before, '*', true), None);
        let before: Vec<char> = "*She smiles.*".chars().collect();
        assert_eq!(end_between(&before, ' ', false), Some(End::Sentence));
    }
}
