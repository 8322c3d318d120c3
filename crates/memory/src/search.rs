//! Search over everything said: full text, ranked by BM25, limited to what happened.

use domain::{MessageId, Millis};
use rusqlite::{Connection, OptionalExtension};

use crate::happened::{Happened, Scope};
use crate::memory::Memory;
use crate::{Error, sync, words};

/// A message that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The message; its text is in the log.
    pub message: MessageId,
    /// Unix time in milliseconds.
    pub at: Millis,
    /// The person said it (else the character).
    pub by_user: bool,
    /// BM25, larger is better; to be compared within one search alone.
    pub score: f64,
    /// The words of the question that were looked for.
    pub because: Vec<String>,
}

/// As many messages as the words of one question may occur in altogether: what is commoner says nothing, and costs time.
const MOST_OCCURRENCES: i64 = 20_000;
/// At most so many words are looked for.
const MOST_TERMS: usize = 12;

impl Memory {
    /// The messages that answer a question best, the best first.
    pub fn search(&self, scope: &Scope, question: &str, limit: usize) -> Result<Vec<Hit>, Error> {
        let connection = self.lock();
        let sql = |source| self.failed(source);
        let Some(character) = character(&connection, scope).map_err(sql)? else {
            return Ok(Vec::new());
        };
        let happened = Happened::of(&connection, character, scope).map_err(sql)?;
        let terms = telling_terms(&connection, question).map_err(sql)?;
        messages(&connection, character, &happened, &terms, limit).map_err(sql)
    }
}

pub(crate) fn character(connection: &Connection, scope: &Scope) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT key FROM characters WHERE id = ?1")?
        .query_row([&scope.character.0], |row| row.get(0))
        .optional()
}

/// The words of a question that say most: the rarest first, as long as they are few.
pub(crate) fn telling_terms(
    connection: &Connection,
    question: &str,
) -> rusqlite::Result<Vec<String>> {
    let mut terms = words::terms(question);
    terms.sort_unstable();
    terms.dedup();
    terms.truncate(512);
    let mut count = connection.prepare_cached("SELECT messages FROM terms WHERE term = ?1")?;
    let mut counted = Vec::with_capacity(terms.len());
    for term in terms {
        if let Some(messages) = count.query_row([&term], |row| row.get::<_, i64>(0)).optional()? {
            counted.push((messages, term));
        }
    }
    counted.sort_unstable();
    let mut sum = 0;
    let kept = counted.into_iter().enumerate().take_while(|(place, (messages, _))| {
        sum += messages;
        *place == 0 || (*place < MOST_TERMS && sum <= MOST_OCCURRENCES)
    });
    Ok(kept.map(|(_, (_, term))| term).collect())
}

/// The question for the full-text index.
pub(crate) fn matching(character: i64, terms: &[String]) -> String {
    // Terms hold no quotation marks: `words` lets letters and digits through.
    let any: Vec<String> = terms.iter().map(|term| format!("\"{term}\"")).collect();
    format!("who : \"{}\" AND words : ({})", sync::who(character), any.join(" OR "))
}

pub(crate) fn messages(
    connection: &Connection,
    character: i64,
    happened: &Happened,
    terms: &[String],
    limit: usize,
) -> rusqlite::Result<Vec<Hit>> {
    if terms.is_empty() || limit == 0 {
        return Ok(Vec::new());
    }
    let matching = matching(character, terms);
    let mut hits = Vec::new();
    let mut query = connection.prepare_cached(
        "SELECT m.id, m.segment, m.depth, m.role, m.at, found.rank
         FROM (SELECT rowid, bm25(texts, 0.0, 1.0) AS rank FROM texts WHERE texts MATCH ?1 ORDER BY rank LIMIT ?2 OFFSET ?3) AS found
         JOIN messages m ON m.key = found.rowid ORDER BY found.rank",
    )?;
    // Most of what is found happened; where other branches fill the first page, the next ones are looked at.
    let page = limit * 2 + 20;
    for number in 0..4_usize {
        let mut rows = query.query((&matching, page as i64, (number * page) as i64))?;
        let mut any = false;
        while let Some(row) = rows.next()? {
            any = true;
            if hits.len() < limit && happened.has(row.get(1)?, row.get(2)?) {
                hits.push(Hit {
                    message: message_id(row, 0)?,
                    at: row.get::<_, i64>(4)?.max(0) as Millis,
                    by_user: row.get::<_, i64>(3)? == sync::USER,
                    score: -row.get::<_, f64>(5)?,
                    because: terms.to_vec(),
                });
            }
        }
        if !any || hits.len() == limit {
            break;
        }
    }
    Ok(hits)
}

pub(crate) fn message_id(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<MessageId> {
    row.get::<_, String>(column)?.parse().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(
            column,
            rusqlite::types::Type::Text,
            Box::new(error),
        )
    })
}
