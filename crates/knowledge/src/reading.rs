//! One file, read and cut: its passages go to whoever writes them, a portion at a time. Of a very long one (a wiki's dump) a part is sent
//! at a time, and the next reading of the same bytes goes on behind what was written.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

use crate::chunk::{Chunk, Chunker};
use crate::error::Stop;
use crate::read::{Counter, Format, read_into};
use crate::schema::{DONE, READING};
use crate::{Error, Refusal};

/// Text that is sent, and written in one transaction, in bytes.
pub(crate) const PORTION: usize = 2 << 20;

/// What the index knows of a file.
pub(crate) struct Known {
    pub(crate) state: i64,
    pub(crate) size: i64,
    pub(crate) modified: i64,
    pub(crate) digest: Vec<u8>,
    pub(crate) chunks: u64,
}

/// Which version of a file was read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stamp {
    pub(crate) size: i64,
    pub(crate) modified: i64,
    pub(crate) digest: Vec<u8>,
}

pub(crate) enum End {
    Read { title: String, format: Format, chunks: u64 },
    Unchanged,
    Refused(Refusal),
}

/// Passages of a document on their way into the index.
pub(crate) struct Part {
    pub(crate) file: usize,
    pub(crate) stamp: Stamp,
    /// The first of its document, which replaces what was known of it.
    pub(crate) first: bool,
    pub(crate) chunks: Vec<(Chunk, String)>,
    /// Bytes of the file read so far.
    pub(crate) read: u64,
    /// Nothing of this document follows.
    pub(crate) end: Option<End>,
}

impl Part {
    pub(crate) fn bytes(&self) -> usize {
        self.chunks.iter().map(|(chunk, _)| chunk.text.len()).sum()
    }
}

/// Nobody takes parts any more.
pub(crate) struct Deaf;

/// Reads one file and sends its parts.
#[expect(clippy::too_many_lines, reason = "one file from its first byte to its last passage")]
pub(crate) fn read_one(
    file: usize,
    path: &Path,
    known: &HashMap<PathBuf, Known>,
    stop: &AtomicBool,
    to: &SyncSender<Part>,
) -> Result<(), Deaf> {
    let known = known.get(path);
    let part = |stamp: &Stamp, first, chunks, read, end| Part {
        file,
        stamp: stamp.clone(),
        first,
        chunks,
        read,
        end,
    };
    let send = |part: Part| to.send(part).map_err(|_| Deaf);
    let mut stamp = match stamp(path) {
        Ok(stamp) => stamp,
        Err(error) => {
            let end = End::Refused(Refusal::Open(error));
            return send(part(&Stamp::default(), true, Vec::new(), 0, Some(end)));
        }
    };
    let ready = known.filter(|known| known.state == DONE);
    if ready.is_some_and(|known| (known.size, known.modified) == (stamp.size, stamp.modified)) {
        return send(part(&stamp, false, Vec::new(), 0, Some(End::Unchanged)));
    }
    stamp.digest = match digest(path, stop) {
        Ok(digest) => digest,
        Err(error) => {
            return send(part(
                &stamp,
                true,
                Vec::new(),
                0,
                Some(End::Refused(Refusal::Open(error))),
            ));
        }
    };
    if ready.is_some_and(|known| known.digest == stamp.digest) {
        return send(part(&stamp, false, Vec::new(), 0, Some(End::Unchanged)));
    }
    // A reading of the same bytes that was cut short goes on behind what it wrote.
    let resumed = known
        .filter(|known| known.state == READING && known.digest == stamp.digest && known.chunks > 0)
        .map_or(0, |known| known.chunks);
    let counter = Counter::default();
    let mut first = resumed == 0;
    let (mut chunks, mut bytes, mut count) = (Vec::new(), 0, 0);
    let mut take = |chunk: Chunk, flush: bool| -> Result<(), Stop> {
        count += 1;
        if count > resumed {
            bytes += chunk.text.len();
            let words = words_of(&chunk);
            chunks.push((chunk, words));
        }
        if flush && bytes >= PORTION {
            if stop.load(Ordering::Relaxed) {
                return Err(Error::Cancelled.into());
            }
            let part = part(&stamp, first, std::mem::take(&mut chunks), counter.bytes(), None);
            to.send(part).map_err(|_| Error::Cancelled)?;
            (first, bytes) = (false, 0);
        }
        Ok(())
    };
    let mut chunker = Chunker::default();
    let read =
        read_into(path, &counter, &mut |piece| chunker.push(piece, |chunk| take(chunk, true)));
    let end = match read {
        Ok(about) => {
            if let Some(chunk) = chunker.finish() {
                // Not sent by itself: the last part ends the document.
                let _never_stops = take(chunk, false);
            }
            if count == 0 {
                End::Refused(Refusal::Empty)
            } else {
                End::Read {
                    title: about.title.unwrap_or_default(),
                    format: about.format,
                    chunks: count,
                }
            }
        }
        Err(Stop::Refused(refusal)) => End::Refused(refusal),
        Err(Stop::Failed(_)) => return Err(Deaf),
    };
    if matches!(end, End::Refused(_)) {
        chunks.clear();
    }
    send(part(&stamp, first, chunks, counter.bytes(), Some(end)))
}

/// A passage's index terms: its own and its headings'.
pub(crate) fn words_of(chunk: &Chunk) -> String {
    let mut terms = words::terms(&chunk.text);
    if !chunk.heading.is_empty() {
        terms.extend(words::terms(&chunk.heading));
    }
    terms.join(" ")
}

fn stamp(path: &Path) -> std::io::Result<Stamp> {
    let metadata = std::fs::metadata(path)?;
    let modified = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(Stamp {
        size: i64::try_from(metadata.len()).unwrap_or(i64::MAX),
        modified: i64::try_from(modified.as_nanos()).unwrap_or(i64::MAX),
        digest: Vec::new(),
    })
}

fn digest(path: &Path, stop: &AtomicBool) -> std::io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 17];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 || stop.load(Ordering::Relaxed) {
            return Ok(hash.finalize().to_vec());
        }
        hash.update(&buffer[..count]);
    }
}
