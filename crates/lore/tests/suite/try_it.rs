//! A book, a conversation, and what fires: the short form in which the tests speak.

use domain::TokenCounter;
use lore::{AsWritten, Book, Chat, Index, Outcome, Said, Scope, Settings, State, read_value};
use serde_json::{Value, json};

/// One token a word.
pub(crate) struct Words;

impl TokenCounter for Words {
    fn count(&self, text: &str) -> usize {
        text.split_whitespace().count()
    }
}

/// An entry with everything that is required; `fields` are put over it.
#[expect(clippy::needless_pass_by_value, reason = "`json!` is written where it is used")]
pub(crate) fn entry(fields: Value) -> Value {
    let mut entry = json!({
        "keys": ["dragon"], "content": "Dragons are old.", "extensions": {}, "enabled": true,
        "insertion_order": 100, "use_regex": false,
    });
    for (key, value) in fields.as_object().into_iter().flatten() {
        entry[key] = value.clone();
    }
    entry
}

/// A book of the specification.
#[expect(clippy::needless_pass_by_value, reason = "`json!` is written where it is used")]
pub(crate) fn book(fields: Value, entries: &[Value]) -> Book {
    let mut book = json!({ "extensions": {}, "entries": entries });
    for (key, value) in fields.as_object().into_iter().flatten() {
        book[key] = value.clone();
    }
    read_value(&book).unwrap().0
}

/// Messages: those that begin with `>` are the character's.
pub(crate) fn said<'a>(messages: &[&'a str]) -> Vec<Said<'a>> {
    messages
        .iter()
        .map(|text| Said {
            text: text.strip_prefix('>').unwrap_or(text).trim(),
            assistant: text.starts_with('>'),
            name: if text.starts_with('>') { "Koto" } else { "Ann" },
        })
        .collect()
}

/// Activates books of the character's.
pub(crate) fn activate_books(
    books: Vec<(Scope, Book)>,
    settings: Settings,
    chat: &Chat<'_>,
    state: &State,
) -> Outcome {
    Index::new(books, settings, &AsWritten).activate(chat, state, &AsWritten, &Words)
}

/// Activates one book.
pub(crate) fn activate(book: Book, messages: &[&str]) -> Outcome {
    activate_with(book, &Chat { messages: &said(messages), ..Chat::default() })
}

/// Activates one book in a conversation of any kind.
pub(crate) fn activate_with(book: Book, chat: &Chat<'_>) -> Outcome {
    activate_books(vec![(Scope::Character, book)], Settings::default(), chat, &State::default())
}

/// Whether a single entry fires.
pub(crate) fn fires(fields: Value, messages: &[&str]) -> bool {
    activate(book(json!({}), &[entry(fields)]), messages).verdicts[0].fired
}

/// Where a single entry goes, in the words of the contract.
pub(crate) fn goes(fields: Value, messages: &[&str]) -> String {
    let outcome = activate(book(json!({}), &[entry(fields)]), messages);
    outcome.verdicts[0].position.as_ref().map(ToString::to_string).unwrap_or_default()
}

/// The texts that go into the prompt, in their order.
pub(crate) fn texts(outcome: &Outcome) -> Vec<&str> {
    outcome.placed().map(|verdict| verdict.text.as_str()).collect()
}
