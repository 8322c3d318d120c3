//! Files that a person drops on the window: each is recognised by its content, taken in, and reported on.

use std::path::Path;
use std::sync::Arc;

use domain::{Problem, ProblemKind};
use models::{Imported, Kind};

use crate::api::{AppEvent, ImportReport};
use crate::app::App;
use crate::characters;
use crate::places::kind_name;

impl App {
    /// Takes files in, one by one; a file that is refused does not stop the others.
    pub fn import_files(&self, paths: &[String]) -> Vec<ImportReport> {
        let reports: Vec<ImportReport> =
            paths.iter().map(|path| self.import_file(Path::new(path))).collect();
        if reports.iter().any(|report| report.kind.as_deref() == Some("character")) {
            self.tell_characters();
        }
        if reports.iter().any(|report| report.kind.as_deref() == Some("voice")) {
            self.parts.forget_speaker();
            self.load_voice();
        }
        if !self.parts.has_ears()
            && reports.iter().any(|report| report.kind.as_deref() == Some("ears"))
        {
            self.load_ears();
        }
        reports
    }

    /// Takes files in that came with the start of the program, and puts the first character among them on stage.
    pub fn import_in_background(self: &Arc<Self>, paths: Vec<String>) {
        let app = Arc::clone(self);
        let started = std::thread::Builder::new().name("import".to_owned()).spawn(move || {
            let reports = app.import_files(&paths);
            for report in &reports {
                if let Some(problem) = &report.problem {
                    app.hub.send(AppEvent::Notice { problem: problem.clone() });
                }
            }
            let character =
                reports.iter().find(|report| report.kind.as_deref() == Some("character"));
            if let Some(report) = character
                && let Err(problem) = app.select_character(&report.id)
            {
                app.hub.send(AppEvent::Notice { problem });
            }
        });
        if let Err(error) = started {
            tracing::error!(%error, "files given at the start were not imported");
        }
    }

    fn import_file(&self, path: &Path) -> ImportReport {
        let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let taken = match models::recognise(path) {
            Ok(content) => self.import_model(path, kind_name(&content)),
            Err(not_a_model) => match self.import_character(path) {
                // Neither: which of the two refusals helps depends on what the file looks like.
                Err(_) if looks_like_a_model(path) => Err(not_a_model.into()),
                taken => taken,
            },
        };
        match taken {
            Ok(report) => ImportReport { file, ..report },
            Err(problem) => ImportReport {
                file,
                kind: None,
                name: String::new(),
                id: String::new(),
                warnings: Vec::new(),
                problem: Some(problem.into()),
            },
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

    fn import_character(&self, path: &Path) -> Result<ImportReport, Problem> {
        let imported = characters::read_card(path)?;
        let name = imported.character.name.clone();
        let bytes = characters::read_bounded(path)?;
        let stored_as = characters::file_name_for(&imported);
        let id = self.library.add(&name, &[(stored_as, &bytes)])?;
        let warnings = imported
            .warnings
            .iter()
            .map(|warning| match warning.field.as_str() {
                "" => warning.message.clone(),
                field => format!("{field}: {}", warning.message),
            })
            .collect();
        Ok(report("character", name, id.to_string(), warnings))
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

fn report(kind: &str, name: String, id: String, warnings: Vec<String>) -> ImportReport {
    ImportReport {
        file: String::new(),
        kind: Some(kind.to_owned()),
        name,
        id,
        warnings,
        problem: None,
    }
}
