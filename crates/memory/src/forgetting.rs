//! Forgetting is a deletion: the fact, the words of the message that told it, and what the person had decided about it leave the
//! file, not only the view. The message itself stays in the conversation, which is why it can be undone: it is read again.

mod topic;

use std::collections::HashSet;

use domain::{CharacterId, Message, MessageId, Role};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use store::EventLog;

use crate::extraction::Found;
use crate::facts::Attribute;
use crate::happened::{Happened, Scope};
use crate::knows::{self, Told};
use crate::memory::Memory;
use crate::notes::{self, Note, NoteOf, Origin};
use crate::retold::{self, ByHand};
use crate::search::character;
use crate::wishes::{self, Wish};
use crate::{Error, counts, decided, extraction, facts, meaning, search, summaries, sync};
use topic::Topic;

/// How far back "that" can lie: lines of the person before the one that asks.
const REACH: usize = 3;
/// Messages that one order can make forgotten.
const MOST: usize = 2_000;

/// What became of "forget that", said in the talk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heeded {
    /// What was to be forgotten, in the person's words; `None` for "that".
    pub topic: Option<String>,
    /// Messages and notes that are forgotten, the order itself not counted.
    pub messages: usize,
    /// The way back.
    pub forgotten: Forgotten,
}

/// What was forgotten, for [`Memory::remember_again`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forgotten {
    character: CharacterId,
    /// Messages that are not read any more.
    messages: Vec<MessageId>,
    /// Notes that were deleted.
    notes: Vec<Deleted>,
    /// Facts that the same messages told, and that are notes now: their ids, which hold through a rebuild.
    kept: Vec<String>,
    /// What had been decided by hand about the messages' facts.
    decisions: Vec<Decision>,
    /// What language models had found in the messages.
    found: Vec<Found>,
    /// What the person had written about the scenes that they are in.
    by_hand: Vec<ByHand>,
}

/// A note that was deleted, with all that it was.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Deleted {
    id: String,
    /// The conversation that it was told in, where that was removed.
    source: Option<String>,
    /// The model that had found it there.
    finder: Option<String>,
    note: Note,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Decision {
    message: MessageId,
    attribute: String,
    said: String,
    pinned: bool,
    value: Option<String>,
}

/// What becomes of what the messages told beside what is to be forgotten.
#[derive(Clone, Copy)]
enum Others<'a> {
    /// It goes with them.
    Go,
    /// It becomes notes of those who heard it, but for what is of this topic.
    Stay(Option<&'a Topic>),
}

/// A fact of a message that goes.
pub(crate) struct Row {
    key: i64,
    negated: bool,
    /// Whose it is: among several each has a row of her own.
    hearer: CharacterId,
    /// The value as it was said; that of the note may have been put right.
    said: String,
    clause: String,
    /// The model that had found it, unless the person pinned it or put it right.
    finder: Option<String>,
    note: Note,
}

impl Row {
    fn says_what(&self, other: &Self) -> bool {
        self.note.attribute == other.note.attribute
            && self.note.of_user == other.note.of_user
            && self.said == other.said
    }
}

impl Forgotten {
    /// How many messages are not read any more.
    pub fn messages(&self) -> usize {
        self.messages.len()
    }
}

impl Memory {
    /// Forgets a fact: every message and note that told it, the older values that it replaced included. What else the same messages
    /// told stays known.
    pub fn forget(&self, scope: &Scope, fact: i64, log: &EventLog) -> Result<Forgotten, Error> {
        let chain = {
            let connection = self.lock();
            let find = || -> rusqlite::Result<Option<Vec<Told>>> {
                let Some(character) = character(&connection, scope)? else { return Ok(None) };
                let happened = Happened::of(&connection, character, scope)?;
                knows::chain(&connection, character, &happened, fact)
            };
            find().map_err(|source| self.failed(source))?
        };
        let Some(chain) = chain else { return Err(Error::Unknown(fact)) };
        let keys: Vec<i64> = chain.iter().map(|told| told.key).collect();
        let mut messages: Vec<MessageId> =
            chain.iter().filter_map(|told| told.fact.message).collect();
        messages.dedup();
        let notes: Vec<&Told> = chain.iter().filter(|told| told.fact.message.is_none()).collect();
        self.erase(scope, &messages, &notes, &keys, Others::Stay(None), log)
    }

    /// Forgets a message: it is neither found nor recalled, and tells nothing any more.
    pub fn forget_message(
        &self,
        scope: &Scope,
        message: MessageId,
        log: &EventLog,
    ) -> Result<Forgotten, Error> {
        self.erase(scope, &[message], &[], &[], Others::Go, log)
    }

