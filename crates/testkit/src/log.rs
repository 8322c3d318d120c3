//! A log that forgets when it is dropped.

use std::sync::Mutex;

use domain::{
    CharacterId, Conversation, ConversationId, Log, Message, MessageId, NewMessage, Problem,
    ProblemKind,
};
use uuid::Uuid;

use crate::clock::locked;

/// The log in memory. Ids and times count up from 1, so that snapshots stay the same.
#[derive(Debug, Default)]
pub struct MemoryLog(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    count: u64,
    conversations: Vec<Conversation>,
    messages: Vec<Message>,
    full: bool,
}

impl MemoryLog {
    /// From now on nothing can be written (or can again): the disk is full.
    pub fn set_full(&self, full: bool) {
        locked(&self.0).full = full;
    }

    /// Every message ever written, in order.
    pub fn messages(&self) -> Vec<Message> {
        locked(&self.0).messages.clone()
    }
}

impl State {
    fn next(&mut self) -> Result<(Uuid, u64), Problem> {
        if self.full {
            return Err(Problem::new(
                ProblemKind::Disk,
                "the disk is full",
                "free some space and try again",
            ));
        }
        self.count += 1;
        Ok((Uuid::from_u128(u128::from(self.count)), self.count))
    }

    fn conversation(&mut self, id: ConversationId) -> Result<&mut Conversation, Problem> {
        self.conversations.iter_mut().find(|conversation| conversation.id == id).ok_or_else(unknown)
    }

    fn message(&self, id: MessageId) -> Result<&Message, Problem> {
        self.messages.iter().find(|message| message.id == id).ok_or_else(unknown)
    }
}

fn unknown() -> Problem {
    Problem::new(ProblemKind::Invalid, "that is not in the log", "use an id of this log")
}

impl Log for MemoryLog {
    fn begin(&self, character: &CharacterId, title: &str) -> Result<Conversation, Problem> {
        let mut state = locked(&self.0);
        let (id, at) = state.next()?;
        let conversation = Conversation {
            id: ConversationId(id),
            character: character.clone(),
            title: title.into(),
            cast: domain::Cast::default(),
            leaf: None,
            created_at: at,
            updated_at: at,
        };
        state.conversations.push(conversation.clone());
        Ok(conversation)
    }

    fn conversation(&self, id: ConversationId) -> Result<Conversation, Problem> {
        locked(&self.0).conversation(id).cloned()
    }

    fn conversations(&self) -> Result<Vec<Conversation>, Problem> {
        let mut all = locked(&self.0).conversations.clone();
        all.sort_by_key(|conversation| std::cmp::Reverse(conversation.updated_at));
        Ok(all)
    }

    fn append(&self, message: NewMessage) -> Result<Message, Problem> {
        let mut state = locked(&self.0);
        let (id, at) = state.next()?;
        let message = Message {
            id: MessageId(id),
            parent: message.parent,
            conversation: message.conversation,
            role: message.role,
            text: message.text,
            interrupted: message.interrupted,
            speaker: message.speaker,
            created_at: at,
        };
        let conversation = state.conversation(message.conversation)?;
        (conversation.leaf, conversation.updated_at) = (Some(message.id), at);
        state.messages.push(message.clone());
        Ok(message)
    }

    fn select(&self, conversation: ConversationId, leaf: Option<MessageId>) -> Result<(), Problem> {
        let mut state = locked(&self.0);
        let (_, at) = state.next()?;
        if let Some(leaf) = leaf {
            state.message(leaf)?;
        }
        let conversation = state.conversation(conversation)?;
        (conversation.leaf, conversation.updated_at) = (leaf, at);
        Ok(())
    }

    fn path(&self, leaf: MessageId) -> Result<Vec<Message>, Problem> {
        let state = locked(&self.0);
        let mut path = vec![];
        let mut at = Some(leaf);
        while let Some(id) = at {
            let message = state.message(id)?.clone();
            at = message.parent;
            path.push(message);
        }
        path.reverse();
        Ok(path)
    }

    fn siblings(&self, message: MessageId) -> Result<Vec<Message>, Problem> {
        let state = locked(&self.0);
        let of = state.message(message)?.clone();
        let same =
            |other: &&Message| other.parent == of.parent && other.conversation == of.conversation;
        Ok(state.messages.iter().filter(same).cloned().collect())
    }
}
