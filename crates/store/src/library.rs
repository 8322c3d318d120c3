//! The characters on the disk: one folder each, named by an id that is safe on every file system. What the files mean is the
//! `card` room's business; here they are bytes that are written whole or not at all.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use domain::CharacterId;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::{Error, atomic};

/// Largest file that is read out of a character's folder.
pub const MAX_FILE_BYTES: u64 = 256 << 20;

/// Longest id, in bytes (room is left for `-2`).
const MAX_ID: usize = 60;

/// A character's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CharacterFolder {
    /// Its id: the folder's name.
    pub id: CharacterId,
    /// Where it lies.
    pub path: PathBuf,
    /// Came with the app: it is not written into.
    pub built_in: bool,
}

/// The library: the folders the app came with, and the user's own.
#[derive(Debug, Clone)]
pub struct Library {
    own: PathBuf,
    shipped: Option<PathBuf>,
}

impl Library {
    /// A library with the user's characters in `own` and the app's in `shipped`.
    pub fn new(own: impl Into<PathBuf>, shipped: Option<PathBuf>) -> Self {
        Self { own: own.into(), shipped }
    }

    /// All characters: the shipped ones first, each part sorted by id. Folders that cannot be read are left out; names that
    /// begin with a dot are not characters.
    pub fn list(&self) -> Vec<CharacterFolder> {
        let shipped = self.shipped.as_deref().map(|folder| folders(folder, true));
        let mut shipped = shipped.unwrap_or_default();
        // In the source tree what draws them lies beside them.
        shipped.retain(|folder| folder.path.join("card.json").is_file());
        let own = folders(&self.own, false);
        let own =
            own.into_iter().filter(|folder| shipped.iter().all(|other| other.id != folder.id));
        shipped.iter().cloned().chain(own).collect()
    }

    /// A character's folder.
    ///
    /// # Errors
    /// [`Error::Unknown`] where there is none of that id.
    pub fn find(&self, id: &CharacterId) -> Result<CharacterFolder, Error> {
        safe_name(&id.0)?;
        let unknown = || Error::Unknown { what: "character", id: id.0.clone() };
        let places = self.shipped.iter().map(|path| (path, true)).chain([(&self.own, false)]);
        places
            .map(|(folder, built_in)| CharacterFolder {
                id: id.clone(),
                path: folder.join(&id.0),
                built_in,
            })
            .find(|folder| folder.path.is_dir())
            .ok_or_else(unknown)
    }

    /// Makes a new folder named after the character and writes the files into it. The folder appears complete or not at all, and
    /// never in place of another: a name that is taken gets `-2`, `-3`, …
    ///
    /// # Errors
    /// [`Error::Invalid`] for a file name that is not plain, [`Error::Io`].
    pub fn add(&self, name: &str, files: &[(&str, &[u8])]) -> Result<CharacterId, Error> {
        for (file, _) in files {
            safe_name(file)?;
        }
        fs::create_dir_all(&self.own).map_err(Error::io("create the folder", &self.own))?;
        let slug = slug(name);
        let building = self.own.join(format!(".{slug}.{}.tmp", std::process::id()));
        let clean = |error: Error| {
            // The error that matters is the first one.
            let _ = fs::remove_dir_all(&building);
            error
        };
        // Left over from a crash of a process with the same number.
        let _ = fs::remove_dir_all(&building);
        fs::create_dir(&building).map_err(Error::io("create the folder", &building))?;
        for (file, bytes) in files {
            atomic::write_through(&building.join(file), bytes).map_err(clean)?;
        }
        atomic::sync_folder(&building);
        let id = self.free_id(&slug);
        let place = self.own.join(&id.0);
        fs::rename(&building, &place)
            .map_err(Error::io("create the folder", &place))
            .map_err(clean)?;
        atomic::sync_folder(&self.own);
        Ok(id)
    }

    /// Where the user's characters lie.
    pub(crate) fn own_path(&self) -> &Path {
        &self.own
    }

