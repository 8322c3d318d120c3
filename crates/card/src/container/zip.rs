//! Zip archives: CHARX and its relatives, also behind a picture or a program (self-extracting, JPEG polyglot). Only what is asked for is
//! unpacked, with a limit that does not come from the archive.

use std::borrow::Cow;
use std::io::{Cursor, Read, Write};
use std::ops::Range;

use memchr::memmem;
use unicode_normalization::UnicodeNormalization;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::text;

/// Most entries of an archive: each costs memory before its name is even known.
const MAX_ENTRIES: usize = 20_000;
/// The mark in the flags of an entry whose name is UTF-8.
const UTF8_NAMES: u16 = 0x0800;

/// What is known of an entry without unpacking it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its path, with `/`, as well as it could be read.
    pub path: String,
    /// Its number in the archive.
    pub index: usize,
    /// Its size when unpacked, by its own account.
    pub size: u64,
    /// Where its bytes stand in the file, where they are not compressed.
    pub stored: Option<Range<usize>>,
    /// Where its header stands in the file.
    pub header: usize,
    /// Compressed in a known way and not encrypted.
    pub readable: bool,
}

/// An archive in a file.
pub(crate) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Its files; folders are left out.
    pub entries: Vec<Entry>,
    /// Some names appear twice; the last of each was taken.
    pub twice: bool,
}

/// True where a file begins like an archive.
pub(crate) fn is(file: &[u8]) -> bool {
    file.starts_with(b"PK\x03\x04") || file.starts_with(b"PK\x05\x06")
}

/// Opens the archive that a file is or ends with. `None` where there is none.
pub(crate) fn open(file: &[u8]) -> Result<Option<Archive<'_>>, String> {
    if memmem::rfind(file, b"PK\x05\x06").is_none() {
        return if is(file) { Err("the archive is cut off".into()) } else { Ok(None) };
    }
    let headers = memmem::find_iter(file, b"PK\x01\x02").take(MAX_ENTRIES + 1).count();
    if headers > MAX_ENTRIES {
        return Err(format!("the archive has more than {MAX_ENTRIES} entries"));
    }
    let mut zip = match ZipArchive::new(Cursor::new(file)) {
        Ok(zip) => zip,
        Err(_) if !is(file) => return Ok(None),
        Err(error) => return Err(format!("the archive cannot be read ({error})")),
    };
    let twice = zip.has_duplicate_names();
    let mut raw = Vec::with_capacity(zip.len());
    for index in 0..zip.len() {
        let entry = zip
            .by_index_raw(index)
            .map_err(|error| format!("an entry cannot be read ({error})"))?;
        let known =
            matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated);
        let stored = (entry.compression() == CompressionMethod::Stored && !entry.encrypted())
            .then(|| {
                let from = usize::try_from(entry.data_start()?).ok()?;
                let end = from.checked_add(usize::try_from(entry.size()).ok()?)?;
                (end <= file.len()).then_some(from..end)
            })
            .flatten();
        let marked = entry.flags().as_u16() & UTF8_NAMES != 0;
        let found = Entry {
            path: String::new(),
            index,
            size: entry.size(),
            stored,
            header: usize::try_from(entry.header_start()).unwrap_or(usize::MAX),
            readable: known && !entry.encrypted(),
        };
        raw.push((entry.name_raw().to_vec(), marked, entry.is_dir(), found));
    }
    let names: Vec<(&[u8], bool)> =
        raw.iter().map(|(name, marked, ..)| (name.as_slice(), *marked)).collect();
    let names = text::names(&names);
    let entries = raw
        .into_iter()
        .zip(names)
        .filter(|((_, _, folder, _), name)| !folder && !name.ends_with(['/', '\\']))
        .map(|((.., entry), name)| Entry { path: plain(&name), ..entry })
        .collect();
    Ok(Some(Archive { zip, entries, twice }))
}

