//! Several characters in one scene. Each answers from a sheet of her own; of the others she knows a line, and hears what they say as
//! `Name: …`. Nothing else of another's card, lore or memory stands in her prompt.

use domain::{Character, CharacterId, Message, Role};

use crate::names::Names;

/// Longest line about another character, in characters.
const LINE: usize = 200;

/// Who is there beside the character who answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// Who answers.
    pub speaker: CharacterId,
    /// Whose conversation it is: who said the lines that name no speaker.
    pub own: CharacterId,
    /// The others.
    pub others: Vec<Other>,
    /// Names of those who said something and have left.
    pub gone: Vec<(CharacterId, String)>,
}

/// Another character, as the one who answers knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// Their place in the library.
    pub id: CharacterId,
    /// Their name.
    pub name: String,
    /// One line about them; may be empty.
    pub about: String,
}

impl Other {
    /// What is said of a character to the others: the first sentence of the personality, else of the description.
    pub fn of(id: &CharacterId, character: &Character, person: &str) -> Self {
        let names = Names { char: character.short_name(), user: person };
        let told = [&character.personality, &character.description, &character.attributes.identity];
        let told = told.into_iter().find(|text| !text.trim().is_empty());
        let about = told.map(|text| first_sentence(&names.expand(text))).unwrap_or_default();
        Self { id: id.clone(), name: character.short_name().to_owned(), about }
    }
}

impl Company {
    /// The name before a message of another character's; `None` for what the speaker, the person or nobody said.
    pub(crate) fn name_before<'a>(&'a self, message: &'a Message) -> Option<&'a str> {
        let by = message.said_by(&self.own).filter(|by| **by != self.speaker)?;
        let here = self.others.iter().map(|other| (&other.id, other.name.as_str()));
        let gone = self.gone.iter().map(|(id, name)| (id, name.as_str()));
        // Whoever is not known any more has at least the name of the folder.
        Some(here.chain(gone).find(|(id, _)| *id == by).map_or(&by.0, |(_, name)| name))
    }

    /// True where the speaker did not say it.
    pub(crate) fn is_anothers(&self, message: &Message) -> bool {
        message.role != Role::Character || self.name_before(message).is_some()
    }

    /// Where a reply ends that goes on for somebody else.
    pub(crate) fn stops(&self, person: &str) -> Vec<String> {
        let others = self.others.iter().map(|other| other.name.as_str());
        let names = others.chain([person]).map(str::trim).filter(|name| !name.is_empty());
        names.map(|name| format!("\n{name}:")).collect()
    }

    /// The others, one line each.
    pub(crate) fn list(&self) -> String {
        let line = |other: &Other| match other.about.as_str() {
            "" => format!("- {}", other.name),
            about => format!("- {}: {about}", other.name),
        };
        self.others.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

fn first_sentence(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let mut sentence = String::new();
    let mut chars = line.chars().take(LINE).peekable();
    while let Some(c) = chars.next() {
        sentence.push(c);
        let ends = matches!(c, '。' | '！' | '？')
            || matches!(c, '.' | '!' | '?') && chars.peek().is_none_or(|next| next.is_whitespace());
        if ends {
            break;
        }
    }
    // Braces that the names left over would be read as macros of the prompt.
    sentence.replace("{{", "{ {").trim().to_owned()
}

#[cfg(test)]
#[path = "company_tests.rs"]
mod tests;
