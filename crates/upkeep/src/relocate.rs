//! The data folder moves to another disk: copied, compared, and only then taken away where it was. A small file stays in the
//! old place and says where everything is now; `store::Dirs` follows it.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use store::Dirs;

use crate::archive::{alone, remove_empty_tree, room};
use crate::usage::{files, size};
use crate::{Error, errand};

/// Name of the file that says where everything is now.
pub(crate) const POINTER: &str = store::MOVED_TO;

/// Whether a data folder could go there: an empty or a new folder, outside of it, with room and with the right to write. Answers with the
/// bytes that would go.
///
/// # Errors
/// As [`relocate`], before anything is copied.
pub fn check_place(dirs: &Dirs, to: &Path) -> Result<u64, Error> {
    let to = std::path::absolute(to).map_err(Error::io("find", to))?;
    let from = dirs.root();
    if to.starts_with(from) || from.starts_with(&to) || !files(&to).is_empty() {
        return Err(Error::NotEmpty(to));
    }
    let (total, _) = size(from);
    // Whoever may write into the nearest folder that is there may make the others below it, on the same disk.
    let there = to.ancestors().find(|folder| folder.exists()).unwrap_or(&to);
    let trial = there.join(".hanashi-trial");
    std::fs::write(&trial, b"").map_err(Error::io("write", &trial))?;
    let _ = std::fs::remove_file(&trial);
    room(there, total)?;
    Ok(total)
}

/// Moves a data folder to `to`, which must be empty or not there. `each` hears bytes done and bytes in all, and stops it by
/// answering false.
///
/// # Errors
/// [`Error::NotEmpty`], [`Error::NoSpace`], [`Error::Stopped`], [`Error::Io`]; [`Error::Store`] where the program is running.
/// After any of them everything is where it was, and what was copied has gone again.
pub fn relocate(
    dirs: &Dirs,
    to: &Path,
    mut each: impl FnMut(u64, u64) -> bool,
) -> Result<Dirs, Error> {
    let to = std::path::absolute(to).map_err(Error::io("find", to))?;
    let from = dirs.root().to_owned();
    if to.starts_with(&from) || from.starts_with(&to) || !files(&to).is_empty() {
        return Err(Error::NotEmpty(to));
    }
    let lock = alone(dirs)?;
    let lock_file = dirs.lock_file();
    std::fs::create_dir_all(&to).map_err(Error::io("create", &to))?;
    let (total, _) = size(&from);
    room(&to, total)?;
    let all = files(&from);
    let goes = |name: &Path| from.join(name) != lock_file && name != Path::new(errand::FILE);
    let mut done = 0;
    let mut copies = Copies { to: &to, files: Vec::new() };
    for name in all.iter().filter(|name| goes(name)) {
        copies.files.push(to.join(name));
        copy(&from.join(name), &to.join(name), &mut |bytes| {
            done += bytes;
            each(done, total)
        })?;
    }
    // From here on the new place counts.
    let text = to.to_str().ok_or_else(|| Error::Damaged {
        path: to.clone(),
        why: "its name is not text that could be written down".to_owned(),
    })?;
    store::atomic::write(&from.join(POINTER), text.as_bytes())?;
    copies.files.clear();
    drop(copies);
    drop(lock);
    for name in all.iter().filter(|name| name.as_os_str() != POINTER) {
        let path = from.join(name);
        std::fs::remove_file(&path).map_err(Error::io("remove", &path))?;
    }
    Ok(Dirs::at(to))
}

/// Takes away what was copied, unless it is to stay.
struct Copies<'a> {
    to: &'a Path,
    files: Vec<PathBuf>,
}

impl Drop for Copies<'_> {
    fn drop(&mut self) {
        if self.files.is_empty() {
            return;
        }
        for file in &self.files {
            let _ = std::fs::remove_file(file);
        }
        // Fails where somebody else has put something there: then it stays.
        let _ = remove_empty_tree(self.to);
    }
}

/// Copies one file and reads it back.
fn copy(from: &Path, to: &Path, each: &mut dyn FnMut(u64) -> bool) -> Result<(), Error> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
    }
    let mut source = File::open(from).map_err(Error::io("read", from))?;
    let mut target = File::create(to).map_err(Error::io("write", to))?;
    let (mut hasher, mut piece) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        let n = source.read(&mut piece).map_err(Error::io("read", from))?;
        if n == 0 {
            break;
        }
        hasher.update(&piece[..n]);
        target.write_all(&piece[..n]).map_err(Error::io("write", to))?;
        if !each(n as u64) {
            return Err(Error::Stopped);
        }
    }
    target.sync_all().map_err(Error::io("write", to))?;
    let mut again = Sha256::new();
    let mut target = File::open(to).map_err(Error::io("read", to))?;
    std::io::copy(&mut target, &mut again).map_err(Error::io("read", to))?;
    if again.finalize() != hasher.finalize() {
        return Err(Error::Damaged {
            path: to.to_owned(),
            why: "it does not read back as it was written".to_owned(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(root: &Path) -> Dirs {
        let dirs = Dirs::at(root);
        dirs.create().unwrap();
        std::fs::write(root.join("settings.toml"), "a = 1").unwrap();
        std::fs::create_dir_all(dirs.models().join("m")).unwrap();
        std::fs::write(dirs.models().join("m/m.gguf"), vec![7; 3_000_000]).unwrap();
        dirs
    }

    #[test]
    fn everything_moves_and_is_found_from_the_old_place() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        let dirs = data(&old);
        let moved = relocate(&dirs, &new, |_, _| true).unwrap();
        assert_eq!(moved.root(), new);
        assert_eq!(std::fs::read(new.join("models/m/m.gguf")).unwrap(), vec![7; 3_000_000]);
        assert_eq!(files(&old), [Path::new(POINTER)]);
        assert_eq!(Dirs::resolve_with(Some(&old), |_| None).unwrap().root(), new);
    }

    #[test]
    fn one_that_is_stopped_leaves_everything_where_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        let dirs = data(&old);
        assert!(matches!(relocate(&dirs, &new, |done, _| done < 1_000_000), Err(Error::Stopped)));
        assert!(!new.exists(), "the second try finds an empty place");
        assert!(old.join("settings.toml").is_file());
        assert_eq!(Dirs::resolve_with(Some(&old), |_| None).unwrap().root(), old);
    }

    #[test]
    fn nothing_is_put_over_something_or_into_itself() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        let dirs = data(&old);
        data(&new);
        for to in [new, old.join("models/deep"), folder.path().to_owned()] {
            assert!(matches!(check_place(&dirs, &to), Err(Error::NotEmpty(_))), "{to:?}");
            assert!(matches!(relocate(&dirs, &to, |_, _| true), Err(Error::NotEmpty(_))), "{to:?}");
        }
        let free = folder.path().join("free");
        assert!(check_place(&dirs, &free.join("deep/er")).unwrap() > 3_000_000);
        assert!(check_place(&dirs, &free).unwrap() > 3_000_000);
        assert!(!free.exists(), "looking leaves nothing behind");
    }
}
