//! Checksums: what a publisher pins, what a hub sends along, and computing several of them in one pass over the bytes.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use crate::Error;

/// How a checksum is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// SHA-256 of the bytes: what hubs publish for large files, and what is pinned on this machine.
    Sha256,
    /// SHA-1 of the bytes: what whisper.cpp publishes. Tells a wrong file from a right one, not a forged one.
    Sha1,
    /// SHA-1 as git names a file: of `blob <length>\0` and the bytes. What hubs send as the ETag of small files.
    GitBlob,
    /// MD5 of the bytes: what Piper publishes. Tells a wrong file from a right one, not a forged one.
    Md5,
}

impl Algorithm {
    const ALL: [Self; 4] = [Self::Sha256, Self::Sha1, Self::GitBlob, Self::Md5];

    fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha1 => "sha1",
            Self::GitBlob => "git",
            Self::Md5 => "md5",
        }
    }

    fn hex_digits(self) -> usize {
        match self {
            Self::Sha256 => 64,
            Self::Sha1 | Self::GitBlob => 40,
            Self::Md5 => 32,
        }
    }
}

/// A checksum. Written `sha256:9465e6…`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest {
    algorithm: Algorithm,
    hex: String,
}

impl Digest {
    /// A checksum from its hexadecimal form, upper or lower case; `None` where that has the wrong length or letters.
    pub fn new(algorithm: Algorithm, hex: &str) -> Option<Self> {
        let ok = hex.len() == algorithm.hex_digits() && hex.bytes().all(|b| b.is_ascii_hexdigit());
        ok.then(|| Self { algorithm, hex: hex.to_ascii_lowercase() })
    }

    /// How it is computed.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether it is a SHA-256.
    pub fn is_sha256(&self) -> bool {
        self.algorithm == Algorithm::Sha256
    }

    /// Lower-case hexadecimal digits.
    pub fn hex(&self) -> &str {
        &self.hex
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.algorithm.name(), self.hex)
    }
}

impl FromStr for Digest {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.split_once(':')
            .and_then(|(name, hex)| {
                let algorithm =
                    Algorithm::ALL.into_iter().find(|algorithm| algorithm.name() == name)?;
                Self::new(algorithm, hex)
            })
            .ok_or_else(|| format!("`{text}` is not a checksum"))
    }
}

impl TryFrom<String> for Digest {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

/// Computes several checksums of the same bytes. SHA-256 is always among them: it is what gets pinned.
#[derive(Clone)]
pub(crate) struct Hasher {
    sha256: sha2::Sha256,
    sha1: Option<sha1::Sha1>,
    git: Option<sha1::Sha1>,
    md5: Option<md5::Md5>,
}

impl Hasher {
    /// For the given algorithms. Git's needs to know how many bytes will come and is left out where nobody does.
    pub(crate) fn new(
        algorithms: impl IntoIterator<Item = Algorithm>,
        length: Option<u64>,
    ) -> Self {
        let mut hasher = Self { sha256: sha2::Sha256::new(), sha1: None, git: None, md5: None };
        for algorithm in algorithms {
            match algorithm {
                Algorithm::Sha256 => {}
                Algorithm::Sha1 => hasher.sha1 = Some(sha1::Sha1::new()),
                Algorithm::Md5 => hasher.md5 = Some(md5::Md5::new()),
                Algorithm::GitBlob => {
                    hasher.git = length.map(|length| {
                        sha1::Sha1::new().chain_update(format!("blob {length}\0").as_bytes())
                    });
                }
            }
        }
        hasher
    }

    /// Takes the next bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        for sha1 in [&mut self.sha1, &mut self.git].into_iter().flatten() {
            sha1.update(bytes);
        }
        if let Some(md5) = &mut self.md5 {
            md5.update(bytes);
        }
    }

    /// SHA-256 alone.
    pub(crate) fn sha256(self) -> Digest {
        Digest { algorithm: Algorithm::Sha256, hex: hex(&self.sha256.finalize()) }
    }

    /// The checksums, SHA-256 first.
    pub(crate) fn finish(self) -> Vec<Digest> {
        let of = |algorithm, bytes: &[u8]| Digest { algorithm, hex: hex(bytes) };
        let mut all = vec![of(Algorithm::Sha256, &self.sha256.finalize())];
        all.extend(self.sha1.map(|sha1| of(Algorithm::Sha1, &sha1.finalize())));
        all.extend(self.git.map(|git| of(Algorithm::GitBlob, &git.finalize())));
        all.extend(self.md5.map(|md5| of(Algorithm::Md5, &md5.finalize())));
        all
    }
}

/// Feeds a file to a hasher, a block at a time. `each` hears the number of bytes and may stop it by answering false.
///
/// Returns whether it got to the end.
pub(crate) fn hash_file(
    path: &Path,
    hasher: &mut Hasher,
    mut each: impl FnMut(u64) -> bool,
) -> Result<bool, Error> {
    let mut file = File::open(path).map_err(Error::io("open", path))?;
    let mut block = vec![0; 1 << 20];
    loop {
        let n = file.read(&mut block).map_err(Error::io("read", path))?;
        if n == 0 {
            return Ok(true);
        }
        hasher.update(&block[..n]);
        if !each(n as u64) {
            return Ok(false);
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    //! Values from the algorithms' own specifications, and from `git hash-object`.

    use super::*;

    #[test]
    fn the_checksums_are_the_standard_ones() {
        let mut hasher = Hasher::new(Algorithm::ALL, Some(3));
        hasher.update(b"a");
        hasher.update(b"bc");
        let all: Vec<String> = hasher.finish().iter().map(ToString::to_string).collect();
        assert_eq!(
            all,
            [
                "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "sha1:a9993e364706816aba3e25717850c26c9cd0d89d",
                "git:f2ba8f84ab5c1bce84a7b441cb1959cfc7093b7f",
                "md5:900150983cd24fb0d6963f7d28e17f72",
            ]
        );
    }

    #[test]
    fn a_checksum_reads_back_as_it_was_written() {
        let text = "md5:900150983cd24fb0d6963f7d28e17f72";
        assert_eq!(text.parse::<Digest>().unwrap().to_string(), text);
        for bad in ["", "md5", "md5:12", "crc32:00000000", "md5:zz0150983cd24fb0d6963f7d28e17f72"] {
            assert!(bad.parse::<Digest>().is_err(), "{bad}");
        }
    }
}
