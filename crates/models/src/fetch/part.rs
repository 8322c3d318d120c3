//! A file that is still coming: its bytes, its lock, its running checksum, and the record of where it comes from.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::http::Head;
use crate::Error;
use crate::digest::{Algorithm, Digest, Hasher, hash_file};

/// Where the bytes of a part file come from: beside it as `name.part.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Version of this form.
    pub(crate) v: u32,
    /// The address asked.
    pub(crate) url: String,
    /// The server's strong ETag.
    pub(crate) etag: Option<String>,
    /// Size of the whole file.
    pub(crate) total: Option<u64>,
    /// The hub's own checksum of the content.
    pub(crate) digest: Option<Digest>,
}

/// A part file, locked while this lives.
pub(crate) struct Part {
    path: PathBuf,
    file: File,
    length: u64,
    record: Option<Record>,
    /// Covers exactly the `length` bytes; `None` until [`Part::catch_up`].
    hasher: Option<Hasher>,
    algorithms: Vec<Algorithm>,
}

impl Part {
    /// Opens or creates the part file of a file. Bytes without a record of where they come from are thrown away.
    pub(crate) fn open(target: &Path) -> Result<Self, Error> {
        let path = part_path(target);
        let file = OpenOptions::new()
            .create(true)
            .read(true)
            .write(true)
            .truncate(false)
            .open(&path)
            .map_err(Error::io("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => return Err(Error::Busy(target.to_owned())),
            Err(std::fs::TryLockError::Error(why)) => return Err(Error::io("lock", &path)(why)),
        }
        let length = file.metadata().map_err(Error::io("read", &path))?.len();
        let record = read_record(&path);
        let mut part = Self { path, file, length, record, hasher: None, algorithms: vec![] };
        if part.record.is_none() && part.length > 0 {
            part.restart()?;
        }
        Ok(part)
    }

    /// Hashes what is here, so that the rest can be hashed as it comes. SHA-256 is always among the checksums.
    pub(crate) fn catch_up(
        &mut self,
        algorithms: impl IntoIterator<Item = Algorithm>,
    ) -> Result<(), Error> {
        self.algorithms = algorithms.into_iter().collect();
        let mut hasher = Hasher::new(self.algorithms.iter().copied(), None);
        if self.length > 0 {
            self.by_name(|path| hash_file(path, &mut hasher, |_| true))?;
        }
        self.hasher = Some(hasher);
        self.file.seek(SeekFrom::End(0)).map_err(Error::io("read", &self.path))?;
        Ok(())
    }

    /// Throws away everything.
    pub(crate) fn restart(&mut self) -> Result<(), Error> {
        self.file.set_len(0).map_err(Error::io("empty", &self.path))?;
        self.file.seek(SeekFrom::Start(0)).map_err(Error::io("empty", &self.path))?;
        remove(&record_path(&self.path))?;
        self.length = 0;
        self.record = None;
        self.hasher = Some(Hasher::new(self.algorithms.iter().copied(), None));
        Ok(())
    }

    /// Notes where the bytes come from. On disk before the first of them is.
    pub(crate) fn record(
        &mut self,
        url: &str,
        head: &Head,
        total: Option<u64>,
    ) -> Result<(), Error> {
        let record = Record {
            v: 1,
            url: url.to_owned(),
            etag: head.etag.clone(),
            total,
            digest: head
                .offered
                .clone()
                .or_else(|| self.record.take().and_then(|record| record.digest)),
        };
        let path = record_path(&self.path);
        let text = serde_json::to_vec(&record)
            .map_err(|why| Error::Record { path: path.clone(), why: why.to_string() })?;
        std::fs::write(&path, text).map_err(Error::io("write", &path))?;
        self.record = Some(record);
        Ok(())
    }

    /// Writes the next bytes.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.write_all(bytes).map_err(Error::io("write", &self.path))?;
        self.length += bytes.len() as u64;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(bytes);
        }
        Ok(())
    }

    /// Makes sure that what is here stays here.
    pub(crate) fn sync(&mut self) -> Result<(), Error> {
        self.file.sync_all().map_err(Error::io("write", &self.path))
    }

    /// Gives the file its name, in one step.
    pub(crate) fn finish(self, target: &Path) -> Result<(), Error> {
        self.file.sync_all().map_err(Error::io("write", &self.path))?;
        std::fs::rename(&self.path, target).map_err(Error::io("rename", &self.path))?;
        if let Some(folder) = target.parent() {
            sync_folder(folder);
        }
        remove(&record_path(&self.path))
    }

    /// Bytes here.
    pub(crate) fn len(&self) -> u64 {
        self.length
    }

    /// Nothing here yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// For whoever reads the file by its name. On Windows nobody reads what is locked, not even who has locked it.
    pub(crate) fn by_name<T>(&self, read: impl FnOnce(&Path) -> T) -> T {
        if cfg!(windows) {
            let _ = self.file.unlock();
        }
        let answer = read(&self.path);
        if cfg!(windows) {
            let _ = self.file.try_lock();
        }
        answer
    }

    /// Where the bytes come from.
    pub(crate) fn known(&self) -> Option<&Record> {
        self.record.as_ref()
    }

    /// Checksums of what is here, SHA-256 first.
    pub(crate) fn digests(&self) -> Vec<Digest> {
        self.hasher.clone().unwrap_or_else(|| Hasher::new([], None)).finish()
    }

    /// Bytes from one address may be continued from another only where a checksum will tell whether they fit.
    pub(crate) fn may_come_from(&self, url: &str, pinned: bool) -> bool {
        self.length == 0
            || pinned
            || self
                .record
                .as_ref()
                .is_some_and(|record| record.url == url || record.digest.is_some())
    }
}

/// The part file of a file.
pub(crate) fn part_path(target: &Path) -> PathBuf {
    with_suffix(target, ".part")
}

fn record_path(part: &Path) -> PathBuf {
    with_suffix(part, ".json")
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn read_record(part: &Path) -> Option<Record> {
    let record: Record = serde_json::from_slice(&std::fs::read(record_path(part)).ok()?).ok()?;
    (record.v == 1).then_some(record)
}

/// The revision of a repository that an unfinished file is from, as the address tells that was asked for it.
pub(crate) fn revision(target: &Path, repo: &str) -> Option<String> {
    let record = read_record(&part_path(target))?;
    let (_, behind) = record.url.split_once(&format!("/{repo}/resolve/"))?;
    behind.split('/').next().map(str::to_owned)
}

/// Bytes of a file that are here, finished or not.
pub(crate) fn length(target: &Path) -> u64 {
    let size = |path: &Path| path.metadata().map_or(0, |data| data.len());
    match size(target) {
        0 => size(&part_path(target)),
        size => size,
    }
}

/// Removes what is there of an unfinished file.
pub(crate) fn discard(target: &Path) -> Result<(), Error> {
    let part = part_path(target);
    if part.exists() {
        // Takes the lock: a running download must be stopped first.
        drop(Part::open(target)?);
    }
    remove(&record_path(&part))?;
    remove(&part)
}

/// Removes a file that may not be there.
pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    match std::fs::remove_file(path) {
        Err(why) if why.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io("remove", path)(why))
        }
        _ => Ok(()),
    }
}

/// Makes a rename last. Not every system lets a folder be opened; the rename itself has happened either way.
pub(crate) fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}
