//! Notes of the person's to the model: one for a character, one for a conversation, which takes the other's place.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::{CharacterId, ConversationId};
use serde::{Deserialize, Serialize};

use crate::{Error, atomic, kept_json};

/// Longest note that is kept, in bytes: far beyond what anybody wants in every prompt.
pub const MAX_NOTE_BYTES: usize = 64 << 10;

/// A note, and where in the conversation it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Note {
    /// What the model reads; may hold macros.
    pub text: String,
    /// How many messages from the end; 0: behind the newest.
    pub depth: u32,
}

/// The notes, and the file that they are kept in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuthorNotes {
    path: PathBuf,
    kept: Kept,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    characters: BTreeMap<String, Note>,
    conversations: BTreeMap<String, Note>,
    /// Of a newer version; written back as they were.
    #[serde(flatten)]
    unknown: serde_json::Map<String, serde_json::Value>,
}

impl AuthorNotes {
    /// Reads the notes; none where there is no file yet.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Invalid`] where the file cannot be read; it is left as it is.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Ok(Self { path: path.to_owned(), kept: kept_json::read(path)? })
    }

    /// The note for a character.
    pub fn of_character(&self, id: &CharacterId) -> Option<&Note> {
        self.kept.characters.get(&id.0)
    }

    /// The note for exactly this conversation.
    pub fn of_conversation(&self, id: ConversationId) -> Option<&Note> {
        self.kept.conversations.get(&id.to_string())
    }

    /// The note in force: the conversation's own, else the character's.
    pub fn of(&self, character: &CharacterId, conversation: ConversationId) -> Option<&Note> {
        self.of_conversation(conversation).or_else(|| self.of_character(character))
    }

    /// Keeps a note for a character; an empty one is forgotten.
    ///
    /// # Errors
    /// [`Error::Invalid`] for more than [`MAX_NOTE_BYTES`], [`Error::Io`]; the notes are as they were then.
    pub fn keep_for_character(&mut self, id: &CharacterId, note: Note) -> Result<(), Error> {
        let mut kept = self.kept.clone();
        put(&mut kept.characters, id.0.clone(), note)?;
        self.write(kept)
    }

    /// Keeps a note for a conversation; an empty one is forgotten.
    ///
    /// # Errors
    /// [`Error::Invalid`] for more than [`MAX_NOTE_BYTES`], [`Error::Io`]; the notes are as they were then.
    pub fn keep_for_conversation(&mut self, id: ConversationId, note: Note) -> Result<(), Error> {
        let mut kept = self.kept.clone();
        put(&mut kept.conversations, id.to_string(), note)?;
        self.write(kept)
    }

    /// Forgets the note for a conversation.
    ///
    /// # Errors
    /// [`Error::Io`]; the note is as it was then.
    pub fn drop_conversation(&mut self, id: ConversationId) -> Result<(), Error> {
        let mut kept = self.kept.clone();
        kept.conversations.remove(&id.to_string());
        self.write(kept)
    }

    fn write(&mut self, kept: Kept) -> Result<(), Error> {
        if kept != self.kept {
            atomic::write_private(&self.path, &kept_json::bytes(&kept))?;
            self.kept = kept;
        }
        Ok(())
    }
}

fn put(notes: &mut BTreeMap<String, Note>, key: String, note: Note) -> Result<(), Error> {
    if note.text.len() > MAX_NOTE_BYTES {
        return Err(Error::Invalid(format!("a note may be {MAX_NOTE_BYTES} bytes long")));
    }
    if note.text.trim().is_empty() {
        notes.remove(&key);
    } else {
        notes.insert(key, note);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_conversation_s_note_takes_the_place_of_the_character_s_and_survives() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.json");
        std::fs::write(&path, br#"{"newer": [1]}"#).unwrap();
        let mut notes = AuthorNotes::open(&path).unwrap();
        let mira = CharacterId("mira".to_owned());
        let chat: ConversationId = "00000000-0000-0000-0000-000000000001".parse().unwrap();
        let note = |text: &str, depth| Note { text: text.to_owned(), depth };
        assert_eq!(notes.of(&mira, chat), None);
        notes.keep_for_character(&mira, note("Slowly.", 4)).unwrap();
        assert_eq!(notes.of(&mira, chat), Some(&note("Slowly.", 4)));
        notes.keep_for_conversation(chat, note("Rain.", 0)).unwrap();
        let mut again = AuthorNotes::open(&path).unwrap();
        assert_eq!(again, notes);
        assert_eq!(again.of(&mira, chat), Some(&note("Rain.", 0)));
        again.keep_for_conversation(chat, note("  ", 0)).unwrap();
        assert_eq!(again.of(&mira, chat), Some(&note("Slowly.", 4)));
        assert!(std::fs::read_to_string(&path).unwrap().contains("newer"));
        let long = note(&"x".repeat(MAX_NOTE_BYTES + 1), 0);
        assert!(matches!(again.keep_for_character(&mira, long), Err(Error::Invalid(_))));
    }
}
