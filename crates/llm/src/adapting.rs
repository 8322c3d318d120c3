//! Which adapters are at work: chosen by their files, loaded once, told apart from others.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use domain::ModelInfo;
use sha2::{Digest, Sha256};

use crate::Error;
use crate::adapter_file::AdapterFile;
use crate::base_mark::is_called;
use crate::decoder::{Active, Adapter, Decoder};

/// Tells a choice of adapters from others; noughts where there are none.
pub(crate) type Key = [u8; 32];

/// Adapters that stay loaded. A scene has a handful of characters; one more lets the one that was used least lately go.
const LOADED: usize = 8;
/// Adapters that work at a time; more is a mistake somewhere.
const AT_ONCE: usize = 16;
/// Strengths beyond this give noise, and numbers that are none.
const STRONGEST: f32 = 100.0;

/// An adapter, and how strongly it works.
#[derive(Debug, Clone, PartialEq)]
pub struct AdapterChoice {
    /// A folder as PEFT writes it, its file of weights, or a GGUF of llama.cpp's kind.
    pub path: PathBuf,
    /// 1 as it was trained, 0 not at all.
    pub scale: f32,
}

/// What is known of an adapter without the model it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdapterAbout {
    /// Name for people: that of its folder or file.
    pub name: String,
    /// The base that it names, where it names one.
    pub base: Option<String>,
    /// How many matrices it changes.
    pub modules: usize,
    /// The files that it consists of.
    pub files: Vec<PathBuf>,
}

/// Looks into an adapter's files.
///
/// # Errors
/// [`Error::Adapter`] where it is none, or of a kind that cannot be used; what reading can bring.
pub fn inspect_adapter(path: &Path) -> Result<AdapterAbout, Error> {
    let file = AdapterFile::open(path)?;
    Ok(AdapterAbout {
        name: file.name(),
        base: file.base(),
        modules: file.modules().count(),
        files: file.paths(),
    })
}

/// What speaks against adapters that fit a model: those that name another base, and carry nothing that proves it to be this one. What
/// cannot be read says nothing here.
pub(crate) fn doubts(model: &ModelInfo, choices: &[AdapterChoice]) -> Vec<String> {
    let of_path = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let names = [
        Some(model.name.clone()),
        of_path(&model.path),
        // A folder of weights goes by the folder's name.
        model.path.parent().and_then(of_path),
    ];
    let doubt = |choice: &AdapterChoice| {
        let file = AdapterFile::open(&choice.path).ok()?;
        let base = file.named_base()?;
        let called = is_called(base, names.iter().flatten().map(String::as_str));
        (!called && file.base_mark().is_none()).then(|| {
            format!(
                "the adapter `{}` was made for `{base}`, and the loaded model is called `{}`: it fits, but what it learnt may not show",
                file.name(),
                model.name
            )
        })
    };
    choices.iter().filter_map(doubt).collect()
}

/// The adapters of one model that were used last, the newest behind.
#[derive(Default)]
pub(crate) struct Loaded(Mutex<Vec<(Key, Arc<Adapter>)>>);

impl Loaded {
    /// Reads what is not loaded yet.
    pub(crate) fn choose(
        &self,
        decoder: &Decoder,
        choices: &[AdapterChoice],
    ) -> Result<Vec<Active>, Error> {
        if let Some(extra) = choices.get(AT_ONCE) {
            return Err(Error::Adapter {
                path: extra.path.clone(),
                reason: format!("{} adapters are too many at once", choices.len()),
            });
        }
        let mut active = Vec::new();
        for AdapterChoice { path, scale } in choices {
            if !scale.is_finite() || scale.abs() > STRONGEST {
                return Err(Error::Adapter {
                    path: path.clone(),
                    reason: format!("its strength cannot be {scale}"),
                });
            }
            let file = AdapterFile::open(path)?;
            // Training may have written another one to the same place.
            let key = file.key()?;
            let adapter = match self.take(&key) {
                Some(adapter) => adapter,
                None => Arc::new(decoder.adapter(&file)?),
            };
            self.put(key, Arc::clone(&adapter));
            active.push(Active { adapter, strength: *scale });
        }
        Ok(active)
    }

    /// Bytes of all that are loaded.
    pub(crate) fn bytes(&self) -> usize {
        self.lock().iter().map(|(_, adapter)| adapter.bytes()).sum()
    }

    fn take(&self, key: &Key) -> Option<Arc<Adapter>> {
        let mut loaded = self.lock();
        let index = loaded.iter().position(|(of, _)| of == key)?;
        Some(loaded.remove(index).1)
    }

    fn put(&self, key: Key, adapter: Arc<Adapter>) {
        let mut loaded = self.lock();
        loaded.push((key, adapter));
        if loaded.len() > LOADED {
            loaded.remove(0);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(Key, Arc<Adapter>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells these adapters, at these strengths, from others.
pub(crate) fn key(active: &[Active]) -> Key {
    if active.is_empty() {
        return Key::default();
    }
    let mut sum = Sha256::new();
    for Active { adapter, strength } in active {
        sum.update(adapter.key);
        sum.update(strength.to_le_bytes());
    }
    sum.finalize().into()
}

/// Of a model with adapters: what its saved caches belong to.
pub(crate) fn fingerprint(model: &[u8; 32], key: &Key) -> [u8; 32] {
    if *key == Key::default() {
        return *model;
    }
    let mut sum = Sha256::new();
    sum.update(model);
    sum.update(key);
    sum.finalize().into()
}
