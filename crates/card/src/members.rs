//! Files that hold several characters: archives of cards, lists of cards in JSON. Each can be had as a file of its own, which
//! [`import`](crate::import) takes.

use serde_json::Value;

use crate::asset;
use crate::container::zip::{self, Archive, Entry};
use crate::detect::{self, Outside};
use crate::import::damaged;
use crate::{Error, MAX_FILE_BYTES, MAX_JSON_BYTES, dialect, export, import, json, picture, text};

/// Most characters of one file.
pub const MAX_MEMBERS: usize = 500;
/// Most bytes that are unpacked in search of cards.
const MAX_UNPACKED: u64 = 256 << 20;
/// Endings of files in an archive that may be cards.
const ENDINGS: [&str; 12] =
    ["json", "png", "apng", "yaml", "yml", "webp", "jpg", "jpeg", "charx", "txt", "zip", "byaf"];

/// A character in a file that holds several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its place: a path in the archive (with a `/` at its end for a folder with a card and its files), or `#` and the key of a list.
    pub place: String,
    /// Its name.
    pub name: String,
}

/// The characters of a file that holds more than one; none where it is one card, or no card at all.
pub fn members(bytes: &[u8]) -> Vec<Member> {
    let found = match detect::outside(bytes) {
        Outside::Text => in_text(bytes),
        Outside::Zip => in_archive(bytes),
        _ => Vec::new(),
    };
    if found.len() > 1 { found } else { Vec::new() }
}

/// One of [`members`] as a file of its own, with its name.
///
/// # Errors
/// [`Error::Damaged`] where there is none at that place, or it cannot be unpacked.
pub fn member(bytes: &[u8], file: &str, place: &str) -> Result<(Vec<u8>, String), Error> {
    let missing = || damaged(file, &format!("there is no `{place}` in it"));
    if let Some(key) = place.strip_prefix('#') {
        let tree = tree(bytes).ok_or_else(missing)?;
        let found = dialect::wrapped_cards(&tree).into_iter().find(|(name, _)| name == key);
        let (_, card) = found.ok_or_else(missing)?;
        return Ok((export::text(card), format!("{key}.json")));
    }
    let mut archive = zip::open(bytes).ok().flatten().ok_or_else(missing)?;
    if place.ends_with('/') {
        return Ok((folder(&mut archive, place, file)?, folder_name(place)));
    }
    let entry = archive.find(place).cloned().ok_or_else(missing)?;
    let inner = archive
        .read(&entry, MAX_FILE_BYTES)
        .map_err(|error| damaged(file, &format!("`{place}`: {error}")))?;
    Ok((inner, place.rsplit('/').next().unwrap_or(place).to_owned()))
}

fn tree(bytes: &[u8]) -> Option<Value> {
    if bytes.len() > MAX_JSON_BYTES {
        return None;
    }
    let decoded = text::decode(bytes, &mut Vec::new());
    decoded.trim_start().starts_with(['{', '[']).then_some(())?;
    json::parse_or_repair(&decoded, &mut Vec::new()).ok().map(|(tree, _)| tree)
}

fn in_text(bytes: &[u8]) -> Vec<Member> {
    let Some(tree) = tree(bytes) else { return Vec::new() };
    let cards = dialect::wrapped_cards(&tree).into_iter().take(MAX_MEMBERS);
    cards
        .filter_map(|(key, card)| {
            let name = import(&export::text(card), &format!("{key}.json")).ok()?.character.name;
            Some(Member { place: format!("#{key}"), name })
        })
        .collect()
}

