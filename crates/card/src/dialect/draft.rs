//! A V3 card in the making. What a dialect's reader does not ask for is not lost: prose goes to the notes, where a person sees it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::Dialect;
use crate::coerce::Coercion;
use crate::export;

/// Where the source is kept, in `extensions.hanashi`.
pub(crate) const SOURCE: &str = "source";
/// A text of this many characters is prose, not a setting.
const PROSE: usize = 24;

/// The card and what is left of its source.
pub(crate) struct Draft<'a, 'c> {
    source: &'a Map<String, Value>,
    asked: BTreeSet<&'static str>,
    body: Map<String, Value>,
    pub(crate) coercion: &'c mut Coercion,
}

impl<'a, 'c> Draft<'a, 'c> {
    pub(crate) fn new(source: &'a Map<String, Value>, coercion: &'c mut Coercion) -> Self {
        Self { source, asked: BTreeSet::new(), body: export::blank(), coercion }
    }

    /// A value of the source, which counts as read from now on.
    pub(crate) fn value(&mut self, key: &'static str) -> Option<&'a Value> {
        self.asked.insert(key);
        self.source.get(key).filter(|value| !value.is_null())
    }

    /// A text of the source; "" where there is none.
    pub(crate) fn text(&mut self, key: &'static str) -> String {
        match self.value(key) {
            Some(value) => self.coercion.text(key, value),
            None => String::new(),
        }
    }

    /// The first of these that holds something.
    pub(crate) fn first(&mut self, keys: &[&'static str]) -> String {
        let mut texts = keys.iter().map(|key| self.text(key)).collect::<Vec<_>>().into_iter();
        texts.find(|text| !text.trim().is_empty()).unwrap_or_default()
    }

    /// A list of texts. A single text is a list of one, as some dialects write it.
    pub(crate) fn list(&mut self, key: &'static str) -> Vec<String> {
        match self.value(key) {
            Some(Value::String(text)) if text.trim().is_empty() => Vec::new(),
            Some(Value::String(text)) => vec![text.clone()],
            Some(value) => self.coercion.list(key, value, None),
            None => Vec::new(),
        }
    }

    /// Settings that mean nothing here; the source keeps them.
    pub(crate) fn settings(&mut self, keys: &[&'static str]) {
        self.asked.extend(keys);
    }

    /// Sets a field of the card.
    pub(crate) fn set(&mut self, field: &str, text: impl Into<String>) {
        self.body.insert(field.to_owned(), Value::String(text.into()));
    }

    /// Sets a field that is no text.
    pub(crate) fn put(&mut self, field: &str, value: Value) {
        self.body.insert(field.to_owned(), value);
    }

    /// A field as it is now.
    pub(crate) fn field(&self, field: &str) -> &str {
        self.body.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    /// Adds a paragraph to a field, with a heading where it has one. Nothing is added for nothing.
    pub(crate) fn add(&mut self, field: &str, heading: &str, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let paragraph = match (heading, text.contains('\n')) {
            ("", _) => text.trim_end().to_owned(),
            (heading, true) => format!("{heading}:\n{}", text.trim_end()),
            (heading, false) => format!("{heading}: {}", text.trim_end()),
        };
        let before = self.field(field).trim_end();
        let all = if before.is_empty() { paragraph } else { format!("{before}\n\n{paragraph}") };
        self.set(field, all);
    }

    /// Adds a list to a field, a line each.
    pub(crate) fn add_lines(&mut self, field: &str, heading: &str, lines: &[String]) {
        let text = lines.iter().map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n");
        let text = if text.is_empty() { text } else { format!("{heading}:\n{text}") };
        self.add(field, "", &text);
    }

    /// Adds greetings after the first, each once.
    pub(crate) fn more_greetings(&mut self, greetings: &[String]) {
        let first = self.field("first_mes").to_owned();
        let list = self.body.entry("alternate_greetings").or_insert_with(|| json!([]));
        let Some(list) = list.as_array_mut() else { return };
        for greeting in greetings {
            let known =
                *greeting == first || list.iter().any(|known| known.as_str() == Some(greeting));
            if !known {
                list.push(json!(greeting));
            }
        }
    }

    /// Adds a lorebook entry.
    pub(crate) fn add_lore(&mut self, keys: &[String], content: &str, more: Value) {
        if content.trim().is_empty() {
            return;
        }
        let book = self
            .body
            .entry("character_book")
            .or_insert_with(|| json!({ "extensions": {}, "entries": [] }));
        let Some(entries) = book.get_mut("entries").and_then(Value::as_array_mut) else { return };
        let mut entry = json!({
            "keys": keys, "content": content, "extensions": {}, "enabled": true,
            "insertion_order": entries.len(), "use_regex": false,
        });
        if let (Some(entry), Value::Object(more)) = (entry.as_object_mut(), more) {
            entry.extend(more);
        }
        entries.push(entry);
    }

    /// Adds an asset that the source names by an address or carries as a `data:` URI.
    pub(crate) fn add_picture(&mut self, uri: &str) {
        let known =
            ["http://", "https://", "data:image/"].iter().any(|scheme| uri.starts_with(scheme));
        if known {
            let ext = uri
                .strip_prefix("data:image/")
                .and_then(|rest| rest.split([';', ',']).next())
                .map_or_else(|| crate::asset::ending(uri), str::to_owned);
            let icon = json!({ "type": "icon", "name": "main", "uri": uri, "ext": ext });
            self.put("assets", json!([icon]));
        }
    }

    /// The card.
    pub(crate) fn finish(mut self, dialect: Dialect, original: &Value) -> Value {
        let left: Vec<(&String, &Value)> =
            self.source.iter().filter(|(key, _)| !self.asked.contains(key.as_str())).collect();
        for (key, value) in left {
            let lines = prose(value);
            if !lines.is_empty() {
                self.coercion.warn(
                    key,
                    "is unknown in this format; its text was put into the creator's notes",
                );
                self.add("creator_notes", key, &lines.join("\n"));
            }
        }
        let source = json!({ "dialect": dialect.name(), "original": original });
        let extensions = self.body.entry("extensions").or_insert_with(|| json!({}));
        if let Some(extensions) = extensions.as_object_mut() {
            extensions.insert("hanashi".into(), json!({ SOURCE: source }));
        }
        json!({ "spec": "chara_card_v3", "spec_version": "3.0", "data": self.body })
    }
}

/// The texts in a value that people wrote for people.
fn prose(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => {
            let wide = text.chars().filter(|c| !c.is_ascii()).count();
            let address = text.starts_with("http") || text.starts_with("data:");
            let long = text.chars().count() + wide * 2 >= PROSE && (wide > 0 || text.contains(' '));
            if long && !address { vec![text.clone()] } else { vec![] }
        }
        Value::Array(items) => items.iter().flat_map(prose).collect(),
        Value::Object(members) => members.values().flat_map(prose).collect(),
        _ => vec![],
    }
}
