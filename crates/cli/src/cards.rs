//! `hanashi card`.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use crate::arguments::Common;
use crate::print;

/// `hanashi card inspect`: every file is looked at, whatever became of the one before.
pub(crate) fn inspect(common: &Common, files: &[PathBuf]) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for file in files {
        match app::tools::inspect_card(file) {
            Ok(report) if common.json => {
                let mut row = serde_json::to_value(&report).unwrap_or_default();
                row["v"] = json!(1);
                print::json(&row);
            }
            Ok(report) => {
                print::line(&format!("{}: {} ({})", report.file, report.name, report.spec.name()));
                print::line(&format!(
                    "  {} greetings, {} lorebook entries, {} assets",
                    report.greetings.len(),
                    report.lore_entries,
                    report.assets.len()
                ));
                for warning in &report.warnings {
                    let field = if warning.field.is_empty() { "file" } else { &warning.field };
                    print::line(&format!("  note on {field}: {}", warning.message));
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
