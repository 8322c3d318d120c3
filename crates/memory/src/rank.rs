//! The second look: candidates are read, and weighed by how much of the question they touch, what they say beyond it, whether they
//! tell, put right or ask, and who said them when.

use std::collections::{HashMap, HashSet};

use domain::MessageId;
use rusqlite::Connection;
use store::EventLog;

use crate::facts::{self, Attribute};
use crate::meaning::Near;
use crate::search::{Candidate, Hit, Question, occurrences};
use crate::{Error, sync};

/// What is worse than this share of the best answers something else.
const NEAR_THE_BEST: f64 = 0.2;

/// What means the same, and names no more than this share of what the best found by its words does, stands behind all of those.
const NAMED_BY_MEANING: f64 = 0.5;
/// How many of the best found by their words stand first: half of what is quoted.
const FIRST: usize = 3;

/// "Where do I live?" is answered by what was said of oneself, and seldom by what was said of others.
pub(crate) const OF_ONESELF: f64 = 4.0;

/// Reads the candidates; the best first, what is far from the best left out.
pub(crate) fn read(
    connection: &Connection,
    question: &Question,
    candidates: Vec<Candidate>,
    log: &EventLog,
    sql: &impl Fn(rusqlite::Error) -> Error,
) -> Result<Vec<Hit>, Error> {
    let newest = candidates.iter().map(|one| one.key).max().unwrap_or_default().max(1) as f64;
    let mut weights = Weights { connection, question, known: HashMap::new() };
    let mut hits = Vec::with_capacity(candidates.len());
    let ids: Vec<MessageId> = candidates.iter().map(|one| one.message).collect();
    for (candidate, text) in candidates.into_iter().zip(log.texts(&ids)?) {
        let text = sync::without_tags(&text);
        let terms: HashSet<String> = words::terms(&text).into_iter().collect();
        let touched = touched(question, &terms);
        let news = weights.news(&terms).map_err(sql)?;
        let tells = tells(connection, candidate.key).map_err(sql)?;
        let puts_right = facts::puts_right(&text);
        let mut score = touched.score() * (0.15 + news);
        if tells {
            score *= 1.3;
        }
        if puts_right {
            score *= 1.5;
        }
        if question.mine && candidate.by_user {
            // "My friend is allergic to cats" speaks of oneself, too, and answers nothing.
            let answers = tells_own(connection, candidate.key, question).map_err(sql)?;
            score *= match (answers, facts::is_about_oneself(&text)) {
                (true, _) => OF_ONESELF,
                (false, true) => OF_ONESELF / 2.0,
                (false, false) => 1.0,
            };
        }
        if facts::only_asks(&text) {
            score *= 0.3;
        }
        if !candidate.by_user {
            score *= 0.6;
        }
        score *= 0.8 + 0.2 * candidate.key as f64 / newest;
        hits.push(Hit {
            message: candidate.message,
            at: candidate.at,
            by_user: candidate.by_user,
            text,
            score,
            because: touched.words,
            near: None,
            key: candidate.key,
            puts_right,
        });
    }
    hits.sort_by(|one, other| other.score.total_cmp(&one.score));
    let least = hits.first().map_or(0.0, |best| best.score * NEAR_THE_BEST);
    hits.retain(|hit| hit.score >= least && hit.score > 0.0);
    Ok(hits)
}

