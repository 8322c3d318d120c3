//! Which files are read: those that are named, all within folders that are, what changed since, what is gone. Several threads read and cut
//! ([`crate::reading`]), the caller's writes ([`crate::filing`]).

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;

use domain::{CharacterId, Flow};
use rusqlite::Connection;
use serde::Serialize;
use walkdir::WalkDir;

use crate::Error;
use crate::read::ENDINGS;
use crate::reading::{Known, read_one};
use crate::schema::LEFT_OUT;
use crate::shelf::{Knowledge, empty, lock};

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
        /// [`crate::Refusal::code`].
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
    /// [`crate::Refusal::code`].
    pub reason: String,
    /// Why, and what to do.
    pub message: String,
}

pub(crate) type Tell<'a> = &'a mut dyn FnMut(Watch<'_>) -> Flow;

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
        let mut gone = Vec::new();
        for (key, path) in known {
            if !files.contains(Path::new(&path)) && !Path::new(&path).exists() {
                empty(&transaction, key).map_err(failed)?;
                transaction
                    .execute("DELETE FROM documents WHERE key = ?1", [key])
                    .map_err(failed)?;
                gone.push(key);
            }
        }
        transaction.commit().map_err(failed)?;
        let mut signs = lock(&self.signs);
        for key in &gone {
            signs.take_out(*key);
        }
        Ok(gone.len())
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
        let known = self.known_of(scope)?;
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
    fn known_of(&self, scope: &str) -> Result<HashMap<PathBuf, Known>, Error> {
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
}

fn rows(connection: &Connection, scope: &str) -> rusqlite::Result<Vec<(i64, String)>> {
    connection
        .prepare("SELECT key, path FROM documents WHERE scope = ?1")?
        .query_map([scope], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
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
pub(crate) fn path_text(path: &Path, folder: bool) -> String {
    let mut text = path.to_string_lossy().into_owned();
    if folder && !text.ends_with(std::path::MAIN_SEPARATOR) {
        text.push(std::path::MAIN_SEPARATOR);
    }
    text
}
