//! `hanashi upkeep`.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Paths;
use app::housekeeping::updates::Found;
use app::terminal;
use clap::Subcommand;
use domain::{Problem, ProblemKind};
use serde_json::json;

use crate::arguments::Common;
use crate::print;

#[derive(Debug, Subcommand)]
pub(crate) enum UpkeepCommand {
    /// Where everything lies, and how large it is.
    Usage,
    /// Every access to another machine that the program ever made, the newest first.
    Network {
        /// How many.
        #[arg(long, default_value_t = 100)]
        most: usize,
    },
    /// Pack everything into one file.
    Pack {
        /// The file; it must not exist.
        file: PathBuf,
        /// Without models and voices.
        #[arg(long)]
        without_models: bool,
    },
    /// Bring everything back from such a file into an empty data folder.
    Unpack {
        /// The file.
        file: PathBuf,
        /// Into one that is not empty: what is there is set aside in it (see `aside`), models and voices stay where the file has none.
        #[arg(long)]
        replace: bool,
    },
    /// What was set aside when a backup was brought back: list it, bring it back, or delete it.
    Aside {
        /// Bring this one back; what is there now is set aside instead.
        #[arg(long, value_name = "NAME", conflicts_with = "delete")]
        restore: Option<String>,
        /// Delete this one for good.
        #[arg(long, value_name = "NAME")]
        delete: Option<String>,
    },
    /// Move the data folder, to another disk for example.
    Move {
        /// An empty or a new folder.
        to: PathBuf,
    },
    /// Look for a newer version of the program, where this build was told where (`allow_updates` in the settings).
    Update {
        /// Fetch it, too, and check its signature; it is installed by you.
        #[arg(long)]
        fetch: bool,
    },
    /// Look through every database.
    Check {
        /// Put right what is damaged: the conversations come back from the newest sound copy.
        #[arg(long)]
        mend: bool,
    },
}