impl Archive<'_> {
    /// Unpacks an entry, `most` bytes at most.
    pub(crate) fn read(&mut self, entry: &Entry, most: usize) -> Result<Vec<u8>, String> {
        if !entry.readable {
            return Err("it is encrypted, or compressed in an unknown way".into());
        }
        let reader = self.zip.by_index(entry.index).map_err(|error| error.to_string())?;
        let mut bytes = Vec::new();
        let done = reader.take(most as u64 + 1).read_to_end(&mut bytes);
        if bytes.len() > most {
            return Err(format!("it is longer than {most} bytes"));
        }
        done.map_err(|error| format!("it cannot be unpacked ({error})"))?;
        Ok(bytes)
    }

    /// The entry at a path as people and programs write it: with `\`, other letter case, escaped, in another Unicode form.
    pub(crate) fn find(&self, path: &str) -> Option<&Entry> {
        let exact = plain(path);
        let form = |path: &str| path.nfkc().collect::<String>().to_lowercase();
        let (loose, unescaped) = (form(&exact), form(&percent_decoded(&exact)));
        self.entries
            .iter()
            .find(|entry| entry.path == exact)
            .or_else(|| self.entries.iter().find(|entry| form(&entry.path) == loose))
            .or_else(|| self.entries.iter().find(|entry| form(&entry.path) == unescaped))
    }
}

/// With `/`, without what only says "here" or "from the root".
fn plain(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut rest = path.as_str();
    while let Some(shorter) = rest.strip_prefix("./").or_else(|| rest.strip_prefix('/')) {
        rest = shorter;
    }
    rest.to_owned()
}

/// True for a path that leads out of the folder that an archive is unpacked into.
pub(crate) fn escapes(path: &str) -> bool {
    path.contains('\0')
        || path.split('/').any(|part| part == "..")
        || path.split('/').next().is_some_and(|part| part.ends_with(':'))
}

fn percent_decoded(path: &str) -> String {
    let mut out = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).filter(|_| *first == b'%');
        let byte = hex
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(byte) = byte {
            out.push(byte);
            rest = &tail[2..];
        } else {
            out.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A new archive of these files, in this order. Pictures and sounds are stored: they are compressed already.
pub(crate) fn write(files: &[(String, &[u8])]) -> Result<Vec<u8>, String> {
    let total: usize = files.iter().map(|(path, bytes)| path.len() * 2 + bytes.len() + 200).sum();
    let mut writer = ZipWriter::new(Cursor::new(Vec::with_capacity(total)));
    for (path, bytes) in files {
        add(&mut writer, path, bytes)?;
    }
    finish(writer)
}

/// What differs between an archive and its copy.
pub(crate) struct Edit<'a> {
    /// The entry of the card; `None`: it has none yet.
    pub replaced: Option<usize>,
    /// The card's text.
    pub card: &'a [u8],
    /// New files.
    pub added: &'a [(String, &'a [u8])],
    /// Entries that go.
    pub removed: &'a [usize],
}

/// A copy of the archive in `file` (with what stands before it) in which the card has other bytes, files are added and entries left out.
/// Everything else is copied as it is packed, name for name.
pub(crate) fn rewrite(file: &[u8], edit: &Edit<'_>) -> Result<Vec<u8>, String> {
    let Edit { replaced, card, added, removed } = *edit;
    let mut archive = open(file)?.ok_or("the file is no archive")?.zip;
    // Not the offset that the archive counts from: it counts from the beginning of the file where the maker wrote it so.
    let mut head = file.len();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|error| error.to_string())?;
        head = head.min(usize::try_from(entry.header_start()).unwrap_or(usize::MAX));
    }
    if archive.is_empty() {
        head = 0;
    }
    let mut out = Cursor::new(Vec::with_capacity(file.len() + card.len() + 1024));
    out.write_all(file.get(..head).unwrap_or_default()).map_err(|error| error.to_string())?;
    let mut writer = ZipWriter::new(out);
    writer.set_raw_comment(archive.comment().into()).map_err(|error| error.to_string())?;
    if replaced.is_none() {
        add(&mut writer, "card.json", card)?;
    }
    for index in 0..archive.len() {
        if removed.contains(&index) {
            continue;
        }
        let entry = archive.by_index_raw(index).map_err(|error| error.to_string())?;
        if replaced == Some(index) {
            let path = entry.name().map(Cow::into_owned).map_err(|error| error.to_string())?;
            drop(entry);
            add(&mut writer, &path, card)?;
        } else {
            writer.raw_copy_file(entry).map_err(|error| error.to_string())?;
        }
    }
    for (path, bytes) in added {
        add(&mut writer, path, bytes)?;
    }
    finish(writer)
}

