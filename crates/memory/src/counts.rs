//! The words of messages: in the full-text index, and in how many messages each occurs.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};

/// The term that the index has for every message that tells something. No text can hold it: terms are letters and digits.
pub(crate) const TELLS: &str = "\u{e000}";
/// From here on a message's words are rare enough that it tells something.
const NEWS: f64 = 0.5;

/// Puts a message, by its key, into the full-text index; `tells`: it holds something that is to be remembered.
pub(crate) fn index(
    connection: &Connection,
    key: i64,
    text: &str,
    tells: bool,
    counts: &mut Counts,
) -> rusqlite::Result<()> {
    let mut terms = words::terms(text);
    terms.sort_unstable();
    terms.dedup();
    let mut joined = terms.join(" ");
    let telling = counts.add(connection, terms, key)?;
    if tells || telling > NEWS {
        joined.push(' ');
        joined.push_str(TELLS);
    }
    connection
        .prepare_cached("INSERT INTO texts (rowid, words) VALUES (?1, ?2)")?
        .execute((key, joined))?;
    connection
        .prepare_cached("UPDATE messages SET telling = ?1 WHERE key = ?2")?
        .execute((telling, key))?;
    Ok(())
}

/// In how many messages each term occurs: those of the tables, looked up once a portion, and what the portion adds.
#[derive(Default)]
pub(crate) struct Counts(HashMap<String, (i64, i64)>);

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

    /// Brings them into the tables.
    pub(crate) fn write(self, connection: &Connection) -> rusqlite::Result<()> {
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

/// Takes the words of a forgotten message out of the counts; a word that was said nowhere else leaves no trace.
pub(crate) fn uncount(connection: &Connection, text: &str) -> rusqlite::Result<()> {
    let mut terms = words::terms(text);
    terms.sort_unstable();
    terms.dedup();
    let mut less =
        connection.prepare_cached("UPDATE terms SET messages = messages - 1 WHERE term = ?1")?;
    let mut gone =
        connection.prepare_cached("DELETE FROM terms WHERE term = ?1 AND messages < 1")?;
    for term in terms {
        less.execute([&term])?;
        gone.execute([&term])?;
    }
    Ok(())
}
