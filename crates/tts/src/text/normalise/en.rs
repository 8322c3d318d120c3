//! English words for signs.

use super::quantities::is_year;
use super::roman::Roman;
use super::token::{Class, Half, Number, Scale};
use super::units::{Currency, Unit};
use super::{Around, by_digit};

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const GROUPS: [&str; 6] = ["", "thousand", "million", "billion", "trillion", "quadrillion"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Words before a year.
const BEFORE_YEARS: [&str; 24] = [
    "in", "since", "until", "till", "from", "by", "of", "before", "after", "during", "around",
    "circa", "year", "early", "late", "mid", "spring", "summer", "autumn", "fall", "winter",
    "born", "class", "to",
];

/// Words before the number of a plane: `Boeing 737-800`.
const MAKERS: [&str; 4] = ["boeing", "airbus", "bombardier", "embraer"];

/// A class in words.
pub(super) fn say(class: &Class, around: Around<'_>) -> String {
    match class {
        Class::Cardinal(number) => plain(number, around),
        Class::Ordinal(digits) => ordinal(digits),
        Class::Numbered(digits) => format!("number {}", cardinal(digits)),
        Class::Decade(digits) => decade(digits),
        Class::Date { year, month, day } => date(year.as_deref(), *month, *day),
        Class::Time { hour, minute, second, half } => time(*hour, *minute, *second, *half),
        Class::Money { amount, currency, scale } => money(amount, currency, *scale),
        Class::Scaled { amount, scale } => format!("{} {}", number(amount), scale_name(*scale)),
        Class::Measure { amount, unit } => measure(amount, unit),
        Class::Range { from, to, unit } => {
            let plane = MAKERS.contains(&around.word_before().to_lowercase().as_str());
            if plane && unit.is_none() && from.decimals.is_empty() && to.decimals.is_empty() {
                return pair(&from.whole, &to.whole);
            }
            let to = unit.map_or_else(|| number(to), |unit| measure(to, unit));
            format!("{} to {to}", number(from))
        }
        Class::Pair(a, b) => pair(a, b),
        Class::Years(from, to) => format!("{} to {}", year(from), year(to)),
        Class::Fraction { whole, above, below } => fraction(whole.as_deref(), *above, *below),
        Class::Score(a, b) => format!("{} to {}", small(*a), small(*b)),
        Class::By(numbers) => numbers.iter().map(number).collect::<Vec<_>>().join(" by "),
        Class::Digits(groups) => digits(groups),
        Class::Dotted(parts) => {
            parts.iter().map(|part| cardinal(part)).collect::<Vec<_>>().join(" point ")
        }
        Class::Address(address) => {
            let said = address.replace('.', " dot ").replace('@', " at ").replace('-', " dash ");
            super::normalise(&said.replace('_', " underscore "), domain::Lang::En, false)
        }
        Class::Sign(sign) => name(*sign).to_owned(),
        Class::Span(from, to) => format!("{} to {}", say(from, around), say(to, around)),
        Class::To => "to".into(),
    }
}

/// A Roman numeral.
pub(super) fn roman(numeral: Roman) -> String {
    match numeral {
        Roman::Number(value) => small(value),
        Roman::Name(value) => format!("the {}", ordinal(&value.to_string())),
        Roman::Letters(letters) => letters,
    }
}

fn name(sign: char) -> &'static str {
    match sign {
        '+' => "plus",
        '−' => "minus",
        '×' | '*' => "times",
        '÷' => "divided by",
        '/' => "over",
        '=' => "equals",
        '≈' => "is about",
        '≠' => "is not",
        '<' => "is less than",
        '>' => "is more than",
        '≤' => "is at most",
        '≥' => "is at least",
        '±' => "plus or minus",
        '√' => "the square root of",
        '&' => "and",
        '@' => "at",
        '♯' => "sharp",
        '%' => "percent",
        _ => "",
    }
}

/// A number alone: a year where the word before says so, a day beside the name of a month.
fn plain(number_: &Number, around: Around<'_>) -> String {
    let Number { negative, whole, decimals } = number_;
    if *negative || !decimals.is_empty() {
        return number(number_);
    }
    let before = around.word_before();
    let month = is_month(&before);
    if is_year(whole) && (month || BEFORE_YEARS.contains(&before.to_lowercase().as_str())) {
        return year(whole);
    }
    let day = whole.len() <= 2 && (1..=31).contains(&whole.parse().unwrap_or(0));
    if day && month {
        // `November 25, 2026`; the year says itself by the day before it.
        return ordinal(whole);
    }
    if day && month_follows(around.after) {
        let the = if before.eq_ignore_ascii_case("the") { "" } else { "the " };
        return format!("{the}{} of", ordinal(whole));
    }
    // `November 25, 2026`.
    let day_before = before.parse::<u32>().is_ok_and(|day| (1..=31).contains(&day));
    let comma = around.before.iter().rev().find(|c| **c != ' ') == Some(&',');
    if is_year(whole) && day_before && comma {
        return year(whole);
    }
    cardinal(whole)
}

