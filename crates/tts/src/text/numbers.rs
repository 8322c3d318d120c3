//! Numbers in Chinese and Japanese, from digits to the way they are said.

/// A whole number as its digits, ready to be read by groups of four (万, 億).
fn groups(digits: &str) -> Option<Vec<u32>> {
    if digits.is_empty() || digits.len() > 16 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits
        .as_bytes()
        .rchunks(4)
        .map(|group| std::str::from_utf8(group).ok()?.parse().ok())
        .collect()
}

/// Chinese characters for a whole number: `105` → 一百零五. Longer than 16 digits, or with a leading zero: digit by digit.
pub(super) fn chinese(digits: &str) -> String {
    let by_digit = || digits.chars().filter_map(|c| chinese_digit(c.to_digit(10)?)).collect();
    if digits.len() > 1 && digits.starts_with('0') {
        return by_digit();
    }
    let Some(groups) = groups(digits) else { return by_digit() };
    if groups == [0] {
        return "零".into();
    }
    let mut out = String::new();
    for (place, &group) in groups.iter().enumerate().rev() {
        if group == 0 {
            continue;
        }
        if !out.is_empty() && group < 1000 {
            out.push('零');
        }
        let mut zero = false;
        for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
            let digit = group / unit % 10;
            if digit == 0 {
                zero |= group > unit && group % unit != 0 && group / unit > 0;
                continue;
            }
            if zero {
                out.push('零');
                zero = false;
            }
            // Ten to nineteen at the very front are said without the one.
            if !(digit == 1 && unit == 10 && out.is_empty()) {
                out.extend(if digit == 2 && unit >= 1000 {
                    Some('两')
                } else {
                    chinese_digit(digit)
                });
            }
            out.push_str(name);
        }
        out.push_str(["", "万", "亿", "万亿"][place.min(3)]);
    }
    out
}

/// One digit: 零 一 二 … 九.
pub(super) fn chinese_digit(digit: u32) -> Option<char> {
    ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'].get(digit as usize).copied()
}

/// Hiragana for a whole number, sound changes included: `365` → さんびゃくろくじゅうご.
pub(super) fn japanese(digits: &str) -> String {
    let by_digit = || digits.chars().filter_map(|c| c.to_digit(10)).map(japanese_digit).collect();
    if digits.len() > 1 && digits.starts_with('0') {
        return by_digit();
    }
    let Some(groups) = groups(digits) else { return by_digit() };
    if groups == [0] {
        return "ぜろ".into();
    }
    let mut out = String::new();
    for (place, &group) in groups.iter().enumerate().rev() {
        if group == 0 {
            continue;
        }
        let one_thousand = if place == 0 { "せん" } else { "いっせん" };
        let thousands = [(1, one_thousand), (3, "さんぜん"), (8, "はっせん")];
        out.push_str(&units(group / 1000, "せん", &thousands));
        let hundreds = [(1, "ひゃく"), (3, "さんびゃく"), (6, "ろっぴゃく"), (8, "はっぴゃく")];
        out.push_str(&units(group / 100 % 10, "ひゃく", &hundreds));
        out.push_str(&units(group / 10 % 10, "じゅう", &[(1, "じゅう")]));
        // 一億, 一万 keep their one; 一兆 becomes いっちょう.
        let one = group % 10;
        if one != 0 {
            out.push_str(if place == 3 && one == 1 { "いっ" } else { japanese_digit(one) });
        }
        out.push_str(["", "まん", "おく", "ちょう"][place.min(3)]);
    }
    out
}

/// A digit and its unit, or what the two sound like together.
fn units(digit: u32, unit: &str, together: &[(u32, &str)]) -> String {
    match together.iter().find(|(special, _)| *special == digit) {
        Some((_, sound)) => (*sound).to_owned(),
        None if digit == 0 => String::new(),
        None => format!("{}{unit}", japanese_digit(digit)),
    }
}

/// One digit as it is counted.
pub(super) fn japanese_digit(digit: u32) -> &'static str {
    ["ぜろ", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう"]
        .get(digit as usize)
        .copied()
        .unwrap_or("")
}

