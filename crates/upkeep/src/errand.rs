//! What is to be done with a whole data folder while nobody has it open: a window notes it down here, starts anew, and does it before
//! anything of the folder is opened.

use std::io::Read;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use store::Dirs;

use crate::Error;

/// Name of the note, in the data folder.
pub(crate) const FILE: &str = "errand.json";
/// A note is two words and a path.
const LONGEST: u64 = 64 << 10;

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Errand {
    /// Everything comes back from a backup.
    Restore {
        /// The backup.
        from: PathBuf,
    },
    /// What a restore has set aside comes back.
    Return {
        /// Its name, of [`asides`](crate::asides).
        name: String,
    },
    /// Everything goes to another folder.
    Move {
        /// An empty or a new one.
        to: PathBuf,
    },
    /// Every database is looked through, and what is damaged is put right.
    Mend,
}

/// What is noted down; `None` where nothing is, or where the note cannot be read: then it is taken away, and nothing is done.
pub fn errand(dirs: &Dirs) -> Option<Errand> {
    let path = dirs.root().join(FILE);
    let mut text = String::new();
    let file = std::fs::File::open(&path).ok()?;
    let read = file.take(LONGEST).read_to_string(&mut text).map_err(|why| why.to_string());
    match read.and_then(|_| serde_json::from_str(&text).map_err(|why| why.to_string())) {
        Ok(errand) => Some(errand),
        Err(error) => {
            tracing::warn!(error, "a note of what was to be done cannot be read");
            let _ = std::fs::remove_file(&path);
            None
        }
    }
}

/// Notes down what is to be done at the next start.
///
/// # Errors
/// [`Error::Store`] where it cannot be written.
pub fn set_errand(dirs: &Dirs, errand: &Errand) -> Result<(), Error> {
    let text = serde_json::to_vec(errand).map_err(|why| Error::Damaged {
        path: dirs.root().join(FILE),
        why: format!("it cannot be written down ({why})"),
    })?;
    Ok(store::atomic::write(&dirs.root().join(FILE), &text)?)
}

/// Takes the note away: it is done, or shall not be.
///
/// # Errors
/// [`Error::Io`].
pub fn drop_errand(dirs: &Dirs) -> Result<(), Error> {
    let path = dirs.root().join(FILE);
    match std::fs::remove_file(&path) {
        Err(why) if why.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io("remove", &path)(why))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_found_again_and_nonsense_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = Dirs::at(folder.path());
        assert_eq!(errand(&dirs), None);
        for one in [
            Errand::Restore { from: "/a/back up.zip".into() },
            Errand::Return { name: "before-restore-2026-11-26T00-00-00Z".into() },
            Errand::Move { to: "/disk".into() },
            Errand::Mend,
        ] {
            set_errand(&dirs, &one).unwrap();
            assert_eq!(errand(&dirs), Some(one));
        }
        drop_errand(&dirs).unwrap();
        drop_errand(&dirs).unwrap();
        assert_eq!(errand(&dirs), None);
        std::fs::write(folder.path().join(FILE), b"{\"what\":\"burn\"}").unwrap();
        assert_eq!(errand(&dirs), None);
        assert!(!folder.path().join(FILE).exists(), "it would be read at every start");
    }
}
