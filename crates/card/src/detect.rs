//! What a file is, by its first bytes and its shape, so that a refusal can say so.

use serde_json::{Map, Value};

use crate::Error;

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outside {
    Png,
    Json,
    /// Of a kind that is not read yet.
    NotYet(&'static str),
    /// Not a card at all.
    Other(&'static str),
}

/// Looks at the first bytes (and the name, where they say nothing).
pub(crate) fn outside(file: &[u8], name: &str) -> Outside {
    let is_riff = |form: &[u8]| file.starts_with(b"RIFF") && file.get(8..12) == Some(form);
    if file.starts_with(&crate::png_chunks::SIGNATURE) {
        return Outside::Png;
    }
    if is_riff(b"WEBP") {
        return Outside::NotYet("a WEBP picture");
    }
    if file.starts_with(b"\xff\xd8\xff") {
        return Outside::NotYet("a JPEG picture");
    }
    if file.starts_with(b"PK\x03\x04") {
        return Outside::NotYet("a zip archive (CHARX or a character pack)");
    }
    if file.starts_with(b"GGUF") {
        return Outside::Other("a language model");
    }
    if file.starts_with(b"GIF8") {
        return Outside::Other("a GIF picture");
    }
    if is_riff(b"WAVE") {
        return Outside::Other("a sound");
    }
    if file.starts_with(b"%PDF") {
        return Outside::Other("a PDF document");
    }
    let text = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file).trim_ascii_start();
    match text.first() {
        None => Outside::Other("an empty file"),
        Some(b'{' | b'[') => Outside::Json,
        Some(_) => words(text, name),
    }
}

/// A file of text that is no JSON.
fn words(text: &[u8], name: &str) -> Outside {
    let contains =
        |needle: &[u8]| text.windows(needle.len()).take(1 << 20).any(|window| window == needle);
    if text.iter().take(4096).any(|byte| *byte == 0) {
        return Outside::Other("a binary file of an unknown kind");
    }
    if contains(b"###ENDPREAMBLE###") || contains(b"###ENDSEEDCHAT###") {
        return Outside::NotYet("a plain-text persona");
    }
    let ending =
        name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let yaml_lines = text
        .split(|byte| *byte == b'\n')
        .take(40)
        .filter(|line| {
            let key = line.split(|byte| *byte == b':').next().unwrap_or_default();
            line.contains(&b':')
                && !key.is_empty()
                && key.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        })
        .count();
    if matches!(ending.as_str(), "yaml" | "yml") || yaml_lines >= 2 {
        return Outside::NotYet("a YAML character");
    }
    Outside::Other("a text without a card in it")
}

const CHAT: &str =
    "open it as a conversation once chats can be imported; for the character, import its card";
const BOOK: &str = "a lorebook belongs to a character: import the card that goes with it";
const NOTHING: &str =
    "choose a file with a character in it: a name, and a description or a greeting";

/// JSON that is something else than a card. `None` where it may be one.
pub(crate) fn not_a_card(value: &Value, file: &str) -> Option<Error> {
    let no = |what, remedy| Some(Error::NotACard { file: file.to_owned(), what, remedy });
    let not_yet = |what| Some(Error::NotYet { file: file.to_owned(), what });
    let object = match value {
        Value::Object(object) => object,
        Value::Array(items) if !items.is_empty() && items.iter().all(is_chat_line) => {
            return no("a chat log", CHAT);
        }
        other => return no(if other.is_array() { "a JSON list" } else { "a JSON value" }, NOTHING),
    };
    let has = |key: &str| object.contains_key(key);
    let spec = object.get("spec").and_then(Value::as_str).unwrap_or_default();
    if spec == "lorebook_v3" || has("lorebookVersion") {
        return no("a lorebook", BOOK);
    }
    if spec.starts_with("chara_card") || object.get("data").is_some_and(Value::is_object) {
        return None;
    }
    if has("entries") && !has_words(object, &["name", "description"]) {
        return no("a lorebook", BOOK);
    }
    if (has("bio") || has("messageExamples")) && !has("first_mes") && !has("description") {
        return not_yet("an Eliza character");
    }
    if object.get("kind").and_then(Value::as_str) == Some("character")
        && object.get("persona").is_some_and(Value::is_object)
    {
        return not_yet("an Agnai character");
    }
    if has("gamestarted") || has("actions") && has("prompt") && !has("first_mes") {
        return no("a saved story", CHAT);
    }
    if has("user_name") && has("character_name") || has("chat_metadata") {
        return no("a chat log", CHAT);
    }
    if has("participant__name")
        || has("external_id")
        || object.get("character").is_some_and(Value::is_object) && !has("name")
    {
        return not_yet("a Character.AI export");
    }
    if has_words(object, &[]) { None } else { no("JSON without a character in it", NOTHING) }
}

/// Lines of a chat: texts, or objects with a speaker and words.
fn is_chat_line(item: &Value) -> bool {
    item.is_string() || item.get("mes").is_some() || item.get("is_user").is_some()
}

/// A name or any text in a field that people know, these excepted.
fn has_words(object: &Map<String, Value>, except: &[&str]) -> bool {
    let says = |value: &Value| match value {
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Null | Value::Object(_) => false,
        Value::Bool(_) | Value::Number(_) => true,
    };
    crate::read::TEXT_KEYS
        .iter()
        .filter(|key| !except.contains(*key))
        .any(|key| object.get(*key).is_some_and(says))
}
