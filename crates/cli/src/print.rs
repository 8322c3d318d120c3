//! The only place that writes to the terminal.
//!
//! A terminal that was closed (`| head`) is no reason to panic: what cannot be written is dropped. What could not be written for
//! another reason, such as a full disk, is remembered, and the program does not end well.
//!
//! Names and texts come from strangers' files and from models. On a terminal their control characters are shown, not obeyed; a file
//! or another program gets them as they are. JSON says the same with them escaped.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;

use domain::{Problem, ProblemKind};
use serde_json::Value;

/// Why a part of the output is missing.
static LOST: OnceLock<String> = OnceLock::new();

/// That a part of the output could not be written, where that is so.
pub(crate) fn lost() -> Option<Problem> {
    let why = LOST.get()?;
    Some(Problem::new(
        ProblemKind::Disk,
        format!("the output could not be written to its end: {why}"),
        "free some space where it goes, then run the command again",
    ))
}

/// A result for machines: one JSON value on one line.
pub(crate) fn json(value: &Value) {
    let text = value.to_string();
    let text = if io::stdout().is_terminal() { escaped(&text) } else { text };
    out(&format!("{text}\n"));
}

/// A line for people, on standard output.
pub(crate) fn line(text: &str) {
    let text = seen(text, io::stdout().is_terminal());
    out(&format!("{text}\n"));
}

/// Text without a line end, shown at once.
pub(crate) fn part(text: &str) {
    out(&seen(text, io::stdout().is_terminal()));
}

/// Something on the side: progress, notices.
pub(crate) fn aside(text: &str) {
    let text = seen(text, io::stderr().is_terminal());
    beside(&format!("{text}\n"));
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
    if io::stderr().is_terminal() {
        beside(&format!("\r\x1b[K{}", seen(text, true)));
    } else {
        beside(&format!("{text}\n"));
    }
}

/// What a terminal would obey: control characters but for lines and tabs, and those that turn the direction of writing round, which
/// would show the rest of the line as something else.
fn obeyed(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text as a terminal may have it: control characters as signs for them, those of the direction as unknown ones, the line ends of
/// Windows as line ends.
fn seen(text: &str, terminal: bool) -> Cow<'_, str> {
    if !terminal || !text.contains(obeyed) {
        return Cow::Borrowed(text);
    }
    let sign = |c: char| match c {
        c if !obeyed(c) => c,
        '\0'..='\x1f' => char::from_u32(0x2400 + c as u32).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\x7f' => '␡',
        _ => char::REPLACEMENT_CHARACTER,
    };
    Cow::Owned(text.replace("\r\n", "\n").chars().map(sign).collect())
}

/// The same JSON without what a terminal would obey; `serde_json` escapes no more than it must.
fn escaped(json: &str) -> String {
    let escape = |c: char| match c {
        c if obeyed(c) => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    };
    if json.contains(obeyed) { json.chars().map(escape).collect() } else { json.to_owned() }
}

fn out(text: &str) {
    if let Some(why) = written(&mut io::stdout(), text) {
        let _kept = LOST.set(why);
    }
}

fn beside(text: &str) {
    let _nobody_to_tell = written(&mut io::stderr(), text);
}

/// Writes at once; why it could not, unless the reader has gone.
fn written(terminal: &mut impl Write, text: &str) -> Option<String> {
    let error = terminal.write_all(text.as_bytes()).and_then(|()| terminal.flush()).err()?;
    (error.kind() != io::ErrorKind::BrokenPipe).then(|| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_not_told_what_to_do_by_a_name() {
        let name = "Eve\x1b]0;x\x07\r\u{202e}gnp.\u{9b}2J\n\tkind 琴 עברית";
        assert_eq!(seen(name, true), "Eve␛]0;x␇␍\u{fffd}gnp.\u{fffd}2J\n\tkind 琴 עברית");
        assert_eq!(seen(name, false), name, "a file gets what it is");
        assert_eq!(seen("plain", true), "plain");
        assert_eq!(seen("one\r\ntwo\r\x1b", true), "one\ntwo␍␛");
    }

    #[test]
    fn json_on_a_terminal_says_the_same_and_tells_it_nothing() {
        let value = serde_json::json!({ "name": "Eve\u{9b}2J\x7f\x1b]0;x\u{202e} 琴\n" });
        let text = escaped(&value.to_string());
        assert!(!text.contains(obeyed) && text.contains('琴'), "{text:?}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn a_reader_that_has_gone_is_no_failure_and_a_full_disk_is_one() {
        struct Refuses(io::ErrorKind);
        impl Write for Refuses {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(self.0.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        assert_eq!(written(&mut Refuses(io::ErrorKind::BrokenPipe), "x"), None);
        assert!(written(&mut Refuses(io::ErrorKind::StorageFull), "x").is_some());
        assert_eq!(written(&mut Vec::<u8>::new(), "x"), None);
    }
}
