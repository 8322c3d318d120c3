//! How a conversation begins: with which greeting, as whom.

use api::SettingsPatch;
use api::library::Beginnings;
use domain::{CharacterId, Log, Problem, ProblemKind};
use store::Scope;

use crate::app::{Answer, App, lock};
use crate::characters::cards;
use crate::conversation::on_stage::OnStage;

impl App {
    /// The greetings of a character as they will be said.
    pub fn beginnings(&self, id: &str) -> Answer<Beginnings> {
        let character_id = CharacterId(id.to_owned());
        let character = cards::load(&self.shelf.library, &character_id)?.character;
        let summaries = self.log.summaries().map_err(Problem::from)?;
        let last = summaries.iter().find(|one| one.conversation.character == character_id);
        let persona = match last {
            Some(last) => self.persona(&character_id, last.conversation.id),
            None => self.persona(&character_id, lock(&self.stage).conversation),
        };
        let names = prompt::Names { char: character.short_name(), user: &persona.name };
        let greetings = character.greetings.iter();
        Ok(Beginnings {
            character: id.to_owned(),
            name: character.name.clone(),
            greetings: greetings.map(|text| delivery::shown(&names.expand(text)).text).collect(),
            talked: last.is_some_and(|last| last.messages > 0),
        })
    }

    /// Begins a conversation with a character: with its `greeting`th greeting, and as a certain profile where one is named.
    pub fn begin_conversation(&self, id: &str, greeting: u32, persona: Option<&str>) -> Answer<()> {
        let character_id = CharacterId(id.to_owned());
        let character = cards::load(&self.shelf.library, &character_id)?.character;
        let greeting = greeting as usize;
        if greeting > 0 && greeting >= character.greetings.len() {
            return Err(Problem::new(
                ProblemKind::Invalid,
                format!("`{}` has {} greetings", character.name, character.greetings.len()),
                "choose one of them; the card may have been changed meanwhile",
            )
            .into());
        }
        let conversation = self.log.begin(&character_id, "")?.id;
        if persona.is_some() {
            let scope = Scope::Conversation(conversation);
            self.change_personas(|personas| personas.choose(&scope, persona))?;
        }
        let another = lock(&self.stage).id != character_id;
        self.put_on_stage(&OnStage { id: character_id, character, conversation, greeting })?;
        if another {
            let character = Some(id.to_owned());
            self.change_settings(SettingsPatch { character, ..SettingsPatch::default() })?;
            if self.parts.speaker().is_some() {
                self.load_voice();
            }
        }
        Ok(())
    }
}
