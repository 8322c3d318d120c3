//! The person's note to the model: for who is on stage, or for the conversation alone.

use std::sync::{Arc, Mutex};

use api::{AuthorNote, AuthorNotesView};
use domain::{CharacterId, ConversationId, Problem};
use store::{AuthorNotes, Note};

use crate::app::hub::Hub;
use crate::app::paths::Paths;
use crate::app::{Answer, App, lock};

/// The notes, as the maker of prompts and the page share them; `None` where the file cannot be read; it is not written then.
pub(crate) type Notes = Arc<Mutex<Option<AuthorNotes>>>;

/// Opens the notes. What a person should know of a file that cannot be read is told through `hub`.
pub(crate) fn open(paths: &Paths, hub: &Hub) -> Notes {
    let tell = |error: store::Error| {
        hub.send(api::AppEvent::Notice { problem: Problem::from(error).into() });
    };
    Arc::new(Mutex::new(AuthorNotes::open(&paths.dirs.author_notes()).map_err(tell).ok()))
}

/// The note in force in a conversation.
pub(crate) fn of(
    notes: &Notes,
    character: &CharacterId,
    conversation: ConversationId,
) -> Option<prompt::AuthorNote> {
    let notes = lock(notes);
    let note = notes.as_ref()?.of(character, conversation)?;
    Some(prompt::AuthorNote { text: note.text.clone(), depth: note.depth })
}

impl App {
    /// The notes for who is on stage and for the conversation.
    pub fn author_notes(&self) -> Answer<AuthorNotesView> {
        let stage = lock(&self.stage).clone();
        let notes = lock(&self.notes);
        let notes = notes.as_ref().ok_or_else(unreadable)?;
        let view = |note: Option<&Note>| {
            note.map(|note| AuthorNote { text: note.text.clone(), depth: note.depth })
        };
        Ok(AuthorNotesView {
            character: view(notes.of_character(&stage.id)),
            conversation: view(notes.of_conversation(stage.conversation)),
        })
    }

    /// Keeps a note for this conversation, or for all with who is on stage; an empty one is forgotten. It counts from the next reply.
    pub fn keep_author_note(&self, for_conversation: bool, note: AuthorNote) -> Answer<()> {
        let stage = lock(&self.stage).clone();
        let note = Note { text: note.text, depth: note.depth };
        {
            let mut notes = lock(&self.notes);
            let notes = notes.as_mut().ok_or_else(unreadable)?;
            let kept = if for_conversation {
                notes.keep_for_conversation(stage.conversation, note)
            } else {
                notes.keep_for_character(&stage.id, note)
            };
            kept.map_err(Problem::from)?;
        }
        self.read_ahead();
        Ok(())
    }
}

fn unreadable() -> Problem {
    Problem::new(
        domain::ProblemKind::Damaged,
        "the file of your notes could not be read when the app started",
        "mend or move away the file that the notice named, and start the app again",
    )
}
