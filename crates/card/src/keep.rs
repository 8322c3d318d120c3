//! An edited card back into the kind of file that it came in, so that saving loses nothing of what only that file could hold: an archive
//! stays an archive with all its files, a picture stays that picture.

use crate::asset::{self, Asset, Place};
use crate::container::png_text;
use crate::{Container, Error, Exported, Form, Imported, MAX_ASSET_BYTES, Spec, raster};

/// The name of the icon that is the portrait, by the specification.
const MAIN: &str = "main";

impl Imported {
    /// Exchanges the character's picture for a PNG, JPEG or WEBP. In an archive it becomes the main icon, elsewhere the picture that the
    /// card is in.
    ///
    /// # Errors
    /// [`Error::NoAsset`] where the picture cannot be read.
    pub fn set_portrait(&mut self, picture: &[u8]) -> Result<(), Error> {
        let png = raster::to_png(picture)
            .map_err(|reason| Error::NoAsset { name: "portrait".to_owned(), reason })?;
        let in_archive = matches!(self.container, Container::Charx | Container::Zip);
        let ext = asset::ending_of(picture).unwrap_or("png");
        let main = self.assets.iter_mut().find(|asset| asset.is_main_icon());
        match main {
            // What it was is no longer named, and goes.
            Some(main) if in_archive => main.replace(ext, picture),
            None if in_archive => self.assets.push(Asset::new("icon", MAIN, ext, picture)),
            Some(main) => {
                "ccdefault:".clone_into(&mut main.uri);
                "png".clone_into(&mut main.ext);
                main.settle(Place::Default);
            }
            None => {}
        }
        // A picture that was a card itself must not bring that along.
        let png = png_text::without_cards(&png).unwrap_or(png);
        self.new_picture = (!in_archive).then_some(png);
        Ok(())
    }

    /// The file to keep after edits, and which kind it is: CHARX and other archives stay what they are, so do PNG and APNG; WEBP and JPEG,
    /// which are only read, become PNG; texts become JSON, or PNG where they have got a picture. `file` is the file that was imported
    /// (empty for a card made here).
    ///
    /// # Errors
    /// [`Error::Damaged`] where `file` is not the file that was imported.
    pub fn save(&self, file: &[u8]) -> Result<(Form, Exported), Error> {
        let form = match self.container {
            Container::Charx | Container::Zip => Form::Charx,
            Container::Png | Container::Apng | Container::Webp | Container::Jpeg => Form::Png,
            Container::Json | Container::Yaml | Container::Text => match self.new_picture {
                Some(_) => Form::Png,
                None => Form::Json,
            },
        };
        Ok((form, self.export(file, form, self.needed_spec())?))
    }

    /// The card keeps its specification, unless that has no room for what was written: an edited V1 becomes V2, which has the old fields
    /// beside the new ones; everything becomes V3 for assets and for what only V3 cards say.
    fn needed_spec(&self) -> Spec {
        let needs_v3 = self.details != self.original.details || self.assets != self.original.assets;
        match self.spec {
            _ if needs_v3 => Spec::V3,
            Spec::V1 if self.says_otherwise() => Spec::V2,
            spec => spec,
        }
    }
}

impl Asset {
    /// Exchanges the bytes. What the card says of it beside them stays.
    pub fn replace(&mut self, ext: &str, bytes: &[u8]) {
        let new = Self::new(&self.kind, &self.name, ext, bytes);
        *self = Self { origin: self.origin, ..new };
    }

    /// Points it at another address, as a card says it; the bytes that it had are no longer named.
    pub fn point_to(&mut self, uri: &str) {
        uri.clone_into(&mut self.uri);
        self.settle(asset::place_of(uri));
    }

    /// An asset that is only an address.
    pub fn at_address(kind: &str, name: &str, uri: &str, ext: &str) -> Self {
        let place = asset::place_of(uri);
        Self::at(kind.to_owned(), name.to_owned(), uri.to_owned(), ext.to_owned(), place)
    }

    /// Whether it is the one that a program shows as the portrait.
    pub fn is_main_icon(&self) -> bool {
        self.kind.eq_ignore_ascii_case("icon") && self.name.eq_ignore_ascii_case(MAIN)
    }

    /// The file ending for bytes: what they are, else what the file is called. `None` for nothing that a card should carry.
    pub fn ending_for(bytes: &[u8], file: &str) -> Option<String> {
        if bytes.is_empty() || bytes.len() > MAX_ASSET_BYTES {
            return None;
        }
        if let Some(known) = asset::ending_of(bytes) {
            return Some(known.to_owned());
        }
        let ending = asset::ending(file);
        (!ending.is_empty() && ending.len() <= 10).then_some(ending)
    }
}