/// Puts what was found by its words and what was found by its meaning into one order: by the ranks in both (reciprocal-rank
/// fusion), where what was said lately, tells something, and was said by the person stands a little higher among the near.
pub(crate) fn with_near(
    connection: &Connection,
    question: &Question,
    found: Vec<Hit>,
    near: Vec<Near>,
    log: &EventLog,
    sql: &impl Fn(rusqlite::Error) -> Error,
) -> Result<Vec<Hit>, Error> {
    let newest = near.iter().map(|one| one.candidate.key).max().unwrap_or_default().max(1) as f64;
    let named = |text: &str| {
        let terms: HashSet<String> = words::terms(text).into_iter().collect();
        touched(question, &terms).named
    };
    // To an encoder one name is much like another: where the words find what the question names, what names half of it at most is mostly
    // about something else. Where they do not, it is said in other words.
    let told = found.iter().filter(|hit| !facts::only_asks(&hit.text));
    let least = NAMED_BY_MEANING * told.map(|hit| named(&hit.text)).fold(0.0, f64::max);
    let mut elsewhere: HashSet<i64> = HashSet::new();
    let mut by_meaning = Vec::with_capacity(near.len());
    let ids: Vec<MessageId> = near.iter().map(|one| one.candidate.message).collect();
    for (Near { candidate, cosine }, text) in near.into_iter().zip(log.texts(&ids)?) {
        let text = sync::without_tags(&text);
        let terms: HashSet<String> = words::terms(&text).into_iter().collect();
        let touched = touched(question, &terms);
        if touched.named <= least && !question.core.is_empty() {
            elsewhere.insert(candidate.key);
        }
        let mut weight = 0.9 + 0.1 * candidate.key as f64 / newest;
        if tells(connection, candidate.key).map_err(sql)? {
            weight *= 1.1;
        }
        if facts::only_asks(&text) {
            weight *= 0.8;
        }
        if !candidate.by_user {
            weight *= 0.9;
        }
        by_meaning.push(Hit {
            message: candidate.message,
            at: candidate.at,
            by_user: candidate.by_user,
            score: f64::from(cosine) * weight,
            because: touched.words,
            near: Some(cosine),
            key: candidate.key,
            puts_right: facts::puts_right(&text),
            text,
        });
    }
    by_meaning.sort_by(|one, other| other.score.total_cmp(&one.score));
    let keys = |hits: &[Hit]| hits.iter().map(|hit| hit.key).collect::<Vec<i64>>();
    let scores = vectors::fused(&[keys(&found), keys(&by_meaning)]);
    let first: Vec<i64> = found.iter().take(FIRST).map(|hit| hit.key).collect();
    let mut all = found;
    for hit in by_meaning {
        match all.iter_mut().find(|known| known.key == hit.key) {
            Some(known) => {
                known.near = hit.near;
                elsewhere.remove(&hit.key);
            }
            None => all.push(hit),
        }
    }
    for hit in &mut all {
        hit.score = scores.get(&hit.key).copied().unwrap_or_default();
        if elsewhere.contains(&hit.key) {
            // Reciprocal ranks are within a factor of two of each other.
            hit.score /= 2.0;
        }
    }
    // What the words find best stays: among many lines about somebody an encoder does not tell the one that answers.
    let best = |hit: &Hit| first.iter().position(|key| *key == hit.key).unwrap_or(first.len());
    all.sort_by(|one, other| {
        best(one).cmp(&best(other)).then_with(|| other.score.total_cmp(&one.score))
    });
    Ok(all)
}

/// How much of a question some terms touch.
pub(crate) struct Touched {
    /// Share of what the question names, 0 to 1.
    pub(crate) named: f64,
    /// What is asked of it is there too.
    pub(crate) about: bool,
    /// The words that are there.
    pub(crate) words: Vec<String>,
}

impl Touched {
    /// Half of a name is much less than half of an answer, whatever is said of it.
    pub(crate) fn score(&self) -> f64 {
        let about = if self.about { 1.5 * self.named.powi(2) } else { 0.0 };
        self.named.powi(3) * (1.0 + about)
    }
}

/// What of a question is in a text of these terms.
pub(crate) fn touched(question: &Question, terms: &HashSet<String>) -> Touched {
    let all: f64 = question.core.iter().map(|(_, weight)| weight).sum();
    let there = question.core.iter().filter(|(term, _)| terms.contains(term));
    let mut words: Vec<String> = there.clone().map(|(term, _)| term.clone()).collect();
    let named = if all > 0.0 { there.map(|(_, weight)| weight).sum::<f64>() / all } else { 1.0 };
    let way = question
        .about
        .iter()
        .find(|way| !way.is_empty() && way.iter().all(|term| terms.contains(term)));
    words.extend(way.into_iter().flatten().cloned());
    Touched { named, about: way.is_some(), words }
}

/// Whether a fact's attribute is what was asked for.
pub(crate) fn is_asked(question: &Question, attribute: &Attribute) -> bool {
    let about = attribute.0.rsplit(" / ").next().unwrap_or_default();
    question.asked.as_ref().is_some_and(|asked| asked.0 == about)
}

/// How rare words are, looked up once each.
struct Weights<'a> {
    connection: &'a Connection,
    question: &'a Question,
    known: HashMap<String, f64>,
}

impl Weights<'_> {
    /// What a text says beyond the question: how rare its rarest other words are, 0 to 1.
    fn news(&mut self, terms: &HashSet<String>) -> rusqlite::Result<f64> {
        let mut rarest = [0.0_f64; 2];
        for term in terms {
            if self.question.core.iter().any(|(asked, _)| asked == term) {
                continue;
            }
            let weight = if let Some(weight) = self.known.get(term) {
                *weight
            } else {
                let weight = self.question.weight(occurrences(self.connection, term)?);
                self.known.insert(term.clone(), weight);
                weight
            };
            if weight > rarest[0] {
                rarest = [weight, rarest[0]];
            } else if weight > rarest[1] {
                rarest[1] = weight;
            }
        }
        let mean = f64::midpoint(rarest[0], rarest[1]);
        Ok(mean * mean)
    }
}

/// Whether a message tells of whoever said it what a question asks for; any such thing where it asks for none that is known.
fn tells_own(connection: &Connection, message: i64, question: &Question) -> rusqlite::Result<bool> {
    let asked = question.asked.as_ref().map_or("", |asked| asked.0.as_str());
    connection
        .prepare_cached(
            "SELECT 1 FROM facts WHERE message = ?1 AND CASE ?2 WHEN '' THEN attribute NOT LIKE '% / %' ELSE attribute = ?2 END",
        )?
        .exists((message, asked))
}

fn tells(connection: &Connection, message: i64) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM facts WHERE message = ?1")?.exists([message])
}
