//! What the index keeps of a card, and under which name a card file lies in its folder.

use std::fmt::Write as _;

use domain::Character;
use sha2::{Digest, Sha256};
use store::{Card, CharacterFolder, Library, Reading};

use super::plain::plain;
use crate::characters::cards;

/// Names that a card file may have, in the order in which they are looked for.
pub(crate) const CARD_FILES: &[&str] =
    &["card.json", "card.png", "card.charx", "card.webp", "card.jpg", "card.yaml", "card.txt"];

/// Text of one field that is looked at for the index, in bytes.
const FIELD: usize = 16 << 10;

/// The name under which a card is kept: by what the file is, whatever it was called.
pub(crate) fn file_name_for(bytes: &[u8], file: &str) -> &'static str {
    let ending = file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => "card.png",
        [b'P', b'K', 3 | 5, 4 | 6, ..] => "card.charx",
        [0xff, 0xd8, ..] => "card.jpg",
        [b'R', b'I', b'F', b'F', ..] => "card.webp",
        _ => match ending.as_deref() {
            Some("yaml" | "yml") => "card.yaml",
            Some("txt" | "md") => "card.txt",
            _ => "card.json",
        },
    }
}

/// A digest of a file, to recognise it again.
pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        // Writing into a `String` cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Reads a character's card for the index; `None` where it cannot be read, which is logged.
pub(crate) fn reading(library: &Library, folder: &CharacterFolder) -> Option<Reading> {
    let (bytes, file) = match cards::card_bytes(library, &folder.id) {
        Ok(found) => found,
        Err(problem) => {
            tracing::warn!(character = %folder.id, %problem, "left out of the library");
            return None;
        }
    };
    match card::import(&bytes, file) {
        Ok(imported) => {
            let puppet = folder.path.join(cards::PUPPET).join("rig.json").is_file();
            Some(read(&imported, digest(&bytes), puppet))
        }
        Err(error) => {
            tracing::warn!(character = %folder.id, %error, "left out of the library");
            None
        }
    }
}

fn read(imported: &card::Imported, digest: String, puppet: bool) -> Reading {
    let character = &imported.character;
    let card = Card {
        name: character.name.clone(),
        creator: character.creator.clone(),
        tagline: tagline(character),
        tags: character.tags.iter().take(64).cloned().collect(),
        greetings: character.greetings.len() as u32,
        lore_entries: imported.lore_entries() as u32,
        puppet,
        digest,
        ..Card::default()
    };
    Reading { card, text: searched(character) }
}

/// One or two sentences about a character.
pub(crate) fn tagline(character: &Character) -> String {
    let sources = [&character.creator_notes, &character.personality, &character.description];
    let words = sources.into_iter().map(|text| plain(head(text))).find(|text| !text.is_empty());
    let names = prompt::Names { char: character.short_name(), user: "you" };
    cards::tagline(&names.expand(&words.unwrap_or_default()))
}

/// What a search should find beside name, creator and tags: the short fields first, because the index is bounded.
fn searched(character: &Character) -> String {
    let nickname = character.nickname.as_deref().unwrap_or_default();
    let fields = [nickname, &character.creator_notes, &character.personality]
        .into_iter()
        .chain(character.attributes.entries().map(|(_, text)| text))
        .chain([character.description.as_str(), &character.scenario])
        .chain(character.greetings.iter().map(String::as_str));
    let mut text = String::new();
    for field in fields.filter(|field| !field.trim().is_empty()) {
        text.push_str(&plain(head(field)));
        text.push('\n');
        if text.len() > store::MAX_TEXT_BYTES {
            break;
        }
    }
    text
}

/// The beginning of a field; a hostile one may be megabytes long.
fn head(text: &str) -> &str {
    &text[..text.floor_char_boundary(FIELD)]
}
