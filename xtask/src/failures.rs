//! Which tests failed, read from the output of their runners, so that the end of an hour's output names them.

/// How many failures are printed with what was said of them: more are one cause, or a day's work.
const TOLD: usize = 5;
/// Lines kept of what a runner says under a failure.
const LINES: usize = 12;

/// Reads a step's output line by line.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    found: Vec<Failure>,
    at: Place,
}

/// What the lines that come belong to.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
enum Place {
    #[default]
    Elsewhere,
    /// The newest failure.
    Failure,
    /// Playwright's list of tests that passed at the second try.
    Flaky,
}

#[derive(Debug)]
struct Failure {
    name: String,
    said: Vec<String>,
    /// It passed when it was tried again.
    flaky: bool,
}

impl Failures {
    /// Takes a line without colours.
    pub(crate) fn take(&mut self, line: &str) {
        if let Some(name) = failing(line) {
            // Runners name a failure when it happens, when it happens again, and in their summary.
            let fresh = !self.found.iter().any(|failure| failure.name == name);
            self.at = if fresh { Place::Failure } else { Place::Elsewhere };
            if fresh {
                self.found.push(Failure { name: name.to_owned(), said: vec![], flaky: false });
            }
        } else if let Some(name) = flaky(line, self.at) {
            self.found.iter_mut().filter(|one| one.name == name).for_each(|one| one.flaky = true);
        } else if line.trim().split_once(' ').is_some_and(|(n, what)| number(n) && what == "flaky")
        {
            self.at = Place::Flaky;
        } else if ends(line) {
            self.at = Place::Elsewhere;
        } else if self.at == Place::Failure
            && !says_nothing(line)
            && let Some(newest) = self.found.last_mut()
        {
            newest.said.push(line.trim_end().to_owned());
            if newest.said.len() == LINES {
                self.at = Place::Elsewhere;
            }
        }
    }

    /// What the other stream of the same step said.
    pub(crate) fn add(&mut self, other: Self) {
        self.found.extend(other.found);
    }

    /// Of those that failed for good a line each, and for the first few what was said.
    pub(crate) fn failed(&self) -> Vec<String> {
        lines(self.found.iter().filter(|one| !one.flaky))
    }

    /// The same of those that passed at the second try.
    pub(crate) fn flaky(&self) -> Vec<String> {
        lines(self.found.iter().filter(|one| one.flaky))
    }
}

fn lines<'a>(failures: impl Iterator<Item = &'a Failure>) -> Vec<String> {
    failures
        .enumerate()
        .flat_map(|(index, Failure { name, said, .. })| {
            let said = if index < TOLD { said.as_slice() } else { &[] };
            std::iter::once(name.clone()).chain(said.iter().map(|line| format!("  {line}")))
        })
        .collect()
}

/// The name of the test that a line says failed.
fn failing(line: &str) -> Option<&str> {
    // cargo test: `test cue::tests::parses ... FAILED`. Nextest passes the same on, indented.
    if let Some(name) = line.strip_prefix("test ").and_then(|line| line.strip_suffix(" ... FAILED"))
    {
        return Some(name);
    }
    let line = line.trim();
    // Our own steps: `FAILED  a talk by voice: no reply came`. Vitest: `FAIL  src/lib/x.test.ts > a name`.
    if let Some(name) = line.strip_prefix("FAILED ").or_else(|| line.strip_prefix("FAIL  ")) {
        return Some(name.trim());
    }
    // Playwright, above what went wrong: `1) ../tests/ui/stage.spec.ts:10:3 › a title ─────`
    if let Some((n, name)) = line.split_once(") ")
        && number(n)
        && name.contains(" › ")
    {
        return Some(without_rule(name));
    }
    // nextest: `FAIL [   0.005s] (3/9) domain cue::tests::parses`, `TRY 1 FAIL [...] ...`
    let tried = line.strip_prefix("TRY ").and_then(|line| line.split_once(' '));
    let (what, _) = tried.map_or(line, |(_, line)| line).split_once(" [")?;
    let fails = matches!(what, "FAIL" | "LEAK-FAIL" | "TIMEOUT" | "TMT" | "ABORT")
        || what.starts_with("SIG");
    if fails { nextest_name(line) } else { None }
}

/// The name of the test that a line says passed at the second try.
fn flaky(line: &str, at: Place) -> Option<&str> {
    let line = line.trim();
    if line.starts_with("FLAKY ") {
        return nextest_name(line);
    }
    (at == Place::Flaky && line.contains(" › ")).then(|| without_rule(line))
}

/// `domain cue::tests::parses` of `FAIL [   0.005s] (3/9) domain cue::tests::parses`; the place in brackets is not in every version.
fn nextest_name(line: &str) -> Option<&str> {
    let name = line.split_once(']')?.1.trim();
    Some(match name.strip_prefix('(').and_then(|name| name.split_once(") ")) {
        Some((_, name)) => name,
        None => name,
    })
}

fn without_rule(line: &str) -> &str {
    line.trim_end_matches('─').trim_end()
}

fn number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

