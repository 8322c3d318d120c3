//! A newer version of the program itself: found at the address that a build was given, and believed only where the key of that build
//! has signed it.
//!
//! The list and the signatures have the form of Tauri's own updater (`{version, notes, platforms: {target: {url, signature}}}`, minisign
//! in base64), so that its tools make both. Asking and fetching go through the one door ([`domain::Network`]) and are resumed like any
//! download (decision 0207); [`install`] puts to use what came.

pub mod install;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::Purpose;
use minisign_verify::{PublicKey, Signature};
use reqwest::Url;
use semver::Version;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use crate::Error;
use crate::catalogue::{Entry, Kind, Licence, Place, Remote, plain_name};
use crate::digest::{Digest, Hasher};
use crate::fetch::{Event, Fetcher, Outcome, part};

/// A list is some kilobytes, most of it notes.
const LARGEST_LIST: usize = 1 << 20;
/// Longer notes than this are cut.
const LONGEST_NOTES: usize = 4000;

/// Where a build looks for newer ones, and whose signature it believes.
#[derive(Debug, Clone)]
pub struct Channel {
    address: Url,
    key: PublicKey,
}

/// A newer version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its number.
    pub version: Version,
    /// What is new, as its makers write it; may be empty.
    pub notes: String,
    /// Name of the file for this system.
    pub file: String,
    url: String,
    signature: String,
}

#[derive(Deserialize)]
struct List {
    version: String,
    #[serde(default)]
    notes: String,
    platforms: BTreeMap<String, Platform>,
}

#[derive(Deserialize)]
struct Platform {
    url: String,
    signature: String,
}

impl Channel {
    /// What a build was given; `None` where it was given nothing.
    ///
    /// # Errors
    /// [`Error::Record`] where only one of the two is there, or one of them is none: the mistake of whoever made the build.
    pub fn of_build(address: Option<&str>, key: Option<&str>) -> Result<Option<Self>, Error> {
        let given = |text: Option<&str>| {
            text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let wrong =
            |why: String| Error::Record { path: "the update address of this build".into(), why };
        match (given(address), given(key)) {
            (None, None) => Ok(None),
            (Some(address), Some(key)) => Ok(Some(Self {
                address: Url::parse(&address).map_err(|why| wrong(why.to_string()))?,
                key: public_key(&key)
                    .ok_or_else(|| wrong("its key is no minisign key".to_owned()))?,
            })),
            _ => Err(wrong(
                "there is an address without a key, or a key without an address".to_owned(),
            )),
        }
    }
}

/// A key as `minisign.pub` has it, its second line alone, or the whole file once more in base64, as Tauri writes it.
fn public_key(text: &str) -> Option<PublicKey> {
    let file = decoded(text);
    PublicKey::decode(file.as_deref().unwrap_or(text))
        .or_else(|_| PublicKey::from_base64(text.trim()))
        .ok()
}

/// Text that is wrapped in base64 once more.
fn decoded(text: &str) -> Option<String> {
    let bytes = BASE64_STANDARD.decode(text.trim()).ok()?;
    String::from_utf8(bytes).ok().filter(|text| text.starts_with("untrusted comment:"))
}

/// What this system is called in a list, the most telling name first.
fn targets() -> Vec<String> {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let plain = format!("{system}-{}", std::env::consts::ARCH);
    let there = |path: &str| Path::new(path).exists();
    let kind = match system {
        // A sandbox is only brought up to date by what made it.
        "linux" if there("/.flatpak-info") => return vec![format!("{plain}-flatpak")],
        "linux" if install::appimage().is_some() => Some("appimage"),
        "linux" if there("/etc/debian_version") => Some("deb"),
        // Fedora and its relatives; openSUSE.
        "linux" if there("/etc/redhat-release") || there("/etc/zypp") => Some("rpm"),
        "windows" => Some("nsis"),
        _ => None,
    };
    kind.map(|kind| format!("{plain}-{kind}")).into_iter().chain([plain]).collect()
}

impl Fetcher {
    /// Asks whether there is a newer version than `current` for this system.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the person has not agreed to asking; [`Error::Unreachable`], [`Error::Gone`].
    pub async fn newer(&self, channel: &Channel, current: &str) -> Result<Option<Release>, Error> {
        const WHAT: &str = "the list of versions";
        let unreadable = |why: String| Error::Unreachable { file: WHAT.to_owned(), why };
        let text = self.text(&channel.address, Purpose::Update, WHAT, LARGEST_LIST).await?;
        let list: List = serde_json::from_slice(&text)
            .map_err(|why| unreadable(format!("it cannot be read ({why})")))?;
        let version = |text: &str| {
            Version::parse(text.trim().trim_start_matches('v'))
                .map_err(|why| unreadable(format!("`{text}` is no version ({why})")))
        };
        let (there, here) = (version(&list.version)?, version(current)?);
        if there <= here {
            return Ok(None);
        }
        let Some(platform) = targets().iter().find_map(|target| list.platforms.get(target)) else {
            return Ok(None);
        };
        let url = channel
            .address
            .join(&platform.url)
            .map_err(|why| unreadable(format!("`{}` is no address ({why})", platform.url)))?;
        let file = url.path().rsplit('/').next().unwrap_or_default().to_owned();
        if !plain_name(&file) {
            return Err(unreadable(format!("`{file}` cannot be the name of a file")));
        }
        Ok(Some(Release {
            version: there,
            notes: printable(&list.notes),
            file,
            url: url.to_string(),
            signature: platform.signature.clone(),
        }))
    }

