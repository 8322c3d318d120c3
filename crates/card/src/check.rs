//! What a round trip loses: the tree that was imported against the tree that comes back from a written file, path by path.

use serde_json::Value;

use crate::container::png_text;
use crate::{Availability, Dialect, Error, Form, Imported, Spec, dialect, import, json, yaml};

/// Something that was in a card and is not, or is not the same, in what was written.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Loss {
    /// How it was written: `V2 JSON`, `V3 PNG`…
    pub written_as: String,
    /// Where in the original (`data.extensions.depth`); an asset as `assets/NAME`.
    pub path: String,
}

/// Most losses of a card that are listed.
const MAX_LOSSES: usize = 100;

/// Writes a card as JSON (V2 and V3), PNG and CHARX, reads each back, and lists what did not survive. `file` is what was imported.
///
/// # Errors
/// What the export or the import of the written file says.
pub fn round_trip_losses(card: &Imported, file: &[u8], name: &str) -> Result<Vec<Loss>, Error> {
    let mut losses = Vec::new();
    let forms = [
        ("V2 JSON", Form::Json, Spec::V2),
        ("V3 JSON", Form::Json, Spec::V3),
        ("V3 PNG", Form::Png, Spec::V3),
        ("CHARX", Form::Charx, Spec::V3),
    ];
    for (written_as, form, spec) in forms {
        let written = card.export(file, form, spec)?;
        let again = import(&written.bytes, name)?;
        let mut paths = Vec::new();
        differences(&card.raw, &again.raw, &mut String::new(), &mut paths);
        let moved = |path: &String| {
            is_mark(path) || path.starts_with("data.assets") || path.starts_with("assets")
        };
        paths.retain(|path| !moved(path));
        if again.character != card.character {
            paths.push("character".to_owned());
        }
        paths.extend(lost_assets(card, file, &again, &written.bytes));
        paths.extend(
            written
                .warnings
                .iter()
                .filter(|warning| warning.field == "assets")
                .map(|warning| format!("assets: {}", warning.message)),
        );
        if let Some(copy) = (form == Form::Png).then(|| v2_copy(&written.bytes)).flatten()
            && copy.pointer("/data/name").is_none()
        {
            paths.push("the V2 copy".to_owned());
        }
        losses
            .extend(paths.into_iter().map(|path| Loss { written_as: written_as.to_owned(), path }));
    }
    losses.truncate(MAX_LOSSES);
    Ok(losses)
}

/// The marks of the specification change with it.
fn is_mark(path: &str) -> bool {
    matches!(path, "spec" | "spec_version")
}

/// Assets of the file whose bytes, or whose unknown members, are not in what was written.
fn lost_assets(card: &Imported, file: &[u8], again: &Imported, written: &[u8]) -> Vec<String> {
    let mut lost = Vec::new();
    // The picture of the card goes along as a picture.
    for asset in card.assets.iter().filter(|asset| asset.at != Availability::Default) {
        let found = match card.asset(file, asset) {
            Ok(bytes) => again
                .assets
                .iter()
                .any(|other| again.asset(written, other).is_ok_and(|other| other == bytes)),
            // What has no bytes here is named there as it was.
            Err(_) => again
                .assets
                .iter()
                .any(|other| other.name == asset.name && other.kind == asset.kind),
        };
        if !found {
            lost.push(format!("assets/{}", asset.name));
        }
    }
    lost
}

fn v2_copy(png: &[u8]) -> Option<Value> {
    let chunks = crate::container::png_chunks::read(png)?.chunks;
    let chunk = chunks.iter().find(|chunk| png_text::is(chunk, png_text::V2))?;
    json::parse(&png_text::card(chunk).ok()?, &mut Vec::new()).ok()
}

/// Paths of `old` that are missing or different in `new`. What `new` has beside is no loss.
fn differences(old: &Value, new: &Value, path: &mut String, found: &mut Vec<String>) {
    if found.len() >= MAX_LOSSES {
        return;
    }
    let mut inner = |key: &str, old: &Value, new: Option<&Value>, found: &mut Vec<String>| {
        let length = path.len();
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(key);
        match new {
            Some(new) => differences(old, new, path, found),
            None => found.push(path.clone()),
        }
        path.truncate(length);
    };
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, value) in old {
                inner(key, value, new.get(key), found);
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (number, (old, new)) in old.iter().zip(new).enumerate() {
                inner(&number.to_string(), old, Some(new), found);
            }
        }
        _ if old == new => {}
        _ => found.push(path.clone()),
    }
}

