//! Files that a person drops on the window: each is recognised by its content, taken in, and reported on.

use std::path::Path;

use domain::{Problem, ProblemKind};
use models::{Imported, Kind};

use crate::adapters;
use crate::api::ImportReport;
use crate::app::App;
use crate::places::kind_name;

impl App {
    /// Takes files in, one by one; a file that is refused does not stop the others.
    pub fn import_files(&self, paths: &[String]) -> Vec<ImportReport> {
        paths.iter().map(|path| self.import_file(path, None)).collect()
    }

    /// Acts on what was taken in.
    pub(crate) fn after_import(&self, reports: &[ImportReport]) {
        let some = |kind: &str| reports.iter().any(|report| report.kind.as_deref() == Some(kind));
        if some("character") {
            self.tell_characters();
        }
        if some("voice") {
            self.parts.forget_speaker();
            self.load_voice();
        }
        if some("ears") && !self.parts.has_ears() {
            self.load_ears();
        }
    }

    /// Takes in whatever a file is.
    pub(crate) fn take_in(&self, path: &Path) -> Result<ImportReport, Problem> {
        if let Some(about) = adapters::recognise(path) {
            let name = adapters::import(&self.places, &about)?;
            return Ok(report("adapter", about.name, name, Vec::new()));
        }
        match models::recognise(path) {
            Ok(content) => self.import_model(path, kind_name(&content)),
            Err(_) => self.import_character(path).map_err(|problem| the_telling_one(path, problem)),
        }
    }

    fn import_model(&self, path: &Path, kind: &str) -> Result<ImportReport, Problem> {
        let library = self.places.model_library();
        // Voices are small and come in two files: they are copied. A model of gigabytes is used where it lies.
        let how = if kind == "voice" { models::How::Copy } else { models::How::InPlace };
        let installed = match library.import(&self.places.catalogue()?, path, how, |_| true)? {
            Imported::New(installed) | Imported::Known(installed) => installed,
            Imported::Stopped => {
                return Err(Problem::new(
                    ProblemKind::Invalid,
                    "the import was stopped",
                    "drop the file again",
                ));
            }
        };
        Ok(report(kind, installed.name, installed.id, Vec::new()))
    }
}

/// Of a file that is neither a model nor a card: which of the two refusals helps depends on what the file looks like.
pub(crate) fn the_telling_one(path: &Path, not_a_card: Problem) -> Problem {
    match models::recognise(path) {
        Err(not_a_model) if looks_like_a_model(path) => not_a_model.into(),
        _ => not_a_card,
    }
}

/// The name of a file, for people.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// What was put right in a card.
pub(crate) fn warnings(imported: &card::Imported) -> Vec<String> {
    let lines = imported.warnings.iter().map(|warning| match warning.field.as_str() {
        "" => warning.message.clone(),
        field => format!("{field}: {}", warning.message),
    });
    lines.collect()
}

/// The report on a file that was not taken in.
pub(crate) fn refused(file: String, problem: Problem) -> ImportReport {
    ImportReport {
        file,
        kind: None,
        name: String::new(),
        id: String::new(),
        warnings: Vec::new(),
        problem: Some(problem.into()),
    }
}

/// Kinds of file that nobody would take for a character card.
fn looks_like_a_model(path: &Path) -> bool {
    let ending = path
        .extension()
        .map(|ending| ending.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    ["gguf", "bin", "ggml", "onnx", "safetensors", "pt", "pth"].contains(&ending.as_str())
        || models::recognise(path).is_ok_and(|content| content.kind() != Kind::Voice)
}

/// The report on something that was taken in.
pub(crate) fn report(kind: &str, name: String, id: String, warnings: Vec<String>) -> ImportReport {
    ImportReport {
        file: String::new(),
        kind: Some(kind.to_owned()),
        name,
        id,
        warnings,
        problem: None,
    }
}
