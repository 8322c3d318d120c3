//! Who is on stage, and in which conversation.

use domain::{CharacterId, Log};

use crate::api::{ConversationView, Puppet, SettingsPatch};
use crate::app::{Answer, App, OnStage, conversation, lock};
use crate::{characters, deleting};

impl App {
    /// Puts another character on stage, in the last conversation with them.
    pub fn select_character(&self, id: &str) -> Answer<()> {
        let id = CharacterId(id.to_owned());
        let character = characters::load(&self.shelf.library, &id)?.character;
        let conversation = conversation(&self.log, &id, false)?;
        self.put_on_stage(&OnStage { id: id.clone(), character, conversation, greeting: 0 })?;
        self.change_settings(SettingsPatch { character: Some(id.0), ..SettingsPatch::default() })?;
        if self.parts.speaker().is_some() {
            self.load_voice();
        }
        Ok(())
    }

    /// Begins a conversation with the character on stage.
    pub fn new_conversation(&self) -> Answer<()> {
        let mut stage = lock(&self.stage).clone();
        stage.conversation = self.log.begin(&stage.id, "")?.id;
        stage.greeting = 0;
        Ok(self.put_on_stage(&stage)?)
    }

    /// The conversations with the character on stage, newest first.
    pub fn conversations(&self) -> Answer<Vec<ConversationView>> {
        let stage = lock(&self.stage).clone();
        let all = self.log.summaries()?;
        let own = all.into_iter().filter(|summary| summary.conversation.character == stage.id);
        let saves = self.log.saves()?;
        own.map(|summary| {
            let conversation = summary.conversation;
            let saves = saves.iter().filter(|save| save.conversation == conversation.id).count();
            Ok(ConversationView {
                id: conversation.id.to_string(),
                title: deleting::title(&self.log, &conversation)?,
                updated_at: conversation.updated_at as f64,
                messages: summary.messages as u32,
                active: conversation.id == stage.conversation,
                saves: saves as u32,
            })
        })
        .collect()
    }

    /// Goes on with a conversation.
    pub fn open_conversation(&self, id: &str) -> Answer<()> {
        let id = deleting::conversation_id(id)?;
        let found = self.log.conversation(id)?;
        let character = characters::load(&self.shelf.library, &found.character)?.character;
        let stage = OnStage { id: found.character, character, conversation: id, greeting: 0 };
        Ok(self.put_on_stage(&stage)?)
    }

    /// The character's puppet; `None` where it has none.
    pub fn puppet(&self, character: &str) -> Answer<Option<Puppet>> {
        Ok(characters::puppet(&self.shelf.library, &CharacterId(character.to_owned()))?)
    }

    /// The character's picture as a `data:` URL; `None` where the card has none.
    pub fn picture(&self, character: &str) -> Answer<Option<String>> {
        Ok(characters::picture(&self.shelf.library, &CharacterId(character.to_owned()))?)
    }
}
