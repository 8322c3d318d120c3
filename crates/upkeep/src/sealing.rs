//! Encryption of a data folder, switched on and off: everything that tells of the person goes from plain to encrypted, or back, file by
//! file.
//!
//! Each file is replaced by a complete copy (of a database a compared one) in one rename, and the key file says in which direction it
//! goes before the first is touched. So whenever the process ends, every file is whole, either plain or encrypted, and [`resume`] goes
//! on where it was. What fails or is stopped by the person goes back the way it came.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use store::Dirs;
use vault::{DataKey, Header, Phase};

use crate::archive::{alone, room, with_suffix};
use crate::usage::{children, files, size};
use crate::{Error, State, check};

/// Larger than any file of ours that is encrypted whole.
const LARGEST_FILE: u64 = 1 << 30;
/// End of the name of a copy that is not whole yet.
const PART: &str = ".sealing";

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealProgress {
    /// Bytes done.
    pub done: u64,
    /// Bytes in all.
    pub total: u64,
    /// The file that is next, within the data folder; empty at the end.
    pub file: String,
}

/// Hears how far it is, and stops it by answering false.
pub type Watch<'a> = &'a mut dyn FnMut(&SealProgress) -> bool;

/// Brings a data folder to where its key file says that it is going: encrypts one that is prepared or was interrupted, decrypts one that
/// is to be left. Does nothing where it is there already.
///
/// # Errors
/// [`Error::Store`] where the program is running; [`Error::NoSpace`] and [`Error::Damaged`] before anything is changed;
/// [`Error::Stopped`] and every other once it is back where it came from.
pub fn resume(dirs: &Dirs, key: &DataKey, watch: Watch<'_>) -> Result<(), Error> {
    let Some(header) = Header::read(dirs.root())? else { return Ok(()) };
    if !header.belongs(key) {
        return Err(vault::Error::WrongCode.into());
    }
    let begun = matches!(header.phase(), Phase::Sealing | Phase::Unsealing);
    let direction = match header.phase() {
        Phase::Sealed => return Ok(()),
        Phase::Prepared | Phase::Sealing => Direction::In,
        Phase::Leaving | Phase::Unsealing => Direction::Out,
    };
    let _lock = alone(dirs)?;
    if !begun {
        ready(dirs, key, direction)?;
    }
    let there = go(dirs, &header, key, direction, watch);
    if let Err(error) = there {
        tracing::warn!(%error, "the encryption goes back to what it was");
        go(dirs, &header, key, direction.back(), &mut |_| true)?;
        return Err(error);
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    /// To encrypted.
    In,
    /// To plain.
    Out,
}

impl Direction {
    fn back(self) -> Self {
        match self {
            Self::In => Self::Out,
            Self::Out => Self::In,
        }
    }
}

/// Fails where it would fail half way.
fn ready(dirs: &Dirs, key: &DataKey, direction: Direction) -> Result<(), Error> {
    if direction == Direction::In {
        // The library's index is a cache, and goes anyway.
        for finding in check(dirs).into_iter().filter(|one| one.path != dirs.library_index()) {
            if let State::Damaged(why) = finding.state {
                return Err(Error::Damaged { path: finding.path, why });
            }
        }
    } else {
        let mut sealed =
            databases(dirs, direction).into_iter().filter(|path| is_to_go(path, direction));
        if let Some(path) = sealed.find(|path| !vault::opens(path, key)) {
            let why = "the key does not open it; move it away to go on without it".to_owned();
            return Err(Error::Damaged { path, why });
        }
        store::can_show_settings(&dirs.settings(), key)?;
    }
    // One file at a time lies there twice; SQLite's own journal of the copy is as large again at most.
    let all = databases(dirs, direction).into_iter().chain(private_files(dirs));
    let largest = all.map(|path| with_journal(&path)).max().unwrap_or(0);
    room(dirs.root(), largest.saturating_mul(2))
}

fn go(
    dirs: &Dirs,
    header: &Header,
    key: &DataKey,
    direction: Direction,
    watch: Watch<'_>,
) -> Result<(), Error> {
    let (during, end) = match direction {
        Direction::In => (Phase::Sealing, Some(Phase::Sealed)),
        Direction::Out => (Phase::Unsealing, None),
    };
    header.clone().in_phase(during).write(dirs.root())?;
    clear(dirs)?;
    if direction == Direction::In {
        // What trainers were given to read may hold conversations; it is written anew before each training.
        for project in fs::read_dir(dirs.root().join("studio")).into_iter().flatten().flatten() {
            let data = project.path().join("data");
            if data.is_dir() {
                fs::remove_dir_all(&data).map_err(Error::io("remove", &data))?;
            }
        }
    }
    let databases: Vec<PathBuf> =
        databases(dirs, direction).into_iter().filter(|path| is_to_go(path, direction)).collect();
    let files: Vec<PathBuf> = private_files(dirs)
        .into_iter()
        .filter(|path| by_lines(path) || vault::is_sealed(path) == (direction == Direction::Out))
        .collect();
    let total = databases.iter().chain(&files).map(|path| with_journal(path)).sum();
    let mut progress = SealProgress { done: 0, total, file: String::new() };
    for (path, is_database) in
        databases.iter().map(|path| (path, true)).chain(files.iter().map(|path| (path, false)))
    {
        let bytes = with_journal(path);
        progress.file = path.strip_prefix(dirs.root()).unwrap_or(path).display().to_string();
        go_on(watch, &progress)?;
        let part = with_suffix(path, PART);
        if is_database {
            let (from, to) = match direction {
                Direction::In => (None, Some(key)),
                Direction::Out => (Some(key), None),
            };
            vault::convert((path, from), (&part, to))?;
        } else {
            rewrite(path, &part, key, direction)?;
        }
        go_on(watch, &progress)?;
        fs::rename(&part, path).map_err(Error::io("replace", path))?;
        store::atomic::sync_folder(path.parent().unwrap_or(dirs.root()));
        progress.done += bytes;
    }
    let settings = dirs.settings();
    progress.file = settings.strip_prefix(dirs.root()).unwrap_or(&settings).display().to_string();
    go_on(watch, &progress)?;
    match direction {
        Direction::In => store::hide_settings(&settings, key)?,
        Direction::Out => store::show_settings(&settings, key)?,
    }
    progress.file.clear();
    go_on(watch, &progress)?;
    match end {
        Some(phase) => header.clone().in_phase(phase).write(dirs.root())?,
        None => Header::remove(dirs.root())?,
    }
    Ok(())
}

fn go_on(watch: Watch<'_>, progress: &SealProgress) -> Result<(), Error> {
    if watch(progress) { Ok(()) } else { Err(Error::Stopped) }
}

/// Takes away what is made again, and what an attempt before has left.
fn clear(dirs: &Dirs) -> Result<(), Error> {
    let remove = |path: &Path| match fs::remove_file(path) {
        Err(why) if why.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io("remove", path)(why))
        }
        _ => Ok(()),
    };
    for end in ["", "-wal", "-shm", "-journal"] {
        remove(&with_suffix(&dirs.library_index(), end))?;
    }
    for name in files(&dirs.reading_caches()) {
        remove(&dirs.reading_caches().join(name))?;
    }
    for path in own_files(dirs) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // Begun by `store::atomic` and never finished.
        let unfinished = name.starts_with('.') && name.ends_with(".tmp");
        if unfinished || name.ends_with(PART) || name.ends_with(&format!("{PART}-journal")) {
            remove(&path)?;
        }
    }
    Ok(())
}

