//! What the person decided, between the log and the memory. The log is the truth of it, too: a decision is in the log before it is in
//! the memory, and a memory that is lost, damaged or older than the log takes it from there.
//!
//! Triggers note down in `to_log` whatever changes in the tables of decisions, so that no change of them can be overlooked; [`settle`]
//! brings it into the log within the transaction of the change. What is forgotten is named by the ids of messages alone, which holds
//! whatever the rules of a later version read from them: such a message is not read at all.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use domain::MessageId;
use rusqlite::Connection;
use serde::Deserialize;
use store::{Decided, Decision, EventLog};

use crate::memory::Memory;
use crate::notes::LoggedNote;
use crate::{Error, forgetting, notes, retold, sync};

/// Entries of the log that are taken at once.
const PORTION: u32 = 2_000;

/// A table of decisions, as the log names its rows.
pub(crate) struct Kind {
    what: &'static str,
    table: &'static str,
    /// SQL of a row's subject. `@` stands for the row's name and a dot.
    subject: &'static str,
    /// SQL of what the table says about a subject, nothing where it says nothing. `$` stands for the subject's row.
    value: &'static str,
}

/// A message that is to be forgotten.
const FORGOTTEN: &str = "forgotten";
/// A message that asked for something to be forgotten.
const HEEDED: &str = "heeded";
/// What was pinned or put right of what a message told.
const FACTS: &str = "facts";
/// What was written about a scene.
const SCENE: &str = "scene";
/// A note.
const NOTE: &str = "note";

/// All of them.
pub(crate) const KINDS: [Kind; 5] = [
    Kind {
        what: FORGOTTEN,
        table: "forgotten",
        subject: "@message",
        value: "(SELECT 'true' FROM forgotten WHERE message = $message)",
    },
    Kind {
        what: HEEDED,
        table: "heeded",
        subject: "@message",
        value: "(SELECT 'true' FROM heeded WHERE message = $message)",
    },
    Kind {
        what: FACTS,
        table: "decisions",
        subject: "@message",
        value: "nullif((SELECT json_group_array(json_object('attribute', d.attribute, 'said', d.said,
            'pinned', json(iif(d.pinned, 'true', 'false')), 'value', d.value) ORDER BY d.attribute, d.said)
          FROM decisions d WHERE d.message = $message), '[]')",
    },
    Kind {
        what: SCENE,
        table: "retold",
        subject: "json_array(@character, @first, @last)",
        value: "(SELECT json_object('text', r.text) FROM retold r
          WHERE r.character = $character AND r.first = $first AND r.last = $last)",
    },
    Kind {
        what: NOTE,
        table: "notes",
        subject: "@id",
        value: "(SELECT json_object('character', n.character, 'of_user', json(iif(n.of_user, 'true', 'false')),
            'attribute', n.attribute, 'value', n.value, 'at', n.at, 'pinned', json(iif(n.pinned, 'true', 'false')), 'source', n.source, 'finder', n.finder)
          FROM notes n WHERE n.id = $id)",
    },
];

impl Kind {
    /// SQL that writes a row's subject and what is decided about it now into `to_log`.
    fn note(&self, row: &str) -> String {
        let of_row = format!("{row}.");
        let subject = self.subject.replace('@', &of_row);
        let value = self.value.replace('$', &of_row);
        // Not `OR REPLACE`: within a trigger the statement that fired it says what becomes of conflicts.
        format!(
            "DELETE FROM to_log WHERE what = '{what}' AND subject = {subject};
             INSERT INTO to_log (what, subject, value) SELECT '{what}', {subject}, coalesce({value}, '');",
            what = self.what
        )
    }

    /// SQL that writes all there is into `to_log`; `old`: where the log has something else, that holds.
    pub(crate) fn all(&self, old: bool) -> String {
        let (subject, value) = (self.subject.replace('@', "t."), self.value.replace('$', "t."));
        format!(
            "INSERT INTO to_log (what, subject, value, old) SELECT DISTINCT '{}', {subject}, {value}, {} FROM {} t;",
            self.what,
            i64::from(old),
            self.table
        )
    }
}

