//! The log of everything said, in SQLite. Messages are only ever added: another answer is a sibling, an edit is a sibling, going
//! back is an event.
//!
//! One connection behind a mutex, no thread of its own: every call is a few indexed rows, the conductor makes one at a time, and
//! a queue in between would only have to be waited for, because `Ok` means *on disk*. Long work (a backup) opens a connection of
//! its own and does not hold the mutex.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{
    CharacterId, Conversation, ConversationId, Log, Message, MessageId, Millis, NewMessage, Problem,
};
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior};

use crate::derive::{self, id, optional_id, role_of, speaker, unreadable, whole};
use crate::event::{Event, Record};
use crate::{Error, Lock, backup};

/// A conversation as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationSummary {
    /// The conversation.
    pub conversation: Conversation,
    /// How many messages it has on all its branches.
    pub messages: u64,
}

/// The event log. Made by [`EventLog::open`], [`EventLog::read_only`] or [`EventLog::in_memory`].
#[derive(Debug)]
pub struct EventLog {
    connection: Mutex<Connection>,
    path: PathBuf,
    pub(crate) backups: PathBuf,
    /// Held as long as the log is open for writing; `None` for readers and in memory.
    _lock: Option<Lock>,
    pub(crate) writable: bool,
    /// Copies in which words that were taken back still stand, for [`EventLog::left_in_copies`].
    pub(crate) left: Mutex<Vec<PathBuf>>,
}

impl EventLog {
    pub(crate) fn new(
        connection: Connection,
        path: PathBuf,
        backups: PathBuf,
        lock: Option<Lock>,
    ) -> Self {
        let writable = lock.is_some() || path.as_os_str() == crate::open::IN_MEMORY;
        let (connection, left) = (Mutex::new(connection), Mutex::default());
        Self { connection, path, backups, _lock: lock, writable, left }
    }

    /// The database file (`:memory:` for one in memory).
    pub fn file(&self) -> &Path {
        &self.path
    }

    /// The connection. A panic while it was held has rolled its transaction back, so a poisoned mutex is no reason to stop.
    pub(crate) fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn failed(&self, source: rusqlite::Error) -> Error {
        if crate::error::is_damage(&source) {
            return Error::Damaged {
                path: self.path.clone(),
                detail: source.to_string(),
                backup: backup::newest(&self.backups),
            };
        }
        Error::Sqlite { path: self.path.clone(), source }
    }

