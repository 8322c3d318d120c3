//! Branches and saves: going back, going on elsewhere, and places to come back to. Every one of these adds to the log; none
//! changes what is there.

use std::collections::BTreeMap;

use api::{BranchNode, Explanation, SaveView, SettingsPatch, StageState};
use dialogue::{Change, Event};
use domain::{Emotion, Log, Message, MessageId, Problem, ProblemKind, Role};
use store::{AUTO, NewSave, Save};

use crate::app::{Answer, App, lock};
use crate::characters::cards;
use crate::conversation::on_stage::OnStage;
use crate::conversation::views;

/// Longest text of a message in the map of branches, in characters.
const EXCERPT: usize = 160;

impl App {
    /// The person says something after an earlier message: another branch begins there.
    pub fn say_after(&self, message: &str, text: &str) -> Answer<()> {
        let id = self.message_of_stage(message)?.id;
        self.send(Event::Change(Change::Select(Some(id))))?;
        self.say(text)
    }

    /// Gives a message another text. The old one stays as its sibling; a line of the person's is answered anew.
    pub fn edit(&self, message: &str, text: &str) -> Answer<()> {
        let text = text.trim();
        if text.is_empty() {
            let problem = Problem::new(
                ProblemKind::Invalid,
                "a message cannot be empty",
                "write something, or go back to another branch",
            );
            return Err(problem.into());
        }
        let message = self.message_of_stage(message)?;
        let event = match message.role {
            Role::User => Event::Say { text: text.to_owned(), instead_of: Some(message.id) },
            Role::Character | Role::Narrator => {
                // The page knows no tags: the face of the old text stays with the new one.
                let text = tagged(&message.text, text);
                Event::Change(Change::Rewrite { message: message.id, text })
            }
        };
        Ok(self.send(event)?)
    }

    /// The character goes on without being asked anything.
    pub fn go_on(&self) -> Answer<()> {
        Ok(self.send(Event::GoOn)?)
    }

    /// Another answer in the place of an earlier one of the character's.
    pub fn regenerate_at(&self, message: &str) -> Answer<()> {
        let message = self.message_of_stage(message)?;
        let conversation = self.log.conversation(message.conversation)?;
        let speaker = message.said_by(&conversation.character);
        if speaker.is_some_and(|by| !conversation.members().any(|one| one == by)) {
            let problem = Problem::new(
                ProblemKind::Invalid,
                "whoever said this has left the conversation",
                "invite them again, or have another line answered",
            );
            return Err(problem.into());
        }
        self.send(Event::Change(Change::Select(message.parent)))?;
        Ok(self.regenerate_line(&message)?)
    }

    /// Says a message again.
    pub fn replay(&self, message: &str) -> Answer<()> {
        let message = self.message_of_stage(message)?;
        Ok(self.send(Event::Replay { message: message.id, text: message.text })?)
    }

    /// Every message of the conversation on stage, the oldest first.
    pub fn branches(&self) -> Answer<Vec<BranchNode>> {
        let conversation = lock(&self.stage).conversation;
        let leaf = self.log.conversation(conversation)?.leaf;
        let path = leaf.map(|leaf| self.log.path(leaf)).transpose()?.unwrap_or_default();
        let shown: std::collections::HashSet<MessageId> = path.iter().map(|one| one.id).collect();
        let nodes = self.log.tree(conversation)?.into_iter().map(|message| {
            let view = views::bare(&message);
            BranchNode {
                id: view.id,
                parent: message.parent.map(|parent| parent.to_string()),
                role: view.role,
                speaker: view.speaker,
                text: view.text.chars().take(EXCERPT).collect(),
                emotion: view.emotion,
                created_at: view.created_at,
                shown: shown.contains(&message.id),
            }
        });
        Ok(nodes.collect())
    }

    /// Shows the branch through a message: up to it, or (`whole`) on to where that branch was left.
    pub fn go_to(&self, message: &str, whole: bool) -> Answer<()> {
        let id = self.message_of_stage(message)?.id;
        let leaf = if whole { self.log.newest_leaf(id)? } else { id };
        self.save_here()?;
        self.go_with_cast(leaf)
    }

    /// Shows the branch that ends at a message, with whom there was.
    pub(crate) fn go_with_cast(&self, leaf: MessageId) -> Answer<()> {
        let stage = lock(&self.stage).clone();
        if self.recast(stage.conversation, Some(leaf), None)? {
            self.open(&stage)?;
        }
        Ok(self.send(Event::Change(Change::Select(Some(leaf))))?)
    }

    /// Goes back to before a message; it and what follows stay on a branch of their own.
    pub fn go_before(&self, message: &str) -> Answer<()> {
        let message = self.message_of_stage(message)?;
        Ok(self.send(Event::Change(Change::Select(message.parent)))?)
    }

    /// What is in the save slots, the newest first.
    pub fn saves(&self) -> Answer<Vec<SaveView>> {
        self.log.saves()?.into_iter().map(|save| Ok(self.save_view(save)?)).collect()
    }

