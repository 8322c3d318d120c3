//! The key file of an encrypted data folder: the data key, wrapped by the person's passphrase.
//!
//! The passphrase (NFKC, so that full and half width or composed and decomposed letters are the same) goes through Argon2id; what
//! comes out wraps the 32 bytes of the data key with XChaCha20-Poly1305 over the id and the parameters. Changing the passphrase
//! wraps the same key anew: nothing else is rewritten. The file says, too, how far switching on or off has come.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::key::random;
use crate::{DataKey, Error, Secret};

/// Name of the key file in a data folder.
pub const FILE: &str = "hanashi-vault.toml";
/// Characters that a passphrase has at least.
pub const MIN_PASSPHRASE: usize = 8;
/// Larger than any key file.
const MAX_BYTES: u64 = 16 << 10;
/// Longer than any passphrase: Argon2 would read gigabytes, too.
const MAX_PASSPHRASE: usize = 64 << 10;

/// What a new passphrase costs whoever guesses: 128 MiB, three passes; about half a second here. RFC 9106 §4 recommends at least 64 MiB
/// with three passes where 2 GiB are too much. One lane: the library computes lanes one after the other, an attacker would not.
const COST: Cost = Cost { memory_kib: 128 << 10, passes: 3, lanes: 1 };
/// What is believed of a file. More than this would be an attack on the machine, not on the key.
const MOST: Cost = Cost { memory_kib: 1 << 20, passes: 16, lanes: 16 };

const COMMENT: &str = "\
# This data folder is encrypted. Without this file and the passphrase, or the recovery code, it cannot be read by anybody.
# Do not delete it, and copy it along with the databases.
";

/// How far a data folder is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Everything is plain still; it is to be encrypted at the next start.
    Prepared,
    /// Being encrypted: some files are, some are not.
    Sealing,
    /// Encrypted.
    Sealed,
    /// Encrypted; it is to be decrypted at the next start.
    Leaving,
    /// Being decrypted: some files are, some are not.
    Unsealing,
}

/// Costs of a guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Cost {
    /// Memory in KiB.
    memory_kib: u32,
    /// Passes over it.
    passes: u32,
    /// Lanes.
    lanes: u32,
}

/// The key file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    v: u32,
    id: String,
    phase: Phase,
    /// Tells the right key from others.
    check: String,
    kdf: String,
    cost: Cost,
    salt: String,
    nonce: String,
    wrapped: String,
}

impl Header {
    /// A key file for a key.
    ///
    /// # Errors
    /// [`Error::ShortPassphrase`], [`Error::Machine`].
    pub fn new(key: &DataKey, passphrase: &Secret, phase: Phase) -> Result<Self, Error> {
        let mut id = [0; 16];
        random(&mut id)?;
        Self::wrap(hex(&id), key, passphrase, phase)
    }

    /// The same folder with another passphrase, or with a lost one replaced.
    ///
    /// # Errors
    /// As of [`Header::new`]; [`Error::WrongCode`] where the key belongs to another folder.
    pub fn rewrapped(&self, key: &DataKey, passphrase: &Secret) -> Result<Self, Error> {
        if !self.belongs(key) {
            return Err(Error::WrongCode);
        }
        Self::wrap(self.id.clone(), key, passphrase, self.phase)
    }

