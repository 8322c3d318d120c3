//! Chats of further programs: Text Generation WebUI, Agnai, character.ai, TavernAI's first lists, and plain rows of role and text.

use serde_json::Value;

use super::{By, Talk, dates, text_of};

/// How a chat that the character begins marks that nobody spoke before.
const NOBODY_YET: &str = "<|BEGIN-VISIBLE-CHAT|>";

/// The chats of a value; nothing where it is none of these.
pub(super) fn read(value: &Value) -> Option<Vec<Talk>> {
    web_ui(value)
        .or_else(|| agnai(value))
        .map(|talk| vec![talk])
        .or_else(|| character_ai(value))
        .or_else(|| plain(value).map(|talk| vec![talk]))
}

/// `["Name: text", …]`, where the person is `You`.
pub(super) fn first_tavern(rows: &[Value]) -> Option<Talk> {
    let mut talk = Talk { program: "TavernAI", ..Talk::default() };
    for row in rows {
        let (name, text) = row.as_str()?.split_once(':')?;
        if name.chars().count() > 40 || name.contains('\n') {
            return None;
        }
        let by = if matches!(name, "You" | "User") {
            By::Person
        } else {
            if talk.character.is_empty() {
                name.clone_into(&mut talk.character);
            }
            By::Character(name.to_owned())
        };
        let text = talk.fill(text, None);
        talk.push(by, vec![text], 0, None);
    }
    Some(talk)
}

/// Text Generation WebUI: `visible` for people and `internal` for the model, in pairs; `metadata` with times in newer versions.
fn web_ui(value: &Value) -> Option<Talk> {
    let pairs = value.get("visible").or_else(|| value.get("internal"))?.as_array()?;
    let mut talk = Talk { program: "Text Generation WebUI", ..Talk::default() };
    for (number, pair) in pairs.iter().enumerate() {
        for (place, who) in ["user", "assistant"].into_iter().enumerate() {
            let text = pair.get(place).and_then(Value::as_str).unwrap_or_default();
            if text.is_empty() || text == NOBODY_YET {
                continue;
            }
            let about = value.get("metadata").and_then(|all| all.get(format!("{who}_{number}")));
            let at = about.and_then(|about| dates::read(about.get("timestamp")?));
            let by = if place == 0 { By::Person } else { By::Character(String::new()) };
            let mut texts = vec![talk.fill(text, None)];
            let versions = about.and_then(|about| about.get("versions")?.as_array());
            for version in versions.into_iter().flatten() {
                texts.push(talk.fill(text_of(version, "visible_content"), None));
            }
            talk.push(by, texts, 0, at);
        }
    }
    Some(talk)
}

/// Agnai: `{kind: "chat", name, messages: [{msg, userId?, characterId?, createdAt, retries?}]}`; `handle` in older exports.
fn agnai(value: &Value) -> Option<Talk> {
    let rows = value.get("messages")?.as_array()?;
    if !rows.iter().any(|row| row.get("msg").is_some_and(Value::is_string)) {
        return None;
    }
    let mut talk =
        Talk { program: "Agnai", title: text_of(value, "name").to_owned(), ..Talk::default() };
    for row in rows {
        let handle = text_of(row, "handle");
        let person =
            row.get("userId").is_some_and(|id| !id.is_null()) || text_of(row, "role") == "user";
        let by = if person {
            By::Person
        } else if !handle.is_empty() && handle != "You" {
            By::Character(handle.to_owned())
        } else {
            By::Character(String::new())
        };
        match &by {
            By::Person if talk.user.is_empty() => handle.clone_into(&mut talk.user),
            By::Character(name) if talk.character.is_empty() => {
                name.clone_into(&mut talk.character);
            }
            _ => {}
        }
        let mut texts = vec![talk.fill(text_of(row, "msg"), None)];
        let retries = row.get("retries").and_then(Value::as_array);
        for retry in retries.into_iter().flatten().filter_map(Value::as_str) {
            texts.push(talk.fill(retry, None));
        }
        let at = ["createdAt", "updatedAt"].iter().find_map(|key| dates::read(row.get(*key)?));
        talk.push(by, texts, 0, at);
    }
    Some(talk)
}

/// character.ai, as tools that save its chats write them: `{histories: {histories: [{msgs: [{src: {name, is_human}, text, created}]}]}}`.
fn character_ai(value: &Value) -> Option<Vec<Talk>> {
    let histories = value.get("histories")?;
    let histories = histories.get("histories").unwrap_or(histories).as_array()?;
    let about = value.get("info").and_then(|info| info.get("character"));
    let name = about.map(|about| text_of(about, "name")).unwrap_or_default();
    let talks = histories.iter().filter_map(|history| {
        let rows = history.get("msgs")?.as_array()?;
        let mut talk =
            Talk { program: "character.ai", character: name.to_owned(), ..Talk::default() };
        for row in rows {
            let from = row.get("src")?;
            let person = from.get("is_human").and_then(Value::as_bool).unwrap_or_else(|| {
                // Older saves mark the person's account.
                from.get("is_user").and_then(Value::as_bool).unwrap_or(false)
            });
            let said_by = text_of(from, "name");
            match person {
                true if talk.user.is_empty() => said_by.clone_into(&mut talk.user),
                false if talk.character.is_empty() => said_by.clone_into(&mut talk.character),
                _ => {}
            }
            let by = if person { By::Person } else { By::Character(talk.character.clone()) };
            let text = talk.fill(text_of(row, "text"), None);
            talk.push(by, vec![text], 0, row.get("created").and_then(dates::read));
        }
        Some(talk)
    });
    let talks: Vec<Talk> = talks.collect();
    (!talks.is_empty()).then_some(talks)
}

/// Whether a row is a turn of a plain conversation.
pub(super) fn is_turn(row: &Value) -> bool {
    !text_of(row, "role").is_empty()
        && ["content", "text"].iter().any(|key| row.get(*key).is_some_and(Value::is_string))
}

/// `{messages: [{role, content}]}`, as many programs export one conversation.
fn plain(value: &Value) -> Option<Talk> {
    let rows =
        ["messages", "history", "chat"].iter().find_map(|key| value.get(*key)?.as_array())?;
    let mut talk = Talk {
        program: "JSON",
        title: text_of(value, "title").to_owned(),
        character: text_of(value, "character").to_owned(),
        ..Talk::default()
    };
    for row in rows {
        let text = ["content", "text", "message"].iter().map(|key| text_of(row, key));
        let Some(text) = text.into_iter().find(|text| !text.is_empty()) else { continue };
        let by = match text_of(row, "role") {
            "user" | "human" => By::Person,
            "assistant" | "character" | "char" | "bot" | "model" => {
                By::Character(text_of(row, "name").to_owned())
            }
            "system" | "narrator" => By::Narrator,
            _ => return None,
        };
        let at = ["created_at", "createdAt", "timestamp", "date", "time"]
            .iter()
            .find_map(|key| dates::read(row.get(*key)?));
        let text = talk.fill(text, None);
        talk.push(by, vec![text], 0, at);
    }
    Some(talk)
}
