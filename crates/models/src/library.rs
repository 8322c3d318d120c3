//! What is on the disk: found by content, in our own folders and in those that the person names.
//!
//! Our own: `models/<id>/…` and `voices/<id>/…`, one folder an entry, the record of checksums beside the files. Files of
//! the person's own, used in place, are remembered by path; folders named by `HANASHI_MODELS` are searched. Nothing outside
//! our own folders is ever changed.

mod import;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tracing::debug;

use crate::Error;
use crate::caches::{Shared, Tool};
use crate::catalogue::{Catalogue, Entry, Kind};
use crate::digest::{Algorithm, Digest, Hasher, hash_file};
use crate::fetch::part;
use crate::pins::{self, Pins};
use crate::recognise::{Content, folder, meant, pictures, recognise};

pub use self::import::{How, Imported};

/// The record of files used in place.
const IN_PLACE: &str = "in-place.toml";
/// How deep folders are searched.
const DEPTH: u32 = 4;
/// More files than this in one folder are somebody's whole disk.
const MOST_FILES: usize = 20_000;

/// The folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    models: PathBuf,
    voices: PathBuf,
    extra: Vec<PathBuf>,
    shared: Vec<Shared>,
}

/// Something that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// Its name in commands and settings; the catalogue's where it is from there.
    pub id: String,
    /// What it is for.
    pub kind: Kind,
    /// Name for people.
    pub name: String,
    /// The file, or the folder, to load.
    pub path: PathBuf,
    /// All its files; where `path` is a file, that first.
    pub files: Vec<PathBuf>,
    /// Bytes of all its files.
    pub size: u64,
    /// Whose folder it lies in.
    pub place: Where,
    /// What is known of it without loading it.
    pub content: Content,
}

impl Installed {
    /// The folder that its files lie in.
    pub(crate) fn home(&self) -> &Path {
        match &self.content {
            Content::Folder { .. } | Content::Encoder { .. } | Content::Pictures { .. } => {
                &self.path
            }
            _ => self.path.parent().unwrap_or(&self.path),
        }
    }

    /// The repository and the commit of it that it was fetched from, as the record beside it says: `owner/name@revision`. `None` for what
    /// came another way, or before revisions were recorded.
    pub fn revision(&self) -> Option<String> {
        let pins = Pins::read(self.home()).ok()?;
        let mut names = self.files.iter().filter_map(|file| file.file_name()?.to_str());
        names.find_map(|name| pins.get(name)?.revision.clone())
    }
}

/// Whose folder something lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// Ours: it can be removed.
    Own,
    /// The person's, remembered by path: it can be forgotten.
    InPlace,
    /// One of the folders that the person named: only read.
    Extra,
    /// Another program's: only read.
    Shared(Tool),
}

/// What checking the files of something found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every file is what it was pinned to.
    Good,
    /// Nothing is pinned; these are its checksums.
    Unpinned(Vec<(PathBuf, Digest)>),
    /// A file is not what it was.
    Changed {
        /// Which.
        file: PathBuf,
        /// What it was.
        expected: Digest,
        /// What it is.
        got: Digest,
    },
    /// It was stopped before the end.
    Stopped,
}

/// A file used in place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Link {
    id: String,
    path: PathBuf,
}

#[derive(Default, Serialize, Deserialize)]
struct Links {
    #[serde(default)]
    version: u32,
    #[serde(default, rename = "file")]
    files: Vec<Link>,
}

impl Library {
    /// The folders for models and voices, and those of the person that are searched as well. Touches nothing.
    pub fn new(
        models: impl Into<PathBuf>,
        voices: impl Into<PathBuf>,
        extra: Vec<PathBuf>,
    ) -> Self {
        Self { models: models.into(), voices: voices.into(), extra, shared: Vec::new() }
    }

    /// With the models that other programs have fetched, which are only read.
    #[must_use]
    pub fn with_shared(mut self, shared: Vec<Shared>) -> Self {
        self.shared = shared;
        self
    }

