//! `cargo xtask ci`: every check, in the order in which it is cheapest to learn that something is wrong.
//!
//! A step that fails does not stop the run: whoever waits an hour should learn everything that is wrong. The last line is
//! `N passed, N failed` over the tests of all runners, a check that has no tests counting as one. Above it stands which failed, and
//! which passed at the second try (decision 0246).

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::Result;

use crate::failures::Failures;
use crate::repo;
use crate::step::{Counts, Outcome, Step, clock};

/// The desktop test, where it exists: starts its own display and its own sound.
const DESKTOP: &str = "tests/desktop/run.sh";

pub(crate) fn run() -> Result<ExitCode> {
    let root = repo::root();
    let ui = root.join("ui");
    let start = Instant::now();
    let cargo = repo::cargo();
    let cargo = |args: &str| words(&cargo, args);
    let npm = |script: &str| words("npm", &format!("run --silent {script}"));
    let check = |name, command, dir| Step { name, command, dir, env: vec![], must_count: false };
    let tests = |name, command, dir| Step { name, command, dir, env: vec![], must_count: true };

    let runner = if has_nextest() {
        "nextest run --release --workspace --locked --profile ci --no-tests=fail"
    } else {
        "test --release --workspace --locked --no-fail-fast --lib --bins --tests"
    };
    let steps = [
        check("format", cargo("fmt --all --check"), root),
        tests("tidy", cargo("xtask tidy"), root),
        check("page: types", npm("check"), &ui),
        check("page: lint", npm("lint"), &ui),
        check("page: format", npm("format:check"), &ui),
        tests("page: unit tests", npm("test"), &ui),
        check("page: build", npm("build"), &ui),
        check("build", cargo("build --release --workspace --locked"), root),
        tests("tests", cargo(runner), root),
        check("doc tests", cargo("test --release --workspace --locked --no-fail-fast --doc"), root),
        check(
            "clippy",
            cargo("clippy --release --workspace --all-targets --locked -- -D warnings"),
            root,
        ),
        check("bindings", cargo("xtask bindings --check"), root),
        check("appraisal", cargo("xtask appraise"), root),
        tests("page: in a browser", npm("e2e"), &ui),
        tests("desktop", vec![root.join(DESKTOP).display().to_string()], root),
        tests("desktop: data folder", words("node", "tests/desktop/keeping.mjs"), root),
        tests("desktop: offline", words("node", "tests/desktop/offline.mjs --must"), root),
    ];

    let total = steps.len();
    let mut outcomes = Vec::with_capacity(total);
    for (index, step) in steps.iter().enumerate() {
        println!("\n== [{}/{total}] {}", index + 1, step.name);
        let outcome = if step.name == "desktop" && !root.join(DESKTOP).exists() {
            skipped(step.name, format!("there is no {DESKTOP}"))
        } else {
            step.run()?
        };
        println!("== [{}/{total}] {}", index + 1, line(&outcome));
        outcomes.push(outcome);
    }
    Ok(report(&outcomes, start))
}

fn report(outcomes: &[Outcome], start: Instant) -> ExitCode {
    println!("\n== Summary after {}", clock(start.elapsed()));
    let mut sum = Counts::default();
    for outcome in outcomes {
        println!("   {}", line(outcome));
        sum.passed += outcome.counts.passed;
        sum.failed += outcome.counts.failed;
    }
    // What is only flaky first: who looks at the end of the output looks for what failed.
    for (what, lines) in [
        (
            "failed at first and passed when tried again, to be mended",
            Failures::flaky as fn(&Failures) -> Vec<String>,
        ),
        ("failed", Failures::failed),
    ] {
        for outcome in outcomes {
            let lines = lines(&outcome.failures);
            if !lines.is_empty() {
                println!("-- {}: {what}", outcome.name);
            }
            lines.iter().for_each(|line| println!("   {line}"));
        }
    }
    println!("{} passed, {} failed", sum.passed, sum.failed);
    if sum.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn line(outcome: &Outcome) -> String {
    let Outcome { name, counts, took, skipped, .. } = outcome;
    if let Some(why) = skipped {
        return format!("{name:<20} skipped: {why}");
    }
    let Counts { passed, failed } = counts;
    let mark = if *failed == 0 { "ok    " } else { "FAILED" };
    format!("{name:<20} {mark} {passed:>5} passed {failed:>3} failed {:>14}", clock(*took))
}

fn skipped(name: &str, why: String) -> Outcome {
    Outcome {
        name: name.to_owned(),
        counts: Counts::default(),
        failures: Failures::default(),
        took: std::time::Duration::ZERO,
        skipped: Some(why),
    }
}

fn words(program: &str, args: &str) -> Vec<String> {
    std::iter::once(program).chain(args.split(' ')).map(str::to_owned).collect()
}

fn has_nextest() -> bool {
    Command::new(repo::cargo())
        .args(["nextest", "--version"])
        .current_dir(Path::new(repo::root()))
        .output()
        .is_ok_and(|out| out.status.success())
}
