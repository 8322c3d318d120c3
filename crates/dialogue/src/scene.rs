//! Who talks to whom, and where in the tree of messages they stand.

use domain::{Character, CharacterId, ConversationId, MessageId, Persona};

/// The conversation that is on stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// The conversation, which the log knows.
    pub conversation: ConversationId,
    /// The message at which the person stands; `None` before the first. The conductor moves it.
    pub leaf: Option<MessageId>,
    /// The character's place in the library.
    pub character_id: CharacterId,
    /// The character.
    pub character: Character,
    /// The person.
    pub persona: Persona,
}
