//! An edited document back into its card: `card` writes what differs, so that what was not edited comes out as it came in.

use std::path::Path;

use api::editor::{AssetRow, CardDocument};
use card::{Asset, Imported};
use domain::{Problem, ProblemKind};

use super::{document, lorebook};
use crate::characters::{avif, cards};
use crate::imports::dropped_files;

/// Puts the document's edits on the card it was made of. Answers whether there were any.
pub(crate) fn apply(imported: &mut Imported, new: &CardDocument) -> Result<bool, Problem> {
    let old = document::of(imported);
    imported.character = document::character(new, &imported.character);
    if (&old.group_greetings, &old.notes) != (&new.group_greetings, &new.notes) {
        imported.details = document::details(new, &imported.details);
    }
    if old.book != new.book {
        imported.book = new.book.as_ref().map(|book| {
            let raw = imported.book.clone().unwrap_or_else(|| serde_json::json!({}));
            lorebook::write(&raw, &old.book.clone().unwrap_or_default(), book)
        });
    }
    if old.assets != new.assets {
        let assets = std::mem::take(&mut imported.assets);
        imported.assets =
            new.assets.iter().map(|row| asset(row, &assets)).collect::<Result<_, _>>()?;
    }
    if !new.portrait.is_empty() {
        let bytes = cards::read_bounded(Path::new(&new.portrait))?;
        let unusable = |error: String| {
            Problem::new(
                ProblemKind::Unsupported,
                format!("`{}` cannot be used as a picture: {error}", new.portrait),
                "choose a PNG, JPEG, WEBP or AVIF picture of at most 8,000 pixels a side",
            )
        };
        let picture = avif::readable(&bytes).map_err(unusable)?;
        imported.set_portrait(&picture).map_err(|error| unusable(error.to_string()))?;
    }
    Ok(imported.is_edited())
}

/// The asset that a row of the editor describes.
fn asset(row: &AssetRow, before: &[Asset]) -> Result<Asset, Problem> {
    let origin = row.origin.and_then(|at| before.get(at as usize));
    let mut asset = match origin {
        Some(asset) => asset.clone(),
        None => Asset::at_address(&row.kind, &row.name, &row.uri, &row.ext),
    };
    let as_it_was = document::row(&asset);
    row.kind.trim().clone_into(&mut asset.kind);
    row.name.clone_into(&mut asset.name);
    if !row.file.is_empty() {
        let path = Path::new(&row.file);
        let (bytes, file) = (cards::read_bounded(path)?, dropped_files::file_name(path));
        let ext = Asset::ending_for(&bytes, &file).ok_or_else(|| {
            Problem::new(
                ProblemKind::Unsupported,
                format!("`{file}` cannot be put into a card"),
                format!(
                    "choose a picture or sound of at most {} MB, with an ending",
                    card::MAX_ASSET_BYTES >> 20
                ),
            )
        })?;
        asset.replace(&ext, &bytes);
        return Ok(asset);
    }
    if row.uri != as_it_was.uri {
        asset.point_to(&row.uri);
    }
    row.ext.trim().trim_start_matches('.').clone_into(&mut asset.ext);
    Ok(asset)
}
