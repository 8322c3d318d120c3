//! Chats as a source: what a character answered, and what it might have answered (swipes). In a group every message belongs to who is
//! named on it; where only one character speaks, that is the chat's, whatever its messages call it. A message without a name is told by
//! nobody, unless none has a name.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{Example, Narration, Options};
use crate::chatlog::{Chat, Message};

/// Two answers to the same question, the better one first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Preference {
    /// Instructions above the talk; may be empty.
    pub system: String,
    /// Earlier questions and answers.
    pub history: Vec<(String, String)>,
    /// What is said.
    pub prompt: String,
    /// The answer that was kept.
    pub chosen: String,
    /// One that was swiped away.
    pub rejected: String,
}

/// A question and its answer.
struct Pair<'a> {
    prompt: String,
    answer: String,
    speaker: &'a str,
    /// Answers that were swiped away.
    rejected: Vec<String>,
}

/// Characters of a group whose swipes are looked at where nobody is asked for: each costs a walk through the chat.
const MAX_CAST: usize = 32;

/// Who says what in a chat.
struct Voices<'a> {
    chat: &'a Chat,
    /// Every alias with the name that is written for it.
    names: HashMap<&'a str, &'a str>,
    /// Names of the characters, in the order in which they first speak.
    characters: Vec<&'a str>,
    /// Whose answers are asked for.
    target: Option<&'a str>,
    narration: Narration,
    /// Messages without a name are the character's.
    nameless: bool,
}

impl<'a> Voices<'a> {
    fn new(chat: &'a Chat, options: &'a Options) -> Self {
        let mut voices = Self {
            chat,
            names: options.canonical(),
            characters: Vec::new(),
            target: None,
            narration: options.narration,
            nameless: false,
        };
        let mut known = HashSet::new();
        let said = chat.messages.iter().filter(|message| !message.is_user);
        for message in said.filter(|message| !message.name.is_empty()) {
            let name = voices.written(&message.name);
            if known.insert(name) {
                voices.characters.push(name);
            }
        }
        voices.target = options.speaker.as_deref().map(|wanted| voices.written(wanted));
        voices.nameless = voices.characters.is_empty();
        if voices.characters.len() < 2 {
            let own = voices.written(&chat.character);
            if voices.target.is_some_and(|target| voices.characters.contains(&target)) {
                voices.target = Some(own);
            }
            voices.characters = vec![own];
        }
        voices
    }

    /// The name that is written for a name.
    fn written(&self, name: &'a str) -> &'a str {
        self.names.get(name).copied().unwrap_or(name)
    }

    fn speaker(&self, message: &'a Message) -> &'a str {
        match self.characters[..] {
            [only] if !message.is_user => only,
            _ => self.written(named(self.chat, message)),
        }
    }

    /// Whose answers are learnt.
    fn learnt(&self) -> Vec<&'a str> {
        let wanted = |name: &&&str| self.target.is_none_or(|target| target == **name);
        self.characters.iter().filter(wanted).take(MAX_CAST).copied().collect()
    }

    /// Questions and answers: what `target` writes in a row is one answer, what others wrote since the one before is its question. Without
    /// a target any character answers, once each time that something was asked; what others add to an answer belongs to the next question.
    /// What answers nobody becomes part of no pair, as a greeting in front does.
    fn pairs(&self, target: Option<&str>) -> Vec<Pair<'a>> {
        let mut out: Vec<Pair<'a>> = Vec::new();
        let mut question: Vec<(&str, String)> = Vec::new();
        // Without a target it is the person who asks; with one, everybody else. Narration may be answered, as in a novel.
        let mut asked = false;
        for message in &self.chat.messages {
            let text = self.chat.fill_of(message, &message.text);
            if text.is_empty() {
                continue;
            }
            if message.name.is_empty() && !message.is_user && !self.nameless {
                if self.narration == Narration::Context {
                    question.push(("", format!("({text})")));
                    asked = true;
                }
                continue;
            }
            let speaker = self.speaker(message);
            if message.is_user || target.is_some_and(|target| target != speaker) {
                question.push((speaker, text));
                asked = true;
            } else if asked {
                let prompt = joined(&question);
                question.clear();
                asked = false;
                let rejected = message.swipes.iter();
                let rejected = rejected.map(|swipe| self.chat.fill_of(message, swipe));
                let rejected = rejected.filter(|swipe| !swipe.is_empty() && *swipe != text);
                let rejected = rejected.collect();
                out.push(Pair { prompt, answer: text, speaker, rejected });
            } else if let Some(last) =
                out.last_mut().filter(|last| question.is_empty() && last.speaker == speaker)
            {
                last.answer.push('\n');
                last.answer.push_str(&text);
                // An answer in two messages was chosen as a whole.
                last.rejected.clear();
            } else if !out.is_empty() {
                question.push((speaker, text));
            }
        }
        out
    }
}

