//! Where everything lies on the disk. One folder holds all of it, so that it can be moved, copied or thrown away as one.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Error;

/// Environment variable that names the data folder.
pub const HOME_VARIABLE: &str = "HANASHI_HOME";
/// Name of a file in a data folder that was moved: it says where everything is now.
pub const MOVED_TO: &str = "moved-to";
/// Environment variable that names further model folders (a list, as in `PATH`).
pub const MODELS_VARIABLE: &str = "HANASHI_MODELS";

/// The data folder and what is in it. Making one touches nothing; [`Dirs::create`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dirs {
    root: PathBuf,
    extra_models: Vec<PathBuf>,
}

impl Dirs {
    /// The folder that the person named, else `HANASHI_HOME`, else the platform's place for such things
    /// (`~/.local/share/hanashi`, `~/Library/Application Support/…`, `%APPDATA%\…`).
    ///
    /// # Errors
    /// [`Error::NoHome`] where none of the three exists; [`Error::Io`] where everything was moved to a place that is not there now.
    pub fn resolve(explicit: Option<&Path>) -> Result<Self, Error> {
        Self::resolve_with(explicit, |name| std::env::var_os(name))
    }

    /// [`Dirs::resolve`] with another environment.
    pub fn resolve_with(
        explicit: Option<&Path>,
        environment: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, Error> {
        let named = |name| environment(name).filter(|value| !value.is_empty());
        let root = match explicit {
            Some(path) => path.to_owned(),
            None => match named(HOME_VARIABLE) {
                Some(path) => path.into(),
                None => directories::ProjectDirs::from("", "", "hanashi")
                    .ok_or(Error::NoHome)?
                    .data_dir()
                    .to_owned(),
            },
        };
        // Absolute, so that a later change of the working folder moves nothing.
        let root = std::path::absolute(&root).map_err(Error::io("find", &root))?;
        let root = followed(root)?;
        let extra_models = named(MODELS_VARIABLE)
            .map(|list| {
                std::env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()).collect()
            })
            .unwrap_or_default();
        Ok(Self { root, extra_models })
    }

    /// A data folder at a known place, with no further model folders.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), extra_models: Vec::new() }
    }

    /// Creates the folders that are missing.
    pub fn create(&self) -> Result<(), Error> {
        for folder in [
            self.root(),
            &self.models(),
            &self.voices(),
            &self.characters(),
            &self.logs(),
            &self.backups(),
        ] {
            fs::create_dir_all(folder).map_err(Error::io("create the folder", folder))?;
        }
        Ok(())
    }

    /// The data folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Downloaded and imported models.
    pub fn models(&self) -> PathBuf {
        self.root.join("models")
    }

    /// Where models are looked for: the folders of `HANASHI_MODELS` in their order, then [`Dirs::models`].
    pub fn model_folders(&self) -> Vec<PathBuf> {
        self.extra_models.iter().cloned().chain([self.models()]).collect()
    }

    /// Downloaded and imported voices.
    pub fn voices(&self) -> PathBuf {
        self.root.join("voices")
    }

    /// Imported characters, one folder each.
    pub fn characters(&self) -> PathBuf {
        self.root.join("characters")
    }

    /// Log files of the program.
    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    /// Copies of the database.
    pub fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }

    /// What language models remember of the latest conversations. Can be deleted at any time.
    pub fn reading_caches(&self) -> PathBuf {
        self.root.join("reading-caches")
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.root.join("hanashi.sqlite")
    }

    /// The library's index: a cache that may be deleted.
    pub fn library_index(&self) -> PathBuf {
        self.root.join("library-index.sqlite")
    }

    /// Favourites.
    pub fn marks(&self) -> PathBuf {
        self.root.join("library.json")
    }

    /// Who the person is in the stories.
    pub fn personas(&self) -> PathBuf {
        self.root.join("personas.json")
    }

    /// The person's notes to the model.
    pub fn author_notes(&self) -> PathBuf {
        self.root.join("author-notes.json")
    }

    /// Lorebooks for every conversation, with folders for the person's and for single conversations.
    pub fn lorebooks(&self) -> PathBuf {
        self.root.join("lorebooks")
    }

    /// Pictures of scenes.
    pub fn pictures(&self) -> PathBuf {
        self.root.join("pictures")
    }

    /// Places and sounds that the person brought.
    pub fn scenery(&self) -> PathBuf {
        self.root.join("scenery")
    }

    /// The user's settings: what differs from the defaults.
    pub fn settings(&self) -> PathBuf {
        self.root.join("settings.toml")
    }

    /// The file whose lock says that the data is in use.
    pub fn lock_file(&self) -> PathBuf {
        self.root.join("hanashi.lock")
    }
}

