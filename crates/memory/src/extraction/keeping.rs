//! A model's reply about a window: what is grounded becomes facts, in one transaction with the note that the window is read. Killed
//! at any time, a window is read or it is not.

use std::collections::{BTreeMap, HashSet};

use domain::MessageId;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use serde::Serialize;
use store::EventLog;

use super::grounding::{Grounded, Refused, holds, judge};
use super::readers::{Reader, Standing, Verdict, key_of, let_go, pass, standing};
use super::window::{Read, Window, message_at};
use super::{By, proposal};
use crate::Error;
use crate::facts::{Attribute, folded, puts_right};
use crate::memory::Memory;
use crate::sync::{self, NewFact};
use crate::{decided, forgetting};

/// Messages that are to be forgotten whose words are looked at, the newest of them.
const FORGOTTEN: usize = 20_000;

/// What came of a reply.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Kept {
    /// Lines of the reply.
    pub lines: u32,
    /// Of those what was not made up.
    pub grounded: u32,
    /// New facts.
    pub kept: u32,
    /// What was known already.
    pub known: u32,
    /// What was dropped, and why.
    pub dropped: BTreeMap<Refused, u32>,
    /// How the model has done so far, this reply included.
    #[serde(skip)]
    pub standing: Standing,
}

impl Kept {
    /// Adds what came of another reply.
    pub fn add(&mut self, other: &Self) {
        self.lines += other.lines;
        self.grounded += other.grounded;
        self.kept += other.kept;
        self.known += other.known;
        for (why, count) in &other.dropped {
            *self.dropped.entry(*why).or_default() += count;
        }
        self.standing = other.standing;
    }

    fn dropped(&mut self, why: Refused) {
        *self.dropped.entry(why).or_default() += 1;
    }
}

/// What a model found in a message, for whoever puts it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    message: String,
    of_user: bool,
    attribute: String,
    value: String,
    clause: String,
    reader: i64,
}

impl Memory {
    /// Takes what a model wrote about a window: facts that stand in it become facts, and its messages are read, whatever it wrote. Where
    /// something was forgotten just now nothing is taken, and the window is still to be read.
    pub fn keep_read(
        &self,
        window: &Window,
        reader: &Reader,
        reply: &str,
        log: &EventLog,
    ) -> Result<Kept, Error> {
        let mut kept = Kept::default();
        let mut grounded = Vec::new();
        for line in proposal::lines(reply) {
            kept.lines += 1;
            match line.and_then(|line| judge(&line, &window.lines, &window.names)) {
                Ok(one) => {
                    kept.grounded += 1;
                    grounded.push(one);
                }
                Err(why) => {
                    kept.grounded += u32::from(!why.is_invented());
                    kept.dropped(why);
                }
            }
        }
        let forgotten = if grounded.is_empty() { HashSet::new() } else { self.forgotten()? };
        let when = when_forgotten(&grounded, &forgotten, log)?;
        let mut connection = self.lock();
        let mut keep = || -> rusqlite::Result<()> {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let key = key_of(&transaction, reader)?;
            // The words of what was forgotten since were not looked at.
            if !grounded.is_empty() && forgetting::all_forgotten(&transaction)? != forgotten {
                kept = Kept { standing: standing(&transaction, key)?, ..Kept::default() };
                return Ok(());
            }
            for (one, when) in grounded.iter().zip(&when) {
                match take(&transaction, window, one, key, *when)? {
                    Taken::New => kept.kept += 1,
                    Taken::Known => kept.known += 1,
                    Taken::Dropped(why) => kept.dropped(why),
                }
            }
            mark_read(&transaction, key, &window.read)?;
            transaction.execute(
                "UPDATE readers SET windows = windows + 1, lines = lines + ?2, grounded = grounded + ?3, kept = kept + ?4
                 WHERE key = ?1",
                (key, kept.lines, kept.grounded, kept.kept),
            )?;
            kept.standing = standing(&transaction, key)?;
            if kept.standing.invents() {
                pass(&transaction, key, Verdict::Unfit)?;
                kept.standing.verdict = Verdict::Unfit;
                kept.kept = 0;
            }
            transaction.commit()
        };
        keep().map_err(|source| self.failed(source))?;
        Ok(kept)
    }
}

/// Of each of these, when a message that says it was last to be forgotten: Unix time in milliseconds.
fn when_forgotten(
    grounded: &[Grounded],
    forgotten: &HashSet<MessageId>,
    log: &EventLog,
) -> Result<Vec<Option<i64>>, Error> {
    let mut when: Vec<Option<i64>> = vec![None; grounded.len()];
    if grounded.is_empty() || forgotten.is_empty() {
        return Ok(when);
    }
    let times = decided::when_forgotten(log)?;
    let mut ids: Vec<(String, MessageId)> =
        forgotten.iter().map(|id| (id.to_string(), *id)).collect();
    // Ids grow in time.
    ids.sort_unstable_by(|one, other| other.0.cmp(&one.0));
    ids.truncate(FORGOTTEN);
    let values: Vec<String> = grounded.iter().map(|one| folded(&one.value)).collect();
    for (name, id) in ids {
        // One that is not in the log any more has no words.
        let Ok(message) = log.message(id) else { continue };
        let said = folded(&message.text);
        // Where nobody knows when, it holds for good.
        let at = times.get(&name).copied().unwrap_or(i64::MAX);
        for (value, last) in values.iter().zip(when.iter_mut()) {
            if holds(&said, value) {
                *last = (*last).max(Some(at));
            }
        }
    }
    Ok(when)
}

