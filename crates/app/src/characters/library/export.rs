//! A character out of the library, as a file for other programs.

use std::path::Path;

use api::library::ExportFormat;
use card::{Form, Spec};
use domain::{CharacterId, Problem};

use crate::app::{Answer, App};
use crate::characters::cards;
use crate::imports::dropped_files;

impl App {
    /// A file name for an export.
    pub fn export_name(&self, id: &str, format: ExportFormat) -> Answer<String> {
        let character = CharacterId(id.to_owned());
        let (bytes, file) = cards::card_bytes(&self.shelf.library, &character)?;
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
            ExportFormat::Charx => "charx",
        };
        Ok(format!("{}.{ending}", stem.trim_matches(['.', ' '])))
    }

    /// Writes a character to a file, with everything that its card carries. Answers what could not come along.
    pub fn export_character(
        &self,
        id: &str,
        format: ExportFormat,
        path: &Path,
    ) -> Answer<Vec<String>> {
        let character = CharacterId(id.to_owned());
        let (bytes, file) = cards::card_bytes(&self.shelf.library, &character)?;
        let (form, spec) = match format {
            ExportFormat::Original => {
                store::atomic::write(path, &bytes).map_err(Problem::from)?;
                return Ok(Vec::new());
            }
            ExportFormat::JsonV2 => (Form::Json, Spec::V2),
            ExportFormat::JsonV3 => (Form::Json, Spec::V3),
            ExportFormat::Png => (Form::Png, Spec::V3),
            ExportFormat::Charx => (Form::Charx, Spec::V3),
        };
        let imported = card::import(&bytes, file).map_err(Problem::from)?;
        let exported = imported.export(&bytes, form, spec).map_err(Problem::from)?;
        store::atomic::write(path, &exported.bytes).map_err(Problem::from)?;
        Ok(dropped_files::lines(&exported.warnings))
    }
}
