//! What an order to forget is about.

use std::collections::HashSet;

use domain::Lang;

use super::Row;
use crate::facts::{self, Attribute};
use crate::knows::Told;

/// What an order to forget names.
pub(super) struct Topic {
    /// `birthday`, where it names nothing else.
    pub(super) attribute: Option<Attribute>,
    /// The words that tell it, all of which must be there.
    pub(super) words: Vec<String>,
}

impl Topic {
    pub(super) fn of(topic: &str, asked: Option<Attribute>) -> Self {
        // Two characters do not tell Chinese from Japanese.
        let ways: Vec<&str> = asked
            .iter()
            .flat_map(|attribute| {
                [Lang::En, Lang::Zh, Lang::Ja].map(|lang| attribute.words_in(lang))
            })
            .flatten()
            .copied()
            .collect();
        let named = words::without(topic, &ways);
        // `telling` answers what is there where nothing tells: "my" is no topic beside "birthday".
        let own = ["my", "me", "i", "mine", "我", "我的", "私", "私の", "僕", "僕の", "俺", "俺の"];
        let bare = own.contains(&named.trim().to_lowercase().as_str()) || named.trim().is_empty();
        let words = if asked.is_some() && bare { Vec::new() } else { words::telling(topic) };
        Self { attribute: asked.filter(|_| bare), words }
    }

    pub(super) fn is_of(&self, told: &Told) -> bool {
        let fact = &told.fact;
        let said = fact.said.as_deref().unwrap_or_default();
        self.names(fact.of_user, &fact.attribute, [&fact.value, said, &fact.clause])
    }

    pub(super) fn is_of_row(&self, row: &Row) -> bool {
        let note = &row.note;
        self.names(note.of_user, &note.attribute, [&note.value, &row.said, &row.clause])
    }

    fn names(&self, of_user: bool, told: &Attribute, words_of_it: [&str; 3]) -> bool {
        if let Some(attribute) = &self.attribute {
            return of_user && facts::same_attribute(&told.0, &attribute.0);
        }
        let said = format!("{} {}", told.0, words_of_it.join(" "));
        let said: HashSet<String> = words::terms(&said).into_iter().collect();
        !self.words.is_empty() && self.words.iter().all(|word| said.contains(word))
    }
}
