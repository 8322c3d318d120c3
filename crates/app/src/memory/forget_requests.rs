//! "Forget that", said in the talk: followed before the prompt of the answer is made, told to the person with a way back, and what was
//! forgotten is out of the prompt, too.

use std::borrow::Cow;

use api::AppEvent;
use domain::{CharacterId, Lang, Message, Problem, ProblemKind, Role};
use memory::{Heeded, Scope};

use crate::app::lock;
use crate::memory::recall::Remembering;

/// What stands in a prompt in the place of a message that is forgotten: something was said, so that the turns keep alternating.
const FORGOTTEN: &str = "…";

impl Remembering {
    /// Follows the last line of a conversation where it is an order to forget something, and tells the shell.
    pub(crate) fn heed(&self, character: &CharacterId, history: &[Message]) {
        let Some(last) = history.last().filter(|last| last.role == Role::User) else { return };
        if memory::wish(&last.text).is_none() {
            return;
        }
        if !self.is_ready() {
            let problem = Problem::new(
                ProblemKind::NotReady,
                "nothing is forgotten yet: earlier conversations are still being read",
                "ask for it again in a moment, or forget it on the memory page",
            );
            return self.tell(AppEvent::Notice { problem: problem.into() });
        }
        self.catch_up();
        let scope =
            Scope { character: character.clone(), here: Some((last.conversation, Some(last.id))) };
        match self.memory.heed(&scope, history, &self.log) {
            Ok(Some(Heeded { topic, messages, forgotten })) => {
                self.forgot(false);
                let undo = lock(&self.undos).forgotten(forgotten);
                self.tell(AppEvent::Forgotten { topic, messages: messages as u32, undo });
            }
            Ok(None) => {}
            Err(error) => self.tell(AppEvent::Notice { problem: Problem::from(error).into() }),
        }
    }

    /// A conversation as a prompt may hold it: without what was forgotten. The last line stays, since it is answered.
    pub(crate) fn without_forgotten<'a>(&self, history: &'a [Message]) -> Cow<'a, [Message]> {
        let forgotten = match self.memory.forgotten() {
            Ok(forgotten) => forgotten,
            Err(error) => {
                tracing::warn!(%error, "it is not known what is forgotten");
                return Cow::Borrowed(history);
            }
        };
        let before = history.len().saturating_sub(1);
        if !history[..before].iter().any(|message| forgotten.contains(&message.id)) {
            return Cow::Borrowed(history);
        }
        let mut history = history.to_vec();
        for message in history[..before].iter_mut().filter(|one| forgotten.contains(&one.id)) {
            FORGOTTEN.clone_into(&mut message.text);
        }
        Cow::Owned(history)
    }

    /// What the model is told where the last line asked to forget something and it is forgotten; empty otherwise.
    pub(crate) fn told_to_forget(&self, history: &[Message], lang: Lang) -> &'static str {
        let asked = history
            .last()
            .is_some_and(|last| last.role == Role::User && memory::wish(&last.text).is_some());
        let followed = asked
            && self.memory.forgotten().is_ok_and(|forgotten| {
                history.last().is_some_and(|last| forgotten.contains(&last.id))
            });
        match lang {
            _ if !followed => "",
            Lang::En => {
                "{{user}} asked {{char}} to forget this, and it is forgotten. {{char}} says so in a few words, without repeating any of it."
            }
            Lang::Zh => {
                "{{user}}请{{char}}忘掉这件事，{{char}}已经忘了。简短地答应，不要再提起内容。"
            }
            Lang::Ja => {
                "{{user}}はこれを忘れるように頼み、{{char}}はもう忘れた。内容には触れず、短く答える。"
            }
        }
    }
}

#[cfg(test)]
#[path = "forget_requests_tests.rs"]
mod tests;
