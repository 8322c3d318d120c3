//! Recognises what a stretch of signs stands for, whatever the language.

use domain::Lang;

use super::addresses::address;
use super::clocks::clock;
use super::endings::suffixed;
use super::quantities::{by, dotted, hyphenated, measure, plain, range, telephone};
use super::signs::sign;
use super::units::{Currency, Unit};
use super::{amounts, dates, spans};

/// A number as it is written: no grouping, decimals apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Number {
    /// With a minus.
    pub(super) negative: bool,
    /// Digits before the point; empty only where a sign of money stands alone.
    pub(super) whole: String,
    /// Digits after it; empty where there is none.
    pub(super) decimals: String,
}

impl Number {
    /// Exactly one.
    pub(super) fn is_one(&self) -> bool {
        self.whole == "1" && self.decimals.is_empty()
    }

    /// Without zeros at the end of the decimals: 3.50 is said as 3.5.
    pub(super) fn trimmed(&self) -> Self {
        Self { decimals: self.decimals.trim_end_matches('0').to_owned(), ..self.clone() }
    }

    /// With its thousands or millions written out, for languages that count in ten thousands.
    pub(super) fn times(&self, scale: Scale) -> Self {
        let zeros = match scale {
            Scale::Thousand => 3,
            Scale::Million => 6,
            Scale::Billion => 9,
            Scale::Trillion => 12,
        };
        let kept = self.decimals.len().min(zeros);
        let (moved, decimals) = self.decimals.split_at(kept);
        let digits = format!("{}{moved}{}", self.whole, "0".repeat(zeros - kept));
        let digits = digits.trim_start_matches('0');
        let whole = if digits.is_empty() { "0" } else { digits }.to_owned();
        Self { negative: self.negative, whole, decimals: decimals.to_owned() }
    }
}

/// What a stretch of text stands for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Class {
    /// A number.
    Cardinal(Number),
    /// `21st`: its digits.
    Ordinal(String),
    /// `#5`: its digits.
    Numbered(String),
    /// `1990s`, `80s`: digits of its first year.
    Decade(String),
    /// A day of the calendar; the month is 1 to 12.
    Date { year: Option<String>, month: u32, day: Option<u32> },
    /// `10:30 pm`.
    Time { hour: u32, minute: u32, second: Option<u32>, half: Option<Half> },
    /// An amount of money, perhaps in millions.
    Money { amount: Number, currency: &'static Currency, scale: Option<Scale> },
    /// `10k`, `1.5M`.
    Scaled { amount: Number, scale: Scale },
    /// A number with a unit.
    Measure { amount: Number, unit: &'static Unit },
    /// `3-5 km`.
    Range { from: Number, to: Number, unit: Option<&'static Unit> },
    /// `747-400`, `5-3`: two whole numbers side by side, of a name or a score.
    Pair(String, String),
    /// From one year to another.
    Years(String, String),
    /// `1 1/2`.
    Fraction { whole: Option<String>, above: u32, below: u32 },
    /// `3:1`.
    Score(u32, u32),
    /// `1920x1080`.
    By(Vec<Number>),
    /// Digits that are no quantity (a telephone number), in groups.
    Digits(Vec<String>),
    /// `1.2.3`.
    Dotted(Vec<String>),
    /// The parts of a web or mail address that are said: words, and `.` or `@` between them.
    Address(String),
    /// A sign that has a name between numbers or words.
    Sign(char),
    /// From the one to the other.
    Span(Box<Self>, Box<Self>),
    /// *to* alone.
    To,
}

impl Class {
    /// An hour by its number alone.
    pub(super) fn hour(hour: u32) -> Self {
        Self::Cardinal(Number { whole: hour.to_string(), ..Number::default() })
    }
}

/// Before or after noon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    Morning,
    Afternoon,
}

/// Thousands, millions, billions, trillions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    Thousand,
    Million,
    Billion,
    Trillion,
}

pub(super) type Found = Option<(Class, usize)>;

/// What begins here and how long it is; `None` where nothing does.
pub(super) fn find(before: &[char], rest: &[char], lang: Lang) -> Found {
    if spans::joins(before, rest) {
        return Some((Class::To, 1));
    }
    single(before, rest, lang).map(|found| spans::extended(found, rest, lang))
}

