//! A conversation in the terms of the seed systems: two people, what is known of each, what was said, what is known besides.

use domain::{Character, Message, Role};

use super::ChatPlug;
use crate::Scene;
use crate::macros::Macros;
use crate::turns::words;

/// Something that was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Utterance<'a> {
    /// By the person.
    pub user: bool,
    /// What.
    pub text: &'a str,
}

/// CharacterGLM's `session_meta`, with the history and ChatPLUG's knowledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Session<'a> {
    /// The character's name.
    pub bot_name: &'a str,
    /// The person's name.
    pub user_name: &'a str,
    /// What is known of the character.
    pub bot_info: &'a str,
    /// What is known of the person; may be empty.
    pub user_info: &'a str,
    /// What was said; the last is to be answered.
    pub history: &'a [Utterance<'a>],
    /// What was found that belongs to it.
    pub knowledge: &'a [&'a str],
}

/// The texts behind a [`Session`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnSession {
    pub bot_info: String,
    pub user_info: String,
    pub history: Vec<(bool, String)>,
    pub knowledge: Vec<String>,
}

impl OwnSession {
    pub(crate) fn of(scene: &Scene<'_>, macros: &Macros<'_>) -> Self {
        let mut bot_info = card(scene.character, macros);
        // Lore, constant or not, is knowledge of the character's world; behaviours are appended to it as its makers advise.
        let lore = scene.lore.into_iter().flat_map(lore::Outcome::placed);
        for text in lore.map(|verdict| verdict.text.trim()).chain([scene.memory.trim()]) {
            if !text.is_empty() {
                bot_info.push('\n');
                bot_info.push_str(text);
            }
        }
        let history = scene
            .history
            .iter()
            .map(|message: &Message| {
                let company = scene.company.as_ref();
                let text = words(message, macros);
                match company.and_then(|all| all.name_before(message)) {
                    Some(name) if !text.is_empty() => (true, format!("{name}: {text}")),
                    _ => (message.role != Role::Character, text),
                }
            })
            .filter(|(_, text)| !text.is_empty())
            .collect();
        // Each a passage of its own, in pieces that the encoder can take.
        let knowledge = scene
            .knowledge
            .iter()
            .map(|excerpt| excerpt.text.trim())
            .filter(|text| !text.is_empty())
            .flat_map(ChatPlug::knowledge_pieces);
        Self {
            bot_info: bot_info.trim().to_owned(),
            user_info: macros.expand(scene.persona.description.trim()),
            history,
            knowledge: knowledge.collect(),
        }
    }
}

/// The card as one text, in the order of CharacterGLM's attributes and behaviours.
fn card(character: &Character, macros: &Macros<'_>) -> String {
    let attributes = character.attributes.entries().into_iter().map(|(_, text)| text);
    [character.description.as_str()]
        .into_iter()
        .chain(attributes)
        .chain([character.personality.as_str(), character.scenario.as_str()])
        .map(|text| macros.expand(text.trim()).trim().to_owned())
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}
