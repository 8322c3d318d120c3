//! What has happened, as seen from a place in a conversation: the messages on the way to it, and those on the branches shown of the
//! character's other conversations. On another branch it did not happen.

use std::collections::{HashMap, HashSet};

use domain::{CharacterId, ConversationId, MessageId};
use rusqlite::{Connection, OptionalExtension};
use vectors::May;

/// From where something is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Who remembers.
    pub character: CharacterId,
    /// The conversation that is shown, and the message at which it stands; its other branches have not happened.
    pub here: Option<(ConversationId, Option<MessageId>)>,
}

/// The branches that happened.
#[derive(Debug, Default)]
pub(crate) struct Happened {
    /// Segment to the last depth on it.
    until: HashMap<i64, i64>,
    /// Segments of conversations in which the character is a guest.
    as_guest: HashSet<i64>,
    /// What a guest has heard there: segment and depth.
    heard: HashSet<(i64, i64)>,
    /// The same by the messages' keys.
    heard_keys: HashSet<i64>,
}

impl Happened {
    pub(crate) fn of(
        connection: &Connection,
        character: i64,
        scope: &Scope,
    ) -> rusqlite::Result<Self> {
        let here = scope.here.as_ref().map(|(conversation, leaf)| {
            (conversation.to_string(), leaf.map(|leaf| leaf.to_string()))
        });
        let mut happened = Self::default();
        let mut conversations =
            connection.prepare_cached(
                "SELECT id, leaf, 0 FROM conversations WHERE character = ?1 AND removed = 0
                 UNION ALL SELECT c.id, c.leaf, 1 FROM guests g JOIN conversations c ON c.id = g.conversation
                 WHERE g.character = ?1 AND c.removed = 0",
            )?;
        let mut rows = conversations.query([character])?;
        while let Some(row) = rows.next()? {
            let id: String = row.get(0)?;
            let leaf: Option<i64> = match &here {
                Some((conversation, leaf)) if *conversation == id => match leaf {
                    Some(leaf) => connection
                        .prepare_cached("SELECT key FROM messages WHERE id = ?1")?
                        .query_row([leaf], |row| row.get(0))
                        .optional()?,
                    None => None,
                },
                _ => row.get(1)?,
            };
            if let Some(leaf) = leaf {
                happened.climb(connection, leaf, row.get(2)?)?;
            }
        }
        if !happened.as_guest.is_empty() {
            let mut heard = connection.prepare_cached(
                "SELECT m.segment, m.depth, m.key FROM heard h JOIN messages m ON m.key = h.message WHERE h.character = ?1",
            )?;
            let mut rows = heard.query([character])?;
            while let Some(row) = rows.next()? {
                happened.heard.insert((row.get(0)?, row.get(1)?));
                happened.heard_keys.insert(row.get(2)?);
            }
        }
        Ok(happened)
    }

    fn climb(
        &mut self,
        connection: &Connection,
        leaf: i64,
        as_guest: bool,
    ) -> rusqlite::Result<()> {
        let (mut segment, mut depth): (i64, i64) = connection
            .prepare_cached("SELECT segment, depth FROM messages WHERE key = ?1")?
            .query_row([leaf], |row| Ok((row.get(0)?, row.get(1)?)))?;
        loop {
            self.until.insert(segment, depth);
            if as_guest {
                self.as_guest.insert(segment);
            }
            let parent: (Option<i64>, Option<i64>) = connection
                .prepare_cached("SELECT parent, parent_depth FROM segments WHERE key = ?1")?
                .query_row([segment], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let (Some(up), Some(to)) = parent else { return Ok(()) };
            (segment, depth) = (up, to);
        }
    }

    /// The segments of the character's own conversations that happened, each with its last depth.
    pub(crate) fn segments(&self) -> impl Iterator<Item = (i64, i64)> {
        let own = self.until.iter().filter(|(segment, _)| !self.as_guest.contains(segment));
        own.map(|(segment, depth)| (*segment, *depth))
    }

    /// What of a segment may be found by its meaning; of where the character was a guest, what she [has heard](Self::heard_keys).
    pub(crate) fn reaches(&self, segment: i64) -> May {
        if !self.until.contains_key(&segment) {
            May::Not
        } else if self.as_guest.contains(&segment) {
            May::Listed
        } else {
            May::All
        }
    }

    /// The messages that a guest has heard, by their keys.
    pub(crate) fn heard_keys(&self) -> &HashSet<i64> {
        &self.heard_keys
    }

    /// Whether the message at this place happened, and the character was there.
    pub(crate) fn has(&self, segment: i64, depth: i64) -> bool {
        self.until.get(&segment).is_some_and(|last| depth <= *last)
            && (!self.as_guest.contains(&segment) || self.heard.contains(&(segment, depth)))
    }
}
