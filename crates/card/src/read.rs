//! From a card's JSON to a [`Character`], field by field.

use domain::{Character, DepthPrompt, Lang, Role, VoiceChoice};
use serde_json::{Map, Value};

use crate::coerce::{Coercion, kind};
use crate::{Asset, Spec, asset};

/// A text field: its place in a [`Character`], its name in the specification, and what older formats call it.
pub(crate) struct Field {
    pub get: fn(&mut Character) -> &mut String,
    pub key: &'static str,
    pub aliases: &'static [&'static str],
}

/// The text fields, greetings excepted.
pub(crate) const FIELDS: [Field; 10] = [
    Field { get: |c| &mut c.name, key: "name", aliases: &["char_name"] },
    Field { get: |c| &mut c.description, key: "description", aliases: &["char_persona"] },
    Field { get: |c| &mut c.personality, key: "personality", aliases: &[] },
    Field { get: |c| &mut c.scenario, key: "scenario", aliases: &["world_scenario"] },
    Field {
        get: |c| &mut c.example_dialogue,
        key: "mes_example",
        aliases: &["example_dialogue", "examples"],
    },
    Field { get: |c| &mut c.system_prompt, key: "system_prompt", aliases: &[] },
    Field {
        get: |c| &mut c.post_history_instructions,
        key: "post_history_instructions",
        aliases: &[],
    },
    Field { get: |c| &mut c.creator_notes, key: "creator_notes", aliases: &["creatorcomment"] },
    Field { get: |c| &mut c.creator, key: "creator", aliases: &[] },
    Field { get: |c| &mut c.version, key: "character_version", aliases: &[] },
];

/// What the first greeting is called.
pub(crate) const GREETING_KEYS: [&str; 2] = ["first_mes", "char_greeting"];

/// Any of these with something in it makes a card.
pub(crate) const TEXT_KEYS: [&str; 16] = [
    "name",
    "char_name",
    "description",
    "char_persona",
    "personality",
    "scenario",
    "world_scenario",
    "first_mes",
    "char_greeting",
    "mes_example",
    "example_dialogue",
    "system_prompt",
    "post_history_instructions",
    "creator_notes",
    "alternate_greetings",
    "examples",
];

/// Which specification a card follows, and where its fields are.
pub(crate) fn layout(raw: &Value, coercion: &mut Coercion) -> (Spec, bool) {
    let spec = raw.get("spec").and_then(Value::as_str).unwrap_or_default();
    let in_data = raw.get("data").is_some_and(Value::is_object);
    let named = match spec {
        "chara_card_v2" => Some(Spec::V2),
        "chara_card_v3" => Some(Spec::V3),
        "" => None,
        other => {
            coercion.warn(
                "spec",
                format!(
                    "is `{}`, which is unknown; read as a V2 card",
                    other.chars().take(40).collect::<String>()
                ),
            );
            Some(Spec::V2)
        }
    };
    match (named, in_data) {
        (Some(spec), true) => (spec, true),
        (Some(_), false) => {
            coercion.warn("data", "is missing; the fields beside `spec` were read");
            (Spec::V1, false)
        }
        (None, true) => {
            coercion.warn("spec", "is missing; read as a V2 card");
            (Spec::V2, true)
        }
        (None, false) => (Spec::V1, false),
    }
}

/// The object that holds a card's fields.
pub(crate) fn body(raw: &Value, in_data: bool) -> Option<&Map<String, Value>> {
    let body = if in_data { raw.get("data") } else { Some(raw) };
    body.and_then(Value::as_object)
}