/// The name on a message; old ones may have none.
fn named<'a>(chat: &'a Chat, message: &'a Message) -> &'a str {
    match message.name.as_str() {
        "" if message.is_user => &chat.user,
        "" => &chat.character,
        name => name,
    }
}

/// What is asked: with the names of the askers, if there are several; narration has none.
fn joined(question: &[(&str, String)]) -> String {
    let mut names = question.iter().map(|(name, _)| *name).filter(|name| !name.is_empty());
    let first = names.next();
    let several = names.any(|name| Some(name) != first);
    let lines: Vec<String> = question
        .iter()
        .map(|(name, text)| {
            let with_name = several && !name.is_empty();
            if with_name { format!("{name}: {text}") } else { text.clone() }
        })
        .collect();
    lines.join("\n")
}

/// Whether somebody whose name `wanted` takes speaks in a chat, or is it with.
pub(super) fn has_speaker(chat: &Chat, wanted: impl Fn(&str) -> bool) -> bool {
    let mut messages = chat.messages.iter().filter(|message| !message.is_user);
    wanted(&chat.character) || messages.any(|message| wanted(&message.name))
}

/// How many answers of each character [`examples_of_chat`] takes.
pub(super) fn answers_of_chat(chat: &Chat, options: &Options) -> BTreeMap<String, usize> {
    let voices = Voices::new(chat, options);
    let mut out = BTreeMap::new();
    for pair in voices.pairs(voices.target) {
        *out.entry(pair.speaker.to_owned()).or_default() += 1;
    }
    out
}

/// A chat as examples of at most `options.window` characters.
pub fn examples_of_chat(chat: &Chat, scene: &str, options: &Options) -> Vec<Example> {
    let mut out = Vec::new();
    let mut open: Vec<(String, String)> = Vec::new();
    let mut size = 0;
    let mut close = |open: &mut Vec<(String, String)>| {
        if let Some((prompt, answer)) = open.pop() {
            let history = std::mem::take(open);
            out.push(Example {
                system: options.system.clone(),
                history,
                prompt,
                answer,
                scene: scene.to_owned(),
                made_up: false,
            });
        }
    };
    let voices = Voices::new(chat, options);
    for Pair { prompt, answer, .. } in voices.pairs(voices.target) {
        let len = prompt.chars().count() + answer.chars().count();
        if size + len > options.window && !open.is_empty() {
            close(&mut open);
            size = 0;
        }
        size += len;
        open.push((prompt, answer));
    }
    close(&mut open);
    out
}

/// One preference for every answer that was swiped away, with as much history as fits; each is between answers of one character.
pub fn preferences(chat: &Chat, options: &Options) -> Vec<Preference> {
    let voices = Voices::new(chat, options);
    let mut out = Vec::new();
    for speaker in voices.learnt() {
        let pairs = voices.pairs(Some(speaker));
        for (at, pair) in pairs.iter().enumerate().filter(|(_, pair)| !pair.rejected.is_empty()) {
            let own = pair.prompt.chars().count() + pair.answer.chars().count();
            let mut room = options.window.saturating_sub(own);
            let mut history: Vec<(String, String)> = Vec::new();
            for before in pairs[..at].iter().rev() {
                let len = before.prompt.chars().count() + before.answer.chars().count();
                if len > room {
                    break;
                }
                room -= len;
                history.insert(0, (before.prompt.clone(), before.answer.clone()));
            }
            out.extend(pair.rejected.iter().map(|rejected| Preference {
                system: options.system.clone(),
                history: history.clone(),
                prompt: pair.prompt.clone(),
                chosen: pair.answer.clone(),
                rejected: rejected.clone(),
            }));
        }
    }
    out
}
