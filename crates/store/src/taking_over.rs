//! Conversations that were had in another program: the whole of one goes into the log in a single transaction, with the times at which
//! things were said there, or nothing of it does.

use domain::{Cast, CharacterId, ConversationId, MessageId, Millis, Role, Speaker};
use rusqlite::{Connection, TransactionBehavior};

use crate::event::Event;
use crate::{Error, EventLog};

/// Messages between two words about how far it is.
const STEP: usize = 512;
/// How often one and the same conversation can be taken over, thrown away and taken over again.
const TIMES: u8 = 255;

/// Something that was said, with what else might have been said in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// When: Unix time in milliseconds.
    pub at: Millis,
    /// Who.
    pub role: Role,
    /// Who of several.
    pub speaker: Option<Speaker>,
    /// What; never empty.
    pub texts: Vec<String>,
    /// Which of them was chosen.
    pub chosen: usize,
}

/// A conversation of another program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// With whom.
    pub character: CharacterId,
    /// Title for lists; may be empty.
    pub title: String,
    /// What tells it from every other: a digest of what it was read from.
    pub digest: [u8; 16],
    /// Who is there beside the character.
    pub cast: Cast,
    /// What was said, the oldest first.
    pub said: Vec<Past>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenOver {
    /// It is in the log.
    New(ConversationId),
    /// It was there already; nothing was written.
    Known(ConversationId),
    /// It was stopped; nothing was written.
    Stopped,
}

impl EventLog {
    /// The conversation that was taken over from this source earlier, where it is still there.
    pub fn taken_over(&self, digest: [u8; 16]) -> Result<Option<ConversationId>, Error> {
        self.query(|connection| Ok(place(connection, digest)?.and_then(Result::err)))
    }

    /// Takes a conversation over: all of it, or nothing. `go_on` hears how many messages are through and says whether to go on.
    ///
    /// # Errors
    /// [`Error::ReadOnly`]; [`Error::Invalid`] for one without a message; [`Error::Sqlite`] where there is no room.
    pub fn take_over(
        &self,
        talk: &Foreign,
        mut go_on: impl FnMut(usize) -> bool,
    ) -> Result<TakenOver, Error> {
        if !self.writable {
            return Err(Error::ReadOnly(self.file().to_owned()));
        }
        let (Some(first), Some(last)) = (talk.said.first(), talk.said.last()) else {
            return Err(Error::Invalid(
                "a conversation without a message was to be kept".to_owned(),
            ));
        };
        let sql = |source| self.failed(source);
        let mut connection = self.connection();
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql)?;
        let id = match place(&transaction, talk.digest).map_err(sql)? {
            Some(Ok(free)) => free,
            Some(Err(known)) => return Ok(TakenOver::Known(known)),
            None => {
                return Err(Error::Invalid(format!(
                    "the same conversation was taken over and thrown away {TIMES} times"
                )));
            }
        };
        let begun = Event::ConversationBegun {
            character: talk.character.clone(),
            title: talk.title.clone(),
        };
        self.add_at(&transaction, id, begun, first.at)?;
        if !talk.cast.guests.is_empty() {
            let cast = Event::CastChanged { cast: talk.cast.clone() };
            self.add_at(&transaction, id, cast, first.at)?;
        }
        let mut parent = None;
        for (number, said) in talk.said.iter().enumerate() {
            if number % STEP == 0 && !go_on(number) {
                // Dropped without a commit it rolls back.
                return Ok(TakenOver::Stopped);
            }
            let mut chosen = None;
            for (place, text) in said.texts.iter().enumerate() {
                let message = MessageId(crate::new_id());
                let event = Event::MessageAdded {
                    id: message,
                    parent,
                    role: said.role,
                    text: text.clone(),
                    interrupted: false,
                    speaker: said.speaker.clone(),
                };
                self.add_at(&transaction, id, event, said.at)?;
                if place == said.chosen || chosen.is_none() {
                    chosen = Some(message);
                }
            }
            parent = chosen.or(parent);
        }
        // The last place may have several answers, and the chosen one need not be the last.
        self.add_at(&transaction, id, Event::LeafSelected { leaf: parent }, last.at)?;
        transaction.commit().map_err(sql)?;
        Ok(TakenOver::New(id))
    }
}

