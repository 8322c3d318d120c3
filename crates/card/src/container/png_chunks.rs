//! The chunks of a PNG file, as slices of it: nothing is copied, and a length that does not fit the file ends the walk.

use std::ops::Range;

/// What a PNG file begins with.
pub(crate) const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];

/// A chunk and where it stands, length and checksum included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chunk<'a> {
    pub kind: [u8; 4],
    pub data: &'a [u8],
    pub place: Range<usize>,
    pub checksum_fits: bool,
}

/// The chunks of a file, and whether it ends as it should.
#[derive(Debug)]
pub(crate) struct Chunks<'a> {
    pub chunks: Vec<Chunk<'a>>,
    pub complete: bool,
}

/// Most chunks that are looked at: a 60 MiB file of empty chunks has five million.
const MAX_CHUNKS: usize = 200_000;

/// Walks over a file; `None` where it is no PNG. Chunks behind `IEND` are read as well, for some tools put the card there.
pub(crate) fn read(file: &[u8]) -> Option<Chunks<'_>> {
    if !file.starts_with(&SIGNATURE) {
        return None;
    }
    let (mut chunks, mut at, mut ended) = (Vec::new(), SIGNATURE.len(), false);
    while let Some(chunk) = next(file, at).filter(|_| chunks.len() < MAX_CHUNKS) {
        at = chunk.place.end;
        ended |= &chunk.kind == b"IEND";
        chunks.push(chunk);
    }
    Some(Chunks { chunks, complete: ended })
}

fn next(file: &[u8], at: usize) -> Option<Chunk<'_>> {
    let head = file.get(at..at.checked_add(8)?)?;
    let length = u32::from_be_bytes(head[..4].try_into().ok()?) as usize;
    let kind: [u8; 4] = head[4..].try_into().ok()?;
    if !kind.iter().all(u8::is_ascii_alphabetic) {
        return None;
    }
    let end = at.checked_add(8)?.checked_add(length)?;
    let data = file.get(at + 8..end)?;
    let sum = file.get(end..end.checked_add(4)?)?;
    let checksum_fits = sum == crc32fast::hash(&file[at + 4..end]).to_be_bytes();
    Some(Chunk { kind, data, place: at..end + 4, checksum_fits })
}

/// Writes a chunk.
pub(crate) fn write(out: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    out.extend_from_slice(&(data.len() as u32).to_be_bytes());
    let start = out.len();
    out.extend_from_slice(&kind);
    out.extend_from_slice(data);
    let sum = crc32fast::hash(&out[start..]);
    out.extend_from_slice(&sum.to_be_bytes());
}
