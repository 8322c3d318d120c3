//! The words of an article in MediaWiki's markup. Templates, tables' attributes, references, files and categories are left out: what
//! they would show is not in the article.

use super::Sink;
use super::xml::unescaped;
use crate::error::Stop;
use crate::piece::{Headings, Piece, Place};

/// Deepest nesting of templates and links that is followed; what is deeper is left out.
const DEPTH: usize = 64;
/// A block of so many bytes is given on.
const BLOCK: usize = 1 << 14;

/// Gives an article's paragraphs under its title and headings.
pub(super) fn article(title: &str, source: &str, sink: Sink<'_>) -> Result<(), Stop> {
    // Older dumps mark a redirect by its text alone.
    let start = words::beginning(source.trim_start(), 12);
    if start.to_ascii_uppercase().starts_with("#REDIRECT")
        || ["#重定向", "#転送"].iter().any(|mark| start.starts_with(mark))
    {
        return Ok(());
    }
    let text = plain(source);
    let mut headings = Headings::default();
    headings.open(1, title);
    let mut block = String::new();
    for line in text.lines() {
        let line = line.trim();
        let heading = heading(line);
        if (line.is_empty() || heading.is_some() || block.len() > BLOCK) && !block.trim().is_empty()
        {
            let text = std::mem::take(&mut block);
            sink(Piece { place: Place::Whole, heading: headings.path(), text })?;
        }
        if let Some((level, text)) = heading {
            headings.open(level, text);
        } else if !line.is_empty() {
            if !block.is_empty() {
                block.push('\n');
            }
            block.push_str(line);
        }
    }
    if !block.trim().is_empty() {
        sink(Piece { place: Place::Whole, heading: headings.path(), text: block })?;
    }
    Ok(())
}

/// `== Life ==` is of level 2.
fn heading(line: &str) -> Option<(u8, &str)> {
    let level = line.bytes().take_while(|&byte| byte == b'=').count();
    let text = line.get(level..)?.strip_suffix(&"=".repeat(level))?;
    ((1..=6).contains(&level) && !text.trim().is_empty()).then(|| (level as u8, text.trim()))
}

/// The source without its markup, lines as they were.
fn plain(source: &str) -> String {
    let source = without_elements(source);
    let mut out = String::with_capacity(source.len());
    let mut rest = source.as_str();
    // Within a table, and behind a cell of one of its rows.
    let (mut table, mut row) = (false, false);
    while let Some(at) = rest.find(['{', '[', '\'', '|', '!']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let line_begins = out.is_empty() || out.ends_with('\n');
        let length = if rest.starts_with("{{") {
            closed(rest, "{{", "}}").unwrap_or(2)
        } else if rest.starts_with("{|") || (line_begins && rest.starts_with("|-")) {
            table |= rest.starts_with('{');
            row = false;
            line_length(rest)
        } else if rest.starts_with("[[") {
            let length = closed(rest, "[[", "]]");
            link(rest, length, &mut out)
        } else if rest.starts_with('[') {
            outside(rest, &mut out)
        } else if rest.starts_with("''") {
            rest.bytes().take_while(|&byte| byte == b'\'').count()
        } else if line_begins && (rest.starts_with('|') || rest.starts_with('!')) {
            table &= !rest.starts_with("|}");
            // Cells that stand on lines of their own are still a row.
            if row && table && out.ends_with('\n') {
                out.pop();
                out.push_str(" | ");
            }
            row = table && !rest.starts_with("|+");
            cell(rest)
        } else if rest.starts_with("||") || rest.starts_with("!!") {
            out.push_str(" | ");
            2
        } else {
            out.push_str(&rest[..1]);
            1
        };
        rest = &rest[length..];
    }
    out.push_str(rest);
    let list = |line: &str| {
        let line = without_hollows(line);
        let words = line.trim_start_matches(['*', '#', ':', ';']);
        if words.len() < line.len() { format!("- {}", words.trim()) } else { line }
    };
    let lines: Vec<String> = unescaped(&out).lines().map(list).collect();
    lines.join("\n")
}

