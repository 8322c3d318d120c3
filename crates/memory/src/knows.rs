//! What is known: statements folded to the facts that hold now, each with where it came from and what it replaced.

use domain::{MessageId, Millis};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;

use crate::facts::Attribute;
use crate::happened::{Happened, Scope};
use crate::memory::Memory;
use crate::search::{character, message_id};
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
    /// The words that said it.
    pub clause: String,
    /// About the person (else about the character).
    pub of_user: bool,
    /// The message that said it.
    pub message: MessageId,
    /// Unix time in milliseconds.
    pub at: Millis,
    /// The person wants it always remembered.
    pub pinned: bool,
    /// What it was before, the newest first.
    pub before: Vec<String>,
}

/// A row of `facts` with its message.
pub(crate) struct Told {
    pub(crate) key: i64,
    pub(crate) message_key: i64,
    pub(crate) fact: Fact,
    negated: bool,
    segment: i64,
    depth: i64,
}

/// Columns of [`told`].
const TOLD: &str = "f.key, f.attribute, coalesce(d.value, f.value), f.clause, f.teller, f.negated, m.id, m.at, m.segment, m.depth,
  coalesce(d.pinned, 0), m.key
  FROM facts f JOIN messages m ON m.key = f.message LEFT JOIN decisions d ON d.message = m.id AND d.attribute = f.attribute";

fn told(row: &Row<'_>) -> rusqlite::Result<Told> {
    Ok(Told {
        key: row.get(0)?,
        message_key: row.get(11)?,
        fact: Fact {
            id: row.get(0)?,
            attribute: Attribute(row.get(1)?),
            value: row.get(2)?,
            clause: row.get(3)?,
            of_user: row.get::<_, i64>(4)? == sync::USER,
            message: message_id(row, 6)?,
            at: row.get::<_, i64>(7)?.max(0) as Millis,
            pinned: row.get(10)?,
            before: Vec::new(),
        },
        negated: row.get(5)?,
        segment: row.get(8)?,
        depth: row.get(9)?,
    })
}

impl Memory {
    /// Everything known, the newest first.
    pub fn facts(&self, scope: &Scope) -> Result<Vec<Fact>, Error> {
        let connection = self.lock();
        let all = || -> rusqlite::Result<Vec<Fact>> {
            let Some(character) = character(&connection, scope)? else { return Ok(Vec::new()) };
            let happened = Happened::of(&connection, character, scope)?;
            let rows: Vec<Told> = connection
                .prepare_cached(&format!(
                    "SELECT {TOLD} WHERE f.character = ?1 ORDER BY f.message, f.key"
                ))?
                .query_map([character], told)?
                .collect::<rusqlite::Result<_>>()?;
            let mut facts =
                fold(rows.into_iter().filter(|told| happened.has(told.segment, told.depth)));
            facts.sort_by_key(|told| std::cmp::Reverse(told.key));
            Ok(facts.into_iter().map(|told| told.fact).collect())
        };
        all().map_err(|source| self.failed(source))
    }

    /// Keeps a fact in every prompt, or no longer.
    pub fn pin(&self, fact: i64, pinned: bool) -> Result<(), Error> {
        self.decide(fact, "pinned", pinned)
    }

    /// Puts a fact right.
    pub fn correct(&self, fact: i64, value: &str) -> Result<(), Error> {
        self.decide(fact, "value", value)
    }

    /// Forgets a fact and what said it: neither is recalled again, nor read from the log again. The message itself stays in the
    /// conversation.
    pub fn forget(&self, fact: i64) -> Result<(), Error> {
        self.decide(fact, "forgotten", true)?;
        let connection = self.lock();
        let forget = || -> rusqlite::Result<()> {
            let message: i64 = connection.query_row(
                "SELECT message FROM facts WHERE key = ?1",
                [fact],
                |row| row.get(0),
            )?;
            connection.execute("DELETE FROM fact_words WHERE rowid = ?1", [fact])?;
            connection.execute("DELETE FROM facts WHERE key = ?1", [fact])?;
            connection.execute("DELETE FROM texts WHERE rowid = ?1", [message])?;
            Ok(())
        };
        forget().map_err(|source| self.failed(source))
    }

    fn decide(&self, fact: i64, column: &str, value: impl rusqlite::ToSql) -> Result<(), Error> {
        let connection = self.lock();
        let decide = || -> rusqlite::Result<usize> {
            let found: Option<(String, String)> = connection
                .query_row(
                    "SELECT m.id, f.attribute FROM facts f JOIN messages m ON m.key = f.message WHERE f.key = ?1",
                    [fact],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()?;
            let Some((message, attribute)) = found else { return Ok(0) };
            connection.execute(
                &format!("INSERT INTO decisions (message, attribute, {column}) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET {column} = ?3"),
                (message, attribute, value),
            )
        };
        match decide() {
            Ok(0) => Err(Error::Unknown(fact)),
            Ok(_) => Ok(()),
            Err(source) => Err(self.failed(source)),
        }
    }
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
            "SELECT {TOLD} WHERE f.character = ?1 AND f.teller = ?2 AND f.attribute IN (?3, ?4) ORDER BY f.message, f.key"
        ))?
        .query_map((character, teller, &attribute.0, &opposite.0), told)?
        .collect::<rusqlite::Result<_>>()?;
    let mut facts = fold(rows.into_iter().filter(|told| happened.has(told.segment, told.depth)));
    facts.retain(|told| told.fact.attribute == *attribute);
    Ok(facts)
}

/// Pinned facts.
pub(crate) fn pinned(
    connection: &Connection,
    character: i64,
    happened: &Happened,
) -> rusqlite::Result<Vec<Told>> {
    let rows: Vec<Told> = connection
        .prepare_cached(&format!(
            "SELECT {TOLD} WHERE f.character = ?1 AND d.pinned = 1 ORDER BY f.message, f.key"
        ))?
        .query_map([character], told)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(rows.into_iter().filter(|told| happened.has(told.segment, told.depth)).collect())
}

/// Oldest first in, what holds out: of one attribute the newest value, of tastes all that were not taken back.
fn fold(told: impl Iterator<Item = Told>) -> Vec<Told> {
    let mut facts: Vec<Told> = Vec::new();
    for mut new in told {
        let attribute = new.fact.attribute.clone();
        if attribute.is_many() {
            let opposite = attribute.opposite();
            facts.retain(|old| {
                let same = old.fact.attribute == attribute
                    || Some(&old.fact.attribute) == opposite.as_ref();
                !(same
                    && old.fact.of_user == new.fact.of_user
                    && alike(&old.fact.value, &new.fact.value))
            });
        } else if let Some(place) = facts
            .iter()
            .position(|old| old.fact.attribute == attribute && old.fact.of_user == new.fact.of_user)
        {
            let old = facts.remove(place);
            new.fact.before = old.fact.before;
            if !alike(&old.fact.value, &new.fact.value) {
                new.fact.before.insert(0, old.fact.value);
            }
            new.fact.pinned |= old.fact.pinned;
        }
        if !new.negated {
            facts.push(new);
        }
    }
    facts
}

fn alike(one: &str, other: &str) -> bool {
    words::terms(one) == words::terms(other)
}
