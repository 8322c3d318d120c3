//! What lies where in the data folder, and how large it is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Serialize;
use store::Dirs;

use crate::Error;

/// What a part of the data folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The conversations, and what is derived from them.
    Conversations,
    /// Imported characters, with favourites and profiles.
    Characters,
    /// Downloaded and imported models.
    Models,
    /// Downloaded and imported voices.
    Voices,
    /// What language models remember of the latest conversations; can be thrown away.
    ReadingCaches,
    /// Daily copies of the conversations.
    Backups,
    /// Logs and crash reports.
    Logs,
    /// What was there before a backup was brought back; named only where there is some.
    SetAside,
    /// Settings, the list of accesses to the network, everything else.
    Other,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Use {
    /// What.
    pub part: Part,
    /// Where.
    pub path: PathBuf,
    /// Bytes on the disk.
    pub bytes: u64,
    /// Files.
    pub files: u64,
    /// It is made again when it is missing.
    pub disposable: bool,
}

/// The data folder, part by part, in the order in which a person cares.
pub fn usage(dirs: &Dirs) -> Vec<Use> {
    let folders = [
        (Part::Characters, dirs.characters(), false),
        (Part::Models, dirs.models(), false),
        (Part::Voices, dirs.voices(), false),
        (Part::ReadingCaches, dirs.reading_caches(), true),
        (Part::Backups, dirs.backups(), false),
        (Part::Logs, dirs.logs(), true),
    ];
    let mut parts = Vec::new();
    let mut conversations = (0, 0);
    let mut other = (0, 0);
    let mut aside = (0, 0);
    for path in children(dirs.root()) {
        if folders.iter().any(|(_, folder, _)| *folder == path) {
            continue;
        }
        let (bytes, files) = size(&path);
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let sum = if name.contains(".sqlite") {
            &mut conversations
        } else if crate::restore::is_aside(&name) {
            &mut aside
        } else {
            &mut other
        };
        *sum = (sum.0 + bytes, sum.1 + files);
    }
    let line =
        |part, path, (bytes, files), disposable| Use { part, path, bytes, files, disposable };
    parts.push(line(Part::Conversations, dirs.database(), conversations, false));
    for (part, path, disposable) in folders {
        // A part that a person has put on another disk is a link here, and as large as what lies there.
        let sum = size(&std::fs::canonicalize(&path).unwrap_or_else(|_| path.clone()));
        parts.push(line(part, path, sum, disposable));
    }
    if aside.1 > 0 {
        parts.push(line(Part::SetAside, dirs.root().to_owned(), aside, false));
    }
    parts.push(line(Part::Other, dirs.root().to_owned(), other, false));
    parts
}

/// Throws away what is made again (caches of reading, logs, crash reports); answers with the bytes that were freed. What is in use
/// and cannot be removed stays.
pub fn free(dirs: &Dirs) -> u64 {
    let mut freed = 0;
    for part in usage(dirs).into_iter().filter(|part| part.disposable) {
        for name in files(&part.path) {
            let path = part.path.join(name);
            let (bytes, _) = size(&path);
            if std::fs::remove_file(&path).is_ok() {
                freed += bytes;
            }
        }
    }
    freed
}

/// What is directly in a folder.
pub(crate) fn children(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
}

/// Bytes and number of all files below a path; links are not followed.
pub(crate) fn size(path: &Path) -> (u64, u64) {
    let Ok(data) = std::fs::symlink_metadata(path) else { return (0, 0) };
    if !data.is_dir() {
        return if data.is_file() { (data.len(), 1) } else { (0, 0) };
    }
    children(path)
        .iter()
        .map(|child| size(child))
        .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
}

/// All files below a folder as relative paths, in order; links are left out.
pub(crate) fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for child in children(&root.join(&folder)) {
            let Ok(data) = std::fs::symlink_metadata(&child) else { continue };
            let name = folder.join(child.file_name().unwrap_or_default());
            if data.is_dir() {
                folders.push(name);
            } else if data.is_file() {
                found.push(name);
            }
        }
    }
    found.sort();
    found
}

/// What lies below a folder, as relative paths in order.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// Files; of what is reached by links, only where these were to be followed.
    pub(crate) files: Vec<PathBuf>,
    /// Links, where they were not.
    pub(crate) links: Vec<PathBuf>,
}

/// What to do with a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Links {
    /// What it leads to is a part of the folder; a folder that is met again is not entered.
    Follow,
    /// It is named as what it is.
    Name,
}