/// Reads a character. `raw` is the whole card; fields that are missing in `data` are looked for beside it, where old cards (and cards
/// for old programs) have them.
pub(crate) fn character(raw: &Value, in_data: bool, coercion: &mut Coercion) -> Character {
    let empty = Map::new();
    let body = body(raw, in_data).unwrap_or(&empty);
    let outer = raw.as_object().filter(|_| in_data);
    let mut character = Character::default();
    for field in &FIELDS {
        let text = text(body, outer, field.key, field.aliases, coercion);
        *(field.get)(&mut character) = text;
    }
    character.name = character.name.split_whitespace().collect::<Vec<_>>().join(" ");
    let first = text(body, outer, GREETING_KEYS[0], &GREETING_KEYS[1..], coercion);
    let more = body
        .get("alternate_greetings")
        .map(|value| coercion.list("alternate_greetings", value, None));
    character.greetings = [first]
        .into_iter()
        .chain(more.unwrap_or_default())
        .filter(|text| !text.trim().is_empty())
        .collect();
    if let Some(tags) = body.get("tags") {
        character.tags = coercion.list("tags", tags, Some(','));
    }
    if let Some(nickname) = body.get("nickname") {
        let nickname = coercion.text("nickname", nickname);
        character.nickname = (!nickname.trim().is_empty()).then_some(nickname);
    }
    character.talkativeness = talkativeness(body);
    character.depth_prompt = depth_prompt(body, coercion).unwrap_or_default();
    if let Some(ours) = hanashi(body, coercion) {
        extension(&mut character, ours, coercion);
    }
    character
}

/// The first of these keys that holds something, in the card's body or beside it.
fn text(
    body: &Map<String, Value>,
    outer: Option<&Map<String, Value>>,
    key: &str,
    aliases: &[&str],
    coercion: &mut Coercion,
) -> String {
    let something = |value: &&Value| !matches!(value, Value::Null) && value.as_str() != Some("");
    let inside = [key].iter().chain(aliases).find_map(|key| body.get(*key).filter(something));
    if let Some(value) = inside {
        return coercion.text(key, value);
    }
    // An empty text in `data` is meant to be empty; only a missing one is looked for elsewhere.
    match outer.and_then(|outer| outer.get(key)).filter(something) {
        Some(value) if value.is_string() && !body.contains_key(key) => {
            coercion.warn(key, "was found outside of `data` and taken from there");
            coercion.text(key, value)
        }
        _ => String::new(),
    }
}

/// How readily the character speaks among several, which the field writes as a number or as a text.
fn talkativeness(body: &Map<String, Value>) -> Option<f32> {
    let number = match body.get("extensions")?.get("talkativeness")? {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    number.is_finite().then(|| number.clamp(0.0, 1.0) as f32)
}

/// Furthest from the end that a note may stand; beyond that it is before the oldest message anyway.
const DEEPEST: f32 = 10_000.0;

/// SillyTavern's "character's note", which stands within the conversation.
fn depth_prompt(body: &Map<String, Value>, coercion: &mut Coercion) -> Option<DepthPrompt> {
    let note = body.get("extensions")?.get("depth_prompt")?;
    let field = |name: &str| format!("extensions.depth_prompt.{name}");
    let text = coercion.text(&field("prompt"), note.get("prompt")?);
    if text.trim().is_empty() {
        return None;
    }
    let depth = note.get("depth").filter(|depth| !depth.is_null());
    let depth = depth.and_then(|depth| coercion.number(&field("depth"), depth, 0.0, DEEPEST));
    let role = match note.get("role").and_then(Value::as_str) {
        Some("user") => Role::User,
        Some("assistant") => Role::Character,
        _ => Role::Narrator,
    };
    let usual = DepthPrompt::default().depth;
    Some(DepthPrompt { text, depth: depth.map_or(usual, |depth| depth as u32), role })
}

/// `extensions.hanashi`.
fn hanashi<'a>(
    body: &'a Map<String, Value>,
    coercion: &mut Coercion,
) -> Option<&'a Map<String, Value>> {
    let extensions = body.get("extensions")?;
    match extensions {
        Value::Object(_) | Value::Null => {}
        other => coercion
            .warn("extensions", format!("was {}, not an object; kept, not read", kind(other))),
    }
    let ours = extensions.get("hanashi")?;
    if !ours.is_object() {
        coercion.warn(
            "extensions.hanashi",
            format!("was {}, not an object; kept, not read", kind(ours)),
        );
    }
    ours.as_object()
}

