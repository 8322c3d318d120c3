//! Recognises what a stretch of signs stands for, whatever the language.

use domain::Lang;

use super::addresses::address;
use super::units::{self, Currency, Unit};
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

type Found = Option<(Class, usize)>;

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

/// A number with grouping and decimals, and its length.
pub(super) fn number(rest: &[char]) -> Option<(Number, usize)> {
    let mut length = digits(rest);
    let mut whole = text(&rest[..length]);
    if length == 0 && !(rest.first() == Some(&'.') && digit_at(rest, 1)) {
        return None;
    }
    if (1..=3).contains(&length) {
        while rest.get(length) == Some(&',') && digits(&rest[length + 1..]) == 3 {
            whole.extend(&rest[length + 1..length + 4]);
            length += 4;
        }
    }
    if let Some(found) = continental(rest, length) {
        return Some(found);
    }
    let mut decimals = String::new();
    if rest.get(length) == Some(&'.') && digit_at(rest, length + 1) {
        let count = digits(&rest[length + 1..]);
        decimals = text(&rest[length + 1..length + 1 + count]);
        length += 1 + count;
    }
    if whole.is_empty() {
        whole.push('0');
    }
    Some((Number { negative: false, whole, decimals }, length))
}

/// `1.234,56`: points between the thousands and a comma before the decimals, as most of Europe writes. `first`: digits before the first point.
fn continental(rest: &[char], first: usize) -> Option<(Number, usize)> {
    let mut length = first;
    let mut whole = text(&rest[..length]);
    while rest.get(length) == Some(&'.') && digits(&rest[length + 1..]) == 3 {
        whole.extend(&rest[length + 1..length + 4]);
        length += 4;
    }
    let grouped = (1..=3).contains(&first) && length > first && rest.get(length) == Some(&',');
    let count = digits(rest.get(length + 1..).unwrap_or_default());
    (grouped && matches!(count, 1 | 2)).then(|| {
        let decimals = text(&rest[length + 1..length + 1 + count]);
        (Number { negative: false, whole, decimals }, length + 1 + count)
    })
}

