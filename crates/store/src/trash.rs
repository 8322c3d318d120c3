//! Removing and replacing characters so that it can be undone: what goes, goes into `.trash` beside the characters, whole, and comes
//! back from there. Nothing is deleted before a person empties it.

use std::fs;
use std::path::{Path, PathBuf};

use domain::{CharacterId, Millis};

use crate::library::{MAX_FILE_BYTES, read_bounded, safe_name};
use crate::{Error, Library, atomic};

/// Name of the folder within the characters' folder; the dot keeps it out of the library.
const TRASH: &str = ".trash";
/// A character's folder holds a card, pictures, a puppet. More than this is something else.
const MAX_COPIED_FILES: usize = 2_000;
const MAX_COPIED_BYTES: u64 = 1 << 30;
const MAX_DEPTH: usize = 8;

/// Something that lies in the trash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// Name in the trash.
    pub key: String,
    /// The character's id as it was.
    pub id: CharacterId,
    /// When it was put there: Unix time in milliseconds.
    pub at: Millis,
}

impl Library {
    /// Moves one of the user's characters into the trash. Answers with the key that [`Library::restore`] takes.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a shipped character, [`Error::Unknown`], [`Error::Io`].
    pub fn remove(&self, id: &CharacterId) -> Result<String, Error> {
        let folder = self.own_folder(id)?;
        let (key, place) = self.place_in_trash(id)?;
        fs::rename(&folder, &place).map_err(Error::io("move into the trash", &folder))?;
        atomic::sync_folder(self.own_path());
        Ok(key)
    }

    /// Takes a character out of the trash. It gets its old id, or another where that is taken.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Io`].
    pub fn restore(&self, key: &str) -> Result<CharacterId, Error> {
        let from = self.in_trash(key)?;
        let (id, _) = parse_key(key).ok_or_else(|| unknown(key))?;
        let id = self.free_id(&id.0);
        let place = self.own_path().join(&id.0);
        fs::rename(&from, &place).map_err(Error::io("restore", &from))?;
        atomic::sync_folder(self.own_path());
        Ok(id)
    }

    /// What lies in the trash, the newest first.
    pub fn trash(&self) -> Vec<Removed> {
        let Ok(entries) = fs::read_dir(self.own_path().join(TRASH)) else { return Vec::new() };
        let mut removed: Vec<Removed> = entries
            .filter_map(Result::ok)
            .filter_map(|entry| {
                let key = entry.file_name().into_string().ok()?;
                let (id, at) = parse_key(&key)?;
                entry.path().is_dir().then_some(Removed { key, id, at })
            })
            .collect();
        removed.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.key.cmp(&b.key)));
        removed
    }

    /// Deletes what lies in the trash for good. Answers how many characters that were.
    ///
    /// # Errors
    /// [`Error::Io`] for the first that could not be deleted; the others are gone.
    pub fn empty_trash(&self) -> Result<usize, Error> {
        let mut gone = 0;
        let mut first = Ok(());
        for removed in self.trash() {
            let path = self.in_trash(&removed.key)?;
            match fs::remove_dir_all(&path).map_err(Error::io("delete", &path)) {
                Ok(()) => gone += 1,
                Err(error) if first.is_ok() => first = Err(error),
                Err(error) => tracing::warn!(%error, "left in the trash"),
            }
        }
        first.map(|()| gone)
    }

    /// Deletes one character that lies in the trash for good.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Io`].
    pub fn delete_removed(&self, key: &str) -> Result<(), Error> {
        let path = self.in_trash(key)?;
        fs::remove_dir_all(&path).map_err(Error::io("delete", &path))
    }

    /// Reads a file of a character that lies in the trash; `None` where it has none of that name.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Io`], [`Error::Invalid`] for more than [`MAX_FILE_BYTES`].
    pub fn read_removed(&self, key: &str, file: &str) -> Result<Option<Vec<u8>>, Error> {
        safe_name(file)?;
        read_bounded(&self.in_trash(key)?.join(file))
    }

    /// Writes a file into a folder beside the card of one of the user's characters, which is made where it is missing.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a shipped character or a name that is not plain, [`Error::Unknown`], [`Error::Io`].
    pub fn write_into(
        &self,
        id: &CharacterId,
        folder: &str,
        file: &str,
        bytes: &[u8],
    ) -> Result<(), Error> {
        safe_name(folder)?;
        safe_name(file)?;
        let folder = self.own_folder(id)?.join(folder);
        fs::create_dir_all(&folder).map_err(Error::io("create the folder", &folder))?;
        atomic::write(&folder.join(file), bytes)
    }

    /// Writes another card into one of the user's characters. The folder as it was is copied into the trash first; `files` are
    /// written whole, and those of `obsolete` that `files` does not name are taken away. Answers with the key of the copy.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a shipped character or a name that is not plain, [`Error::Unknown`], [`Error::Io`].
    pub fn replace(
        &self,
        id: &CharacterId,
        files: &[(&str, &[u8])],
        obsolete: &[&str],
    ) -> Result<String, Error> {
        let folder = self.own_folder(id)?;
        for (file, _) in files {
            safe_name(file)?;
        }
        let (key, place) = self.place_in_trash(id)?;
        copy_folder(&folder, &place)?;
        for (file, bytes) in files {
            atomic::write(&folder.join(file), bytes)?;
        }
        for file in obsolete.iter().filter(|old| files.iter().all(|(new, _)| new != *old)) {
            let path = folder.join(file);
            match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::io("take away", &path)(error));
                }
                _ => {}
            }
        }
        atomic::sync_folder(&folder);
        Ok(key)
    }

    /// Copies a character, shipped or not, with all its files. The copy is the user's.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Invalid`] for a folder that is no character's (too large, too deep), [`Error::Io`].
    pub fn duplicate(&self, id: &CharacterId) -> Result<CharacterId, Error> {
        let from = self.find(id)?.path;
        fs::create_dir_all(self.own_path())
            .map_err(Error::io("create the folder", self.own_path()))?;
        let building = self.own_path().join(format!(".{id}.{}.copy", std::process::id()));
        // Left over from a crash of a process with the same number.
        let _ = fs::remove_dir_all(&building);
        copy_folder(&from, &building)?;
        let id = self.free_id(&id.0);
        let place = self.own_path().join(&id.0);
        fs::rename(&building, &place).map_err(Error::io("create the folder", &place))?;
        atomic::sync_folder(self.own_path());
        Ok(id)
    }

    fn own_folder(&self, id: &CharacterId) -> Result<PathBuf, Error> {
        let folder = self.find(id)?;
        if folder.built_in {
            return Err(Error::Invalid(format!(
                "`{id}` comes with the app: duplicate it to change it"
            )));
        }
        Ok(folder.path)
    }

    fn place_in_trash(&self, id: &CharacterId) -> Result<(String, PathBuf), Error> {
        let trash = self.own_path().join(TRASH);
        fs::create_dir_all(&trash).map_err(Error::io("create the folder", &trash))?;
        let mut at = u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or_default();
        loop {
            let key = format!("{id}~{at}");
            let place = trash.join(&key);
            if !place.exists() {
                return Ok((key, place));
            }
            at += 1;
        }
    }

    fn in_trash(&self, key: &str) -> Result<PathBuf, Error> {
        safe_name(key)?;
        let path = self.own_path().join(TRASH).join(key);
        if path.is_dir() { Ok(path) } else { Err(unknown(key)) }
    }
}

