//! Values of the wrong type, put right with a warning.

use serde_json::Value;

use crate::Warning;

/// Reads fields and remembers what was wrong with them.
#[derive(Debug, Default)]
pub(crate) struct Coercion {
    pub warnings: Vec<Warning>,
}

impl Coercion {
    pub(crate) fn warn(&mut self, field: &str, message: impl Into<String>) {
        self.warnings.push(Warning::new(field, message));
    }

    /// A text, whatever it is written as.
    pub(crate) fn text(&mut self, field: &str, value: &Value) -> String {
        match value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            Value::Number(_) | Value::Bool(_) => {
                self.warn(field, format!("was {}, not a text; taken as one", kind(value)));
                value.to_string()
            }
            Value::Array(items) if items.is_empty() => {
                self.warn(field, "was an empty list, not a text");
                String::new()
            }
            Value::Array(items) => {
                self.warn(field, "was a list, not a text; its parts became lines");
                items.iter().map(|item| self.line(field, item)).collect::<Vec<_>>().join("\n")
            }
            Value::Object(_) => {
                self.warn(field, "was an object, not a text; kept as JSON");
                value.to_string()
            }
        }
    }

    /// One line of a text that is a list: turns of an example dialogue keep their speakers.
    fn line(&mut self, field: &str, item: &Value) -> String {
        let part = |names: &[&str]| names.iter().find_map(|name| item.get(name)?.as_str());
        match (part(&["role", "name", "user"]), part(&["content", "text", "mes", "message"])) {
            (Some("user" | "human"), Some(text)) => format!("{{{{user}}}}: {text}"),
            (Some("assistant" | "char" | "character" | "bot" | "model"), Some(text)) => {
                format!("{{{{char}}}}: {text}")
            }
            (Some(name), Some(text)) => format!("{name}: {text}"),
            (None, Some(text)) => text.to_owned(),
            _ => match item {
                Value::String(text) => text.clone(),
                Value::Array(_) => self.text(field, item),
                Value::Null => String::new(),
                other => other.to_string(),
            },
        }
    }

    /// A list of texts, whatever it is written as. `separator` splits a single text.
    pub(crate) fn list(
        &mut self,
        field: &str,
        value: &Value,
        separator: Option<char>,
    ) -> Vec<String> {
        match value {
            Value::Null => Vec::new(),
            Value::Array(items) => {
                let strange = items.iter().any(|item| !item.is_string());
                if strange {
                    self.warn(field, "held something else than texts; what could be read was kept");
                }
                items
                    .iter()
                    .map(|item| self.line(field, item))
                    .filter(|text| !text.trim().is_empty())
                    .collect()
            }
            Value::String(text) if text.trim().is_empty() => {
                self.warn(field, "was an empty text, not a list");
                Vec::new()
            }
            Value::String(text) => {
                self.warn(field, "was a text, not a list");
                match separator {
                    Some(separator) => text
                        .split(separator)
                        .map(|part| part.trim().to_owned())
                        .filter(|part| !part.is_empty())
                        .collect(),
                    None => vec![text.clone()],
                }
            }
            Value::Object(members) => {
                self.warn(field, "was an object, not a list; its values were kept");
                let values: Vec<Value> = members.values().cloned().collect();
                values
                    .iter()
                    .map(|item| self.line(field, item))
                    .filter(|text| !text.trim().is_empty())
                    .collect()
            }
            other => {
                self.warn(field, format!("was {}, not a list", kind(other)));
                vec![other.to_string()]
            }
        }
    }

    /// A number within bounds; `None` where there is none to be had.
    pub(crate) fn number(
        &mut self,
        field: &str,
        value: &Value,
        low: f32,
        high: f32,
    ) -> Option<f32> {
        let number = match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) if !text.trim().is_empty() => {
                let parsed = text.trim().parse().ok();
                self.warn(
                    field,
                    if parsed.is_some() {
                        "was a text, not a number"
                    } else {
                        "was no number; left out"
                    },
                );
                parsed
            }
            Value::Null => None,
            _ => {
                self.warn(field, "was no number; left out");
                None
            }
        }? as f32;
        if !number.is_finite() {
            self.warn(field, "was no number; left out");
            return None;
        }
        if !(low..=high).contains(&number) {
            self.warn(field, format!("was {number}; it must be from {low} to {high}"));
        }
        Some(number.clamp(low, high))
    }
}

/// A value's type with an article.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
