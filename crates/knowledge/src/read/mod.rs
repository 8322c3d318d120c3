//! Files to pieces of text. What a file is is decided by what is in it first, by its name where that says nothing.
//!
//! Every reader streams: it calls the sink for each piece and holds little more. Those whose format must be in memory as a whole have
//! a limit on its size, and whatever is packed has limits on what comes out that do not come from the file.

mod docx;
mod encoding;
mod epub;
mod html;
mod inflate;
mod markdown;
mod pdf;
mod pdf_codes;
mod plain;
mod subtitles;
mod table;
mod wiki;
mod wikitext;
mod xml;
mod zip;

use std::cell::Cell;
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::Path;
use std::rc::Rc;

use serde::Serialize;

use crate::error::{Refusal, Stop};
use crate::piece::Piece;
use encoding::Utf8;

/// Largest file of a format that has to be in memory as a whole.
const IN_MEMORY: u64 = 256 << 20;
/// Largest archive (EPUB, DOCX).
const ARCHIVE: u64 = 1 << 30;
/// Most text of one document, in bytes: what a bzip2 file of a few kilobytes can unpack to has to end somewhere.
const TEXT: u64 = 64 << 30;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "each is the format of that name")]
pub enum Format {
    Text,
    Markdown,
    Html,
    Pdf,
    Epub,
    Docx,
    Table,
    Subtitles,
    Wiki,
}

impl Format {
    /// Its name in the index.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Epub => "epub",
            Self::Docx => "docx",
            Self::Table => "table",
            Self::Subtitles => "subtitles",
            Self::Wiki => "wiki",
        }
    }
}

/// Endings of files that a folder is searched for.
pub(crate) const ENDINGS: &[&str] = &[
    "txt", "text", "md", "markdown", "htm", "html", "xhtml", "pdf", "epub", "docx", "csv", "tsv",
    "srt", "vtt", "ass", "ssa", "xml", "bz2", "gz", "log", "rst", "org", "adoc",
];

/// Takes the pieces of a document.
pub(crate) type Sink<'a> = &'a mut dyn FnMut(Piece) -> Result<(), Stop>;

/// What a document says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// What it is.
    pub format: Format,
    /// Its title, where it has one.
    pub title: Option<String>,
}

/// How much of a file has been read, for whoever watches.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counter(Rc<Cell<u64>>);

impl Counter {
    pub(crate) fn bytes(&self) -> u64 {
        self.0.get()
    }
}

/// A file that counts what is read of it.
struct Counted {
    file: File,
    counter: Counter,
}

impl Read for Counted {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let count = self.file.read(to)?;
        self.counter.0.set(self.counter.0.get() + count as u64);
        Ok(count)
    }
}

/// All pieces of a file, for tools and tests.
pub fn read(path: &Path) -> Result<(About, Vec<Piece>), Refusal> {
    let mut pieces = Vec::new();
    let about = read_into(path, &Counter::default(), &mut |piece| {
        pieces.push(piece);
        Ok(())
    });
    match about {
        Ok(about) => Ok((about, pieces)),
        Err(Stop::Refused(refusal)) => Err(refusal),
        Err(Stop::Failed(error)) => Err(Refusal::Damaged(error.to_string())),
    }
}

/// Reads a file into a sink.
pub(crate) fn read_into(path: &Path, counter: &Counter, sink: Sink<'_>) -> Result<About, Stop> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut head = Vec::new();
    file.by_ref().take(1 << 12).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let source = Counted { file, counter: counter.clone() };
    if head.starts_with(b"BZh") {
        let name = name.trim_end_matches(".bz2").to_owned();
        return packed(
            Box::new(bzip2::read::MultiBzDecoder::new(BufReader::new(source))),
            &name,
            sink,
        );
    }
    if head.starts_with(&[0x1f, 0x8b]) {
        let name = name.trim_end_matches(".gz").to_owned();
        return packed(
            Box::new(flate2::read::MultiGzDecoder::new(BufReader::new(source))),
            &name,
            sink,
        );
    }
    let format = format_of(&head, &name)?;
    match format {
        Format::Epub | Format::Docx => {
            bounded(size, ARCHIVE)?;
            let mut archive = zip::Archive::open(source.file, size)?;
            counter.0.set(size);
            match archive.kind()? {
                Format::Docx => docx::read(&mut archive, sink),
                _ => epub::read(&mut archive, sink),
            }
        }
        Format::Pdf => {
            bounded(size, IN_MEMORY)?;
            let mut bytes = Vec::new();
            source.take(IN_MEMORY).read_to_end(&mut bytes)?;
            pdf::read(bytes, sink)
        }
        format => stream(source, size, format, &name, sink),
    }
}

