//! AVIF pictures: the container by `avif-parse`, AV1 by `re_rav1d` (dav1d in Rust, without its assembly), colours here. A file is hostile
//! input: its size is known before anything is decoded, decoders have bounds of their own, and one that panics has met a damaged file.
//! The container's reader has none: it copies every extent that the table of items names, so that table is looked over first.

use std::panic::{AssertUnwindSafe, catch_unwind};

use avif_parse::AvifData;
use image::{DynamicImage, RgbaImage};
use re_rav1d::dav1d::pixel::{MatrixCoefficients, YUVRange};
use re_rav1d::dav1d::{
    Decoder, Error as Av1Error, Picture as Frame, PixelLayout, PlanarImageComponent, Settings,
};

use crate::picture::{Error, MAX_SIDE};

/// Most pixels that are decoded: with 16 bits a sample and the picture that is made of them, below the half of a gigabyte that others may take.
const MAX_PIXELS: u32 = 40 << 20;
/// How many bytes of a file say what it is.
const BRANDS: usize = 64;

/// The items of a file may have so many times its length together: a few that share bytes, and no more.
const MOST_TIMES: u64 = 8;

/// Whether a file begins like an AVIF picture.
pub(crate) fn is_one(bytes: &[u8]) -> bool {
    let [_, _, _, _, b'f', b't', b'y', b'p', brands @ ..] = bytes else { return false };
    brands[..brands.len().min(BRANDS)].chunks_exact(4).any(|brand| brand == b"avif")
}

/// Width and height, without decoding.
pub(crate) fn size_of(bytes: &[u8]) -> Result<(u32, u32), Error> {
    guarded(|| size(&parsed(bytes)?))
}

/// Decodes a picture, within bounds.
pub(crate) fn decode(bytes: &[u8]) -> Result<DynamicImage, Error> {
    guarded(|| {
        let file = parsed(bytes)?;
        let (width, height) = size(&file)?;
        if width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS {
            return Err(Error::TooLarge(width, height));
        }
        let colours = frame(&file.primary_item)?;
        let alpha = file.alpha_item.as_deref().map(frame).transpose()?;
        Ok(DynamicImage::ImageRgba8(painted(&colours, alpha.as_ref())))
    })
}

fn guarded<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(given_up()))
}

fn given_up() -> Error {
    Error::Avif("the decoder gave it up".to_owned())
}

fn parsed(bytes: &[u8]) -> Result<AvifData, Error> {
    if !is_bounded(bytes) {
        return Err(given_up());
    }
    avif_parse::read_avif(&mut &*bytes).map_err(|error| Error::Avif(error.to_string()))
}

/// Whether what would be copied is in proportion: a table of some kilobytes can name the same megabytes sixty thousand times.
fn is_bounded(bytes: &[u8]) -> bool {
    let most = bytes.len() as u64 * MOST_TIMES;
    claimed(bytes, most).is_some_and(|claimed| claimed <= most)
}

/// How many bytes all items have by their table (`iloc`, ISO/IEC 14496-12, 8.11.3), counted until they are more than `most`; `None` where
/// there is none, or it is cut off.
fn claimed(bytes: &[u8], most: u64) -> Option<u64> {
    let meta = content(bytes, b"meta")?;
    let table = content(meta.get(4..)?, b"iloc")?;
    let version = number(table, 0, 1)?;
    let mut at = 4;
    let mut next = |count: usize| {
        let read = number(table, at, count);
        at += count;
        read
    };
    let (sizes, others) = (next(1)? as usize, next(1)? as usize);
    let (offset, length, base) = (sizes >> 4, sizes & 15, others >> 4);
    let index = if version == 0 { 0 } else { others & 15 };
    let id = if version == 2 { 4 } else { 2 };
    let method = if version == 0 { 0 } else { 2 };
    let mut sum = 0_u64;
    for _ in 0..next(id)? {
        // Its number, how it is kept (from version 1 on), in which file, and from where.
        next(id + method + 2 + base)?;
        for _ in 0..next(2)? {
            next(index + offset)?;
            // Without a length it goes on to the end.
            let long = Some(next(length)?).filter(|long| *long > 0);
            sum = sum.saturating_add(long.unwrap_or(bytes.len() as u64));
            // An extent may take no byte of the table, so that the table does not bound their number.
            if sum > most {
                return Some(sum);
            }
        }
    }
    Some(sum)
}

