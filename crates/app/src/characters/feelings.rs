//! Which feelings a character can show: those of its own puppet and pictures, less what its card forbids. They are what its prompt names,
//! and what the sampler lets it write.
//!
//! A figure (Live2D, VRM) shows all of them, some by the standard's parameters; so does whoever has no faces at all, as far as anybody
//! knows. The card says more in `extensions.hanashi.feelings`: `{ "tags": "free" | "known" | "first" | "never", "only": […],
//! "without": […] }`.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Mutex;
use std::time::SystemTime;

use domain::{CharacterId, Emotion, Tags};
use serde_json::Value;
use store::{EmotionTags, Library, Settings};

use crate::app::lock;
use crate::characters::library::CARD_FILES;
use crate::characters::{cards, expressions, figures};

/// Names of pictures for each feeling, as the page takes them (`ui/src/lib/stage/labels.ts`).
const NAMES: [(Emotion, &[&str]); 10] = [
    (
        Emotion::Neutral,
        &[
            "neutral", "default", "normal", "calm", "idle", "base", "普通", "平静", "默认", "通常",
            "真顔",
        ],
    ),
    (
        Emotion::Joy,
        &[
            "joy",
            "happy",
            "happiness",
            "amusement",
            "excitement",
            "smile",
            "laugh",
            "optimism",
            "relief",
            "gratitude",
            "pride",
            "高兴",
            "开心",
            "微笑",
            "笑",
            "喜",
            "喜び",
            "笑顔",
        ],
    ),
    (
        Emotion::Sad,
        &[
            "sadness",
            "sad",
            "grief",
            "disappointment",
            "remorse",
            "cry",
            "crying",
            "难过",
            "悲伤",
            "哭",
            "悲しい",
            "悲しみ",
            "泣き",
        ],
    ),
    (
        Emotion::Angry,
        &[
            "anger",
            "angry",
            "annoyance",
            "disapproval",
            "disgust",
            "mad",
            "生气",
            "愤怒",
            "怒",
            "怒り",
        ],
    ),
    (
        Emotion::Surprised,
        &[
            "surprise",
            "surprised",
            "realization",
            "shock",
            "shocked",
            "excitement",
            "惊讶",
            "吃惊",
            "驚き",
        ],
    ),
    (
        Emotion::Shy,
        &[
            "embarrassment",
            "shy",
            "embarrassed",
            "blush",
            "blushing",
            "nervousness",
            "害羞",
            "脸红",
            "照れ",
            "恥ずかしい",
        ],
    ),
    (
        Emotion::Love,
        &[
            "love",
            "caring",
            "admiration",
            "desire",
            "approval",
            "gratitude",
            "affection",
            "fond",
            "喜欢",
            "爱",
            "喜爱",
            "好き",
            "愛",
        ],
    ),
    (
        Emotion::Thinking,
        &[
            "curiosity",
            "thinking",
            "think",
            "confusion",
            "realization",
            "curious",
            "question",
            "思考",
            "疑惑",
            "疑問",
            "考え中",
        ],
    ),
    (
        Emotion::Sleepy,
        &["sleepy", "tired", "sleep", "relief", "awkward", "困", "困倦", "眠い", "眠気"],
    ),
    (
        Emotion::Worried,
        &[
            "nervousness",
            "fear",
            "worried",
            "confusion",
            "scared",
            "anxious",
            "remorse",
            "担心",
            "害怕",
            "紧张",
            "心配",
            "不安",
            "恐れ",
        ],
    ),
];
/// A puppet's description is some hundred kilobytes.
const MAX_RIG: u64 = 8 << 20;

/// What a character can show, and what its card wants of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Feelings {
    /// In the app's own order.
    pub(crate) shown: Vec<Emotion>,
    /// What the card says of tags in replies.
    wish: Option<EmotionTags>,
}

impl Feelings {
    /// What the sampler is told. Whoever forbids tags, the card or the person, has the last word; else the card.
    pub(crate) fn rule(&self, settings: &Settings) -> Option<Tags> {
        let tags = match (settings.emotion_tags, self.wish) {
            (EmotionTags::Never, _) => EmotionTags::Never,
            (_, Some(wish)) => wish,
            (settings, None) => settings,
        };
        // The prompt asks for directions whenever they are on.
        tags.rule(&self.shown, settings.direct_stage)
    }
}

