//! Character cards, for the terminal: what is in them, in another form, and what a round trip loses.

use std::path::{Path, PathBuf};

use card::{Form, Spec, Warning};
use domain::{Problem, ProblemKind};
use serde::Serialize;
use store::{CharacterFolder, Library};

use crate::app::Paths;
use crate::characters::cards;
use crate::characters::library::file_name_for;
use crate::imports::dropped_files::Source;

/// Most files of a folder that are checked.
const MAX_FILES: usize = 20_000;

/// What is in a card file.
#[derive(Debug, Clone, Serialize)]
pub struct CardReport {
    /// The file.
    pub file: String,
    /// `json`, `yaml`, `text`, `png`, `apng`, `webp`, `jpeg`, `charx`, `zip`.
    pub container: card::Container,
    /// Whose format: `card` for a character card, else the other program's.
    pub dialect: card::Dialect,
    /// `v1`, `chara_card_v2`, `chara_card_v3`.
    pub spec: Spec,
    /// Name of the character.
    pub name: String,
    /// First messages.
    pub greetings: Vec<String>,
    /// Entries of its lorebook.
    pub lore_entries: usize,
    /// Phrases that the character never says.
    pub never_says: Vec<String>,
    /// Words for what it cannot know of.
    pub outside: Vec<String>,
    /// Files it names or carries; the data of `data:` addresses is left out.
    pub assets: Vec<card::Asset>,
    /// What was coerced or lost.
    pub warnings: Vec<Warning>,
}

/// A card that was taken into the library.
#[derive(Debug, Clone, Serialize)]
pub struct CardTaken {
    /// The file.
    pub file: String,
    /// The character's folder in the library.
    pub character: String,
    /// Name of the character.
    pub name: String,
    /// The very same card was there already; nothing was written.
    pub known: bool,
    /// What was coerced or lost.
    pub warnings: Vec<Warning>,
}

/// Adds the character of a card file, or one of the characters in it, to the library.
///
/// # Errors
/// Whatever [`card::import`] refuses, and a folder that cannot be written.
pub fn import_card(paths: &Paths, file: &Path) -> Result<CardTaken, Problem> {
    let (bytes, name) = Source::of(&file.to_string_lossy()).read()?;
    let imported = card::import(&bytes, &name)?;
    let library = Library::new(paths.dirs.characters(), Some(paths.shipped_characters()));
    let stored_as = file_name_for(&bytes, &name);
    // By the size first: a library may hold gigabytes.
    let as_long = |folder: &CharacterFolder| {
        let there = folder.path.join(stored_as).metadata();
        there.is_ok_and(|there| there.len() == bytes.len() as u64)
    };
    let same = |folder: &CharacterFolder| {
        as_long(folder)
            && matches!(library.read(&folder.id, stored_as), Ok(Some(there)) if there == bytes)
    };
    let twin = library.list().into_iter().find(same);
    let known = twin.is_some();
    let id = match twin {
        Some(twin) => twin.id,
        None => library.add(&imported.character.name, &[(stored_as, &bytes)])?,
    };
    Ok(CardTaken {
        file: file.display().to_string(),
        character: id.0,
        name: imported.character.name,
        known,
        warnings: imported.warnings,
    })
}

/// The cards that a file means: itself, or each of the characters in it as `pack.zip!/ann.png`.
pub fn cards_in(file: &Path) -> Vec<PathBuf> {
    let members = Source::of(&file.to_string_lossy()).members();
    if members.is_empty() {
        return vec![file.to_owned()];
    }
    members.into_iter().map(PathBuf::from).collect()
}

/// Reads a card file, or one of the characters in it.
pub fn inspect_card(file: &Path) -> Result<CardReport, Problem> {
    let (bytes, name) = Source::of(&file.to_string_lossy()).read()?;
    let imported = card::import(&bytes, &name)?;
    let mut assets = imported.assets.clone();
    for asset in &mut assets {
        asset.uri = asset.short_uri().to_owned();
    }
    Ok(CardReport {
        file: file.display().to_string(),
        container: imported.container,
        dialect: imported.dialect,
        spec: imported.spec,
        lore_entries: imported.lore_entries(),
        name: imported.character.name,
        greetings: imported.character.greetings,
        never_says: imported.character.never_says,
        outside: imported.character.outside,
        assets,
        warnings: imported.warnings,
    })
}

/// A card that was written in another form.
#[derive(Debug, Clone, Serialize)]
pub struct Converted {
    /// The file that was read.
    pub file: String,
    /// The file that was written.
    pub out: String,
    /// Its size.
    pub bytes: usize,
    /// What was coerced on the way in, and what could not come along on the way out.
    pub warnings: Vec<Warning>,
}

