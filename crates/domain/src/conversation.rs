//! What was said. Messages form a tree: every message has an id and a parent, nothing is ever overwritten.
//!
//! A conversation belongs to one character; others may be there as guests, and then each line of a character's says whose it is.

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
    /// Who of several said it, and why; `None` where it was the conversation's own character, and for everybody else's lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<Speaker>,
    /// Unix time in milliseconds.
    pub created_at: Millis,
}

impl Message {
    /// The character who said it, in a conversation of `own`'s; `None` where no character did.
    pub fn said_by<'a>(&'a self, own: &'a CharacterId) -> Option<&'a CharacterId> {
        (self.role == Role::Character)
            .then(|| self.speaker.as_ref().map_or(own, |speaker| &speaker.character))
    }
}

/// Who of several speaks, and why it is that one's turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speaker {
    /// Who.
    pub character: CharacterId,
    /// Why.
    pub because: Because,
}

/// Why it is somebody's turn to speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Because {
    /// The person chose them.
    Chosen,
    /// The person's line names them.
    Named,
    /// The line of another character names them.
    Addressed,
    /// They had been silent longest, for one as talkative as they are.
    Silent,
    /// Nobody else may speak.
    Only,
    /// They were asked to go on.
    On,
}

impl Because {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Chosen, Self::Named, Self::Addressed, Self::Silent, Self::Only, Self::On];

    /// Its name in files and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chosen => "chosen",
            Self::Named => "named",
            Self::Addressed => "addressed",
            Self::Silent => "silent",
            Self::Only => "only",
            Self::On => "on",
        }
    }

    /// The opposite of [`Because::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|because| because.name() == name)
    }
}

/// Who is in a conversation beside its own character, and how they take turns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cast {
    /// The others, in the order in which they came; at most [`Cast::GUESTS`].
    pub guests: Vec<CharacterId>,
    /// Who speaks only when the person chooses them; the conversation's own character may be among them.
    pub muted: Vec<CharacterId>,
    /// Most lines that follow a line of the person's: 1 is one answer a turn, more lets them talk among themselves. From 1 to
    /// [`Cast::LINES`].
    pub lines: u8,
}

impl Cast {
    /// Most guests: three figures are what a stage has room for.
    pub const GUESTS: usize = 2;
    /// Most lines between two of the person's.
    pub const LINES: u8 = 8;

    /// True where the conversation's own character is alone with the person.
    pub fn is_alone(&self) -> bool {
        self.guests.is_empty()
    }
}

impl Default for Cast {
    fn default() -> Self {
        Self { guests: Vec::new(), muted: Vec::new(), lines: 1 }
    }
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
    /// Who of several said it; see [`Message::speaker`].
    pub speaker: Option<Speaker>,
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
    /// Who else is there.
    #[serde(default)]
    pub cast: Cast,
    /// The message at which the person stands: the end of the branch shown. `None` before the first.
    pub leaf: Option<MessageId>,
    /// Unix time in milliseconds.
    pub created_at: Millis,
    /// Unix time in milliseconds of the last event.
    pub updated_at: Millis,
}

impl Conversation {
    /// The characters who are there: the conversation's own first.
    pub fn members(&self) -> impl Iterator<Item = &CharacterId> {
        std::iter::once(&self.character).chain(&self.cast.guests)
    }
}
