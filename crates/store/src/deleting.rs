//! Deleting a conversation: first into the trash, which is an event like any other and can be taken back; then for good, which is the
//! one time that events leave the log. Its words are in no page of the database afterwards, nor in the copies in `backups`.

use std::path::PathBuf;

use domain::{ConversationId, MessageId, Millis};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use crate::derive::{id, whole};
use crate::event::Event;
use crate::event_log::{CONVERSATION, conversation_of};
use crate::{ConversationSummary, Error, EventLog, backup, open, saves};

/// A conversation in the trash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedConversation {
    /// What it is.
    pub summary: ConversationSummary,
    /// When it was removed: Unix time in milliseconds.
    pub at: Millis,
}

/// What became of conversations that were deleted for good.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Purged {
    /// Their messages, which are nowhere any more.
    pub messages: Vec<MessageId>,
    /// Copies in `backups` that still hold one, or one that was deleted before: encrypted otherwise, damaged, or in use. They are tried
    /// again with the next one.
    pub left: Vec<PathBuf>,
}

impl EventLog {
    /// Puts a conversation into the trash: it is in no list, nothing can be added to it, and its saves are gone with it.
    ///
    /// # Errors
    /// [`Error::Unknown`], also where it lies there already.
    pub fn remove_conversation(&self, conversation: ConversationId) -> Result<(), Error> {
        self.write(conversation, Event::ConversationRemoved {}, |connection| {
            self.must_exist(connection, conversation)
        })
        .map(drop)
    }

    /// Takes a conversation out of the trash, its saves included.
    ///
    /// # Errors
    /// [`Error::Unknown`] where it does not lie there.
    pub fn restore_conversation(&self, conversation: ConversationId) -> Result<(), Error> {
        self.write(conversation, Event::ConversationRestored {}, |connection| {
            self.must_be_removed(connection, conversation)
        })
        .map(drop)
    }

    /// What lies in the trash, the newest first.
    pub fn removed_conversations(&self) -> Result<Vec<RemovedConversation>, Error> {
        self.query(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {CONVERSATION}, messages, removed FROM conversations WHERE removed IS NOT NULL
                     ORDER BY removed DESC, last_event DESC"
                ))?
                .query_map([], |row| {
                    Ok(RemovedConversation {
                        summary: ConversationSummary {
                            conversation: conversation_of(row)?,
                            messages: whole(row, 7)?,
                        },
                        at: whole(row, 8)?,
                    })
                })?
                .collect()
        })
    }

    /// How many of the saves that are listed point into a conversation.
    pub fn saves_into(&self, conversation: ConversationId) -> Result<usize, Error> {
        Ok(self.saves()?.iter().filter(|save| save.conversation == conversation).count())
    }

    /// Deletes conversations that lie in the trash for good: their messages, the lines of their saves, and what was decided about them,
    /// here and in the copies in `backups`; all of them or none. Rewrites the whole database, once.
    ///
    /// # Errors
    /// [`Error::Unknown`] where one does not lie in the trash; [`Error::Sqlite`], [`Error::ReadOnly`].
    pub fn purge_conversations(&self, conversations: &[ConversationId]) -> Result<Purged, Error> {
        if !self.writable {
            return Err(Error::ReadOnly(self.file().to_owned()));
        }
        let (messages, gone) = {
            let mut connection = self.connection();
            let sql = |source| self.failed(source);
            let mut all = Vec::new();
            for conversation in conversations {
                self.must_be_removed(&connection, *conversation)?;
                all.extend(messages(&connection, *conversation).map_err(sql)?);
            }
            let mut gone = purged(&connection).map_err(sql)?;
            gone.extend(conversations);
            // Whether anything points at what goes would be looked up in the whole table for every message.
            connection.pragma_update(None, "foreign_keys", false).map_err(sql)?;
            let deleted = self.delete(&mut connection, conversations);
            connection.pragma_update(None, "foreign_keys", true).map_err(sql)?;
            deleted?;
            // What was deleted is overwritten already; this gives its room back, and what earlier versions left in free pages.
            if let Err(error) = connection.execute_batch("VACUUM") {
                tracing::warn!(%error, "the database could not be made smaller");
            }
            // Also where there was no room to compact.
            open::empty_journal(&connection);
            (all, gone)
        };
        let left = backup::each(&self.backups, |copy| {
            let transaction = copy.transaction()?;
            let mut any = false;
            for id in &gone {
                if holds(&transaction, *id)? {
                    erase(&transaction, *id)?;
                    any = true;
                }
            }
            transaction.commit()?;
            if any { copy.execute_batch("VACUUM") } else { Ok(()) }
        });
        Ok(Purged { messages, left })
    }

    fn delete(
        &self,
        connection: &mut Connection,
        conversations: &[ConversationId],
    ) -> Result<(), Error> {
        let sql = |source| self.failed(source);
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql)?;
        for &id in conversations {
            let slots = slots(&transaction, id).map_err(sql)?;
            erase(&transaction, id).map_err(sql)?;
            self.add(&transaction, id, Event::ConversationPurged { slots })?;
        }
        transaction.commit().map_err(sql)
    }

    fn must_be_removed(&self, connection: &Connection, id: ConversationId) -> Result<(), Error> {
        connection
            .prepare_cached("SELECT 1 FROM conversations WHERE id = ?1 AND removed IS NOT NULL")
            .and_then(|mut query| query.exists([id.to_string()]))
            .map_err(|source| self.failed(source))?
            .then_some(())
            .ok_or_else(|| Error::Unknown { what: "removed conversation", id: id.to_string() })
    }
}