fn in_archive(bytes: &[u8]) -> Vec<Member> {
    let Ok(Some(mut archive)) = zip::open(bytes) else { return Vec::new() };
    let at_root = |name: &str| archive.find(name).is_some();
    if at_root("card.json") || at_root("manifest.json") {
        return Vec::new();
    }
    let folders: Vec<String> = archive
        .entries
        .iter()
        .filter(|entry| entry.path.to_ascii_lowercase().ends_with("/card.json"))
        .map(|entry| entry.path[..entry.path.len() - "card.json".len()].to_owned())
        .collect();
    let mut found = Vec::new();
    let mut left = MAX_UNPACKED;
    for entry in archive.entries.clone() {
        if found.len() >= MAX_MEMBERS {
            break;
        }
        let folder = folders.iter().find(|folder| entry.path.starts_with(*folder));
        let is_card = folder.is_some_and(|folder| entry.path.len() == folder.len() + 9);
        // What lies beside a card belongs to it.
        let candidate = match folder {
            Some(_) => is_card,
            None => ENDINGS.contains(&asset::ending(&entry.path).as_str()),
        };
        let Some(rest) = left.checked_sub(entry.size).filter(|_| candidate) else { continue };
        left = rest;
        let Ok(inner) = archive.read(&entry, MAX_JSON_BYTES) else { continue };
        let card = match detect::outside(&inner) {
            Outside::Zip => import(&inner, &entry.path),
            _ => picture::inner(&inner, &entry.path),
        };
        if let Ok(card) = card {
            let place = folder.map_or_else(|| entry.path.clone(), Clone::clone);
            found.push(Member { place, name: card.character.name });
        }
    }
    found
}

/// The files of a folder of an archive as an archive.
fn folder(archive: &mut Archive<'_>, place: &str, file: &str) -> Result<Vec<u8>, Error> {
    let inside: Vec<Entry> =
        archive.entries.iter().filter(|entry| entry.path.starts_with(place)).cloned().collect();
    let mut left = MAX_FILE_BYTES;
    let mut files = Vec::with_capacity(inside.len());
    for entry in &inside {
        let bytes = archive
            .read(entry, left)
            .map_err(|error| damaged(file, &format!("`{}`: {error}", entry.path)))?;
        left -= bytes.len();
        files.push((entry.path[place.len()..].to_owned(), bytes));
    }
    let borrowed: Vec<(String, &[u8])> =
        files.iter().map(|(path, bytes)| (path.clone(), bytes.as_slice())).collect();
    zip::write(&borrowed).map_err(|error| damaged(file, &error))
}

fn folder_name(place: &str) -> String {
    let name = place.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    format!("{name}.charx")
}

/// A picture in an archive of pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sprite {
    /// Its file's name without the ending.
    pub name: String,
    /// The ending, without the dot.
    pub ext: String,
    /// The picture.
    pub bytes: Vec<u8>,
}

/// Most pictures of a sprite pack.
const MAX_SPRITES: usize = 256;
/// Largest picture of a sprite pack.
const MAX_SPRITE_BYTES: usize = 16 << 20;

/// The pictures of an archive that holds pictures and no card; none for anything else. What only looks like a picture is left out.
pub fn sprites(bytes: &[u8]) -> Vec<Sprite> {
    if detect::outside(bytes) != Outside::Zip || import(bytes, "pack.zip").is_ok() {
        return Vec::new();
    }
    let Ok(Some(mut archive)) = zip::open(bytes) else { return Vec::new() };
    let mut left = MAX_UNPACKED;
    let mut found: Vec<Sprite> = Vec::new();
    for entry in archive.entries.clone() {
        let ext = asset::ending(&entry.path);
        if found.len() >= MAX_SPRITES || !asset::is_picture(&ext) || zip::escapes(&entry.path) {
            continue;
        }
        let Some(rest) = left.checked_sub(entry.size) else { continue };
        let Ok(bytes) = archive.read(&entry, MAX_SPRITE_BYTES) else { continue };
        left = rest;
        let name = entry.path.rsplit('/').next().unwrap_or_default();
        let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
        if asset::ending_of(&bytes).is_some() && found.iter().all(|other| other.name != name) {
            found.push(Sprite { name, ext, bytes });
        }
    }
    found
}
