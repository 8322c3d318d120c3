//! Settings between the file, the page and the rooms.

use store::{Settings, Theme};

use crate::api;

/// The settings a page shows.
pub(crate) fn view(settings: &Settings) -> api::Settings {
    api::Settings {
        language: ui_language(settings),
        user_name: settings.user_name.clone(),
        user_description: settings.user_description.clone(),
        character: settings.character.clone(),
        chat_model: settings.chat_model.clone(),
        voice: settings.voice.clone(),
        ears_model: settings.ears_model.clone(),
        speak: settings.speak,
        voice_volume: settings.voice_volume,
        voice_rate: settings.voice_rate,
        text_speed: settings.text_speed as f32,
        hands_free: settings.hands_free,
        input_device: settings.input_device.clone(),
        output_device: settings.output_device.clone(),
        temperature: settings.temperature,
        reduced_motion: settings.reduced_motion,
        theme: match settings.theme {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
        .to_owned(),
    }
}

/// The language of the app: the person's choice, else the system's where there is a translation, else English.
fn ui_language(settings: &Settings) -> String {
    let system = || {
        ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
            .and_then(|value| domain::Lang::from_code(&value))
    };
    settings.ui_language().or_else(system).unwrap_or_default().code().to_owned()
}

/// Takes over what the person changed. The store checks ranges when it writes.
pub(crate) fn apply(settings: &mut Settings, patch: api::SettingsPatch) {
    fn take<T>(to: &mut T, from: Option<T>) {
        if let Some(value) = from {
            *to = value;
        }
    }
    take(&mut settings.language, patch.language);
    take(&mut settings.user_name, patch.user_name);
    take(&mut settings.user_description, patch.user_description);
    take(&mut settings.character, patch.character);
    take(&mut settings.chat_model, patch.chat_model);
    take(&mut settings.voice, patch.voice);
    take(&mut settings.ears_model, patch.ears_model);
    take(&mut settings.speak, patch.speak);
    take(&mut settings.voice_volume, patch.voice_volume.map(|volume| volume.clamp(0.0, 1.0)));
    take(&mut settings.voice_rate, patch.voice_rate.map(|rate| rate.clamp(0.5, 2.0)));
    take(&mut settings.text_speed, patch.text_speed.map(|speed| speed.clamp(0.0, 500.0) as u32));
    take(&mut settings.hands_free, patch.hands_free);
    take(&mut settings.input_device, patch.input_device);
    take(&mut settings.output_device, patch.output_device);
    take(
        &mut settings.temperature,
        patch.temperature.map(|temperature| temperature.clamp(0.0, 2.0)),
    );
    take(&mut settings.reduced_motion, patch.reduced_motion);
    take(
        &mut settings.theme,
        patch.theme.map(|theme| match theme.as_str() {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        }),
    );
}
