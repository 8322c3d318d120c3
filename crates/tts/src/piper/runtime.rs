//! Finds and opens ONNX Runtime.
//!
//! The library is opened here and its table of functions handed to `ort`, because every failure is then an ordinary error;
//! `ort`'s own loading waits for ever where the library is missing or old.

#![expect(unsafe_code, reason = "a C library is opened by hand")]

use std::ffi::CStr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::{Options, TtsError, resources};

const REMEDY: &str = "fetch it with `assets/onnxruntime/fetch.sh`, or point HANASHI_ONNXRUNTIME at a libonnxruntime of version 1.17 or later";

static LOADED: Mutex<bool> = Mutex::new(false);

/// Makes ONNX Runtime ready; later calls do nothing. Places, in this order: `HANASHI_ONNXRUNTIME`, `ORT_DYLIB_PATH`,
/// `onnxruntime` in the resources and beside the executable, the checkout's `target/onnxruntime`, the system's libraries.
pub(super) fn load(resources: &Path) -> Result<(), TtsError> {
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if *loaded {
        return Ok(());
    }
    let path = find(resources)?;
    let version = open(&path)?;
    tracing::info!(version, path = %path.display(), "ONNX Runtime is ready");
    *loaded = true;
    Ok(())
}

fn find(resources: &Path) -> Result<PathBuf, TtsError> {
    for name in ["HANASHI_ONNXRUNTIME", "ORT_DYLIB_PATH"] {
        if let Some(path) = std::env::var_os(name).map(PathBuf::from) {
            // Named by hand: nothing else is tried, so that a mistake shows.
            let file = if path.is_dir() { inside(&path) } else { Some(path.clone()) };
            return file.filter(|file| file.is_file()).ok_or(missing(path));
        }
    }
    let own = resources.join("onnxruntime");
    let mut places = vec![own.clone()];
    places.extend(resources::beside_executable("onnxruntime"));
    places.push(Options::checkout().resources.join("../target/onnxruntime"));
    places.extend(
        [
            "/usr/local/lib",
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib/aarch64-linux-gnu",
            "/usr/lib64",
            "/usr/lib",
            "/opt/homebrew/lib",
        ]
        .map(PathBuf::from),
    );
    places.iter().find_map(|place| inside(place)).ok_or(missing(own))
}

fn missing(path: PathBuf) -> TtsError {
    TtsError::Missing {
        what: "the ONNX Runtime library, which Piper voices need,",
        path,
        remedy: REMEDY,
    }
}

/// The library in a folder, whatever its version is called.
fn inside(folder: &Path) -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
            let dylib = path.extension().is_some_and(|extension| extension == "dylib");
            name.starts_with("libonnxruntime.so")
                || (dylib && name.starts_with("libonnxruntime.") && !name.contains("providers"))
                || name == "onnxruntime.dll"
        })
        .collect();
    found.sort();
    found.pop()
}

fn open(path: &Path) -> Result<String, TtsError> {
    let damaged = |reason: String| TtsError::Unsupported {
        what: format!("`{}` as ONNX Runtime", path.display()),
        reason,
        remedy: REMEDY,
    };
    // SAFETY: opening a library runs its initialisers; this is ONNX Runtime, or what the person named as such.
    let library =
        unsafe { libloading::Library::new(path) }.map_err(|error| damaged(error.to_string()))?;
    // It stays open for ever: sessions hold pointers into it.
    let library: &'static libloading::Library = Box::leak(Box::new(library));
    // SAFETY: the signature is that of ONNX Runtime's C API.
    let entry: libloading::Symbol<'_, unsafe extern "C" fn() -> *const ort::sys::OrtApiBase> =
        unsafe { library.get(b"OrtGetApiBase\0") }
            .map_err(|_| damaged("it is another library".into()))?;
    // SAFETY: takes nothing, answers a pointer to static data or null.
    let Some(base) = (unsafe { entry().as_ref() }) else {
        return Err(damaged("it gives no functions".into()));
    };
    // SAFETY: a function of the table just obtained, answering a static C string.
    let version =
        unsafe { CStr::from_ptr((base.GetVersionString)()) }.to_string_lossy().into_owned();
    // SAFETY: likewise; null where the version is too old.
    let api = unsafe { (base.GetApi)(ort::sys::ORT_API_VERSION) };
    if api.is_null() {
        return Err(damaged(format!(
            "version {version} is too old (functions of 1.{} are needed)",
            ort::sys::ORT_API_VERSION
        )));
    }
    // SAFETY: points to static data of the library; the table is plain function pointers.
    let api = unsafe { std::ptr::read(api) };
    if !ort::set_api(api) {
        // Another room of the app was first; its ONNX Runtime serves as well.
        tracing::debug!("ONNX Runtime had been loaded already");
    }
    Ok(version)
}
