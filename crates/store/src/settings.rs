//! The settings as the program uses them. Names, defaults and explanations stand in `assets/defaults.toml`, which is built in;
//! a field here without a line there (or the other way round) fails a test.

use std::sync::LazyLock;

use domain::{Dry, Emotion, Lang, Mirostat, Persona, SamplerOrder, Sampling, TagUse, Tags};
use serde::{Deserialize, Serialize};

/// The commented defaults, as shipped.
pub const DEFAULTS: &str = include_str!("../../../assets/defaults.toml");

/// A choice of a few words, written in lower case in the file.
macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { #[default] $first:ident $(, $other:ident)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        #[expect(missing_docs, reason = "explained once, in assets/defaults.toml")]
        pub enum $name { #[default] $first, $($other),* }
    };
}

/// Colours of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system.
    #[default]
    System,
    /// Light.
    Light,
    /// Lilac paper, light ink.
    Dusk,
    /// Dark.
    Dark,
}

choices! {
    /// How the text stands in the window.
    Presentation { #[default] Adv, Nvl }
}
choices! {
    /// Typeface of the story.
    StoryFont { #[default] Serif, Sans, Readable }
}
choices! {
    /// Hour of the day on stage.
    Daylight { #[default] Auto, Day, Dusk, Night }
}
choices! {
    /// How another place comes on stage.
    Transition { #[default] Auto, Cut, Dissolve, Fade, Wipe, Slide, Push, Iris, Blinds, Pixellate }
}
choices! {
    /// Weather on stage.
    Weather { #[default] Auto, Clear, Rain, Snow, Petals, Fireflies }
}

/// What plain weights are brought into while loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "explained once, in assets/defaults.toml")]
pub enum Quantize {
    #[default]
    AsIs,
    Q8,
    Q6,
    Q5,
    Q4,
}

choices! {
    /// Who answers questions about the world.
    SearchEngine { #[default] Searxng, Brave }
}
choices! {
    /// What kind of server draws pictures.
    PictureServer { #[default] OpenAi, Automatic1111, ComfyUi }
}
choices! {
    /// How the KV cache keeps its numbers.
    KvCache { #[default] F16, Q8, F32 }
}
choices! {
    /// Which emotion tags a reply may hold.
    EmotionTags { #[default] Free, Known, First, Never }
}

impl EmotionTags {
    /// What the sampler is told, for a face that can show so much, and of whether the model was told how to direct the stage;
    /// `None` leaves it to the model.
    pub fn rule(self, shown: &[Emotion], directions: bool) -> Option<Tags> {
        let place = match self {
            Self::Free => return None,
            // A face that shows nothing needs no marks.
            _ if shown.is_empty() => TagUse::Never,
            Self::Known => TagUse::Anywhere,
            Self::First => TagUse::First,
            Self::Never => TagUse::Never,
        };
        let names = shown.iter().map(|emotion| emotion.tag().to_owned()).collect();
        Some(Tags { names, place, directions })
    }
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Failures only.
    Error,
    /// And what looks wrong.
    Warn,
    /// And what happens.
    #[default]
    Info,
    /// And how.
    Debug,
    /// Everything.
    Trace,
}

/// All settings; see `assets/defaults.toml` for what each means. `Default` is that file.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the settings page"
)]
#[expect(missing_docs, reason = "explained once, in assets/defaults.toml")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub welcomed: bool,
    pub language: String,
    pub user_name: String,
    pub user_description: String,
    pub character: String,
    pub chat_model: String,
    pub voice: String,
    pub ears_model: String,
    pub speak: bool,
    pub voice_volume: f32,
    pub voice_rate: f32,
    pub text_speed: u32,
    pub hands_free: bool,
    pub interrupt_by_voice: bool,
    pub wake: bool,
    pub wake_phrase: String,
    pub endpoint_ms: u32,
    pub input_device: String,
    pub output_device: String,
    pub temperature: f32,
    pub top_k: u32,
    pub top_p: f32,
    pub min_p: f32,
    pub repetition_penalty: f32,
    pub penalty_window: u32,
    pub frequency_penalty: f32,
    pub presence_penalty: f32,
    pub dry_multiplier: f32,
    pub no_repeat_ngram: u32,
    pub typical_p: f32,
    pub xtc_probability: f32,
    pub mirostat_tau: f32,
    pub temperature_range: f32,
    pub temperature_exponent: f32,
    pub xtc_threshold: f32,
    pub mirostat_eta: f32,
    pub dry_base: f32,
    pub dry_allowed: u32,
    pub dry_window: u32,
    pub sampler_order: SamplerOrder,
    pub logit_bias: Vec<String>,
    pub emotion_tags: EmotionTags,
    pub max_reply_tokens: u32,
    pub reply_beginning: String,
    pub lore_scan_depth: u32,
    pub lore_in_place: bool,
    pub lore_fold_kana: bool,
    pub stay_in_character: bool,
    pub encoder: String,
    pub remember_with_model: bool,
    pub remember_with_server: bool,
    pub context_length: u32,
    pub reading_cache_mb: u32,
    pub threads: u32,
    pub quantize: Quantize,
    pub kv_cache: KvCache,
    pub device: String,
    pub guesses: u32,
    pub draft_model: String,
    pub reranker: String,
    pub theme: Theme,
    pub reduced_motion: bool,
    pub high_contrast: bool,
    pub start_with_title: bool,
    pub presentation: Presentation,
    pub auto_delay: f32,
    pub skip_unseen: bool,
    pub box_opacity: f32,
    pub text_scale: f32,
    pub story_font: StoryFont,
    pub scene: String,
    pub daylight: Daylight,
    pub weather: Weather,
    pub follow_pointer: bool,
    pub offline: bool,
    pub direct_stage: bool,
    pub camera: bool,
    pub gestures: bool,
    pub transition: Transition,
    pub music_volume: f32,
    pub ambience_volume: f32,
    pub captions: bool,
    pub card_colours: bool,
    pub self_voicing: bool,
    pub key_bindings: String,
    pub allow_downloads: bool,
    pub mirrors: Vec<String>,
    pub download_connections: u32,
    pub download_limit_mb: f32,
    pub proxy: String,
    pub allow_remote_model: bool,
    pub remote_url: String,
    pub remote_model: String,
    pub allow_search: bool,
    pub search_engine: SearchEngine,
    pub search_url: String,
    pub allow_remote_pictures: bool,
    pub picture_server: PictureServer,
    pub picture_url: String,
    pub picture_model: String,
    pub picture_style: String,
    pub picture_painter: String,
    pub picture_steps: u32,
    pub allow_remote_assets: bool,
    pub allow_updates: bool,
    pub daily_backups: u32,
    pub log_level: LogLevel,
}

/// Most context that is taken where `context_length` is 0.
const DEFAULT_CONTEXT: u32 = 8192;

impl Settings {
    /// Language of the app, where it is not the system's.
    pub fn ui_language(&self) -> Option<Lang> {
        Lang::from_code(&self.language)
    }

    /// Who the person is in the story.
    pub fn persona(&self) -> Persona {
        Persona { name: self.user_name.clone(), description: self.user_description.clone() }
    }

    /// How tokens are drawn.
    pub fn sampling(&self) -> Sampling {
        let mut sampling = Sampling {
            temperature: self.temperature,
            temperature_range: self.temperature_range,
            temperature_exponent: self.temperature_exponent,
            top_k: self.top_k,
            top_p: self.top_p,
            min_p: self.min_p,
            repetition_penalty: self.repetition_penalty,
            penalty_window: self.penalty_window,
            frequency_penalty: self.frequency_penalty,
            presence_penalty: self.presence_penalty,
            dry: Dry {
                multiplier: self.dry_multiplier,
                base: self.dry_base,
                allowed: self.dry_allowed,
                window: self.dry_window,
            },
            no_repeat_ngram: self.no_repeat_ngram,
            typical_p: self.typical_p,
            xtc_probability: self.xtc_probability,
            xtc_threshold: self.xtc_threshold,
            mirostat: (self.mirostat_tau > 0.0)
                .then_some(Mirostat { tau: self.mirostat_tau, eta: self.mirostat_eta }),
            tags: self.emotion_tags.rule(&Emotion::ALL, self.direct_stage),
            order: self.sampler_order,
            ..Sampling::greedy()
        };
        // The page refuses what is no bias before it is written; a file that was edited by hand loses the lines that are none.
        let lines = self.logit_bias.iter().filter(|line| !line.trim().is_empty());
        if lines.clone().count() > domain::MOST_BIASES {
            tracing::warn!(
                "`logit_bias` has more than {} lines; those behind them are passed over",
                domain::MOST_BIASES
            );
        }
        for line in lines.take(domain::MOST_BIASES) {
            match domain::read_biases(std::slice::from_ref(line)) {
                Ok(biases) => biases.put_on(&mut sampling),
                Err(problem) => tracing::warn!(%problem, "a line of `logit_bias` is passed over"),
            }
        }
        sampling
    }

    /// Tokens of context to use with a model made for `model` tokens.
    pub fn context_for(&self, model: u32) -> u32 {
        let wanted = if self.context_length == 0 { DEFAULT_CONTEXT } else { self.context_length };
        wanted.min(model)
    }

    /// What a value may be, for the settings page and for reading the file; `None` for anything. Stands in the comments too.
    pub fn range(key: &str) -> Option<(f64, f64)> {
        Some(match key {
            "voice_volume" | "music_volume" | "ambience_volume" => (0.0, 1.0),
            "guesses" => (0.0, 16.0),
            "voice_rate" => (0.5, 2.0),
            "text_speed" => (0.0, 500.0),
            "endpoint_ms" => (100.0, 3000.0),
            "max_reply_tokens" => (16.0, 4096.0),
            "lore_scan_depth" => (1.0, 1000.0),
            "context_length" | "reading_cache_mb" => (0.0, 1_048_576.0),
            "threads" => (0.0, 256.0),
            "picture_steps" => (0.0, 150.0),
            "daily_backups" => (0.0, 100.0),
            "download_connections" => (1.0, 16.0),
            "download_limit_mb" => (0.0, 10_000.0),
            "auto_delay" => (0.0, 60.0),
            "box_opacity" => (0.2, 1.0),
            "text_scale" => (0.8, 1.6),
            _ => return domain::sampling_range(key),
        })
    }
}

/// The defaults as a table, key by key.
pub(crate) static DEFAULT_TABLE: LazyLock<toml::Table> =
    LazyLock::new(|| DEFAULTS.parse().unwrap_or_default());

static DEFAULT_SETTINGS: LazyLock<Settings> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "built in, and read by a test")]
    DEFAULT_TABLE.clone().try_into().expect("assets/defaults.toml has a value for every setting")
});

impl Default for Settings {
    fn default() -> Self {
        DEFAULT_SETTINGS.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_biases_of_a_file_are_read_than_can_be_written() {
        let logit_bias = (0..300).map(|id| format!("[{id}] = 1")).collect();
        let settings = Settings { logit_bias, ..Settings::default() };
        let read = settings.sampling().logit_bias;
        assert_eq!((read.len(), read.last()), (256, Some(&(255, 1.0))));
    }

    #[test]
    fn settings_that_nobody_changed_draw_as_usual() {
        // What a model of a seed profile tells a person's own values by.
        assert_eq!(Settings::default().sampling(), Sampling::default());
    }

    #[test]
    fn the_built_in_file_has_a_line_and_a_comment_for_every_setting() {
        let written = toml::Table::try_from(Settings::default()).unwrap();
        assert_eq!(written.keys().collect::<Vec<_>>().len(), DEFAULT_TABLE.len());
        let document: toml_edit::DocumentMut = DEFAULTS.parse().unwrap();
        for (key, _) in document.iter() {
            assert!(written.contains_key(key), "{key}");
            let decor = document.key(key).unwrap().leaf_decor().prefix().unwrap().as_str().unwrap();
            let last = decor.trim_end().lines().last().unwrap_or_default();
            assert!(last.starts_with("# ") && !last.contains('─'), "`{key}` has no comment");
        }
    }

    #[test]
    fn every_range_is_one_of_a_number_and_holds_the_default() {
        for (key, value) in DEFAULT_TABLE.iter() {
            let number = value.as_float().or(value.as_integer().map(|n| n as f64));
            match (number, Settings::range(key)) {
                (Some(number), Some((low, high))) => {
                    assert!((low..=high).contains(&number), "{key} = {number}");
                }
                (None, None) => {}
                other => panic!("{key}: {other:?}"),
            }
        }
    }

    #[test]
    fn context_is_bounded_by_the_model_and_the_setting() {
        let mut settings = Settings::default();
        assert_eq!(settings.context_for(512), 512);
        assert_eq!(settings.context_for(131_072), DEFAULT_CONTEXT);
        settings.context_length = 2048;
        assert_eq!(settings.context_for(131_072), 2048);
    }
}
