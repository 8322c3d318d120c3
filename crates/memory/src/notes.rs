//! What the person wrote into the memory by hand, or took over from elsewhere: facts without a message. They are kept through a
//! rebuild, and hold on every branch.

use domain::{CharacterId, Millis};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

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
    pub fn add(&self, character: &CharacterId, note: &Note) -> Result<i64, Error> {
        let connection = self.lock();
        let note = tidied(note)?;
        insert(&connection, character, &note).map_err(|source| self.failed(source))
    }
}

fn tidied(note: &Note) -> Result<Note, Error> {
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

/// Writes a note and the fact that it is.
pub(crate) fn insert(
    connection: &Connection,
    character: &CharacterId,
    note: &Note,
) -> rusqlite::Result<i64> {
    connection
        .prepare_cached(
            "INSERT INTO notes (character, of_user, attribute, value, at, pinned) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((
            &character.0,
            note.of_user,
            &note.attribute.0,
            &note.value,
            note.at as i64,
            note.pinned,
        ))?;
    index(connection, connection.last_insert_rowid(), &character.0, note)
}

/// Makes the facts of all notes, in tables that have none.
pub(crate) fn index_all(connection: &Connection) -> rusqlite::Result<()> {
    let mut query = connection.prepare(
        "SELECT key, character, of_user, attribute, value, at, pinned FROM notes ORDER BY key",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let note = Note {
            attribute: Attribute(row.get(3)?),
            value: row.get(4)?,
            of_user: row.get(2)?,
            at: row.get::<_, i64>(5)?.max(0) as Millis,
            pinned: row.get(6)?,
        };
        index(connection, row.get(0)?, &row.get::<_, String>(1)?, &note)?;
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
    };
    sync::insert_fact(connection, &fact)
}