/// Everything below a folder. Unlike [`files`] it leaves out nothing without a word.
///
/// # Errors
/// [`Error::Io`] where a folder cannot be read.
pub(crate) fn contents(root: &Path, links: Links) -> Result<Contents, Error> {
    let mut found = Contents::default();
    let mut folders = vec![PathBuf::new()];
    let mut entered = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        let place = root.join(&folder);
        let opened = std::fs::canonicalize(&place)
            .and_then(|real| Ok((real, std::fs::read_dir(&place)?)))
            .map_err(|why| (why.kind(), Error::io("read", &place)(why)));
        let (real, entries) = match opened {
            Ok(opened) => opened,
            // Gone since its name was read: the program may be running.
            Err((std::io::ErrorKind::NotFound, _)) if place != root => continue,
            Err((_, error)) => return Err(error),
        };
        if !entered.insert(real) {
            continue;
        }
        for entry in entries {
            let entry = entry.map_err(Error::io("read", &place))?;
            let (name, path) = (folder.join(entry.file_name()), entry.path());
            let Ok(mut data) = std::fs::symlink_metadata(&path) else { continue };
            if data.is_symlink() {
                if links == Links::Name {
                    found.links.push(name);
                    continue;
                }
                // One that leads nowhere holds nothing.
                let Ok(behind) = std::fs::metadata(&path) else { continue };
                data = behind;
            }
            if data.is_dir() {
                folders.push(name);
            } else if data.is_file() {
                found.files.push(name);
            }
        }
    }
    found.files.sort();
    found.links.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn links_are_named_or_followed_and_a_circle_ends() {
        let folder = tempfile::tempdir().unwrap();
        let (root, big) = (folder.path().join("data"), folder.path().join("big"));
        std::fs::create_dir_all(root.join("logs")).unwrap();
        std::fs::create_dir_all(&big).unwrap();
        std::fs::write(big.join("m.gguf"), vec![0; 1000]).unwrap();
        std::fs::write(root.join("settings.toml"), "a = 1").unwrap();
        let link = |to: &Path, at: &str| std::os::unix::fs::symlink(to, root.join(at)).unwrap();
        link(&big, "models");
        link(&root, "logs/round");
        link(Path::new("/nowhere/at/all"), "logs/lost");
        let named = contents(&root, Links::Name).unwrap();
        assert_eq!(named.files, [Path::new("settings.toml")]);
        let links = ["logs/lost", "logs/round", "models"];
        assert_eq!(named.links, links.map(PathBuf::from));
        let followed = contents(&root, Links::Follow).unwrap();
        assert_eq!(followed.files, [Path::new("models/m.gguf"), Path::new("settings.toml")]);
        let parts = usage(&Dirs::at(&root));
        let models = parts.iter().find(|one| one.part == Part::Models).unwrap();
        assert_eq!((models.bytes, models.files), (1000, 1));
        assert!(contents(&root.join("none"), Links::Name).is_err());
    }

    #[test]
    fn everything_is_counted_once() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = Dirs::at(folder.path());
        dirs.create().unwrap();
        let write = |name: &str, bytes: usize| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, vec![0; bytes]).unwrap();
        };
        write("hanashi.sqlite", 100);
        write("hanashi.sqlite-wal", 10);
        write("memory.sqlite", 1);
        write("models/a/m.gguf", 1000);
        write("models/a/pins.toml", 5);
        write("logs/x.log", 7);
        write("settings.toml", 3);
        write("new-thing/deep/er", 2);
        write("before-restore-2026-11-26T00-00-00Z/hanashi.sqlite", 11);
        let parts = usage(&dirs);
        let of = |part| parts.iter().find(|one| one.part == part).map(|one| (one.bytes, one.files));
        assert_eq!(of(Part::Conversations), Some((111, 3)));
        assert_eq!(of(Part::Models), Some((1005, 2)));
        assert_eq!(of(Part::Logs), Some((7, 1)));
        assert_eq!(of(Part::Other), Some((5, 2)));
        assert_eq!(of(Part::SetAside), Some((11, 1)));
        assert_eq!(parts.iter().map(|one| one.bytes).sum::<u64>(), size(folder.path()).0);
        assert_eq!(free(&dirs), 7, "the log");
        assert!(!folder.path().join("logs/x.log").exists());
        assert!(dirs.database().exists());
    }
}
