//! EPUB: the pages of the spine in their order, one chapter each.

use std::io::Cursor;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::encoding::Utf8;
use super::xml::{attribute, damaged, reference};
use super::zip::Archive;
use super::{About, Format, Sink, html};
use crate::error::{Refusal, Stop};
use crate::piece::{Piece, Place, single_spaced};

/// Most pages of a book.
const PAGES: usize = 20_000;

pub(super) fn read(archive: &mut Archive, sink: Sink<'_>) -> Result<About, Stop> {
    if protected(archive)? {
        return Err(Refusal::Protected.into());
    }
    let container = part(archive, "META-INF/container.xml")?;
    let package_path = package_path(&container)?;
    let package = Package::read(&part(archive, &package_path)?)?;
    let folder = package_path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut chapter = 0;
    let mut any = false;
    for href in &package.spine {
        let path = joined(folder, href);
        // A page that is missing is no reason to lose the book.
        let Some(bytes) = archive.read(&path)? else { continue };
        chapter += 1;
        let place = Place::Chapter(chapter);
        let text = Utf8::new(Cursor::new(bytes))?;
        html::read_at(text, place, &mut |piece: Piece| {
            any = true;
            sink(piece)
        })?;
    }
    if !any {
        return Err(Refusal::Empty.into());
    }
    Ok(About { format: Format::Epub, title: package.title })
}

fn part(archive: &mut Archive, path: &str) -> Result<String, Refusal> {
    let bytes = archive.read(path)?.ok_or_else(|| damaged(format!("`{path}` is missing")))?;
    let mut text = String::new();
    std::io::Read::read_to_string(&mut Utf8::new(Cursor::new(bytes))?, &mut text)?;
    Ok(text)
}

/// Text that is encrypted. Fonts may be scrambled in a book that everybody may read.
fn protected(archive: &mut Archive) -> Result<bool, Refusal> {
    if archive.has("META-INF/license.lcpl") || archive.has("META-INF/sinf.xml") {
        return Ok(true);
    }
    if !archive.has("META-INF/encryption.xml") {
        return Ok(false);
    }
    let list = part(archive, "META-INF/encryption.xml")?;
    let mut reader = Reader::from_str(&list);
    loop {
        match reader.read_event().map_err(damaged)? {
            Event::Start(element) | Event::Empty(element)
                if element.local_name().as_ref() == "EncryptionMethod" =>
            {
                let method = attribute(&element, "Algorithm").unwrap_or_default();
                if !method.contains("idpf.org/2008/embedding")
                    && !method.contains("ns.adobe.com/pdf/enc#RC")
                {
                    return Ok(true);
                }
            }
            Event::Eof => return Ok(false),
            _ => {}
        }
    }
}

fn package_path(container: &str) -> Result<String, Refusal> {
    let mut reader = Reader::from_str(container);
    loop {
        match reader.read_event().map_err(damaged)? {
            Event::Start(element) | Event::Empty(element)
                if element.local_name().as_ref() == "rootfile" =>
            {
                if let Some(path) = attribute(&element, "full-path") {
                    return Ok(path);
                }
            }
            Event::Eof => return Err(damaged("it names no package")),
            _ => {}
        }
    }
}

#[derive(Default)]
struct Package {
    title: Option<String>,
    spine: Vec<String>,
}

impl Package {
    fn read(text: &str) -> Result<Self, Refusal> {
        let mut package = Self::default();
        let mut manifest = std::collections::HashMap::new();
        let mut title = None;
        let mut reader = Reader::from_str(text);
        loop {
            match reader.read_event().map_err(damaged)? {
                Event::Start(element) | Event::Empty(element) => {
                    match element.local_name().as_ref() {
                        "title" if package.title.is_none() => title = Some(String::new()),
                        "item" if manifest.len() < PAGES => {
                            let id = attribute(&element, "id");
                            let href = attribute(&element, "href");
                            if let (Some(id), Some(href)) = (id, href) {
                                manifest.insert(id, href);
                            }
                        }
                        "itemref" if package.spine.len() < PAGES => {
                            let id = attribute(&element, "idref").unwrap_or_default();
                            package.spine.extend(manifest.get(&id).cloned());
                        }
                        _ => {}
                    }
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
                    package.title = title
                        .take()
                        .map(|title| single_spaced(&title))
                        .filter(|title| !title.is_empty());
                }
                Event::Eof => return Ok(package),
                _ => {}
            }
        }
    }
}

/// A path of the archive from a folder of it and a reference within.
fn joined(folder: &str, href: &str) -> String {
    let href = href.split(['#', '?']).next().unwrap_or_default();
    let href = percent_decoded(href);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in href.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match (bytes[at], hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 3;
            }
            (byte, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn references_never_leave_the_archive() {
        assert_eq!(joined("OEBPS", "text/a%20b.xhtml#top"), "OEBPS/text/a b.xhtml");
        assert_eq!(joined("OEBPS/x", "../../../../etc/passwd"), "etc/passwd");
        assert_eq!(joined("", "100%.html"), "100%.html");
    }
}
