//! Settings between the file, the page and the rooms.

use domain::Problem;
use store::Settings;

/// The settings a page shows.
#[expect(clippy::too_many_lines, reason = "a list")]
pub(crate) fn view(settings: &Settings) -> api::Settings {
    api::Settings {
        language: ui_language(settings),
        user_name: settings.user_name.clone(),
        user_description: settings.user_description.clone(),
        character: settings.character.clone(),
        chat_model: settings.chat_model.clone(),
        voice: settings.voice.clone(),
        ears_model: settings.ears_model.clone(),
        encoder: settings.encoder.clone(),
        remember_with_model: settings.remember_with_model,
        remember_with_server: settings.remember_with_server,
        speak: settings.speak,
        voice_volume: settings.voice_volume,
        voice_rate: settings.voice_rate,
        text_speed: settings.text_speed as f32,
        hands_free: settings.hands_free,
        interrupt_by_voice: settings.interrupt_by_voice,
        wake: settings.wake,
        wake_phrase: settings.wake_phrase.clone(),
        input_device: settings.input_device.clone(),
        output_device: settings.output_device.clone(),
        temperature: settings.temperature,
        reply_beginning: settings.reply_beginning.clone(),
        lore_scan_depth: settings.lore_scan_depth,
        lore_in_place: settings.lore_in_place,
        lore_fold_kana: settings.lore_fold_kana,
        reduced_motion: settings.reduced_motion,
        theme: word(settings.theme),
        presentation: word(settings.presentation),
        auto_delay: settings.auto_delay,
        skip_unseen: settings.skip_unseen,
        box_opacity: settings.box_opacity,
        text_scale: settings.text_scale,
        story_font: word(settings.story_font),
        high_contrast: settings.high_contrast,
        start_with_title: settings.start_with_title,
        stay_in_character: settings.stay_in_character,
        scene: settings.scene.clone(),
        daylight: word(settings.daylight),
        weather: word(settings.weather),
        follow_pointer: settings.follow_pointer,
        offline: settings.offline,
        look_for_updates: settings.allow_updates,
        welcomed: settings.welcomed,
        writing: Box::new(writing(settings)),
        search: Box::new(api::Search {
            allowed: settings.allow_search,
            engine: match settings.search_engine {
                store::SearchEngine::Searxng => "searxng",
                store::SearchEngine::Brave => "brave",
            }
            .to_owned(),
            url: settings.search_url.clone(),
        }),
        pictures: Box::new(api::PictureSettings {
            allowed: settings.allow_remote_pictures,
            server: word(settings.picture_server),
            url: settings.picture_url.clone(),
            model: settings.picture_model.clone(),
            style: settings.picture_style.clone(),
            painter: settings.picture_painter.clone(),
            steps: settings.picture_steps,
        }),
        remote: Box::new(api::Remote {
            allowed: settings.allow_remote_model,
            url: settings.remote_url.clone(),
            model: settings.remote_model.clone(),
        }),
        downloads: Box::new(api::Downloads {
            allowed: settings.allow_downloads,
            mirrors: settings.mirrors.clone(),
            connections: settings.download_connections,
            limit_mb: settings.download_limit_mb,
            proxy: settings.proxy.clone(),
        }),
        direct_stage: settings.direct_stage,
        camera: settings.camera,
        gestures: settings.gestures,
        transition: word(settings.transition),
        music_volume: settings.music_volume,
        ambience_volume: settings.ambience_volume,
        captions: settings.captions,
        card_colours: settings.card_colours,
        self_voicing: settings.self_voicing,
        key_bindings: settings.key_bindings.clone(),
    }
}

fn writing(s: &Settings) -> api::Writing {
    api::Writing {
        top_k: s.top_k,
        top_p: s.top_p,
        min_p: s.min_p,
        typical_p: s.typical_p,
        xtc_probability: s.xtc_probability,
        mirostat_tau: s.mirostat_tau,
        repetition_penalty: s.repetition_penalty,
        frequency_penalty: s.frequency_penalty,
        presence_penalty: s.presence_penalty,
        dry_multiplier: s.dry_multiplier,
        no_repeat_ngram: s.no_repeat_ngram,
        penalty_window: s.penalty_window,
        temperature_range: s.temperature_range,
        temperature_exponent: s.temperature_exponent,
        xtc_threshold: s.xtc_threshold,
        mirostat_eta: s.mirostat_eta,
        dry_base: s.dry_base,
        dry_allowed: s.dry_allowed,
        dry_window: s.dry_window,
        sampler_order: word(s.sampler_order),
        logit_bias: s.logit_bias.clone(),
        emotion_tags: word(s.emotion_tags),
        context_length: s.context_length,
        quantize: word(s.quantize),
        kv_cache: word(s.kv_cache),
        device: s.device.clone(),
        guesses: s.guesses,
    }
}

