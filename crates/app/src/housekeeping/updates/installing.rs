//! A fetched version put to use: when a person says so, and never while something else is going on.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

use api::{UpdateStanding, UpdateStep};
use domain::{Problem, ProblemKind};
use models::Channel;
use models::install::{self, Fetched, Installed, Start, State, Way};

use super::{FOLDER, HERE, apart, channel};
use crate::app::{Answer, App, lock};

/// What a flatpak is brought up to date with.
const FLATPAK: &str = "flatpak update app.hanashi.desktop";
/// So long a new version may take until it shows its window: a database of years is brought up to date first.
const PATIENCE: Duration = Duration::from_mins(2);
/// So long an opener may think; by then it has either failed or shown something.
const OPENING: Duration = Duration::from_secs(8);

/// How the version that was fetched is put to use.
fn way(fetched: &Fetched) -> Way {
    install::way(&fetched.file, install::appimage().as_deref())
}

/// What can be done about versions without asking anybody.
fn standing(folder: &Path) -> UpdateStanding {
    if Path::new("/.flatpak-info").exists() {
        return UpdateStanding {
            way: "flatpak".to_owned(),
            command: FLATPAK.to_owned(),
            ..UpdateStanding::default()
        };
    }
    let mut standing = UpdateStanding::default();
    if let Some(fetched) = Fetched::read(folder, HERE) {
        let file = folder.join(&fetched.file);
        let way = match way(&fetched) {
            Way::Replace(_) => "replace",
            Way::Open => "open",
            Way::Start => "start",
            Way::ByHand => "by-hand",
        };
        way.clone_into(&mut standing.way);
        standing.command = install::command(&file).unwrap_or_default();
        standing.file = file.display().to_string();
        standing.ready = fetched.version.to_string();
    }
    match Installed::read(folder) {
        Some(record) if record.state == State::Started && record.previous.is_file() => {
            standing.previous = record.from.to_string();
        }
        Some(record) if record.state == State::Failed => {
            standing.failed = record.version.to_string();
        }
        _ => {}
    }
    standing
}

/// Opens a file with whatever the desktop opens such files with.
fn open(file: &Path) -> Result<(), Problem> {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let failed = |why: String| {
        let remedy = match install::command(file) {
            Some(command) => format!("install it in a terminal: {command}"),
            None => format!("open it yourself: {}", file.display()),
        };
        Problem::new(
            ProblemKind::Unsupported,
            format!("no program here installs such files ({why})"),
            remedy,
        )
    };
    let mut child = Command::new(opener)
        .arg(file)
        .stdin(Stdio::null())
        .spawn()
        .map_err(|error| failed(format!("{opener}: {error}")))?;
    let begun = Instant::now();
    while begun.elapsed() < OPENING {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(failed(format!("{opener}: {status}"))),
            Ok(None) => std::thread::sleep(Duration::from_millis(50)),
            Err(error) => return Err(failed(format!("{opener}: {error}"))),
        }
    }
    Ok(())
}

/// The command that installs a fetched file in a terminal; `None` where it is no package.
pub fn by_hand(file: &Path) -> Option<String> {
    install::command(file)
}

/// The program that stays behind this one's end to [`finish`]. Of an AppImage it is the version before, by a file of its own: what was
/// mounted for this one goes with it.
///
/// # Errors
/// Where this program does not know where it lies.
pub fn keeper(data: &Path) -> std::io::Result<Command> {
    let of_record = Installed::read(&data.join(FOLDER)).and_then(|record| match record.state {
        State::Trying => Some(record.previous),
        State::Undone => Some(record.program),
        State::Started | State::Failed => None,
    });
    match of_record {
        Some(program) => Ok(install::outside(&program)),
        None => Ok(Command::new(std::env::current_exe()?)),
    }
}

