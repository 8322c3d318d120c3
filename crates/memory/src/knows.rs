//! What is known: statements folded to the facts that hold now, each with where it came from and what it replaced.

use std::collections::HashMap;

use domain::{ConversationId, MessageId, Millis};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;
use store::EventLog;

use crate::facts::Attribute;
use crate::happened::{Happened, Scope};
use crate::memory::Memory;
use crate::search::{character, parsed};
use crate::{Error, sync};

/// Something that is known of the person, or of the character by her own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// Handle for [`Memory::forget`] and the like; not the same after [`Memory::rebuild`].
    pub id: i64,
    /// Of what.
    pub attribute: Attribute,
    /// What.
    pub value: String,
    /// What was said, where the person has put it right by hand.
    pub said: Option<String>,
    /// The words that said it.
    pub clause: String,
    /// The language model that read it in them; `None` for a rule, and for what was written down by hand.
    pub by: Option<String>,
    /// About the person (else about the character).
    pub of_user: bool,
    /// The message that said it; `None` for what was written down by hand.
    pub message: Option<MessageId>,
    /// The conversation of that message.
    pub conversation: Option<ConversationId>,
    /// Unix time in milliseconds.
    pub at: Millis,
    /// The person wants it always remembered.
    pub pinned: bool,
    /// What it was before, the newest first.
    pub before: Vec<String>,
}

/// A row of `facts` with its message or note.
pub(crate) struct Told {
    pub(crate) key: i64,
    pub(crate) message_key: i64,
    pub(crate) fact: Fact,
    /// The facts that this one replaced.
    replaced: Vec<i64>,
    negated: bool,
    place: Option<(i64, i64)>,
}

/// Columns of [`told`].
const TOLD: &str = "f.key, f.attribute, coalesce(d.value, f.value), f.clause, f.teller, f.negated, m.id, coalesce(m.at, n.at), m.segment,
  m.depth, coalesce(d.pinned, n.pinned, 0), f.message, CASE WHEN d.value IS NULL THEN NULL ELSE f.value END, c.id, r.name
  FROM facts f LEFT JOIN messages m ON m.key = f.message LEFT JOIN notes n ON n.key = -f.message
  LEFT JOIN segments s ON s.key = m.segment LEFT JOIN conversations c ON c.key = s.conversation
  LEFT JOIN decisions d ON d.message = m.id AND d.attribute = f.attribute AND d.said = f.value
  LEFT JOIN readers r ON r.key = f.reader";
/// The order in which [`fold`] wants them.
const IN_TIME: &str = "ORDER BY coalesce(m.at, n.at), m.key IS NULL, m.key, n.id, f.key";

fn told(row: &Row<'_>) -> rusqlite::Result<Told> {
    let place = row.get::<_, Option<i64>>(8)?.zip(row.get::<_, Option<i64>>(9)?);
    Ok(Told {
        key: row.get(0)?,
        message_key: row.get(11)?,
        fact: Fact {
            id: row.get(0)?,
            attribute: Attribute(row.get(1)?),
            value: row.get(2)?,
            said: row.get(12)?,
            clause: row.get(3)?,
            by: row.get(14)?,
            of_user: row.get::<_, i64>(4)? == sync::USER,
            message: parsed(row, 6)?,
            conversation: parsed(row, 13)?,
            at: row.get::<_, i64>(7)?.max(0) as Millis,
            pinned: row.get(10)?,
            before: Vec::new(),
        },
        replaced: Vec::new(),
        negated: row.get(5)?,
        place,
    })
}

impl Told {
    /// Notes hold everywhere.
    fn happened(&self, happened: &Happened) -> bool {
        self.place.is_none_or(|(segment, depth)| happened.has(segment, depth))
    }
}

impl Memory {
    /// Everything known, the newest first.
    pub fn facts(&self, scope: &Scope) -> Result<Vec<Fact>, Error> {
        let connection = self.lock();
        let known = || -> rusqlite::Result<Vec<Fact>> {
            let Some(character) = character(&connection, scope)? else { return Ok(Vec::new()) };
            let happened = Happened::of(&connection, character, scope)?;
            let mut facts = all(&connection, character, &happened)?;
            facts.reverse();
            Ok(facts.into_iter().map(|told| told.fact).collect())
        };
        known().map_err(|source| self.failed(source))
    }

