//! A made-up year with a companion, to measure remembering with: small talk in three languages, in which facts are told, some of
//! them put right weeks later, and questions about them at the end. The same seed gives the same diary.
//!
//! Most facts are about people with names; what the person tells of themselves ([`own`]) is counted by itself.
//!
//! The sentences were written without looking at the rules of [`crate::facts`]: about half of them fit none.

mod own;
mod words;

use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use self::words::{Kind, LANGUAGES, Language};

/// How much happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Exchanges: a line of the person's and an answer each.
    pub turns: usize,
    /// Facts that are told.
    pub facts: usize,
    /// How many of them are told wrongly at first and put right later.
    pub corrected: usize,
}

/// The size that the project states its figures for: 300 days.
pub const YEAR: Size = Size { turns: 20_000, facts: 500, corrected: 100 };

/// Something that was told, and how it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The question of the end.
    pub question: String,
    /// What the answer must hold.
    pub value: String,
    /// What was said at first, where that was wrong.
    pub wrong: Option<String>,
    /// `en`, `zh` or `ja`.
    pub lang: &'static str,
    /// The person told it of themselves, and asks "where do I live?".
    pub own: bool,
    /// The turn in which it was told, and the one in which it was put right.
    turns: [Option<usize>; 2],
}

/// A diary: lines of the person's in their order, and what they told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diary {
    /// (what the person says, what the character answers)
    pub turns: Vec<(String, String)>,
    /// What was told.
    pub told: Vec<Told>,
}

impl Told {
    /// Whether a text holds the value, and does not give the wrong one first.
    pub fn is_answered_by(&self, text: &str) -> bool {
        match (&self.wrong, text.find(&self.value)) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(wrong), Some(at)) => text.find(wrong.as_str()).is_none_or(|old| at < old),
        }
    }

    /// The turns of the diary in which it was told and put right.
    pub fn turns(&self) -> impl Iterator<Item = usize> {
        self.turns.into_iter().flatten()
    }
}

/// Writes a diary.
pub fn write(seed: u64, size: Size) -> Diary {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut lines: Vec<Option<String>> = vec![None; size.turns];
    let mut langs: Vec<usize> = (0..size.turns).map(|_| 0).collect();
    // Weeks in one language, as people are.
    let mut lang = 0;
    for (turn, slot) in langs.iter_mut().enumerate() {
        if turn % 60 == 0 {
            lang = rng.random_range(0..LANGUAGES.len());
        }
        *slot = lang;
    }
    let mut told: Vec<Told> = Vec::new();
    let mut taken: Vec<(usize, String, usize)> = Vec::new();
    while told.len() < size.facts {
        let language_at = told.len() % LANGUAGES.len();
        let language = &LANGUAGES[language_at];
        let kind_at = rng.random_range(0..language.kinds.len());
        let kind = &language.kinds[kind_at];
        let name = full_name(language, &mut rng);
        if taken.iter().any(|one| one.0 == language_at && one.1 == name && one.2 == kind_at) {
            continue;
        }
        taken.push((language_at, name.clone(), kind_at));
        let value = value(kind, &mut rng);
        let corrected = told.len() < size.corrected;
        let wrong = corrected.then(|| {
            loop {
                let other = self::value(kind, &mut rng);
                if other != value {
                    break other;
                }
            }
        });
        let first = free(&lines, 0, size.turns * 2 / 3, &mut rng);
        let said = fill(pick(kind.statements, &mut rng), &name, wrong.as_ref().unwrap_or(&value));
        lines[first] = Some(said);
        let later = wrong.is_some().then(|| {
            let later = free(&lines, first + 1, size.turns, &mut rng);
            lines[later] = Some(fill(pick(kind.corrections, &mut rng), &name, &value));
            later
        });
        let question = fill(pick(kind.questions, &mut rng), &name, "");
        let turns = [Some(first), later];
        told.push(Told { question, value, wrong, lang: language.code, own: false, turns });
    }
    told.extend(own_facts(seed, size, &mut lines));
    let turns = lines.into_iter().zip(langs).map(|(line, lang)| {
        let language = &LANGUAGES[lang];
        let name = full_name(language, &mut rng);
        let said = line.unwrap_or_else(|| {
            let thing = pick(language.things, &mut rng);
            fill(pick(language.chatter, &mut rng), &name, thing)
        });
        (said, pick(language.answers, &mut rng).to_owned())
    });
    Diary { turns: turns.collect(), told }
}

/// What the person tells of themselves: each thing once, in the languages in turn; every second one wrongly at first.
fn own_facts(seed: u64, size: Size, lines: &mut [Option<String>]) -> Vec<Told> {
    // Of its own, so that the rest of a seed's diary stays what it was.
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x0_5e1f);
    let mut told = Vec::with_capacity(own::things().len());
    let from = rng.random_range(0..LANGUAGES.len());
    for (number, own) in own::things().enumerate() {
        let at = (from + number) % LANGUAGES.len();
        let telling = &own[at];
        let value = pick(&telling.values, &mut rng);
        let wrong = (number % 2 == 0).then(|| {
            let others: Vec<&str> =
                telling.values.iter().copied().filter(|other| *other != value).collect();
            pick(&others, &mut rng)
        });
        let first = free(lines, 0, size.turns * 2 / 3, &mut rng);
        let said = fill(pick(&telling.statements, &mut rng), "", wrong.unwrap_or(value));
        lines[first] = Some(said);
        let later = wrong.is_some().then(|| {
            let later = free(lines, first + 1, size.turns, &mut rng);
            lines[later] = Some(fill(pick(&telling.corrections, &mut rng), "", value));
            later
        });
        told.push(Told {
            question: pick(&telling.questions, &mut rng).to_owned(),
            value: value.to_owned(),
            wrong: wrong.map(str::to_owned),
            lang: LANGUAGES[at].code,
            own: true,
            turns: [Some(first), later],
        });
    }
    told
}

fn full_name(language: &Language, rng: &mut ChaCha8Rng) -> String {
    format!("{}{}", pick(language.family, rng), pick(language.given, rng))
}

fn value(kind: &Kind, rng: &mut ChaCha8Rng) -> String {
    match kind.second {
        [] => pick(kind.first, rng).to_owned(),
        second => format!("{}{}", pick(kind.first, rng), pick(second, rng)),
    }
}

fn pick<'a>(list: &[&'a str], rng: &mut ChaCha8Rng) -> &'a str {
    list.choose(rng).copied().unwrap_or_default()
}

fn fill(template: &str, name: &str, value: &str) -> String {
    template.replace("{n}", name).replace("{v}", value)
}

/// A turn in which nothing is told yet.
fn free(lines: &[Option<String>], from: usize, to: usize, rng: &mut ChaCha8Rng) -> usize {
    loop {
        let turn = rng.random_range(from..to);
        if lines[turn].is_none() {
            return turn;
        }
        // Behind a fact told late there may be little room: then the last free turn.
        if lines[from..to].iter().all(Option::is_some) {
            return lines.iter().rposition(Option::is_none).unwrap_or(turn);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_diary_and_another_one_another() {
        let size = Size { turns: 300, facts: 30, corrected: 6 };
        let diary = write(1, size);
        assert_eq!(diary, write(1, size));
        assert_ne!(diary, write(2, size));
        let own = diary.told.iter().filter(|told| told.own).count();
        assert_eq!((diary.turns.len(), diary.told.len()), (300, 30 + own));
        assert_eq!(own, own::things().len());
        for told in &diary.told {
            assert!(diary.turns.iter().any(|(said, _)| said.contains(&told.value)), "{told:?}");
        }
    }
}