/// Where a conversation of this digest goes (`Ok`), or is (`Err`). One that lies in the trash, or was deleted, is not brought back by
/// importing it: it comes anew, beside it.
fn place(
    connection: &Connection,
    digest: [u8; 16],
) -> rusqlite::Result<Option<Result<ConversationId, ConversationId>>> {
    let mut there = connection
        .prepare_cached("SELECT 1 FROM conversations WHERE id = ?1 AND removed IS NULL")?;
    let mut used = connection.prepare_cached("SELECT 1 FROM events WHERE conversation = ?1")?;
    let mut free = None;
    for number in 0..TIMES {
        let mut bytes = digest;
        bytes[15] = bytes[15].wrapping_add(number);
        let id = ConversationId(uuid::Builder::from_custom_bytes(bytes).into_uuid());
        if there.exists([id.to_string()])? {
            return Ok(Some(Err(id)));
        }
        if !used.exists([id.to_string()])? {
            free = Some(id);
            break;
        }
    }
    Ok(free.map(Ok))
}

#[cfg(test)]
mod tests {
    use domain::Log;

    use super::*;

    fn said(at: Millis, role: Role, texts: &[&str], chosen: usize) -> Past {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        Past { at, role, speaker: None, texts, chosen }
    }

    fn talk() -> Foreign {
        Foreign {
            character: CharacterId("koto".to_owned()),
            title: "Rain".to_owned(),
            digest: [7; 16],
            cast: Cast::default(),
            said: vec![
                said(1_000, Role::Character, &["Hello.", "Hi!"], 1),
                said(2_000, Role::User, &["I live in Leeds."], 0),
                said(3_000, Role::Character, &["Do you?", "Nice.", "Oh."], 0),
            ],
        }
    }

    #[test]
    fn a_conversation_comes_with_its_times_and_its_other_answers() {
        let log = EventLog::in_memory().unwrap();
        let TakenOver::New(id) = log.take_over(&talk(), |_| true).unwrap() else { panic!() };
        let conversation = log.conversation(id).unwrap();
        assert_eq!((conversation.title.as_str(), conversation.created_at), ("Rain", 1_000));
        assert_eq!(conversation.updated_at, 3_000);
        let path = log.path(conversation.leaf.unwrap()).unwrap();
        let texts: Vec<&str> = path.iter().map(|message| message.text.as_str()).collect();
        assert_eq!(texts, ["Hi!", "I live in Leeds.", "Do you?"]);
        assert_eq!(path[1].created_at, 2_000);
        let others: Vec<String> =
            log.siblings(path[2].id).unwrap().into_iter().map(|message| message.text).collect();
        assert_eq!(others, ["Do you?", "Nice.", "Oh."]);
        let derived = log.derived_for_test();
        log.rebuild().unwrap();
        assert_eq!(log.derived_for_test(), derived);
    }

    #[test]
    fn the_same_twice_is_known_and_one_in_the_trash_comes_anew() {
        let log = EventLog::in_memory().unwrap();
        let TakenOver::New(id) = log.take_over(&talk(), |_| true).unwrap() else { panic!() };
        assert_eq!(log.take_over(&talk(), |_| true).unwrap(), TakenOver::Known(id));
        assert_eq!(log.taken_over([7; 16]).unwrap(), Some(id));
        assert_eq!(log.taken_over([8; 16]).unwrap(), None);
        log.remove_conversation(id).unwrap();
        assert_eq!(log.taken_over([7; 16]).unwrap(), None);
        let TakenOver::New(again) = log.take_over(&talk(), |_| true).unwrap() else { panic!() };
        assert_ne!(again, id);
        assert_eq!(log.taken_over([7; 16]).unwrap(), Some(again));
    }

    #[test]
    fn what_is_stopped_leaves_nothing() {
        let log = EventLog::in_memory().unwrap();
        let mut long = talk();
        long.said = (0..2_000).map(|at| said(at + 1, Role::User, &["x"], 0)).collect();
        let stopped = log.take_over(&long, |through| through < 1_000).unwrap();
        assert_eq!(stopped, TakenOver::Stopped);
        assert!(log.conversations().unwrap().is_empty());
        assert!(log.records(0, 10).unwrap().is_empty());
        long.said.clear();
        assert!(log.take_over(&long, |_| true).is_err());
    }
}
