//! From the log to the index and the facts, a portion of records at a time, each portion one transaction.
//!
//! Branches are kept as *segments*: a run of messages without a fork. A message is on the path to a leaf exactly when its segment is
//! on the way up and its depth is not beyond the fork, so a search need not walk a conversation of a hundred thousand messages.

use std::path::Path;

use domain::{CharacterId, Lang, Message, MessageId, Role};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use store::{Event, EventLog, Record};

use crate::counts::{Counts, index};
use crate::facts::{self, Attribute};
use crate::talked_about::{About, Context, about, attribute, next_about};
use crate::{Error, extraction, notes, partings, schema};

/// Records read in one transaction.
const PORTION: u32 = 2_000;

/// Milliseconds of a day.
pub(crate) const DAY: i64 = 86_400_000;

/// Numbers of the roles in the tables.
pub(crate) const USER: i64 = 0;
pub(crate) const CHARACTER: i64 = 1;

/// What came of a portion.
pub(crate) enum Read {
    /// So many records were read; none: the log has no more.
    Records(u64),
    /// What was read before no longer fits the log and was thrown away: it is read from its beginning.
    Anew,
}

/// Reads the next portion.
pub(crate) fn portion(
    connection: &mut Connection,
    log: &EventLog,
    context: &mut Context,
    path: &Path,
) -> Result<Read, Error> {
    let sql = |source| Error::Sqlite { path: path.to_owned(), source };
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql)?;
    let (seq, read_last): (i64, String) = transaction
        .query_row("SELECT seq, last FROM progress", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .map_err(sql)?;
    // With the one that was read last, where it is still there: its conversation may have been deleted for good since.
    let mut records = log.records(seq - 1, PORTION)?;
    let known = records.first().is_some_and(|first| first.seq == seq).then(|| records.remove(0));
    // A log that was brought back from an older copy goes on otherwise, and may be further by now than it was.
    let another = log.last_seq()? < seq || known.is_some_and(|known| mark(&known) != read_last);
    // A conversation that was deleted for good by a program that came no further is still here, and its words are counted among
    // others', which cannot be told apart without it.
    if partings::let_go(&transaction, &records).map_err(sql)? || another {
        schema::empty(&transaction).and_then(|()| notes::index_all(&transaction)).map_err(sql)?;
        transaction.commit().map_err(sql)?;
        return Ok(Read::Anew);
    }
    let Some(last) = records.last() else { return Ok(Read::Records(0)) };
    let mut counts = Counts::default();
    for record in &records {
        apply(&transaction, record, log, context, &mut counts, &sql)?;
    }
    counts.write(&transaction).map_err(sql)?;
    transaction
        .execute("UPDATE progress SET seq = ?1, last = ?2", (last.seq, mark(last)))
        .map_err(sql)?;
    transaction.commit().map_err(sql)?;
    context.about.retain(|id, _| Some(*id) == newest(&records));
    Ok(Read::Records(records.len() as u64))
}

/// What tells a record from another in its place.
fn mark(record: &Record) -> String {
    match &record.event {
        Event::MessageAdded { id, .. } => id.to_string(),
        _ => format!("{} {}", record.conversation, record.at),
    }
}

fn newest(records: &[Record]) -> Option<MessageId> {
    records.iter().rev().find_map(|record| match record.event {
        Event::MessageAdded { id, .. } => Some(id),
        _ => None,
    })
}