/// SQL of the triggers.
pub(crate) fn triggers() -> String {
    let mut sql = String::new();
    for kind in &KINDS {
        for (event, rows) in
            [("INSERT", &["NEW"][..]), ("UPDATE", &["OLD", "NEW"][..]), ("DELETE", &["OLD"][..])]
        {
            let (table, notes): (_, String) =
                (kind.table, rows.iter().map(|row| kind.note(row)).collect());
            let name = format!("{table}_to_log_on_{}", event.to_lowercase());
            let made = format!("CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {notes} END;");
            sql.extend(["DROP TRIGGER IF EXISTS ", &name, ";", &made]);
        }
    }
    sql
}

impl Memory {
    /// Changes what is decided: it is in the log when this returns, or nothing is changed.
    pub(crate) fn deciding<T>(
        &self,
        log: &EventLog,
        change: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        let sql = |source| self.failed(source);
        let mut connection = self.lock();
        let transaction = connection
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
            .map_err(sql)?;
        let answer = change(&transaction).map_err(sql)?;
        let forgot = settle(&transaction, log, self.file())?;
        transaction.commit().map_err(sql)?;
        let wiped = if forgot { forgetting::wipe(&connection) } else { Ok(()) };
        if let Err(error) = wiped {
            // It is decided all the same.
            tracing::warn!(%error, "what is forgotten still stands in free pages of the memory");
        }
        Ok(answer)
    }

    /// Brings the memory and the log to the same decisions.
    pub(crate) fn settle(&self, log: &EventLog) -> Result<(), Error> {
        let sql = |source| self.failed(source);
        let mut connection = self.lock();
        let transaction = connection
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
            .map_err(sql)?;
        let forgot = settle(&transaction, log, self.file())?;
        transaction.commit().map_err(sql)?;
        if forgot {
            forgetting::wipe(&connection).map_err(sql)?;
            self.drop_set_aside()?;
        }
        Ok(())
    }
}

impl Memory {
    /// Finds again what a pin or a correction is about, where other rules read the message in other words: the one value that the
    /// message tells of the same attribute now. Where there is none or there are several, the decision waits for rules that know better.
    pub(crate) fn find_again(&self, log: &EventLog) -> Result<(), Error> {
        self.deciding(log, |connection| {
            connection.execute(
                "UPDATE OR IGNORE decisions SET said = (
                   SELECT f.value FROM messages m JOIN facts f ON f.message = m.key
                   WHERE m.id = decisions.message AND f.attribute = decisions.attribute)
                 WHERE NOT EXISTS (SELECT 1 FROM messages m JOIN facts f ON f.message = m.key
                   WHERE m.id = decisions.message AND f.attribute = decisions.attribute AND f.value = decisions.said)
                 AND (SELECT count(DISTINCT f.value) FROM messages m JOIN facts f ON f.message = m.key
                   WHERE m.id = decisions.message AND f.attribute = decisions.attribute) = 1",
                [],
            )
        })
        .map(drop)
    }
}

/// Takes over what the log has and the memory has not, and the other way round; what was changed here last holds. Whether something
/// that was read is forgotten now. To be called in a transaction.
pub(crate) fn settle(connection: &Connection, log: &EventLog, path: &Path) -> Result<bool, Error> {
    let sql = |source| Error::Sqlite { path: path.to_owned(), source };
    let known = Through::read(connection).map_err(sql)?;
    let last = log.last_decided()?;
    let waits = connection
        .prepare_cached("SELECT 1 FROM to_log LIMIT 1")
        .and_then(|mut query| query.exists([]))
        .map_err(sql)?;
    let another = last < known.seq || known.is_of_another(log)?;
    if !another && last == known.seq && !waits {
        return Ok(false);
    }
    if another {
        // The log was brought back from an older copy: what was decided since is known here alone.
        let all: String = KINDS.iter().map(|kind| kind.all(false)).collect();
        connection.execute_batch(&format!("DELETE FROM to_log; {all}")).map_err(sql)?;
    }
    let mut waiting = waiting(connection).map_err(sql)?;
    let (mut at, mut forgot) = (if another { 0 } else { known.seq }, false);
    loop {
        let portion = log.decided(at, PORTION)?;
        let Some(newest) = portion.last() else { break };
        at = newest.seq;
        for one in portion {
            let key = (one.decision.what, one.decision.subject);
            if another && one.at <= known.at {
                // What was taken back since is not here any more, and is to be nowhere. What a later version decided is not here
                // either, and is not ours to take back.
                if KINDS.iter().any(|kind| kind.what == key.0) {
                    waiting.entry(key).or_insert((String::new(), false));
                }
                continue;
            }
            // What was decided there after all that is known here is the newest.
            if !another && waiting.get(&key).is_some_and(|(_, old)| !old) {
                continue;
            }
            waiting.remove(&key);
            forgot |= take(connection, (&key.0, &key.1), &one.decision.value, log, &sql)?;
        }
    }
    connection.execute("DELETE FROM to_log", []).map_err(sql)?;
    if !waiting.is_empty() {
        let decisions: Vec<Decision> = waiting
            .into_iter()
            .map(|((what, subject), (value, _))| Decision { what, subject, value })
            .collect();
        at = log.decide(&decisions)?;
    }
    // Also where the newest entries are deleted for good.
    Through::write(connection, log, at.max(last), &sql)?;
    Ok(forgot)
}

