//! A conversation that is deleted: what was told in it may stay known, without its words; and once it is deleted for good, everything
//! that was read from it leaves the file.
//!
//! While it lies in the trash its place in the tables stays, and [`crate::happened`] passes it by: so it can come back as it was.

use std::collections::HashSet;

use domain::{CharacterId, ConversationId};
use rusqlite::{Connection, OptionalExtension};
use store::{Event, EventLog, Record};

use crate::happened::{Happened, Scope};
use crate::memory::Memory;
use crate::notes::{self, Note, Origin};
use crate::search::character;
use crate::{Error, counts, extraction, forgetting, knows, meaning, summaries, sync};

impl Memory {
    /// Keeps what was told in a conversation and holds now, on the branch that is shown, as notes of those who heard it; to be called
    /// before it is removed. Answers how many there are.
    pub fn keep_told(&self, conversation: ConversationId, log: &EventLog) -> Result<usize, Error> {
        let source = conversation.to_string();
        self.deciding(log, |connection| {
            drop_notes(connection, &source)?;
            let mut kept = 0;
            for who in members(connection, &source)? {
                let scope = Scope { character: CharacterId(who), here: None };
                let Some(key) = character(connection, &scope)? else { continue };
                let happened = Happened::of(connection, key, &scope)?;
                for told in knows::all(connection, key, &happened)? {
                    if told.fact.conversation != Some(conversation) {
                        continue;
                    }
                    let note = Note {
                        attribute: told.fact.attribute,
                        value: told.fact.value,
                        of_user: told.fact.of_user,
                        at: told.fact.at,
                        pinned: told.fact.pinned,
                    };
                    let finder = extraction::finder_of(connection, told.key)?;
                    let origin = Origin { source: Some(&source), finder: finder.as_deref() };
                    notes::insert(connection, &scope.character, &note, origin)?;
                    kept += 1;
                }
            }
            Ok(kept)
        })
    }

    /// Lets go of what [`Memory::keep_told`] kept: the conversation tells it again.
    pub fn drop_kept(&self, conversation: ConversationId, log: &EventLog) -> Result<(), Error> {
        self.deciding(log, |connection| drop_notes(connection, &conversation.to_string()))
    }

    /// Whether anything was read of a conversation.
    pub fn holds(&self, conversation: ConversationId) -> Result<bool, Error> {
        let connection = self.lock();
        let known = || -> rusqlite::Result<bool> {
            connection
                .prepare_cached("SELECT 1 FROM conversations WHERE id = ?1")?
                .exists([conversation.to_string()])
        };
        known().map_err(|source| self.failed(source))
    }

    /// Takes everything out that was read from conversations, and what was decided about it, so that nothing of it is left in the file;
    /// to be called before they leave the log. What was kept of them as notes stays.
    pub fn erase_conversations(
        &self,
        conversations: &[ConversationId],
        log: &EventLog,
    ) -> Result<(), Error> {
        self.drop_set_aside()?;
        for conversation in conversations {
            self.erase_one(*conversation, log)?;
        }
        forgetting::wipe(&self.lock()).map_err(|source| self.failed(source))
    }

