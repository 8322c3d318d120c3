//! Questions to passages: full text, the rarest words first, weighed by how much of the question a passage answers to.

use std::collections::HashSet;

use domain::CharacterId;
use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;

use crate::Error;
use crate::chunk::Chunk;
use crate::meaning::{self, Near};
use crate::piece::Place;
use crate::shelf::{Knowledge, lock};

/// As many passages as the words of one question may occur in altogether: what is commoner says nothing, and costs time.
const MOST_OCCURRENCES: i64 = 20_000;
/// At most so many words are looked for.
const MOST_TERMS: usize = 16;
/// Passages that are weighed against each other.
const CANDIDATES: i64 = 200;
/// Passages near in meaning that are weighed against them.
const NEAR: usize = 24;

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader<'a> {
    /// A character: its own documents and everybody's.
    Character(&'a CharacterId),
    /// The person: all documents.
    Person,
}

/// A passage that was found, and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Passage {
    /// Its number, as long as its document does not change.
    pub id: i64,
    /// The document's number.
    pub document: i64,
    /// The document's file.
    pub file: String,
    /// What the document calls itself; else empty.
    pub title: String,
    /// Where in the document it begins.
    pub place: Place,
    /// The headings above it.
    pub heading: String,
    /// What it says.
    pub text: String,
    /// Larger is better; to be compared within one search alone.
    pub score: f64,
    /// How much of the question's words it holds, the rare ones counting more: 0 to 1.
    pub coverage: f64,
    /// The words of the question that it holds.
    pub because: Vec<String>,
    /// How near it is to the question in meaning (cosine), where an encoder found it.
    pub near: Option<f32>,
    /// It is nearer than the nearest of so many would be by chance, so that it is worth reading without a word of the question.
    pub stands_out: bool,
}

impl Knowledge {
    /// The passages that answer a question best, the best first; none of them twice.
    pub fn search(
        &self,
        reader: Reader<'_>,
        question: &str,
        limit: usize,
    ) -> Result<Vec<Passage>, Error> {
        self.search_near(reader, question, None, limit)
    }

    /// The same, where `meaning` is the question's vector by the encoder of [`Knowledge::read_meaning`].
    pub fn search_near(
        &self,
        reader: Reader<'_>,
        question: &str,
        meaning: Option<&[f32]>,
        limit: usize,
    ) -> Result<Vec<Passage>, Error> {
        let connection = lock(&self.reader);
        let look = || -> rusqlite::Result<Vec<Passage>> {
            let terms = terms(&connection, question)?;
            let mut passages = match meaning {
                None => by_words(&connection, reader, &terms, limit)?,
                Some(meaning) => {
                    let hidden = meaning::hidden(&connection, reader)?;
                    // The signs are in memory and the words on the disk: neither waits for the other.
                    let (nearest, found) = vectors::beside(
                        || self.nearest(meaning, &hidden),
                        || by_words(&connection, reader, &terms, limit),
                    );
                    let near = meaning::weighed(&connection, meaning, &nearest, NEAR)?;
                    with_near(&connection, found?, &near, &hidden, &terms)?
                }
            };
            let mut texts = HashSet::new();
            passages.retain(|passage| texts.insert(passage.text.clone()));
            passages.truncate(limit);
            Ok(passages)
        };
        look().map_err(|source| self.failed(source))
    }
}

/// A word of a question and how much it says.
struct Term {
    text: String,
    occurrences: i64,
    weight: f64,
}

/// The passages that hold the words of a question, the best first.
fn by_words(
    connection: &Connection,
    reader: Reader<'_>,
    terms: &[Term],
    limit: usize,
) -> rusqlite::Result<Vec<Passage>> {
    let known: Vec<&Term> = known(terms);
    if known.is_empty() {
        return Ok(Vec::new());
    }
    let quoted: Vec<String> = known.iter().map(|term| format!("\"{}\"", term.text)).collect();
    let scope = match reader {
        Reader::Character(id) => Some(id.0.as_str()),
        Reader::Person => None,
    };
    let mut passages: Vec<Passage> = Vec::new();
    let mut seen = HashSet::new();
    let mut stages = vec![quoted.join(" AND ")];
    if let [one, two, _, ..] = &quoted[..] {
        stages.push(format!("{one} AND {two}"));
    }
    stages.push(quoted.join(" OR "));
    for matching in stages {
        for page in 0..5 {
            let read = candidates(connection, scope, &matching, page, |key, bm25| {
                if seen.insert(key) {
                    let passage = passage(connection, key, -bm25, terms)?;
                    passages.extend(passage);
                }
                Ok(())
            })?;
            // Where other characters' documents fill a page, the next is looked at.
            if read < CANDIDATES || !passages.is_empty() {
                break;
            }
        }
        if passages.len() >= limit * 2 {
            break;
        }
    }
    passages.sort_by(|one, other| other.score.total_cmp(&one.score));
    Ok(passages)
}

