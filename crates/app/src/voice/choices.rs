//! What can be chosen to speak and to listen with, and what was: voices, microphones, speakers.

use api::{DeviceList, VoiceEntry};
use domain::VoiceChoice;

use crate::app::options::Output;
use crate::app::{App, lock};
use crate::voice::ear::Listening;
use crate::voice::output;

impl App {
    /// Microphones and speakers, by name.
    pub fn devices(&self) -> DeviceList {
        let found = audio::devices();
        let names = |devices: Vec<audio::DeviceInfo>| {
            devices.into_iter().map(|device| device.name).collect()
        };
        DeviceList { inputs: names(found.inputs), outputs: names(found.outputs) }
    }

    /// Voices that can be chosen.
    pub fn voices(&self) -> Vec<VoiceEntry> {
        let all = match self.parts.speaker() {
            Some(speaker) => speaker.voices(),
            None => tts::list_voices(&self.paths.voice_options().voice_dirs),
        };
        all.into_iter().map(voice_view).collect()
    }

    /// How to listen, as the settings say.
    pub(crate) fn listening(&self) -> Listening {
        let settings = lock(&self.settings);
        let settings = settings.get();
        Listening {
            device: settings.input_device.clone(),
            endpoint_ms: settings.endpoint_ms,
            interrupts: settings.interrupt_by_voice,
            wake: settings.wake.then(|| match settings.wake_phrase.as_str() {
                "" => lock(&self.stage).character.name.clone(),
                phrase => phrase.to_owned(),
            }),
        }
    }

    /// Voices to try, the most wanted first: this run's, the settings', the character's.
    pub(crate) fn voice_choices(&self) -> Vec<VoiceChoice> {
        let settings = lock(&self.settings).get().clone();
        let own = lock(&self.stage).character.voice.clone();
        let plain = |voice: &String| VoiceChoice { voice: voice.clone(), rate: 1.0, pitch: 0.0 };
        let wanted = self
            .options
            .voice
            .iter()
            .chain(Some(&settings.voice).filter(|voice| !voice.is_empty()));
        let wanted: Vec<String> = wanted.map(|voice| self.paths.voice_name(voice)).collect();
        let mut choices: Vec<VoiceChoice> = wanted.iter().map(plain).chain(own).collect();
        for choice in &mut choices {
            choice.rate *= settings.voice_rate;
        }
        choices
    }

    /// The sound device, for a change of settings.
    pub(crate) fn with_deck(&self, change: impl FnOnce(&audio::Deck)) {
        if let Some(deck) = lock(&self.output).as_ref().and_then(output::Stage::deck) {
            change(deck);
        }
    }

    /// There are speakers, or something in their place that plays aloud.
    pub(crate) fn is_heard(&self) -> bool {
        self.options.output == Output::Speakers
    }
}

/// A voice as a page shows it.
pub(crate) fn voice_view(voice: tts::VoiceEntry) -> VoiceEntry {
    VoiceEntry {
        id: voice.id,
        name: voice.name,
        language: voice.language,
        kind: match voice.kind {
            tts::VoiceKind::Espeak => "espeak",
            tts::VoiceKind::Piper => "piper",
        }
        .to_owned(),
    }
}
