//! One `[tag attribute=value]` or `@tag attribute=value`.

/// A tag with its attributes, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
}

impl Tag {
    /// Reads the inside of a tag, without brackets or `@`. KAG does not tell case in names of tags; in 【】 stands somebody's.
    pub(super) fn parse(inside: &str) -> Self {
        let inside = inside.trim();
        let end = inside.find(char::is_whitespace).unwrap_or(inside.len());
        let name = &inside[..end];
        let name = if name.starts_with('【') { name.to_owned() } else { name.to_lowercase() };
        let mut tag = Self { name, attributes: Vec::new() };
        let mut rest = inside[end..].trim_start();
        while !rest.is_empty() {
            let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
            let key = &rest[..end];
            let after = rest[end..].trim_start();
            let (value, left) = match after.strip_prefix('=') {
                Some(after) => value(after.trim_start()),
                // `*`, `loop`: an attribute by itself.
                None => (String::new(), after),
            };
            if key.is_empty() && left.len() == rest.len() {
                break;
            }
            tag.attributes.push((key.to_lowercase(), value));
            rest = left.trim_start();
        }
        tag
    }

    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The first of several attributes that has a value.
    pub(super) fn first(&self, keys: &[&str]) -> Option<&str> {
        keys.iter().find_map(|key| self.get(key)).filter(|value| !value.is_empty())
    }
}

/// A value, quoted or not, and what follows. A backquote escapes the next character, as in KAG.
fn value(text: &str) -> (String, &str) {
    let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let mut out = String::new();
    let mut chars = text[1..].char_indices();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            return (out, &text[1 + at + 1..]);
        }
        match c {
            '`' => out.extend(chars.next().map(|(_, c)| c)),
            _ => out.push(c),
        }
    }
    (out, "")
}

/// How far, in bytes, a bracket is looked for that ends a tag; to the end of the line for each would take for ever.
const LONGEST: usize = 1 << 12;

/// Where the tag that `text` begins with (`[`) ends, brackets inside quotes or nested ones skipped.
pub(super) fn tag_end(text: &str) -> Option<usize> {
    // A quote that is never closed is none: nested brackets count, and failing that the first bracket ends the tag.
    bracket_end(text, true)
        .or_else(|| bracket_end(text, false))
        .or_else(|| text.find(']').map(|at| at + 1))
}

fn bracket_end(text: &str, quotes: bool) -> Option<usize> {
    let mut quote = None;
    let mut depth = 0usize;
    for (at, byte) in text.bytes().take(LONGEST).enumerate() {
        if let Some(open) = quote {
            if byte == open {
                quote = None;
            }
            continue;
        }
        match byte {
            b'"' | b'\'' if quotes => quote = Some(byte),
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
