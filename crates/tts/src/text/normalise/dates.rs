//! Days as they are written in figures, and what else a slash parts.

use domain::Lang;

use super::token::{Class, digits, ends, small, text};

type Found = Option<(Class, usize)>;

/// `2026-11-25`, `2026/11/25`, `2026.11.25`, `25.11.2026`, `11/25/2026`, `11/25/26`.
pub(super) fn written(rest: &[char], lang: Lang) -> Found {
    let (first, a) = small(rest, 4)?;
    let separator = *rest.get(a).filter(|c| matches!(c, '-' | '/' | '.'))?;
    let (second, b) = small(&rest[a + 1..], 2)?;
    if rest.get(a + 1 + b) != Some(&separator) {
        return None;
    }
    let (third, c) = small(&rest[a + b + 2..], 4)?;
    let length = a + b + c + 2;
    if !ends(rest, length) {
        return None;
    }
    let (year, month, day) = match (a, c) {
        (4, 1 | 2) => (first, second, third),
        // Day first unless only the other order is one: most of the world, and points always.
        (1 | 2, 4) if separator == '/' && second > 12 => (third, first, second),
        (1 | 2, 4) => (third, second, first),
        // Of the short years only what can be read in one way: 3/4/26 is two days. In the east the year comes first.
        (1 | 2, 2) if separator == '/' && second > 12 => (century(third), first, second),
        (2, 2) if separator == '/' && first > 12 && lang == Lang::En => {
            (century(third), second, first)
        }
        (2, 2) if separator == '/' && first > 12 => (century(first), second, third),
        _ => return None,
    };
    is_day(month, day).then(|| {
        let year = Some(year.to_string()).filter(|year| year.len() == 4);
        (Class::Date { year, month, day: Some(day) }, length)
    })
}

/// A year of two digits: of this century up to 49.
fn century(short: u32) -> u32 {
    short + if short < 50 { 2000 } else { 1900 }
}

fn is_day(month: u32, day: u32) -> bool {
    (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// Denominators that English speaks of: elevenths are a day.
const SPOKEN: [u32; 14] = [2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20, 32, 64];

/// `3/4`: a fraction; where it can be a date and is not a common fraction, a date in Chinese and Japanese, and its two numbers in English,
/// which puts the month first on one side of an ocean and the day on the other.
pub(super) fn slashed(before: &[char], rest: &[char], lang: Lang) -> Found {
    let (above, a) = small(rest, 3)?;
    if rest.get(a) != Some(&'/') {
        return None;
    }
    let (below, b) = small(&rest[a + 1..], 3)?;
    let length = a + 1 + b;
    if !ends(rest, length) || below == 0 || before.last() == Some(&'/') {
        return None;
    }
    let common = above < below && below <= 10;
    let date = is_day(above, below);
    let as_date = date
        && match lang {
            Lang::En => false,
            Lang::Zh => !common,
            Lang::Ja => true,
        };
    Some(if as_date {
        (Class::Date { year: None, month: above, day: Some(below) }, length)
    } else if above < below && !(lang == Lang::En && date && !SPOKEN.contains(&below))
        || a.max(b) > 2
    {
        (Class::Fraction { whole: None, above, below }, length)
    } else {
        let group = |at: usize, length: usize| text(&rest[at..at + length]);
        let numbers = [group(0, a), group(a + 1, b)];
        (Class::Digits(numbers.into()), length)
    })
}

/// `1 1/2`.
pub(super) fn mixed(rest: &[char]) -> Found {
    let whole = digits(rest);
    if whole == 0 || whole > 3 || rest.get(whole) != Some(&' ') {
        return None;
    }
    let (above, a) = small(&rest[whole + 1..], 2)?;
    if rest.get(whole + 1 + a) != Some(&'/') {
        return None;
    }
    let (below, b) = small(&rest[whole + 2 + a..], 2)?;
    let length = whole + 2 + a + b;
    (above < below && ends(rest, length))
        .then(|| (Class::Fraction { whole: Some(text(&rest[..whole])), above, below }, length))
}
