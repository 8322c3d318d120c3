//! Markdown: blocks under their headings. What it links to and the pictures it names are left out, their words stay.

use std::io::{BufRead, Read};

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::Sink;
use crate::error::{Refusal, Stop};
use crate::piece::{Headings, Piece, Place};

/// Largest file, decoded.
const MOST: u64 = 128 << 20;

pub(super) fn read(source: impl BufRead, sink: Sink<'_>) -> Result<Option<String>, Stop> {
    let mut text = String::new();
    source
        .take(MOST)
        .read_to_string(&mut text)
        .map_err(|error| Refusal::Damaged(error.to_string()))?;
    let body = without_front_matter(&text);
    let skipped = text.len() - body.len();
    let mut line = Line { text: &text, at: 0, number: 1 };
    let mut headings = Headings::default();
    let (mut title, mut block, mut began) = (None, String::new(), None);
    let mut heading = false;
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        let place = skipped + range.start;
        match event {
            Event::Start(Tag::Heading { .. }) => heading = true,
            Event::End(TagEnd::Heading(level)) => {
                heading = false;
                headings.open(level_of(level), &block);
                if title.is_none() && level == HeadingLevel::H1 {
                    title = Some(crate::piece::single_spaced(&block));
                }
                block.clear();
                began = None;
            }
            Event::Start(Tag::Item) => block.push_str("- "),
            Event::Text(text)
            | Event::Code(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text) => {
                began.get_or_insert(place);
                block.push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak => block.push(if heading { ' ' } else { '\n' }),
            Event::End(TagEnd::TableCell) => block.push_str(" | "),
            Event::End(TagEnd::TableRow | TagEnd::TableHead) => block.push('\n'),
            Event::End(TagEnd::Item) if !block.ends_with('\n') => block.push('\n'),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::CodeBlock
                | TagEnd::Table
                | TagEnd::List(_)
                | TagEnd::BlockQuote(_)
                | TagEnd::FootnoteDefinition,
            ) => {
                if let Some(began) = began.take() {
                    let place = Place::Line(line.of(began));
                    sink(Piece {
                        place,
                        heading: headings.path(),
                        text: std::mem::take(&mut block),
                    })?;
                }
                block.clear();
            }
            _ => {}
        }
    }
    if let Some(began) = began {
        sink(Piece { place: Place::Line(line.of(began)), heading: headings.path(), text: block })?;
    }
    Ok(title)
}

/// `---` … `---` at the beginning.
fn without_front_matter(text: &str) -> &str {
    let Some(rest) = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n")) else {
        return text;
    };
    match rest.find("\n---") {
        Some(end) => rest[end + 4..].trim_start_matches(['-', '\r', '\n']),
        None => text,
    }
}

fn level_of(level: HeadingLevel) -> u8 {
    level as u8
}

/// Counts lines up to places that only grow.
struct Line<'a> {
    text: &'a str,
    at: usize,
    number: u32,
}

impl Line<'_> {
    fn of(&mut self, place: usize) -> u32 {
        if place > self.at {
            let between = &self.text.as_bytes()[self.at..place];
            let ends = between.iter().filter(|&&byte| byte == b'\n').count();
            self.number = self.number.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
            self.at = place;
        }
        self.number
    }
}
