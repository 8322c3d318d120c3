//! Where the files that voices need are found.

use std::path::{Path, PathBuf};

use crate::TtsError;

/// Where a [`Speaker`](crate::Speaker) finds its files, and how much of the machine it may use.
#[derive(Debug, Clone)]
pub struct Options {
    /// The app's resource folder: it holds `espeak-ng-data`, `dictionaries` and, where it is shipped, `onnxruntime`.
    /// In a checkout that is `assets`.
    pub resources: PathBuf,
    /// Folders with Piper voices, searched in this order; missing ones are skipped.
    pub voice_dirs: Vec<PathBuf>,
    /// Threads of a Piper inference.
    pub threads: usize,
}

impl Options {
    /// Files from `resources`, no Piper voices yet, two threads.
    pub fn new(resources: impl Into<PathBuf>) -> Self {
        Self { resources: resources.into(), voice_dirs: Vec::new(), threads: 2 }
    }

    /// The `assets` folder of the checkout that this crate was built in: for development and tests.
    pub fn checkout() -> Self {
        Self::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets"))
    }
}

/// The folder that holds espeak-ng's `phontab`: `HANASHI_ESPEAK_DATA`, the resources, beside the executable (also in
/// `resources` there), the checkout.
pub(crate) fn espeak_data(resources: &Path) -> Result<PathBuf, TtsError> {
    let mut places = Vec::new();
    if let Some(path) = std::env::var_os("HANASHI_ESPEAK_DATA") {
        places.push(PathBuf::from(path));
    }
    places.push(resources.join("espeak-ng-data"));
    places.extend(beside_executable("espeak-ng-data"));
    places.push(Options::checkout().resources.join("espeak-ng-data"));
    places.iter().find(|place| place.join("phontab").is_file()).cloned().ok_or(TtsError::Missing {
        what: "espeak-ng's data folder (`espeak-ng-data`)",
        path: places.swap_remove(0),
        remedy: "install the app again, or point HANASHI_ESPEAK_DATA at an espeak-ng-data folder",
    })
}

/// A dictionary under `dictionaries`, in the resources, beside the executable, or in the checkout.
pub(crate) fn dictionary(resources: &Path, name: &str) -> PathBuf {
    let name = Path::new("dictionaries").join(name);
    let first = resources.join(&name);
    if first.is_file() {
        return first;
    }
    beside_executable(&name)
        .into_iter()
        .chain([Options::checkout().resources.join(&name)])
        .find(|path| path.is_file())
        .unwrap_or(first)
}

/// `name` beside the executable, and in a `resources` folder there.
pub(crate) fn beside_executable(name: impl AsRef<Path>) -> Vec<PathBuf> {
    let Some(folder) =
        std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.to_path_buf()))
    else {
        return Vec::new();
    };
    vec![folder.join(&name), folder.join("resources").join(&name)]
}
