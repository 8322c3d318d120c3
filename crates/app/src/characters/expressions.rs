//! Pictures of a character's feelings: those that the card carries (assets of the type `emotion`), and, as other tools keep them, a folder
//! `expressions` beside the card, one picture a feeling, named after it (`joy.png`, `amusement-2.webp`), which go first. What the names
//! mean is the page's business.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use domain::{CharacterId, Problem, ProblemKind};

use crate::app::{Answer, App};
use crate::characters::{avif, cards};

/// The folder within a character's folder.
pub(crate) const FOLDER: &str = "expressions";
/// More pictures than this are not looked at.
const MOST: usize = 256;
/// A larger picture is somebody's mistake.
const MAX_BYTES: u64 = 16 << 20;
/// Kinds of pictures, with the type that a page calls them by.
const KINDS: [(&str, &str); 6] = [
    ("png", "image/png"),
    ("webp", "image/webp"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("avif", "image/avif"),
];

impl App {
    /// Names of the pictures of feelings that a character has, in order.
    pub fn expressions(&self, character: &str) -> Answer<Vec<String>> {
        let id = CharacterId(character.to_owned());
        let folder = self.shelf.library.find(&id)?.path.join(FOLDER);
        let mut names: Vec<String> = pictures(&folder).into_iter().map(|(name, _)| name).collect();
        if let Ok((bytes, file)) = cards::card_bytes(&self.shelf.library, &id)
            && let Ok(imported) = card::import(&bytes, file)
        {
            let carried = carried(&imported);
            names.extend(carried.take(MOST).map(|asset| asset.name.clone()));
        }
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// One of them as a `data:` URL; `None` where it has gone.
    pub fn expression(&self, character: &str, name: &str) -> Answer<Option<String>> {
        let id = CharacterId(character.to_owned());
        let folder = self.shelf.library.find(&id)?.path.join(FOLDER);
        if let Some((_, path)) = pictures(&folder).into_iter().find(|(one, _)| one == name) {
            return Ok(Some(url(&path)?));
        }
        let (bytes, file) = cards::card_bytes(&self.shelf.library, &id)?;
        let imported = card::import(&bytes, file).map_err(Problem::from)?;
        let Some(asset) = carried(&imported).find(|asset| asset.name == name) else {
            return Ok(None);
        };
        let Some(kind) = card::media_type(&asset.ext) else { return Ok(None) };
        let picture = imported.asset(&bytes, asset).map_err(Problem::from)?;
        if picture.len() as u64 > MAX_BYTES {
            return Err(too_large(name).into());
        }
        Ok(Some(data_url(kind, &picture)))
    }
}

/// A `data:` URL that every engine of a page can show. A damaged AVIF picture goes as it is: the page shows that there is none.
fn data_url(kind: &str, picture: &[u8]) -> String {
    let readable = avif::readable(picture).unwrap_or(Cow::Borrowed(picture));
    let kind = if matches!(readable, Cow::Owned(_)) { "image/png" } else { kind };
    format!("data:{kind};base64,{}", base64::engine::general_purpose::STANDARD.encode(&*readable))
}

/// Pictures of feelings in a card.
pub(crate) fn carried(imported: &card::Imported) -> impl Iterator<Item = &card::Asset> {
    imported.assets.iter().filter(|asset| {
        asset.kind.eq_ignore_ascii_case("emotion")
            && asset.at == card::Availability::Inside
            && card::media_type(&asset.ext).is_some_and(|kind| kind.starts_with("image/"))
    })
}

fn too_large(name: &str) -> Problem {
    Problem::new(
        ProblemKind::Unsupported,
        format!("`{name}` is larger than a picture of a feeling may be (16 MiB)"),
        "save it smaller",
    )
}

/// The pictures of a folder by their names; none where there is no folder. Only what lies in it: a name never leads out.
pub(crate) fn pictures(folder: &Path) -> Vec<(String, PathBuf)> {
    let Ok(entries) = std::fs::read_dir(folder) else { return vec![] };
    let mut found: Vec<(String, PathBuf)> = entries
        .filter_map(Result::ok)
        .take(MOST)
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .filter_map(|entry| {
            let path = entry.path();
            kind_of(&path)?;
            Some((path.file_stem()?.to_str()?.to_owned(), path))
        })
        .collect();
    found.sort();
    found.dedup_by(|a, b| a.0 == b.0);
    found
}

pub(crate) fn kind_of(path: &Path) -> Option<&'static str> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    KINDS.iter().find(|(end, _)| *end == extension).map(|(_, kind)| *kind)
}

fn url(path: &Path) -> Result<String, Problem> {
    let unreadable = |error: std::io::Error| {
        Problem::new(
            ProblemKind::Damaged,
            format!("`{}` could not be read: {error}", path.display()),
            "restore the picture, or remove it from the character's folder",
        )
    };
    if std::fs::metadata(path).map_err(unreadable)?.len() > MAX_BYTES {
        return Err(too_large(&path.display().to_string()));
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    let kind = kind_of(path).unwrap_or("image/png");
    Ok(data_url(kind, &bytes))
}

#[cfg(test)]
mod tests {
    use super::{pictures, url};

    #[test]
    fn pictures_are_found_by_name_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["joy.png", "Anger.WEBP", "joy.jpg", "notes.txt", "sad"] {
            std::fs::write(at(name), b"x").unwrap();
        }
        std::fs::create_dir(at("love.png")).unwrap();
        let found = pictures(folder.path());
        assert_eq!(
            found.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
            ["Anger", "joy"]
        );
        assert_eq!(url(&found[0].1).unwrap(), "data:image/webp;base64,eA==");
        assert!(pictures(&at("nowhere")).is_empty());
    }

    #[test]
    fn a_huge_picture_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("joy.png");
        std::fs::File::create(&path).unwrap().set_len(super::MAX_BYTES + 1).unwrap();
        assert_eq!(url(&path).unwrap_err().kind, domain::ProblemKind::Unsupported);
    }
}
