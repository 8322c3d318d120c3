//! Chats of SillyTavern and TavernAI: a head, then a message a row. Checked against what its source writes.

use serde_json::Value;

use super::{By, Talk, dates, text_of};

/// Kinds of message that are the program's own: help, notices, comments.
const ITS_OWN: [&str; 9] = [
    "help",
    "welcome",
    "empty",
    "generic",
    "slash_commands",
    "formatting",
    "hotkeys",
    "macros",
    "comment",
];

/// Whether a row is the head of a chat.
pub(super) fn is_head(row: &Value) -> bool {
    row.get("mes").is_none()
        && (row.get("chat_metadata").is_some()
            || row.get("user_name").is_some() && row.get("character_name").is_some())
}

/// A chat in rows.
pub(super) fn read(rows: &[Value], stem: &str) -> Option<Talk> {
    let head = rows.first().filter(|row| is_head(row));
    let messages = || rows.iter().filter(|row| row.get("mes").is_some_and(Value::is_string));
    let is_user = |row: &Value| row.get("is_user").and_then(Value::as_bool) == Some(true);
    if head.is_none() && messages().next().is_none() {
        return None;
    }
    let mut talk = Talk { program: "SillyTavern", title: title(stem), ..Talk::default() };
    let named = |key: &str, user: bool| {
        // The head of newer versions says "unused": the messages know.
        let said =
            head.map(|head| text_of(head, key)).filter(|name| !matches!(*name, "" | "unused"));
        let spoken = || {
            let mut names = messages().filter(|row| is_user(row) == user && !is_narrator(row));
            names.find_map(|row| Some(text_of(row, "name")).filter(|name| !name.is_empty()))
        };
        said.or_else(spoken).unwrap_or_default().to_owned()
    };
    talk.user = named("user_name", true);
    talk.character = named("character_name", false);
    let began = head.and_then(|head| dates::read(head.get("create_date")?));
    let (mut hidden, mut own) = (0, 0);
    for row in messages() {
        let kind = row.get("extra").map(|extra| text_of(extra, "type")).unwrap_or_default();
        if ITS_OWN.contains(&kind) || kind == "assistant_note" {
            own += 1;
            continue;
        }
        if row.get("is_system").and_then(Value::as_bool) == Some(true) && !is_narrator(row) {
            hidden += 1;
        }
        let name = text_of(row, "name");
        let by = match (is_narrator(row), is_user(row)) {
            (true, _) => By::Narrator,
            (_, true) => By::Person,
            _ => By::Character(if name.is_empty() {
                talk.character.clone()
            } else {
                name.to_owned()
            }),
        };
        let speaker = match &by {
            By::Character(name) => Some(name.as_str()),
            _ => None,
        };
        let at = when(row).or_else(|| talk.said.is_empty().then_some(began).flatten());
        let (texts, chosen) = texts(row);
        let texts = texts.into_iter().map(|text| talk.fill(text, speaker)).collect();
        talk.push(by, texts, chosen, at);
    }
    if hidden > 0 {
        talk.warn(format!(
            "messages that were hidden from the model there: {hidden}; here they are part of the conversation"
        ));
    }
    if own > 0 {
        talk.warn(format!("notices and comments of the other program, left out: {own}"));
    }
    if let Some(metadata) = head.and_then(|head| head.get("chat_metadata")) {
        of_metadata(metadata, &mut talk);
    }
    Some(talk)
}

/// Told by `/sys`: nobody says it.
fn is_narrator(row: &Value) -> bool {
    row.get("extra").is_some_and(|extra| text_of(extra, "type") == "narrator")
}

/// What was said, and what else might have been.
fn texts(row: &Value) -> (Vec<&str>, usize) {
    let shown = text_of(row, "mes");
    let mut swipes: Vec<&str> = row
        .get("swipes")
        .and_then(Value::as_array)
        .map(|swipes| swipes.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let at = row.get("swipe_id").and_then(Value::as_u64).unwrap_or_default() as usize;
    let is_there = swipes.get(at) == Some(&shown);
    if let Some(at) =
        if is_there { Some(at) } else { swipes.iter().position(|swipe| *swipe == shown) }
    {
        return (swipes, at);
    }
    match swipes.get_mut(at) {
        // An edit stands in the message alone, and the swipe is older: what is shown counts.
        Some(swipe) => *swipe = shown,
        None => swipes.push(shown),
    }
    let at = at.min(swipes.len() - 1);
    (swipes, at)
}

/// When a message was sent; where that cannot be read, when its making ended.
fn when(row: &Value) -> Option<i64> {
    ["send_date", "gen_finished", "gen_started"].iter().find_map(|key| dates::read(row.get(*key)?))
}

/// The author's note, and the lorebook that the chat used.
fn of_metadata(metadata: &Value, talk: &mut Talk) {
    let note = text_of(metadata, "note_prompt").trim();
    let is_on = metadata.get("note_interval").and_then(Value::as_i64) != Some(0);
    if !note.is_empty() && is_on {
        // Position 1 is within the chat, at a depth; 0 and 2 are behind and before the instructions, which no note is here.
        let depth = metadata.get("note_depth").and_then(Value::as_u64).unwrap_or(4);
        let in_chat = metadata.get("note_position").and_then(Value::as_u64).unwrap_or(1) == 1;
        if !in_chat {
            talk.warn("the author's note stood beside the instructions; here it stands in the conversation");
        }
        talk.note = Some((note.to_owned(), depth.min(1_000) as u32));
    }
    let book = text_of(metadata, "world_info");
    if !book.is_empty() {
        talk.warn(format!(
            "the chat used the lorebook `{book}`, which is a file of its own: import it as well"
        ));
    }
}

/// A title out of a file's name: none where the name is a date ("Koto - 2023-6-2@17h30m58s").
fn title(stem: &str) -> String {
    let is_date = stem.contains('@') && stem.chars().filter(char::is_ascii_digit).count() > 6;
    if is_date || stem.chars().all(|c| c.is_ascii_digit() || c == '-') {
        return String::new();
    }
    stem.to_owned()
}
