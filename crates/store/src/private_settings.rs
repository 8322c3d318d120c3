//! The settings that tell of the person. In an encrypted data folder they lie beside `settings.toml` in an encrypted file; in a plain one
//! they stand in `settings.toml` like all others, where people look for them.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item};
use vault::DataKey;

use crate::settings_file::{MAX_BYTES, document, parsed};
use crate::{Error, atomic};

/// Their keys.
pub(crate) const PRIVATE: [&str; 2] = ["user_name", "user_description"];

/// Where they lie in an encrypted folder.
pub fn private_settings(settings: &Path) -> PathBuf {
    settings.with_file_name("settings-private.toml")
}

/// Takes them out of a settings file that is to be encrypted, into a file that this key opens. What stands in `settings.toml` was
/// written later than what lies there already. May be called again where it ended half way. A settings file that is no TOML stays as it
/// is: nothing can be taken out of it.
///
/// # Errors
/// [`Error::Io`]; [`Error::BrokenSettings`] where this key does not open what lies there already. Nothing is lost then.
pub fn hide_settings(settings: &Path, key: &DataKey) -> Result<(), Error> {
    let mut rest = match document(settings) {
        Ok(rest) => rest,
        Err(error @ Error::BrokenSettings { .. }) => {
            tracing::warn!(%error, "what stands in the settings of the person stays readable");
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    if !stand_in(&rest) {
        return Ok(());
    }
    let path = private_settings(settings);
    let mut private = opened(&path, key)?.unwrap_or_default();
    moved(&mut rest, &mut private);
    let sealed = || {
        let mut writer = vault::Writer::new(Vec::new(), key)?;
        writer.write_all(private.to_string().as_bytes())?;
        writer.finish()
    };
    // First there, then not here: a crash in between costs nothing.
    atomic::write(&path, &sealed().map_err(Error::io("encrypt", &path))?)?;
    atomic::write(settings, rest.to_string().as_bytes())
}

/// Puts them back into a settings file that is to be plain. May be called again where it ended half way.
///
/// # Errors
/// [`Error::Io`], [`Error::BrokenSettings`]: both files are as they were.
pub fn show_settings(settings: &Path, key: &DataKey) -> Result<(), Error> {
    let path = private_settings(settings);
    let Some(all) = shown(settings, key)? else { return Ok(()) };
    atomic::write(settings, all.to_string().as_bytes())?;
    std::fs::remove_file(&path).map_err(Error::io("remove", &path))?;
    atomic::sync_folder(path.parent().unwrap_or_else(|| Path::new(".")));
    Ok(())
}

/// Fails where [`show_settings`] would, for whoever has more to do before. Changes nothing.
///
/// # Errors
/// As of [`show_settings`].
pub fn can_show_settings(settings: &Path, key: &DataKey) -> Result<(), Error> {
    shown(settings, key).map(drop)
}

/// A settings file with the private ones in it; `None` where there are none beside it.
fn shown(settings: &Path, key: &DataKey) -> Result<Option<DocumentMut>, Error> {
    let Some(mut private) = opened(&private_settings(settings), key)? else { return Ok(None) };
    let mut all = document(settings)?;
    // What stands there was written later.
    private.retain(|name, _| !all.contains_key(name));
    moved(&mut private, &mut all);
    Ok(Some(all))
}

/// What a file that this key opens holds; `None` where there is none.
fn opened(path: &Path, key: &DataKey) -> Result<Option<DocumentMut>, Error> {
    let file = match std::fs::File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(Error::io("read", path))?,
    };
    let mut bytes = Vec::new();
    let read = if vault::is_sealed(path) {
        vault::Reader::new(file, key)
            .and_then(|reader| reader.take(MAX_BYTES).read_to_end(&mut bytes))
    } else {
        file.take(MAX_BYTES).read_to_end(&mut bytes)
    };
    read.map_err(unreadable(path))?;
    parsed(path, bytes).map(Some)
}

/// A file that is damaged, or of another key, is no matter of the disk: somebody has to look at it.
fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |error| match error.kind() {
        io::ErrorKind::InvalidData => {
            Error::BrokenSettings { path: path.to_owned(), detail: error.to_string() }
        }
        _ => Error::io("decrypt", path)(error),
    }
}

/// The private settings of a folder that is encrypted and open; `None` for one that is plain or locked.
pub(crate) fn read(settings: &Path) -> Option<Result<DocumentMut, Error>> {
    let path = private_settings(settings);
    let Ok(vault::Seal::Sealed(_)) = vault::seal_of(&path) else { return None };
    Some(match vault::read(&path, MAX_BYTES) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(DocumentMut::new()),
        Err(error) => Err(unreadable(&path)(error)),
        Ok(bytes) => parsed(&path, bytes),
    })
}

/// Writes the private settings of such a folder.
pub(crate) fn write(settings: &Path, private: &DocumentMut) -> Result<(), Error> {
    atomic::write_private(&private_settings(settings), private.to_string().as_bytes())
}

/// Whether one of them stands in a document.
pub(crate) fn stand_in(document: &DocumentMut) -> bool {
    PRIVATE.iter().any(|name| document.get(name).is_some_and(Item::is_value))
}

