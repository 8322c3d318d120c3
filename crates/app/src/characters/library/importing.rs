//! Taking files in, one at a time, so that the page can show each before and after: what it is, who it may be already, what was put
//! right. The page goes through the files and may stop between any two.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use api::library::{ImportPreview, Twin};
use api::{AppEvent, ImportReport};
use domain::{CharacterId, Problem};
use store::{Marks, Query};

use super::portraits::{data_url, small};
use super::reading::{self, CARD_FILES, digest, file_name_for};
use crate::app::paths::kind_name;
use crate::app::{Answer, App};
use crate::imports::dropped_files::{self, Source, refused};
use crate::imports::{chat_formats, not_characters};
use crate::prompting::maker;

/// Most files that one drop may be.
const MAX_FILES: usize = 20_000;
/// Folders within folders that are looked into.
const MAX_DEPTH: usize = 6;
/// Longest greeting of a preview, in characters.
const GREETING: usize = 1_200;

impl App {
    /// The files that paths mean: files as they are, folders as the files in them, folders that are models as themselves. At most 20,000; hidden ones are left out.
    pub fn expand_paths(&self, paths: &[String]) -> Vec<String> {
        expand(paths)
    }

    /// Looks at a file without taking it in.
    pub fn preview_import(&self, path: &str) -> ImportPreview {
        let source = Source::of(path);
        let file = dropped_files::file_name(Path::new(path));
        let path = source.path.as_path();
        let blank = ImportPreview {
            path: source.to_string(),
            file,
            kind: None,
            name: String::new(),
            creator: String::new(),
            format: String::new(),
            bytes: std::fs::metadata(path).map(|data| data.len() as f64).unwrap_or_default(),
            greeting: String::new(),
            tagline: String::new(),
            greetings: 0,
            lore_entries: 0,
            assets: 0,
            tags: Vec::new(),
            picture: None,
            warnings: Vec::new(),
            problem: None,
            twin: None,
            messages: 0,
            talks: 0,
            swipes: 0,
            to_choose: false,
            target: None,
            members: source.members(),
        };
        if !blank.members.is_empty() {
            return blank;
        }
        let model = models::meant(path);
        if let Ok(content) = models::recognise(&model) {
            let kind = Some(kind_name(&content).to_owned());
            let (models::Content::Folder { files, .. } | models::Content::Pictures { files, .. }) =
                &content
            else {
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                return ImportPreview { kind, name, ..blank };
            };
            let sizes = files.iter().filter_map(|file| file.metadata().ok());
            let bytes = sizes.map(|data| data.len() as f64).sum();
            return ImportPreview { kind, name: dropped_files::file_name(&model), bytes, ..blank };
        }
        let read = match source.read() {
            Ok(read) => read,
            Err(problem) => return ImportPreview { problem: Some(problem.into()), ..blank },
        };
        if chat_formats::is_risu(&read.0)
            && let Some(preview) = self.preview_other(&read.0, &read.1, &blank)
        {
            return preview;
        }
        match self.preview_card(&read, &blank) {
            Ok(preview) => preview,
            Err(problem) => {
                match not_characters::may_be(&problem)
                    .then(|| Self::preview_scenery(&read.0, &blank))
                {
                    Some(Ok(Some(preview))) => return preview,
                    Some(Err(problem)) => {
                        return ImportPreview { problem: Some(problem.into()), ..blank };
                    }
                    Some(Ok(None)) | None => {}
                }
                if not_characters::may_be(&problem)
                    && let Some(preview) = self.preview_other(&read.0, &read.1, &blank)
                {
                    return preview;
                }
                let problem = dropped_files::the_telling_one(path, problem);
                ImportPreview { problem: Some(problem.into()), ..blank }
            }
        }
    }

    fn preview_card(
        &self,
        (bytes, file): &(Vec<u8>, String),
        blank: &ImportPreview,
    ) -> Result<ImportPreview, Problem> {
        let imported = card::import(bytes, file)?;
        let character = &imported.character;
        let picture = imported.portrait(bytes);
        let persona = crate::app::lock(&self.settings).get().persona();
        let names = prompt::Names { char: character.short_name(), user: &persona.name };
        let greeting = character.greetings.first().map(String::as_str).unwrap_or_default();
        let greeting: String = greeting.chars().take(GREETING).collect();
        Ok(ImportPreview {
            kind: Some("character".to_owned()),
            name: character.name.clone(),
            creator: character.creator.clone(),
            format: format_name(imported.spec, file_name_for(bytes, file)),
            greeting: delivery::shown(&names.expand(&greeting)).text,
            tagline: reading::tagline(character),
            greetings: character.greetings.len() as u32,
            lore_entries: imported.lore_entries() as u32,
            assets: imported.assets.len() as u32,
            tags: character.tags.iter().take(64).cloned().collect(),
            // A picture that cannot be shown does not spoil the card.
            picture: picture.and_then(|picture| small(&picture).ok()).map(|small| data_url(&small)),
            warnings: dropped_files::warnings(&imported),
            twin: self.twin(&character.name, &character.creator, &digest(bytes)),
            ..blank.clone()
        })
    }

