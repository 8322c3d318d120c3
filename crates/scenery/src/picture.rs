//! A picture as it is kept: JPEG, opaque, no larger than a stage needs.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageReader, Limits, RgbImage, Rgba, RgbaImage};

use crate::avif;

/// Largest file that is read, in bytes.
const MAX_BYTES: usize = 32 << 20;
/// Longest side that is decoded, in pixels.
pub(crate) const MAX_SIDE: u32 = 8192;
/// Most memory that decoding may take, in bytes.
const MAX_DECODED: u64 = 512 << 20;
/// Longest side that is kept.
const KEPT_SIDE: u32 = 1920;
/// Longest side of one in a list.
const SMALL_SIDE: u32 = 320;
/// Of JPEG, of 100.
const QUALITY: u8 = 88;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It is longer than a picture may be.
    #[error("it has {0} bytes, more than a picture may have (32 MiB)")]
    TooLong(usize),
    /// It is no picture, a damaged one, or one that is too large.
    #[error("it is no picture that can be read: {0}")]
    Unreadable(#[from] image::ImageError),
    /// It has more pixels than a picture may have.
    #[error("it has {0} × {1} pixels, more than a picture may have")]
    TooLarge(u32, u32),
    /// It is a damaged AVIF picture.
    #[error("it is no picture that can be read: {0}")]
    Avif(String),
    /// Its head could not be read.
    #[error("it is no picture that can be read: {0}")]
    Head(#[from] std::io::Error),
}

/// A picture that may be kept and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// A JPEG file.
    pub jpeg: Vec<u8>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl Picture {
    /// Reads a PNG, JPEG, WebP or AVIF file of anybody's, within bounds, and makes it small enough to be kept.
    ///
    /// # Errors
    /// Where it is none, damaged, or too large.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let decoded = decode(bytes)?;
        let decoded = if decoded.width().max(decoded.height()) > KEPT_SIDE {
            decoded.resize(KEPT_SIDE, KEPT_SIDE, FilterType::Triangle)
        } else {
            decoded
        };
        // What is transparent has the stage's own dark behind it.
        let mut ground = RgbaImage::from_pixel(
            decoded.width(),
            decoded.height(),
            Rgba([0x2a, 0x1c, 0x18, 0xff]),
        );
        image::imageops::overlay(&mut ground, &decoded.to_rgba8(), 0, 0);
        Self::of(&DynamicImage::ImageRgba8(ground).to_rgb8())
    }

    /// The same for a list: at most 320 pixels wide.
    ///
    /// # Errors
    /// Where it is no JPEG.
    pub fn small(&self) -> Result<Vec<u8>, Error> {
        let decoded = decode(&self.jpeg)?;
        let small = decoded.resize(SMALL_SIDE, SMALL_SIDE, FilterType::Triangle);
        Ok(Self::of(&small.to_rgb8())?.jpeg)
    }

    /// Whether a file begins like a picture that can be read: PNG, JPEG, WebP, AVIF.
    pub fn is_one(bytes: &[u8]) -> bool {
        use image::ImageFormat::{Jpeg, Png, WebP};
        avif::is_one(bytes)
            || image::guess_format(bytes).is_ok_and(|format| matches!(format, Png | Jpeg | WebP))
    }

    /// Width and height of a file, without decoding it.
    ///
    /// # Errors
    /// Where it is no picture, or says no size.
    pub fn size_of(bytes: &[u8]) -> Result<(u32, u32), Error> {
        if avif::is_one(bytes) {
            return avif::size_of(bytes);
        }
        Ok(ImageReader::new(Cursor::new(bytes)).with_guessed_format()?.into_dimensions()?)
    }

    /// Encodes a picture that was made here.
    pub(crate) fn of(image: &RgbImage) -> Result<Self, Error> {
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(image)?;
        Ok(Self { jpeg, width: image.width(), height: image.height() })
    }
}

/// An AVIF picture as a PNG, transparent where it was; `None` for any other file. For whatever keeps pictures as they came and has
/// readers, or engines of pages, that do not know AVIF.
///
/// # Errors
/// Where it is an AVIF picture that is damaged or too large (32 MiB, 40 million pixels).
pub fn png_of_avif(bytes: &[u8]) -> Result<Option<Vec<u8>>, Error> {
    if !avif::is_one(bytes) {
        return Ok(None);
    }
    let mut png = Cursor::new(Vec::new());
    decode(bytes)?.write_to(&mut png, image::ImageFormat::Png)?;
    Ok(Some(png.into_inner()))
}

/// Decodes a file; its size is known before anything is allocated for it.
pub(crate) fn decode(bytes: &[u8]) -> Result<DynamicImage, Error> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::TooLong(bytes.len()));
    }
    if avif::is_one(bytes) {
        return avif::decode(bytes);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED);
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    reader.limits(limits);
    Ok(reader.decode()?)
}
