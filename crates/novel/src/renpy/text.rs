//! What a Ren'Py text shows: without tags, pauses, hidden and ruby text; what an interpolation would show is left out.

/// The plain text, and whether something was interpolated.
pub(super) fn plain(text: &str) -> (String, bool) {
    let mut out = String::with_capacity(text.len());
    let mut interpolated = false;
    let mut hidden: Option<&'static str> = None;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let width = c.len_utf8();
        match c {
            '{' | '[' | '%' if rest[width..].starts_with(c) => {
                if hidden.is_none() {
                    out.push(c);
                }
                at += 2 * width;
            }
            '【' if rest[width..].starts_with('【') => {
                if hidden.is_none() {
                    out.push(c);
                }
                at += 2 * width;
            }
            '{' => {
                let Some(end) = rest.find('}') else {
                    out.push_str(rest);
                    break;
                };
                let tag = &rest[1..end];
                let name = tag.split(['=', ':']).next().unwrap_or(tag).trim();
                match name {
                    // What follows only keeps the place for a text that comes later.
                    "done" => break,
                    "p" | "vspace" if hidden.is_none() => out.push('\n'),
                    "space" if hidden.is_none() => out.push(' '),
                    // Readings of a ruby text and words for screen readers are not on the screen.
                    "rt" | "art" => hidden = Some("/rt"),
                    "alt" => hidden = Some("/alt"),
                    "/rt" | "/art" | "/alt" => hidden = None,
                    _ => {}
                }
                at += end + 1;
            }
            '[' => {
                let Some(end) = interpolation_end(rest) else {
                    out.push_str(rest);
                    break;
                };
                interpolated |= hidden.is_none();
                at += end;
            }
            '%' if old_substitution(rest).is_some() => {
                interpolated |= hidden.is_none();
                at += old_substitution(rest).unwrap_or(width);
            }
            _ => {
                if hidden.is_none() {
                    out.push(c);
                }
                at += width;
            }
        }
    }
    (out.trim().to_owned(), interpolated)
}

/// Length of `%(name)s`, as games before `[name]` write it; nothing if it is none.
fn old_substitution(text: &str) -> Option<usize> {
    let inside = text.strip_prefix("%(")?;
    let end = inside.find(|c: char| !(c == '_' || c == '.' || c.is_alphanumeric()))?;
    let kind = inside[end..].strip_prefix(')')?;
    (end > 0 && kind.starts_with(['s', 'd', 'i', 'f', 'r'])).then_some(2 + end + 2)
}

/// Length of the interpolation that `text` begins with, brackets inside it (`[items[0]]`) included.
fn interpolation_end(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// A name as it is displayed: tags and the brackets 【】 round it gone, interpolations kept; nothing where that is empty.
pub(super) fn name(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let after = &rest[open..];
        if let Some(doubled) = after.strip_prefix("{{") {
            out.push('{');
            rest = doubled;
        } else if let Some(close) = after.find('}') {
            rest = &after[close + 1..];
        } else {
            rest = after;
            break;
        }
    }
    out.push_str(rest);
    let name = out.replace("[[", "[");
    let name = name.trim();
    let inside = name.strip_prefix('【').and_then(|rest| rest.strip_suffix('】'));
    Some(inside.unwrap_or(name).trim().to_owned()).filter(|name| !name.is_empty())
}