fn rewrite(path: &Path, part: &Path, key: &DataKey, direction: Direction) -> Result<(), Error> {
    let too_large = || Error::Damaged {
        path: path.to_owned(),
        why: "it is larger than any such file".to_owned(),
    };
    let read = Error::io("read", path);
    let length = path.metadata().map_err(Error::io("read", path))?.len();
    if length > LARGEST_FILE {
        return Err(too_large());
    }
    if by_lines(path) {
        let text = fs::read(path).map_err(read)?;
        let text = match direction {
            Direction::In => vault::sealed_lines(&text, key),
            Direction::Out => Ok(vault::plain_lines(&text, key)),
        };
        let write = |text: Vec<u8>| {
            let mut file = fs::File::create(part)?;
            file.write_all(&text)?;
            file.sync_all()
        };
        return text.and_then(write).map_err(Error::io("write", part));
    }
    let mut source = fs::File::open(path).map_err(read)?;
    let target = fs::File::create(part).map_err(Error::io("write", part))?;
    let written = match direction {
        Direction::In => vault::Writer::new(target, key).and_then(|mut writer| {
            std::io::copy(&mut source, &mut writer)?;
            writer.finish()
        }),
        Direction::Out => vault::Reader::new(source, key).and_then(|mut reader| {
            let mut target = target;
            std::io::copy(&mut reader, &mut target)?;
            target.flush()?;
            Ok(target)
        }),
    };
    written.and_then(|file| file.sync_all()).map_err(Error::io("write", part))
}