/// Does what is left to do once the program that asked for it has ended: started by it with its folder of data, and holding none of its
/// locks. Answers when a new version runs, or the old one again.
///
/// # Errors
/// Where neither could be started.
pub fn finish(data: &Path) -> Result<(), Problem> {
    let folder = data.join(FOLDER);
    if let Some(record) = Installed::read(&folder) {
        match record.state {
            State::Trying => {
                if record.watch(&folder, PATIENCE)? == Start::PutBack {
                    tracing::warn!("the newer version did not start; the one before was put back");
                }
                return Ok(());
            }
            State::Undone => {
                return install::start(&record.program)
                    .map(|_child| ())
                    .map_err(|error| not_started(&record.program, &error));
            }
            State::Started | State::Failed => {}
        }
    }
    let (Some(fetched), Some(channel)) = (Fetched::read(&folder, HERE), channel()?) else {
        return Ok(());
    };
    let begun = start_installer(&fetched, &channel, &folder);
    if begun.is_err()
        && let Ok(itself) = std::env::current_exe()
    {
        // Its window has closed for this: whoever waits is not left with nothing.
        install::start(&itself).map_err(|error| not_started(&itself, &error))?;
    }
    begun
}

/// Checked only now and held until it runs: nothing lies in between.
fn start_installer(fetched: &Fetched, channel: &Channel, folder: &Path) -> Result<(), Problem> {
    let checked = fetched.checked(channel, folder)?;
    install::start(&checked.path)
        .map(|_child| ())
        .map_err(|error| not_started(&checked.path, &error))
}

/// A window was drawn, be it one that asks for the passphrase: if this is a new version it has started, and what it came by is removed.
/// `data` is the folder of data. Only the first time tells: a version that is put in place later is not the one that runs here.
pub fn window_is_there(data: &Path) {
    static FIRST: Once = Once::new();
    FIRST.call_once(|| {
        let folder = data.join(FOLDER);
        if let Err(error) = Installed::started(&folder, HERE) {
            tracing::warn!(%error, "that this version has started was not noted");
        }
        install::tidy(&folder, HERE);
    });
}

fn not_started(program: &Path, error: &std::io::Error) -> Problem {
    Problem::new(
        ProblemKind::Internal,
        format!("`{}` could not be started: {error}", program.display()),
        "start it yourself",
    )
}

fn nothing_fetched() -> Problem {
    Problem::new(
        ProblemKind::Missing,
        "no newer version lies here",
        "look for one and fetch it first",
    )
}

impl App {
    fn updates(&self) -> PathBuf {
        self.paths.dirs.root().join(FOLDER)
    }

    /// Where everything is kept.
    pub fn data_folder(&self) -> &Path {
        self.paths.dirs.root()
    }

    /// What has been fetched, how it is installed here, and whether there is a way back. Asks nobody.
    pub fn update_standing(&self) -> UpdateStanding {
        standing(&self.updates())
    }

    /// [`window_is_there`], of the window over this.
    pub fn window_is_there(&self) {
        window_is_there(self.data_folder());
    }

    /// Installs what was fetched, as far as this program does that; a person has agreed. What is left is done by [`finish`] behind the end
    /// of this program, where the answer says so.
    ///
    /// # Errors
    /// While she answers or something else runs; where what was fetched is not what was signed.
    pub async fn install_update(self: &Arc<Self>) -> Answer<UpdateStep> {
        let app = Arc::clone(self);
        let step = apart(move || {
            app.at_rest()?;
            let folder = app.updates();
            let fetched = Fetched::read(&folder, HERE).ok_or_else(nothing_fetched)?;
            let channel = channel()?.ok_or_else(nothing_fetched)?;
            match way(&fetched) {
                Way::Replace(program) => {
                    fetched.replace(&channel, &folder, &program, HERE)?;
                    // Something may have begun meanwhile. Asked for again, it goes on from here.
                    app.at_rest()?;
                    Ok(UpdateStep::Restart)
                }
                Way::Open => {
                    open(&fetched.checked(&channel, &folder)?.path)?;
                    Ok(UpdateStep::Opened)
                }
                Way::Start => {
                    // Now, so that it is told in the window where something is wrong with it; and once more before it is started.
                    drop(fetched.checked(&channel, &folder)?);
                    Installed::forget(&folder);
                    Ok(UpdateStep::Restart)
                }
                Way::ByHand => Err(Problem::new(
                    ProblemKind::Unsupported,
                    "this program cannot replace itself where it lies",
                    format!("close it and use {}", folder.join(&fetched.file).display()),
                )),
            }
        });
        Ok(step.await?)
    }

