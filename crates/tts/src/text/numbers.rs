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
                // 两千, 两万, but 十二万.
                let counted = unit >= 1000 || (unit == 1 && place > 0 && group == 2);
                out.extend(if digit == 2 && counted { Some('两') } else { chinese_digit(digit) });
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
            ("20000", "两万"),
            ("120000", "十二万"),
            ("200000000", "两亿"),
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
}
