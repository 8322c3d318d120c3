//! Lines that answer nobody: what a model is asked, so that somebody says something before them, and which of its replies are taken.
//!
//! A line that opens a scene or goes on from narration has an answer and no question. Its question is made up backwards, from the answer
//! (instruction back-translation). Whatever reads like the answer turned round is dropped: a pair of that kind teaches repetition.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use domain::Lang;
use serde::{Deserialize, Serialize};

use super::answers::{Answers, Pair};
use super::conversations::{PLAYER, is_wide, stretches};
use super::examples::target_of;
use super::{Example, Options};
use crate::line::Line;

/// Tokens that a reply may have.
pub const INSTRUCTION_TOKENS: u32 = 60;
/// Pairs of the script that are shown as examples.
const SHOWN: usize = 3;
/// Longest side of a pair that is shown, in characters.
const SHOWN_CHARACTERS: usize = 120;
/// What is shown of the line itself, in characters: monologues run for pages, and contexts do not.
const LINE_CHARACTERS: usize = 240;
/// Longest instruction, in characters.
const LONGEST: usize = 200;
/// Share of an instruction's words that may stand in the answer.
const MOST_SHARED: f64 = 0.6;

/// A line of the character that answers nobody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unprompted {
    /// Scene that it stands in.
    pub scene: String,
    /// The line.
    pub answer: String,
    /// What others say to the character nearby, and what comes back; in the order of the script.
    pub neighbours: Vec<(String, String)>,
    /// Everybody's name: no instruction begins with one.
    pub names: Arc<[String]>,
    /// Language of the script.
    pub lang: Lang,
}

/// Why a reply is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// There is nothing in it.
    Empty,
    /// Longer than 200 characters.
    Long,
    /// The answer itself.
    Same,
    /// More than 60 % of its words stand in the answer.
    Alike,
    /// Another script or language than the answer's.
    Foreign,
    /// One of the examples that were shown, word for word.
    Copied,
}

/// What became of lines that answer nobody.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Reconstruction {
    /// Which model was asked.
    pub model: String,
    /// Lines that it was asked about.
    pub asked: usize,
    /// Examples of the dataset with an instruction that it made up.
    pub made_up: usize,
    /// Lines for which the model's context has no room.
    pub no_room: usize,
    /// Left out: replies with nothing in them.
    pub empty: usize,
    /// Left out: longer than 200 characters.
    pub long: usize,
    /// Left out: the answer itself.
    pub same: usize,
    /// Left out: too many words of the answer.
    pub alike: usize,
    /// Left out: another script or language.
    pub foreign: usize,
    /// Left out: an example that was shown, word for word.
    pub copied: usize,
}

impl Reconstruction {
    /// Takes one reply in: an example, or a count of why there is none.
    pub fn add(&mut self, line: &Unprompted, reply: &str, options: &Options) -> Option<Example> {
        self.asked += 1;
        let count = match line.instruction(reply) {
            Ok(prompt) => {
                return Some(Example {
                    system: options.system.clone(),
                    prompt,
                    answer: line.answer.clone(),
                    scene: line.scene.clone(),
                    made_up: true,
                    ..Example::default()
                });
            }
            Err(Unusable::Empty) => &mut self.empty,
            Err(Unusable::Long) => &mut self.long,
            Err(Unusable::Same) => &mut self.same,
            Err(Unusable::Alike) => &mut self.alike,
            Err(Unusable::Foreign) => &mut self.foreign,
            Err(Unusable::Copied) => &mut self.copied,
        };
        *count += 1;
        None
    }

    /// Replies that were not taken.
    pub fn unusable(&self) -> usize {
        self.empty + self.long + self.same + self.alike + self.foreign + self.copied
    }
}