/// Moves the private settings from one document to another, with the comments at them.
pub(crate) fn moved(from: &mut DocumentMut, to: &mut DocumentMut) {
    for name in PRIVATE {
        // A table of such a name is no setting of ours, and stays.
        if from.get(name).is_some_and(Item::is_value)
            && let Some((key, value)) = from.remove_entry(name)
        {
            to.insert_formatted(&key, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use vault::{Header, Phase, Secret};

    use super::*;
    use crate::SettingsFile;

    /// A folder with settings.
    fn folder(settings: &str) -> (tempfile::TempDir, PathBuf, DataKey) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        fs::write(&path, settings).unwrap();
        (folder, path, DataKey::random().unwrap())
    }

    /// Encrypted, and open in this process.
    fn sealed(folder: &Path, key: &DataKey) {
        let passphrase = Secret::new("several words".into());
        let header = Header::new(key, &passphrase, Phase::Sealed).unwrap();
        header.write(folder).unwrap();
        let copy = vault::recovery::key(&vault::recovery::code(key)).unwrap();
        vault::unlock(&header, copy).unwrap();
    }

    fn has(path: &Path, mark: &str) -> bool {
        fs::read(path).unwrap().windows(mark.len()).any(|part| part == mark.as_bytes())
    }

    #[test]
    fn they_leave_the_settings_and_come_back_with_everything_else_as_it_was() {
        let text = "# mine\ntheme = \"dark\" # at night\n# as in school\nuser_name = \"Heron\" # or so\nuser_description = \"A 'heron'.\\nTwo lines.\"\nspeak = false\n";
        let (_folder, path, key) = folder(text);
        hide_settings(&path, &key).unwrap();
        let rest = fs::read_to_string(&path).unwrap();
        assert_eq!(rest, "# mine\ntheme = \"dark\" # at night\nspeak = false\n");
        assert!(!has(&private_settings(&path), "eron"));
        // Back, with the comments.
        can_show_settings(&path, &key).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), rest, "only looked at");
        show_settings(&path, &key).unwrap();
        let back = fs::read_to_string(&path).unwrap();
        assert!(back.contains("# as in school\nuser_name = \"Heron\" # or so\n"), "{back}");
        hide_settings(&path, &key).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), rest);
        // It ended half way, and a person has written another name meanwhile.
        fs::write(&path, format!("user_name = \"Crane\"\n{rest}")).unwrap();
        hide_settings(&path, &key).unwrap();
        assert!(show_settings(&path, &DataKey::random().unwrap()).is_err());
        show_settings(&path, &key).unwrap();
        show_settings(&path, &key).unwrap();
        assert!(!private_settings(&path).exists());
        let back = SettingsFile::open(&path);
        assert!(back.warnings().is_empty());
        assert_eq!(back.get().user_name, "Crane");
        assert_eq!(back.get().user_description, "A 'heron'.\nTwo lines.");
        assert!(!back.get().speak && fs::read_to_string(&path).unwrap().starts_with("# mine"));
    }

    #[test]
    fn in_an_encrypted_folder_they_are_read_changed_and_never_written_readably() {
        let (folder, path, key) = folder("speak = false\nuser_name = \"Heron\"\n");
        sealed(folder.path(), &key);
        // As an older version has left it.
        let mut settings = SettingsFile::open(&path);
        assert_eq!(settings.get().user_name, "Heron");
        assert!(!has(&path, "Heron"));
        settings
            .change(|s| {
                s.user_description = "Likes the heron.".into();
                s.speak = true;
                s.temperature = 0.7;
            })
            .unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "temperature = 0.7\n");
        let again = SettingsFile::open(&path);
        assert_eq!(again.get(), settings.get());
        settings.change(|s| s.user_name = crate::Settings::default().user_name).unwrap();
        let again = SettingsFile::open(&path);
        assert_eq!(again.get().user_name, crate::Settings::default().user_name);
        assert_eq!(again.get().user_description, "Likes the heron.");

        // Locked, other settings can be changed, and what is hidden stays.
        let header = Header::read(folder.path()).unwrap().unwrap();
        vault::lock(&header);
        let mut locked = SettingsFile::open(&path);
        assert_eq!(locked.get().user_description, "");
        locked.change(|s| s.speak = false).unwrap();
        assert!(locked.change(|s| s.user_name = "Crane".into()).is_err());
        assert!(!has(&path, "Crane"));
        sealed(folder.path(), &key);
        let again = SettingsFile::open(&path);
        assert!(!again.get().speak);
        assert_eq!(again.get().user_description, "Likes the heron.");
    }

    #[test]
    fn where_they_are_damaged_other_settings_are_changed_all_the_same() {
        let (folder, path, key) = folder("user_name = \"Heron\"\n");
        sealed(folder.path(), &key);
        SettingsFile::open(&path).change(|s| s.user_name = "Crane".into()).unwrap();
        let hidden = private_settings(&path);
        let whole = fs::read(&hidden).unwrap();
        fs::write(&hidden, &whole[..whole.len() - 1]).unwrap();
        let mut settings = SettingsFile::open(&path);
        let told = &settings.warnings()[0].message;
        assert!(told.contains("settings-private.toml"), "{told}");
        settings.change(|s| s.speak = false).unwrap();
        // Nobody writes over what can be brought back from a copy, maybe; a person is told which file to move away.
        let refused = settings.change(|s| s.user_name = "Tern".into()).unwrap_err();
        assert!(matches!(&refused, Error::BrokenSettings { path, .. } if *path == hidden));
        assert!(matches!(can_show_settings(&path, &key), Err(Error::BrokenSettings { .. })));
        fs::write(&hidden, &whole).unwrap();
        let again = SettingsFile::open(&path);
        assert_eq!((again.get().user_name.as_str(), again.get().speak), ("Crane", false));
    }

    #[test]
    fn settings_that_are_no_toml_stop_no_encryption() {
        let (_folder, path, key) = folder("user_name = = 1");
        hide_settings(&path, &key).unwrap();
        assert!(!private_settings(&path).exists());
        assert_eq!(fs::read_to_string(&path).unwrap(), "user_name = = 1");
    }
}
