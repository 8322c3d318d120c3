//! Backyard AI, Faraday before it. Field names: the publisher's own `byaf` repository (`types/character-exports.ts` for pictures, `specs/v1`
//! for archives). Texts use `{character}` and `{user}`.

use serde_json::{Map, Value, json};

use super::draft::Draft;
use super::speech;

const MACROS: [(&str, &str); 4] = [
    ("#{character}", "{{char}}"),
    ("#{user}", "{{user}}"),
    ("{character}", "{{char}}"),
    ("{user}", "{{user}}"),
];

/// The names of the parts of an archive in the object that [`join`] makes of it.
const SCENARIOS: &str = "scenarios";

/// One object for an archive: the character's, with the manifest's author and the scenarios in it.
pub(crate) fn join(
    manifest: &Value,
    character: &Value,
    scenarios: Vec<Value>,
) -> Map<String, Value> {
    let mut joined = character.as_object().cloned().unwrap_or_default();
    if let Some(author) = manifest.get("author") {
        joined.insert("author".into(), author.clone());
    }
    joined.insert(SCENARIOS.into(), Value::Array(scenarios));
    joined
}

pub(crate) fn fill(draft: &mut Draft<'_, '_>) {
    let name = draft.first(&["aiDisplayName", "displayName", "aiName", "name"]);
    draft.set("name", &name);
    let short = draft.first(&["aiName", "name"]);
    if !short.is_empty() && short != name {
        draft.set("nickname", short);
    }
    let persona = draft.first(&["aiPersona", "persona"]);
    draft.set("description", put(&persona));
    for (from, to) in
        [("basePrompt", "system_prompt"), ("scenario", "scenario"), ("firstMessage", "first_mes")]
    {
        let text = draft.text(from);
        draft.set(to, put(&text));
    }
    let dialogue = draft.text("customDialogue");
    draft.set("mes_example", speech::started(&speech::labelled(&put(&dialogue), &name)));
    for item in
        draft.value("loreItems").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    {
        let text = |key: &str| item.get(key).and_then(Value::as_str).unwrap_or_default();
        let keys: Vec<String> = text("key")
            .split(',')
            .map(str::trim)
            .filter(|key| !key.is_empty())
            .map(str::to_owned)
            .collect();
        draft.add_lore(&keys, &put(text("value")), json!({ "name": text("key") }));
    }
    let scenarios =
        draft.value(SCENARIOS).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for (number, scenario) in scenarios.iter().enumerate() {
        fill_scenario(draft, scenario, number, &name);
    }
    if let Some(author) = draft.value("author") {
        let creator = author.get("name").and_then(Value::as_str).unwrap_or_default();
        draft.set("creator", creator);
    }
    let talked = |scenario: &Value| {
        let messages = scenario.get("messages").and_then(Value::as_array);
        messages.is_some_and(|messages| !messages.is_empty())
    };
    let chats =
        draft.value("Chat").and_then(Value::as_array).is_some_and(|chats| !chats.is_empty());
    if chats || scenarios.iter().any(talked) {
        draft.coercion.warn(
            "messages",
            "the conversations stay in the source; only the character was imported",
        );
    }
    draft.settings(&[
        "Chat",
        "id",
        "createdAt",
        "updatedAt",
        "model",
        "temperature",
        "repeatPenalty",
        "repeatLastN",
        "isNSFW",
        "topK",
        "topP",
        "minP",
        "minPEnabled",
        "grammar",
        "promptTemplate",
        "canDeleteCustomDialogue",
        "mirostatEnabled",
        "mirostatLearningRate",
        "mirostatEntropy",
        "schemaVersion",
        "$schema",
        "images",
        "version",
        "character",
    ]);
}

/// The first scenario is the card's; the others become greetings, and notes that say what they were.
fn fill_scenario(draft: &mut Draft<'_, '_>, scenario: &Value, number: usize, name: &str) {
    let text = |key: &str| put(scenario.get(key).and_then(Value::as_str).unwrap_or_default());
    let messages = |key: &str| -> Vec<String> {
        let items =
            scenario.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        items
            .iter()
            .filter_map(|item| item.get("text")?.as_str().map(put))
            .filter(|text| !text.is_empty())
            .collect()
    };
    let greetings = messages("firstMessages");
    let id = |item: &Value| {
        item.get("characterID").and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let examples = scenario
        .get("exampleMessages")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let lines: Vec<String> = examples
        .iter()
        .filter_map(|item| {
            let words = put(item.get("text")?.as_str()?);
            let who = if id(item) == "user" { "{{user}}" } else { "{{char}}" };
            Some(if speech::is_spoken(&words, name) { words } else { format!("{who}: {words}") })
        })
        .collect();
    if !lines.is_empty() {
        let block = speech::started(&speech::labelled(&lines.join("\n"), name));
        if !draft.field("mes_example").contains(&block) {
            draft.add("mes_example", "", &block);
        }
    }
    if number == 0 {
        draft.set("scenario", text("narrative"));
        draft.set("system_prompt", text("formattingInstructions"));
        draft.set("first_mes", greetings.first().cloned().unwrap_or_default());
        draft.add("creator_notes", "Scenario", &text("title"));
        return;
    }
    draft.more_greetings(&greetings);
    let heading = format!("Scenario {}", number + 1);
    let title = text("title");
    let heading = if title.is_empty() { heading } else { format!("{heading}, {title}") };
    draft.add("creator_notes", &heading, &text("narrative"));
    if draft.field("system_prompt") != text("formattingInstructions") {
        draft.add("creator_notes", "Its instructions", &text("formattingInstructions"));
    }
    if greetings.is_empty() {
        let message = format!(
            "scenario {} has no first message; it stands in the creator's notes",
            number + 1
        );
        draft.coercion.warn(SCENARIOS, message);
    }
}

/// A text with this program's placeholders as macros.
fn put(text: &str) -> String {
    speech::macros(text, &MACROS)
}
