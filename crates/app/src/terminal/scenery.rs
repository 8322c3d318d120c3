//! Places and sounds of the person's own, without a running app.

use api::{ImportReport, OwnSceneryPatch, OwnSceneryView};
use domain::{Problem, ProblemKind};

use crate::app::paths::Paths;
use crate::imports::dropped_files::{Source, refused};
use crate::stage::own_scenery::Props;

/// The places and sounds of one data folder.
pub struct Scenery(Props);

impl Scenery {
    /// Those of a data folder.
    pub fn open(paths: &Paths) -> Self {
        Self(Props::new(paths.dirs.scenery()))
    }

    /// All of them.
    ///
    /// # Errors
    /// Where the list cannot be read.
    pub fn list(&self) -> Result<OwnSceneryView, Problem> {
        self.0.view()
    }

    /// Takes in files, folders and archives; a file that is refused does not stop the others.
    pub fn add(&self, paths: &[String]) -> Vec<ImportReport> {
        let files = crate::characters::library::expand(paths);
        let all = files.into_iter().flat_map(|path| {
            let inside = Source::of(&path).members();
            if inside.is_empty() { vec![path] } else { inside }
        });
        all.map(|path| {
            let file = crate::imports::dropped_files::file_name(std::path::Path::new(&path));
            match self.take(&path) {
                Ok(report) => ImportReport { file, ..report },
                Err(problem) => refused(file, problem),
            }
        })
        .collect()
    }

    fn take(&self, path: &str) -> Result<ImportReport, Problem> {
        let (bytes, _) = Source::of(path).read()?;
        self.0.take(&bytes, path)?.ok_or_else(|| {
            Problem::new(
                ProblemKind::Unsupported,
                format!("`{path}` is no background and no sound"),
                "give PNG, JPEG, WebP or AVIF pictures that are wider than high (or are called `bg …`), and Ogg Vorbis, Opus, MP3, AAC, FLAC or WAV",
            )
        })
    }

    /// Changes what is said of a place or a sound, by its id or its name.
    ///
    /// # Errors
    /// Where there is none.
    pub fn change(&self, which: &str, patch: &OwnSceneryPatch) -> Result<(), Problem> {
        self.0.change(&self.id(which)?, patch)
    }

    /// Removes a place or a sound for good, by its id or its name.
    ///
    /// # Errors
    /// Where there is none.
    pub fn remove(&self, which: &str) -> Result<(), Problem> {
        self.0.remove(&self.id(which)?, true)
    }

    fn id(&self, which: &str) -> Result<String, Problem> {
        let OwnSceneryView { places, sounds, .. } = self.list()?;
        let places = places.into_iter().map(|one| (one.id, one.name));
        let sounds = sounds.into_iter().map(|one| (one.id, one.name));
        let found = places.chain(sounds).find(|(id, name)| id == which || name == which);
        found.map(|(id, _)| id).ok_or_else(|| {
            Problem::new(
                ProblemKind::Missing,
                format!("there is no place and no sound `{which}`"),
                "see `hanashi scenery list`",
            )
        })
    }
}
