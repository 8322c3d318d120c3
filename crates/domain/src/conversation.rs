//! What was said. Messages form a tree: every message has an id and a parent, nothing is ever overwritten.

use serde::{Deserialize, Serialize};

use crate::{CharacterId, ConversationId, MessageId, Millis};

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The person.
    User,
    /// The character.
    Character,
    /// Neither: a scene note or an instruction of the person's.
    Narrator,
}

/// A message as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its identity.
    pub id: MessageId,
    /// The message it answers; `None` for the first of a conversation.
    pub parent: Option<MessageId>,
    /// The conversation it belongs to.
    pub conversation: ConversationId,
    /// Who said it.
    pub role: Role,
    /// What was said, emotion tags included (`[joy] Hello!`). For an interrupted reply: only what was heard.
    pub text: String,
    /// True where the person cut the reply short.
    pub interrupted: bool,
    /// Unix time in milliseconds.
    pub created_at: Millis,
}

/// A message that is about to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// The conversation.
    pub conversation: ConversationId,
    /// The message it answers.
    pub parent: Option<MessageId>,
    /// Who said it.
    pub role: Role,
    /// What was said.
    pub text: String,
    /// True where the person cut the reply short.
    pub interrupted: bool,
}

/// A conversation of the library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// Its identity.
    pub id: ConversationId,
    /// With whom.
    pub character: CharacterId,
    /// A title for lists; may be empty.
    pub title: String,
    /// The message at which the person stands: the end of the branch shown. `None` before the first.
    pub leaf: Option<MessageId>,
    /// Unix time in milliseconds.
    pub created_at: Millis,
    /// Unix time in milliseconds of the last event.
    pub updated_at: Millis,
}
