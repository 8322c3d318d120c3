//! What stands in braces on one line: two sides of a condition, a sequence, or a value that is printed.

use crate::markup;

/// What braces hold.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Logic<'t> {
    /// One of these is printed.
    One(Vec<&'t str>),
    /// What an expression comes to is printed.
    Value,
    /// Nothing that the language has.
    Unknown,
}

/// Marks of sequences; they come before everything else, so that `{!a: b}` is one, too.
const SEQUENCE: [char; 4] = ['!', '&', '~', '$'];

/// Reads the inside of a pair of braces, in the order in which the language's own compiler tries.
pub(super) fn logic(inside: &str) -> Logic<'_> {
    let inside = inside.trim();
    if inside.starts_with(SEQUENCE) {
        return Logic::One(sides(inside.trim_start_matches(SEQUENCE)));
    }
    if let Some((words, rest)) = inside.split_once(':')
        && is_sequence(words)
    {
        return Logic::One(sides(rest));
    }
    if let Some((_, rest)) = condition(inside) {
        return Logic::One(sides(rest));
    }
    let sides = sides(inside);
    if sides.len() > 1 {
        Logic::One(sides)
    } else if is_expression(inside) {
        Logic::Value
    } else {
        Logic::Unknown
    }
}

/// `stopping`, `shuffle once`: the names of sequences.
pub(super) fn is_sequence(words: &str) -> bool {
    let mut words = words.split_whitespace().peekable();
    words.peek().is_some()
        && words.all(|word| matches!(word, "stopping" | "shuffle" | "cycle" | "once"))
}

/// `condition: rest`.
pub(super) fn condition(text: &str) -> Option<(&str, &str)> {
    let end = expression(text)?;
    let rest = text[end..].trim_start().strip_prefix(':')?;
    Some((text[..end].trim(), rest))
}

/// Whether the whole of a text is an expression.
pub(super) fn is_expression(text: &str) -> bool {
    expression(text).is_some_and(|end| text[end..].trim().is_empty())
}

/// The pairs of braces in a text, without those inside them.
pub(super) fn braces(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(open) = markup::outside(rest, |rest| rest.starts_with('{')) {
        let inside = &rest[open + 1..];
        let Some(close) = markup::outside(inside, |rest| rest.starts_with('}')) else { break };
        found.push(&inside[..close]);
        rest = &inside[close + 1..];
    }
    found
}

/// What stands between the strokes of `one|two`.
fn sides(text: &str) -> Vec<&str> {
    let mut sides = Vec::new();
    let mut rest = text;
    while let Some(stroke) = markup::outside(rest, |rest| rest.starts_with('|')) {
        sides.push(&rest[..stroke]);
        rest = &rest[stroke + 1..];
    }
    sides.push(rest);
    sides
}

/// Where the expression ends that a text begins with.
fn expression(text: &str) -> Option<usize> {
    let mut end = operand(text, 0)?;
    while let Some(next) = operator(text, end).and_then(|at| operand(text, at)) {
        end = next;
    }
    Some(end)
}

/// Behind the spaces that begin there.
fn skip(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start().len()
}

/// Behind the word that begins there.
fn word(text: &str, at: usize) -> usize {
    let rest = text[at..].trim_start_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '.');
    text.len() - rest.len()
}

/// Behind an operand, with what is written in front of it.
fn operand(text: &str, at: usize) -> Option<usize> {
    let mut at = skip(text, at);
    loop {
        if text[at..].starts_with("->") {
            let target = skip(text, at + 2);
            return Some(word(text, target)).filter(|&end| end > target);
        }
        if text[at..].starts_with(['-', '!']) {
            at = skip(text, at + 1);
        } else if &text[at..word(text, at)] == "not" {
            at = skip(text, at + 3);
        } else {
            break;
        }
    }
    match text[at..].chars().next()? {
        '"' => text[at + 1..].find('"').map(|close| at + close + 2),
        '(' => parenthesis(text, at),
        _ => {
            let end = Some(word(text, at)).filter(|&end| end > at)?;
            // A call, or a variable that counts up or down.
            let next = skip(text, end);
            if text[next..].starts_with('(') {
                return parenthesis(text, next);
            }
            let counted = text[end..].starts_with("++") || text[end..].starts_with("--");
            Some(if counted { end + 2 } else { end })
        }
    }
}

/// Behind the parenthesis that opens there.
fn parenthesis(text: &str, at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quoted = false;
    for (offset, c) in text[at..].char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + offset + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// Behind an operator between two operands.
fn operator(text: &str, at: usize) -> Option<usize> {
    let at = skip(text, at);
    let signs =
        ["&&", "||", "==", "!=", "<=", ">=", "!?", "?", "<", ">", "+", "-", "*", "/", "%", "^"];
    let rest = &text[at..];
    if let Some(sign) = signs.iter().find(|sign| rest.starts_with(**sign)) {
        return (!rest.starts_with("->")).then_some(at + sign.len());
    }
    let end = word(text, at);
    matches!(&text[at..end], "and" | "or" | "mod" | "has" | "hasnt").then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_braces_hold() {
        for (inside, sides) in [
            ("visited: Before.", vec![" Before."]),
            ("not a.b or x >= 2 && f(\"a: )\", b): One|Two", vec![" One", "Two"]),
            ("bag ? (key, -> b): Yes {b: a|c}", vec![" Yes {b: a|c}"]),
            ("x == \"a:b\": {a|b}|c", vec![" {a|b}", "c"]),
            ("He is late.|He is late: again.", vec!["He is late.", "He is late: again."]),
            ("&One\\|two|", vec!["One\\|two", ""]),
            ("shuffle once: a|b", vec![" a", "b"]),
            ("- a==1: One. - else: Two.", vec![" One. - else: Two."]),
        ] {
            assert_eq!(logic(inside), Logic::One(sides), "{inside}");
        }
        for value in ["name", "a + b * (c - 1)", "f(x)", "not a", "LIST_COUNT(a) - 1", "x++"] {
            assert_eq!(logic(value), Logic::Value, "{value}");
        }
        for unknown in ["my content is jolly", "", "a: b c".trim_start_matches("a:"), "\"open"] {
            assert_eq!(logic(unknown), Logic::Unknown, "{unknown}");
        }
    }
}
