//! `cargo xtask`: the project's automation, in Rust so that it runs the same on every system.
//!
//! `ci` is what `make test` and the hosted checks run; the other verbs are its parts, or things too long for it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a terminal program: printing is its output"
)]

mod bindings;
mod ci;
mod package;
mod repo;
mod step;
mod tidy;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask ci                  everything `make test` checks, with a summary
cargo xtask tidy                arrows between rooms, file sizes, docs, licences, translations
cargo xtask bindings [--check]  write (or compare) the page's TypeScript bindings
cargo xtask package [--check]   build the .deb and look inside (--check: only look)";

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<ExitCode> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["ci"] => ci::run(),
        ["tidy"] => tidy::run(),
        ["bindings"] => bindings::write(),
        ["bindings", "--check"] => bindings::check(),
        ["package"] => package::build(),
        ["package", "--check"] => package::check(),
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        _ => bail!("no such verb: `{}`\n{HELP}", args.join(" ")),
    }
}
