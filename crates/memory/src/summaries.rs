//! Scenes summed up: by a model while nobody talks, or put right by hand; found again where a question touches them, and at the
//! beginning of a talk. A summary is of a scene on its branch, it names its maker, and it goes when one of its messages is forgotten.

use std::collections::HashSet;

use domain::{CharacterId, ConversationId, MessageId, Millis, Role};
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior};
use serde::Serialize;
use store::EventLog;

use crate::happened::{Happened, Scope};
use crate::memory::Memory;
use crate::outline::ends;
use crate::search::{Question, character, message_id, parsed};
use crate::{Error, rank, sync};

/// Characters of a scene that a model is given to sum up.
const FOR_A_MODEL: usize = 6_000;
/// Longest summary, in characters.
const LONGEST: usize = 600;
/// Messages without which a scene needs no summary.
const LEAST: usize = 4;
/// Who wrote what was put right by hand.
pub const BY_HAND: &str = "✎";
/// Share of what a question names that a summary must hold.
const NAMED: f64 = 0.55;
/// Summaries that are looked at for a question.
const CANDIDATES: i64 = 32;

/// A summary by a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Its words.
    pub text: String,
    /// Who wrote it.
    pub by: String,
}

/// A scene that nobody has summed up yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsummed {
    character: CharacterId,
    first: i64,
    last: i64,
    /// All its messages.
    within: Vec<MessageId>,
    /// The messages of `lines`: a summary of one that is forgotten meanwhile is not kept.
    quoted: Vec<MessageId>,
    /// Who said what, the oldest first; whether the person said it.
    pub lines: Vec<(bool, String)>,
}

/// A summary that came to mind, and of what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Retold {
    /// Its number, until something of its scene is forgotten or the memory is made anew ([`Memory::scene_of`] holds longer).
    pub id: i64,
    /// What it says.
    pub summary: Summary,
    /// Unix time in milliseconds of the scene's first message.
    pub from: Millis,
    /// And of its last.
    pub to: Millis,
    /// Where it happened.
    pub conversation: ConversationId,
    /// The scene's first message.
    pub first: MessageId,
    /// And its last.
    pub last: MessageId,
}

impl Memory {
    /// The newest scene that is over since `before` (Unix time in milliseconds) and that no model has summed up; of the newest
    /// `scenes`.
    pub fn unsummed(
        &self,
        scope: &Scope,
        before: Millis,
        scenes: usize,
        log: &EventLog,
    ) -> Result<Option<Unsummed>, Error> {
        for episode in self.episodes(scope, None, scenes)? {
            if episode.to >= before || episode.messages < LEAST {
                continue;
            }
            let between = {
                let connection = self.lock();
                let look = || -> rusqlite::Result<Option<(i64, i64)>> {
                    let Some(character) = character(&connection, scope)? else { return Ok(None) };
                    let (first, last) = ends(&connection, &episode)?;
                    let known = connection
                        .prepare_cached(
                            "SELECT 1 FROM summaries WHERE character = ?1 AND first = ?2 AND last = ?3 AND by <> ''",
                        )?
                        .exists((character, first, last))?;
                    Ok((!known).then_some((first, last)))
                };
                look().map_err(|source| self.failed(source))?
            };
            let Some((first, last)) = between else { continue };
            let forgotten = self.forgotten()?;
            let mut left = FOR_A_MODEL;
            let (mut quoted, mut lines) = (Vec::new(), Vec::new());
            for id in episode.lines.iter().filter(|id| !forgotten.contains(*id)) {
                let message = log.message(*id)?;
                let text = sync::without_tags(&message.text);
                let length = text.chars().count();
                if length > left {
                    break;
                }
                left -= length;
                quoted.push(*id);
                lines.push((message.role == Role::User, text));
            }
            if !lines.is_empty() {
                let character = scope.character.clone();
                let within = episode.lines;
                return Ok(Some(Unsummed { character, first, last, within, quoted, lines }));
            }
        }
        Ok(None)
    }

