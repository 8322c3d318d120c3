//! Which format a tree of values is in, by its keys. The order matters: what says outright what it is comes first.

use serde_json::{Map, Value};

use super::{Dialect, backyard_inner, character_ai, chatluna, kobold, persona_text};
use crate::read::TEXT_KEYS;

/// What something is that is no card, and what a person can do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotACard {
    pub what: &'static str,
    pub remedy: &'static str,
}

/// The verdict on a tree.
#[derive(Debug)]
pub(crate) enum Kind<'a> {
    /// A card by the specifications.
    Card,
    /// Another program's character; the object that holds it.
    Foreign(Dialect, &'a Map<String, Value>),
    /// Something else.
    Other(NotACard),
}

/// What there is to say of data in which nothing was recognised; it may still wrap a card.
const UNKNOWN: [&str; 2] = ["data without a character in it", "a JSON list"];

const CHAT: &str = "import it as a conversation; for the character, import its card";
const BOOK: &str = "add it to a character or to the world as a lorebook";
const SETTINGS: &str = "it holds settings of another program; for the character, import its card";
const NOTHING: &str =
    "choose a file with a character in it: a name, and a description or a greeting";

fn other<'a>(what: &'static str, remedy: &'static str) -> Kind<'a> {
    Kind::Other(NotACard { what, remedy })
}

/// Looks at a tree.
pub(crate) fn of(value: &Value) -> Kind<'_> {
    let object = match value {
        Value::Object(object) => object,
        Value::Array(items) if !items.is_empty() && items.iter().all(is_chat_line) => {
            return other("a chat log", CHAT);
        }
        Value::Array(_) => return other(UNKNOWN[1], NOTHING),
        _ => return other("a JSON value", NOTHING),
    };
    if let Some(kind) = declared(object) {
        return kind;
    }
    if let Some(kind) = foreign(object) {
        return kind;
    }
    if is_preset(object) {
        return other("a preset of settings", SETTINGS);
    }
    if has_words(object, &[]) { Kind::Card } else { other(UNKNOWN[0], NOTHING) }
}

/// Members of other programs' settings: samplers, templates, themes, quick replies, panels, regular expressions.
const PRESETS: [&str; 12] = [
    "input_sequence",
    "story_string",
    "temperature",
    "temp",
    "rep_pen",
    "system_sequence",
    "findRegex",
    "prompt_order",
    "main_text_color",
    "qrList",
    "quickReplySlots",
    "movingUIState",
];

/// Settings of another program. They have names as characters do, and system prompts of SillyTavern have nothing else but a text.
fn is_preset(object: &Map<String, Value>) -> bool {
    let only = |keys: &[&str]| object.keys().all(|key| keys.contains(&key.as_str()));
    let has = |keys: &[&str]| keys.iter().all(|key| object.contains_key(*key));
    PRESETS.iter().any(|key| object.contains_key(*key))
        || has(&["name", "content"]) && only(&["name", "content", "post_history"])
        || has(&["name", "prefix", "suffix"]) && only(&["name", "prefix", "suffix", "separator"])
}

/// What says outright what it is.
fn declared(object: &Map<String, Value>) -> Option<Kind<'_>> {
    let has = |key: &str| object.contains_key(key);
    let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
    let spec = text("spec");
    if spec == "lorebook_v3" || has("lorebookVersion") || text("kind") == "memory" {
        return Some(other("a lorebook", BOOK));
    }
    if spec.starts_with("chara_card") {
        return Some(Kind::Card);
    }
    match text("type") {
        "risu" if object.get("data").is_some_and(Value::is_array) => {
            return Some(other("a lorebook", BOOK));
        }
        "risuModule" => return Some(other("a RisuAI module", SETTINGS)),
        _ => {}
    }
    if has("user_name") && has("character_name")
        || has("chat_metadata")
        || has("internal") && has("visible")
    {
        return Some(other("a chat log", CHAT));
    }
    let listed = |key: &str| object.get(key).and_then(Value::as_array);
    if ["history", "messages", "histories", "chat"]
        .iter()
        .any(|key| listed(key).is_some_and(|items| !items.is_empty()))
        && !has_words(object, &["name"])
        && character_ai::inner(object).is_none()
    {
        return Some(other("a chat log", CHAT));
    }
    if object.get("data").is_some_and(Value::is_object) {
        return Some(Kind::Card);
    }
    if has("entries") && !has_words(object, &["name", "description"]) {
        return Some(other("a lorebook", BOOK));
    }
    None
}

