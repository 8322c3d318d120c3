//! The data key and what is derived from it. One random key per data folder; databases and files get keys of their own from it,
//! so that neither use can be turned against the other.

use hkdf::Hkdf;
use sha2_11::Sha256;
use zeroize::Zeroizing;

use crate::Error;

/// Bytes of the data key.
pub(crate) const LENGTH: usize = 32;

/// What a person typed: wiped from memory when dropped, never printed.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes over a text. Copies that the caller keeps are the caller's business.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

/// The key of a data folder: 32 random bytes.
pub struct DataKey(Zeroizing<[u8; LENGTH]>);

impl DataKey {
    /// A new one.
    ///
    /// # Errors
    /// [`Error::Machine`] where the system has no random numbers.
    pub fn random() -> Result<Self, Error> {
        let mut key = Zeroizing::new([0; LENGTH]);
        random(key.as_mut_slice())?;
        Ok(Self(key))
    }

    /// The key of these bytes.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut key = Zeroizing::new([0; LENGTH]);
        if bytes.len() != LENGTH {
            return None;
        }
        key.copy_from_slice(bytes);
        Some(Self(key))
    }

    pub(crate) fn bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }

    /// A key for one purpose (HKDF-SHA-256, RFC 5869).
    pub(crate) fn derive(&self, purpose: &str) -> Zeroizing<[u8; LENGTH]> {
        let mut out = Zeroizing::new([0; LENGTH]);
        // 32 bytes are one block; the function fails from 255 blocks on.
        let derived =
            Hkdf::<Sha256>::new(None, self.bytes()).expand(purpose.as_bytes(), out.as_mut_slice());
        debug_assert!(derived.is_ok(), "one block is never too long");
        out
    }

    /// Tells this key from others without giving anything of it away.
    pub(crate) fn check(&self) -> [u8; 16] {
        let mut check = [0; 16];
        check.copy_from_slice(&self.derive("hanashi v1 check")[..16]);
        check
    }

    /// The key of the databases, as SQLCipher takes a raw key.
    pub(crate) fn of_databases(&self) -> Zeroizing<String> {
        use std::fmt::Write as _;
        let key = self.derive("hanashi v1 databases");
        // Room for all of it: a string that grew would leave pieces behind.
        let mut text = Zeroizing::new(String::with_capacity(LENGTH * 2 + 3));
        text.push_str("x'");
        for byte in key.iter() {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text.push('\'');
        text
    }

    /// The key of files.
    pub(crate) fn of_files(&self) -> Zeroizing<[u8; LENGTH]> {
        self.derive("hanashi v1 files")
    }
}

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DataKey")
    }
}

impl PartialEq for DataKey {
    fn eq(&self, other: &Self) -> bool {
        // Of the checks, so that the time it takes says nothing of the keys.
        self.check() == other.check()
    }
}

/// Fills with random bytes of the system.
pub(crate) fn random(bytes: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(bytes)
        .map_err(|error| Error::Machine(format!("the system gave no random numbers: {error}")))
}
