//! The tree of messages: where the person stands in it, and how that changes.

use domain::{Message, MessageId, NewMessage, Problem, ProblemKind, Role, Speaker};

use super::Conductor;
use crate::event::Change;
use crate::update::Update;

impl Conductor {
    /// Changes what is shown. The turn that ran has been ended.
    pub(super) fn change(&mut self, change: Change) -> Result<(), Problem> {
        // What was read belongs to what was shown.
        self.ahead = None;
        match change {
            Change::Select(leaf) => {
                self.ports.log.select(self.scene.conversation, leaf)?;
                self.scene.leaf = leaf;
            }
            Change::Rewrite { message, text } => {
                let old = self.message(message)?;
                self.append(Role::Character, old.parent, text, false, old.speaker)?;
            }
            Change::Open(scene) => self.scene = *scene,
        }
        self.show(self.scene.leaf);
        Ok(())
    }

    /// Writes a message to the log. From here on the person stands at it.
    pub(super) fn append(
        &mut self,
        role: Role,
        parent: Option<MessageId>,
        text: String,
        interrupted: bool,
        speaker: Option<Speaker>,
    ) -> Result<Message, Problem> {
        let conversation = self.scene.conversation;
        let new = NewMessage { conversation, parent, role, text, interrupted, speaker };
        let message = self.ports.log.append(new)?;
        self.scene.leaf = Some(message.id);
        Ok(message)
    }

    /// A message of the log.
    pub(super) fn message(&self, id: MessageId) -> Result<Message, Problem> {
        self.path(Some(id))?.pop().ok_or_else(|| {
            Problem::new(
                ProblemKind::Invalid,
                format!("the message `{id}` is not in the log"),
                "open the conversation again",
            )
        })
    }

    /// The messages from the first to a leaf.
    pub(super) fn path(&self, leaf: Option<MessageId>) -> Result<Vec<Message>, Problem> {
        leaf.map_or_else(|| Ok(vec![]), |leaf| self.ports.log.path(leaf))
    }

    /// Tells which branch is shown: the one that ends at `leaf`.
    pub(super) fn show(&mut self, leaf: Option<MessageId>) {
        match self.path(leaf) {
            Ok(messages) => self.tell_path(messages),
            Err(problem) => (self.tell)(Update::Notice(problem)),
        }
    }

    pub(super) fn tell_path(&mut self, messages: Vec<Message>) {
        let (conversation, character) = (self.scene.conversation, self.scene.character_id.clone());
        (self.tell)(Update::ConversationChanged { conversation, character, messages });
    }
}
