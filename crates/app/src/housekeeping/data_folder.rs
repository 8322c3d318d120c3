//! What lies in the data folder, for the page and the terminal: how much, whether it is sound, packed into one file and back; the log.

use std::path::{Path, PathBuf};

use api::{AsideView, DataPart, KeepingView, ModelCheck, WorkProgress};
use domain::Problem;
use store::{Dirs, SettingsFile};

use crate::app::paths::Paths;
use crate::app::{Answer, App};

pub use upkeep::{Aside, Finding, State as DataState, Use};

/// Lines of the log that a page shows.
const LOG_LINES: usize = 400;

/// A moment, for people, in universal time.
pub fn time(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms)
        .map(|at| at.strftime("%Y-%m-%d %H:%M:%S").to_string())
        .unwrap_or_default()
}

/// The log file of today, and its level as the settings have it (`debug` at most: what people say is logged at TRACE only, and
/// never goes into a file). From now on a thread that dies leaves a report beside it.
pub fn log_file(
    paths: &Paths,
    program: &'static str,
) -> Result<(upkeep::logs::Appender, String), Problem> {
    let level = match SettingsFile::open(paths.dirs.settings()).get().log_level {
        store::LogLevel::Error => "error",
        store::LogLevel::Warn => "warn",
        store::LogLevel::Info => "info",
        store::LogLevel::Debug | store::LogLevel::Trace => "debug",
    };
    let file = upkeep::logs::file(&paths.dirs.logs(), program)?;
    upkeep::logs::keep_crashes(paths.dirs.logs(), program);
    Ok((file, level.to_owned()))
}

/// What lies where.
pub fn usage(dirs: &Dirs) -> Vec<Use> {
    upkeep::usage(dirs)
}

/// Looks through every database.
pub fn check(dirs: &Dirs) -> Vec<Finding> {
    upkeep::check(dirs)
}

/// Looks through every database, and puts right what is damaged.
pub fn mend(dirs: &Dirs) -> Result<Vec<Finding>, Problem> {
    Ok(upkeep::mend(dirs)?)
}

/// Packs everything into one file.
pub fn pack(
    dirs: &Dirs,
    target: &Path,
    models: bool,
    each: impl FnMut(u64, u64) -> bool,
) -> Result<upkeep::Packed, Problem> {
    Ok(upkeep::pack(dirs, target, models, each)?)
}

/// Makes a data folder of such a file.
pub fn unpack(
    source: &Path,
    dirs: &Dirs,
    each: impl FnMut(u64, u64) -> bool,
) -> Result<upkeep::Unpacked, Problem> {
    Ok(upkeep::unpack(source, dirs, each)?)
}

/// Puts a backup in place of what is in a data folder, which is set aside.
pub fn replace(
    source: &Path,
    dirs: &Dirs,
    each: impl FnMut(u64, u64) -> bool,
) -> Result<upkeep::Restored, Problem> {
    Ok(upkeep::restore(source, dirs, each)?)
}

/// What was set aside when backups were brought back, the newest first.
pub fn asides(dirs: &Dirs) -> Vec<Aside> {
    upkeep::asides(dirs)
}

/// Deletes one of them; answers with the bytes that were freed.
pub fn delete_aside(dirs: &Dirs, name: &str) -> Result<u64, Problem> {
    Ok(upkeep::delete_aside(dirs, name)?)
}

/// Brings one of them back; what is there now is set aside instead.
pub fn restore_aside(dirs: &Dirs, name: &str) -> Result<upkeep::Restored, Problem> {
    Ok(upkeep::restore_aside(dirs, name)?)
}

/// Moves the data folder.
pub fn move_data(
    dirs: &Dirs,
    to: &Path,
    each: impl FnMut(u64, u64) -> bool,
) -> Result<PathBuf, Problem> {
    Ok(upkeep::relocate(dirs, to, each)?.root().to_owned())
}

