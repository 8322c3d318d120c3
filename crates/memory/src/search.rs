//! Search over everything said: candidates from the full-text index, limited to what happened; [`crate::rank`] then reads them.

use std::collections::HashSet;

use domain::{Lang, MessageId, Millis};
use rusqlite::{Connection, OptionalExtension};
use store::EventLog;

use crate::happened::{Happened, Scope};
use crate::memory::Memory;
use crate::{Error, counts, facts, meaning, rank, sync};

/// A message that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The message.
    pub message: MessageId,
    /// Unix time in milliseconds.
    pub at: Millis,
    /// The person said it (else the character).
    pub by_user: bool,
    /// What was said, without tags.
    pub text: String,
    /// Larger is better; to be compared within one search alone.
    pub score: f64,
    /// The words of the question that are in it.
    pub because: Vec<String>,
    /// How near it is to the question in meaning (cosine), where an encoder found it.
    pub near: Option<f32>,
    /// Order in which messages were written.
    pub(crate) key: i64,
    /// It puts something right that was said before.
    pub(crate) puts_right: bool,
}

/// A message that may answer.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) message: MessageId,
    pub(crate) at: Millis,
    pub(crate) by_user: bool,
    /// Order in which messages were written.
    pub(crate) key: i64,
}

/// As many messages as the words of an either-or question may occur in altogether: what is commoner says nothing, and costs time.
const MOST_OCCURRENCES: i64 = 4_000;
/// The same for words that only narrow something else down.
const MOST_NARROWING: i64 = 60_000;
/// At most so many words are looked for.
const MOST_TERMS: usize = 12;
/// Messages that one stage may add, and all of them.
const OF_ONE_STAGE: usize = 60;
const CANDIDATES: usize = 120;
/// Terms with which people speak of themselves; in Japanese with the particle, as pairs of characters are.
const FIRST_PERSON: [&str; 15] = [
    "i", "my", "im", "we", "我", "我的", "我家", "私は", "私の", "僕は", "僕の", "俺は", "俺の",
    "うち", "ちの",
];
/// Messages near in meaning that are looked at.
pub(crate) const NEAR: usize = 24;

impl Memory {
    /// The messages that answer a question best, the best first.
    pub fn search(
        &self,
        scope: &Scope,
        question: &str,
        limit: usize,
        log: &EventLog,
    ) -> Result<Vec<Hit>, Error> {
        self.search_near(scope, question, None, limit, log)
    }

    /// The same, where `meaning` is the question's vector by the encoder of [`Memory::read_meaning`].
    pub fn search_near(
        &self,
        scope: &Scope,
        question: &str,
        meaning: Option<&[f32]>,
        limit: usize,
        log: &EventLog,
    ) -> Result<Vec<Hit>, Error> {
        let connection = self.lock();
        let sql = |source| self.failed(source);
        // Hundreds of short questions follow: one look at the file for all of them.
        let _reading = connection.unchecked_transaction().map_err(sql)?;
        let Some(character) = character(&connection, scope).map_err(sql)? else {
            return Ok(Vec::new());
        };
        let happened = Happened::of(&connection, character, scope).map_err(sql)?;
        let question = Question::read(&connection, question).map_err(sql)?;
        let nothing = HashSet::new();
        let mut hits = self.hits(&connection, &happened, (&question, meaning), &nothing, log)?;
        hits.truncate(limit);
        Ok(hits)
    }

    /// What was said about a question, by its words and by its meaning, the best first; but for what is `visible` anyway.
    pub(crate) fn hits(
        &self,
        connection: &Connection,
        happened: &Happened,
        (question, meaning): (&Question, Option<&[f32]>),
        visible: &HashSet<MessageId>,
        log: &EventLog,
    ) -> Result<Vec<Hit>, Error> {
        let sql = |source| self.failed(source);
        let by_words = || -> Result<Vec<Hit>, Error> {
            let mut found = candidates(connection, happened, question).map_err(sql)?;
            found.retain(|one| !visible.contains(&one.message));
            rank::read(connection, question, found, log, &sql)
        };
        let Some(meaning) = meaning else { return by_words() };
        // The signs are in memory and the words on the disk: neither waits for the other.
        let (nearest, hits) = vectors::beside(|| self.nearest(happened, meaning), by_words);
        let mut near =
            meaning::weighed(connection, happened, meaning, &nearest, NEAR).map_err(sql)?;
        near.retain(|one| !visible.contains(&one.candidate.message));
        rank::with_near(connection, question, hits?, near, log, &sql)
    }
}

pub(crate) fn character(connection: &Connection, scope: &Scope) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT key FROM characters WHERE id = ?1")?
        .query_row([&scope.character.0], |row| row.get(0))
        .optional()
}

