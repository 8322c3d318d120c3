//! Cards in archives: CHARX, AIRI packages, Backyard's BYAF, and any zip with a card file in it.

use serde_json::Value;

use crate::asset::{self, Place};
use crate::container::zip::{self, Archive, Entry};
use crate::import::{damaged, foreign, from_text};
use crate::{
    Asset, Container, Dialect, Error, Imported, MAX_JSON_BYTES, Warning, dialect, json, picture,
};

/// Most files of an archive that are opened in search of a card.
const MAX_TRIES: usize = 16;
/// Most assets that are listed.
const MAX_ASSETS: usize = 5_000;

/// Reads the card of the archive that a file is or ends with. `None` where there is no archive.
pub(crate) fn import(bytes: &[u8], file: &str) -> Option<Result<Imported, Error>> {
    match zip::open(bytes) {
        Ok(None) => None,
        Ok(Some(mut archive)) => Some(from_archive(&mut archive, bytes, file)),
        Err(detail) => Some(Err(damaged(file, &detail))),
    }
}

fn from_archive(archive: &mut Archive<'_>, bytes: &[u8], file: &str) -> Result<Imported, Error> {
    let manifest = root_json(archive, "manifest.json");
    // A card that was written into a BYAF archive is newer than the archive's own files.
    let written = archive.find("card.json").is_some();
    let backyard = |manifest: &&Value| manifest.get("characters").is_some() && !written;
    let mut card = if let Some(manifest) = manifest.as_ref().filter(backyard) {
        from_backyard(archive, manifest, file)?
    } else {
        let named = manifest.as_ref().and_then(|manifest| manifest.pointer("/card/path")?.as_str());
        match card_entry(archive, named.unwrap_or("card.json")) {
            Some(entry) => from_entry(archive, &entry, manifest.as_ref(), file)?,
            None => from_any(archive, file)?,
        }
    };
    if archive.twice {
        card.warnings
            .push(Warning::new("", "the archive has two files of one name; the last was taken"));
    }
    settle(&mut card, archive);
    if !zip::is(bytes) && asset::ending_of(bytes).is_some() {
        card.picture = archive.entries.iter().map(|entry| entry.header).min().map(|end| 0..end);
    }
    Ok(card)
}

/// A JSON file at the root.
fn root_json(archive: &mut Archive<'_>, path: &str) -> Option<Value> {
    let entry = archive.find(path)?.clone();
    let text = archive.read(&entry, 1 << 20).ok()?;
    json::parse(&text, &mut Vec::new()).ok()
}

/// The card's JSON: at its place, else the outermost file of that name, for people zip folders.
fn card_entry(archive: &Archive<'_>, path: &str) -> Option<Entry> {
    let named = |entry: &&Entry| {
        let name = entry.path.rsplit('/').next().unwrap_or_default();
        name.eq_ignore_ascii_case("card.json")
    };
    archive
        .find(path)
        .or_else(|| {
            archive.entries.iter().filter(named).min_by_key(|entry| entry.path.matches('/').count())
        })
        .cloned()
}

fn from_entry(
    archive: &mut Archive<'_>,
    entry: &Entry,
    manifest: Option<&Value>,
    file: &str,
) -> Result<Imported, Error> {
    let text = archive
        .read(entry, MAX_JSON_BYTES)
        .map_err(|error| damaged(file, &format!("`{}` cannot be had: {error}", entry.path)))?;
    let mut card = from_text(text, file)?;
    card.container = Container::Charx;
    card.original.entry = Some(entry.index);
    if let Some(manifest) = manifest {
        card.container = Container::Zip;
        let format = manifest.get("format").and_then(Value::as_str).unwrap_or_default();
        if format.starts_with("airi") && card.dialect == Dialect::Card {
            card.dialect = Dialect::Airi;
        }
    }
    if entry.path.contains('/') && manifest.is_none() {
        let message =
            format!("the card was not at the root of the archive but at `{}`", entry.path);
        card.warnings.push(Warning::new("", message));
    }
    Ok(card)
}

