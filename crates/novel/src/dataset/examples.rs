//! Conversations to examples, examples to splits.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::answers::{Answers, Pair};
use super::conversations::{Conversation, conversations};
use super::duplicates::near_duplicates;
use super::instructions::Reconstruction;
use super::terms::{self, Terms};
use super::{Dataset, Example, Options, TermAction};
use crate::error::Error;
use crate::line::Line;

/// What was done to make a dataset.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Conversations that were found.
    pub conversations: usize,
    /// Turns in them.
    pub turns: usize,
    /// Answers of each speaker in the examples.
    pub answers: BTreeMap<String, usize>,
    /// Examples left out because an answer was too short.
    pub short: usize,
    /// Examples left out because of a term.
    pub with_terms: usize,
    /// Near-duplicates left out.
    pub duplicates: usize,
    /// Examples taken out of validation or test because training has nearly the same answer.
    pub leaks: usize,
    /// What a model made up before lines that answer nobody, where it was asked to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reconstruction: Option<Reconstruction>,
}

/// Makes a dataset of a novel's rows, and of examples that come from elsewhere (chats, the card, what a model made up).
///
/// # Errors
/// If nothing remains: nobody speaks, or the speaker is not there.
pub fn build(lines: &[Line], more: Vec<Example>, options: &Options) -> Result<Dataset, Error> {
    let conversations = conversations(lines, options);
    let mut report = Report {
        conversations: conversations.len(),
        turns: conversations.iter().map(|conversation| conversation.turns.len()).sum(),
        ..Report::default()
    };
    let names = options.canonical();
    let target = target_of(lines, options, &names);
    let (made_up, mut examples): (Vec<_>, Vec<_>) = more.into_iter().partition(|one| one.made_up);
    let one_scene = conversations
        .split_first()
        .is_some_and(|(first, more)| more.iter().all(|other| other.scene == first.scene));
    let answers = Answers::new(&conversations, target);
    for (number, conversation) in conversations.iter().enumerate() {
        // Where all is one scene (a whole novel in one text), its conversations are what is divided.
        let scene = &conversation.scene;
        let scene = if one_scene { format!("{scene} {}", number + 1) } else { scene.clone() };
        for pairs in answers.of(conversation) {
            windows(&pairs, &scene, options, &mut examples, &mut report);
        }
    }
    if let Some(target) = target.filter(|_| !made_up.is_empty()) {
        *report.answers.entry(target.to_owned()).or_default() += made_up.len();
    }
    // Last: of two answers that are nearly the same, the one with a question of the script's stays.
    examples.extend(made_up);
    let found = apply_terms(&mut examples, &conversations, options, &mut report);
    let kept = near_duplicates(&examples, options.near);
    report.duplicates = examples.len() - kept.len();
    let examples: Vec<Example> = kept.into_iter().map(|index| examples[index].clone()).collect();
    if examples.is_empty() {
        return Err(left_out(&report, options).unwrap_or_else(|| {
            Error::Empty(empty_reason(lines, target, options.lang.as_deref()))
        }));
    }
    Ok(split(examples, options, report, &found, one_scene))
}

/// The displayed name of whose answers are learnt.
pub(super) fn target_of<'a>(
    lines: &'a [Line],
    options: &'a Options,
    names: &HashMap<&str, &'a str>,
) -> Option<&'a str> {
    let name = options.speaker.as_deref()?;
    let name = names.get(name).copied().unwrap_or(name);
    Some(display_of(lines, name).unwrap_or(name))
}

/// A script's name may be given where the displayed one is meant.
fn display_of<'a>(lines: &'a [Line], id: &str) -> Option<&'a str> {
    if lines.iter().any(|line| line.speaker.as_deref() == Some(id)) {
        return None;
    }
    lines
        .iter()
        .find(|line| line.speaker_id.as_deref() == Some(id))
        .and_then(|line| line.speaker.as_deref())
}

/// Why nothing remains, where there were examples.
fn left_out(report: &Report, options: &Options) -> Option<Error> {
    let Report { with_terms, short, .. } = report;
    if *with_terms > 0 {
        let message = format!("every example holds a term of the world ({with_terms} left out)");
        let remedy = "have terms replaced instead of leaving examples with them out, or name fewer";
        return Some(Error::LeftOut { message, remedy });
    }
    (*short > 0).then(|| {
        let least = options.min_answer;
        let message = format!("every answer is shorter than {least} characters ({short} left out)");
        Error::LeftOut { message, remedy: "let shorter answers stay" }
    })
}

