//! One step of a run: a command whose output streams through while the test counts in it are read.
//!
//! The runners' own summaries are counted, so that the closing line says how many tests ran and not how many commands did.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::failures::Failures;

/// What came of a step.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Name as printed.
    pub(crate) name: String,
    /// How many tests (or, for a check, the check itself) passed and failed.
    pub(crate) counts: Counts,
    /// Which tests failed, as far as their runner names them.
    pub(crate) failures: Failures,
    /// Wall time.
    pub(crate) took: Duration,
    /// Why nothing ran, where nothing did.
    pub(crate) skipped: Option<String>,
}

/// Tests passed and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Passed.
    pub(crate) passed: u64,
    /// Failed.
    pub(crate) failed: u64,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// A command with its folder and environment.
#[derive(Debug, Clone)]
pub(crate) struct Step<'a> {
    /// Name as printed.
    pub(crate) name: &'a str,
    /// Program and arguments.
    pub(crate) command: Vec<String>,
    /// Where it runs.
    pub(crate) dir: &'a Path,
    /// Environment on top of ours.
    pub(crate) env: Vec<(&'a str, &'a str)>,
    /// Fails unless at least one test was counted: a suite that found no tests did not pass.
    pub(crate) must_count: bool,
}

impl Step<'_> {
    /// Runs it, printing its output as it comes.
    pub(crate) fn run(&self) -> Result<Outcome> {
        self.run_to(std::io::stdout(), std::io::stderr())
    }

    fn run_to(&self, out: impl Write, err: impl Write + Send) -> Result<Outcome> {
        let start = Instant::now();
        let (ok, mut counts, failures) = self.stream(out, err)?;
        if self.must_count && ok && counts.passed == 0 {
            println!("{}: no test ran", self.name);
            counts.failed += 1;
        }
        // A command that counts nothing is itself one check; one that failed outside its tests (it did not compile, say)
        // must not look green because the tests before it passed.
        match (ok, counts) {
            (true, Counts { passed: 0, failed: 0 }) => counts.passed = 1,
            (false, Counts { failed: 0, .. }) => counts.failed = 1,
            _ => {}
        }
        Ok(Outcome {
            name: self.name.to_owned(),
            counts,
            failures,
            took: start.elapsed(),
            skipped: None,
        })
    }

    fn stream(
        &self,
        to_out: impl Write,
        to_err: impl Write + Send,
    ) -> Result<(bool, Counts, Failures)> {
        let (program, args) = self.command.split_first().context("a step without a command")?;
        let mut child = Command::new(program)
            .args(args)
            .current_dir(self.dir)
            .envs(self.env.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("could not start `{program}`"))?;
        let out = child.stdout.take().context("no stdout")?;
        let err = child.stderr.take().context("no stderr")?;
        let (counts, failures) = std::thread::scope(|scope| {
            let err = scope.spawn(|| pass_on(err, to_err));
            let (mut counts, mut failures) = pass_on(out, to_out);
            let (more_counts, more_failures) = err.join().unwrap_or_default();
            counts.add(more_counts);
            failures.add(more_failures);
            (counts, failures)
        });
        Ok((child.wait()?.success(), counts, failures))
    }
}

/// Copies lines through, counts the tests they report, and keeps which failed.
fn pass_on(from: impl Read, mut to: impl Write) -> (Counts, Failures) {
    let mut from = BufReader::new(from);
    let (mut line, mut counts, mut failures) = (Vec::new(), Counts::default(), Failures::default());
    while matches!(from.read_until(b'\n', &mut line), Ok(n) if n > 0) {
        // A closed terminal must not end the run: the counts still matter to whoever waits for the exit code.
        let _ = to.write_all(&line).and_then(|()| to.flush());
        let plain = without_colours(&String::from_utf8_lossy(&line));
        counts.add(summary(&plain));
        failures.take(&plain);
        line.clear();
    }
    (counts, failures)
}

