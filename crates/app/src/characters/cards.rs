//! The characters of the library: what is read of each, and what a page shows of it.

use std::path::Path;

use api::Puppet;
use domain::{Character, CharacterId, Problem, ProblemKind};
use store::Library;

use crate::characters::avif;
use crate::characters::library::{CARD_FILES, data_url};

/// Folder of the puppet within a character's folder.
pub(crate) const PUPPET: &str = "puppet";
/// A puppet larger than this is somebody's mistake.
const MAX_PUPPET_BYTES: u64 = 8 << 20;
/// Longest tagline, in characters.
const TAGLINE: usize = 160;

/// A character as it was read.
pub(crate) struct Loaded {
    pub(crate) character: Character,
    pub(crate) picture: Option<Vec<u8>>,
    /// The lorebook in the card.
    pub(crate) book: Option<serde_json::Value>,
}

/// Reads a character's card.
pub(crate) fn load(library: &Library, id: &CharacterId) -> Result<Loaded, Problem> {
    let (bytes, file) = card_bytes(library, id)?;
    let imported = card::import(&bytes, file)?;
    let picture = imported.portrait(&bytes).map(std::borrow::Cow::into_owned);
    Ok(Loaded { character: imported.character, picture, book: imported.book })
}

/// A character's card file and its name.
pub(crate) fn card_bytes(
    library: &Library,
    id: &CharacterId,
) -> Result<(Vec<u8>, &'static str), Problem> {
    for file in CARD_FILES {
        if let Some(bytes) = library.read(id, file)? {
            return Ok((bytes, file));
        }
    }
    Err(Problem::new(
        ProblemKind::Missing,
        format!("the character `{id}` has no card"),
        "import the card again, or remove the folder of that name from `characters` in the data folder",
    ))
}

/// Reads a card from anywhere on the disk.
pub(crate) fn read_card(path: &Path) -> Result<card::Imported, Problem> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    Ok(card::import(&read_bounded(path)?, &name)?)
}

/// Reads a file that is no larger than a card may be.
pub(crate) fn read_bounded(path: &Path) -> Result<Vec<u8>, Problem> {
    let unreadable = |error: std::io::Error| {
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound => ProblemKind::Missing,
            _ => ProblemKind::Damaged,
        };
        Problem::new(
            kind,
            format!("`{}` could not be read: {error}", path.display()),
            "check that the file is there and that you may read it",
        )
    };
    let length = std::fs::metadata(path).map_err(unreadable)?.len();
    if length > card::MAX_FILE_BYTES as u64 {
        return Err(Problem::new(
            ProblemKind::Unsupported,
            format!("`{}` is larger than a character card may be (256 MiB)", path.display()),
            "if it is a model, check its file name; a card has to be smaller",
        ));
    }
    // A lorebook in an encrypted folder is encrypted; a card never is.
    vault::read(path, card::MAX_FILE_BYTES as u64).map_err(unreadable)
}

/// The first sentences of a text, as many as fit.
pub(crate) fn tagline(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= TAGLINE {
        return flat;
    }
    let start: String = flat.chars().take(TAGLINE).collect();
    match start.rfind(['.', '!', '?', '。', '！', '？']) {
        Some(end) if end > 40 => start[..].chars().take(start[..end].chars().count() + 1).collect(),
        _ => format!("{}…", start.trim_end()),
    }
}

/// The character's puppet; `None` where it has none.
pub(crate) fn puppet(library: &Library, id: &CharacterId) -> Result<Option<Puppet>, Problem> {
    let folder = library.find(id)?.path.join(PUPPET);
    let read = |name: &str| -> Result<Option<String>, Problem> {
        let path = folder.join(name);
        match std::fs::metadata(&path) {
            Ok(data) if data.len() <= MAX_PUPPET_BYTES => {}
            Ok(_) => {
                return Err(Problem::new(
                    ProblemKind::Unsupported,
                    format!("`{}` is larger than a puppet may be (8 MiB)", path.display()),
                    "use a smaller drawing",
                ));
            }
            Err(_) => return Ok(None),
        }
        std::fs::read_to_string(&path).map(Some).map_err(|error| {
            Problem::new(
                ProblemKind::Damaged,
                format!("`{}` could not be read: {error}", path.display()),
                "restore the file, or remove the puppet's folder to see the card's picture",
            )
        })
    };
    Ok(match (read("rig.json")?, read("puppet.svg")?) {
        (Some(rig), Some(svg)) => Some(Puppet { rig, svg }),
        _ => None,
    })
}

/// The character's picture as a `data:` URL; `None` where the card has none.
pub(crate) fn picture(library: &Library, id: &CharacterId) -> Result<Option<String>, Problem> {
    let picture = load(library, id)?.picture;
    let picture = picture.map(|bytes| match avif::readable(&bytes) {
        Ok(readable) => data_url(&readable),
        // As it is: the page shows that there is none.
        Err(_) => data_url(&bytes),
    });
    Ok(picture)
}

#[cfg(test)]
mod tests {
    use super::tagline;

    #[test]
    fn a_tagline_ends_with_a_sentence_where_it_can() {
        assert_eq!(tagline("Short  one."), "Short one.");
        let long =
            format!("The first sentence says who she is, rather well. {}", "word ".repeat(60));
        assert_eq!(tagline(&long), "The first sentence says who she is, rather well.");
        assert!(tagline(&"无".repeat(500)).chars().count() <= 161);
    }
}