/// The databases that hold what was said. Old copies are decrypted with everything else (their key goes), but encrypted by nobody: they
/// are the person's way back, and [`plain_copies`] lists them.
fn databases(dirs: &Dirs, direction: Direction) -> Vec<PathBuf> {
    let mut all = check::sqlite_files(dirs.root());
    if direction == Direction::Out {
        all.extend(check::sqlite_files(&dirs.backups()));
    }
    all
}

fn is_to_go(path: &Path, direction: Direction) -> bool {
    let plain = vault::is_plain_database(path);
    // An empty one is a new one to SQLite, and has nothing to hide.
    let empty = path.metadata().is_ok_and(|data| data.len() == 0);
    !empty && plain == (direction == Direction::In)
}

/// Files beside the databases that tell of the person: who they are, their notes, their lorebooks, pictures of scenes, places and
/// sounds of their own, transcripts, votes, the studio's projects.
pub(crate) fn private_files(dirs: &Dirs) -> Vec<PathBuf> {
    let root = dirs.root();
    let single = [dirs.personas(), dirs.author_notes(), dirs.marks()];
    let below = |folder: PathBuf| files(&folder).into_iter().map(move |name| folder.join(name));
    single
        .into_iter()
        .chain(below(dirs.lorebooks()))
        .chain(below(dirs.pictures()))
        .chain(below(dirs.scenery()))
        .chain(below(root.join("appraisals")))
        .chain(below(root.join("studio")).filter(|path| is_studio_text(path)))
        .filter(|path| path.is_file())
        .collect()
}

/// Of the studio's projects what people wrote and models answered; weights, their descriptions and the figures of a training stay as
/// they are.
fn is_studio_text(path: &Path) -> bool {
    let names = ["project.json", "workbook.json", "scan.json", "samples.jsonl"];
    path.file_name().is_some_and(|name| names.iter().any(|known| name == *known))
}

/// Files that are appended to are encrypted line by line.
fn by_lines(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "jsonl")
}

/// Where something of ours may lie unfinished.
fn own_files(dirs: &Dirs) -> Vec<PathBuf> {
    let root = dirs.root();
    let in_root = fs::read_dir(root)
        .map(|all| {
            all.filter_map(|entry| Some(entry.ok()?.path()))
                .filter(|path| path.is_file())
                .collect::<Vec<_>>()
        })
        .unwrap_or_default();
    let below = |folder: PathBuf| files(&folder).into_iter().map(move |name| folder.join(name));
    in_root
        .into_iter()
        .chain(below(dirs.backups()))
        .chain(below(dirs.lorebooks()))
        .chain(below(dirs.pictures()))
        .chain(below(dirs.scenery()))
        .chain(below(root.join("appraisals")))
        .chain(below(root.join("studio")))
        .collect()
}

fn with_journal(path: &Path) -> u64 {
    size(path).0 + size(&with_suffix(path, "-wal")).0
}

/// True where what lies here is encrypted, whatever the key file says or where there is none: whoever went on without the key would
/// take it for damaged and begin anew beside it.
pub fn looks_sealed(dirs: &Dirs) -> bool {
    let hidden = store::private_settings(&dirs.settings());
    let own = [dirs.personas(), dirs.author_notes(), dirs.marks(), hidden];
    let databases: Vec<PathBuf> = check::sqlite_files(dirs.root())
        .into_iter()
        .filter(|path| *path != dirs.library_index() && size(path).0 > 0)
        .collect();
    // One that is no plain database may be damaged, two at once are not.
    own.iter().any(|path| vault::is_sealed(path))
        || (databases.len() > 1 && !databases.iter().any(|path| vault::is_plain_database(path)))
}