fn apply(
    connection: &Connection,
    record: &Record,
    log: &EventLog,
    context: &mut Context,
    counts: &mut Counts,
    sql: &impl Fn(rusqlite::Error) -> Error,
) -> Result<(), Error> {
    let conversation = record.conversation.to_string();
    match &record.event {
        Event::ConversationBegun { character, .. } => {
            let character = character_key(connection, &character.0).map_err(sql)?;
            connection
                .prepare_cached(
                    "INSERT OR IGNORE INTO conversations (id, character) VALUES (?1, ?2)",
                )
                .and_then(|mut insert| insert.execute((conversation, character)))
                .map_err(sql)?;
        }
        Event::MessageAdded { id, parent, role, text, speaker, .. } => {
            let added = Added { id: *id, parent: *parent, role: *role, at: record.at as i64 };
            let plain = without_tags(text);
            let key = place(connection, &conversation, &added).map_err(sql)?;
            let Some((key, own)) = key else { return Ok(()) };
            let by = speaker.as_ref().map(|speaker| &speaker.character);
            let hears = hears(connection, &conversation, key, own, added.role, by).map_err(sql)?;
            if forgotten(connection, *id).map_err(sql)? {
                return Ok(());
            }
            read(connection, &Placed { key, hears, added }, &plain, log, context, counts, sql)?;
        }
        Event::LeafSelected { leaf } => {
            let leaf = leaf.map(|leaf| leaf.to_string());
            connection
                .prepare_cached(
                    "UPDATE conversations SET leaf = (SELECT key FROM messages WHERE id = ?1) WHERE id = ?2",
                )
                .and_then(|mut update| update.execute((leaf, conversation)))
                .map_err(sql)?;
        }
        Event::CastChanged { cast } => {
            invite(connection, &conversation, &cast.guests).map_err(sql)?;
        }
        Event::ConversationRemoved {} | Event::ConversationRestored {} => {
            let removed = matches!(record.event, Event::ConversationRemoved {});
            connection
                .prepare_cached("UPDATE conversations SET removed = ?2 WHERE id = ?1")
                .and_then(|mut update| update.execute((conversation, removed)))
                .map_err(sql)?;
        }
        // Titles, and whatever later versions write down, are nothing to remember.
        _ => {}
    }
    Ok(())
}

/// A message that has its place in the tree.
struct Placed {
    key: i64,
    /// To whom it tells something: everybody who is there where the person said it, else whoever said it of themselves.
    hears: Vec<i64>,
    added: Added,
}

/// Indexes a message and writes down what it tells.
fn read(
    connection: &Connection,
    placed: &Placed,
    text: &str,
    log: &EventLog,
    context: &mut Context,
    counts: &mut Counts,
    sql: &impl Fn(rusqlite::Error) -> Error,
) -> Result<(), Error> {
    let about = match &placed.added.parent {
        Some(parent) => match context.about.get(parent) {
            Some(about) => about.clone(),
            None => about(log, *parent)?,
        },
        None => None,
    };
    let tells =
        tell(connection, placed, text, about, context).map_err(sql)? || facts::puts_right(text);
    index(connection, placed.key, text, tells, counts).map_err(sql)
}