    /// Follows the last line of a talk where it is an order to forget something ("forget that", 忘了我说的关于小雨的事): what was said
    /// about it is forgotten, and so is the order, which names it. Each order is followed once, whatever becomes of it afterwards.
    /// `None` where the line is none, or was followed before.
    ///
    /// `path` is the conversation up to that line, the oldest first.
    pub fn heed(
        &self,
        scope: &Scope,
        path: &[Message],
        log: &EventLog,
    ) -> Result<Option<Heeded>, Error> {
        let Some((order, before)) = path.split_last().filter(|(last, _)| last.role == Role::User)
        else {
            return Ok(None);
        };
        let Some(wish) = wishes::wish(&sync::without_tags(&order.text)) else { return Ok(None) };
        let id = order.id.to_string();
        let known = {
            let connection = self.lock();
            // A line that is only being guessed at is not in the log, and nothing is forgotten for it.
            let known = "SELECT EXISTS (SELECT 1 FROM messages WHERE id = ?1) AND NOT EXISTS (SELECT 1 FROM heeded WHERE message = ?1)";
            connection
                .query_row(known, [&id], |row| row.get::<_, bool>(0))
                .map_err(|source| self.failed(source))?
        };
        if !known {
            return Ok(None);
        }
        let (topic, mut messages, told) = match wish {
            Wish::That => (None, self.said_just_now(before)?, Vec::new()),
            Wish::About(words) => {
                let topic = Topic::of(&words, facts::asked(&words));
                let (messages, told) = self.said_about(scope, &topic)?;
                (Some((words, topic)), messages, told)
            }
        };
        let others = topic.as_ref().map_or(Others::Go, |(_, topic)| Others::Stay(Some(topic)));
        let keys: Vec<i64> = told.iter().map(|told| told.key).collect();
        let notes: Vec<&Told> = told.iter().filter(|told| told.fact.message.is_none()).collect();
        messages.retain(|message| *message != order.id);
        let count = messages.len() + notes.len();
        messages.push(order.id);
        let forgotten = self.erase(scope, &messages, &notes, &keys, others, log)?;
        self.deciding(log, |connection| {
            connection.execute("INSERT OR IGNORE INTO heeded VALUES (?1)", [&id])
        })?;
        let topic = topic.map(|(words, _)| words);
        Ok(Some(Heeded { topic, messages: count, forgotten }))
    }

    /// The messages that the person wanted forgotten.
    pub fn forgotten(&self) -> Result<HashSet<MessageId>, Error> {
        let connection = self.lock();
        all_forgotten(&connection).map_err(|source| self.failed(source))
    }

    /// What "that" means at the end of a talk: the last line of the person that told something, or the last one at all, and all that
    /// was said since.
    fn said_just_now(&self, before: &[Message]) -> Result<Vec<MessageId>, Error> {
        let own: Vec<usize> = (0..before.len())
            .rev()
            .filter(|&at| before[at].role == Role::User)
            .take(REACH)
            .collect();
        let connection = self.lock();
        let mut tells = connection
            .prepare_cached(
                "SELECT 1 FROM facts f JOIN messages m ON m.key = f.message WHERE m.id = ?1",
            )
            .map_err(|source| self.failed(source))?;
        let mut from = own.first().copied();
        for &at in &own {
            if tells.exists([before[at].id.to_string()]).map_err(|source| self.failed(source))? {
                from = Some(at);
                break;
            }
        }
        Ok(from.map_or_else(Vec::new, |from| before[from..].iter().map(|one| one.id).collect()))
    }

    /// The messages of what happened that hold every telling word of a topic, and the facts that are about it.
    fn said_about(
        &self,
        scope: &Scope,
        topic: &Topic,
    ) -> Result<(Vec<MessageId>, Vec<Told>), Error> {
        let connection = self.lock();
        let look = || -> rusqlite::Result<(Vec<MessageId>, Vec<Told>)> {
            let Some(character) = character(&connection, scope)? else {
                return Ok(Default::default());
            };
            let happened = Happened::of(&connection, character, scope)?;
            let mut told = Vec::new();
            for holds in knows::all(&connection, character, &happened)? {
                if topic.is_of(&holds) {
                    told.extend(knows::chain_of(&connection, holds)?);
                }
            }
            // What was put right or taken back holds no longer, and is about it all the same.
            let known: HashSet<i64> = told.iter().map(|told| told.key).collect();
            let ever = knows::ever(&connection, character, &happened)?;
            told.extend(
                ever.into_iter().filter(|told| !known.contains(&told.key) && topic.is_of(told)),
            );
            let mut messages: Vec<MessageId> =
                told.iter().filter_map(|told| told.fact.message).collect();
            if !topic.words.is_empty() {
                messages.extend(search::holding(&connection, &happened, &topic.words, MOST)?);
            }
            let mut seen = HashSet::new();
            messages.retain(|message| seen.insert(*message));
            Ok((messages, told))
        };
        look().map_err(|source| self.failed(source))
    }