/// `November`, `Nov`.
fn is_month(word: &str) -> bool {
    word.len() >= 3 && MONTHS.iter().any(|month| month.starts_with(word))
}

/// ` November`, ` Nov.`
fn month_follows(after: &[char]) -> bool {
    let rest = after.strip_prefix(&[' ']).unwrap_or_default();
    let word: String = rest.iter().take_while(|c| c.is_alphabetic()).take(10).collect();
    is_month(&word)
}

/// The digits of a whole number in words; more than a quadrillion, or with a leading zero: one by one.
pub(super) fn cardinal(digits: &str) -> String {
    if digits.len() > 18 || (digits.len() > 1 && digits.starts_with('0')) {
        return spelled(digits);
    }
    let Ok(value) = digits.parse::<u64>() else { return spelled(digits) };
    if value == 0 {
        return ONES[0].into();
    }
    let mut words = Vec::new();
    for (place, group) in GROUPS.iter().enumerate().rev() {
        let count = value / 1000_u64.pow(place as u32) % 1000;
        if count == 0 {
            continue;
        }
        if place == 0 && count < 100 && !words.is_empty() {
            words.push("and".to_owned());
        }
        words.push(hundreds(count as usize));
        if place > 0 {
            words.push((*group).to_owned());
        }
    }
    words.join(" ")
}

/// 1 to 999.
fn hundreds(value: usize) -> String {
    match (value / 100, value % 100) {
        (0, rest) => tens(rest),
        (hundreds, 0) => format!("{} hundred", ONES[hundreds]),
        (hundreds, rest) => format!("{} hundred and {}", ONES[hundreds], tens(rest)),
    }
}

/// 0 to 99.
fn tens(value: usize) -> String {
    match (value / 10, value % 10) {
        (0 | 1, _) => ONES[value].into(),
        (tens, 0) => TENS[tens].into(),
        (tens, ones) => format!("{}-{}", TENS[tens], ONES[ones]),
    }
}

fn small(value: u32) -> String {
    cardinal(&value.to_string())
}

fn digit(digit: u32) -> &'static str {
    ONES[digit as usize % 10]
}

fn spelled(digits: &str) -> String {
    let plus = if digits.starts_with('+') { "plus " } else { "" };
    format!("{plus}{}", by_digit(digits, digit, " "))
}

fn number(number: &Number) -> String {
    let mut out = String::new();
    if number.negative {
        out.push_str("minus ");
    }
    out.push_str(&cardinal(&number.whole));
    if !number.decimals.is_empty() {
        out.push_str(" point ");
        out.push_str(&spelled(&number.decimals));
    }
    out
}

/// `twenty-first`.
fn ordinal(digits: &str) -> String {
    let words = cardinal(digits.trim_start_matches('0'));
    let at = words.rfind([' ', '-']).map_or(0, |at| at + 1);
    let (start, last) = words.split_at(at);
    let last = match last {
        "one" => "first".into(),
        "two" => "second".into(),
        "three" => "third".into(),
        "five" => "fifth".into(),
        "eight" => "eighth".into(),
        "nine" => "ninth".into(),
        "twelve" => "twelfth".into(),
        "" => "zeroth".into(),
        other => match other.strip_suffix('y') {
            Some(stem) => format!("{stem}ieth"),
            None => format!("{other}th"),
        },
    };
    format!("{start}{last}")
}

/// `nineteen eighty-four`, `two thousand and nine`.
fn year(digits: &str) -> String {
    let Some(value) = digits.parse::<usize>().ok().filter(|value| (1000..10_000).contains(value))
    else {
        return cardinal(digits);
    };
    match (value / 100, value % 100) {
        (century, 0..=9) if century % 10 == 0 => cardinal(digits),
        (century, 0) => format!("{} hundred", tens(century)),
        (century, rest @ 1..=9) => format!("{} oh {}", tens(century), ONES[rest]),
        (century, rest) => format!("{} {}", tens(century), tens(rest)),
    }
}

