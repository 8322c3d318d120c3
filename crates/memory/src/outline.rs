//! The past in chapters: months, in them scenes, each with what it was about. Rules find that out (the words that are said often there and
//! seldom elsewhere, the facts that were told), so that it needs no model and invents nothing; a model may sum a scene up besides, and
//! what it wrote is kept with its name. Everything points at the messages it came from, and goes when one of them is forgotten.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::{MessageId, Millis, Role};
use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use store::EventLog;

use crate::episodes::Episode;
use crate::happened::Scope;
use crate::memory::Memory;
use crate::search::{character, message_id, occurrences};
use crate::summaries::Summary;
use crate::{Error, forgetting, sync};

/// Words that say what a scene was about.
const TOPICS: usize = 4;
/// Facts of a scene.
const TOLD: usize = 4;
/// Messages of a scene that are read for it; of a longer one the first and the last half of these.
const READ: usize = 120;
/// A month, roughly: chapters are named by their scenes' times, so that no calendar is needed here.
const MONTH: Millis = 30 * 24 * 60 * 60 * 1000;

/// What a scene, or several, were about.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct About {
    /// Words, the most telling first.
    pub topics: Vec<String>,
    /// What was told: of what, and what.
    pub told: Vec<(String, String)>,
    /// What a model wrote about it.
    pub summary: Option<Summary>,
    /// The summary's number, for [`Memory::retell`].
    pub summary_id: Option<i64>,
}

/// A scene and what it was about.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scene {
    /// Where and when.
    pub episode: Episode,
    /// What it was about.
    pub about: About,
}

/// Scenes that lie within a month, the newest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chapter {
    /// Unix time in milliseconds of its first message.
    pub from: Millis,
    /// And of its last.
    pub to: Millis,
    /// Words of all its scenes, the most telling first.
    pub topics: Vec<String>,
    /// The newest first.
    pub scenes: Vec<Scene>,
}

impl Memory {
    /// The newest scenes, at most so many, in chapters; the newest first.
    pub fn outline(
        &self,
        scope: &Scope,
        scenes: usize,
        log: &EventLog,
    ) -> Result<Vec<Chapter>, Error> {
        let episodes = self.episodes(scope, None, scenes)?;
        let mut chapters: Vec<(Chapter, BTreeMap<String, f64>)> = Vec::new();
        for episode in episodes {
            let (about, weights) = self.about(scope, &episode, log)?;
            let scene = Scene { episode, about };
            match chapters.last_mut() {
                Some((chapter, all)) if chapter.to.saturating_sub(scene.episode.from) < MONTH => {
                    chapter.from = chapter.from.min(scene.episode.from);
                    chapter.scenes.push(scene);
                    for (word, weight) in weights {
                        *all.entry(word).or_default() += weight;
                    }
                }
                _ => {
                    let (from, to) = (scene.episode.from, scene.episode.to);
                    let chapter = Chapter { from, to, topics: Vec::new(), scenes: vec![scene] };
                    chapters.push((chapter, weights.into_iter().collect()));
                }
            }
        }
        Ok(chapters
            .into_iter()
            .map(|(chapter, weights)| Chapter {
                topics: best(weights.into_iter().collect())
                    .into_iter()
                    .map(|(word, _)| word)
                    .collect(),
                ..chapter
            })
            .collect())
    }

    /// What a scene was about, and how telling its words are.
    fn about(
        &self,
        scope: &Scope,
        episode: &Episode,
        log: &EventLog,
    ) -> Result<(About, Vec<(String, f64)>), Error> {
        let connection = self.lock();
        let sql = |source| self.failed(source);
        let mut about =
            About { topics: Vec::new(), told: Vec::new(), summary: None, summary_id: None };
        let Some(character) = character(&connection, scope).map_err(sql)? else {
            return Ok((about, Vec::new()));
        };
        let (first, last) = ends(&connection, episode).map_err(sql)?;
        about.told = told(&connection, character, (first, last), episode).map_err(sql)?;
        let kept: Option<(String, String, String, i64)> = connection
            .prepare_cached(
                "SELECT topics, text, by, key FROM summaries WHERE character = ?1 AND first = ?2 AND last = ?3",
            )
            .and_then(|mut query| {
                query
                    .query_row((character, first, last), |row| {
                        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                    })
                    .optional()
            })
            .map_err(sql)?;
        let (topics, text, by, id) = kept.unwrap_or_default();
        if !text.is_empty() {
            (about.summary, about.summary_id) = (Some(Summary { text, by }), Some(id));
        }
        let known: Option<Vec<(String, f64)>> = serde_json::from_str(&topics).ok();
        let weights = if let Some(known) = known.filter(|known| !known.is_empty()) {
            known
        } else {
            // Read under the same lock as what is written below: what is forgotten meanwhile must not come back with it.
            let forgotten = forgetting::all_forgotten(&connection).map_err(sql)?;
            let weights =
                Self::weigh(&connection, &lines(episode, &forgotten, log)?).map_err(sql)?;
            let topics = serde_json::to_string(&weights).unwrap_or_default();
            let keep = || -> rusqlite::Result<()> {
                // A scene that has gone on is another one now.
                connection.execute(
                    "DELETE FROM summaries WHERE character = ?1 AND first = ?2 AND last <> ?3 AND by = ''",
                    (character, first, last),
                )?;
                connection.execute(
                    "INSERT INTO summaries (character, first, last, topics, text, by) VALUES (?1, ?2, ?3, ?4, '', '')
                     ON CONFLICT DO UPDATE SET topics = ?4",
                    (character, first, last, topics),
                )?;
                Ok(())
            };
            keep().map_err(sql)?;
            weights
        };
        about.topics = weights.iter().map(|(word, _)| word.clone()).collect();
        Ok((about, weights))
    }