/// Runs the command.
#[expect(clippy::too_many_lines, reason = "a command each")]
pub(crate) fn run(
    common: &Common,
    paths: &Paths,
    command: &UpkeepCommand,
) -> Result<ExitCode, Problem> {
    let dirs = &paths.dirs;
    let bytes = terminal::bytes;
    match command {
        UpkeepCommand::Usage => {
            let parts = terminal::usage(dirs);
            if common.json {
                print::json(&json!({ "v": 1, "root": dirs.root(), "parts": parts }));
                return Ok(ExitCode::SUCCESS);
            }
            for part in parts {
                let note = if part.disposable { "  (made again when missing)" } else { "" };
                let what = serde_json::to_value(part.part).unwrap_or_default();
                print::line(&format!(
                    "{:>10}  {:>6} files  {:<14} {}{note}",
                    bytes(part.bytes),
                    part.files,
                    what.as_str().unwrap_or_default(),
                    part.path.display()
                ));
            }
        }
        UpkeepCommand::Update { fetch } => return update(common, paths, *fetch),
        UpkeepCommand::Network { most } => {
            let all = terminal::accesses(dirs, *most)?;
            if common.json {
                print::json(&json!({ "v": 1, "accesses": all }));
                return Ok(ExitCode::SUCCESS);
            }
            if all.is_empty() {
                print::line("Nothing has ever left this machine.");
            }
            for one in all {
                let purpose = serde_json::to_value(one.access.purpose).unwrap_or_default();
                let through = match (one.refused, one.traffic) {
                    (true, _) => "refused".to_owned(),
                    (false, Some(traffic)) => format!("{} received", bytes(traffic.received)),
                    (false, None) => "not finished".to_owned(),
                };
                print::line(&format!(
                    "{}  {:<12} {:<28} {}: {through}",
                    terminal::time(one.at_ms),
                    purpose.as_str().unwrap_or_default(),
                    one.access.host,
                    one.access.what
                ));
            }
        }
        UpkeepCommand::Pack { file, without_models } => {
            let packed = terminal::pack(dirs, file, !without_models, progress())?;
            print::aside("");
            if common.json {
                print::json(&json!({ "v": 1, "packed": packed }));
            } else {
                print::line(&format!(
                    "{}: {} files, {}",
                    packed.path.display(),
                    packed.files,
                    bytes(packed.size)
                ));
            }
        }
        UpkeepCommand::Unpack { file, replace: true } => {
            let restored = terminal::replace(file, dirs, progress())?;
            print::aside("");
            returned(common, paths, &restored);
        }
        UpkeepCommand::Aside { restore: Some(name), .. } => {
            returned(common, paths, &terminal::restore_aside(dirs, name)?);
        }
        UpkeepCommand::Aside { delete: Some(name), .. } => {
            let freed = terminal::delete_aside(dirs, name)?;
            if common.json {
                print::json(&json!({ "v": 1, "deleted": name, "bytes": freed }));
            } else {
                print::line(&format!("{name} is deleted: {} are free again", bytes(freed)));
            }
        }
        UpkeepCommand::Aside { .. } => {
            let all = terminal::asides(dirs);
            if common.json {
                print::json(&json!({ "v": 1, "asides": all }));
                return Ok(ExitCode::SUCCESS);
            }
            if all.is_empty() {
                print::line(
                    "Nothing was set aside: no backup has been brought back over anything.",
                );
            }
            for one in all {
                let sealed = if one.sealed { ", encrypted" } else { "" };
                print::line(&format!(
                    "{}  {:>10}, {} files{sealed}",
                    one.name,
                    bytes(one.bytes),
                    one.files
                ));
            }
        }
        UpkeepCommand::Unpack { file, .. } => {
            let unpacked = terminal::unpack(file, dirs, progress()).map_err(|mut problem| {
                if problem.kind == ProblemKind::Invalid {
                    "name an empty or a new folder; or say `--replace`: what is there is set aside then, and not deleted"
                        .clone_into(&mut problem.remedy);
                }
                problem
            })?;
            print::aside("");
            if common.json {
                print::json(&json!({ "v": 1, "unpacked": unpacked }));
            } else {
                print::line(&format!(
                    "{}: {} files, {}",
                    unpacked.root.display(),
                    unpacked.files,
                    bytes(unpacked.bytes)
                ));
            }
        }
        UpkeepCommand::Move { to } => {
            let root = terminal::move_data(dirs, to, progress())?;
            print::aside("");
            if common.json {
                print::json(&json!({ "v": 1, "root": root }));
            } else {
                print::line(&format!("everything is in {} now", root.display()));
            }
        }
        UpkeepCommand::Check { mend } => {
            let found = if *mend { terminal::mend(dirs)? } else { terminal::check(dirs) };
            let damaged =
                found.iter().any(|one| matches!(one.state, terminal::DataState::Damaged(_)));
            if common.json {
                print::json(&json!({ "v": 1, "found": found }));
            } else {
                for one in &found {
                    let state = match &one.state {
                        terminal::DataState::Sound => "sound".to_owned(),
                        terminal::DataState::Locked => "encrypted and locked".to_owned(),
                        terminal::DataState::Damaged(why) => format!("damaged: {why}"),
                        terminal::DataState::Mended { aside, from: None } => {
                            format!("set aside as {}; it is made again", aside.display())
                        }
                        terminal::DataState::Mended { from: Some(from), .. } => {
                            format!("brought back from {}", from.display())
                        }
                    };
                    print::line(&format!("{}: {state}", one.path.display()));
                }
            }
            return Ok(if damaged { ExitCode::FAILURE } else { ExitCode::SUCCESS });
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Says what is back, and where that lies which was there before.
fn returned(common: &Common, paths: &Paths, restored: &terminal::Restored) {
    if common.json {
        print::json(&json!({ "v": 1, "restored": restored }));
        return;
    }
    print::line(&format!(
        "{}: {} files, {} are back",
        paths.dirs.root().display(),
        restored.files,
        terminal::bytes(restored.bytes)
    ));
    if let Some(aside) = &restored.aside {
        print::line(&format!(
            "what was there before lies in {}: `hanashi upkeep aside` lists it, brings it back, deletes it",
            aside.display()
        ));
    }
}

/// Shows how far it is, now and then; Ctrl+C stops it.
fn progress() -> impl FnMut(u64, u64) -> bool {
    let go_on = crate::stopping::go_on();
    let mut shown = 0;
    move |done, total| {
        if done - shown > 50_000_000 {
            shown = done;
            print::aside_in_place(&format!(
                "{} of {}",
                terminal::bytes(done),
                terminal::bytes(total)
            ));
        }
        go_on()
    }
}

fn update(common: &Common, paths: &Paths, fetch: bool) -> Result<ExitCode, Problem> {
    let (state, release) = match app::housekeeping::updates::look_for_update(paths)? {
        Found::Nowhere => ("unconfigured", None),
        Found::Newest => ("newest", None),
        Found::Newer(release) => ("newer", Some(release)),
    };
    let installer = match &release {
        Some(_) if fetch => {
            Some(app::housekeeping::updates::fetch_update(paths, &mut |done, total| {
                let total = total
                    .map(|total| format!(" of {}", terminal::bytes(total)))
                    .unwrap_or_default();
                print::aside_in_place(&format!("{}{total}", terminal::bytes(done)));
            })?)
        }
        _ => None,
    };
    if common.json {
        print::json(&json!({
            "v": 1,
            "state": state,
            "here": env!("CARGO_PKG_VERSION"),
            "version": release.as_ref().map(|release| release.version.to_string()),
            "notes": release.as_ref().map(|release| &release.notes),
            "installer": installer,
        }));
        return Ok(ExitCode::SUCCESS);
    }
    match release {
        None if state == "unconfigured" => print::line(
            "No update address is configured in this build: it cannot look for newer versions, and asked nobody.",
        ),
        None => print::line("This is the newest version."),
        Some(release) => {
            print::line(&format!("There is a newer version: {}", release.version));
            if !release.notes.trim().is_empty() {
                print::line(release.notes.trim());
            }
        }
    }
    if let Some(path) = installer {
        print::line(&match app::housekeeping::updates::by_hand(&path) {
            Some(command) => format!("Its signature is right. Install it: {command}"),
            None => format!(
                "Its signature is right. The window installs it (Settings → Upkeep), or you do: {}",
                path.display()
            ),
        });
    }
    Ok(ExitCode::SUCCESS)
}