/// Without brackets in which nothing but marks is left, because templates were all that they held: `Toronto (, ) is`.
fn without_hollows(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['(', '（']) {
        let (before, bracket) = rest.split_at(at);
        let inside = &bracket[if bracket.starts_with('(') { 1 } else { '（'.len_utf8() }..];
        // `main()` is a word.
        let apart = before.ends_with(' ') || bracket.starts_with('（');
        let filled =
            |c: char| !c.is_whitespace() && !matches!(c, ',' | ';' | ':' | '、' | '，' | '；');
        let end = inside.find(filled).filter(|_| apart).map(|end| &inside[end..]);
        let behind = end.and_then(|end| end.strip_prefix([')', '）']));
        if let Some(behind) = behind {
            out.push_str(before.trim_end());
            rest = behind;
        } else {
            out.push_str(&rest[..rest.len() - inside.len()]);
            rest = inside;
        }
    }
    out.push_str(rest);
    out
}

/// Length of a bracketed stretch, nested ones within; `None` where it does not end, or is nested too deeply.
fn closed(text: &str, open: &str, close: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0usize, 0usize);
    while at < bytes.len() {
        if bytes[at..].starts_with(open.as_bytes()) {
            depth += 1;
            at += open.len();
            if depth > DEPTH {
                return None;
            }
        } else if bytes[at..].starts_with(close.as_bytes()) {
            depth -= 1;
            at += close.len();
            if depth == 0 {
                return Some(at);
            }
        } else {
            at += 1;
        }
        // A bracket that does not end within this is one that somebody forgot; looking further for each would take for ever.
        if at > 1 << 16 {
            return None;
        }
    }
    None
}

/// `[[page|words]]` leaves its words; files and categories nothing.
fn link(text: &str, length: Option<usize>, out: &mut String) -> usize {
    let Some(length) = length else { return 2 };
    let inside = &text[2..length - 2];
    let (target, words) = inside.split_once('|').unwrap_or((inside, inside));
    let space = target.split_once(':').map_or("", |(space, _)| space.trim());
    let media = [
        "file",
        "image",
        "category",
        "datei",
        "bild",
        "kategorie",
        "fichier",
        "文件",
        "图像",
        "檔案",
        "分类",
        "分類",
        "ファイル",
        "画像",
        "カテゴリ",
    ];
    // Pictures are called otherwise in every language; but nothing else has settings, or is so many pixels wide.
    let wide = words.strip_suffix("px").is_some_and(|width| width.parse::<u32>().is_ok());
    if !media.contains(&space.to_lowercase().as_str()) && !words.contains('|') && !wide {
        out.push_str(&words.trim_start_matches(':').replace("'''", "").replace("''", ""));
    }
    length
}

/// `[https://… words]` leaves its words.
fn outside(text: &str, out: &mut String) -> usize {
    let address = text[1..].starts_with("http") || text[1..].starts_with("//");
    match text.find([']', '\n']).filter(|_| address) {
        Some(end) if text[end..].starts_with(']') => {
            let inside = &text[1..end];
            out.push_str(inside.split_once(' ').map_or("", |(_, words)| words));
            end + 1
        }
        _ => {
            out.push('[');
            1
        }
    }
}

/// `| style="…" | value`: what stands before the value.
fn cell(text: &str) -> usize {
    let line = &text[..line_length(text)];
    let start = line.bytes().take_while(|byte| matches!(byte, b'|' | b'!' | b'+' | b'}')).count();
    let rest = &line[start..];
    match rest.find('|') {
        Some(bar) if rest[..bar].contains('=') && !rest[bar..].starts_with("||") => start + bar + 1,
        _ => start,
    }
}

fn line_length(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// Without comments, references and tags; what stands within most tags stays.
fn without_elements(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    // After an element that does not end the others are not looked for the end of, either: that would take for ever.
    let mut ends = true;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = if rest.starts_with("<!--") {
            rest.find("-->").map_or(rest.len(), |end| end + 3)
        } else {
            element(rest, &mut ends)
        };
        if length == 0 {
            out.push('<');
            rest = &rest[1..];
        } else {
            rest = &rest[length..];
        }
    }
    out.push_str(rest);
    out
}

