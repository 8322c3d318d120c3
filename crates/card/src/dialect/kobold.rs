//! The character in a KoboldAI or Kobold Lite save: chat mode names an opponent, memory describes it, the prompt is what it said first.
//! The story itself stays in the source. Field names: Kobold Lite's `generate_savefile` and KoboldAI's save files.

use serde_json::{Value, json};

use super::draft::Draft;
use super::speech;

/// Between the names of several opponents.
const NAMES: &str = "||$||";

/// The names of a save's opponents, in chat mode.
pub(crate) fn opponents(source: &serde_json::Map<String, Value>) -> Vec<String> {
    let settings = source.get("savedsettings").and_then(Value::as_object);
    let name = ["chatopponent", "botname"]
        .iter()
        .find_map(|key| settings?.get(*key).or_else(|| source.get(*key))?.as_str());
    let names = name.unwrap_or_default().split(NAMES).map(str::trim);
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

pub(crate) fn fill(draft: &mut Draft<'_, '_>) {
    let settings =
        draft.value("savedsettings").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut names = match draft.value("chatopponent") {
        Some(name) => vec![draft.coercion.text("chatopponent", name)],
        None => opponents(&serde_json::Map::from_iter([(
            "savedsettings".to_owned(),
            Value::Object(settings.clone()),
        )])),
    };
    let name = if names.is_empty() { String::new() } else { names.remove(0) };
    draft.set("name", &name);
    if !names.is_empty() {
        draft.coercion.warn(
            "chatopponent",
            format!("the save has more characters, which were left out: {}", names.join(", ")),
        );
    }
    let memory = draft.text("memory");
    let (persona, dialogue) = speech::split_dialogue(&memory, &name);
    let (persona, scenario) = bracketed(persona, "[Scenario:");
    draft.add(
        "description",
        "",
        persona.trim().strip_prefix("Persona:").unwrap_or(&persona).trim(),
    );
    draft.set("scenario", scenario);
    draft.set("mes_example", speech::started(&speech::labelled(dialogue, &name)));
    let prompt = draft.text("prompt");
    let first = prompt.trim().strip_prefix(&name).and_then(|rest| rest.strip_prefix(':'));
    draft.set("first_mes", first.map_or(prompt.trim(), str::trim));
    let note = draft.first(&["authorsnote", "anote"]);
    draft.set("post_history_instructions", note);
    for entry in
        draft.value("worldinfo").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
        let split = |key: &str| -> Vec<String> {
            text(key)
                .split(',')
                .map(str::trim)
                .filter(|key| !key.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let mut more = json!({ "constant": entry.get("constant").and_then(Value::as_bool).unwrap_or(false), "comment": text("comment") });
        let second = split("keysecondary");
        if !second.is_empty() {
            more["selective"] = json!(true);
            more["secondary_keys"] = json!(second);
        }
        draft.add_lore(&split("key"), text("content"), more);
    }
    let actions = draft.value("actions").and_then(Value::as_array).map_or(0, Vec::len);
    if actions > 0 {
        draft.coercion.warn(
            "actions",
            format!(
                "the {actions} parts of the story belong to no character; they stay in the source"
            ),
        );
    }
    draft.settings(&[
        "gamestarted",
        "anotetemplate",
        "anotestr",
        "actions",
        "actions_metadata",
        "wifolders_d",
        "wifolders_l",
        "completed_imgs_meta",
        "savedaestheticsettings",
        "extrastopseq",
        "regexreplace_data",
        "tempmemory",
        "autoname",
        "redo",
    ]);
}

/// Takes `[Scenario: …]` out of a text.
fn bracketed(text: &str, head: &str) -> (String, String) {
    match text.find(head).and_then(|at| Some((at, at + text[at..].find(']')?))) {
        Some((from, to)) => {
            let inner = text[from + head.len()..to].trim().to_owned();
            (
                format!("{}{}", &text[..from], &text[to + 1..])
                    .trim()
                    .trim_end_matches("***")
                    .to_owned(),
                inner,
            )
        }
        None => (text.to_owned(), String::new()),
    }
}
