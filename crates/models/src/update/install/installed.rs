//! What was put in place of another: watched until it has started, kept, or taken back.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use semver::Version;
use serde::{Deserialize, Serialize};

use super::INSTALLED;
use super::files::{alone, beside, read};
use crate::fetch::part;
use crate::{Error, pins};

/// How often the record is looked at while a new version starts.
const LOOK: Duration = Duration::from_millis(50);

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
    /// The record of a folder of updates; one that cannot be read, or says what no installation leaves, is none.
    pub fn read(folder: &Path) -> Option<Self> {
        let record: Self = read(&folder.join(INSTALLED))?;
        (record.previous == beside(&record.program, ".previous")).then_some(record)
    }

    pub(super) fn write(&self, folder: &Path) -> Result<(), Error> {
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
            // Others run now than those that it tells of: they came another way.
            State::Started if record.version != current => {
                Self::forget(folder);
                Ok(())
            }
            State::Failed if record.from != current => {
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
            // Before the record is read: one that noted that it has started and ended then has started.
            let ended = child.as_mut().map(std::process::Child::try_wait);
            if Self::read(folder).is_none_or(|now| now.state == State::Started) {
                return Ok(Start::Started);
            }
            // One that ends well may have handed over to a copy that somebody else has started: that one is waited for.
            let alive = match ended {
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
        part::sync_folder(self.program.parent().unwrap_or(&self.program));
        // Started even where that cannot be noted (a full disk): nobody is to be left without a program.
        let noted = self.becomes(State::Failed, folder);
        start(&self.program).map_err(Error::io("start", &self.program))?;
        noted.map(|()| Start::PutBack)
    }

    /// Puts the version before back in place. It is not started yet.
    ///
    /// # Errors
    /// [`Error::Io`] where it is not there any more; nothing was changed then.
    pub fn undo(mut self, folder: &Path) -> Result<(), Error> {
        let _only = alone(folder)?;
        std::fs::rename(&self.previous, &self.program)
            .map_err(Error::io("put back", &self.previous))?;
        part::sync_folder(self.program.parent().unwrap_or(&self.program));
        self.becomes(State::Undone, folder)
    }

    /// Throws the version before away, and the record with it.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn keep(self, folder: &Path) -> Result<(), Error> {
        part::remove(&self.previous)?;
        Self::forget(folder);
        Ok(())
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