fn unknown(key: &str) -> Error {
    Error::Unknown { what: "removed character", id: key.to_owned() }
}

/// `ren~1764000000000`: the id and when it was removed.
fn parse_key(key: &str) -> Option<(CharacterId, Millis)> {
    let (id, at) = key.rsplit_once('~')?;
    safe_name(id).ok()?;
    Some((CharacterId(id.to_owned()), at.parse().ok()?))
}

/// Copies a folder into one that does not exist yet. Links are left out: they may lead anywhere.
fn copy_folder(from: &Path, to: &Path) -> Result<(), Error> {
    let mut budget = Budget { files: MAX_COPIED_FILES, bytes: MAX_COPIED_BYTES };
    let copied = copy_level(from, to, MAX_DEPTH, &mut budget);
    if copied.is_err() {
        // The error that matters is the first one.
        let _ = fs::remove_dir_all(to);
    }
    copied
}

struct Budget {
    files: usize,
    bytes: u64,
}

fn copy_level(from: &Path, to: &Path, depth: usize, budget: &mut Budget) -> Result<(), Error> {
    let too_much = || {
        Error::Invalid(format!("`{}` holds more than a character's folder should", from.display()))
    };
    fs::create_dir(to).map_err(Error::io("create the folder", to))?;
    for entry in fs::read_dir(from).map_err(Error::io("read", from))? {
        let entry = entry.map_err(Error::io("read", from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().map_err(Error::io("read", &source))?;
        if kind.is_dir() {
            copy_level(&source, &target, depth.checked_sub(1).ok_or_else(too_much)?, budget)?;
        } else if kind.is_file() {
            let length = entry.metadata().map_err(Error::io("read", &source))?.len();
            budget.files = budget.files.checked_sub(1).ok_or_else(too_much)?;
            budget.bytes = budget.bytes.checked_sub(length).ok_or_else(too_much)?;
            if length > MAX_FILE_BYTES {
                return Err(too_much());
            }
            fs::copy(&source, &target).map_err(Error::io("copy", &source))?;
        }
    }
    atomic::sync_folder(to);
    Ok(())
}
