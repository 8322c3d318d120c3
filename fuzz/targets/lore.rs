//! Any bytes as a lorebook: a book or an error. What was read is matched with a conversation and written again.

use domain::TokenCounter;
use lore::{
    AsWritten, Chat, Form, Index, Said, Scope, Settings, Sources, State, lorebook_v3, read,
};

struct Letters;

impl TokenCounter for Letters {
    fn count(&self, text: &str) -> usize {
        text.chars().count()
    }
}

/// Returns, whatever `data` is. Panics where a book that was read does not survive being written.
pub(crate) fn any_bytes(data: &[u8]) {
    let Ok((book, _)) = read(data) else { return };
    let written = serde_json::to_vec(&lorebook_v3(&book)).expect("a value can be written");
    let (again, _) = read(&written).expect("what was written is a lorebook");
    assert_eq!(again.entries.len(), book.entries.len());
    let index = Index::new(vec![(Scope::Global, book)], Settings::default(), &AsWritten);
    // Keys are most likely found in the text that they stand in.
    let own = String::from_utf8_lossy(&data[..data.len().min(2000)]);
    let messages = [
        Said {
            text: "The dragon of the 北の塔 keeps a sword, a map and aaaaaaaaaaaaaaaa.",
            assistant: true,
            name: "Mira",
        },
        Said { text: &own, assistant: false, name: "Ann" },
    ];
    let chat = Chat {
        messages: &messages,
        greeting: Some(0),
        user_icon: None,
        form: Form::Chat,
        character: "Mira",
        tags: &[],
        sources: Sources::default(),
        seed: 7,
    };
    let outcome = index.activate(&chat, &State::default(), &AsWritten, &Letters);
    let _again = index.activate(&chat, &outcome.state, &AsWritten, &Letters);
}
