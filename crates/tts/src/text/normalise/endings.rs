//! Numbers with letters behind them that are no unit: ordinals and decades.

use domain::Lang;

use super::quantities::number;
use super::token::{Class, Found, text};

/// Words before the years of a life or of a century (`her 20s`, `the 50s`): elsewhere those are seconds.
const BEFORE_DECADES: [&str; 13] = [
    "the", "his", "her", "their", "my", "your", "our", "early", "mid", "late", "roaring", "and",
    "or",
];

/// `80s`, but not `10s` and `wait 30s`; of what ends in sixty seconds on nobody speaks so.
fn is_decade(before: &[char], digits: &str, after: &[char]) -> bool {
    let end = before.iter().rposition(|c| *c != ' ').map_or(0, |last| last + 1);
    let start = before[..end].iter().rposition(|c| !c.is_alphabetic()).map_or(0, |at| at + 1);
    let word = text(&before[start..end]).to_lowercase();
    match digits {
        // `10s of thousands` are tens.
        "10" => after.starts_with(&[' ', 'o', 'f', ' ']),
        "20" | "30" | "40" | "50" => BEFORE_DECADES.contains(&word.as_str()),
        _ => true,
    }
}

/// `21st`, `1990s`.
pub(super) fn suffixed(before: &[char], rest: &[char], lang: Lang) -> Found {
    let (number, length) = number(rest)?;
    if !number.decimals.is_empty() {
        return None;
    }
    let word: String = rest[length..]
        .iter()
        .take_while(|c| c.is_ascii_alphabetic() || **c == '\'')
        .take(4)
        .flat_map(|c| c.to_lowercase())
        .collect();
    let end = length + word.chars().count();
    let digits = number.whole;
    match word.as_str() {
        "st" | "nd" | "rd" | "th" => Some((Class::Ordinal(digits), end)),
        "s" | "'s"
            if digits.ends_with('0')
                && matches!(digits.len(), 2 | 4)
                && lang == Lang::En
                && (word == "'s" || is_decade(before, &digits, &rest[end..])) =>
        {
            Some((Class::Decade(digits), end))
        }
        _ => None,
    }
}
