//! Small pictures of characters for the grid: made once of a card's picture, bounded in what they may cost, and kept in the index.

use std::io::Cursor;
use std::path::Path;

use base64::Engine as _;
use domain::{CharacterId, Problem, ProblemKind};
use image::{DynamicImage, ImageFormat, ImageReader, Limits};

use crate::app::{Answer, App};
use crate::characters;

/// The grid's cards are at most 240 CSS pixels wide; half as much again is enough for sharper screens.
const WIDTH: u32 = 360;
const HEIGHT: u32 = 540;
/// Pictures beyond this are not decoded: 40 million pixels are 160 MB already.
const MAX_SIDE: u32 = 12_000;
const MAX_DECODED: u64 = 256 << 20;

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
        let picture = characters::load(&self.shelf.library, &CharacterId(id.to_owned()))?.picture;
        let Some(picture) = picture else { return Ok(Vec::new()) };
        Ok(small(&picture).unwrap_or_else(|error| {
            tracing::warn!(character = id, %error, "no portrait");
            Vec::new()
        }))
    }

    /// A picture file as it would look as a portrait.
    pub fn preview_picture(&self, path: &str) -> Answer<String> {
        let bytes = characters::read_bounded(Path::new(path))?;
        let small = small(&bytes).map_err(|error| unusable(path, &error))?;
        Ok(data_url(&small))
    }
}

/// A picture file for a card, as PNG.
pub(crate) fn chosen_picture(path: &str) -> Result<Vec<u8>, Problem> {
    let bytes = characters::read_bounded(Path::new(path))?;
    to_png(&bytes).map_err(|error| unusable(path, &error))
}

/// A card's own picture as PNG.
pub(crate) fn png_of(picture: &[u8]) -> Result<Vec<u8>, Problem> {
    to_png(picture).map_err(|error| unusable("the card's picture", &error))
}

/// A PNG stays as it is, byte for byte; anything else is made into one.
fn to_png(bytes: &[u8]) -> Result<Vec<u8>, image::ImageError> {
    let picture = decode(bytes)?;
    if image::guess_format(bytes).is_ok_and(|format| format == ImageFormat::Png) {
        return Ok(bytes.to_vec());
    }
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png)?;
    Ok(png.into_inner())
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
pub(crate) fn small(bytes: &[u8]) -> Result<Vec<u8>, image::ImageError> {
    let picture = decode(bytes)?;
    let small = if picture.width() > WIDTH || picture.height() > HEIGHT {
        picture.thumbnail(WIDTH, HEIGHT)
    } else {
        picture
    };
    let see_through = small.color().has_alpha() && small.to_rgba8().pixels().any(|p| p.0[3] < 250);
    let mut out = Cursor::new(Vec::new());
    if see_through {
        small.to_rgba8().write_to(&mut out, ImageFormat::Png)?;
    } else {
        small.to_rgb8().write_to(&mut out, ImageFormat::Jpeg)?;
    }
    Ok(out.into_inner())
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, image::ImageError> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED);
    reader.limits(limits);
    reader.decode()
}

fn unusable(path: &str, error: &image::ImageError) -> Problem {
    Problem::new(
        ProblemKind::Unsupported,
        format!("`{path}` cannot be used as a picture: {error}"),
        "choose a PNG, JPEG or WEBP picture of at most 12,000 pixels a side",
    )
}

#[cfg(test)]
mod tests {
    use image::{Rgba, RgbaImage};

    use super::*;

    fn png(width: u32, height: u32, alpha: u8) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        let picture = RgbaImage::from_pixel(width, height, Rgba([200, 100, 50, alpha]));
        picture.write_to(&mut out, ImageFormat::Png).unwrap();
        out.into_inner()
    }

    #[test]
    fn a_portrait_is_small_and_keeps_its_shape() {
        let small = small(&png(1200, 1800, 255)).unwrap();
        let picture = image::load_from_memory(&small).unwrap();
        assert_eq!((picture.width(), picture.height()), (360, 540));
        assert!(data_url(&small).starts_with("data:image/jpeg;base64,"));
    }

    #[test]
    fn what_shines_through_still_does() {
        let small = small(&png(100, 100, 0)).unwrap();
        assert!(data_url(&small).starts_with("data:image/png;base64,"));
        assert_eq!(image::load_from_memory(&small).unwrap().to_rgba8().get_pixel(0, 0).0[3], 0);
    }

    #[test]
    fn a_picture_that_claims_to_be_enormous_is_refused_before_it_is_decoded() {
        let mut bomb = png(2, 2, 255);
        bomb[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
        let crc = crc32fast::hash(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&crc.to_be_bytes());
        let error = small(&bomb).unwrap_err();
        assert!(matches!(error, image::ImageError::Limits(_)), "{error}");
        assert!(small(b"no picture").is_err());
        assert!(small(&[]).is_err());
    }
}
