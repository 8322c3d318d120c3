//! What a fact or a summary is, whatever its number: numbers are given anew when the memory is made again, and may be another's then.

use rusqlite::OptionalExtension;
use store::EventLog;

use crate::memory::Memory;
use crate::{Error, notes, summaries};

/// A fact, for whoever comes back to it later. Holds through [`Memory::rebuild`]. Made by [`Memory::name_of`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactName(Name);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Name {
    /// A note, by its id.
    Note(String),
    /// What a message told, to whom, by whom, of what, in the words of the message.
    Told { message: String, hearer: String, teller: i64, attribute: String, said: String },
}

/// The scene of a summary, for whoever comes back to it later. Holds through [`Memory::rebuild`]. Made by [`Memory::scene_of`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SceneName {
    whose: String,
    first: String,
    last: String,
}

impl Memory {
    /// The name of a fact.
    ///
    /// # Errors
    /// [`Error::Unknown`] where there is none under this number (any more).
    pub fn name_of(&self, fact: i64) -> Result<FactName, Error> {
        let connection = self.lock();
        let find = || -> rusqlite::Result<Option<FactName>> {
            if let Some(note) = notes::origin(&connection, fact)? {
                return Ok(Some(FactName(Name::Note(note.id))));
            }
            connection
                .prepare_cached(
                    "SELECT m.id, c.id, f.teller, f.attribute, f.value FROM facts f JOIN messages m ON m.key = f.message
                     JOIN characters c ON c.key = f.character WHERE f.key = ?1",
                )?
                .query_row([fact], |row| {
                    Ok(FactName(Name::Told {
                        message: row.get(0)?,
                        hearer: row.get(1)?,
                        teller: row.get(2)?,
                        attribute: row.get(3)?,
                        said: row.get(4)?,
                    }))
                })
                .optional()
        };
        find().map_err(|source| self.failed(source))?.ok_or(Error::Unknown(fact))
    }

    /// The number that a fact has now; `None` where it is not known any more.
    pub fn named(&self, name: &FactName) -> Result<Option<i64>, Error> {
        let connection = self.lock();
        let find = || {
            match &name.0 {
            Name::Note(id) => connection
                .prepare_cached(
                    "SELECT f.key FROM facts f JOIN notes n ON f.message = -n.key WHERE n.id = ?1",
                )?
                .query_row([id], |row| row.get(0))
                .optional(),
            Name::Told { message, hearer, teller, attribute, said } => connection
                .prepare_cached(
                    "SELECT f.key FROM facts f JOIN messages m ON m.key = f.message JOIN characters c ON c.key = f.character
                     WHERE m.id = ?1 AND c.id = ?2 AND f.teller = ?3 AND f.attribute = ?4 AND f.value = ?5",
                )?
                .query_row((message, hearer, teller, attribute, said), |row| row.get(0))
                .optional(),
        }
        };
        find().map_err(|source: rusqlite::Error| self.failed(source))
    }

    /// The scene of a summary.
    ///
    /// # Errors
    /// [`Error::Unknown`] where there is none under this number (any more).
    pub fn scene_of(&self, summary: i64) -> Result<SceneName, Error> {
        let connection = self.lock();
        let find = || {
            connection
                .prepare_cached(&format!(
                    "{} WHERE s.key = ?1 AND s.by <> ''",
                    summaries::NAMED_BY_LOG
                ))?
                .query_row([summary], |row| {
                    Ok(SceneName { whose: row.get(0)?, first: row.get(1)?, last: row.get(2)? })
                })
                .optional()
        };
        find()
            .map_err(|source: rusqlite::Error| self.failed(source))?
            .ok_or(Error::Unknown(summary))
    }

    /// The number that the summary of a scene has now; `None` where there is none any more.
    pub fn summary_of(&self, scene: &SceneName) -> Result<Option<i64>, Error> {
        let connection = self.lock();
        let find = || {
            connection
                .prepare_cached(
                    "SELECT s.key FROM summaries s JOIN characters c ON c.key = s.character
                     JOIN messages a ON a.key = s.first JOIN messages z ON z.key = s.last
                     WHERE c.id = ?1 AND a.id = ?2 AND z.id = ?3 AND s.by <> ''",
                )?
                .query_row((&scene.whose, &scene.first, &scene.last), |row| row.get(0))
                .optional()
        };
        find().map_err(|source: rusqlite::Error| self.failed(source))
    }

    /// Deletes notes, for whoever takes an import back; those that are gone already, and what messages told, are passed by.
    pub fn delete_notes(&self, names: &[FactName], log: &EventLog) -> Result<(), Error> {
        self.deciding(log, |connection| {
            names.iter().try_for_each(|name| match &name.0 {
                Name::Note(id) => notes::remove(connection, id),
                Name::Told { .. } => Ok(()),
            })
        })
    }
}