    /// Fetches a newer version into a folder of its own and checks its signature; `None` where it was stopped. What the key of this build
    /// has not signed is removed at once, and so is what was fetched of other versions.
    ///
    /// # Errors
    /// [`Error::Unsigned`], and whatever a download can meet with.
    pub async fn update(
        &self,
        channel: &Channel,
        release: &Release,
        folder: &Path,
        stop: &CancellationToken,
        on: &mut (dyn FnMut(Event) + Send),
    ) -> Result<Option<PathBuf>, Error> {
        let file = Remote {
            place: Place::Url(release.url.clone()),
            name: release.file.clone(),
            size: None,
            about: None,
            digests: vec![],
            source: None,
        };
        let entry = Entry {
            id: "update".to_owned(),
            kind: Kind::Chat,
            name: release.file.clone(),
            note: BTreeMap::new(),
            licence: Licence { id: String::new(), url: None, ask: false, source: None },
            languages: vec![],
            by_choice: false,
            cache: None,
            page: None,
            inside: false,
            files: vec![file],
        };
        remove_others(folder, &release.file);
        let mut for_update = self.clone();
        for_update.options.purpose = Purpose::Update;
        match for_update.pull(&entry, folder, stop, on).await? {
            Outcome::Stopped { .. } => Ok(None),
            Outcome::Done(_) => {
                let path = folder.join(&release.file);
                let noted =
                    check(&channel.key, release, &path).and_then(|fetched| fetched.write(folder));
                if let Err(error) = noted {
                    part::remove(&path)?;
                    part::remove(&folder.join(crate::pins::FILE))?;
                    return Err(error);
                }
                Ok(Some(path))
            }
        }
    }
}

/// What a signature is said to be of.
#[derive(Debug, Clone, Copy)]
struct Signed<'a> {
    file: &'a str,
    version: &'a Version,
    signature: &'a str,
}

/// Whether the key has signed this file.
fn check(key: &PublicKey, release: &Release, path: &Path) -> Result<install::Fetched, Error> {
    let signed =
        Signed { file: &release.file, version: &release.version, signature: &release.signature };
    let mut file = std::fs::File::open(path).map_err(Error::io("open", path))?;
    let (size, sha256) = examine(key, &signed, &mut file, path, &mut |_| Ok(()))?;
    Ok(install::Fetched::new(&signed, size, sha256))
}

/// Whether the key has signed these bytes, under this name; every block of them goes to `each` before that is known. Answers with how
/// many they are, and their checksum.
fn examine(
    key: &PublicKey,
    signed: &Signed<'_>,
    source: &mut impl Read,
    path: &Path,
    each: &mut dyn FnMut(&[u8]) -> Result<(), Error>,
) -> Result<(u64, Digest), Error> {
    let refuse = |why: &str| Error::Unsigned { file: signed.file.to_owned(), why: why.to_owned() };
    let text = decoded(signed.signature);
    let signature = Signature::decode(text.as_deref().unwrap_or(signed.signature))
        .map_err(|_| refuse("what came as its signature is none"))?;
    let mut stream =
        key.verify_stream(&signature).map_err(|_| refuse("another key has signed it"))?;
    let mut hasher = Hasher::new([], None);
    let (mut block, mut size) = (vec![0; 1 << 18], 0);
    loop {
        let bytes = match source.read(&mut block).map_err(Error::io("read", path))? {
            0 => break,
            n => &block[..n],
        };
        stream.update(bytes);
        hasher.update(bytes);
        each(bytes)?;
        size += bytes.len() as u64;
    }
    stream.finalize().map_err(|_| refuse("its bytes are not those that were signed"))?;
    // An older build, rightly signed, could be passed off as a newer one: its name is part of what was signed.
    let named = signature
        .trusted_comment()
        .split('\t')
        .find_map(|part| part.strip_prefix("file:"))
        .map(str::trim);
    match named {
        None => Err(refuse("its signature does not say for which file it is")),
        Some(name) if name != signed.file => Err(refuse("it was signed under another name")),
        Some(name) if !says(name, signed.version) => {
            Err(refuse("its name is not that of the version that it is said to be"))
        }
        Some(_) => Ok((size, hasher.sha256())),
    }
}

/// Whether a name holds a version: `Hanashi_1.2.3_x64-setup.exe`.
fn says(name: &str, version: &Version) -> bool {
    let wanted = format!("{}.{}.{}", version.major, version.minor, version.patch);
    name.split(|c: char| !c.is_ascii_digit() && c != '.')
        .any(|number| number.trim_matches('.') == wanted)
}

/// Notes as a page or a terminal may show them: nobody has signed those.
fn printable(notes: &str) -> String {
    notes.chars().filter(|c| *c == '\n' || !c.is_control()).take(LONGEST_NOTES).collect()
}

/// Removes what was fetched of other versions. What cannot be removed is in nobody's way.
fn remove_others(folder: &Path, file: &str) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let kept = [crate::pins::FILE, install::INSTALLED, install::LOCK];
        if !name.starts_with(file) && !kept.contains(&&*name) {
            let _left = std::fs::remove_file(entry.path());
        }
    }
}
