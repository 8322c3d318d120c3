//! An edited document back into its card: field by field, so that what was not edited comes out as it came in.

use card::{Imported, Spec};
use domain::Problem;
use serde_json::{Map, Value, json};

use super::{document, lorebook};
use crate::api::editor::CardDocument;

/// The card with the document's edits, as JSON and in the specification that it needs; `None` where nothing was edited.
pub(crate) fn edited(
    imported: &mut Imported,
    new: &CardDocument,
) -> Result<Option<(Vec<u8>, Spec)>, Problem> {
    let old = document::of(imported);
    imported.character = document::character(new, &imported.character);
    let beyond = beyond(&old, new);
    if !imported.is_edited() && beyond.is_empty() {
        return Ok(None);
    }
    let spec = spec_for(imported.spec, &beyond);
    let mut root = parse(&imported.to_json(spec))?;
    if let Some(body) = root.get_mut("data").and_then(Value::as_object_mut) {
        for field in beyond {
            write(body, field, &old, new);
        }
    }
    let text = serde_json::to_vec_pretty(&root).unwrap_or_default();
    Ok(Some((text, spec)))
}

/// Fields that a [`domain::Character`] has no place for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beyond {
    GroupGreetings,
    Notes,
    Assets,
    Book,
}

fn beyond(old: &CardDocument, new: &CardDocument) -> Vec<Beyond> {
    let mut changed = Vec::new();
    let mut note = |differs: bool, field| {
        if differs {
            changed.push(field);
        }
    };
    note(old.group_greetings != new.group_greetings, Beyond::GroupGreetings);
    note(old.notes != new.notes, Beyond::Notes);
    note(old.assets != new.assets, Beyond::Assets);
    note(old.book != new.book, Beyond::Book);
    changed
}

/// The card keeps its specification, unless it has no room for what was written: V1 becomes V2, V2 becomes V3.
fn spec_for(spec: Spec, beyond: &[Beyond]) -> Spec {
    let needs_v3 = beyond.iter().any(|field| *field != Beyond::Book);
    match spec {
        _ if needs_v3 => Spec::V3,
        Spec::V1 => Spec::V2,
        spec => spec,
    }
}

fn write(body: &mut Map<String, Value>, field: Beyond, old: &CardDocument, new: &CardDocument) {
    match field {
        Beyond::GroupGreetings => {
            let filled = new.group_greetings.iter().filter(|text| !text.trim().is_empty());
            body.insert("group_only_greetings".into(), json!(filled.collect::<Vec<_>>()));
        }
        Beyond::Notes => {
            let mut notes = match body.get("creator_notes_multilingual") {
                Some(Value::Object(notes)) => notes.clone(),
                _ => Map::new(),
            };
            for gone in &old.notes {
                notes.shift_remove(&gone.language);
            }
            for note in new.notes.iter().filter(|note| !note.language.trim().is_empty()) {
                notes.insert(note.language.trim().to_owned(), json!(note.text));
            }
            body.insert("creator_notes_multilingual".into(), Value::Object(notes));
        }
        Beyond::Assets => {
            let before = match body.get("assets") {
                Some(Value::Array(assets)) => assets.clone(),
                _ => Vec::new(),
            };
            // Only objects are assets; the document numbers those.
            let before: Vec<&Value> = before.iter().filter(|asset| asset.is_object()).collect();
            let rows = new.assets.iter().map(|row| {
                let origin = row.origin.and_then(|at| before.get(at as usize));
                let mut asset =
                    origin.and_then(|asset| asset.as_object()).cloned().unwrap_or_default();
                let fields = [
                    ("type", &row.kind),
                    ("uri", &row.uri),
                    ("name", &row.name),
                    ("ext", &row.ext),
                ];
                for (key, value) in fields {
                    if asset.get(key).and_then(Value::as_str) != Some(value) {
                        asset.insert(key.into(), json!(value));
                    }
                }
                Value::Object(asset)
            });
            let rows: Vec<Value> = rows.collect();
            body.insert("assets".into(), Value::Array(rows));
        }
        Beyond::Book => match &new.book {
            None => drop(body.shift_remove("character_book")),
            Some(book) => {
                let raw = body.get("character_book").cloned().unwrap_or_else(|| json!({}));
                let old = old.book.clone().unwrap_or_default();
                body.insert("character_book".into(), lorebook::write(&raw, &old, book));
            }
        },
    }
}

fn parse(json: &[u8]) -> Result<Value, Problem> {
    serde_json::from_slice(json).map_err(|error| {
        Problem::new(
            domain::ProblemKind::Internal,
            format!("the card could not be written again: {error}"),
            "export it as it is and report this",
        )
    })
}
