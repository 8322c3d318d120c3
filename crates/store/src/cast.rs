//! Who is in a conversation beside its own character. A change is an event, so that a guest who has left stays known for the lines
//! that were said.

use domain::{Cast, CharacterId, ConversationId, Log};

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
