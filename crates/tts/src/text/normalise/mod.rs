//! Says in words what is written in signs: numbers, dates, times, amounts, units, ordinals, abbreviations, addresses.
//!
//! Voices are trained on words. What a sign is called depends on the language that is being spoken where it stands, so
//! every sign is recognised first ([`token`], the classes of Sproat et al. 2001) and then put in the words of that language
//! ([`en`], [`zh`], [`ja`]). Only the text for the ear is changed; what is shown stays as it was written.
//!
//! Words themselves are never touched, apart from abbreviations that stand in a table: whatever is not recognised passes
//! through. No digit is left afterwards.

mod abbreviations;
mod addresses;
mod amounts;
mod clocks;
mod counters;
mod dates;
mod en;
mod endings;
mod ja;
mod quantities;
mod roman;
mod signs;
mod spans;
#[cfg(test)]
mod tests;
mod token;
mod units;
mod zh;

use domain::Lang;
use token::Class;
use unicode_normalization::UnicodeNormalization;

use super::clean::MAX_CHARS;
use super::pieces::letter_langs;

/// What stands around a sign.
#[derive(Debug, Clone, Copy)]
struct Around<'a> {
    /// Everything before it.
    before: &'a [char],
    /// Everything after it.
    after: &'a [char],
}

impl Around<'_> {
    /// The word before, without marks; empty where there is none.
    fn word_before(&self) -> String {
        let end = self.before.iter().rposition(|c| c.is_alphanumeric()).map_or(0, |last| last + 1);
        let start = self.before[..end].iter().rposition(|c| !c.is_alphanumeric());
        let word = &self.before[start.map_or(0, |at| at + 1)..end];
        word.iter().take(24).collect()
    }
}

/// A text for the ear in words. `base` is the language of the line; letters around a sign come first. `foreign`: nothing is put into
/// English words, because the voice that reads them speaks another language.
pub(super) fn normalise(text: &str, base: Lang, foreign: bool) -> String {
    let chars = fold(text, foreign);
    let langs = letter_langs(&chars, base);
    let mut out = String::with_capacity(text.len().min(MAX_CHARS * 4));
    // The language of what was said last.
    let mut spoken: Option<Lang> = None;
    let mut at = 0;
    while at < chars.len() {
        let (before, rest) = chars.split_at(at);
        let lang = language(&langs, at, &chars, spoken).unwrap_or(base);
        if foreign && lang == Lang::En {
            out.push(chars[at]);
            spoken = langs[at].or(spoken);
            at += 1;
            continue;
        }
        if let Some((class, length)) = token::find(before, rest, lang) {
            let around = Around { before, after: &rest[length..] };
            let (words, more) = say(&class, lang, around);
            append(&mut out, &words);
            at += length + more;
            if let Some(next) = chars.get(at).filter(|c| c.is_alphabetic())
                && !(is_cjk(*next) && words.chars().next_back().is_some_and(is_cjk))
            {
                out.push(' ');
            }
            spoken = Some(lang);
            continue;
        }
        let around = Around { before, after: rest };
        if lang == Lang::En
            && let Some((roman, length)) = roman::find(around)
        {
            append(&mut out, &en::roman(roman));
            at += length;
            spoken = Some(lang);
            continue;
        }
        if let Some((words, length)) = abbreviations::find(before, rest, lang) {
            append(&mut out, words);
            at += length;
            spoken = Some(lang);
            continue;
        }
        out.push(chars[at]);
        spoken = langs[at].or(spoken);
        at += 1;
    }
    out
}

/// A class in the words of a language, and how many characters after it went into them (a counter, say).
fn say(class: &Class, lang: Lang, around: Around<'_>) -> (String, usize) {
    match lang {
        Lang::En => (en::say(class, around), 0),
        Lang::Zh => (zh::say(class, around), 0),
        Lang::Ja => ja::say(class, around),
    }
}

