//! Who is in a conversation beside its own character. A change is an event, so that a guest who has left stays known for the lines
//! that were said.

use std::collections::HashMap;

use domain::{Cast, CharacterId, ConversationId, Log, MessageId};

use crate::derive::{id, optional_id};
use crate::event::Event;
use crate::{Error, EventLog};

impl EventLog {
    /// Says who is there from now on, and how they take turns. The messages stay where they are.
    ///
    /// # Errors
    /// [`Error::Invalid`] where somebody would be there twice, where there are more than [`Cast::GUESTS`], and where the number of
    /// lines is none that [`Cast::lines`] may be.
    pub fn set_cast(&self, conversation: ConversationId, cast: Cast) -> Result<(), Error> {
        let own = self
            .conversation(conversation)
            .map_err(|_| Error::Unknown { what: "conversation", id: conversation.to_string() })?;
        if own.cast == cast {
            return Ok(());
        }
        check(&own.character, &cast)?;
        self.write(conversation, Event::CastChanged { cast }, |connection| {
            self.must_exist(connection, conversation)
        })
        .map(drop)
    }

    /// Who was there when the person last stood at a message (`None`: before the first), up to a position of the log (`None`: its end).
    /// This follows from the order of the events: a change belongs to the branch on which it was made.
    pub fn cast_at(
        &self,
        conversation: ConversationId,
        leaf: Option<MessageId>,
        until: Option<i64>,
    ) -> Result<Cast, Error> {
        let found = self.query(|connection| {
            let until = until.unwrap_or(i64::MAX);
            let is_changed = connection
                .prepare_cached(
                    "SELECT 1 FROM events WHERE conversation = ?1 AND seq <= ?2 AND kind = 'cast_changed'",
                )?
                .exists((conversation.to_string(), until))?;
            // Most conversations never had a guest: their lines need not be read.
            if !is_changed {
                return Ok(None);
            }
            let mut standing = Standing::default();
            let mut events = connection.prepare_cached(
                "SELECT kind, json_extract(payload, '$.id'), json_extract(payload, '$.parent'), json_extract(payload, '$.leaf'),
                        CASE kind WHEN 'cast_changed' THEN json_extract(payload, '$.cast') END
                 FROM events WHERE conversation = ?1 AND seq <= ?2
                  AND kind IN ('message_added', 'leaf_selected', 'cast_changed') ORDER BY seq",
            )?;
            let mut rows = events.query((conversation.to_string(), until))?;
            while let Some(row) = rows.next()? {
                match row.get::<_, String>(0)?.as_str() {
                    "message_added" => standing.said(id(row, 1)?, optional_id(row, 2)?),
                    "leaf_selected" => standing.at = optional_id(row, 3)?,
                    _ => standing.changed(row.get(4)?),
                }
            }
            Ok(standing.of(leaf))
        })?;
        found.map_or_else(
            || Ok(Cast::default()),
            |text| {
                serde_json::from_str(&text).map_err(|error| {
                    Error::Invalid(format!("a cast in the log is unreadable: {error}"))
                })
            },
        )
    }
}

/// Follows a conversation's events and knows who was there at each message. Casts are kept as the log has them.
#[derive(Default)]
struct Standing {
    /// Where the person stands.
    at: Option<MessageId>,
    /// What this one answers, for each message.
    parents: HashMap<MessageId, Option<MessageId>>,
    casts: Vec<String>,
    /// Which of the casts is there now; none before the first change.
    now: Option<usize>,
    was: HashMap<Option<MessageId>, Option<usize>>,
}

impl Standing {
    fn said(&mut self, message: MessageId, parent: Option<MessageId>) {
        // Another text of the line at which the person stands is said among the same people.
        let instead = self.at.is_some_and(|at| self.parents.get(&at) == Some(&parent));
        // What was heard of a turn that was cut off by a load is written when the person stands elsewhere already.
        let who = if parent == self.at || instead {
            self.now
        } else {
            self.was.get(&parent).copied().unwrap_or(self.now)
        };
        self.parents.insert(message, parent);
        self.was.insert(Some(message), who);
        self.at = Some(message);
    }

    fn changed(&mut self, cast: String) {
        self.now = Some(self.casts.len());
        self.casts.push(cast);
        self.was.insert(self.at, self.now);
    }

    fn of(mut self, leaf: Option<MessageId>) -> Option<String> {
        let which = if leaf == self.at { self.now } else { self.was.get(&leaf).copied().flatten() };
        which.map(|index| self.casts.swap_remove(index))
    }
}

fn check(own: &CharacterId, cast: &Cast) -> Result<(), Error> {
    if cast.guests.len() > Cast::GUESTS {
        return Err(Error::Invalid(format!(
            "there is room for {} guests: send one away before you invite another",
            Cast::GUESTS
        )));
    }
    for (at, guest) in cast.guests.iter().enumerate() {
        if guest == own || cast.guests[..at].contains(guest) {
            return Err(Error::Invalid(format!("`{guest}` is there already")));
        }
    }
    if let Some(nobody) = cast.muted.iter().find(|one| *one != own && !cast.guests.contains(one)) {
        return Err(Error::Invalid(format!("`{nobody}` is not there and cannot be muted")));
    }
    if !(1..=Cast::LINES).contains(&cast.lines) {
        return Err(Error::Invalid(format!(
            "{} lines cannot follow a line of yours: choose from 1 to {}",
            cast.lines,
            Cast::LINES
        )));
    }
    Ok(())
}

#[cfg(test)]
#[path = "cast_tests.rs"]
mod tests;
