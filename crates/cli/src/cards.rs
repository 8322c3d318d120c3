//! `hanashi card`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::Paths;
use domain::{Problem, ProblemKind};
use serde::Serialize;
use serde_json::{Value, json};

use crate::arguments::{CardCommand, Common};
use crate::print;

pub(crate) fn run(common: &Common, command: &CardCommand) -> Result<ExitCode, Problem> {
    match command {
        CardCommand::Inspect { files } => Ok(inspect(common, files)),
        CardCommand::Import { files } => {
            let paths = Paths::find(common.data_dir.as_deref(), Path::new(""))?;
            Ok(import(common, &paths, files))
        }
        CardCommand::Convert { file, out, v2 } => convert(common, file, out, *v2),
        CardCommand::Check { dir } => check(common, dir),
    }
}

/// A report as the contract wants it: with its version first.
fn versioned(report: &impl Serialize) -> Value {
    let mut row = json!({ "v": 1 });
    if let (Some(row), Ok(Value::Object(report))) =
        (row.as_object_mut(), serde_json::to_value(report))
    {
        row.extend(report);
    }
    row
}

fn note(field: &str, message: &str) -> String {
    let field = if field.is_empty() { "file" } else { field };
    format!("  note on {field}: {message}")
}

/// Every file is looked at, whatever became of the one before; a file with several characters shows all.
fn inspect(common: &Common, files: &[PathBuf]) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for file in files.iter().flat_map(|file| app::terminal::cards_in(file)) {
        match app::terminal::inspect_card(&file) {
            Ok(report) if common.json => print::json(&versioned(&report)),
            Ok(report) => {
                let kind = match report.dialect {
                    app::terminal::CardDialect::Card => report.spec.name(),
                    other => other.name(),
                };
                let kind = if kind.is_empty() { "v1" } else { kind };
                print::line(&format!("{}: {} ({kind})", report.file, report.name));
                let counted = |count: usize, one: &str, more: &str| {
                    format!("{count} {}", if count == 1 { one } else { more })
                };
                print::line(&format!(
                    "  {}, {}, {}",
                    counted(report.greetings.len(), "greeting", "greetings"),
                    counted(report.lore_entries, "lorebook entry", "lorebook entries"),
                    counted(report.assets.len(), "asset", "assets")
                ));
                for (what, list) in
                    [("never says", &report.never_says), ("cannot know of", &report.outside)]
                {
                    if !list.is_empty() {
                        print::line(&format!("  {what}: {}", list.join(" | ")));
                    }
                }
                for warning in &report.warnings {
                    print::line(&note(&warning.field, &warning.message));
                }
            }
            Err(problem) => {
                print::problem(&problem, common.json);
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}

/// Every file is taken in, whatever became of the one before.
fn import(common: &Common, paths: &Paths, files: &[PathBuf]) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for file in files.iter().flat_map(|file| app::terminal::cards_in(file)) {
        match app::terminal::import_card(paths, &file) {
            Ok(taken) if common.json => print::json(&versioned(&taken)),
            Ok(taken) => {
                let what =
                    if taken.known { "was in the library already" } else { "is in the library" };
                print::line(&format!(
                    "{} {what}; talk with `hanashi chat -c {}`",
                    taken.name, taken.character
                ));
                for warning in &taken.warnings {
                    print::line(&note(&warning.field, &warning.message));
                }
            }
            Err(problem) => {
                print::problem(&problem, common.json);
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}

fn convert(common: &Common, file: &Path, out: &Path, v2: bool) -> Result<ExitCode, Problem> {
    if v2 && out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("charx")) {
        return Err(Problem::new(
            ProblemKind::Invalid,
            "a `.charx` file holds a V3 card",
            "leave `--v2` out, or name a `.json` or `.png` file",
        ));
    }
    let done = app::terminal::convert_card(file, out, v2)?;
    if common.json {
        print::json(&versioned(&done));
    } else {
        print::line(&format!("{}: {} bytes", done.out, done.bytes));
        for warning in &done.warnings {
            print::line(&note(&warning.field, &warning.message));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Succeeds where nothing is lost; what is refused or put right is only told.
fn check(common: &Common, dir: &Path) -> Result<ExitCode, Problem> {
    let report = app::terminal::check_cards(dir)?;
    if common.json {
        print::json(&versioned(&report));
    } else {
        for refused in &report.refused {
            print::line(&refused.reason);
        }
        for FileNote { file, text } in notes(&report) {
            print::line(&format!("{file}\n{text}"));
        }
        print::line(&format!(
            "{} files, {} cards, {} refused, {} notes, {} losses",
            report.files,
            report.imported,
            report.refused.len(),
            report.warnings.len(),
            report.round_trip_losses.len() + report.unmapped.len()
        ));
    }
    let whole = report.round_trip_losses.is_empty() && report.unmapped.is_empty();
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct FileNote<'a> {
    file: &'a str,
    text: String,
}

fn notes(report: &app::terminal::CardsChecked) -> Vec<FileNote<'_>> {
    let warnings = report.warnings.iter().map(|warned| FileNote {
        file: &warned.file,
        text: note(&warned.warning.field, &warned.warning.message),
    });
    let losses = report.round_trip_losses.iter().map(|lost| FileNote {
        file: &lost.file,
        text: format!("  lost as {}: {}", lost.loss.written_as, lost.loss.path),
    });
    let unmapped = report.unmapped.iter().map(|place| FileNote {
        file: &place.file,
        text: format!("  only in the source: {}", place.path),
    });
    warnings.chain(losses).chain(unmapped).collect()
}
