//! Markdown and HTML of a card (creator's notes, greetings) reduced to what a page may show: an allow-list of elements, no script, no
//! style, no form, no frame, and nothing that is fetched from the network unless a person allows it for this character.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Event, Options, Parser, html};

/// Longest text that is shown; the rest is left out.
pub const MAX_PAGE_BYTES: usize = 256 << 10;
/// Most tags and brackets of a text that is more than shown as it stands.
const MAX_MARKS: usize = 4_000;
/// Deepest nesting of lists and quotations.
const MAX_DEPTH: usize = 32;

/// Whether pictures may be fetched from the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Remote {
    /// They are left out, and counted.
    #[default]
    Blocked,
    /// A person has allowed it for this character: `https:` pictures stay.
    Allowed,
}

/// A text that is safe to put into a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// HTML of the allow-list.
    pub html: String,
    /// Pictures on the network that were left out.
    pub blocked: usize,
    /// The text was longer than [`MAX_PAGE_BYTES`].
    pub cut: bool,
}

/// Elements that stay. Of all others only the words stay; of scripts, styles and the like nothing does.
const ELEMENTS: [&str; 43] = [
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "u",
    "ul",
    "ruby",
];
/// Those of tables and ruby.
const MORE: [&str; 9] = ["rp", "rt", "table", "tbody", "td", "tfoot", "th", "thead", "tr"];

/// Elements whose content goes with them.
const EMPTIED: [&str; 12] = [
    "script", "style", "iframe", "object", "embed", "template", "noscript", "svg", "math", "title",
    "textarea", "select",
];

/// Reduces a text.
pub fn page(text: &str, remote: Remote) -> Page {
    let shown = cut(text);
    let cut = shown.len() < text.len();
    if marks(shown) > MAX_MARKS {
        // Matching marks and repairing wrong nesting cost the square of their number: such a text is shown as it stands.
        return Page {
            html: format!("<pre>{}</pre>", ammonia::clean_text(shown)),
            blocked: 0,
            cut,
        };
    }
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES;
    let mut markup = String::with_capacity(shown.len() * 2);
    html::push_html(&mut markup, shallow(Parser::new_ext(shown, options)));
    let (html, blocked) = clean(&markup, remote);
    Page { html, blocked, cut }
}

/// How much there is to match in a text: brackets and entities, and emphasis, which is cheaper.
fn marks(text: &str) -> usize {
    let count = |marks: &[u8]| text.bytes().filter(|byte| marks.contains(byte)).count();
    count(b"<[`&") + count(b"*_~") / 4
}

/// Without what is nested too deep; a line break is one, for people write notes line by line.
fn shallow<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let mut depth = 0usize;
    events.filter_map(move |event| match event {
        Event::Start(_) => {
            depth += 1;
            (depth <= MAX_DEPTH).then_some(event)
        }
        Event::End(_) => {
            depth = depth.saturating_sub(1);
            (depth < MAX_DEPTH).then_some(event)
        }
        Event::SoftBreak => Some(Event::HardBreak),
        other => Some(other),
    })
}

fn cut(text: &str) -> &str {
    if text.len() <= MAX_PAGE_BYTES {
        return text;
    }
    let end = (0..=MAX_PAGE_BYTES).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    &text[..end]
}

fn clean(markup: &str, remote: Remote) -> (String, usize) {
    let blocked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&blocked);
    let attributes = HashMap::from([
        ("a", HashSet::from(["href", "title"])),
        ("img", HashSet::from(["src", "alt", "title", "width", "height"])),
        ("ol", HashSet::from(["start"])),
        ("td", HashSet::from(["colspan", "rowspan", "align"])),
        ("th", HashSet::from(["colspan", "rowspan", "align"])),
        ("details", HashSet::from(["open"])),
    ]);
    let html = Builder::empty()
        .tags(ELEMENTS.into_iter().chain(MORE).collect())
        .clean_content_tags(EMPTIED.into_iter().collect())
        .generic_attributes(HashSet::from(["lang", "dir"]))
        .tag_attributes(attributes)
        .url_schemes(HashSet::from(["http", "https", "mailto", "data"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .strip_comments(true)
        .attribute_filter(move |element, attribute, value| match (element, attribute) {
            ("img", "src") => picture(value, remote, &count),
            // An address with data in it is a page of the card's own making.
            (_, "href") if starts_with(value, "data:") => None,
            ("img", "width" | "height") => number(value),
            _ => Some(value.into()),
        })
        .clean(markup)
        .to_string();
    (html, blocked.load(Ordering::Relaxed))
}

/// Pictures: in the text itself, or from the network where that is allowed. SVG is a document and stays out.
fn picture<'a>(uri: &'a str, remote: Remote, blocked: &AtomicUsize) -> Option<Cow<'a, str>> {
    const KINDS: [&str; 4] =
        ["data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp"];
    if KINDS.iter().any(|kind| starts_with(uri, kind)) {
        return Some(uri.into());
    }
    if starts_with(uri, "https://") && remote == Remote::Allowed {
        return Some(uri.into());
    }
    if !starts_with(uri, "data:") {
        blocked.fetch_add(1, Ordering::Relaxed);
    }
    None
}