/// Where the data is now that began at `root`: it may have been moved more than once, and every place says where it went next.
///
/// A place that is not there is a disk that is not connected. An empty folder made in its stead would look as if everything were lost.
fn followed(root: PathBuf) -> Result<PathBuf, Error> {
    let mut places = vec![root.clone()];
    let mut root = root;
    while let Some(next) = moved_to(&root).filter(|next| !places.contains(next)) {
        // A place where a disk is put has nothing in it while there is none.
        if !fs::read_dir(&next).is_ok_and(|mut entries| entries.next().is_some()) {
            let note = root.join(MOVED_TO);
            let why = format!("`{}` says that everything was moved there", note.display());
            return Err(Error::io("find", &next)(std::io::Error::new(
                std::io::ErrorKind::NotFound,
                why,
            )));
        }
        places.push(next.clone());
        root = next;
    }
    Ok(root)
}

/// Where a data folder was moved to, by the note in it.
fn moved_to(root: &Path) -> Option<PathBuf> {
    let text = fs::read_to_string(root.join(MOVED_TO)).ok()?;
    let to = PathBuf::from(text.trim());
    to.is_absolute().then_some(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_person_names_comes_before_the_environment() {
        let environment =
            |name: &str| (name == HOME_VARIABLE).then(|| OsString::from("/from/environment"));
        let explicit = Dirs::resolve_with(Some(Path::new("/from/person")), environment).unwrap();
        assert_eq!(explicit.root(), Path::new("/from/person"));
        assert_eq!(
            Dirs::resolve_with(None, environment).unwrap().root(),
            Path::new("/from/environment")
        );
    }

    #[test]
    fn an_empty_variable_counts_as_none() {
        let empty = |_: &str| Some(OsString::new());
        if let Ok(dirs) = Dirs::resolve_with(None, empty) {
            assert!(dirs.root().ends_with("hanashi"), "{dirs:?}");
            assert_eq!(dirs.model_folders(), [dirs.models()]);
        }
    }

    #[test]
    fn extra_model_folders_come_first_and_may_be_a_list() {
        let list = std::env::join_paths(["/a", "/b"]).unwrap();
        let dirs = Dirs::resolve_with(Some(Path::new("/home")), |name| {
            (name == MODELS_VARIABLE).then(|| list.clone())
        })
        .unwrap();
        assert_eq!(dirs.model_folders(), [PathBuf::from("/a"), PathBuf::from("/b"), dirs.models()]);
    }

    #[test]
    fn a_relative_folder_becomes_absolute() {
        assert!(
            Dirs::resolve_with(Some(Path::new("data")), |_| None).unwrap().root().is_absolute()
        );
    }

    #[test]
    fn what_was_moved_twice_is_found_and_what_is_not_connected_is_not_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        let found = || Dirs::resolve_with(Some(&place("a")), |_| None);
        let note = |at: &str, to: &str| {
            fs::create_dir_all(place(at)).unwrap();
            fs::write(place(at).join(MOVED_TO), place(to).to_str().unwrap()).unwrap();
        };
        note("a", "b");
        note("b", "c");
        let gone = found().unwrap_err();
        assert!(matches!(&gone, Error::Io { path, .. } if *path == place("c")), "{gone}");
        assert!(!place("c").exists());
        fs::create_dir(place("c")).unwrap();
        assert!(found().is_err(), "nothing is in it");
        fs::write(place("c/settings.toml"), "").unwrap();
        assert_eq!(found().unwrap().root(), place("c"));
        // A circle has no end; it is not looked for forever.
        note("c", "a");
        assert_eq!(found().unwrap().root(), place("c"));
    }

    #[test]
    fn create_makes_every_folder_and_may_be_repeated() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = Dirs::at(folder.path().join("deep/data"));
        dirs.create().unwrap();
        dirs.create().unwrap();
        for made in [dirs.models(), dirs.voices(), dirs.characters(), dirs.logs(), dirs.backups()] {
            assert!(made.is_dir(), "{}", made.display());
        }
    }
}
