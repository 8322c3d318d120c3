//! Everything comes back from a backup, in place of what is there: unpacked and compared inside the data folder first, then exchanged
//! by renaming. What was there is set aside in the folder, and nothing of it is deleted.
//!
//! The exchange is a row of renames with a plan written down before the first. Whatever ends it in the middle, [`finish_restore`] goes on
//! where it stopped: old and new are never mixed, because all that is old has left before anything new comes.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use store::Dirs;

use crate::archive::{alone, bytes_of, fill, open, remove_empty_tree, room, with_suffix};
use crate::usage::{children, files, size};
use crate::{Error, errand, relocate};

/// Where a backup is unpacked, in the data folder.
pub(crate) const SCRATCH: &str = "restoring";
/// The plan of an exchange that has begun.
pub(crate) const SWAP: &str = "restoring.json";
/// What the names of folders with what was set aside begin with.
pub(crate) const ASIDE: &str = "before-restore-";
/// What no backup brings, and what stays where it is while a program looks at it.
const STAYS: [&str; 6] = [SCRATCH, SWAP, errand::FILE, relocate::POINTER, "hanashi.lock", "logs"];
/// What is kept where a backup brings none of it: it can be fetched again, and often is most of the folder.
const FETCHED: [&str; 2] = ["models", "voices"];
/// What stands behind [`ASIDE`]: when it was.
pub(crate) const STAMP: &str = "%Y-%m-%dT%H-%M-%SZ";

/// What was brought back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// Where that lies now which was there before; `None` where nothing was.
    pub aside: Option<PathBuf>,
    /// Files that came.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

/// An exchange.
#[derive(Debug, Serialize, Deserialize)]
struct Swap {
    /// Name of the folder for what was there.
    aside: String,
    /// Folders that stay, because the backup brings none.
    keep: Vec<String>,
    /// All that was there has left.
    out: bool,
    /// The folder whose content comes; where it is empty, what was unpacked.
    #[serde(default)]
    from: String,
}

impl Swap {
    /// One that is begun now.
    fn new(keep: impl Iterator<Item = &'static str>, from: &str) -> Self {
        let stamp = jiff::Timestamp::now().strftime(STAMP);
        Self {
            aside: format!("{ASIDE}{stamp}"),
            keep: keep.map(str::to_owned).collect(),
            out: false,
            from: from.to_owned(),
        }
    }

    /// Only folders of our own names, directly in the data folder, are touched.
    fn is_sound(&self) -> bool {
        is_aside(&self.aside)
            && (self.from.is_empty() || (is_aside(&self.from) && self.from != self.aside))
            && self.keep.len() <= FETCHED.len()
    }
}

/// Whether a name could be that of a folder with what was set aside.
pub(crate) fn is_aside(name: &str) -> bool {
    name.starts_with(ASIDE) && !name.contains(['/', '\\'])
}

/// Puts a backup in place of everything in a data folder, but for models and voices where the backup brings none. `each` hears bytes
/// done and bytes in all, and stops it by answering false, as long as the exchange has not begun.
///
/// # Errors
/// As [`unpack`](crate::unpack), and [`Error::Store`] where the program is running. After any of them everything is as it was, or the
/// exchange has begun and [`finish_restore`] ends it.
pub fn restore(
    source: &Path,
    dirs: &Dirs,
    mut each: impl FnMut(u64, u64) -> bool,
) -> Result<Restored, Error> {
    finish_restore(dirs)?;
    let _lock = alone(dirs)?;
    let root = dirs.root();
    let (mut zip, manifest) = open(source)?;
    let total = bytes_of(&manifest);
    // Left over from one that was killed; the name is ours alone.
    let scratch = root.join(SCRATCH);
    if scratch.exists() {
        std::fs::remove_dir_all(&scratch).map_err(Error::io("remove", &scratch))?;
    }
    room(root, total)?;
    let filled = fill(&mut zip, &manifest, source, &scratch, &mut |done| each(done, total));
    if let Err(error) = filled {
        let _ = std::fs::remove_dir_all(&scratch);
        return Err(error);
    }
    let brings = |folder: &str| manifest.files.keys().any(|name| name.starts_with(folder));
    let keep = FETCHED.into_iter().filter(|name| !brings(&format!("{name}/")));
    let mut swap = Swap::new(keep, "");
    write(root, &swap)?;
    let aside = exchange(root, &mut swap)?;
    Ok(Restored { aside, files: manifest.files.len(), bytes: total })
}