/// The language in which a sign at `at` is said: that of a letter of Chinese or Japanese which touches it, else of what was
/// said before it, else of what comes.
fn language(
    langs: &[Option<Lang>],
    at: usize,
    chars: &[char],
    spoken: Option<Lang>,
) -> Option<Lang> {
    let ahead = &langs[at..];
    let mark = |c: &char| !c.is_whitespace() && !c.is_alphabetic();
    let touching = chars[at..].iter().take_while(|c| mark(c)).count();
    let next = ahead.get(touching).copied().flatten();
    next.filter(|lang| *lang != Lang::En).or(spoken).or_else(|| {
        // Nothing was said yet: a unit is no word of English, so only letters of other scripts count.
        ahead.iter().flatten().copied().find(|lang| *lang != Lang::En)
    })
}

/// Appends words, with a space where two of them would touch.
fn append(out: &mut String, words: &str) {
    let touches = out.chars().next_back().is_some_and(char::is_alphanumeric);
    let joins = |c: Option<char>| c.is_some_and(is_cjk);
    if touches && !(joins(out.chars().next_back()) && joins(words.chars().next())) {
        out.push(' ');
    }
    out.push_str(words);
}

fn is_cjk(c: char) -> bool {
    super::pieces::is_han(c) || super::pieces::is_kana(c)
}

/// Bounded, and in one way of writing: full-width and half-width forms made ordinary (NFKC), but not what NFKC would run
/// together: ½ after a number, ² after a unit. What cannot be seen is gone: it would cut words in two. `foreign`: but for the joiners,
/// which other scripts need.
fn fold(text: &str, foreign: bool) -> Vec<char> {
    let mut out = Vec::with_capacity(text.len().min(MAX_CHARS));
    for c in text.chars().take(MAX_CHARS) {
        match c {
            '\u{200c}' | '\u{200d}' if foreign => out.push(c),
            _ if is_unseen(c) => {}
            '²' | '³' | '№' | '…' | '‥' | '～' | '〜' | '\u{2122}' | '®' | '©' => {
                out.push(c);
            }
            '¼'..='¾' | '⅐'..='⅞' => {
                out.push(' ');
                out.extend(std::iter::once(c).nfkc().map(|c| if c == '⁄' { '/' } else { c }));
            }
            '⁄' => out.push('/'),
            // It parts what a comma would join: 3/4，100.
            '，' => out.push(c),
            // ①② are two numbers.
            '①'..='⓿' | '❶'..='➓' => {
                out.extend(std::iter::once(c).nfkc());
                out.push(' ');
            }
            // Roman numerals that are characters of their own: nothing else than numbers.
            'Ⅰ'..='Ⅻ' => out.extend((c as u32 - 'Ⅰ' as u32 + 1).to_string().chars()),
            'ⅰ'..='ⅻ' => out.extend((c as u32 - 'ⅰ' as u32 + 1).to_string().chars()),
            '−' | '﹣' => out.push('-'),
            // Digits of other scripts, a wheel of ten each.
            _ if c.is_numeric() && !c.is_ascii_digit() => {
                let plain: String = std::iter::once(c).nfkc().collect();
                if plain.chars().any(|c| c.is_ascii_digit()) {
                    out.extend(plain.chars());
                } else {
                    out.push(c);
                }
            }
            _ if c.is_ascii() || is_kept(c) => out.push(c),
            _ => out.extend(std::iter::once(c).nfkc()),
        }
    }
    out.truncate(MAX_CHARS);
    // Half-width kana and their voicing marks meet only now.
    out.into_iter().nfc().collect()
}

/// Takes no room: soft hyphens, spaces of no width, marks of direction, a byte order.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Nothing to fold: kana, Han characters and their marks.
fn is_kept(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}')
}

/// Digits one by one.
fn by_digit(digits: &str, name: impl Fn(u32) -> &'static str, between: &str) -> String {
    let names: Vec<&str> = digits.chars().filter_map(|c| c.to_digit(10)).map(name).collect();
    names.join(between)
}