    fn wrap(id: String, key: &DataKey, passphrase: &Secret, phase: Phase) -> Result<Self, Error> {
        let count = passphrase.text().chars().count();
        if count < MIN_PASSPHRASE || passphrase.text().len() > MAX_PASSPHRASE {
            return Err(Error::ShortPassphrase { min: MIN_PASSPHRASE });
        }
        let (mut salt, mut nonce) = ([0; 16], [0; 24]);
        random(&mut salt)?;
        random(&mut nonce)?;
        let mut header = Self {
            v: 1,
            id,
            phase,
            check: hex(&key.check()),
            kdf: "argon2id".to_owned(),
            cost: COST,
            salt: hex(&salt),
            nonce: hex(&nonce),
            wrapped: String::new(),
        };
        let guard = stretch(passphrase, &salt, header.cost)?;
        let about = header.about();
        let payload = Payload { msg: key.bytes(), aad: about.as_bytes() };
        let wrapped = cipher(&guard)
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Error::Machine("the key could not be wrapped".to_owned()))?;
        header.wrapped = hex(&wrapped);
        Ok(header)
    }

    /// The key, where this is the passphrase. Takes about half a second, on purpose.
    ///
    /// # Errors
    /// [`Error::WrongPassphrase`]; [`Error::Header`] for a file that claims the impossible.
    pub fn open(&self, passphrase: &Secret) -> Result<DataKey, Error> {
        if passphrase.text().len() > MAX_PASSPHRASE {
            return Err(Error::WrongPassphrase);
        }
        let damaged =
            || Error::Header { path: FILE.into(), detail: "a field has another length".into() };
        let salt: [u8; 16] =
            unhex(&self.salt).and_then(|bytes| bytes.try_into().ok()).ok_or_else(damaged)?;
        let nonce: [u8; 24] =
            unhex(&self.nonce).and_then(|bytes| bytes.try_into().ok()).ok_or_else(damaged)?;
        let wrapped = unhex(&self.wrapped).ok_or_else(damaged)?;
        let guard = stretch(passphrase, &salt, self.cost)?;
        let about = self.about();
        let payload = Payload { msg: wrapped.as_slice(), aad: about.as_bytes() };
        let bytes = Zeroizing::new(
            cipher(&guard)
                .decrypt(&XNonce::from(nonce), payload)
                .map_err(|_| Error::WrongPassphrase)?,
        );
        DataKey::from_bytes(&bytes).filter(|key| self.belongs(key)).ok_or(Error::WrongPassphrase)
    }

    /// True where the key is this folder's.
    pub fn belongs(&self, key: &DataKey) -> bool {
        hex(&key.check()) == self.check
    }

    /// Names the folder, wherever it lies.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How far it is encrypted.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// The same in another phase.
    #[must_use]
    pub fn in_phase(mut self, phase: Phase) -> Self {
        self.phase = phase;
        self
    }

    /// What the wrapped key is bound to.
    fn about(&self) -> String {
        let Cost { memory_kib, passes, lanes } = self.cost;
        format!(
            "hanashi vault 1 {} {} {} {memory_kib} {passes} {lanes} {}",
            self.id, self.check, self.kdf, self.salt
        )
    }

    /// The key file of a data folder, where it has one.
    ///
    /// # Errors
    /// [`Error::Header`] for one that cannot be used, [`Error::Newer`], [`Error::Io`].
    pub fn read(root: &Path) -> Result<Option<Self>, Error> {
        let path = root.join(FILE);
        let file = match fs::File::open(&path) {
            Err(error)
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(None);
            }
            other => other.map_err(Error::io("read", &path))?,
        };
        let mut bytes = Vec::new();
        file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(Error::io("read", &path))?;
        let text = std::str::from_utf8(&bytes).map_err(|_| "it is no text".to_owned());
        if let Ok(found) = text.as_ref().map(|text| Self::form(text).unwrap_or(1))
            && found > 1
        {
            return Err(Error::Newer { path, found });
        }
        let parsed = text.and_then(Self::parse);
        parsed.map(Some).map_err(|detail| Error::Header { path, detail })
    }

    /// The form that a text says it has.
    fn form(text: &str) -> Option<u32> {
        #[derive(Deserialize)]
        struct Only {
            v: u32,
        }
        toml::from_str(text).ok().map(|Only { v }| v)
    }

    fn parse(text: &str) -> Result<Self, String> {
        let header: Self =
            toml::from_str(text).map_err(|error: toml::de::Error| error.message().to_owned())?;
        if header.v != 1 {
            return Err(format!("it has the form {}, and there is none but 1", header.v));
        }
        let Cost { memory_kib, passes, lanes } = header.cost;
        if header.kdf != "argon2id" {
            return Err(format!("it asks for `{}`, which this version does not know", header.kdf));
        }
        let within = |value: u32, most: u32| (1..=most).contains(&value);
        if !within(memory_kib, MOST.memory_kib)
            || !within(passes, MOST.passes)
            || !within(lanes, MOST.lanes)
        {
            return Err("it asks for more memory or time than any passphrase needs".to_owned());
        }
        let length = |text: &str, bytes| unhex(text).is_some_and(|found| found.len() == bytes);
        let fits = length(&header.id, 16)
            && length(&header.check, 16)
            && length(&header.salt, 16)
            && length(&header.nonce, 24)
            && length(&header.wrapped, 32 + 16);
        if fits { Ok(header) } else { Err("a field has another length than it should".to_owned()) }
    }

    /// Writes the key file: whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`]; the file before is untouched then.
    pub fn write(&self, root: &Path) -> Result<(), Error> {
        let path = root.join(FILE);
        let temporary = temporary(root);
        let body = toml::to_string(self)
            .map_err(|error| Error::Header { path: path.clone(), detail: error.to_string() })?;
        let written = (|| {
            let mut file = fs::File::create(&temporary)?;
            file.write_all(COMMENT.as_bytes())?;
            file.write_all(body.as_bytes())?;
            file.sync_all()?;
            fs::rename(&temporary, &path)?;
            sync_folder(root)
        })();
        if written.is_err() {
            // The error that matters is the first one.
            let _ = fs::remove_file(&temporary);
        }
        written.map_err(Error::io("write", &path))
    }

    /// Takes the key file away: the folder is plain from now on.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn remove(root: &Path) -> Result<(), Error> {
        let path = root.join(FILE);
        fs::remove_file(&path).and_then(|()| sync_folder(root)).map_err(Error::io("remove", &path))
    }
}

fn temporary(root: &Path) -> PathBuf {
    root.join(format!(".{FILE}.{}.tmp", std::process::id()))
}

fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) { fs::File::open(folder)?.sync_all() } else { Ok(()) }
}

fn cipher(guard: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(*guard))
}

fn stretch(passphrase: &Secret, salt: &[u8], cost: Cost) -> Result<Zeroizing<[u8; 32]>, Error> {
    let refused = |error: argon2::Error| {
        Error::Machine(format!("the passphrase could not be worked on: {error}"))
    };
    let params =
        Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32)).map_err(refused)?;
    // One allocation of the right size: pieces of a string that grew would stay in memory.
    let mut normal = Zeroizing::new(String::with_capacity(passphrase.text().len() * 4 + 16));
    normal.extend(passphrase.text().nfkc());
    let mut out = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(normal.as_bytes(), salt, out.as_mut_slice())
        .map_err(refused)?;
    Ok(out)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16);
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|pair| Some((digit(pair[0])? * 16 + digit(pair[1])?) as u8)).collect()
}
