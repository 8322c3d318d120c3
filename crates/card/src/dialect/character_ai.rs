//! Character.AI as export tools write it: the service's `character` object, alone or in a wrapper. Field names: the service's own answers
//! (`participant__name`, `external_id`, `title`, `greeting`, `description`, `definition`).

use serde_json::{Value, json};

use super::draft::Draft;
use super::speech;

/// The object with the character's fields: the source itself, or what it wraps.
pub(crate) fn inner(
    source: &serde_json::Map<String, Value>,
) -> Option<&serde_json::Map<String, Value>> {
    let is = |object: &serde_json::Map<String, Value>| {
        let has = |key: &str| object.contains_key(key);
        has("participant__name")
            || has("external_id") && (has("greeting") || has("title"))
            || has("definition") && has("greeting")
    };
    if is(source) {
        return Some(source);
    }
    ["character", "info", "char"].iter().find_map(|key| {
        let object = source.get(*key)?.as_object()?;
        if is(object) { Some(object) } else { inner_once(object).filter(|object| is(object)) }
    })
}

fn inner_once(object: &serde_json::Map<String, Value>) -> Option<&serde_json::Map<String, Value>> {
    object.get("character")?.as_object()
}

/// What stands between two dialogues of a definition.
const DIALOGUE_ENDS: &str = "END_OF_DIALOG";

pub(crate) fn fill(draft: &mut Draft<'_, '_>) {
    let name = draft.first(&["participant__name", "name", "char_name"]);
    draft.set("name", &name);
    let greeting = draft.text("greeting");
    draft.set("first_mes", greeting);
    let title = draft.text("title");
    draft.set("personality", title);
    let description = draft.text("description");
    draft.add("description", "", &description);
    let definition = draft.text("definition");
    let (persona, dialogue) = speech::split_dialogue(&definition, &name);
    // It parts dialogues, and often stands alone, behind the description or the last of them.
    let persona = persona.replace(DIALOGUE_ENDS, "");
    draft.add("description", "", persona.trim());
    let dialogues = dialogue.split(DIALOGUE_ENDS).map(str::trim).filter(|part| !part.is_empty());
    let dialogue = dialogues.collect::<Vec<_>>().join("\n<START>\n");
    draft.set("mes_example", speech::started(&speech::labelled(&dialogue, &name)));
    let greetings = draft.list("alternate_greetings");
    draft.put("alternate_greetings", json!(greetings));
    let creator = draft.first(&["user__username", "author_username"]);
    draft.set("creator", creator);
    let tags: Vec<String> = match draft.value("categories").or_else(|| draft.value("tags")) {
        Some(Value::Array(items)) => items
            .iter()
            .filter_map(|item| item.get("name").or(Some(item))?.as_str().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    };
    draft.put("tags", json!(tags));
    let avatar = draft.text("avatar_file_name");
    if !avatar.is_empty() {
        draft.add("creator_notes", "Picture", &avatar);
    }
    draft.settings(&[
        "external_id",
        "identifier",
        "visibility",
        "copyable",
        "img_gen_enabled",
        "base_img_prompt",
        "img_prompt_regex",
        "strip_img_prompt_from_msg",
        "participant__num_interactions",
        "participant__user__username",
        "voice_id",
        "default_voice_id",
        "usage",
        "upvotes",
        "short_hash",
        "songs",
        "starter_prompts",
        "comments_enabled",
        "internal_id",
        "is_licensed_professionally",
    ]);
}
