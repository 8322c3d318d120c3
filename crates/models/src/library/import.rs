//! Bringing a file of one's own: recognised, checked, and copied to our folder or used where it is.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::{Installed, Library, Link, Where, describe, within};
use crate::catalogue::{Catalogue, Entry, Kind};
use crate::digest::{Algorithm, Digest, Hasher};
use crate::fetch::{part, space};
use crate::pins::{Checked, Pin, Pins};
use crate::recognise::{Content, folder, meant, recognise};
use crate::{Error, fetch};

/// What to do with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Copy it to our folder: the original may go away afterwards.
    Copy,
    /// Use it where it is and remember the place: nothing is copied, and nothing there is ever changed.
    InPlace,
}

/// What came of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    /// It can be used now.
    New(Installed),
    /// The same is here already.
    Known(Installed),
    /// It was stopped; nothing is left behind.
    Stopped,
}

/// What the names of files that are still being copied begin with. No scan looks at them.
const UNNAMED: &str = ".import-";
/// Bytes that stay free on the disk.
const RESERVE: u64 = 200_000_000;

impl Library {
    /// Brings a file, or a folder with a model in it. `each` hears bytes as they are copied, and stops it by answering false.
    ///
    /// # Errors
    /// [`Error::Refused`] where the file is not one to use; [`Error::NoSpace`]; [`Error::Io`].
    pub fn import(
        &self,
        catalogue: &Catalogue,
        path: &Path,
        how: How,
        mut each: impl FnMut(u64) -> bool,
    ) -> Result<Imported, Error> {
        let path = meant(&std::path::absolute(path).map_err(Error::io("find", path))?);
        let given = describe(&path, recognise(&path)?, Where::InPlace)?;
        if let Some(known) =
            self.scan(catalogue)?.into_iter().find(|one| same_file(&one.path, &given.path))
        {
            return Ok(Imported::Known(known));
        }
        match how {
            How::InPlace => {
                let mut links = self.links()?;
                // What no program can fetch is brought like this: under its own name it is the entry.
                let taken = |id: &str| {
                    links.files.iter().any(|link| link.id == id)
                        || catalogue.get(id).is_some_and(|entry| entry.page.is_none())
                };
                let id = free_name(&given.id, taken);
                links.files.push(Link { id: id.clone(), path: given.path.clone() });
                self.write_links(&links)?;
                let known = self.installed(catalogue, &given.path, Where::InPlace);
                Ok(Imported::New(Installed { id, ..known.unwrap_or(given) }))
            }
            How::Copy => self.copy(catalogue, &given, &mut each),
        }
    }

    fn copy(
        &self,
        catalogue: &Catalogue,
        given: &Installed,
        each: &mut dyn FnMut(u64) -> bool,
    ) -> Result<Imported, Error> {
        let root = self.folder_of(given.kind, "");
        std::fs::create_dir_all(&root).map_err(Error::io("create", &root))?;
        sweep(&root);
        space(&root, given.size, RESERVE)?;

        // Copied under a name that no scan looks at, so that a half of it is never taken for a model.
        let mut copies = Copies { files: vec![] };
        for file in &given.files {
            let target =
                root.join(format!("{UNNAMED}{}-{}", std::process::id(), copies.files.len()));
            let Some((digests, held)) = copy_and_hash(file, &target, catalogue, each)? else {
                return Ok(Imported::Stopped);
            };
            let name = within(given.home(), file);
            copies.files.push(Copied { path: target, name, digests, held });
        }
        if let Some(known) = self.same_content(catalogue, given.kind, &copies)? {
            return Ok(Imported::Known(known));
        }

        let entry = catalogue.entries().iter().find(|entry| is_entry(entry, &copies));
        let id = match entry {
            Some(entry) => entry.id.clone(),
            None => free_name(&given.id, |id| {
                self.folder_of(given.kind, id).exists()
                    || catalogue.get(id).is_some_and(|entry| entry.page.is_none())
            }),
        };
        let home = self.folder_of(given.kind, &id);
        std::fs::create_dir_all(&home).map_err(Error::io("create", &home))?;
        let mut pins = Pins::read(&home)?;
        let checked = if entry.is_some() { Checked::Catalogue } else { Checked::Form };
        // In the order of the files: the description of a folder, without which it is no model, comes last.
        for (copy, original) in copies.files.iter().zip(&given.files) {
            let target = home.join(&copy.name);
            if let Some(within) = target.parent().filter(|within| *within != home) {
                std::fs::create_dir_all(within).map_err(Error::io("create", within))?;
            }
            // On Windows nobody else may read what is locked.
            let _ = copy.held.unlock();
            std::fs::rename(&copy.path, &target).map_err(Error::io("rename", &copy.path))?;
            let size = target.metadata().map_err(Error::io("read", &target))?.len();
            pins.set(
                &copy.name,
                Pin::new(copy.digests[0].clone(), size, &original.display().to_string(), checked),
            );
        }
        fetch::part::sync_folder(&home);
        pins.write()?;
        let path = match &given.content {
            Content::Folder { .. } | Content::Encoder { .. } | Content::Pictures { .. } => home,
            _ => home.join(&copies.files[0].name),
        };
        match self.installed(catalogue, &path, Where::Own) {
            Some(installed) => Ok(Imported::New(installed)),
            // It was recognised a moment ago: ask again for the reason.
            None => Err(recognise(&path).err().unwrap_or(Error::Unknown(id))),
        }
    }

