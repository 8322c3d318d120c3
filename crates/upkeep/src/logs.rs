//! Log files that turn over by the day, crash reports, and their last lines for a person to look at.
//!
//! What people say is never logged above TRACE, and TRACE never goes into a file; so that a log can be sent to somebody. Paths
//! are shortened where they name the person's home.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

pub use tracing_appender::rolling::RollingFileAppender as Appender;
use tracing_appender::rolling::Rotation;

use crate::Error;

/// Days of logs that are kept.
const KEPT: usize = 7;
/// Bytes of the newest file that are shown at most.
const SHOWN: u64 = 512 << 10;
/// Crash reports that are kept.
const CRASHES: usize = 20;

/// Opens the log file of today in a folder; older ones are removed after a week.
pub fn file(folder: &Path, program: &str) -> Result<Appender, Error> {
    std::fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
    Appender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix(program)
        .filename_suffix("log")
        .max_log_files(KEPT)
        .build(folder)
        .map_err(|why| Error::Io {
            what: "open",
            path: folder.to_owned(),
            why: std::io::Error::other(why.to_string()),
        })
}

/// The last lines of the newest log file, oldest first, at most so many.
pub fn tail(folder: &Path, most: usize) -> Vec<String> {
    let Some(path) = newest(folder, "log") else { return Vec::new() };
    let read = || -> std::io::Result<Vec<u8>> {
        let mut file = File::open(&path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(SHOWN)))?;
        let mut bytes = Vec::new();
        file.take(SHOWN).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    let home = std::env::var("HOME").ok().filter(|home| home.len() > 1);
    lines[lines.len().saturating_sub(most)..]
        .iter()
        .map(|line| match &home {
            Some(home) => line.replace(home.as_str(), "~"),
            None => (*line).to_owned(),
        })
        .collect()
}

/// Crash reports of a folder, the newest first.
pub fn crashes(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "crash"))
        .collect();
    found.sort();
    found.reverse();
    found
}

/// From now on a thread that dies writes down where, in a file in `folder`, before it is reported as usual. Only the place is
/// written, and not the message: a message may hold what somebody said.
pub fn keep_crashes(folder: PathBuf, program: &'static str) {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let thread = std::thread::current().name().unwrap_or("unnamed").to_owned();
        let stack = std::backtrace::Backtrace::force_capture();
        let stamp = jiff::Timestamp::now().strftime("%Y-%m-%dT%H-%M-%S-%3fZ");
        let report = format!(
            "{program} {} on {} {}\nthread `{thread}` died at {place}\n\n{stack}\n",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH
        );
        // Nothing can be done about a report that cannot be written, least of all here.
        let _ = std::fs::create_dir_all(&folder);
        let path = folder.join(format!("{stamp}.crash"));
        let _ = File::create(path).and_then(|mut file| file.write_all(report.as_bytes()));
        for old in crashes(&folder).into_iter().skip(CRASHES) {
            let _ = std::fs::remove_file(old);
        }
        usual(panic);
    }));
}

fn newest(folder: &Path, ending: &str) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?;
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == ending))
        .max_by_key(|path| path.metadata().and_then(|data| data.modified()).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_of_the_newest_file_are_shown() {
        let folder = tempfile::tempdir().unwrap();
        assert!(tail(folder.path(), 5).is_empty());
        let mut file = file(folder.path(), "hanashi").unwrap();
        for n in 0..40_000 {
            writeln!(file, "line {n} of the log").unwrap();
        }
        file.flush().unwrap();
        let shown = tail(folder.path(), 3);
        assert_eq!(shown.last().unwrap(), "line 39999 of the log");
        assert_eq!(shown.len(), 3);
    }

    #[test]
    fn a_thread_that_dies_leaves_a_report_without_its_words() {
        let folder = tempfile::tempdir().unwrap();
        keep_crashes(folder.path().to_owned(), "test");
        let died = std::thread::Builder::new()
            .name("poet".into())
            .spawn(|| panic!("a very private word"))
            .unwrap()
            .join();
        let _default = std::panic::take_hook();
        assert!(died.is_err());
        let reports = crashes(folder.path());
        let report = std::fs::read_to_string(&reports[0]).unwrap();
        assert!(report.contains("poet") && report.contains("logs.rs"), "{report}");
        assert!(!report.contains("private"));
    }
}
