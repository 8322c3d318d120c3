//! Who speaks: the chosen voice of each language.

use std::sync::{Arc, Mutex, PoisonError};

use domain::{Cancel, Lang, VoiceChoice};

use crate::catalogue::{VoiceId, primary};
use crate::espeak::{Espeak, Manner};
use crate::mood::Prosody;
use crate::piper::{self, Piper};
use crate::sound::Sound;
use crate::{Options, TtsError, tone};

/// A voice that is ready to speak.
#[derive(Debug, Clone)]
pub(crate) enum Chosen {
    /// One of espeak-ng's.
    Espeak { lang: Lang, foreign: bool, manner: Manner, choice: VoiceChoice },
    /// A loaded Piper voice; only the voice's thread speaks with it, so its lock never waits.
    /// `files` tells its files from all others (see [`piper::Files::identity`]).
    Piper {
        stem: String,
        files: Arc<str>,
        lang: Lang,
        foreign: bool,
        voice: Arc<Mutex<Piper>>,
        rate: f32,
    },
}

/// How fast each language sounds natural, in espeak-ng's words per minute: about 4.5 syllables of Chinese and 8 morae of
/// Japanese a second.
fn pace(lang: Lang) -> f32 {
    match lang {
        Lang::En => 165.0,
        Lang::Zh => 185.0,
        Lang::Ja => 150.0,
    }
}

/// espeak-ng's voice of a language, without a variant.
fn base(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "en-gb",
        Lang::Zh => "cmn",
        Lang::Ja => "ja",
    }
}

/// Speed factor within what voices can do.
fn rate(choice: &VoiceChoice) -> f32 {
    if choice.rate.is_finite() { choice.rate.clamp(0.5, 2.0) } else { 1.0 }
}

impl Chosen {
    /// Makes a voice ready; loads its files where it has any.
    pub(crate) fn open(
        id: &VoiceId,
        choice: &VoiceChoice,
        espeak: &Espeak,
        options: &Options,
    ) -> Result<Self, TtsError> {
        match id {
            VoiceId::Espeak(name) => {
                // espeak-ng also knows its languages by their names (`Klingon`); ours are codes.
                let code = name.split('+').next().and_then(primary);
                if code.is_none() || !espeak.has(name) {
                    return Err(TtsError::UnknownVoice { id: choice.voice.clone() });
                }
                Ok(Self::espeak(
                    name.split('+').next().and_then(Lang::from_code),
                    name.clone(),
                    choice,
                ))
            }
            VoiceId::Piper(stem) => {
                let files = piper::find_one(stem, &options.voice_dirs)?;
                let identity = files.identity();
                let voice = Piper::open(&files, options)?;
                let (lang, foreign) = (voice.config().lang, voice.config().foreign.is_some());
                let voice = Arc::new(Mutex::new(voice));
                Ok(Self::Piper {
                    stem: stem.clone(),
                    files: identity.into(),
                    lang,
                    foreign,
                    voice,
                    rate: rate(choice),
                })
            }
        }
    }

    /// One of espeak-ng's; `None` for one of a language that has no front end of ours.
    fn espeak(ours: Option<Lang>, voice: String, choice: &VoiceChoice) -> Self {
        let (lang, foreign) = (ours.unwrap_or(Lang::En), ours.is_none());
        let pitch = if choice.pitch.is_finite() { choice.pitch.clamp(-1.0, 1.0) } else { 0.0 };
        let manner = Manner {
            voice,
            words_per_minute: (pace(lang) * rate(choice)) as u32,
            pitch: (50.0 + pitch * 40.0) as u32,
            // A little livelier than espeak-ng's own reading.
            range: if lang == Lang::Zh { 50 } else { 60 },
        };
        Self::Espeak { lang, foreign, manner, choice: choice.clone() }
    }

    /// It speaks a language that has no front end of ours: text goes to it as it is written.
    pub(crate) fn is_foreign(&self) -> bool {
        match self {
            Self::Espeak { foreign, .. } | Self::Piper { foreign, .. } => *foreign,
        }
    }

    /// It takes kana with marks for the pitch.
    pub(crate) fn knows_pitch(&self) -> bool {
        match self {
            Self::Espeak { .. } => false,
            Self::Piper { voice, .. } => {
                let voice = voice.lock().unwrap_or_else(PoisonError::into_inner);
                voice.config().phonemes == piper::Phonemes::Japanese
            }
        }
    }

