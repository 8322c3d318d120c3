//! `hanashi lore`.

use std::process::ExitCode;

use app::Paths;
use app::terminal::{LoreEntry, Matching};
use domain::Problem;
use serde_json::json;

use crate::arguments::{Common, LoreCommand};
use crate::print;

/// Runs the command.
pub(crate) fn run(
    common: &Common,
    paths: &Paths,
    command: &LoreCommand,
) -> Result<ExitCode, Problem> {
    let LoreCommand::Match(arguments) = command;
    let report = app::terminal::match_lore(paths, &Matching::from(arguments))?;
    if common.json {
        print::json(&json!({
            "v": 1,
            "entries": report.entries,
            "order": report.order,
            "warnings": report.warnings,
            "counted_with": report.counted_with,
        }));
        return Ok(ExitCode::SUCCESS);
    }
    let several = report.entries.windows(2).any(|pair| pair[0].book != pair[1].book);
    for entry in &report.entries {
        print::line(&row(entry, several));
    }
    let fired = report.entries.iter().filter(|entry| entry.fired).count();
    let tokens: usize = report
        .entries
        .iter()
        .filter(|entry| entry.trimmed.is_none())
        .map(|entry| entry.tokens)
        .sum();
    print::line(&format!(
        "{fired} of {} entries fire; {} go in, {tokens} tokens (counted with {})",
        report.entries.len(),
        report.order.len(),
        report.counted_with
    ));
    for warning in &report.warnings {
        print::line(&format!("note on {}: {}", warning.field, warning.message));
    }
    Ok(ExitCode::SUCCESS)
}

/// One entry on one line.
pub(crate) fn row(entry: &LoreEntry, with_book: bool) -> String {
    let mark = match (entry.fired, &entry.trimmed) {
        (true, None) => "+",
        (true, Some(_)) => "~",
        (false, _) => "-",
    };
    let book = if with_book { format!("{} ", entry.book) } else { String::new() };
    let comment =
        if entry.comment.is_empty() { String::new() } else { format!(" ({})", entry.comment) };
    let place = entry
        .position
        .as_ref()
        .map_or_else(String::new, |position| format!(" → {position}, {} tokens", entry.tokens));
    let trimmed =
        entry.trimmed.as_ref().map_or_else(String::new, |reason| format!("; left out: {reason}"));
    format!("{mark} {book}{}{comment}: {}{place}{trimmed}", entry.id, entry.because)
}
