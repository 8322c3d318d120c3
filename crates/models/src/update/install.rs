//! From a fetched version to one that runs: checked once more over the very bytes that are used, put in place, watched until it has
//! started, and taken back where it has not.
//!
//! A file is opened once. What is read from it goes through the checks and, in the same pass, to a new file of our own that has no name
//! anybody uses until all of them have passed; nothing is looked at first and opened again later. Decision 0218.

#[cfg(test)]
mod tests;

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use domain::ProblemKind;
use semver::Version;
use serde::{Deserialize, Serialize};

use super::{Channel, Signed, examine};
use crate::digest::{Digest, Hasher};
use crate::{Error, pins};

/// What was fetched and is not in use yet, and what was put in place: records in the folder of updates.
pub(super) const FETCHED: &str = "fetched.toml";
pub(super) const INSTALLED: &str = "installed.toml";
/// Where checked copies lie that are handed to the system.
const CHECKED: &str = "checked";
/// How often the record is looked at while a new version starts.
const LOOK: Duration = Duration::from_millis(50);

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
    (exe.starts_with(&mounted) && file.is_absolute()).then_some(())?;
    // Through links: what is replaced is the file and not the name that leads to it.
    file.canonicalize().ok().filter(|file| file.is_file())
}

/// Whether files can be made beside it, which is what replacing takes.
fn replaceable(program: &Path) -> bool {
    let probe = beside(program, ".probe");
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
        let done = self.pour(channel, folder, to);
        if done.is_err() {
            // Nobody has seen it yet.
            let _left = std::fs::remove_file(to);
        }
        done
    }

    fn pour(&self, channel: &Channel, folder: &Path, to: &Path) -> Result<(), Error> {
        let from = folder.join(&self.file);
        let mut source = File::open(&from).map_err(Error::io("open", &from))?;
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
        // From here on the copy is held, and where the system can keep others from changing what is held, it does. What it holds is what was checked.
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
        let new = beside(target, ".new");
        // Left by an attempt that was cut off.
        let _left = std::fs::remove_file(&new);
        self.copy(channel, folder, &new)?;
        let installed = Installed {
            version: self.version.clone(),
            from: current,
            program: target.to_owned(),
            previous: beside(target, ".previous"),
            state: State::Trying,
        };
        let done = make_runnable(&new, target)
            .and_then(|()| keep_beside(target, &installed.previous))
            // Known before it happens, so that it can be taken back whatever happens then.
            .and_then(|()| installed.write(folder))
            .and_then(|()| std::fs::rename(&new, target).map_err(Error::io("replace", target)));
        match done {
            Ok(()) => {
                sync_folder(target);
                Ok(installed)
            }
            Err(error) => {
                let _left = std::fs::remove_file(&new);
                Installed::forget(folder);
                Err(error)
            }
        }
    }
}

/// A checked copy, held open.
#[derive(Debug)]
pub struct Checked {
    /// Where it lies.
    pub path: PathBuf,
    _held: File,
}

/// How far a version is that was put in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It has not started yet.
    Trying,
    /// It has; the one before still lies beside it.
    Started,
    /// It has not, and the one before is back.
    Failed,
    /// A person has gone back.
    Undone,
}

/// A version that was put in the place of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installed {
    /// The new one.
    pub version: Version,
    /// The one before.
    pub from: Version,
    /// The file that was replaced.
    pub program: PathBuf,
    /// Where the one before lies.
    pub previous: PathBuf,
    /// How far it is.
    pub state: State,
}

/// How the first start of a new version went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// It runs and has shown its window.
    Started,
    /// It runs and has not shown anything yet: it was left alone.
    Unclear,
    /// It did not start; the one before was put back and started.
    PutBack,
}

impl Installed {
    /// The record of a folder of updates; one that cannot be read is none.
    pub fn read(folder: &Path) -> Option<Self> {
        read(&folder.join(INSTALLED))
    }

    fn write(&self, folder: &Path) -> Result<(), Error> {
        pins::write_toml(&folder.join(INSTALLED), self)
    }

    fn becomes(&mut self, state: State, folder: &Path) -> Result<(), Error> {
        self.state = state;
        self.write(folder)
    }

    /// Forgets the record. One that cannot be removed is written anew by the next installation.
    pub fn forget(folder: &Path) {
        let _left = std::fs::remove_file(folder.join(INSTALLED));
    }