    /// Puts the version before back in place; the program is to be ended then, and [`finish`] starts it.
    ///
    /// # Errors
    /// While something runs, or where the version before is gone.
    pub fn undo_update(&self) -> Answer<()> {
        self.at_rest()?;
        let folder = self.updates();
        match Installed::read(&folder) {
            Some(record) if record.state == State::Started => Ok(record.undo(&folder)?),
            _ => Err(Problem::new(
                ProblemKind::Missing,
                "there is no version before this one",
                "nothing needs to be done",
            )
            .into()),
        }
    }

    /// Throws the version before away, or the note that a newer one did not start.
    ///
    /// # Errors
    /// Where it cannot be removed.
    pub fn keep_update(&self) -> Answer<()> {
        let folder = self.updates();
        match Installed::read(&folder) {
            Some(record) => Ok(record.keep(&folder)?),
            None => Ok(()),
        }
    }

    /// Nothing is being said, fetched, learnt, read or drawn: the program may end.
    fn at_rest(&self) -> Result<(), Problem> {
        let running = lock(&self.downloads).values().any(|download| !download.is_finished());
        let what = if self.is_busy() {
            "the character is still answering"
        } else if running {
            "a model is being fetched"
        } else if self.studio_trains() {
            "a training runs"
        } else if lock(&self.interviewing).is_some() {
            "an appraisal runs"
        } else if self.easel.is_drawing() {
            "a picture is being made"
        } else if lock(&self.reading_documents).is_some() {
            "documents are being read"
        } else {
            return Ok(());
        };
        Err(Problem::new(ProblemKind::Busy, what, "wait for its end, or stop it first"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nothing_was_fetched_nothing_is_offered() {
        let folder = tempfile::tempdir().unwrap();
        let standing = standing(folder.path());
        assert_eq!((standing.ready.as_str(), standing.previous.as_str()), ("", ""));
        assert!(finish(folder.path()).is_ok());
    }

    #[test]
    fn a_version_that_did_not_start_and_one_to_go_back_to_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("Hanashi.AppImage");
        let previous = folder.path().join("Hanashi.AppImage.previous");
        let write = |state: &str| {
            let record = format!(
                "version = '9.0.0'\nfrom = '0.1.0'\nprogram = '{}'\nprevious = '{}'\nstate = '{state}'\n",
                program.display(),
                previous.display()
            );
            std::fs::write(folder.path().join("installed.toml"), record).unwrap();
        };
        write("failed");
        assert_eq!(standing(folder.path()).failed, "9.0.0");
        write("started");
        assert_eq!(standing(folder.path()).previous, "", "it does not lie there");
        std::fs::write(&previous, "old").unwrap();
        assert_eq!(standing(folder.path()).previous, "0.1.0");
    }

    #[test]
    fn only_the_first_window_tells_which_version_runs() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join(FOLDER);
        std::fs::create_dir(&folder).unwrap();
        let write = |version: &str, from: &str| {
            let record = format!(
                "version = '{version}'\nfrom = '{from}'\nprogram = '/a'\nprevious = '/a.previous'\nstate = 'trying'\n"
            );
            std::fs::write(folder.join("installed.toml"), record).unwrap();
        };
        let state = || Installed::read(&folder).map(|record| record.state);
        write(HERE, "0.0.1");
        window_is_there(data.path());
        assert_eq!(state(), Some(State::Started));
        // Put in place by this program since: a window more of it says nothing about that one.
        write("99.0.0", HERE);
        window_is_there(data.path());
        assert_eq!(state(), Some(State::Trying));
    }
}