    fn erase_one(&self, conversation: ConversationId, log: &EventLog) -> Result<(), Error> {
        let messages = log.tree(conversation)?;
        let id = conversation.to_string();
        let segments: Vec<i64> = self.deciding(log, |connection| {
            for message in &messages {
                let text = sync::without_tags(&message.text);
                erase(connection, &message.id.to_string(), &text)?;
            }
            let key: Option<i64> = connection
                .query_row("SELECT key FROM conversations WHERE id = ?1", [&id], |row| row.get(0))
                .optional()?;
            let Some(key) = key else { return Ok(Vec::new()) };
            let segments: Vec<i64> = connection
                .prepare("SELECT key FROM segments WHERE conversation = ?1")?
                .query_map([key], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            connection.execute(
                "DELETE FROM has_read WHERE first IN (SELECT m.id FROM messages m JOIN segments s ON s.key = m.segment
                 WHERE s.conversation = ?1)",
                [key],
            )?;
            for table in ["messages", "visits"] {
                connection.execute(
                    &format!("DELETE FROM {table} WHERE segment IN (SELECT key FROM segments WHERE conversation = ?1)"),
                    [key],
                )?;
            }
            connection.execute("DELETE FROM segments WHERE conversation = ?1", [key])?;
            connection.execute("DELETE FROM guests WHERE conversation = ?1", [&id])?;
            connection.execute("DELETE FROM conversations WHERE key = ?1", [key])?;
            // The next message may have the number of one that is gone, and the encoder has not read it.
            connection.execute(
                "UPDATE encoder SET through = min(through, (SELECT coalesce(max(key), 0) FROM messages))",
                [],
            )?;
            Ok(segments)
        })?;
        {
            // The next segment may have the number of one that is gone, too.
            let mut signs = self.signs();
            for segment in segments {
                signs.take_out(segment);
            }
        }
        Ok(())
    }
}

/// Whether something is known of a conversation that these records delete: it was deleted without this memory. What was decided about its
/// messages goes at once; what was read from them is for the caller.
pub(crate) fn let_go(connection: &Connection, records: &[Record]) -> rusqlite::Result<bool> {
    const WITHIN: &str = "(SELECT m.id FROM messages m JOIN segments s ON s.key = m.segment
      JOIN conversations c ON c.key = s.conversation WHERE c.id = ?1)";
    let mut any = false;
    for record in records {
        if !matches!(record.event, Event::ConversationPurged { .. }) {
            continue;
        }
        let id = record.conversation.to_string();
        let known = connection
            .prepare_cached("SELECT 1 FROM conversations WHERE id = ?1")?
            .exists([&id])?;
        if !known {
            continue;
        }
        any = true;
        for table in ["decisions", "forgotten", "heeded", "found"] {
            connection.execute(&format!("DELETE FROM {table} WHERE message IN {WITHIN}"), [&id])?;
        }
        connection.execute(&format!("DELETE FROM has_read WHERE first IN {WITHIN}"), [&id])?;
        connection.execute(
            &format!("DELETE FROM retold WHERE first IN {WITHIN} OR last IN {WITHIN}"),
            [&id],
        )?;
    }
    Ok(any)
}

/// The ids of who is, or was, in a conversation.
fn members(connection: &Connection, conversation: &str) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare(
            "SELECT w.id FROM conversations c JOIN characters w ON w.key = c.character WHERE c.id = ?1
             UNION SELECT w.id FROM guests g JOIN characters w ON w.key = g.character WHERE g.conversation = ?1",
        )?
        .query_map([conversation], |row| row.get(0))?
        .collect()
}

fn drop_notes(connection: &Connection, source: &str) -> rusqlite::Result<()> {
    let ids: HashSet<String> = connection
        .prepare("SELECT id FROM notes WHERE source = ?1")?
        .query_map([source], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    ids.iter().try_for_each(|id| notes::remove(connection, id))
}

/// Deletes what was read from a message, and what was decided about it.
fn erase(connection: &Connection, id: &str, text: &str) -> rusqlite::Result<()> {
    for table in ["decisions", "forgotten", "heeded", "found"] {
        connection
            .prepare_cached(&format!("DELETE FROM {table} WHERE message = ?1"))?
            .execute([id])?;
    }
    let key: Option<i64> = connection
        .prepare_cached("SELECT key FROM messages WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    let Some(key) = key else { return Ok(()) };
    summaries::erase(connection, key)?;
    meaning::erase(connection, key)?;
    for sql in [
        "DELETE FROM fact_words WHERE rowid IN (SELECT key FROM facts WHERE message = ?1)",
        "DELETE FROM facts WHERE message = ?1",
        "DELETE FROM heard WHERE message = ?1",
    ] {
        connection.prepare_cached(sql)?.execute([key])?;
    }
    if connection.prepare_cached("DELETE FROM texts WHERE rowid = ?1")?.execute([key])? > 0 {
        counts::uncount(connection, text)?;
    }
    Ok(())
}
