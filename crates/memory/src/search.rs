//! Search over everything said: full text, ranked by BM25, limited to what happened.

use domain::{Lang, MessageId, Millis};
use rusqlite::{Connection, OptionalExtension};

use crate::happened::{Happened, Scope};
use crate::memory::Memory;
use crate::{Error, facts, sync};

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
    /// Order in which messages were written.
    pub(crate) key: i64,
    /// How much it says, 0 to 1.
    pub(crate) telling: f64,
}

/// As many messages as the words of one question may occur in altogether: what is commoner says nothing, and costs time.
const MOST_OCCURRENCES: i64 = 4_000;
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
        let question = Question::read(&connection, question).map_err(sql)?;
        messages(&connection, &happened, &question, limit).map_err(sql)
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
    /// `kirsten`, `lighthouse`.
    core: Vec<String>,
    /// `job`, `work`, `living`: any way to say it.
    about: Vec<String>,
}

impl Question {
    /// The words of a question that are known at all, and not so common that they say nothing.
    pub(crate) fn read(connection: &Connection, question: &str) -> rusqlite::Result<Self> {
        let mut core = words::telling(question);
        let mut about = Vec::new();
        // What is asked about may have been said in other words: "job" for "living".
        if let Some(attribute) = facts::asked(question) {
            let ways = attribute.words_in(Lang::guess(question, None));
            about = ways.iter().flat_map(|word| words::telling(word)).collect();
            core.retain(|term| !about.contains(term));
        }
        Ok(Self { core: rare(connection, core)?, about: rare(connection, about)? })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.core.is_empty() && self.about.is_empty()
    }

    /// All words, for people.
    pub(crate) fn words(&self) -> Vec<String> {
        self.core.iter().chain(&self.about).cloned().collect()
    }

    /// Questions for the full-text index, the stricter first, each with how much better what it finds is.
    pub(crate) fn stages(&self) -> Vec<(String, f64)> {
        // Terms hold no quotation marks: `words` lets letters and digits through.
        let joined = |terms: &[String], by: &str| {
            let terms: Vec<String> = terms.iter().map(|term| format!("\"{term}\"")).collect();
            format!("({})", terms.join(by))
        };
        let any = |terms: &[String]| joined(terms, " OR ");
        let all = |terms: &[String]| joined(terms, " AND ");
        let mut stages = Vec::new();
        match (&self.core[..], &self.about[..]) {
            ([], []) => {}
            ([], about) => stages.push((any(about), 1.0)),
            (core, []) => {
                stages.push((all(core), 4.0));
                if let [one, two, _, ..] = core {
                    stages.push((all(&[one.clone(), two.clone()]), 3.0));
                }
                stages.push((any(core), 1.0));
            }
            (core, about) => {
                stages.push((format!("({} AND {})", all(core), any(about)), 6.0));
                stages.push((all(core), 4.0));
                if let [one, two, _, ..] = core {
                    let both = all(&[one.clone(), two.clone()]);
                    stages.push((format!("({both} AND {})", any(about)), 3.5));
                    stages.push((both, 3.0));
                }
                stages.push((format!("({} AND {})", any(core), any(about)), 2.0));
                stages.push((any(core), 1.0));
            }
        }
        stages.dedup_by(|one, other| one.0 == other.0);
        stages
    }
}

/// The rarest of some terms, as long as they do not occur too often.
fn rare(connection: &Connection, mut terms: Vec<String>) -> rusqlite::Result<Vec<String>> {
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

/// Of what is found equally well, first what says more than is said every day, then the newer; what the person said before what the
/// character made of it.
fn weigh(hits: &mut [Hit]) {
    let newest = hits.iter().map(|hit| hit.key).max().unwrap_or_default().max(1) as f64;
    for hit in &mut *hits {
        let speaker = if hit.by_user { 1.0 } else { 0.6 };
        hit.score *= (0.1 + hit.telling) * (0.8 + 0.2 * hit.key as f64 / newest) * speaker;
    }
    hits.sort_by(|one, other| other.score.total_cmp(&one.score));
}

/// Messages that are weighed against each other.
const CANDIDATES: i64 = 400;

pub(crate) fn messages(
    connection: &Connection,
    happened: &Happened,
    question: &Question,
    limit: usize,
) -> rusqlite::Result<Vec<Hit>> {
    let mut hits: Vec<Hit> = Vec::new();
    let mut query = connection.prepare_cached(
        "SELECT m.id, m.segment, m.depth, m.role, m.at, found.rank, m.key, m.telling
         FROM (SELECT rowid, bm25(texts) AS rank FROM texts WHERE texts MATCH ?1 ORDER BY rank LIMIT ?2 OFFSET ?3) AS found
         JOIN messages m ON m.key = found.rowid ORDER BY found.rank",
    )?;
    for (matching, weight) in question.stages() {
        // Most of what is found happened; where other branches or characters fill the first page, the next one is looked at.
        for page in 0..5 {
            let mut rows = query.query((&matching, CANDIDATES, page * CANDIDATES))?;
            let (mut read, before) = (0, hits.len());
            while let Some(row) = rows.next()? {
                read += 1;
                let key: i64 = row.get(6)?;
                if happened.has(row.get(1)?, row.get(2)?) && !hits.iter().any(|hit| hit.key == key)
                {
                    hits.push(Hit {
                        message: message_id(row, 0)?,
                        at: row.get::<_, i64>(4)?.max(0) as Millis,
                        by_user: row.get::<_, i64>(3)? == sync::USER,
                        score: -row.get::<_, f64>(5)? * weight,
                        because: question.words(),
                        key,
                        telling: row.get(7)?,
                    });
                }
            }
            if read < CANDIDATES || hits.len() > before {
                break;
            }
        }
    }
    weigh(&mut hits);
    hits.truncate(limit);
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
