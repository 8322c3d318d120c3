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
use crate::search::{Question, character};
use crate::summaries::{self, Retold};
use crate::{Error, rank, sync};

/// Something recalled, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Recalled {
    /// What.
    pub item: Item,
    /// Why it came to mind.
    pub because: Because,
    /// How much it has to do with what was asked, 0 the most: what stands where room is short. What is recalled comes in another order,
    /// the newest first.
    pub rank: usize,
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
    /// What a scene was about, in a model's words or the person's own.
    Scene(Retold),
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
    /// It means something like the question, though in other words.
    Meaning,
    /// It is the scene of which something is quoted.
    Around,
    /// It is what the last talk was about, and this one has just begun.
    Before,
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
    /// Summaries of scenes at most.
    pub scenes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { facts: 10, quotes: 6, quote_chars: 240, scenes: 1 }
    }
}

/// Share of the best fact's score that another one needs, to be recalled beside it.
const NEAR_THE_BEST: f64 = 0.3;

/// Share of what a question names that a fact must have: "Leopold's cat" is no answer about Kirsten's.
const NAMED: f64 = 0.55;

/// The best quotes whose scenes are looked for.
const AROUND: usize = 2;

/// Values of one attribute at most.
const OF_ONE: usize = 4;

/// The rank of a summary: behind the best fact and the best two quotations.
const SCENE: usize = 4;

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
        self.recall_near(scope, (question, None), visible, limits, log)
    }

    /// The same for a question with its vector by the encoder of [`Memory::read_meaning`].
    pub fn recall_near(
        &self,
        scope: &Scope,
        (question, meaning): (&str, Option<&[f32]>),
        visible: &HashSet<MessageId>,
        limits: Limits,
        log: &EventLog,
    ) -> Result<Vec<Recalled>, Error> {
        let (mut recalled, hits, scenes) = {
            let connection = self.lock();
            let sql = |source| self.failed(source);
            // Hundreds of short questions follow: one look at the file for all of them.
            let _reading = connection.unchecked_transaction().map_err(sql)?;
            let Some(character) = character(&connection, scope).map_err(sql)? else {
                return Ok(Vec::new());
            };
            let happened = Happened::of(&connection, character, scope).map_err(sql)?;
            let question = Question::read(&connection, question).map_err(sql)?;
            let facts =
                facts(&connection, character, &happened, &question, limits.facts).map_err(sql)?;
            let stale = Stale { connection: &connection, character, happened: &happened };
            let mut fresh = Vec::new();
            if limits.quotes > 0 {
                let asked = (&question, meaning);
                for hit in self.hits(&connection, &happened, asked, visible, log)? {
                    if fresh.len() < 3 * limits.quotes && !stale.is(hit.message).map_err(sql)? {
                        fresh.push(hit);
                    }
                }
            }
            let found: Vec<i64> = fresh.iter().take(AROUND).map(|hit| hit.key).collect();
            let scenes = summaries::touched(
                &connection,
                character,
                &happened,
                &question,
                &found,
                limits.scenes,
            )
            .map_err(sql)?;
            (facts, fresh, scenes)
        };
        recalled.retain(|one| match &one.item {
            Item::Fact(fact) => {
                let stands = fact.message.is_some_and(|message| visible.contains(&message));
                !stands || one.because == Because::Pinned
            }
            Item::Quote { .. } | Item::Scene(_) => true,
        });
        for (scene, words) in scenes {
            // Where its beginning is in the prompt, all of it is.
            if !visible.contains(&scene.first) && !is_outdated(&scene, &recalled) {
                let because =
                    if words.is_empty() { Because::Around } else { Because::Words(words) };
                recalled.push(Recalled { item: Item::Scene(scene), because, rank: SCENE });
            }
        }
        let mut quoted: Vec<String> = Vec::new();
        for hit in hits {
            let text = shortened(&hit.text, limits.quote_chars);
            if quoted.len() == limits.quotes || quoted.contains(&text) {
                continue;
            }
            quoted.push(text.clone());
            recalled.push(Recalled {
                item: Item::Quote { message: hit.message, at: hit.at, by_user: hit.by_user, text },
                because: match hit.near {
                    Some(_) if hit.because.is_empty() => Because::Meaning,
                    _ => Because::Words(hit.because),
                },
                // The best fact and the best quotation, the second of each, and so on.
                rank: 2 * quoted.len(),
            });
        }
        // Pinned, then what the question touches, then what every talk needs; within each what was said last counts: whoever reads
        // from the top meets the newer value first.
        recalled.sort_by_key(|one| {
            let at = match &one.item {
                Item::Fact(fact) => (fact.at, fact.message),
                Item::Quote { at, message, .. } => (*at, Some(*message)),
                Item::Scene(scene) => (scene.to, Some(scene.last)),
            };
            let rank = match one.because {
                Because::Pinned => 0,
                _ if matches!(one.item, Item::Scene(_)) => 2,
                Because::Words(_) | Because::Meaning | Because::Around | Because::Before => 1,
                Because::Core => 3,
            };
            (rank, std::cmp::Reverse(at))
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
    let mut answers = 0;
    let mut add = |told: Vec<Told>, because: &Because| {
        for one in told {
            let known = found
                .iter()
                .any(|before| matches!(&before.item, Item::Fact(fact) if fact.id == one.fact.id));
            if !known && found.len() < limit {
                let rank = if matches!(because, Because::Words(_)) {
                    answers += 1;
                    2 * answers - 1
                } else {
                    0
                };
                let item = Item::Fact(one.fact);
                found.push(Recalled { item, because: because.clone(), rank });
            }
        }
    };
    add(pinned(connection, character, happened)?, &Because::Pinned);
    for (attribute, word) in own(connection, character, question)? {
        let mut held = current(connection, character, happened, sync::USER, &attribute)?;
        held.reverse();
        held.truncate(OF_ONE);
        add(held, &Because::Words(vec![word]));
    }
    for (attribute, teller, words) in touched(connection, character, question)? {
        let mut held = current(connection, character, happened, teller, &attribute)?;
        // Of many tastes the newest.
        held.reverse();
        held.truncate(OF_ONE);
        add(held, &Because::Words(words));
    }
    for name in CORE {
        let held =
            current(connection, character, happened, sync::USER, &Attribute(name.to_owned()))?;
        add(held, &Because::Core);
    }
    Ok(found)
}

/// What somebody asks of themselves and names nothing with ("what do I do for a living?"), whichever words it was told in, and the word
/// that asks for it.
fn own(
    connection: &Connection,
    character: i64,
    question: &Question,
) -> rusqlite::Result<Vec<(Attribute, String)>> {
    if !question.mine || !question.core.is_empty() {
        return Ok(Vec::new());
    }
    // 私の姉の名前は？ asks for 姉, which has no name in three languages.
    let mut asked: Vec<(Attribute, String)> = connection
        .prepare_cached(
            "SELECT DISTINCT attribute FROM facts WHERE character = ?1 AND teller = ?2 AND attribute NOT LIKE '% / %'",
        )?
        .query_map((character, sync::USER), |row| row.get::<_, String>(0))?
        .filter_map(|name| match name {
            Ok(name) if name.is_ascii() || !question.written.contains(&name) => None,
            Ok(name) => Some(Ok((Attribute(name.clone()), name))),
            Err(error) => Some(Err(error)),
        })
        .collect::<rusqlite::Result<_>>()?;
    if asked.is_empty()
        && let Some(attribute) = &question.asked
    {
        let ways = attribute.words_in(domain::Lang::guess(&question.written, None));
        let said = ways.iter().find(|way| question.written.contains(**way));
        let word = said.map_or(attribute.0.as_str(), |way| way).to_owned();
        // "I'm learning Basque" is what is studied, and the language that is learnt.
        if attribute.0 == "languages" {
            asked.push((Attribute("study".to_owned()), word.clone()));
        }
        asked.push((attribute.clone(), word));
    }
    Ok(asked)
}

/// The attributes that a question touches, the best first: whose they are, and by which words.
fn touched(
    connection: &Connection,
    character: i64,
    question: &Question,
) -> rusqlite::Result<Vec<(Attribute, i64, Vec<String>)>> {
    if question.is_empty() {
        return Ok(Vec::new());
    }
    let terms: Vec<&String> = if question.core.is_empty() {
        question.about.iter().flatten().collect()
    } else {
        question.core.iter().map(|(term, _)| term).collect()
    };
    let terms: Vec<String> = terms.iter().map(|term| format!("\"{term}\"")).collect();
    let mut query = connection.prepare_cached(
        "SELECT f.attribute, f.teller, f.clause FROM (
           SELECT rowid, bm25(fact_words) AS rank FROM fact_words WHERE fact_words MATCH ?1 ORDER BY rank LIMIT 256
         ) AS found JOIN facts f ON f.key = found.rowid WHERE f.character = ?2 ORDER BY found.rank LIMIT 64",
    )?;
    let mut rows = query.query((terms.join(" OR "), character))?;
    let mut scored: Vec<(f64, Attribute, i64, Vec<String>)> = Vec::new();
    while let Some(row) = rows.next()? {
        let attribute = Attribute(row.get(0)?);
        let (teller, clause): (i64, String) = (row.get(1)?, row.get(2)?);
        let said: HashSet<String> =
            words::terms(&clause).into_iter().chain(words::terms(&attribute.0)).collect();
        let mut touched = rank::touched(question, &said);
        touched.about |= rank::is_asked(question, &attribute);
        // Nobody is named: the question is about the two who talk.
        if question.core.is_empty() && (!touched.about || attribute.0.contains(" / ")) {
            continue;
        }
        if touched.named < NAMED {
            continue;
        }
        let own = question.mine && teller == sync::USER && !attribute.0.contains(" / ");
        let score = touched.score() * if own { rank::OF_ONESELF } else { 1.0 };
        match scored.iter_mut().find(|one| one.1 == attribute && one.2 == teller) {
            Some(known) => known.0 = known.0.max(score),
            None => scored.push((score, attribute, teller, touched.words)),
        }
    }
    scored.sort_by(|one, other| other.0.total_cmp(&one.0));
    let least = scored.first().map_or(0.0, |best| best.0 * NEAR_THE_BEST);
    scored.retain(|one| one.0 >= least);
    Ok(scored.into_iter().map(|(_, attribute, teller, words)| (attribute, teller, words)).collect())
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
            let stale = holds.iter().any(|one| {
                let by_hand =
                    one.message_key < 0 || one.message_key == key && one.fact.said.is_some();
                by_hand || one.message_key > key && !one.fact.before.is_empty()
            });
            if stale {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether a summary tells what was put right since: of the facts that come to mind with it.
fn is_outdated(scene: &Retold, recalled: &[Recalled]) -> bool {
    recalled.iter().any(|one| match &one.item {
        Item::Fact(fact) => {
            fact.at > scene.to && fact.before.iter().any(|old| scene.summary.text.contains(old))
        }
        Item::Quote { .. } | Item::Scene(_) => false,
    })
}

fn shortened(text: &str, chars: usize) -> String {
    if text.chars().count() <= chars {
        return text.to_owned();
    }
    format!("{}…", text.chars().take(chars).collect::<String>().trim_end())
}
