//! Amounts of money, and numbers that are written short.

use super::quantities::number;
use super::token::{Class, Number, Scale, digit_at, digits, text};
use super::units::{self, Currency};

type Found = Option<(Class, usize)>;

/// `$3.50`, `€1.234,56`, `€3 million`, `3 €`, `USD 5`, `5 USD`.
pub(super) fn money(rest: &[char], apart: bool) -> Found {
    if let Some((currency, length)) = units::currency(rest).filter(|_| apart) {
        let space = usize::from(rest.get(length) == Some(&' '));
        let (amount, digits) = price(&rest[length + space..], currency)?;
        let mut end = length + space + digits;
        let scale = scale(&rest[end..]);
        end += scale.map_or(0, |(_, length)| length);
        return Some((Class::Money { amount, currency, scale: scale.map(|s| s.0) }, end));
    }
    let first = rest.first()?;
    if !first.is_ascii_digit() || !apart {
        return None;
    }
    let mut found = number(rest)?;
    let coins = comma(rest, found.0.clone(), found.1).filter(|(_, length)| {
        let space = usize::from(rest.get(*length) == Some(&' '));
        units::currency(&rest[length + space..]).is_some_and(|(currency, _)| is_euro(currency))
    });
    if let Some(coins) = coins {
        found = coins;
    }
    let (amount, length) = found;
    let space = usize::from(rest.get(length) == Some(&' '));
    let (currency, more) = units::currency(&rest[length + space..])?;
    let end = length + space + more;
    // `3 $5` is a number and an amount.
    let other = digit_at(rest, end) || (rest.get(end) == Some(&' ') && digit_at(rest, end + 1));
    (!other).then_some((Class::Money { amount, currency, scale: None }, end))
}

/// An amount of a currency: where euros are paid a comma stands before the cents (`€12,50`).
pub(super) fn price(rest: &[char], currency: &Currency) -> Option<(Number, usize)> {
    let (amount, length) = number(rest)?;
    let coins = is_euro(currency).then(|| comma(rest, amount.clone(), length)).flatten();
    Some(coins.unwrap_or((amount, length)))
}

fn is_euro(currency: &Currency) -> bool {
    currency.en.0 == "euro"
}

/// A whole number with two more digits behind a comma.
fn comma(rest: &[char], amount: Number, length: usize) -> Option<(Number, usize)> {
    let bare = amount.decimals.is_empty() && rest.get(length) == Some(&',');
    let coins = rest.get(length + 1..).filter(|rest| bare && digits(rest) == 2)?;
    Some((Number { decimals: text(&coins[..2]), ..amount }, length + 3))
}

/// `10k`, `1.5M`: no money, but a number.
pub(super) fn scaled(rest: &[char]) -> Found {
    let (amount, length) = number(rest)?;
    // 4K and 8K are pictures.
    let small = amount.whole.len() == 1 && amount.decimals.is_empty();
    let (scale, end) = ending(&rest[length..])?;
    (!(small && rest[length] == 'K')).then_some((Class::Scaled { amount, scale }, length + end))
}

/// `k`, `M` right after a number that is none of money. A model of `7B` is named so.
pub(super) fn ending(rest: &[char]) -> Option<(Scale, usize)> {
    let first = rest.first().filter(|c| matches!(c, 'k' | 'K' | 'M'))?;
    let ends = rest.get(1).is_none_or(|c| !c.is_ascii_alphanumeric());
    let scale = if *first == 'M' { Scale::Million } else { Scale::Thousand };
    ends.then_some((scale, 1))
}

/// ` million`, `M`, `bn`.
pub(super) fn scale(rest: &[char]) -> Option<(Scale, usize)> {
    let space = usize::from(rest.first() == Some(&' '));
    let word: String =
        rest[space..].iter().take_while(|c| c.is_ascii_alphabetic()).take(9).collect();
    let scale = match (word.as_str(), space) {
        ("k" | "K", 0) | ("thousand", 1) => Scale::Thousand,
        ("M" | "m" | "mn", 0) | ("million", 1) => Scale::Million,
        ("B" | "b" | "bn", 0) | ("billion", 1) => Scale::Billion,
        ("T" | "tn", 0) | ("trillion", 1) => Scale::Trillion,
        _ => return None,
    };
    Some((scale, space + word.len()))
}
