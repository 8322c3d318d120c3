//! Files into the index. Several threads read and cut, the caller's writes; a document's passages, as far as they are not too many, are
//! written together with the note that it was read, so that a crash loses whole documents and nothing else. Of a very long one (a
//! wiki's dump) a part is written at a time, and the next run goes on behind it.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use domain::{CharacterId, Flow};
use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use crate::chunk::{Chunk, Chunker};
use crate::error::Stop;
use crate::read::{Counter, ENDINGS, Format, read_into};
use crate::schema::{DONE, LEFT_OUT, READING, REFUSED};
use crate::shelf::{Knowledge, empty, lock};
use crate::{Error, Refusal};

/// Text that is written in one transaction, in bytes.
const PORTION: usize = 2 << 20;
/// A transaction with something in it does not stay open longer.
const PATIENCE_MS: u128 = 400;
/// Portions that wait to be written.
const WAITING: usize = 3;
/// Most files of one call.
const FILES: usize = 200_000;
/// Deepest folder.
const DEPTH: usize = 32;

/// What happened to a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// It is new, or has changed.
    Read {
        /// Passages.
        chunks: u64,
    },
    /// It is as it was.
    Unchanged,
    /// It is not read.
    Refused {
        /// [`Refusal::code`].
        reason: String,
        /// Why, and what to do.
        message: String,
    },
}

/// What is told while files are read; the answer says whether to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watch<'a> {
    /// So many files are looked at.
    Found {
        /// How many.
        files: usize,
    },
    /// A long file is being read.
    Reading {
        /// Which.
        path: &'a Path,
        /// Bytes of it so far.
        bytes: u64,
        /// Its size.
        size: u64,
    },
    /// A file is done.
    Done {
        /// Which.
        path: &'a Path,
        /// What happened to it.
        outcome: &'a Outcome,
        /// How many are done.
        done: usize,
        /// Of how many.
        files: usize,
    },
}

/// What a call did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Files looked at.
    pub files: usize,
    /// New or changed ones.
    pub read: usize,
    /// Those that are as they were.
    pub unchanged: usize,
    /// Documents whose files are gone.
    pub gone: usize,
    /// Files that are not read.
    pub refused: Vec<RefusedFile>,
    /// Passages written.
    pub chunks: u64,
    /// Text read, in bytes of UTF-8.
    pub text_bytes: u64,
}

/// A file that is not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusedFile {
    /// Which.
    pub file: String,
    /// [`Refusal::code`].
    pub reason: String,
    /// Why, and what to do.
    pub message: String,
}

