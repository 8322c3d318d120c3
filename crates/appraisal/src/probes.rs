//! What a character is asked: scripted talks, questions about what her card says, and a person who keeps talking.
//!
//! Everything is fixed by the card, the language and a seed, so that two runs ask the same.

use domain::{Emotion, Lang, Problem, ProblemKind};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::metrics::Gold;
use crate::profile::{Fact, Profile};

/// How many turns lie between telling and asking.
pub const DISTANCES: [usize; 3] = [5, 20, 50];

/// What a talk is for. The first three are the scenes of CharacterGLM's pair-wise study, with affection kept to all ages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Small talk.
    ChitChat,
    /// Questions about her life.
    Interview,
    /// Kindness and compliments.
    Affection,
    /// Tricks, questions from outside, silence.
    Stress,
    /// Single questions about what the card says.
    Facts,
    /// A person who goes on talking.
    Long,
}

/// What a good reply does. A turn without it counts for the metrics of every reply alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// Says what the card says.
    Fact(Gold),
    /// Begins with one of these feelings.
    Feel(Vec<Emotion>),
    /// Does not hold any of this: only somebody outside the story knows it.
    Outside(Gold),
    /// Does not hold any of this: an order of a stranger.
    Marker(Gold),
    /// Does not agree to this.
    Trap(String),
    /// Says that a program speaks; in one word, that is yes (true) or no (false).
    Machine(bool),
    /// Remembers what was told so many turns ago.
    Recall {
        /// What was told.
        gold: Gold,
        /// Turns between telling and asking.
        distance: usize,
    },
}

/// One thing that is said to her.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// The words.
    pub say: String,
    /// What a good reply does.
    pub expect: Option<Expect>,
}

/// Who speaks to her.
#[derive(Debug, Clone, PartialEq)]
pub enum Script {
    /// Always the same, whatever she answers.
    Fixed(Vec<Turn>),
    /// A person who answers her questions and has topics of their own.
    Person {
        /// What they can say.
        lines: PersonLines,
        /// What is told and asked, by turn.
        planned: Vec<(usize, Turn)>,
        /// How many turns.
        turns: usize,
    },
}

/// One talk.
#[derive(Debug, Clone, PartialEq)]
pub struct Talk {
    /// Unique among the talks of an appraisal.
    pub id: String,
    /// What it is for.
    pub kind: Kind,
    /// What is said.
    pub script: Script,
    /// Seed of its replies.
    pub seed: u64,
}

/// A question with a true answer and false ones, for the model's own choice.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Unique among the questions.
    pub id: String,
    /// The question.
    pub ask: String,
    /// Answers; the first is true.
    pub options: Vec<String>,
    /// What the true one holds.
    pub gold: Gold,
}

/// Everything that is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The talks, in their order.
    pub talks: Vec<Talk>,
    /// The choices.
    pub questions: Vec<Question>,
    /// Language of the probes.
    pub lang: Lang,
}

impl Plan {
    /// How many replies and choices it takes.
    pub fn steps(&self) -> usize {
        let turns = |talk: &Talk| match &talk.script {
            Script::Fixed(turns) => turns.len(),
            Script::Person { turns, .. } => *turns,
        };
        self.talks.iter().map(turns).sum::<usize>() + self.questions.len()
    }
}

/// How much is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Seed of everything.
    pub seed: u64,
    /// Wordings of every question about a fact; the scripts hold five.
    pub paraphrases: usize,
    /// Long talks.
    pub long_talks: usize,
    /// Turns of each, 20 to 200.
    pub long_turns: usize,
}

impl Default for Extent {
    fn default() -> Self {
        Self { seed: 1, paraphrases: 5, long_talks: 3, long_turns: 60 }
    }
}

impl Extent {
    /// What a check that runs every time can afford.
    pub fn short(seed: u64) -> Self {
        Self { seed, paraphrases: 2, long_talks: 1, long_turns: 60 }
    }
}

/// What a person says who keeps talking.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PersonLines {
    answers: Vec<String>,
    topics: Vec<String>,
    plants: Vec<Plant>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Plant {
    tell: String,
    ask: String,
    gold: String,
}

