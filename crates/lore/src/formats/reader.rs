//! Reads fields of any type as what they should be, and remembers what was put right.

use serde_json::{Map, Value};

use crate::{Role, Warning};

/// The fields of one object.
pub(super) struct Reader<'a> {
    pub(super) fields: &'a Map<String, Value>,
    /// Where the object is, for warnings.
    pub(super) path: String,
    pub(super) warnings: &'a mut Vec<Warning>,
}

impl Reader<'_> {
    /// The first of these fields that holds something.
    fn find(&self, names: &[&'static str]) -> Option<(&'static str, &Value)> {
        names.iter().find_map(|&name| match self.fields.get(name) {
            None | Some(Value::Null) => None,
            Some(value) => Some((name, value)),
        })
    }

    pub(super) fn warn(&mut self, name: &str, message: impl Into<String>) {
        let field =
            if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        self.warnings.push(Warning::new(field, message));
    }

    /// Whether a field is there and holds something.
    pub(super) fn has(&self, name: &'static str) -> bool {
        self.find(&[name]).is_some()
    }

    /// The fields of an object within this one.
    pub(super) fn inner(&mut self, name: &'static str) -> Option<Reader<'_>> {
        match self.fields.get(name) {
            Some(Value::Object(fields)) => {
                let path =
                    format!("{}{}{name}", self.path, if self.path.is_empty() { "" } else { "." });
                Some(Reader { fields, path, warnings: self.warnings })
            }
            Some(Value::Null) | None => None,
            Some(other) => {
                self.warn(name, format!("was {}, not an object; kept, not read", kind(other)));
                None
            }
        }
    }

    /// A text; numbers are written out, lists become lines.
    pub(super) fn text(&mut self, names: &[&'static str]) -> String {
        let Some((name, value)) = self.find(names) else { return String::new() };
        let (text, odd) = match value {
            Value::String(text) => return text.clone(),
            Value::Array(items) => {
                let lines: Vec<String> = items.iter().map(plain).collect();
                (lines.join("\n"), "a list, not a text; its parts became lines".to_owned())
            }
            other => (plain(other), format!("{}, not a text; taken as one", kind(other))),
        };
        self.warn(name, format!("was {odd}"));
        text
    }

    /// An id, which may be a text or a number without a warning.
    pub(super) fn id(&mut self, names: &[&'static str]) -> String {
        match self.find(names) {
            Some((_, Value::String(text))) => text.clone(),
            Some((_, Value::Number(number))) => number.to_string(),
            _ => String::new(),
        }
    }

    /// Texts; one alone is split at its commas.
    pub(super) fn texts(&mut self, names: &[&'static str]) -> Vec<String> {
        let Some((name, value)) = self.find(names) else { return Vec::new() };
        match value {
            Value::Array(items) => {
                if items.iter().any(|item| !item.is_string()) {
                    let items: Vec<String> =
                        items.iter().filter(|item| !item.is_null()).map(plain).collect();
                    self.warn(name, "held something else than texts; what could be read was kept");
                    return items;
                }
                items.iter().map(plain).collect()
            }
            Value::String(text) => {
                let list = crate::decorators::list(text);
                self.warn(name, "was a text, not a list; split at its commas");
                list
            }
            other => {
                let text = plain(other);
                let message = format!("was {}, not a list", kind(other));
                self.warn(name, message);
                vec![text]
            }
        }
    }

    /// Yes or no; `None` where there is neither.
    pub(super) fn flag(&mut self, names: &[&'static str]) -> Option<bool> {
        let (name, value) = self.find(names)?;
        let (flag, odd) = match value {
            Value::Bool(flag) => return Some(*flag),
            Value::Number(number) => (number.as_f64().map(|n| n != 0.0), "a number"),
            Value::String(text) => {
                let flag = match text.trim().to_ascii_lowercase().as_str() {
                    "true" | "1" | "yes" | "on" => Some(true),
                    "false" | "0" | "no" | "off" => Some(false),
                    "" => return None,
                    _ => None,
                };
                (flag, "a text")
            }
            other => (None, kind(other)),
        };
        self.warn(
            name,
            match flag {
                Some(flag) => format!("was {odd}, not true or false; taken as {flag}"),
                None => format!("was {odd}, not true or false; left out"),
            },
        );
        flag
    }

    /// A number within bounds; `None` where there is none to be had.
    pub(super) fn number(&mut self, names: &[&'static str], low: f64, high: f64) -> Option<f64> {
        let (name, value) = self.find(names)?;
        let (number, odd) = match value {
            Value::Number(number) => (number.as_f64(), false),
            Value::String(text) if text.trim().is_empty() => return None,
            Value::String(text) => (text.trim().parse::<f64>().ok(), true),
            _ => (None, true),
        };
        let Some(number) = number.filter(|number| number.is_finite()) else {
            self.warn(name, "was no number; left out");
            return None;
        };
        if odd {
            self.warn(name, "was a text, not a number");
        }
        if !(low..=high).contains(&number) {
            self.warn(name, format!("was {number}; it must be from {low} to {high}"));
        }
        Some(number.clamp(low, high))
    }

    /// A count of something.
    pub(super) fn count(&mut self, names: &[&'static str]) -> Option<u32> {
        self.number(names, 0.0, 1e9).map(|number| number.round() as u32)
    }

    /// SillyTavern's numbers of roles.
    pub(super) fn role(&mut self, names: &[&'static str]) -> Role {
        let named = self.find(names).and_then(|(_, value)| value.as_str()).map(str::to_owned);
        match named.as_deref() {
            Some("user") => Role::User,
            Some("assistant") => Role::Assistant,
            Some("system") => Role::System,
            _ => match self.number(names, 0.0, 1e9).unwrap_or_default() as u32 {
                1 => Role::User,
                2 => Role::Assistant,
                _ => Role::System,
            },
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A value's type with an article.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
