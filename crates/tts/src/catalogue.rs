//! Which voices there are.

use std::path::PathBuf;
use std::str::FromStr;

use domain::Lang;

use crate::{TtsError, piper};

/// What speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoiceKind {
    /// espeak-ng: comes with the app, sounds like a machine.
    Espeak,
    /// A Piper voice: a neural network, sounds like a person.
    Piper,
}

/// A voice that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceEntry {
    /// For `VoiceChoice::voice`: `espeak:en-gb+f3`, `piper:<file stem>`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Where it speaks: `En` stands for every language that has no front end of ours.
    pub lang: Lang,
    /// What it speaks: `en`, `zh`, `ja`, `de`, …
    pub language: String,
    /// What speaks.
    pub kind: VoiceKind,
}

/// espeak-ng's best: id, name, language. The first of a language is its default.
const ESPEAK: [(&str, &str, Lang); 8] = [
    ("espeak:en-gb+f3", "Iris (British)", Lang::En),
    ("espeak:en-us+f2", "Maple (American)", Lang::En),
    ("espeak:en-gb+m3", "Rowan (British)", Lang::En),
    ("espeak:en-us+m7", "Flint (American)", Lang::En),
    ("espeak:cmn+f3", "小荷 (Mandarin)", Lang::Zh),
    ("espeak:cmn+m3", "青松 (Mandarin)", Lang::Zh),
    ("espeak:ja+f3", "すみれ (Japanese)", Lang::Ja),
    ("espeak:ja+m3", "けやき (Japanese)", Lang::Ja),
];

/// Of languages that have no front end of ours, one voice each: id, name, code. Their rules of numbers and signs are espeak-ng's.
const FOREIGN: [(&str, &str, &str); 14] = [
    ("espeak:de+f3", "Linde", "de"),
    ("espeak:fr+f3", "Aline", "fr"),
    ("espeak:es+f3", "Alma", "es"),
    ("espeak:it+f3", "Gemma", "it"),
    ("espeak:pt-br+f3", "Flora", "pt"),
    ("espeak:nl+f3", "Linda", "nl"),
    ("espeak:pl+f3", "Kalina", "pl"),
    ("espeak:cs+f3", "Jasna", "cs"),
    ("espeak:sv+f3", "Linnea", "sv"),
    ("espeak:fi+f3", "Kielo", "fi"),
    ("espeak:ru+f3", "Рябина", "ru"),
    ("espeak:uk+f3", "Калина", "uk"),
    ("espeak:tr+f3", "Defne", "tr"),
    ("espeak:ko+f3", "들꽃", "ko"),
];

/// The voices that come with the app, and the Piper voices in `dirs` (`<stem>.onnx` with `<stem>.onnx.json`).
pub fn list_voices(dirs: &[PathBuf]) -> Vec<VoiceEntry> {
    let embedded = ESPEAK.iter().map(|&(id, name, lang)| VoiceEntry {
        id: id.into(),
        name: name.into(),
        lang,
        language: lang.code().to_owned(),
        kind: VoiceKind::Espeak,
    });
    let foreign = FOREIGN.iter().map(|&(id, name, language)| VoiceEntry {
        id: id.into(),
        name: name.into(),
        lang: Lang::En,
        language: language.into(),
        kind: VoiceKind::Espeak,
    });
    embedded.chain(foreign).chain(piper::find(dirs).iter().filter_map(piper_entry)).collect()
}

/// A Piper voice as the list shows it; one that this version cannot speak with is left out.
fn piper_entry(files: &piper::Files) -> Option<VoiceEntry> {
    let config = match piper::Config::open(&files.config) {
        Ok(config) => config,
        Err(error) => {
            tracing::warn!(%error, "a Piper voice is left out of the list");
            return None;
        }
    };
    let name = match (&config.dataset, &config.region) {
        (Some(dataset), Some(region)) => format!("{} ({region})", capitalised(dataset)),
        _ => files.stem.clone(),
    };
    Some(VoiceEntry {
        id: format!("piper:{}", files.stem),
        name,
        lang: config.lang,
        language: config.foreign.unwrap_or_else(|| config.lang.code().to_owned()),
        kind: VoiceKind::Piper,
    })
}

/// `de` of `de_DE`; `None` where that is no code.
pub(crate) fn primary(code: &str) -> Option<String> {
    let code = code.split(['-', '_']).next()?.to_ascii_lowercase();
    ((2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase())).then_some(code)
}

fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// A voice's id, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum VoiceId {
    /// Name of a voice of espeak-ng, with its variant.
    Espeak(String),
    /// File stem of a Piper voice.
    Piper(String),
}

impl FromStr for VoiceId {
    type Err = TtsError;

    fn from_str(id: &str) -> Result<Self, TtsError> {
        match id.split_once(':') {
            Some(("espeak", name)) if !name.is_empty() => Ok(Self::Espeak(name.to_owned())),
            Some(("piper", stem)) if !stem.is_empty() => Ok(Self::Piper(stem.to_owned())),
            _ => Err(TtsError::UnknownVoice { id: id.to_owned() }),
        }
    }
}
