//! Numbers and what is made of several: ranges, scores, sizes, versions, numbers to call, numbers with a unit.

use super::amounts;
use super::token::{Class, Found, Number, digit_at, digits, ends, text};
use super::units::{self, Unit};

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
pub(super) fn plain(rest: &[char]) -> Found {
    number(rest).map(|(number, length)| (Class::Cardinal(number), length))
}

/// `1.2.3`: a version, an address of a machine.
pub(super) fn dotted(rest: &[char]) -> Found {
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
pub(super) fn hyphenated(rest: &[char]) -> Found {
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
pub(super) fn by(rest: &[char]) -> Found {
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
pub(super) fn range(rest: &[char]) -> Found {
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

/// `5 km`, `20°C`, `50%`.
pub(super) fn measure(rest: &[char]) -> Found {
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
pub(super) fn telephone(rest: &[char]) -> Found {
    let length = digits(rest);
    // 05分 and 08月 are counted all the same.
    let counted = length == 2 && rest.get(2).is_some_and(|c| "分秒時月日号號".contains(*c));
    let long = length >= 10 || (length > 1 && rest[0] == '0' && !counted);
    (long && ends(rest, length)).then(|| (Class::Digits(vec![text(&rest[..length])]), length))
}