/// A size in pixels or per cent, of a sane length.
fn number(value: &str) -> Option<Cow<'_, str>> {
    let digits = value.strip_suffix('%').unwrap_or(value);
    (!digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| value.into())
}

fn starts_with(text: &str, head: &str) -> bool {
    text.trim_start().get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_and_harmless_html_stay() {
        let page = page(
            "# Mira\n*quiet*, **dry**\nnext line\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<details><summary>More</summary>Text</details>",
            Remote::Blocked,
        );
        for part in [
            "<h1>Mira</h1>",
            "<em>quiet</em>",
            "<strong>dry</strong><br",
            "<td>1</td>",
            "<summary>More</summary>",
        ] {
            assert!(page.html.contains(part), "{part}: {}", page.html);
        }
        assert_eq!((page.blocked, page.cut), (0, false));
    }

    #[test]
    fn nothing_that_runs_gets_through() {
        for evil in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<a href=\"javascript:alert(1)\">x</a>",
            "<a href=\" java\tscript:alert(1)\">x</a>",
            "[x](javascript:alert(1))",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "<svg onload=alert(1)><script>alert(1)</script></svg>",
            "<iframe src=\"https://example.com\" srcdoc=\"<script>alert(1)</script>\"></iframe>",
            "<style>@import url(https://example.com/x.css);</style>",
            "<div style=\"background:url(https://example.com/x.png)\" onclick=alert(1) class=a id=b>x</div>",
            "<form action=https://example.com><input name=a><button>x</button></form>",
            "<meta http-equiv=refresh content=\"0;url=https://example.com\">",
            "<base href=https://example.com><link rel=stylesheet href=https://example.com/x.css>",
            "<object data=https://example.com/x.swf></object><embed src=https://example.com/x>",
            "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
            "<video src=https://example.com/x.mp4 autoplay></video><audio src=https://example.com/x.mp3></audio>",
            "<img src=\"data:image/svg+xml,<svg onload=alert(1)>\">",
        ] {
            let html = page(evil, Remote::Allowed).html.to_ascii_lowercase();
            for bad in [
                "<script",
                "onerror=",
                "onload=",
                "onclick=",
                "href=\"java",
                "href=\"data",
                "<iframe",
                "<style",
                "style=",
                "<form",
                "<input",
                "<meta",
                "<base",
                "<link",
                "<object",
                "<embed",
                "<svg",
                "<video",
                "<audio",
                "src=\"data:image/svg",
                "class=",
                "id=",
            ] {
                assert!(!html.contains(bad), "{evil} gave {html}");
            }
        }
    }

    #[test]
    fn the_network_is_only_asked_with_permission() {
        let text = "![a](https://example.com/a.png) <img src='http://example.com/b.png'> <img src='//example.com/c.png'> ![d](data:image/png;base64,AAAA)";
        let blocked = page(text, Remote::Blocked);
        assert!(!blocked.html.contains("example.com"), "{}", blocked.html);
        assert!(blocked.html.contains("data:image/png"), "{}", blocked.html);
        assert!(blocked.blocked >= 2);
        let allowed = page(text, Remote::Allowed).html;
        assert!(
            allowed.contains("https://example.com/a.png")
                && !allowed.contains("b.png")
                && !allowed.contains("c.png"),
            "{allowed}"
        );
        let link = page("<a href='https://example.com' target=_blank>x</a>", Remote::Blocked).html;
        assert!(
            link.contains("rel=\"noopener noreferrer nofollow\"") && !link.contains("target"),
            "{link}"
        );
    }

    #[test]
    fn floods_are_cut_and_end_soon() {
        for flood in
            ["<b>", "<b><p>", "[", "*a", "<a href='", "> ", "- ", "`", "![", "<!--", "&#", "_*"]
        {
            let began = std::time::Instant::now();
            let page = page(&flood.repeat(MAX_PAGE_BYTES + 1), Remote::Blocked);
            assert!(page.cut);
            assert!(
                began.elapsed() < std::time::Duration::from_secs(20),
                "{flood}: {:?}",
                began.elapsed()
            );
        }
        for flood in ["<b><p>", "<table>", "<a href='x'>"] {
            let began = std::time::Instant::now();
            page(&flood.repeat(MAX_MARKS), Remote::Blocked);
            assert!(
                began.elapsed() < std::time::Duration::from_secs(20),
                "{flood}: {:?}",
                began.elapsed()
            );
        }
        assert!(page(&"ä".repeat(MAX_PAGE_BYTES), Remote::Blocked).cut);
    }
}
