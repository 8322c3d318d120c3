//! Japanese words for signs, in kana: how a number is read depends on what is counted.

use super::super::numbers::{japanese as cardinal, japanese_digit};
use super::counters;
use super::token::{Class, Half, Number, Scale};
use super::units::Currency;
use super::{Around, by_digit};

/// A class in words, and how many characters after it went into them.
pub(super) fn say(class: &Class, around: Around<'_>) -> (String, usize) {
    let words = match class {
        Class::Cardinal(value) => return plain(value, around),
        Class::Ordinal(digits) => format!("{}ばんめ", cardinal(digits)),
        Class::Numbered(digits) => format!("{}ばん", cardinal(digits)),
        Class::Decade(digits) => with(digits, "年代"),
        Class::Date { year, month, day } => {
            let year = year.as_ref().map(|year| with(year, "年"));
            let day = day
                .map(|day| if day == 1 { "ついたち".into() } else { with(&day.to_string(), "日") });
            let month = with(&month.to_string(), "月");
            format!("{}{month}{}", year.unwrap_or_default(), day.unwrap_or_default())
        }
        Class::Time { hour, minute, second, half } => time(*hour, *minute, *second, *half),
        Class::Money { amount, currency, scale } => money(amount, currency, *scale),
        Class::Scaled { amount, scale } => return plain(&amount.times(*scale), around),
        Class::Measure { amount, unit } => measured(amount, unit.ja),
        Class::Range { from, to, unit } => {
            let (to, used) = match unit {
                Some(unit) => (measured(to, unit.ja), 0),
                None => plain(to, around),
            };
            return (format!("{}から{to}", number(from)), used);
        }
        // A plane; what is left is a score.
        Class::Pair(a, b) if a.len() > 2 => format!("{}の{}", spelled(a), cardinal(b)),
        Class::Pair(a, b) => format!("{}たい{}", cardinal(a), cardinal(b)),
        Class::Years(from, to) => format!("{}から{}", with(from, "年"), with(to, "年")),
        Class::Fraction { whole, above, below } => {
            let whole = whole.as_ref().map(|whole| format!("{}と", cardinal(whole)));
            format!("{}{}ぶんの{}", whole.unwrap_or_default(), small(*below), small(*above))
        }
        Class::Score(a, b) => format!("{}たい{}", small(*a), small(*b)),
        Class::By(numbers) => numbers.iter().map(number).collect::<Vec<_>>().join("かける"),
        Class::Digits(groups) => digits(groups),
        Class::Dotted(parts) => {
            parts.iter().map(|part| cardinal(part)).collect::<Vec<_>>().join("てん")
        }
        // In one language: between two words of English a dot in Japanese would need two voices.
        Class::Address(_) => super::en::say(class, around),
        Class::Sign(sign) => name(*sign).to_owned(),
        Class::Span(from, to) => {
            let ((from, _), (to, used)) = (say(from, around), say(to, around));
            return (format!("{from}から{to}"), used);
        }
        Class::To => "から".into(),
    };
    (words, 0)
}

fn name(sign: char) -> &'static str {
    match sign {
        '+' => "たす",
        '−' => "ひく",
        '×' | '*' => "かける",
        '÷' | '/' => "わる",
        '=' => "イコール",
        '≈' => "ほぼイコール",
        '≠' => "ノットイコール",
        '<' => "しょうなり",
        '>' => "だいなり",
        '≤' => "しょうなりイコール",
        '≥' => "だいなりイコール",
        '±' => "プラスマイナス",
        '√' => "ルート",
        '&' => "アンド",
        '@' => "アットマーク",
        '♯' => "シャープ",
        '%' => "パーセント",
        _ => "",
    }
}

/// A number and, where what follows changes its sound, what follows.
fn plain(value: &Number, around: Around<'_>) -> (String, usize) {
    if value.decimals.is_empty() && !value.negative {
        let first_of_month = value.whole == "1"
            && around.before.last() == Some(&'月')
            && around.after.first() == Some(&'日');
        if first_of_month {
            return ("ついたち".into(), 1);
        }
        if let Some(counted) = counters::read(&value.whole, around.after) {
            return counted;
        }
    }
    (number(value), 0)
}

fn small(value: u32) -> String {
    cardinal(&value.to_string())
}

fn spelled(digits: &str) -> String {
    let plus = if digits.starts_with('+') { "プラス" } else { "" };
    format!("{plus}{}", by_digit(digits, japanese_digit, ""))
}

fn number(value: &Number) -> String {
    let mut out = String::new();
    if value.negative {
        out.push_str("マイナス");
    }
    // Before the point nothing is left out, and zero is れい.
    out.push_str(&if value.whole == "0" && !value.decimals.is_empty() {
        "れい".to_owned()
    } else {
        cardinal(&value.whole)
    });
    if !value.decimals.is_empty() {
        out.push_str("てん");
        out.push_str(&spelled(&value.decimals));
    }
    out
}

/// Digits and what they count.
fn with(digits: &str, counted: &str) -> String {
    let rest: Vec<char> = counted.chars().collect();
    match counters::read(digits, &rest) {
        Some((mut said, used)) => {
            said.extend(&rest[used..]);
            said
        }
        None => format!("{}{counted}", cardinal(digits)),
    }
}

fn measured(amount: &Number, unit: &str) -> String {
    if amount.decimals.is_empty() {
        let minus = if amount.negative { "マイナス" } else { "" };
        format!("{minus}{}", with(&amount.whole, unit))
    } else {
        format!("{}{unit}", number(amount))
    }
}

fn time(hour: u32, minute: u32, second: Option<u32>, half: Option<Half>) -> String {
    let mut out = String::from(match half {
        Some(Half::Morning) => "ごぜん",
        Some(Half::Afternoon) => "ごご",
        None => "",
    });
    out.push_str(&with(&hour.to_string(), "時"));
    if minute > 0 || second.is_some() {
        out.push_str(&with(&minute.to_string(), "分"));
    }
    if let Some(second) = second {
        out.push_str(&with(&second.to_string(), "秒"));
    }
    out
}

fn money(amount: &Number, currency: &Currency, scale: Option<Scale>) -> String {
    if amount.whole.is_empty() {
        return currency.ja.into();
    }
    let amount = scale.map_or_else(|| amount.trimmed(), |scale| amount.times(scale));
    measured(&amount, currency.ja)
}

/// One by one, with a pause between groups.
fn digits(groups: &[String]) -> String {
    let quantities = groups.len() == 2 && groups.iter().all(|group| group.len() <= 2);
    let said = groups.iter().map(|g| if quantities { cardinal(g) } else { spelled(g) });
    said.collect::<Vec<_>>().join("、")
}