    /// Takes a [`Memory::forget`] back: the messages are read from the log again.
    pub fn remember_again(&self, forgotten: &Forgotten, log: &EventLog) -> Result<(), Error> {
        let mut connection = self.lock();
        let sql = |source| self.failed(source);
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql)?;
        for id in &forgotten.kept {
            notes::remove(&transaction, id).map_err(sql)?;
        }
        for one in &forgotten.decisions {
            transaction
                .execute(
                    "INSERT OR REPLACE INTO decisions (message, attribute, said, pinned, value) VALUES (?1, ?2, ?3, ?4, ?5)",
                    (one.message.to_string(), &one.attribute, &one.said, one.pinned, &one.value),
                )
                .map_err(sql)?;
        }
        extraction::restore(&transaction, &forgotten.found).map_err(sql)?;
        for message in &forgotten.messages {
            transaction
                .execute("DELETE FROM forgotten WHERE message = ?1", [message.to_string()])
                .map_err(sql)?;
            let message = log.message(*message)?;
            sync::read_again(&transaction, &message, log, &sql)?;
        }
        for Deleted { id, source, finder, note } in &forgotten.notes {
            // Where that conversation came out of the trash since, it tells it itself.
            let told = "SELECT 1 FROM conversations WHERE id = ?1 AND removed = 0";
            let told = transaction
                .prepare_cached(told)
                .and_then(|mut query| query.exists([source]))
                .map_err(sql)?;
            if !told {
                let origin = Origin { source: source.as_deref(), finder: finder.as_deref() };
                let whose = &forgotten.character.0;
                notes::insert_as(&transaction, id, whose, note, origin).map_err(sql)?;
            }
        }
        for one in &forgotten.by_hand {
            retold::restore(&transaction, one).map_err(sql)?;
        }
        decided::settle(&transaction, log, self.file())?;
        transaction.commit().map_err(sql)
    }

    fn erase(
        &self,
        scope: &Scope,
        messages: &[MessageId],
        told_by_notes: &[&Told],
        facts: &[i64],
        others: Others<'_>,
        log: &EventLog,
    ) -> Result<Forgotten, Error> {
        let mut forgotten = Forgotten {
            character: scope.character.clone(),
            messages: messages.to_vec(),
            notes: Vec::new(),
            kept: Vec::new(),
            decisions: Vec::new(),
            found: Vec::new(),
            by_hand: Vec::new(),
        };
        let texts: Vec<String> = messages
            .iter()
            .map(|message| log.message(*message).map(|message| sync::without_tags(&message.text)))
            .collect::<Result<_, _>>()?;
        self.drop_set_aside()?;
        self.deciding(log, |connection| {
            for told in told_by_notes {
                if let Some(NoteOf { id, source, finder }) = notes::origin(connection, told.key)? {
                    let note = Note {
                        attribute: told.fact.attribute.clone(),
                        value: told.fact.value.clone(),
                        of_user: told.fact.of_user,
                        at: told.fact.at,
                        pinned: told.fact.pinned,
                    };
                    forgotten.notes.push(Deleted { id, source, finder, note });
                }
                delete_fact(connection, told.key)?;
            }
            retold::give_up_waiting(connection)?;
            for message in messages {
                let by_hand = retold::by_hand(connection, *message)?;
                let new = |one: &ByHand| !forgotten.by_hand.contains(one);
                let by_hand: Vec<ByHand> = by_hand.into_iter().filter(new).collect();
                forgotten.by_hand.extend(by_hand);
            }
            let mut beside: Vec<Row> = Vec::new();
            for (message, text) in messages.iter().zip(&texts) {
                forgotten.decisions.extend(decisions(connection, *message)?);
                forgotten.found.extend(extraction::erase(connection, *message)?);
                beside.extend(erase_message(connection, *message, text, facts)?);
            }
            if let Others::Stay(topic) = others {
                beside.retain(|row| topic.is_none_or(|topic| !topic.is_of_row(row)));
                for row in &beside {
                    let origin = Origin { source: None, finder: row.finder.as_deref() };
                    let kept = notes::insert(connection, &row.hearer, &row.note, origin)?;
                    forgotten.kept.extend(notes::origin(connection, kept)?.map(|note| note.id));
                }
            }
            Ok(())
        })?;
        wipe(&self.lock()).map_err(|source| self.failed(source))?;
        Ok(forgotten)
    }
}

