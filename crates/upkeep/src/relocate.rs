//! The data folder moves to another disk: copied, compared, and only then taken away where it was. A small file stays in the
//! old place and says where everything is now; `store::Dirs` follows it. Links stay links: what a person has put on another disk stays there.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Component, Path, PathBuf};

use sha2::{Digest, Sha256};
use store::Dirs;

use crate::archive::{alone, remove_empty_tree, room};
use crate::usage::{Contents, Links, children, contents, files, size};
use crate::{Error, errand};

/// Name of the file that says where everything is now.
pub(crate) const POINTER: &str = store::MOVED_TO;

/// Whether a data folder could go there: an empty or a new folder (or one that it once left for here), outside of it, with room and with
/// the right to write. Answers with the bytes that would go.
///
/// # Errors
/// As [`relocate`], before anything is copied.
pub fn check_place(dirs: &Dirs, to: &Path) -> Result<u64, Error> {
    let to = free_place(dirs.root(), to)?;
    let (total, _) = size(&real(dirs.root()));
    // Whoever may write into the nearest folder that is there may make the others below it, on the same disk.
    let there = nearest(&to);
    let trial = there.join(".hanashi-trial");
    std::fs::write(&trial, b"").map_err(Error::io("write", &trial))?;
    let _ = std::fs::remove_file(&trial);
    room(there, total)?;
    Ok(total)
}

/// Moves a data folder to `to`, which must be empty or not there, or be where it once came from. `each` hears bytes done and bytes in all,
/// and stops it by answering false.
///
/// # Errors
/// [`Error::NotEmpty`], [`Error::NoSpace`], [`Error::Stopped`], [`Error::Io`]; [`Error::Store`] where the program is running.
/// After any of them everything is where it was, and what was copied has gone again. What cannot be removed from the old place once the new
/// one counts is no error: it is logged, and stays.
pub fn relocate(
    dirs: &Dirs,
    to: &Path,
    mut each: impl FnMut(u64, u64) -> bool,
) -> Result<Dirs, Error> {
    let from = dirs.root().to_owned();
    let to = free_place(&from, to)?;
    let text = to.to_str().ok_or_else(|| Error::Damaged {
        path: to.clone(),
        why: "its name is not text that could be written down".to_owned(),
    })?;
    let lock = alone(dirs)?;
    let lock_file = dirs.lock_file();
    let (total, _) = size(&real(&from));
    room(nearest(&to), total)?;
    let all = contents(&from, Links::Name)?;
    std::fs::create_dir_all(&to).map_err(Error::io("create", &to))?;
    let goes = |name: &Path| {
        from.join(name) != lock_file && ![errand::FILE, POINTER].map(Path::new).contains(&name)
    };
    let mut done = 0;
    let mut copies = Copies { to: &to, files: Vec::new() };
    for name in all.files.iter().filter(|name| goes(name)) {
        copies.files.push(to.join(name));
        copy(&from.join(name), &to.join(name), &mut |bytes| {
            done += bytes;
            each(done, total)
        })?;
    }
    for name in &all.links {
        copies.files.push(to.join(name));
        copy_link(name, &from, &to)?;
    }
    let moved = Dirs::at(&to);
    // A place with nothing in it is taken for a disk that is not connected.
    moved.create()?;
    // It once went from there to here. Without the note both places are whole, whatever ends it now.
    let note = to.join(POINTER);
    let noted = std::fs::read(&note).ok();
    if noted.is_some() {
        std::fs::remove_file(&note).map_err(Error::io("remove", &note))?;
        store::atomic::sync_folder(&to);
    }
    // From here on the new place counts.
    if let Err(error) = store::atomic::write(&from.join(POINTER), text.as_bytes()) {
        if let Some(noted) = noted {
            // Whoever looks there is sent here again.
            let _ = std::fs::write(&note, noted);
        }
        return Err(error.into());
    }
    copies.files.clear();
    drop(copies);
    drop(lock);
    for name in all.files.iter().chain(&all.links).filter(|name| name.as_os_str() != POINTER) {
        let path = from.join(name);
        if let Err(error) = std::fs::remove_file(&path) {
            tracing::error!(path = %path.display(), %error, "it was moved, and cannot be removed from its old place");
        }
    }
    for folder in children(&from).iter().filter(|path| path.is_dir() && files(path).is_empty()) {
        // Folders without anything in them are no loss, and no harm where they stay.
        let _ = remove_empty_tree(folder);
    }
    Ok(moved)
}

/// The place as an absolute path, where a data folder could go there.
fn free_place(from: &Path, to: &Path) -> Result<PathBuf, Error> {
    let to = std::path::absolute(to).map_err(Error::io("find", to))?;
    // By what they are, and not by their names: either may be reached by a link.
    let (there, here) = (real(&to), real(from));
    let own_note = || {
        let leads = Dirs::resolve_with(Some(&to), |_| None);
        leads.is_ok_and(|dirs| real(dirs.root()) == here)
    };
    // What would be written through a link would be written over what lies elsewhere.
    let there_is = if to.exists() { contents(&to, Links::Name)? } else { Contents::default() };
    let free = match (there_is.files.as_slice(), there_is.links.as_slice()) {
        ([], []) => true,
        ([note], []) => note.as_os_str() == POINTER && own_note(),
        _ => false,
    };
    if there.starts_with(&here) || here.starts_with(&there) || !free {
        return Err(Error::NotEmpty(to));
    }
    Ok(to)
}

