//! Identities. Small newtypes, so that a turn can never be taken for a line.

use serde::{Deserialize, Serialize};

/// Milliseconds; on which clock is said where it is used (Unix time, or time since the start of something).
pub type Millis = u64;

/// One exchange: from what the person said to the last sample of the answer. Counts up within one run of the app;
/// every datum of the pipeline carries it, and data of another turn is ignored.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct TurnId(pub u64);

impl TurnId {
    /// The turn after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// One spoken line (about a sentence) of a turn; `index` counts from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineId {
    /// The turn that the line belongs to.
    pub turn: TurnId,
    /// Position within the turn, from 0.
    pub index: u32,
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    };
}

uuid_id!(
    /// A message of the log (UUID v7: sorts by time of creation).
    MessageId
);
uuid_id!(
    /// A conversation: one tree of messages with one character.
    ConversationId
);

impl MessageId {
    /// Of a message that is not in the log (yet).
    pub const NOT_LOGGED: Self = Self(uuid::Uuid::nil());
}

/// A character of the library: the name of its folder, stable across restarts (`koto`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CharacterId(pub String);

impl std::fmt::Display for CharacterId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