/// Writes a card in the form that the ending of `out` names: V3, or V2 where that is asked for.
pub fn convert_card(file: &Path, out: &Path, v2: bool) -> Result<Converted, Problem> {
    let spec = if v2 { Spec::V2 } else { Spec::V3 };
    let ending = out.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let form = match ending.to_ascii_lowercase().as_str() {
        "json" => Form::Json,
        "png" | "apng" => Form::Png,
        "charx" => Form::Charx,
        _ => {
            return Err(Problem::new(
                ProblemKind::Unsupported,
                format!("a card cannot be written as `{}`", out.display()),
                "give the file an ending that says how: .json, .png, .apng or .charx",
            ));
        }
    };
    let (bytes, name) = Source::of(&file.to_string_lossy()).read()?;
    let imported = card::import(&bytes, &name)?;
    let mut exported = imported.export(&bytes, form, spec)?;
    store::atomic::write(out, &exported.bytes).map_err(Problem::from)?;
    let mut warnings = imported.warnings;
    warnings.append(&mut exported.warnings);
    Ok(Converted {
        file: file.display().to_string(),
        out: out.display().to_string(),
        bytes: exported.bytes.len(),
        warnings,
    })
}

/// What became of a folder of cards.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CardsChecked {
    /// Files looked at.
    pub files: usize,
    /// Cards among them.
    pub imported: usize,
    /// What is no card, or a damaged one, and why.
    pub refused: Vec<Refused>,
    /// What was coerced or lost on the way in.
    pub warnings: Vec<FileWarning>,
    /// What does not survive being written and read again, in any form.
    pub round_trip_losses: Vec<FileLoss>,
    /// Texts of other programs' cards that stand in no field where a person would look.
    pub unmapped: Vec<FilePath>,
}

/// A file that is no card.
#[derive(Debug, Clone, Serialize)]
pub struct Refused {
    /// The file.
    pub file: String,
    /// Why.
    pub reason: String,
}

/// A warning about a file.
#[derive(Debug, Clone, Serialize)]
pub struct FileWarning {
    /// The file.
    pub file: String,
    /// What it is about.
    #[serde(flatten)]
    pub warning: Warning,
}

/// Something that a round trip lost.
#[derive(Debug, Clone, Serialize)]
pub struct FileLoss {
    /// The file.
    pub file: String,
    /// What, and in which form.
    #[serde(flatten)]
    pub loss: card::Loss,
}

/// A place in a file.
#[derive(Debug, Clone, Serialize)]
pub struct FilePath {
    /// The file.
    pub file: String,
    /// Where in it.
    pub path: String,
}

/// Imports every file under a folder, writes it in every form, and reads it again.
pub fn check_cards(dir: &Path) -> Result<CardsChecked, Problem> {
    let mut paths = Vec::new();
    collect(dir, &mut paths).map_err(|error| {
        Problem::new(
            ProblemKind::Missing,
            format!("`{}` could not be read: {error}", dir.display()),
            "name a folder with card files in it",
        )
    })?;
    paths.sort();
    let mut report = CardsChecked::default();
    for path in paths.into_iter().take(MAX_FILES) {
        check_one(&path, &mut report);
    }
    Ok(report)
}

fn check_one(path: &Path, report: &mut CardsChecked) {
    let file = path.display().to_string();
    report.files += 1;
    let read = cards::read_bounded(path).and_then(|bytes| {
        let card = card::import(&bytes, &file_name(path))?;
        Ok((bytes, card))
    });
    let (bytes, card) = match read {
        Ok(read) => read,
        Err(problem) => return report.refused.push(Refused { file, reason: problem.message }),
    };
    report.imported += 1;
    let warning = |warning: &Warning| FileWarning { file: file.clone(), warning: warning.clone() };
    report.warnings.extend(card.warnings.iter().map(warning));
    let unmapped = card::unmapped_texts(&card).into_iter();
    report.unmapped.extend(unmapped.map(|path| FilePath { file: file.clone(), path }));
    let losses = card::round_trip_losses(&card, &bytes, &file_name(path)).unwrap_or_else(|error| {
        vec![card::Loss { written_as: "file".into(), path: error.to_string() }]
    });
    report
        .round_trip_losses
        .extend(losses.into_iter().map(|loss| FileLoss { file: file.clone(), loss }));
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// The files of a folder and of the folders in it; links are not followed.
fn collect(dir: &Path, into: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            collect(&entry.path(), into)?;
        } else if kind.is_file() && into.len() < MAX_FILES {
            into.push(entry.path());
        }
    }
    Ok(())
}