/// Reads one line of output (without colours) as the summary of a test runner, if it is one.
fn summary(line: &str) -> Counts {
    // What nextest passes on of a test that failed is indented, and counted in its own summary.
    let cargo_test = line.starts_with("test result: ");
    let line = line.trim();
    let ours = cargo_test
        || (line.starts_with("Summary [") && line.contains("tests run:")) // nextest
        || (line.starts_with("Summary [") && line.contains("test run:"))
        || (line.starts_with("Tests ") && line.contains("passed")) // vitest
        || (line.starts_with("Tests ") && line.contains("failed"))
        || playwright(line)
        || (line.starts_with("# ") && line.contains(" passed, ")); // our own: `# desktop: 3 passed, 0 failed`
    if !ours {
        return Counts::default();
    }
    let mut counts = Counts { passed: before(line, "passed"), failed: before(line, "failed") };
    if line.starts_with("Summary [") {
        counts.failed += before(line, "timed out");
    } else if line.ends_with(" flaky") {
        counts.passed = before(line, "flaky");
    }
    counts
}

/// Playwright prints `12 passed (3.4s)`, `1 failed` and `1 flaky` on lines of their own.
fn playwright(line: &str) -> bool {
    let mut words = line.split(' ');
    let number = words
        .next()
        .is_some_and(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()));
    let what = words.next();
    let rest = words.next();
    number
        && match what {
            Some("passed") => rest.is_none_or(|word| word.starts_with('(')),
            Some("failed" | "flaky") => rest.is_none(),
            _ => false,
        }
}

/// The number in front of a word: 3 in `3 failed`.
fn before(line: &str, word: &str) -> u64 {
    line.find(word)
        .and_then(|at| line[..at].trim_end().rsplit(|c: char| !c.is_ascii_digit()).next())
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}

fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            for c in chars.by_ref() {
                if c.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            plain.push(c);
        }
    }
    plain
}

/// `75 s` or `12 min 03 s`.
pub(crate) fn clock(took: Duration) -> String {
    match took.as_secs() {
        s @ 0..120 => format!("{s} s"),
        s => format!("{} min {:02} s", s / 60, s % 60),
    }
}

#[cfg(test)]
mod tests {
    //! The summaries are real lines of the runners.

    use super::*;

    #[track_caller]
    fn check(line: &str, passed: u64, failed: u64) {
        assert_eq!(summary(&without_colours(line)), Counts { passed, failed }, "{line}");
    }

    #[test]
    fn the_summaries_of_the_runners_are_counted() {
        check(
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            12,
            0,
        );
        check(
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 7 filtered out",
            3,
            2,
        );
        check(
            "     Summary [   0.174s] 150 tests run: 148 passed (1 slow), 2 failed, 3 skipped",
            148,
            2,
        );
        check("     Summary [   9.1s] 4 tests run: 3 passed, 1 timed out, 0 skipped", 3, 1);
        check("     Summary [   0.1s] 1 test run: 1 passed, 0 skipped", 1, 0);
        check(
            "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m31 passed\u{1b}[39m\u{1b}[22m\u{1b}[90m (31)\u{1b}[39m",
            31,
            0,
        );
        check("      Tests  1 failed | 30 passed (31)", 30, 1);
        check("  14 passed (22.4s)", 14, 0);
        check("  2 failed", 0, 2);
        check("  1 flaky", 1, 0);
        check(
            "     Summary [   0.274s] 3 tests run: 2 passed (1 flaky), 1 failed, 0 skipped",
            2,
            1,
        );
        check("# tidy: 9 passed, 1 failed", 9, 1);
    }

    #[test]
    fn other_lines_are_not() {
        check("running 12 tests", 0, 0);
        check(" Test Files  3 passed (3)", 0, 0);
        check("    [chromium] › stage.spec.ts: 3 failed attempts", 0, 0);
        check("12 passed examples were found", 0, 0);
        check(
            "    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 2 filtered out",
            0,
            0,
        );
        check("        PASS [   0.005s] domain cue::tests::passed", 0, 0);
    }

    #[test]
    fn a_failing_command_is_never_green() {
        let step = |script: &str, must_count| {
            Step {
                name: "t",
                command: ["sh", "-c", script].map(str::to_owned).to_vec(),
                dir: Path::new("/"),
                env: vec![],
                must_count,
            }
            .run_to(std::io::sink(), std::io::sink())
            .unwrap()
            .counts
        };
        assert_eq!(step("true", false), Counts { passed: 1, failed: 0 });
        assert_eq!(step("false", false), Counts { passed: 0, failed: 1 });
        assert_eq!(step("true", true), Counts { passed: 0, failed: 1 });
        assert_eq!(step("echo '  5 passed (1s)'; exit 3", true), Counts { passed: 5, failed: 1 });
    }
}