    /// Writes one event and brings the derived tables along, in one transaction that is on disk when this returns. `check`
    /// runs inside the transaction and may refuse.
    pub(crate) fn write(
        &self,
        conversation: ConversationId,
        event: Event,
        check: impl FnOnce(&Connection) -> Result<(), Error>,
    ) -> Result<Record, Error> {
        if !self.writable {
            return Err(Error::ReadOnly(self.path.clone()));
        }
        let sql = |source| self.failed(source);
        let mut connection = self.connection();
        // Dropped without a commit it rolls back: half an event is never seen.
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql)?;
        check(&transaction)?;
        let record = self.add(&transaction, conversation, event)?;
        transaction.commit().map_err(sql)?;
        Ok(record)
    }

    /// Adds an event within a transaction, and brings the derived tables along.
    pub(crate) fn add(
        &self,
        transaction: &Connection,
        conversation: ConversationId,
        event: Event,
    ) -> Result<Record, Error> {
        self.add_at(transaction, conversation, event, now())
    }

    /// The same for something that happened at another time.
    pub(crate) fn add_at(
        &self,
        transaction: &Connection,
        conversation: ConversationId,
        event: Event,
        at: Millis,
    ) -> Result<Record, Error> {
        let sql = |source| self.failed(source);
        let (kind, payload) = event
            .columns()
            .map_err(|error| Error::Invalid(format!("the event cannot be written: {error}")))?;
        transaction
            .prepare_cached(
                "INSERT INTO events (conversation, at, kind, payload) VALUES (?1, ?2, ?3, ?4)",
            )
            .and_then(|mut insert| {
                insert.execute((conversation.to_string(), at as i64, kind, payload))
            })
            .map_err(sql)?;
        let record = Record { seq: transaction.last_insert_rowid(), conversation, at, event };
        derive::apply(transaction, &record).map_err(sql)?;
        Ok(record)
    }

    pub(crate) fn query<T>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        query(&self.connection()).map_err(|source| self.failed(source))
    }

    /// Gives a conversation another title.
    pub fn rename(&self, conversation: ConversationId, title: &str) -> Result<(), Error> {
        let event = Event::ConversationRenamed { title: title.to_owned() };
        self.write(conversation, event, |connection| self.must_exist(connection, conversation))
            .map(drop)
    }

    /// All conversations with their number of messages, the newest first.
    pub fn summaries(&self) -> Result<Vec<ConversationSummary>, Error> {
        self.query(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {CONVERSATION}, messages FROM conversations WHERE removed IS NULL ORDER BY last_event DESC"
                ))?
                .query_map([], |row| {
                    Ok(ConversationSummary {
                        conversation: conversation_of(row)?,
                        messages: whole(row, 7)?,
                    })
                })?
                .collect()
        })
    }

    /// When each character was last talked to: Unix time in milliseconds by id. A greeting alone is no talk.
    pub fn last_talked(&self) -> Result<HashMap<String, Millis>, Error> {
        self.query(|connection| {
            connection
                .prepare_cached(
                    "SELECT character, MAX(updated_at) FROM conversations WHERE messages > 1 AND removed IS NULL GROUP BY character",
                )?
                .query_map([], |row| Ok((row.get(0)?, whole(row, 1)?)))?
                .collect()
        })
    }

    /// A message by its id.
    pub fn message(&self, message: MessageId) -> Result<Message, Error> {
        self.query(|connection| find_message(connection, message))?
            .ok_or_else(|| unknown_message(message))
    }

    /// What some messages say, in the order of their ids; quicker than one after the other.
    ///
    /// # Errors
    /// As of [`EventLog::message`]: all of them must be there.
    pub fn texts(&self, messages: &[MessageId]) -> Result<Vec<String>, Error> {
        let found = self.query(|connection| {
            // One look at the file for all of them, and not one each.
            let reading = connection.unchecked_transaction()?;
            let mut query = reading.prepare_cached("SELECT text FROM messages WHERE id = ?1")?;
            let mut texts = Vec::with_capacity(messages.len());
            for message in messages {
                texts.push(query.query_row([message.to_string()], |row| row.get(0)).optional()?);
            }
            Ok::<Vec<Option<String>>, _>(texts)
        })?;
        let pairs = found.into_iter().zip(messages);
        pairs.map(|(text, message)| text.ok_or_else(|| unknown_message(*message))).collect()
    }

    /// At most `limit` records of the log after position `after` (0 for the first): for export, and for what is derived elsewhere.
    pub fn records(&self, after: i64, limit: u32) -> Result<Vec<Record>, Error> {
        self.query(|connection| {
            connection
                .prepare_cached(
                    "SELECT seq, conversation, at, kind, payload FROM events WHERE seq > ?1 ORDER BY seq LIMIT ?2",
                )?
                .query_map((after, limit), derive::record)?
                .collect()
        })
    }

    /// The position that was given last; no record has a higher one, also where the last were deleted.
    pub fn last_seq(&self) -> Result<i64, Error> {
        self.query(|connection| given_last(connection, "events"))
    }

    /// Fills the derived tables anew from the events. Needed only after a fault; the result is the same as before otherwise.
    pub fn rebuild(&self) -> Result<(), Error> {
        if !self.writable {
            return Err(Error::ReadOnly(self.path.clone()));
        }
        let mut connection = self.connection();
        let sql = |source| self.failed(source);
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql)?;
        derive::rebuild(&transaction).map_err(sql)?;
        transaction.commit().map_err(sql)
    }

    /// Copies the database into the `backups` folder while the log stays usable, and keeps the `keep` newest of these copies.
    /// Copies made before a migration are never removed.
    ///
    /// # Errors
    /// [`Error::Sqlite`] where there is no room; the log is not affected.
    pub fn back_up(&self, keep: usize) -> Result<PathBuf, Error> {
        backup::make(&self.path, &self.backups, backup::DAILY)
            .inspect(|_| backup::prune(&self.backups, keep))
    }

    /// [`EventLog::back_up`] where the newest copy is more than a day old; `None` where it is not.
    pub fn back_up_daily(&self, keep: usize) -> Result<Option<PathBuf>, Error> {
        if backup::is_fresh(&self.backups) { Ok(None) } else { self.back_up(keep).map(Some) }
    }

    pub(crate) fn must_exist(
        &self,
        connection: &Connection,
        conversation: ConversationId,
    ) -> Result<(), Error> {
        connection
            .prepare_cached("SELECT 1 FROM conversations WHERE id = ?1 AND removed IS NULL")
            .and_then(|mut query| query.exists([conversation.to_string()]))
            .map_err(|source| self.failed(source))?
            .then_some(())
            .ok_or_else(|| Error::Unknown { what: "conversation", id: conversation.to_string() })
    }

    /// The message must exist and belong to the conversation.
    pub(crate) fn must_belong(
        &self,
        connection: &Connection,
        message: MessageId,
        conversation: ConversationId,
    ) -> Result<(), Error> {
        let found = find_message(connection, message)
            .map_err(|source| self.failed(source))?
            .ok_or_else(|| unknown_message(message))?;
        if found.conversation == conversation {
            Ok(())
        } else {
            Err(Error::Invalid(format!("the message `{message}` belongs to another conversation")))
        }
    }

    #[cfg(test)]
    pub(crate) fn execute_for_test(&self, sql: &str) {
        self.connection().execute_batch(sql).unwrap();
    }

    /// Everything in the derived tables, as text, in a fixed order.
    #[cfg(test)]
    pub(crate) fn derived_for_test(&self) -> Vec<String> {
        let connection = self.connection();
        let mut all = Vec::new();
        for table in ["conversations", "messages", "saves"] {
            let mut query =
                connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1")).unwrap();
            let columns = query.column_count();
            let mut rows = query.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                let cells: Vec<rusqlite::types::Value> =
                    (0..columns).map(|i| row.get(i).unwrap()).collect();
                all.push(format!("{table} {cells:?}"));
            }
        }
        all
    }
}

