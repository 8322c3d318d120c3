//! Agnai: a persona of attributes, `sampleChat`, a memory book. Field names: `common/types/library.ts` and `memory.ts` of the program.

use serde_json::{Value, json};

use super::draft::Draft;
use super::speech;

pub(crate) fn fill(draft: &mut Draft<'_, '_>) {
    let name = draft.text("name");
    draft.set("name", &name);
    let text =
        draft.value("persona").map(|persona| persona_text(persona, draft)).unwrap_or_default();
    draft.add("description", "", &text);
    let appearance = draft.text("appearance");
    draft.add("description", "Appearance", &appearance);
    let culture = draft.text("culture");
    if !culture.is_empty() && !culture.starts_with("en") {
        draft.add("description", "Language", &culture);
    }
    for (from, to) in [
        ("greeting", "first_mes"),
        ("scenario", "scenario"),
        ("description", "creator_notes"),
        ("systemPrompt", "system_prompt"),
        ("postHistoryInstructions", "post_history_instructions"),
        ("creator", "creator"),
        ("characterVersion", "character_version"),
    ] {
        let text = draft.text(from);
        draft.set(to, text);
    }
    let sample = draft.text("sampleChat");
    draft.set("mes_example", speech::started(&speech::labelled(&sample, &name)));
    for (from, to) in [("alternateGreetings", "alternate_greetings"), ("tags", "tags")] {
        let list = draft.list(from);
        draft.put(to, json!(list));
    }
    if let Some(book) = draft.value("characterBook") {
        memory_book(draft, book);
    }
    if let Some(insert) = draft.value("insert") {
        let depth = insert.get("depth").and_then(Value::as_i64).unwrap_or(3);
        let prompt = insert.get("prompt").and_then(Value::as_str).unwrap_or_default();
        if !prompt.trim().is_empty() {
            let content = format!("@@depth {depth}\n@@role system\n{prompt}");
            draft.add_lore(&[], &content, json!({ "constant": true, "name": "insert" }));
        }
    }
    let avatar = draft.text("avatar");
    draft.add_picture(&avatar);
    if let Some(extensions @ Value::Object(_)) = draft.value("extensions") {
        draft.put("extensions", extensions.clone());
    }
    draft.settings(&[
        "kind",
        "_id",
        "userId",
        "createdAt",
        "updatedAt",
        "deletedAt",
        "favorite",
        "voice",
        "voiceDisabled",
        "folder",
        "visualType",
        "sprite",
        "imageSettings",
        "json",
    ]);
}

/// The attributes of a persona, a line each; free text as it stands.
fn persona_text(persona: &Value, draft: &mut Draft<'_, '_>) -> String {
    let Some(attributes) = persona.get("attributes").and_then(Value::as_object) else {
        return draft.coercion.text("persona", persona);
    };
    let mut lines = Vec::new();
    for (key, value) in attributes {
        let values = match value {
            Value::String(text) => vec![text.clone()],
            other => draft.coercion.list("persona", other, None),
        };
        if key == "text" {
            lines.push(values.join("\n"));
        } else if !values.is_empty() {
            lines.push(format!("{key}: {}", values.join(", ")));
        }
    }
    lines.join("\n")
}

/// A memory book as a lorebook: `entry` is the content, `weight` the order.
fn memory_book(draft: &mut Draft<'_, '_>, book: &Value) {
    let entries =
        book.get("entries").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for entry in entries {
        let list = |key: &str| -> Vec<String> {
            let items =
                entry.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let content = entry
            .get("entry")
            .or_else(|| entry.get("content"))
            .and_then(Value::as_str)
            .unwrap_or_default();
        let mut more =
            json!({ "enabled": entry.get("enabled").and_then(Value::as_bool).unwrap_or(true) });
        for (from, to) in [
            ("name", "name"),
            ("comment", "comment"),
            ("priority", "priority"),
            ("weight", "insertion_order"),
            ("id", "id"),
            ("selective", "selective"),
            ("secondaryKeys", "secondary_keys"),
            ("constant", "constant"),
            ("position", "position"),
        ] {
            if let Some(value) = entry.get(from).filter(|value| !value.is_null()) {
                more[to] = value.clone();
            }
        }
        draft.add_lore(&list("keywords"), content, more);
    }
}
