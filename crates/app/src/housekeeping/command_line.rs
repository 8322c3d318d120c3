//! The terminal program on the `PATH`: where the window brings it along, and no package has put it where a terminal looks.

use std::path::{Path, PathBuf};

use api::CommandLine;
use domain::{Problem, ProblemKind};

/// Its name.
const NAME: &str = if cfg!(windows) { "hanashi.exe" } else { "hanashi" };

/// Whether a terminal finds the terminal program of this copy.
pub fn command_line() -> CommandLine {
    let program = beside();
    let path = std::env::var_os("PATH").unwrap_or_default();
    standing(program.as_deref(), &std::env::split_paths(&path).collect::<Vec<_>>(), &folder())
}

/// Puts it where a terminal finds it: a link in `/usr/local/bin` on macOS (whose own dialogue asks for an administrator where one is
/// needed), in `~/.local/bin` on Linux.
///
/// # Errors
/// Where this copy brings none; where something else is at that place; where the folder cannot be written.
pub fn install_command_line() -> Result<CommandLine, Problem> {
    let Some(program) = beside() else {
        return Err(Problem::new(
            ProblemKind::Missing,
            "this copy of Hanashi brings no terminal program",
            "install Hanashi by its package or installer, or build `hanashi` from source",
        ));
    };
    if cfg!(windows) {
        return Err(Problem::new(
            ProblemKind::Unsupported,
            "on Windows the installer puts `hanashi` on the PATH",
            "run the installer again, and open a new terminal",
        ));
    }
    let folder = folder();
    link(&program, &folder).or_else(|problem| as_administrator(&program, &folder, problem))?;
    Ok(command_line())
}

/// The terminal program beside the one that runs. Within an AppImage or a Flatpak a link to it would lead nowhere.
fn beside() -> Option<PathBuf> {
    if std::env::var_os("APPIMAGE").is_some() || Path::new("/.flatpak-info").exists() {
        return None;
    }
    let own = std::env::current_exe().ok()?;
    Some(own.parent()?.join(NAME)).filter(|program| program.is_file())
}

/// Where it goes.
fn folder() -> PathBuf {
    if cfg!(target_os = "linux") {
        let home = std::env::var_os("HOME").filter(|home| !home.is_empty());
        return home.map_or_else(
            || "/usr/local/bin".into(),
            |home| PathBuf::from(home).join(".local/bin"),
        );
    }
    "/usr/local/bin".into()
}

fn standing(program: Option<&Path>, path: &[PathBuf], folder: &Path) -> CommandLine {
    let found = path.iter().map(|folder| folder.join(NAME)).find(|file| file.is_file());
    let same = |file: &Path| match (file.canonicalize(), program.map(Path::canonicalize)) {
        (Ok(file), Some(Ok(program))) => file == program,
        _ => false,
    };
    let (state, at) = match (&found, program) {
        (Some(at), _) if same(at) => ("there", at.clone()),
        (Some(at), _) => ("elsewhere", at.clone()),
        (None, None) => ("absent", PathBuf::new()),
        // It was put there, and the terminal does not look there.
        (None, Some(_)) if same(&folder.join(NAME)) => ("there", folder.join(NAME)),
        (None, Some(_)) => ("ready", folder.join(NAME)),
    };
    CommandLine {
        state: state.to_owned(),
        program: program.map(|program| program.display().to_string()).unwrap_or_default(),
        on_path: at.parent().is_some_and(|at| path.iter().any(|one| one == at)),
        at: at.display().to_string(),
    }
}

/// Puts a link into a folder. Whatever else has the name there stays.
fn link(program: &Path, folder: &Path) -> Result<(), Problem> {
    let at = folder.join(NAME);
    let cannot = |what: &str, error: &std::io::Error| {
        Problem::new(
            ProblemKind::Disk,
            format!("`{}` cannot be {what} ({error})", at.display()),
            format!("as an administrator: ln -s '{}' '{}'", program.display(), at.display()),
        )
    };
    std::fs::create_dir_all(folder).map_err(|error| cannot("made", &error))?;
    if let Ok(there) = at.symlink_metadata() {
        // A link that an earlier version left, wherever it leads by now.
        let ours = there.is_symlink()
            && std::fs::read_link(&at).is_ok_and(|to| to.file_name() == program.file_name());
        if !ours {
            return Err(Problem::new(
                ProblemKind::Invalid,
                format!("there is another program at `{}`", at.display()),
                "remove or rename it first; nothing was changed",
            ));
        }
        std::fs::remove_file(&at).map_err(|error| cannot("replaced", &error))?;
    }
    make_link(program, &at).map_err(|error| cannot("made", &error))
}

#[cfg(unix)]
fn make_link(program: &Path, at: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(program, at)
}

#[cfg(not(unix))]
fn make_link(_: &Path, _: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// macOS asks for an administrator where the folder is not the person's. The path goes along as an argument: nothing in it is a command.
#[cfg(target_os = "macos")]
fn as_administrator(program: &Path, folder: &Path, problem: Problem) -> Result<(), Problem> {
    if problem.kind != ProblemKind::Disk {
        return Err(problem);
    }
    let script = "on run argv\n\
        do shell script \"mkdir -p \" & quoted form of item 2 of argv & \" && ln -sfn \" & quoted form of item 1 of argv \
        & \" \" & quoted form of (item 2 of argv & \"/hanashi\") with administrator privileges\n\
        end run";
    let asked = std::process::Command::new("osascript")
        .args(["-e", script])
        .args([program, folder])
        .output();
    match asked {
        Ok(answer) if answer.status.success() => Ok(()),
        // Cancelled, or refused: what was said before says what to do by hand.
        _ => Err(problem),
    }
}

#[cfg(not(target_os = "macos"))]
fn as_administrator(_: &Path, _: &Path, problem: Problem) -> Result<(), Problem> {
    Err(problem)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn program(at: &Path) -> PathBuf {
        std::fs::create_dir_all(at).unwrap();
        let program = at.join(NAME);
        std::fs::write(&program, b"#!/bin/sh\n").unwrap();
        program
    }

    #[test]
    fn it_is_put_where_a_terminal_looks_and_found_there() {
        let folder = tempfile::tempdir().unwrap();
        let ours = program(&folder.path().join("app"));
        let bin = folder.path().join("home/.local/bin");
        let path = vec![folder.path().join("usr"), bin.clone()];
        assert_eq!(standing(Some(&ours), &path, &bin).state, "ready");
        link(&ours, &bin).unwrap();
        let standing_now = standing(Some(&ours), &path, &bin);
        assert!(standing_now.state == "there" && standing_now.on_path, "{standing_now:?}");
        // A newer version at another place takes the link over.
        let newer = program(&folder.path().join("newer"));
        link(&newer, &bin).unwrap();
        assert_eq!(standing(Some(&newer), &path, &bin).state, "there");
        // It was put there, and no terminal looks there.
        let unseen = standing(Some(&newer), &path[..1], &bin);
        assert!(unseen.state == "there" && !unseen.on_path, "{unseen:?}");
        assert_eq!(standing(None, &path[..1], &bin).state, "absent");
    }

    #[test]
    fn what_is_somebody_elses_stays() {
        let folder = tempfile::tempdir().unwrap();
        let ours = program(&folder.path().join("app"));
        let bin = folder.path().join("bin");
        program(&bin);
        assert_eq!(standing(Some(&ours), std::slice::from_ref(&bin), &bin).state, "elsewhere");
        let problem = link(&ours, &bin).unwrap_err();
        assert_eq!(problem.kind, ProblemKind::Invalid, "{problem}");
        assert!(!bin.join(NAME).is_symlink());
    }
}