/// BYAF: a manifest names a character and its scenarios, each a file of its own.
fn from_backyard(
    archive: &mut Archive<'_>,
    manifest: &Value,
    file: &str,
) -> Result<Imported, Error> {
    let paths = |key: &str| -> Vec<String> {
        let items =
            manifest.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        items.iter().filter_map(Value::as_str).take(MAX_TRIES).map(str::to_owned).collect()
    };
    let mut read = |path: &str| -> Result<Value, Error> {
        let missing = || damaged(file, &format!("its manifest names `{path}`, which is not there"));
        let entry = archive.find(path).cloned().ok_or_else(missing)?;
        let text = archive
            .read(&entry, MAX_JSON_BYTES)
            .map_err(|error| damaged(file, &format!("`{path}`: {error}")))?;
        json::parse(&text, &mut Vec::new())
            .map_err(|error| damaged(file, &format!("`{path}`: {error}")))
    };
    let characters = paths("characters");
    let first =
        characters.first().ok_or_else(|| damaged(file, "its manifest names no character"))?;
    let character = read(first)?;
    let mut warnings = Vec::new();
    let mut scenarios = Vec::new();
    for path in paths("scenarios") {
        match read(&path) {
            Ok(scenario) => scenarios.push(scenario),
            Err(error) => warnings.push(Warning::new("scenarios", error.to_string())),
        }
    }
    if characters.len() > 1 {
        let message =
            format!("the archive has {} characters; the first was taken", characters.len());
        warnings.push(Warning::new("characters", message));
    }
    let joined = dialect::join_backyard(manifest, &character, scenarios);
    let original = Value::Object(joined.clone());
    let mut card = foreign(Dialect::Backyard, &joined, &original, warnings, file);
    card.container = Container::Zip;
    let folder = first.rsplit_once('/').map_or("", |(folder, _)| folder);
    let images =
        character.get("images").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for image in images.iter().take(MAX_ASSETS) {
        let text =
            |key: &str| image.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let uri = format!("embeded://{folder}/{}", text("path"));
        let ext = asset::ending(&uri);
        card.assets.push(Asset::at("icon".into(), text("label"), uri, ext, Place::Missing));
    }
    Ok(card)
}

/// An archive of unknown make: the first file in it that is a card.
fn from_any(archive: &mut Archive<'_>, file: &str) -> Result<Imported, Error> {
    const ENDINGS: [&str; 9] =
        ["json", "png", "yaml", "yml", "webp", "jpg", "jpeg", "charx", "txt"];
    let rank =
        |entry: &Entry| ENDINGS.iter().position(|ending| asset::ending(&entry.path) == *ending);
    let mut tries: Vec<(usize, Entry)> =
        archive.entries.iter().filter_map(|entry| Some((rank(entry)?, entry.clone()))).collect();
    tries.sort_by_key(|(rank, entry)| (*rank, entry.path.matches('/').count()));
    let pictures =
        tries.iter().filter(|(_, entry)| asset::is_picture(&asset::ending(&entry.path))).count();
    let mut cards: Vec<(Imported, String, usize)> = Vec::new();
    for (_, entry) in tries.into_iter().take(MAX_TRIES) {
        let Ok(inner) = archive.read(&entry, MAX_JSON_BYTES) else { continue };
        if let Ok(card) = picture::inner(&inner, &entry.path) {
            cards.push((card, entry.path, entry.index));
        }
    }
    let others = cards.len().saturating_sub(1);
    let Some((mut card, path, index)) = cards.into_iter().next() else {
        let what = if pictures > 0 && archive.entries.len() <= pictures * 2 {
            "a sprite pack (an archive of pictures)"
        } else {
            "an archive without a card in it"
        };
        return Err(Error::NotACard {
            file: file.to_owned(),
            what,
            remedy: "choose a card; pictures can be added to a character as assets",
        });
    };
    let text = matches!(card.container, Container::Json) && card.dialect == Dialect::Card;
    card.original.entry = text.then_some(index);
    card.container = Container::Zip;
    card.picture = None;
    card.warnings
        .push(Warning::new("", format!("the card was found in `{path}` within the archive")));
    if others > 0 {
        card.warnings.push(Warning::new(
            "",
            format!("the archive has {others} more cards, which can be had one by one"),
        ));
    }
    Ok(card)
}

/// Gives every asset its entry, and lists what the card does not name.
fn settle(card: &mut Imported, archive: &Archive<'_>) {
    let mut named = vec![card.original.entry];
    for asset in card.assets.iter_mut().take(MAX_ASSETS) {
        let Some(path) = asset::embedded_path(&asset.uri) else { continue };
        if let Some(entry) = archive.find(path) {
            named.push(Some(entry.index));
            asset.settle(Place::Entry(entry.clone()));
        } else {
            let message = format!("`{path}` is not in the archive");
            card.warnings.push(Warning::new("assets", message));
        }
    }
    named.sort_unstable();
    let others =
        archive.entries.iter().filter(|entry| named.binary_search(&Some(entry.index)).is_err());
    for entry in others.take(MAX_ASSETS) {
        if zip::escapes(&entry.path) {
            let message =
                format!("`{}` leads out of the archive; it is kept, not used", entry.path);
            card.warnings.push(Warning::new("assets", message));
            continue;
        }
        if asset::ending(&entry.path) == "risum" {
            let message = "the RisuAI module in the archive (scripts, its copy of the lore) is kept, not read";
            card.warnings.push(Warning::new("module.risum", message));
        }
        let name = entry.path.rsplit('/').next().unwrap_or_default().to_owned();
        let (uri, ext) = (format!("embeded://{}", entry.path), asset::ending(&entry.path));
        card.assets.push(Asset::at("embedded".into(), name, uri, ext, Place::Entry(entry.clone())));
    }
    card.original.assets.clone_from(&card.assets);
}