type Tell<'a> = &'a mut dyn FnMut(Watch<'_>) -> Flow;

impl Knowledge {
    /// Reads files, and folders with all that is in them. What is known and has not changed is not read again.
    ///
    /// # Errors
    /// [`Error::NoSuchPath`] before anything is read, [`Error::Cancelled`] where `tell` wants no more; what was read is kept, and the
    /// same call goes on there. A file that cannot be read is no error: the report lists it.
    pub fn add(
        &self,
        paths: &[PathBuf],
        character: Option<&CharacterId>,
        tell: Tell<'_>,
    ) -> Result<Report, Error> {
        let scope = character.map_or("", |id| id.0.as_str());
        let mut files = BTreeSet::new();
        let mut sources = Vec::new();
        for path in paths {
            let path = std::path::absolute(path).map_err(|_| Error::NoSuchPath(path.clone()))?;
            let kind = std::fs::metadata(&path).map_err(|_| Error::NoSuchPath(path.clone()))?;
            if kind.is_dir() {
                walk(&path, &mut files);
            } else {
                files.insert(path.clone());
            }
            sources.push((path, kind.is_dir()));
        }
        {
            let connection = lock(&self.writer);
            for (path, folder) in &sources {
                let text = path_text(path, *folder);
                connection
                    .execute(
                        "INSERT OR IGNORE INTO sources (path, scope, folder) VALUES (?1, ?2, ?3)",
                        (&text, scope, folder),
                    )
                    .map_err(|source| self.failed(source))?;
                // What is named again is wanted again.
                let wanted = if *folder {
                    "DELETE FROM documents WHERE state = ?3 AND scope = ?2 AND substr(path, 1, length(?1)) = ?1"
                } else {
                    "DELETE FROM documents WHERE state = ?3 AND scope = ?2 AND path = ?1"
                };
                connection
                    .execute(wanted, (&text, scope, LEFT_OUT))
                    .map_err(|source| self.failed(source))?;
            }
        }
        let mut report = Report::default();
        self.read_files(&files.into_iter().collect::<Vec<_>>(), scope, &mut report, tell)?;
        Ok(report)
    }

    /// Looks at everything that was ever added again: reads what changed and what is new in folders, forgets what is gone.
    pub fn refresh(&self, tell: Tell<'_>) -> Result<Report, Error> {
        let failed = |source| self.failed(source);
        let sources: Vec<(String, String, bool)> = {
            let connection = lock(&self.reader);
            let read = || {
                let mut query = connection.prepare("SELECT path, scope, folder FROM sources")?;
                query
                    .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                    .collect::<rusqlite::Result<_>>()
            };
            read().map_err(failed)?
        };
        let scopes: BTreeSet<&str> = sources.iter().map(|(_, scope, _)| scope.as_str()).collect();
        let mut report = Report::default();
        for scope in scopes {
            let mut files = BTreeSet::new();
            let mut whole = true;
            for (path, of, folder) in &sources {
                if of != scope {
                    continue;
                }
                let path = Path::new(path);
                if *folder {
                    // A folder on a disk that is not there today is not a folder without files.
                    whole &= path.is_dir();
                    walk(path, &mut files);
                } else if path.exists() {
                    files.insert(path.to_owned());
                }
            }
            if whole {
                report.gone += self.forget_gone(scope, &files)?;
            }
            let files: Vec<PathBuf> = self.without_left_out(scope, files)?;
            self.read_files(&files, scope, &mut report, tell)?;
        }
        Ok(report)
    }

    /// Deletes documents whose files are gone.
    fn forget_gone(&self, scope: &str, files: &BTreeSet<PathBuf>) -> Result<usize, Error> {
        let failed = |source| self.failed(source);
        let mut connection = lock(&self.writer);
        let transaction = connection.transaction().map_err(failed)?;
        let known: Vec<(i64, String)> = rows(&transaction, scope).map_err(failed)?;
        let mut gone = 0;
        for (key, path) in known {
            if !files.contains(Path::new(&path)) && !Path::new(&path).exists() {
                empty(&transaction, key).map_err(failed)?;
                transaction
                    .execute("DELETE FROM documents WHERE key = ?1", [key])
                    .map_err(failed)?;
                gone += 1;
            }
        }
        transaction.commit().map_err(failed)?;
        Ok(gone)
    }

    fn without_left_out(
        &self,
        scope: &str,
        mut files: BTreeSet<PathBuf>,
    ) -> Result<Vec<PathBuf>, Error> {
        let connection = lock(&self.reader);
        let read = || {
            connection
                .prepare(
                    "SELECT path FROM documents WHERE scope = ?1 AND (state = ?2 OR removed = 1)",
                )?
                .query_map((scope, LEFT_OUT), |row| row.get::<_, String>(0))?
                .collect::<rusqlite::Result<Vec<_>>>()
        };
        for path in read().map_err(|source| self.failed(source))? {
            files.remove(Path::new(&path));
        }
        Ok(files.into_iter().collect())
    }

    fn read_files(
        &self,
        files: &[PathBuf],
        scope: &str,
        report: &mut Report,
        tell: Tell<'_>,
    ) -> Result<(), Error> {
        report.files += files.len();
        if tell(Watch::Found { files: files.len() }) == Flow::Stop {
            return Err(Error::Cancelled);
        }
        let known = self.known(scope)?;
        let stop = AtomicBool::new(false);
        let next = AtomicUsize::new(0);
        let (to, from) = sync_channel(WAITING);
        let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get().min(4));
        std::thread::scope(|threads_of| {
            for _ in 0..threads.min(files.len()) {
                let (to, stop, next, known) = (to.clone(), &stop, &next, &known);
                threads_of.spawn(move || {
                    while !stop.load(Ordering::Relaxed) {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some(path) = files.get(at) else { break };
                        if read_one(at, path, known, stop, &to).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(to);
            let result = self.write_all(&from, files, scope, report, tell);
            stop.store(true, Ordering::Relaxed);
            // Whoever waits to send finds nobody and ends.
            drop(from);
            result
        })
    }

    /// What is known of each file.
    fn known(&self, scope: &str) -> Result<std::collections::HashMap<PathBuf, Known>, Error> {
        let connection = lock(&self.reader);
        let read = || {
            connection
                .prepare("SELECT path, state, size, modified, digest, chunks FROM documents WHERE scope = ?1 AND state <> 3")?
                .query_map([scope], |row| {
                    let path: String = row.get(0)?;
                    let known = Known {
                        state: row.get(1)?,
                        size: row.get(2)?,
                        modified: row.get(3)?,
                        digest: row.get(4)?,
                        chunks: row.get::<_, i64>(5)?.max(0) as u64,
                    };
                    Ok((PathBuf::from(path), known))
                })?
                .collect::<rusqlite::Result<_>>()
        };
        read().map_err(|source| self.failed(source))
    }

    fn write_all(
        &self,
        from: &Receiver<Part>,
        files: &[PathBuf],
        scope: &str,
        report: &mut Report,
        tell: Tell<'_>,
    ) -> Result<(), Error> {
        let mut done = 0;
        while let Ok(first) = from.recv() {
            // Small documents share a transaction; each is whole within it.
            let began = Instant::now();
            let mut parts = vec![first];
            let mut bytes = parts[0].bytes();
            while bytes < PORTION
                && began.elapsed().as_millis() < PATIENCE_MS
                && let Ok(part) = from.try_recv()
            {
                bytes += part.bytes();
                parts.push(part);
            }
            self.write(&parts, files, scope).map_err(|source| self.failed(source))?;
            for part in &parts {
                report.chunks += part.chunks.len() as u64;
                report.text_bytes += part.bytes() as u64;
                let path = &files[part.file];
                let flow = match &part.end {
                    None => tell(Watch::Reading {
                        path,
                        bytes: part.read,
                        size: part.stamp.size as u64,
                    }),
                    Some(end) => {
                        done += 1;
                        let outcome = outcome(end);
                        count(report, path, &outcome);
                        tell(Watch::Done { path, outcome: &outcome, done, files: files.len() })
                    }
                };
                if flow == Flow::Stop {
                    return Err(Error::Cancelled);
                }
            }
        }
        Ok(())
    }

    fn write(&self, parts: &[Part], files: &[PathBuf], scope: &str) -> rusqlite::Result<()> {
        let mut connection = lock(&self.writer);
        let transaction = connection.transaction()?;
        for part in parts {
            if matches!(part.end, Some(End::Unchanged)) && part.chunks.is_empty() {
                touch(&transaction, &files[part.file], scope, &part.stamp)?;
                continue;
            }
            let document = begun(&transaction, &files[part.file], scope, part)?;
            for (chunk, words) in &part.chunks {
                let (kind, place) = chunk.place.numbers();
                transaction
                    .prepare_cached(
                        "INSERT INTO chunks (document, place_kind, place, heading, text) VALUES (?1, ?2, ?3, ?4, ?5)",
                    )?
                    .execute((document, kind, place, &chunk.heading, &chunk.text))?;
                transaction
                    .prepare_cached("INSERT INTO texts (rowid, words) VALUES (?1, ?2)")?
                    .execute((transaction.last_insert_rowid(), words))?;
            }
            transaction
                .prepare_cached("UPDATE documents SET chunks = chunks + ?2, text_bytes = text_bytes + ?3 WHERE key = ?1")?
                .execute((document, part.chunks.len() as i64, part.bytes() as i64))?;
            match &part.end {
                Some(End::Read { title, format, .. }) => transaction
                    .prepare_cached(
                        "UPDATE documents SET state = ?2, title = ?3, format = ?4 WHERE key = ?1",
                    )?
                    .execute((document, DONE, title, format.name()))?,
                Some(End::Refused(refusal)) => {
                    // Half a document that turned out broken is better forgotten than believed.
                    empty(&transaction, document)?;
                    transaction
                        .prepare_cached(
                            "UPDATE documents SET state = ?2, reason = ?3, message = ?4, chunks = 0, text_bytes = 0 WHERE key = ?1",
                        )?
                        .execute((document, REFUSED, refusal.code(), refusal.to_string()))?
                }
                Some(End::Unchanged) | None => 0,
            };
        }
        transaction.commit()
    }
}

/// What the index knows of a file.
struct Known {
    state: i64,
    size: i64,
    modified: i64,
    digest: Vec<u8>,
    chunks: u64,
}

/// Which version of a file was read.
#[derive(Debug, Clone, Default)]
struct Stamp {
    size: i64,
    modified: i64,
    digest: Vec<u8>,
}

enum End {
    Read { title: String, format: Format, chunks: u64 },
    Unchanged,
    Refused(Refusal),
}

/// Passages of a document on their way into the index.
struct Part {
    file: usize,
    stamp: Stamp,
    /// The first of its document, which replaces what was known of it.
    first: bool,
    chunks: Vec<(Chunk, String)>,
    /// Bytes of the file read so far.
    read: u64,
    /// Nothing of this document follows.
    end: Option<End>,
}

impl Part {
    fn bytes(&self) -> usize {
        self.chunks.iter().map(|(chunk, _)| chunk.text.len()).sum()
    }
}

/// Nobody takes parts any more.
struct Deaf;

/// Reads one file and sends its parts.
#[expect(clippy::too_many_lines, reason = "one file from its first byte to its last passage")]
fn read_one(
    file: usize,
    path: &Path,
    known: &std::collections::HashMap<PathBuf, Known>,
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

/// The document's key; where the part is its first, all that was known of it is replaced.
fn begun(connection: &Connection, path: &Path, scope: &str, part: &Part) -> rusqlite::Result<i64> {
    let path = path_text(path, false);
    let known: Option<i64> = connection
        .prepare_cached("SELECT key FROM documents WHERE path = ?1 AND scope = ?2")?
        .query_row((&path, scope), |row| row.get(0))
        .optional()?;
    if let (Some(key), false) = (known, part.first) {
        return Ok(key);
    }
    if let Some(key) = known {
        empty(connection, key)?;
    }
    connection
        .prepare_cached(
            "INSERT INTO documents (path, scope, state, size, modified, digest, added_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT DO UPDATE SET state = ?3, size = ?4, modified = ?5, digest = ?6, chunks = 0, text_bytes = 0,
               title = '', format = '', reason = '', message = '', removed = 0
             RETURNING key",
        )?
        .query_row(
            (&path, scope, READING, part.stamp.size, part.stamp.modified, &part.stamp.digest, now()),
            |row| row.get(0),
        )
}

/// The same bytes under a new date.
fn touch(connection: &Connection, path: &Path, scope: &str, stamp: &Stamp) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE documents SET size = ?3, modified = ?4, removed = 0 WHERE path = ?1 AND scope = ?2",
        )?
        .execute((path_text(path, false), scope, stamp.size, stamp.modified))?;
    Ok(())
}

fn rows(connection: &Connection, scope: &str) -> rusqlite::Result<Vec<(i64, String)>> {
    connection
        .prepare("SELECT key, path FROM documents WHERE scope = ?1")?
        .query_map([scope], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

fn outcome(end: &End) -> Outcome {
    match end {
        End::Read { chunks, .. } => Outcome::Read { chunks: *chunks },
        End::Unchanged => Outcome::Unchanged,
        End::Refused(refusal) => {
            Outcome::Refused { reason: refusal.code().to_owned(), message: refusal.to_string() }
        }
    }
}

fn count(report: &mut Report, path: &Path, outcome: &Outcome) {
    match outcome {
        Outcome::Read { .. } => report.read += 1,
        Outcome::Unchanged => report.unchanged += 1,
        Outcome::Refused { reason, message } => report.refused.push(RefusedFile {
            file: path.to_string_lossy().into_owned(),
            reason: reason.clone(),
            message: message.clone(),
        }),
    }
}

/// Files below a folder, by their names; hidden ones and what links lead to are left out.
fn walk(folder: &Path, files: &mut BTreeSet<PathBuf>) {
    let shown = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
    };
    let entries = WalkDir::new(folder).max_depth(DEPTH).into_iter().filter_entry(shown);
    for entry in entries.flatten().filter(|entry| entry.file_type().is_file()) {
        let ending = entry.path().extension().map(|ending| ending.to_string_lossy().to_lowercase());
        if ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str())) && files.len() < FILES {
            files.insert(entry.into_path());
        }
    }
}

/// A path as the index keeps it; folders end with their separator.
fn path_text(path: &Path, folder: bool) -> String {
    let mut text = path.to_string_lossy().into_owned();
    if folder && !text.ends_with(std::path::MAIN_SEPARATOR) {
        text.push(std::path::MAIN_SEPARATOR);
    }
    text
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

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