    /// Who of the library this may be: the same file, else the same name (by the same creator, where both say so).
    fn twin(&self, name: &str, creator: &str, digest: &str) -> Option<Twin> {
        let everybody =
            self.shelf.index.search(&Query::default(), &Marks::default(), &HashMap::default());
        let (name, creator) = (store::fold(name), store::fold(creator));
        let same_name = |card: &&std::sync::Arc<store::Card>| {
            let other = store::fold(&card.creator);
            store::fold(&card.name) == name
                && (creator.is_empty() || other.is_empty() || creator == other)
        };
        let same_file = everybody.cards.iter().find(|card| card.digest == digest);
        let found = same_file.or_else(|| everybody.cards.iter().find(same_name))?;
        Some(Twin {
            id: found.id.clone(),
            name: found.name.clone(),
            same_file: same_file.is_some(),
            built_in: found.built_in,
        })
    }

    /// Takes a file in. A card takes the place of the card of the character `into`, whose old one goes into the trash; what is no card
    /// is given to that character.
    pub fn import_file(&self, path: &str, into: Option<&str>) -> ImportReport {
        let source = Source::of(path);
        let file = dropped_files::file_name(Path::new(path));
        let taken = match into {
            Some(id) => self.replace_card(&source, &CharacterId(id.to_owned())),
            None => self.take_in(&source, None),
        };
        let report = match taken {
            Ok(report) => ImportReport { file, ..report },
            Err(problem) => refused(file, problem),
        };
        self.after_import(std::slice::from_ref(&report));
        report
    }

    fn replace_card(&self, source: &Source, id: &CharacterId) -> Result<ImportReport, Problem> {
        let (bytes, file) = source.read()?;
        if chat_formats::is_risu(&bytes)
            && let Some(report) = self.take_other(source, Some(&id.0))?
        {
            return Ok(report);
        }
        let imported = match card::import(&bytes, &file) {
            Ok(imported) => imported,
            Err(error) => {
                let refusal = Problem::from(error);
                let other = not_characters::may_be(&refusal)
                    .then(|| self.take_other(source, Some(&id.0)))
                    .transpose()?;
                return other.flatten().ok_or(refusal);
            }
        };
        let stored_as = file_name_for(&bytes, &file);
        self.shelf.library.replace(id, &[(stored_as, &bytes)], CARD_FILES)?;
        self.shelf.refresh(id);
        self.reload_if_on_stage(id)?;
        let name = imported.character.name.clone();
        Ok(dropped_files::report(
            "character",
            name,
            id.0.clone(),
            dropped_files::warnings(&imported),
        ))
    }

    /// Adds a card as a new character, whoever is there already.
    pub(crate) fn import_character(&self, source: &Source) -> Result<ImportReport, Problem> {
        let (bytes, file) = source.read()?;
        let imported = card::import(&bytes, &file)?;
        let name = imported.character.name.clone();
        let id = self.shelf.library.add(&name, &[(file_name_for(&bytes, &file), &bytes)])?;
        self.shelf.refresh(&id);
        Ok(dropped_files::report("character", name, id.0, dropped_files::warnings(&imported)))
    }

    /// Files that came with the start of the program, or from a second start of it: the page shows them before they are taken in.
    pub fn open_files(&self, paths: Vec<String>) {
        self.hub.send(AppEvent::FilesOpened { paths });
    }

    /// The number of tokens of each text, as the loaded model counts; `None` while there is none.
    pub fn count_tokens(&self, texts: &[String]) -> Answer<Option<Vec<u32>>> {
        Ok(maker::count(&self.parts, texts))
    }
}

/// `V2, png`.
pub(super) fn format_name(spec: card::Spec, stored_as: &str) -> String {
    let spec = match spec {
        card::Spec::V1 => "V1",
        card::Spec::V2 => "V2",
        card::Spec::V3 => "V3",
        _ => "?",
    };
    let ending = stored_as.rsplit_once('.').map_or("", |(_, ending)| ending);
    format!("{spec}, {ending}")
}

/// The files of some paths: folders with all that is in them.
pub(crate) fn expand(paths: &[String]) -> Vec<String> {
    let mut files = Vec::new();
    for path in paths {
        walk(Path::new(path), MAX_DEPTH, &mut files);
    }
    files.into_iter().map(|path| path.display().to_string()).collect()
}

fn walk(path: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    if files.len() >= MAX_FILES {
        return;
    }
    if !path.is_dir() || models::is_folder(path) {
        files.push(path.to_owned());
        return;
    }
    let Some(depth) = depth.checked_sub(1) else { return };
    let Ok(entries) = std::fs::read_dir(path) else { return };
    let mut inside: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
        // A link within a folder may lead in circles.
        .filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_symlink()))
        .map(|entry| entry.path())
        .collect();
    inside.sort();
    for path in inside {
        walk(&path, depth, files);
    }
}
