//! What a restore has set aside: listed, deleted where nothing is missed. It comes back by [`restore_aside`](crate::restore_aside).

use std::path::{Path, PathBuf};

use serde::Serialize;
use store::Dirs;

use crate::Error;
use crate::restore::{ASIDE, STAMP, is_aside};
use crate::usage::{children, size};

/// A data folder as it was before a backup took its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Aside {
    /// Name of its folder, by which it is deleted and brought back.
    pub name: String,
    /// The folder.
    pub path: PathBuf,
    /// When it was set aside, in milliseconds since 1970; `None` where its name does not say.
    pub at_ms: Option<i64>,
    /// Bytes on the disk.
    pub bytes: u64,
    /// Files.
    pub files: u64,
    /// It is encrypted, and opens with the passphrase or the recovery code of then.
    pub sealed: bool,
}

/// What was set aside, the newest first. What an exchange is just bringing back is not among it.
pub fn asides(dirs: &Dirs) -> Vec<Aside> {
    let mut found: Vec<Aside> = children(dirs.root())
        .into_iter()
        .filter(|path| is_folder(path))
        .filter_map(|path| {
            let name = path.file_name()?.to_str().filter(|name| is_aside(name))?.to_owned();
            let (bytes, files) = size(&path);
            let sealed = path.join(vault::FILE).is_file();
            Some(Aside { at_ms: at(&name), name, bytes, files, sealed, path })
        })
        .collect();
    found.sort_by(|a, b| b.name.cmp(&a.name));
    found
}

/// Deletes one of [`asides`] for good; answers with the bytes that were freed. May run beside the program, which has nothing of it open.
///
/// # Errors
/// [`Error::NoAside`]; [`Error::Io`], after which some of it may be left.
pub fn delete_aside(dirs: &Dirs, name: &str) -> Result<u64, Error> {
    let path = folder(dirs, name)?;
    let (bytes, _) = size(&path);
    std::fs::remove_dir_all(&path).map_err(Error::io("remove", &path))?;
    store::atomic::sync_folder(dirs.root());
    Ok(bytes)
}

/// Where one of them lies. A name leads nowhere else, and a link is not followed.
pub(crate) fn folder(dirs: &Dirs, name: &str) -> Result<PathBuf, Error> {
    let path = dirs.root().join(name);
    if is_aside(name) && is_folder(&path) { Ok(path) } else { Err(Error::NoAside(name.to_owned())) }
}

fn is_folder(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|data| data.is_dir())
}

fn at(name: &str) -> Option<i64> {
    // Behind the moment there may be a number.
    let stamp = name.strip_prefix(ASIDE)?.split_inclusive('Z').next()?;
    let moment = jiff::civil::DateTime::strptime(STAMP, stamp).ok()?;
    Some(moment.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{finish_restore, restore_aside};

    fn dirs(folder: &Path) -> Dirs {
        let dirs = Dirs::at(folder);
        dirs.create().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("settings.toml", "now");
        write("models/m.gguf", "large");
        write("logs/today.log", "log");
        write("before-restore-2026-11-25T10-20-30Z/settings.toml", "then");
        write("before-restore-2026-11-25T10-20-30Z/characters/koto.json", "{}");
        write("before-restore-2026-11-20T00-00-00Z/settings.toml", "long ago");
        dirs
    }

    fn read(dirs: &Dirs, name: &str) -> String {
        std::fs::read_to_string(dirs.root().join(name)).unwrap_or_default()
    }

    #[test]
    fn what_was_set_aside_is_listed_with_its_day_and_size_and_deleted_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = dirs(folder.path());
        let all = asides(&dirs);
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].bytes, all[0].files, all[0].sealed), (6, 2, false));
        assert_eq!(all[0].at_ms, Some(1_795_602_030_000), "2026-11-25 10:20:30 in universal time");
        assert_eq!(delete_aside(&dirs, &all[0].name).unwrap(), 6);
        assert_eq!(asides(&dirs).len(), 1);
        assert_eq!(read(&dirs, "settings.toml"), "now");
        for name in ["", "models", "..", "before-restore-x/../models", "before-restore-none"] {
            assert!(matches!(delete_aside(&dirs, name), Err(Error::NoAside(_))), "{name}");
            assert!(matches!(restore_aside(&dirs, name), Err(Error::NoAside(_))), "{name}");
        }
        assert_eq!(read(&dirs, "models/m.gguf"), "large");
    }

    #[test]
    fn it_comes_back_and_what_is_there_now_is_set_aside_instead() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = dirs(folder.path());
        let name = "before-restore-2026-11-25T10-20-30Z";
        let restored = restore_aside(&dirs, name).unwrap();
        assert_eq!((restored.files, restored.bytes), (2, 6));
        assert_eq!(read(&dirs, "settings.toml"), "then");
        assert_eq!(read(&dirs, "characters/koto.json"), "{}");
        assert_eq!(
            read(&dirs, "models/m.gguf"),
            "large",
            "none are in it: those that are here stay"
        );
        assert_eq!(read(&dirs, "logs/today.log"), "log");
        let all = asides(&dirs);
        assert_eq!(all.len(), 2, "{all:?}");
        assert!(all.iter().all(|one| one.name != name));
        assert_eq!(read(&dirs, &format!("{}/settings.toml", all[0].name)), "now");
        // And back again.
        restore_aside(&dirs, &all[0].name).unwrap();
        assert_eq!(read(&dirs, "settings.toml"), "now");
    }

    /// The plan is on the disk before the first rename: whatever ends it, the next start ends the exchange.
    #[test]
    fn an_interrupted_return_is_ended_by_the_next_start() {
        for out in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let dirs = dirs(folder.path());
            let aside = "before-restore-2026-11-26T00-00-00Z";
            std::fs::create_dir(folder.path().join(aside)).unwrap();
            if out {
                let to = folder.path().join(aside).join("settings.toml");
                std::fs::rename(folder.path().join("settings.toml"), to).unwrap();
            }
            let plan = format!(
                r#"{{"aside":"{aside}","keep":["models","voices"],"out":{out},"from":"before-restore-2026-11-25T10-20-30Z"}}"#
            );
            std::fs::write(folder.path().join("restoring.json"), plan).unwrap();
            assert!(finish_restore(&dirs).unwrap());
            assert_eq!(read(&dirs, "settings.toml"), "then", "{out}");
            assert_eq!(read(&dirs, &format!("{aside}/settings.toml")), "now", "{out}");
            assert!(!finish_restore(&dirs).unwrap());
        }
    }

    #[test]
    fn a_plan_that_names_another_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = dirs(folder.path());
        for from in ["models", "before-restore-a/..", "before-restore-b"] {
            let plan =
                format!(r#"{{"aside":"before-restore-b","keep":[],"out":true,"from":"{from}"}}"#);
            std::fs::write(folder.path().join("restoring.json"), plan).unwrap();
            assert!(matches!(finish_restore(&dirs), Err(Error::Damaged { .. })), "{from}");
        }
    }
}