/// Lines of the speaker of `options` that answer nobody, each once, in the order of the script. None without a speaker: everybody's
/// first line is a question then.
pub fn unprompted(lines: &[Line], options: &Options) -> Vec<Unprompted> {
    let names = options.canonical();
    let Some(target) = target_of(lines, options, &names) else { return Vec::new() };
    let mut pairs: Vec<(usize, Pair)> = Vec::new();
    let mut found: Vec<(usize, Unprompted)> = Vec::new();
    let (mut everybody, mut seen) = (BTreeSet::new(), HashSet::new());
    let conversations = stretches(lines, options);
    let answers = Answers::new(&conversations, Some(target));
    for (place, conversation) in conversations.iter().enumerate() {
        let named = conversation.turns.iter().filter(|turn| turn.speaker != PLAYER);
        everybody.extend(named.map(|turn| turn.speaker.clone()));
        // Of turns that alternate, only the first can be without one before it.
        let alone = conversation.turns.len() == 1;
        let first = conversation
            .turns
            .first()
            .filter(|turn| turn.speaker == target && (alone || turn.narration.is_empty()));
        if let Some(turn) = first {
            let long_enough = turn.text.chars().count() >= options.min_answer;
            if long_enough && family(&turn.text).is_some() && seen.insert(turn.text.clone()) {
                let (scene, answer) = (conversation.scene.clone(), turn.text.clone());
                found.push((place, Unprompted { scene, answer, ..Unprompted::default() }));
            }
        }
        if !alone {
            let runs = answers.of(conversation);
            pairs.extend(runs.into_iter().flatten().map(|pair| (place, pair)));
        }
    }
    pairs.retain(|(_, pair)| {
        [&pair.prompt, &pair.answer].into_iter().all(|side| {
            let short = side.chars().count() <= SHOWN_CHARACTERS && !side.contains('\n');
            short && !side.starts_with('(') && family(side).is_some()
        })
    });
    let lang = lang_of(&found);
    let names: Arc<[String]> = everybody.into_iter().collect();
    for (place, line) in &mut found {
        // Pairs are in the order of their places: the nearest are among a few on either side.
        let behind = pairs.partition_point(|(at, _)| at < place);
        let around = behind.saturating_sub(SHOWN)..pairs.len().min(behind + SHOWN);
        let mut near: Vec<usize> = around.collect();
        near.sort_by_key(|&at| pairs[at].0.abs_diff(*place));
        near.truncate(SHOWN);
        near.sort_unstable();
        let shown = near.into_iter().map(|at| &pairs[at].1);
        line.neighbours = shown.map(|pair| (pair.prompt.clone(), pair.answer.clone())).collect();
        (line.lang, line.names) = (lang, names.clone());
    }
    found.into_iter().map(|(_, line)| line).collect()
}

/// The language of most lines: one of them may quote another.
fn lang_of(lines: &[(usize, Unprompted)]) -> Lang {
    let written = |lang: Lang| {
        lines.iter().filter(|(_, line)| Lang::guess(&line.answer, None) == lang).count()
    };
    // Of as many, Japanese: some of its lines are of Han characters alone.
    [Lang::En, Lang::Zh, Lang::Ja].into_iter().max_by_key(|lang| written(*lang)).unwrap_or_default()
}

/// What the two sides of a pair are called in a question: the line, and what was said before it.
fn labels(lang: Lang) -> (&'static str, &'static str) {
    match lang {
        Lang::En => ("Line", "Said before it"),
        Lang::Zh => ("台词", "之前别人说的"),
        Lang::Ja => ("台詞", "その前の相手の言葉"),
    }
}

