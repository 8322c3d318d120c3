//! The first line of a conversation: as soon as there is a voice to say it.

use std::sync::Arc;
use std::time::Duration;

use api::{AppEvent, PartKind, PartState};
use dialogue::Event;
use domain::{Log, Problem};

use crate::app::{App, lock};
use crate::conversation::on_stage::OnStage;
use crate::conversation::views;
use crate::prompting::maker;

/// How often the voice is looked for before the greeting, and how long between two looks.
const VOICE_PATIENCE: u32 = 150;
const VOICE_POLL: Duration = Duration::from_millis(20);

impl App {
    /// Greets as soon as the voice is there (a moment after the start), or has turned out not to come.
    pub(crate) fn greet_aloud(self: &Arc<Self>) {
        let app = Arc::downgrade(self);
        let greeter = std::thread::Builder::new().name("greeter".to_owned()).spawn(move || {
            for _ in 0..VOICE_PATIENCE {
                let Some(app) = app.upgrade() else { return };
                if !matches!(app.parts.state(PartKind::Voice), PartState::Loading { .. }) {
                    break;
                }
                drop(app);
                std::thread::sleep(VOICE_POLL);
            }
            let Some(app) = app.upgrade() else { return };
            let stage = lock(&app.stage).clone();
            if let Err(problem) = app.greet_if_new(&stage) {
                app.hub.send(AppEvent::Notice { problem: problem.into() });
            }
        });
        if let Err(error) = greeter {
            tracing::error!(%error, "nobody greets");
        }
    }

    pub(crate) fn greet_if_new(&self, stage: &OnStage) -> Result<(), Problem> {
        let is_new = self.log.conversation(stage.conversation)?.leaf.is_none();
        match stage.character.greetings.get(stage.greeting) {
            Some(greeting) if is_new && !self.options.no_greeting => {
                let settings = lock(&self.settings).get().clone();
                let persona = self.persona(&stage.id, stage.conversation);
                let greeting = maker::greeting(
                    greeting,
                    (&stage.character, &persona),
                    stage.conversation,
                    views::lang(&settings),
                );
                self.send(Event::Greet(greeting))
            }
            _ => Ok(()),
        }
    }
}
