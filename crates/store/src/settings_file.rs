//! The user's settings file: only what differs from the defaults, with the user's own comments, order and unknown keys kept.
//!
//! Reading never fails: what cannot be understood becomes a warning and the default counts. Writing never destroys: a file that
//! is not TOML is left alone until a person has looked at it.

use std::fs;
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Value};

use crate::settings::DEFAULT_TABLE;
use crate::{Error, Settings, atomic, private_settings};

/// Longest settings file that is read.
pub(crate) const MAX_BYTES: u64 = 1 << 20;

/// A setting that was not taken over from the file, and why. For people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsWarning {
    /// The key, or "" for the whole file.
    pub key: String,
    /// What is wrong and what counts instead.
    pub message: String,
}

/// The settings in force, and the file they come from.
#[derive(Debug)]
pub struct SettingsFile {
    path: PathBuf,
    current: Settings,
    /// What the file was last known to hold: differs from `current` where it could not be written.
    saved: Settings,
    warnings: Vec<SettingsWarning>,
}

impl SettingsFile {
    /// Reads the user's file; where there is none, the defaults. Never fails, see [`SettingsFile::warnings`]. In an encrypted folder that
    /// is open, what tells of the person comes from beside it, and goes there where somebody has written it into this file.
    pub fn open(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let told = |error: &Error, what: &str| SettingsWarning {
            key: String::new(),
            message: format!("{error}; {what}"),
        };
        let (mut document, broken) = match document(&path) {
            Ok(document) => (document, None),
            Err(error) => (DocumentMut::new(), Some(told(&error, "the defaults count"))),
        };
        let hidden = hidden(&path, &mut document, broken.is_none());
        let (current, mut warnings) = merge(&document);
        warnings.extend(broken);
        warnings.extend(hidden.err().map(|error| told(&error, "who you are is not known")));
        for warning in &warnings {
            tracing::warn!(key = warning.key, "settings: {}", warning.message);
        }
        Self { path, saved: current.clone(), current, warnings }
    }

    /// The settings in force.
    pub fn get(&self) -> &Settings {
        &self.current
    }

    /// What was wrong with the file when it was read.
    pub fn warnings(&self) -> &[SettingsWarning] {
        &self.warnings
    }

    /// The same file with other settings for this run. They are not written, unless something is changed later.
    #[must_use]
    pub fn with(mut self, current: Settings) -> Self {
        self.current = current;
        self
    }

    /// Changes settings and writes the file (atomically; only keys whose value changed are touched, and a key that is back at its
    /// default leaves the file). The file is read again first, so that what a person edited meanwhile is kept.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a value out of range (nothing changes then). [`Error::BrokenSettings`] or [`Error::Io`] where the
    /// file could not be written: the new settings are in force all the same, until the app ends.
    pub fn change(&mut self, edit: impl FnOnce(&mut Settings)) -> Result<&Settings, Error> {
        let mut wanted = self.current.clone();
        edit(&mut wanted);
        let (old, new) = (table(&self.saved)?, table(&wanted)?);
        for (key, value) in &new {
            check(key, value).map_err(|message| Error::Invalid(format!("`{key}` {message}")))?;
        }
        self.current = wanted;

        let mut document = document(&self.path)?;
        let of_the_person = |key: &str| private_settings::PRIVATE.contains(&key);
        let changed = || new.iter().filter(|(key, value)| old.get(key.as_str()) != Some(*value));
        let concerned = changed().any(|(key, _)| of_the_person(key));
        if concerned {
            // Locked: they must not be written readably, and cannot be written otherwise.
            vault::seal_of(&self.path)?;
        }
        let mut private = if concerned || private_settings::stand_in(&document) {
            match private_settings::read(&self.path) {
                // Where they are damaged, other settings can be changed all the same.
                Some(Err(error)) if concerned => return Err(error),
                read => read.and_then(Result::ok),
            }
        } else {
            None
        };
        for (key, value) in changed() {
            let into = match &mut private {
                Some(private) if of_the_person(key) => {
                    document.remove(key);
                    private
                }
                _ => &mut document,
            };
            if DEFAULT_TABLE.get(key).is_some_and(|default| same(default, value)) {
                into.remove(key);
            } else {
                set(into, key, value);
            }
        }
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).map_err(Error::io("create the folder", folder))?;
        }
        if let Some(mut private) = private {
            private_settings::moved(&mut document, &mut private);
            private_settings::write(&self.path, &private)?;
        }
        atomic::write(&self.path, document.to_string().as_bytes())?;
        self.saved = self.current.clone();
        Ok(&self.current)
    }

    /// Moves a file that cannot be read out of the way (`settings.toml.broken`, `….broken-2`, …), so that settings can be saved
    /// again. Only for a person who asked for it. Answers where it lies now; `None` where there was nothing to move.
    pub fn set_aside(&mut self) -> Result<Option<PathBuf>, Error> {
        if !self.path.exists() {
            return Ok(None);
        }
        let name = self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut aside = self.path.with_file_name(format!("{name}.broken"));
        let mut n = 2;
        while aside.exists() {
            aside = self.path.with_file_name(format!("{name}.broken-{n}"));
            n += 1;
        }
        fs::rename(&self.path, &aside).map_err(Error::io("move", &self.path))?;
        self.warnings.clear();
        self.saved = Settings::default();
        Ok(Some(aside))
    }
}

