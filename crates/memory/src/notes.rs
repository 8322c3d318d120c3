//! What the person wrote into the memory by hand, took over from elsewhere, or kept of something that is gone: facts without a message.
//! The log has them as decisions, and they hold on every branch.

use domain::{CharacterId, Millis};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use store::EventLog;

use crate::facts::Attribute;
use crate::memory::Memory;
use crate::{Error, sync};

/// Longest value of a note, in characters.
const LONGEST: usize = 400;
/// Longest attribute of a note, in characters.
const LONGEST_ATTRIBUTE: usize = 80;

/// A fact that nobody said in a conversation here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Of what: `birthday`, `sister`, `lena / home`.
    pub attribute: Attribute,
    /// What.
    pub value: String,
    /// About the person (else about the character).
    pub of_user: bool,
    /// When it was learned: Unix time in milliseconds. A newer note or message of the same attribute replaces it.
    pub at: Millis,
    /// Always remembered.
    #[serde(default)]
    pub pinned: bool,
}

impl Memory {
    /// Writes a note down; answers the id of the fact it becomes.
    ///
    /// # Errors
    /// [`Error::Empty`] without attribute or value, [`Error::TooLong`] with one that is a story.
    pub fn add(&self, character: &CharacterId, note: &Note, log: &EventLog) -> Result<i64, Error> {
        let note = tidied(note)?;
        self.deciding(log, |connection| insert(connection, character, &note, Origin::default()))
    }
}

pub(crate) fn tidied(note: &Note) -> Result<Note, Error> {
    let (attribute, value) = (note.attribute.0.trim(), note.value.trim());
    if attribute.is_empty() || value.is_empty() {
        return Err(Error::Empty);
    }
    if attribute.chars().count() > LONGEST_ATTRIBUTE || value.chars().count() > LONGEST {
        return Err(Error::TooLong);
    }
    // `Lena / Job` and `lena / work` are the same.
    let attribute = match attribute.rsplit_once('/') {
        Some((who, about)) if !who.trim().is_empty() && !about.trim().is_empty() => {
            Attribute(format!("{} / {}", who.trim().to_lowercase(), Attribute::named(about).0))
        }
        _ => Attribute::named(attribute),
    };
    Ok(Note { attribute, value: value.to_owned(), ..note.clone() })
}

/// Where a note comes from, where that is not the person's hand.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Origin<'a> {
    /// The conversation that it was told in, where that is removed.
    pub(crate) source: Option<&'a str>,
    /// The language model that had found it there ([`crate::extraction::finder_of`]).
    pub(crate) finder: Option<&'a str>,
}

/// Writes a note and the fact that it is.
pub(crate) fn insert(
    connection: &Connection,
    character: &CharacterId,
    note: &Note,
    origin: Origin<'_>,
) -> rusqlite::Result<i64> {
    // Ascending, so that of two notes of the same moment the later one is known after a rebuild, too.
    insert_as(connection, &store::new_id().to_string(), &character.0, note, origin)
}

/// The same under an id that it has already.
pub(crate) fn insert_as(
    connection: &Connection,
    id: &str,
    character: &str,
    note: &Note,
    origin: Origin<'_>,
) -> rusqlite::Result<i64> {
    connection
        .prepare_cached(
            "INSERT INTO notes (id, source, character, of_user, attribute, value, at, pinned, finder)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute((
            id,
            origin.source,
            character,
            note.of_user,
            &note.attribute.0,
            &note.value,
            note.at as i64,
            note.pinned,
            origin.finder,
        ))?;
    index(connection, connection.last_insert_rowid(), character, note)
}

/// What a fact is that is a note.
pub(crate) struct NoteOf {
    /// Its id.
    pub(crate) id: String,
    /// The conversation that it was told in, where that is removed.
    pub(crate) source: Option<String>,
    /// The model that had found it.
    pub(crate) finder: Option<String>,
}

/// The note that a fact is; nothing for what a message told.
pub(crate) fn origin(connection: &Connection, fact: i64) -> rusqlite::Result<Option<NoteOf>> {
    connection
        .prepare_cached(
            "SELECT n.id, n.source, n.finder FROM notes n JOIN facts f ON f.message = -n.key WHERE f.key = ?1",
        )?
        .query_row([fact], |row| {
            Ok(NoteOf { id: row.get(0)?, source: row.get(1)?, finder: row.get(2)? })
        })
        .optional()
}

/// Deletes the notes of what a model had found, but for those that the person pinned or put right.
pub(crate) fn remove_found_by(connection: &Connection, finder: &str) -> rusqlite::Result<()> {
    let ids: Vec<String> = connection
        .prepare("SELECT id FROM notes WHERE finder = ?1 AND pinned = 0")?
        .query_map([finder], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    ids.iter().try_for_each(|id| remove(connection, id))
}

/// A note as the log has it.
#[derive(Deserialize)]
pub(crate) struct LoggedNote {
    character: String,
    of_user: bool,
    attribute: Attribute,
    value: String,
    at: i64,
    #[serde(default)]
    pinned: bool,
    source: Option<String>,
    #[serde(default)]
    finder: Option<String>,
}

/// Writes a note that the log has.
pub(crate) fn take(connection: &Connection, id: &str, logged: LoggedNote) -> rusqlite::Result<()> {
    let LoggedNote { character, of_user, attribute, value, at, pinned, source, finder } = logged;
    let note = Note { attribute, value, of_user, at: at.max(0) as Millis, pinned };
    let origin = Origin { source: source.as_deref(), finder: finder.as_deref() };
    insert_as(connection, id, &character, &note, origin).map(drop)
}

/// Deletes a note and the fact that it is; nothing where there is none of that id.
pub(crate) fn remove(connection: &Connection, id: &str) -> rusqlite::Result<()> {
    connection.execute(
        "DELETE FROM fact_words WHERE rowid IN (SELECT f.key FROM facts f JOIN notes n ON f.message = -n.key WHERE n.id = ?1)",
        [id],
    )?;
    connection.execute(
        "DELETE FROM facts WHERE message = (SELECT -key FROM notes WHERE id = ?1)",
        [id],
    )?;
    connection.execute("DELETE FROM notes WHERE id = ?1", [id]).map(drop)
}

/// Reads a row `key, character, of_user, attribute, value, at, pinned`: whose note it is, and the note.
fn note_of(row: &Row<'_>) -> rusqlite::Result<(String, Note)> {
    let note = Note {
        attribute: Attribute(row.get(3)?),
        value: row.get(4)?,
        of_user: row.get(2)?,
        at: row.get::<_, i64>(5)?.max(0) as Millis,
        pinned: row.get(6)?,
    };
    Ok((row.get(1)?, note))
}

/// Makes the facts of all notes, in tables that have none.
pub(crate) fn index_all(connection: &Connection) -> rusqlite::Result<()> {
    let mut query = connection.prepare(
        "SELECT key, character, of_user, attribute, value, at, pinned FROM notes ORDER BY key",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (character, note) = note_of(row)?;
        index(connection, row.get(0)?, &character, &note)?;
    }
    Ok(())
}

fn index(connection: &Connection, key: i64, character: &str, note: &Note) -> rusqlite::Result<i64> {
    let character = sync::character_key(connection, character)?;
    let fact = sync::NewFact {
        message: -key,
        character,
        teller: if note.of_user { sync::USER } else { sync::CHARACTER },
        attribute: &note.attribute,
        value: &note.value,
        negated: false,
        clause: &note.value,
        reader: 0,
    };
    sync::insert_fact(connection, &fact)
}