/// The phase that a new key file for this key has to name where the old one is lost, as far as the files say: encrypted, or on the
/// way there (or back: nobody knows, and encrypted is the safe end). `None` where nothing here is encrypted with this key.
pub fn phase_of_files(dirs: &Dirs, key: &DataKey) -> Option<Phase> {
    let databases: Vec<PathBuf> = check::sqlite_files(dirs.root())
        .into_iter()
        .filter(|path| *path != dirs.library_index() && size(path).0 > 0)
        .collect();
    let mut files = private_files(dirs);
    files.extend(Some(store::private_settings(&dirs.settings())).filter(|path| path.is_file()));
    let (plain, sealed): (Vec<&PathBuf>, Vec<&PathBuf>) =
        databases.iter().partition(|path| vault::is_plain_database(path));
    let reads = |path: &Path| {
        let first = || {
            let mut reader = vault::Reader::new(fs::File::open(path)?, key)?;
            std::io::Read::read(&mut reader, &mut [0])
        };
        first().is_ok()
    };
    // A line that this key opens is another one afterwards.
    let reads_lines = |path: &Path| {
        size(path).0 <= LARGEST_FILE
            && fs::read(path).is_ok_and(|text| vault::plain_lines(&text, key) != text)
    };
    let ours = sealed.iter().any(|path| vault::opens(path, key))
        || files.iter().any(|path| {
            if by_lines(path) { reads_lines(path) } else { vault::is_sealed(path) && reads(path) }
        })
        // Last where a decryption ended half way.
        || check::sqlite_files(&dirs.backups())
            .iter()
            .any(|path| is_to_go(path, Direction::Out) && vault::opens(path, key));
    let is_plain = |path: &PathBuf| {
        !(if by_lines(path) { vault::is_sealed_by_lines(path) } else { vault::is_sealed(path) })
    };
    let half = !plain.is_empty() || files.iter().any(is_plain);
    ours.then_some(if half { Phase::Sealing } else { Phase::Sealed })
}

/// Copies from before that anybody can read, beside an encrypted folder: of the conversations in `backups`, what was set aside as
/// damaged, and what a restore set aside. With their sizes. None in a folder that is not encrypted: there they are the person's only
/// copies.
pub fn plain_copies(dirs: &Dirs) -> Vec<(PathBuf, u64)> {
    if !matches!(Header::read(dirs.root()), Ok(Some(header)) if header.phase() == Phase::Sealed) {
        return Vec::new();
    }
    let live = check::sqlite_files(dirs.root());
    let in_backups = files(&dirs.backups()).into_iter().map(|name| dirs.backups().join(name));
    let in_root = own_files(dirs).into_iter().filter(|path| path.parent() == Some(dirs.root()));
    let mut found: Vec<(PathBuf, u64)> = in_backups
        .chain(in_root.filter(|path| !live.contains(path)))
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            vault::is_plain_database(path) || name.contains(".damaged")
        })
        .chain(plain_aside(dirs.root()))
        .map(|path| (path.clone(), size(&path).0))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// What nobody encrypts, as folders of a data folder.
const READABLE: [&str; 5] = ["characters", "models", "voices", "adapters", "rules"];

/// What a restore has set aside of a folder that was not encrypted, but for [`READABLE`] and the studio's weights.
fn plain_aside(root: &Path) -> Vec<PathBuf> {
    let folders = children(root).into_iter().filter(|folder| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(crate::restore::ASIDE) && matches!(Header::read(folder), Ok(None))
    });
    let tells = |name: &Path| {
        let readable = READABLE.iter().any(|folder| name.starts_with(folder));
        let is_data = || name.components().nth(2).is_some_and(|part| part.as_os_str() == "data");
        !readable && (!name.starts_with("studio") || is_studio_text(name) || is_data())
    };
    folders
        .flat_map(|folder| {
            let names = files(&folder).into_iter().filter(|name| tells(name));
            names.map(|name| folder.join(name)).collect::<Vec<_>>()
        })
        .collect()
}

/// Deletes [`plain_copies`]; answers with the bytes that were freed. What a disk keeps of deleted files is not in our power.
///
/// # Errors
/// [`Error::Io`] for the first that could not be deleted; the others are gone.
pub fn delete_plain_copies(dirs: &Dirs) -> Result<u64, Error> {
    let mut freed = 0;
    let mut first = Ok(());
    for (path, bytes) in plain_copies(dirs) {
        match fs::remove_file(&path).map_err(Error::io("delete", &path)) {
            Ok(()) => freed += bytes,
            Err(error) if first.is_ok() => first = Err(error),
            Err(error) => tracing::warn!(%error, "an old copy stays"),
        }
    }
    store::atomic::sync_folder(&dirs.backups());
    first.map(|()| freed)
}

#[cfg(test)]
#[path = "sealing_tests.rs"]
mod tests;
