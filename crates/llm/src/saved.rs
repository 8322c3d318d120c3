//! KV caches of the most recent conversations, in a folder with a quota. Everything in it can be made again by reading the
//! conversation once more: what is damaged, foreign or too much is ignored or removed, and no failure here ends a reply.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::decoder::{KvCache, Saved, read_head};

const EXTENSION: &str = "kv";
/// Parts of a model's file that are summed up, and their length.
const SAMPLES: u64 = 64;
const SAMPLE: usize = 4096;

/// Tells a model's files from others without reading all of them: their lengths and samples from all over, and `variant`, the way
/// in which they were loaded.
pub(crate) fn fingerprint<'a>(
    files: impl Iterator<Item = &'a File>,
    variant: &str,
) -> io::Result<[u8; 32]> {
    let mut sum = Sha256::new();
    sum.update(variant);
    for mut file in files {
        let length = file.metadata()?.len();
        sum.update(length.to_le_bytes());
        let mut sample = vec![0; SAMPLE];
        for index in 0..SAMPLES {
            file.seek(SeekFrom::Start(length / SAMPLES * index))?;
            let count = file.take(SAMPLE as u64).read(&mut sample)?;
            sum.update(&sample[..count]);
        }
    }
    Ok(sum.finalize().into())
}

/// One file of the folder that belongs to the model.
#[derive(Debug)]
struct Entry {
    path: PathBuf,
    tokens: Vec<u32>,
}

/// The folder, as one model sees it.
#[derive(Debug)]
pub(crate) struct SavedCaches {
    folder: PathBuf,
    quota: u64,
    fingerprint: [u8; 32],
    entries: Vec<Entry>,
}

impl SavedCaches {
    /// Looks through a folder, which is made where it is not there. Together the files take no more than `quota` bytes.
    pub(crate) fn open(
        folder: &Path,
        quota: u64,
        fingerprint: [u8; 32],
        cache: &KvCache,
    ) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let mut entries = Vec::new();
        for (path, length, _) in files(folder)? {
            let head =
                File::open(&path).and_then(|file| read_head(&mut BufReader::new(file), length));
            match head {
                Ok(Saved { fingerprint: of, shape, tokens })
                    if of == fingerprint && shape == cache.shape_on_disk() =>
                {
                    entries.push(Entry { path, tokens });
                }
                Ok(_) => {}
                Err(error) => tracing::debug!(path = %path.display(), %error, "ignored"),
            }
        }
        let saved = Self { folder: folder.to_owned(), quota, fingerprint, entries };
        saved.keep_quota(0)?;
        Ok(saved)
    }

    /// Looks through the folder again for those of another reader: the same model with other adapters.
    pub(crate) fn belong_to(&mut self, fingerprint: [u8; 32], cache: &KvCache) -> io::Result<()> {
        *self = Self::open(&self.folder, self.quota, fingerprint, cache)?;
        Ok(())
    }

    /// The file that shares most with a prompt, and how many tokens.
    pub(crate) fn best(&self, prompt: &[u32]) -> Option<(usize, usize)> {
        let shared =
            |entry: &Entry| entry.tokens.iter().zip(prompt).take_while(|(a, b)| a == b).count();
        self.entries.iter().map(shared).enumerate().max_by_key(|(_, shared)| *shared)
    }

    /// Fills a cache from a file. Where that fails, the cache is empty and the file is gone.
    pub(crate) fn restore(&mut self, index: usize, cache: &mut KvCache) {
        let path = self.entries[index].path.clone();
        let read = File::open(&path).and_then(|file| {
            let length = file.metadata()?.len();
            // The newest are kept longest. A file system without times still works.
            let _unchanged = file.set_modified(SystemTime::now());
            cache.restore(BufReader::with_capacity(1 << 20, file), length, self.fingerprint)
        });
        if let Err(error) = read {
            tracing::warn!(path = %path.display(), %error, "a saved cache is of no use");
            self.entries.remove(index);
            let _gone = fs::remove_file(&path);
        }
    }

    /// Deletes all of them, other models' as well.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        if let Err(error) = forget_saved(&self.folder) {
            tracing::warn!(folder = %self.folder.display(), %error, "saved caches could not be deleted");
        }
    }

    /// Saves a cache, instead of those of the same conversation.
    pub(crate) fn save(&mut self, cache: &KvCache) {
        if let Err(error) = self.try_save(cache) {
            tracing::warn!(folder = %self.folder.display(), %error, "a cache was not saved");
        }
    }

    fn try_save(&mut self, cache: &KvCache) -> io::Result<()> {
        let tokens = cache.tokens();
        if self.entries.iter().any(|entry| entry.tokens.starts_with(tokens)) {
            return Ok(());
        }
        let saved = Saved {
            fingerprint: self.fingerprint,
            shape: cache.shape_on_disk(),
            tokens: tokens.to_vec(),
        };
        let bytes = saved.bytes().unwrap_or(u64::MAX);
        if bytes > self.quota {
            return Ok(());
        }
        // The same conversation, as it was before.
        self.entries.retain(|entry| {
            let shared = entry.tokens.iter().zip(tokens).take_while(|(a, b)| a == b).count();
            let same = shared * 10 >= entry.tokens.len() * 9;
            if same {
                let _gone = fs::remove_file(&entry.path);
            }
            !same
        });
        self.keep_quota(bytes)?;
        self.entries.retain(|entry| entry.path.exists());
        let path = self.folder.join(format!("{}.{EXTENSION}", name(&saved)));
        // Under another name until it is complete.
        let part = path.with_extension("part");
        let file = BufWriter::with_capacity(1 << 20, File::create(&part)?);
        let written = cache.save(file, self.fingerprint).and_then(|()| fs::rename(&part, &path));
        if written.is_err() {
            let _gone = fs::remove_file(&part);
        }
        written?;
        self.entries.push(Entry { path, tokens: saved.tokens });
        Ok(())
    }

    /// Removes the oldest files, of whatever model, until `coming` bytes more are within the quota.
    fn keep_quota(&self, coming: u64) -> io::Result<()> {
        let mut all = files(&self.folder)?;
        all.sort_by_key(|(_, _, time)| *time);
        let mut total = coming + all.iter().map(|(_, length, _)| length).sum::<u64>();
        for (path, length, _) in all {
            if total <= self.quota {
                break;
            }
            fs::remove_file(&path)?;
            total -= length;
        }
        Ok(())
    }
}

fn name(saved: &Saved) -> String {
    let mut sum = Sha256::new();
    sum.update(saved.fingerprint);
    for token in &saved.tokens {
        sum.update(token.to_le_bytes());
    }
    sum.finalize().iter().take(16).fold(String::new(), |name, byte| format!("{name}{byte:02x}"))
}

/// Deletes the saved caches of all models in a folder: what is to be forgotten stands in some of them, and each is made again.
///
/// # Errors
/// Where one of them cannot be deleted; the others are all the same.
pub fn forget_saved(folder: &Path) -> io::Result<()> {
    let mut result = Ok(());
    if folder.exists() {
        for (path, ..) in files(folder)? {
            result = result.and(fs::remove_file(path));
        }
    }
    result
}

/// The folder's files with their lengths and times.
fn files(folder: &Path) -> io::Result<Vec<(PathBuf, u64, SystemTime)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == EXTENSION || e == "part") {
            let about = path.metadata()?;
            files.push((path, about.len(), about.modified().unwrap_or(SystemTime::UNIX_EPOCH)));
        }
    }
    Ok(files)
}
