//! Files as the readers get them, and the small layer that fetches them from a folder.

use std::fs;
use std::io::Read;
use std::path::Path;

use crate::archive;
use crate::error::Error;
use crate::found::Refusal;

/// A file with its content.
#[derive(Debug, Clone)]
pub struct File {
    /// Path inside the folder, with `/`.
    pub path: String,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// A text file of one engine.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// What a folder gave.
#[derive(Debug, Default)]
pub struct Folder {
    /// Scripts and what may be scripts, by path.
    pub files: Vec<File>,
    /// What was recognised but not opened.
    pub refused: Vec<Refusal>,
    /// It is no folder but one file, which a person chose: where it says little of itself, it is taken for what they chose it as.
    pub chosen: bool,
}

/// Largest script that is read.
pub const MAX_SCRIPT_BYTES: u64 = 64 << 20;
/// Largest sum of scripts that is read.
pub const MAX_TOTAL_BYTES: u64 = 1 << 30;
/// Most files that are looked at.
pub const MAX_FILES: usize = 200_000;
/// Deepest nesting of folders.
const MAX_DEPTH: usize = 48;
/// How much of a file is looked at before it is read.
const HEAD_BYTES: usize = 4096;

/// Reads every script below `dir` (or the one file that it is), archives included. Links are not followed.
///
/// # Errors
/// If `dir` cannot be read, or holds more than [`MAX_TOTAL_BYTES`] of scripts.
pub fn read_folder(dir: &Path) -> Result<Folder, Error> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Read { path, source }
    };
    let mut folder = Folder::default();
    let mut total = 0;
    if fs::metadata(dir).map_err(failed(dir))?.is_file() {
        let name =
            dir.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        take(dir, &name, &mut folder, &mut total)?;
        // An archive is as good as a folder.
        folder.chosen = matches!(&*folder.files, [file] if file.path == name);
        return Ok(folder);
    }
    let mut waiting = vec![(dir.to_owned(), String::new(), 0)];
    let mut seen = 0;
    while let Some((path, inside, depth)) = waiting.pop() {
        let mut entries: Vec<_> = match fs::read_dir(&path) {
            Ok(entries) => entries.filter_map(Result::ok).collect(),
            Err(error) if inside.is_empty() => return Err(failed(&path)(error)),
            Err(error) => {
                folder
                    .refused
                    .push(Refusal { file: inside, reason: format!("not readable: {error}") });
                continue;
            }
        };
        entries.sort_by_key(fs::DirEntry::file_name);
        // A Ren'Py game that was built has its engine beside it, with scripts of its own.
        let has = |wanted: &str| entries.iter().any(|entry| entry.file_name() == wanted);
        let built = has("game") && has("renpy");
        for entry in entries {
            seen += 1;
            if seen > MAX_FILES {
                return Err(Error::TooLarge(format!(
                    "more than {MAX_FILES} files: choose the folder of the game's scripts"
                )));
            }
            let name = entry.file_name().to_string_lossy().into_owned();
            if built && (name == "renpy" || name == "lib") {
                continue;
            }
            let inside = if inside.is_empty() { name.clone() } else { format!("{inside}/{name}") };
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && depth < MAX_DEPTH && !name.starts_with('.') => {
                    waiting.push((entry.path(), inside, depth + 1));
                }
                Ok(kind) if kind.is_file() => {
                    take(&entry.path(), &inside, &mut folder, &mut total)?;
                }
                _ => {}
            }
        }
    }
    folder.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(folder)
}

/// Reads one file if it may be a script or holds some.
fn take(path: &Path, inside: &str, folder: &mut Folder, total: &mut u64) -> Result<(), Error> {
    let refuse = |folder: &mut Folder, reason: String| {
        folder.refused.push(Refusal { file: inside.to_owned(), reason });
    };
    let opened = fs::File::open(path).and_then(|file| Ok((file.metadata()?.len(), file)));
    let (len, mut file) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            refuse(folder, format!("not readable: {error}"));
            return Ok(());
        }
    };
    let mut head = Vec::with_capacity(HEAD_BYTES);
    if let Err(error) = (&mut file).take(HEAD_BYTES as u64).read_to_end(&mut head) {
        refuse(folder, format!("not readable: {error}"));
        return Ok(());
    }
    if let Some(kind) = archive::recognise(&head) {
        match archive::extract(kind, &mut file, len, MAX_TOTAL_BYTES.saturating_sub(*total)) {
            Ok(archive::Taken { files, note }) => {
                for File { path, bytes } in files {
                    *total += bytes.len() as u64;
                    folder.files.push(File { path: format!("{inside}/{path}"), bytes });
                }
                if let Some(note) = note {
                    refuse(folder, note);
                }
            }
            Err(error) => refuse(folder, error.to_string()),
        }
        return Ok(());
    }
    if !crate::sniff::may_be_script(&head) {
        return Ok(());
    }
    if len > MAX_SCRIPT_BYTES {
        refuse(
            folder,
            format!("{} MiB: a script is at most {} MiB", len >> 20, MAX_SCRIPT_BYTES >> 20),
        );
        return Ok(());
    }
    *total += len;
    if *total > MAX_TOTAL_BYTES {
        return Err(Error::TooLarge(format!(
            "more than {} MiB of scripts: choose a smaller folder",
            MAX_TOTAL_BYTES >> 20
        )));
    }
    let mut bytes = head;
    match file.take(MAX_SCRIPT_BYTES).read_to_end(&mut bytes) {
        Ok(_) => folder.files.push(File { path: inside.to_owned(), bytes }),
        Err(error) => refuse(folder, format!("not readable: {error}")),
    }
    Ok(())
}