    /// Keeps a fact in every prompt, or no longer.
    pub fn pin(&self, fact: i64, pinned: bool, log: &EventLog) -> Result<(), Error> {
        self.decide(fact, "pinned", pinned, log)
    }

    /// Puts a fact right; `None` takes a correction by hand back. Answers the correction that stood before.
    pub fn correct(
        &self,
        fact: i64,
        value: Option<&str>,
        log: &EventLog,
    ) -> Result<Option<String>, Error> {
        let value = value.map(str::trim);
        if value == Some("") {
            return Err(Error::Empty);
        }
        let before = self.corrected(fact)?;
        match (self.note_of(fact)?, value) {
            (Some(_), None) => {}
            _ => self.decide(fact, "value", value, log)?,
        }
        Ok(before)
    }

    /// The value that was put in by hand.
    fn corrected(&self, fact: i64) -> Result<Option<String>, Error> {
        let connection = self.lock();
        connection
            .query_row(
                "SELECT coalesce(n.value, d.value) FROM facts f LEFT JOIN messages m ON m.key = f.message
                 LEFT JOIN notes n ON n.key = -f.message
                 LEFT JOIN decisions d ON d.message = m.id AND d.attribute = f.attribute AND d.said = f.value WHERE f.key = ?1",
                [fact],
                |row| row.get(0),
            )
            .optional()
            .map_err(|source| self.failed(source))?
            .ok_or(Error::Unknown(fact))
    }

    /// The key of the note that a fact is.
    fn note_of(&self, fact: i64) -> Result<Option<i64>, Error> {
        let connection = self.lock();
        connection
            .query_row("SELECT -message FROM facts WHERE key = ?1 AND message < 0", [fact], |row| {
                row.get(0)
            })
            .optional()
            .map_err(|source| self.failed(source))
    }

    fn decide(
        &self,
        fact: i64,
        column: &str,
        value: impl rusqlite::ToSql,
        log: &EventLog,
    ) -> Result<(), Error> {
        if let Some(note) = self.note_of(fact)? {
            return self.deciding(log, |connection| {
                connection.execute(
                    &format!("UPDATE notes SET {column} = ?2 WHERE key = ?1"),
                    (note, &value),
                )?;
                if column == "value" {
                    // Whoever had found it: it is the person's own now.
                    connection.execute("UPDATE notes SET finder = NULL WHERE key = ?1", [note])?;
                    connection.execute(
                        "UPDATE facts SET value = ?2, clause = ?2 WHERE key = ?1",
                        (fact, &value),
                    )?;
                }
                sync::index_fact(connection, fact)
            });
        }
        let decided = self.deciding(log, |connection| {
            let found: Option<(String, String, String)> = connection
                .query_row(
                    "SELECT m.id, f.attribute, f.value FROM facts f JOIN messages m ON m.key = f.message WHERE f.key = ?1",
                    [fact],
                    |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
                )
                .optional()?;
            let Some((message, attribute, said)) = found else { return Ok(0) };
            connection.execute(
                &format!("INSERT INTO decisions (message, attribute, said, {column}) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET {column} = ?4"),
                (message, attribute, said, value),
            )
        })?;
        if decided == 0 { Err(Error::Unknown(fact)) } else { Ok(()) }
    }
}

/// All that is known, in the order in which it was said.
pub(crate) fn all(
    connection: &Connection,
    character: i64,
    happened: &Happened,
) -> rusqlite::Result<Vec<Told>> {
    Ok(fold(ever(connection, character, happened)?.into_iter()))
}

/// All that was ever told, what holds no longer included, in the order in which it was said.
pub(crate) fn ever(
    connection: &Connection,
    character: i64,
    happened: &Happened,
) -> rusqlite::Result<Vec<Told>> {
    let mut rows: Vec<Told> = connection
        .prepare_cached(&format!("SELECT {TOLD} WHERE f.character = ?1 {IN_TIME}"))?
        .query_map([character], told)?
        .collect::<rusqlite::Result<_>>()?;
    rows.retain(|told| told.happened(happened));
    Ok(rows)
}