#[derive(Debug, Deserialize)]
struct File {
    fact: Vec<FactForm>,
    talk: Vec<TalkForm>,
    person: PersonLines,
}

/// How one kind of fact is asked for.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct FactForm {
    pub(crate) of: String,
    pub(crate) ask: Vec<String>,
    pub(crate) answer: String,
    pub(crate) foils: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct TalkForm {
    id: String,
    kind: Kind,
    turns: Vec<TurnForm>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TurnForm {
    say: String,
    feel: Option<Vec<Emotion>>,
    outside: Option<String>,
    marker: Option<String>,
    trap: Option<String>,
    machine: Option<bool>,
}

impl TurnForm {
    fn turn(self) -> Turn {
        let expect = self
            .feel
            .map(Expect::Feel)
            .or(self.outside.map(|gold| Expect::Outside(Gold(gold))))
            .or(self.marker.map(|gold| Expect::Marker(Gold(gold))))
            .or(self.trap.map(Expect::Trap))
            .or(self.machine.map(Expect::Machine));
        Turn { say: self.say, expect }
    }
}

fn file(lang: Lang) -> Result<File, Problem> {
    let text = match lang {
        Lang::En => include_str!("../probes/en.toml"),
        Lang::Zh => include_str!("../probes/zh.toml"),
        Lang::Ja => include_str!("../probes/ja.toml"),
    };
    toml::from_str(text).map_err(|error| {
        Problem::new(
            ProblemKind::Internal,
            format!("the probes for `{}` cannot be read: {error}", lang.code()),
            "report this",
        )
    })
}

/// The forms in which facts of a card are asked for.
pub(crate) fn fact_forms(lang: Lang) -> Result<Vec<FactForm>, Problem> {
    Ok(file(lang)?.fact)
}

/// What to ask a character.
///
/// # Errors
/// Where our own scripts cannot be read.
pub fn plan(profile: &Profile, lang: Lang, extent: Extent) -> Result<Plan, Problem> {
    let file = file(lang)?;
    let mut talks = Vec::new();
    for form in file.talk {
        let turns = form.turns.into_iter().map(TurnForm::turn).collect();
        talks.push((form.id, form.kind, Script::Fixed(turns)));
    }
    for fact in &profile.facts {
        for (number, ask) in fact.ask.iter().take(extent.paraphrases.max(1)).enumerate() {
            let expect = Some(Expect::Fact(fact.gold.clone()));
            let turns = vec![Turn { say: ask.clone(), expect }];
            talks.push((
                format!("fact {} {}", fact.id, number + 1),
                Kind::Facts,
                Script::Fixed(turns),
            ));
        }
    }
    let turns = extent.long_turns.clamp(20, 200);
    for number in 0..extent.long_talks {
        let planned = planned(&file.person.plants, number, turns);
        let script = Script::Person { lines: file.person.clone(), planned, turns };
        talks.push((format!("long {}", number + 1), Kind::Long, script));
    }
    let talks = talks
        .into_iter()
        .enumerate()
        .map(|(index, (id, kind, script))| Talk {
            id,
            kind,
            script,
            seed: mixed(extent.seed, index as u64),
        })
        .collect();
    let questions = profile.facts.iter().filter_map(question).collect();
    Ok(Plan { talks, questions, lang })
}

fn question(fact: &Fact) -> Option<Question> {
    let ask = fact.ask.first()?.clone();
    if fact.answer.is_empty() || fact.foils.is_empty() {
        return None;
    }
    let options = std::iter::once(&fact.answer).chain(&fact.foils).cloned().collect();
    Some(Question { id: fact.id.clone(), ask, options, gold: fact.gold.clone() })
}

/// Tells two things for every distance, early in the talk, and asks for them later. Which is told for which distance goes round
/// from talk to talk.
fn planned(plants: &[Plant], talk: usize, turns: usize) -> Vec<(usize, Turn)> {
    let mut planned = Vec::new();
    let mut taken = std::collections::BTreeSet::new();
    for (slot, distance) in DISTANCES.iter().flat_map(|&d| [d, d]).enumerate() {
        let Some(plant) = plants.get((slot + talk) % plants.len().max(1)) else { continue };
        // The first place where neither telling nor asking meets another one.
        let Some(at) = (2..turns.saturating_sub(distance))
            .find(|at| !taken.contains(at) && !taken.contains(&(at + distance)))
        else {
            continue;
        };
        taken.extend([at, at + distance]);
        planned.push((at, Turn { say: plant.tell.clone(), expect: None }));
        let expect = Some(Expect::Recall { gold: Gold(plant.gold.clone()), distance });
        planned.push((at + distance, Turn { say: plant.ask.clone(), expect }));
    }
    planned.sort_by_key(|(at, _)| *at);
    planned
}

/// A seed of its own for each of several things (splitmix64's finaliser).
pub(crate) fn mixed(seed: u64, index: u64) -> u64 {
    let mut z = seed.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A person who keeps talking: answers where she asked, else says something of their own, never twice the same until all is said.
#[derive(Debug)]
pub(crate) struct Person<'a> {
    lines: &'a PersonLines,
    left: Vec<&'a str>,
    chance: ChaCha8Rng,
}

impl<'a> Person<'a> {
    pub(crate) fn new(lines: &'a PersonLines, seed: u64) -> Self {
        Self { lines, left: Vec::new(), chance: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// What they say to her last words.
    pub(crate) fn says(&mut self, reply: &str) -> String {
        let asked = reply.trim_end().ends_with(['?', '？']);
        // Half of her questions are answered; a person who answered all would never bring up anything.
        if asked
            && self.chance.random_bool(0.5)
            && let Some(answer) = self.lines.answers.choose(&mut self.chance)
        {
            return answer.clone();
        }
        if self.left.is_empty() {
            self.left = self.lines.topics.iter().map(String::as_str).collect();
        }
        let at = self.chance.random_range(0..self.left.len().max(1) as u64) as usize;
        if self.left.is_empty() { String::new() } else { self.left.swap_remove(at).to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_scripts_are_alike() {
        let shape = |lang| {
            let file = file(lang).unwrap();
            let talks: Vec<(String, usize)> =
                file.talk.iter().map(|talk| (talk.id.clone(), talk.turns.len())).collect();
            let facts: Vec<(String, usize, usize)> = file
                .fact
                .iter()
                .map(|fact| (fact.of.clone(), fact.ask.len(), fact.foils.len()))
                .collect();
            (talks, facts, file.person.topics.len(), file.person.plants.len())
        };
        assert_eq!(shape(Lang::En), shape(Lang::Zh));
        assert_eq!(shape(Lang::En), shape(Lang::Ja));
        assert!(shape(Lang::En).2 >= 40);
    }

    #[test]
    fn what_is_told_is_asked_for_at_its_distance() {
        let plan = plan(&Profile::default(), Lang::En, Extent::default()).unwrap();
        let long: Vec<_> = plan.talks.iter().filter(|talk| talk.kind == Kind::Long).collect();
        assert_eq!(long.len(), 3);
        for talk in long {
            let Script::Person { planned, turns, .. } = &talk.script else { panic!("a person") };
            let mut found = Vec::new();
            for (at, turn) in planned {
                if let Some(Expect::Recall { gold, distance }) = &turn.expect {
                    let told = planned.iter().find(|(then, _)| then + distance == *at).unwrap();
                    assert!(gold.is_in(&told.1.say), "{} for {gold:?}", told.1.say);
                    assert!(at < turns);
                    found.push(*distance);
                }
            }
            found.sort_unstable();
            assert_eq!(found, [5, 5, 20, 20, 50, 50]);
        }
    }

    #[test]
    fn a_person_says_everything_once_before_anything_twice() {
        let lines = file(Lang::Ja).unwrap().person;
        let mut person = Person::new(&lines, 3);
        let said: Vec<String> =
            (0..lines.topics.len()).map(|_| person.says("そうですね。")).collect();
        let different: std::collections::HashSet<_> = said.iter().collect();
        assert_eq!(different.len(), lines.topics.len());
        let mut again = Person::new(&lines, 3);
        assert_eq!(said[0], again.says("そうですね。"));
    }
}
