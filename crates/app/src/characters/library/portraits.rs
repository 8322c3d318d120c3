//! Small pictures of characters for the grid: made once of a card's picture, bounded in what they may cost, and kept in the index.

use std::path::Path;

use base64::Engine as _;
use domain::{CharacterId, Problem, ProblemKind};

use crate::app::{Answer, App};
use crate::characters::{avif, cards};

/// The grid's cards are at most 240 CSS pixels wide; half as much again is enough for sharper screens.
const WIDTH: u32 = 360;
const HEIGHT: u32 = 540;

impl App {
    /// The character's small picture as a `data:` URL; `None` where it has none.
    pub fn portrait(&self, id: &str) -> Answer<Option<String>> {
        let kept = self.shelf.index.portrait(id).map_err(Problem::from)?;
        let bytes = if let Some(bytes) = kept {
            bytes
        } else {
            let made = self.make_portrait(id)?;
            self.shelf.index.keep_portrait(id, &made).map_err(Problem::from)?;
            made
        };
        Ok((!bytes.is_empty()).then(|| data_url(&bytes)))
    }

    /// Empty where there is no picture, or none that can be read: the card is good all the same.
    fn make_portrait(&self, id: &str) -> Result<Vec<u8>, Problem> {
        let picture = cards::load(&self.shelf.library, &CharacterId(id.to_owned()))?.picture;
        let Some(picture) = picture else { return Ok(Vec::new()) };
        Ok(small(&picture).unwrap_or_else(|error| {
            tracing::warn!(character = id, %error, "no portrait");
            Vec::new()
        }))
    }

    /// A small copy of an asset of the character's card as a `data:` URL; `None` where it is no picture that can be shown.
    pub fn asset_picture(&self, id: &str, asset: u32) -> Answer<Option<String>> {
        let id = CharacterId(id.to_owned());
        let (bytes, file) = cards::card_bytes(&self.shelf.library, &id)?;
        let imported = card::import(&bytes, file).map_err(Problem::from)?;
        let asset = imported.assets.get(asset as usize);
        let picture = asset.and_then(|asset| imported.asset(&bytes, asset).ok());
        Ok(picture.and_then(|picture| small(&picture).ok()).map(|small| data_url(&small)))
    }

    /// A picture file as it would look as a portrait.
    pub fn preview_picture(&self, path: &str) -> Answer<String> {
        let bytes = cards::read_bounded(Path::new(path))?;
        let small = small(&bytes).map_err(|error| unusable(path, &error))?;
        Ok(data_url(&small))
    }
}

/// A `data:` URL of a picture.
pub(crate) fn data_url(bytes: &[u8]) -> String {
    let kind = match bytes {
        [0xff, 0xd8, ..] => "image/jpeg",
        [b'R', b'I', b'F', b'F', ..] => "image/webp",
        _ => "image/png",
    };
    format!("data:{kind};base64,{}", base64::engine::general_purpose::STANDARD.encode(bytes))
}

/// A small copy: JPEG, or PNG where something shines through.
pub(crate) fn small(bytes: &[u8]) -> Result<Vec<u8>, String> {
    card::thumbnail(&avif::readable(bytes)?, WIDTH, HEIGHT)
}

fn unusable(path: &str, error: &str) -> Problem {
    Problem::new(
        ProblemKind::Unsupported,
        format!("`{path}` cannot be used as a picture: {error}"),
        "choose a PNG, JPEG, WEBP or AVIF picture of at most 8,000 pixels a side",
    )
}
