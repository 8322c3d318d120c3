//! What can be downloaded: the embedded `assets/catalogue.toml`, extended by the person's own file of the same form.
//!
//! The rule that no size, hash or licence is written from memory is checked here: in the embedded catalogue each of them
//! names the source it was read in, or is empty and the file counts as *unpinned*.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use domain::Lang;
use serde::{Deserialize, Serialize};

use crate::digest::{Algorithm, Digest};
use crate::footprint::KeyValues;
use crate::recognise::folder;
use crate::{Error, words};

/// The catalogue that comes with the program.
const EMBEDDED: &str = include_str!("../../../assets/catalogue.toml");
/// The version of the form that this program reads.
const VERSION: u32 = 1;

/// What a model is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A language model (GGUF).
    Chat,
    /// A recogniser (Whisper in ggml form).
    Ears,
    /// A voice (Piper).
    Voice,
    /// What draws scenes (Stable Diffusion in diffusers' layout).
    Pictures,
    /// What finds memories and documents by what they mean (BERT and XLM-R, as a folder).
    Encoder,
    /// What tells speech from other sounds. It is a part of the program.
    Vad,
}

/// Everything on offer.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    entries: Vec<Entry>,
    mirrors: Vec<String>,
}

/// One thing on offer: usually one file, for a voice or a folder of weights several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Short name, unique: `[a-z0-9._-]`.
    pub id: String,
    /// What it is for.
    pub kind: Kind,
    /// Name for people.
    pub name: String,
    /// One honest sentence, by language code.
    pub note: BTreeMap<String, String>,
    /// Under which terms.
    pub licence: Licence,
    /// Languages it speaks or understands.
    pub languages: Vec<String>,
    /// Offered, but never recommended: a matter of taste (a tune for role play), or there is a better one of its size.
    pub by_choice: bool,
    /// What its cache is made of, where a source says it.
    pub cache: Option<KeyValues>,
    /// Where its makers hand it out, where no program can fetch it there: it is fetched by hand and dropped on the window.
    pub page: Option<String>,
    /// It is a part of the program: named for its origin and its terms, and never fetched.
    pub inside: bool,
    /// What to fetch, the main file first; nothing where `page` is named, or where it is a part of the program.
    pub files: Vec<Remote>,
}

/// Terms of use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Licence {
    /// SPDX identifier, or the name its owner uses.
    pub id: String,
    /// Where its text stands.
    pub url: Option<String>,
    /// To be shown and agreed to before the download, not only named.
    pub ask: bool,
    /// Where that was read; `None` in a person's own catalogue.
    pub source: Option<Source>,
}

/// A file at a hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// Where.
    pub place: Place,
    /// Name it gets here.
    pub name: String,
    /// Exact size in bytes, where a source says it.
    pub size: Option<u64>,
    /// Rounded size in bytes, where a source says only that.
    pub about: Option<u64>,
    /// Checksums that a source names, the strongest first. Empty: unpinned.
    pub digests: Vec<Digest>,
    /// Where size and checksums were read; `None` in a person's own catalogue.
    pub source: Option<Source>,
}

impl Remote {
    /// The repository and what of it: `owner/name@revision`.
    pub(crate) fn revision(&self) -> Option<String> {
        match &self.place {
            Place::Hub { repo, revision, .. } => Some(format!("{repo}@{revision}")),
            Place::Url(_) => None,
        }
    }
}

/// Where a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a repository of a hub and of all its mirrors.
    Hub {
        /// `owner/name`.
        repo: String,
        /// Branch, tag or commit.
        revision: String,
        /// Path in the repository.
        path: String,
    },
    /// At one address.
    Url(String),
}

/// Where a fact was read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its address, where it has one.
    pub url: Option<String>,
    /// What it is, and what it says.
    pub what: String,
    /// When it was read: `2026-11-22`.
    pub read: String,
}

impl Entry {
    /// Bytes to download, exact or rounded; `None` where no source says. What goes along with weights is too small to count where
    /// nobody says how large it is.
    pub fn size(&self) -> Option<u64> {
        if self.files.is_empty() {
            return None;
        }
        let known =
            |file: &&Remote| file.size.or(file.about).is_some() || !folder::goes_along(&file.name);
        // A hub may claim anything: no sum of sizes runs over.
        self.files
            .iter()
            .filter(known)
            .try_fold(0, |sum: u64, file| Some(sum.saturating_add(file.size.or(file.about)?)))
    }

    /// Whether some file has no checksum in the catalogue.
    pub fn unpinned(&self) -> bool {
        !self.inside
            && (self.files.is_empty() || self.files.iter().any(|file| file.digests.is_empty()))
    }