    /// The words of a scene that are said often there and seldom elsewhere.
    fn weigh(
        connection: &Connection,
        lines: &[(bool, String)],
    ) -> rusqlite::Result<Vec<(String, f64)>> {
        let all: i64 = connection
            .prepare_cached("SELECT coalesce(max(key), 0) FROM messages")?
            .query_row([], |row| row.get(0))?;
        let mut said: HashMap<String, (f64, String)> = HashMap::new();
        for (by_user, line) in lines {
            let mut terms = words::naming(line);
            terms.sort_unstable();
            terms.dedup();
            for term in terms {
                let Some(surface) = surface(line, &term).filter(|word| is_a_topic(word)) else {
                    continue;
                };
                let known = said.entry(term).or_insert((0.0, surface));
                known.0 += if *by_user { 1.0 } else { 0.6 };
            }
        }
        let mut weighed = Vec::with_capacity(said.len());
        for (term, (count, surface)) in said {
            let messages = occurrences(connection, &term)?;
            let rare = ((all as f64 + 2.0) / (messages as f64 + 1.0)).ln();
            weighed.push((surface, (1.0 + count).ln() * rare));
        }
        Ok(best(weighed))
    }
}

/// Keys of a scene's first and last message.
pub(crate) fn ends(connection: &Connection, episode: &Episode) -> rusqlite::Result<(i64, i64)> {
    let mut key = connection.prepare_cached("SELECT key FROM messages WHERE id = ?1")?;
    let first = key.query_row([episode.first.to_string()], |row| row.get(0))?;
    Ok((first, key.query_row([episode.last.to_string()], |row| row.get(0))?))
}

/// What was told in a scene, the newest first.
fn told(
    connection: &Connection,
    character: i64,
    (first, last): (i64, i64),
    episode: &Episode,
) -> rusqlite::Result<Vec<(String, String)>> {
    let mut query = connection.prepare_cached(
        "SELECT f.attribute, f.value, m.id FROM facts f JOIN messages m ON m.key = f.message
         WHERE f.message BETWEEN ?1 AND ?2 AND f.character = ?3 AND f.teller = ?4 AND f.negated = 0 ORDER BY f.key DESC",
    )?;
    let mut rows = query.query((first, last, character, sync::USER))?;
    // Between its ends lie other branches too, and other talks at the same time.
    let own: HashSet<MessageId> = episode.lines.iter().copied().collect();
    let mut told = Vec::new();
    while let Some(row) = rows.next()? {
        if told.len() == TOLD {
            break;
        }
        if own.contains(&message_id(row, 2)?) {
            told.push((row.get(0)?, row.get(1)?));
        }
    }
    Ok(told)
}

/// Who said what in a scene; of a long one its beginning and its end.
fn lines(
    episode: &Episode,
    forgotten: &HashSet<MessageId>,
    log: &EventLog,
) -> Result<Vec<(bool, String)>, Error> {
    let mut all: Vec<MessageId> =
        episode.lines.iter().copied().filter(|id| !forgotten.contains(id)).collect();
    if all.len() > READ {
        all.drain(READ / 2..all.len() - READ / 2);
    }
    all.into_iter()
        .map(|id| {
            let message = log.message(id)?;
            Ok((message.role == Role::User, sync::without_tags(&message.text)))
        })
        .collect()
}

/// The word of a line that a term stands for, as it is written there.
fn surface(line: &str, term: &str) -> Option<String> {
    let long = term.chars().count() > 1;
    if !term.is_ascii() {
        return (long && line.contains(term)).then(|| term.to_owned());
    }
    let word =
        line.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’').find(|word| {
            word.chars().count() > 2 && words::terms(word).first().is_some_and(|one| one == term)
        })?;
    let digits = word.chars().all(|c| c.is_ascii_digit());
    (long && !digits).then(|| word.to_owned())
}

/// Words of every talk, which are rare only where little was said yet.
const NO_TOPIC: &str = " after all also always and another any are around back because been before being but can could day did does \
    doing done down each even ever every feel few first for from get gets getting give going gonna good got great guess had has have hello \
    here hey hope how into just keep know last let like little long look lot made make many may maybe mean more morning most much must \
    never new next nice night not nothing now off okay old once one only other our out over own people please pretty quite ready really \
    right said same say see seems should since some something soon sorry still such sure take tell than thank thanks that the their them \
    then there these they thing things think this those though three time today together told tomorrow tonight too try two under until \
    upon use used very wait want was way well went were what when where which while who why will with without words would yeah year years \
    yes yesterday yet you your \
    今天 明天 昨天 早上 晚上 一下 什么 怎么 可以 知道 觉得 真的 没有 我们 你们 他们 自己 这个 那个 因为 所以 但是 还是 已经 现在 \
    非常 谢谢 你好 时候 一点 一起 今日 明日 昨日 本当 自分 一緒 時間 今朝 最近 ";

/// Whether a word says of a talk what it was about: not "I'll", and not "after".
fn is_a_topic(word: &str) -> bool {
    !word.contains(['\'', '’']) && !NO_TOPIC.contains(&format!(" {} ", word.to_lowercase()))
}

/// The heaviest words, none of which is within another.
fn best(mut weighed: Vec<(String, f64)>) -> Vec<(String, f64)> {
    weighed.sort_by(|one, other| other.1.total_cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    let mut kept: Vec<(String, f64)> = Vec::new();
    for (word, weight) in weighed {
        if kept.len() == TOPICS {
            break;
        }
        let within = |one: &(String, f64)| one.0.contains(&word) || word.contains(&one.0);
        if !kept.iter().any(within) {
            kept.push((word, weight));
        }
    }
    kept
}