/// Other programs' characters.
fn foreign(object: &Map<String, Value>) -> Option<Kind<'_>> {
    let has = |key: &str| object.contains_key(key);
    let is = |key: &str, test: fn(&Value) -> bool| object.get(key).is_some_and(test);
    let foreign = |dialect| Some(Kind::Foreign(dialect, object));
    let story = has("gamestarted") || has("savedsettings") || has("actions") && has("prompt");
    if story && !has("first_mes") {
        let named = !kobold::opponents(object).is_empty();
        let described = is("memory", says) || is("prompt", says);
        return Some(if named && described {
            Kind::Foreign(Dialect::Kobold, object)
        } else {
            other("a saved story", CHAT)
        });
    }
    if let Some(inner) = backyard_inner(object) {
        return Some(Kind::Foreign(Dialect::Backyard, inner));
    }
    if let Some(config) = object.get("character_config").and_then(Value::as_object) {
        return Some(Kind::Foreign(Dialect::OpenLlmVtuber, config));
    }
    if is("persona_prompt", says) {
        return foreign(Dialect::OpenLlmVtuber);
    }
    if is("bot_info", Value::is_string) || is("bot_name", Value::is_string) {
        return foreign(Dialect::CharacterGlm);
    }
    if has("first_mes") {
        return None;
    }
    if is("persona", Value::is_object)
        || has("sampleChat")
        || is("kind", |kind| kind.as_str() == Some("character"))
    {
        return foreign(Dialect::Agnai);
    }
    if has("messageExamples")
        || has("modelProvider")
        || has("bio") && (has("lore") || has("style") || has("adjectives"))
    {
        return foreign(Dialect::Eliza);
    }
    if let Some(inner) = character_ai::inner(object) {
        return Some(Kind::Foreign(Dialect::CharacterAi, inner));
    }
    let messages = is("prompts", |prompts| {
        prompts.as_array().is_some_and(|items| items.iter().all(|item| item.get("role").is_some()))
    });
    if messages && (has("keywords") || has("keyword"))
        || has("nick_name") && has("system")
        || has("mute_keyword") && has("system")
    {
        return foreign(Dialect::ChatLuna);
    }
    let named = ["name", "char_name", "bot"].iter().any(|key| has(key));
    if is("context", Value::is_string) && (named || has("greeting")) || has("greeting") && named {
        return foreign(Dialect::TextGeneration);
    }
    None
}

/// Lines of a chat: texts, or objects with a speaker and words.
fn is_chat_line(item: &Value) -> bool {
    item.is_string()
        || item.get("mes").is_some()
        || item.get("is_user").is_some()
        || item.get("role").is_some() && item.get("content").is_some()
}

/// A name or any text in a field that people know, these excepted.
fn has_words(object: &Map<String, Value>, except: &[&str]) -> bool {
    TEXT_KEYS
        .iter()
        .filter(|key| !except.contains(*key))
        .any(|key| object.get(*key).is_some_and(says))
}

fn says(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Null | Value::Object(_) => false,
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// The card that a tree of unknown make wraps: a list of cards, or an object with a card as a member. With it, what to tell.
pub(crate) fn wrapped(value: &Value) -> Option<(&Value, String)> {
    let mut cards = wrapped_cards(value).into_iter();
    let (key, card) = cards.next()?;
    let more = match cards.count() {
        0 => String::new(),
        others => format!("; {others} more characters are in it, which can be had one by one"),
    };
    Some((card, format!("the card was found in `{key}` of the file{more}")))
}

/// The cards in a tree that is none itself: in a list, or under names.
pub(crate) fn wrapped_cards(value: &Value) -> Vec<(String, &Value)> {
    match of(value) {
        Kind::Other(no) if UNKNOWN.contains(&no.what) => {}
        _ => return Vec::new(),
    }
    let members: Vec<(String, &Value)> = match value {
        Value::Array(items) => {
            items.iter().enumerate().map(|(number, item)| (number.to_string(), item)).collect()
        }
        Value::Object(object) => object.iter().map(|(key, item)| (key.clone(), item)).collect(),
        _ => Vec::new(),
    };
    members.into_iter().take(MAX_WRAPPED).filter(|(_, item)| is_plainly_a_card(item)).collect()
}

/// Most members of a tree that are looked at for cards.
const MAX_WRAPPED: usize = 1_000;

/// More than a name: many things have one.
fn is_plainly_a_card(value: &Value) -> bool {
    match of(value) {
        Kind::Foreign(..) => true,
        Kind::Card => {
            let object = value.as_object();
            let in_data = object.and_then(|object| object.get("data")?.as_object()).or(object);
            in_data.is_some_and(|object| {
                ["first_mes", "char_greeting", "mes_example", "personality", "char_persona"]
                    .iter()
                    .any(|key| object.get(*key).is_some_and(says))
            })
        }
        Kind::Other(_) => false,
    }
}

/// A text that is neither JSON nor YAML: a persona with marks, an old ChatLuna preset.
pub(crate) fn plain_text(text: &str) -> Option<(Dialect, Map<String, Value>)> {
    let persona = persona_text::parts(text).map(|parts| (Dialect::PersonaText, parts));
    persona.or_else(|| chatluna::parts(text).map(|parts| (Dialect::ChatLuna, parts)))
}
