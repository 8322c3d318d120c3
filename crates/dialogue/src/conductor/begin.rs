//! A turn begins: what the person said is logged, the model is asked.

use domain::{Problem, ProblemKind, Role, TurnId};
use tokio::sync::mpsc;

use super::guessing::opens_a_thought;
use super::{Conductor, gone};
use crate::event::Cause;
use crate::sinks::{TOKENS, Tokens};
use crate::turn::Turn;
use crate::update::{Timings, Update};

impl Conductor {
    pub(super) fn begin(&mut self, id: TurnId, cause: Cause) -> Result<(), Problem> {
        // The next speech is another: one look at it makes nothing certain.
        self.looked.clear();
        let (since, timings) = match cause {
            Cause::Spoken(_) => self.spoken,
            _ => (self.ports.clock.now(), Timings::default()),
        };
        let mut turn = Turn::new(id, since, timings);
        let mut message = None;
        if matches!(cause, Cause::Typed { instead_of: None, .. } | Cause::Spoken(_)) {
            self.answer_what_was_heard()?;
        }
        match cause {
            Cause::Typed { text, instead_of } => {
                let parent = match instead_of {
                    Some(id) => self.message(id)?.parent,
                    None => self.scene.leaf,
                };
                let said = self.append(Role::User, parent, text, false, None)?;
                if instead_of.is_some() {
                    self.show(parent);
                }
                (turn.parent, message) = (Some(said.id), Some(said));
            }
            Cause::Spoken(text) => {
                let said = self.append(Role::User, self.scene.leaf, text, false, None)?;
                (turn.parent, message) = (Some(said.id), Some(said));
            }
            Cause::Again => {
                let mut path = self.path(self.scene.leaf)?;
                turn.speaker = self.take_back(&mut path);
                let question =
                    path.last().map(|message| message.id).ok_or_else(nothing_to_answer)?;
                (turn.parent, turn.another) = (Some(question), true);
                self.tell_path(path);
            }
            Cause::On => {
                turn.parent = self.scene.leaf;
                turn.speaker = self.goes_on()?;
            }
            Cause::Chosen(who) => {
                turn.parent = self.scene.leaf;
                turn.speaker = Some(self.chosen(who)?);
            }
            Cause::Follow(speaker) => {
                turn.parent = self.scene.leaf;
                (turn.speaker, turn.leads_on) = (Some(speaker), true);
            }
            Cause::Replay { message, .. } => {
                let message = self.message(message)?;
                turn.speaker.clone_from(&message.speaker);
                turn.logged = Some(message);
            }
            Cause::Greeting(text) => {
                let first = self.scene.leaf.is_none();
                turn.logged = Some(self.append(Role::Character, None, text, false, None)?);
                turn.greets = true;
                if !first {
                    self.tell_path(vec![]);
                }
            }
        }
        if let Some(said) = &message {
            turn.leads_on = true;
            turn.speaker = self.answers(Some(said.id))?;
        }
        let (_, character) = self.scene.speaking(turn.speaker.as_ref());
        turn.speaks(&character.name, character.language);
        let speaker = turn.speaker.clone();
        self.turn = Some(turn);
        (self.tell)(Update::TurnStarted { turn: id, message, speaker });
        Ok(())
    }

    pub(super) fn think(&mut self, id: TurnId) -> Result<(), Problem> {
        let Some(turn) = self.turn.as_ref().filter(|turn| turn.id == id) else { return Ok(()) };
        let speaker = turn.speaker.clone();
        let history = self.path(turn.parent)?;
        let model = self.ports.model.get().ok_or_else(|| gone("the language model"))?;
        if self.take_guess(id, &history, &model) {
            return Ok(());
        }
        let ask = self.ask(id, speaker.as_ref(), &history, &*model)?;
        self.keep_ahead(&ask.prompt, &model);
        let voice = self.voice_of(speaker.as_ref());
        let Some(turn) = &mut self.turn else { return Ok(()) };
        if opens_a_thought(&ask) {
            turn.scribe.begin_within_thought();
        }
        let (to, tokens) = mpsc::channel(TOKENS);
        turn.tokens = Some(tokens);
        turn.voice = voice;
        let cancel = turn.cancel.clone();
        turn.span
            .in_scope(|| model.reply(ask, Box::new(Tokens { to, cancel: cancel.clone() }), cancel));
        Ok(())
    }

    pub(super) fn recite(&mut self, id: TurnId, text: &str) {
        let Some(turn) = self.turn.as_ref().filter(|turn| turn.id == id) else { return };
        let voice = self.voice_of(turn.speaker.as_ref());
        let Some(turn) = &mut self.turn else { return };
        turn.voice = voice;
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