/// Length of a tag, or of all up to its end tag where its content is nothing to read; 0 where it is no tag.
fn element(text: &str, ends: &mut bool) -> usize {
    let name_end =
        text[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '/').unwrap_or(0) + 1;
    let name = &text[1..name_end];
    let letter = name.trim_start_matches('/').starts_with(|c: char| c.is_ascii_alphabetic());
    let Some(end) = words::beginning(text, 4096).find('>').filter(|_| letter) else { return 0 };
    let closed = text[..end].ends_with('/') || name.starts_with('/');
    let silent = matches!(
        name,
        "ref"
            | "gallery"
            | "math"
            | "timeline"
            | "score"
            | "source"
            | "syntaxhighlight"
            | "imagemap"
            | "graph"
            | "templatestyles"
    );
    if silent && !closed && *ends {
        let close = format!("</{name}");
        if let Some(from) = words::beginning(text, 1 << 16).find(&close) {
            return from + text[from..].find('>').map_or(close.len(), |end| end + 1);
        }
        *ends = false;
    }
    end + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_words_stay() {
        let source = "{{Infobox|name={{nested}}|x=1}}'''Koto''' is a [[zither|stringed instrument]] of [[Japan]]<ref>a book</ref>.\n\
            <!-- hidden -->[[File:Koto.jpg|thumb|A [[koto]]]]\n== History ==\n* First [https://example.org a page]\n\
            {| class=\"wikitable\"\n|-\n! Year || Event\n|-\n| style=\"x\" | 1900 || Begun\n|}\nA &amp; B, 3 < 4.";
        let mut pieces = Vec::new();
        article("Koto", source, &mut |piece| {
            pieces.push((piece.heading, piece.text));
            Ok(())
        })
        .unwrap();
        assert_eq!(pieces[0], ("Koto".into(), "Koto is a stringed instrument of Japan.".into()));
        assert_eq!(pieces[1].0, "Koto › History");
        assert!(pieces[1].1.starts_with("- First a page"), "{:?}", pieces[1].1);
        let all: Vec<&str> = pieces.iter().flat_map(|(_, text)| text.split_whitespace()).collect();
        let all = all.join(" ");
        for kept in ["Year | Event", "1900 | Begun", "A & B, 3 < 4."] {
            assert!(all.contains(kept), "{kept:?} in {all:?}");
        }
        for gone in ["Infobox", "hidden", "jpg", "style", "wikitable", "a book"] {
            assert!(!all.contains(gone), "{gone:?} in {all:?}");
        }
    }

    #[test]
    fn tables_keep_their_rows_and_empty_brackets_go() {
        let source = "Toronto ({{IPA|x}}, {{lang|y}}) is large (very), with main() in it\
            [[Fails:A.png|350px|A [[lamp]]]][[Fails:B.png|20px]] [[Tower|'''there''']].\n\n東京（{{読み}}）は都市。\n\n\
            {| class=\"x\"\n|+ Lamps\n! Name\n! Year\n|-\n| Noss\n| style=\"y\" | 1907\n|-\n| Bard || 1911\n|}\nBehind.\n! Alone";
        assert_eq!(
            plain(source)
                .split('\n')
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .collect::<Vec<_>>(),
            [
                "Toronto is large (very), with main() in it there.",
                "東京は都市。",
                "Lamps",
                "Name |  Year",
                "Noss |  1907",
                "Bard  |  1911",
                "Behind.",
                "Alone",
            ]
        );
        let mut pieces = 0;
        article("Light", "#redirect [[Lamp]]", &mut |_| {
            pieces += 1;
            Ok(())
        })
        .unwrap();
        assert_eq!(pieces, 0);
    }

    #[test]
    fn brackets_that_never_close_take_no_time() {
        let source = "{{".repeat(200_000) + &"[[".repeat(200_000) + &"<ref>".repeat(100_000);
        let began = std::time::Instant::now();
        let text = plain(&source);
        assert!(text.len() <= source.len());
        assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
    }
}