    /// The language it speaks.
    pub(crate) fn lang(&self) -> Lang {
        match self {
            Self::Espeak { lang, .. } | Self::Piper { lang, .. } => *lang,
        }
    }

    /// What tells the sound of a piece from that of any other voice and manner.
    pub(crate) fn key(&self, text: &str, prosody: Prosody) -> String {
        match self {
            Self::Espeak { manner, .. } => format!("{manner:?} {prosody:?} {text}"),
            Self::Piper { files, rate, .. } => format!("{files} {rate} {prosody:?} {text}"),
        }
    }

    /// Speaks a piece.
    pub(crate) fn say(
        &self,
        text: &str,
        prosody: Prosody,
        espeak: &Espeak,
        cancel: &Cancel,
    ) -> Result<Sound, TtsError> {
        match self {
            Self::Espeak { manner, .. } => {
                let mut sound = espeak.say(text, &felt(manner, prosody), cancel)?;
                tone::soften(&mut sound.pcm, sound.rate);
                Ok(sound)
            }
            Self::Piper { voice, rate, .. } => {
                let mut voice = voice.lock().unwrap_or_else(PoisonError::into_inner);
                voice.say(text, rate * prosody.rate, prosody.variety, espeak)
            }
        }
    }
}

/// A manner of speaking with a feeling in it.
fn felt(manner: &Manner, prosody: Prosody) -> Manner {
    let moved = |value: u32, steps: i32| value.saturating_add_signed(steps).min(99);
    Manner {
        voice: manner.voice.clone(),
        words_per_minute: (manner.words_per_minute as f32 * prosody.rate) as u32,
        pitch: moved(manner.pitch, prosody.pitch),
        range: moved(manner.range, prosody.range),
    }
}

/// One voice a language.
#[derive(Debug, Clone)]
pub(crate) struct Cast {
    en: Chosen,
    zh: Chosen,
    ja: Chosen,
}

impl Default for Cast {
    fn default() -> Self {
        let default = |lang| {
            let voice = format!("{}+{DEFAULT_VARIANT}", base(lang));
            let choice = VoiceChoice { voice: format!("espeak:{voice}"), rate: 1.0, pitch: 0.0 };
            Chosen::espeak(Some(lang), voice, &choice)
        };
        Self { en: default(Lang::En), zh: default(Lang::Zh), ja: default(Lang::Ja) }
    }
}

/// The timbre of the default voices.
const DEFAULT_VARIANT: &str = "f3";

impl Cast {
    /// The voice of a language.
    pub(crate) fn voice(&self, lang: Lang) -> &Chosen {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
            Lang::Ja => &self.ja,
        }
    }

    /// The voice with this id where it is loaded already, with the rate now asked for.
    pub(crate) fn loaded(&self, id: &VoiceId, choice: &VoiceChoice) -> Option<Chosen> {
        let VoiceId::Piper(wanted) = id else { return None };
        [&self.en, &self.zh, &self.ja].into_iter().find_map(|chosen| match chosen {
            Chosen::Piper { stem, files, lang, foreign, voice, .. } if stem == wanted => {
                Some(Chosen::Piper {
                    stem: stem.clone(),
                    files: Arc::clone(files),
                    lang: *lang,
                    foreign: *foreign,
                    voice: Arc::clone(voice),
                    rate: rate(choice),
                })
            }
            _ => None,
        })
    }

    /// Gives a voice its own language.
    pub(crate) fn set(&mut self, chosen: Chosen) {
        match chosen.lang() {
            Lang::En => self.en = chosen,
            Lang::Zh => self.zh = chosen,
            Lang::Ja => self.ja = chosen,
        }
    }

    /// Gives a voice its own language, and the espeak-ng voices of the others its timbre, rate and pitch.
    pub(crate) fn lead(&mut self, chosen: Chosen) {
        if let Chosen::Espeak { lang: own, manner, choice, .. } = &chosen {
            for lang in [Lang::En, Lang::Zh, Lang::Ja].into_iter().filter(|lang| lang != own) {
                if let Chosen::Espeak { .. } = self.voice(lang) {
                    let variant = manner.voice.split_once('+').map_or("", |(_, variant)| variant);
                    let join = if variant.is_empty() { "" } else { "+" };
                    let voice = format!("{}{join}{variant}", base(lang));
                    self.set(Chosen::espeak(Some(lang), voice, choice));
                }
            }
        }
        self.set(chosen);
    }
}