fn messages(connection: &Connection, of: ConversationId) -> rusqlite::Result<Vec<MessageId>> {
    connection
        .prepare("SELECT id FROM messages WHERE conversation = ?1 ORDER BY seq")?
        .query_map([of.to_string()], |row| id(row, 0))?
        .collect()
}

/// The conversations that were deleted for good.
fn purged(connection: &Connection) -> rusqlite::Result<Vec<ConversationId>> {
    connection
        .prepare("SELECT conversation FROM events WHERE kind = 'conversation_purged'")?
        .query_map([], |row| id(row, 0))?
        .collect()
}

/// Whether a copy has a conversation, and does not know that it was deleted.
fn holds(copy: &Connection, conversation: ConversationId) -> rusqlite::Result<bool> {
    copy.query_row(
        "SELECT count(*) > 0 AND sum(kind = 'conversation_purged') = 0 FROM events WHERE conversation = ?1",
        [conversation.to_string()],
        |row| row.get(0),
    )
}

/// The numbered slots that a conversation's events filled or emptied, and that no other conversation's save is in: they are to stay
/// empty, whatever was in them before.
fn slots(connection: &Connection, conversation: ConversationId) -> rusqlite::Result<Vec<String>> {
    let mut slots: Vec<String> = connection
        .prepare(
            "SELECT DISTINCT payload ->> 'slot' FROM events WHERE conversation = ?1 AND kind IN ('save_made', 'save_cleared')
             AND payload ->> 'slot' NOT IN (SELECT slot FROM saves WHERE conversation <> ?1)",
        )?
        .query_map([conversation.to_string()], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    slots.retain(|slot| !saves::is_shelf(slot));
    Ok(slots)
}

/// Deletes everything of a conversation from a database of any version.
fn erase(connection: &Connection, conversation: ConversationId) -> rusqlite::Result<()> {
    let id = conversation.to_string();
    let has = |kind: &str, name: &str| -> rusqlite::Result<Option<String>> {
        connection
            .prepare_cached("SELECT sql FROM sqlite_schema WHERE type = ?1 AND name = ?2")?
            .query_row((kind, name), |row| row.get(0))
            .optional()
    };
    if has("table", "decided")?.is_some() {
        connection.execute(
            "DELETE FROM decided WHERE subject IN (SELECT id FROM messages WHERE conversation = ?1)
             OR CASE WHEN json_valid(subject) THEN EXISTS (SELECT 1 FROM json_each(decided.subject) part JOIN messages m
               ON m.id = part.value WHERE m.conversation = ?1) ELSE FALSE END",
            [&id],
        )?;
    }
    for (table, column) in
        [("saves", "conversation"), ("messages", "conversation"), ("conversations", "id")]
    {
        if has("table", table)?.is_some() {
            connection.execute(&format!("DELETE FROM {table} WHERE {column} = ?1"), [&id])?;
        }
    }
    // Events are never deleted by anybody else, and the next one is refused again.
    let guard = has("trigger", GUARD)?;
    connection.execute_batch(&format!("DROP TRIGGER IF EXISTS {GUARD}"))?;
    connection.execute("DELETE FROM events WHERE conversation = ?1", [&id])?;
    if let Some(guard) = guard {
        connection.execute_batch(&guard)?;
    }
    Ok(())
}

/// The trigger that keeps events from being deleted.
const GUARD: &str = "events_are_never_deleted";
