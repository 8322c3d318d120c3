//! Chinese words for signs.

use super::super::numbers::{chinese as cardinal, chinese_digit};
use super::Around;
use super::token::{Class, Half, Number, Scale};
use super::units::{Currency, Unit};

/// Measure words before which two is 两.
const MEASURES: &str = "个個位只隻本次天年杯岁歲种種件条條张張块塊点點家间間辆輛台把双雙对對颗顆棵朵首句遍口封座层層步周週回倍千万萬亿億名匹头頭段部套群份瓶碗盒包袋分小公米元秒吨噸页頁场場集门門所笔筆排";
/// Before and after these two stays 二.
const NOT_AFTER: &str = "第初周期十百";

/// A class in words.
pub(super) fn say(class: &Class, around: Around<'_>) -> String {
    match class {
        Class::Cardinal(value) => plain(value, around),
        Class::Ordinal(digits) => format!("第{}", cardinal(digits)),
        Class::Numbered(digits) => format!("{}号", cardinal(digits)),
        Class::Decade(digits) => {
            format!("{}年代", if digits.len() == 4 { spelled(digits) } else { cardinal(digits) })
        }
        Class::Date { year, month, day } => {
            let year = year.as_ref().map(|year| format!("{}年", spelled(year)));
            let day = day.map(|day| format!("{}日", small(day)));
            format!("{}{}月{}", year.unwrap_or_default(), small(*month), day.unwrap_or_default())
        }
        Class::Time { hour, minute, second, half } => time(*hour, *minute, *second, *half),
        Class::Money { amount, currency, scale } => money(amount, currency, *scale),
        Class::Scaled { amount, scale } => number(&amount.times(*scale)),
        Class::Measure { amount, unit } => measure(amount, unit),
        Class::Range { from, to, unit } => {
            let to = unit.map_or_else(|| plain(to, around), |unit| measure(to, unit));
            format!("{}到{to}", number(from))
        }
        // A plane digit by digit; what is left is a score.
        Class::Pair(a, b) if a.len() > 2 => format!("{}杠{}", spelled(a), spelled(b)),
        Class::Pair(a, b) => format!("{}比{}", cardinal(a), cardinal(b)),
        Class::Years(from, to) => format!("{}到{}", spelled(from), spelled(to)),
        Class::Fraction { whole, above, below } => {
            let whole = whole.as_ref().map(|whole| format!("{}又", cardinal(whole)));
            format!("{}{}分之{}", whole.unwrap_or_default(), small(*below), small(*above))
        }
        Class::Score(a, b) => format!("{}比{}", small(*a), small(*b)),
        Class::By(numbers) => numbers.iter().map(number).collect::<Vec<_>>().join("乘"),
        Class::Digits(groups) => digits(groups),
        Class::Dotted(parts) => {
            parts.iter().map(|part| cardinal(part)).collect::<Vec<_>>().join("点")
        }
        // In one language: between two words of English a dot in Chinese would need two voices.
        Class::Address(_) => super::en::say(class, around),
        Class::Sign(sign) => name(*sign).to_owned(),
        Class::Span(from, to) => format!("{}到{}", say(from, around), say(to, around)),
        Class::To => "到".into(),
    }
}

fn name(sign: char) -> &'static str {
    match sign {
        '+' => "加",
        '−' => "减",
        '×' | '*' => "乘",
        '÷' | '/' => "除以",
        '=' => "等于",
        '≈' => "约等于",
        '≠' => "不等于",
        '<' => "小于",
        '>' => "大于",
        '≤' => "小于等于",
        '≥' => "大于等于",
        '±' => "正负",
        '√' => "根号",
        '&' => "和",
        '@' => "艾特",
        '♯' => "sharp",
        '%' => "百分号",
        _ => "",
    }
}