    /// Keeps what a model wrote about a scene; empty text means that it had nothing to say, and is not to be asked again. Where a line
    /// that it was given has been forgotten since, or was deleted with its conversation, nothing is kept, and the scene stays unsummed.
    pub fn keep_summary(&self, scene: &Unsummed, by: &str, text: &str) -> Result<(), Error> {
        let mut connection = self.lock();
        let mut keep = || -> rusqlite::Result<()> {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for message in &scene.quoted {
                // Its number may be another's by now, where all was read anew.
                let there = transaction
                    .prepare_cached(
                        "SELECT 1 FROM messages WHERE id = ?1 AND key BETWEEN ?2 AND ?3",
                    )?
                    .exists((message.to_string(), scene.first, scene.last))?;
                if !there || sync::forgotten(&transaction, *message)? {
                    return Ok(());
                }
            }
            let character = sync::character_key(&transaction, &scene.character.0)?;
            // What was written when this scene had not come so far is no longer of use.
            let mut earlier = Vec::new();
            {
                let mut query = transaction.prepare_cached(
                    "SELECT s.key, m.id FROM summaries s JOIN messages m ON m.key = s.last
                     WHERE s.character = ?1 AND s.first = ?2 AND s.last < ?3",
                )?;
                let mut rows = query.query((character, scene.first, scene.last))?;
                while let Some(row) = rows.next()? {
                    if scene.within.contains(&message_id(row, 1)?) {
                        earlier.push(row.get(0)?);
                    }
                }
            }
            for key in earlier {
                delete(&transaction, key)?;
            }
            let key = row_of(&transaction, (character, scene.first, scene.last))?;
            write(&transaction, key, text, by)?;
            transaction.commit()
        };
        keep().map_err(|source| self.failed(source))
    }

    /// Puts a summary right by hand; an empty text takes it away, and no model is asked for another. Answers what was there.
    ///
    /// # Errors
    /// [`Error::Unknown`] where there is none under this number (any more).
    pub fn retell(&self, id: i64, text: &str, log: &EventLog) -> Result<Summary, Error> {
        self.retell_by(id, &Summary { text: text.to_owned(), by: BY_HAND.to_owned() }, log)
    }

    /// The same with its maker: takes a [`Memory::retell`] back.
    ///
    /// # Errors
    /// As [`Memory::retell`].
    pub fn retell_by(&self, id: i64, new: &Summary, log: &EventLog) -> Result<Summary, Error> {
        let before = self.deciding(log, |connection| {
            let before = connection
                .query_row(
                    "SELECT text, by FROM summaries WHERE key = ?1 AND by <> ''",
                    [id],
                    |row| Ok(Summary { text: row.get(0)?, by: row.get(1)? }),
                )
                .optional()?;
            if before.is_some() {
                write(connection, id, &new.text, &new.by)?;
            }
            Ok(before)
        })?;
        // What was taken away is not to be found in the file any more.
        let connection = self.lock();
        connection
            .execute_batch("INSERT INTO summary_words (summary_words) VALUES ('optimize');")
            .and_then(|()| connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())))
            .map_err(|source| self.failed(source))?;
        before.ok_or(Error::Unknown(id))
    }

    /// The summary of the newest scene that was over before `begun` (Unix time in milliseconds), the beginning of this talk.
    pub fn so_far(&self, scope: &Scope, begun: Millis) -> Result<Option<Retold>, Error> {
        let connection = self.lock();
        let look = || -> rusqlite::Result<Option<Retold>> {
            let Some(character) = character(&connection, scope)? else { return Ok(None) };
            let happened = Happened::of(&connection, character, scope)?;
            let mut query = connection.prepare_cached(&format!(
                "{RETOLD} WHERE s.character = ?1 AND s.text <> '' AND z.at < ?2 ORDER BY s.last DESC LIMIT ?3"
            ))?;
            let begun = i64::try_from(begun).unwrap_or(i64::MAX);
            let mut rows = query.query((character, begun, CANDIDATES))?;
            while let Some(row) = rows.next()? {
                if has(&happened, row)? {
                    return retold(row).map(Some);
                }
            }
            Ok(None)
        };
        look().map_err(|source| self.failed(source))
    }
}

