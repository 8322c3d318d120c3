//! `cargo xtask bindings`: the page's TypeScript view of the program's commands and events.
//!
//! A unit test of the desktop crate (`export_bindings`) makes the file, so that it can never be newer or older than the
//! types. With UPDATE_BINDINGS=1 it writes, without it compares.

use std::process::ExitCode;

use anyhow::{Result, ensure};

use crate::repo;
use crate::step::Step;

const FILE: &str = "ui/src/lib/backend/bindings.gen.ts";

pub(crate) fn write() -> Result<ExitCode> {
    run(vec![("UPDATE_BINDINGS", "1")])?;
    println!("wrote {FILE}");
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn check() -> Result<ExitCode> {
    ensure!(repo::root().join(FILE).is_file(), "{FILE} is missing: run `cargo xtask bindings`");
    run(vec![])?;
    println!("{FILE} is up to date");
    Ok(ExitCode::SUCCESS)
}

fn run(env: Vec<(&str, &str)>) -> Result<()> {
    // The whole workspace with a filter, not one package: a narrower build would unify features differently and
    // compile most dependencies a second time.
    let args = [
        "test",
        "--release",
        "--workspace",
        "--locked",
        "--lib",
        "--bins",
        "--quiet",
        "export_bindings",
    ];
    let command = std::iter::once(repo::cargo()).chain(args.map(str::to_owned)).collect();
    let outcome =
        Step { name: "export_bindings", command, dir: repo::root(), env, must_count: true }
            .run()?;
    ensure!(
        outcome.counts.failed == 0,
        "the bindings do not match the program's types (or there is no test `export_bindings`): run `cargo xtask bindings`"
    );
    Ok(())
}