/// What stands in a compressed file: text of some kind, never an archive.
fn packed(mut source: Box<dyn Read>, name: &str, sink: Sink<'_>) -> Result<About, Stop> {
    let mut head = Vec::new();
    source
        .by_ref()
        .take(1 << 12)
        .read_to_end(&mut head)
        .map_err(|error| Refusal::Damaged(error.to_string()))?;
    let format = format_of(&head, name)?;
    if matches!(format, Format::Epub | Format::Docx | Format::Pdf) {
        return Err(Refusal::Unknown.into());
    }
    stream(Cursor::new(head).chain(source), 0, format, name, sink)
}

/// `size` is 0 where it is not known.
fn stream(
    source: impl Read,
    size: u64,
    format: Format,
    name: &str,
    sink: Sink<'_>,
) -> Result<About, Stop> {
    // Of no kind that has to be held as a whole; Markdown and HTML that are longer than a library are read as text.
    let text = Utf8::new(source.take(TEXT))?;
    let title = match format {
        Format::Markdown if size <= IN_MEMORY / 4 && size > 0 => markdown::read(text, sink)?,
        Format::Html => html::read(text, sink)?,
        Format::Table => table::read(text, name.ends_with(".tsv"), sink)?,
        Format::Subtitles => subtitles::read(text, sink)?,
        Format::Wiki => wiki::read(text, sink)?,
        _ => plain::read(text, sink)?,
    };
    Ok(About { format, title })
}

fn bounded(size: u64, most: u64) -> Result<(), Refusal> {
    if size > most {
        return Err(Refusal::TooLarge { size: size >> 20, most: most >> 20 });
    }
    Ok(())
}

/// What a file is, by its beginning and its name.
fn format_of(head: &[u8], name: &str) -> Result<Format, Refusal> {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    if head.is_empty() {
        return Err(Refusal::Empty);
    }
    if head.windows(5).take(1024).any(|window| window == b"%PDF-") {
        return Ok(Format::Pdf);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(Format::Epub);
    }
    if is_archive(head) {
        return Err(Refusal::Archive);
    }
    // The container of old Office files, and of new ones with a password.
    if head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(if matches!(ending, "docx" | "xlsx" | "pptx") {
            Refusal::Protected
        } else {
            Refusal::Unknown
        });
    }
    let encoding = encoding::encoding_of(head, false);
    let (text, _) = encoding.decode_with_bom_removal(head);
    if looks_binary(head, &text, encoding) {
        return Err(Refusal::Unknown);
    }
    let text = text.trim_start();
    let lower = words::beginning(text, 1024).to_ascii_lowercase();
    if text.starts_with("WEBVTT") || lower.starts_with("[script info]") {
        return Ok(Format::Subtitles);
    }
    if lower.contains("<mediawiki") {
        return Ok(Format::Wiki);
    }
    let xml = lower.starts_with("<?xml");
    if lower.starts_with("<!doctype html")
        || lower.starts_with("<html")
        || (xml && lower.contains("<html"))
    {
        return Ok(Format::Html);
    }
    // The marks of other formats are no words: those of word processors, of books and drawings in XML.
    if lower.starts_with("{\\rtf") || (xml && !matches!(ending, "htm" | "html" | "xhtml")) {
        return Err(Refusal::Unknown);
    }
    Ok(match ending {
        "md" | "markdown" => Format::Markdown,
        "htm" | "html" | "xhtml" => Format::Html,
        "csv" | "tsv" => Format::Table,
        "srt" | "vtt" | "ass" | "ssa" => Format::Subtitles,
        // XML of no kind that is known is mostly names of tags.
        "xml" => return Err(Refusal::Unknown),
        _ => Format::Text,
    })
}

/// 7-Zip, RAR, tar; ZIPs may be documents, and are looked into.
fn is_archive(head: &[u8]) -> bool {
    head.starts_with(b"7z\xbc\xaf\x27\x1c")
        || head.starts_with(b"Rar!\x1a\x07")
        || head.get(257..262) == Some(b"ustar")
}

fn looks_binary(head: &[u8], text: &str, encoding: &'static encoding_rs::Encoding) -> bool {
    let wide = encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE;
    let strange = text
        .chars()
        .filter(|&c| c == '\u{fffd}' || (c.is_control() && !c.is_whitespace() && c != '\u{1b}'))
        .count();
    (!wide && head.contains(&0)) || strange * 20 > text.chars().count()
}