/// `nineteen nineties`.
fn decade(digits: &str) -> String {
    let words = if digits.len() == 4 { year(digits) } else { cardinal(digits) };
    match words.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{words}s"),
    }
}

fn date(year_: Option<&str>, month: u32, day: Option<u32>) -> String {
    let mut out = MONTHS[(month.clamp(1, 12) - 1) as usize].to_owned();
    if let Some(day) = day {
        out.push(' ');
        out.push_str(&ordinal(&day.to_string()));
    }
    if let Some(digits) = year_ {
        out.push_str(", ");
        out.push_str(&year(digits));
    }
    out
}

fn time(hour: u32, minute: u32, second: Option<u32>, half: Option<Half>) -> String {
    let mut out = small(hour);
    match (minute, half) {
        (0, Some(_)) => {}
        (0, None) if hour > 12 || hour == 0 => out.push_str(" hundred hours"),
        (0, None) => out.push_str(" o'clock"),
        (1..=9, _) => {
            out.push_str(" oh ");
            out.push_str(&small(minute));
        }
        _ => {
            out.push(' ');
            out.push_str(&small(minute));
        }
    }
    if let Some(second) = second.filter(|second| *second > 0) {
        let name = if second == 1 { "second" } else { "seconds" };
        out.extend([" and ", &small(second), " ", name]);
    }
    match half {
        Some(Half::Morning) => out.push_str(" a m"),
        Some(Half::Afternoon) => out.push_str(" p m"),
        None => {}
    }
    out
}

fn scale_name(scale: Scale) -> &'static str {
    match scale {
        Scale::Thousand => "thousand",
        Scale::Million => "million",
        Scale::Billion => "billion",
        Scale::Trillion => "trillion",
    }
}

/// `seven forty-seven four hundred`: the numbers of a name as they are called, with three digits in two parts.
fn pair(a: &str, b: &str) -> String {
    let called = |digits: &str| match digits.split_at_checked(1) {
        Some((hundreds, rest)) if digits.len() == 3 && b.len() == 3 => match rest {
            "00" => cardinal(digits),
            _ if rest.starts_with('0') => spelled(digits),
            _ => format!("{} {}", cardinal(hundreds), cardinal(rest)),
        },
        _ => cardinal(digits),
    };
    format!("{} {}", called(a), called(b))
}

fn money(amount: &Number, currency: &Currency, scale: Option<Scale>) -> String {
    let (one, many, cent, cents) = currency.en;
    if amount.whole.is_empty() {
        return many.into();
    }
    if let Some(scale) = scale {
        return format!("{} {} {many}", number(amount), scale_name(scale));
    }
    if amount.decimals.len() == 2 && !cents.is_empty() {
        let small = amount.decimals.trim_start_matches('0');
        let small_name = if small == "1" { cent } else { cents };
        let whole = || {
            format!("{} {}", cardinal(&amount.whole), if amount.whole == "1" { one } else { many })
        };
        return match (amount.whole.as_str(), small) {
            (_, "") => whole(),
            ("0", small) => format!("{} {small_name}", cardinal(small)),
            (_, small) => format!("{} and {} {small_name}", whole(), cardinal(small)),
        };
    }
    format!("{} {}", number(amount), if amount.is_one() { one } else { many })
}

fn measure(amount: &Number, unit: &Unit) -> String {
    let (one, many) = unit.en;
    format!("{} {}", number(amount), if amount.is_one() { one } else { many })
}

fn fraction(whole: Option<&str>, above: u32, below: u32) -> String {
    let part = match (above, below) {
        (1, 2) if whole.is_some() => "a half".into(),
        (1, 2) => "one half".into(),
        (1, 4) => "one quarter".into(),
        (above, 4) => format!("{} quarters", small(above)),
        (_, 1 | 21..) => format!("{} over {}", small(above), small(below)),
        (1, below) => format!("one {}", ordinal(&below.to_string())),
        (above, below) => format!("{} {}s", small(above), ordinal(&below.to_string())),
    };
    match whole {
        Some(whole) => format!("{} and {part}", cardinal(whole)),
        None => part,
    }
}

/// One by one, with a pause between groups; two short groups are numbers (`24/7`).
fn digits(groups: &[String]) -> String {
    let quantities = groups.len() == 2 && groups.iter().all(|group| group.len() <= 2);
    let said = groups.iter().map(|g| if quantities { cardinal(g) } else { spelled(g) });
    said.collect::<Vec<_>>().join(if quantities { " " } else { ", " })
}
