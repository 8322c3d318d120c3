//! Catalogue and disk side by side, as a list for people: the shape the page and `hanashi models list` show.

use domain::Lang;
use serde::Serialize;

use crate::Error;
use crate::catalogue::{Catalogue, Entry, Kind};
use crate::library::{Installed, Library, Where};
use crate::recognise::Content;

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listing {
    /// Its name in commands and settings.
    pub id: String,
    /// What it is for.
    pub kind: Kind,
    /// Name for people.
    pub name: String,
    /// One honest sentence.
    pub note: String,
    /// Under which terms; empty where nobody says (a file of the person's own).
    pub licence: String,
    /// Where the terms stand.
    pub licence_url: Option<String>,
    /// The terms are to be shown and agreed to before the download.
    pub ask: bool,
    /// Bytes, exact or rounded; `None` where not known.
    pub size: Option<u64>,
    /// Languages it speaks or understands.
    pub languages: Vec<String>,
    /// No checksum is pinned in the catalogue.
    pub unpinned: bool,
    /// Whether it is here.
    pub state: State,
    /// Bytes fetched so far, where the download is paused.
    pub done: u64,
    /// It can be removed (or forgotten, where it is used in place).
    pub removable: bool,
    /// The program that fetched it, where it was another.
    pub from: Option<&'static str>,
    /// Where it is handed out, where no program can fetch it there.
    pub page: Option<String>,
    /// Of a voice that is here, the name that it is spoken with: its file's, without the ending.
    pub voice: Option<String>,
    /// What else there is to know before it is chosen.
    pub traits: Vec<Trait>,
}

/// What a model is like beside its note: worded by whoever shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trait {
    /// A folder of weights in plain floats: they can be brought into blocks while they are loaded.
    Floats,
    /// PyTorch's pickles: they could hold programs, which are never run here.
    Pickle,
    /// It writes each reply as a whole; no word is heard before the last is written.
    Whole,
}

/// Whether something is here. Whether a download is *running* is known to the program, not to the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It can be downloaded.
    Available,
    /// It is handed out on a page, where no program can fetch it.
    ByHand,
    /// It is a part of the program.
    Inside,
    /// A download was begun.
    Paused,
    /// It is here.
    Installed,
}

/// Everything on offer and everything on the disk: what is here first within its kind, then the catalogue's order.
///
/// # Errors
/// As [`Library::scan`].
pub fn listings(
    catalogue: &Catalogue,
    library: &Library,
    language: Lang,
) -> Result<Vec<Listing>, Error> {
    let installed = library.scan(catalogue)?;
    let mut all: Vec<Listing> =
        installed.iter().map(|one| here(catalogue, one, language)).collect();
    for entry in catalogue.entries() {
        if !installed.iter().any(|one| one.id == entry.id) {
            all.push(offered(entry, library, language));
        }
    }
    all.sort_by_key(|listing| (listing.kind, listing.state != State::Installed));
    Ok(all)
}

/// An entry that is not here, or not wholly.
pub fn offered(entry: &Entry, library: &Library, language: Lang) -> Listing {
    let begun = library.begun(entry);
    Listing {
        id: entry.id.clone(),
        kind: entry.kind,
        name: entry.name.clone(),
        note: entry.note(language).to_owned(),
        licence: entry.licence.id.clone(),
        licence_url: entry.licence.url.clone(),
        ask: entry.licence.ask,
        size: entry.size(),
        languages: entry.languages.clone(),
        unpinned: entry.unpinned(),
        state: match (&begun, &entry.page) {
            _ if entry.inside => State::Inside,
            (Some(_), _) => State::Paused,
            (None, Some(_)) => State::ByHand,
            (None, None) => State::Available,
        },
        done: begun.map_or(0, |(done, _)| done),
        removable: false,
        from: None,
        page: entry.page.clone(),
        voice: None,
        traits: [(entry.is_floats(), Trait::Floats), (entry.is_pickle(), Trait::Pickle)]
            .into_iter()
            .filter_map(|(is, one)| is.then_some(one))
            .collect(),
    }
}

fn here(catalogue: &Catalogue, one: &Installed, language: Lang) -> Listing {
    let entry = catalogue.get(&one.id);
    let languages = match (&one.content, entry) {
        (_, Some(entry)) => entry.languages.clone(),
        (Content::Voice { about, .. }, None) => vec![about.language.clone()],
        (Content::Whisper { multilingual: false, .. }, None) => vec!["en".to_owned()],
        _ => vec![],
    };
    Listing {
        id: one.id.clone(),
        kind: one.kind,
        name: one.name.clone(),
        note: entry.map_or_else(
            || match one.revision() {
                Some(of) => {
                    let (repo, revision) = of.rsplit_once('@').unwrap_or((&of, ""));
                    format!("{} ({repo}, {})", one.path.display(), crate::words::short(revision))
                }
                None => one.path.display().to_string(),
            },
            |entry| entry.note(language).to_owned(),
        ),
        licence: entry.map(|entry| entry.licence.id.clone()).unwrap_or_default(),
        licence_url: entry.and_then(|entry| entry.licence.url.clone()),
        ask: false,
        size: Some(one.size),
        languages,
        unpinned: entry.is_none_or(Entry::unpinned),
        state: State::Installed,
        done: one.size,
        removable: !matches!(one.place, Where::Extra | Where::Shared(_)),
        from: match one.place {
            Where::Shared(tool) => Some(tool.name()),
            _ => None,
        },
        page: None,
        voice: (one.kind == Kind::Voice)
            .then(|| one.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()))
            .flatten(),
        traits: match one.content {
            Content::Folder { pickle, answers, .. } => {
                [(true, Trait::Floats), (pickle, Trait::Pickle), (answers, Trait::Whole)]
                    .into_iter()
                    .filter_map(|(is, one)| is.then_some(one))
                    .collect()
            }
            _ => vec![],
        },
    }
}
