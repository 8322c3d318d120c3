//! Chats as a source: what the character answered, and what it might have answered (swipes).

use serde::{Deserialize, Serialize};

use super::{Example, Options};
use crate::chatlog::Chat;

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

/// Questions and answers of a chat: what the person writes in a row is one question, what the character writes in a row one answer.
/// A greeting in front answers nobody and becomes part of no pair.
fn pairs(chat: &Chat) -> Vec<(String, String, Vec<String>)> {
    let mut out: Vec<(String, String, Vec<String>)> = Vec::new();
    let mut question = String::new();
    for message in &chat.messages {
        let text = chat.fill(&message.text);
        if text.is_empty() {
            continue;
        }
        if message.is_user {
            if !question.is_empty() {
                question.push('\n');
            }
            question.push_str(&text);
        } else if !question.is_empty() {
            let others = message
                .swipes
                .iter()
                .map(|swipe| chat.fill(swipe))
                .filter(|swipe| !swipe.is_empty() && *swipe != text);
            out.push((std::mem::take(&mut question), text.clone(), others.collect()));
        } else if let Some((_, answer, others)) = out.last_mut() {
            answer.push('\n');
            answer.push_str(&text);
            // An answer in two messages was chosen as a whole.
            others.clear();
        }
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
    for (prompt, answer, _) in pairs(chat) {
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

/// One preference for every answer that was swiped away, with as much history as fits.
pub fn preferences(chat: &Chat, options: &Options) -> Vec<Preference> {
    let pairs = pairs(chat);
    let mut out = Vec::new();
    for (at, (prompt, chosen, others)) in pairs.iter().enumerate() {
        let mut room =
            options.window.saturating_sub(prompt.chars().count() + chosen.chars().count());
        let mut history: Vec<(String, String)> = Vec::new();
        for (question, answer, _) in pairs[..at].iter().rev() {
            let len = question.chars().count() + answer.chars().count();
            if len > room {
                break;
            }
            room -= len;
            history.insert(0, (question.clone(), answer.clone()));
        }
        out.extend(others.iter().map(|rejected| Preference {
            system: options.system.clone(),
            history: history.clone(),
            prompt: prompt.clone(),
            chosen: chosen.clone(),
            rejected: rejected.clone(),
        }));
    }
    out
}
