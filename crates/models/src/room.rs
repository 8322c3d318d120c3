//! Whether there is room on the disk for several downloads together: each by itself would find enough, and the last would not end.

use crate::Error;
use crate::catalogue::Entry;
use crate::fetch::{Options, space};
use crate::library::Library;

/// Fails where the disk has not room for what is missing of all of them. Entries whose size nobody says count as nothing.
///
/// # Errors
/// [`Error::NoSpace`], [`Error::Io`] where the disk cannot be measured.
pub fn room_for(library: &Library, entries: &[Entry]) -> Result<(), Error> {
    let Some(first) = entries.first() else { return Ok(()) };
    let missing = entries.iter().fold(0_u64, |sum, entry| {
        let here = library.begun(entry).map_or(0, |(here, _)| here);
        sum.saturating_add(entry.size().unwrap_or_default().saturating_sub(here))
    });
    // A folder that is not there yet will be on the disk of the nearest one that is.
    let folder = library.folder(first);
    let there = folder.ancestors().find(|folder| folder.exists()).unwrap_or(&folder);
    space(there, missing, Options::RESERVE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn what_fits_one_by_one_may_not_fit_together() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("catalogue.toml");
        let free = fs4::available_space(folder.path()).unwrap();
        let size = free / 2 + 100_000_000;
        let entry = |id: &str| {
            format!(
                "[[model]]\nid = '{id}'\nkind = 'chat'\nname = 'N'\nlicence = {{ id = 'MIT' }}\nfiles = [{{ url = 'https://a.example/{id}.gguf', size = {size} }}]\n"
            )
        };
        std::fs::write(&path, format!("version = 1\n{}{}", entry("one"), entry("two"))).unwrap();
        let offers = Catalogue::with_own(&path).unwrap();
        let of = |id: &str| offers.get(id).unwrap().clone();
        let voices = folder.path().join("voices");
        let library = Library::new(folder.path().join("models"), voices, vec![]);
        room_for(&library, &[]).unwrap();
        room_for(&library, &[of("one")]).unwrap();
        let error = room_for(&library, &[of("one"), of("two")]).unwrap_err();
        assert!(matches!(error, Error::NoSpace { need, .. } if need > free), "{error}");
    }
}