/// Whether what a person changed can be taken over; ranges the store checks when it writes.
///
/// # Errors
/// [`domain::ProblemKind::Invalid`] for a line of biases that is none.
pub(crate) fn check(patch: &api::SettingsPatch) -> Result<(), Problem> {
    match &patch.writing {
        Some(writing) => domain::read_biases(&writing.logit_bias).map(drop),
        None => Ok(()),
    }
}

/// Takes over how the model writes. The store checks ranges when it writes.
fn apply_writing(s: &mut Settings, from: api::Writing) {
    (s.top_k, s.top_p, s.min_p) = (from.top_k, from.top_p, from.min_p);
    (s.typical_p, s.xtc_probability, s.mirostat_tau) =
        (from.typical_p, from.xtc_probability, from.mirostat_tau);
    (s.repetition_penalty, s.frequency_penalty, s.presence_penalty) =
        (from.repetition_penalty, from.frequency_penalty, from.presence_penalty);
    (s.dry_multiplier, s.no_repeat_ngram, s.guesses) =
        (from.dry_multiplier, from.no_repeat_ngram, from.guesses);
    (s.penalty_window, s.temperature_range, s.temperature_exponent) =
        (from.penalty_window, from.temperature_range, from.temperature_exponent);
    (s.xtc_threshold, s.mirostat_eta) = (from.xtc_threshold, from.mirostat_eta);
    (s.dry_base, s.dry_allowed, s.dry_window) = (from.dry_base, from.dry_allowed, from.dry_window);
    s.logit_bias = from.logit_bias;
    choose(&mut s.sampler_order, Some(from.sampler_order));
    choose(&mut s.emotion_tags, Some(from.emotion_tags));
    choose(&mut s.quantize, Some(from.quantize));
    choose(&mut s.kv_cache, Some(from.kv_cache));
    s.device = from.device;
    s.context_length = from.context_length.min(1_048_576);
}

