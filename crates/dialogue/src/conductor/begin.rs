//! A turn begins: what the person said is logged, the model is asked.

use domain::{Problem, ProblemKind, Role, TurnId};
use tokio::sync::mpsc;

use super::guessing::opens_a_thought;
use super::{Conductor, gone};
use crate::event::Cause;
use crate::ports::Request;
use crate::sinks::{TOKENS, Tokens};
use crate::turn::Turn;
use crate::update::{Timings, Update};

impl Conductor {
    pub(super) fn begin(&mut self, id: TurnId, cause: Cause) -> Result<(), Problem> {
        let (since, timings) = match cause {
            Cause::Spoken(_) => self.spoken,
            _ => (self.ports.clock.now(), Timings::default()),
        };
        let mut turn = Turn::new(id, self.scene.character.language, since, timings);
        let mut message = None;
        match cause {
            Cause::Typed { text, instead_of } => {
                let parent = match instead_of {
                    Some(id) => self.message(id)?.parent,
                    None => self.scene.leaf,
                };
                let said = self.append(Role::User, parent, text, false)?;
                if instead_of.is_some() {
                    self.show(parent);
                }
                (turn.parent, message) = (Some(said.id), Some(said));
            }
            Cause::Spoken(text) => {
                let said = self.append(Role::User, self.scene.leaf, text, false)?;
                (turn.parent, message) = (Some(said.id), Some(said));
            }
            Cause::Again => {
                let mut path = self.path(self.scene.leaf)?;
                while path.pop_if(|message| message.role != Role::User).is_some() {}
                let question =
                    path.last().map(|message| message.id).ok_or_else(nothing_to_answer)?;
                (turn.parent, turn.another) = (Some(question), true);
                self.tell_path(path);
            }
            Cause::On => {
                turn.parent = self.scene.leaf;
            }
            Cause::Replay { message, .. } => turn.logged = Some(self.message(message)?),
            Cause::Greeting(text) => {
                let first = self.scene.leaf.is_none();
                turn.logged = Some(self.append(Role::Character, None, text, false)?);
                if !first {
                    self.tell_path(vec![]);
                }
            }
        }
        self.turn = Some(turn);
        (self.tell)(Update::TurnStarted { turn: id, message });
        Ok(())
    }

    pub(super) fn think(&mut self, id: TurnId) -> Result<(), Problem> {
        let Some(turn) = self.turn.as_ref().filter(|turn| turn.id == id) else { return Ok(()) };
        let history = self.path(turn.parent)?;
        let model = self.ports.model.get().ok_or_else(|| gone("the language model"))?;
        if self.take_guess(id, &history, &model) {
            return Ok(());
        }
        let ask = self.ports.prompts.make(&Request {
            turn: id,
            character: &self.scene.character,
            persona: &self.scene.persona,
            history: &history,
            model: &*model,
        })?;
        let Some(turn) = &mut self.turn else { return Ok(()) };
        if opens_a_thought(&ask) {
            turn.scribe.begin_within_thought();
        }
        let (to, tokens) = mpsc::channel(TOKENS);
        turn.tokens = Some(tokens);
        turn.voice = self.ports.voice.get();
        let cancel = turn.cancel.clone();
        turn.span
            .in_scope(|| model.reply(ask, Box::new(Tokens { to, cancel: cancel.clone() }), cancel));
        Ok(())
    }

    pub(super) fn recite(&mut self, id: TurnId, text: &str) {
        let Some(turn) = self.turn.as_mut().filter(|turn| turn.id == id) else { return };
        turn.voice = self.ports.voice.get();
        let parts = [turn.scribe.push(text), turn.scribe.finish()];
        let text = parts.map(|part| turn.take(part)).concat();
        self.tell_text(id, text);
        self.written(id);
    }
}

fn nothing_to_answer() -> Problem {
    Problem::new(
        ProblemKind::Invalid,
        "there is nothing to answer again yet",
        "say something first",
    )
}
