//! `cargo xtask`: the project's automation, in Rust so that it runs the same on every system.
//!
//! `ci` is what `make test` and the hosted checks run; the other verbs are its parts, or things too long for it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a terminal program: printing is its output"
)]

mod appraise;
mod bindings;
mod ci;
mod failures;
mod notices;
mod package;
mod peers;
mod reference;
mod repo;
mod sentences;
mod shots;
mod step;
mod tidy;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask ci                  everything `make test` checks, with a summary
cargo xtask tidy                arrows between rooms, file sizes, docs, licences, translations
cargo xtask bindings [--check]  write (or compare) the page's TypeScript bindings
cargo xtask sentences            write the list of what the program tells, which the page translates
cargo xtask model-check [--show N]  the model in the box against prompts kept out of its training
cargo xtask appraise [--keep]    the shipped characters with the model in the box, beside the figures kept last
cargo xtask kill-check [N]         the program is killed N times while it downloads and N times while it talks; nothing is lost
cargo xtask bench peers [MODEL.gguf]  our engine beside llama.cpp on the same file; writes docs/bench/llm.json
cargo xtask reference llama      what llama.cpp gives for quantised models, for the engine's tests
cargo xtask shots [VIEW | SIZE | LANGUAGE | THEME …]
                                 pictures of every view (ui/tools/views.mjs) in all of these, or the named ones, in target/shots
cargo xtask notices              the licences of everything that is built in, in target/generated/THIRD-PARTY.txt
cargo xtask package [--deb|--check]  build the packages and look inside (--deb: only that one; --check: only look)";

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
        ["sentences"] => sentences::write(),
        ["appraise"] => appraise::run(false),
        ["appraise", "--keep"] => appraise::run(true),
        ["model-check", ..] => built("model-check", &args[1..]),
        ["kill-check", ..] => built("kill-check", &args[1..]),
        ["bench", "peers"] => peers::run(None),
        ["bench", "peers", model] => peers::run(Some(model)),
        ["reference", "llama"] => reference::llama(),
        ["shots", ..] => shots::take(&args[1..]),
        ["notices"] => notices::write(),
        ["package"] => package::build("deb,rpm"),
        ["package", "--deb"] => package::build("deb"),
        ["package", "--check"] => package::check(),
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        _ => bail!("no such verb: `{}`\n{HELP}", args.join(" ")),
    }
}

/// Builds the workspace as everything else does, then runs one of the checks that are too long for every day (`tests/src/bin`).
fn built(name: &'static str, args: &[&str]) -> Result<ExitCode> {
    let check = repo::target().join("release").join(name).display().to_string();
    let cargo = repo::cargo();
    let build: Vec<&str> = vec![&cargo, "build", "--release", "--workspace", "--locked"];
    let ask: Vec<&str> = std::iter::once(check.as_str()).chain(args.iter().copied()).collect();
    for words in [build, ask] {
        let command = words.into_iter().map(str::to_owned).collect();
        let step = step::Step { name, command, dir: repo::root(), env: vec![], must_count: false };
        if step.run()?.counts.failed > 0 {
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}
