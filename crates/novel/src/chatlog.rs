//! Chats of SillyTavern and TavernAI: JSON lines (a header, then messages, each perhaps with swipes), and the first TavernAI's list
//! of strings. Tried on chats that people published.

use serde::Deserialize;
use serde_json::Value;

use crate::found::{Found, row, said};

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// Who wrote it; empty where the narrator did.
    pub name: String,
    /// Written by the person, not by the model.
    pub is_user: bool,
    /// What it says.
    pub text: String,
    /// Answers that were made for this place, the shown one among them.
    pub swipes: Vec<String>,
    /// Line in the file, from 1.
    pub line: u32,
}

/// A chat.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chat {
    /// Name of the person.
    pub user: String,
    /// Name of the character.
    pub character: String,
    /// In order; hidden ones left out.
    pub messages: Vec<Message>,
}

impl Chat {
    /// A text with the names in the place of `{{user}}` and `{{char}}`, and of the `<USER>`, `<BOT>` and `<CHAR>` of older versions,
    /// in capitals or not; trimmed.
    pub fn fill(&self, text: &str) -> String {
        put_names(text, &self.user, &self.character)
    }

    /// Likewise, where `{{char}}` is who wrote the message: in a group there are several.
    pub fn fill_of(&self, message: &Message, text: &str) -> String {
        let own = !message.is_user && !message.name.is_empty();
        put_names(text, &self.user, if own { &message.name } else { &self.character })
    }
}

/// What stands for a name, and whether it is the person's.
const NAME_MARKS: [(&str, bool); 5] = [
    ("{{user}}", true),
    ("<user>", true),
    ("{{char}}", false),
    ("<bot>", false),
    ("<char>", false),
];

fn put_names(text: &str, user: &str, character: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '<']) {
        let (before, here) = rest.split_at(at);
        out.push_str(before);
        let mark = NAME_MARKS.iter().find(|(mark, _)| {
            here.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark))
        });
        let width = if let Some((mark, is_user)) = mark {
            out.push_str(if *is_user { user } else { character });
            mark.len()
        } else {
            out.push_str(&here[..1]);
            1
        };
        rest = &here[width..];
    }
    out.push_str(rest);
    out.trim().to_owned()
}

#[derive(Deserialize)]
struct Header {
    #[serde(default)]
    user_name: Option<String>,
    #[serde(default)]
    character_name: Option<String>,
}

#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    name: String,
    #[serde(default)]
    is_user: bool,
    #[serde(default)]
    is_system: bool,
    mes: String,
    /// Places of swipes that were never made may be empty.
    #[serde(default)]
    swipes: Option<Vec<Option<String>>>,
    #[serde(default)]
    extra: Value,
}

/// Reads a chat; nothing if it is none. Lines that are damaged are left out and counted.
pub fn parse(text: &str) -> Option<(Chat, usize)> {
    if text.trim_start().starts_with('[') {
        return first_tavern(text).map(|chat| (chat, 0));
    }
    let mut chat = Chat::default();
    let mut damaged = 0;
    let mut headed = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        if let Ok(row) = serde_json::from_str::<Row>(line) {
            if !row.is_system {
                // What `/sys` tells bears the name of no character.
                let is_narrator = row.extra["type"] == "narrator";
                chat.messages.push(Message {
                    name: if is_narrator { String::new() } else { row.name },
                    is_user: row.is_user,
                    text: row.mes,
                    swipes: row.swipes.into_iter().flatten().flatten().collect(),
                    line: index as u32 + 1,
                });
            }
            continue;
        }
        match serde_json::from_str::<Header>(line) {
            Ok(header)
                if !headed && (header.user_name.is_some() || header.character_name.is_some()) =>
            {
                headed = true;
                chat.user = header.user_name.unwrap_or_default();
                chat.character = header.character_name.unwrap_or_default();
            }
            _ => damaged += 1,
        }
    }
    if !headed && chat.messages.is_empty() {
        return None;
    }
    let name = |user: bool| {
        chat.messages
            .iter()
            .find(|message| message.is_user == user && !message.name.is_empty())
            .map(|message| message.name.clone())
    };
    // The header of newer versions says "unused": the messages know.
    if matches!(chat.user.as_str(), "" | "unused") {
        chat.user = name(true).unwrap_or_default();
    }
    if matches!(chat.character.as_str(), "" | "unused") {
        chat.character = name(false).unwrap_or_default();
    }
    Some((chat, damaged))
}

/// `["Name: text", …]`
fn first_tavern(text: &str) -> Option<Chat> {
    let rows: Vec<String> = serde_json::from_str(text).ok()?;
    let mut chat = Chat::default();
    for (row, line) in rows.iter().zip(1u32..) {
        let (name, text) = row.split_once(':')?;
        if name.chars().count() > 40 || name.contains('\n') {
            return None;
        }
        let is_user = matches!(name, "You" | "User");
        let message = Message {
            name: name.to_owned(),
            is_user,
            text: text.trim().to_owned(),
            swipes: Vec::new(),
            line,
        };
        chat.messages.push(message);
    }
    let named = |user: bool| {
        chat.messages
            .iter()
            .find(|message| message.is_user == user)
            .map(|message| message.name.clone())
    };
    let (user, character) = (named(true).unwrap_or_default(), named(false).unwrap_or_default());
    (!chat.messages.is_empty()).then_some(Chat { user, character, ..chat })
}

/// Whether JSON is a chat of the first TavernAI.
pub(crate) fn is_first_tavern(json: &Value) -> bool {
    json.as_array().is_some_and(|rows| {
        !rows.is_empty()
            && rows.iter().all(|row| {
                row.as_str().is_some_and(|row| {
                    row.split_once(':')
                        .is_some_and(|(name, _)| !name.contains('\n') && name.chars().count() <= 40)
                })
            })
    })
}

/// Reads one file.
pub(crate) fn read(path: &str, text: &str, found: &mut Found) {
    let Some((chat, damaged)) = parse(text) else {
        found.refuse(path, "looks like a chat and has no message");
        return;
    };
    for _ in 0..damaged {
        found.unknown("(damaged line)");
    }
    for message in &chat.messages {
        let plain = chat.fill_of(message, &message.text);
        let mut line =
            said(row(path, path, message.line, message.text.clone(), plain), Some(&message.name));
        line.speaker_id.clone_from(&line.speaker);
        if !line.plain.is_empty() {
            found.push(line);
        }
    }
}
