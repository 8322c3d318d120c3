//! From a fetched version to one that runs: checked once more over the very bytes that are used, put in place, watched until it has
//! started, and taken back where it has not.
//!
//! A file is opened once. What is read from it goes through the checks and, in the same pass, to a new file of our own that has no name
//! anybody uses until all of them have passed; nothing is looked at first and opened again later. Decision 0218.

mod files;
mod installed;
#[cfg(test)]
mod tests;

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use domain::ProblemKind;
use semver::Version;
use serde::{Deserialize, Serialize};

use self::files::{
    alone, beside, hold, keep_beside, make_runnable, new_file, private_folder, read,
};
use super::{Channel, Signed, examine};
use crate::digest::{Digest, Hasher};
use crate::fetch::{part, space};
use crate::{Error, pins};

pub use self::installed::{Installed, Start, State, outside, start};

/// What was fetched and is not in use yet, and what was put in place: records in the folder of updates.
pub(super) const FETCHED: &str = "fetched.toml";
pub(super) const INSTALLED: &str = "installed.toml";
/// Held while something is put in place.
pub(super) const LOCK: &str = "installing.lock";
/// Where checked copies lie that are handed to the system.
const CHECKED: &str = "checked";

/// How a file of a release comes to be used on this system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// The file itself is the program: it takes the place of the running one.
    Replace(PathBuf),
    /// The system's own installer opens it and asks for what it needs.
    Open,
    /// It is an installer, which must not find the program running.
    Start,
    /// This program cannot do it: a person can.
    ByHand,
}

/// How a file with this name is put to use; `running` is the AppImage that this program runs from.
pub fn way(file: &str, running: Option<&Path>) -> Way {
    let ends = |end: &str| file.to_ascii_lowercase().ends_with(end);
    let (linux, windows, mac) =
        (cfg!(target_os = "linux"), cfg!(windows), cfg!(target_os = "macos"));
    match running {
        Some(running) if linux && ends(".appimage") && replaceable(running) => {
            Way::Replace(running.to_owned())
        }
        _ if linux && (ends(".deb") || ends(".rpm")) || mac && ends(".dmg") => Way::Open,
        _ if windows && ends(".exe") => Way::Start,
        _ => Way::ByHand,
    }
}

/// The AppImage that this program was started from. Its variables are inherited by every program that it starts, so that they count only
/// where this program lies in what was mounted for it.
pub fn appimage() -> Option<PathBuf> {
    let exe = std::env::current_exe().ok()?;
    let of = |name| std::env::var_os(name).map(PathBuf::from);
    appimage_of(&of("APPIMAGE")?, &of("APPDIR")?, &exe)
}

fn appimage_of(file: &Path, mounted: &Path, exe: &Path) -> Option<PathBuf> {
    let mounted = mounted.canonicalize().ok()?;
    // Whatever else the variable names (`/`, `/usr`), it is no AppImage: in those there is always this one.
    let inside = exe.starts_with(&mounted) && mounted.join("AppRun").exists();
    (inside && file.is_absolute()).then_some(())?;
    // Through links: what is replaced is the file and not the name that leads to it.
    file.canonicalize().ok().filter(|file| file.is_file())
}

/// Whether files can be made beside it, which is what replacing takes.
fn replaceable(program: &Path) -> bool {
    // A name of its own each time: neither another probe nor one that was left behind stands in the way.
    static PROBES: AtomicU32 = AtomicU32::new(0);
    let number = PROBES.fetch_add(1, Ordering::Relaxed);
    let probe = beside(program, &format!(".probe-{}-{number}", std::process::id()));
    let made = OpenOptions::new().write(true).create_new(true).open(&probe);
    // Made by us a moment ago, or not at all.
    made.is_ok() && std::fs::remove_file(&probe).is_ok()
}

/// What a person types to install a package; `None` where it is none.
pub fn command(file: &Path) -> Option<String> {
    let start = match file.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "deb" => "sudo apt install",
        "rpm" if Path::new("/etc/zypp").exists() => "sudo zypper install",
        "rpm" => "sudo dnf install",
        _ => return None,
    };
    // Whole: `apt install a/b` means something else.
    let file = std::path::absolute(file).ok()?;
    Some(format!("{start} '{}'", file.display().to_string().replace('\'', r"'\''")))
}

/// A version that was fetched and checked, as the record of it says. Anybody may have written that: it is checked again before use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetched {
    /// Its number.
    pub version: Version,
    /// Name of its file, in the folder of updates.
    pub file: String,
    signature: String,
    size: u64,
    sha256: Digest,
}

impl Fetched {
    pub(super) fn new(signed: &Signed<'_>, size: u64, sha256: Digest) -> Self {
        Self {
            version: signed.version.clone(),
            file: signed.file.to_owned(),
            signature: signed.signature.to_owned(),
            size,
            sha256,
        }
    }

    pub(super) fn write(&self, folder: &Path) -> Result<(), Error> {
        pins::write_toml(&folder.join(FETCHED), self)
    }

    /// What lies in the folder of updates, newer than `current`. A record that cannot be read, or whose file is gone, is none.
    pub fn read(folder: &Path, current: &str) -> Option<Self> {
        let fetched: Self = read(&folder.join(FETCHED))?;
        let newer = Version::parse(current).is_ok_and(|current| fetched.version > current);
        let there = crate::catalogue::plain_name(&fetched.file)
            && folder.join(&fetched.file).symlink_metadata().is_ok_and(|about| about.is_file());
        (newer && there).then_some(fetched)
    }