impl Log for EventLog {
    fn begin(&self, character: &CharacterId, title: &str) -> Result<Conversation, Problem> {
        let id = ConversationId(crate::new_id());
        let event =
            Event::ConversationBegun { character: character.clone(), title: title.to_owned() };
        let record = self.write(id, event, |_| Ok(()))?;
        Ok(Conversation {
            id,
            character: character.clone(),
            title: title.to_owned(),
            cast: domain::Cast::default(),
            leaf: None,
            created_at: record.at,
            updated_at: record.at,
        })
    }

    fn conversation(&self, conversation: ConversationId) -> Result<Conversation, Problem> {
        let found = self.query(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {CONVERSATION} FROM conversations WHERE id = ?1 AND removed IS NULL"
                ))?
                .query_row([conversation.to_string()], conversation_of)
                .optional()
        })?;
        Ok(found
            .ok_or_else(|| Error::Unknown { what: "conversation", id: conversation.to_string() })?)
    }

    fn conversations(&self) -> Result<Vec<Conversation>, Problem> {
        Ok(self.summaries()?.into_iter().map(|summary| summary.conversation).collect())
    }

    fn append(&self, message: NewMessage) -> Result<Message, Problem> {
        let NewMessage { conversation, parent, role, text, interrupted, speaker } = message;
        let id = MessageId(crate::new_id());
        let event = Event::MessageAdded {
            id,
            parent,
            role,
            text: text.clone(),
            interrupted,
            speaker: speaker.clone(),
        };
        let record = self.write(conversation, event, |connection| {
            self.must_exist(connection, conversation)?;
            parent.map_or(Ok(()), |parent| self.must_belong(connection, parent, conversation))
        })?;
        Ok(Message {
            id,
            parent,
            conversation,
            role,
            text,
            interrupted,
            speaker,
            created_at: record.at,
        })
    }

    fn select(&self, conversation: ConversationId, leaf: Option<MessageId>) -> Result<(), Problem> {
        self.write(conversation, Event::LeafSelected { leaf }, |connection| {
            self.must_exist(connection, conversation)?;
            leaf.map_or(Ok(()), |leaf| self.must_belong(connection, leaf, conversation))
        })?;
        Ok(())
    }

    fn path(&self, leaf: MessageId) -> Result<Vec<Message>, Problem> {
        let path: Vec<Message> = self.query(|connection| {
            // A parent is always older than its child, so the position in the log gives the order.
            connection
                .prepare_cached(&format!(
                    "WITH RECURSIVE up ({MESSAGE}, seq) AS (
                       SELECT {MESSAGE}, seq FROM messages WHERE id = ?1
                       UNION ALL
                       SELECT m.id, m.parent, m.conversation, m.role, m.text, m.interrupted, m.speaker, m.because, m.created_at, m.seq
                       FROM messages m JOIN up ON m.id = up.parent AND m.seq < up.seq
                     ) SELECT {MESSAGE} FROM up ORDER BY seq"
                ))?
                .query_map([leaf.to_string()], message_of)?
                .collect()
        })?;
        if path.is_empty() { Err(unknown_message(leaf).into()) } else { Ok(path) }
    }

    fn siblings(&self, message: MessageId) -> Result<Vec<Message>, Problem> {
        let siblings: Vec<Message> = self.query(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {} FROM messages m JOIN messages me ON me.id = ?1
                     WHERE m.conversation = me.conversation AND m.parent IS me.parent ORDER BY m.seq",
                    MESSAGE.split(", ").map(|column| format!("m.{column}")).collect::<Vec<_>>().join(", ")
                ))?
                .query_map([message.to_string()], message_of)?
                .collect()
        })?;
        if siblings.is_empty() { Err(unknown_message(message).into()) } else { Ok(siblings) }
    }
}

