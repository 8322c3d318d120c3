//! Chats of RisuAI: one (`risuChat`), all of a character (`risuAllChats`), a character's file that holds them, or a page with the
//! chat in it.

use serde_json::Value;

use super::{By, Talk, dates, text_of};

/// What a page carries the chat in.
const EMBEDDED: &str = "class=\"idat\"";

/// The chats of a value; nothing where it is none of these.
pub(super) fn read(value: &Value, stem: &str) -> Option<Vec<Talk>> {
    let kind = text_of(value, "type");
    let data = value.get("data");
    let chats: Vec<&Value> = match (kind, data) {
        ("risuAllChats", Some(Value::Array(chats))) => chats.iter().collect(),
        ("risuChat", Some(chat)) => vec![chat],
        _ => {
            let holder = data.unwrap_or(value);
            match holder.get("chats").and_then(Value::as_array) {
                Some(chats) if chats.iter().any(is_chat) => chats.iter().collect(),
                _ if is_chat(holder) => vec![holder],
                _ => return None,
            }
        }
    };
    // A character's file knows its name; the file of a chat has it in its own: `Koto_2026-06-17T083021281Z_chat.json`.
    let holder = data.filter(|data| data.get("chats").is_some()).unwrap_or(value);
    let named = holder.get("chats").and_then(|_| holder.get("name")).and_then(Value::as_str);
    let character = named.map_or_else(|| name_of(stem), str::to_owned);
    let talks = chats.into_iter().filter(|chat| is_chat(chat)).map(|chat| talk(chat, &character));
    Some(talks.collect())
}

fn is_chat(chat: &Value) -> bool {
    chat.get("message").and_then(Value::as_array).is_some_and(|messages| {
        messages.iter().all(|one| one.get("data").is_some() && one.get("role").is_some())
    })
}

fn talk(chat: &Value, character: &str) -> Talk {
    let title = text_of(chat, "name");
    let is_plain = title.strip_prefix("Chat ").is_some_and(|number| number.parse::<u32>().is_ok());
    let mut talk = Talk {
        program: "RisuAI",
        character: character.to_owned(),
        title: if is_plain { String::new() } else { title.to_owned() },
        ..Talk::default()
    };
    let messages = chat.get("message").and_then(Value::as_array).map(Vec::as_slice);
    let mut hidden = 0;
    for row in messages.unwrap_or_default() {
        if row.get("disabled").is_some_and(|off| off == &Value::Bool(true) || off == "allBefore") {
            hidden += 1;
        }
        if row.get("isComment") == Some(&Value::Bool(true)) {
            continue;
        }
        let person = text_of(row, "role") == "user";
        let spoken = ["name", "saying"].iter().map(|key| text_of(row, key)).find(|name| {
            // `saying` of a group is an id, which names nobody.
            !name.is_empty() && !looks_like_an_id(name)
        });
        let by = match (person, spoken) {
            (true, _) => By::Person,
            (false, Some(name)) => By::Character(name.to_owned()),
            (false, None) => By::Character(talk.character.clone()),
        };
        let text = talk.fill(text_of(row, "data"), spoken);
        let shown = text_of(row, "data");
        let mut texts = vec![text];
        let others = row.get("swipes").and_then(Value::as_array).map(Vec::as_slice);
        for swipe in others.unwrap_or_default().iter().filter_map(Value::as_str) {
            if swipe != shown {
                texts.push(talk.fill(swipe, spoken));
            }
        }
        talk.push(by, texts, 0, row.get("time").and_then(dates::read));
    }
    if hidden > 0 {
        talk.warn(format!(
            "messages that were hidden from the model there: {hidden}; here they are part of the conversation"
        ));
    }
    let note = text_of(chat, "note").trim();
    if !note.is_empty() {
        talk.note = Some((note.to_owned(), 0));
    }
    let book =
        chat.get("localLore").filter(|lore| lore.as_array().is_some_and(|all| !all.is_empty()));
    talk.book =
        book.map(|entries| serde_json::json!({ "type": "risu", "ver": 1, "data": entries }));
    talk
}

/// `Koto_2026-06-17T083021281Z_chat` is a chat of Koto's.
fn name_of(stem: &str) -> String {
    let Some(body) = stem.strip_suffix("_chat").or_else(|| stem.strip_suffix("_all_chats")) else {
        return String::new();
    };
    let name =
        body.rsplit_once('_').filter(|(_, date)| date.starts_with("20")).map(|(name, _)| name);
    name.unwrap_or(body).to_owned()
}

fn looks_like_an_id(name: &str) -> bool {
    name.len() == 36 && name.bytes().filter(|b| *b == b'-').count() == 4
}

/// The chat that a page of RisuAI carries.
pub(super) fn of_page(text: &str) -> Option<Value> {
    let place = text.find(EMBEDDED)?;
    let start = place + text[place..].find('>')? + 1;
    let end = start + text[start..].find('<')?;
    let inside = text[start..end]
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    serde_json::from_str(&inside).ok()
}
