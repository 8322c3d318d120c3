//! A conversation from a file, for tools that look at prompts without holding one: JSON, JSON lines (SillyTavern's chats among
//! them), or plain text with names.

use std::path::Path;

use domain::{ConversationId, Message, MessageId, Problem, ProblemKind, Role};
use serde_json::Value;

use crate::characters::cards;
use crate::imports::chat_formats;

/// Longest conversation that is read, in messages.
const MAX_MESSAGES: usize = 100_000;

/// Reads a conversation. `names` are those of the character and of the person.
pub(crate) fn read(path: &Path, names: (&str, &str)) -> Result<Vec<Message>, Problem> {
    let bytes = cards::read_bounded(path)?;
    let said = parse(&chat_formats::decoded(&bytes), names).map_err(|line| {
        Problem::new(
            ProblemKind::Damaged,
            format!("line {line} of `{}` is no JSON", path.display()),
            "mend or delete the line: a prompt without it would be another one",
        )
    })?;
    if said.is_empty() {
        return Err(Problem::new(
            ProblemKind::Invalid,
            format!("`{}` holds no messages", path.display()),
            "give JSON like [{\"role\": \"user\", \"text\": \"…\"}], one such object a line, or lines like `Name: words`",
        ));
    }
    Ok(messages(said))
}

/// Messages with ids that follow from their places, so that draws repeat.
pub(crate) fn messages(said: Vec<(Role, String)>) -> Vec<Message> {
    let uuid = |number: usize| format!("00000000-0000-0000-0000-{number:012x}");
    let id = |number: usize| uuid(number).parse::<MessageId>().ok();
    said.into_iter()
        .take(MAX_MESSAGES)
        .enumerate()
        .map_while(|(place, (role, text))| {
            Some(Message {
                id: id(place + 1)?,
                parent: if place > 0 { id(place) } else { None },
                conversation: uuid(0).parse::<ConversationId>().ok()?,
                role,
                text,
                interrupted: false,
                speaker: None,
                created_at: place as u64,
            })
        })
        .collect()
}

/// What a text says, message by message. `names` are those of the character and of the person.
///
/// # Errors
/// The number of a line that is no JSON among lines that are.
fn parse(text: &str, names: (&str, &str)) -> Result<Vec<(Role, String)>, usize> {
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        return Ok(of_json(&value, names));
    }
    let mut rows: Vec<Value> = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str::<Value>(line) {
            Ok(row) if row.is_object() => rows.push(row),
            // What does not begin with an object is no list of them.
            _ if rows.is_empty() => return Ok(of_text(text, names)),
            Ok(_) => {}
            Err(_) => return Err(number + 1),
        }
    }
    Ok(rows.iter().filter_map(|row| row_of(row, names)).collect())
}

/// A list of messages, or an object that holds one.
fn of_json(value: &Value, names: (&str, &str)) -> Vec<(Role, String)> {
    match value {
        Value::Array(rows) => rows.iter().filter_map(|row| row_of(row, names)).collect(),
        // Text Generation WebUI's: pairs of what was said and what was answered.
        Value::Object(fields) if fields.get("visible").is_some_and(Value::is_array) => {
            pairs(&fields["visible"])
        }
        Value::Object(fields) => {
            ["messages", "history", "chat"].iter().find_map(|key| fields.get(*key)).map_or_else(
                || row_of(value, names).into_iter().collect(),
                |list| of_json(list, names),
            )
        }
        _ => Vec::new(),
    }
}

fn pairs(visible: &Value) -> Vec<(Role, String)> {
    let rows = visible.as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |row: &Value, at: usize| {
        let text = row.get(at).and_then(Value::as_str).unwrap_or_default();
        // How a chat that the character begins marks that nobody spoke before.
        (!text.trim().is_empty() && text != "<|BEGIN-VISIBLE-CHAT|>").then(|| text.to_owned())
    };
    rows.iter()
        .flat_map(|row| [(Role::User, text(row, 0)), (Role::Character, text(row, 1))])
        .filter_map(|(role, text)| Some((role, text?)))
        .collect()
}

