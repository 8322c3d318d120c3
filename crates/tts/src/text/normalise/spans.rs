//! What reaches from one thing to another (`9:00-17:00`, `$5-10`, `9時〜17時`), and numbers to call in the groups in which they are
//! written (`+1 (555) 123-4567`).

use super::amounts;
use super::clocks::clock;
use super::quantities::is_ascending;
use super::token::{Class, digit_at, digits, ends, numeric, text};
use super::units::Currency;
use domain::Lang;

/// Most groups of digits that a number to call is written in.
const MOST_GROUPS: usize = 6;

/// A sign that can stand for *to*.
pub(super) fn is_to(c: char) -> bool {
    matches!(c, '-' | '–' | '~' | '～' | '〜')
}

/// What was found, or the span that it begins: another thing of its kind stands behind a sign for *to*.
pub(super) fn extended(found: (Class, usize), rest: &[char], lang: Lang) -> (Class, usize) {
    let (from, length) = found;
    let Some(second) = behind(rest, length) else { return (from, length) };
    let there = &rest[second..];
    // Thousands or millions that the first number shares with the second.
    let mut both = None;
    let to = match &from {
        Class::Time { .. } => clock(there).filter(|(to, _)| matches!(to, Class::Time { .. })),
        Class::Money { amount, currency, scale } if !amount.whole.is_empty() => {
            money(there, currency, lang).map(|(to, more)| match to {
                // $5-10k: thousands on both sides.
                Class::Money { amount: higher, currency, scale: Some(of) }
                    if scale.is_none() && is_ascending(amount, &higher) =>
                {
                    both = Some(of);
                    (Class::Money { amount: higher, currency, scale: Some(of) }, more)
                }
                other => (other, more),
            })
        }
        Class::Scaled { .. } => amounts::scaled(there),
        Class::Measure { unit, .. } => numeric(&[], there, lang)
            .filter(|(to, _)| matches!(to, Class::Measure { unit: same, .. } if same == unit)),
        _ => None,
    };
    let unshared = from.clone();
    let from = match from {
        Class::Money { amount, currency, scale } => {
            Class::Money { amount, currency, scale: scale.or(both) }
        }
        from => from,
    };
    // `$10 - $3 = $7` takes away.
    let taken = |more: usize| {
        rest[length..second].contains(&'-')
            && rest[second + more..].iter().find(|c| **c != ' ') == Some(&'=')
    };
    match to {
        Some((_, more)) if taken(more) => (unshared, length),
        Some((to, more)) => (Class::Span(Box::new(from), Box::new(to)), second + more),
        None => (from, length),
    }
}

/// An amount behind another, with a sign of money or without: then it is one of the same.
fn money(rest: &[char], currency: &'static Currency, lang: Lang) -> Option<(Class, usize)> {
    if let Some(found) = amounts::money(rest, true) {
        return Some(found);
    }
    let (amount, length) = amounts::price(rest, currency)?;
    if let Some((scale, more)) = amounts::scale(&rest[length..]) {
        return Some((Class::Money { amount, currency, scale: Some(scale) }, length + more));
    }
    let alone = matches!(numeric(&[], rest, lang)?, (Class::Cardinal(_), _));
    alone.then_some((Class::Money { amount, currency, scale: None }, length))
}

/// Where what stands behind a sign for *to* begins, with a space on both sides of the sign or on none.
fn behind(rest: &[char], length: usize) -> Option<usize> {
    let space = usize::from(rest.get(length) == Some(&' '));
    let sign = length + space;
    rest.get(sign).filter(|c| is_to(**c))?;
    let after = usize::from(rest.get(sign + 1) == Some(&' '));
    (after == space).then_some(sign + 1 + after)
}

/// `3-5pm`: hours of one half of the day.
pub(super) fn hours(rest: &[char]) -> Option<(Class, usize)> {
    let from = digits(rest);
    let hour: u32 = text(&rest[..from]).parse().ok().filter(|hour| (1..=12).contains(hour))?;
    rest.get(from).filter(|c| is_to(**c))?;
    let (to, length) = clock(&rest[from + 1..])?;
    let Class::Time { half: Some(_), .. } = to else { return None };
    Some((Class::Span(Box::new(Class::hour(hour)), Box::new(to)), from + 1 + length))
}

/// `9時〜17時`, `3天-5天`, `午前9時〜午後5時`: between a thing that is counted and a number the sign is a word.
pub(super) fn joins(before: &[char], rest: &[char]) -> bool {
    let named = || {
        rest.first() != Some(&'-')
            && rest.get(1).is_some_and(|c| super::is_cjk(*c))
            && rest.iter().skip(2).take(2).any(char::is_ascii_digit)
    };
    rest.first().is_some_and(|c| is_to(*c))
        && (digit_at(rest, 1) || named())
        && before.last().is_some_and(|c| super::is_cjk(*c))
        && before.iter().rev().take(4).any(char::is_ascii_digit)
}

/// A number to call: with its country, with the area in parentheses (which are commas by then), or as mobile numbers are grouped.
pub(super) fn called(rest: &[char]) -> Option<(Class, usize)> {
    let plus = rest.first() == Some(&'+');
    let mut groups: Vec<String> = Vec::new();
    let (mut at, mut end) = (usize::from(plus), 0);
    while groups.len() < MOST_GROUPS {
        let open = usize::from(rest.get(at) == Some(&'('));
        let length = digits(rest.get(at + open..).unwrap_or_default());
        if length == 0 {
            break;
        }
        groups.push(text(&rest[at + open..at + open + length]));
        end = at + open + length;
        end += usize::from(rest.get(end) == Some(&')'));
        // Behind the country and the area alone: 100, 200, 3000 are three numbers.
        let comma = rest.get(end) == Some(&',')
            && (plus || length == 3)
            && groups.len() <= 1 + usize::from(plus);
        at = end + usize::from(comma);
        at += usize::from(matches!(rest.get(at), Some(' ' | '-')));
        if at == end && rest.get(at) != Some(&'(') {
            break;
        }
    }
    let lengths: Vec<usize> = groups.iter().map(String::len).collect();
    let all: usize = lengths.iter().sum();
    let fits = if plus {
        groups.len() > 1 && (8..=15).contains(&all)
    } else {
        match &lengths[..] {
            [3, 3, 4] => true,
            [3, 4, 4] if groups[0].starts_with('1') => true,
            [_, _, 4] if groups[0].starts_with('0') => (9..=11).contains(&all),
            _ => false,
        }
    };
    if plus && fits {
        groups[0].insert(0, '+');
    }
    (fits && ends(rest, end)).then_some((Class::Digits(groups), end))
}
