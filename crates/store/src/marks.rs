//! What a person marked in the library: their favourites, and whose pictures may be loaded from the network. A small file of its own, because the index beside it may be thrown away.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{Error, atomic, kept_json};

/// The marks, and the file that they are kept in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marks {
    path: PathBuf,
    kept: Kept,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    favourites: BTreeSet<String>,
    remote: BTreeSet<String>,
    /// Of a newer version; written back as they were.
    #[serde(flatten)]
    unknown: serde_json::Map<String, serde_json::Value>,
}

impl Marks {
    /// Reads the marks; none where there is no file yet.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Invalid`] where the file cannot be read; it is left as it is.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Ok(Self { path: path.to_owned(), kept: kept_json::read(path)? })
    }

    /// Whether a character is one.
    pub fn is_favourite(&self, id: &str) -> bool {
        self.kept.favourites.contains(id)
    }

    /// Whether what a character's card names on the network may be loaded.
    pub fn may_load_remote(&self, id: &str) -> bool {
        self.kept.remote.contains(id)
    }

    /// Allows that, or takes it back, and writes it down.
    ///
    /// # Errors
    /// [`Error::Io`]; the marks are as they were then.
    pub fn allow_remote(&mut self, id: &str, on: bool) -> Result<(), Error> {
        let mut kept = self.kept.clone();
        let changed = if on { kept.remote.insert(id.to_owned()) } else { kept.remote.remove(id) };
        if changed {
            atomic::write_private(&self.path, &kept_json::bytes(&kept))?;
            self.kept = kept;
        }
        Ok(())
    }

    /// Makes a character one, or not, and writes it down.
    ///
    /// # Errors
    /// [`Error::Io`]; the marks are as they were then.
    pub fn set_favourite(&mut self, id: &str, on: bool) -> Result<(), Error> {
        let mut kept = self.kept.clone();
        let changed =
            if on { kept.favourites.insert(id.to_owned()) } else { kept.favourites.remove(id) };
        if changed {
            atomic::write_private(&self.path, &kept_json::bytes(&kept))?;
            self.kept = kept;
        }
        Ok(())
    }
}