fn extension(character: &mut Character, ours: &Map<String, Value>, coercion: &mut Coercion) {
    let filled = |coercion: &mut Coercion, key: &str| {
        let text = coercion.text(&format!("extensions.hanashi.{key}"), ours.get(key)?);
        (!text.trim().is_empty()).then_some(text)
    };
    character.puppet = filled(coercion, "puppet");
    if let Some(language) = filled(coercion, "language") {
        character.language = Lang::from_code(&language);
        if character.language.is_none() {
            coercion.warn(
                "extensions.hanashi.language",
                format!("`{language}` is not a language of the app"),
            );
        }
    }
    character.voice = match ours.get("voice") {
        None | Some(Value::Null) => None,
        Some(Value::Object(voice)) => {
            let field = |name: &str| format!("extensions.hanashi.voice.{name}");
            let number = |coercion: &mut Coercion, name: &str, low, high| {
                voice.get(name).and_then(|value| coercion.number(&field(name), value, low, high))
            };
            let id = voice
                .get("voice")
                .map(|value| coercion.text(&field("voice"), value))
                .unwrap_or_default();
            Some(VoiceChoice {
                voice: id,
                rate: number(coercion, "rate", 0.5, 2.0).unwrap_or(1.0),
                pitch: number(coercion, "pitch", -1.0, 1.0).unwrap_or(0.0),
            })
        }
        Some(other) => {
            let voice = coercion.text("extensions.hanashi.voice", other);
            Some(VoiceChoice { voice, rate: 1.0, pitch: 0.0 })
        }
    };
    for (key, list) in
        [("never_says", &mut character.never_says), ("outside", &mut character.outside)]
    {
        if let Some(value) = ours.get(key) {
            *list = coercion.list(&format!("extensions.hanashi.{key}"), value, None);
        }
    }
    match ours.get("attributes") {
        None | Some(Value::Null) => {}
        Some(Value::Object(attributes)) => {
            for (name, value) in attributes {
                let field = format!("extensions.hanashi.attributes.{name}");
                match character.attributes.entry_mut(name) {
                    Some(entry) => *entry = coercion.text(&field, value),
                    None => coercion.warn(&field, "is unknown; kept, not read"),
                }
            }
        }
        Some(other) => coercion
            .warn("extensions.hanashi.attributes", format!("was {}, not an object", kind(other))),
    }
}

/// The lorebook.
pub(crate) fn book(raw: &Value, in_data: bool, coercion: &mut Coercion) -> Option<Value> {
    let book = body(raw, in_data)?.get("character_book")?;
    match book {
        Value::Null => None,
        Value::Object(_) => Some(book.clone()),
        other => {
            coercion.warn(
                "character_book",
                format!("was {}, not an object; kept, not read", kind(other)),
            );
            None
        }
    }
}

/// Most assets of a card that are looked at.
const MAX_ASSETS: usize = 10_000;

/// The files that a V3 card names.
pub(crate) fn assets(raw: &Value, in_data: bool, coercion: &mut Coercion) -> Vec<Asset> {
    let Some(assets) = body(raw, in_data).and_then(|body| body.get("assets")) else {
        return Vec::new();
    };
    let Value::Array(items) = assets else {
        if !assets.is_null() {
            coercion.warn("assets", format!("was {}, not a list; kept, not read", kind(assets)));
        }
        return Vec::new();
    };
    let mut read = Vec::new();
    for (number, item) in items.iter().enumerate().take(MAX_ASSETS) {
        let Value::Object(item) = item else {
            coercion.warn("assets", format!("held {}; kept, not read", kind(item)));
            continue;
        };
        let mut text = |key: &str| {
            item.get(key).map(|value| coercion.text("assets", value)).unwrap_or_default()
        };
        let (kind, name, uri) = (text("type"), text("name"), text("uri"));
        let ext = text("ext");
        let ext = ext.trim_start_matches('.').to_owned();
        let place = asset::place_of(&uri);
        let mut asset = Asset::at(kind, name, uri, ext, place);
        asset.origin = Some(number);
        read.push(asset);
    }
    read
}
