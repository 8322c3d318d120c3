//! Appraisals: a character is interviewed through the product's own prompts and engine, counted, kept, compared.

mod actor;
mod benchmark;
mod rehearsal;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

pub use appraisal::{
    Better, Cause, Change, Comparison, Extent, Figure, Interview, METRICS, Report, Verdict,
    compare, page,
};
pub use benchmark::{Benchmarked, Benchmarking, benchmark};

use appraisal::{Profile, Subjects, Transcript, language, plan};
use domain::{Lang, Problem, ProblemKind};

use crate::app::paths::Paths;

/// Largest report that is read.
const MAX_REPORT: u64 = 256 << 20;
/// Names of the files of an appraisal.
const REPORT: &str = "report.json";
const TRANSCRIPT: &str = "transcript.jsonl";

/// What is appraised, and how.
#[derive(Debug, Clone, Default)]
pub struct Appraising {
    /// A character of the library, or a card file.
    pub character: String,
    /// A chat model of the library, or a file; the one of the settings otherwise.
    pub model: Option<String>,
    /// Adapters with their strengths: names of the library, or paths.
    pub adapters: Vec<(String, f32)>,
    /// Language of the probes; the character's otherwise.
    pub lang: Option<Lang>,
    /// How much is asked.
    pub extent: Extent,
    /// Whether replies are watched; as the settings say otherwise.
    pub guard: Option<bool>,
    /// Temperature instead of the settings'.
    pub temperature: Option<f32>,
    /// She remembers what was said in the talk as in the product. Without it, recall is what the context window keeps.
    pub memory: bool,
    /// While this is true a turn of the person's own runs, and goes first.
    pub gives_way: Option<Arc<AtomicBool>>,
    /// Where the files go; below the data folder otherwise.
    pub out: Option<PathBuf>,
}

/// An appraisal that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Appraised {
    /// The figures.
    pub report: Report,
    /// Everything that was said.
    pub transcript: Transcript,
    /// Where report and transcript lie.
    pub folder: PathBuf,
}

/// Interviews a character and counts. `progress` answers whether to go on; what was said until then is counted.
///
/// # Errors
/// Where character or model cannot be loaded, or the files not written.
pub fn appraise(
    paths: &Paths,
    options: &Appraising,
    progress: &mut dyn FnMut(Interview) -> bool,
) -> Result<Appraised, Problem> {
    let mut actor = actor::Actor::new(paths, options)?;
    let lang = language(options.lang, &actor.character);
    let profile = actor.profile.clone().or(Profile::of_card(&actor.character, lang)?);
    let plan = plan(&profile, lang, options.extent)?;
    let transcript = appraisal::interview(&mut actor, &plan, progress)?;
    let of = Subjects {
        character: actor.character.name.clone(),
        model: actor.model(),
        lang: lang.code().to_owned(),
        seed: options.extent.seed,
        variant: actor.variant(options),
        machine: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
    };
    let report = appraisal::appraise(&transcript, &profile, &actor.bounds(), of);
    let folder = match &options.out {
        Some(folder) => folder.clone(),
        None => paths.dirs.root().join("appraisals").join(folder_name(&report.of)),
    };
    keep(&folder, &report, &transcript)?;
    Ok(Appraised { report, transcript, folder })
}

/// A name for the folder of an appraisal, which any file system takes.
fn folder_name(of: &Subjects) -> String {
    let text = format!("{}-{}-{}-seed{}-{}", of.character, of.model, of.lang, of.seed, of.variant);
    text.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).take(120).collect()
}

fn keep(folder: &Path, report: &Report, transcript: &Transcript) -> Result<(), Problem> {
    let failed = |path: &Path, error: &dyn std::fmt::Display| {
        Problem::new(
            ProblemKind::Disk,
            format!("`{}` could not be written: {error}", path.display()),
            "check that there is room and that you may write there, or name another folder with `--out`",
        )
    };
    std::fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    let json = serde_json::to_string_pretty(report).map_err(|error| failed(folder, &error))?;
    for (name, text) in [(TRANSCRIPT, transcript.to_lines()?), (REPORT, json)] {
        write(&folder.join(name), &text)?;
    }
    Ok(())
}

/// Writes a file beside its place and renames it once it is whole; encrypted in an encrypted data folder.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Problem> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let written = vault::seal_for(path, text.as_bytes())
        .and_then(|bytes| std::fs::write(&part, bytes))
        .and_then(|()| std::fs::rename(&part, path));
    written.map_err(|error| {
        Problem::new(
            ProblemKind::Disk,
            format!("`{}` could not be written: {error}", path.display()),
            "check that there is room and that you may write there",
        )
    })
}

/// Reads a report: the file, or the folder that holds it.
///
/// # Errors
/// Where there is none, or it is none.
pub(crate) fn read_report(path: &Path) -> Result<Report, Problem> {
    let file = if path.is_dir() { path.join(REPORT) } else { path.to_owned() };
    let bad = |kind, what: String| {
        Problem::new(kind, what, "name a folder or a `report.json` that `hanashi appraise` wrote")
    };
    let length = std::fs::metadata(&file)
        .map_err(|error| bad(ProblemKind::Missing, format!("`{}`: {error}", file.display())))?
        .len();
    if length > MAX_REPORT {
        return Err(bad(
            ProblemKind::Invalid,
            format!("`{}` is too large for a report", file.display()),
        ));
    }
    let text = vault::read(&file, MAX_REPORT)
        .map_err(|error| bad(ProblemKind::Damaged, format!("`{}`: {error}", file.display())))?;
    let report: Report = serde_json::from_slice(&text).map_err(|error| {
        bad(ProblemKind::Damaged, format!("`{}` is no report: {error}", file.display()))
    })?;
    if report.v != 1 {
        return Err(bad(
            ProblemKind::Unsupported,
            format!(
                "`{}` is a report of version {}, and this program reads 1",
                file.display(),
                report.v
            ),
        ));
    }
    Ok(report)
}

/// Compares two reports and writes the page.
///
/// # Errors
/// Where a report cannot be read or the page not written.
pub fn write_comparison(before: &Path, after: &Path, out: &Path) -> Result<Comparison, Problem> {
    let comparison = compare(&read_report(before)?, &read_report(after)?);
    write(out, &page(&comparison))?;
    Ok(comparison)
}

#[cfg(test)]
#[path = "interview/tests.rs"]
mod tests;