/// For a card in another program's format: the texts of the source that stand in no field where a person would look, by their path.
/// Settings (short words without a space) do not count.
pub fn unmapped_texts(card: &Imported) -> Vec<String> {
    if matches!(card.dialect, Dialect::Card | Dialect::Airi) {
        return Vec::new();
    }
    let Some(source) = card.foreign_source() else { return Vec::new() };
    let tree = match source {
        Value::String(text) => dialect::plain_text(text)
            .map(|(_, parts)| Value::Object(parts))
            .or_else(|| yaml::parse(text, &mut Vec::new()))
            .unwrap_or_default(),
        tree => tree.clone(),
    };
    let mut fields = String::new();
    let body = card.raw.get("data").and_then(Value::as_object);
    for (_, value) in body.into_iter().flatten().filter(|(key, _)| *key != "extensions") {
        collect(value, &mut fields);
    }
    let (fields, mut missing) = (squeezed(&fields), Vec::new());
    look(&tree, &mut String::new(), &fields, &mut missing);
    missing
}

fn collect(value: &Value, into: &mut String) {
    match value {
        Value::String(text) => {
            into.push_str(text);
            into.push('\n');
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        Value::Object(members) => members.values().for_each(|item| collect(item, into)),
        _ => {}
    }
}

/// Letters and digits alone: how a text is divided, and who is said to speak it, may change.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Conversations that a card carries are no part of the character.
const CONVERSATIONS: [&str; 4] = ["Chat", "messages", "actions", "history"];
/// Placeholders of other programs that are longer than a word that counts.
const PLACEHOLDERS: [&str; 2] = ["character", "agentname"];

fn look(value: &Value, path: &mut String, fields: &str, missing: &mut Vec<String>) {
    let members: Vec<(String, &Value)> = match value {
        Value::String(text) => {
            let prose = |line: &&str| line.trim().contains(' ') || !line.is_ascii();
            let words =
                |line: &str| line.split_once(':').map_or(line, |(_, words)| words).to_owned();
            // Placeholders and speakers change; the words between them do not.
            let parts = |line: String| {
                line.split(['{', '}', '<', '>', '#']).map(squeezed).collect::<Vec<_>>()
            };
            let lost = text.lines().filter(prose).map(words).flat_map(parts).any(|part| {
                let counts = part.chars().count() > 8 && !PLACEHOLDERS.contains(&part.as_str());
                counts && !fields.contains(&part)
            });
            if lost {
                missing.push(path.clone());
            }
            return;
        }
        Value::Array(items) => {
            items.iter().enumerate().map(|(number, item)| (number.to_string(), item)).collect()
        }
        Value::Object(members) => members.iter().map(|(key, item)| (key.clone(), item)).collect(),
        _ => return,
    };
    for (key, item) in members.into_iter().filter(|(key, _)| !CONVERSATIONS.contains(&key.as_str()))
    {
        let length = path.len();
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(&key);
        look(item, path, fields, missing);
        path.truncate(length);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_of_difference_has_its_path() {
        let old = json!({ "a": { "b": [1, { "c": "x" }], "d": null }, "e": 2.5, "f": "same" });
        let new = json!({ "a": { "b": [1, { "c": "y" }] }, "e": 2.5, "f": "same", "more": 1 });
        let mut found = Vec::new();
        differences(&old, &new, &mut String::new(), &mut found);
        assert_eq!(found, ["a.b.1.c", "a.d"]);
        let mut found = Vec::new();
        differences(&json!({ "a": [1, 2] }), &json!({ "a": [1] }), &mut String::new(), &mut found);
        assert_eq!(found, ["a"]);
    }

    #[test]
    fn a_text_that_is_only_in_the_source_is_seen() {
        let source = json!({ "bot_name": "Mira", "bot_info": "She keeps the light.", "unknown": { "deep": "Nobody reads this sentence." } });
        let mut card = import(source.to_string().as_bytes(), "x.json").unwrap();
        assert_eq!(
            unmapped_texts(&card),
            Vec::<String>::new(),
            "what is unknown goes to the notes"
        );
        card.raw["data"]["creator_notes"] = json!("");
        assert_eq!(unmapped_texts(&card), ["unknown.deep"]);
    }
}
