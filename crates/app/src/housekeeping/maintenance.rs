//! What is done with the whole data folder while nobody has it open: everything comes back from a backup, everything goes to another
//! disk, what is damaged is put right. A window prepares it, starts anew, and does it before the app is started; so none of this needs a
//! running [`App`](crate::App).

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use api::{BackupView, DatabaseView, ErrandReport, ErrandView, MovePlace, WorkProgress};
use domain::{Problem, ProblemKind};
use store::Dirs;
use upkeep::Errand;

/// How long the copy that started this one may take to let go of the folder.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(50);

/// What waits to be done.
pub fn errand(dirs: &Dirs) -> Option<ErrandView> {
    let (what, path) = match upkeep::errand(dirs)? {
        Errand::Restore { from } => ("restore", from),
        Errand::Return { name } => ("restore", dirs.root().join(name)),
        Errand::Move { to } => ("move", to),
        Errand::Mend => ("mend", PathBuf::new()),
    };
    Some(ErrandView { what: what.to_owned(), path: path.display().to_string() })
}

/// Looks into a backup.
///
/// # Errors
/// Where it is none, or cannot be read.
pub fn look_into_backup(path: &Path) -> Result<BackupView, Problem> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let about = upkeep::about(&path)?;
    Ok(BackupView {
        path: path.display().to_string(),
        program: about.program,
        at: about.at_ms as f64,
        files: about.files as f64,
        bytes: about.bytes as f64,
        models: about.models,
        encrypted: about.sealed,
    })
}

/// Notes down that everything comes back from a backup at the next start.
///
/// # Errors
/// Where it is no backup; where it lies in the folder that it would take the place of.
pub fn prepare_restore(dirs: &Dirs, from: &Path) -> Result<(), Problem> {
    let view = look_into_backup(from)?;
    let from = PathBuf::from(view.path);
    if from.starts_with(dirs.root()) {
        return Err(Problem::new(
            ProblemKind::Invalid,
            "the backup lies in the data folder, and would be set aside with everything else there",
            "move the file to another folder, and choose it there",
        ));
    }
    Ok(upkeep::set_errand(dirs, &Errand::Restore { from })?)
}

/// Notes down that what a restore has set aside comes back at the next start.
///
/// # Errors
/// Where nothing was set aside under that name.
pub fn prepare_return(dirs: &Dirs, name: &str) -> Result<(), Problem> {
    if !upkeep::asides(dirs).iter().any(|one| one.name == name) {
        return Err(upkeep::Error::NoAside(name.to_owned()).into());
    }
    Ok(upkeep::set_errand(dirs, &Errand::Return { name: name.to_owned() })?)
}

/// Looks whether everything could go to a folder.
///
/// # Errors
/// Where it is not empty, has no room, or cannot be written to.
pub fn look_at_place(dirs: &Dirs, to: &Path) -> Result<MovePlace, Problem> {
    let to = std::path::absolute(to).unwrap_or_else(|_| to.to_owned());
    let bytes = upkeep::check_place(dirs, &to)?;
    Ok(MovePlace { path: to.display().to_string(), bytes: bytes as f64 })
}

/// Notes down that everything goes to another folder at the next start.
///
/// # Errors
/// As [`look_at_place`].
pub fn prepare_move(dirs: &Dirs, to: &Path) -> Result<(), Problem> {
    let place = look_at_place(dirs, to)?;
    Ok(upkeep::set_errand(dirs, &Errand::Move { to: place.path.into() })?)
}

/// Notes down that what is damaged is put right at the next start.
///
/// # Errors
/// Where the note cannot be written.
pub fn prepare_mend(dirs: &Dirs) -> Result<(), Problem> {
    Ok(upkeep::set_errand(dirs, &Errand::Mend)?)
}

/// Nothing is to be done after all.
///
/// # Errors
/// Where the note cannot be removed.
pub fn drop_errand(dirs: &Dirs) -> Result<(), Problem> {
    Ok(upkeep::drop_errand(dirs)?)
}

/// Does what waits. `watch` hears how far it is, and stops it by answering false. Where it fails or is stopped everything is as it was,
/// and it still waits.
///
/// # Errors
/// Where nothing waits; where the folder is in use; whatever [`upkeep`] runs into.
pub fn run_errand(
    dirs: &Dirs,
    watch: &mut dyn FnMut(WorkProgress) -> bool,
) -> Result<ErrandReport, Problem> {
    let Some(errand) = upkeep::errand(dirs) else {
        return Err(Problem::new(
            ProblemKind::Missing,
            "nothing waits to be done",
            "go on: everything is as it was",
        ));
    };
    wait_for_the_folder(dirs)?;
    let mut each =
        |done: u64, total: u64| watch(WorkProgress { done: done as f64, total: total as f64 });
    let report = |what: &str, path: &Path, bytes: u64| ErrandReport {
        what: what.to_owned(),
        path: path.display().to_string(),
        bytes: bytes as f64,
        databases: Vec::new(),
    };
    let done = match &errand {
        Errand::Restore { from } => {
            let restored = upkeep::restore(from, dirs, &mut each)?;
            report("restore", &restored.aside.unwrap_or_default(), restored.bytes)
        }
        Errand::Return { name } => {
            let restored = upkeep::restore_aside(dirs, name)?;
            report("restore", &restored.aside.unwrap_or_default(), restored.bytes)
        }
        Errand::Move { to } => {
            let mut bytes = 0;
            let moved = upkeep::relocate(dirs, to, |done, total| {
                bytes = done;
                each(done, total)
            })?;
            report("move", moved.root(), bytes)
        }
        Errand::Mend => {
            let found = upkeep::mend(dirs)?;
            ErrandReport {
                databases: found.into_iter().map(database).collect(),
                ..report("mend", dirs.root(), 0)
            }
        }
    };
    drop_errand(dirs)?;
    Ok(done)
}

/// The copy of the program that started this one holds the folder until it is gone.
fn wait_for_the_folder(dirs: &Dirs) -> Result<(), Problem> {
    let until = Instant::now() + PATIENCE;
    loop {
        match store::Lock::acquire(dirs) {
            Ok(_) => return Ok(()),
            Err(store::Error::Busy { .. }) if Instant::now() < until => std::thread::sleep(LOOK),
            Err(error) => return Err(error.into()),
        }
    }
}

fn database(finding: upkeep::Finding) -> DatabaseView {
    let (state, detail) = match finding.state {
        upkeep::State::Sound => ("sound", String::new()),
        upkeep::State::Locked => ("locked", String::new()),
        upkeep::State::Damaged(why) => ("damaged", why),
        upkeep::State::Mended { from: Some(from), .. } => ("returned", from.display().to_string()),
        upkeep::State::Mended { aside, from: None } => ("remade", aside.display().to_string()),
    };
    let name = finding.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    DatabaseView { name, state: state.to_owned(), detail }
}

#[cfg(test)]
#[path = "maintenance_tests.rs"]
mod tests;
