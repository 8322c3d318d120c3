//! What the person wrote about scenes: it is theirs, so that the log has it, and it outlives whatever is derived. It goes with a message
//! of its scene that is forgotten, and comes back where that is undone.

use domain::MessageId;
use rusqlite::{Connection, OptionalExtension};
use store::EventLog;

use crate::Error;
use crate::memory::Memory;
use crate::summaries::{AROUND, BY_HAND, NAMED_BY_LOG, SceneRow, delete, row_of, write};

impl Memory {
    /// Brings back what the person wrote about scenes, where the memory was made anew.
    pub(crate) fn bring_back_retold(&self, log: &EventLog) -> Result<(), Error> {
        {
            let connection = self.lock();
            if waiting(&connection).map_err(|source| self.failed(source))?.is_empty() {
                return Ok(());
            }
        }
        self.deciding(log, |connection| {
            for (scene, text) in waiting(connection)? {
                let key = row_of(connection, scene)?;
                write(connection, key, &text, BY_HAND)?;
            }
            Ok(())
        })
    }
}

/// What the person wrote about scenes that are without it: with the scene.
fn waiting(connection: &Connection) -> rusqlite::Result<Vec<(SceneRow, String)>> {
    connection
        .prepare_cached(
            "SELECT c.key, a.key, z.key, r.text FROM retold r JOIN characters c ON c.id = r.character
             JOIN messages a ON a.id = r.first JOIN messages z ON z.id = r.last
             WHERE NOT EXISTS (SELECT 1 FROM summaries s
               WHERE s.character = c.key AND s.first = a.key AND s.last = z.key AND s.by = ?1)",
        )?
        .query_map([BY_HAND], |row| {
            Ok(((row.get(0)?, row.get(1)?, row.get(2)?), row.get(3)?))
        })?
        .collect()
}

/// The row of a scene that the log names; `None` where its messages are not known (yet).
fn row_named(
    connection: &Connection,
    (character, first, last): (&str, &str, &str),
) -> rusqlite::Result<Option<SceneRow>> {
    connection
        .prepare_cached(
            "SELECT c.key, a.key, z.key FROM characters c, messages a, messages z WHERE c.id = ?1 AND a.id = ?2 AND z.id = ?3",
        )?
        .query_row((character, first, last), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()
}

/// Takes over from the log what the person wrote about a scene.
pub(crate) fn retold_in_log(
    connection: &Connection,
    scene: (&str, &str, &str),
    text: &str,
) -> rusqlite::Result<()> {
    if let Some(scene) = row_named(connection, scene)? {
        let key = row_of(connection, scene)?;
        return write(connection, key, text, BY_HAND);
    }
    // Its messages are read later; then it is brought back.
    connection
        .execute(
            "INSERT OR REPLACE INTO retold (character, first, last, text) VALUES (?1, ?2, ?3, ?4)",
            (scene.0, scene.1, scene.2, text),
        )
        .map(drop)
}

/// Takes over from the log that the person wrote nothing about a scene any more.
pub(crate) fn no_longer_retold(
    connection: &Connection,
    scene: (&str, &str, &str),
) -> rusqlite::Result<()> {
    connection.execute(
        "DELETE FROM retold WHERE character = ?1 AND first = ?2 AND last = ?3",
        (scene.0, scene.1, scene.2),
    )?;
    let Some((character, first, last)) = row_named(connection, scene)? else { return Ok(()) };
    let key: Option<i64> = connection
        .query_row(
            "SELECT key FROM summaries WHERE character = ?1 AND first = ?2 AND last = ?3 AND by = ?4",
            (character, first, last, BY_HAND),
            |row| row.get(0),
        )
        .optional()?;
    key.map_or(Ok(()), |key| delete(connection, key))
}

/// Drops what waits to be brought back: of which messages it is cannot be told yet, and one of them is being forgotten, maybe.
pub(crate) fn give_up_waiting(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .prepare_cached(&format!(
            "DELETE FROM retold WHERE (character, first, last) NOT IN ({NAMED_BY_LOG} WHERE s.by = ?1)"
        ))?
        .execute([BY_HAND])?;
    Ok(())
}

/// What the person wrote about a scene, by what names it in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ByHand {
    character: String,
    first: String,
    last: String,
    text: String,
}

/// What the person wrote about scenes around a message, before it goes with it.
pub(crate) fn by_hand(
    connection: &Connection,
    message: MessageId,
) -> rusqlite::Result<Vec<ByHand>> {
    let key: Option<i64> = connection
        .prepare_cached("SELECT key FROM messages WHERE id = ?1")?
        .query_row([message.to_string()], |row| row.get(0))
        .optional()?;
    let Some(key) = key else { return Ok(Vec::new()) };
    connection
        .prepare_cached(&format!(
            "SELECT r.character, r.first, r.last, r.text FROM retold r
             WHERE (r.character, r.first, r.last) IN ({NAMED_BY_LOG} WHERE s.key IN (SELECT s.key {AROUND}))"
        ))?
        .query_map([key], |row| {
            Ok(ByHand {
                character: row.get(0)?,
                first: row.get(1)?,
                last: row.get(2)?,
                text: row.get(3)?,
            })
        })?
        .collect()
}

/// Brings it back, where nothing of the scene is forgotten any more, and nobody has written about it since.
pub(crate) fn restore(connection: &Connection, one: &ByHand) -> rusqlite::Result<()> {
    let names = (one.character.as_str(), one.first.as_str(), one.last.as_str());
    let Some(scene) = row_named(connection, names)? else { return Ok(()) };
    let stays_away = connection
        .prepare_cached(
            "SELECT 1 FROM forgotten f JOIN messages m ON m.id = f.message JOIN segments g ON g.key = m.segment
             WHERE m.key BETWEEN ?2 AND ?3 AND g.conversation =
               (SELECT h.conversation FROM messages a JOIN segments h ON h.key = a.segment WHERE a.key = ?2)
             UNION SELECT 1 FROM summaries WHERE character = ?1 AND first = ?2 AND last = ?3 AND by = ?4",
        )?
        .exists((scene.0, scene.1, scene.2, BY_HAND))?;
    if stays_away {
        return Ok(());
    }
    let key = row_of(connection, scene)?;
    write(connection, key, &one.text, BY_HAND)
}
