//! DOCX: paragraphs and tables under their headings, with pages where Word noted them when it last laid the document out.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::xml::{attribute, damaged, reference};
use super::zip::Archive;
use super::{About, Format, Sink};
use crate::error::{Refusal, Stop};
use crate::piece::{Headings, Piece, Place, single_spaced};

/// Longest paragraph that is a heading, in characters: some give whole paragraphs a level, so that they fold.
const HEADING: usize = 120;

pub(super) fn read(archive: &mut Archive, sink: Sink<'_>) -> Result<About, Stop> {
    let levels = match text_of(archive, "word/styles.xml")? {
        Some(styles) => levels(&styles)?,
        None => HashMap::new(),
    };
    let main = main_part(archive)?;
    let Some(document) = text_of(archive, &main)? else { return Err(Refusal::Unknown.into()) };
    let mut body = Body {
        levels,
        footnotes: notes(archive, "word/footnotes.xml")?,
        endnotes: notes(archive, "word/endnotes.xml")?,
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
    body.give(sink)?;
    body.alone(0, sink)?;
    let title = match text_of(archive, "docProps/core.xml")? {
        Some(core) => title(&core),
        None => None,
    };
    Ok(About { format: Format::Docx, title })
}

/// Where the text is: by its usual name, else where the package says.
fn main_part(archive: &mut Archive) -> Result<String, Refusal> {
    let usual = "word/document.xml";
    if archive.has(usual) {
        return Ok(usual.to_owned());
    }
    let list = text_of(archive, "_rels/.rels")?.unwrap_or_default();
    let mut reader = Reader::from_str(&list);
    loop {
        match reader.read_event().map_err(damaged)? {
            Event::Start(element) | Event::Empty(element)
                if attribute(&element, "Type")
                    .is_some_and(|kind| kind.ends_with("/relationships/officeDocument")) =>
            {
                let target = attribute(&element, "Target").unwrap_or_default();
                return Ok(target.trim_start_matches('/').to_owned());
            }
            Event::Eof => return Ok(usual.to_owned()),
            _ => {}
        }
    }
}

/// What the notes of a part say, by their ids. Those that are lines between text and notes say nothing.
fn notes(archive: &mut Archive, path: &str) -> Result<HashMap<String, String>, Refusal> {
    let part = text_of(archive, path)?.unwrap_or_default();
    let mut notes = HashMap::new();
    let (mut id, mut text, mut in_text) = (String::new(), String::new(), false);
    let mut reader = Reader::from_str(&part);
    loop {
        match reader.read_event().map_err(damaged)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "footnote" | "endnote" => {
                    id = attribute(&element, "id").unwrap_or_default();
                    text.clear();
                }
                "t" => in_text = true,
                _ => {}
            },
            Event::Empty(element) if matches!(element.local_name().as_ref(), "tab" | "br") => {
                text.push(' ');
            }
            Event::End(element) => match element.local_name().as_ref() {
                "t" => in_text = false,
                "p" => text.push(' '),
                "footnote" | "endnote" => {
                    let note = single_spaced(&text);
                    if !note.is_empty() {
                        notes.insert(std::mem::take(&mut id), note);
                    }
                }
                _ => {}
            },
            Event::Text(said) if in_text => text.push_str(&said.xml10_content()),
            Event::GeneralRef(found) if in_text => text.extend(reference(&found)),
            Event::Eof => return Ok(notes),
            _ => {}
        }
    }
}

fn text_of(archive: &mut Archive, path: &str) -> Result<Option<String>, Refusal> {
    let bytes = archive.read(path)?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

#[derive(Default)]
struct Body {
    levels: HashMap<String, u8>,
    /// Notes that nothing has referred to so far.
    footnotes: HashMap<String, String>,
    endnotes: HashMap<String, String>,
    /// Notes to what is being read: they follow it.
    noted: Vec<String>,
    headings: Headings,
    /// The last heading and where it stands, until something stands under it.
    bare: Option<(u8, Place, String)>,
    text: String,
    level: Option<u8>,
    in_text: bool,
    fallback: bool,
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
            // What stands in a text box is there a second time, for programs that know no newer ones.
            "Fallback" => self.fallback = true,
            "t" => self.in_text = !self.fallback,
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
            "footnoteReference" => {
                let note = attribute(element, "id").and_then(|id| self.footnotes.remove(&id));
                self.noted.extend(note);
            }
            "endnoteReference" => {
                let note = attribute(element, "id").and_then(|id| self.endnotes.remove(&id));
                self.noted.extend(note);
            }
            "tc" => self.cells += 1,
            "tr" if self.cells == 0 => self.began = self.page,
            _ => {}
        }
    }

    fn end(&mut self, name: &str, sink: Sink<'_>) -> Result<(), Stop> {
        match name {
            "Fallback" => self.fallback = false,
            "t" => self.in_text = false,
            "p" if self.cells > 0 => self.text.push(' '),
            "p" => match self.level.take().filter(|_| self.text.chars().count() <= HEADING) {
                Some(level) => {
                    let text = std::mem::take(&mut self.text);
                    if !text.trim().is_empty() {
                        self.alone(level, sink)?;
                        self.headings.open(level, &text);
                        self.bare = Some((level, self.place(), text));
                    }
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
        let mut text = std::mem::take(&mut self.text);
        for note in self.noted.drain(..) {
            text.push('\n');
            text.push_str(&note);
        }
        if text.trim_matches([' ', '|', '\n']).is_empty() {
            return Ok(());
        }
        self.bare = None;
        sink(Piece { place: self.place(), heading: self.headings.path(), text })
    }

    /// A heading under which nothing stood when one of its level or above comes says something itself: lists and agendas are made of such.
    fn alone(&mut self, next: u8, sink: Sink<'_>) -> Result<(), Stop> {
        match self.bare.take() {
            Some((level, place, text)) if next <= level => {
                sink(Piece { place, heading: self.headings.path(), text })
            }
            _ => Ok(()),
        }
    }

    fn place(&self) -> Place {
        if self.pages { Place::Page(self.began.max(1)) } else { Place::Whole }
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
