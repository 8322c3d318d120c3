//! Who is on stage, and in which conversation.

use domain::{CharacterId, ConversationId, Log, Problem, ProblemKind};

use crate::api::{ConversationView, Puppet, SettingsPatch};
use crate::app::{Answer, App, OnStage, conversation, lock};
use crate::characters;

/// Longest title that is made of a first message, in characters.
const TITLE: usize = 48;

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
        own.map(|summary| {
            let conversation = summary.conversation;
            let title = match conversation.title.as_str() {
                "" => self.first_words(conversation.leaf)?,
                title => title.to_owned(),
            };
            Ok(ConversationView {
                id: conversation.id.to_string(),
                title,
                updated_at: conversation.updated_at as f64,
                messages: summary.messages as u32,
                active: conversation.id == stage.conversation,
            })
        })
        .collect()
    }

    /// The first thing the person said on a branch, as a title.
    fn first_words(&self, leaf: Option<domain::MessageId>) -> Result<String, Problem> {
        let path = leaf.map(|leaf| self.log.path(leaf)).transpose()?.unwrap_or_default();
        let said = path.iter().find(|message| message.role == domain::Role::User);
        let words =
            said.map(|message| message.text.split_whitespace().collect::<Vec<_>>().join(" "));
        let words = words.unwrap_or_default();
        Ok(if words.chars().count() > TITLE {
            format!("{}…", words.chars().take(TITLE).collect::<String>().trim_end())
        } else {
            words
        })
    }

    /// Goes on with a conversation.
    pub fn open_conversation(&self, id: &str) -> Answer<()> {
        let id: ConversationId = id.parse().map_err(|_| {
            Problem::new(
                ProblemKind::Invalid,
                format!("there is no conversation `{id}`"),
                "open the list of conversations again",
            )
        })?;
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
