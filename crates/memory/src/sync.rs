//! From the log to the index and the facts, a portion of records at a time, each portion one transaction.
//!
//! Branches are kept as *segments*: a run of messages without a fork. A message is on the path to a leaf exactly when its segment is
//! on the way up and its depth is not beyond the fork, so a search need not walk a conversation of a hundred thousand messages.

use std::collections::HashMap;
use std::path::Path;

use domain::{Lang, MessageId, Role};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use store::{Event, EventLog, Record};

use crate::facts::{self, Attribute};
use crate::Error;

/// Records read in one transaction.
const PORTION: u32 = 2_000;
/// For how many messages "it" still means what was talked about.
const REACH: u8 = 2;

/// What the messages just before were about, for "no, it's in June".
#[derive(Debug, Default)]
pub(crate) struct Context {
    about: HashMap<MessageId, (Attribute, u8)>,
}

/// Numbers of the roles in the tables.
pub(crate) const USER: i64 = 0;
pub(crate) const CHARACTER: i64 = 1;

/// Reads the next portion; answers how many records it had.
pub(crate) fn portion(
    connection: &mut Connection,
    log: &EventLog,
    context: &mut Context,
    path: &Path,
) -> Result<u64, Error> {
    let sql = |source| Error::Sqlite { path: path.to_owned(), source };
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql)?;
    let seq: i64 =
        transaction.query_row("SELECT seq FROM progress", [], |row| row.get(0)).map_err(sql)?;
    let records = log.records(seq, PORTION)?;
    let Some(last) = records.last() else { return Ok(0) };
    let mut counts = Counts::default();
    for record in &records {
        apply(&transaction, record, log, context, &mut counts, &sql)?;
    }
    counts.write(&transaction).map_err(sql)?;
    transaction.execute("UPDATE progress SET seq = ?1", [last.seq]).map_err(sql)?;
    transaction.commit().map_err(sql)?;
    context.about.retain(|id, _| Some(*id) == newest(&records));
    Ok(records.len() as u64)
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
        Event::MessageAdded { id, parent, role, text, .. } => {
            let added = Added { id: *id, parent: *parent, role: *role, at: record.at as i64 };
            let plain = without_tags(text);
            let key = place(connection, &conversation, &added).map_err(sql)?;
            let Some((key, character)) = key else { return Ok(()) };
            if forgotten(connection, *id).map_err(sql)? {
                return Ok(());
            }
            index(connection, key, &plain, counts).map_err(sql)?;
            let about = match parent {
                Some(parent) => match context.about.get(parent) {
                    Some(about) => Some(about.clone()),
                    None => facts::asked(&without_tags(&log.message(*parent)?.text))
                        .map(|attribute| (attribute, 0)),
                },
                None => None,
            };
            tell(connection, key, character, &added, &plain, about, context).map_err(sql)?;
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
        // Titles, and whatever later versions write down, are nothing to remember.
        _ => {}
    }
    Ok(())
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
    connection
        .prepare_cached("UPDATE conversations SET leaf = ?1 WHERE key = ?2")?
        .execute((key, conversation))?;
    Ok(Some((key, character)))
}

/// The person wanted something of this message forgotten: it is not read again.
fn forgotten(connection: &Connection, message: MessageId) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT 1 FROM decisions WHERE message = ?1 AND forgotten = 1")?
        .exists([message.to_string()])
}

fn index(
    connection: &Connection,
    key: i64,
    text: &str,
    counts: &mut Counts,
) -> rusqlite::Result<()> {
    let mut terms = words::terms(text);
    connection
        .prepare_cached("INSERT INTO texts (rowid, words) VALUES (?1, ?2)")?
        .execute((key, terms.join(" ")))?;
    terms.sort_unstable();
    terms.dedup();
    let telling = counts.add(connection, terms, key)?;
    connection
        .prepare_cached("UPDATE messages SET telling = ?1 WHERE key = ?2")?
        .execute((telling, key))?;
    Ok(())
}

/// In how many messages each term occurs: those of the tables, looked up once a portion, and what the portion adds.
#[derive(Default)]
struct Counts(HashMap<String, (i64, i64)>);

impl Counts {
    /// Counts the terms of message number `key`; answers how telling they are: their mean inverse document frequency, as a share
    /// of what it is for words never heard.
    fn add(
        &mut self,
        connection: &Connection,
        terms: Vec<String>,
        key: i64,
    ) -> rusqlite::Result<f64> {
        let mut look = connection.prepare_cached("SELECT messages FROM terms WHERE term = ?1")?;
        let all = (key as f64 + 1.0).ln().max(1.0);
        let (mut sum, number) = (0.0, terms.len().max(1) as f64);
        for term in terms {
            let known = if let Some(known) = self.0.get_mut(&term) {
                known
            } else {
                let before =
                    look.query_row([&term], |row| row.get(0)).optional()?.unwrap_or_default();
                self.0.entry(term).or_insert((before, 0))
            };
            sum += (all - ((known.0 + known.1) as f64 + 1.0).ln()) / all;
            known.1 += 1;
        }
        Ok((sum / number).clamp(0.0, 1.0))
    }

    fn write(self, connection: &Connection) -> rusqlite::Result<()> {
        let mut count = connection.prepare_cached(
            "INSERT INTO terms VALUES (?1, ?2) ON CONFLICT DO UPDATE SET messages = messages + ?2",
        )?;
        // In order, so that the tree is walked once.
        let mut counts: Vec<(String, i64)> =
            self.0.into_iter().map(|(term, (_, new))| (term, new)).collect();
        counts.sort_unstable();
        for (term, messages) in counts {
            count.execute((term, messages))?;
        }
        Ok(())
    }
}

/// Writes down what a message tells.
fn tell(
    connection: &Connection,
    key: i64,
    character: i64,
    added: &Added,
    text: &str,
    about: Option<(Attribute, u8)>,
    context: &mut Context,
) -> rusqlite::Result<()> {
    let teller = match added.role {
        Role::User => USER,
        Role::Character => CHARACTER,
        Role::Narrator => return Ok(()),
    };
    let statements = facts::read(text, about.as_ref().map(|(attribute, _)| attribute));
    let last = statements.last().map(|statement| statement.attribute.clone());
    for statement in statements {
        connection
            .prepare_cached(
                "INSERT INTO facts (message, character, teller, attribute, value, negated, clause)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute((
                key,
                character,
                teller,
                &statement.attribute.0,
                &statement.value,
                statement.negated,
                &statement.clause,
            ))?;
        let fact = connection.last_insert_rowid();
        let mut terms = words::terms(&statement.clause);
        terms.extend(words::terms(&statement.attribute.0));
        let lang = Lang::guess(&statement.clause, None);
        terms.extend(statement.attribute.words_in(lang).iter().flat_map(|word| words::terms(word)));
        terms.sort_unstable();
        terms.dedup();
        connection
            .prepare_cached("INSERT INTO fact_words (rowid, words) VALUES (?1, ?2)")?
            .execute((fact, terms.join(" ")))?;
    }
    let next = last.or_else(|| facts::asked(text)).map(|attribute| (attribute, 0)).or_else(|| {
        about.filter(|(_, age)| *age < REACH).map(|(attribute, age)| (attribute, age + 1))
    });
    if let Some(next) = next {
        context.about.insert(added.id, next);
    }
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