/// One message; `None` for what is none (the head of a SillyTavern chat).
fn row_of(row: &Value, names: (&str, &str)) -> Option<(Role, String)> {
    if let Value::String(text) = row {
        return Some((Role::User, text.clone()));
    }
    let field = |keys: &[&str]| keys.iter().find_map(|key| row.get(*key)?.as_str());
    let text =
        ["text", "content", "mes", "message"].iter().find_map(|key| words(row.get(*key)?))?;
    if row.get("is_system").and_then(Value::as_bool) == Some(true) {
        return Some((Role::Narrator, text));
    }
    if let Some(user) = row.get("is_user").and_then(Value::as_bool) {
        return Some((if user { Role::User } else { Role::Character }, text));
    }
    let who = field(&["role", "from", "speaker", "name"]).unwrap_or("user");
    Some((role(who, names).unwrap_or(Role::User), text))
}

/// A text, or the texts among the parts of a message, as OpenAI's API has them; pictures and calls of tools say nothing.
fn words(value: &Value) -> Option<String> {
    let Value::Array(parts) = value else { return value.as_str().map(str::to_owned) };
    let texts: Vec<&str> = parts.iter().filter_map(|part| part.get("text")?.as_str()).collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

/// Lines like `Name: words`; a line without a known name goes on with the one before. Where no line has a name, each is a message of
/// the person's.
fn of_text(text: &str, names: (&str, &str)) -> Vec<(Role, String)> {
    let mut said: Vec<(Role, String)> = Vec::new();
    let mut any = false;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let named = line
            .split_once([':', '：'])
            .and_then(|(name, words)| Some((role(name, names)?, words.trim())));
        match (named, said.last_mut()) {
            (Some((role, words)), _) => {
                any = true;
                said.push((role, words.to_owned()));
            }
            (None, Some((_, text))) if any => {
                text.push('\n');
                text.push_str(line.trim_end());
            }
            (None, _) => said.push((Role::User, line.trim().to_owned())),
        }
    }
    said
}

fn role(who: &str, (character, person): (&str, &str)) -> Option<Role> {
    let who = who.trim();
    let is = |name: &str| !name.is_empty() && who.eq_ignore_ascii_case(name);
    match who.to_ascii_lowercase().as_str() {
        "user" | "human" | "you" | "{{user}}" => Some(Role::User),
        "assistant" | "character" | "char" | "{{char}}" | "bot" | "ai" | "model" | "gpt" => {
            Some(Role::Character)
        }
        "system" | "narrator" => Some(Role::Narrator),
        _ if is(person) => Some(Role::User),
        _ if is(character) => Some(Role::Character),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_is_read_however_it_is_written() {
        let wanted =
            vec![(Role::Character, "Hello.".to_owned()), (Role::User, "Hi, a dragon?".to_owned())];
        for text in [
            r#"[{"role":"assistant","content":"Hello."},{"role":"user","content":"Hi, a dragon?"}]"#,
            "{\"role\":\"character\",\"text\":\"Hello.\"}\n{\"role\":\"user\",\"text\":\"Hi, a dragon?\"}\n",
            "{\"user_name\":\"Ann\",\"character_name\":\"Koto\",\"chat_metadata\":{}}\n\
             {\"name\":\"Koto\",\"is_user\":false,\"mes\":\"Hello.\"}\n{\"name\":\"Ann\",\"is_user\":true,\"mes\":\"Hi, a dragon?\"}",
            r#"{"messages":[{"name":"Koto","text":"Hello."},{"name":"Ann","text":"Hi, a dragon?"}]}"#,
            r#"[{"role":"assistant","content":[{"type":"text","text":"Hello."}]},
                {"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]},
                {"role":"user","content":[{"type":"text","text":"Hi, a dragon?"}]}]"#,
            "Koto: Hello.\nAnn: Hi, a dragon?\n",
            "{{char}}: Hello.\n{{user}}：Hi, a dragon?",
        ] {
            assert_eq!(parse(text, ("Koto", "Ann")).as_ref(), Ok(&wanted), "{text}");
        }
        assert_eq!(
            parse("Ann: one\ntwo\nKoto: 12:30", ("Koto", "Ann")).unwrap(),
            [(Role::User, "one\ntwo".to_owned()), (Role::Character, "12:30".to_owned())]
        );
        assert_eq!(parse("one\ntwo", ("Koto", "Ann")).unwrap().len(), 2);
        assert!(parse("[]", ("", "")).unwrap().is_empty());
        // A line that was cut off is told; without it what follows would have been gone, too.
        let cut = "{\"mes\":\"one\"}\n\n{\"mes\":\"tw\n{\"mes\":\"three\"}";
        assert_eq!(parse(cut, ("Koto", "Ann")), Err(3));
        let made = messages(wanted);
        assert_eq!(made[1].parent, Some(made[0].id));
    }
}
