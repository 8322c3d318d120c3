//! The conductor's thread: what it is given, whom it tells, and the memory's desk that is set up beside it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use api::AppEvent;
use dialogue::{Conductor, Hearing, Ports, SystemClock, Update};
use domain::{Log, Problem, ProblemKind};
use memory::extraction::Names;

use crate::app::{App, lock};
use crate::conversation::on_stage::OnStage;
use crate::conversation::views;
use crate::memory::fact_extraction;
use crate::memory::scene_summaries::Reading;

impl App {
    pub(crate) fn conduct(self: &Arc<Self>, stage: &OnStage) -> Result<(), Problem> {
        let playback = match lock(&self.output).as_ref() {
            Some(output) => output.playback(),
            None => {
                return Err(Problem::new(
                    ProblemKind::Internal,
                    "there is no output",
                    "start the app again",
                ));
            }
        };
        let ports = Ports {
            log: Arc::clone(&self.log) as Arc<dyn Log>,
            prompts: Arc::clone(&self.prompts) as Arc<dyn dialogue::PromptMaker>,
            playback,
            model: self.parts.model.clone(),
            voice: self.parts.voice.clone(),
            ears: self.parts.ears.clone(),
            clock: Arc::new(SystemClock::default()),
        };
        let (baton, conductor) = Conductor::new(ports, self.scene(stage)?, self.teller());
        self.inbox.connect(baton);
        let thread = std::thread::Builder::new().name("conductor".to_owned()).spawn(move || {
            match tokio::runtime::Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime.block_on(conductor.run()),
                Err(error) => tracing::error!(%error, "the conductor has no runtime"),
            }
        });
        let thread = thread.map_err(|error| {
            Problem::new(
                ProblemKind::Memory,
                format!("the conductor's thread could not be started ({error})"),
                "close other programs and start again",
            )
        })?;
        *lock(&self.conductor) = Some(thread);
        Ok(())
    }

    /// What the conductor calls with its updates. Does not keep the app alive, so that it can be dropped.
    fn teller(self: &Arc<Self>) -> impl FnMut(Update) + Send + 'static {
        let (hub, log, busy) =
            (Arc::clone(&self.hub), Arc::clone(&self.log), Arc::clone(&self.busy));
        let ear = Arc::clone(&self.ear);
        let (knowing, remembering) = (self.knowing.clone(), self.remembering.clone());
        let offers = self.ears_offers();
        let app = Arc::downgrade(self);
        move |update| {
            match &update {
                Update::TurnStarted { .. } => {
                    busy.store(true, Ordering::Relaxed);
                    if let Some(remembering) = &remembering {
                        remembering.turn(true);
                    }
                }
                Update::Hearing(Hearing::Speech | Hearing::Transcribing) => {
                    if let Some(remembering) = &remembering {
                        remembering.stirs();
                    }
                }
                Update::LineStarted { .. } => ear.character_speaks(true),
                Update::TurnFinished { .. } | Update::TurnFailed { .. } => {
                    busy.store(false, Ordering::Relaxed);
                    ear.character_speaks(false);
                    if let Some(remembering) = &remembering {
                        remembering.turn(false);
                    }
                }
                _ => {}
            }
            if let (Some(knowing), Update::TurnFinished { message: Some(reply), .. }) =
                (&knowing, &update)
            {
                knowing.answered(reply);
            }
            let ended = matches!(update, Update::TurnFinished { .. });
            let event = match update {
                Update::EarsWanted => Some(AppEvent::EarsWanted { offers: offers() }),
                update => views::event(&*log, update),
            };
            if let Some(event) = event {
                hub.send(event);
            }
            // What stood round the newest message is not there next time, so that all from that message on is read anew: now, while
            // nobody waits for it, and not once the person has said something.
            if let Some(app) = app.upgrade().filter(|_| ended) {
                app.read_ahead();
            }
        }
    }

    /// Who may read facts in what was said: a model on this machine, or a server's where the person allowed that, too; `None` where it is
    /// switched off.
    pub(crate) fn reader_of_facts(&self) -> Option<Reading> {
        let (here, elsewhere) = {
            let settings = lock(&self.settings);
            let settings = settings.get();
            let elsewhere = settings.allow_remote_model && settings.remember_with_server;
            (settings.remember_with_model, elsewhere && !settings.offline)
        };
        let model = match self.parts.engine() {
            Some(engine) => engine as Arc<dyn domain::LanguageModel>,
            None => self.parts.server().filter(|_| elsewhere)?,
        };
        let reader = fact_extraction::reader(&model.info());
        here.then_some((model, reader))
    }

    fn names_of_those_who_talk(&self) -> Names {
        let stage = lock(&self.stage).clone();
        let user = self.persona(&stage.id, stage.conversation).name;
        Names { user, character: stage.character.name }
    }

    /// Lets the memory sum scenes up, and the model read facts, while nobody talks.
    pub(crate) fn sum_up_when_quiet(self: &Arc<Self>) {
        let Some(remembering) = &self.remembering else { return };
        let (parts, stage, settings) =
            (Arc::clone(&self.parts), Arc::clone(&self.stage), Arc::clone(&self.settings));
        let (app, reading, heard) =
            (Arc::downgrade(self), Arc::downgrade(self), Arc::downgrade(self));
        let forgetful = Arc::downgrade(self);
        remembering.forget_readings.get_or_init(|| {
            Box::new(move |again| {
                if let Some(app) = forgetful.upgrade() {
                    app.forget_readings(again);
                }
            })
        });
        *lock(&remembering.desk) = Some(crate::memory::scene_summaries::Desk {
            // Nothing is sent to a server for it, and a model that is too small for a card is too small to sum up.
            model: Box::new(move || {
                let model = parts.engine()? as Arc<dyn domain::LanguageModel>;
                model.info().system_prompt.is_none().then_some(model)
            }),
            whose: Box::new(move || {
                let id = lock(&stage).id.clone();
                (id, views::lang(lock(&settings).get()))
            }),
            now: Box::new(|| jiff::Timestamp::now().as_millisecond().max(0).unsigned_abs()),
            // What was in the model's cache has to be read again before the next word.
            done: Box::new(move || {
                if let Some(app) = app.upgrade() {
                    app.read_ahead();
                }
            }),
            reader: Box::new(move || reading.upgrade()?.reader_of_facts()),
            names: Box::new(move || {
                heard.upgrade().map(|app| app.names_of_those_who_talk()).unwrap_or_default()
            }),
        });
    }
}