type Writer = ZipWriter<Cursor<Vec<u8>>>;

fn add(writer: &mut Writer, path: &str, bytes: &[u8]) -> Result<(), String> {
    let text = crate::asset::ending(path) == "json";
    let method = if text { CompressionMethod::Deflated } else { CompressionMethod::Stored };
    let options = SimpleFileOptions::default().compression_method(method);
    writer.start_file(path, options).map_err(|error| error.to_string())?;
    writer.write_all(bytes).map_err(|error| error.to_string())
}

fn finish(writer: Writer) -> Result<Vec<u8>, String> {
    writer.finish().map(Cursor::into_inner).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_however_they_are_written() {
        let files = [
            ("card.json".to_owned(), b"{}".as_slice()),
            ("assets/Emotion/笑顔 1.png".to_owned(), b"x"),
        ];
        let bytes = write(&files).unwrap();
        let archive = open(&bytes).unwrap().unwrap();
        for path in [
            "assets/Emotion/笑顔 1.png",
            "./assets/emotion/笑顔 1.PNG",
            "\\assets\\Emotion\\笑顔 1.png",
            "assets/Emotion/%E7%AC%91%E9%A1%94%201.png",
        ] {
            assert_eq!(archive.find(path).map(|entry| entry.index), Some(1), "{path}");
        }
        assert_eq!(archive.find("assets/other.png"), None);
        assert_eq!(&bytes[archive.entries[1].stored.clone().unwrap()], b"x");
    }

    #[test]
    fn an_archive_behind_a_picture_is_found_and_stays_there() {
        let inner =
            write(&[("card.json".to_owned(), b"{}".as_slice()), ("a.png".to_owned(), b"png")])
                .unwrap();
        let file = [b"\xff\xd8\xff\xe0 a picture \xff\xd9".as_slice(), &inner].concat();
        let mut archive = open(&file).unwrap().unwrap();
        let entry = archive.entries[1].clone();
        assert_eq!(archive.read(&entry, 10).unwrap(), b"png");
        assert_eq!(&file[entry.stored.clone().unwrap()], b"png");
        let edit = Edit {
            replaced: Some(0),
            card: b"{\"a\":1}",
            added: &[("b.txt".into(), b"new".as_slice())],
            removed: &[],
        };
        let again = rewrite(&file, &edit).unwrap();
        let shorter = rewrite(&file, &Edit { removed: &[1], ..edit }).unwrap();
        let paths: Vec<String> =
            open(&shorter).unwrap().unwrap().entries.into_iter().map(|e| e.path).collect();
        assert_eq!(paths, ["card.json", "b.txt"]);
        assert!(again.starts_with(b"\xff\xd8\xff\xe0 a picture \xff\xd9"));
        let mut archive = open(&again).unwrap().unwrap();
        let texts: Vec<_> =
            archive.entries.clone().iter().map(|e| archive.read(e, 100).unwrap()).collect();
        assert_eq!(texts, [b"{\"a\":1}".to_vec(), b"png".to_vec(), b"new".to_vec()]);
        assert_eq!(archive.read(&entry, 2).unwrap_err(), "it is longer than 2 bytes");
    }

    #[test]
    fn what_leads_out_is_seen() {
        for path in ["../x", "a/../../x", "C:/x", "a\0b"] {
            assert!(escapes(&plain(path)), "{path}");
        }
        assert!(!escapes("a/b..c/d.png") && !escapes(&plain("/etc/x")));
    }
}