/// Up to where the memory knows what the log has, and which entry stood there.
struct Through {
    seq: i64,
    /// Kind, subject and time of that entry; empty where it is not known.
    entry: String,
    /// Unix time in milliseconds of that entry; the end of time where it is not known: then what is here holds.
    at: i64,
}

impl Through {
    fn read(connection: &Connection) -> rusqlite::Result<Self> {
        connection.query_row("SELECT seq, entry, at FROM decided_through", [], |row| {
            let entry: String = row.get(1)?;
            let at = if entry.is_empty() { i64::MAX } else { row.get(2)? };
            Ok(Self { seq: row.get(0)?, entry, at })
        })
    }

    fn write(
        connection: &Connection,
        log: &EventLog,
        seq: i64,
        sql: &impl Fn(rusqlite::Error) -> Error,
    ) -> Result<(), Error> {
        let last = log.decided(seq - 1, 1)?.into_iter().find(|one| one.seq == seq);
        let (entry, at) = last.map(|one| (mark(&one), one.at)).unwrap_or_default();
        connection
            .execute("UPDATE decided_through SET seq = ?1, entry = ?2, at = ?3", (seq, entry, at))
            .map_err(sql)?;
        Ok(())
    }

    /// Whether the log at hand never had that entry: it was brought back from a copy, and was written on since.
    fn is_of_another(&self, log: &EventLog) -> Result<bool, Error> {
        if self.entry.is_empty() {
            return Ok(false);
        }
        // One that is not there says nothing: another took its place, under a number of its own, or it was deleted for good.
        let there = log.decided(self.seq - 1, 1)?.into_iter().find(|one| one.seq == self.seq);
        Ok(there.is_some_and(|there| mark(&there) != self.entry))
    }
}

/// What tells an entry from another in its place: ids and a time, no words.
fn mark(entry: &Decided) -> String {
    format!("{} {} {}", entry.decision.what, entry.decision.subject, entry.at)
}

/// When messages were to be forgotten: Unix time in milliseconds by their ids.
pub(crate) fn when_forgotten(log: &EventLog) -> Result<HashMap<String, i64>, Error> {
    let (mut times, mut after) = (HashMap::new(), 0);
    loop {
        let portion = log.decided(after, PORTION)?;
        let Some(last) = portion.last() else { return Ok(times) };
        after = last.seq;
        for one in portion {
            if one.decision.what == FORGOTTEN && !one.decision.value.is_empty() {
                times.insert(one.decision.subject, one.at);
            }
        }
    }
}

/// What waits for the log by kind and subject: the value, and whether it is from before the log knew of such things.
type Waiting = BTreeMap<(String, String), (String, bool)>;

fn waiting(connection: &Connection) -> rusqlite::Result<Waiting> {
    connection
        .prepare("SELECT what, subject, value, old FROM to_log")?
        .query_map([], |row| Ok(((row.get(0)?, row.get(1)?), (row.get(2)?, row.get(3)?))))?
        .collect()
}

/// What the log says of a fact that a message told, as [`FACTS`] writes it.
#[derive(Deserialize)]
struct LoggedFact {
    attribute: String,
    said: String,
    #[serde(default)]
    pinned: bool,
    value: Option<String>,
}

