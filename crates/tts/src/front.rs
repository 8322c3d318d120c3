//! The text front ends of the languages, each loaded when it is first needed.

use std::path::{Path, PathBuf};

use domain::Lang;

use crate::text::{Chinese, Japanese, Piece};
use crate::{TtsError, resources};

/// Dictionaries, and where they lie.
pub(crate) struct Front {
    resources: PathBuf,
    japanese: Option<Japanese>,
    chinese: Option<Chinese>,
}

impl Front {
    /// Nothing is read yet.
    pub(crate) fn new(resources: &Path) -> Self {
        Self { resources: resources.to_path_buf(), japanese: None, chinese: None }
    }

    /// Reads what a language needs.
    pub(crate) fn warm_up(&mut self, lang: Lang) -> Result<(), TtsError> {
        match lang {
            Lang::En => {}
            Lang::Ja => {
                self.japanese()?;
            }
            Lang::Zh => {
                self.chinese()?;
            }
        }
        Ok(())
    }

    /// A piece in the form that its voice reads: English as it is, pinyin, katakana; with marks for the pitch where the voice knows them.
    pub(crate) fn spoken(&mut self, piece: &Piece, pitch: bool) -> Result<String, TtsError> {
        Ok(match piece.lang {
            Lang::En => piece.text.clone(),
            Lang::Ja if pitch => self.japanese()?.accented(&piece.text),
            Lang::Ja => self.japanese()?.spoken(&piece.text),
            Lang::Zh => self.chinese()?.spoken(&piece.text),
        })
    }

    fn japanese(&mut self) -> Result<&Japanese, TtsError> {
        match &mut self.japanese {
            Some(japanese) => Ok(japanese),
            empty => {
                let path = resources::dictionary(&self.resources, "ja/ipadic.dic.zst");
                Ok(empty.insert(Japanese::open(&path)?))
            }
        }
    }

    fn chinese(&mut self) -> Result<&Chinese, TtsError> {
        match &mut self.chinese {
            Some(chinese) => Ok(chinese),
            empty => {
                let path = resources::dictionary(&self.resources, "zh/pinyin.tsv.zst");
                Ok(empty.insert(Chinese::open(&path)?))
            }
        }
    }
}