/// A line after which nothing more is said of a failure.
fn ends(line: &str) -> bool {
    let line = line.trim();
    let passes =
        line.starts_with("PASS [") || (line.starts_with("TRY ") && line.contains(" PASS ["));
    passes
        || ["Summary [", "stack backtrace:", "ok "].iter().any(|mark| line.starts_with(mark))
        || line.split_once(' ').is_some_and(|(n, what)| number(n) && what.starts_with("passed"))
}

/// What Rust's harness prints around every failure.
fn says_nothing(line: &str) -> bool {
    let line = line.trim();
    line.is_empty()
        || matches!(line, "stdout ───" | "stderr ───" | "running 1 test" | "failures:")
        || line.starts_with("test result: ")
        || (line.starts_with("test ") && line.ends_with(" ... FAILED"))
}

#[cfg(test)]
mod tests {
    //! The lines are real ones of the runners, shortened.

    use super::*;

    fn read(output: &str) -> Failures {
        let mut failures = Failures::default();
        output.lines().for_each(|line| failures.take(line));
        failures
    }

    #[test]
    fn nextest_tries_twice_and_each_test_is_told_once() {
        let output = "
  TRY 1 FAIL [   0.122s] (───) fl flaky
  stdout ───

    running 1 test
    test flaky ... FAILED

    failures:

    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 2 filtered out; finished in 0.11s

  stderr ───

    thread 'flaky' (1153) panicked at src/lib.rs:3:117:
    assertion `left == right` failed: first time
    stack backtrace:
       0: __rustc::rust_begin_unwind

  TRY 2 PASS [   0.006s] (1/3) fl flaky
        PASS [   0.010s] (2/3) fl good
  TRY 1 FAIL [   0.141s] (───) fl bad
  stderr ───

    thread 'bad' (1154) panicked at src/lib.rs:2:20:
    no

  TRY 2 FAIL [   0.128s] (3/3) fl bad
  stderr ───

    thread 'bad' (1160) panicked at src/lib.rs:2:20:
    no

────────────
     Summary [   0.274s] 3 tests run: 2 passed (1 flaky), 1 failed, 0 skipped
   FLAKY 2/2 [   0.006s] (1/3) fl flaky
  TRY 2 FAIL [   0.128s] (3/3) fl bad
error: test run failed";
        let failures = read(output);
        assert_eq!(
            failures.failed(),
            ["fl bad", "      thread 'bad' (1154) panicked at src/lib.rs:2:20:", "      no"]
        );
        assert_eq!(
            failures.flaky(),
            [
                "fl flaky",
                "      thread 'flaky' (1153) panicked at src/lib.rs:3:117:",
                "      assertion `left == right` failed: first time",
            ]
        );
    }

    #[test]
    fn playwright_tells_both_alike_and_parts_them_at_the_end() {
        let output = "
  ✘  2 a.spec.ts:3:1 › bad (11ms)
  ✘  3 a.spec.ts:3:1 › bad (retry #1) (15ms)

  1) a.spec.ts:3:1 › bad ──────────────────────

    Error: expect(received).toBe(expected) // Object.is equality

    Retry #1 ──────────────────────────────────

    Error: expect(received).toBe(expected) // Object.is equality

  2) a.spec.ts:4:1 › flaky ────────────────────

    Error: it was too late

  1 failed
    a.spec.ts:3:1 › bad ───────────────────────
  1 flaky
    a.spec.ts:4:1 › flaky ─────────────────────
  1 passed (3.7s)
    this › is no test";
        let failures = read(output);
        assert_eq!(failures.failed()[0], "a.spec.ts:3:1 › bad");
        assert_eq!(
            failures.flaky()[..2],
            ["a.spec.ts:4:1 › flaky", "      Error: it was too late"]
        );
        assert_eq!(failures.found.len(), 2);
    }

    #[test]
    fn every_runner_names_its_failures() {
        for (line, name) in [
            ("  TIMEOUT [ 240.002s] engine conductor::waits", "engine conductor::waits"),
            ("  SIGABRT [   0.002s] (1/2) llm kernels::adds", "llm kernels::adds"),
            ("test cue::tests::parses ... FAILED", "cue::tests::parses"),
            ("FAILED  a talk by voice: no reply came", "a talk by voice: no reply came"),
            ("FAILED the arrows between crates", "the arrows between crates"),
            (" FAIL  src/lib/wheel.test.ts > turns a page", "src/lib/wheel.test.ts > turns a page"),
        ] {
            assert_eq!(failing(line), Some(name), "{line}");
        }
        for line in [
            "test result: FAILED. 3 passed; 2 failed",
            "    test flaky ... FAILED",
            "  ✓  12 ../tests/ui/stage.spec.ts:10:3 › a title (1.2s)",
            "        PASS [   0.010s] (2/3) fl good",
            "        SLOW [> 60.000s] (2/3) fl good",
            "      at Object.open (tests/ui/harness.ts:12:3)",
            "    2) of a list",
        ] {
            assert_eq!(failing(line), None, "{line}");
        }
    }

    #[test]
    fn much_is_kept_short() {
        let said = "line\n".repeat(LINES + 20);
        let output: String = (0..TOLD + 2).map(|n| format!("FAILED  number {n}\n{said}")).collect();
        let lines = read(&output).failed();
        assert_eq!(lines.iter().filter(|line| line.starts_with("number")).count(), TOLD + 2);
        assert_eq!(lines.len(), TOLD * (LINES + 1) + 2);
    }
}
