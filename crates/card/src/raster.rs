//! Pictures decoded, bounded in what they may cost: as PNG, for a card that came as WEBP or JPEG, and as the small copies of lists.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, ImageReader, Limits, Rgb, RgbImage};

use crate::asset::ending_of;

/// Widest and highest picture that is decoded, in pixels.
const MAX_SIDE: u32 = 12_000;
/// Most memory that decoding may take, in bytes: 40 million pixels are 160 MB.
const MAX_DECODED: u64 = 256 << 20;

/// A PNG, WEBP or JPEG picture as a PNG. A PNG stays as it is, byte for byte; of the others, metadata and all frames but the first stay
/// behind.
pub(crate) fn to_png(picture: &[u8]) -> Result<Vec<u8>, String> {
    let decoded = decode(picture)?;
    if ending_of(picture) == Some("png") {
        return Ok(picture.to_vec());
    }
    encode(&decoded, ImageFormat::Png)
}

/// Whether a PNG, WEBP or JPEG picture can be decoded, within the bounds.
pub(crate) fn check(picture: &[u8]) -> Result<(), String> {
    decode(picture).map(|_| ())
}

/// A copy of a PNG, WEBP or JPEG picture that is at most so wide and so high, in pixels: JPEG, or PNG where something shines through.
///
/// # Errors
/// Says why the picture cannot be decoded: no such picture, damaged, too large.
pub fn thumbnail(picture: &[u8], width: u32, height: u32) -> Result<Vec<u8>, String> {
    let picture = decode(picture)?;
    let small = if picture.width() > width || picture.height() > height {
        picture.thumbnail(width, height)
    } else {
        picture
    };
    let see_through = small.color().has_alpha() && small.to_rgba8().pixels().any(|p| p.0[3] < 250);
    if see_through {
        encode(&small.to_rgba8().into(), ImageFormat::Png)
    } else {
        encode(&small.to_rgb8().into(), ImageFormat::Jpeg)
    }
}

/// A plain picture for a card that has none.
pub(crate) fn blank() -> Vec<u8> {
    let plain = RgbImage::from_pixel(400, 600, Rgb([0x2b, 0x2f, 0x3a]));
    encode(&plain.into(), ImageFormat::Png).unwrap_or_default()
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, String> {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    let mut reader = reader.map_err(|error| error.to_string())?;
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED);
    reader.limits(limits);
    reader.decode().map_err(|error| error.to_string())
}

fn encode(picture: &DynamicImage, format: ImageFormat) -> Result<Vec<u8>, String> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).map_err(|error| error.to_string())?;
    Ok(out.into_inner())
}

#[cfg(test)]
mod tests {
    use image::{Rgba, RgbaImage};

    use super::*;

    fn fixture(name: &str) -> Vec<u8> {
        let path =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
        std::fs::read(path).unwrap()
    }

    fn size(picture: &[u8]) -> (u32, u32) {
        let picture = image::load_from_memory(picture).unwrap();
        (picture.width(), picture.height())
    }

    fn png(width: u32, height: u32, alpha: u8) -> Vec<u8> {
        let picture = RgbaImage::from_pixel(width, height, Rgba([200, 100, 50, alpha]));
        encode(&picture.into(), ImageFormat::Png).unwrap()
    }

    #[test]
    fn webp_and_jpeg_become_png() {
        assert_eq!(size(&to_png(&fixture("decimal.webp")).unwrap()), (1, 1));
        assert_eq!(size(&to_png(&fixture("exif.jpg")).unwrap()), (8, 8));
        assert_eq!(size(&blank()), (400, 600));
        assert_eq!(to_png(&png(3, 3, 9)).unwrap(), png(3, 3, 9), "a PNG stays as it is");
    }

    #[test]
    fn broken_pictures_are_errors() {
        for name in ["decimal.webp", "exif.jpg"] {
            let whole = fixture(name);
            for end in (0..whole.len()).step_by(7) {
                let _answer = to_png(&whole[..end]);
            }
        }
        assert!(to_png(b"GIF89a").is_err() && thumbnail(&[], 9, 9).is_err());
    }

    #[test]
    fn a_thumbnail_is_small_and_keeps_its_shape() {
        let small = thumbnail(&png(1200, 1800, 255), 360, 540).unwrap();
        assert_eq!((size(&small), ending_of(&small)), ((360, 540), Some("jpeg")));
    }

    #[test]
    fn what_shines_through_still_does() {
        let small = thumbnail(&png(100, 100, 0), 360, 540).unwrap();
        assert_eq!(ending_of(&small), Some("png"));
        assert_eq!(image::load_from_memory(&small).unwrap().to_rgba8().get_pixel(0, 0).0[3], 0);
    }

    #[test]
    fn a_picture_that_claims_to_be_enormous_is_refused_before_it_is_decoded() {
        let mut bomb = png(2, 2, 255);
        bomb[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
        let crc = crc32fast::hash(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&crc.to_be_bytes());
        let error = thumbnail(&bomb, 9, 9).unwrap_err();
        assert!(error.contains("imit"), "{error}");
    }
}