    /// Where the files of an entry belong.
    pub fn folder(&self, entry: &Entry) -> PathBuf {
        self.folder_of(entry.kind, &entry.id)
    }

    fn folder_of(&self, kind: Kind, id: &str) -> PathBuf {
        match kind {
            Kind::Voice => self.voices.join(id),
            Kind::Chat | Kind::Ears | Kind::Pictures | Kind::Encoder | Kind::Vad => {
                self.models.join(id)
            }
        }
    }

    /// Everything that can be used, by kind, then in the order of the catalogue, then by name. What cannot be used is
    /// left out; [`recognise`](crate::recognise()) says why.
    ///
    /// # Errors
    /// [`Error::Record`] where the record of files used in place is damaged.
    pub fn scan(&self, catalogue: &Catalogue) -> Result<Vec<Installed>, Error> {
        let mut found: Vec<Installed> = vec![];
        let mut taken = BTreeSet::new();
        let mut add = |mut one: Installed| {
            // The first of a name keeps it: our own folders are searched first.
            one.id = import::free_name(&one.id, |id| taken.contains(id));
            taken.insert(one.id.clone());
            found.push(one);
        };
        for root in [&self.models, &self.voices] {
            for path in files_below(root) {
                if let Some(one) = self.installed(catalogue, &path, Where::Own) {
                    add(one);
                }
            }
        }
        for link in self.links()?.files {
            if let Some(mut one) = self.installed(catalogue, &link.path, Where::InPlace) {
                one.id = link.id;
                add(one);
            }
        }
        for path in self.extra.iter().flat_map(|root| files_below(root)) {
            if let Some(one) = self.installed(catalogue, &path, Where::Extra) {
                add(one);
            }
        }
        for file in &self.shared {
            let place = Where::Shared(file.tool);
            if let Some(mut one) = self.installed(catalogue, &file.path, place) {
                if catalogue.get(&one.id).is_none() {
                    one.id = slug(&file.name);
                    one.name.clone_from(&file.name);
                }
                add(one);
            }
        }
        let rank = |one: &Installed| {
            let at = catalogue.entries().iter().position(|entry| entry.id == one.id);
            (one.kind, at.unwrap_or(usize::MAX))
        };
        found.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.name.cmp(&b.name)));
        Ok(found)
    }

    /// Finds one by its id, or by the path of its file.
    ///
    /// # Errors
    /// [`Error::Unknown`]; what [`recognise`](crate::recognise()) says of a path that cannot be used.
    pub fn find(&self, catalogue: &Catalogue, name: &str) -> Result<Installed, Error> {
        if let Some(one) = self.scan(catalogue)?.into_iter().find(|one| one.id == name) {
            return Ok(one);
        }
        let path = meant(Path::new(name));
        if path.is_file() || crate::is_folder(&path) {
            return describe(&path, recognise(&path)?, Where::Extra);
        }
        Err(Error::Unknown(name.to_owned()))
    }

    /// Bytes here of an entry whose download was begun, and bytes there will be where that is known; `None` where none
    /// was begun.
    pub fn begun(&self, entry: &Entry) -> Option<(u64, Option<u64>)> {
        let folder = self.folder(entry);
        let mut here = 0;
        let mut open = false;
        for file in &entry.files {
            let target = folder.join(&file.name);
            if let Ok(data) = target.metadata() {
                here += data.len();
            } else {
                here += part::length(&target);
                open = true;
            }
        }
        (open && here > 0).then(|| (here, entry.size()))
    }

    /// Throws away what is here of a download that was begun.
    ///
    /// # Errors
    /// [`Error::Busy`] while it is running.
    pub fn discard(&self, entry: &Entry) -> Result<(), Error> {
        let folder = self.folder(entry);
        for file in &entry.files {
            part::discard(&folder.join(&file.name))?;
        }
        for file in &entry.files {
            part::remove(&folder.join(&file.name))?;
        }
        part::remove(&folder.join(pins::FILE))?;
        if let Some(within) = folder.join(folder::POOLING).parent() {
            remove_empty(within);
        }
        remove_empty(&folder);
        Ok(())
    }

    /// Removes something, or forgets it where it is used in place.
    ///
    /// # Errors
    /// [`Error::NotOurs`] where it lies in a folder that is only read.
    pub fn remove(&self, one: &Installed) -> Result<(), Error> {
        match one.place {
            Where::Extra | Where::Shared(_) => Err(Error::NotOurs(one.path.clone())),
            Where::InPlace => {
                let mut links = self.links()?;
                links.files.retain(|link| link.path != one.path);
                self.write_links(&links)
            }
            Where::Own => {
                let folder = one.home();
                for file in &one.files {
                    part::discard(file)?;
                    part::remove(file)?;
                    // The parts of a model that draws lie in folders of their own.
                    if let Some(within) = file.parent().filter(|within| *within != folder) {
                        remove_empty(within);
                    }
                }
                if folder != self.models && folder != self.voices {
                    // What else the entry brought (a licence, a model card) goes with it.
                    for name in Pins::read(folder)?.names() {
                        part::remove(&folder.join(name))?;
                    }
                    part::remove(&folder.join(pins::FILE))?;
                    remove_empty(folder);
                }
                Ok(())
            }
        }
    }

    /// Compares every file of something with what it was pinned to. `each` hears bytes as they are read, and stops it by
    /// answering false.
    pub fn verify(
        &self,
        one: &Installed,
        mut each: impl FnMut(u64) -> bool,
    ) -> Result<Verdict, Error> {
        let pins = Pins::read(one.home())?;
        let mut unpinned = vec![];
        for file in &one.files {
            let mut hasher = Hasher::new([Algorithm::Sha256], None);
            if !hash_file(file, &mut hasher, &mut each)? {
                return Ok(Verdict::Stopped);
            }
            let got = hasher.finish().swap_remove(0);
            let name = within(one.home(), file);
            match pins.get(&name) {
                Some(pin) if pin.sha256 == got => {}
                Some(pin) => {
                    return Ok(Verdict::Changed {
                        file: file.clone(),
                        expected: pin.sha256.clone(),
                        got,
                    });
                }
                None => unpinned.push((file.clone(), got)),
            }
        }
        Ok(if unpinned.is_empty() { Verdict::Good } else { Verdict::Unpinned(unpinned) })
    }

    /// What a file below one of our folders is; `None` where it is nothing to use.
    fn installed(&self, catalogue: &Catalogue, path: &Path, place: Where) -> Option<Installed> {
        let content = match recognise(path) {
            Ok(content) => content,
            Err(error) => {
                debug!(%error, "left out");
                return None;
            }
        };
        let mut one = describe(path, content, place).ok()?;
        if place == Where::Own {
            // A folder of ours has the id as its name, whatever the file in it is called.
            let folder = if path.is_dir() { path } else { path.parent()? };
            if folder != self.models && folder != self.voices {
                folder.file_name()?.to_str()?.clone_into(&mut one.id);
            }
        }
        let entry = catalogue.entries().iter().find(|entry| {
            entry.kind == one.kind
                && (entry.id == one.id
                    || place != Where::Own
                        && path.file_name().is_some_and(|name| {
                            entry.files.first().is_some_and(|file| file.name.as_str() == name)
                        }))
        });
        if let Some(entry) = entry {
            one.id.clone_from(&entry.id);
            one.name.clone_from(&entry.name);
        }
        Some(one)
    }

    fn links(&self) -> Result<Links, Error> {
        let path = self.models.join(IN_PLACE);
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                toml::from_str(&text).map_err(|why| Error::Record { path, why: why.to_string() })
            }
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(Links::default()),
            Err(why) => Err(Error::io("read", &path)(why)),
        }
    }

    fn write_links(&self, links: &Links) -> Result<(), Error> {
        std::fs::create_dir_all(&self.models).map_err(Error::io("create", &self.models))?;
        pins::write_toml(
            &self.models.join(IN_PLACE),
            &Links { version: 1, files: links.files.clone() },
        )
    }
}

