//! Whether what is here is what was meant, and whether there is room for it.

use std::path::Path;

use reqwest::Url;
use tracing::debug;

use super::Fetched;
use super::part::Part;
use crate::catalogue::Remote;
use crate::digest::{Algorithm, Digest, Hasher, hash_file};
use crate::pins::{Checked, Pin, Pins};
use crate::recognise::recognise;
use crate::{Error, words};

/// What checking a file found.
pub(crate) enum Found {
    /// It is the one.
    Right(Fetched),
    /// It is another.
    Wrong(Error),
}

/// The record of a file that an earlier download finished. A file that got its name but not its record (the program was
/// killed between the two) is hashed, and taken where the catalogue knows its checksum.
pub(crate) fn here_already(file: &Remote, path: &Path, pins: &Pins) -> Result<Option<Pin>, Error> {
    let Ok(data) = path.metadata() else { return Ok(None) };
    if let Some(pin) = pins.get(&file.name) {
        let as_pinned =
            |digest: &Digest| digest.algorithm() != Algorithm::Sha256 || *digest == pin.sha256;
        // Where no checksum tells, a file of another commit is another file.
        let moved = file.digests.is_empty()
            && pin.revision.is_some()
            && file.revision().is_some_and(|now| pin.revision.as_ref() != Some(&now));
        let usable = pin.size == data.len() && !moved && file.digests.iter().all(as_pinned);
        // The same bytes may be of a later commit, too.
        return Ok(usable.then(|| Pin { revision: file.revision(), ..pin.clone() }));
    }
    if file.digests.is_empty() {
        return Ok(None);
    }
    let mut hasher = Hasher::new(file.digests.iter().map(Digest::algorithm), Some(data.len()));
    hash_file(path, &mut hasher, |_| true)?;
    let found = hasher.finish();
    let right = file.digests.iter().all(|digest| found.contains(digest));
    let pin = || Pin::new(found[0].clone(), data.len(), "", Checked::Catalogue);
    Ok(right.then(|| Pin { revision: file.revision(), ..pin() }))
}

/// Compares what arrived with everything that is known of it: the catalogue's size and checksums, and the hub's.
pub(crate) fn arrived(
    url: &Url,
    file: &Remote,
    path: &Path,
    part: &mut Part,
) -> Result<Found, Error> {
    part.sync()?;
    let length = part.len();
    if let Some(exact) = file.size
        && exact != length
    {
        let (expected, got) = (format!("{exact} bytes"), format!("{length} bytes"));
        return Ok(Found::Wrong(Error::Wrong { file: file.name.clone(), expected, got }));
    }
    let mut found = part.digests();
    let offered = part.known().and_then(|record| record.digest.clone());
    // Git's checksum begins with the length, which nobody knew for certain while the bytes came.
    for expected in file.digests.iter().chain(&offered) {
        if !found.iter().any(|digest| digest.algorithm() == expected.algorithm()) {
            let mut hasher = Hasher::new([expected.algorithm()], Some(length));
            part.by_name(|path| hash_file(path, &mut hasher, |_| true))?;
            found.extend(hasher.finish());
        }
    }
    for expected in file.digests.iter().chain(&offered) {
        match found.iter().find(|digest| digest.algorithm() == expected.algorithm()) {
            Some(got) if got == expected => {}
            Some(got) => return Ok(Found::Wrong(Error::wrong(&file.name, expected, got))),
            None => debug!(%expected, "checksum of a kind that was not computed"),
        }
    }
    let how = match (file.digests.is_empty(), &offered) {
        (false, _) => Checked::Catalogue,
        (true, Some(_)) => Checked::Hub,
        (true, None) => Checked::SizeOnly,
    };
    // Nobody vouches for it: a page to log in at, half a file and nothing at all arrive as quietly as the model.
    if how == Checked::SizeOnly
        && may_be_a_model(path)
        && let Err(error) = part.by_name(recognise)
    {
        return Ok(Found::Wrong(error.of(path)));
    }
    let pin = Pin::new(found[0].clone(), length, url.as_str(), how);
    let pin = Pin { revision: file.revision(), ..pin };
    Ok(Found::Right(Fetched { path: path.to_owned(), pin }))
}

/// Whether a file of that name is a model by itself; of others (a part of a folder, half a voice) alone nothing can be said.
fn may_be_a_model(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    name.ends_with(".gguf") || name.starts_with("ggml-") && name.ends_with(".bin")
}

/// Fails where a folder's disk has not `need` bytes beyond a reserve.
pub(crate) fn space(folder: &Path, need: u64, reserve: u64) -> Result<(), Error> {
    let free =
        fs4::available_space(folder).map_err(Error::io("measure the free space of", folder))?;
    let wanted = need.saturating_add(reserve);
    // Nothing to write needs no room, however full the disk.
    if need > 0 && wanted > free {
        debug!(need = words::bytes(need), free = words::bytes(free), "no room");
        return Err(Error::NoSpace { path: folder.to_owned(), need: wanted, free });
    }
    Ok(())
}
