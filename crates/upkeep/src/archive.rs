//! Everything in one file, and back.
//!
//! The file is a ZIP that any tool opens: the data folder's files by their paths, and last a manifest with the SHA-256 of each.
//! It grows under another name and is flushed before it gets its own, so that a file with the right name is complete. Coming
//! back, everything is unpacked beside the data folder and compared with the manifest before the folder is put in place.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{Dirs, Lock};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::usage::{Links, contents, files};
use crate::{Error, check};

/// Name of the manifest in the file.
const MANIFEST: &str = "hanashi-backup.json";
/// Version of the form.
const VERSION: u32 = 1;
/// A manifest is some hundred bytes a file.
const LARGEST_MANIFEST: u64 = 64 << 20;
/// More files than this no data folder has.
const MOST_FILES: usize = 1_000_000;
/// Bytes that are passed on at a time.
const PIECE: usize = 1 << 20;
/// What stays free on the disk.
const RESERVE: u64 = 100_000_000;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the form.
    pub v: u32,
    /// Version of the program that made it.
    pub program: String,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// Size and checksum of every file, by path.
    pub files: BTreeMap<String, Entry>,
}

/// One file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// In bytes.
    pub size: u64,
    /// Of its bytes, in hex.
    pub sha256: String,
}

/// What a backup says of itself, before anything is unpacked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct About {
    /// Version of the program that made it.
    pub program: String,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// Files in it.
    pub files: usize,
    /// Their bytes once unpacked.
    pub bytes: u64,
    /// Models or voices are in it.
    pub models: bool,
    /// It is of an encrypted data folder, and opens with the passphrase or the recovery code of then.
    pub sealed: bool,
}

/// What was packed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Packed {
    /// The file.
    pub path: PathBuf,
    /// Files in it.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Bytes of the file itself.
    pub size: u64,
}

/// What was unpacked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unpacked {
    /// The data folder.
    pub root: PathBuf,
    /// Files in it.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

/// Packs a data folder into `target`. Databases are copied as of one moment, so that the program may be running. What a link leads to
/// (models on another disk) comes along as if it lay there. Left out is
/// what is made again (`reading-caches`, the library's index), copies of what is in it (`backups`), logs, and, without
/// `models`, models and voices. `each` hears bytes done and bytes in all, and stops it by answering false.
///
/// # Errors
/// [`Error::NotEmpty`] where `target` is there already; [`Error::NoSpace`]; [`Error::Stopped`]; [`Error::Io`].
pub fn pack(
    dirs: &Dirs,
    target: &Path,
    models: bool,
    mut each: impl FnMut(u64, u64) -> bool,
) -> Result<Packed, Error> {
    let target = std::path::absolute(target).map_err(Error::io("find", target))?;
    if target.exists() {
        return Err(Error::NotEmpty(target));
    }
    let wanted: Vec<PathBuf> = contents(dirs.root(), Links::Follow)?
        .files
        .into_iter()
        .filter(|path| is_kept(path, models) && dirs.root().join(path) != target)
        .collect();
    let length = |path: &PathBuf| dirs.root().join(path).metadata().map_or(0, |data| data.len());
    let total: u64 = wanted.iter().map(length).sum();
    let folder = target.parent().unwrap_or(Path::new("."));
    room(folder, total)?;

    let part = with_suffix(&target, ".part");
    let made = write(dirs, &part, &wanted, &mut |done| each(done, total));
    let (count, bytes) = match made {
        Ok(made) => made,
        Err(error) => {
            // Half a backup is worth nothing; the error that matters is the first.
            let _ = std::fs::remove_file(&part);
            return Err(error);
        }
    };
    std::fs::rename(&part, &target).map_err(Error::io("rename", &part))?;
    store::atomic::sync_folder(folder);
    let size = target.metadata().map_err(Error::io("read", &target))?.len();
    Ok(Packed { path: target, files: count, bytes, size })
}