/// What can be said of a file by itself.
fn describe(path: &Path, content: Content, place: Where) -> Result<Installed, Error> {
    let (path, files) = match &content {
        Content::Voice { config, .. } => {
            // Either half may have been named; the voice itself is the one to load.
            let config_name = config.as_os_str().to_string_lossy();
            let voice =
                config_name.strip_suffix(".json").map_or_else(|| path.to_owned(), PathBuf::from);
            let voice = if voice.extension().is_some_and(|e| e.eq_ignore_ascii_case("onnx")) {
                voice
            } else {
                voice.with_extension("onnx")
            };
            (voice.clone(), vec![voice, config.clone()])
        }
        Content::Folder { files, .. }
        | Content::Encoder { files, .. }
        | Content::Pictures { files, .. } => (path.to_owned(), files.clone()),
        Content::Gguf { .. } | Content::Whisper { .. } => (path.to_owned(), vec![path.to_owned()]),
    };
    let mut size = 0;
    for file in &files {
        size += file.metadata().map_err(Error::io("read", file))?.len();
    }
    // The name of a folder has no ending, even where there is a dot in it (`ChatPLUG-3.7B`).
    let stem = match &content {
        Content::Folder { .. } | Content::Encoder { .. } | Content::Pictures { .. } => {
            path.file_name()
        }
        _ => path.file_stem(),
    };
    let stem = stem.map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let name = match &content {
        Content::Gguf { name: Some(name), .. } => name.clone(),
        _ => stem.clone(),
    };
    Ok(Installed { id: slug(&stem), kind: content.kind(), name, path, files, size, place, content })
}