/// Takes what was deleted out of the file: the indexes only mark it until their parts are merged, and the journal holds the pages as
/// they were.
pub(crate) fn wipe(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "INSERT INTO texts (texts) VALUES ('optimize'); INSERT INTO fact_words (fact_words) VALUES ('optimize');
         INSERT INTO summary_words (summary_words) VALUES ('optimize');",
    )?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

/// The messages that the person wanted forgotten.
pub(crate) fn all_forgotten(connection: &Connection) -> rusqlite::Result<HashSet<MessageId>> {
    connection
        .prepare_cached("SELECT message FROM forgotten")?
        .query_map([], |row| search::message_id(row, 0))?
        .collect()
}

fn decisions(connection: &Connection, message: MessageId) -> rusqlite::Result<Vec<Decision>> {
    connection
        .prepare_cached("SELECT attribute, said, pinned, value FROM decisions WHERE message = ?1")?
        .query_map([message.to_string()], |row| {
            Ok(Decision {
                message,
                attribute: row.get(0)?,
                said: row.get(1)?,
                pinned: row.get(2)?,
                value: row.get(3)?,
            })
        })?
        .collect()
}

/// Deletes what was read from a message; answers what it told beside `facts`, to each who heard it.
pub(crate) fn erase_message(
    connection: &Connection,
    message: MessageId,
    text: &str,
    facts: &[i64],
) -> rusqlite::Result<Vec<Row>> {
    let id = message.to_string();
    connection.execute("INSERT OR IGNORE INTO forgotten VALUES (?1)", [&id])?;
    extraction::erase(connection, message)?;
    let key: Option<i64> = connection
        .query_row("SELECT key FROM messages WHERE id = ?1", [&id], |row| row.get(0))
        .optional()?;
    let Some(key) = key else { return Ok(Vec::new()) };
    let mut told: Vec<Row> = connection
        .prepare_cached(
            "SELECT f.key, f.negated, f.attribute, coalesce(d.value, f.value), f.teller, m.at, coalesce(d.pinned, 0), c.id, f.value, f.clause
             FROM facts f JOIN messages m ON m.key = f.message JOIN characters c ON c.key = f.character
             LEFT JOIN decisions d ON d.message = m.id AND d.attribute = f.attribute AND d.said = f.value
             WHERE f.message = ?1",
        )?
        .query_map([key], |row| {
            let note = Note {
                attribute: Attribute(row.get(2)?),
                value: row.get(3)?,
                of_user: row.get::<_, i64>(4)? == sync::USER,
                at: row.get::<_, i64>(5)?.max(0) as u64,
                pinned: row.get(6)?,
            };
            Ok(Row {
                key: row.get(0)?,
                negated: row.get(1)?,
                hearer: CharacterId(row.get(7)?),
                said: row.get(8)?,
                clause: row.get(9)?,
                finder: None,
                note,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    for row in &mut told {
        row.finder = extraction::finder_of(connection, row.key)?;
        connection.execute("DELETE FROM fact_words WHERE rowid = ?1", [row.key])?;
    }
    connection.execute("DELETE FROM facts WHERE message = ?1", [key])?;
    connection.execute("DELETE FROM decisions WHERE message = ?1", [&id])?;
    meaning::erase(connection, key)?;
    summaries::erase(connection, key)?;
    if connection.execute("DELETE FROM texts WHERE rowid = ?1", [key])? > 0 {
        counts::uncount(connection, text)?;
    }
    let (gone, others): (Vec<Row>, Vec<Row>) =
        told.into_iter().partition(|row| facts.contains(&row.key));
    // What one of them is to forget does not live on as what another heard.
    let lives = |row: &Row| !row.negated && !gone.iter().any(|other| other.says_what(row));
    Ok(others.into_iter().filter(lives).collect())
}

/// Deletes a fact that is a note.
fn delete_fact(connection: &Connection, fact: i64) -> rusqlite::Result<()> {
    connection.execute(
        "DELETE FROM notes WHERE key = (SELECT -message FROM facts WHERE key = ?1)",
        [fact],
    )?;
    connection.execute("DELETE FROM fact_words WHERE rowid = ?1", [fact])?;
    connection.execute("DELETE FROM facts WHERE key = ?1", [fact])?;
    Ok(())
}
