//! Card texts as plain text: cards come from strangers, and what they write is often HTML. For lists and previews only the words are
//! wanted, so markup is taken out rather than made safe.

/// Elements whose content is no text for people.
const SILENT: [&str; 8] =
    ["script", "style", "template", "iframe", "object", "noscript", "svg", "title"];
/// Elements after which words do not run together.
const BLOCKS: [&str; 15] =
    ["p", "br", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "td", "hr"];

/// The words of a text without tags, comments, scripts and Markdown's marks; white space becomes single spaces.
pub(crate) fn plain(text: &str) -> String {
    let words = without_tags(text);
    let mut out = String::with_capacity(words.len());
    for word in without_marks(&words).split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let name: String = rest[1..]
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .take(16)
            .collect();
        if name.is_empty() {
            // `<3`, `a < b`: no tag.
            out.push('<');
            rest = &rest[1..];
            continue;
        }
        let Some(end) = rest.find('>') else {
            // `<START` without an end: what follows is text.
            out.push_str(rest);
            return out;
        };
        let name = name.to_ascii_lowercase();
        let closing = rest[1..].starts_with('/');
        rest = &rest[end + 1..];
        if !closing && SILENT.contains(&name.as_str()) {
            rest = after_closing(rest, &name);
        } else if BLOCKS.contains(&name.as_str()) {
            out.push(' ');
        }
    }
    out.push_str(rest);
    out
}

/// What follows `</name …>`; nothing where it is never closed.
fn after_closing<'a>(text: &'a str, name: &str) -> &'a str {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = text[at..].find("</") {
        let start = at + found + 2;
        let end = start + name.len();
        if bytes.get(start..end).is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes())) {
            return text[end..].find('>').map_or("", |close| &text[end + close + 1..]);
        }
        at = start;
    }
    ""
}

/// Markdown's marks of pictures, links and emphasis are left out; their words stay.
fn without_marks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['[', '*', '`', '#', '~', '&']) {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        let mut used = found.chars().next().map_or(0, char::len_utf8);
        match found.as_bytes().first() {
            Some(b'[') => {
                if let Some((label, length)) = link(found) {
                    let picture = out.ends_with('!');
                    if picture {
                        out.pop();
                    } else {
                        out.push_str(label);
                    }
                    used = length;
                } else {
                    out.push('[');
                }
            }
            Some(b'&') => {
                let entity = [
                    ("&amp;", "&"),
                    ("&lt;", "<"),
                    ("&gt;", ">"),
                    ("&quot;", "\""),
                    ("&nbsp;", " "),
                    ("&#39;", "'"),
                ];
                match entity.iter().find(|(name, _)| found.starts_with(name)) {
                    Some((name, letter)) => {
                        out.push_str(letter);
                        used = name.len();
                    }
                    None => out.push('&'),
                }
            }
            Some(b'#') if !(out.is_empty() || out.ends_with(['\n', '#', ' '])) => out.push('#'),
            Some(b'~') if !found.starts_with("~~") => out.push('~'),
            Some(b'~') => used = 2,
            _ => {}
        }
        rest = &found[used..];
    }
    out.push_str(rest);
    out
}

/// `[label](address)`: the label and the length of all of it.
fn link(text: &str) -> Option<(&str, usize)> {
    const FAR: usize = 2_000;
    // Only so far, or a text of nothing but brackets would be searched to its end from each of them.
    let label = text[..text.floor_char_boundary(FAR)].find(']')?;
    let address = text[label + 1..].strip_prefix('(')?;
    let end = address[..address.floor_char_boundary(FAR)].find(')')?;
    Some((&text[1..label], label + 2 + end + 1))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn words_stay_and_markup_goes() {
        for (text, expected) in [
            ("A <b>bold</b>\n\n  girl", "A bold girl"),
            ("<p>One</p><p>Two</p>", "One Two"),
            ("x<script>alert(1)</script>y", "xy"),
            ("x<SCRIPT src=//a>alert(1)</ScRiPt >y", "xy"),
            ("x<style>p{}", "x"),
            ("a<!-- no -->b", "ab"),
            ("I <3 you, 1 < 2", "I <3 you, 1 < 2"),
            ("**Bold** and *soft* `code` ~~gone~~", "Bold and soft code gone"),
            ("![pic](https://evil/x.png)see [this](https://evil)", "see this"),
            ("# Title\n## Sub C# #1", "Title Sub C# 1"),
            ("Q&amp;A &lt;b&gt;", "Q&A <b>"),
            ("[joy] stays", "[joy] stays"),
            ("unfinished <img src=x", "unfinished <img src=x"),
            ("話す<br>「ねえ」", "話す 「ねえ」"),
        ] {
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    #[test]
    fn hostile_text_takes_no_time() {
        for piece in ["<", "[", "<script>", "</", "<!--", "[a](", "&"] {
            let start = std::time::Instant::now();
            let _words = plain(&piece.repeat(100_000));
            assert!(start.elapsed().as_secs() < 5, "{piece}");
        }
    }
}