    /// Something of ours with exactly these bytes.
    fn same_content(
        &self,
        catalogue: &Catalogue,
        kind: Kind,
        copies: &Copies,
    ) -> Result<Option<Installed>, Error> {
        for one in self
            .scan(catalogue)?
            .into_iter()
            .filter(|one| one.kind == kind && one.place == Where::Own)
        {
            let pins = Pins::read(one.home())?;
            let pinned = |file: &PathBuf| Some(&pins.get(&within(one.home(), file))?.sha256);
            let same = one.files.len() == copies.files.len()
                && one
                    .files
                    .iter()
                    .zip(&copies.files)
                    .all(|(file, copy)| pinned(file) == copy.digests.first());
            if same {
                return Ok(Some(one));
            }
        }
        Ok(None)
    }
}

/// A file that has been copied and has no name yet.
struct Copied {
    path: PathBuf,
    name: String,
    digests: Vec<Digest>,
    /// Locked: nobody takes it for something that was left behind.
    held: File,
}

/// Removes what was copied and not given a name.
struct Copies {
    files: Vec<Copied>,
}

impl Drop for Copies {
    fn drop(&mut self) {
        for copy in &self.files {
            let _ = part::remove(&copy.path);
        }
    }
}

/// Removes what an import that was killed has left in a folder. One that is running holds its files.
fn sweep(root: &Path) {
    let Ok(entries) = std::fs::read_dir(root) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(UNNAMED)
            && path.is_file()
            && File::open(&path).is_ok_and(|file| file.try_lock().is_ok())
        {
            let _ = part::remove(&path);
        }
    }
}

/// The checksums by which a catalogue names files of this size. The others are not computed: MD5 alone takes longer than copying.
fn named_by(catalogue: &Catalogue, size: u64) -> impl Iterator<Item = Algorithm> + '_ {
    let files = catalogue.entries().iter().flat_map(|entry| &entry.files);
    files
        .filter(move |file| file.size.is_none_or(|own| own == size))
        .flat_map(|file| file.digests.iter().map(Digest::algorithm))
}

/// Copies a file, computing SHA-256 and what else the catalogue may name it by; answers with these and the locked copy, `None` where it
/// was stopped.
fn copy_and_hash(
    from: &Path,
    to: &Path,
    catalogue: &Catalogue,
    each: &mut dyn FnMut(u64) -> bool,
) -> Result<Option<(Vec<Digest>, File)>, Error> {
    let copied = (|| {
        let mut input = File::open(from).map_err(Error::io("open", from))?;
        let size = input.metadata().map_err(Error::io("read", from))?.len();
        let mut hasher = Hasher::new(named_by(catalogue, size), Some(size));
        let mut output = File::create(to).map_err(Error::io("write", to))?;
        // A disk without locks has no sweeping either.
        let _ = output.try_lock();
        let mut block = vec![0; 1 << 20];
        loop {
            let n = input.read(&mut block).map_err(Error::io("read", from))?;
            if n == 0 {
                break;
            }
            output.write_all(&block[..n]).map_err(Error::io("write", to))?;
            hasher.update(&block[..n]);
            if !each(n as u64) {
                return Ok(None);
            }
        }
        output.sync_all().map_err(Error::io("write", to))?;
        Ok(Some((hasher.finish(), output)))
    })();
    if !matches!(copied, Ok(Some(_))) {
        let _ = part::remove(to);
    }
    copied
}

/// Whether files are the ones that an entry's checksums name; what stands beside the weights of a folder may not be pinned.
fn is_entry(entry: &Entry, copies: &Copies) -> bool {
    let pinned = || entry.files.iter().filter(|file| !file.digests.is_empty());
    let same = |copy: &Copied| {
        pinned().any(|file| file.digests.iter().all(|digest| copy.digests.contains(digest)))
    };
    let beside = |copy: &Copied| {
        folder::goes_along(&copy.name) && !pinned().any(|file| file.name == copy.name)
    };
    copies.files.iter().any(same) && copies.files.iter().all(|copy| same(copy) || beside(copy))
}

fn same_file(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

/// The wish, or the first of `wish-2`, `wish-3`, … that nobody has.
pub(super) fn free_name(wish: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut name = wish.to_owned();
    let mut n = 1;
    while taken(&name) {
        n += 1;
        name = format!("{wish}-{n}");
    }
    name
}