/// Of each character that was asked for, as long as its files stay the same.
#[derive(Default)]
pub(crate) struct Faces(Mutex<HashMap<CharacterId, (Stamp, Feelings)>>);

/// When the files changed that it is read from.
type Stamp = Vec<Option<SystemTime>>;

impl Faces {
    /// What a character can show; of one that is not in the library, everything.
    pub(crate) fn of(&self, library: &Library, id: &CharacterId) -> Feelings {
        let Ok(entry) = library.find(id) else {
            return of_card(&Value::Null, Emotion::ALL.to_vec());
        };
        let faces = ["puppet/rig.json", expressions::FOLDER, figures::FOLDER];
        let stamp: Stamp = CARD_FILES
            .iter()
            .chain(&faces)
            .map(|name| std::fs::metadata(entry.path.join(name)).ok()?.modified().ok())
            .collect();
        if let Some((of, feelings)) = lock(&self.0).get(id)
            && *of == stamp
        {
            return feelings.clone();
        }
        let feelings = read(library, id, &entry.path);
        lock(&self.0).insert(id.clone(), (stamp, feelings.clone()));
        feelings
    }
}

fn read(library: &Library, id: &CharacterId, folder: &Path) -> Feelings {
    let card = cards::card_bytes(library, id)
        .ok()
        .and_then(|(bytes, file)| card::import(&bytes, file).ok());
    let mut pictures: Vec<String> = expressions::pictures(&folder.join(expressions::FOLDER))
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    if let Some(card) = &card {
        pictures.extend(expressions::carried(card).map(|asset| asset.name.clone()));
    }
    let puppet = puppet_expressions(&folder.join("puppet/rig.json"));
    let has_figure = folder.join(figures::FOLDER).is_dir();
    let shows = |emotion: &Emotion| {
        puppet.iter().any(|name| name == emotion.tag())
            || pictures.iter().any(|name| is_of(name, *emotion))
    };
    let shown: Vec<Emotion> = Emotion::ALL.into_iter().filter(shows).collect();
    let all = has_figure || shown.is_empty();
    let shown = if all { Emotion::ALL.to_vec() } else { shown };
    let wish = card.as_ref().and_then(|card| card.raw.pointer("/data/extensions/hanashi/feelings"));
    of_card(wish.unwrap_or(&Value::Null), shown)
}

/// Less what the card forbids.
fn of_card(card: &Value, mut shown: Vec<Emotion>) -> Feelings {
    let list = |key: &str| -> Option<Vec<Emotion>> {
        let names = card.get(key)?.as_array()?;
        Some(names.iter().filter_map(Value::as_str).filter_map(Emotion::from_tag).collect())
    };
    let (only, without) = (list("only"), list("without"));
    shown.retain(|emotion| {
        only.as_ref().is_none_or(|only| only.contains(emotion))
            && !without.as_ref().is_some_and(|without| without.contains(emotion))
    });
    let tags = card.get("tags").and_then(|tags| serde_json::from_value(tags.clone()).ok());
    // What is named must be kept to, even where the person leaves the rest to the model.
    let kept = (only.is_some() || without.is_some()).then_some(EmotionTags::Known);
    Feelings { shown, wish: tags.or(kept) }
}

/// Names of a puppet's expressions; none where there is no puppet.
fn puppet_expressions(rig: &Path) -> Vec<String> {
    let small = std::fs::metadata(rig).is_ok_and(|data| data.len() <= MAX_RIG);
    let read = || serde_json::from_slice::<Value>(&std::fs::read(rig).ok()?).ok();
    let Some(rig) = small.then(read).flatten() else { return Vec::new() };
    rig["expressions"].as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default()
}

/// Whether a picture is one of a feeling: `joy`, `Joy-2`, `amusement (1)`.
fn is_of(picture: &str, emotion: Emotion) -> bool {
    let plain = picture.to_lowercase();
    let plain = plain
        .trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '(' | ')' | ' ' | '_' | '-'));
    let names = NAMES.iter().find(|(of, _)| *of == emotion);
    names.is_some_and(|(_, names)| names.contains(&plain))
}

#[cfg(test)]
#[path = "feelings_tests.rs"]
mod tests;