/// A fact and those that it replaced; `None` where the id names none that holds.
pub(crate) fn chain(
    connection: &Connection,
    character: i64,
    happened: &Happened,
    fact: i64,
) -> rusqlite::Result<Option<Vec<Told>>> {
    let holds = all(connection, character, happened)?.into_iter().find(|told| told.key == fact);
    holds.map(|holds| chain_of(connection, holds)).transpose()
}

/// What a fact replaced, the oldest first, and the fact.
pub(crate) fn chain_of(connection: &Connection, holds: Told) -> rusqlite::Result<Vec<Told>> {
    let mut query = connection.prepare_cached(&format!("SELECT {TOLD} WHERE f.key = ?1"))?;
    let mut chain = Vec::with_capacity(1 + holds.replaced.len());
    for key in &holds.replaced {
        chain.push(query.query_row([key], told)?);
    }
    chain.push(holds);
    Ok(chain)
}

/// What holds now of one attribute.
pub(crate) fn current(
    connection: &Connection,
    character: i64,
    happened: &Happened,
    teller: i64,
    attribute: &Attribute,
) -> rusqlite::Result<Vec<Told>> {
    let opposite = attribute.opposite().unwrap_or_else(|| attribute.clone());
    let rows: Vec<Told> = connection
        .prepare_cached(&format!(
            "SELECT {TOLD} WHERE f.character = ?1 AND f.teller = ?2 AND f.attribute IN (?3, ?4) {IN_TIME}"
        ))?
        .query_map((character, teller, &attribute.0, &opposite.0), told)?
        .collect::<rusqlite::Result<_>>()?;
    let mut facts = fold(rows.into_iter().filter(|told| told.happened(happened)));
    facts.retain(|told| told.fact.attribute == *attribute);
    Ok(facts)
}

/// Facts that the person pinned, with the value that holds now.
pub(crate) fn pinned(
    connection: &Connection,
    character: i64,
    happened: &Happened,
) -> rusqlite::Result<Vec<Told>> {
    let attributes: Vec<(i64, String)> = connection
        .prepare_cached(
            "SELECT DISTINCT f.teller, f.attribute FROM notes n JOIN facts f ON f.message = -n.key WHERE n.pinned = 1 AND f.character = ?1
             UNION SELECT DISTINCT f.teller, f.attribute FROM decisions d JOIN messages m ON m.id = d.message
             JOIN facts f ON f.message = m.key AND f.attribute = d.attribute AND f.value = d.said WHERE d.pinned = 1 AND f.character = ?1",
        )?
        .query_map([character], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut pinned = Vec::new();
    for (teller, attribute) in attributes {
        pinned.extend(current(connection, character, happened, teller, &Attribute(attribute))?);
    }
    pinned.retain(|told| told.fact.pinned);
    Ok(pinned)
}

/// Oldest first in, what holds out: of one attribute the newest value, of tastes all that were not taken back.
fn fold(told: impl Iterator<Item = Told>) -> Vec<Told> {
    // What a newer statement would replace, and where it stands. Tastes and their opposites share a slot for each value.
    let mut slots: HashMap<(Attribute, bool, Vec<String>), usize> = HashMap::new();
    let mut facts: Vec<Option<Told>> = Vec::new();
    for mut new in told {
        let attribute = new.fact.attribute.clone();
        let many = attribute.is_many();
        let slot = if many {
            let shared = attribute
                .opposite()
                .map_or_else(|| attribute.clone(), |other| attribute.clone().min(other));
            (shared, new.fact.of_user, words::terms(&new.fact.value))
        } else {
            (attribute, new.fact.of_user, Vec::new())
        };
        if let Some(old) = slots.get(&slot).and_then(|place| facts[*place].take()) {
            new.replaced = old.replaced;
            new.replaced.push(old.key);
            if !many {
                new.fact.before = old.fact.before;
                if words::terms(&old.fact.value) != words::terms(&new.fact.value) {
                    new.fact.before.push(old.fact.value);
                }
                new.fact.pinned |= old.fact.pinned;
            }
        }
        if !new.negated {
            slots.insert(slot, facts.len());
            facts.push(Some(new));
        }
    }
    let newest_first = |mut told: Told| {
        told.fact.before.reverse();
        told
    };
    facts.into_iter().flatten().map(newest_first).collect()
}
