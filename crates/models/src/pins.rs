//! What is known of the files of one folder: `pins.toml` beside them.
//!
//! A file that came without a checksum from the catalogue is pinned to what arrived; from then on any change is noticed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::digest::Digest;

/// The name of the record.
pub(crate) const FILE: &str = "pins.toml";

/// How a file was checked when it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checked {
    /// Against the checksum that the catalogue pins.
    Catalogue,
    /// Against the checksum that the hub sent along.
    Hub,
    /// Nobody named a checksum; its length was right.
    SizeOnly,
    /// A person brought it; it was well-formed.
    Form,
}

/// What is known of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// Of its bytes.
    pub sha256: Digest,
    /// In bytes.
    pub size: u64,
    /// The address or path it came from; may be empty.
    #[serde(default)]
    pub from: String,
    /// How it was checked.
    pub checked: Checked,
    /// The repository and the commit (or branch) of it that it is from: `owner/name@revision`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
}

impl Pin {
    /// A record.
    pub(crate) fn new(sha256: Digest, size: u64, from: &str, checked: Checked) -> Self {
        Self { sha256, size, from: from.to_owned(), checked, revision: None }
    }
}

/// The records of a folder.
#[derive(Debug)]
pub(crate) struct Pins {
    path: PathBuf,
    files: BTreeMap<String, Pin>,
}

#[derive(Serialize, Deserialize)]
struct Written {
    version: u32,
    #[serde(default)]
    files: BTreeMap<String, Pin>,
}

impl Pins {
    /// Reads a folder's records; none where there is no file.
    pub(crate) fn read(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(FILE);
        let files = match std::fs::read_to_string(&path) {
            Ok(text) => {
                let written: Written = toml::from_str(&text)
                    .map_err(|why| Error::Record { path: path.clone(), why: why.to_string() })?;
                written.files
            }
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(why) => return Err(Error::io("read", &path)(why)),
        };
        Ok(Self { path, files })
    }

    /// What is known of a file.
    pub(crate) fn get(&self, name: &str) -> Option<&Pin> {
        self.files.get(name)
    }

    /// The files that something is known of. A name with a folder in it is not one of ours, whoever wrote it.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str).filter(|name| crate::catalogue::plain_name(name))
    }

    /// Notes what is known of a file.
    pub(crate) fn set(&mut self, name: &str, pin: Pin) {
        self.files.insert(name.to_owned(), pin);
    }

    /// Writes the records, the old ones staying whole until the new ones are.
    pub(crate) fn write(&self) -> Result<(), Error> {
        write_toml(&self.path, &Written { version: 1, files: self.files.clone() })
    }
}

/// Writes a TOML file in one step.
pub(crate) fn write_toml(path: &Path, value: &impl Serialize) -> Result<(), Error> {
    use std::io::Write as _;
    let text = toml::to_string(value)
        .map_err(|why| Error::Record { path: path.to_owned(), why: why.to_string() })?;
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    let new = PathBuf::from(new);
    let mut file = std::fs::File::create(&new).map_err(Error::io("write", &new))?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(Error::io("write", &new))?;
    std::fs::rename(&new, path).map_err(Error::io("write", path))
}