    /// Copies the file to `to`, which must not exist, and leaves it there only where size, checksum and signature of exactly the bytes that
    /// were copied are right.
    fn copy(&self, channel: &Channel, folder: &Path, to: &Path) -> Result<(), Error> {
        space(to.parent().unwrap_or(to), self.size, 0)?;
        let done = self.pour(channel, folder, to);
        if done.is_err() {
            // Nobody has seen it yet.
            let _left = std::fs::remove_file(to);
        }
        done
    }

    fn pour(&self, channel: &Channel, folder: &Path, to: &Path) -> Result<(), Error> {
        let from = folder.join(&self.file);
        // No more than it should be: a file that has grown since does not fill the disk.
        let source = File::open(&from).map_err(Error::io("open", &from))?;
        let mut source = source.take(self.size.saturating_add(1));
        let mut target = new_file(to)?;
        let signed =
            Signed { file: &self.file, version: &self.version, signature: &self.signature };
        let (size, sha256) = examine(&channel.key, &signed, &mut source, &from, &mut |bytes| {
            target.write_all(bytes).map_err(Error::io("write", to))
        })?;
        if size != self.size {
            return Err(Error::Wrong {
                file: self.file.clone(),
                expected: format!("{} bytes", self.size),
                got: format!("{size} bytes"),
            });
        }
        if sha256 != self.sha256 {
            return Err(Error::wrong(&self.file, &self.sha256, &sha256));
        }
        target.sync_all().map_err(Error::io("write", to))
    }

    /// A checked copy in a folder of its own, to be handed to the system's installer.
    ///
    /// # Errors
    /// [`Error::Unsigned`], [`Error::Wrong`] where it is not what was fetched; [`Error::Io`].
    pub fn checked(&self, channel: &Channel, folder: &Path) -> Result<Checked, Error> {
        let _only = alone(folder)?;
        let place = folder.join(CHECKED);
        match std::fs::remove_dir_all(&place) {
            Err(why) if why.kind() != ErrorKind::NotFound => {
                return Err(Error::io("remove", &place)(why));
            }
            _ => {}
        }
        private_folder(&place)?;
        let path = place.join(&self.file);
        self.copy(channel, folder, &path)?;
        // From here on the copy is held, and where the system can keep others from changing what is held, it does. What it holds is what
        // was checked.
        let mut held = hold(&path)?;
        let mut hasher = Hasher::new([], None);
        let mut block = vec![0; 1 << 18];
        loop {
            match held.read(&mut block).map_err(Error::io("read", &path))? {
                0 => break,
                n => hasher.update(&block[..n]),
            }
        }
        let digest = hasher.sha256();
        if digest != self.sha256 {
            return Err(Error::wrong(&self.file, &self.sha256, &digest));
        }
        Ok(Checked { path, _held: held })
    }

    /// Puts the file in the place of the AppImage `target`, in one step: whoever starts it gets the old one or the new one, and never a
    /// part of either. The old one stays beside it.
    ///
    /// # Errors
    /// As for [`Self::checked`]; where one of them is met, `target` is what it was.
    pub fn replace(
        &self,
        channel: &Channel,
        folder: &Path,
        target: &Path,
        current: &str,
    ) -> Result<Installed, Error> {
        let current = newer_than(&self.version, current)?;
        let _only = alone(folder)?;
        let new = beside(target, ".new");
        // Left by an attempt that was cut off.
        part::remove(&new)?;
        self.copy(channel, folder, &new)?;
        let installed = Installed {
            version: self.version.clone(),
            from: current,
            program: target.to_owned(),
            previous: beside(target, ".previous"),
            state: State::Trying,
        };
        // Put in place already and not started yet: the version that runs lies beside it, and must not be lost to a second one.
        let kept = Installed::read(folder).is_some_and(|record| {
            record.state == State::Trying
                && record.from == installed.from
                && record.program == installed.program
                && record.previous.is_file()
        });
        let ready = make_runnable(&new, target)
            .and_then(|()| if kept { Ok(()) } else { keep_beside(target, &installed.previous) });
        if let Err(error) = ready {
            let _left = std::fs::remove_file(&new);
            return Err(error);
        }
        // Known before it happens, so that it can be taken back whatever happens then.
        let done = installed
            .write(folder)
            .and_then(|()| std::fs::rename(&new, target).map_err(Error::io("replace", target)));
        if let Err(error) = done {
            let _left = std::fs::remove_file(&new);
            if !kept {
                let _left = std::fs::remove_file(&installed.previous);
                Installed::forget(folder);
            }
            return Err(error);
        }
        part::sync_folder(target.parent().unwrap_or(target));
        Ok(installed)
    }
}

/// Removes what is of no use any more: what was fetched and is not newer than `current`, which runs, and its checked copy. What cannot
/// be removed is in nobody's way.
pub fn tidy(folder: &Path, current: &str) {
    let record = folder.join(FETCHED);
    if let Some(fetched) = read::<Fetched>(&record) {
        if !Version::parse(current).is_ok_and(|current| fetched.version <= current) {
            return;
        }
        if crate::catalogue::plain_name(&fetched.file) {
            let _left = std::fs::remove_file(folder.join(&fetched.file));
        }
        let _left = std::fs::remove_file(record);
    }
    let _left = std::fs::remove_dir_all(folder.join(CHECKED));
}

/// A checked copy, held open.
#[derive(Debug)]
pub struct Checked {
    /// Where it lies.
    pub path: PathBuf,
    _held: File,
}

fn newer_than(version: &Version, current: &str) -> Result<Version, Error> {
    let wrong = |why: String| Error::Refused {
        path: version.to_string().into(),
        kind: ProblemKind::Invalid,
        why,
        remedy: "look for a newer version again".to_owned(),
    };
    let current =
        Version::parse(current).map_err(|why| wrong(format!("meets `{current}`: {why}")))?;
    if *version > current {
        return Ok(current);
    }
    Err(wrong(format!("is not newer than {current}, which runs")))
}