/// A number with regard to what follows: a year is read digit by digit, two things are 两.
fn plain(value: &Number, around: Around<'_>) -> String {
    let bare = value.decimals.is_empty() && !value.negative;
    let next = around.after.iter().find(|c| **c != ' ').copied();
    if bare && next == Some('年') && value.whole.len() == 4 {
        return spelled(&value.whole);
    }
    let dated = value.whole.len() == 2 && next.is_some_and(|c| "月日号號".contains(c));
    if bare
        && dated
        && let Some(digit) = value.whole.strip_prefix('0')
    {
        return cardinal(digit);
    }
    let before = around.before.last().copied();
    let counted = next.is_some_and(|c| MEASURES.contains(c))
        && !before.is_some_and(|c| NOT_AFTER.contains(c));
    // 2 分之: a fraction; 2 点 is a time; both are right with 两 except the first. 2年级 is the second one.
    let stays =
        [['分', '之'], ['年', '级'], ['年', '級']].iter().any(|two| around.after.starts_with(two));
    if bare && value.whole == "2" && counted && !stays {
        return "两".into();
    }
    number(value)
}

fn small(value: u32) -> String {
    cardinal(&value.to_string())
}

fn spelled(digits: &str) -> String {
    let plus = digits.starts_with('+').then_some('加');
    plus.into_iter().chain(digits.chars().filter_map(|c| chinese_digit(c.to_digit(10)?))).collect()
}

fn number(value: &Number) -> String {
    let mut out = String::new();
    if value.negative {
        out.push('负');
    }
    out.push_str(&cardinal(&value.whole));
    if !value.decimals.is_empty() {
        out.push('点');
        out.extend(value.decimals.chars().filter_map(|c| chinese_digit(c.to_digit(10)?)));
    }
    out
}

/// A number before a unit: two is 两.
fn counted(value: &Number) -> String {
    if value.whole == "2" && value.decimals.is_empty() && !value.negative {
        "两".into()
    } else {
        number(value)
    }
}

fn measure(amount: &Number, unit: &Unit) -> String {
    match unit.en.0 {
        "percent" => format!("百分之{}", number(amount)),
        "per mille" => format!("千分之{}", number(amount)),
        "part per million" => format!("百万分之{}", number(amount)),
        "degree Celsius" if amount.negative => {
            format!("零下{}", measure(&Number { negative: false, ..amount.clone() }, unit))
        }
        _ => format!("{}{}", counted(amount), unit.zh),
    }
}

fn time(hour: u32, minute: u32, second: Option<u32>, half: Option<Half>) -> String {
    let mut out = String::from(match half {
        Some(Half::Morning) => "上午",
        Some(Half::Afternoon) => "下午",
        None => "",
    });
    out.push_str(&if hour == 2 { "两".to_owned() } else { small(hour) });
    out.push('点');
    match minute {
        0 if second.is_none() => {}
        1..=9 => out.extend(["零", &small(minute), "分"]),
        _ => out.extend([small(minute).as_str(), "分"]),
    }
    if let Some(second) = second {
        out.extend([small(second).as_str(), "秒"]);
    }
    out
}

fn money(amount: &Number, currency: &Currency, scale: Option<Scale>) -> String {
    if amount.whole.is_empty() {
        return currency.zh.into();
    }
    match scale {
        None => format!("{}{}", counted(&amount.trimmed()), currency.zh),
        Some(scale) => format!("{}{}", number(&amount.times(scale)), currency.zh),
    }
}

/// One by one, with a pause between groups; in a number to call, one is 幺.
fn digits(groups: &[String]) -> String {
    let quantities = groups.len() == 2 && groups.iter().all(|group| group.len() <= 2);
    if quantities {
        return groups.iter().map(|group| cardinal(group)).collect();
    }
    let called = groups.iter().map(String::len).sum::<usize>() >= 7;
    let said = groups.iter().map(|group| {
        let said = spelled(group);
        if called { said.replace('一', "幺") } else { said }
    });
    said.collect::<Vec<_>>().join("，")
}