impl Unprompted {
    /// What a model is told to do.
    pub fn order(&self) -> &'static str {
        match self.lang {
            Lang::En => {
                "Write what another person could have said right before a line of a visual novel, so that the line is a natural answer. One short sentence in the language of the line, without names, quotation marks, or the words of the line."
            }
            Lang::Zh => {
                "给你视觉小说中一个角色的一句台词。请写出别人在它之前可能说的那一句话，使这句台词成为自然的回答。用中文，只写一个短句，不写说话人的名字，不加引号，不重复台词本身的话。"
            }
            Lang::Ja => {
                "ビジュアルノベルの登場人物の台詞を一つ示します。それが自然な返事になるように、直前に相手が言いそうな一言を書いてください。日本語の短い一文だけで、話者の名前も鉤括弧も付けず、台詞の言葉を繰り返さないでください。"
            }
        }
    }

    /// What it is asked: at most so many of the pairs nearby, then the line.
    pub fn question(&self, pairs: usize) -> String {
        let (line, before) = labels(self.lang);
        let mut text = String::new();
        for (prompt, answer) in self.neighbours.iter().take(pairs) {
            let pair = [line, ": ", &flat(answer), "\n", before, ": ", &flat(prompt), "\n\n"];
            text.push_str(&pair.concat());
        }
        let own: String = flat(&self.answer).chars().take(LINE_CHARACTERS).collect();
        text + line + ": " + &own + "\n" + before + ":"
    }

    /// A reply as an instruction: its first line, without labels, names and quotation marks.
    ///
    /// # Errors
    /// If it is none that anything can be learnt from.
    pub fn instruction(&self, reply: &str) -> Result<String, Unusable> {
        let text = reply.lines().map(|line| self.bare(line)).find(|line| !line.is_empty());
        let text = text.ok_or(Unusable::Empty)?;
        let Some(script) = family(text) else { return Err(Unusable::Empty) };
        if text.chars().count() > LONGEST {
            return Err(Unusable::Long);
        }
        let guess = |text: &str| Lang::guess(text, Some(self.lang));
        let other = script == Family::Wide && guess(text) != guess(&self.answer);
        if other || family(&self.answer) != Some(script) {
            return Err(Unusable::Foreign);
        }
        let (words, answer) = (words_of(text), words_of(&self.answer));
        if words == answer {
            return Err(Unusable::Same);
        }
        let answer: HashSet<&String> = answer.iter().collect();
        let shared = words.iter().filter(|word| answer.contains(word)).count();
        if shared as f64 > words.len() as f64 * MOST_SHARED {
            return Err(Unusable::Alike);
        }
        if self.neighbours.iter().any(|(prompt, answer)| {
            [prompt, answer].into_iter().any(|side| words_of(side) == words)
        }) {
            return Err(Unusable::Copied);
        }
        Ok(text.to_owned())
    }

    /// A line without what stands round the words: a cue in brackets (models that play characters begin so), a label or a name in front,
    /// quotation marks on both sides.
    fn bare<'a>(&self, line: &'a str) -> &'a str {
        let (own, before) = labels(self.lang);
        let mut line = line.trim();
        loop {
            let said = match line.strip_prefix('[') {
                // A cue that never ends has swallowed the words.
                Some(cue) => cue.split_once(']').map_or("", |(_, rest)| rest.trim()),
                None => line,
            };
            let headed = said.split_once([':', '：']).filter(|(head, _)| {
                let head = head.trim();
                [own, before].contains(&head) || self.names.iter().any(|name| name == head)
            });
            let rest = headed.map_or(said, |(_, rest)| rest.trim());
            let quoted = [('"', '"'), ('“', '”'), ('「', '」'), ('『', '』')]
                .into_iter()
                .find_map(|(open, close)| rest.strip_prefix(open)?.strip_suffix(close));
            let rest = quoted.map_or(rest, str::trim);
            if rest.len() == line.len() {
                return rest;
            }
            line = rest;
        }
    }
}

/// A text in one line.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Kinds of writing that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Family {
    Wide,
    Latin,
    Cyrillic,
    Hangul,
    Other,
}

/// What most letters of a text are; `None` where there is none.
fn family(text: &str) -> Option<Family> {
    let of = |c: char| match c {
        'ａ'..='ｚ' | 'Ａ'..='Ｚ' | '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Family::Latin,
        '\u{400}'..='\u{52f}' => Family::Cyrillic,
        '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7af}' => {
            Family::Hangul
        }
        c if is_wide(c) => Family::Wide,
        _ => Family::Other,
    };
    let mut counts = HashMap::new();
    for letter in text.chars().filter(|c| c.is_alphabetic()) {
        *counts.entry(of(letter)).or_insert(0usize) += 1;
    }
    counts.into_iter().max_by_key(|&(family, count)| (count, family)).map(|(family, _)| family)
}

/// The words of a text in small letters; where they have no spaces round them, pairs of neighbouring letters.
fn words_of(text: &str) -> Vec<String> {
    let small = text.to_lowercase();
    let runs = small.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '’'));
    let mut out = Vec::new();
    for run in runs.filter(|run| !run.is_empty()) {
        let letters: Vec<char> = run.chars().collect();
        if letters.len() > 1 && letters.iter().all(|c| is_wide(*c)) {
            out.extend(letters.windows(2).map(|two| two.iter().collect::<String>()));
        } else {
            out.push(run.to_owned());
        }
    }
    out
}

#[cfg(test)]
#[path = "instructions_tests.rs"]
mod tests;