/// Columns of [`conversation_of`].
pub(crate) const CONVERSATION: &str = "id, character, title, leaf, created_at, updated_at, members";

pub(crate) fn conversation_of(row: &Row<'_>) -> rusqlite::Result<Conversation> {
    Ok(Conversation {
        id: id(row, 0)?,
        character: CharacterId(row.get(1)?),
        title: row.get(2)?,
        leaf: optional_id(row, 3)?,
        created_at: whole(row, 4)?,
        updated_at: whole(row, 5)?,
        cast: serde_json::from_str(&row.get::<_, String>(6)?)
            .map_err(|error| unreadable(6, error))?,
    })
}

/// Columns of [`message_of`].
pub(crate) const MESSAGE: &str =
    "id, parent, conversation, role, text, interrupted, speaker, because, created_at";

pub(crate) fn message_of(row: &Row<'_>) -> rusqlite::Result<Message> {
    let role: String = row.get(3)?;
    Ok(Message {
        id: id(row, 0)?,
        parent: optional_id(row, 1)?,
        conversation: id(row, 2)?,
        role: role_of(&role).ok_or_else(|| {
            unreadable(3, std::io::Error::other(format!("unknown role `{role}`")))
        })?,
        text: row.get(4)?,
        interrupted: row.get(5)?,
        speaker: speaker(row, 6)?,
        created_at: whole(row, 8)?,
    })
}

/// Unix time in milliseconds.
pub(crate) fn now() -> Millis {
    u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or_default()
}

/// The highest number that a table has ever given.
pub(crate) fn given_last(connection: &Connection, table: &str) -> rusqlite::Result<i64> {
    let given = connection
        .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = ?1")?
        .query_row([table], |row| row.get(0))
        .optional()?;
    Ok(given.unwrap_or_default())
}

fn find_message(connection: &Connection, message: MessageId) -> rusqlite::Result<Option<Message>> {
    connection
        .prepare_cached(&format!("SELECT {MESSAGE} FROM messages WHERE id = ?1"))?
        .query_row([message.to_string()], message_of)
        .optional()
}

pub(crate) fn unknown_message(message: MessageId) -> Error {
    Error::Unknown { what: "message", id: message.to_string() }
}
