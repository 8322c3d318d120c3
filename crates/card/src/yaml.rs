//! YAML text to a value, from the parser's events: an alias is a copy, and nine lines of them can ask for gigabytes, so everything that is
//! built is counted first. What is no YAML at all is read key by key, for people write these files by hand.

use std::borrow::Cow;
use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};

use crate::Warning;

/// Most values, aliases counted as copies.
const MAX_VALUES: usize = 200_000;
/// Most bytes of text, aliases counted as copies.
const MAX_TEXT: usize = 32 << 20;
/// Deepest nesting.
const MAX_DEPTH: usize = 64;

/// Reads the first document of a text. `None` where it is no mapping and nothing like one.
pub(crate) fn parse(text: &str, warnings: &mut Vec<Warning>) -> Option<Value> {
    match document(text) {
        Ok(value) if value.is_object() => Some(value),
        Ok(_) => None,
        Err(error) => {
            let value = by_lines(text)?;
            warnings.push(Warning::new(
                "",
                format!("is no correct YAML ({error}); its outermost keys were read as they stand"),
            ));
            Some(value)
        }
    }
}

/// A list or mapping that is being filled.
enum Open {
    List(Vec<Value>),
    Mapping(Map<String, Value>, Option<String>),
}

#[derive(Default)]
struct Builder {
    open: Vec<(Open, usize)>,
    anchors: HashMap<usize, Value>,
    values: usize,
    bytes: usize,
}

fn document(text: &str) -> Result<Value, String> {
    let mut parser = Parser::new_from_str(text);
    let mut builder = Builder::default();
    while let Some(event) = parser.next_event() {
        let (event, _) = event.map_err(|error| error.to_string())?;
        let done = match event {
            Event::SequenceStart(anchor, _) => {
                builder.begin(Open::List(Vec::new()), anchor)?;
                None
            }
            Event::MappingStart(anchor, _) => {
                builder.begin(Open::Mapping(Map::new(), None), anchor)?;
                None
            }
            Event::SequenceEnd | Event::MappingEnd => builder.end()?,
            Event::Scalar(text, style, anchor, tag) => {
                let forced = tag.is_some_and(|tag| tag.suffix == "str");
                let value = scalar(text, style == ScalarStyle::Plain && !forced);
                builder.value(value, anchor)?
            }
            Event::Alias(anchor) => {
                let value =
                    builder.anchors.get(&anchor).cloned().ok_or("an alias names nothing")?;
                builder.value(value, 0)?
            }
            Event::StreamEnd => break,
            _ => None,
        };
        if let Some(value) = done {
            return Ok(value);
        }
    }
    Err("it holds nothing".to_owned())
}

impl Builder {
    fn begin(&mut self, open: Open, anchor: usize) -> Result<(), String> {
        if self.open.len() >= MAX_DEPTH {
            return Err(format!("it is nested deeper than {MAX_DEPTH} levels"));
        }
        self.open.push((open, anchor));
        Ok(())
    }

    fn end(&mut self) -> Result<Option<Value>, String> {
        let (open, anchor) = self.open.pop().ok_or("it ends what did not begin")?;
        let value = match open {
            Open::List(items) => Value::Array(items),
            Open::Mapping(members, _) => Value::Object(members),
        };
        self.place(value, anchor)
    }

    fn value(&mut self, value: Value, anchor: usize) -> Result<Option<Value>, String> {
        let (values, bytes) = weight(&value);
        self.values += values;
        self.bytes += bytes;
        if self.values > MAX_VALUES || self.bytes > MAX_TEXT {
            return Err(format!(
                "it has more than {MAX_VALUES} values or {MAX_TEXT} bytes of text"
            ));
        }
        self.place(value, anchor)
    }

