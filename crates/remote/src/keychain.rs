//! Keys to servers, in the keychain of the system (Keychain on macOS, Credential Manager on Windows, the Secret Service
//! elsewhere): never in the settings, never in a log.
//!
//! Where there is none (a bare window manager, a container), a key is kept in memory until the program ends, and whoever set it
//! is told so.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::{Address, Error};

/// A key for the server of a model, for runs without a keychain.
pub const KEY_VARIABLE: &str = "HANASHI_REMOTE_KEY";

const SERVICE: &str = "hanashi";

/// The keys of this run, and the system's keychain behind them.
#[derive(Default)]
pub struct Keychain {
    here: Mutex<HashMap<String, String>>,
}

impl Keychain {
    /// The key to the server of a model: [`Keychain::stored`], else that of [`KEY_VARIABLE`].
    pub fn get(&self, address: &Address) -> Option<String> {
        let of_run = || std::env::var(KEY_VARIABLE).ok().filter(|key| !key.is_empty());
        self.stored(address).or_else(of_run)
    }

    /// The key that was kept for this very address: set in this run, else of the keychain. May wait for a person who is asked to
    /// unlock the keychain.
    pub fn stored(&self, address: &Address) -> Option<String> {
        if let Some(key) = self.lock().get(address.as_str()) {
            return Some(key.clone());
        }
        let stored = entry(address).and_then(|entry| entry.get_password());
        match stored {
            Ok(key) => {
                self.lock().insert(address.as_str().to_owned(), key.clone());
                Some(key)
            }
            Err(error) => {
                tracing::debug!(%error, "no key in the keychain");
                None
            }
        }
    }

    /// Keeps a key, or forgets it where it is empty.
    ///
    /// # Errors
    /// [`Error::Keychain`] where the system keeps none: the key is in force until the program ends all the same.
    pub fn set(&self, address: &Address, key: &str) -> Result<(), Error> {
        let key = key.trim();
        let result = entry(address).and_then(|entry| {
            if key.is_empty() { entry.delete_credential() } else { entry.set_password(key) }
        });
        if key.is_empty() {
            self.lock().remove(address.as_str());
        } else {
            self.lock().insert(address.as_str().to_owned(), key.to_owned());
        }
        match result {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            // Nothing was kept, and nothing is to be kept.
            Err(_) if key.is_empty() => Ok(()),
            Err(error) => Err(Error::Keychain(error.to_string())),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, String>> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Keychain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keychain").finish_non_exhaustive()
    }
}

fn entry(address: &Address) -> keyring::Result<keyring::Entry> {
    keyring::Entry::new(SERVICE, address.as_str())
}
