//! The data key in the keychain of the system (Keychain on macOS, Credential Manager on Windows, the Secret Service elsewhere), for
//! who does not want to type the passphrase at every start. Whoever can use this session of theirs can then open the folder.

use zeroize::Zeroizing;

use crate::{DataKey, Error, Header, recovery};

const SERVICE: &str = "hanashi";

/// Keeps the key of a folder.
///
/// # Errors
/// [`Error::Keychain`] where the system keeps none.
pub fn remember(header: &Header, key: &DataKey) -> Result<(), Error> {
    // As the recovery code: text, with a checksum.
    let code = recovery::code(key);
    entry(header).and_then(|entry| entry.set_password(&code)).map_err(refused)
}

/// The key of a folder, where it is kept. May wait for a person who is asked to unlock the keychain.
pub fn remembered(header: &Header) -> Option<DataKey> {
    let code = match entry(header).and_then(|entry| entry.get_password()) {
        Ok(code) => Zeroizing::new(code),
        Err(error) => {
            tracing::debug!(%error, "no key in the keychain");
            return None;
        }
    };
    recovery::key(&code).ok().filter(|key| header.belongs(key))
}

/// Keeps it no more.
///
/// # Errors
/// [`Error::Keychain`] where there is one that cannot be deleted.
pub fn forget(header: &Header) -> Result<(), Error> {
    match entry(header).and_then(|entry| entry.delete_credential()) {
        Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
        Err(error) => Err(refused(error)),
    }
}

fn entry(header: &Header) -> keyring::Result<keyring::Entry> {
    keyring::Entry::new(SERVICE, &format!("data folder {}", header.id()))
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn refused(error: keyring::Error) -> Error {
    Error::Keychain(error.to_string())
}
