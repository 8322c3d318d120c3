//! What can be in the log. An event says what happened, never what to do, so that old events keep their meaning.
//!
//! Rules for later versions: never rename or remove a kind or a field; a new field has a default; a new kind comes with a new
//! schema version, so that an older app refuses the database instead of overlooking it.

use std::collections::BTreeMap;

use domain::{Cast, CharacterId, ConversationId, MessageId, Millis, Role, Speaker};
use serde::{Deserialize, Serialize};

/// Something that happened in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum Event {
    /// A conversation began.
    ConversationBegun {
        /// With whom.
        character: CharacterId,
        /// Title for lists; may be empty.
        title: String,
    },
    /// Somebody said something; the leaf moved to it.
    MessageAdded {
        /// Identity of the message.
        id: MessageId,
        /// What it answers.
        parent: Option<MessageId>,
        /// Who spoke.
        role: Role,
        /// What was said, emotion tags included.
        text: String,
        /// True where the person cut the reply short.
        #[serde(default)]
        interrupted: bool,
        /// Who of several spoke; `None`: the conversation's own character, or no character.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        speaker: Option<Speaker>,
    },
    /// The person moved to another branch.
    LeafSelected {
        /// The end of that branch; `None` goes back before the first message.
        leaf: Option<MessageId>,
    },
    /// A place to come back to was marked. It changes nothing else.
    SaveMade {
        /// `quick`, `auto` or a number.
        slot: String,
        /// The message it points to.
        leaf: Option<MessageId>,
        /// The line that was being read.
        line: String,
        /// How the stage looked.
        #[serde(default)]
        stage: BTreeMap<String, String>,
    },
    /// A save slot was emptied.
    SaveCleared {
        /// Its number.
        slot: String,
    },
    /// Somebody was invited or sent away, or they take turns otherwise from now on.
    CastChanged {
        /// Who is there beside the conversation's own character.
        cast: Cast,
    },
    /// The person put the conversation into the trash.
    ConversationRemoved {},
    /// It was taken out of the trash again.
    ConversationRestored {},
    /// It was deleted for good: its other events are no longer in the log.
    ConversationPurged {
        /// The numbered save slots that are empty since.
        #[serde(default)]
        slots: Vec<String>,
    },
    /// The conversation got another title.
    ConversationRenamed {
        /// The new title.
        title: String,
    },
}

/// An event with its place in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Position in the log: ascending, starting at 1, without order between conversations being lost.
    pub seq: i64,
    /// The conversation.
    pub conversation: ConversationId,
    /// Unix time in milliseconds, by the clock of the machine.
    pub at: Millis,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

impl Event {
    /// The two columns that hold it: the kind, and the payload as JSON.
    pub(crate) fn columns(&self) -> Result<(String, String), serde_json::Error> {
        let mut value = serde_json::to_value(self)?;
        let kind = value["kind"].as_str().unwrap_or_default().to_owned();
        Ok((kind, value["payload"].take().to_string()))
    }

    /// The opposite of [`Event::columns`].
    pub(crate) fn from_columns(kind: &str, payload: &str) -> Result<Self, serde_json::Error> {
        let payload: serde_json::Value = serde_json::from_str(payload)?;
        serde_json::from_value(serde_json::json!({ "kind": kind, "payload": payload }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_are_what_older_versions_wrote() {
        let event = Event::ConversationRenamed { title: "雨の日".into() };
        let (kind, payload) = event.columns().unwrap();
        assert_eq!(
            (kind.as_str(), payload.as_str()),
            ("conversation_renamed", r#"{"title":"雨の日"}"#)
        );
        assert_eq!(Event::from_columns(&kind, &payload).unwrap(), event);
    }

    #[test]
    fn fields_of_a_later_version_are_overlooked() {
        let event = Event::from_columns("leaf_selected", r#"{"leaf":null,"why":"undo"}"#).unwrap();
        assert_eq!(event, Event::LeafSelected { leaf: None });
    }
}
