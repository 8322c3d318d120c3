//! Dumps of wikis (MediaWiki's export XML): articles one after the other, however many there are. Talk, user pages and redirects are
//! left out.

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::xml::{damaged, reference};
use super::{Sink, wikitext};
use crate::error::{Refusal, Stop};
use crate::piece::single_spaced;

/// Longest article, in bytes of its source; more of one is left out.
const ARTICLE: usize = 8 << 20;
/// Longest name of anything.
const NAME: usize = 1 << 10;
/// Longest run of text between two tags that is held, and so the longest that a broken dump can make us hold.
const EVENT: u64 = 64 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    None,
    SiteName,
    Title,
    Namespace,
    Text,
}

#[derive(Default)]
struct Page {
    title: String,
    namespace: String,
    text: String,
    redirect: bool,
}

pub(super) fn read(dump: impl BufRead, sink: Sink<'_>) -> Result<Option<String>, Stop> {
    let mut reader = Reader::from_reader(Held::new(dump));
    let mut buffer = Vec::new();
    let mut site = String::new();
    let mut page = Page::default();
    let mut field = Field::None;
    loop {
        buffer.clear();
        reader.get_mut().allow(EVENT);
        match reader.read_event_into(&mut buffer).map_err(|error| match error {
            quick_xml::Error::Io(error) => Refusal::Damaged(error.to_string()),
            error => damaged(error),
        })? {
            Event::Start(element) => {
                field = match element.local_name().as_ref() {
                    "page" => {
                        page = Page::default();
                        Field::None
                    }
                    "sitename" => Field::SiteName,
                    "title" => Field::Title,
                    "ns" => Field::Namespace,
                    "text" => {
                        // Of a dump with every version of a page the last counts.
                        page.text.clear();
                        Field::Text
                    }
                    _ => Field::None,
                };
            }
            Event::Empty(element) if element.local_name().as_ref() == "redirect" => {
                page.redirect = true;
            }
            Event::End(element) => {
                field = Field::None;
                if element.local_name().as_ref() == "page" {
                    let article = matches!(page.namespace.trim(), "" | "0");
                    if article && !page.redirect {
                        wikitext::article(&single_spaced(&page.title), &page.text, sink)?;
                    }
                }
            }
            Event::Text(text) => add(&mut page, &mut site, field, &text.xml10_content()),
            Event::CData(text) => add(&mut page, &mut site, field, &text.xml10_content()),
            Event::GeneralRef(found) => {
                if let Some(letter) = reference(&found) {
                    add(&mut page, &mut site, field, letter.encode_utf8(&mut [0; 4]));
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    Ok(Some(single_spaced(&site)).filter(|site| !site.is_empty()))
}

fn add(page: &mut Page, site: &mut String, field: Field, text: &str) {
    let (to, most) = match field {
        Field::None => return,
        Field::SiteName => (site, NAME),
        Field::Title => (&mut page.title, NAME),
        Field::Namespace => (&mut page.namespace, NAME),
        Field::Text => (&mut page.text, ARTICLE),
    };
    to.push_str(words::beginning(text, most.saturating_sub(to.len())));
}

/// A reader that hands out so many bytes and then fails.
struct Held<R> {
    inner: R,
    left: u64,
}

impl<R> Held<R> {
    fn new(inner: R) -> Self {
        Self { inner, left: 0 }
    }

    fn allow(&mut self, bytes: u64) {
        self.left = bytes;
    }

    fn used_up() -> std::io::Error {
        std::io::Error::new(
            std::io::ErrorKind::InvalidData,
            "64 megabytes without a tag; this is no dump of a wiki",
        )
    }
}

impl<R: BufRead> std::io::Read for Held<R> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let from = self.fill_buf()?;
        let count = from.len().min(to.len());
        to[..count].copy_from_slice(&from[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Held<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.left == 0 {
            return Err(Self::used_up());
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.left = self.left.saturating_sub(count as u64);
        self.inner.consume(count);
    }
}
