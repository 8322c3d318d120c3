//! A description (a `config.json`), read field by field. It is anybody's file: every number is bounded, and what is refused is named with what
//! was found.

use std::path::Path;

use serde_json::Value;

use crate::Error;

/// Largest number of channels, blocks' layers and the like that a description may claim.
const MOST: u64 = 1 << 14;

/// A description and the file it stands in.
pub(crate) struct Described<'a> {
    pub(crate) path: &'a Path,
    pub(crate) value: &'a Value,
}

impl Described<'_> {
    /// What stands there, in a length that can be told.
    pub(crate) fn found(&self, key: &str) -> String {
        self.value[key].to_string().chars().take(80).collect()
    }

    pub(crate) fn refuse<T>(&self, key: &str) -> Result<T, Error> {
        let found = self.found(key);
        Err(Error::unsupported(
            self.path,
            format!("its `{key}` is {found}, which is not known here"),
        ))
    }

    pub(crate) fn given(&self, key: &str) -> Option<&Value> {
        self.value.get(key).filter(|value| !value.is_null())
    }

    /// Refuses what is not as it is computed here.
    pub(crate) fn only(&self, plain: &[(&str, Value)]) -> Result<(), Error> {
        for (key, expected) in plain {
            let found = self.given(key);
            let same = match found {
                None => true,
                // 1 and 1.0 are the same.
                Some(found) => {
                    found == expected
                        || matches!((found.as_f64(), expected.as_f64()), (Some(a), Some(b)) if a.to_bits() == b.to_bits())
                }
            };
            if !same {
                return self.refuse(key);
            }
        }
        Ok(())
    }

    /// A number of things, from one to [`MOST`].
    pub(crate) fn count(&self, key: &str, otherwise: Option<usize>) -> Result<usize, Error> {
        match (self.given(key).map(Value::as_u64), otherwise) {
            (Some(Some(number)), _) if (1..=MOST).contains(&number) => Ok(number as usize),
            (None, Some(otherwise)) => Ok(otherwise),
            (None, None) => Err(Error::damaged(self.path, format!("it does not say its `{key}`"))),
            _ => self.refuse(key),
        }
    }

    pub(crate) fn number(&self, key: &str, otherwise: f64) -> Result<f64, Error> {
        match self.given(key).map(Value::as_f64) {
            None => Ok(otherwise),
            Some(Some(number)) if number.is_finite() => Ok(number),
            Some(_) => self.refuse(key),
        }
    }

    pub(crate) fn yes(&self, key: &str, otherwise: bool) -> Result<bool, Error> {
        match self.given(key).map(Value::as_bool) {
            None => Ok(otherwise),
            Some(Some(yes)) => Ok(yes),
            Some(None) => self.refuse(key),
        }
    }

    pub(crate) fn word(&self, key: &str, otherwise: &'static str) -> Result<&str, Error> {
        match self.given(key).map(Value::as_str) {
            None => Ok(otherwise),
            Some(Some(word)) => Ok(word),
            Some(None) => self.refuse(key),
        }
    }

    /// A number for each of `blocks`, or one for all.
    pub(crate) fn counts(
        &self,
        key: &str,
        otherwise: Option<usize>,
        blocks: usize,
    ) -> Result<Vec<usize>, Error> {
        let Some(list) = self.given(key).and_then(Value::as_array) else {
            return Ok(vec![self.count(key, otherwise)?; blocks]);
        };
        let numbers: Option<Vec<usize>> = list
            .iter()
            .map(|one| one.as_u64().filter(|n| (1..=MOST).contains(n)).map(|n| n as usize))
            .collect();
        match numbers {
            Some(numbers) if numbers.len() == blocks => Ok(numbers),
            _ => self.refuse(key),
        }
    }

    pub(crate) fn words(&self, key: &str) -> Result<Vec<&str>, Error> {
        let list = self.given(key).and_then(Value::as_array);
        let words: Option<Vec<&str>> =
            list.map(|list| list.iter().map(Value::as_str).collect()).unwrap_or_default();
        match words {
            Some(words) if (1..=8).contains(&words.len()) => Ok(words),
            _ => Err(Error::damaged(self.path, format!("it does not say its `{key}`"))),
        }
    }

    /// Side of the latent that it was trained with.
    pub(crate) fn sample(&self) -> Result<usize, Error> {
        match self.given("sample_size") {
            // Of a picture that is no square, the middle of both sides.
            Some(Value::Array(sides)) if sides.len() == 2 => {
                let side = |at: usize| sides[at].as_u64().filter(|n| (1..=512).contains(n));
                match (side(0), side(1)) {
                    (Some(a), Some(b)) => Ok(((a * b) as f64).sqrt() as usize),
                    _ => self.refuse("sample_size"),
                }
            }
            _ => self.count("sample_size", Some(64)),
        }
    }

    /// Whether each block looks at the words, by the two names that it may have.
    pub(crate) fn attends(
        &self,
        key: &str,
        basic: &str,
        attending: &str,
    ) -> Result<Vec<bool>, Error> {
        let words = self.words(key)?;
        if words.iter().any(|word| *word != basic && *word != attending) {
            return self.refuse(key);
        }
        Ok(words.iter().map(|word| *word == attending).collect())
    }

    /// Channels of each block; `blocks` of them where that is known.
    pub(crate) fn channels(&self, blocks: usize) -> Result<Vec<usize>, Error> {
        let channels = self.counts("block_out_channels", None, blocks)?;
        let groups = self.count("norm_num_groups", Some(32))?;
        if channels.iter().all(|channels| channels.is_multiple_of(groups)) {
            Ok(channels)
        } else {
            self.refuse("norm_num_groups")
        }
    }
}