/// A choice as the file writes it.
pub(crate) fn word(choice: impl serde::Serialize) -> String {
    serde_json::to_value(choice)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// The choice that a word means; an unknown word changes nothing.
fn choose<T: serde::de::DeserializeOwned>(to: &mut T, word: Option<String>) {
    if let Some(chosen) = word.and_then(|word| serde_json::from_value(word.into()).ok()) {
        *to = chosen;
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
#[expect(clippy::too_many_lines, reason = "a list")]
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
    take(&mut settings.encoder, patch.encoder);
    take(&mut settings.remember_with_model, patch.remember_with_model);
    take(&mut settings.remember_with_server, patch.remember_with_server);
    take(&mut settings.speak, patch.speak);
    take(&mut settings.voice_volume, patch.voice_volume.map(|volume| volume.clamp(0.0, 1.0)));
    take(&mut settings.voice_rate, patch.voice_rate.map(|rate| rate.clamp(0.5, 2.0)));
    take(&mut settings.text_speed, patch.text_speed.map(|speed| speed.clamp(0.0, 500.0) as u32));
    take(&mut settings.hands_free, patch.hands_free);
    take(&mut settings.interrupt_by_voice, patch.interrupt_by_voice);
    take(&mut settings.wake, patch.wake);
    take(&mut settings.wake_phrase, patch.wake_phrase.map(|phrase| phrase.trim().to_owned()));
    take(&mut settings.input_device, patch.input_device);
    take(&mut settings.output_device, patch.output_device);
    take(
        &mut settings.temperature,
        patch.temperature.map(|temperature| temperature.clamp(0.0, 2.0)),
    );
    take(&mut settings.reply_beginning, patch.reply_beginning);
    take(&mut settings.lore_scan_depth, patch.lore_scan_depth.map(|depth| depth.clamp(1, 1000)));
    take(&mut settings.lore_in_place, patch.lore_in_place);
    take(&mut settings.lore_fold_kana, patch.lore_fold_kana);
    take(&mut settings.reduced_motion, patch.reduced_motion);
    take(&mut settings.auto_delay, patch.auto_delay.map(|seconds| seconds.clamp(0.0, 60.0)));
    take(&mut settings.skip_unseen, patch.skip_unseen);
    take(&mut settings.box_opacity, patch.box_opacity.map(|share| share.clamp(0.2, 1.0)));
    take(&mut settings.text_scale, patch.text_scale.map(|scale| scale.clamp(0.8, 1.6)));
    take(&mut settings.high_contrast, patch.high_contrast);
    take(&mut settings.start_with_title, patch.start_with_title);
    take(&mut settings.stay_in_character, patch.stay_in_character);
    take(&mut settings.scene, patch.scene);
    take(&mut settings.follow_pointer, patch.follow_pointer);
    take(&mut settings.offline, patch.offline);
    take(&mut settings.allow_updates, patch.look_for_updates);
    take(&mut settings.welcomed, patch.welcomed);
    if let Some(writing) = patch.writing {
        apply_writing(settings, writing);
    }
    if let Some(search) = patch.search {
        settings.allow_search = search.allowed;
        settings.search_engine = match search.engine.as_str() {
            "brave" => store::SearchEngine::Brave,
            _ => store::SearchEngine::Searxng,
        };
        search.url.trim().clone_into(&mut settings.search_url);
    }
    if let Some(pictures) = patch.pictures {
        apply_pictures(settings, pictures);
    }
    if let Some(remote) = patch.remote {
        settings.allow_remote_model = remote.allowed;
        remote.url.trim().clone_into(&mut settings.remote_url);
        remote.model.trim().clone_into(&mut settings.remote_model);
    }
    if let Some(downloads) = patch.downloads {
        apply_downloads(settings, &downloads);
    }
    take(&mut settings.direct_stage, patch.direct_stage);
    take(&mut settings.camera, patch.camera);
    take(&mut settings.gestures, patch.gestures);
    take(&mut settings.music_volume, patch.music_volume.map(|volume| volume.clamp(0.0, 1.0)));
    take(&mut settings.ambience_volume, patch.ambience_volume.map(|volume| volume.clamp(0.0, 1.0)));
    take(&mut settings.captions, patch.captions);
    take(&mut settings.card_colours, patch.card_colours);
    take(&mut settings.self_voicing, patch.self_voicing);
    take(&mut settings.key_bindings, patch.key_bindings);
    choose(&mut settings.theme, patch.theme);
    choose(&mut settings.presentation, patch.presentation);
    choose(&mut settings.story_font, patch.story_font);
    choose(&mut settings.daylight, patch.daylight);
    choose(&mut settings.weather, patch.weather);
    choose(&mut settings.transition, patch.transition);
}

fn apply_pictures(settings: &mut Settings, pictures: api::PictureSettings) {
    settings.allow_remote_pictures = pictures.allowed;
    choose(&mut settings.picture_server, Some(pictures.server));
    pictures.url.trim().clone_into(&mut settings.picture_url);
    pictures.model.trim().clone_into(&mut settings.picture_model);
    pictures.style.trim().clone_into(&mut settings.picture_style);
    pictures.painter.trim().clone_into(&mut settings.picture_painter);
    settings.picture_steps = pictures.steps.min(150);
}

fn apply_downloads(settings: &mut Settings, downloads: &api::Downloads) {
    settings.allow_downloads = downloads.allowed;
    settings.mirrors = downloads
        .mirrors
        .iter()
        .map(|mirror| mirror.trim().to_owned())
        .filter(|mirror| !mirror.is_empty())
        .collect();
    settings.download_connections = downloads.connections.clamp(1, 16);
    settings.download_limit_mb = downloads.limit_mb.clamp(0.0, 10_000.0);
    downloads.proxy.trim().clone_into(&mut settings.proxy);
}

#[cfg(test)]
mod tests {
    use super::{apply, check, view};
    use api::SettingsPatch;
    use store::{Settings, Theme};

    #[test]
    fn everything_of_the_sampler_reaches_it_and_a_line_that_is_no_bias_is_refused() {
        let mut settings = Settings::default();
        let mut writing = *view(&settings).writing;
        writing.sampler_order = "llama_cpp".into();
        writing.logit_bias = vec!["lantern = -5".into(), "[7] = 2".into()];
        (writing.xtc_threshold, writing.temperature_range) = (0.25, 0.5);
        (writing.mirostat_tau, writing.mirostat_eta) = (4.0, 0.2);
        (writing.dry_base, writing.dry_allowed, writing.dry_window) = (2.0, 4, 512);
        let patch = SettingsPatch { writing: Some(writing.clone()), ..SettingsPatch::default() };
        check(&patch).unwrap();
        apply(&mut settings, patch);
        assert_eq!(*view(&settings).writing, writing, "and comes back to the page");
        let sampling = settings.sampling();
        assert_eq!(sampling.order, domain::SamplerOrder::LlamaCpp);
        assert_eq!(sampling.mirostat, Some(domain::Mirostat { tau: 4.0, eta: 0.2 }));
        assert_eq!(sampling.dry.window, 512);
        assert_eq!(sampling.logit_bias, [(7, 2.0)]);
        assert_eq!(sampling.word_bias[0].text, "lantern");
        writing.logit_bias = vec!["lantern".into()];
        let patch = SettingsPatch { writing: Some(writing), ..SettingsPatch::default() };
        assert!(check(&patch).unwrap_err().message.contains("`lantern`"));
    }

    #[test]
    fn choices_go_to_the_page_and_back_by_their_words() {
        let mut settings = Settings::default();
        let patch = SettingsPatch {
            theme: Some("dusk".into()),
            presentation: Some("nvl".into()),
            weather: Some("petals".into()),
            daylight: Some("noon".into()),
            box_opacity: Some(7.0),
            ..SettingsPatch::default()
        };
        apply(&mut settings, patch);
        assert_eq!(settings.theme, Theme::Dusk);
        let shown = view(&settings);
        assert_eq!(
            (shown.theme.as_str(), shown.presentation.as_str(), shown.weather.as_str()),
            ("dusk", "nvl", "petals")
        );
        assert_eq!(shown.daylight, "auto", "an unknown word changes nothing");
        assert_eq!(settings.box_opacity.to_bits(), 1.0_f32.to_bits());
    }
}
