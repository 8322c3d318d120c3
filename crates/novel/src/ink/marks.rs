//! The marks of a line of Ink: gathers, labels, conditions of choices, diverts, tags.

use super::logic;
use crate::markup;

/// Without the dashes of a gather (`- - text`), and how many there were; those of a divert stay.
pub(super) fn ungathered(line: &str) -> (&str, usize) {
    let mut text = line;
    let mut marks = 0;
    while let Some(rest) = text.strip_prefix('-').filter(|rest| !rest.starts_with('>')) {
        text = rest.trim_start();
        marks += 1;
    }
    (text, marks)
}

/// A line's text as the counter of names sees it.
pub(super) fn content(line: &str) -> &str {
    line.trim().trim_start_matches(['*', '+', '-', ' ', '\t'])
}

pub(super) fn without_label(text: &str) -> &str {
    let Some((label, rest)) = text.strip_prefix('(').and_then(|rest| rest.split_once(')')) else {
        return text;
    };
    if label.chars().all(|c| c == '_' || c.is_alphanumeric()) { rest.trim_start() } else { text }
}

/// The conditions in front of a choice (`{a} {b}`), which all have to hold.
pub(super) fn conditions(text: &str) -> (Option<String>, &str) {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((condition, behind)) = rest.strip_prefix('{').and_then(|it| it.split_once('}'))
        && logic::is_expression(condition)
    {
        found.push(condition.trim());
        rest = behind.trim_start();
    }
    let condition = match found[..] {
        [] => None,
        [condition] => Some(condition.to_owned()),
        _ => Some(format!("({})", found.join(") and ("))),
    };
    (condition, rest)
}

/// A text without the divert at its end, and where that leads.
pub(super) fn divert(text: &str) -> (&str, Option<&str>) {
    match markup::outside(text, |rest| rest.starts_with("->")) {
        Some(at) => (
            text[..at].trim_end(),
            text[at + 2..].split_whitespace().next().filter(|to| !to.starts_with("->")),
        ),
        None => (text, None),
    }
}

/// A text without its tags (`# tag`), and those.
pub(super) fn tags(text: &str) -> (&str, Vec<&str>) {
    match markup::outside(text, |rest| rest.starts_with('#')) {
        Some(at) => (&text[..at], text[at + 1..].split('#').map(str::trim).collect()),
        None => (text, Vec::new()),
    }
}

/// The inside of `<b>`, `</i>`, `<color=red>`, or of the glue `<>`.
fn is_tag(inside: &str) -> bool {
    let name = inside.strip_prefix('/').unwrap_or(inside).split('=').next().unwrap_or_default();
    name.len() <= 8 && name.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Without `{…}` and tags; what an expression would print is not known.
pub(super) fn plain(text: &str) -> (String, bool) {
    let mut out = String::new();
    let mut depth = 0usize;
    let mut interpolated = false;
    let mut escaped = false;
    for c in text.chars() {
        match c {
            _ if escaped => {
                escaped = false;
                if depth == 0 {
                    out.push(c);
                }
            }
            '\\' => escaped = true,
            '{' => {
                depth += 1;
                interpolated = true;
            }
            '}' => depth = depth.saturating_sub(1),
            '>' if depth == 0 => match out.rfind('<').filter(|&at| is_tag(&out[at + 1..])) {
                Some(at) => out.truncate(at),
                None => out.push(c),
            },
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    (out.trim().to_owned(), interpolated)
}