/// Adds what lies encrypted beside a settings file to what was read of it; what stands there readably goes there first, where the file
/// could be `read`.
fn hidden(path: &Path, document: &mut DocumentMut, read: bool) -> Result<(), Error> {
    let Some(private) = private_settings::read(path).transpose()? else { return Ok(()) };
    let mut all = private;
    if read && private_settings::stand_in(document) {
        let mut rest = document.clone();
        private_settings::moved(&mut rest, &mut all);
        private_settings::write(path, &all)?;
        atomic::write(path, rest.to_string().as_bytes())?;
    }
    private_settings::moved(&mut all, document);
    Ok(())
}

/// The user's file as TOML; an empty document where there is none.
pub(crate) fn document(path: &Path) -> Result<DocumentMut, Error> {
    let broken = |detail: String| Error::BrokenSettings { path: path.to_owned(), detail };
    match fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(DocumentMut::new()),
        Err(error) => return Err(Error::io("read", path)(error)),
        Ok(metadata) if metadata.len() > MAX_BYTES => {
            return Err(broken(format!("it is {} bytes long", metadata.len())));
        }
        Ok(_) => {}
    }
    parsed(path, fs::read(path).map_err(Error::io("read", path))?)
}

/// A file's bytes as TOML.
pub(crate) fn parsed(path: &Path, bytes: Vec<u8>) -> Result<DocumentMut, Error> {
    let broken = |detail: String| Error::BrokenSettings { path: path.to_owned(), detail };
    let text = String::from_utf8(bytes).map_err(|_| broken("it is not UTF-8 text".into()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    text.parse().map_err(|error: toml_edit::TomlError| {
        let line = error.span().map_or(0, |span| text[..span.start].lines().count().max(1));
        broken(format!("line {line}: {}", error.message().trim().replace('\n', ", ")))
    })
}

/// Defaults, with every value of the document that makes sense.
fn merge(document: &DocumentMut) -> (Settings, Vec<SettingsWarning>) {
    let mut table = DEFAULT_TABLE.clone();
    let mut warnings = Vec::new();
    let user: toml::Table = toml::from_str(&document.to_string()).unwrap_or_default();
    for (key, value) in user {
        let mut warn =
            |message: String| warnings.push(SettingsWarning { key: key.clone(), message });
        let Some(default) = DEFAULT_TABLE.get(&key) else {
            // Of another version of the app, or a slip of the pen: kept in the file either way.
            warn("is no setting of this version; it is kept, and has no effect".into());
            continue;
        };
        if let Err(message) = check(&key, &value) {
            warn(format!("{message}; the default {default} counts"));
            continue;
        }
        let mut tried = table.clone();
        tried.insert(key.clone(), value.clone());
        if tried.clone().try_into::<Settings>().is_ok() {
            table = tried;
        } else {
            warn(format!("cannot be {value}; the default {default} counts"));
        }
    }
    (table.try_into().unwrap_or_default(), warnings)
}

/// The settings key by key.
fn table(settings: &Settings) -> Result<toml::Table, Error> {
    toml::Table::try_from(settings)
        .map_err(|error| Error::Invalid(format!("the settings cannot be written: {error}")))
}

/// Whether a number is within its range.
fn check(key: &str, value: &toml::Value) -> Result<(), String> {
    let (Some((low, high)), Some(number)) =
        (Settings::range(key), value.as_float().or(value.as_integer().map(|n| n as f64)))
    else {
        return Ok(());
    };
    if (low..=high).contains(&number) {
        Ok(())
    } else {
        Err(format!("must be from {low} to {high}, not {number}"))
    }
}

/// Equal as settings: floats as the `f32` that they are used as.
fn same(a: &toml::Value, b: &toml::Value) -> bool {
    match (a.as_float(), b.as_float()) {
        (Some(a), Some(b)) => (a as f32).to_bits() == (b as f32).to_bits(),
        _ => a == b,
    }
}

/// Puts a value into the document; comments around an existing one stay.
fn set(document: &mut DocumentMut, key: &str, value: &toml::Value) {
    let mut value = edit_value(value);
    match document.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        None => document[key] = Item::Value(value),
    }
}

fn edit_value(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        // The shortest text that gives the same f32: `0.7`, not `0.699999988079071`.
        toml::Value::Float(number) => {
            (*number as f32).to_string().parse().unwrap_or(*number).into()
        }
        toml::Value::Boolean(flag) => (*flag).into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(items) => Value::Array(items.iter().map(edit_value).collect()),
        toml::Value::Table(entries) => Value::InlineTable(
            entries.iter().map(|(key, value)| (key.as_str(), edit_value(value))).collect(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Theme;

    fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        fs::write(&path, text).unwrap();
        (folder, path)
    }

    #[test]
    fn without_a_file_the_defaults_count_and_only_differences_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/settings.toml");
        let mut settings = SettingsFile::open(&path);
        assert!(settings.warnings().is_empty());
        settings.change(|s| s.temperature = 0.7).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "temperature = 0.7\n");
        assert_eq!(SettingsFile::open(&path).get(), settings.get());
        settings.change(|s| s.temperature = 0.8).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "");
    }

    #[test]
    fn comments_order_and_unknown_keys_stay() {
        let text =
            "# mine\ntheme = \"dark\" # at night\n\n# later\nfuture = [1, 2]\nspeak = false\n";
        let (_folder, path) = file(text);
        let mut settings = SettingsFile::open(&path);
        assert_eq!(settings.get().theme, Theme::Dark);
        assert_eq!(settings.warnings().len(), 1, "the unknown key is told");
        settings.change(|s| s.theme = Theme::Light).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), text.replace("dark", "light"));
    }

    #[test]
    fn what_a_person_edited_meanwhile_is_kept() {
        let (_folder, path) = file("speak = false\n");
        let mut settings = SettingsFile::open(&path);
        fs::write(&path, "speak = false\nvoice_rate = 1.2\n").unwrap();
        settings.change(|s| s.user_name = "Ann".into()).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            text.contains("voice_rate = 1.2") && text.contains("user_name = \"Ann\""),
            "{text}"
        );
    }

    #[test]
    fn wrong_types_and_ranges_warn_and_the_rest_counts() {
        let (_folder, path) = file(
            "speak = \"yes\"\nvoice_rate = 9.0\ntheme = 'pink'\nvoice_volume = 1\nuser_name = 'Ann'\n",
        );
        let settings = SettingsFile::open(&path);
        let mut warned: Vec<_> = settings.warnings().iter().map(|w| w.key.as_str()).collect();
        warned.sort_unstable();
        assert_eq!(warned, ["speak", "theme", "voice_rate"]);
        let expected =
            Settings { voice_volume: 1.0, user_name: "Ann".into(), ..Settings::default() };
        assert_eq!(settings.get(), &expected);
    }

    #[test]
    fn a_broken_file_is_never_overwritten() {
        let text = "speak = false\nvoice_rate = = 2\n";
        let (folder, path) = file(text);
        let mut settings = SettingsFile::open(&path);
        assert_eq!(settings.get(), &Settings::default());
        assert!(settings.warnings()[0].message.contains("line 2"), "{:?}", settings.warnings());
        let problem =
            domain::Problem::from(settings.change(|s| s.speak = false).map(drop).unwrap_err());
        assert!(problem.remedy.contains("settings.toml"), "{problem}");
        assert!(!settings.get().speak, "in force for now");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);

        let aside = settings.set_aside().unwrap().unwrap();
        assert_eq!(aside, folder.path().join("settings.toml.broken"));
        assert_eq!(fs::read_to_string(aside).unwrap(), text);
        settings.change(|s| s.user_name = "Ann".into()).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("user_name = \"Ann\"") && text.contains("speak = false"), "{text}");
    }

    #[test]
    fn a_value_out_of_range_is_refused_and_nothing_changes() {
        let (_folder, path) = file("");
        let mut settings = SettingsFile::open(&path);
        assert!(settings.change(|s| s.voice_rate = 3.0).is_err());
        assert_eq!(settings.get(), &Settings::default());
        assert_eq!(fs::read_to_string(&path).unwrap(), "");
    }

    #[test]
    fn bytes_that_are_no_text_are_told_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        fs::write(&path, [0xff, 0xfe, 0x00]).unwrap();
        let mut settings = SettingsFile::open(&path);
        assert_eq!(settings.warnings().len(), 1);
        assert!(settings.change(|s| s.speak = false).is_err());
        assert_eq!(fs::read(&path).unwrap(), [0xff, 0xfe, 0x00]);
    }
}
