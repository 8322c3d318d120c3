//! Subtitles: SubRip, WebVTT, and Advanced SubStation. What is said, and when.

use std::io::BufRead;

use super::Sink;
use super::plain::Lines;
use super::xml::unescaped;
use crate::error::Stop;
use crate::piece::{Piece, Place};

pub(super) fn read(text: impl BufRead, sink: Sink<'_>) -> Result<Option<String>, Stop> {
    let mut lines = Lines::new(text);
    let mut styled = Styled::default();
    let mut open: Option<(u32, String)> = None;
    let mut title = None;
    while let Some((_, line)) = lines.next()? {
        let line = line.trim();
        if let Some(value) = line.strip_prefix("Title:") {
            title = Some(value.trim().to_owned()).filter(|title| !title.is_empty());
        } else if let Some(fields) = line.strip_prefix("Format:") {
            styled.format(fields);
        } else if let Some(fields) = line.strip_prefix("Dialogue:") {
            if let Some((at, text)) = styled.dialogue(fields) {
                sink(Piece { place: Place::Time(at), heading: String::new(), text })?;
            }
        } else if let Some(at) = cue(line) {
            give(&mut open, sink)?;
            open = Some((at, String::new()));
        } else if line.is_empty() {
            give(&mut open, sink)?;
        } else if let Some((_, text)) = &mut open {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&plain(line));
        }
    }
    give(&mut open, sink)?;
    Ok(title)
}

fn give(open: &mut Option<(u32, String)>, sink: Sink<'_>) -> Result<(), Stop> {
    match open.take() {
        Some((at, text)) if !text.trim().is_empty() => {
            sink(Piece { place: Place::Time(at), heading: String::new(), text })
        }
        _ => Ok(()),
    }
}

/// `00:01:02,500 --> 00:01:04,000` and its relatives.
fn cue(line: &str) -> Option<u32> {
    let (from, to) = line.split_once("-->")?;
    time(to.split_whitespace().next()?)?;
    time(from.trim())
}

/// Milliseconds of `[hours:]minutes:seconds[.,]fraction`.
fn time(text: &str) -> Option<u32> {
    let (whole, fraction) = text.split_once([',', '.']).unwrap_or((text, ""));
    let mut seconds: u64 = 0;
    for part in whole.split(':') {
        seconds = seconds.checked_mul(60)?.checked_add(part.trim().parse().ok()?)?;
    }
    let digits: String = fraction.chars().take(3).collect();
    let scale = 10u64.pow(3 - u32::try_from(digits.len()).ok()?.min(3));
    let millis = if digits.is_empty() { 0 } else { digits.parse::<u64>().ok()? * scale };
    u32::try_from(seconds.checked_mul(1000)?.checked_add(millis)?).ok()
}

/// Without `<i>`, `{\an8}` and what SubStation draws; `\N` is a line end.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut drawn = false;
    while let Some(start) = rest.find(['<', '{']) {
        if !drawn {
            out.push_str(&rest[..start]);
        }
        let inside = &rest[start..];
        let end = if inside.starts_with('<') { '>' } else { '}' };
        // A bracket that is never closed is one that somebody wrote.
        if let Some(close) = inside.find(end) {
            drawn = draws(&inside[..close]).unwrap_or(drawn);
            rest = &inside[close + 1..];
        } else {
            out.push_str(inside);
            rest = "";
        }
    }
    if !drawn {
        out.push_str(rest);
    }
    unescaped(&out.replace("\\N", " ").replace("\\n", " ").replace("\\h", " "))
}

/// Whether what follows a tag is a drawing, behind `\p1`, or words again, behind `\p0`; `None` where the tag says neither.
fn draws(tag: &str) -> Option<bool> {
    let digits = tag.split("\\p").skip(1).filter_map(|behind| behind.chars().next()?.to_digit(10));
    digits.last().map(|scale| scale > 0)
}

/// Which fields SubStation's lines have.
struct Styled {
    start: usize,
    name: Option<usize>,
    text: usize,
}

impl Default for Styled {
    fn default() -> Self {
        Self { start: 1, name: Some(4), text: 9 }
    }
}

impl Styled {
    fn format(&mut self, fields: &str) {
        let names: Vec<String> = fields.split(',').map(|name| name.trim().to_lowercase()).collect();
        let place = |wanted: &str| names.iter().position(|name| name == wanted);
        // The format of styles has neither.
        if let (Some(start), Some(text)) = (place("start"), place("text")) {
            *self = Self { start, name: place("name").or(place("actor")), text };
        }
    }

    fn dialogue(&self, fields: &str) -> Option<(u32, String)> {
        let fields: Vec<&str> = fields.splitn(self.text + 1, ',').collect();
        let at = time(fields.get(self.start)?.trim())?;
        let text = plain(fields.get(self.text)?);
        if text.trim().is_empty() {
            return None;
        }
        let name = self.name.and_then(|name| fields.get(name)).map_or("", |name| name.trim());
        let text = if name.is_empty() { text } else { format!("{name}: {text}") };
        Some((at, text))
    }
}
