//! YAML with line numbers, as a tree. Aliases are not followed: a story has none, and they are how small files become large.

use saphyr_parser::{Event, Parser};

use crate::error::Error;

/// A value and the line it begins on.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) line: u32,
    pub(crate) value: Value,
}

#[derive(Debug, Clone)]
pub(crate) enum Value {
    Scalar(String),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

impl Node {
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn list(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn map(&self) -> &[(Self, Self)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.map().iter().find(|(name, _)| name.text() == Some(key)).map(|(_, value)| value)
    }
}

/// Deepest nesting.
const MAX_DEPTH: usize = 128;

/// Reads the first document.
pub(crate) fn parse(text: &str) -> Result<Node, Error> {
    let mut open: Vec<(Node, Option<Node>)> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| Error::damaged(format!("not YAML: {error}")))?;
        let line = span.start.line() as u32;
        let done = match event {
            Event::SequenceStart(..) => {
                open.push((Node { line, value: Value::List(Vec::new()) }, None));
                None
            }
            Event::MappingStart(..) => {
                open.push((Node { line, value: Value::Map(Vec::new()) }, None));
                None
            }
            Event::Scalar(text, ..) => Some(Node { line, value: Value::Scalar(text.into_owned()) }),
            Event::Alias(_) => Some(Node { line, value: Value::Scalar(String::new()) }),
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(|(node, _)| node),
            _ => None,
        };
        if open.len() > MAX_DEPTH {
            return Err(Error::damaged(format!("nested deeper than {MAX_DEPTH}")));
        }
        let Some(node) = done else { continue };
        match open.last_mut() {
            None => return Ok(node),
            Some((parent, key)) => match &mut parent.value {
                Value::List(items) => items.push(node),
                Value::Map(entries) => match key.take() {
                    None => *key = Some(node),
                    Some(key) => entries.push((key, node)),
                },
                Value::Scalar(_) => {}
            },
        }
    }
    Err(Error::damaged("an empty document"))
}