    pub(crate) fn free_id(&self, slug: &str) -> CharacterId {
        let taken = |id: &str| {
            // `exists`, not `is_dir`: whatever lies there is not overwritten.
            self.own.join(id).exists()
                || self.shipped.as_ref().is_some_and(|shipped| shipped.join(id).exists())
        };
        let mut id = slug.to_owned();
        let mut n = 2;
        while taken(&id) {
            id = format!("{slug}-{n}");
            n += 1;
        }
        CharacterId(id)
    }

    /// Reads a file of a character; `None` where it has none of that name.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Io`], [`Error::Invalid`] for more than [`MAX_FILE_BYTES`].
    pub fn read(&self, id: &CharacterId, file: &str) -> Result<Option<Vec<u8>>, Error> {
        safe_name(file)?;
        read_bounded(&self.find(id)?.path.join(file))
    }

    /// Writes a file of one of the user's characters, replacing an older one of that name as a whole.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a shipped character, [`Error::Unknown`], [`Error::Io`].
    pub fn write(&self, id: &CharacterId, file: &str, bytes: &[u8]) -> Result<(), Error> {
        safe_name(file)?;
        let folder = self.find(id)?;
        if folder.built_in {
            return Err(Error::Invalid(format!(
                "`{id}` comes with the app: duplicate it to change it"
            )));
        }
        atomic::write(&folder.path.join(file), bytes)
    }
}

/// Reads a file; `None` where there is none.
pub(crate) fn read_bounded(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    let opened = match fs::File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(Error::io("read", path))?,
    };
    let mut bytes = Vec::new();
    opened.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(Error::io("read", path))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(Error::Invalid(format!(
            "`{}` is larger than {MAX_FILE_BYTES} bytes",
            path.display()
        )));
    }
    Ok(Some(bytes))
}

fn folders(parent: &Path, built_in: bool) -> Vec<CharacterFolder> {
    let Ok(entries) = fs::read_dir(parent) else { return Vec::new() };
    let mut found: Vec<_> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            // A link to a folder is a character as well, which the entry alone does not say.
            let kind = entry.file_type().ok()?;
            (kind.is_dir() || (kind.is_symlink() && entry.path().is_dir())).then_some(())?;
            let name = entry.file_name().into_string().ok()?;
            (!name.starts_with('.')).then(|| CharacterFolder {
                id: CharacterId(name),
                path: entry.path(),
                built_in,
            })
        })
        .collect();
    found.sort_by(|a, b| a.id.cmp(&b.id));
    found
}

/// A plain file name: no path, nothing hidden, nothing that a file system could understand otherwise.
pub(crate) fn safe_name(name: &str) -> Result<(), Error> {
    let plain = !name.is_empty()
        && name.len() <= 120
        && !name.starts_with('.')
        && !name.ends_with(['.', ' '])
        && !name.chars().any(|c| c.is_control() || "/\\:*?\"<>|".contains(c));
    if plain {
        Ok(())
    } else {
        Err(Error::Invalid(format!("`{}` is no plain file name", name.escape_debug())))
    }
}