    /// It becomes a folder of weights.
    pub fn is_folder(&self) -> bool {
        matches!(self.kind, Kind::Chat | Kind::Encoder)
            && self.files.iter().any(|file| file.name == folder::DESCRIPTION)
    }

    /// Its weights are brought into blocks while they are loaded.
    pub fn is_floats(&self) -> bool {
        self.kind == Kind::Chat && self.is_folder()
    }

    /// Its weights are PyTorch's pickles.
    pub fn is_pickle(&self) -> bool {
        self.is_folder() && self.files.iter().any(|file| file.name.ends_with(".bin"))
    }

    /// The sentence about it, in a language or else in English.
    pub fn note(&self, language: Lang) -> &str {
        self.note.get(language.code()).or_else(|| self.note.get("en")).map_or("", String::as_str)
    }
}

impl Catalogue {
    /// What comes with the program.
    ///
    /// # Errors
    /// [`Error::Record`]; a test of this crate makes sure that it never happens.
    pub fn embedded() -> Result<Self, Error> {
        parse(EMBEDDED, true)
            .map_err(|why| Error::Record { path: "catalogue.toml (built in)".into(), why })
    }

    /// What comes with the program, and what the person adds in a file of their own (absent: nothing).
    ///
    /// # Errors
    /// [`Error::Record`] where the person's file is not right; the message names the entry.
    pub fn with_own(own: &Path) -> Result<Self, Error> {
        let mut catalogue = Self::embedded()?;
        match std::fs::read_to_string(own) {
            Ok(text) => {
                let more = parse(&text, false)
                    .map_err(|why| Error::Record { path: own.to_owned(), why })?;
                catalogue.add(more);
            }
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => {}
            Err(why) => return Err(Error::io("read", own)(why)),
        }
        Ok(catalogue)
    }

    /// A catalogue from text, by the rules of a person's own (sources may be left out).
    pub fn parse(text: &str) -> Result<Self, Error> {
        parse(text, false).map_err(|why| Error::Record { path: "catalogue.toml".into(), why })
    }

    /// All of it, in the order of the file.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Addresses to try after the hub.
    pub fn mirrors(&self) -> &[String] {
        &self.mirrors
    }