/// Columns of [`retold`] and [`has`]: a summary with its first and last message.
const RETOLD: &str = "SELECT s.key, s.text, s.by, a.at, z.at, c.id, a.id, z.id, a.segment, a.depth, z.segment, z.depth, s.first, s.last
  FROM summaries s JOIN messages a ON a.key = s.first JOIN messages z ON z.key = s.last
  JOIN segments g ON g.key = a.segment JOIN conversations c ON c.key = g.conversation";

fn retold(row: &Row<'_>) -> rusqlite::Result<Retold> {
    let conversation = parsed(row, 5)?.ok_or_else(|| {
        rusqlite::Error::InvalidColumnType(5, "id".to_owned(), rusqlite::types::Type::Null)
    })?;
    Ok(Retold {
        id: row.get(0)?,
        summary: Summary { text: row.get(1)?, by: row.get(2)? },
        from: row.get::<_, i64>(3)?.max(0) as Millis,
        to: row.get::<_, i64>(4)?.max(0) as Millis,
        conversation,
        first: message_id(row, 6)?,
        last: message_id(row, 7)?,
    })
}

/// Whether a scene happened: its ends did, and the way from the one to the other is the only one there is.
fn has(happened: &Happened, row: &Row<'_>) -> rusqlite::Result<bool> {
    Ok(happened.has(row.get(8)?, row.get(9)?) && happened.has(row.get(10)?, row.get(11)?))
}

/// The summaries that a question touches: those that hold what it names, with the words, and those of scenes of which one of `found`
/// (messages by their keys, the best first) is quoted anyway; at most so many.
pub(crate) fn touched(
    connection: &Connection,
    character: i64,
    happened: &Happened,
    question: &Question,
    found: &[i64],
    limit: usize,
) -> rusqlite::Result<Vec<(Retold, Vec<String>)>> {
    let mut touched: Vec<(f64, Retold, Vec<String>)> = Vec::new();
    if !question.core.is_empty() {
        let terms: Vec<String> =
            question.core.iter().map(|(term, _)| format!("\"{term}\"")).collect();
        let mut query = connection.prepare_cached(&format!(
            "{RETOLD} JOIN (SELECT w.rowid AS key, bm25(summary_words) AS weight
               FROM summary_words w CROSS JOIN summaries k ON k.key = w.rowid
               WHERE summary_words MATCH ?1 AND k.character = ?2 ORDER BY weight LIMIT ?3) AS f ON f.key = s.key
             WHERE s.text <> '' ORDER BY f.weight"
        ))?;
        let mut rows = query.query((terms.join(" OR "), character, CANDIDATES))?;
        while let Some(row) = rows.next()? {
            if !has(happened, row)? {
                continue;
            }
            let one = retold(row)?;
            let said: HashSet<String> = words::terms(&one.summary.text).into_iter().collect();
            let touch = rank::touched(question, &said);
            if touch.named >= NAMED {
                touched.push((touch.score(), one, touch.words));
            }
        }
        touched.sort_by(|one, other| other.0.total_cmp(&one.0).then(other.1.to.cmp(&one.1.to)));
        touched.truncate(limit);
    }
    let mut around = connection.prepare_cached(&format!(
        "{RETOLD} WHERE s.character = ?1 AND s.text <> '' AND s.last >= ?2 AND s.first <= ?2 ORDER BY s.last LIMIT ?3"
    ))?;
    for key in found {
        if touched.len() >= limit {
            break;
        }
        let mut rows = around.query((character, key, CANDIDATES))?;
        while let Some(row) = rows.next()? {
            // Another talk of the same time lies around it, too.
            let known = touched.iter().any(|(_, known, _)| Some(known.id) == row.get(0).ok());
            if !known && has(happened, row)? && is_within(connection, *key, row)? {
                touched.push((0.0, retold(row)?, Vec::new()));
                break;
            }
        }
    }
    Ok(touched.into_iter().map(|(_, one, words)| (one, words)).collect())
}

/// Whether a message is in the conversation of a scene.
fn is_within(connection: &Connection, key: i64, row: &Row<'_>) -> rusqlite::Result<bool> {
    let of: String = connection
        .prepare_cached(
            "SELECT c.id FROM messages m JOIN segments g ON g.key = m.segment JOIN conversations c ON c.key = g.conversation WHERE m.key = ?1",
        )?
        .query_row([key], |row| row.get(0))?;
    Ok(of == row.get::<_, String>(5)?)
}