/// Puts what was found by its words and what was found by its meaning into one order, by the ranks in both.
fn with_near(
    connection: &Connection,
    found: Vec<Passage>,
    near: &[Near],
    hidden: &HashSet<i64>,
    terms: &[Term],
) -> rusqlite::Result<Vec<Passage>> {
    let by_words = found.iter().map(|one| one.id).collect();
    let scores = vectors::fused(&[by_words, near.iter().map(|one| one.key).collect()]);
    let mut all = found;
    for one in near {
        if !all.iter().any(|known| known.id == one.key)
            && let Some(fresh) = passage(connection, one.key, 0.0, terms)?
            && !hidden.contains(&fresh.document)
        {
            all.push(fresh);
        }
        if let Some(known) = all.iter_mut().find(|known| known.id == one.key) {
            known.near = Some(one.cosine);
            known.stands_out = one.beyond_chance >= 1.0;
        }
    }
    for one in &mut all {
        one.score = scores.get(&one.id).copied().unwrap_or_default();
    }
    all.sort_by(|one, other| other.score.total_cmp(&one.score));
    Ok(all)
}

/// Calls `take` with the passages of a page that the reader may read; answers how many were on it.
fn candidates(
    connection: &Connection,
    scope: Option<&str>,
    matching: &str,
    page: i64,
    mut take: impl FnMut(i64, f64) -> rusqlite::Result<()>,
) -> rusqlite::Result<i64> {
    let mut query = connection.prepare_cached(
        "SELECT c.key, found.rank, d.removed = 0 AND (?4 IS NULL OR d.scope IN ('', ?4))
         FROM (SELECT rowid, bm25(texts) AS rank FROM texts WHERE texts MATCH ?1 ORDER BY rank LIMIT ?2 OFFSET ?3) AS found
         JOIN chunks c ON c.key = found.rowid JOIN documents d ON d.key = c.document ORDER BY found.rank",
    )?;
    let mut rows = query.query((matching, CANDIDATES, page * CANDIDATES, scope))?;
    let mut read = 0;
    while let Some(row) = rows.next()? {
        read += 1;
        if row.get(2)? {
            take(row.get(0)?, row.get(1)?)?;
        }
    }
    Ok(read)
}

fn passage(
    connection: &Connection,
    key: i64,
    bm25: f64,
    terms: &[Term],
) -> rusqlite::Result<Option<Passage>> {
    let row = connection
        .prepare_cached(
            "SELECT c.place_kind, c.place, c.heading, c.text, d.path, d.title, d.key FROM chunks c JOIN documents d ON d.key = c.document
             WHERE c.key = ?1",
        )?
        .query_row([key], |row| {
            let chunk = Chunk {
                place: Place::of_numbers(row.get(0)?, row.get(1)?),
                heading: row.get(2)?,
                text: row.get(3)?,
            };
            Ok((chunk, row.get::<_, String>(4)?, row.get::<_, String>(5)?, row.get(6)?))
        })
        .optional()?;
    let Some((chunk, file, title, document)) = row else { return Ok(None) };
    let own: HashSet<String> =
        words::terms(&chunk.text).into_iter().chain(words::terms(&chunk.heading)).collect();
    let whole: f64 = terms.iter().map(|term| term.weight).sum();
    let held: Vec<&Term> = terms.iter().filter(|term| own.contains(&term.text)).collect();
    let coverage = held.iter().map(|term| term.weight).sum::<f64>() / whole.max(f64::EPSILON);
    Ok(Some(Passage {
        id: key,
        document,
        file,
        title,
        place: chunk.place,
        heading: chunk.heading,
        text: chunk.text,
        score: bm25.max(1e-6) * (0.1 + coverage * coverage),
        coverage,
        because: held.iter().map(|term| term.text.clone()).collect(),
        near: None,
        stands_out: false,
    }))
}

/// The words of a question with their weights, the rarest first. A word that no document has weighs as much as the rarest.
fn terms(connection: &Connection, question: &str) -> rusqlite::Result<Vec<Term>> {
    let passages: i64 = connection
        .prepare_cached("SELECT coalesce(max(key), 0) FROM chunks")?
        .query_row([], |row| row.get(0))?;
    let mut texts = words::telling(question);
    texts.sort_unstable();
    texts.dedup();
    texts.truncate(256);
    let mut count = connection.prepare_cached("SELECT doc FROM vocabulary WHERE term = ?1")?;
    let mut terms = Vec::with_capacity(texts.len());
    for text in texts {
        let occurrences: i64 =
            count.query_row([&text], |row| row.get(0)).optional()?.unwrap_or_default();
        let weight = (1.0 + passages.max(1) as f64 / (1.0 + occurrences as f64)).ln();
        terms.push(Term { text, occurrences, weight });
    }
    terms.sort_by(|one, other| (one.occurrences, &one.text).cmp(&(other.occurrences, &other.text)));
    Ok(terms)
}

/// Those that occur at all, as long as they are not too common.
fn known(terms: &[Term]) -> Vec<&Term> {
    let mut sum = 0;
    terms
        .iter()
        .filter(|term| term.occurrences > 0)
        .enumerate()
        .take_while(|(place, term)| {
            sum += term.occurrences;
            *place == 0 || (*place < MOST_TERMS && sum <= MOST_OCCURRENCES)
        })
        .map(|(_, term)| term)
        .collect()
}
