//! The Cubism Core that a person chose: a script of Live2D's that this program neither has nor may hand on. It is kept under its own SHA-256, and
//! nobody loads it but the frame whose policy names that hash (decision 0177).

use std::path::{Path, PathBuf};

use api::CoreView;
use base64::Engine as _;
use domain::{Problem, ProblemKind};
use sha2::{Digest as _, Sha256};

use crate::app::{Answer, App};
use crate::characters::expression_packs::unwritable;

/// The folder within the data folder.
const FOLDER: &str = "live2d";
/// A larger file is something else.
const MAX_BYTES: u64 = 16 << 20;
/// The name that the public interface of every Core hangs on.
const MARK: &str = "Live2DCubismCore";

impl App {
    /// The Core that was chosen; `None` where none was.
    pub fn live2d_core(&self) -> Option<CoreView> {
        let (text, sha256) = kept(&self.live2d_folder())?;
        Some(CoreView { sha256: hex(&sha256), bytes: text.len() as u32 })
    }

    /// Its text, for the frame that runs it; `None` where none was chosen, or where the file is not what was chosen.
    pub fn live2d_source(&self) -> Option<String> {
        kept(&self.live2d_folder()).map(|(text, _)| text)
    }

    /// Its SHA-256 as a content security policy writes it.
    pub fn live2d_policy_hash(&self) -> Option<String> {
        let (_, sha256) = kept(&self.live2d_folder())?;
        Some(base64::engine::general_purpose::STANDARD.encode(sha256))
    }

    /// Takes a Core in, in the place of the one before.
    pub fn choose_live2d_core(&self, path: &str) -> Answer<CoreView> {
        Ok(choose(&self.live2d_folder(), Path::new(path))?)
    }

    /// Forgets the Core. Live2D figures then stand as pictures again.
    pub fn forget_live2d_core(&self) -> Answer<()> {
        let folder = self.live2d_folder();
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(unwritable(&folder, &error).into())
            }
            _ => Ok(()),
        }
    }

    fn live2d_folder(&self) -> PathBuf {
        self.paths.dirs.root().join(FOLDER)
    }
}

fn choose(folder: &Path, path: &Path) -> Result<CoreView, Problem> {
    let refuse = |what: &str| {
        Problem::new(
            ProblemKind::Unsupported,
            format!("`{}` {what}", path.display()),
            "choose `live2dcubismcore.min.js` from the folder `Core` of the Cubism SDK for Web",
        )
    };
    let length = std::fs::metadata(path).map_err(|error| refuse(&error.to_string()))?.len();
    if length > MAX_BYTES {
        return Err(refuse("is larger than a Cubism Core"));
    }
    let bytes = std::fs::read(path).map_err(|error| refuse(&error.to_string()))?;
    // A byte order mark would be part of the hash on one side and not on the other.
    let text = String::from_utf8(bytes).map_err(|_| refuse("is no text"))?;
    let text = text.trim_start_matches('\u{feff}');
    if !text.contains(MARK) {
        return Err(refuse("is no Cubism Core"));
    }
    let sha256 = Sha256::digest(text.as_bytes());
    let place = folder.join(format!("{}.js", hex(&sha256)));
    let unfinished = folder.join("unfinished");
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&unfinished, text))
        .and_then(|()| std::fs::rename(&unfinished, &place))
        .map_err(|error| unwritable(&place, &error))?;
    for older in scripts(folder).into_iter().filter(|one| *one != place) {
        std::fs::remove_file(&older).map_err(|error| unwritable(&older, &error))?;
    }
    Ok(CoreView { sha256: hex(&sha256), bytes: text.len() as u32 })
}

/// The Core in a folder, where it is what its name says.
fn kept(folder: &Path) -> Option<(String, [u8; 32])> {
    let place = scripts(folder).into_iter().next()?;
    if std::fs::metadata(&place).ok()?.len() > MAX_BYTES {
        return None;
    }
    let text = std::fs::read_to_string(&place).ok()?;
    let sha256: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    (place.file_stem()?.to_str()? == hex(&sha256)).then_some((text, sha256))
}

fn scripts(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
    paths.filter(|path| path.extension().is_some_and(|ending| ending == "js")).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{choose, kept, scripts};

    #[test]
    fn a_core_is_kept_by_its_hash_and_a_changed_one_is_none() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("core.js");
        std::fs::write(&file, "\u{feff}var Live2DCubismCore = {};").unwrap();
        let folder = home.path().join("live2d");
        let first = choose(&folder, &file).unwrap();
        let (text, _) = kept(&folder).unwrap();
        assert_eq!(text, "var Live2DCubismCore = {};");
        std::fs::write(&file, "var Live2DCubismCore = { other: 1 };").unwrap();
        let second = choose(&folder, &file).unwrap();
        assert_ne!(first.sha256, second.sha256);
        let all = scripts(&folder);
        assert_eq!(all.len(), 1);
        std::fs::write(&all[0], "var Live2DCubismCore = { evil: 1 };").unwrap();
        assert!(kept(&folder).is_none());
    }

    #[test]
    fn what_is_no_core_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("other.js");
        for bytes in [b"var x = 1".as_slice(), b"\xff\xfe Live2DCubismCore"] {
            std::fs::write(&file, bytes).unwrap();
            assert!(choose(&home.path().join("live2d"), &file).is_err());
        }
        assert!(choose(&home.path().join("live2d"), &home.path().join("gone.js")).is_err());
        assert!(kept(&home.path().join("live2d")).is_none());
    }
}