/// Number and counter together, where the pair is not said as its halves are: `3` 本 → さんぼん, `1` 人 → ひとり.
/// `None` where plain number and dictionary reading do.
pub(super) fn japanese_counter(digits: &str, counter: char) -> Option<String> {
    let number: u64 = digits.parse().ok()?;
    if let Some(whole) = native_count(number, counter) {
        return Some(whole.to_owned());
    }
    let last = number % 10;
    if let Some(ending) = changed_digit(last, counter) {
        return Some(tens(number) + ending);
    }
    // Counters before whose sound 1, 6, 8 and 10 are clipped, and what they become after those and after 3.
    let (plain, clipped, after_three) = match counter {
        '本' => ("ほん", "ぽん", "ぼん"),
        '匹' => ("ひき", "ぴき", "びき"),
        '杯' => ("はい", "ぱい", "ばい"),
        '分' => ("ふん", "ぷん", "ぷん"),
        '回' => ("かい", "かい", "かい"),
        '個' => ("こ", "こ", "こ"),
        '歳' | '才' => ("さい", "さい", "さい"),
        '冊' => ("さつ", "さつ", "さつ"),
        _ => return None,
    };
    let clip_six = !plain.starts_with('さ');
    Some(match last {
        1 => tens(number) + "いっ" + clipped,
        3 => tens(number) + "さん" + after_three,
        4 if counter == '分' => tens(number) + "よん" + clipped,
        6 if clip_six => tens(number) + "ろっ" + clipped,
        8 => tens(number) + "はっ" + clipped,
        0 if !number.is_multiple_of(100) => {
            let tens = japanese(digits);
            let tens = tens.strip_suffix("じゅう").map(|t| format!("{t}じゅっ")).unwrap_or(tens);
            tens + clipped
        }
        _ => japanese(digits) + plain,
    })
}

/// A number without its last digit.
fn tens(number: u64) -> String {
    let tens = number - number % 10;
    if tens == 0 { String::new() } else { japanese(&tens.to_string()) }
}

/// Pairs that keep the old Japanese numbers.
fn native_count(number: u64, counter: char) -> Option<&'static str> {
    const DAYS: [&str; 10] = [
        "ついたち",
        "ふつか",
        "みっか",
        "よっか",
        "いつか",
        "むいか",
        "なのか",
        "ようか",
        "ここのか",
        "とおか",
    ];
    const THINGS: [&str; 9] = [
        "ひとつ",
        "ふたつ",
        "みっつ",
        "よっつ",
        "いつつ",
        "むっつ",
        "ななつ",
        "やっつ",
        "ここのつ",
    ];
    let place = usize::try_from(number).ok()?.checked_sub(1)?;
    match (number, counter) {
        (1, '人') => Some("ひとり"),
        (2, '人') => Some("ふたり"),
        (20, '歳' | '才') => Some("はたち"),
        (14, '日') => Some("じゅうよっか"),
        (20, '日') => Some("はつか"),
        (24, '日') => Some("にじゅうよっか"),
        (_, '日') => DAYS.get(place).copied(),
        (_, 'つ') => THINGS.get(place).copied(),
        _ => None,
    }
}

/// Last digits with another sound before a counter, counter included.
fn changed_digit(last: u64, counter: char) -> Option<&'static str> {
    Some(match (last, counter) {
        (4, '時') => "よじ",
        (7, '時') => "しちじ",
        (9, '時') => "くじ",
        (4, '月') => "しがつ",
        (7, '月') => "しちがつ",
        (9, '月') => "くがつ",
        (4, '年') => "よねん",
        (4, '円') => "よえん",
        (4, '人') => "よにん",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_as_people_say_them() {
        for (digits, expected) in [
            ("0", "零"),
            ("7", "七"),
            ("15", "十五"),
            ("20", "二十"),
            ("105", "一百零五"),
            ("110", "一百一十"),
            ("2026", "两千零二十六"),
            ("10000", "一万"),
            ("10203", "一万零二百零三"),
            ("100000000", "一亿"),
            ("007", "零零七"),
        ] {
            assert_eq!(chinese(digits), expected, "{digits}");
        }
        for (digits, expected) in [
            ("0", "ぜろ"),
            ("15", "じゅうご"),
            ("365", "さんびゃくろくじゅうご"),
            ("600", "ろっぴゃく"),
            ("2026", "にせんにじゅうろく"),
            ("8800", "はっせんはっぴゃく"),
            ("10000", "いちまん"),
            (
                "12345678901234567890",
                "いちにさんよんごろくななはちきゅうぜろいちにさんよんごろくななはちきゅうぜろ",
            ),
        ] {
            assert_eq!(japanese(digits), expected, "{digits}");
        }
    }

    #[test]
    fn counters_change_the_number() {
        for (digits, counter, expected) in [
            ("1", '人', Some("ひとり")),
            ("3", '本', Some("さんぼん")),
            ("10", '分', Some("じゅっぷん")),
            ("20", '歳', Some("はたち")),
            ("18", '歳', Some("じゅうはっさい")),
            ("4", '時', Some("よじ")),
            ("19", '時', Some("じゅうくじ")),
            ("3", '時', None),
            ("5", '個', Some("ごこ")),
            ("6", '個', Some("ろっこ")),
            ("25", '日', None),
            ("24", '日', Some("にじゅうよっか")),
            ("3", 'つ', Some("みっつ")),
            ("0", '日', None),
        ] {
            assert_eq!(japanese_counter(digits, counter).as_deref(), expected, "{digits}{counter}");
        }
    }
}
