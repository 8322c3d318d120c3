//! Files that nobody else has a hand in.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use domain::ProblemKind;

use super::LOCK;
use crate::Error;
use crate::fetch::part;

pub(super) fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Option<T> {
    const LARGEST: u64 = 1 << 16;
    let about = path.metadata().ok()?;
    let text = (about.len() <= LARGEST).then(|| std::fs::read_to_string(path).ok())??;
    toml::from_str(&text).inspect_err(|error| tracing::warn!(%error, "a record of updates")).ok()
}

/// `Hanashi.AppImage.previous` of `Hanashi.AppImage`.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// A file that only we can write, and nobody can have put there before.
pub(super) fn new_file(path: &Path) -> Result<File, Error> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(Error::io("write", path))
}

pub(super) fn private_folder(path: &Path) -> Result<(), Error> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(Error::io("create", path))
}

/// Opens for reading; on Windows nobody can write to it or remove it meanwhile.
pub(super) fn hold(path: &Path) -> Result<File, Error> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(windows)]
    {
        const FILE_SHARE_READ: u32 = 1;
        std::os::windows::fs::OpenOptionsExt::share_mode(&mut options, FILE_SHARE_READ);
    }
    options.open(path).map_err(Error::io("open", path))
}

/// Gives it the old one's rights, and its owner those that starting it takes.
pub(super) fn make_runnable(new: &Path, like: &Path) -> Result<(), Error> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let about = like.metadata().map_err(Error::io("read", like))?;
        let mode = about.permissions().mode() & 0o777 | 0o500;
        std::fs::set_permissions(new, std::fs::Permissions::from_mode(mode))
            .map_err(Error::io("write", new))?;
    }
    #[cfg(not(unix))]
    let _ = (new, like);
    Ok(())
}

/// Keeps a file under a second name, in one step: the same file where the file system can do that, else a copy.
pub(super) fn keep_beside(file: &Path, name: &Path) -> Result<(), Error> {
    let new = beside(name, ".new");
    part::remove(&new)?;
    let kept = std::fs::hard_link(file, &new)
        .or_else(|_cannot| copy(file, &new))
        .and_then(|()| std::fs::rename(&new, name).map_err(Error::io("write", name)));
    // Still there where something failed, or where both names meant the same file already.
    let _left = std::fs::remove_file(&new);
    kept
}

/// Never through a link that somebody has put there.
fn copy(file: &Path, new: &Path) -> Result<(), Error> {
    let mut source = File::open(file).map_err(Error::io("open", file))?;
    let mut target = new_file(new)?;
    std::io::copy(&mut source, &mut target).map_err(Error::io("write", new))?;
    target.sync_all().map_err(Error::io("write", new))?;
    make_runnable(new, file)
}

/// Held by whoever puts something in place: a second one would take away under its hands what the first has checked.
pub(super) fn alone(folder: &Path) -> Result<File, Error> {
    let path = folder.join(LOCK);
    let mut options = OpenOptions::new();
    let opened = options.create(true).write(true).truncate(false).open(&path);
    let lock = opened.map_err(Error::io("open", &path))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::Refused {
            path: folder.to_owned(),
            kind: ProblemKind::Busy,
            why: "is where a version is being installed right now".to_owned(),
            remedy: "wait until that is done".to_owned(),
        }),
        Err(std::fs::TryLockError::Error(why)) => Err(Error::io("lock", &path)(why)),
    }
}