    /// Finds one by its id.
    pub fn get(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    fn add(&mut self, other: Self) {
        for entry in other.entries {
            match self.entries.iter_mut().find(|known| known.id == entry.id) {
                Some(known) => *known = entry,
                None => self.entries.push(entry),
            }
        }
        self.mirrors.extend(other.mirrors);
    }
}

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    #[serde(default)]
    mirrors: Vec<String>,
    #[serde(default)]
    sources: BTreeMap<String, Source>,
    #[serde(default, rename = "model")]
    models: Vec<WrittenEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEntry {
    id: String,
    kind: Kind,
    name: String,
    #[serde(default)]
    note: BTreeMap<String, String>,
    licence: WrittenLicence,
    #[serde(default)]
    languages: Vec<String>,
    #[serde(default)]
    by_choice: bool,
    cache: Option<WrittenCache>,
    page: Option<String>,
    #[serde(default)]
    inside: bool,
    #[serde(default)]
    files: Vec<WrittenFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCache {
    layers: u64,
    heads: u64,
    dim: u64,
    source: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLicence {
    id: String,
    url: Option<String>,
    #[serde(default)]
    ask: bool,
    source: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    repo: Option<String>,
    revision: Option<String>,
    path: Option<String>,
    url: Option<String>,
    name: Option<String>,
    size: Option<u64>,
    about: Option<String>,
    sha256: Option<String>,
    sha1: Option<String>,
    md5: Option<String>,
    source: Option<String>,
}

/// Reads a catalogue. `sourced`: every fact must name its source.
fn parse(text: &str, sourced: bool) -> Result<Catalogue, String> {
    let written: Written = toml::from_str(text).map_err(|error| error.to_string())?;
    if written.version != VERSION {
        return Err(format!(
            "it has version {}, and this program reads version {VERSION}",
            written.version
        ));
    }
    let sources = &written.sources;
    let mut catalogue = Catalogue { entries: vec![], mirrors: written.mirrors };
    for written in written.models {
        let id = written.id.clone();
        let entry =
            entry(written, sources, sourced).map_err(|why| format!("model `{id}`: {why}"))?;
        if catalogue.get(&entry.id).is_some() {
            return Err(format!("there are two models `{id}`"));
        }
        catalogue.entries.push(entry);
    }
    Ok(catalogue)
}

fn entry(
    written: WrittenEntry,
    sources: &BTreeMap<String, Source>,
    sourced: bool,
) -> Result<Entry, String> {
    if !plain_name(&written.id) || written.id.bytes().any(|b| b.is_ascii_uppercase()) {
        return Err("an id is made of a-z, 0-9, dot, dash and underscore".to_owned());
    }
    let licence = Licence {
        source: find(sources, written.licence.source.as_deref())?,
        id: written.licence.id,
        url: written.licence.url,
        ask: written.licence.ask,
    };
    if sourced && licence.source.is_none() {
        return Err("the licence names no source".to_owned());
    }
    let cache = written.cache.map(|said| cache(&said, sources, sourced)).transpose()?;
    let files = written
        .files
        .into_iter()
        .map(|file| remote(file, sources, sourced))
        .collect::<Result<Vec<_>, _>>()?;
    if written.inside && !sourced {
        return Err("only what comes with the program is `inside` it".to_owned());
    }
    let ways = [!files.is_empty(), written.page.is_some(), written.inside];
    if ways.into_iter().filter(|way| *way).count() != 1 {
        return Err("it has either files, or a page where it is handed out".to_owned());
    }
    if written.page.as_ref().is_some_and(|page| !page.starts_with("https://")) {
        return Err("its page is no https address".to_owned());
    }
    if let Some(twice) = files.iter().enumerate().find_map(|(at, file)| {
        files[..at]
            .iter()
            .any(|other| other.name.eq_ignore_ascii_case(&file.name))
            .then_some(&file.name)
    }) {
        return Err(format!("two files would be called `{twice}`"));
    }
    Ok(Entry {
        id: written.id,
        kind: written.kind,
        name: written.name,
        note: written.note,
        licence,
        languages: written.languages,
        by_choice: written.by_choice,
        cache,
        page: written.page,
        inside: written.inside,
        files,
    })
}

fn cache(
    said: &WrittenCache,
    sources: &BTreeMap<String, Source>,
    sourced: bool,
) -> Result<KeyValues, String> {
    if find(sources, said.source.as_deref())?.is_none() && sourced {
        return Err("its cache has numbers and names no source for them".to_owned());
    }
    Some(KeyValues { layers: said.layers, heads: said.heads, dim: said.dim })
        .filter(KeyValues::plausible)
        .ok_or_else(|| "no model has a cache of these layers, heads and numbers".to_owned())
}

fn remote(
    file: WrittenFile,
    sources: &BTreeMap<String, Source>,
    sourced: bool,
) -> Result<Remote, String> {
    let place = match (file.url, file.repo, file.path) {
        (Some(url), None, None) => Place::Url(url),
        (None, Some(repo), Some(path)) => {
            let revision = file.revision.unwrap_or_else(|| "main".to_owned());
            if repo.split('/').filter(|part| plain_name(part)).count() != 2
                || repo.matches('/').count() != 1
            {
                return Err(format!("`{repo}` is not `owner/name`"));
            }
            if !path.split('/').chain(revision.split('/')).all(plain_name) {
                return Err(format!("`{path}` at `{revision}` is not a path in a repository"));
            }
            Place::Hub { repo, revision, path }
        }
        _ => return Err("a file has either `url`, or `repo` and `path`".to_owned()),
    };
    let last = match &place {
        Place::Hub { path, .. } => path.rsplit('/').next(),
        Place::Url(url) => url.split(['?', '#']).next().and_then(|url| url.rsplit('/').next()),
    };
    let name = file.name.or_else(|| last.map(str::to_owned)).unwrap_or_default();
    if !plain_name(&name) && name != folder::POOLING {
        return Err(format!("`{name}` cannot be the name of a file here: give it a `name`"));
    }

    let mut digests = vec![];
    for (algorithm, hex) in [
        (Algorithm::Sha256, &file.sha256),
        (Algorithm::Sha1, &file.sha1),
        (Algorithm::Md5, &file.md5),
    ] {
        if let Some(hex) = hex {
            digests.push(
                Digest::new(algorithm, hex)
                    .ok_or_else(|| format!("`{hex}` is not a checksum of its kind"))?,
            );
        }
    }
    let about = match &file.about {
        None => None,
        Some(text) => {
            Some(words::parse_bytes(text).ok_or_else(|| format!("`{text}` is not a size"))?)
        }
    };
    let source = find(sources, file.source.as_deref())?;
    if sourced
        && source.is_none()
        && (file.size.is_some() || about.is_some() || !digests.is_empty())
    {
        return Err(format!("`{name}` has a size or a checksum and names no source for it"));
    }
    Ok(Remote { place, name, size: file.size, about, digests, source })
}

fn find(sources: &BTreeMap<String, Source>, name: Option<&str>) -> Result<Option<Source>, String> {
    name.map(|name| {
        sources.get(name).cloned().ok_or_else(|| format!("there is no source `{name}`"))
    })
    .transpose()
}

/// Whether a word may be part of a path: catalogues come from other people, and `..` is not theirs to write.
pub(crate) fn plain_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 128
        && !name.starts_with('.')
        && !name.ends_with('.')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-+".contains(&b))
}
