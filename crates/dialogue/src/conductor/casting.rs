//! Who of several speaks in a turn, with whose prompt and whose voice.

use std::sync::Arc;

use domain::{
    Ask, Because, CharacterId, LanguageModel, Message, MessageId, Problem, ProblemKind, Role,
    Speaker, TurnId, Voice,
};

use super::Conductor;
use crate::event::Event;
use crate::ports::Request;

impl Conductor {
    /// The prompt of a speaker.
    pub(super) fn ask(
        &self,
        turn: TurnId,
        speaker: Option<&Speaker>,
        history: &[Message],
        model: &dyn LanguageModel,
    ) -> Result<Ask, Problem> {
        let make = |request: &Request<'_>| self.ports.prompts.make(request);
        self.with_request(turn, speaker, history, model, make)
    }

    /// What a prompt of a speaker is made of.
    pub(super) fn with_request<T>(
        &self,
        turn: TurnId,
        speaker: Option<&Speaker>,
        history: &[Message],
        model: &dyn LanguageModel,
        make: impl FnOnce(&Request<'_>) -> T,
    ) -> T {
        let (who, character) = self.scene.speaking(speaker);
        let present = if self.scene.guests.is_empty() { vec![] } else { self.scene.present() };
        make(&Request {
            turn,
            who,
            character,
            present: &present,
            persona: &self.scene.persona,
            history,
            model,
        })
    }

    /// The voice of a speaker.
    pub(super) fn voice_of(&self, speaker: Option<&Speaker>) -> Option<Arc<dyn Voice>> {
        let voice = self.ports.voice.get()?;
        let own = speaker.and_then(|speaker| voice.of(&speaker.character));
        Some(own.unwrap_or(voice))
    }

    /// Who answers at the end of a branch; `None`: the conversation's own character, who is alone.
    pub(super) fn answers(&self, leaf: Option<MessageId>) -> Result<Option<Speaker>, Problem> {
        if self.scene.guests.is_empty() {
            return Ok(None);
        }
        Ok(self.scene.answers(&self.path(leaf)?))
    }

    /// Takes the reply that is to be written again off the branch, and says who writes it. Of several only the last one's: what the
    /// others said to it stays.
    pub(super) fn take_back(&self, path: &mut Vec<Message>) -> Option<Speaker> {
        let among_several =
            !self.scene.guests.is_empty() || path.last().is_some_and(|last| last.speaker.is_some());
        if !among_several {
            while path.pop_if(|message| message.role != Role::User).is_some() {}
            return None;
        }
        let last = path.pop_if(|message| message.role != Role::User);
        // One who has left does not come back for it.
        let still_there = last
            .map(|last| last.speaker)
            .filter(|speaker| speaker.as_ref().is_none_or(|one| self.is_present(&one.character)));
        still_there.unwrap_or_else(|| self.scene.answers(path))
    }

    /// Who goes on: whoever spoke last.
    pub(super) fn goes_on(&self) -> Result<Option<Speaker>, Problem> {
        if self.scene.guests.is_empty() {
            return Ok(None);
        }
        let path = self.path(self.scene.leaf)?;
        let own = &self.scene.character_id;
        let last = path.iter().rev().find_map(|message| message.said_by(own));
        Ok(match last.filter(|last| self.is_present(last)) {
            Some(last) => Some(Speaker { character: last.clone(), because: Because::On }),
            None => self.scene.answers(&path),
        })
    }

    /// The one whom the person chose.
    pub(super) fn chosen(&self, character: CharacterId) -> Result<Speaker, Problem> {
        if self.is_present(&character) {
            return Ok(Speaker { character, because: Because::Chosen });
        }
        Err(Problem::new(
            ProblemKind::Invalid,
            format!("`{character}` is not there"),
            "invite them into the conversation first",
        ))
    }

    /// Lets another character speak, where it is one's turn.
    pub(super) fn lead_on(&mut self) {
        if self.scene.guests.is_empty() {
            return;
        }
        match self.path(self.scene.leaf) {
            Ok(path) => {
                self.own.extend(self.scene.follows(&path).map(Event::Follow));
            }
            // It is told when the person's next line meets it.
            Err(problem) => tracing::warn!(%problem, "nobody speaks next"),
        }
    }

    fn is_present(&self, who: &CharacterId) -> bool {
        self.scene.present().iter().any(|(id, _)| *id == who)
    }
}
