//! What lies where in the data folder, and how large it is.

use std::path::{Path, PathBuf};

use serde::Serialize;
use store::Dirs;

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
        let sum = size(&path);
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

#[cfg(test)]
mod tests {
    use super::*;

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