/// A number without regard to what follows.
fn plain(rest: &[char]) -> Found {
    number(rest).map(|(number, length)| (Class::Cardinal(number), length))
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

/// `10:30`, `10:30:05`, `10:30 pm`, `3pm`; `3:1` is a score.
pub(super) fn clock(rest: &[char]) -> Found {
    let (hour, h) = small(rest, 2)?;
    if rest.get(h) == Some(&':') {
        let (minute, m) = small(&rest[h + 1..], 2)?;
        let mut length = h + 1 + m;
        let mut second = None;
        if rest.get(length) == Some(&':') {
            let (s, l) = small(&rest[length + 1..], 2).filter(|(s, l)| *s < 60 && *l == 2)?;
            second = Some(s);
            length += 1 + l;
        }
        // Another one may stand behind it: 10:30-11:00, 8:00，9:00.
        let another = || match rest.get(length) {
            Some('-') => clock(&rest[length + 1..]).is_some(),
            other => other == Some(&','),
        };
        if !ends(rest, length) && noon(rest, length).is_none() && !another() {
            return None;
        }
        if m != 2 {
            return Some((Class::Score(hour, minute), length));
        }
        if hour > 24 || minute > 59 {
            return None;
        }
        let half = noon(rest, length);
        let length = half.map_or(length, |(_, end)| end);
        let half = half.map(|(half, _)| half);
        return Some((Class::Time { hour, minute, second, half }, length));
    }
    let (half, length) = noon(rest, h).filter(|_| (1..=12).contains(&hour))?;
    Some((Class::Time { hour, minute: 0, second: None, half: Some(half) }, length))
}

/// ` pm`, `a.m.`: which half of the day, and where it ends.
fn noon(rest: &[char], at: usize) -> Option<(Half, usize)> {
    let at = at + usize::from(rest.get(at) == Some(&' '));
    let half = match rest.get(at)?.to_ascii_lowercase() {
        'a' => Half::Morning,
        'p' => Half::Afternoon,
        _ => return None,
    };
    let dotted = rest.get(at + 1) == Some(&'.');
    let m = at + 1 + usize::from(dotted);
    if !rest.get(m)?.eq_ignore_ascii_case(&'m') {
        return None;
    }
    // The second full stop may also end the sentence, so it stays where nothing follows in the same sentence.
    let full_stop = dotted && rest.get(m + 1) == Some(&'.');
    let goes_on =
        rest.get(m + 2) == Some(&' ') && rest.get(m + 3).is_some_and(|c| c.is_lowercase());
    let end = m + 1 + usize::from(full_stop && goes_on);
    rest.get(m + 1).is_none_or(|c| !c.is_ascii_alphanumeric()).then_some((half, end))
}

/// `1.2.3`: a version, an address of a machine.
fn dotted(rest: &[char]) -> Found {
    let mut parts = Vec::new();
    let mut at = 0;
    loop {
        let length = digits(&rest[at..]);
        if length == 0 {
            break;
        }
        parts.push(text(&rest[at..at + length]));
        at += length;
        if !(rest.get(at) == Some(&'.') && digit_at(rest, at + 1)) {
            break;
        }
        at += 1;
    }
    let lengths: Vec<usize> = parts.iter().map(String::len).collect();
    // 555.123.4567
    if lengths == [3, 3, 4] {
        return Some((Class::Digits(parts), at));
    }
    // 1.234.567,89 is a number.
    let goes_on = number(rest).is_some_and(|(_, length)| length > at);
    (parts.len() >= 3 && !goes_on).then_some((Class::Dotted(parts), at))
}

/// `555-1234`, `090-1234-5678`: digits one by one; `1939-1945`: years.
fn hyphenated(rest: &[char]) -> Found {
    let mut groups = Vec::new();
    let mut at = 0;
    loop {
        let length = digits(&rest[at..]);
        groups.push(text(&rest[at..at + length]));
        at += length;
        if !(rest.get(at).is_some_and(|c| matches!(c, '-' | '–')) && digit_at(rest, at + 1)) {
            break;
        }
        at += 1;
    }
    if !ends(rest, at) {
        return None;
    }
    let lengths: Vec<usize> = groups.iter().map(String::len).collect();
    match (&groups[..], &lengths[..]) {
        ([from, to], [4, 4]) if is_year(from) && is_year(to) && from <= to => {
            Some((Class::Years(from.clone(), to.clone()), at))
        }
        (_, [3, 4] | [_, _, _, ..]) => Some((Class::Digits(groups), at)),
        // With the area: 010-12345678.
        ([area, _], [2..=4, 6..=8]) if area.starts_with('0') => Some((Class::Digits(groups), at)),
        _ => None,
    }
}

/// Four digits that people say as a year.
pub(super) fn is_year(digits: &str) -> bool {
    digits.len() == 4 && ("1000".."2100").contains(&digits)
}

/// `1920x1080`, `3 × 4 × 5`.
fn by(rest: &[char]) -> Found {
    let mut numbers = Vec::new();
    let mut at = 0;
    loop {
        let (next, length) = number(&rest[at..])?;
        numbers.push(next);
        at += length;
        let tight = rest.get(at).is_some_and(|c| matches!(c, 'x' | '×')) && digit_at(rest, at + 1);
        if !tight {
            break;
        }
        at += 1;
    }
    (numbers.len() >= 2 && ends(rest, at)).then_some((Class::By(numbers), at))
}

/// `3-5`, `3–5 km`, `3~5`.
fn range(rest: &[char]) -> Found {
    let (from, a) = number(rest)?;
    if !rest.get(a).is_some_and(|c| matches!(c, '-' | '–' | '~' | '～' | '〜')) {
        return None;
    }
    let (to, b) = number(&rest[a + 1..])?;
    let length = a + 1 + b;
    if let Some((scale, end)) = amounts::ending(&rest[length..])
        && is_ascending(&from, &to)
    {
        let from = Class::Scaled { amount: from, scale };
        let to = Class::Scaled { amount: to, scale };
        return Some((Class::Span(Box::new(from), Box::new(to)), length + end));
    }
    let unit = unit(&rest[length..]);
    if unit.is_none() && !ends(rest, length) {
        return None;
    }
    // `10-3=7` takes away.
    if rest.get(a) == Some(&'-') && rest[length..].iter().find(|c| **c != ' ') == Some(&'=') {
        return None;
    }
    if unit.is_none() && !is_ascending(&from, &to) && matches!(rest[a], '-' | '–') {
        let counted = rest.get(length).is_some_and(|c| c.is_alphabetic());
        let season = is_year(&from.whole)
            && to.whole.len() == 2
            && from.whole[2..] < to.whole[..]
            && from.decimals.is_empty();
        let whole = from.decimals.is_empty() && to.decimals.is_empty();
        // A plane before a word of Chinese is one, too; fewer digits are days or people.
        if season && whole {
            return Some((Class::Years(from.whole, to.whole), length));
        }
        if whole && (!counted || (from.whole.len() == 3 && to.whole.len() == 3)) {
            return Some((Class::Pair(from.whole, to.whole), length));
        }
    }
    let (unit, more) = unit.map_or((None, 0), |(unit, length)| (Some(unit), length));
    Some((Class::Range { from, to, unit }, length + more))
}

/// The first is less than the second.
pub(super) fn is_ascending(from: &Number, to: &Number) -> bool {
    let value = |number: &Number| format!("{}.{}", number.whole, number.decimals).parse::<f64>();
    matches!((value(from), value(to)), (Ok(from), Ok(to)) if from < to)
}

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
fn suffixed(before: &[char], rest: &[char], lang: Lang) -> Found {
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

/// `5 km`, `20°C`, `50%`.
fn measure(rest: &[char]) -> Found {
    let (amount, length) = number(rest)?;
    let (unit, more) = unit(&rest[length..])?;
    Some((Class::Measure { amount, unit }, length + more))
}

/// A unit, perhaps after a space, and where it ends.
fn unit(rest: &[char]) -> Option<(&'static Unit, usize)> {
    let space = usize::from(rest.first() == Some(&' '));
    let (unit, length) = units::find(&rest[space..], space == 1)?;
    Some((unit, space + length))
}

/// Many digits without grouping are a number to call, not to count.
fn telephone(rest: &[char]) -> Found {
    let length = digits(rest);
    // 05分 and 08月 are counted all the same.
    let counted = length == 2 && rest.get(2).is_some_and(|c| "分秒時月日号號".contains(*c));
    let long = length >= 10 || (length > 1 && rest[0] == '0' && !counted);
    (long && ends(rest, length)).then(|| (Class::Digits(vec![text(&rest[..length])]), length))
}

/// `+`, `=`, `&`, `@`, `#5`: where they are said.
fn sign(before: &[char], rest: &[char]) -> Found {
    let first = rest[0];
    let next = rest.iter().skip(1).find(|c| **c != ' ');
    let last = before.iter().rev().find(|c| **c != ' ');
    let digits_around =
        last.is_some_and(char::is_ascii_digit) && next.is_some_and(char::is_ascii_digit);
    match first {
        '#' if digit_at(rest, 1) && !before.last().is_some_and(char::is_ascii_alphanumeric) => {
            let length = digits(&rest[1..]);
            Some((Class::Numbered(text(&rest[1..=length])), length + 1))
        }
        // C#, F#m: a language, or a note.
        '#' if before.last().is_some_and(|c| ('A'..='G').contains(c))
            && !before.iter().rev().nth(1).is_some_and(char::is_ascii_alphanumeric)
            && !rest.get(1).is_some_and(|c| c.is_ascii_alphanumeric() && *c != 'm') =>
        {
            Some((Class::Sign('♯'), 1))
        }
        '+' if before.last().is_some_and(|c| c.is_ascii_alphanumeric() || *c == '+') => {
            Some((Class::Sign('+'), 1))
        }
        '+' | '=' | '<' | '>' | '*' | '/' | '-' | '×' if digits_around => {
            Some((Class::Sign(if first == '-' { '−' } else { first }), 1))
        }
        '=' | '≈' | '≠' | '≤' | '≥' | '÷' | '±' | '&' | '%' | '√' => {
            Some((Class::Sign(first), 1))
        }
        '@' if next.is_some_and(|c| c.is_alphanumeric()) => Some((Class::Sign('@'), 1)),
        // A sign of money without an amount.
        _ => units::currency(rest).filter(|_| !first.is_ascii_alphabetic()).map(
            |(currency, length)| {
                (Class::Money { amount: Number::default(), currency, scale: None }, length)
            },
        ),
    }
}
