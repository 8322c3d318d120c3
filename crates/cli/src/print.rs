//! The only place that writes to the terminal.
//!
//! A terminal that was closed (`| head`) is no reason to panic: what cannot be written is dropped.

use std::io::Write;

use domain::Problem;
use serde_json::Value;

/// A result for machines: one JSON value on one line.
pub(crate) fn json(value: &Value) {
    to(&mut std::io::stdout(), format_args!("{value}\n"));
}

/// A line for people, on standard output.
pub(crate) fn line(text: &str) {
    to(&mut std::io::stdout(), format_args!("{text}\n"));
}

/// Text without a line end, shown at once.
pub(crate) fn part(text: &str) {
    to(&mut std::io::stdout(), format_args!("{text}"));
}

/// Something on the side: progress, notices.
pub(crate) fn aside(text: &str) {
    to(&mut std::io::stderr(), format_args!("{text}\n"));
}

/// A failure: what happened, what to do.
pub(crate) fn problem(problem: &Problem, as_json: bool) {
    if as_json {
        json(&serde_json::json!({ "v": 1, "error": problem }));
    }
    aside(&format!("hanashi: {}; {}", problem.message, problem.remedy));
}

/// Progress that replaces the line before it; a line of its own where standard error is no terminal.
pub(crate) fn aside_in_place(text: &str) {
    let mut err = std::io::stderr();
    if std::io::IsTerminal::is_terminal(&err) {
        to(&mut err, format_args!("\r\x1b[K{text}"));
    } else {
        to(&mut err, format_args!("{text}\n"));
    }
}

fn to(terminal: &mut impl Write, text: std::fmt::Arguments<'_>) {
    let _closed = terminal.write_fmt(text).and_then(|()| terminal.flush());
}