/// An id out of a name: letters and digits of ASCII with dashes between (`Zoë Müller` gives `zoe-muller`). A name that has
/// other letters loses what tells it apart that way, so it gets a number made of all of it (`char-1f0c…`, `anna-1f0c…`).
pub fn slug(name: &str) -> String {
    let name = name.trim();
    let bare: String = name.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    let mut slug = String::new();
    let mut lost = false;
    for c in bare.chars() {
        match c {
            _ if c.is_ascii_alphanumeric() => slug.push(c.to_ascii_lowercase()),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
        lost |= c.is_alphanumeric() && !c.is_ascii();
    }
    slug.truncate(MAX_ID);
    let slug = slug.trim_end_matches('-');
    match (slug.is_empty(), lost) {
        (false, false) if !is_reserved(slug) => slug.to_owned(),
        (true, _) => format!("char-{:08x}", fnv1a(name)),
        _ => format!("{slug}-{:08x}", fnv1a(name)),
    }
}

/// Device names that Windows keeps for itself.
fn is_reserved(slug: &str) -> bool {
    matches!(slug, "con" | "prn" | "aux" | "nul")
        || slug.strip_prefix("com").or(slug.strip_prefix("lpt")).is_some_and(|n| n.len() == 1)
}

/// FNV-1a, 32 bits: stable for ever, which the standard library's hasher is not. Collisions only cost a `-2`.
fn fnv1a(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library() -> (tempfile::TempDir, Library) {
        let folder = tempfile::tempdir().unwrap();
        let shipped = folder.path().join("shipped");
        fs::create_dir_all(shipped.join("koto")).unwrap();
        fs::write(shipped.join("koto/card.json"), b"{}").unwrap();
        fs::create_dir_all(shipped.join("tools")).unwrap();
        let library = Library::new(folder.path().join("own"), Some(shipped));
        (folder, library)
    }

    #[test]
    fn ids_are_readable_safe_and_told_apart() {
        assert_eq!(slug("Koto"), "koto");
        assert_eq!(slug("  Zoë  Müller! "), "zoe-muller");
        assert_eq!(slug("../../etc/passwd"), "etc-passwd");
        assert_eq!(slug("Ｗｉｄｅ"), "wide");
        assert!(slug("琴").starts_with("char-"));
        assert_ne!(slug("琴"), slug("箏"));
        assert!(slug("琴 Koto").starts_with("koto-"));
        assert!(slug("CON").starts_with("con-"));
        assert!(slug("").starts_with("char-"));
        assert!(slug(&"x".repeat(500)).len() <= MAX_ID);
        for name in ["琴", "", "...", "a/b\\c", "\u{202e}evil", "Анна", "🌸"] {
            assert!(safe_name(&slug(name)).is_ok(), "{name}: {}", slug(name));
        }
    }

    #[test]
    fn adding_never_overwrites() {
        let (_folder, library) = library();
        assert_eq!(library.add("Koto", &[("card.json", b"other")]).unwrap().0, "koto-2");
        assert_eq!(library.add("Ren", &[("card.json", b"1")]).unwrap().0, "ren");
        assert_eq!(library.add("Ren", &[("card.json", b"2")]).unwrap().0, "ren-2");
        assert_eq!(library.read(&"koto".into(), "card.json").unwrap().unwrap(), b"{}");
        assert_eq!(library.read(&"ren".into(), "card.json").unwrap().unwrap(), b"1");
        let ids: Vec<_> = library.list().into_iter().map(|f| (f.id.0, f.built_in)).collect();
        let expected = [("koto", true), ("koto-2", false), ("ren", false), ("ren-2", false)];
        assert_eq!(ids, expected.map(|(id, built_in)| (id.to_owned(), built_in)));
    }

    #[test]
    fn a_failed_addition_leaves_nothing_behind() {
        let (_folder, library) = library();
        assert!(library.add("Ren", &[("card.json", b"1"), ("../evil", b"2")]).is_err());
        assert!(library.add("Ren", &[("card.json", b"1"), ("card.json/x", b"2")]).is_err());
        assert_eq!(library.list().len(), 1);
        assert!(!library.own.exists() || fs::read_dir(&library.own).unwrap().next().is_none());
    }

    #[test]
    fn files_are_written_for_own_characters_only() {
        let (_folder, library) = library();
        let id = library.add("Ren", &[("card.json", b"1")]).unwrap();
        library.write(&id, "card.json", b"2").unwrap();
        assert_eq!(library.read(&id, "card.json").unwrap().unwrap(), b"2");
        assert_eq!(library.read(&id, "notes.txt").unwrap(), None);
        assert!(library.write(&"koto".into(), "card.json", b"2").is_err());
        assert!(library.write(&"nobody".into(), "card.json", b"2").is_err());
        for name in ["../card.json", "a/b", "", ".hidden", "c:d", "nul\0"] {
            assert!(library.read(&id, name).is_err(), "{name:?}");
            assert!(library.find(&CharacterId(name.to_owned())).is_err(), "{name:?}");
        }
    }
}