enum Taken {
    New,
    Known,
    Dropped(Refused),
}

/// Writes a fact down, where nothing speaks against it.
fn take(
    connection: &Connection,
    window: &Window,
    one: &Grounded,
    reader: i64,
    forgotten: Option<i64>,
) -> rusqlite::Result<Taken> {
    let line = &window.lines[one.line];
    let id = line.id.to_string();
    // Its number may be another's by now, where all was read anew.
    let placed: Option<(i64, i64, i64)> = connection
        .prepare_cached(
            "SELECT m.key, c.character, m.at FROM messages m JOIN segments s ON s.key = m.segment
             JOIN conversations c ON c.key = s.conversation WHERE m.id = ?1",
        )?
        .query_row([&id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((message, own, at)) = placed else { return Ok(Taken::Dropped(Refused::Gone)) };
    let value = folded(&one.value);
    let of_user = line.by == By::User;
    // What the person tells again afterwards is wanted; a character may only say what it was asked to forget.
    let told_again = |when: i64| of_user && at > when;
    if sync::forgotten(connection, line.id)? || forgotten.is_some_and(|when| !told_again(when)) {
        return Ok(Taken::Dropped(Refused::Forgotten));
    }
    let told = told_by(connection, message)?;
    if told.iter().any(|(attribute, said)| is_known(attribute, said, &one.attribute, &value)) {
        return Ok(Taken::Known);
    }
    let teller = if of_user { sync::USER } else { sync::CHARACTER };
    let hears = if of_user {
        sync::heard_by(connection, message, own)?
    } else {
        vec![sync::character_key(connection, &window.character.0)?]
    };
    // Guests hear it, too, and what holds with one of them is not overridden by what another hears.
    for &hearer in &hears {
        if is_decided(connection, (hearer, teller), &one.attribute, &value)? {
            return Ok(Taken::Dropped(Refused::Decided));
        }
        if replaces(connection, (hearer, teller), message, one)? {
            return Ok(Taken::Dropped(Refused::Doubtful));
        }
    }
    let found = Found {
        message: id,
        of_user,
        attribute: one.attribute.0.clone(),
        value: one.value.clone(),
        clause: one.clause.clone(),
        reader,
    };
    write_found(connection, &found)?;
    tell(connection, message, &hears, &found)?;
    Ok(Taken::New)
}

/// What a message tells already: attribute and folded value.
fn told_by(connection: &Connection, message: i64) -> rusqlite::Result<Vec<(Attribute, String)>> {
    connection
        .prepare_cached("SELECT DISTINCT attribute, value FROM facts WHERE message = ?1")?
        .query_map([message], |row| {
            Ok((Attribute(row.get(0)?), folded(&row.get::<_, String>(1)?)))
        })?
        .collect()
}

/// Whether a message that tells the one thing tells the other: the same of anything, or anything of what has one value. What a rule
/// has read there holds.
fn is_known(attribute: &Attribute, said: &str, new: &Attribute, value: &str) -> bool {
    let same = holds(said, value) || holds(value, said);
    same || attribute == new && !new.is_many()
}

/// Whether the person has put this right, pinned it or written it down: that a rule may replace, which reads at once and in view.
fn is_decided(
    connection: &Connection,
    (character, teller): (i64, i64),
    attribute: &Attribute,
    value: &str,
) -> rusqlite::Result<bool> {
    let decided: Vec<(String, Option<String>)> = connection
        .prepare_cached(
            "SELECT f.value, d.value FROM facts f JOIN messages m ON m.key = f.message
               JOIN decisions d ON d.message = m.id AND d.attribute = f.attribute AND d.said = f.value
               WHERE f.character = ?1 AND f.teller = ?2 AND f.attribute = ?3
             UNION ALL SELECT f.value, NULL FROM facts f
               WHERE f.character = ?1 AND f.teller = ?2 AND f.attribute = ?3 AND f.message < 0",
        )?
        .query_map((character, teller, &attribute.0), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    if !attribute.is_many() {
        return Ok(!decided.is_empty());
    }
    // Of several values, the one that was wrong, and the one that stands there.
    Ok(decided.iter().any(|(said, right)| {
        folded(said) == value || right.as_deref().is_some_and(|right| folded(right) == value)
    }))
}

/// Whether it would take the place of another value that a rule read earlier, on no more than a model's word: what is told plainly is
/// replaced by what is told as plainly, or says itself that it puts something right.
fn replaces(
    connection: &Connection,
    (character, teller): (i64, i64),
    message: i64,
    one: &Grounded,
) -> rusqlite::Result<bool> {
    if one.attribute.is_many() || puts_right(&one.clause) || one.attribute.is_named_in(&one.clause)
    {
        return Ok(false);
    }
    let value = folded(&one.value);
    let others: Vec<String> = connection
        .prepare_cached(
            "SELECT value FROM facts WHERE character = ?1 AND teller = ?2 AND attribute = ?3 AND message < ?4
             AND reader = 0 AND negated = 0",
        )?
        .query_map((character, teller, &one.attribute.0, message), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(others.iter().any(|other| folded(other) != value))
}

fn write_found(connection: &Connection, found: &Found) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO found (message, of_user, attribute, value, clause, reader) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((
            &found.message,
            found.of_user,
            &found.attribute,
            &found.value,
            &found.clause,
            found.reader,
        ))
        .map(drop)
}

/// Makes it a fact of everybody who heard it.
fn tell(
    connection: &Connection,
    message: i64,
    hears: &[i64],
    found: &Found,
) -> rusqlite::Result<()> {
    let attribute = Attribute(found.attribute.clone());
    for &character in hears {
        let fact = NewFact {
            message,
            character,
            teller: if found.of_user { sync::USER } else { sync::CHARACTER },
            attribute: &attribute,
            value: &found.value,
            negated: false,
            clause: &found.clause,
            reader: found.reader,
        };
        sync::insert_fact(connection, &fact)?;
    }
    Ok(())
}

/// Notes that messages are read. They are known by their ids: a place may be another's by now, where all was read anew or a
/// conversation was deleted.
fn mark_read(connection: &Connection, reader: i64, messages: &[MessageId]) -> rusqlite::Result<()> {
    let mut segments: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    for id in messages {
        let place: Option<(i64, i64)> = connection
            .prepare_cached("SELECT segment, depth FROM messages WHERE id = ?1")?
            .query_row([id.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((segment, depth)) = place else { continue };
        let run = segments.entry(segment).or_insert((depth, depth));
        *run = (run.0.min(depth), run.1.max(depth));
    }
    for (segment, (from, to)) in segments {
        let (from, to, touching) = Read::by(connection, reader)?.joined(segment, from, to);
        for (start, _) in touching {
            if let Some((first, ..)) = message_at(connection, segment, start)? {
                connection
                    .prepare_cached("DELETE FROM has_read WHERE reader = ?1 AND first = ?2")?
                    .execute((reader, first.to_string()))?;
            }
        }
        if let (Some((first, ..)), Some((last, ..))) =
            (message_at(connection, segment, from)?, message_at(connection, segment, to)?)
        {
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO has_read (reader, first, last) VALUES (?1, ?2, ?3)",
                )?
                .execute((reader, first.to_string(), last.to_string()))?;
        }
    }
    Ok(())
}

/// Tells again what models found in a message that is read (once more) by the rules, but for what those read there now.
pub(crate) fn found_in(
    connection: &Connection,
    id: MessageId,
    message: i64,
    hears: &[i64],
) -> rusqlite::Result<()> {
    let found = of_message(connection, id)?;
    if found.is_empty() {
        return Ok(());
    }
    let told = told_by(connection, message)?;
    for one in found {
        let (new, value) = (Attribute(one.attribute.clone()), folded(&one.value));
        if !told.iter().any(|(attribute, said)| is_known(attribute, said, &new, &value)) {
            tell(connection, message, hears, &one)?;
        }
    }
    Ok(())
}

fn of_message(connection: &Connection, id: MessageId) -> rusqlite::Result<Vec<Found>> {
    connection
        .prepare_cached(
            "SELECT message, of_user, attribute, value, clause, reader FROM found WHERE message = ?1",
        )?
        .query_map([id.to_string()], |row| {
            Ok(Found {
                message: row.get(0)?,
                of_user: row.get(1)?,
                attribute: row.get(2)?,
                value: row.get(3)?,
                clause: row.get(4)?,
                reader: row.get(5)?,
            })
        })?
        .collect()
}

/// Takes away what models found in a message; answers it.
pub(crate) fn erase(connection: &Connection, id: MessageId) -> rusqlite::Result<Vec<Found>> {
    let found = of_message(connection, id)?;
    connection.prepare_cached("DELETE FROM found WHERE message = ?1")?.execute([id.to_string()])?;
    Ok(found)
}

/// Puts back what was taken away; to be called before the message is read again, and after what was decided about it is back.
pub(crate) fn restore(connection: &Connection, found: &[Found]) -> rusqlite::Result<()> {
    for one in found {
        write_found(connection, one)?;
        // It may be of a model that turned out to invent things meanwhile.
        if standing(connection, one.reader)?.verdict == Verdict::Unfit {
            let_go(connection, one.reader)?;
        }
    }
    Ok(())
}

/// Lets go of what was found in messages that the log has not, or that are to be forgotten; to be called when all of it has been read.
pub(crate) fn forget_strangers(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute(
        "DELETE FROM found WHERE message NOT IN (SELECT id FROM messages) OR message IN (SELECT message FROM forgotten)",
        [],
    )?;
    connection
        .execute(
            "DELETE FROM has_read WHERE first NOT IN (SELECT id FROM messages) OR last NOT IN (SELECT id FROM messages)",
            [],
        )
        .map(drop)
}