fn empty_reason(lines: &[Line], target: Option<&str>, lang: Option<&str>) -> String {
    if let Some(asked) = lang.filter(|_| !lines.iter().any(|line| line.lang.as_deref() == lang)) {
        let known: BTreeSet<&str> = lines.iter().filter_map(|line| line.lang.as_deref()).collect();
        let known: Vec<&str> = known.into_iter().collect();
        return if known.is_empty() {
            format!("there is no translation into `{asked}` here, nor any other")
        } else {
            format!("there is no translation into `{asked}` here; there are {}", known.join(", "))
        };
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    // Of one language: a line that was translated is said once.
    let said = lines.iter().filter(|line| line.lang.as_deref() == lang);
    for name in said.filter_map(Line::voice_of) {
        *counts.entry(name).or_default() += 1;
    }
    let mut names: Vec<_> = counts.into_iter().collect();
    names.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    let list: Vec<String> =
        names.iter().take(8).map(|(name, count)| format!("{name} ({count})")).collect();
    match target {
        _ if list.is_empty() => {
            "nobody speaks in these lines: choose a script that names its speakers".to_owned()
        }
        Some(name) => format!("`{name}` answers nobody here; speakers are {}", list.join(", ")),
        None => format!("nobody answers anybody here; speakers are {}", list.join(", ")),
    }
}

/// Cuts a run into examples of at most `window` characters; each pair is in exactly one.
fn windows(
    pairs: &[Pair],
    scene: &str,
    options: &Options,
    out: &mut Vec<Example>,
    report: &mut Report,
) {
    let mut open: Vec<&Pair> = Vec::new();
    let mut size = 0;
    let mut close = |open: &mut Vec<&Pair>| {
        // Short answers may stand in the history, but the last one must be worth learning.
        while open.last().is_some_and(|pair| pair.answer.chars().count() < options.min_answer) {
            open.pop();
            report.short += 1;
        }
        let Some((last, history)) = open.split_last() else { return };
        for pair in open.iter() {
            *report.answers.entry(pair.speaker.clone()).or_default() += 1;
        }
        out.push(Example {
            system: options.system.clone(),
            history: history
                .iter()
                .map(|pair| (pair.prompt.clone(), pair.answer.clone()))
                .collect(),
            prompt: last.prompt.clone(),
            answer: last.answer.clone(),
            scene: scene.to_owned(),
            made_up: false,
        });
        open.clear();
    };
    for pair in pairs {
        let len = pair.prompt.chars().count() + pair.answer.chars().count();
        if size + len > options.window && !open.is_empty() {
            close(&mut open);
            size = 0;
        }
        size += len;
        open.push(pair);
    }
    close(&mut open);
}

fn apply_terms(
    examples: &mut Vec<Example>,
    conversations: &[Conversation],
    options: &Options,
    report: &mut Report,
) -> Terms {
    let mut list = options.term_list.clone();
    if options.learn_terms {
        let texts = conversations
            .iter()
            .flat_map(|conversation| &conversation.turns)
            .map(|turn| turn.text.as_str());
        list.extend(terms::learn(texts, 3));
        let turns = conversations.iter().flat_map(|conversation| &conversation.turns);
        let speakers: BTreeSet<&str> = turns.map(|turn| turn.speaker.as_str()).collect();
        list.extend(speakers.into_iter().filter_map(terms::told_by_speaking).map(str::to_owned));
    }
    let terms = Terms::new(list);
    match options.terms {
        TermAction::Keep => return Terms::default(),
        TermAction::Drop => {
            let before = examples.len();
            examples.retain(|example| {
                !example.pairs().any(|(prompt, answer)| terms.any(prompt) || terms.any(answer))
            });
            report.with_terms = before - examples.len();
        }
        TermAction::Replace => {
            for example in examples.iter_mut() {
                for (prompt, answer) in &mut example.history {
                    *prompt = terms.replace(prompt);
                    *answer = terms.replace(answer);
                }
                example.prompt = terms.replace(&example.prompt);
                example.answer = terms.replace(&example.answer);
            }
        }
    }
    terms
}

/// Whole scenes go to one split, whole conversations where all are of one scene; what training nearly knows already is taken out of the others.
fn split(
    examples: Vec<Example>,
    options: &Options,
    mut report: Report,
    terms: &Terms,
    one_scene: bool,
) -> Dataset {
    let mut dataset = Dataset { terms: terms.placeholders(), ..Dataset::default() };
    for example in examples {
        // What was made up before a line knows its scene only.
        let alone = one_scene && example.made_up;
        let place = share(if alone { &example.answer } else { &example.scene }, options.seed);
        if place < options.test {
            dataset.test.push(example);
        } else if place < options.test + options.validation {
            dataset.validation.push(example);
        } else {
            dataset.train.push(example);
        }
    }
    // A novel of one scene has nothing to keep back; training on nothing helps nobody.
    if dataset.train.is_empty() {
        dataset.train.append(&mut dataset.validation);
        dataset.train.append(&mut dataset.test);
    }
    for held in [&mut dataset.validation, &mut dataset.test] {
        let leaked = super::duplicates::leaks(&dataset.train, held, options.near);
        report.leaks += leaked.len();
        let mut index = 0;
        held.retain(|_| {
            index += 1;
            !leaked.contains(&(index - 1))
        });
    }
    dataset.report = report;
    dataset
}

/// A number in 0..1 that depends on the scene and the seed alone, so that more scenes do not move the others.
fn share(scene: &str, seed: u64) -> f64 {
    let hash = super::duplicates::hash(scene.as_bytes(), seed);
    (hash >> 11) as f64 / (1u64 << 53) as f64
}
