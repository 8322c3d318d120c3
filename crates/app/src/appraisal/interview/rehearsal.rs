//! A log for talks that nobody keeps: in memory, with ids and times that are the same in every run, because lorebooks draw lots by
//! them.

use std::sync::Mutex;

use domain::{
    CharacterId, Conversation, ConversationId, Log, Message, MessageId, Millis, NewMessage,
    Problem, ProblemKind,
};

use crate::app::lock;

/// When every rehearsal begins: midnight, 1 January 2026, UTC.
const BEGINNING: Millis = 1_767_225_600_000;
/// Between two messages.
const STEP: Millis = 20_000;

/// One talk at a time.
#[derive(Debug, Default)]
pub(super) struct Rehearsal(Mutex<Talk>);

#[derive(Debug, Default)]
struct Talk {
    seed: u64,
    conversation: Option<Conversation>,
    messages: Vec<Message>,
}

impl Rehearsal {
    /// Forgets the talk before and fixes the ids of the next one.
    pub(super) fn clear(&self, seed: u64) {
        *lock(&self.0) = Talk { seed, ..Talk::default() };
    }
}

fn unknown() -> Problem {
    Problem::new(ProblemKind::Missing, "the rehearsal knows no such talk", "begin it first")
}

fn id(seed: u64, number: usize) -> u128 {
    u128::from(seed) << 64 | number as u128
}

impl Log for Rehearsal {
    fn begin(&self, character: &CharacterId, title: &str) -> Result<Conversation, Problem> {
        let mut talk = lock(&self.0);
        let conversation = Conversation {
            id: ConversationId(uuid::Uuid::from_u128(id(talk.seed, 0))),
            character: character.clone(),
            title: title.to_owned(),
            cast: domain::Cast::default(),
            leaf: None,
            created_at: BEGINNING,
            updated_at: BEGINNING,
        };
        talk.conversation = Some(conversation.clone());
        Ok(conversation)
    }

    fn conversation(&self, id: ConversationId) -> Result<Conversation, Problem> {
        lock(&self.0).conversation.clone().filter(|one| one.id == id).ok_or_else(unknown)
    }

    fn conversations(&self) -> Result<Vec<Conversation>, Problem> {
        Ok(lock(&self.0).conversation.clone().into_iter().collect())
    }

    fn append(&self, message: NewMessage) -> Result<Message, Problem> {
        let mut talk = lock(&self.0);
        let number = talk.messages.len() + 1;
        let message = Message {
            id: MessageId(uuid::Uuid::from_u128(id(talk.seed, number))),
            parent: message.parent,
            conversation: message.conversation,
            role: message.role,
            text: message.text,
            interrupted: message.interrupted,
            speaker: None,
            created_at: BEGINNING + STEP * number as Millis,
        };
        talk.messages.push(message.clone());
        Ok(message)
    }

    fn select(&self, _: ConversationId, _: Option<MessageId>) -> Result<(), Problem> {
        Ok(())
    }

    fn path(&self, leaf: MessageId) -> Result<Vec<Message>, Problem> {
        let talk = lock(&self.0);
        let end = talk.messages.iter().position(|message| message.id == leaf);
        Ok(talk.messages[..=end.ok_or_else(unknown)?].to_vec())
    }

    fn siblings(&self, message: MessageId) -> Result<Vec<Message>, Problem> {
        Ok(lock(&self.0).messages.iter().filter(|one| one.id == message).cloned().collect())
    }
}
