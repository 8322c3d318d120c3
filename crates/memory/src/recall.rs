//! What belongs into the next prompt: the few facts that every talk needs, those that the last lines touch, and what was said about
//! it, word for word. What a correction has replaced is left out.

use std::collections::HashSet;

use domain::{MessageId, Millis};
use rusqlite::Connection;
use store::EventLog;

use crate::facts::Attribute;
use crate::happened::{Happened, Scope};
use crate::knows::{Fact, Told, current, pinned};
use crate::memory::Memory;
use crate::search::{Question, character, messages};
use crate::{Error, sync};

/// Something recalled, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Recalled {
    /// What.
    pub item: Item,
    /// Why it came to mind.
    pub because: Because,
}

/// What can be recalled.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A fact.
    Fact(Fact),
    /// Something that was said.
    Quote {
        /// The message.
        message: MessageId,
        /// Unix time in milliseconds.
        at: Millis,
        /// The person said it (else the character).
        by_user: bool,
        /// The words, without tags.
        text: String,
    },
}

/// Why something came to mind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// Every talk needs it.
    Core,
    /// The person pinned it.
    Pinned,
    /// These words of the question are in it.
    Words(Vec<String>),
}

/// How much is recalled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Facts at most.
    pub facts: usize,
    /// Quotes at most.
    pub quotes: usize,
    /// Characters of one quote.
    pub quote_chars: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { facts: 10, quotes: 6, quote_chars: 240 }
    }
}

/// Share of the best fact's rank that another one needs, to be recalled beside it.
const NEAR_THE_BEST: f64 = 0.5;

/// What every talk needs.
const CORE: [&str; 3] = ["name", "birthday", "home"];

impl Memory {
    /// What comes to mind at `question`. `visible` are the messages that stand in the prompt anyway.
    pub fn recall(
        &self,
        scope: &Scope,
        question: &str,
        visible: &HashSet<MessageId>,
        limits: Limits,
        log: &EventLog,
    ) -> Result<Vec<Recalled>, Error> {
        let (mut recalled, hits) = {
            let connection = self.lock();
            let sql = |source| self.failed(source);
            let Some(character) = character(&connection, scope).map_err(sql)? else {
                return Ok(Vec::new());
            };
            let happened = Happened::of(&connection, character, scope).map_err(sql)?;
            let question = Question::read(&connection, question).map_err(sql)?;
            let facts =
                facts(&connection, character, &happened, &question, limits.facts).map_err(sql)?;
            let stale = Stale { connection: &connection, character, happened: &happened };
            let wanted = if limits.quotes == 0 { 0 } else { 4 * limits.quotes + visible.len() + 8 };
            let mut hits = messages(&connection, &happened, &question, wanted).map_err(sql)?;
            hits.retain(|hit| !visible.contains(&hit.message));
            let mut fresh = Vec::new();
            for hit in hits {
                if fresh.len() < 3 * limits.quotes && !stale.is(hit.message).map_err(sql)? {
                    fresh.push(hit);
                }
            }
            (facts, fresh)
        };
        recalled.retain(|one| match &one.item {
            Item::Fact(fact) => !visible.contains(&fact.message) || one.because == Because::Pinned,
            Item::Quote { .. } => true,
        });
        let mut quoted: Vec<String> = Vec::new();
        for hit in hits {
            let text = sync::without_tags(&log.message(hit.message)?.text);
            let text = shortened(&text, limits.quote_chars);
            if quoted.len() == limits.quotes || quoted.contains(&text) {
                continue;
            }
            quoted.push(text.clone());
            recalled.push(Recalled {
                item: Item::Quote { message: hit.message, at: hit.at, by_user: hit.by_user, text },
                because: Because::Words(hit.because),
            });
        }
        // What was said last counts: whoever reads from the top meets the newer value first.
        recalled.sort_by_key(|one| {
            let said = match &one.item {
                Item::Fact(fact) => (fact.at, fact.message),
                Item::Quote { at, message, .. } => (*at, *message),
            };
            (one.because != Because::Pinned, std::cmp::Reverse(said))
        });
        Ok(recalled)
    }
}

fn facts(
    connection: &Connection,
    character: i64,
    happened: &Happened,
    question: &Question,
    limit: usize,
) -> rusqlite::Result<Vec<Recalled>> {
    let mut found: Vec<Recalled> = Vec::new();
    let mut add = |told: Vec<Told>, because: &Because| {
        for one in told {
            let known = found
                .iter()
                .any(|before| matches!(&before.item, Item::Fact(fact) if fact.id == one.fact.id));
            if !known && found.len() < limit {
                found.push(Recalled { item: Item::Fact(one.fact), because: because.clone() });
            }
        }
    };
    add(pinned(connection, character, happened)?, &Because::Pinned);
    if !question.is_empty() {
        let mut query = connection.prepare_cached(
            "SELECT f.attribute, f.teller, found.rank FROM (
               SELECT rowid, bm25(fact_words) AS rank FROM fact_words WHERE fact_words MATCH ?1 ORDER BY rank LIMIT 256
             ) AS found JOIN facts f ON f.key = found.rowid WHERE f.character = ?2 ORDER BY found.rank LIMIT 64",
        )?;
        let mut touched: Vec<(String, i64, f64)> = Vec::new();
        for (matching, _) in question.stages() {
            if touched.is_empty() {
                touched = query
                    .query_map((matching, character), |row| {
                        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                    })?
                    .collect::<rusqlite::Result<_>>()?;
            }
        }
        // The rank is negative, the best the lowest; what shares only a common word with the question is no answer to it.
        let least = touched.first().map_or(0.0, |(_, _, best)| best * NEAR_THE_BEST);
        let because = Because::Words(question.words());
        let mut seen = HashSet::new();
        for (attribute, teller, rank) in touched {
            if rank > least {
                break;
            }
            if seen.insert((attribute.clone(), teller)) {
                let mut held =
                    current(connection, character, happened, teller, &Attribute(attribute))?;
                // Of many tastes the newest.
                held.reverse();
                held.truncate(4);
                add(held, &because);
            }
        }
    }
    for name in CORE {
        let held =
            current(connection, character, happened, sync::USER, &Attribute(name.to_owned()))?;
        add(held, &Because::Core);
    }
    Ok(found)
}

/// Tells messages that state what holds no longer.
struct Stale<'a> {
    connection: &'a Connection,
    character: i64,
    happened: &'a Happened,
}

impl Stale<'_> {
    fn is(&self, message: MessageId) -> rusqlite::Result<bool> {
        let told: Vec<(i64, i64, String, i64)> = self
            .connection
            .prepare_cached(
                "SELECT f.key, f.teller, f.attribute, f.message FROM facts f JOIN messages m ON m.key = f.message WHERE m.id = ?1",
            )?
            .query_map([message.to_string()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
            .collect::<rusqlite::Result<_>>()?;
        for (_, teller, attribute, key) in told {
            let attribute = Attribute(attribute);
            if attribute.is_many() {
                continue;
            }
            let holds =
                current(self.connection, self.character, self.happened, teller, &attribute)?;
            if holds.iter().any(|one| one.message_key > key && !one.fact.before.is_empty()) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn shortened(text: &str, chars: usize) -> String {
    if text.chars().count() <= chars {
        return text.to_owned();
    }
    format!("{}…", text.chars().take(chars).collect::<String>().trim_end())
}
