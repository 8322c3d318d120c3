//! Several characters in one conversation: who is invited and sent away, who is muted, who speaks next, with which voice, and what of
//! the others each of them is told.

use api::{AppEvent, CastMember, CastView};
use dialogue::{Event, Guest, Request};
use domain::{
    Cast, CharacterId, Conversation, ConversationId, Log, Message, MessageId, Persona, Problem,
    ProblemKind,
};
use prompt::{Company, Other};
use store::Library;

use crate::app::{Answer, App, lock};
use crate::characters::cards;
use crate::conversation::on_stage::OnStage;

impl App {
    /// Who is in the conversation on stage.
    pub fn cast(&self) -> Answer<CastView> {
        let stage = lock(&self.stage).clone();
        Ok(self.cast_view(&stage, &self.log.conversation(stage.conversation)?))
    }

    /// Invites a character into the conversation on stage: by the name of the folder, in any case.
    pub fn invite(&self, character: &str) -> Answer<CastView> {
        let known = self.shelf.library.list().into_iter().map(|folder| folder.id);
        let found = known.filter(|id| id.0.eq_ignore_ascii_case(character.trim()));
        let exact = |id: &CharacterId| id.0 != character;
        let Some(id) = found.min_by_key(exact) else {
            return Err(not_in_library(character).into());
        };
        // Somebody who cannot be read is not invited.
        cards::load(&self.shelf.library, &id)?;
        self.change_cast(|cast| cast.guests.push(id))
    }

    /// Sends a guest away. What was said stays.
    pub fn send_away(&self, character: &str) -> Answer<CastView> {
        self.change_cast(|cast| {
            cast.guests.retain(|guest| guest.0 != character);
            cast.muted.retain(|muted| muted.0 != character);
            if cast.is_alone() {
                *cast = Cast::default();
            }
        })
    }

    /// A muted character speaks only when the person chooses them.
    pub fn set_muted(&self, character: &str, muted: bool) -> Answer<CastView> {
        self.change_cast(|cast| {
            cast.muted.retain(|one| one.0 != character);
            if muted {
                cast.muted.push(CharacterId(character.to_owned()));
            }
        })
    }

    /// Most lines that follow a line of the person's; see [`Cast::lines`].
    pub fn set_lines_a_turn(&self, lines: u8) -> Answer<CastView> {
        self.change_cast(|cast| cast.lines = lines)
    }

    /// Makes one of those who are there speak.
    pub fn speak(&self, character: &str) -> Answer<()> {
        self.hush();
        Ok(self.send(Event::Speak(CharacterId(character.to_owned())))?)
    }

    /// Another reply in the place of a character's line: of several, that character's alone.
    pub(crate) fn regenerate_line(&self, message: &Message) -> Result<(), Problem> {
        let conversation = self.log.conversation(message.conversation)?;
        let among_several = !conversation.cast.is_alone() || message.speaker.is_some();
        match message.said_by(&conversation.character).filter(|_| among_several) {
            Some(by) => self.send(Event::Speak(by.clone())),
            None => self.send(Event::Regenerate),
        }
    }

    fn change_cast(&self, change: impl FnOnce(&mut Cast)) -> Answer<CastView> {
        let stage = lock(&self.stage).clone();
        let mut cast = self.log.conversation(stage.conversation)?.cast;
        change(&mut cast);
        self.log.set_cast(stage.conversation, cast).map_err(Problem::from)?;
        self.tell_characters();
        self.open(&stage)?;
        self.cast()
    }

    /// Who was there at a place of a conversation is there again (`until`: when a save was made); the person stands there from now on.
    /// True where that changes anything: then the conversation has to be opened again.
    pub(crate) fn recast(
        &self,
        conversation: ConversationId,
        leaf: Option<MessageId>,
        until: Option<i64>,
    ) -> Result<bool, Problem> {
        let then = self.log.cast_at(conversation, leaf, until)?;
        if self.log.conversation(conversation)?.cast == then {
            return Ok(false);
        }
        // First the place: a change of the cast belongs to where the person stands.
        self.log.select(conversation, leaf)?;
        self.log.set_cast(conversation, then)?;
        self.tell_characters();
        Ok(true)
    }

