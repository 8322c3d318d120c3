//! Which data folders are open in this process, and which folder something lies in.
//!
//! A folder is recognised by its key file, a key is kept by that file's id: so it does not matter by which path somebody arrives, and
//! nobody has to hand keys through rooms that only keep things.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use crate::{DataKey, Error, Header, Phase};

/// Deeper below a data folder than anything of ours.
const DEPTH: usize = 12;

static OPEN: RwLock<Vec<(String, Arc<DataKey>)>> = RwLock::new(Vec::new());

/// How something is to be written where it lies.
#[derive(Debug, Clone)]
pub enum Seal {
    /// As it is.
    Plain,
    /// With this key.
    Sealed(Arc<DataKey>),
}

/// How something is to be written at `path`, which need not exist.
///
/// # Errors
/// [`Error::Locked`] in an encrypted folder whose key is not here, [`Error::Unfinished`] in one that is half encrypted;
/// [`Error::Header`], [`Error::Io`].
pub fn seal_of(path: &Path) -> Result<Seal, Error> {
    for folder in path.ancestors().skip(1).take(DEPTH) {
        if folder.as_os_str().is_empty() {
            break;
        }
        if let Some(header) = Header::read(folder)? {
            return match header.phase() {
                Phase::Prepared => Ok(Seal::Plain),
                Phase::Sealing | Phase::Unsealing => Err(Error::Unfinished(folder.to_owned())),
                Phase::Sealed | Phase::Leaving => key_of(header.id())
                    .map(Seal::Sealed)
                    .ok_or_else(|| Error::Locked(folder.to_owned())),
            };
        }
    }
    Ok(Seal::Plain)
}

/// Opens a folder for this process.
///
/// # Errors
/// [`Error::WrongCode`] where the key is another folder's.
pub fn unlock(header: &Header, key: DataKey) -> Result<Arc<DataKey>, Error> {
    if !header.belongs(&key) {
        return Err(Error::WrongCode);
    }
    let key = Arc::new(key);
    let mut open = OPEN.write().unwrap_or_else(PoisonError::into_inner);
    open.retain(|(id, _)| id != header.id());
    open.push((header.id().to_owned(), Arc::clone(&key)));
    Ok(key)
}

/// Closes it again: what is open stays open, nothing more is opened.
pub fn lock(header: &Header) {
    OPEN.write().unwrap_or_else(PoisonError::into_inner).retain(|(id, _)| id != header.id());
}

/// The key of a folder that is open.
pub(crate) fn key_of(id: &str) -> Option<Arc<DataKey>> {
    let open = OPEN.read().unwrap_or_else(PoisonError::into_inner);
    open.iter().find(|(known, _)| known == id).map(|(_, key)| Arc::clone(key))
}