/// What the log says of a scene, as [`SCENE`] writes it.
#[derive(Deserialize)]
struct LoggedScene {
    text: String,
}

/// Reads an entry. `None`, with a warning, where it has another shape: one entry that a damaged disk or another program wrote must not
/// keep all the others from the memory. What does not fit is not told to the program's log, since it may be words.
fn read<'a, T: Deserialize<'a>>(what: &str, value: &'a str) -> Option<T> {
    let read = serde_json::from_str(value);
    if read.is_err() {
        tracing::warn!(what, "a decision in the log cannot be read and is passed over");
    }
    read.ok()
}

/// Makes the memory know an entry of the log; whether something that was read is forgotten for it.
fn take(
    connection: &Connection,
    (what, subject): (&str, &str),
    value: &str,
    log: &EventLog,
    sql: &impl Fn(rusqlite::Error) -> Error,
) -> Result<bool, Error> {
    let holds = !value.is_empty();
    if holds && read::<serde::de::IgnoredAny>(what, value).is_none() {
        return Ok(false);
    }
    match what {
        FORGOTTEN => return take_forgotten(connection, subject, holds, log, sql),
        HEEDED => {
            let change = if holds {
                "INSERT OR IGNORE INTO heeded VALUES (?1)"
            } else {
                "DELETE FROM heeded WHERE message = ?1"
            };
            connection.execute(change, [subject]).map_err(sql)?;
        }
        FACTS => {
            let facts: Vec<LoggedFact> = if holds {
                let Some(facts) = read(what, value) else { return Ok(false) };
                facts
            } else {
                Vec::new()
            };
            connection
                .execute("DELETE FROM decisions WHERE message = ?1", [subject])
                .map_err(sql)?;
            for fact in facts {
                connection
                    .execute(
                        "INSERT OR REPLACE INTO decisions (message, attribute, said, pinned, value) VALUES (?1, ?2, ?3, ?4, ?5)",
                        (subject, fact.attribute, fact.said, fact.pinned, fact.value),
                    )
                    .map_err(sql)?;
            }
        }
        SCENE => take_scene(connection, subject, value).map_err(sql)?,
        NOTE => {
            let note: Option<LoggedNote> = if holds { read(what, value) } else { None };
            if holds && note.is_none() {
                return Ok(false);
            }
            notes::remove(connection, subject).map_err(sql)?;
            if let Some(note) = note {
                notes::take(connection, subject, note).map_err(sql)?;
            }
        }
        // Of a later version.
        _ => {}
    }
    Ok(false)
}

fn take_forgotten(
    connection: &Connection,
    subject: &str,
    holds: bool,
    log: &EventLog,
    sql: &impl Fn(rusqlite::Error) -> Error,
) -> Result<bool, Error> {
    let Ok(id) = subject.parse::<MessageId>() else { return Ok(false) };
    let known = sync::forgotten(connection, id).map_err(sql)?;
    let read = connection
        .prepare_cached("SELECT 1 FROM messages WHERE id = ?1")
        .and_then(|mut query| query.exists([subject]))
        .map_err(sql)?;
    match (known, holds) {
        (false, true) if read => {
            let text = sync::without_tags(&log.message(id)?.text);
            forgetting::erase_message(connection, id, &text, &[]).map_err(sql)?;
            return Ok(true);
        }
        (false, true) => {
            connection.execute("INSERT INTO forgotten VALUES (?1)", [subject]).map_err(sql)?;
        }
        (true, false) => {
            connection
                .execute("DELETE FROM forgotten WHERE message = ?1", [subject])
                .map_err(sql)?;
            if read {
                sync::read_again(connection, &log.message(id)?, log, sql)?;
            }
        }
        _ => {}
    }
    Ok(false)
}

fn take_scene(connection: &Connection, subject: &str, value: &str) -> rusqlite::Result<()> {
    let Some((character, first, last)) = read::<(String, String, String)>(SCENE, subject) else {
        return Ok(());
    };
    if value.is_empty() {
        return retold::no_longer_retold(connection, (&character, &first, &last));
    }
    let Some(LoggedScene { text }) = read(SCENE, value) else { return Ok(()) };
    retold::retold_in_log(connection, (&character, &first, &last), &text)
}