/// What is looked for: the words that name something, and those that say what is asked of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Question {
    /// `kirsten`, `lighthouse`, the rarest first, each with how much it says (0 to 1).
    pub(crate) core: Vec<(String, f64)>,
    /// `job`, `work`, `for a living`: any way to say it, as terms.
    pub(crate) about: Vec<Vec<String>>,
    /// The attribute that `about` is.
    pub(crate) asked: Option<facts::Attribute>,
    /// It is about whoever asks ("where do I live?").
    pub(crate) mine: bool,
    /// As it was asked, in small letters.
    pub(crate) written: String,
    /// Core terms that are rare enough to be looked for each by itself.
    rare: usize,
    /// Messages there are.
    pub(crate) messages: i64,
}

impl Question {
    /// The words of a question that are known at all.
    pub(crate) fn read(connection: &Connection, question: &str) -> rusqlite::Result<Self> {
        let messages: i64 = connection
            .prepare_cached("SELECT coalesce(max(key), 0) FROM messages")?
            .query_row([], |row| row.get(0))?;
        // What is asked about may have been said in other words: "job" for "living".
        let asked = facts::asked(question);
        let ways: &[&str] =
            asked.as_ref().map_or(&[], |attribute| attribute.words_in(Lang::guess(question, None)));
        let rest = words::without(question, ways);
        // "Where do I live?" names nothing but what it asks for: then its small words are no names either.
        let core = if asked.is_some() { words::naming(&rest) } else { words::telling(&rest) };
        let about = ways.iter().map(|way| words::terms(way)).collect();
        let mine = facts::is_about_oneself(question);
        let written = question.to_lowercase();
        let mut this = Self { core: Vec::new(), about, asked, mine, written, rare: 0, messages };
        let counted = counted(connection, core)?;
        let mut sum = 0;
        for (place, (count, term)) in counted.into_iter().enumerate().take(MOST_TERMS) {
            sum += count;
            if place == 0 || sum <= MOST_OCCURRENCES {
                this.rare = place + 1;
            }
            this.core.push((term, this.weight(count)));
        }
        Ok(this)
    }

    /// How much a term says that occurs in so many messages: 1 for one that was never heard, about 0 for one of every message.
    pub(crate) fn weight(&self, count: i64) -> f64 {
        let all = (self.messages as f64 + 2.0).ln();
        ((all - (count as f64 + 1.0).ln()) / all).clamp(0.01, 1.0)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.core.is_empty() && self.about.is_empty()
    }

    /// Questions for the full-text index, the stricter first.
    fn stages(&self, connection: &Connection) -> rusqlite::Result<Vec<String>> {
        // Terms hold no quotation marks: `words` lets letters and digits through.
        let joined = |terms: &[&str], by: &str| {
            let terms: Vec<String> = terms.iter().map(|term| format!("\"{term}\"")).collect();
            format!("({})", terms.join(by))
        };
        let core: Vec<&str> = self.core.iter().map(|(term, _)| term.as_str()).collect();
        let rare = &core[..self.rare.min(core.len())];
        let most = if core.is_empty() { MOST_OCCURRENCES } else { MOST_NARROWING };
        let about = narrowing(connection, &self.about, most)?;
        let about: Option<String> = (!about.is_empty()).then(|| {
            let ways: Vec<String> = about
                .iter()
                .map(|way| joined(&way.iter().map(String::as_str).collect::<Vec<_>>(), " AND "))
                .collect();
            format!("({})", ways.join(" OR "))
        });
        let tells = format!("\"{}\"", counts::TELLS);
        let mut stages = Vec::new();
        // What somebody asks of themselves they have mostly said of themselves.
        let said_of_oneself = self.mine.then(|| joined(&FIRST_PERSON, " OR "));
        if core.is_empty() {
            if let Some(about) = about {
                if let Some(oneself) = &said_of_oneself {
                    stages.push(format!("({about} AND {tells} AND {oneself})"));
                    stages.push(format!("({about} AND {oneself})"));
                }
                stages.push(format!("({about} AND {tells})"));
                stages.push(about);
            }
            return Ok(stages);
        }
        let narrowed = |stages: &mut Vec<String>, found: &str| {
            if let Some(about) = &about {
                stages.push(format!("({found} AND {about})"));
            }
            stages.push(format!("({found} AND {tells})"));
        };
        let all = joined(&core, " AND ");
        if let Some(oneself) = &said_of_oneself {
            stages.push(format!("({all} AND {tells} AND {oneself})"));
        }
        narrowed(&mut stages, &all);
        stages.push(all);
        if core.len() > 3 {
            narrowed(&mut stages, &joined(&core[..3], " AND "));
        }
        if core.len() > 2 {
            narrowed(&mut stages, &joined(&core[..2], " AND "));
        }
        if core.len() > 1 {
            narrowed(&mut stages, &joined(rare, " OR "));
            stages.push(joined(rare, " OR "));
        }
        Ok(stages)
    }
}

