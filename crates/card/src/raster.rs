//! Pictures as PNG: a card that came as WEBP or JPEG leaves as one.

use std::io::Cursor;

use image::{ImageFormat, ImageReader, Limits};

/// Widest and highest picture that is converted, in pixels.
const MAX_SIDE: u32 = 16_384;
/// Most memory that a picture may take when unpacked.
const MAX_MEMORY: u64 = 512 << 20;

/// A picture (PNG, JPEG, WEBP, GIF) as a PNG. Its metadata, and all frames but the first, stay behind.
pub(crate) fn to_png(picture: &[u8]) -> Result<Vec<u8>, String> {
    let mut reader = ImageReader::new(Cursor::new(picture)).with_guessed_format().map_err(|error| error.to_string())?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let image = reader.decode().map_err(|error| error.to_string())?;
    encode(&image)
}

/// A plain picture for a card that has none.
pub(crate) fn blank() -> Vec<u8> {
    let plain = image::RgbImage::from_pixel(400, 600, image::Rgb([0x2b, 0x2f, 0x3a]));
    encode(&plain.into()).unwrap_or_default()
}

fn encode(image: &image::DynamicImage) -> Result<Vec<u8>, String> {
    let mut out = Cursor::new(Vec::new());
    image.write_to(&mut out, ImageFormat::Png).map_err(|error| error.to_string())?;
    Ok(out.into_inner())
}
