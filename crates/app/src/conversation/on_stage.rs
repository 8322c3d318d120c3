//! Who is on stage, in which conversation, and how another one comes there.

use api::{ConversationView, Puppet, SettingsPatch};
use dialogue::{Change, Event, Scene};
use domain::{Character, CharacterId, ConversationId, Log, Problem};
use store::EventLog;

use crate::app::{Answer, App, lock};
use crate::characters::cards;
use crate::conversation::deletion;

/// Who is on stage, in which conversation.
#[derive(Debug, Clone)]
pub(crate) struct OnStage {
    pub(crate) id: CharacterId,
    pub(crate) character: Character,
    pub(crate) conversation: ConversationId,
    /// Which of the character's greetings begins a new conversation.
    pub(crate) greeting: usize,
}

/// The last conversation with a character, or a new one.
pub(crate) fn conversation(
    log: &EventLog,
    id: &CharacterId,
    fresh: bool,
) -> Result<ConversationId, Problem> {
    let last = log.conversations()?.into_iter().find(|conversation| conversation.character == *id);
    match last {
        Some(conversation) if !fresh => Ok(conversation.id),
        _ => Ok(log.begin(id, "")?.id),
    }
}

impl App {
    /// Puts a conversation on stage, after the page has heard of everybody in it.
    pub(crate) fn put_on_stage(&self, stage: &OnStage) -> Result<(), Problem> {
        *lock(&self.stage) = stage.clone();
        self.tell_characters();
        self.open(stage)?;
        self.tell_persona();
        Ok(())
    }

    /// Opens a conversation (again).
    pub(crate) fn open(&self, stage: &OnStage) -> Result<(), Problem> {
        let scene = self.scene(stage)?;
        *lock(&self.stage) = stage.clone();
        self.tell_cast(stage)?;
        self.send(Event::Change(Change::Open(Box::new(scene))))?;
        self.prepare_books();
        self.greet_if_new(stage)?;
        self.read_ahead();
        Ok(())
    }

    /// The scene of a conversation, with the person as the settings describe them.
    pub(crate) fn scene(&self, stage: &OnStage) -> Result<Scene, Problem> {
        let conversation = self.log.conversation(stage.conversation)?;
        Ok(Scene {
            conversation: stage.conversation,
            leaf: conversation.leaf,
            character_id: stage.id.clone(),
            character: stage.character.clone(),
            persona: self.persona(&stage.id, stage.conversation),
            guests: self.guests(&conversation.cast),
            cast: conversation.cast,
        })
    }

    /// Makes the lorebooks of the conversation on stage ready.
    pub(crate) fn prepare_books(&self) {
        let stage = lock(&self.stage).clone();
        let persona = self.persona(&stage.id, stage.conversation);
        self.prompts.prepare((stage.character, persona), stage.id, stage.conversation);
    }

    /// Puts another character on stage, in the last conversation with them.
    pub fn select_character(&self, id: &str) -> Answer<()> {
        let id = CharacterId(id.to_owned());
        let character = cards::load(&self.shelf.library, &id)?.character;
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
                title: deletion::title(&self.log, &conversation)?,
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
        let id = deletion::conversation_id(id)?;
        let found = self.log.conversation(id)?;
        let character = cards::load(&self.shelf.library, &found.character)?.character;
        let stage = OnStage { id: found.character, character, conversation: id, greeting: 0 };
        Ok(self.put_on_stage(&stage)?)
    }

    /// The character's puppet; `None` where it has none.
    pub fn puppet(&self, character: &str) -> Answer<Option<Puppet>> {
        Ok(cards::puppet(&self.shelf.library, &CharacterId(character.to_owned()))?)
    }

    /// The character's picture as a `data:` URL; `None` where the card has none.
    pub fn picture(&self, character: &str) -> Answer<Option<String>> {
        Ok(cards::picture(&self.shelf.library, &CharacterId(character.to_owned()))?)
    }
}