/// The number of messages of each term that occurs, the rarest first.
fn counted(
    connection: &Connection,
    mut terms: Vec<String>,
) -> rusqlite::Result<Vec<(i64, String)>> {
    terms.sort_unstable();
    terms.dedup();
    terms.truncate(512);
    let mut counted = Vec::with_capacity(terms.len());
    for term in terms {
        let messages = occurrences(connection, &term)?;
        // A note or a summary may hold a word that nobody said.
        if messages > 0 || is_written(connection, &term)? {
            counted.push((messages.max(1), term));
        }
    }
    counted.sort_unstable();
    Ok(counted)
}

fn is_written(connection: &Connection, term: &str) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM fact_words WHERE fact_words MATCH ?1)
               OR EXISTS (SELECT 1 FROM summary_words WHERE summary_words MATCH ?1)",
        )?
        .query_row([format!("\"{term}\"")], |row| row.get(0))
}

pub(crate) fn occurrences(connection: &Connection, term: &str) -> rusqlite::Result<i64> {
    Ok(connection
        .prepare_cached("SELECT messages FROM terms WHERE term = ?1")?
        .query_row([term], |row| row.get(0))
        .optional()?
        .unwrap_or_default())
}

/// Of the ways to say something those that occur, the rarer first, as long as they are not everywhere.
fn narrowing(
    connection: &Connection,
    ways: &[Vec<String>],
    most: i64,
) -> rusqlite::Result<Vec<Vec<String>>> {
    let mut counted = Vec::new();
    for way in ways {
        let mut least = i64::MAX;
        for term in way {
            least = least.min(occurrences(connection, term)?);
        }
        if !way.is_empty() && least > 0 {
            counted.push((least, way.clone()));
        }
    }
    counted.sort();
    counted.dedup();
    let mut sum = 0;
    let kept = counted.into_iter().take_while(|(least, _)| {
        sum += least;
        sum <= most
    });
    Ok(kept.map(|(_, way)| way).collect())
}

/// Messages that may answer, the newest of each stage first.
pub(crate) fn candidates(
    connection: &Connection,
    happened: &Happened,
    question: &Question,
) -> rusqlite::Result<Vec<Candidate>> {
    let mut found: Vec<Candidate> = Vec::new();
    let mut seen = HashSet::new();
    let mut query = connection.prepare_cached(
        "SELECT m.id, m.segment, m.depth, m.role, m.at, m.key
         FROM (SELECT rowid FROM texts WHERE texts MATCH ?1 AND rowid < ?3 ORDER BY rowid DESC LIMIT ?2) AS found
         JOIN messages m ON m.key = found.rowid ORDER BY m.key DESC",
    )?;
    for matching in question.stages(connection)? {
        let mut below = i64::MAX;
        // Most of what is found happened; where other branches or characters fill the first page, the next one is looked at.
        for _page in 0..5 {
            let mut rows = query.query((&matching, OF_ONE_STAGE as i64, below))?;
            let (mut read, mut happened_here) = (0, false);
            while let Some(row) = rows.next()? {
                read += 1;
                let key: i64 = row.get(5)?;
                below = key;
                if !happened.has(row.get(1)?, row.get(2)?) {
                    continue;
                }
                happened_here = true;
                // A stricter stage may have found it.
                if seen.insert(key) {
                    found.push(Candidate {
                        message: message_id(row, 0)?,
                        at: row.get::<_, i64>(4)?.max(0) as Millis,
                        by_user: row.get::<_, i64>(3)? == sync::USER,
                        key,
                    });
                }
            }
            if read < OF_ONE_STAGE || happened_here {
                break;
            }
        }
        if found.len() >= CANDIDATES {
            found.truncate(CANDIDATES);
            break;
        }
    }
    Ok(found)
}

/// The messages of what happened that hold all of some terms, the newest first.
pub(crate) fn holding(
    connection: &Connection,
    happened: &Happened,
    terms: &[String],
    most: usize,
) -> rusqlite::Result<Vec<MessageId>> {
    let terms: Vec<String> = terms.iter().map(|term| format!("\"{term}\"")).collect();
    let mut query = connection.prepare_cached(
        "SELECT m.id, m.segment, m.depth FROM (SELECT rowid FROM texts WHERE texts MATCH ?1 ORDER BY rowid DESC) AS found
         JOIN messages m ON m.key = found.rowid ORDER BY m.key DESC",
    )?;
    let mut rows = query.query([terms.join(" AND ")])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if found.len() >= most {
            break;
        }
        if happened.has(row.get(1)?, row.get(2)?) {
            found.push(message_id(row, 0)?);
        }
    }
    Ok(found)
}

pub(crate) fn message_id(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<MessageId> {
    let id: Option<MessageId> = parsed(row, column)?;
    id.ok_or(rusqlite::Error::InvalidColumnType(
        column,
        "id".to_owned(),
        rusqlite::types::Type::Null,
    ))
}

/// An id in a column that may be empty.
pub(crate) fn parsed<T>(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Option<T>>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text: Option<String> = row.get(column)?;
    text.map(|text| {
        text.parse().map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(
                column,
                rusqlite::types::Type::Text,
                Box::new(error),
            )
        })
    })
    .transpose()
}
