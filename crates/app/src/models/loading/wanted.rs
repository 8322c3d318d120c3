//! Which model, voice and recogniser are loaded: what this run was started with, else what the settings name.

use api::AppEvent;

use crate::app::options::Output;
use crate::app::{App, lock};
use crate::conversation::views;

impl App {
    /// Loads all three.
    pub(crate) fn load_parts(&self) {
        let settings = lock(&self.settings).get().clone();
        let model = self.options.model.clone().unwrap_or_else(|| settings.chat_model.clone());
        self.load_model(model, &settings, self.options.model.is_some());
        if settings.speak && self.options.output != Output::Text {
            self.load_voice();
        }
        self.load_ears();
        if settings.hands_free
            && self.options.output == Output::Speakers
            && let Err(problem) = self.ear.hands_free(true, &self.listening())
        {
            self.hub.send(AppEvent::Notice { problem: problem.into() });
        }
    }

    /// Opens the voices (again), and chooses the one for whoever is on stage.
    pub(crate) fn load_voice(&self) {
        let stage = lock(&self.stage).clone();
        let lang =
            stage.character.language.unwrap_or_else(|| views::lang(lock(&self.settings).get()));
        self.parts.load_voice(self.voice_choices(), lang);
    }

    /// Loads the recogniser that this run or the settings name, or the first there is.
    pub(crate) fn load_ears(&self) {
        let settings = lock(&self.settings).get().clone();
        let wanted = self.options.ears.clone().unwrap_or(settings.ears_model);
        match self.paths.ears_model(&wanted) {
            Ok(path) => {
                let expect = lock(&self.stage).character.short_name().to_owned();
                self.parts.load_ears(path, None, expect);
            }
            // Having none is how everybody starts; a name that means nothing is worth telling.
            Err(_) if wanted.is_empty() => {}
            Err(problem) => self.hub.send(AppEvent::Notice { problem: problem.into() }),
        }
    }
}
