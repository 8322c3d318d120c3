//! What there is to choose from: the catalogue and the disk, with what each takes.

use std::path::Path;

use super::{Candidate, Learned};
use crate::Error;
use crate::catalogue::{Catalogue, Entry, Kind};
use crate::footprint::{self, Chat, Footprint, KeyValues};
use crate::library::{Installed, Library};
use crate::recognise::{Content, recognise};

/// Everything on the disk, then everything on offer, in the order of the catalogue. `built_in` is the model that comes with the
/// program, with its id.
///
/// # Errors
/// As [`Library::scan`].
pub fn candidates(
    catalogue: &Catalogue,
    library: &Library,
    built_in: Option<(&str, &Path)>,
    how: &Chat,
    learned: &Learned,
) -> Result<Vec<Candidate>, Error> {
    let mut all = Vec::new();
    if let Some((id, path)) = built_in
        && let Ok(content) = recognise(path)
    {
        let size = path.metadata().map_or(0, |data| data.len());
        all.push(Candidate {
            id: id.to_owned(),
            kind: Kind::Chat,
            name: "Hanashi mini".to_owned(),
            here: true,
            built_in: true,
            download: 0,
            ask: false,
            by_choice: false,
            languages: vec!["en".to_owned()],
            footprint: learned.put_right(path, how.quantize, of_content(&content, size, how)),
        });
    }
    let installed = library.scan(catalogue)?;
    for one in &installed {
        all.push(here(catalogue, one, how, learned));
    }
    let missing =
        catalogue.entries().iter().filter(|e| !installed.iter().any(|one| one.id == e.id));
    all.extend(missing.filter_map(|entry| entry_candidate(entry, how)));
    Ok(all)
}

/// A language model at a path of the disk, wherever it lies.
///
/// # Errors
/// What [`recognise`] says of it.
pub fn candidate_at(path: &Path, how: &Chat, learned: &Learned) -> Result<Candidate, Error> {
    let content = recognise(path)?;
    let size = path.metadata().map_or(0, |data| data.len());
    let name = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    Ok(Candidate {
        id: path.display().to_string(),
        kind: content.kind(),
        name,
        here: true,
        built_in: false,
        download: 0,
        ask: false,
        by_choice: false,
        languages: Vec::new(),
        footprint: learned.put_right(path, how.quantize, of_content(&content, size, how)),
    })
}

fn here(catalogue: &Catalogue, one: &Installed, how: &Chat, learned: &Learned) -> Candidate {
    let entry = catalogue.get(&one.id);
    let languages = match (&one.content, entry) {
        (_, Some(entry)) => entry.languages.clone(),
        (Content::Voice { about, .. }, None) => vec![about.language.clone()],
        (Content::Whisper { multilingual: false, .. }, None) => vec!["en".to_owned()],
        _ => Vec::new(),
    };
    Candidate {
        id: one.id.clone(),
        kind: one.kind,
        name: one.name.clone(),
        here: true,
        built_in: false,
        download: 0,
        ask: false,
        by_choice: false,
        languages,
        footprint: learned.put_right(
            &one.path,
            how.quantize,
            of_content(&one.content, one.size, how),
        ),
    }
}

/// An entry that is not here; `None` where nobody says how large it is.
pub fn entry_candidate(entry: &Entry, how: &Chat) -> Option<Candidate> {
    let size = entry.size()?;
    Some(Candidate {
        id: entry.id.clone(),
        kind: entry.kind,
        name: entry.name.clone(),
        here: false,
        built_in: false,
        download: size,
        ask: entry.licence.ask,
        by_choice: entry.by_choice,
        languages: entry.languages.clone(),
        footprint: if entry.is_floats() {
            footprint::folder_by_size(size, entry.cache, how)
        } else {
            let file = entry.files.first().map_or("", |file| file.name.as_str());
            by_size(entry.kind, size, entry.cache.or_else(|| by_name(file, size)), how)
        },
    })
}

/// What a folder of a repository would take.
pub fn folder_candidate(entry: &Entry, how: &Chat) -> Option<Candidate> {
    Some(Candidate { by_choice: true, ask: false, ..entry_candidate(entry, how)? })
}

/// A file of a repository of which only the size is known.
pub fn file_candidate(name: &str, kind: Kind, size: u64, how: &Chat) -> Candidate {
    Candidate {
        id: name.to_owned(),
        kind,
        name: name.to_owned(),
        here: false,
        built_in: false,
        download: size,
        ask: false,
        by_choice: true,
        languages: Vec::new(),
        footprint: by_size(kind, size, by_name(name, size), how),
    }
}

/// The most that is kept of a conversation where the name of a file of `size` bytes says in how many bits its numbers are stored.
fn by_name(name: &str, size: u64) -> Option<KeyValues> {
    let word = crate::repository::quantisation(name)?;
    let bits = match word.as_str() {
        "F32" => 32,
        "F16" | "BF16" => 16,
        _ => word.chars().find_map(|c| c.to_digit(10)).filter(|bits| (1..=8).contains(bits))?,
    };
    Some(KeyValues::at_most(size, size.saturating_mul(8) / u64::from(bits)))
}

fn by_size(kind: Kind, size: u64, cache: Option<KeyValues>, how: &Chat) -> Footprint {
    match kind {
        Kind::Chat => footprint::chat_by_size(size, cache, how),
        Kind::Ears => footprint::ears_by_size(size),
        Kind::Voice => footprint::voice(size),
        Kind::Pictures => footprint::pictures(size / 2),
        Kind::Encoder | Kind::Vad => footprint::encoder(size, true),
    }
}

/// What a file or folder takes, by what it says of itself.
pub(crate) fn of_content(content: &Content, size: u64, how: &Chat) -> Footprint {
    match content {
        Content::Gguf { shape: Some(shape), .. } => footprint::chat(shape, how),
        Content::Gguf { shape: None, .. } => footprint::chat_by_size(size, None, how),
        Content::Folder { shape: Some(shape), plain, .. } => footprint::folder(shape, plain, how),
        Content::Folder { shape: None, plain, .. } => {
            footprint::chat_by_size(plain.after(how.quantize), None, how)
        }
        Content::Pictures { numbers, .. } => footprint::pictures(*numbers),
        Content::Encoder { bytes, .. } => footprint::encoder(*bytes, false),
        Content::Whisper { shape, .. } => footprint::ears(shape),
        Content::Voice { .. } => footprint::voice(size),
    }
}