/// Puts what was set aside (`name` of [`asides`](crate::asides)) in place of everything in a data folder, but for models and voices
/// where none are in it; what is there now is set aside in its turn. Renames only: it takes a moment.
///
/// # Errors
/// [`Error::NoAside`]; [`Error::Store`] where the program is running; [`Error::Io`]. After any of them everything is as it was, or the
/// exchange has begun and [`finish_restore`] ends it.
pub fn restore_aside(dirs: &Dirs, name: &str) -> Result<Restored, Error> {
    finish_restore(dirs)?;
    let _lock = alone(dirs)?;
    let root = dirs.root();
    let from = crate::aside::folder(dirs, name)?;
    let (bytes, count) = size(&from);
    let keep = FETCHED.into_iter().filter(|name| files(&from.join(name)).is_empty());
    let mut swap = Swap::new(keep, name);
    if swap.aside == name {
        // It was set aside within this second.
        swap.aside.push_str("-2");
    }
    write(root, &swap)?;
    let aside = exchange(root, &mut swap)?;
    Ok(Restored { aside, files: usize::try_from(count).unwrap_or(usize::MAX), bytes })
}

/// Ends an exchange that was interrupted; false where there was none. Renames only: it takes a moment.
///
/// # Errors
/// [`Error::Store`] where another program does it just now, [`Error::Damaged`] where its plan cannot be read, [`Error::Io`].
pub fn finish_restore(dirs: &Dirs) -> Result<bool, Error> {
    let path = dirs.root().join(SWAP);
    if !path.is_file() {
        return Ok(false);
    }
    let _lock = alone(dirs)?;
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        // Whoever held the lock has ended it.
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(why) => return Err(Error::io("read", &path)(why)),
    };
    let mut swap: Swap = serde_json::from_str(&text)
        .ok()
        .filter(Swap::is_sound)
        .ok_or_else(|| Error::Damaged { path, why: "it is no plan of an exchange".to_owned() })?;
    exchange(dirs.root(), &mut swap)?;
    Ok(true)
}

/// All that is old leaves, then all that is new comes. Whatever of it is done already is left alone.
fn exchange(root: &Path, swap: &mut Swap) -> Result<Option<PathBuf>, Error> {
    let aside = root.join(&swap.aside);
    if !swap.out {
        std::fs::create_dir_all(&aside).map_err(Error::io("create", &aside))?;
        for path in children(root) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let stays = STAYS.contains(&name.as_str()) || name.starts_with(ASIDE);
            if stays || swap.keep.contains(&name) {
                continue;
            }
            let mut to = aside.join(&name);
            if to.exists() {
                // It left before the interruption; whoever took the lock since then has made an empty folder of its name.
                if path.is_dir() && files(&path).is_empty() {
                    remove_empty_tree(&path)?;
                    continue;
                }
                to = with_suffix(&to, ".again");
            }
            std::fs::rename(&path, &to).map_err(Error::io("rename", &path))?;
        }
        store::atomic::sync_folder(&aside);
        swap.out = true;
        write(root, swap)?;
    }
    let scratch = root.join(if swap.from.is_empty() { SCRATCH } else { swap.from.as_str() });
    for path in children(&scratch) {
        let to = root.join(path.file_name().unwrap_or_default());
        // The same: not every system puts a folder in the place of an empty one.
        if to.is_dir() && files(&to).is_empty() {
            remove_empty_tree(&to)?;
        }
        std::fs::rename(&path, &to).map_err(Error::io("rename", &path))?;
    }
    store::atomic::sync_folder(root);
    if scratch.exists() {
        std::fs::remove_dir(&scratch).map_err(Error::io("remove", &scratch))?;
    }
    let plan = root.join(SWAP);
    std::fs::remove_file(&plan).map_err(Error::io("remove", &plan))?;
    store::atomic::sync_folder(root);
    if files(&aside).is_empty() {
        remove_empty_tree(&aside)?;
        return Ok(None);
    }
    Ok(Some(aside))
}

fn write(root: &Path, swap: &Swap) -> Result<(), Error> {
    let path = root.join(SWAP);
    let text = serde_json::to_vec(swap)
        .map_err(|why| Error::Damaged { path: path.clone(), why: why.to_string() })?;
    Ok(store::atomic::write(&path, &text)?)
}

#[cfg(test)]
#[path = "restore_tests.rs"]
mod tests;