    /// Called by a program of version `current` that has started and shown its window.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn started(folder: &Path, current: &str) -> Result<(), Error> {
        let (Some(mut record), Ok(current)) = (Self::read(folder), Version::parse(current)) else {
            return Ok(());
        };
        match record.state {
            State::Trying if record.version == current => record.becomes(State::Started, folder),
            // The one before runs although another was put in place: that one is not there any more.
            State::Trying if record.from == current => record.becomes(State::Failed, folder),
            State::Undone => {
                Self::forget(folder);
                Ok(())
            }
            State::Started if record.version != current => {
                Self::forget(folder);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Starts the program that was put in place and waits until it has [started](Self::started). Where it ends before that, or cannot be
    /// started at all, the one before takes its place again and is started instead. One that merely takes longer than `patience` is left alone.
    ///
    /// # Errors
    /// Where the one before could not be put back or started: both lie where the record says.
    pub fn watch(mut self, folder: &Path, patience: Duration) -> Result<Start, Error> {
        let begun = Instant::now();
        let mut child = start(&self.program).ok();
        loop {
            if Self::read(folder).is_none_or(|now| now.state == State::Started) {
                return Ok(Start::Started);
            }
            // One that ends well may have handed over to a copy that somebody else has started: that one is waited for.
            let alive = match child.as_mut().map(std::process::Child::try_wait) {
                Some(Ok(None)) => true,
                Some(Ok(Some(status))) if status.success() => false,
                Some(Err(_)) => false,
                Some(Ok(Some(_))) | None => break,
            };
            if begun.elapsed() >= patience {
                if alive {
                    return Ok(Start::Unclear);
                }
                break;
            }
            std::thread::sleep(LOOK);
        }
        std::fs::rename(&self.previous, &self.program)
            .map_err(Error::io("put back", &self.program))?;
        sync_folder(&self.program);
        self.becomes(State::Failed, folder)?;
        start(&self.program).map_err(Error::io("start", &self.program))?;
        Ok(Start::PutBack)
    }

    /// Puts the version before back in place. It is not started yet.
    ///
    /// # Errors
    /// [`Error::Io`] where it is not there any more; nothing was changed then.
    pub fn undo(mut self, folder: &Path) -> Result<(), Error> {
        std::fs::rename(&self.previous, &self.program)
            .map_err(Error::io("put back", &self.previous))?;
        sync_folder(&self.program);
        self.becomes(State::Undone, folder)
    }

    /// Throws the version before away, and the record with it.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn keep(self, folder: &Path) -> Result<(), Error> {
        match std::fs::remove_file(&self.previous) {
            Err(why) if why.kind() != ErrorKind::NotFound => {
                Err(Error::io("remove", &self.previous)(why))
            }
            _ => {
                Self::forget(folder);
                Ok(())
            }
        }
    }
}

/// Starts a program and does not wait for it.
///
/// # Errors
/// Those of the system.
pub fn start(program: &Path) -> std::io::Result<std::process::Child> {
    outside(program).stdin(Stdio::null()).spawn()
}

/// A program to be started without what an AppImage sets up for those that run in it: the next one has folders of its own.
pub fn outside(program: &Path) -> Command {
    let mut command = Command::new(program);
    if let Some(mounted) = std::env::var_os("APPDIR").map(PathBuf::from) {
        for (name, value) in std::env::vars_os() {
            let parts: Vec<PathBuf> = std::env::split_paths(&value).collect();
            if !parts.iter().any(|part| part.starts_with(&mounted)) {
                continue;
            }
            let rest = parts.into_iter().filter(|part| !part.starts_with(&mounted));
            match std::env::join_paths(rest) {
                Ok(rest) if !rest.is_empty() => command.env(&name, rest),
                _ => command.env_remove(&name),
            };
        }
    }
    for name in ["APPIMAGE", "APPDIR", "ARGV0", "OWD"] {
        command.env_remove(name);
    }
    command
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

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Option<T> {
    const LARGEST: u64 = 1 << 16;
    let about = path.metadata().ok()?;
    let text = (about.len() <= LARGEST).then(|| std::fs::read_to_string(path).ok())??;
    toml::from_str(&text).inspect_err(|error| tracing::warn!(%error, "a record of updates")).ok()
}

/// `Hanashi.AppImage.previous` of `Hanashi.AppImage`.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// A file that only we can write, and nobody can have put there before.
fn new_file(path: &Path) -> Result<File, Error> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(Error::io("write", path))
}

fn private_folder(path: &Path) -> Result<(), Error> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(Error::io("create", path))
}

/// Opens for reading; on Windows nobody can write to it or remove it meanwhile.
fn hold(path: &Path) -> Result<File, Error> {
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
fn make_runnable(new: &Path, like: &Path) -> Result<(), Error> {
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

/// Keeps a file under a second name: the same file where the file system can do that, else a copy.
fn keep_beside(file: &Path, name: &Path) -> Result<(), Error> {
    match std::fs::remove_file(name) {
        Err(why) if why.kind() != ErrorKind::NotFound => {
            return Err(Error::io("remove", name)(why));
        }
        _ => {}
    }
    if std::fs::hard_link(file, name).is_ok() {
        return Ok(());
    }
    std::fs::copy(file, name).map_err(Error::io("write", name))?;
    Ok(())
}

/// A renaming is on the disk once its folder is. Where that cannot be asked for, the system does it in its own time.
fn sync_folder(file: &Path) {
    if let Some(folder) = file.parent().and_then(|folder| File::open(folder).ok()) {
        let _in_its_own_time = folder.sync_all();
    }
}