fn write(
    dirs: &Dirs,
    part: &Path,
    wanted: &[PathBuf],
    each: &mut dyn FnMut(u64) -> bool,
) -> Result<(usize, u64), Error> {
    let file = File::create(part).map_err(Error::io("write", part))?;
    let mut zip = ZipWriter::new(std::io::BufWriter::with_capacity(PIECE, file));
    let mut manifest = Manifest {
        v: VERSION,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        at_ms: jiff::Timestamp::now().as_millisecond(),
        files: BTreeMap::new(),
    };
    let mut done = 0;
    for path in wanted {
        let Some(name) = plain(path) else { continue };
        // A database is copied as SQLite sees it: its journal may hold what its file does not yet.
        let scratch;
        let source = if is_database(path) {
            scratch = Scratch(with_suffix(part, ".sqlite"));
            check::copy_database(&dirs.root().join(path), &scratch.0)?;
            scratch.0.clone()
        } else {
            dirs.root().join(path)
        };
        let mut from = match File::open(&source) {
            Ok(from) => from,
            // Gone since the folder was read: the program is running, and that is its right.
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => continue,
            Err(why) => return Err(Error::io("read", &source)(why)),
        };
        // Weights do not get smaller.
        let dense = ["gguf", "bin", "onnx", "safetensors", "png", "webp", "jpg", "charx"];
        let dense =
            path.extension().is_some_and(|e| dense.iter().any(|d| e.eq_ignore_ascii_case(d)));
        let method = if dense { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(method).large_file(true);
        zip.start_file(&name, options).map_err(Error::zip("write", part))?;
        let mut hasher = Sha256::new();
        let mut size = 0;
        let mut piece = vec![0; PIECE];
        loop {
            let n = from.read(&mut piece).map_err(Error::io("read", &source))?;
            if n == 0 {
                break;
            }
            hasher.update(&piece[..n]);
            zip.write_all(&piece[..n]).map_err(Error::io("write", part))?;
            size += n as u64;
            done += n as u64;
            if !each(done) {
                return Err(Error::Stopped);
            }
        }
        manifest.files.insert(name, Entry { size, sha256: hex(&hasher.finalize()) });
    }
    let text = serde_json::to_vec_pretty(&manifest)
        .map_err(|why| Error::Damaged { path: part.to_owned(), why: why.to_string() })?;
    zip.start_file(MANIFEST, SimpleFileOptions::default()).map_err(Error::zip("write", part))?;
    zip.write_all(&text).map_err(Error::io("write", part))?;
    let mut file = zip.finish().map_err(Error::zip("write", part))?;
    file.flush().and_then(|()| file.get_ref().sync_all()).map_err(Error::io("write", part))?;
    Ok((manifest.files.len(), manifest.files.values().map(|entry| entry.size).sum()))
}

/// Makes a data folder of a backup. The folder must be empty or not there; it is put in place whole, or not at all.
///
/// # Errors
/// [`Error::NoBackup`], [`Error::Damaged`] where a file is not what the manifest says; [`Error::NotEmpty`];
/// [`Error::NoSpace`]; [`Error::Stopped`]; [`Error::Io`]. After any of them the data folder is as it was.
pub fn unpack(
    source: &Path,
    dirs: &Dirs,
    mut each: impl FnMut(u64, u64) -> bool,
) -> Result<Unpacked, Error> {
    let root = dirs.root();
    if !files(root).is_empty() {
        return Err(Error::NotEmpty(root.to_owned()));
    }
    let (mut zip, manifest) = open(source)?;
    let total = bytes_of(&manifest);
    let beside = root.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(beside).map_err(Error::io("create", beside))?;
    room(beside, total)?;

    // Left over from one that was killed; the name is ours alone.
    let scratch = with_suffix(root, ".restoring");
    if scratch.exists() {
        std::fs::remove_dir_all(&scratch).map_err(Error::io("remove", &scratch))?;
    }
    let filled = fill(&mut zip, &manifest, source, &scratch, &mut |done| each(done, total));
    if let Err(error) = filled {
        let _ = std::fs::remove_dir_all(&scratch);
        return Err(error);
    }
    if root.exists() {
        // Only empty folders are in it: looked at above. A file that has come since makes this fail, and stays.
        remove_empty_tree(root)?;
    }
    std::fs::rename(&scratch, root).map_err(Error::io("rename", &scratch))?;
    store::atomic::sync_folder(beside);
    Ok(Unpacked { root: root.to_owned(), files: manifest.files.len(), bytes: total })
}

/// Looks into a backup: is it one, and what does it hold. Its files are not compared with their checksums yet.
///
/// # Errors
/// [`Error::NoBackup`], [`Error::Io`].
pub fn about(source: &Path) -> Result<About, Error> {
    let (_, manifest) = open(source)?;
    let bytes = bytes_of(&manifest);
    let below = |folder: &str| manifest.files.keys().any(|name| name.starts_with(folder));
    Ok(About {
        models: below("models/") || below("voices/"),
        sealed: manifest.files.contains_key(vault::FILE),
        files: manifest.files.len(),
        bytes,
        at_ms: manifest.at_ms,
        program: manifest.program.chars().filter(|c| !c.is_control()).take(40).collect(),
    })
}

/// Bytes of all files of a backup once they are unpacked.
pub(crate) fn bytes_of(manifest: &Manifest) -> u64 {
    manifest.files.values().fold(0, |sum, entry| sum.saturating_add(entry.size))
}

/// Opens a backup whose manifest fits it.
pub(crate) fn open(source: &Path) -> Result<(ZipArchive<File>, Manifest), Error> {
    let file = File::open(source).map_err(Error::io("open", source))?;
    let no_backup = |why: &str| Error::NoBackup { path: source.to_owned(), why: why.to_owned() };
    let mut zip =
        ZipArchive::new(file).map_err(|_| no_backup("is no backup, or its end is missing"))?;
    if zip.len() > MOST_FILES {
        return Err(no_backup("holds more files than a backup can"));
    }
    let manifest = read_manifest(&mut zip, source)?;
    if manifest.files.len() + 1 != zip.len() {
        return Err(no_backup("holds other files than its manifest says"));
    }
    if let Some(name) =
        manifest.files.keys().find(|name| plain(Path::new(name)).as_ref() != Some(name))
    {
        return Err(no_backup(&format!("names a file `{name}` outside the data folder")));
    }
    Ok((zip, manifest))
}

fn read_manifest(zip: &mut ZipArchive<File>, source: &Path) -> Result<Manifest, Error> {
    let no_backup = |why: String| Error::NoBackup { path: source.to_owned(), why };
    let entry = zip
        .by_name(MANIFEST)
        .map_err(|_| no_backup("is a ZIP, but no backup of Hanashi".to_owned()))?;
    let mut text = Vec::new();
    entry.take(LARGEST_MANIFEST).read_to_end(&mut text).map_err(Error::io("read", source))?;
    let manifest: Manifest = serde_json::from_slice(&text)
        .map_err(|why| no_backup(format!("has a manifest that cannot be read ({why})")))?;
    if manifest.v != VERSION {
        return Err(no_backup(format!(
            "was made by version {} in another form ({})",
            manifest.program, manifest.v
        )));
    }
    Ok(manifest)
}

pub(crate) fn fill(
    zip: &mut ZipArchive<File>,
    manifest: &Manifest,
    source: &Path,
    to: &Path,
    each: &mut dyn FnMut(u64) -> bool,
) -> Result<(), Error> {
    let mut done = 0;
    let mut piece = vec![0; PIECE];
    for (name, about) in &manifest.files {
        let damaged = |why: String| Error::Damaged { path: source.to_owned(), why };
        let path = to.join(name);
        let folder = path.parent().unwrap_or(to);
        std::fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        let mut from = zip.by_name(name).map_err(|_| damaged(format!("`{name}` is missing")))?;
        let mut file = File::create_new(&path).map_err(Error::io("write", &path))?;
        let mut hasher = Sha256::new();
        let mut size = 0;
        loop {
            let n = from.read(&mut piece).map_err(|why| damaged(format!("`{name}`: {why}")))?;
            if n == 0 {
                break;
            }
            size += n as u64;
            // A small file may claim to unpack into a disk full of noughts.
            if size > about.size {
                return Err(damaged(format!("`{name}` is longer than it should be")));
            }
            hasher.update(&piece[..n]);
            file.write_all(&piece[..n]).map_err(Error::io("write", &path))?;
            done += n as u64;
            if !each(done) {
                return Err(Error::Stopped);
            }
        }
        if size != about.size || hex(&hasher.finalize()) != about.sha256 {
            return Err(damaged(format!("`{name}` is not what was packed")));
        }
        file.sync_all().map_err(Error::io("write", &path))?;
    }
    Ok(())
}

/// What is packed of a data folder.
fn is_kept(path: &Path, models: bool) -> bool {
    let first =
        path.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned());
    let first = first.unwrap_or_default();
    let name = path.to_string_lossy();
    match first.as_str() {
        // Installers can be fetched again.
        "reading-caches"
        | "backups"
        | "logs"
        | "updates"
        | "hanashi.lock"
        | crate::errand::FILE
        | crate::restore::SCRATCH
        | crate::restore::SWAP
        | crate::relocate::POINTER => false,
        first if first.starts_with(crate::restore::ASIDE) => false,
        "models" | "voices" => models && !name.ends_with(".part") && !name.ends_with(".part.json"),
        first => {
            !(first.starts_with("library-index.sqlite")
                || first.ends_with("-wal")
                || first.ends_with("-shm"))
        }
    }
}