/// Reads a message that was forgotten once more.
pub(crate) fn read_again(
    connection: &Connection,
    message: &Message,
    log: &EventLog,
    sql: &impl Fn(rusqlite::Error) -> Error,
) -> Result<(), Error> {
    let placed: Option<(i64, i64)> = connection
        .query_row(
            "SELECT m.key, c.character FROM messages m JOIN segments s ON s.key = m.segment
             JOIN conversations c ON c.key = s.conversation WHERE m.id = ?1",
            [message.id.to_string()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()
        .map_err(sql)?;
    // What the log has and the memory has not is read with the rest of the log.
    let Some((key, own)) = placed else { return Ok(()) };
    let hears = match (message.role, &message.speaker) {
        (Role::Character, Some(speaker)) => {
            vec![character_key(connection, &speaker.character.0).map_err(sql)?]
        }
        (Role::Character, None) => vec![own],
        _ => heard_by(connection, key, own).map_err(sql)?,
    };
    let added = Added {
        id: message.id,
        parent: message.parent,
        role: message.role,
        at: message.created_at as i64,
    };
    crate::meaning::read_again(connection, key).map_err(sql)?;
    crate::summaries::erase(connection, key).map_err(sql)?;
    let mut counts = Counts::default();
    let text = without_tags(&message.text);
    let placed = Placed { key, hears, added };
    read(connection, &placed, &text, log, &mut Context::default(), &mut counts, sql)?;
    counts.write(connection).map_err(sql)
}

struct Added {
    id: MessageId,
    parent: Option<MessageId>,
    role: Role,
    at: i64,
}

pub(crate) fn character_key(connection: &Connection, id: &str) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("INSERT INTO characters (id) VALUES (?1) ON CONFLICT DO UPDATE SET id = id RETURNING key")?
        .query_row([id], |row| row.get(0))
}

/// Who is there beside the conversation's own character from now on.
fn invite(
    connection: &Connection,
    conversation: &str,
    guests: &[CharacterId],
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE guests SET here = 0 WHERE conversation = ?1")?
        .execute([conversation])?;
    for guest in guests {
        let guest = character_key(connection, &guest.0)?;
        connection
            .prepare_cached(
                "INSERT INTO guests VALUES (?1, ?2, 1) ON CONFLICT DO UPDATE SET here = 1",
            )?
            .execute((conversation, guest))?;
    }
    Ok(())
}

/// Writes down which guests hear a message; answers to whom it tells something.
fn hears(
    connection: &Connection,
    conversation: &str,
    message: i64,
    own: i64,
    role: Role,
    by: Option<&CharacterId>,
) -> rusqlite::Result<Vec<i64>> {
    connection
        .prepare_cached(
            "INSERT INTO heard SELECT character, ?2 FROM guests WHERE conversation = ?1 AND here = 1",
        )?
        .execute((conversation, message))?;
    match (role, by) {
        (Role::Character, Some(by)) => {
            let by = character_key(connection, &by.0)?;
            if by != own {
                // Whoever speaks hears it, though they may have been sent away while they did.
                connection
                    .prepare_cached("INSERT OR IGNORE INTO heard VALUES (?1, ?2)")?
                    .execute((by, message))?;
            }
            Ok(vec![by])
        }
        (Role::Character, None) => Ok(vec![own]),
        _ => heard_by(connection, message, own),
    }
}

/// The conversation's own character, and the guests who heard a message.
pub(crate) fn heard_by(
    connection: &Connection,
    message: i64,
    own: i64,
) -> rusqlite::Result<Vec<i64>> {
    let guests: Vec<i64> = connection
        .prepare_cached("SELECT character FROM heard WHERE message = ?1")?
        .query_map([message], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(std::iter::once(own).chain(guests).collect())
}

/// Gives a message its place in the tree; answers its key and its character. `None` where the conversation is unknown.
fn place(
    connection: &Connection,
    conversation: &str,
    added: &Added,
) -> rusqlite::Result<Option<(i64, i64)>> {
    let known: Option<(i64, i64)> = connection
        .prepare_cached("SELECT key, character FROM conversations WHERE id = ?1")?
        .query_row([conversation], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((conversation, character)) = known else { return Ok(None) };
    let parent: Option<(i64, i64)> = match added.parent {
        Some(parent) => connection
            .prepare_cached("SELECT segment, depth FROM messages WHERE id = ?1")?
            .query_row([parent.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?,
        None => None,
    };
    let grows = match parent {
        Some((segment, depth)) => {
            connection
                .prepare_cached(
                    "UPDATE segments SET depth = depth + 1 WHERE key = ?1 AND depth = ?2",
                )?
                .execute((segment, depth))?
                > 0
        }
        None => false,
    };
    let (segment, depth) = match parent {
        Some((segment, depth)) if grows => (segment, depth + 1),
        _ => {
            let depth = parent.map_or(0, |(_, depth)| depth + 1);
            connection
                .prepare_cached(
                    "INSERT INTO segments (conversation, parent, parent_depth, depth) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute((conversation, parent.map(|(segment, _)| segment), parent.map(|(_, depth)| depth), depth))?;
            (connection.last_insert_rowid(), depth)
        }
    };
    let role = match added.role {
        Role::User => USER,
        Role::Character => CHARACTER,
        Role::Narrator => 2,
    };
    connection
        .prepare_cached(
            "INSERT INTO messages (id, segment, depth, role, at, telling) VALUES (?1, ?2, ?3, ?4, ?5, 0)",
        )?
        .execute((added.id.to_string(), segment, depth, role, added.at))?;
    let key = connection.last_insert_rowid();
    if role == USER {
        connection
            .prepare_cached(
                "INSERT INTO visits VALUES (?1, ?2, 1, ?3, ?3, ?4, ?4, ?5) ON CONFLICT DO UPDATE SET
                 said = said + 1, last = ?3, from_at = min(from_at, ?4), to_at = max(to_at, ?4), last_depth = ?5",
            )?
            .execute((segment, added.at.div_euclid(DAY), key, added.at, depth))?;
    }
    connection
        .prepare_cached("UPDATE conversations SET leaf = ?1 WHERE key = ?2")?
        .execute((key, conversation))?;
    Ok(Some((key, character)))
}

/// The person wanted this message forgotten: it is not read again.
pub(crate) fn forgotten(connection: &Connection, message: MessageId) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT 1 FROM forgotten WHERE message = ?1")?
        .exists([message.to_string()])
}

/// Writes down what a message tells; answers whether it tells anything.
fn tell(
    connection: &Connection,
    placed: &Placed,
    text: &str,
    about: About,
    context: &mut Context,
) -> rusqlite::Result<bool> {
    let teller = match placed.added.role {
        Role::User => USER,
        Role::Character => CHARACTER,
        Role::Narrator => return Ok(false),
    };
    let statements = facts::read(text, attribute(&about));
    let (last, tells) =
        (statements.last().map(|statement| statement.attribute.clone()), !statements.is_empty());
    for statement in statements {
        for &character in &placed.hears {
            let fact = NewFact {
                message: placed.key,
                character,
                teller,
                attribute: &statement.attribute,
                value: &statement.value,
                negated: statement.negated,
                clause: &statement.clause,
                reader: 0,
            };
            insert_fact(connection, &fact)?;
        }
    }
    extraction::found_in(connection, placed.added.id, placed.key, &placed.hears)?;
    context.about.insert(placed.added.id, next_about(text, last, about));
    Ok(tells)
}

/// A row of `facts` to be.
pub(crate) struct NewFact<'a> {
    /// Key of its message; of its note with a minus before it.
    pub(crate) message: i64,
    pub(crate) character: i64,
    pub(crate) teller: i64,
    pub(crate) attribute: &'a Attribute,
    pub(crate) value: &'a str,
    pub(crate) negated: bool,
    pub(crate) clause: &'a str,
    /// The model that found it, 0 for a rule.
    pub(crate) reader: i64,
}

/// Writes a fact and its words; answers its key.
pub(crate) fn insert_fact(connection: &Connection, fact: &NewFact<'_>) -> rusqlite::Result<i64> {
    connection
        .prepare_cached(
            "INSERT INTO facts (message, character, teller, attribute, value, negated, clause, reader)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((
            fact.message,
            fact.character,
            fact.teller,
            &fact.attribute.0,
            fact.value,
            fact.negated,
            fact.clause,
            fact.reader,
        ))?;
    let key = connection.last_insert_rowid();
    index_fact(connection, key)?;
    Ok(key)
}

/// Writes the words by which a fact is found: its clause's, and any way to ask for its attribute.
pub(crate) fn index_fact(connection: &Connection, key: i64) -> rusqlite::Result<()> {
    let (attribute, clause): (String, String) = connection
        .prepare_cached("SELECT attribute, clause FROM facts WHERE key = ?1")?
        .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut terms = words::terms(&clause);
    terms.extend(words::terms(&attribute));
    let attribute = Attribute(attribute);
    for lang in [Lang::En, Lang::Zh, Lang::Ja] {
        terms.extend(attribute.words_in(lang).iter().flat_map(|word| words::terms(word)));
    }
    terms.sort_unstable();
    terms.dedup();
    connection.prepare_cached("DELETE FROM fact_words WHERE rowid = ?1")?.execute([key])?;
    connection
        .prepare_cached("INSERT INTO fact_words (rowid, words) VALUES (?1, ?2)")?
        .execute((key, terms.join(" ")))?;
    Ok(())
}

/// A message without `[joy]` and the like.
pub(crate) fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('[') {
        let inside = &rest[start + 1..];
        match inside.find(']') {
            Some(end)
                if end > 0
                    && end <= 24
                    && inside[..end].bytes().all(|b| b.is_ascii_lowercase() || b == b'_') =>
            {
                out.push_str(&rest[..start]);
                rest = &inside[end + 1..];
            }
            _ => {
                out.push_str(&rest[..=start]);
                rest = inside;
            }
        }
    }
    out.push_str(rest);
    out.trim().to_owned()
}