/// What is in the first box of a name.
fn content<'a>(mut bytes: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    loop {
        let (head, size) = match number(bytes, 0, 4)? {
            1 => (16, number(bytes, 8, 8)?),
            size => (8, size),
        };
        let size = usize::try_from(size).ok()?;
        let inside = bytes.get(head..size)?;
        if bytes.get(4..8)? == name {
            return Some(inside);
        }
        bytes = &bytes[size..];
    }
}

/// A number of so many bytes, the highest first.
fn number(bytes: &[u8], at: usize, count: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(count)?)?;
    Some(bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
}

fn size(file: &AvifData) -> Result<(u32, u32), Error> {
    let told = file.primary_item_metadata().map_err(|error| Error::Avif(error.to_string()))?;
    Ok((told.max_frame_width.get(), told.max_frame_height.get()))
}

/// The one picture of an item.
fn frame(item: &[u8]) -> Result<Frame, Error> {
    let failed = |error: Av1Error| Error::Avif(error.to_string());
    let mut settings = Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_frame_size_limit(MAX_PIXELS);
    let mut decoder = Decoder::with_settings(&settings).map_err(failed)?;
    match decoder.send_data(item.to_vec(), None, None, None) {
        Ok(()) | Err(Av1Error::Again) => decoder.get_picture().map_err(failed),
        Err(error) => Err(failed(error)),
    }
}

/// A plane of samples, each between 0 and 1.
struct Plane<'a> {
    bytes: &'a [u8],
    stride: usize,
    wide: bool,
    highest: f32,
    /// The coordinates of the picture are halved so often.
    halved: (u32, u32),
}

impl Plane<'_> {
    /// The sample of a pixel; black beyond the plane.
    fn at(&self, x: u32, y: u32) -> f32 {
        let (x, y) = ((x >> self.halved.0) as usize, (y >> self.halved.1) as usize);
        let sample = if self.wide {
            let at = y * self.stride + 2 * x;
            self.bytes.get(at..at + 2).map_or(0, |two| u16::from_le_bytes([two[0], two[1]]))
        } else {
            self.bytes.get(y * self.stride + x).copied().unwrap_or_default().into()
        };
        f32::from(sample) / self.highest
    }
}

fn painted(frame: &Frame, alpha: Option<&Frame>) -> RgbaImage {
    let halved = match frame.pixel_layout() {
        PixelLayout::I420 => (1, 1),
        PixelLayout::I422 => (1, 0),
        PixelLayout::I400 | PixelLayout::I444 => (0, 0),
    };
    let grey = frame.pixel_layout() == PixelLayout::I400;
    let luma = frame.plane(PlanarImageComponent::Y);
    let chroma = (!grey)
        .then(|| (frame.plane(PlanarImageComponent::U), frame.plane(PlanarImageComponent::V)));
    let y = plane(frame, luma.as_ref(), PlanarImageComponent::Y, (0, 0));
    let uv = chroma.as_ref().map(|(u, v)| {
        let of = |bytes| plane(frame, bytes, PlanarImageComponent::U, halved);
        (of(u.as_ref()), of(v.as_ref()))
    });
    let clear = alpha.map(|one| (one, one.plane(PlanarImageComponent::Y)));
    let clear = clear.as_ref().map(|(one, bytes)| {
        let levels = Levels::of(one);
        (plane(one, bytes.as_ref(), PlanarImageComponent::Y, (0, 0)), levels)
    });
    let (levels, matrix) = (Levels::of(frame), frame.matrix_coefficients());
    let byte = |value: f32| (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
    RgbaImage::from_fn(frame.width(), frame.height(), |px, py| {
        let light = levels.luma(y.at(px, py));
        let [r, g, b] = match &uv {
            None => [light; 3],
            // Green, blue and red as they are.
            Some((u, v)) if matrix == MatrixCoefficients::Identity => {
                [levels.luma(v.at(px, py)), light, levels.luma(u.at(px, py))]
            }
            Some((u, v)) => {
                let (kr, kb) = weights(matrix);
                let (cb, cr) = (levels.chroma(u.at(px, py)), levels.chroma(v.at(px, py)));
                let r = light + 2.0 * (1.0 - kr) * cr;
                let b = light + 2.0 * (1.0 - kb) * cb;
                [r, (light - kr * r - kb * b) / (1.0 - kr - kb), b]
            }
        };
        let a = clear.as_ref().map_or(1.0, |(plane, levels)| levels.luma(plane.at(px, py)));
        image::Rgba([byte(r), byte(g), byte(b), byte(a)])
    })
}

fn plane<'a>(
    frame: &Frame,
    bytes: &'a [u8],
    component: PlanarImageComponent,
    halved: (u32, u32),
) -> Plane<'a> {
    let depth = frame.bits_per_component().map_or(8, |bits| bits.0);
    let stride = frame.stride(component) as usize;
    Plane { bytes, stride, wide: depth > 8, highest: ((1_u32 << depth) - 1) as f32, halved }
}

