//! Who talks to whom, and where in the tree of messages they stand.

use domain::{Cast, Character, CharacterId, ConversationId, Message, MessageId, Persona, Speaker};

use crate::casting::{self, Member};

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
    /// Who else is there.
    pub guests: Vec<Guest>,
    /// How they take turns.
    pub cast: Cast,
}

/// A character who is there beside the conversation's own.
#[derive(Debug, Clone, PartialEq)]
pub struct Guest {
    /// Their place in the library.
    pub id: CharacterId,
    /// The character.
    pub character: Character,
}

impl Scene {
    /// Everybody who is there: the conversation's own character first.
    pub fn present(&self) -> Vec<(&CharacterId, &Character)> {
        let guests = self.guests.iter().map(|guest| (&guest.id, &guest.character));
        std::iter::once((&self.character_id, &self.character)).chain(guests).collect()
    }

    /// The character of a line: that speaker, or the conversation's own where none is named or it has left.
    pub fn speaking(&self, speaker: Option<&Speaker>) -> (&CharacterId, &Character) {
        speaker
            .and_then(|speaker| {
                self.present().into_iter().find(|(id, _)| **id == speaker.character)
            })
            .unwrap_or((&self.character_id, &self.character))
    }

    /// Who answers what was said last; `None` where the conversation's own character is alone.
    pub(crate) fn answers(&self, history: &[Message]) -> Option<Speaker> {
        if self.guests.is_empty() {
            return None;
        }
        casting::next_speaker(&self.members(), &self.character_id, &self.persona.name, history)
    }

    /// Who speaks next without the person; `None` where it is the person's turn.
    pub(crate) fn follows(&self, history: &[Message]) -> Option<Speaker> {
        let members = self.members();
        let (own, person) = (&self.character_id, &self.persona.name);
        casting::follower(&members, own, person, &self.cast, history)
    }

    fn members(&self) -> Vec<Member<'_>> {
        let muted = |id: &CharacterId| self.cast.muted.contains(id);
        self.present()
            .into_iter()
            .map(|(id, character)| Member { id, character, muted: muted(id) })
            .collect()
    }
}
