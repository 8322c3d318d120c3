//! ChatLuna: presets of messages (`keywords`, `prompts`), and the presets of its group-chat plugin (`name`, `nick_name`, `system`, `input`,
//! `status`). Field names: the program's `preset_prompt_parse.ts` and its community presets.

use serde_json::{Map, Value, json};

use super::draft::Draft;
use super::speech;

pub(crate) fn fill(draft: &mut Draft<'_, '_>) {
    let names = [draft.list("nick_name"), draft.list("keywords"), draft.list("keyword")].concat();
    let mut name = draft.text("name");
    if name.trim().is_empty() {
        name = names.first().cloned().unwrap_or_default();
    }
    draft.set("name", &name);
    let others: Vec<&str> =
        names.iter().map(String::as_str).filter(|other| *other != name).collect();
    if !others.is_empty() {
        draft.add("description", "Also called", &others.join(", "));
    }
    let system = draft.text("system");
    draft.add("description", "", &system);
    // What is said anew in every turn belongs after the history.
    for key in ["input", "format_user_prompt"] {
        let text = draft.text(key);
        draft.add("post_history_instructions", "", &text);
    }
    let status = draft.text("status");
    draft.set("scenario", status);
    messages(draft, &name);
    for key in ["authors_note", "author_notes"] {
        if let Some(note) = draft.value(key) {
            let text = match note {
                Value::Object(note) => {
                    note.get("content").and_then(Value::as_str).unwrap_or_default().to_owned()
                }
                other => draft.coercion.text(key, other),
            };
            draft.add("post_history_instructions", "", &text);
        }
    }
    for item in
        draft.value("world_lores").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    {
        let keys: Vec<String> = match item.get("keywords") {
            Some(Value::String(key)) => vec![key.clone()],
            Some(Value::Array(keys)) => {
                keys.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            _ => vec![],
        };
        let content = item.get("content").and_then(Value::as_str).unwrap_or_default();
        let constant = item.get("constant").and_then(Value::as_bool).unwrap_or(false);
        draft.add_lore(&keys, content, json!({ "constant": constant }));
    }
    draft.settings(&["mute_keyword", "mute_keywords", "version", "knowledge", "config", "path"]);
}

/// The parts of an old preset in plain text: paragraphs that begin with `keyword:`, a role, or `format_user_prompt:`; `#` lines are
/// comments. `None` where it is none.
pub(crate) fn parts(text: &str) -> Option<Map<String, Value>> {
    let (mut keywords, mut prompts, mut format) = (Vec::new(), Vec::new(), None);
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let text = lines.map(str::trim_end).collect::<Vec<_>>().join("\n");
    for paragraph in text.split("\n\n") {
        let (key, words) = paragraph.trim().split_once(':')?;
        match key.trim() {
            "keyword" | "keywords" => {
                keywords.extend(words.split(',').map(|word| json!(word.trim())));
            }
            role @ ("system" | "user" | "human" | "assistant" | "ai" | "model") => {
                prompts.push(json!({ "role": role, "content": words.trim() }));
            }
            "format_user_prompt" => format = Some(json!(words.trim())),
            _ => return None,
        }
    }
    if keywords.is_empty() || prompts.is_empty() {
        return None;
    }
    let mut parts = Map::from_iter([
        ("keywords".to_owned(), Value::Array(keywords)),
        ("prompts".to_owned(), Value::Array(prompts)),
    ]);
    parts.extend(format.map(|format| ("format_user_prompt".to_owned(), format)));
    Some(parts)
}

/// The messages of a preset: what the system says is the persona, a lone answer is the greeting, pairs are examples.
fn messages(draft: &mut Draft<'_, '_>, name: &str) {
    let items =
        draft.value("prompts").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let (mut examples, mut asked): (Vec<String>, Option<String>) = (Vec::new(), None);
    for item in items {
        let content = item
            .get("content")
            .map(|text| draft.coercion.text("prompts", text))
            .unwrap_or_default();
        match item.get("role").and_then(Value::as_str).unwrap_or("system") {
            "user" | "human" => {
                if let Some(before) = asked.replace(content) {
                    examples.push(format!("{{{{user}}}}: {before}"));
                }
            }
            "assistant" | "ai" | "model" => match asked.take() {
                Some(question) => {
                    examples.push(format!("{{{{user}}}}: {question}\n{{{{char}}}}: {content}"));
                }
                None if draft.field("first_mes").is_empty() => draft.set("first_mes", content),
                None => draft.more_greetings(&[content]),
            },
            _ => draft.add("description", "", &content),
        }
    }
    if let Some(question) = asked {
        examples.push(format!("{{{{user}}}}: {question}"));
    }
    if !examples.is_empty() {
        let text = speech::started(&speech::labelled(&examples.join("\n"), name));
        draft.set("mes_example", text);
    }
}