impl App {
    /// What lies where, whether it is sound, the last lines of the log, crash reports.
    pub fn keeping(&self) -> Answer<KeepingView> {
        let dirs = &self.paths.dirs;
        let word = |part: upkeep::Part| {
            serde_json::to_value(part).ok().and_then(|v| v.as_str().map(str::to_owned))
        };
        Ok(KeepingView {
            root: dirs.root().display().to_string(),
            parts: usage(dirs)
                .into_iter()
                .map(|one| DataPart {
                    part: word(one.part).unwrap_or_default(),
                    path: one.path.display().to_string(),
                    bytes: one.bytes as f64,
                    files: one.files as f64,
                    disposable: one.disposable,
                })
                .collect(),
            asides: asides(dirs).into_iter().map(|one| aside_view(dirs, one)).collect(),
            log: upkeep::logs::tail(&dirs.logs(), LOG_LINES),
            crashes: upkeep::logs::crashes(&dirs.logs())
                .into_iter()
                .map(|path| path.display().to_string())
                .collect(),
        })
    }

    /// Throws away what is made again: caches of reading, logs, crash reports. Answers with the bytes that were freed.
    pub fn free_room(&self) -> Answer<f64> {
        Ok(upkeep::free(&self.paths.dirs) as f64)
    }

    /// Deletes what a restore has set aside; answers with the bytes that were freed.
    pub fn delete_aside(&self, name: &str) -> Answer<f64> {
        Ok(delete_aside(&self.paths.dirs, name)? as f64)
    }

    /// Reads every page of every database; answers with what is damaged.
    pub fn check_data(&self) -> Answer<Vec<String>> {
        let damaged = check(&self.paths.dirs).into_iter().filter_map(|found| match found.state {
            upkeep::State::Damaged(why) => Some(format!("{}: {why}", found.path.display())),
            _ => None,
        });
        Ok(damaged.collect())
    }

    /// Compares every model with the checksums that it came with. `watch` hears how far it is, and stops it by answering false: what was
    /// not compared then is left out.
    pub fn check_models(
        &self,
        mut watch: impl FnMut(WorkProgress) -> bool,
    ) -> Answer<Vec<ModelCheck>> {
        let library = self.paths.model_library();
        let installed = library.scan(&self.paths.catalogue()?)?;
        let total: u64 = installed.iter().map(|one| one.size).sum();
        let mut done = 0;
        let mut checks = Vec::new();
        for one in installed {
            let verdict = library.verify(&one, |bytes| {
                done += bytes;
                watch(WorkProgress { done: done as f64, total: total as f64 })
            })?;
            let (state, file) = match verdict {
                models::Verdict::Good => ("good", String::new()),
                models::Verdict::Unpinned(_) => ("unpinned", String::new()),
                models::Verdict::Changed { file, .. } => ("changed", file.display().to_string()),
                models::Verdict::Stopped => break,
            };
            checks.push(ModelCheck { id: one.id, name: one.name, state: state.to_owned(), file });
        }
        Ok(checks)
    }

    /// Packs everything into one file, while the program runs; answers with the file's bytes. `watch` hears how far it is, and stops it by
    /// answering false.
    pub fn back_up_to(
        &self,
        target: &Path,
        with_models: bool,
        mut watch: impl FnMut(WorkProgress) -> bool,
    ) -> Answer<f64> {
        let packed = pack(&self.paths.dirs, target, with_models, |done, total| {
            watch(WorkProgress { done: done as f64, total: total as f64 })
        })?;
        Ok(packed.size as f64)
    }
}

fn aside_view(dirs: &Dirs, one: Aside) -> AsideView {
    let sealed_now = dirs.root().join(vault::FILE).is_file();
    let opens = match (one.sealed, sealed_now) {
        (true, _) => "passphrase",
        (false, true) => "unsealed",
        (false, false) => "",
    };
    AsideView {
        name: one.name,
        path: one.path.display().to_string(),
        at: one.at_ms.map(|at| at as f64),
        bytes: one.bytes as f64,
        opens: opens.to_owned(),
    }
}