fn single(before: &[char], rest: &[char], lang: Lang) -> Found {
    let last = before.last().copied();
    let first = *rest.first()?;
    let apart = !last.is_some_and(|c| c.is_ascii_alphanumeric());
    if apart && let Some(found) = address(rest) {
        return Some(found);
    }
    if let Some(found) = amounts::money(rest, apart) {
        return Some(found);
    }
    if first.is_ascii_digit() || (first == '.' && digit_at(rest, 1) && apart) {
        // Letters and a number in one name (`B2`, `Qwen3`): the number alone.
        if !apart || (last == Some('.') && before.len() > 1 && digit_at(before, before.len() - 2)) {
            return plain(rest);
        }
        let joined = last == Some('-')
            && before.iter().rev().nth(1).is_some_and(char::is_ascii_alphanumeric);
        if joined {
            return plain(rest);
        }
        return numeric(before, rest, lang);
    }
    if first == '+'
        && apart
        && let Some(found) = spans::called(rest)
    {
        return Some(found);
    }
    if matches!(first, '-' | '+' | '±') && digit_at(rest, 1) {
        let term = before.iter().rev().find(|c| **c != ' ');
        if first == '-' && apart && !term.is_some_and(char::is_ascii_digit) {
            return negative(before, rest, lang);
        }
        if first == '±' || apart {
            return Some((Class::Sign(if first == '-' { '−' } else { first }), 1));
        }
    }
    sign(before, rest)
}

pub(super) fn digit_at(chars: &[char], at: usize) -> bool {
    chars.get(at).is_some_and(char::is_ascii_digit)
}

pub(super) fn text(chars: &[char]) -> String {
    chars.iter().collect()
}

/// Digits in a row.
pub(super) fn digits(rest: &[char]) -> usize {
    rest.iter().take_while(|c| c.is_ascii_digit()).count()
}

/// `-5`, `-5°C`.
fn negative(before: &[char], rest: &[char], lang: Lang) -> Found {
    let (class, length) = numeric(before, &rest[1..], lang)?;
    let class = match class {
        Class::Cardinal(number) => Class::Cardinal(Number { negative: true, ..number }),
        Class::Measure { amount, unit } => {
            Class::Measure { amount: Number { negative: true, ..amount }, unit }
        }
        Class::Range { from, to, unit } => {
            Class::Range { from: Number { negative: true, ..from }, to, unit }
        }
        Class::Pair(from, to) => Class::Range {
            from: Number { negative: true, whole: from, ..Number::default() },
            to: Number { whole: to, ..Number::default() },
            unit: None,
        },
        _ => return Some((Class::Sign('−'), 1)),
    };
    Some((class, length + 1))
}

/// Whatever begins with a digit.
pub(super) fn numeric(before: &[char], rest: &[char], lang: Lang) -> Found {
    dates::written(rest, lang)
        .or_else(|| spans::called(rest))
        .or_else(|| dates::slashed(before, rest, lang))
        .or_else(|| clock(rest))
        .or_else(|| spans::hours(rest))
        .or_else(|| dotted(rest))
        .or_else(|| hyphenated(rest))
        .or_else(|| by(rest))
        .or_else(|| range(rest))
        .or_else(|| dates::mixed(rest))
        .or_else(|| suffixed(before, rest, lang))
        .or_else(|| measure(rest))
        .or_else(|| amounts::scaled(rest))
        .or_else(|| telephone(rest))
        .or_else(|| plain(rest))
}

/// Nothing that would go on with the number stands here.
pub(super) fn ends(rest: &[char], at: usize) -> bool {
    match rest.get(at) {
        None => true,
        Some('.' | ',' | ':' | '/' | '-') => !digit_at(rest, at + 1),
        Some(c) => !c.is_ascii_alphanumeric(),
    }
}

pub(super) fn small(rest: &[char], longest: usize) -> Option<(u32, usize)> {
    let length = digits(rest);
    ((1..=longest).contains(&length))
        .then(|| text(&rest[..length]).parse().ok())
        .flatten()
        .map(|n| (n, length))
}
