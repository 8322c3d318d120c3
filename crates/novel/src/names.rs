//! Names that a text carries in front of what is said: `Name: text`, `【name】「text」`, `name「text」`.

use std::collections::HashMap;

use crate::line::{Kind, Line};

/// Words that stand before a colon and are no names.
const NO_NAMES: &[&str] = &[
    "http", "https", "note", "notes", "warning", "example", "todo", "ps", "p.s", "chapter",
    "scene", "tip", "hint", "time", "date", "时间", "地点", "日期", "提示", "注意", "時間", "場所",
    "日時",
];

/// `Name: text`, as the script writes it: a short name without sentence marks, then a colon, then something.
pub(crate) fn before_colon(line: &str) -> Option<(&str, &str)> {
    let at = line.find([':', '：'])?;
    let width = line[at..].chars().next().map_or(1, char::len_utf8);
    let (name, text) = (line[..at].trim(), line[at + width..].trim());
    if text.is_empty() || text.starts_with("//") || !may_speak(name) {
        return None;
    }
    Some((name, text))
}

/// Whether it looks like a name, and is none of the words that stand where names do.
pub(crate) fn may_speak(name: &str) -> bool {
    is_name(name) && !NO_NAMES.contains(&name.to_lowercase().as_str())
}

/// `【name】text`, `[name] text` is not one: brackets are commands in most scripts.
pub(crate) fn in_lenticular(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.strip_prefix('【')?.split_once('】')?;
    let name = name.trim();
    (!name.is_empty() && name.chars().count() <= 24).then(|| (name, rest.trim()))
}

/// A name: up to four words and 24 characters, beginning with a capital or a letter without case, no sentence marks.
fn is_name(name: &str) -> bool {
    let Some(first) = name.chars().next() else { return false };
    (first.is_uppercase()
        || (first.is_alphabetic() && !first.is_lowercase())
        || matches!(first, '？' | '?'))
        && name.chars().count() <= 24
        && name.split_whitespace().count() <= 4
        && name.chars().all(|c| {
            c.is_alphanumeric()
                || c.is_whitespace()
                || matches!(c, '.' | '\'' | '’' | '-' | '・' | '?' | '？' | '&' | '＆')
        })
}

/// How often each name stands before a colon: a name that stands there once is more likely a sentence.
pub(crate) fn count<'a>(lines: impl Iterator<Item = &'a str>) -> HashMap<&'a str, u32> {
    let mut names = HashMap::new();
    for (name, _) in lines.filter_map(before_colon) {
        *names.entry(name).or_insert(0) += 1;
    }
    names
}

/// A name that is told from rows stands in front of so many of them at least.
const LEAST: u32 = 3;

/// Where no row of a game says who speaks, the text may say it itself: `Name: words`, for names that come back.
pub(crate) fn from_words(lines: &mut [Line]) {
    if lines.iter().any(|line| line.kind == Kind::Say) {
        return;
    }
    let named = |line: &Line| {
        let (name, words) = before_colon(&line.plain).filter(|_| line.kind == Kind::Narration)?;
        (!name.contains('\n')).then(|| (name.to_owned(), words.to_owned()))
    };
    let mut counts: HashMap<String, u32> = HashMap::new();
    for (name, _) in lines.iter().filter_map(named) {
        *counts.entry(name).or_default() += 1;
    }
    for line in lines {
        let Some((name, words)) = named(line) else { continue };
        if counts.get(&name).is_none_or(|&count| count < LEAST) {
            continue;
        }
        let rest = line.text.strip_prefix(name.as_str()).map(str::trim_start);
        if let Some(rest) = rest.and_then(|rest| rest.strip_prefix([':', '：'])) {
            line.text = rest.trim_start().to_owned();
        }
        line.kind = Kind::Say;
        line.speaker_id = Some(name.clone());
        line.speaker = Some(name);
        line.plain = words;
    }
}
