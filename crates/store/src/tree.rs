//! The tree of a conversation as a whole: every message on every branch, and where a branch was left.

use domain::{ConversationId, Message, MessageId};

use crate::event_log::{MESSAGE, message_of, unknown_message};
use crate::{Error, EventLog};

impl EventLog {
    /// All messages of a conversation, on all its branches, the oldest first.
    pub fn tree(&self, conversation: ConversationId) -> Result<Vec<Message>, Error> {
        self.query(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {MESSAGE} FROM messages WHERE conversation = ?1 ORDER BY seq"
                ))?
                .query_map([conversation.to_string()], message_of)?
                .collect()
        })
    }

    /// The newest end of the branches that go through a message: where that part of the tree was left. The message itself where
    /// nothing follows it.
    pub fn newest_leaf(&self, message: MessageId) -> Result<MessageId, Error> {
        let found = self.query(|connection| {
            connection
                .prepare_cached(
                    "WITH RECURSIVE down (id, seq) AS (
                       SELECT id, seq FROM messages WHERE id = ?1
                       UNION ALL
                       SELECT m.id, m.seq FROM messages m
                       JOIN down ON m.parent = down.id AND m.seq > down.seq
                     ) SELECT id FROM down ORDER BY seq DESC LIMIT 1",
                )?
                .query_map([message.to_string()], |row| crate::derive::id::<MessageId>(row, 0))?
                .next()
                .transpose()
        })?;
        found.ok_or_else(|| unknown_message(message))
    }
}
