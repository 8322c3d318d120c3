//! What was measured on this machine when a model had been loaded: the next plan starts from that and not from a formula.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::footprint::{Footprint, Quantize};
use crate::pins;

/// Name of the record, in the folder of models.
const FILE: &str = "measured.toml";
/// More files than this nobody loads; the oldest names go.
const MOST: usize = 200;
/// A measurement beside the formula by more than this was of something else (a program that loaded two things at once).
const BELIEVABLE: f64 = 2.0;

/// Measured memory, by file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Learned {
    path: PathBuf,
    files: BTreeMap<String, Measured>,
}

/// One file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Measured {
    /// Size of the file: another file of that name is another file.
    size: u64,
    /// Bytes that loading it took.
    loaded: u64,
}

#[derive(Default, Serialize, Deserialize)]
struct Written {
    version: u32,
    #[serde(default)]
    files: BTreeMap<String, Measured>,
}

impl Learned {
    /// Reads the record of a folder of models. One that is damaged counts as none: everything in it is measured again.
    pub fn read(models: &Path) -> Self {
        let path = models.join(FILE);
        let files = std::fs::read_to_string(&path)
            .ok()
            .and_then(|text| toml::from_str::<Written>(&text).ok())
            .map(|written| written.files)
            .unwrap_or_default();
        Self { path, files }
    }

    /// Notes what loading a file or folder took, and writes the record.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn note(&mut self, file: &Path, quantize: Quantize, loaded: u64) -> Result<(), Error> {
        let size = bytes_of(file).map_err(Error::io("read", file))?;
        while self.files.len() >= MOST {
            self.files.pop_first();
        }
        self.files.insert(key(file, quantize), Measured { size, loaded });
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        }
        pins::write_toml(&self.path, &Written { version: 1, files: self.files.clone() })
    }

    /// A footprint with what loading really took; its cache and scratch, which come later, stay as planned.
    pub fn put_right(&self, file: &Path, quantize: Quantize, planned: Footprint) -> Footprint {
        let size = bytes_of(file).unwrap_or(0);
        let expected = planned.weights + planned.tables;
        match self.files.get(&key(file, quantize)) {
            Some(measured)
                if measured.size == size
                    && measured.loaded as f64 <= expected as f64 * BELIEVABLE
                    && measured.loaded >= planned.weights / 2 =>
            {
                Footprint {
                    weights: measured.loaded.min(planned.weights),
                    tables: measured.loaded.saturating_sub(planned.weights),
                    ..planned
                }
            }
            _ => planned,
        }
    }
}

/// What weights in floats were brought into is a part of what was measured.
fn key(file: &Path, quantize: Quantize) -> String {
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    format!("{name}{}", quantize.suffix())
}

/// Bytes of a file, or of the files of a folder.
fn bytes_of(path: &Path) -> std::io::Result<u64> {
    let about = path.metadata()?;
    if !about.is_dir() {
        return Ok(about.len());
    }
    let mut sum = 0;
    for entry in std::fs::read_dir(path)? {
        // Through links: that is how Hugging Face's cache is made.
        let about = entry?.path().metadata()?;
        sum += if about.is_file() { about.len() } else { 0 };
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOW: Quantize = Quantize::AsIs;
    const PLANNED: Footprint =
        Footprint { weights: 1000, cache: 500, scratch: 50, tables: 100, estimated: false };

    #[test]
    fn what_was_measured_counts_until_the_file_changes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("m.gguf");
        std::fs::write(&file, [0; 10]).unwrap();
        let mut learned = Learned::read(folder.path());
        assert_eq!(learned.put_right(&file, HOW, PLANNED), PLANNED);
        learned.note(&file, HOW, 1300).unwrap();
        let again = Learned::read(folder.path());
        assert_eq!(again, learned);
        assert_eq!(again.put_right(&file, HOW, PLANNED).total(), 1000 + 300 + 500 + 50);
        std::fs::write(&file, [0; 11]).unwrap();
        assert_eq!(again.put_right(&file, HOW, PLANNED), PLANNED);
    }

    #[test]
    fn what_was_measured_of_a_folder_counts_for_what_its_weights_became() {
        let folder = tempfile::tempdir().unwrap();
        let model = folder.path().join("m");
        std::fs::create_dir(&model).unwrap();
        std::fs::write(model.join("config.json"), [0; 7]).unwrap();
        let q8 = Quantize::Q8;
        let mut learned = Learned::read(folder.path());
        learned.note(&model, q8, 1300).unwrap();
        assert_eq!(learned.put_right(&model, HOW, PLANNED), PLANNED);
        assert_eq!(learned.put_right(&model, q8, PLANNED).total(), 1000 + 300 + 500 + 50);
        std::fs::write(model.join("more"), [0; 1]).unwrap();
        assert_eq!(learned.put_right(&model, q8, PLANNED), PLANNED);
    }

    #[test]
    fn a_measurement_of_something_else_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("m.gguf");
        std::fs::write(&file, [0; 10]).unwrap();
        let mut learned = Learned::read(folder.path());
        for loaded in [100_000, 3] {
            learned.note(&file, HOW, loaded).unwrap();
            assert_eq!(learned.put_right(&file, HOW, PLANNED), PLANNED, "{loaded}");
        }
        std::fs::write(folder.path().join(FILE), "rubbish = [").unwrap();
        assert_eq!(Learned::read(folder.path()).put_right(&file, HOW, PLANNED), PLANNED);
    }
}