    /// Puts a value where it belongs; the outermost one is given back.
    fn place(&mut self, value: Value, anchor: usize) -> Result<Option<Value>, String> {
        if anchor != 0 {
            let (values, bytes) = weight(&value);
            self.values += values;
            self.bytes += bytes;
            if self.values > MAX_VALUES || self.bytes > MAX_TEXT {
                return Err(format!("it has more than {MAX_VALUES} values"));
            }
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut() {
            None => return Ok(Some(value)),
            Some((Open::List(items), _)) => items.push(value),
            Some((Open::Mapping(members, key), _)) => match key.take() {
                None => *key = Some(key_of(value)),
                Some(key) => drop(members.insert(key, value)),
            },
        }
        Ok(None)
    }
}

/// How many values and bytes of text there are in a value.
fn weight(value: &Value) -> (usize, usize) {
    match value {
        Value::String(text) => (1, text.len()),
        Value::Array(items) => items.iter().map(weight).fold((1, 0), |a, b| (a.0 + b.0, a.1 + b.1)),
        Value::Object(members) => members.iter().fold((1, 0), |sum, (key, value)| {
            let inner = weight(value);
            (sum.0 + inner.0, sum.1 + inner.1 + key.len())
        }),
        _ => (1, 0),
    }
}

fn key_of(value: Value) -> String {
    match value {
        Value::String(key) => key,
        other => other.to_string(),
    }
}

/// A scalar. Plain ones are numbers and the like by the core schema; `yes` and `no` stay words.
fn scalar(text: Cow<'_, str>, plain: bool) -> Value {
    if plain {
        match text.as_ref() {
            "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
            "true" | "True" | "TRUE" => return Value::Bool(true),
            "false" | "False" | "FALSE" => return Value::Bool(false),
            number => {
                // Only what reads back the same: `007` and `1.10` are texts to whoever wrote them.
                if let Ok(value) = serde_json::from_str::<Value>(number)
                    && value.is_number()
                    && format!("{value}") == number
                {
                    return value;
                }
            }
        }
    }
    Value::String(text.into_owned())
}

/// A last resort: `key: text` at the margin, and what stands indented below it.
fn by_lines(text: &str) -> Option<Value> {
    let mut members: Vec<(String, Vec<&str>)> = Vec::new();
    for line in text.lines().take(MAX_VALUES) {
        let key = line.split_once(':').map(|(key, _)| key);
        let is_key = |key: &str| {
            !key.is_empty()
                && key.len() <= 64
                && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
        };
        match key.filter(|key| is_key(key)) {
            Some(key) => {
                let rest = line[key.len() + 1..].trim();
                let header = matches!(rest, "|" | "|-" | "|+" | ">" | ">-" | ">+" | "|2-" | "|2");
                members.push((key.to_owned(), if header { vec![] } else { vec![rest] }));
            }
            None if line.trim_start().starts_with('#') && members.is_empty() => {}
            None => members.last_mut()?.1.push(line),
        }
    }
    if members.len() < 2 {
        return None;
    }
    let object = members.into_iter().map(|(key, lines)| {
        let block = lines.iter().filter(|line| !line.trim().is_empty());
        let indent = block.map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
        let cut = |line: &&str| line.get(indent..).unwrap_or_default().to_owned();
        let text = lines.iter().map(cut).collect::<Vec<_>>().join("\n");
        (key, Value::String(text.trim().trim_matches('"').to_owned()))
    });
    Some(Value::Object(object.collect()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn scalars_are_what_they_look_like() {
        let mut warnings = Vec::new();
        let text = "a: 1\nb: 1.10\nc: \"2\"\nd: true\ne: ~\nf: |-\n  x\n  y\ng: [p, q]\nh: &k {n: no}\ni: *k\n";
        assert_eq!(
            parse(text, &mut warnings).unwrap(),
            json!({ "a": 1, "b": "1.10", "c": "2", "d": true, "e": null, "f": "x\ny", "g": ["p", "q"],
                    "h": { "n": "no" }, "i": { "n": "no" } })
        );
        assert!(warnings.is_empty());
    }

    #[test]
    fn a_laugh_of_aliases_is_refused() {
        let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for (from, to) in "abcdefghi".chars().zip("bcdefghij".chars()) {
            let list = vec![format!("*{from}"); 9].join(", ");
            bomb = format!("{bomb}{to}: &{to} [{list}]\n");
        }
        assert!(document(&bomb).unwrap_err().contains("more than"));
        assert!(document(&"[".repeat(10_000)).is_err());
    }

    #[test]
    fn what_is_no_yaml_is_read_by_its_keys() {
        let mut warnings = Vec::new();
        let text =
            "name: Bob\ngreeting: \"Hi\" he said: hello\ncontext: |\n  One.\n\n  Two: {\nlast: x\n";
        assert_eq!(
            parse(text, &mut warnings).unwrap(),
            json!({ "name": "Bob", "greeting": "\"Hi\" he said: hello".trim_matches('"'), "context": "One.\n\nTwo: {", "last": "x" })
        );
        assert_eq!(warnings.len(), 1);
        assert_eq!(parse("just words, no keys", &mut warnings), None);
    }
}