fn is_database(path: &Path) -> bool {
    path.components().count() == 1 && path.extension().is_some_and(|ending| ending == "sqlite")
}

/// A relative path in the form of the archive; `None` for one that leaves its folder, or is not text.
fn plain(path: &Path) -> Option<String> {
    let mut parts = Vec::new();
    for part in path.components() {
        let Component::Normal(part) = part else { return None };
        let part = part.to_str()?;
        // What one system reads as a name is a path, a drive or a stream on another.
        if part.contains(['\\', ':', '\0']) {
            return None;
        }
        parts.push(part);
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

pub(crate) fn remove_empty_tree(folder: &Path) -> Result<(), Error> {
    let entries = std::fs::read_dir(folder).map_err(Error::io("read", folder))?;
    for entry in entries.filter_map(Result::ok) {
        remove_empty_tree(&entry.path())?;
    }
    std::fs::remove_dir(folder).map_err(Error::io("remove", folder))
}

pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Makes sure that there is room for so many bytes.
pub(crate) fn room(folder: &Path, need: u64) -> Result<(), Error> {
    let free = fs4::available_space(folder).map_err(Error::io("read", folder))?;
    let need = need.saturating_add(RESERVE);
    if need > free {
        return Err(Error::NoSpace { path: folder.to_owned(), need, free });
    }
    Ok(())
}

/// A file that goes when it is no longer used.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// For the callers that must not run beside the program.
pub(crate) fn alone(dirs: &Dirs) -> Result<Lock, Error> {
    Ok(Lock::acquire(dirs)?)
}

#[cfg(test)]
#[path = "archive_tests.rs"]
mod tests;