/// The nearest folder that is there: others are made below it, on the same disk.
fn nearest(to: &Path) -> &Path {
    to.ancestors().find(|folder| folder.exists()).unwrap_or(to)
}

/// A path without links, as far as it is there.
fn real(path: &Path) -> PathBuf {
    let there = path.ancestors().find_map(|part| Some((part, std::fs::canonicalize(part).ok()?)));
    match there {
        Some((part, real)) => match path.strip_prefix(part) {
            Ok(rest) if !rest.as_os_str().is_empty() => real.join(rest),
            _ => real,
        },
        None => path.to_owned(),
    }
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

/// Makes a link in the new place that leads where the old one led: within the data folder to what came along, elsewhere to the same place.
fn copy_link(name: &Path, from: &Path, to: &Path) -> Result<(), Error> {
    let (old, new) = (from.join(name), to.join(name));
    let mut target = std::fs::read_link(&old).map_err(Error::io("read", &old))?;
    let plain = target.components().all(|part| matches!(part, Component::Normal(_)));
    if let (false, Ok(leads)) = (plain, std::fs::canonicalize(&old)) {
        target = match leads.strip_prefix(real(from)) {
            Ok(within) => to.join(within),
            Err(_) => leads,
        };
    }
    let folder = new.parent().unwrap_or(to);
    std::fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
    make_link(&target, &new, old.is_dir()).map_err(Error::io("write", &new))
}

#[cfg(unix)]
fn make_link(target: &Path, at: &Path, _folder: bool) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, at)
}

#[cfg(windows)]
fn make_link(target: &Path, at: &Path, folder: bool) -> std::io::Result<()> {
    if folder {
        std::os::windows::fs::symlink_dir(target, at)
    } else {
        std::os::windows::fs::symlink_file(target, at)
    }
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
    fn it_moves_on_and_back_again_and_is_found_from_every_place() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        let found = |name: &str| Dirs::resolve_with(Some(&place(name)), |_| None).unwrap();
        data(&place("a"));
        for (to, all) in
            [("b", vec!["a", "b"]), ("c", vec!["a", "b", "c"]), ("a", vec!["a", "b", "c"])]
        {
            let dirs = found("a");
            check_place(&dirs, &place(to)).unwrap();
            relocate(&dirs, &place(to), |_, _| true).unwrap();
            for from in all {
                assert_eq!(found(from).root(), place(to), "from {from}");
            }
            assert!(place(to).join("settings.toml").is_file());
            assert!(!place(to).join(POINTER).exists());
        }
        assert_eq!(std::fs::read_dir(place("b")).unwrap().count(), 1, "only the note");
        // The note of another data folder is not written over.
        data(&place("d"));
        relocate(&Dirs::at(place("d")), &place("e"), |_, _| true).unwrap();
        let refused = relocate(&found("a"), &place("d"), |_, _| true);
        assert!(matches!(refused, Err(Error::NotEmpty(_))));
    }

    #[cfg(unix)]
    #[test]
    fn what_was_put_on_another_disk_stays_there_and_is_still_reached() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        data(&place("old"));
        std::fs::rename(place("old/voices"), place("big")).unwrap();
        std::fs::write(place("big/v.onnx"), "voice").unwrap();
        symlink("../big", place("old/voices")).unwrap();
        symlink("m.gguf", place("old/models/m/same.gguf")).unwrap();
        symlink(place("old/models/m/m.gguf"), place("old/models/again.gguf")).unwrap();
        symlink(place("old"), place("name")).unwrap();
        let dirs = Dirs::at(place("name"));
        for into in ["name/models/deep", "old/deep", "old", "name"] {
            let into = relocate(&dirs, &place(into), |_, _| true);
            assert!(matches!(into, Err(Error::NotEmpty(_))), "{into:?}");
        }
        std::fs::create_dir_all(place("linked")).unwrap();
        symlink(place("big"), place("linked/models")).unwrap();
        let through = relocate(&dirs, &place("linked"), |_, _| true);
        assert!(matches!(through, Err(Error::NotEmpty(_))), "{through:?}");
        let stopped = relocate(&dirs, &place("new"), |_, _| false);
        assert!(matches!(stopped, Err(Error::Stopped)) && !place("new").exists());
        relocate(&dirs, &place("new"), |_, _| true).unwrap();
        assert_eq!(std::fs::read(place("new/voices/v.onnx")).unwrap(), b"voice");
        assert_eq!(std::fs::read(place("new/models/m/same.gguf")).unwrap().len(), 3_000_000);
        let leads = |at: &str| std::fs::read_link(place(at)).unwrap();
        assert_eq!(leads("new/models/m/same.gguf"), Path::new("m.gguf"));
        assert_eq!(leads("new/models/again.gguf"), place("new/models/m/m.gguf"));
        assert!(!place("old/voices").exists() && place("big/v.onnx").is_file());
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
