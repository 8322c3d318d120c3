//! Pictures as PNG: a card that came as WEBP or JPEG leaves as one.

use std::io::Cursor;

use image_webp::WebPDecoder;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::asset::ending_of;

/// Widest and highest picture that is converted, in pixels.
const MAX_SIDE: u32 = 8192;

/// Pixels, three or four bytes each.
struct Raster {
    width: u32,
    height: u32,
    alpha: bool,
    bytes: Vec<u8>,
}

/// A WEBP or JPEG picture as a PNG. Its metadata, and all frames but the first, stay behind.
pub(crate) fn to_png(picture: &[u8]) -> Result<Vec<u8>, String> {
    match ending_of(picture) {
        Some("webp") => encode(&webp(picture)?),
        Some("jpeg") => encode(&jpeg(picture)?),
        Some("png") => Ok(picture.to_vec()),
        _ => Err("its kind cannot be converted".into()),
    }
}

fn bounded(width: u32, height: u32) -> Result<(), String> {
    if width <= MAX_SIDE && height <= MAX_SIDE {
        Ok(())
    } else {
        Err(format!("it is {width} by {height} pixels, and {MAX_SIDE} are allowed"))
    }
}

fn webp(picture: &[u8]) -> Result<Raster, String> {
    let mut decoder = WebPDecoder::new(Cursor::new(picture)).map_err(|error| error.to_string())?;
    let (width, height) = decoder.dimensions();
    bounded(width, height)?;
    decoder.set_memory_limit(512 << 20);
    let length = decoder.output_buffer_size().ok_or("it is too large")?;
    let (alpha, mut bytes) = (decoder.has_alpha(), vec![0; length]);
    decoder.read_image(&mut bytes).map_err(|error| error.to_string())?;
    Ok(Raster { width, height, alpha, bytes })
}

fn jpeg(picture: &[u8]) -> Result<Raster, String> {
    let options = DecoderOptions::default()
        .set_max_width(MAX_SIDE as usize)
        .set_max_height(MAX_SIDE as usize)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(picture), options);
    let bytes = decoder.decode().map_err(|error| format!("{error:?}"))?;
    let info = decoder.info().ok_or("it has no size")?;
    Ok(Raster { width: info.width.into(), height: info.height.into(), alpha: false, bytes })
}

/// A plain picture for a card that has none.
pub(crate) fn blank() -> Vec<u8> {
    let (width, height) = (400, 600);
    let bytes = [0x2b, 0x2f, 0x3a].repeat((width * height) as usize);
    encode(&Raster { width, height, alpha: false, bytes }).unwrap_or_default()
}

fn encode(raster: &Raster) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, raster.width, raster.height);
    encoder.set_color(if raster.alpha { png::ColorType::Rgba } else { png::ColorType::Rgb });
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(|error| error.to_string())?;
    writer.write_image_data(&raster.bytes).map_err(|error| error.to_string())?;
    writer.finish().map_err(|error| error.to_string())?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture(name: &str) -> Vec<u8> {
        let path =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
        std::fs::read(path).unwrap()
    }

    fn size(png: &[u8]) -> (u32, u32) {
        let reader = png::Decoder::new(Cursor::new(png)).read_info().unwrap();
        (reader.info().width, reader.info().height)
    }

    #[test]
    fn webp_and_jpeg_become_png() {
        assert_eq!(size(&to_png(&fixture("decimal.webp")).unwrap()), (1, 1));
        assert_eq!(size(&to_png(&fixture("exif.jpg")).unwrap()), (8, 8));
        assert_eq!(size(&blank()), (400, 600));
    }

    #[test]
    fn broken_pictures_are_errors() {
        for name in ["decimal.webp", "exif.jpg"] {
            let whole = fixture(name);
            for end in (0..whole.len()).step_by(7) {
                let _answer = to_png(&whole[..end]);
            }
        }
        assert!(to_png(b"GIF89a").is_err());
    }
}