/// Whose a scene is, and the keys of its first and last message.
pub(crate) type SceneRow = (i64, i64, i64);

/// The row of a scene, which is made where there is none.
pub(crate) fn row_of(connection: &Connection, scene: SceneRow) -> rusqlite::Result<i64> {
    connection
        .prepare_cached(
            "INSERT INTO summaries (character, first, last, topics, text, by) VALUES (?1, ?2, ?3, '[]', '', '')
             ON CONFLICT DO NOTHING",
        )?
        .execute(scene)?;
    connection
        .prepare_cached(
            "SELECT key FROM summaries WHERE character = ?1 AND first = ?2 AND last = ?3",
        )?
        .query_row(scene, |row| row.get(0))
}

/// Writes a summary into its row and into the index.
pub(crate) fn write(
    connection: &Connection,
    key: i64,
    text: &str,
    by: &str,
) -> rusqlite::Result<()> {
    let text: String = text.trim().chars().take(LONGEST).collect();
    connection
        .prepare_cached("UPDATE summaries SET text = ?2, by = ?3 WHERE key = ?1")?
        .execute((key, &text, by))?;
    connection.prepare_cached("DELETE FROM summary_words WHERE rowid = ?1")?.execute([key])?;
    if !text.is_empty() {
        connection
            .prepare_cached("INSERT INTO summary_words (rowid, words) VALUES (?1, ?2)")?
            .execute((key, words::terms(&text).join(" ")))?;
    }
    decide(connection, key, (by == BY_HAND).then_some(text.as_str()))
}

/// Whose a summary's scene is, and its ends, as the log names them.
pub(crate) const NAMED_BY_LOG: &str = "SELECT c.id AS whose, a.id AS begins, z.id AS ends FROM summaries s JOIN characters c ON c.key = s.character
  JOIN messages a ON a.key = s.first JOIN messages z ON z.key = s.last";

/// Notes what the person wrote about a scene, or that it is no longer hers.
fn decide(connection: &Connection, key: i64, by_hand: Option<&str>) -> rusqlite::Result<()> {
    connection
        .prepare_cached(&format!(
            "DELETE FROM retold WHERE (character, first, last) IN ({NAMED_BY_LOG} WHERE s.key = ?1)"
        ))?
        .execute([key])?;
    if let Some(text) = by_hand {
        connection
            .prepare_cached(&format!(
                "INSERT INTO retold (character, first, last, text)
                 SELECT whose, begins, ends, ?2 FROM ({NAMED_BY_LOG} WHERE s.key = ?1)"
            ))?
            .execute((key, text))?;
    }
    Ok(())
}

pub(crate) fn delete(connection: &Connection, key: i64) -> rusqlite::Result<()> {
    decide(connection, key, None)?;
    connection.prepare_cached("DELETE FROM summary_words WHERE rowid = ?1")?.execute([key])?;
    connection.prepare_cached("DELETE FROM summaries WHERE key = ?1")?.execute([key])?;
    Ok(())
}

/// The summaries (`s.key`) of scenes around a message. Keys grow in time, so a scene lies between its ends; so may one of another talk of
/// that time, which did not hear it.
pub(crate) const AROUND: &str =
    "FROM summaries s JOIN messages a ON a.key = s.first JOIN segments g ON g.key = a.segment
  WHERE s.first <= ?1 AND s.last >= ?1 AND g.conversation =
    (SELECT h.conversation FROM messages m JOIN segments h ON h.key = m.segment WHERE m.key = ?1)";

/// Takes everything out that was written about scenes around a message.
pub(crate) fn erase(connection: &Connection, key: i64) -> rusqlite::Result<()> {
    let around: Vec<i64> = connection
        .prepare_cached(&format!("SELECT s.key {AROUND}"))?
        .query_map([key], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    around.into_iter().try_for_each(|key| delete(connection, key))
}

#[cfg(test)]
#[path = "summaries_tests.rs"]
mod tests;
