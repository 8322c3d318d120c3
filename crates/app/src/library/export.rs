//! A character out of the library, as a file for other programs.

use std::path::Path;

use card::Spec;
use domain::{CharacterId, Problem, ProblemKind};

use super::portraits;
use crate::api::library::ExportFormat;
use crate::app::{Answer, App};
use crate::characters;

impl App {
    /// A file name for an export.
    pub fn export_name(&self, id: &str, format: ExportFormat) -> Answer<String> {
        let character = CharacterId(id.to_owned());
        let (bytes, file) = characters::card_bytes(&self.shelf.library, &character)?;
        let name = card::import(&bytes, file).map_err(Problem::from)?.character.name;
        let stem: String = name
            .chars()
            .map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c })
            .take(80)
            .collect();
        let ending = match format {
            ExportFormat::Original => file.rsplit_once('.').map_or("json", |(_, ending)| ending),
            ExportFormat::JsonV2 | ExportFormat::JsonV3 => "json",
            ExportFormat::Png => "png",
        };
        Ok(format!("{}.{ending}", stem.trim_matches(['.', ' '])))
    }

    /// Writes a character to a file.
    pub fn export_character(&self, id: &str, format: ExportFormat, path: &Path) -> Answer<()> {
        let character = CharacterId(id.to_owned());
        let (bytes, file) = characters::card_bytes(&self.shelf.library, &character)?;
        let out = match format {
            ExportFormat::Original => bytes,
            ExportFormat::JsonV2 => import(&bytes, file)?.to_json(Spec::V2),
            ExportFormat::JsonV3 => import(&bytes, file)?.to_json(Spec::V3),
            ExportFormat::Png => as_png(&import(&bytes, file)?, &bytes)?,
        };
        Ok(store::atomic::write(path, &out).map_err(Problem::from)?)
    }
}

fn import(bytes: &[u8], file: &str) -> Result<card::Imported, Problem> {
    Ok(card::import(bytes, file)?)
}

/// The card in its own picture.
fn as_png(imported: &card::Imported, bytes: &[u8]) -> Result<Vec<u8>, Problem> {
    let picture = imported.picture.as_ref().map(|range| &bytes[range.clone()]);
    let picture = picture.ok_or_else(|| {
        Problem::new(
            ProblemKind::Invalid,
            format!("`{}` has no picture to put the card into", imported.character.name),
            "choose a portrait in the editor first, or export JSON",
        )
    })?;
    Ok(imported.to_png(&portraits::png_of(picture)?, Spec::V3)?)
}
