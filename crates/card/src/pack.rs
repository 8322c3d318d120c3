//! Pictures of feelings: SillyTavern's expression packs and AIRI's tachie (archives of pictures that are named after what they show), and
//! the `emotion` assets of a card.

use std::collections::HashMap;

use crate::asset;
use crate::container::png_chunks;
use crate::container::zip::{self, Entry};
use crate::{Asset, Imported, raster};

/// Most pictures of one pack.
pub const MAX_PACK_PICTURES: usize = 256;
/// Largest picture of a feeling, in bytes.
pub const MAX_PICTURE_BYTES: usize = 16 << 20;
/// Widest and highest PNG that is taken, in pixels.
const MAX_SIDE: u32 = 8192;

/// An archive of pictures, by what its folder says; nothing is unpacked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// The pictures of the folder that has most of them, in the archive's order.
    pub pictures: Vec<PackPicture>,
    /// Paths of pictures that lie elsewhere (costumes), or were too many.
    pub left_out: Vec<String>,
    /// There is a card in it as well: it is more than a pack.
    pub card: bool,
}

/// One picture of a [`Pack`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackPicture {
    /// Its file name without ending: `joy`.
    pub name: String,
    /// Its path in the archive.
    pub path: String,
    entry: Entry,
}

/// Looks into an archive for pictures. `None` where the file is no archive, or has no picture in it.
pub fn pack(file: &[u8]) -> Option<Pack> {
    let archive = zip::open(file).ok().flatten()?;
    let card = archive.find("card.json").is_some();
    let folder = |path: &str| path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let found: Vec<&Entry> = archive
        .entries
        .iter()
        .filter(|entry| asset::is_picture(&asset::ending(&entry.path)))
        // What macOS puts beside every file, and what leads out.
        .filter(|entry| {
            !entry.path.split('/').any(|part| part.starts_with('.') || part == "__MACOSX")
        })
        .filter(|entry| !zip::escapes(&entry.path))
        .collect();
    let mut sizes: HashMap<String, usize> = HashMap::new();
    found.iter().for_each(|entry| *sizes.entry(folder(&entry.path)).or_default() += 1);
    // Of folders with as many pictures the outermost, then the first by name.
    let home = sizes
        .into_iter()
        .max_by_key(|(path, count)| {
            (*count, std::cmp::Reverse((path.matches('/').count(), path.len(), path.clone())))
        })
        .map(|(path, _)| path)?;
    let (inside, outside): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|entry| folder(&entry.path) == home);
    let left_out = inside.iter().skip(MAX_PACK_PICTURES).chain(&outside);
    Some(Pack {
        left_out: left_out.map(|entry| entry.path.clone()).collect(),
        pictures: inside.into_iter().take(MAX_PACK_PICTURES).map(PackPicture::new).collect(),
        card,
    })
}

impl PackPicture {
    fn new(entry: &Entry) -> Self {
        let file = entry.path.rsplit('/').next().unwrap_or_default();
        let name = file.rsplit_once('.').map_or(file, |(name, _)| name).to_owned();
        Self { name, path: entry.path.clone(), entry: entry.clone() }
    }

    /// Its bytes. `file` is the archive.
    ///
    /// # Errors
    /// Says why there are none: encrypted, damaged, larger than [`MAX_PICTURE_BYTES`].
    pub fn read(&self, file: &[u8]) -> Result<Vec<u8>, String> {
        let mut archive = zip::open(file)?.ok_or("the archive is another one")?;
        archive.read(&self.entry, MAX_PICTURE_BYTES)
    }
}

impl Imported {
    /// The card's pictures of feelings: its `emotion` assets that can be had.
    pub fn feelings(&self) -> impl Iterator<Item = &Asset> {
        self.assets
            .iter()
            .filter(|asset| asset.kind.eq_ignore_ascii_case("emotion"))
            .filter(|asset| asset.at == crate::Availability::Inside)
            .take(MAX_PACK_PICTURES)
    }
}

/// Looks whether a picture can be shown, and gives the file ending for what it is.
///
/// # Errors
/// Says why it cannot: of no known kind, damaged, too large.
pub fn check_picture(bytes: &[u8]) -> Result<&'static str, String> {
    if bytes.len() > MAX_PICTURE_BYTES {
        return Err(format!("it is larger than {} MiB", MAX_PICTURE_BYTES >> 20));
    }
    check_texture(bytes)
}

/// The same for a picture that a figure wears: of 4,096 pixels a side these are often larger than a face may be, and the file that they come
/// in has a limit of its own.
pub(crate) fn check_texture(bytes: &[u8]) -> Result<&'static str, String> {
    match asset::ending_of(bytes) {
        Some("png") => check_png(bytes).map(|()| "png"),
        Some("jpeg") => raster::check(bytes).map(|()| "jpg"),
        Some("webp") => raster::check(bytes).map(|()| "webp"),
        Some(other) => Ok(other),
        None => Err("it is no picture (PNG, WEBP, JPEG or GIF)".into()),
    }
}

/// A PNG whose chunks are whole: what a browser shows of any other is anybody's guess.
fn check_png(bytes: &[u8]) -> Result<(), String> {
    let read = png_chunks::read(bytes).ok_or("it is no PNG")?;
    let header = read.chunks.first().filter(|chunk| &chunk.kind == b"IHDR");
    let side = |at: usize| {
        let bytes = header?.data.get(at..at + 4)?;
        Some(u32::from_be_bytes(bytes.try_into().ok()?))
    };
    let (width, height) = side(0).zip(side(4)).ok_or("it has no size")?;
    if !(1..=MAX_SIDE).contains(&width) || !(1..=MAX_SIDE).contains(&height) {
        return Err(format!("it is {width} by {height} pixels, and {MAX_SIDE} are allowed"));
    }
    if !read.complete || !read.chunks.iter().any(|chunk| &chunk.kind == b"IDAT") {
        return Err("it is cut off".into());
    }
    if read.chunks.iter().any(|chunk| chunk.kind[0].is_ascii_uppercase() && !chunk.checksum_fits) {
        return Err("it is damaged: a checksum in it does not fit".into());
    }
    Ok(())
}
