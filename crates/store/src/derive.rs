//! From events to the tables that are read: one event at a time as it is written, or all of them anew. Both go through
//! [`apply`], so that the two can never differ.

use domain::{Because, CharacterId, Role, Speaker};
use rusqlite::{Connection, Row, named_params};

use crate::event::{Event, Record};

/// The names of roles in the database: the same as in JSON.
pub(crate) fn role_name(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::Character => "character",
        Role::Narrator => "narrator",
    }
}

/// The opposite of [`role_name`].
pub(crate) fn role_of(name: &str) -> Option<Role> {
    [Role::User, Role::Character, Role::Narrator].into_iter().find(|role| role_name(*role) == name)
}

/// Brings the derived tables one event further.
#[expect(clippy::too_many_lines, reason = "an event each")]
pub(crate) fn apply(connection: &Connection, record: &Record) -> rusqlite::Result<()> {
    let conversation = record.conversation.to_string();
    let at = record.at as i64;
    match &record.event {
        Event::ConversationBegun { character, title } => {
            connection
                .prepare_cached(
                    "INSERT INTO conversations (id, character, title, leaf, created_at, updated_at, last_event)
                     VALUES (:id, :character, :title, NULL, :at, :at, :seq)",
                )?
                .execute(named_params! {
                    ":id": conversation, ":character": character.0, ":title": title, ":at": at, ":seq": record.seq,
                })?;
        }
        Event::MessageAdded { id, parent, role, text, interrupted, speaker } => {
            connection
                .prepare_cached(
                    "INSERT INTO messages (id, seq, conversation, parent, role, text, interrupted, speaker, because, created_at)
                     VALUES (:id, :seq, :conversation, :parent, :role, :text, :interrupted, :speaker, :because, :at)",
                )?
                .execute(named_params! {
                    ":id": id.to_string(), ":seq": record.seq, ":conversation": conversation,
                    ":parent": parent.map(|id| id.to_string()), ":role": role_name(*role), ":text": text,
                    ":interrupted": interrupted, ":speaker": speaker.as_ref().map(|one| &one.character.0),
                    ":because": speaker.as_ref().map(|one| one.because.name()), ":at": at,
                })?;
            connection
                .prepare_cached(
                    "UPDATE conversations SET leaf = :leaf, updated_at = :at, last_event = :seq, messages = messages + 1
                     WHERE id = :id",
                )?
                .execute(named_params! {
                    ":leaf": id.to_string(), ":at": at, ":seq": record.seq, ":id": conversation,
                })?;
        }
        Event::LeafSelected { leaf } => {
            connection
                .prepare_cached(
                    "UPDATE conversations SET leaf = :leaf, updated_at = :at, last_event = :seq WHERE id = :id",
                )?
                .execute(named_params! {
                    ":leaf": leaf.map(|id| id.to_string()), ":at": at, ":seq": record.seq, ":id": conversation,
                })?;
        }
        Event::SaveMade { slot, leaf, line, stage } => {
            if !crate::saves::is_shelf(slot) {
                empty_slot(connection, slot)?;
            }
            let stage = json(stage)?;
            connection
                .prepare_cached(
                    "INSERT INTO saves (seq, slot, conversation, leaf, line, stage, at)
                     VALUES (:seq, :slot, :conversation, :leaf, :line, :stage, :at)",
                )?
                .execute(named_params! {
                    ":seq": record.seq, ":slot": slot, ":conversation": conversation,
                    ":leaf": leaf.map(|id| id.to_string()), ":line": line, ":stage": stage, ":at": at,
                })?;
        }
        Event::SaveCleared { slot } => empty_slot(connection, slot)?,
        Event::CastChanged { cast } => {
            connection
                .prepare_cached(
                    "UPDATE conversations SET members = :members, updated_at = :at, last_event = :seq WHERE id = :id",
                )?
                .execute(named_params! {
                    ":members": json(cast)?, ":at": at, ":seq": record.seq, ":id": conversation,
                })?;
        }
        Event::ConversationRemoved {} => set_removed(connection, &conversation, Some(at))?,
        Event::ConversationRestored {} => set_removed(connection, &conversation, None)?,
        Event::ConversationPurged { slots } => {
            // Its events are gone, and with them what had emptied these slots before.
            for slot in slots {
                empty_slot(connection, slot)?;
            }
            forget(connection, &conversation)?;
        }
        Event::ConversationRenamed { title } => {
            connection
                .prepare_cached(
                    "UPDATE conversations SET title = :title, updated_at = :at, last_event = :seq WHERE id = :id",
                )?
                .execute(named_params! {
                    ":title": title, ":at": at, ":seq": record.seq, ":id": conversation,
                })?;
        }
    }
    Ok(())
}

fn json(value: &impl serde::Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

/// Reads who of several spoke, and why, from two columns.
pub(crate) fn speaker(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Speaker>> {
    let Some(character) = row.get::<_, Option<String>>(column)? else { return Ok(None) };
    let because: String = row.get(column + 1)?;
    let because = Because::from_name(&because).ok_or_else(|| {
        unreadable(column + 1, std::io::Error::other(format!("unknown reason `{because}`")))
    })?;
    Ok(Some(Speaker { character: CharacterId(character), because }))
}

fn set_removed(connection: &Connection, id: &str, at: Option<i64>) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE conversations SET removed = ?2 WHERE id = ?1")?
        .execute((id, at))
        .map(drop)
}

/// Takes a conversation out of the derived tables.
fn forget(connection: &Connection, conversation: &str) -> rusqlite::Result<()> {
    for sql in [
        "DELETE FROM saves WHERE conversation = ?1",
        "DELETE FROM messages WHERE conversation = ?1",
        "DELETE FROM conversations WHERE id = ?1",
    ] {
        connection.execute(sql, [conversation])?;
    }
    Ok(())
}

fn empty_slot(connection: &Connection, slot: &str) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM saves WHERE slot = ?1")?.execute([slot]).map(drop)
}

/// Empties the derived tables and fills them from the log. To be called in a transaction.
pub(crate) fn rebuild(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .execute_batch("DELETE FROM saves; DELETE FROM messages; DELETE FROM conversations;")?;
    let mut events = connection
        .prepare("SELECT seq, conversation, at, kind, payload FROM events ORDER BY seq")?;
    let mut rows = events.query([])?;
    while let Some(row) = rows.next()? {
        apply(connection, &record(row)?)?;
    }
    Ok(())
}

/// Reads a row `seq, conversation, at, kind, payload`.
pub(crate) fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    let (kind, payload): (String, String) = (row.get(3)?, row.get(4)?);
    Ok(Record {
        seq: row.get(0)?,
        conversation: id(row, 1)?,
        at: whole(row, 2)?,
        event: Event::from_columns(&kind, &payload).map_err(|error| unreadable(4, error))?,
    })
}

/// Reads an id.
pub(crate) fn id<T: std::str::FromStr<Err = uuid::Error>>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<T> {
    row.get::<_, String>(column)?.parse().map_err(|error: uuid::Error| unreadable(column, error))
}

/// Reads an id that may be absent.
pub(crate) fn optional_id<T: std::str::FromStr<Err = uuid::Error>>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<T>> {
    row.get::<_, Option<String>>(column)?
        .map(|text| text.parse().map_err(|error: uuid::Error| unreadable(column, error)))
        .transpose()
}

/// Reads a time or a count. SQLite's integers are signed; ours are never negative.
pub(crate) fn whole(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(column)?.max(0) as u64)
}

/// A value that is in the database but not of the form we write.
pub(crate) fn unreadable(
    column: usize,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
}
