//! A change of some settings: checked, written, and acted on.

use api::{AppEvent, Settings, SettingsPatch};
use domain::Problem;

use crate::app::paths::BUILT_IN_MODEL;
use crate::app::{Answer, App, lock};
use crate::models::remote_model;
use crate::settings::mapping;
use crate::voice::ear;

impl App {
    /// Changes some settings, writes them, and acts on what changed. Answers with all of them.
    pub fn change_settings(&self, changes: SettingsPatch) -> Answer<Settings> {
        mapping::check(&changes)?;
        let before = lock(&self.settings).get().clone();
        let mut wished = before.clone();
        mapping::apply(&mut wished, changes.clone());
        self.refuse_what_does_not_fit(&before, &wished)?;
        // Loaded first: where it cannot be used everything stays as it was.
        let encoder = if before.encoder == wished.encoder {
            None
        } else {
            Some(self.load_encoder(&wished.encoder)?)
        };
        let (before, after) = {
            let mut file = lock(&self.settings);
            let before = file.get().clone();
            let written = file.change(|settings| mapping::apply(settings, changes)).map(drop);
            let after = file.get().clone();
            drop(file);
            if let Err(error) = written {
                // In force all the same; the person should know that they will be gone after a restart.
                self.hub.send(AppEvent::Notice { problem: Problem::from(error).into() });
            }
            (before, after)
        };
        if let Some(loaded) = encoder {
            self.take_encoder(&after.encoder, loaded)?;
        }
        self.act_on(&before, &after)?;
        let view = self.settings_view();
        self.hub.send(AppEvent::SettingsChanged { settings: Box::new(view.clone()) });
        Ok(view)
    }

    fn act_on(&self, before: &store::Settings, after: &store::Settings) -> Result<(), Problem> {
        if (&before.user_name, &before.user_description)
            != (&after.user_name, &after.user_description)
        {
            let stage = lock(&self.stage).clone();
            self.open(&stage)?;
            self.tell_persona();
        }
        if (before.lore_scan_depth, before.lore_fold_kana)
            != (after.lore_scan_depth, after.lore_fold_kana)
        {
            self.prepare_books();
        }
        let may_read = |of: &store::Settings| {
            (of.remember_with_model, of.remember_with_server, of.allow_remote_model, of.offline)
        };
        // What is being read by a model that goes, or that may not any more, is given up at once.
        if (loading(before) != loading(after) || may_read(before) != may_read(after))
            && let Some(remembering) = &self.remembering
        {
            remembering.stirs();
        }
        if loading(before) != loading(after) {
            self.load_model(after.chat_model.clone(), after, false);
        }
        if before.speak && !after.speak {
            self.parts.mute();
        } else if after.speak
            && (!before.speak
                || before.voice != after.voice
                || before.voice_rate.to_bits() != after.voice_rate.to_bits())
        {
            self.load_voice();
        }
        let listening =
            |of: &store::Settings| (of.interrupt_by_voice, of.wake, of.wake_phrase.clone());
        if listening(before) != listening(after) {
            self.ear.listen_anew(&self.listening())?;
        }
        if before.ears_model != after.ears_model {
            self.load_ears();
        }
        if before.voice_volume.to_bits() != after.voice_volume.to_bits() {
            self.with_deck(|deck| deck.set_volume(after.voice_volume));
        }
        let bed = |of: &store::Settings| (of.music_volume.to_bits(), of.ambience_volume.to_bits());
        if bed(before) != bed(after) {
            self.with_deck(|deck| deck.set_bed_volumes(after.music_volume, after.ambience_volume));
        }
        if before.output_device != after.output_device {
            self.with_deck(|deck| deck.set_device(ear::choice(&after.output_device)));
        }
        if before.input_device != after.input_device {
            self.ear.change_device(&self.listening())?;
        }
        Ok(())
    }

    /// The settings as a page shows them.
    pub(crate) fn settings_view(&self) -> Settings {
        let mut view = mapping::view(lock(&self.settings).get());
        let stage = lock(&self.stage);
        view.character = stage.id.to_string();
        if view.chat_model.is_empty() {
            BUILT_IN_MODEL.clone_into(&mut view.chat_model);
        }
        view
    }
}

/// What a language model has to be loaded anew for. The server counts only where it writes.
fn loading(settings: &store::Settings) -> impl PartialEq + use<'_> {
    let server = settings.chat_model.starts_with(remote_model::PREFIX).then_some((
        settings.allow_remote_model,
        &settings.remote_url,
        &settings.remote_model,
    ));
    let s = settings;
    (
        &s.chat_model,
        s.context_length,
        s.quantize,
        s.kv_cache,
        &s.device,
        s.guesses,
        (&s.reranker, &s.draft_model),
        server,
    )
}
