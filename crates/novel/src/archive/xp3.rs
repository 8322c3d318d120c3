//! KiriKiri archives without encryption: an index of chunks (zlib or raw), files as segments (zlib or raw).

use std::io::{Read, Seek};

use super::{MAX_ENTRIES, MAX_INDEX_BYTES, Source, inflate, is_script_name, u32_at, u64_at};
use crate::error::Error;
use crate::files::{File, MAX_SCRIPT_BYTES};

pub(super) const MAGIC: &[u8] = b"XP3\r\n \n\x1a\x8b\x67\x01";
/// Flag of `info` for an entry that the game's own cipher protects.
const PROTECTED: u32 = 1 << 31;

pub(super) fn extract<F: Read + Seek>(source: &mut Source<'_, F>) -> Result<Vec<File>, Error> {
    let index = index(source)?;
    let mut files = Vec::new();
    let mut protected = 0;
    let mut at = 0;
    let mut entries = 0;
    while at < index.len() {
        let (tag, body, next) = chunk(&index, at)?;
        at = next;
        if tag != b"File" {
            continue;
        }
        entries += 1;
        if entries > MAX_ENTRIES {
            return Err(Error::TooLarge(format!("more than {MAX_ENTRIES} entries")));
        }
        let entry = entry(body)?;
        if !is_script_name(&entry.name) {
            continue;
        }
        if entry.flags & PROTECTED != 0 {
            protected += 1;
            continue;
        }
        let mut bytes = Vec::new();
        for segment in &entry.segments {
            bytes.extend(segment_bytes(source, segment)?);
        }
        files.push(File { path: entry.name, bytes });
    }
    if !files.is_empty() && files.iter().all(|file| !looks_plain(&file.bytes))
        || (files.is_empty() && protected > 0)
    {
        return Err(Error::Refused(
            "an encrypted KiriKiri archive: each game has a cipher of its own, and no keys come with this program. Choose a folder with the scripts already taken out"
                .to_owned(),
        ));
    }
    Ok(files)
}

/// Scripts are text in some encoding or a known container; what is neither was encrypted without saying so.
fn looks_plain(bytes: &[u8]) -> bool {
    bytes.is_empty()
        || bytes.starts_with(b"PSB\0")
        || bytes.starts_with(b"mdf\0")
        || bytes.starts_with(b"\xfe\xfe")
        || !crate::encoding::decode(&bytes[..bytes.len().min(1 << 16) & !1])
            .text
            .contains(['\0', '\u{1}', '\u{2}', '\u{3}'])
}

fn index<F: Read + Seek>(source: &mut Source<'_, F>) -> Result<Vec<u8>, Error> {
    let short = || Error::damaged("the archive ends before its index");
    let mut at = u64_at(&source.bytes(11, 8)?, 0).ok_or_else(short)?;
    // A first index that only points to the real one.
    if source.bytes(at, 1)?[0] == 0x80 {
        at = u64_at(&source.bytes(at.saturating_add(9), 8)?, 0).ok_or_else(short)?;
    }
    let head = source.bytes(at, 9)?;
    let len = u64_at(&head, 1).ok_or_else(short)?;
    if len > MAX_INDEX_BYTES {
        return Err(Error::TooLarge(format!("an index of {} MiB", len >> 20)));
    }
    match head[0] & 7 {
        0 => source.bytes(at + 9, len),
        1 => {
            let size = u64_at(&source.bytes(at + 9, 8)?, 0).ok_or_else(short)?;
            inflate(&source.bytes(at + 17, len)?, size.min(MAX_INDEX_BYTES))
        }
        other => Err(Error::damaged(format!("an index of type {other}"))),
    }
}

/// A chunk's tag, body, and where the next begins.
fn chunk(bytes: &[u8], at: usize) -> Result<(&[u8], &[u8], usize), Error> {
    let cut = || Error::damaged("a chunk of the index is cut off");
    let tag = bytes.get(at..at + 4).ok_or_else(cut)?;
    let len = u64_at(bytes, at + 4).and_then(|len| usize::try_from(len).ok()).ok_or_else(cut)?;
    let end = (at + 12).checked_add(len).ok_or_else(cut)?;
    Ok((tag, bytes.get(at + 12..end).ok_or_else(cut)?, end))
}

struct Segment {
    packed: bool,
    offset: u64,
    size: u64,
    stored: u64,
}

struct Entry {
    flags: u32,
    name: String,
    segments: Vec<Segment>,
}

fn entry(body: &[u8]) -> Result<Entry, Error> {
    let mut entry = Entry { flags: 0, name: String::new(), segments: Vec::new() };
    let mut at = 0;
    let cut = || Error::damaged("an entry of the index is cut off");
    while at < body.len() {
        let (tag, part, next) = chunk(body, at)?;
        at = next;
        match tag {
            b"info" => {
                entry.flags = u32_at(part, 0).ok_or_else(cut)?;
                let units = part.get(20..22).ok_or_else(cut)?;
                let units = usize::from(u16::from_le_bytes([units[0], units[1]]));
                let name = part.get(22..22 + units * 2).ok_or_else(cut)?;
                entry.name = encoding_rs::UTF_16LE.decode_without_bom_handling(name).0.into_owned();
            }
            b"segm" => {
                for segment in part.chunks_exact(28) {
                    entry.segments.push(Segment {
                        packed: u32_at(segment, 0).ok_or_else(cut)? & 7 != 0,
                        offset: u64_at(segment, 4).ok_or_else(cut)?,
                        size: u64_at(segment, 12).ok_or_else(cut)?,
                        stored: u64_at(segment, 20).ok_or_else(cut)?,
                    });
                }
            }
            _ => {}
        }
    }
    Ok(entry)
}

fn segment_bytes<F: Read + Seek>(
    source: &mut Source<'_, F>,
    segment: &Segment,
) -> Result<Vec<u8>, Error> {
    if !segment.packed {
        return source.entry(segment.offset, segment.stored);
    }
    source.spend(segment.size)?;
    if segment.stored > MAX_SCRIPT_BYTES {
        return Err(Error::TooLarge(format!("a segment of {} MiB", segment.stored >> 20)));
    }
    inflate(&source.bytes(segment.offset, segment.stored)?, segment.size)
}
