//! Signs that are said by their names.

use super::token::{Class, Found, Number, digit_at, digits, text};
use super::units;

/// `+`, `=`, `&`, `@`, `#5`: where they are said.
pub(super) fn sign(before: &[char], rest: &[char]) -> Found {
    let first = rest[0];
    let next = rest.iter().skip(1).find(|c| **c != ' ');
    let last = before.iter().rev().find(|c| **c != ' ');
    let second = rest.iter().skip(1).take_while(|c| **c == ' ').count() + 1;
    let numbers_around = last.copied().is_some_and(ends_amount)
        && begins_amount(rest.get(second..).unwrap_or_default());
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
        '+' | '=' | '<' | '>' | '*' | '/' | '-' | '×' if numbers_around => {
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

/// A number begins here, or an amount of money.
fn begins_amount(rest: &[char]) -> bool {
    digit_at(rest, units::currency(rest).map_or(0, |(_, length)| length))
}

/// With this sign a number ends, a share, or an amount of money.
fn ends_amount(last: char) -> bool {
    let money = || !last.is_alphabetic() && units::currency(&[last]).is_some();
    last.is_ascii_digit() || last == '%' || money()
}
