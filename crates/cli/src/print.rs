//! The only place that writes to the terminal.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is where the terminal is written to")]

use std::io::Write;

use domain::Problem;
use serde_json::Value;

/// A result for machines: one JSON value on one line.
pub(crate) fn json(value: &Value) {
    println!("{value}");
}

/// A line for people, on standard output.
pub(crate) fn line(text: &str) {
    println!("{text}");
}

/// Text without a line end, shown at once.
pub(crate) fn part(text: &str) {
    print!("{text}");
    // A closed terminal is noticed when the next line is read.
    let _closed = std::io::stdout().flush();
}

/// Something on the side: progress, notices.
pub(crate) fn aside(text: &str) {
    eprintln!("{text}");
}

/// A failure: what happened, what to do.
pub(crate) fn problem(problem: &Problem, as_json: bool) {
    if as_json {
        json(&serde_json::json!({ "v": 1, "error": problem }));
    }
    eprintln!("hanashi: {}; {}", problem.message, problem.remedy);
}

/// Progress that replaces the line before it; a line of its own where standard error is no terminal.
pub(crate) fn aside_in_place(text: &str) {
    let mut err = std::io::stderr();
    if std::io::IsTerminal::is_terminal(&err) {
        eprint!("\r\x1b[K{text}");
        let _closed = err.flush();
    } else {
        eprintln!("{text}");
    }
}