    /// Saves into a slot: where the person reads (`message`), the line, and how the stage looks.
    pub fn save(
        &self,
        slot: &str,
        message: Option<&str>,
        line: &str,
        stage: &StageState,
    ) -> Answer<SaveView> {
        let conversation = lock(&self.stage).conversation;
        let leaf = match message {
            Some(message) => Some(self.message_of_stage(message)?.id),
            None => self.log.conversation(conversation)?.leaf,
        };
        let save = NewSave {
            slot: slot.to_owned(),
            conversation,
            leaf,
            line: line.trim().to_owned(),
            stage: to_facts(stage),
        };
        Ok(self.save_view(self.log.save(save)?)?)
    }

    /// Goes back to a save. Where the person was is saved by the app first.
    pub fn load(&self, id: u32) -> Answer<SaveView> {
        let save = self.log.save_at(i64::from(id))?;
        let conversation = self.log.conversation(save.conversation)?;
        let character = cards::load(&self.shelf.library, &conversation.character)?.character;
        self.save_here()?;
        self.recast(conversation.id, save.leaf, Some(save.seq))?;
        let before = lock(&self.stage).id.clone();
        let stage = OnStage {
            id: conversation.character,
            character,
            conversation: conversation.id,
            greeting: 0,
        };
        let mut scene = self.scene(&stage)?;
        scene.leaf = save.leaf;
        let id = stage.id.clone();
        *lock(&self.stage) = stage.clone();
        self.tell_cast(&stage)?;
        self.send(Event::Change(Change::Open(Box::new(scene))))?;
        // Only now: a turn that ran is over, and what was heard of it stands on its own branch.
        self.send(Event::Change(Change::Select(save.leaf)))?;
        if id != before {
            let patch = SettingsPatch { character: Some(id.0), ..SettingsPatch::default() };
            self.change_settings(patch)?;
            if self.parts.speaker().is_some() {
                self.load_voice();
            }
        }
        Ok(self.save_view(save)?)
    }

    /// Empties a numbered slot.
    pub fn clear_save(&self, slot: &str) -> Answer<()> {
        Ok(self.log.clear_save(slot).map_err(Problem::from)?)
    }

    /// How the last prompt was made; `None` before the first turn.
    pub fn explain(&self) -> Option<Explanation> {
        self.prompts.explain()
    }

    /// Saves the end of the branch on stage, where no save points to it yet: what is left can be found again.
    fn save_here(&self) -> Result<(), Problem> {
        let conversation = lock(&self.stage).conversation;
        let Some(leaf) = self.log.conversation(conversation)?.leaf else { return Ok(()) };
        let known = self.log.saves()?.into_iter().any(|save| save.leaf == Some(leaf));
        if known {
            return Ok(());
        }
        let view = views::bare(&self.log.message(leaf)?);
        let save = NewSave {
            slot: AUTO.to_owned(),
            conversation,
            leaf: Some(leaf),
            line: view.text,
            stage: BTreeMap::from([("emotion".to_owned(), emotion_word(view.emotion.into()))]),
        };
        self.log.save(save)?;
        Ok(())
    }

    fn save_view(&self, save: Save) -> Result<SaveView, Problem> {
        let character = self.log.conversation(save.conversation)?.character;
        let name = cards::load(&self.shelf.library, &character)
            .map_or_else(|_| character.to_string(), |loaded| loaded.character.name);
        let fact = |name: &str| save.stage.get(name).cloned().unwrap_or_default();
        let stage = StageState {
            scene: fact("scene"),
            daylight: fact("daylight"),
            weather: fact("weather"),
            emotion: Emotion::from_tag(&fact("emotion")).unwrap_or_default().into(),
        };
        Ok(SaveView {
            id: u32::try_from(save.seq).unwrap_or_default(),
            slot: save.slot,
            character: character.to_string(),
            character_name: name,
            conversation: save.conversation.to_string(),
            line: save.line,
            at: save.at as f64,
            stage,
        })
    }

    /// A message of the conversation on stage.
    fn message_of_stage(&self, id: &str) -> Result<Message, Problem> {
        let unknown = || {
            Problem::new(
                ProblemKind::Invalid,
                format!("there is no message `{id}` in this conversation"),
                "open the conversation again and try once more",
            )
        };
        let message = self.log.message(id.parse().map_err(|_| unknown())?)?;
        if message.conversation == lock(&self.stage).conversation {
            Ok(message)
        } else {
            Err(unknown())
        }
    }
}

fn emotion_word(emotion: Emotion) -> String {
    emotion.tag().to_owned()
}

fn to_facts(stage: &StageState) -> BTreeMap<String, String> {
    let facts = [
        ("scene", stage.scene.clone()),
        ("daylight", stage.daylight.clone()),
        ("weather", stage.weather.clone()),
        ("emotion", emotion_word(stage.emotion.into())),
    ];
    facts.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
}

/// The new text behind the tag that the old one began with, where it had one.
fn tagged(old: &str, new: &str) -> String {
    let tag = old.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']'));
    match tag {
        Some((tag, _)) if Emotion::from_tag(tag).is_some() => format!("[{tag}] {new}"),
        _ => new.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::tagged;

    #[test]
    fn an_edited_reply_keeps_its_face() {
        assert_eq!(tagged("[joy] Hello!", "Good evening!"), "[joy] Good evening!");
        assert_eq!(tagged("Hello!", "Good evening!"), "Good evening!");
        assert_eq!(tagged("[1] Hello", "Good evening!"), "Good evening!");
    }
}
