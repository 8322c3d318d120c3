//! DOCX: paragraphs and tables under their headings, with pages where Word noted them when it last laid the document out.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::xml::{attribute, damaged, reference};
use super::zip::Archive;
use super::{About, Format, Sink};
use crate::error::{Refusal, Stop};
use crate::piece::{Headings, Piece, Place, single_spaced};

pub(super) fn read(archive: &mut Archive, sink: Sink<'_>) -> Result<About, Stop> {
    let levels = match text_of(archive, "word/styles.xml")? {
        Some(styles) => levels(&styles)?,
        None => HashMap::new(),
    };
    let document = text_of(archive, "word/document.xml")?.unwrap_or_default();
    let mut body = Body {
        levels,
        pages: document.contains("lastRenderedPageBreak"),
        page: 1,
        ..Body::default()
    };
    let mut reader = Reader::from_str(&document);
    loop {
        match reader.read_event().map_err(damaged)? {
            Event::Start(element) => body.start(&element),
            Event::Empty(element) => {
                body.start(&element);
                body.end(element.local_name().as_ref(), sink)?;
            }
            Event::End(element) => body.end(element.local_name().as_ref(), sink)?,
            Event::Text(text) if body.in_text => body.text.push_str(&text.xml10_content()),
            Event::GeneralRef(found) if body.in_text => body.text.extend(reference(&found)),
            Event::Eof => break,
            _ => {}
        }
    }
    let title = match text_of(archive, "docProps/core.xml")? {
        Some(core) => title(&core),
        None => None,
    };
    Ok(About { format: Format::Docx, title })
}

fn text_of(archive: &mut Archive, path: &str) -> Result<Option<String>, Refusal> {
    let bytes = archive.read(path)?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

#[derive(Default)]
struct Body {
    levels: HashMap<String, u8>,
    headings: Headings,
    text: String,
    level: Option<u8>,
    in_text: bool,
    /// Within a cell of a table: paragraphs do not end there.
    cells: u32,
    pages: bool,
    page: u32,
    began: u32,
}

impl Body {
    fn start(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            "p" if self.cells == 0 => {
                self.level = None;
                self.began = self.page;
            }
            "t" => self.in_text = true,
            "tab" if !self.text.is_empty() => self.text.push(' '),
            "br" | "cr" => self.text.push('\n'),
            "lastRenderedPageBreak" => {
                self.page = self.page.saturating_add(1);
                if self.text.is_empty() {
                    self.began = self.page;
                }
            }
            "pStyle" => {
                let style = attribute(element, "val").unwrap_or_default();
                self.level = self.levels.get(&style).copied().or(self.level);
            }
            "outlineLvl" => {
                let level = attribute(element, "val").and_then(|level| level.parse::<u8>().ok());
                self.level = level.filter(|level| *level < 9).map(|level| level + 1).or(self.level);
            }
            "tc" => self.cells += 1,
            "tr" if self.cells == 0 => self.began = self.page,
            _ => {}
        }
    }

    fn end(&mut self, name: &str, sink: Sink<'_>) -> Result<(), Stop> {
        match name {
            "t" => self.in_text = false,
            "p" if self.cells > 0 => self.text.push(' '),
            "p" => match self.level.take() {
                Some(level) => {
                    let text = std::mem::take(&mut self.text);
                    self.headings.open(level, &text);
                }
                None => return self.give(sink),
            },
            "tc" => {
                self.cells = self.cells.saturating_sub(1);
                self.text.push_str("| ");
            }
            "tr" if self.cells == 0 => return self.give(sink),
            _ => {}
        }
        Ok(())
    }

    fn give(&mut self, sink: Sink<'_>) -> Result<(), Stop> {
        let text = std::mem::take(&mut self.text);
        if text.trim_matches([' ', '|', '\n']).is_empty() {
            return Ok(());
        }
        let place = if self.pages { Place::Page(self.began.max(1)) } else { Place::Whole };
        sink(Piece { place, heading: self.headings.path(), text })
    }
}

/// Ids of styles that are headings, by their names, which are English in every language of Word, or their levels.
fn levels(styles: &str) -> Result<HashMap<String, u8>, Refusal> {
    let mut levels = HashMap::new();
    let mut id = String::new();
    let mut reader = Reader::from_str(styles);
    loop {
        match reader.read_event().map_err(damaged)? {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "style" => id = attribute(&element, "styleId").unwrap_or_default(),
                "name" => {
                    let name = attribute(&element, "val").unwrap_or_default().to_lowercase();
                    let level = name.strip_prefix("heading ").and_then(|level| level.parse().ok());
                    let level = level.or((name == "title").then_some(1));
                    if let Some(level) = level.filter(|level| (1..=9).contains(level)) {
                        levels.insert(id.clone(), level);
                    }
                }
                "outlineLvl" => {
                    let level =
                        attribute(&element, "val").and_then(|level| level.parse::<u8>().ok());
                    if let Some(level) = level.filter(|level| *level < 9) {
                        levels.entry(id.clone()).or_insert(level + 1);
                    }
                }
                _ => {}
            },
            Event::Eof => return Ok(levels),
            _ => {}
        }
    }
}

fn title(core: &str) -> Option<String> {
    let mut reader = Reader::from_str(core);
    let mut title: Option<String> = None;
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) if element.local_name().as_ref() == "title" => {
                title = Some(String::new());
            }
            Event::Text(text) => {
                if let Some(title) = &mut title {
                    title.push_str(&text.xml10_content());
                }
            }
            Event::GeneralRef(found) => {
                if let Some(title) = &mut title {
                    title.extend(reference(&found));
                }
            }
            Event::End(element) if element.local_name().as_ref() == "title" => {
                return title.map(|title| single_spaced(&title)).filter(|title| !title.is_empty());
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}
