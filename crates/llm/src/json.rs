//! Keys of a model's `config.json`, within bounds.

use serde_json::Value;
use weights::{Checkpoint, Error};

/// A description and the file it belongs to, for messages.
#[derive(Clone, Copy)]
pub(crate) struct Keys<'a> {
    file: &'a Checkpoint,
    pub(crate) json: &'a Value,
}

impl<'a> Keys<'a> {
    pub(crate) fn new(file: &'a Checkpoint, json: &'a Value) -> Self {
        Self { file, json }
    }

    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.json[key].as_str()
    }

    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        self.json[key].as_bool()
    }

    pub(crate) fn number(&self, key: &str) -> Option<f32> {
        self.json[key].as_f64().map(|n| n as f32)
    }

    /// A positive whole number up to `max`.
    pub(crate) fn size(&self, key: &str, max: usize) -> Result<usize, Error> {
        let size = self.optional_size(key, max)?;
        size.ok_or_else(|| self.damaged(format!("its config.json lacks `{key}`")))
    }

    /// The same, where there is one.
    pub(crate) fn optional_size(&self, key: &str, max: usize) -> Result<Option<usize>, Error> {
        match &self.json[key] {
            Value::Null => Ok(None),
            value => match value.as_u64() {
                Some(n) if n > 0 && n <= max as u64 => Ok(Some(n as usize)),
                _ => Err(self.damaged(format!("the `{key}` in its config.json is {value}"))),
            },
        }
    }

    /// A token's id, which may be 0.
    pub(crate) fn token(&self, key: &str) -> Option<u32> {
        self.json[key].as_u64().and_then(|id| u32::try_from(id).ok())
    }

    pub(crate) fn damaged(&self, reason: impl Into<String>) -> Error {
        self.file.damaged(reason)
    }

    pub(crate) fn unsupported(&self, reason: impl Into<String>) -> Error {
        self.file.unsupported(reason)
    }
}