    /// The guests of a conversation. One whose card is gone stays away.
    pub(crate) fn guests(&self, cast: &Cast) -> Vec<Guest> {
        let load = |id: &CharacterId| match cards::load(&self.shelf.library, id) {
            Ok(loaded) => Some(Guest { id: id.clone(), character: loaded.character }),
            Err(problem) => {
                self.hub.send(AppEvent::Notice { problem: problem.into() });
                None
            }
        };
        cast.guests.iter().filter_map(load).collect()
    }

    /// Who is a guest in a conversation.
    pub(crate) fn guests_of(&self, conversation: ConversationId) -> Vec<CharacterId> {
        self.log.conversation(conversation).map(|found| found.cast.guests).unwrap_or_default()
    }

    /// Tells the page who is there, and gives the guests their voices.
    pub(crate) fn tell_cast(&self, stage: &OnStage) -> Result<(), Problem> {
        let conversation = self.log.conversation(stage.conversation)?;
        self.hub.send(AppEvent::CastChanged { cast: self.cast_view(stage, &conversation) });
        self.parts.set_guest_voices(
            self.guests(&conversation.cast)
                .into_iter()
                .filter_map(|guest| Some((guest.id, guest.character.voice?)))
                .collect(),
        );
        Ok(())
    }

    pub(crate) fn cast_view(&self, stage: &OnStage, conversation: &Conversation) -> CastView {
        let member = |id: &CharacterId| CastMember {
            id: id.0.clone(),
            // A card that was named as a file stands in no library.
            name: if *id == stage.id {
                stage.character.short_name().to_owned()
            } else {
                name_of(&self.shelf.library, id)
            },
            muted: conversation.cast.muted.contains(id),
        };
        CastView {
            members: conversation.members().map(member).collect(),
            lines: conversation.cast.lines,
            room: (Cast::GUESTS - conversation.cast.guests.len().min(Cast::GUESTS)) as u8,
        }
    }
}

/// What a prompt says of the others; `None` where nobody else is there or ever was.
pub(crate) fn company(
    request: &Request<'_>,
    own: &CharacterId,
    library: &Library,
) -> Option<Company> {
    let person: &Persona = request.persona;
    let others: Vec<Other> = request
        .present
        .iter()
        .filter(|(id, _)| *id != request.who)
        .map(|(id, character)| Other::of(id, character, &person.name))
        .collect();
    let mut gone: Vec<(CharacterId, String)> = Vec::new();
    for by in request.history.iter().filter_map(|message| message.said_by(own)) {
        let known = by == request.who
            || others.iter().any(|other| other.id == *by)
            || gone.iter().any(|(id, _)| id == by);
        if !known {
            gone.push((by.clone(), name_of(library, by)));
        }
    }
    (!others.is_empty() || !gone.is_empty()).then(|| Company {
        speaker: request.who.clone(),
        own: own.clone(),
        others,
        gone,
    })
}

/// What a character is called; the id of one whose card is gone.
pub(crate) fn name_of(library: &Library, id: &CharacterId) -> String {
    cards::load(library, id)
        .map_or_else(|_| id.0.clone(), |loaded| loaded.character.short_name().to_owned())
}

/// Whose lines those of a conversation are that name no speaker.
pub(crate) fn own(log: &dyn Log, conversation: ConversationId) -> Option<CharacterId> {
    log.conversation(conversation).map(|found| found.character).ok()
}

fn not_in_library(name: &str) -> Problem {
    Problem::new(
        ProblemKind::Missing,
        format!("there is no character `{name}` in the library"),
        "import the card first, or name another one",
    )
}
