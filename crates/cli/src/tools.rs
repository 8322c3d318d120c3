//! `complete`, `say`, `hear`.

use std::path::Path;
use std::process::ExitCode;

use app::Paths;
use app::terminal::Completing;
use domain::{Problem, ProblemKind, Segment, Transcript};
use serde_json::json;

use crate::arguments::Common;
use crate::print;

/// `hanashi complete`
pub(crate) fn complete(
    common: &Common,
    paths: &Paths,
    asked: &Completing<'_>,
) -> Result<ExitCode, Problem> {
    let done = app::terminal::complete(paths, asked)?;
    if common.json {
        let speed = if done.decode_ms > 0.0 {
            done.ids.len() as f32 * 1000.0 / done.decode_ms
        } else {
            0.0
        };
        print::json(&json!({
            "v": 1,
            "device": done.device,
            "notice": done.notice,
            "doubts": done.doubts,
            "prompt_ids": done.prompt_ids,
            "ids": done.ids,
            "text": done.text,
            "timings_ms": { "load": done.load_ms, "prefill": done.prefill_ms, "decode": done.decode_ms },
            "tokens_per_s": speed,
        }));
    } else {
        for told in done.notice.iter().chain(&done.doubts) {
            print::aside(told);
        }
        print::line(&done.text);
    }
    Ok(ExitCode::SUCCESS)
}

/// `hanashi complete --candidates`
pub(crate) fn candidates(
    common: &Common,
    paths: &Paths,
    asked: &Completing<'_>,
    count: usize,
) -> Result<ExitCode, Problem> {
    let (texts, doubts) = app::terminal::candidates(paths, asked, count)?;
    if common.json {
        print::json(&json!({ "v": 1, "texts": texts, "doubts": doubts }));
    } else {
        for told in &doubts {
            print::aside(told);
        }
        for (index, text) in texts.iter().enumerate() {
            print::line(&format!("{}. {text}", index + 1));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// `hanashi say`
pub(crate) fn say(
    common: &Common,
    paths: &Paths,
    text: &str,
    voice: Option<&str>,
    out: &Path,
    visemes: Option<&Path>,
) -> Result<ExitCode, Problem> {
    let said = app::terminal::say(paths, text, voice, out)?;
    if let Some(file) = visemes {
        let track = serde_json::to_string(&said.visemes).unwrap_or_default();
        std::fs::write(file, track).map_err(|error| {
            Problem::new(
                ProblemKind::Disk,
                format!("`{}` could not be written: {error}", file.display()),
                "name a file in a folder that you may write to",
            )
        })?;
    }
    let audio_ms = said.samples as u64 * 1000 / u64::from(said.rate.max(1));
    if common.json {
        print::json(&json!({
            "v": 1, "samples": said.samples, "rate": said.rate, "audio_ms": audio_ms, "wall_ms": said.wall_ms,
        }));
    } else {
        print::line(&format!("{}: {:.1} s", out.display(), audio_ms as f64 / 1000.0));
    }
    Ok(ExitCode::SUCCESS)
}

/// `hanashi hear`
pub(crate) fn hear(
    common: &Common,
    paths: &Paths,
    file: &Path,
    model: Option<&str>,
    language: Option<&str>,
) -> Result<ExitCode, Problem> {
    let transcript = app::terminal::hear(paths, file, model, language)?;
    if common.json {
        print::json(&json!({
            "v": 1,
            "text": transcript.text,
            "language": transcript.language,
            "segments": transcript.segments,
        }));
    } else {
        match rows(&transcript) {
            Ok(rows) => rows.iter().for_each(|row| print::line(row)),
            Err(nothing) => print::aside(nothing),
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What was said, by time; or that nothing was, so that an empty answer is not taken for a failure.
fn rows(transcript: &Transcript) -> Result<Vec<String>, &'static str> {
    let seconds = |ms: u64| ms as f64 / 1000.0;
    let row = |segment: &Segment| {
        format!(
            "{:7.2} {:7.2}  {}",
            seconds(segment.start_ms),
            seconds(segment.end_ms),
            segment.text
        )
    };
    let rows: Vec<String> = transcript.segments.iter().map(row).collect();
    if rows.is_empty() { Err("no speech was found in the recording") } else { Ok(rows) }
}

/// A key, from standard input so that it stands in no history of a shell.
pub(crate) fn key_from_stdin() -> Result<String, Problem> {
    let mut key = String::new();
    std::io::stdin().read_line(&mut key).map_err(|error| {
        Problem::new(
            domain::ProblemKind::Invalid,
            format!("the key could not be read: {error}"),
            "give it on standard input",
        )
    })?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_silence_it_is_said_that_nothing_was() {
        assert!(rows(&Transcript::default()).is_err_and(|told| told.contains("no speech")));
    }
}
