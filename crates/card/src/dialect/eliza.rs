//! Eliza: lists of sentences (`bio`, `lore`, `knowledge`, `style`…) and examples of messages. Field names: `packages/core/src/types.ts` of
//! the program. There is no greeting in this format.

use serde_json::{Value, json};

use super::draft::Draft;
use super::speech;

pub(crate) fn fill(draft: &mut Draft<'_, '_>) {
    let name = draft.text("name");
    draft.set("name", &name);
    let user_name = draft.text("username");
    draft.add("creator_notes", "User name", &user_name);
    let system = draft.text("system");
    draft.set("system_prompt", system);
    let bio = draft.list("bio");
    draft.add("description", "", &bio.join("\n"));
    for (key, heading) in [("lore", "Lore"), ("knowledge", "Knowledge"), ("topics", "Topics")] {
        let lines = sentences(draft, key);
        draft.add_lines("description", heading, &lines);
    }
    let adjectives = draft.list("adjectives");
    draft.add("personality", "", &adjectives.join(", "));
    if let Some(style) = draft.value("style").and_then(Value::as_object) {
        for (key, heading) in
            [("all", "Style"), ("chat", "Style in conversation"), ("post", "Style of posts")]
        {
            let lines = style
                .get(key)
                .map(|lines| draft.coercion.list("style", lines, None))
                .unwrap_or_default();
            draft.add_lines("personality", heading, &lines);
        }
    }
    examples(draft, &name);
    let posts = draft.list("postExamples");
    if !posts.is_empty() {
        let lines: Vec<String> = posts.iter().map(|post| format!("{{{{char}}}}: {post}")).collect();
        draft.add("mes_example", "", &format!("<START>\n{}", lines.join("\n")));
    }
    let tags = draft.list("tags");
    draft.put("tags", json!(tags));
    draft.settings(&[
        "id",
        "clients",
        "modelProvider",
        "settings",
        "plugins",
        "secrets",
        "clientConfig",
        "imageModelProvider",
        "modelEndpointOverride",
        "extends",
        "twitterProfile",
        "nft",
        "templates",
    ]);
    if let Some(spaces) = draft.value("twitterSpaces") {
        let topics = spaces
            .get("topics")
            .map(|list| draft.coercion.list("twitterSpaces", list, None))
            .unwrap_or_default();
        draft.add_lines("creator_notes", "Topics of its audio rooms", &topics);
        let prompt = spaces.get("systemPrompt").and_then(Value::as_str).unwrap_or_default();
        draft.add("creator_notes", "Prompt of its audio rooms", prompt);
    }
    let templates = draft.value("templates").and_then(Value::as_object);
    for (key, template) in templates.into_iter().flatten() {
        if let Some(text) = template.as_str() {
            draft.add("creator_notes", &format!("Template {key}"), text);
        }
    }
}

/// A list of texts, or of objects with one (`knowledge` may name files).
fn sentences(draft: &mut Draft<'_, '_>, key: &'static str) -> Vec<String> {
    match draft.value(key) {
        Some(Value::Array(items)) => items
            .iter()
            .filter_map(|item| {
                let words = ["content", "text", "path", "directory"]
                    .iter()
                    .find_map(|key| item.get(*key)?.as_str());
                let text = item.as_str().or(words).map_or_else(|| item.to_string(), str::to_owned);
                (!text.trim().is_empty()).then_some(text)
            })
            .collect(),
        _ => draft.list(key),
    }
}

/// Conversations: lists of turns with `user` (or `name`) and `content.text`.
fn examples(draft: &mut Draft<'_, '_>, name: &str) {
    let Some(Value::Array(conversations)) = draft.value("messageExamples") else { return };
    for conversation in conversations {
        let turns = match conversation {
            Value::Array(turns) => turns.as_slice(),
            // Newer files have `{ examples: […] }`, some a flat list.
            Value::Object(object) => object
                .get("examples")
                .and_then(Value::as_array)
                .map_or(std::slice::from_ref(conversation), Vec::as_slice),
            _ => continue,
        };
        let lines: Vec<String> = turns
            .iter()
            .filter_map(|turn| {
                let who = turn.get("user").or_else(|| turn.get("name"))?.as_str()?;
                let content = turn.get("content")?;
                let words = content.get("text").unwrap_or(content).as_str()?;
                let numbered = who.starts_with("{{user") || who.starts_with("{{name");
                let who =
                    if numbered { "{{user}}" } else { speech::speaker(who, name).unwrap_or(who) };
                Some(format!(
                    "{who}: {}",
                    words.replace("{{user1}}", "{{user}}").replace("{{name1}}", "{{user}}")
                ))
            })
            .collect();
        if !lines.is_empty() {
            draft.add("mes_example", "", &format!("<START>\n{}", lines.join("\n")));
        }
    }
}