/// Where black and white lie between 0 and 1.
#[derive(Clone, Copy)]
enum Levels {
    Full,
    /// 16 to 235 of 255, and 16 to 240 for colours.
    Limited,
}

impl Levels {
    fn of(frame: &Frame) -> Self {
        if frame.color_range() == YUVRange::Full { Self::Full } else { Self::Limited }
    }

    fn luma(self, value: f32) -> f32 {
        match self {
            Self::Full => value,
            Self::Limited => (value * 255.0 - 16.0) / 219.0,
        }
    }

    /// Between -0.5 and 0.5.
    fn chroma(self, value: f32) -> f32 {
        match self {
            Self::Full => value - 128.0 / 255.0,
            Self::Limited => (value * 255.0 - 128.0) / 224.0,
        }
    }
}

/// How much of the light is red, and blue. What a file does not say is BT.601, as its format has it.
fn weights(matrix: MatrixCoefficients) -> (f32, f32) {
    match matrix {
        MatrixCoefficients::BT709 => (0.2126, 0.0722),
        MatrixCoefficients::BT2020NonConstantLuminance
        | MatrixCoefficients::BT2020ConstantLuminance => (0.2627, 0.0593),
        MatrixCoefficients::ST240M => (0.212, 0.087),
        _ => (0.299, 0.114),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Red, green, blue and white from the left, each 32 pixels wide, 48 high; the command is in the folder's LICENSE.
    const BARS: &[u8] = include_bytes!("../tests/fixtures/bars.avif");

    #[test]
    fn colours_are_those_that_were_painted() {
        assert!(is_one(BARS));
        assert_eq!(size_of(BARS).unwrap(), (128, 48));
        let picture = decode(BARS).unwrap().to_rgba8();
        assert_eq!(picture.dimensions(), (128, 48));
        let near = |x: u32, wanted: [u8; 3]| {
            let [r, g, b, a] = picture.get_pixel(x, 24).0;
            let off = [r, g, b].iter().zip(wanted).map(|(a, b)| a.abs_diff(b)).max();
            assert!(off.unwrap() < 24 && a == 255, "{x}: {r} {g} {b} {a}");
        };
        near(16, [255, 0, 0]);
        near(48, [0, 255, 0]);
        near(80, [0, 0, 255]);
        near(112, [255, 255, 255]);
    }

    #[test]
    fn a_table_that_names_the_same_bytes_again_and_again_is_refused() {
        let of = |name: &[u8], inside: &[u8]| {
            let size = u32::try_from(inside.len() + 8).unwrap();
            [&size.to_be_bytes()[..], name, inside].concat()
        };
        // Version 0; one item, and of each extent nothing but a length.
        let file = |extents: u16, length: u8| {
            let mut table = vec![0, 0, 0, 0, 4, 0, 0, 1, 0, 1, 0, 0];
            table.extend(extents.to_be_bytes());
            table.extend([0, 0, 0, length].repeat(extents.into()));
            let table = of(b"iloc", &table);
            [of(b"ftyp", b"avif"), of(b"meta", &[&[0; 4][..], &table].concat())].concat()
        };
        assert!(is_bounded(BARS));
        assert_eq!(claimed(&file(3, 7), 1_000), Some(21));
        assert_eq!(claimed(&file(9000, 7), 20), Some(21), "no further than it has to");
        assert!(is_bounded(&file(1, 7)));
        assert!(!is_bounded(&file(9000, 200)));
        // To the end of the file, nine thousand times.
        assert!(!is_bounded(&file(9000, 0)));
        assert!(!is_bounded(&file(3, 7)[..50]));
    }

    #[test]
    fn what_is_damaged_is_refused_and_never_panics() {
        for length in (0..BARS.len()).step_by(7) {
            assert!(decode(&BARS[..length]).is_err(), "{length}");
        }
        for at in 0..BARS.len() {
            let mut odd = BARS.to_vec();
            odd[at] ^= 0x5a;
            let _whatever = decode(&odd);
        }
        assert!(!is_one(b"\0\0\0\x1cftypM4A \0\0\0\0"));
    }
}
