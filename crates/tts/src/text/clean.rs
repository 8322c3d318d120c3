//! Removes what voices read badly. The delivery room has already taken stage directions, markdown and emoji out of a
//! line; this is the guard against what got through, and against text that never went that way (`hanashi say`).

use unicode_normalization::char::is_combining_mark;

/// More characters than any line has; what comes after is not spoken.
pub(crate) const MAX_CHARS: usize = 6000;

/// Text with letters, digits and plain punctuation only; full-width letters and digits made ordinary. Empty where there is
/// nothing to say. `foreign`: letters of every script stay, and the comma in a number, which in most languages begins its decimals.
pub(super) fn clean(text: &str, foreign: bool) -> String {
    let mut out = String::with_capacity(text.len().min(MAX_CHARS * 4));
    let mut chars = text.chars().take(MAX_CHARS).map(fold).peekable();
    while let Some(c) = chars.next() {
        let previous = out.chars().next_back();
        match c {
            _ if !foreign && super::pieces::strange_script(c).is_some() => {}
            _ if foreign && (c.is_alphabetic() || is_combining_mark(c)) => out.push(c),
            _ if c.is_alphanumeric() || is_combining(c) => out.push(c),
            '\'' | '\u{2019}' if previous.is_some_and(char::is_alphabetic) => out.push('\''),
            '~' | '〜' | '～' if previous.is_some_and(super::pieces::is_kana) => out.push('ー'),
            '.' if previous == Some('.') || chars.peek() == Some(&'.') => {
                while chars.next_if_eq(&'.').is_some() {}
                if previous == Some('.') {
                    out.pop();
                }
                mark(&mut out, '…');
            }
            '.' if previous.is_some_and(char::is_alphanumeric) => out.push('.'),
            '。' | '．' | '!' | '?' | '…' | '‥' => mark(&mut out, c),
            ',' if previous.is_some_and(|p| p.is_ascii_digit())
                && chars.peek().is_some_and(char::is_ascii_digit) =>
            {
                if foreign {
                    out.push(',');
                }
            }
            ',' | '、' | ';' | ':' | '(' | ')' | '—' | '–' | '「' | '」' | '『' | '』' | '―' =>
            {
                // A colon or dot inside a number is part of it.
                let in_number = previous.is_some_and(|p| p.is_ascii_digit())
                    && chars.peek().is_some_and(char::is_ascii_digit);
                if c == ':' && in_number { out.push(':') } else { mark(&mut out, ',') }
            }
            '-' if previous.is_some_and(char::is_alphanumeric)
                && chars.peek().is_some_and(|n| n.is_alphanumeric()) =>
            {
                out.push('-');
            }
            '-' if chars.peek().is_some_and(char::is_ascii_digit) => out.push('-'),
            '%' | '&' | '+' | '=' | '@' | '$' | '€' | '£' | '¥' | '°' => out.push(c),
            '・' => {}
            _ => {
                if previous.is_some_and(|p| p != ' ') {
                    out.push(' ');
                }
            }
        }
    }
    let speakable = out.chars().any(char::is_alphanumeric);
    if speakable { out.trim().to_owned() } else { String::new() }
}

/// Appends a mark, unless only marks and spaces stand before it; a stronger one replaces a weaker one.
fn mark(out: &mut String, c: char) {
    let c = match c {
        '。' | '．' => '.',
        '‥' => '…',
        _ => c,
    };
    while out.ends_with(' ') {
        out.pop();
    }
    let strength = |c| match c {
        ',' => 1,
        '…' => 2,
        '.' => 3,
        '!' => 4,
        '?' => 5,
        _ => 0,
    };
    match out.chars().next_back() {
        None => {}
        Some(last) if strength(last) == 0 => {
            out.push(c);
            out.push(' ');
        }
        Some(last) => {
            if strength(c) > strength(last) {
                out.pop();
                out.push(c);
            }
            out.push(' ');
        }
    }
}

/// Full-width ASCII and full-width punctuation to their ordinary forms.
fn fold(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' if c != '～' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\t' | '\n' | '\r' => ' ',
        '，' => ',',
        '“' | '”' => '"',
        '‘' => '\'',
        _ => c,
    }
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036f}' | '\u{3099}' | '\u{309a}' | 'ー' | '々' | '〇')
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn only_what_can_be_spoken_is_left() {
        for (text, expected) in [
            ("Hello there!", "Hello there!"),
            ("Well... *smiles* <b>you</b> #1", "Well… smiles b you b 1"),
            ("!!!", ""),
            ("😀", ""),
            ("…", ""),
            ("No!!! Why?!?!", "No! Why?"),
            ("I'm “fine”, 3.14 and 1,000 - ok", "I'm fine, 3.14 and 1000 ok"),
            ("１２３！ＡＢＣ", "123! ABC"),
            ("すごい〜！", "すごいー!"),
            ("「今日は」雨です。", "今日は, 雨です."),
            ("そう・・・", "そう"),
            ("at 10:30, ok", "at 10:30, ok"),
            ("😀 hi 😀!", "hi!"),
        ] {
            assert_eq!(clean(text, false), expected, "{text}");
        }
        // A voice of another language has letters and commas of its own.
        for (text, expected) in
            [("Привет, мир!", "Привет, мир!"), ("3,14 *lacht* 😀", "3,14 lacht"), ("नमस्ते", "नमस्ते")]
        {
            assert_eq!(clean(text, true), expected, "{text}");
        }
    }
}
