//! Files that a person drops on the window: each is recognised by its content, taken in, and reported on.

use std::path::{Path, PathBuf};

use api::{AppEvent, ImportReport};
use domain::{Problem, ProblemKind};
use models::{Imported, Kind};

use crate::app::App;
use crate::app::paths::kind_name;
use crate::characters::cards;
use crate::imports::{chat_formats, not_characters};
use crate::models::adapters;
use crate::stage::{own_scenery, painter};

impl App {
    /// Takes files in, one by one; a file that is refused does not stop the others. Of a file with several characters, all.
    pub fn import_files(&self, paths: &[String]) -> Vec<ImportReport> {
        let all = paths.iter().flat_map(|path| {
            let members = Source::of(path).members();
            if members.is_empty() { vec![path.clone()] } else { members }
        });
        all.map(|path| self.import_file(&path, None)).collect()
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
        if ["place", "music", "ambience", "effect"].iter().any(|kind| some(kind)) {
            self.hub.send(AppEvent::SceneryChanged);
        }
        if some("ears") && !self.parts.has_ears() {
            self.load_ears();
        }
    }

    /// Takes in whatever a file is. `into` is the character that something is given to that is none itself.
    pub(crate) fn take_in(
        &self,
        source: &Source,
        into: Option<&str>,
    ) -> Result<ImportReport, Problem> {
        if let Some(about) = adapters::recognise(&source.path) {
            let name = adapters::import(&self.paths, &about)?;
            return Ok(report("adapter", about.name, name, Vec::new()));
        }
        let model = models::meant(&source.path);
        if let Ok(content) = models::recognise(&model) {
            painter::check(&content, &model)?;
            return self.import_model(&model, kind_name(&content));
        }
        // A card could be seen in it.
        if source.member.is_none()
            && chat_formats::is_risu_file(&source.path)
            && let Some(report) = self.take_other(source, into)?
        {
            return Ok(report);
        }
        let refusal = match self.import_character(source) {
            Ok(report) => return Ok(report),
            Err(problem) => problem,
        };
        if not_characters::may_be(&refusal)
            && let Some(report) = self.take_other(source, into)?
        {
            return Ok(report);
        }
        Err(the_telling_one(&source.path, refusal))
    }

    fn import_model(&self, path: &Path, kind: &str) -> Result<ImportReport, Problem> {
        let library = self.paths.model_library();
        // Voices are small and come in two files: they are copied. A model of gigabytes is used where it lies.
        let how = if kind == "voice" { models::How::Copy } else { models::How::InPlace };
        let installed = match library.import(&self.paths.catalogue()?, path, how, |_| true)? {
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

/// What stands between a file and the character in it that is meant.
const WITHIN: &str = "!/";

/// A file, or one of the characters in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) member: Option<String>,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.member {
            Some(member) => write!(f, "{}{WITHIN}{member}", self.path.display()),
            None => write!(f, "{}", self.path.display()),
        }
    }
}

impl Source {
    /// What a path means: a file, or `pack.zip!/ann.png` for one of the characters in a file.
    pub(crate) fn of(path: &str) -> Self {
        let whole = Self { path: PathBuf::from(path), member: None };
        if whole.path.exists() {
            return whole;
        }
        let parts = path.match_indices(WITHIN).find_map(|(at, _)| {
            let file = Path::new(&path[..at]);
            file.is_file().then(|| (file.to_owned(), path[at + WITHIN.len()..].to_owned()))
        });
        parts.map_or(whole, |(path, member)| Self { path, member: Some(member) })
    }

    /// The bytes, and a name for them.
    pub(crate) fn read(&self) -> Result<(Vec<u8>, String), Problem> {
        let bytes = cards::read_bounded(&self.path)?;
        let file = file_name(&self.path);
        match &self.member {
            Some(member) => Ok(card::member(&bytes, &file, member)?),
            None => Ok((bytes, file)),
        }
    }

    /// The characters, or the places and sounds, in a file that holds several, as paths.
    pub(crate) fn members(&self) -> Vec<String> {
        if self.member.is_some() {
            return Vec::new();
        }
        let ending = self.path.extension().unwrap_or_default().to_string_lossy();
        let may_hold = ["zip", "json", "charx", ""].contains(&ending.to_ascii_lowercase().as_str());
        if !may_hold {
            return Vec::new();
        }
        let Ok(bytes) = cards::read_bounded(&self.path) else { return Vec::new() };
        let path = self.path.display();
        let characters = card::members(&bytes).into_iter().map(|member| member.place);
        let mut paths: Vec<String> = characters.collect();
        if paths.is_empty() && ending == "zip" {
            paths = own_scenery::members(&bytes, &file_name(&self.path));
        }
        paths.into_iter().map(|place| format!("{path}{WITHIN}{place}")).collect()
    }
}

/// Of a file that is neither a model nor a card: which of the two refusals helps depends on what the file looks like.
pub(crate) fn the_telling_one(path: &Path, not_a_card: Problem) -> Problem {
    match models::recognise(&models::meant(path)) {
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
    lines(&imported.warnings)
}

/// Warnings as lines.
pub(crate) fn lines(warnings: &[card::Warning]) -> Vec<String> {
    let lines = warnings.iter().map(|warning| match warning.field.as_str() {
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
        known: false,
    }
}

/// Kinds of file that nobody would take for a character card.
fn looks_like_a_model(path: &Path) -> bool {
    if path.is_dir() {
        return true;
    }
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
        known: false,
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn a_path_may_mean_a_character_within_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let pack = folder.path().join("odd!name.json");
        let list = r#"[{"name":"Ann","first_mes":"Hi."},{"name":"Ben","first_mes":"Yo."}]"#;
        std::fs::write(&pack, list).unwrap();
        let members = Source::of(&pack.display().to_string()).members();
        assert_eq!(members.len(), 2);
        let ben = Source::of(&members[1]);
        assert_eq!(ben.path, pack);
        let (bytes, name) = ben.read().unwrap();
        assert_eq!(card::import(&bytes, &name).unwrap().character.name, "Ben");
        assert!(ben.members().is_empty());
        let gone = Source::of("/nowhere/x.zip!/a.png");
        assert!(gone.member.is_none() && gone.read().is_err() && gone.members().is_empty());
    }
}