/// The name of a file of a model below its folder, with `/` between the parts on every system.
fn within(home: &Path, file: &Path) -> String {
    let name = file.strip_prefix(home).ok().or_else(|| file.file_name().map(Path::new));
    let parts = name.into_iter().flat_map(Path::components);
    parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// A file's name as an id.
pub(crate) fn slug(name: &str) -> String {
    let slug: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "._-".contains(c) {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .take(80)
        .collect();
    let slug = slug.trim_matches(['.', '-']).to_owned();
    if slug.is_empty() { "model".to_owned() } else { slug }
}

/// Files that may be models: below a folder, sorted, without records and unfinished ones, and with one half of each voice. Of models
/// that are folders, the folders.
fn files_below(root: &Path) -> Vec<PathBuf> {
    let mut files = vec![];
    let mut folders = vec![(root.to_owned(), 0)];
    let mut entered = BTreeSet::new();
    while let Some((folder, depth)) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        // A link may lead in a circle.
        if !std::fs::canonicalize(&folder).is_ok_and(|real| entered.insert(real)) {
            continue;
        }
        // Its parts are models of their own by their names, and none by themselves.
        if pictures::looks_like(&folder) {
            files.push(folder);
            continue;
        }
        let whole = folder::looks_like(&folder);
        if whole {
            files.push(folder);
        }
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            if path.is_dir() {
                if depth < DEPTH {
                    folders.push((path, depth + 1));
                }
            } else if files.len() < MOST_FILES && may_be_a_model(&path, whole) {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// By its name alone: everything that could not be one is not opened. The configuration of a voice is found through the
/// voice. In a folder that is a model (`whole`) a `.bin` is a part of it.
fn may_be_a_model(path: &Path, whole: bool) -> bool {
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    matches!(extension.as_str(), "gguf" | "onnx" | "ggml") || extension == "bin" && !whole
}

/// Removes a folder where nothing is left in it.
fn remove_empty(folder: &Path) {
    // Fails where something is left: then it stays.
    let _ = std::fs::remove_dir(folder);
}
